"""Tokens to values: literals, names, calls, history, operators by Pine's precedence, and types.

Precedence from the Pine manual ("Operators"): ``[]`` and calls, unary ``+ - not``, ``* / %``, ``+ -``,
``< <= > >=``, ``== !=``, ``and``, ``or``, ``?:``.
"""

from __future__ import annotations

import re

from pinewright.pine import lexer
from pinewright.pine.cursor import MAX_CHAIN, Cursor
from pinewright.pine.lexer import PRECEDENCE, Token
from pinewright.pine.syntax import (
    Argument,
    Binary,
    Call,
    Expression,
    Index,
    Literal,
    LiteralKind,
    Member,
    Name,
    Parenthesis,
    Ternary,
    Tuple,
    TypeName,
    Unary,
)

QUALIFIERS = frozenset(["const", "input", "simple", "series"])
_UNARY = frozenset(["-", "+", "not"])
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_OVER_LINES = re.compile(r"[ \t]*(?:\r\n|\r|\n)[ \t]*")
_LONGEST_INT = 300  # digits; Python itself refuses to read thousands


class ExpressionParser(Cursor):
    """The part of the parser that reads values."""

    def expression(self) -> Expression:
        """Any value that fits on a (continued) line: a ternary, or what binds tighter."""
        self.enter()
        value = self._binary(0)
        if self.tokens[self.at].kind == "?":
            value = self._ternary(value)
        self.nesting -= 1
        return value

    def _ternary(self, condition: Expression) -> Expression:
        links: list[tuple[Expression, Expression]] = []
        value = condition
        while self.tokens[self.at].kind == "?":
            self.at += 1
            then = self.expression()
            self.take(":")
            links.append((value, then))
            if len(links) > MAX_CHAIN:
                self.too_deep()
            value = self._binary(0)
        for test, then in reversed(links):
            value = Ternary(test, then, value, span=test.span.to(value.span))
        return value

    def _binary(self, least: int) -> Expression:
        left = self._unary()
        links = 0
        while True:
            kind = self.tokens[self.at].kind
            power = PRECEDENCE.get(kind, 0)
            if power <= least:
                return left
            links += 1
            if links > MAX_CHAIN:
                self.too_deep()
            self.at += 1
            right = self._binary(power)
            left = Binary(kind, left, right, span=left.span.to(right.span))

    def _unary(self) -> Expression:
        token = self.tokens[self.at]
        if token.kind not in _UNARY:
            return self._postfix()
        self.enter()
        self.at += 1
        operand = self._unary()
        self.nesting -= 1
        return Unary(token.kind, operand, span=token.span.to(operand.span))

    def _postfix(self) -> Expression:
        value = self._primary()
        links = 0
        while True:
            kind = self.tokens[self.at].kind
            if kind == "(":
                if not isinstance(value, (Name, Member)):
                    return value
                value = self._call(value, ())
            elif kind == ".":
                self.at += 1
                name = self.take_name("a name")
                value = Member(value, name.text, name.span, span=value.span.to(name.span))
            elif kind == "[":
                value = self._history(value)
            elif kind == "<" and isinstance(value, (Name, Member)):
                template = self._template()
                if template is None:
                    return value
                value = self._call(value, template)
            else:
                return value
            links += 1
            if links > MAX_CHAIN:
                self.too_deep()

    def _primary(self) -> Expression:
        token = self.tokens[self.at]
        kind = token.kind
        if kind == lexer.NAME:
            self.at += 1
            return Name(token.text, span=token.span)
        if kind in (lexer.INT, lexer.FLOAT, lexer.STRING, lexer.COLOR, "true", "false"):
            literal = self._literal(token)
            self.at += 1
            return literal
        if kind == "(":
            self.at += 1
            value = self.expression()
            if self.tokens[self.at].kind != ")":
                self.missing_closer(")")
            self.at += 1
            return Parenthesis(value, span=self.span_from(token))
        if kind == "[":
            return self._tuple()
        self.unexpected()

    def _literal(self, token: Token) -> Literal:
        text, span = token.text, token.span
        if token.kind == lexer.INT:
            if len(text) > _LONGEST_INT:
                self.fail("PW012", f'Syntax error at input "{text[:20]}…"', span, "the number is too long")
            return Literal(LiteralKind.INT, int(text), text, span=span)
        if token.kind == lexer.FLOAT:
            return Literal(LiteralKind.FLOAT, float(text), text, span=span)
        if token.kind == lexer.STRING:
            return Literal(LiteralKind.STRING, unquote(text), text, span=span)
        if token.kind == lexer.COLOR:
            return Literal(LiteralKind.COLOR, text, text, span=span)
        return Literal(LiteralKind.BOOL, token.kind == "true", text, span=span)

    def _tuple(self) -> Tuple:
        opener = self.take("[")
        items = [self.expression()]
        while self.tokens[self.at].kind == ",":
            self.at += 1
            items.append(self.expression())
        if self.tokens[self.at].kind != "]":
            self.missing_closer("]")
        self.at += 1
        return Tuple(tuple(items), span=self.span_from(opener))

    def _history(self, value: Expression) -> Index:
        self.take("[")
        offset = self.expression()
        closer = self.tokens[self.at]
        if closer.kind != "]":
            self.missing_closer("]")
        self.at += 1
        return Index(value, offset, span=value.span.to(closer.span))

    def _call(self, function: Expression, template: tuple[TypeName, ...]) -> Call:
        self.take("(")
        arguments: list[Argument] = []
        while self.tokens[self.at].kind != ")":
            arguments.append(self._argument())
            kind = self.tokens[self.at].kind
            if kind == ",":
                self.at += 1
                if self.tokens[self.at].kind == ")":
                    self.unexpected()
            elif kind != ")":
                self.missing_closer(")")
        closer = self.tokens[self.at]
        self.at += 1
        return Call(function, tuple(arguments), template, span=function.span.to(closer.span))

    def _argument(self) -> Argument:
        token = self.tokens[self.at]
        if token.kind == lexer.NAME and self.tokens[self.at + 1].kind == "=":
            self.at += 2
            value = self.expression()
            return Argument(value, token.text, span=token.span.to(value.span))
        value = self.expression()
        return Argument(value, span=value.span)

    # Types -----------------------------------------------------------------------------------------------------------

    def _template(self) -> tuple[TypeName, ...] | None:
        """The types of ``f<types>(…)``, or None when this ``<`` compares.

        Written with a space on both sides it compares; so a printed ``a < b > (c)`` stays what it was.
        """
        less = self.tokens[self.at]
        end = self.type_list_end(self.at)
        if end < 0 or self.tokens[end].kind != "(":
            return None
        before, after = self.tokens[self.at - 1], self.tokens[end - 1]
        if before.start + len(before.text) != less.start and after.start + 1 != self.tokens[end].start:
            return None
        return self._type_list()

    def type_end(self, place: int) -> int:
        """Index of the token behind the type that begins at ``place``; -1 when there is none."""
        tokens = self.tokens
        if tokens[place].kind != lexer.NAME:
            return -1
        if tokens[place].text in QUALIFIERS and tokens[place + 1].kind == lexer.NAME:
            inner = self.type_end(place + 1)
            if inner > 0 and tokens[inner].kind == lexer.NAME:
                return inner
        place += 1
        while tokens[place].kind == "." and tokens[place + 1].kind == lexer.NAME:
            place += 2
        if tokens[place].kind == "<":
            place = self.type_list_end(place)
        while place > 0 and tokens[place].kind == "[" and tokens[place + 1].kind == "]":
            place += 2
        return place

    def type_list_end(self, place: int) -> int:
        """Index behind ``<type, type>`` that begins at ``place``; -1 when it is none."""
        while True:
            place = self.type_end(place + 1)
            if place < 0:
                return -1
            kind = self.tokens[place].kind
            if kind == ">":
                return place + 1
            if kind != ",":
                return -1

    def type_name(self) -> TypeName:
        """Read the type at the cursor; ``type_end`` has told that there is one."""
        first = self.tokens[self.at]
        qualifier = None
        following = self.tokens[self.at + 1]
        if first.text in QUALIFIERS and following.kind == lexer.NAME:
            inner = self.type_end(self.at + 1)
            if inner > 0 and self.tokens[inner].kind == lexer.NAME:
                qualifier = first.text
                self.at += 1
        name = self.take(lexer.NAME).text
        while self.tokens[self.at].kind == "." and self.tokens[self.at + 1].kind == lexer.NAME:
            name += "." + self.tokens[self.at + 1].text
            self.at += 2
        arguments = self._type_list() if self.tokens[self.at].kind == "<" else ()
        arrays = 0
        while self.tokens[self.at].kind == "[" and self.tokens[self.at + 1].kind == "]":
            self.at += 2
            arrays += 1
        span = self.span_from(first)
        if not arrays:
            return TypeName(name, qualifier, arguments, span=span)
        made = TypeName(name, None, arguments, span=span)
        for depth in range(arrays, 0, -1):
            made = TypeName("array", qualifier if depth == 1 else None, (made,), span=span)
        return made

    def _type_list(self) -> tuple[TypeName, ...]:
        self.take("<")
        types = [self.type_name()]
        while self.tokens[self.at].kind == ",":
            self.at += 1
            types.append(self.type_name())
        self.take(">")
        return tuple(types)


def unquote(text: str) -> str:
    """The characters that a string literal stands for; where it goes over lines, a space joins them."""
    body = _OVER_LINES.sub(" ", text[1:-1])
    if "\\" not in body:
        return body
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match.group(1), match.group(1)), body)


def quote(value: str) -> str:
    """A string literal, in double quotes, that stands for these characters."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r")
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'
