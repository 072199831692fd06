"""Where bars stand: middles at an equal distance, found from all runs of candle colour along the rows.

Wicks and bodies of one bar have the same middle, so each run votes for its own middle, in half columns. The distance
is the period at which the votes line up best; where several do, as all whole parts of the true one must, the longest.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pinewright.market import BoolArray, FloatArray, IntArray
from pinewright.patterns.picture import strokes
from pinewright.patterns.picture.image import PictureError

LEAST_BARS: Final = 5
LEAST_PITCH: Final = 2.9
LEAST_BODY: Final = 3
WIDEST: Final = 64
_ALIKE: Final = 0.85
"""Share of the best alignment from which on a longer distance is preferred."""
LEAST_FIT: Final = 0.7


@dataclass(frozen=True)
class Lattice:
    """Places of bars, ``pitch`` columns apart, from the left to the right edge of the picture.

    fit: share of the votes that lie on them. body, wick: columns of each. middles [n]: with halves where widths are
    even. sure [n]: from the first place with votes to the last; beyond there may be bars that nothing voted for.
    """

    pitch: float
    fit: float
    body: int
    wick: int
    middles: FloatArray
    sure: BoolArray

    def __len__(self) -> int:
        return len(self.middles)

    def columns(self, width: int, room: int = 0) -> BoolArray:
        """Which of the columns [width] bodies fill, and ``room`` more at either side."""
        found = np.zeros(width, dtype=np.bool_)
        for start in self.left.tolist():
            found[max(0, start - room) : max(0, start + self.body + room)] = True
        return found

    def pick(self, kept: BoolArray) -> Lattice:
        """The places [n] that are kept."""
        return replace(self, middles=self.middles[kept], sure=self.sure[kept])

    @property
    def left(self) -> IntArray:
        """First columns of the bodies [n]."""
        return np.asarray(np.round(self.middles - (self.body - 1) / 2), dtype=np.int64)

    @property
    def wick_left(self) -> IntArray:
        """First columns of the wicks [n]."""
        return np.asarray(np.round(self.middles - (self.wick - 1) / 2), dtype=np.int64)


def find_lattice(masks: list[BoolArray]) -> Lattice:
    """The bars of masks [H, W], one for each colour; PictureError for too few, too narrow, or unevenly spaced ones."""
    lattice = find_places(masks)
    body, wick = widths(masks, lattice.middles, lattice.pitch)
    if body < LEAST_BODY or lattice.pitch < LEAST_PITCH:
        what = f"{int(lattice.sure.sum())} candles {lattice.pitch:.1f} pixels apart with bodies of {body}"
        raise PictureError(what, hint=f"zoom in: bodies need to be at least {LEAST_BODY} pixels wide")
    return replace(lattice, body=body, wick=wick)


def find_places(masks: list[BoolArray]) -> Lattice:
    """Where the bars of masks [H, W] stand, with bodies and wicks of one column; PictureError for too few, or unevenly
    spaced ones."""
    found = [strokes.across(mask) for mask in masks]
    runs = strokes.Runs(*(np.concatenate([getattr(r, name) for r in found]) for name in ("line", "first", "last")))
    kept = runs.length <= WIDEST
    runs = strokes.Runs(runs.line[kept], runs.first[kept], runs.last[kept])
    width = masks[0].shape[1]
    voting = _repeated(runs)
    voters = 1.0 / np.sqrt(runs.length[voting])
    votes = np.bincount((runs.first + runs.last)[voting], weights=voters, minlength=2 * width).astype(np.float64)
    peaks, weights = _peaks(votes)
    if len(peaks) < LEAST_BARS:
        what = f"{len(peaks)} places that look like candles"
        raise PictureError(what, hint=f"at least {LEAST_BARS} candles are needed to find their spacing")
    pitch = _pitch(peaks, weights, width)
    pitch, start, fit = _refined(peaks, weights, pitch)
    if fit < LEAST_FIT:
        what = f"{len(peaks)} places that look like candles are not evenly spaced ({fit:.0%} fit {pitch:.2f} pixels)"
        raise PictureError(what, hint="a chart of candles at equal distances; nothing drawn over it by hand")
    first, last = (int(np.round((end - start) / pitch)) for end in (peaks[0], peaks[-1]))
    if last - first + 1 < LEAST_BARS:
        raise PictureError(f"{last - first + 1} candles", hint=f"at least {LEAST_BARS} are needed")
    whole = np.arange(int(np.ceil(-start / pitch)), int(np.floor((width - 1 - start) / pitch)) + 1)
    middles = _snapped(np.asarray(start + pitch * whole, dtype=np.float64), peaks, weights)
    return Lattice(pitch, fit, 1, 1, middles, (whole >= first) & (whole <= last))


def _repeated(runs: strokes.Runs) -> BoolArray:
    """Which runs have the same ends as one in the row above or below: others are cut by lines, or are a line's."""
    order = np.lexsort((runs.line, runs.last, runs.first))
    line, first, last = runs.line[order], runs.first[order], runs.last[order]
    alike = (np.diff(first) == 0) & (np.diff(last) == 0) & (np.diff(line) == 1)
    found = np.zeros(len(order), dtype=np.bool_)
    found[order[:-1]] |= alike
    found[order[1:]] |= alike
    return found


def _peaks(votes: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Places with many votes, in columns, and their weights, which are capped at the typical one."""
    around = np.maximum.reduce([np.roll(votes, shift) for shift in (-2, -1, 1, 2)])
    top = np.flatnonzero((votes >= around) & (votes > 0))
    if len(top) == 0:
        return np.empty(0), np.empty(0)
    typical = float(np.median(votes[top][votes[top] >= 0.1 * votes[top].max()]))
    top = top[votes[top] >= 0.15 * typical]
    return top / 2.0, np.minimum(votes[top], typical)


def _pitch(peaks: FloatArray, weights: FloatArray, width: int) -> float:
    """The distance at which peaks line up: the largest resultant of their phases over a fine grid of frequencies."""
    span = max(8.0, float(peaks[-1] - peaks[0]))
    frequency = np.arange(1.0 / (span / (LEAST_BARS - 2)), 1.0 / (LEAST_PITCH - 0.6), 1.0 / (8.0 * span))
    phases = np.exp(2j * np.pi * np.outer(frequency, peaks))
    lined = np.abs(phases @ weights) / weights.sum()
    place = int(np.flatnonzero(lined >= _ALIKE * lined.max())[0])
    while place + 1 < len(lined) and lined[place + 1] > lined[place]:
        place += 1
    return float(1.0 / frequency[place])


def _refined(peaks: FloatArray, weights: FloatArray, pitch: float) -> tuple[float, float, float]:
    """Distance and start by weighted least squares over the peaks that lie on it; the share of weight that does."""
    phase = np.angle(np.sum(weights * np.exp(2j * np.pi * peaks / pitch))) / (2 * np.pi)
    start = float(phase * pitch)
    near = np.ones(len(peaks), dtype=np.bool_)
    for _ in range(6):
        index = np.round((peaks - start) / pitch)
        near = np.abs(peaks - start - index * pitch) <= max(0.8, 0.12 * pitch)
        if np.count_nonzero(near) < LEAST_BARS or len(np.unique(index[near])) < 2:
            break
        slope, offset = np.polyfit(index[near], peaks[near], 1, w=weights[near])
        pitch, start = float(slope), float(offset)
    return pitch, start, float(weights[near].sum() / weights.sum())


def _snapped(ideal: FloatArray, peaks: FloatArray, weights: FloatArray) -> FloatArray:
    """Each bar's own middle: the heaviest peak nearby, else the ideal one, in the halves that the others have."""
    found = np.full(len(ideal), np.nan)
    for place, middle in enumerate(ideal.tolist()):
        near = np.flatnonzero(np.abs(peaks - middle) <= 0.8)
        if len(near):
            found[place] = peaks[near[np.argmax(weights[near])]]
    seen = found[np.isfinite(found)]
    halves = bool(len(seen)) and float(np.mean(seen % 1.0 != 0.0)) > 0.5
    rounded = np.floor(ideal) + 0.5 if halves else np.round(ideal)
    kind = (found % 1.0 != 0.0) == halves
    return np.where(np.isfinite(found) & kind, found, rounded)


def widths(masks: list[BoolArray], middles: FloatArray, pitch: float) -> tuple[int, int]:
    """Columns of a body and of a wick: the longest and the shortest runs of most bars.

    Where there is one width only, no wick was seen: it is taken to be as thin as its middle allows.
    """
    found = [strokes.across(mask) for mask in masks]
    first, last = (np.concatenate([getattr(runs, name) for runs in found]) for name in ("first", "last"))
    centre, length = (first + last) / 2.0, last - first + 1
    place = np.clip(np.searchsorted(middles, centre), 1, len(middles) - 1)
    place = np.where(np.abs(middles[place - 1] - centre) < np.abs(middles[place] - centre), place - 1, place)
    held = (np.abs(middles[place] - centre) <= 0.5) & (length <= pitch + 0.75)
    table = np.zeros((len(middles), int(pitch) + 3))
    np.add.at(table, (place[held], length[held]), 1)
    table = table[table.sum(axis=1) > 0]
    if len(table) == 0:
        return 1, 1
    longest = table.shape[1] - 1 - np.argmax(table[:, ::-1] > 0, axis=1)
    shortest = np.argmax(table > 0, axis=1)
    wick = int(np.bincount(shortest).argmax())
    longer = longest[longest > wick]
    body = int(np.bincount(longer).argmax()) if len(longer) >= 0.2 * len(table) else wick
    return body, wick if wick < body else 2 - body % 2
