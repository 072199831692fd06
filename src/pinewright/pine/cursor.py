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
        self.kinds = [token[0] for token in tokens.tokens]
        self.closers = frozenset(tokens.pairs.values())
        self.at = 0
        self.nesting = 0
        self.brackets = 0
        """How many brackets of the statement being read are open at the cursor."""
        self.found: list[Diagnostic] = []
        self.spoiled = 0
        """How many values of the statement being read were noted as wrong and passed over."""

    @property
    def token(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.at]

    def shown(self) -> str:
        """The next token as messages name it."""
        return shown(self.token)

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
        hint = self._layout_hint(token) or "a value is missing here: a name, a number, a string or a bracket"
        self.fail("PW001", message, token.span, hint)

    def note(self, problem: StatementError) -> None:
        """Note a finding inside of a statement and go on; the statement itself will be left out."""
        self.found.append(problem.diagnostic)
        self.spoiled += 1

    def missing_closer(self, closer: str) -> NoReturn:
        """Fail for a bracket whose contents end without it."""
        self.mismatch(closer, "what stands in brackets is separated by commas or operators")

    def _fail_by_token(self, token: Token) -> None:
        """Fail for what is wrong with the token itself, or with the brackets around it."""
        own = lexical_problem(token)
        if own is not None:
            raise StatementError(own)
        if token.kind in _OPENER and self.at not in self.closers:
            message = f'Mismatched input "{token.text}" expecting "{LINE_END}"'
            self.fail("PW005", message, token.span, f'no "{_OPENER[token.kind]}" is open here')
        opener = self._bracket_around() if token.kind in _LINE_ENDS else None
        if opener is not None:
            message = f'Mismatched input "{LINE_END}" expecting "{_CLOSER[opener.kind]}"'
            self.fail("PW005", message, opener.span, f'this "{opener.text}" is never closed')

    def _bracket_around(self) -> Token | None:
        """The bracket, opened on this line, that the next token stands in."""
        for place in range(self.at - 1, -1, -1):
            token = self.tokens[place]
            if token.kind in _LINE_ENDS:
                return None
            if token.kind in _CLOSER and self.table.pairs.get(place, self.at) >= self.at:
                return token
        return None

    def _layout_hint(self, token: Token) -> str | None:
        """A word about the line, where its indentation may be what went wrong."""
        if token.kind in _LINE_ENDS or self.brackets:
            return None
        first = self.at
        while first > 0 and self.tokens[first - 1].line == token.line and self.tokens[first - 1].kind not in _LINE_ENDS:
            first -= 1
        if first > 0 and self.tokens[first - 1].kind not in _LINE_ENDS:
            width = self.tokens[first].column - 1
            return (
                f"line {token.line} is indented by {width}, no multiple of four, and so continues the line above; "
                "statements are indented by 0, 4, 8, …"
            )
        begins = first == self.at and token.kind in _OPERATORS
        return f"the line begins with an operator; {WRAPPING}" if begins else None


_OPENER = {")": "(", "]": "["}
_CLOSER = {"(": ")", "[": "]"}
