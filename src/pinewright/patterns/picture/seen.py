"""Which bars of a chart were seen, and how much of what is drawn they account for."""

from __future__ import annotations

from typing import Final

import numpy as np

from pinewright.market import BoolArray, IntArray
from pinewright.patterns.picture import scan
from pinewright.patterns.picture.image import PictureError
from pinewright.patterns.picture.labelling import Labels
from pinewright.patterns.picture.lattice import LEAST_BARS, Lattice

LEAST_CONFIDENCE: Final = 0.5
MOST_MISSING: Final = 0.3


def whole_bars(lattice: Lattice, width: int) -> Lattice:
    """The bars whose bodies lie wholly in the plot; PictureError where too few are left."""
    kept = (lattice.left >= 0) & (lattice.left + lattice.body <= width)
    if kept.sum() < LEAST_BARS:
        raise PictureError(f"{int(kept.sum())} whole candles", hint=f"at least {LEAST_BARS} are needed")
    return lattice.pick(kept)


def seen_bars(state: IntArray, sure: BoolArray) -> BoolArray:
    """Which places hold a candle [n]; PictureError for too few and for too many gaps between them."""
    good = ((state == scan.WHOLE) | (state == scan.GUESSED)) & sure
    if good.sum() < LEAST_BARS:
        raise PictureError(f"{int(good.sum())} candles with a body", hint=f"at least {LEAST_BARS} are needed")
    part = _stretch(state, sure)
    seen = np.zeros(len(state), dtype=np.bool_)
    seen[part] = state[part] != scan.NOTHING
    missing = 1.0 - float(seen[part].mean())
    if missing > MOST_MISSING:
        what = f"{missing:.0%} of the places between the first and the last candle are empty"
        raise PictureError(what, hint="a chart of candles at equal distances")
    return seen


def confidence_of(labels: Labels, rows: IntArray, lattice: Lattice) -> float:
    """As ``ChartReading`` tells it; PictureError where it is too low."""
    left = lattice.left
    band = labels[rows[:, scan.TOP].min() : rows[:, scan.BOTTOM].max() + 1, left[0] : left[-1] + lattice.body]
    total = int(((band != scan.GROUND) & (band != scan.COVER)).sum())
    told = min(1.0, float(rows[:, scan.PIXELS].sum()) / max(total, 1))
    confidence = told * lattice.fit * float(np.mean(rows[:, scan.FOUND] == scan.WHOLE))
    if confidence < LEAST_CONFIDENCE:
        what = f"{len(rows)} candles account for too little of what is drawn (confidence {confidence:.2f})"
        raise PictureError(what, hint="a clean chart of candles; fewer lines and labels over them")
    return confidence


def _stretch(state: IntArray, sure: BoolArray) -> slice:
    """From the first candle to the last: those that voted, and further ones as long as each is whole."""
    whole = (state == scan.WHOLE) | (state == scan.GUESSED)
    inner = np.flatnonzero(whole & sure)
    first, last = int(inner[0]), int(inner[-1])
    while first > 0 and whole[first - 1]:
        first -= 1
    while last + 1 < len(state) and whole[last + 1]:
        last += 1
    return slice(first, last + 1)
