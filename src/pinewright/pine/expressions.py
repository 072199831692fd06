"""Tokens to values: literals, names, calls, history, and operators by Pine's precedence.

Precedence from the Pine manual ("Operators"): ``[]`` and calls, unary ``+ - not``, ``* / %``, ``+ -``,
``< <= > >=``, ``== !=``, ``and``, ``or``, ``?:``.
"""

from __future__ import annotations

import re

from pinewright.pine import lexer
from pinewright.pine.cursor import MAX_CHAIN
from pinewright.pine.lexer import PRECEDENCE, Token
from pinewright.pine.problems import StatementError
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
from pinewright.pine.typenames import TypeParser

_UNARY = frozenset(["-", "+", "not"])
_AFTER_VALUE = frozenset(["(", ".", "[", "<"])
_LITERALS = frozenset([lexer.INT, lexer.FLOAT, lexer.STRING, lexer.COLOR, "true", "false"])
_NUMBERS = (LiteralKind.INT, LiteralKind.FLOAT)
_TRIPLE = ('"' * 3, "'" * 3)
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r"}
_OVER_LINES = re.compile(r"[ \t]*(?:\r\n|\r|\n)[ \t]*")
_LINE_END = re.compile(r"\r\n|\r")
_LONGEST_INT = 300  # digits; Python itself refuses to read thousands


class ExpressionParser(TypeParser):
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
        kinds = self.kinds
        left = self._unary() if kinds[self.at] in _UNARY else self._postfix()
        links = 0
        while True:
            kind = kinds[self.at]
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
        self.enter()
        self.at += 1
        operand = self._unary() if self.kinds[self.at] in _UNARY else self._postfix()
        self.nesting -= 1
        return Unary(token.kind, operand, span=token.span.to(operand.span))

    def _postfix(self) -> Expression:
        kinds = self.kinds
        if kinds[self.at] == lexer.NAME:
            token = self.tokens[self.at]
            self.at += 1
            value: Expression = Name(token.text, span=token.span)
        else:
            value = self._primary()
        links = 0
        while (kind := kinds[self.at]) in _AFTER_VALUE:
            if kind == ".":
                if isinstance(value, Literal) and value.kind in _NUMBERS:
                    return value
                self.at += 1
                name = self.take_name("a name")
                span = name.span
                value = Member(value, name.text, span, span=value.span.to(span))
            elif kind == "[":
                value = self._history(value)
            elif not isinstance(value, (Name, Member)):
                return value
            elif kind == "(":
                value = self._call(value, ())
            else:
                template = self._template()
                if template is None:
                    return value
                value = self._call(value, template)
            links += 1
            if links > MAX_CHAIN:
                self.too_deep()
        return value

    def _template(self) -> tuple[TypeName, ...] | None:
        """The types of ``f<types>(…)``, or None when this ``<`` compares.

        Written with a space on both sides it compares; so a printed ``a < b > (c)`` stays what it was.
        """
        less = self.tokens[self.at]
        end = self.type_list_end(self.at)
        if end < 0 or self.kinds[end] != "(":
            return None
        before, after = self.tokens[self.at - 1], self.tokens[end - 1]
        if before.start + len(before.text) != less.start and after.start + 1 != self.tokens[end].start:
            return None
        return self.type_list()

    def _primary(self) -> Expression:
        token = self.tokens[self.at]
        kind = token.kind
        if kind in _LITERALS:
            literal = self._literal(token)
            self.at += 1
            return literal
        if kind == "(":
            self.at += 1
            self.brackets += 1
            value = self.expression()
            closer = self.tokens[self.at]
            if closer.kind != ")":
                self.missing_closer(")")
            self.at += 1
            self.brackets -= 1
            return Parenthesis(value, span=token.to(closer))
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
        self.brackets += 1
        items = [self.expression()]
        while self.tokens[self.at].kind == ",":
            self.at += 1
            items.append(self.expression())
        if self.tokens[self.at].kind != "]":
            self.missing_closer("]")
        self.at += 1
        self.brackets -= 1
        return Tuple(tuple(items), span=self.span_from(opener))

    def _history(self, value: Expression) -> Index:
        self.at += 1
        self.brackets += 1
        offset = self.expression()
        closer = self.tokens[self.at]
        if closer.kind != "]":
            self.missing_closer("]")
        self.at += 1
        self.brackets -= 1
        return Index(value, offset, span=value.span.to(closer.span))

    def _call(self, function: Expression, template: tuple[TypeName, ...]) -> Call:
        kinds = self.kinds
        opener = self.at
        self.take("(")
        arguments: list[Argument] = []
        self.brackets += 1
        level, brackets = self.nesting, self.brackets
        while kinds[self.at] != ")":
            start = self.at
            try:
                arguments.append(self._argument())
                if kinds[self.at] not in (",", ")"):
                    self.missing_closer(")")
            except StatementError as problem:
                self._next_argument(opener, start, problem)
                self.nesting, self.brackets = level, brackets
            if kinds[self.at] == ",":
                self.at += 1
                if kinds[self.at] == ")":
                    self.unexpected()
        closer = self.tokens[self.at]
        self.at += 1
        self.brackets -= 1
        return Call(function, tuple(arguments), template, span=function.span.to(closer.span))

    def _next_argument(self, opener: int, start: int, problem: StatementError) -> None:
        """Note what is wrong with the argument at ``start`` and step to the comma or bracket behind it.

        Fails where the call or a bracket in the argument is not closed: then nothing tells where the argument ends.
        """
        kinds, pairs = self.kinds, self.table.pairs
        place, closer = start, pairs.get(opener, -1)
        while place < closer and kinds[place] != ",":
            if kinds[place] in ("(", "[") and place not in pairs:
                break
            place = pairs.get(place, place) + 1
        if closer < 0 or (place < closer and kinds[place] != ","):
            raise problem
        self.note(problem)
        self.at = place

    def _argument(self) -> Argument:
        if self.kinds[self.at] == lexer.NAME and self.kinds[self.at + 1] == "=":
            token = self.tokens[self.at]
            self.at += 2
            value = self.expression()
            name_span = token.span
            return Argument(value, token.text, name_span, span=name_span.to(value.span))
        value = self.expression()
        return Argument(value, span=value.span)


def unquote(text: str) -> str:
    """The characters that a string literal stands for.

    A string of three quotes keeps its line ends, all as LF; one of a single quote has a space for each.
    """
    if text[:3] in _TRIPLE and len(text) >= 6:
        body = _LINE_END.sub("\n", text[3:-3])
    else:
        body = _OVER_LINES.sub(" ", text[1:-1])
    if "\\" not in body:
        return body
    return _ESCAPE.sub(lambda match: _ESCAPED.get(match.group(1), match.group(1)), body)


def quote(value: str) -> str:
    """A string literal, in double quotes, that stands for these characters."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\r", "\\r")
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t") + '"'
