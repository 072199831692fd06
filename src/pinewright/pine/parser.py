"""The front door of the language: the text of a script to its tree and the findings about its syntax."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from pinewright.pine import lexer
from pinewright.pine.diagnostics import Diagnostic, Severity
from pinewright.pine.lexer import Tokens, tokenize
from pinewright.pine.statements import StatementParser
from pinewright.pine.syntax import Comment, Script, Span

VERSION_COMMENT = re.compile(r"//\s*@version\s*=\s*(\d{1,4})\b", re.ASCII)
_LAST_STRICT_VERSION = 5


def parse(source: str) -> tuple[Script, tuple[Diagnostic, ...]]:
    """The tree of a script and what is wrong with its text, in the order of the text.

    Never raises: a statement that cannot be read is reported and left out with the blocks that belong to it, and the
    tree holds all others. Pine v1 to v6 are read alike; what one version lacks is a matter for the checker.
    """
    tokens = tokenize(source)
    if len(tokens.tokens) > lexer.MAX_TOKENS:
        return _refused(source, tokens)
    parser = StatementParser(tokens)
    statements = tuple(parser.statements(lexer.END))
    footer = tokens.above.get(len(tokens.tokens) - 1, ())
    last = tokens.tokens[-1]
    span = Span(0, len(source), 1, 1, last.line, last.column)
    version = _version(source, tokens)
    if version is not None and version <= _LAST_STRICT_VERSION:
        parser.found += _strict_wrapping(tokens)
    found = sorted(parser.found, key=lambda finding: finding.span.start)
    return Script(statements, version, footer, span=span), tuple(found)


def _refused(source: str, tokens: Tokens) -> tuple[Script, tuple[Diagnostic, ...]]:
    """What becomes of a script that is too long to be read."""
    message = f"Syntax error: the script has more than {lexer.MAX_TOKENS:,} tokens"
    hint = "TradingView compiles 100,000 tokens at most; move parts of it into libraries"
    found = Diagnostic("PW011", message, tokens.tokens[lexer.MAX_TOKENS].span, hint)
    return Script((), _version(source, tokens)), (found,)


def version_of(comments: Iterable[Comment]) -> int | None:
    """The version that ``//@version=N`` among these comments declares; None when there is none."""
    for comment in comments:
        match = VERSION_COMMENT.match(comment.text)
        if match:
            return int(match.group(1))
    return None


def _version(source: str, tokens: Tokens) -> int | None:
    """The version of a script: of the first comment that declares one, wherever it stands."""
    version = version_of(tokens.above.get(0, ()))
    if version is None and "@version" in source:
        version = version_of(sorted(tokens.comments(), key=lambda comment: comment.span.start))
    return version


def _strict_wrapping(tokens: Tokens) -> Iterator[Diagnostic]:
    """A warning for each statement with a line in brackets that begins at a multiple of four."""
    above = -1
    for place in tokens.wide:
        token = tokens.tokens[place]
        if place <= above:
            continue
        above = next(after for after in range(place, len(tokens.tokens)) if tokens.tokens[after].kind == lexer.NEWLINE)
        message = f'Mismatched input "{token.text}": only Pine v6 takes a line in brackets at a multiple of four'
        hint = "indent it by a number of spaces that is no multiple of four, or move the script to v6"
        yield Diagnostic("PW018", message, token.span, hint, Severity.WARNING)
