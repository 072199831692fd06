"""Changes of a source text at given places, with every other character left as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pinewright.errors import UsageError
from pinewright.pine.syntax import Span


@dataclass(frozen=True)
class Edit:
    """Replace what stands in ``span`` (offsets count) by ``text``; an empty span inserts."""

    span: Span
    text: str


def replace_text(source: str, edits: Iterable[Edit]) -> str:
    """The source with all edits applied; spans refer to the source as given, and the order of edits does not matter.

    Raises UsageError for edits that overlap (two insertions at one place do too) or reach outside of the source.
    """
    pieces: list[str] = []
    done = 0
    previous: Edit | None = None
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        start, end = edit.span.start, edit.span.end
        where = f"line {edit.span.line}, column {edit.span.column}"
        if not 0 <= start <= end <= len(source):
            raise UsageError(f"an edit of characters {start} to {end} reaches outside of the script", where=where)
        if previous is not None and (start < done or edit.span == previous.span):
            hint = "give each place of the script one edit"
            raise UsageError("two edits of the script overlap", where=where, hint=hint)
        pieces += (source[done:start], edit.text)
        done = end
        previous = edit
    pieces.append(source[done:])
    return "".join(pieces)


def line_start(source: str, offset: int) -> int:
    """Offset at which the line of an offset begins."""
    return max(source.rfind("\n", 0, offset), source.rfind("\r", 0, offset)) + 1


def line_end_of(source: str) -> str:
    """The line end that a source uses: that of its first line."""
    match = re.search(r"\r\n|\r|\n", source)
    return match.group() if match else "\n"
