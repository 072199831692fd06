"""Tokens to statements: which kind of statement begins at a token, and assignments."""

from __future__ import annotations

from dataclasses import replace

from pinewright.pine import lexer
from pinewright.pine.declarations import MODES, DeclarationParser
from pinewright.pine.problems import LINE_END
from pinewright.pine.structures import STRUCTURES
from pinewright.pine.syntax import Expression, ExpressionStatement, Jump, Member, Name, Reassignment, Statement, Tuple

REASSIGNMENTS = frozenset([":=", "+=", "-=", "*=", "/=", "%="])
_WORDS = frozenset(["type", "enum", "method", "import", "export", "once"])
"""Names that begin a statement of their own where the right thing follows, and are plain names elsewhere."""
_VALUES = (lexer.NAME, lexer.INT, lexer.FLOAT, lexer.STRING, lexer.COLOR, "true", "false")
_BEGINS_CONDITION = frozenset([*_VALUES, lexer.NEWLINE, "(", "[", "not", "-", "+"])


class StatementParser(DeclarationParser):
    """The whole parser but for its front door."""

    def statement(self) -> Statement:
        """One statement, up to its end of line, comma or block."""
        line_head = self.at
        kind = self.kinds[line_head]
        if kind == lexer.NAME:
            made = self._named()
        elif kind in MODES:
            self.at += 1
            made = self.declaration(kind)
        elif kind in STRUCTURES:
            value = self.structure()
            made = ExpressionStatement(value, span=value.span)
        elif kind == "[":
            made = self._bracketed()
        elif kind in ("break", "continue"):
            self.at += 1
            made = Jump(kind, span=self.tokens[line_head].span)
        elif kind == "else":
            hint = "`else` stands at the indentation of its `if`, right below the block of that `if`"
            self.fail("PW013", 'Mismatched input "else" expecting a statement', self.token.span, hint)
        else:
            made = self._assignment_or_value()
        comments, trailing, blank_lines = self.notes(line_head)
        if comments or trailing or blank_lines:
            made = replace(made, comments=comments, trailing=trailing, blank_lines=blank_lines)
        return made

    def _named(self) -> Statement:
        kinds, at = self.kinds, self.at
        following = kinds[at + 1]
        if following == "=":
            return self.declaration(None)
        text = self.tokens[at].text
        if text in _WORDS:
            made = self._worded(text)
            if made is not None:
                return made
        if following == "(":
            if self.function_follows(at):
                return self.function()
            closer = self.table.pairs.get(at + 1, -1)
            if closer > 0 and kinds[closer + 1] == "=":
                hint = "a function is declared as: name(parameters) => value"
                self.fail("PW009", 'Mismatched input "=" expecting "=>"', self.tokens[closer + 1].span, hint)
        elif following in (lexer.NAME, "<", "[", "."):
            end = self.declared_type_end(at)
            if end > 0 and self.declares(at, end):
                return self.declaration(None)
        return self._assignment_or_value()

    def _worded(self, word: str) -> Statement | None:
        """The statement that this word begins; None where it is a name like any other."""
        kinds, at = self.kinds, self.at
        if word == "import":
            return self.import_() if self.import_follows() else None
        if word == "export":
            return self.export() if self.export_follows() else None
        if word == "once":
            begins = kinds[at + 1] in _BEGINS_CONDITION and not self.function_follows(at)
            return self._once() if begins else None
        if kinds[at + 1] != lexer.NAME:
            return None
        if word == "method":
            return self.function() if kinds[at + 2] == "(" else None
        if kinds[at + 2] != lexer.NEWLINE:
            return None
        return self.type_declaration() if word == "type" else self.enum_declaration()

    def _once(self) -> Statement | None:
        """A once with its block; None where the line has none below it."""
        end = self.line_end()
        if self.kinds[end + 1] != lexer.INDENT:
            return None
        value = self.once()
        return ExpressionStatement(value, span=value.span)

    def _bracketed(self) -> Statement:
        closer = self.table.pairs.get(self.at, -1)
        if closer < 0 or self.kinds[closer + 1] not in ("=", *REASSIGNMENTS):
            return self._assignment_or_value()
        return self.tuple_declaration()

    def _assignment_or_value(self) -> Statement:
        first = self.token
        target: Expression = self.expression()
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
