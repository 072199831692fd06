"""A place in the tokens of a script, and the findings for what stands there but should not."""

from __future__ import annotations

from typing import NoReturn

from pinewright.pine import lexer
from pinewright.pine.diagnostics import Diagnostic, Severity
from pinewright.pine.lexer import PRECEDENCE, Token, Tokens
from pinewright.pine.problems import LINE_END, WRAPPING, StatementError, lexical_problem, shown
from pinewright.pine.syntax import Span

MAX_NESTING = 64
"""Brackets, operators and blocks inside each other; far above what people write, below what exhausts the stack."""
MAX_CHAIN = 250
"""Links of one chain ``a + b + …``, ``a ? b : c ? …`` or ``else if``: the depth of the tree."""

_OPERATORS = frozenset(["?", ":", ".", ",", ")", "]", *PRECEDENCE])
_LINE_ENDS = frozenset([lexer.NEWLINE, lexer.INDENT, lexer.DEDENT, lexer.END])


class Cursor:
    """Base of the parser's parts: the tokens, the place in them, and what was found."""

    def __init__(self, tokens: Tokens):
        self.table = tokens
        self.tokens = tokens.tokens
        self.at = 0
        self.nesting = 0
        self.found: list[Diagnostic] = []

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.at]

    def take(self, kind: str) -> Token:
        """Step over a token of this kind, or fail."""
        token = self.tokens[self.at]
        if token.kind != kind:
            self.mismatch(kind)
        self.at += 1
        return token

    def take_name(self, what: str) -> Token:
        """Step over a name, or fail."""
        token = self.tokens[self.at]
        if token.kind != lexer.NAME:
            if token.kind in lexer.RESERVED:
                hint = f"`{token.text}` is a word of the language; choose another name"
                self.fail("PW010", f'Mismatched input "{token.text}" expecting {what}', token.span, hint)
            self.mismatch(what)
        self.at += 1
        return token

    def span_from(self, first: Token) -> Span:
        """From a token to the last one read, layout left out."""
        place = self.at - 1
        while self.tokens[place].kind in _LINE_ENDS and place > 0:
            place -= 1
        last = self.tokens[place]
        return first.span if last.start < first.start else first.to(last)

    def enter(self) -> None:
        """One level deeper; the caller steps back by ``self.nesting -= 1``."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            self.too_deep()

    def too_deep(self) -> NoReturn:
        """Fail for depth."""
        hint = "give parts of it names of their own"
        self.fail("PW011", "Syntax error: nested too deep, or too long a chain", self.token.span, hint)

    def fail(self, code: str, message: str, span: Span, hint: str | None = None) -> NoReturn:
        """Leave the statement with this finding."""
        raise StatementError(Diagnostic(code, message, span, hint))

    def warn(self, code: str, message: str, span: Span, hint: str | None = None) -> None:
        """Note a finding and go on."""
        self.found.append(Diagnostic(code, message, span, hint, Severity.WARNING))

    def mismatch(self, expected: str, hint: str | None = None) -> NoReturn:
        """Fail: the next token is not the one that must follow here."""
        token = self.token
        wanted = LINE_END if expected == lexer.NEWLINE else expected
        quoted = wanted if wanted.startswith(("a ", "an ")) else f'"{wanted}"'
        message = f'Mismatched input "{shown(token)}" expecting {quoted}'
        self._fail_by_token(token)
        if token.kind == "=":
            hint = "two values are compared by ==; a variable that exists takes a new value by :="
            self.fail("PW008", message, token.span, hint)
        code = "PW014" if token.kind in _LINE_ENDS else "PW002"
        self.fail(code, message, token.span, hint or self._layout_hint(token))

    def unexpected(self) -> NoReturn:
        """Fail: no value can begin with the next token."""
        token = self.token
        self._fail_by_token(token)
        message = f'Syntax error at input "{shown(token)}"'
        if token.kind in _LINE_ENDS:
            self.fail("PW014", message, token.span, f"the line ends where a value is missing; {WRAPPING}")
        if token.kind in lexer.RESERVED:
            hint = f"`{token.text}` cannot stand inside a value"
            if token.kind in ("if", "switch", "for", "while"):
                hint += "; give its result a name on a line of its own"
            self.fail("PW001", message, token.span, hint)
        self.fail("PW001", message, token.span, self._layout_hint(token))

    def missing_closer(self, opener: Token, closer: str) -> NoReturn:
        """Fail for a bracket whose contents end without it."""
        token = self.token
        if token.kind in _LINE_ENDS:
            message = f'Mismatched input "{LINE_END}" expecting "{closer}"'
            self.fail("PW005", message, opener.span, f'this "{opener.text}" is never closed')
        hint = "what stands in brackets is separated by commas or operators"
        self.mismatch(closer, self._layout_hint(token) or hint)

    def _fail_by_token(self, token: Token) -> None:
        """Fail for what is wrong with the token itself."""
        own = lexical_problem(token)
        if own is not None:
            raise StatementError(own)
        if token.kind in (")", "]") and self.at not in self.table.pairs.values():
            message = f'Mismatched input "{token.text}" expecting "{LINE_END}"'
            self.fail("PW005", message, token.span, f'no "{_PARTNER[token.kind]}" is open here')

    def _layout_hint(self, token: Token) -> str | None:
        first_of_line = self.at == 0 or self.tokens[self.at - 1].line < token.line
        if not first_of_line or token.kind in _LINE_ENDS:
            return None
        if self.at > 0 and self.tokens[self.at - 1].kind not in _LINE_ENDS:
            return (
                f"this line is indented by {token.column - 1}, no multiple of four, and so continues the line above; "
                "statements are indented by 0, 4, 8, …"
            )
        return f"the line begins with an operator; {WRAPPING}" if token.kind in _OPERATORS else None


_PARTNER = {")": "(", "]": "["}
