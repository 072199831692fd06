"""The price scale of a chart whose plot is known: labels right or left of it, their numbers, the axis through them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from pinewright.market import FloatArray, IntArray
from pinewright.patterns.picture.axis import NoScale, PriceAxis, PriceScale
from pinewright.patterns.picture.image import Pixels
from pinewright.patterns.picture.reading import Rectangle
from pinewright.patterns.picture.scale.curve import ROUNDED, is_bent, is_logarithmic
from pinewright.patterns.picture.scale.fit import Progression, progression_of
from pinewright.patterns.picture.scale.gridlines import LEAST_LINES, MOST_OFF, grid_rows
from pinewright.patterns.picture.scale.ink import text_lines
from pinewright.patterns.picture.scale.labels import Label, common_decimals, labels_of
from pinewright.patterns.picture.scale.spacing import LEAST_LABELS, Ladder, ladders

MOST_RESIDUAL: Final = 0.8
"""Rows that labels may lie off the axis, as the root of the mean of squares."""
MOST_DOUBT: Final = 1.0
"""Rows by which the axis may be off at the ends of the candles, as far as rounding tells."""
LEAST_AGREED: Final = 0.75
"""Labels that agree at least, as a share of the numbers beside the candles."""
LEAST_COVERED: Final = 0.5
"""Share of the candles' rows that the labels of their axis cover at least, with half a step beyond both ends."""


def read_scale(pixels: Pixels, plot: Rectangle) -> PriceScale | NoScale:
    """The axis that the labels beside a plot show, or why there is none: never a guess.

    pixels [H, W, 3]; plot: what the candles fill.
    """
    answers: list[PriceScale | NoScale] = []
    for left, (first, last) in ((False, (plot.right + 1, pixels.shape[1])), (True, (0, plot.left))):
        answers.append(_side(pixels, plot, first, last, left))
    found = [answer for answer in answers if isinstance(answer, PriceScale)]
    if found:
        return max(found, key=lambda one: one.agree)
    reasons = [answer for answer in answers if isinstance(answer, NoScale)]
    return max(reasons, key=list(NoScale).index)


def _side(pixels: Pixels, plot: Rectangle, first: int, last: int, left: bool) -> PriceScale | NoScale:
    labels = labels_of(text_lines(pixels, first, last))
    if not labels:
        return NoScale.NO_LABELS
    if len(labels) < LEAST_LABELS:
        return NoScale.FEW
    rows = [label.row for label in labels]
    height = float(np.median([label.bottom - label.top for label in labels]))
    reason = NoScale.DOUBT
    for ladder in ladders(rows, 1.3 * height):
        if _covered(np.array(rows)[ladder.place], ladder.step, plot) < LEAST_COVERED:
            continue
        answer = _of_ladder(pixels, plot, labels, ladder, left)
        if isinstance(answer, PriceScale):
            return answer
        reason = answer
    return NoScale.NOT_LINEAR if is_logarithmic(labels) else reason


def _covered(rows: FloatArray, step: float, plot: Rectangle) -> float:
    top, bottom = float(rows.min()) - step / 2, float(rows.max()) + step / 2
    return (min(bottom, plot.bottom) - max(top, plot.top)) / max(1, plot.bottom - plot.top)


def _of_ladder(
    pixels: Pixels, plot: Rectangle, labels: Sequence[Label], ladder: Ladder, left: bool
) -> PriceScale | NoScale:
    own = [labels[place] for place in ladder.place.tolist()]
    decimals = common_decimals(own)
    if decimals is None:
        return NoScale.DECIMALS
    kept = np.array([decimals in label.decimals for label in own])
    if kept.sum() < LEAST_LABELS:
        return NoScale.FEW
    ladder = Ladder(ladder.place[kept], ladder.rung[kept], ladder.step)
    told = progression_of([replace(label, decimals=frozenset({decimals})) for label in labels], ladder)
    if told is None or _contradicted(labels, plot, decimals, ladder.place[told.agree]):
        return NoScale.DOUBT
    return _scale(pixels, plot, labels, ladder, told, decimals, left)


def _contradicted(labels: Sequence[Label], plot: Rectangle, decimals: int, agreed: IntArray) -> bool:
    """Whether too many numbers of the same kind beside the candles are not of the sequence. agreed: indices of those
    that are.
    """
    inside = [
        place
        for place, label in enumerate(labels)
        if plot.top <= label.row <= plot.bottom and decimals in label.decimals
    ]
    return bool(np.isin(inside, agreed).sum() < LEAST_AGREED * len(inside))


def _scale(
    pixels: Pixels,
    plot: Rectangle,
    labels: Sequence[Label],
    ladder: Ladder,
    told: Progression,
    decimals: int,
    left: bool,
) -> PriceScale | NoScale:
    rung = ladder.rung[told.agree].astype(np.float64)
    rows = np.array([labels[place].row for place in ladder.place[told.agree].tolist()])
    slope, base = (float(value) for value in np.polyfit(rung, rows, 1))
    residual = _rms(rows - base - slope * rung)
    # Lines whose labels are hidden count, too.
    lowest, highest = sorted((np.array([plot.top, plot.bottom]) - base) / slope)
    every = np.union1d(rung, np.arange(np.ceil(lowest), np.floor(highest) + 1))
    near = base + slope * every
    lines, thick = grid_rows(pixels, plot.left, plot.right + 1, near, max(2.0, 0.12 * ladder.step))
    grid = _grid_line(every, lines, thick)
    count = 0
    if grid is not None:
        slope, base, residual, count = grid
    known, at = (rung, rows) if grid is None else (every[np.isfinite(lines)], lines[np.isfinite(lines)])
    if residual > MOST_RESIDUAL * thick or is_bent(known, at):
        return NoScale.NOT_LINEAR
    ends = (np.array([plot.top, plot.bottom]) - base) / slope
    if _doubt(known, ends) > (MOST_DOUBT if grid is None else MOST_DOUBT * thick):
        return NoScale.FEW
    size = 10.0**decimals
    last = int(ladder.rung.max())
    axis = PriceAxis((base, base + slope * last), (told.first / size, (told.first - last * told.step) / size))
    return PriceScale(axis, len(labels), int(told.agree.sum()), residual, decimals, told.step / size, count, left)


def _doubt(rung: FloatArray, at: FloatArray) -> float:
    """Rows by which a line through rounded rows of some rungs may be off elsewhere: two standard deviations."""
    spread = float(np.sum(np.square(rung - rung.mean())))
    return float(2.0 * ROUNDED * np.sqrt(1.0 / len(rung) + np.square(at - rung.mean()).max() / spread))


def _grid_line(rung: FloatArray, rows: FloatArray, thick: int) -> tuple[float, float, float, int] | None:
    """Slope, base, residual and number of grid lines on one straight line; None where they are not."""
    there = np.isfinite(rows)
    if there.sum() < max(LEAST_LINES, 0.6 * len(rows)):
        return None
    slope, base = (float(value) for value in np.polyfit(rung[there], rows[there], 1))
    off = rows[there] - base - slope * rung[there]
    if np.abs(off).max() > MOST_OFF * thick:
        return None
    return slope, base, _rms(off), int(there.sum())


def _rms(values: FloatArray) -> float:
    return float(np.sqrt(np.mean(np.square(values))))
