"""Tokens to declarations: variables, tuples, functions and methods, types, enums, imports, and what is exported."""

from __future__ import annotations

from abc import ABC
from dataclasses import replace
from typing import NoReturn

from pinewright.pine import lexer
from pinewright.pine.lexer import Token
from pinewright.pine.problems import StatementError
from pinewright.pine.structures import StructureParser
from pinewright.pine.syntax import (
    Declaration,
    EnumDeclaration,
    EnumMember,
    Expression,
    Field,
    FunctionDeclaration,
    Import,
    Parameter,
    Statement,
    TupleDeclaration,
    TypeDeclaration,
    TypeName,
)

MODES = frozenset(["var", "varip"])
_PARTS_OF_PATH = frozenset([lexer.NAME, lexer.INT, lexer.FLOAT, "-", *lexer.RESERVED])
_IMPORT_HINT = "a library is imported as: import user/library/version as alias"


class DeclarationParser(StructureParser, ABC):
    """The part of the parser that reads declarations."""

    # Variables -------------------------------------------------------------------------------------------------------

    def declares(self, at: int, end: int) -> bool:
        """Whether a type up to ``end`` and the name there declare a variable: a value follows, or is forgotten."""
        after = self.kinds[end + 1]
        if after in ("=", ":="):
            return True
        first, less = self.tokens[at], self.tokens[at + 1]
        compares = less.kind == "<" and first.start + len(first.text) != less.start
        on_one_line = self.tokens[end - 1].line == self.tokens[end].line
        return after in (lexer.NEWLINE, ",") and on_one_line and not compares

    def declaration(self, mode: str | None) -> Declaration:
        """``[type] name = value``; the cursor stands behind ``var`` or ``varip``."""
        first = self.tokens[self.at - 1 if mode else self.at]
        declared: TypeName | None = None
        if self.kinds[self.at + 1] != "=" and self.declared_type_end(self.at) > 0:
            declared = self.type_name()
        name = self.take_name("a name")
        if self.kinds[self.at] in (lexer.NEWLINE, ","):
            hint = f"a variable is declared with its first value: {name.text} = na"
            if declared is not None and declared.name == "return":
                hint = "a function gives the value of its last line: leave `return` out"
            self.fail("PW015", f'Mismatched input "{name.text}" expecting "="', name.span, hint)
        self.take("=")
        value = self.value()
        return Declaration(name.text, value, mode, declared, name.span, span=self.span_from(first))

    def tuple_declaration(self) -> TupleDeclaration:
        """``[name, name] = value``."""
        first = self.token
        names = []
        self.at += 1
        while True:
            names.append(self.take_name("a name"))
            if self.kinds[self.at] != ",":
                break
            self.at += 1
        self.take("]")
        if self.kinds[self.at] != "=":
            hint = "a tuple declares new variables by =; assign to existing ones one by one"
            self.fail("PW016", f'Mismatched input "{self.token.text}" expecting "="', self.token.span, hint)
        self.at += 1
        value = self.value()
        texts, spans = tuple(name.text for name in names), tuple(name.span for name in names)
        return TupleDeclaration(texts, value, spans, span=self.span_from(first))

    # Functions -------------------------------------------------------------------------------------------------------

    def function_follows(self, at: int) -> bool:
        """Whether the name at this place is that of a function being declared."""
        if self.kinds[at + 1] != "(":
            return False
        closer = self.table.pairs.get(at + 1, -1)
        return closer > 0 and self.kinds[closer + 1] == "=>"

    def function(self) -> FunctionDeclaration:
        """``name(parameters) => body``, with ``method`` before it or without."""
        first = self.token
        method = self.kinds[self.at + 1] == lexer.NAME
        if method:
            self.at += 1
        name = self.take_name("the name of a function")
        self.take("(")
        self.brackets += 1
        parameters: list[Parameter] = []
        while self.kinds[self.at] != ")":
            parameters.append(self._parameter())
            if self.kinds[self.at] == ",":
                self.at += 1
            elif self.kinds[self.at] != ")":
                self.mismatch(")")
        self.at += 1
        self.brackets -= 1
        if self.kinds[self.at] != "=>":
            hint = "a function is declared as: name(parameters) => value, or its block below"
            self.fail("PW009", f'Mismatched input "{self.shown()}" expecting "=>"', self.token.span, hint)
        self.at += 1
        body = self.body()
        span = self.span_from(first)
        return FunctionDeclaration(name.text, tuple(parameters), body, name.span, method, span=span)

    def _parameter(self) -> Parameter:
        first = self.token
        declared = self.type_name() if self.declared_type_end(self.at) > 0 else None
        name = self.take_name("the name of a parameter")
        default: Expression | None = None
        if self.kinds[self.at] == "=":
            self.at += 1
            default = self.expression()
        return Parameter(name.text, declared, default, name.span, span=self.span_from(first))

    # Types and enums -------------------------------------------------------------------------------------------------

    def type_declaration(self) -> TypeDeclaration:
        """``type name`` and its fields."""
        first = self.token
        self.at += 1
        name = self.take_name("a name")
        self.open_block()
        fields: list[Field] = []
        level, spoiled = self.nesting, self.spoiled
        while self.kinds[self.at] not in (lexer.DEDENT, lexer.END):
            start = self.at
            try:
                fields.append(self._field())
            except (StatementError, RecursionError) as problem:
                self.recover(problem, start, level)
        self.spoiled = spoiled
        footer = self.close_block()
        return TypeDeclaration(name.text, tuple(fields), False, name.span, footer, span=self.span_from(first))

    def _field(self) -> Field:
        line_head = self.at
        first = self.token
        if first.kind == lexer.INDENT:
            self.fail("PW006", *self.unexpected_indent())
        varip = first.kind == "varip"
        if varip:
            self.at += 1
        end = self.type_end(self.at)
        if end < 0 or (self.kinds[end] != lexer.NAME and self.kinds[end] not in lexer.RESERVED):
            hint = "a field is written: type name, or: type name = value"
            self.fail("PW019", f'Mismatched input "{self.shown()}" expecting a type and a name', self.token.span, hint)
        declared = self.type_name()
        name = self.take_name("a name")
        default: Expression | None = None
        if self.kinds[self.at] == "=":
            self.at += 1
            default = self.expression()
        span = self.span_from(first)
        self.end_line()
        comments, trailing, blank_lines = self.notes(line_head)
        return Field(
            name.text,
            declared,
            default,
            varip,
            name.span,
            span=span,
            comments=comments,
            trailing=trailing,
            blank_lines=blank_lines,
        )

    def enum_declaration(self) -> EnumDeclaration:
        """``enum name`` and its members."""
        first = self.token
        self.at += 1
        name = self.take_name("a name")
        self.open_block()
        members: list[EnumMember] = []
        level, spoiled = self.nesting, self.spoiled
        while self.kinds[self.at] not in (lexer.DEDENT, lexer.END):
            start = self.at
            try:
                members.append(self._member())
            except (StatementError, RecursionError) as problem:
                self.recover(problem, start, level)
        self.spoiled = spoiled
        footer = self.close_block()
        return EnumDeclaration(name.text, tuple(members), False, name.span, footer, span=self.span_from(first))

    def _member(self) -> EnumMember:
        line_head = self.at
        if self.kinds[self.at] == lexer.INDENT:
            self.fail("PW006", *self.unexpected_indent())
        name = self.take_name("the name of a member")
        title: Expression | None = None
        if self.kinds[self.at] == "=":
            self.at += 1
            title = self.expression()
        span = self.span_from(name)
        self.end_line()
        comments, trailing, blank_lines = self.notes(line_head)
        return EnumMember(
            name.text, title, name.span, span=span, comments=comments, trailing=trailing, blank_lines=blank_lines
        )

    # Libraries -------------------------------------------------------------------------------------------------------

    def import_follows(self) -> bool:
        """Whether the word ``import`` at the cursor begins a statement: some part of a path stands behind it."""
        return self.kinds[self.at + 1] in _PARTS_OF_PATH - {"-"}

    def import_(self) -> Import:
        """``import user/library/version as alias``."""
        first = self.token
        self.at += 1
        user = self._part_of_path("/")
        library = self._part_of_path("/")
        version = self.token
        if version.kind != lexer.INT or len(version.text) > 9:
            self._bad_path()
        self.at += 1
        alias = None
        if self.kinds[self.at] == lexer.NAME and self.token.text == "as":
            self.at += 1
            alias = self.take_name("a name").text
        return Import(user, library, int(version.text), alias, span=self.span_from(first))

    def _part_of_path(self, end: str) -> str:
        """The text up to a slash. It may hold digits and hyphens, so that it is several tokens without a space."""
        text = ""
        place = self.token.start
        while self.kinds[self.at] in _PARTS_OF_PATH and self.token.start == place + len(text):
            text += self.token.text
            self.at += 1
        if not text or self.kinds[self.at] != end:
            self._bad_path()
        self.at += 1
        return text

    def _bad_path(self) -> NoReturn:
        self.fail("PW020", f'Mismatched input "{self.shown()}" in the path of an import', self.token.span, _IMPORT_HINT)

    def export_follows(self) -> bool:
        """Whether the word ``export`` at the cursor begins a statement."""
        following = self.kinds[self.at + 1]
        return following == lexer.NAME or following in MODES

    def export(self) -> Statement:
        """What stands behind ``export``: a function, a method, a type, an enum or a constant."""
        first: Token = self.token
        self.at += 1
        made = self.statement()
        if not isinstance(made, (Declaration, FunctionDeclaration, TypeDeclaration, EnumDeclaration)):
            hint = "a library exports functions, methods, types, enums and constants"
            self.fail("PW021", 'Mismatched input "export" expecting a statement', first.span, hint)
        return replace(made, exported=True, span=first.span.to(made.span))
