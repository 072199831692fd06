"""What can be wrong with the text of a script, and the exception that carries a finding from parser to border."""

from __future__ import annotations

from pinewright.pine import lexer
from pinewright.pine.diagnostics import Diagnostic
from pinewright.pine.lexer import Token

LINE_END = "end of line without line continuation"
WRAPPING = (
    "a line is continued by indenting the next one by a number of spaces that is not a multiple of four; "
    "a multiple of four starts a new statement"
)


_INSTEAD = {
    "&": "Pine writes: and",
    "|": "Pine writes: or",
    "!": "Pine writes: not",
    ";": "statements end with their line; several on one line are separated by commas",
    "{": "blocks are made by indentation of four spaces",
    "}": "blocks are made by indentation of four spaces",
    "^": "a power is written: math.pow(base, exponent)",
    "\u200b": "this is a space of no width, often from a copied web page; take it out",
    "\u00a0": "this is a no-break space, often from a copied web page; replace it by a plain one",
    "\u201c": 'strings stand between plain quotes: "text"',
    "\u201d": 'strings stand between plain quotes: "text"',
    "\u2018": "strings stand between plain quotes: 'text'",
    "\u2019": "strings stand between plain quotes: 'text'",
}


class StatementError(Exception):
    """A finding on its way to the border of its statement; never leaves the parser."""

    def __init__(self, diagnostic: Diagnostic):
        super().__init__(diagnostic.message)
        self.diagnostic = diagnostic


def shown(token: Token) -> str:
    """A token as messages name it."""
    if token.kind in (lexer.NEWLINE, lexer.DEDENT, lexer.INDENT):
        return LINE_END
    return "end of script" if token.kind == lexer.END else token.text


def lexical_problem(token: Token) -> Diagnostic | None:
    """The finding for a token that is wrong in itself; None for any other."""
    if token.kind == lexer.OPEN_STRING:
        return Diagnostic(
            "PW003",
            f"Syntax error: the string {token.text[:20]!r} has no closing quote",
            token.span,
            f"close it with {token.text[0]} on the same line; join strings over lines with +",
        )
    if token.kind == lexer.BAD_COLOR:
        hint = "a colour is # and six hexadecimal digits, or eight with transparency: #FF9800, #FF980080"
        return Diagnostic("PW012", f'Syntax error at input "{token.text}"', token.span, hint)
    if token.kind == lexer.BAD:
        instead = _INSTEAD.get(token.text)
        hint = instead or f"the character U+{ord(token.text):04X} may stand only in strings and comments"
        return Diagnostic("PW004", f'Syntax error at input "{token.text}"', token.span, hint)
    return None
