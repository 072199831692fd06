"""The lines of a text that hold code, with their indentation."""

from __future__ import annotations

import re

from pinewright.pine.lexer import indentation_width

Row = tuple[int, int, int]
"""Offset of the line, of its first token, and the width of its indentation."""

_LINE = re.compile(r"^([ \t]*)(?:[^\s/]|/(?!/))", re.MULTILINE)


def rows_of(source: str) -> list[Row]:
    """All lines that are neither empty nor a comment."""
    return [(match.start(), match.end(1), indentation_width(match[1])) for match in _LINE.finditer(source)]
