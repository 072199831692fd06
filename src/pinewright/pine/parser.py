"""The front door of the language: the text of a script to its tree and the findings about its syntax."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pinewright.pine import lexer
from pinewright.pine.diagnostics import Diagnostic
from pinewright.pine.lexer import tokenize
from pinewright.pine.statements import StatementParser
from pinewright.pine.syntax import Comment, Script, Span

VERSION_COMMENT = re.compile(r"//\s*@version\s*=\s*(\d{1,4})\b", re.ASCII)


def parse(source: str) -> tuple[Script, tuple[Diagnostic, ...]]:
    """The tree of a script and what is wrong with its text, in the order of the text.

    Never raises: a statement that cannot be read is reported once and left out with the blocks that belong to it, and
    the tree holds all others. Constructs outside the subset (codes PW090 to PW096) are left out in the same way.
    """
    tokens = tokenize(source)
    parser = StatementParser(tokens)
    statements = tuple(parser.statements(lexer.END))
    footer = tokens.above.get(len(tokens.tokens) - 1, ())
    last = tokens.tokens[-1]
    span = Span(0, len(source), 1, 1, last.line, last.column)
    found = sorted(parser.found, key=lambda finding: finding.span.start)
    return Script(statements, version_of(tokens.above.get(0, ())), footer, span=span), tuple(found)


def version_of(comments: Iterable[Comment]) -> int | None:
    """The version that ``//@version=N`` among these comments declares; None when there is none."""
    for comment in comments:
        match = VERSION_COMMENT.match(comment.text)
        if match:
            return int(match.group(1))
    return None
