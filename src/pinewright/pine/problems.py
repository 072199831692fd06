"""What can be wrong with the text of a script: the codes, and the exception that carries one from parser to border."""

from __future__ import annotations

from pinewright.pine import lexer
from pinewright.pine.diagnostics import Diagnostic
from pinewright.pine.lexer import Token

SYNTAX_CODES: dict[str, str] = {
    "PW001": "a piece of text where a value or a statement should begin",
    "PW002": "a piece of text where something else must follow",
    "PW003": "a string without its closing quote",
    "PW004": "a character that Pine does not know",
    "PW005": "a bracket without its partner",
    "PW006": "a line indented deeper than the block that it stands in",
    "PW007": "a head such as `if` or `for` without an indented block below it",
    "PW008": "`=` inside a value, where `==` or `:=` is meant",
    "PW009": "a function or an arm of a switch without `=>`",
    "PW010": "a reserved word used as a name",
    "PW011": "an expression or blocks nested too deep",
    "PW012": "a number or colour that cannot be read",
    "PW013": "`else` without an `if` above it",
    "PW014": "a line that ends in the middle of a value",
    "PW015": "a declaration without a value",
    "PW016": "an assignment to something that is no variable",
    "PW017": "a block indented by more than four spaces (warning)",
    "PW018": "a line in brackets that begins at a multiple of four, before Pine v6 (warning)",
    "PW019": "a field of a type without its type or its name",
    "PW020": "the path of an `import` that is not user/library/version",
    "PW021": "`export` before something that no library exports",
}
"""Code to meaning, of everything that the parser reports."""

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
