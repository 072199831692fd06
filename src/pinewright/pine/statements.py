"""Tokens to statements: declarations, assignments, functions, and the constructs that this version leaves out."""

from __future__ import annotations

from dataclasses import replace

from pinewright.pine import lexer
from pinewright.pine.problems import LINE_END
from pinewright.pine.structures import STRUCTURES, StructureParser
from pinewright.pine.syntax import (
    Declaration,
    Expression,
    ExpressionStatement,
    FunctionDeclaration,
    Jump,
    Member,
    Name,
    Parameter,
    Reassignment,
    Statement,
    Tuple,
    TupleDeclaration,
    TypeName,
)

REASSIGNMENTS = frozenset([":=", "+=", "-=", "*=", "/=", "%="])
_MODES = frozenset(["var", "varip"])
_OUTSIDE = {
    "type": ("PW090", "`type` declarations"),
    "enum": ("PW091", "`enum` declarations"),
    "method": ("PW092", "`method` declarations"),
    "import": ("PW093", "`import`"),
    "export": ("PW094", "`export`"),
    "library": ("PW095", "`library()`"),
}


class StatementParser(StructureParser):
    """The whole parser but for its front door."""

    def statement(self) -> Statement:
        """One statement, up to its end of line, comma or block."""
        line_head = self.at
        token = self.tokens[line_head]
        kind = token.kind
        if kind == lexer.NAME:
            made = self._named()
        elif kind in _MODES:
            self.at += 1
            made = self._declaration(token.text)
        elif kind in STRUCTURES:
            value = self.structure()
            made = ExpressionStatement(value, span=value.span)
        elif kind == "[":
            made = self._bracketed()
        elif kind in ("break", "continue"):
            self.at += 1
            made = Jump(token.text, span=token.span)
        elif kind == "else":
            hint = "`else` stands at the indentation of its `if`, right below the block of that `if`"
            self.fail("PW013", 'Mismatched input "else" expecting a statement', token.span, hint)
        else:
            made = self._assignment_or_value()
        comments, trailing, blank_lines = self.notes(line_head)
        if comments or trailing or blank_lines:
            made = replace(made, comments=comments, trailing=trailing, blank_lines=blank_lines)
        return made

    def _named(self) -> Statement:
        tokens, at = self.tokens, self.at
        token, following = tokens[at], tokens[at + 1]
        if following.kind == "=":
            return self._declaration(None)
        if token.text in _OUTSIDE:
            self._refuse_outside()
        if following.kind == "(":
            closer = self.table.pairs.get(at + 1, -1)
            if closer > 0 and tokens[closer + 1].kind == "=>":
                return self._function()
            if closer > 0 and tokens[closer + 1].kind == "=":
                hint = "a function is declared as: name(parameters) => value"
                self.fail("PW009", 'Mismatched input "=" expecting "=>"', tokens[closer + 1].span, hint)
        elif following.kind in (lexer.NAME, "<", "[", "."):
            end = self.type_end(at)
            if end > at and tokens[end].kind == lexer.NAME and self._declares(at, end):
                return self._declaration(None)
        return self._assignment_or_value()

    def _declares(self, at: int, end: int) -> bool:
        """Whether a type up to ``end`` and the name there declare a variable: a value follows, or is forgotten."""
        after = self.tokens[end + 1].kind
        if after == "=":
            return True
        first, less = self.tokens[at], self.tokens[at + 1]
        compares = less.kind == "<" and first.start + len(first.text) != less.start
        on_one_line = self.tokens[end - 1].line == self.tokens[end].line
        return after in (lexer.NEWLINE, ",") and on_one_line and not compares

    def _declaration(self, mode: str | None) -> Declaration:
        first = self.tokens[self.at - 1 if mode else self.at]
        declared: TypeName | None = None
        if self.tokens[self.at + 1].kind != "=":
            end = self.type_end(self.at)
            if end > 0 and self.tokens[end].kind == lexer.NAME:
                declared = self.type_name()
        name = self.take_name("a name")
        if self.token.kind in (lexer.NEWLINE, ","):
            hint = f"a variable is declared with its first value: {name.text} = na"
            self.fail("PW015", f'Mismatched input "{name.text}" expecting "="', name.span, hint)
        self.take("=")
        value = self.value()
        return Declaration(name.text, value, mode, declared, name.span, span=self.span_from(first))

    def _bracketed(self) -> Statement:
        first = self.token
        closer = self.table.pairs.get(self.at, -1)
        if closer < 0 or self.tokens[closer + 1].kind not in ("=", *REASSIGNMENTS):
            return self._assignment_or_value()
        names = []
        self.at += 1
        while True:
            names.append(self.take_name("a name"))
            if self.token.kind != ",":
                break
            self.at += 1
        self.take("]")
        if self.token.kind != "=":
            hint = "a tuple declares new variables by =; assign to existing ones one by one"
            self.fail("PW016", f'Mismatched input "{self.token.text}" expecting "="', self.token.span, hint)
        self.at += 1
        value = self.value()
        texts, spans = tuple(name.text for name in names), tuple(name.span for name in names)
        return TupleDeclaration(texts, value, spans, span=self.span_from(first))

    def _function(self) -> FunctionDeclaration:
        name = self.take(lexer.NAME)
        self.take("(")
        parameters: list[Parameter] = []
        while self.token.kind != ")":
            parameters.append(self._parameter())
            if self.token.kind == ",":
                self.at += 1
            elif self.token.kind != ")":
                self.mismatch(")")
        self.at += 1
        self.take("=>")
        body = self.body()
        return FunctionDeclaration(name.text, tuple(parameters), body, name.span, span=self.span_from(name))

    def _parameter(self) -> Parameter:
        first = self.token
        end = self.type_end(self.at)
        declared = self.type_name() if end > 0 and self.tokens[end].kind == lexer.NAME else None
        name = self.take_name("the name of a parameter")
        default: Expression | None = None
        if self.token.kind == "=":
            self.at += 1
            default = self.expression()
        return Parameter(name.text, declared, default, span=self.span_from(first))

    def _assignment_or_value(self) -> Statement:
        first = self.token
        target = self.expression()
        operator = self.token
        if operator.kind in REASSIGNMENTS:
            if not isinstance(target, (Name, Member)):
                hint = "only a variable or a field can take a new value"
                self.fail("PW016", f'Mismatched input "{operator.text}" expecting a variable', target.span, hint)
            self.at += 1
            value = self.value()
            return Reassignment(target, operator.kind, value, span=self.span_from(first))
        if operator.kind == "=" and not isinstance(target, Tuple):
            hint = "a declaration is written: name = value; two values are compared by =="
            self.fail("PW008", f'Mismatched input "=" expecting "{LINE_END}"', operator.span, hint)
        return ExpressionStatement(target, span=target.span)

    def _refuse_outside(self) -> None:
        """Fail for a whole declaration that this version does not read; as plain names these words may stand."""
        word, following = self.tokens[self.at], self.tokens[self.at + 1]
        called = following.kind == "("
        if called if word.text == "library" else following.kind == lexer.NAME:
            code, construct = _OUTSIDE[word.text]
            span = word.span if called else word.span.to(following.span)
            self.outside_subset(code, construct, span)
