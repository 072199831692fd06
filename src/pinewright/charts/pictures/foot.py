"""The foot of a chart: numbers in rings beside arrows whose names found no place, what they stand for, and the note."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from pinewright.charts.pictures.annotations import Annotated, Unnamed
from pinewright.charts.pictures.frame import Piece, flow
from pinewright.charts.pictures.labels import Label
from pinewright.charts.pictures.names import Spot, spot_outward, write_label
from pinewright.charts.pictures.plane import Plane
from pinewright.charts.pictures.strokes import Box, letters
from pinewright.charts.pictures.theme import Theme

_MOST: Final = 99
_MOST_ROWS: Final = 4
_HEIGHT_A_ROW: Final = 140
"""Units of a chart's height for each row of the foot."""
_GAP: Final = 14
_BESIDE: Final = 2
"""Units between two names, and between a ring and its name."""


def foot_rows(annotated: Annotated, note: str, missing: int, theme: Theme, whole: Box, width: int) -> int:
    """Rows at ``width`` pixels for all names and the note, no more than the chart's height allows."""
    most = min(_MOST_ROWS, max(1, whole.height // theme.units(_HEIGHT_A_ROW)))
    labels = [one.label for one in annotated.unnamed]
    return len(_flow(labels, _note(note, annotated.missing, missing), theme, width, most)[0])


def draw_foot(plane: Plane, annotated: Annotated, note: str, missing: int) -> int:
    """Numbers, their names, the note; how many names stay untold, the least telling ones.

    missing: names for which the legend had no room.
    """
    told, rows, theme = _told(plane, annotated, note, missing), plane.frame.foot, plane.theme
    labels = [one.label.numbered(number) for number, (one, _) in enumerate(told, 1)]
    for label, (_, spot) in zip(labels, told, strict=True):
        write_label(plane, annotated.room, label, spot)
    untold = annotated.missing + len(annotated.unnamed) - len(told)
    text = _note(note, untold, missing)
    lines, _ = _flow(labels, text, theme, rows[0].width if rows else 0, len(rows))
    left = iter(labels)
    for box, line in zip(rows, lines, strict=False):
        x = box.left
        for piece in line:
            entry = next(left, None)
            if entry is not None:
                _write_entry(plane, entry, x, box.top)
            else:
                fitted = theme.small.fit(text, box.right - x)
                letters(plane.pixels, theme.small, x, box.top + theme.unit, fitted, theme.quiet)
            x += piece.width + theme.units(_GAP)
    return untold


def _note(note: str, untold: int, missing: int) -> str:
    parts = [note] if note else []
    if untold:
        parts.append(f"{untold} name{'s' * (untold > 1)} left out for want of room")
    if missing:
        parts.append(f"{missing} line{'s' * (missing > 1)} not named in the legend")
    return "; ".join(parts)


def _told(plane: Plane, annotated: Annotated, note: str, missing: int) -> list[tuple[Unnamed, Spot]]:
    """The names for which the foot has room, and the chart for their number, from left to right."""
    rows = plane.frame.foot
    found: list[tuple[Unnamed, Spot]] = []
    for one in annotated.unnamed[:_MOST] if rows else ():
        more = sorted([*(other for other, _ in found), one], key=_order)
        untold = annotated.missing + len(annotated.unnamed) - len(more)
        labels = [other.label for other in more]
        if _flow(labels, _note(note, untold, missing), plane.theme, rows[0].width, len(rows))[1]:
            continue
        # A ring is small: over bars it hides little.
        ring_of = one.label.numbered(_MOST)
        spot = spot_outward(plane, annotated.room, ring_of, one.place, down=one.down, over_bars=True)
        if spot is not None:
            found.append((one, spot))
    return sorted(found, key=lambda item: _order(item[0]))


def _order(one: Unnamed) -> tuple[int, bool]:
    return one.bar, one.down


def _write_entry(plane: Plane, label: Label, left: int, top: int) -> None:
    """A number and the name for which it stands."""
    theme, name = plane.theme, Label(label.parts)
    side = label.height(theme)
    label.write(plane.pixels, theme, Box(left, top, left + side, top + side))
    left += side + theme.units(_BESIDE)
    top += (side - name.height(theme)) // 2
    name.write(plane.pixels, theme, Box(left, top, left + name.width(theme), top + name.height(theme)))


def _flow(labels: Sequence[Label], note: str, theme: Theme, width: int, most: int) -> tuple[list[list[Piece]], int]:
    """Rows of numbers with their names, and the note behind them; how many are left out."""
    side = Label((), _MOST).height(theme) + theme.units(_BESIDE)
    pieces = [Piece(label.text, side + Label(label.parts).width(theme)) for label in labels]
    if note:
        pieces.append(Piece(note, min(width, theme.small.width(note))))
    return flow(pieces, width, theme.units(_GAP), most)
