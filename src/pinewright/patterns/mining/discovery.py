"""Templates from one series of closes: which windows recur, joined into shapes that differ.

Windows are tried in three orders by turns: those with the most neighbours; those with more neighbours than windows as
rough as they have; those whose nearest neighbour is nearer than that of windows as rough (motifs). Roughness counts,
because smooth windows resemble each other everywhere: by plain distance all motifs are lines and bows. A window that is
near to a shape found before, or overlaps one of its places, is no new shape.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.errors import UsageError
from pinewright.market import BoolArray, FloatArray, IntArray
from pinewright.patterns.mining.selfjoin import SelfJoin
from pinewright.patterns.mining.shape import correlation, template_of
from pinewright.patterns.mining.signals import entries, template_similarity

CLASSES: Final = 50
"""Classes of roughness within which windows are compared."""
LINE: Final = 0.95
"""Correlation with a straight line or a single step from which a shape is trivial."""
SAME: Final = 4
"""Windows that begin within a length over this of a shape's place are the shape itself, shifted."""
TRIES: Final = 40
"""Windows that are scanned for each shape wanted, at most."""


@dataclass(frozen=True)
class FoundTemplate:
    """A template and the windows [E] (by their last bar, apart by half a length) that it was joined from."""

    template: tuple[float, ...]
    places: IntArray


def find_templates(
    closes: FloatArray,
    join: SelfJoin,
    *,
    tolerance: float,
    fewest: int,
    most: int,
    stopped: Callable[[], bool] = lambda: False,
) -> list[FoundTemplate]:
    """Up to ``most`` shapes of closes [N] with at least ``fewest`` places each, trivial ones left out."""
    length = join.length
    deviation = window_deviation(closes, length)
    open_ = ~_trivial_windows(closes, length) & (join.near >= max(1, fewest // 2)) & (join.nearest > -2.0)
    found: list[FoundTemplate] = []
    tries = 0
    for window in _in_turn(_orders(closes, deviation, join), open_):
        if len(found) == most or tries == TRIES * most or stopped():
            break
        tries += 1
        open_[window] = False
        made = _joined(closes, deviation, window, length, tolerance)
        if (
            made is None
            or len(made.places) < fewest
            or trivial(made.template) is not None
            or any(likeness(made.template, one.template) >= correlation(tolerance) for one in found)
        ):
            # Its next neighbours would give the same.
            open_[max(0, window - length // (2 * SAME)) : window + length // (2 * SAME) + 1] = False
            continue
        _close_to(open_, closes, deviation, made, tolerance)
        found.append(made)
    return found


def window_deviation(closes: FloatArray, length: int) -> FloatArray:
    """Deviation [N] of the window that ends at each close; NaN before the first."""
    found = np.full(len(closes), np.nan)
    for first in range(0, len(closes) - length + 1, 65_536):
        rows = np.lib.stride_tricks.sliding_window_view(closes[first : first + 65_536 + length - 1], length)
        found[first + length - 1 : first + length - 1 + len(rows)] = rows.std(axis=1)
    found[found < 1e-12] = 0.0
    return found


def likeness(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    """Correlation of two templates of one length."""
    return float(np.corrcoef(one, other)[0, 1])


def trivial(template: tuple[float, ...] | FloatArray) -> str | None:
    """``line`` or ``step`` where the template is hardly more than that, else None."""
    rows = np.asarray(template, dtype=np.float64)[None, :]
    if _line_likeness(rows)[0] >= LINE:
        return "line"
    return "step" if _step_likeness(rows)[0] >= LINE else None


def _line_likeness(rows: FloatArray) -> FloatArray:
    """Size of the correlation of each window [R, L] with a straight line [R]."""
    line = np.arange(rows.shape[1]) - (rows.shape[1] - 1) / 2.0
    scale = np.sqrt(np.sum((rows - rows.mean(axis=1)[:, None]) ** 2, axis=1) * np.sum(line**2))
    return np.asarray(np.abs(rows @ line) / np.where(scale > 0.0, scale, np.inf))


def _step_likeness(rows: FloatArray) -> FloatArray:
    """Highest correlation of each window [R, L] with one step from a level to another [R]."""
    length = rows.shape[1]
    centred = rows - rows.mean(axis=1)[:, None]
    before = np.arange(1, length)
    sums = np.abs(np.cumsum(centred, axis=1)[:, :-1]) / np.sqrt(before * (length - before) / length)
    scale = np.sqrt(np.sum(centred**2, axis=1))
    return np.asarray(sums.max(axis=1) / np.where(scale > 0.0, scale, np.inf))


def _trivial_windows(closes: FloatArray, length: int) -> BoolArray:
    found = []
    for first in range(0, len(closes) - length + 1, 16_384):
        rows = np.lib.stride_tricks.sliding_window_view(closes[first : first + 16_384 + length - 1], length)
        found.append((_line_likeness(rows) >= LINE) | (_step_likeness(rows) >= LINE))
    return np.concatenate(found)


def roughness(closes: FloatArray, deviation: FloatArray, length: int) -> FloatArray:
    """Mean squared step over variance of each window [M]: low for smooth ones, 2 for what has no memory at all.

    deviation: of the window that ends at each close [N].
    """
    steps = np.append(0.0, np.cumsum(np.diff(closes) ** 2))
    squares = (steps[length - 1 :] - steps[: len(closes) - length + 1]) / (length - 1)
    variance = deviation[length - 1 :] ** 2
    return np.asarray(squares / np.where(variance > 0.0, variance, np.inf))


def _orders(closes: FloatArray, deviation: FloatArray, join: SelfJoin) -> tuple[IntArray, ...]:
    """Windows [M] in the three orders, best first."""
    rough = roughness(closes, deviation, join.length)
    rank = np.argsort(np.argsort(rough, kind="stable"), kind="stable")
    kind = rank * min(CLASSES, len(rank)) // max(1, len(rank))
    size = np.bincount(kind)
    usual_count = np.bincount(kind, join.near)[kind] / size[kind]
    distance = join.distance
    usual_distance = np.bincount(kind, distance)[kind] / size[kind]
    lift = (join.near + 1.0) / (usual_count + 1.0)
    motif = distance / np.where(usual_distance > 0.0, usual_distance, np.inf)
    return tuple(np.argsort(key, kind="stable") for key in (-lift, -join.near, motif))


def _in_turn(orders: tuple[IntArray, ...], open_: BoolArray) -> Iterator[int]:
    """The first window of each order that is still open, then the next ones; ``open_`` may change meanwhile."""
    at = [0] * len(orders)
    while any(place < len(order) for place, order in zip(at, orders, strict=True)):
        for number, order in enumerate(orders):
            # Jump to the next open window in this order, a block at a time.
            while at[number] < len(order):
                block = order[at[number] : at[number] + 4096]
                hit = np.flatnonzero(open_[block])
                if len(hit):
                    at[number] += int(hit[0]) + 1
                    yield int(block[hit[0]])
                    break
                at[number] += len(block)


def _joined(
    closes: FloatArray, deviation: FloatArray, window: int, length: int, tolerance: float
) -> FoundTemplate | None:
    """The mean of a window and all that are near to it, twice, so that it does not hang on the first one's noise."""
    least = correlation(tolerance)
    template = template_of(closes[window : window + length])
    places = np.zeros(0, dtype=np.int64)
    for _ in range(3):
        similarity = _similarity(closes, deviation, template)
        places = peaks(similarity, least, max(1, length // 2))
        if len(places) == 0:
            return None
        rows = closes[places[:, None] - np.arange(length - 1, -1, -1)]
        even = (rows - rows.mean(axis=1)[:, None]) / rows.std(axis=1)[:, None]
        try:
            template = template_of(even.mean(axis=0))
        except UsageError:
            return None
    return FoundTemplate(template, places)


def _similarity(closes: FloatArray, deviation: FloatArray, template: tuple[float, ...]) -> FloatArray:
    norm = float(np.sqrt(len(template) * np.sum(np.square(template))))
    return template_similarity(closes, deviation, template, norm)


def peaks(similarity: FloatArray, least: float, apart: int) -> IntArray:
    """Bars with a correlation of ``least`` or more: of each stretch of ``apart`` bars from the first, the highest."""
    fired = np.asarray(similarity >= least, dtype=np.bool_)
    first = entries(fired, 0, len(fired), apart)
    if len(first) == 0:
        return first
    spans = np.minimum(first[:, None] + np.arange(apart), len(fired) - 1)
    best = np.argmax(np.nan_to_num(similarity[spans], nan=-2.0), axis=1)
    found = spans[np.arange(len(first)), best]
    kept = np.append(True, np.diff(found) >= max(1, apart // 2))
    return np.asarray(found[kept], dtype=np.int64)


def _close_to(
    open_: BoolArray, closes: FloatArray, deviation: FloatArray, made: FoundTemplate, tolerance: float
) -> None:
    """Marks windows as no new shapes: those near the template, and those that are its places shifted a little."""
    length = len(made.template)
    similarity = _similarity(closes, deviation, made.template)
    open_ &= ~(similarity[length - 1 :] >= correlation(tolerance))
    shift = np.arange(-(length // SAME), length // SAME + 1)
    near = np.clip(made.places[:, None] - (length - 1) + shift, 0, len(open_) - 1)
    open_[near.ravel()] = False
