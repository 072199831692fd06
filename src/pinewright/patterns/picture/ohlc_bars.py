"""Whether a chart shows OHLC bars, in which colours, and where they stand.

A bar is an upright line with one tick at its left, for the open, and one at its right, for the close. So the lines of
one colour stand at equal distances, end in ever different rows, and beside most of them there is exactly one short run
on either side, mostly in different rows: a candle's body fills the same rows on both. Where nearly all have a tick on
the right and none on the left the open is not drawn, and the chart is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pinewright.market import BoolArray, IntArray
from pinewright.patterns.picture import strokes
from pinewright.patterns.picture.colours import FAINT, LEAST_CONTRAST, LEAST_PIXELS, Colours, distance
from pinewright.patterns.picture.foreign import without_thin_lines
from pinewright.patterns.picture.frame import inner
from pinewright.patterns.picture.image import PictureError
from pinewright.patterns.picture.lattice import LEAST_BARS, LEAST_PITCH, Lattice, find_places

THICKEST: Final = 16
"""Columns of a line at most."""
MOST_TRIED: Final = 3
MOST_LOOKED_AT: Final = 24
"""Colours, the most common first, among which those of the bars are."""
MOST_COLOURS: Final = 4
LEAST_TICKED: Final = 0.6
"""Share of a colour's bars that have one tick on a side."""
LEAST_UPRIGHT: Final = 0.6
"""Share of a further colour's lines that stand where the first one's do: an average stands anywhere."""
MOST_ALIKE: Final = 0.6
"""Share of those whose ticks fill the same rows, at most."""
MOST_OPENS: Final = 0.05
"""Share of bars with anything at the left, up to which opens are not drawn."""
LEAST_CLOSES: Final = 0.8
"""Share of bars with one tick at the right, from which on a chart without opens is one of bars."""


@dataclass(frozen=True)
class Sticks:
    """OHLC bars: their colours, the likeliest first, the columns of the plot, and where in these they stand.

    lattice: wick is the line's width, body what both ticks and the line span.
    """

    colours: tuple[int, ...]
    frame: slice
    lattice: Lattice


@dataclass(frozen=True)
class Ticks:
    """Of the bars of one colour: how many there are, and the shares that have exactly one tick at the left, one at the
    right, anything at the left, and both in the same rows (of those with both)."""

    bars: int
    left: float
    right: float
    any_left: float
    alike: float

    @property
    def both(self) -> bool:
        return self.left >= LEAST_TICKED and self.right >= LEAST_TICKED and self.alike <= MOST_ALIKE

    @property
    def closes_only(self) -> bool:
        return self.any_left <= MOST_OPENS and self.right >= LEAST_CLOSES


def find_sticks(colours: Colours) -> Sticks | None:
    """The OHLC bars of a picture, None where it shows none; PictureError where their opens are not drawn."""
    likely = _likely(colours)
    if not likely:
        return None
    frame = inner(colours, likely[:2], lambda mask: stick_score(_lines(mask)[0]))
    colours = replace(colours, packed=colours.packed[:, frame])
    for colour in likely[:MOST_TRIED]:
        lines, thick = _lines(colours.packed == colour)
        try:
            lattice = replace(find_places([lines]), wick=thick, body=thick)
        except PictureError:
            continue
        if lattice.pitch < max(LEAST_PITCH, thick + 2) or lattice.sure.sum() < LEAST_BARS:
            continue
        told = ticks(colours.packed == colour, lattice)
        if told.closes_only and told.bars >= 2 * LEAST_BARS:
            what = "bars with ticks for the close only (HLC): their opens are not drawn"
            raise PictureError(what, hint="switch the chart to candles or to OHLC bars")
        if told.both and told.bars >= LEAST_BARS:
            return _completed(colours, colour, lattice, frame)
    return None


def _completed(colours: Colours, first: int, lattice: Lattice, frame: slice) -> Sticks:
    """With all colours that make such bars at the same places, and the length of the ticks."""
    found, masks = [first], [_lines(colours.packed == first)[0]]
    least = FAINT * distance(first, colours.ground)
    for colour in colours.common[1:MOST_LOOKED_AT].tolist():
        mask = colours.packed == colour
        if colour == first or distance(colour, colours.ground) < least or mask.sum() < 2 * LEAST_PIXELS:
            continue
        lines = _lines(mask)[0]
        if len(found) == MOST_COLOURS or _upright(lines, lattice) < LEAST_UPRIGHT:
            continue
        # Where only the other colour stands, places were not seen but reckoned.
        fuller = replace(find_places([*masks, lines]), wick=lattice.wick, body=lattice.wick)
        if abs(fuller.pitch - lattice.pitch) > 0.1 or fuller.fit < 0.9 * lattice.fit:
            continue
        told = ticks(mask, fuller)
        if told.both and told.bars >= 2:
            found.append(colour)
            masks.append(lines)
            lattice = fuller
    length = _tick_length(np.isin(colours.packed, found), lattice)
    return Sticks(tuple(found), frame, replace(lattice, body=lattice.wick + 2 * length))


def _upright(lines: BoolArray, lattice: Lattice) -> float:
    """Share of a colour's lines that stand at the places of bars, give or take a column."""
    at = (lattice.wick_left[:, None] + np.arange(-1, lattice.wick + 1)).ravel()
    inside = np.unique(at[(at >= 0) & (at < lines.shape[1])])
    return float(lines[:, inside].sum()) / max(1, int(lines.sum()))


def stick_score(lines: BoolArray) -> float:
    """How much a mask of upright lines looks like those of bars: its pixels, times how much their ends vary."""
    runs = strokes.down(lines)
    tall = runs.length >= 3
    if tall.sum() < LEAST_BARS or len(np.unique(runs.line[tall])) < LEAST_BARS:
        return 0.0
    length = runs.length[tall].astype(np.float64)
    spread = strokes.variety(runs.first[tall], length) * strokes.variety(runs.last[tall], length)
    return float(length.sum()) * spread**2


def _likely(colours: Colours) -> list[int]:
    """Colours that may make bars, the best one first."""
    least = max(2 * LEAST_PIXELS, int(1e-4 * colours.packed.size))
    scores = []
    common = zip(colours.common[1:MOST_LOOKED_AT].tolist(), colours.count[1:MOST_LOOKED_AT].tolist(), strict=True)
    for colour, count in common:
        if count >= least and distance(colour, colours.ground) >= LEAST_CONTRAST:
            score = stick_score(_lines(colours.packed == colour)[0])
            if score >= LEAST_PIXELS:
                scores.append((score, colour))
    strongest = max((distance(colour, colours.ground) for _, colour in scores), default=0.0)
    scores = [one for one in scores if distance(one[1], colours.ground) >= FAINT * strongest]
    return [colour for _, colour in sorted(scores, reverse=True)]


def _lines(mask: BoolArray) -> tuple[BoolArray, int]:
    """The pixels of upright lines of the commonest width, and that width; ticks and what joins them are left out."""
    runs = strokes.across(mask)
    found = np.zeros_like(mask)
    thin = runs.length <= THICKEST
    if not thin.any():
        return found, 1
    order = np.lexsort((runs.line[thin], runs.last[thin], runs.first[thin]))
    line, first, last = (values[thin][order] for values in (runs.line, runs.first, runs.last))
    alike = (np.diff(first) == 0) & (np.diff(last) == 0) & (np.diff(line) == 1)
    stacked = np.zeros(len(line), dtype=np.bool_)
    stacked[:-1] |= alike
    stacked[1:] |= alike
    if not stacked.any():
        return found, 1
    width = int(np.bincount((last - first + 1)[stacked]).argmax())
    kept = last - first + 1 == width
    for step in range(width):
        found[line[kept], first[kept] + step] = True
    return found, width


def ticks(mask: BoolArray, lattice: Lattice) -> Ticks:
    """What stands beside a colour's lines; lines across the picture, as of the last price, left out."""
    mask = without_thin_lines(mask)
    height, width = mask.shape
    thick = lattice.wick
    places: list[tuple[BoolArray, BoolArray]] = []
    for start in lattice.wick_left.tolist():
        if start < 1 or start + thick >= width:
            continue
        line: BoolArray = np.asarray(mask[:, start : start + thick].any(axis=1))
        if line.sum() < thick + 3:
            continue
        rows = slice(int(line.argmax()), height - int(line[::-1].argmax()))
        places.append((mask[rows, start - 1], mask[rows, start + thick]))
    if not places:
        return Ticks(0, 0.0, 0.0, 1.0, 1.0)
    left, right = (np.array([_is_tick(pair[side], thick) for pair in places], dtype=np.bool_) for side in (0, 1))
    same = np.array([np.array_equal(*pair) for pair in places], dtype=np.bool_)
    both = left & right
    return Ticks(
        bars=len(places),
        left=float(left.mean()),
        right=float(right.mean()),
        any_left=float(np.mean([one.any() for one, _ in places])),
        alike=float(same[both].mean()) if both.any() else 1.0,
    )


def _is_tick(side: BoolArray, thick: int) -> bool:
    """Whether the pixels beside a line [rows] are one run, no thicker than the line."""
    filled = np.flatnonzero(side)
    return 0 < len(filled) <= thick + 1 and bool(filled[-1] - filled[0] == len(filled) - 1)


def _tick_length(mask: BoolArray, lattice: Lattice) -> int:
    """Columns of a tick: as many as half of the ticks reach, and no more than leave room for the neighbours'."""
    room = max(1, int((lattice.pitch - lattice.wick) / 2 + 0.05))
    left, right = lattice.wick_left, lattice.wick_left + lattice.wick - 1
    kept = (left - room >= 0) & (right + room < mask.shape[1]) & lattice.sure
    left, right = left[kept], right[kept]
    near = _filled(mask, left - 1) + _filled(mask, right + 1)
    length = 1
    while length < room and _filled(mask, left - length - 1) + _filled(mask, right + length + 1) >= 0.6 * near:
        length += 1
    return length


def _filled(mask: BoolArray, columns: IntArray) -> int:
    return int(mask[:, columns].sum())
