"""Changes of one text, gathered rule by rule: each with its edits, all of them or none, and the way back to its place.

Edits of nested values go together: what is inserted before a value stands outside of what is inserted before its first
part. Where two changes want the same characters, the first has them, and the other waits for the next round.
"""

from __future__ import annotations

import bisect
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from pinewright.pine.diagnostics import Diagnostic, Severity
from pinewright.pine.edit import Edit, replace_text
from pinewright.pine.syntax import Span

_LINE_END = re.compile(r"\r\n|\r|\n")
_WORD = re.compile(r"\w")


@dataclass(frozen=True)
class Change:
    """One thing that was done: its code (``pinewright rule CODE``), what, and where in the script as it was given."""

    code: str
    message: str
    span: Span

    def as_dict(self) -> dict[str, str | int]:
        """The object that ``convert --json`` lists."""
        return {"code": self.code, "message": self.message, "line": self.span.line, "column": self.span.column}


def span_at(source: str, start: int, end: int) -> Span:
    """The span of two offsets."""
    starts = [0, *(match.end() for match in _LINE_END.finditer(source))]
    line, end_line = bisect.bisect_right(starts, start), bisect.bisect_right(starts, end)
    return Span(start, end, line, start - starts[line - 1] + 1, end_line, end - starts[end_line - 1] + 1)


@dataclass(frozen=True)
class Trace:
    """The way from offsets of a text back to those of the script it was made of.

    ``pieces`` are, for each round, the parts that a change wrote or removed: where it ends up and where it was.
    """

    original: str
    rounds: tuple[tuple[tuple[int, int, int, int], ...], ...] = ()

    def then(self, edits: Iterable[Edit]) -> Trace:
        """After one more round of edits."""
        pieces, shift = [], 0
        for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
            start, end = edit.span.start, edit.span.end
            pieces.append((start + shift, start + shift + len(edit.text), start, end))
            shift += len(edit.text) - (end - start)
        return Trace(self.original, (*self.rounds, tuple(pieces)))

    def back(self, span: Span) -> Span:
        """Where a span of the text stood in the script as it was given; of what is new, where it was put."""
        start, end = span.start, span.end
        for pieces in reversed(self.rounds):
            start, end = _before(pieces, start, at_end=False), _before(pieces, end, at_end=True)
        return span_at(self.original, start, max(start, end))


def _before(pieces: tuple[tuple[int, int, int, int], ...], offset: int, *, at_end: bool) -> int:
    shift = 0
    for new_start, new_end, old_start, old_end in pieces:
        if offset < new_start or (at_end and offset == new_start):
            break
        if offset < new_end or (at_end and offset == new_end):
            return old_end if at_end else old_start
        shift = old_end - new_end
    return offset + shift


@dataclass(frozen=True)
class _Insertion:
    place: int
    order: tuple[int, int, int]
    text: str


@dataclass
class Edits:
    """The edits of one change."""

    replaced: list[Edit] = field(default_factory=list)
    inserted: list[_Insertion] = field(default_factory=list)

    def replace(self, span: Span, text: str) -> Edits:
        """Write ``text`` instead of what stands there."""
        self.replaced.append(Edit(span, text))
        return self

    def before(self, span: Span, text: str) -> Edits:
        """Write ``text`` before what stands there."""
        self.inserted.append(_Insertion(span.start, (1, -span.end, 0), text))
        return self

    def after(self, span: Span, text: str) -> Edits:
        """Write ``text`` behind what stands there."""
        self.inserted.append(_Insertion(span.end, (0, -span.start, 0), text))
        return self

    def wrap(self, span: Span, left: str, right: str) -> Edits:
        """Write one text before and another behind."""
        return self.before(span, left).after(span, right)

    def line_above(self, place: int, text: str) -> Edits:
        """Write lines at the beginning of a line."""
        self.inserted.append(_Insertion(place, (-1, 0, 0), text))
        return self


class Draft:
    """What is to change in ``source``."""

    def __init__(self, source: str):
        self.source = source
        self.changes: list[Change] = []
        self.refused: list[Diagnostic] = []
        self.postponed = False
        """Whether a change had to wait for the next round."""
        self._replaced: list[Edit] = []
        self._inserted: list[_Insertion] = []

    def change(self, code: str, message: str, span: Span, edits: Edits) -> bool:
        """Take a change with all its edits; False where another one already has those characters."""
        if self._collides(edits):
            self.postponed = True
            return False
        self._replaced += edits.replaced
        for one in edits.inserted:
            # Of two wraps of one value the later one is the outer.
            rank, key, _ = one.order
            serial = len(self._inserted)
            order = (rank, key, serial if rank < 1 else -serial)
            self._inserted.append(_Insertion(one.place, order, one.text))
        self.changes.append(Change(code, message, span))
        return True

    def refuse(self, code: str, message: str, span: Span, hint: str) -> None:
        """Note what cannot be carried over; it is left as it is."""
        self.refused.append(Diagnostic(code, message, span, hint, Severity.WARNING))

    def edits(self) -> list[Edit]:
        """All edits, one a place."""
        texts: dict[int, str] = {}
        for one in sorted(self._inserted, key=lambda one: (one.place, one.order)):
            texts[one.place] = texts.get(one.place, "") + one.text
        made = []
        for edit in self._replaced:
            start = edit.span.start
            made.append(Edit(edit.span, self._apart(edit.span, texts.pop(start, "") + edit.text)))
        for place, text in texts.items():
            span = span_at(self.source, place, place)
            made.append(Edit(span, self._apart(span, text)))
        return made

    def _apart(self, span: Span, text: str) -> str:
        """The text with a space where it would run into the word beside it: ``not(x)`` is no ``notx1``."""
        before, after = self.source[: span.start][-1:], self.source[span.end : span.end + 1]
        left = " " if _WORD.match(text) and _WORD.match(before) else ""
        right = " " if _WORD.match(text[-1:]) and _WORD.match(after) else ""
        return f"{left}{text}{right}"

    def apply(self) -> str:
        """The text with all changes."""
        return replace_text(self.source, self.edits())

    def _collides(self, edits: Edits) -> bool:
        for edit in edits.replaced:
            start, end = edit.span.start, edit.span.end
            if any(start < other.span.end and other.span.start < end for other in self._replaced):
                return True
            if any(start < one.place < end for one in self._inserted):
                return True
        return any(other.span.start < one.place < other.span.end for one in edits.inserted for other in self._replaced)
