"""What the picture of the last bars says about the next ones: patterns and lines read from pixels, as one number.

    bars -> chart -> candles read back from its pixels -> detectors -> sum of what points up less what points down

The number says what a trader's eye would see there by the textbook, not whether the textbook is right.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.charts.renderer import ChartRenderer
from pinewright.charts.spec import ChartSpec
from pinewright.market import MINUTE, Bars, BoolArray, FloatArray, IntArray, Symbol, Timeframe
from pinewright.patterns.candles import CANDLES, candle_signals
from pinewright.patterns.pattern import PatternKind
from pinewright.patterns.picture.own import CandleBatch, OwnCharts
from pinewright.patterns.structure import structure_marks

CANDLE_BARS: Final = 4
"""A candle pattern counts on the last bar and on three before it, the less the older it is."""
STRUCTURE_BARS: Final = 10
"""The same for structure, which traders act on for longer."""
CANDLE_WEIGHT: Final = 0.5
"""A candle's word beside that of a structure of full confidence."""
NOTHING: Final[frozenset[PatternKind]] = frozenset()
_CHUNK: Final = 256


class ChartOpinion:
    """Draws, looks and tells; the spec's charts must be ones that can be read back (candles, two columns a bar)."""

    def __init__(self, spec: ChartSpec | None = None, cache_dir: Path | bool | None = None):
        self.spec: Final = spec or ChartSpec()
        self._renderer = ChartRenderer(self.spec, cache_dir=cache_dir)
        self._charts = OwnCharts(self.spec, cache_dir)

    def scores(self, bars: Bars, places: IntArray, without: frozenset[PatternKind] = NOTHING) -> FloatArray:
        """[B] from -1 (all points down) to 1, for what is known at the close of each of the bars ``places`` [B].

        NaN where there are fewer bars than a chart shows. Nothing after that close is drawn, so none of it counts.
        without: kinds of patterns that are not listened to.
        """
        found = np.full(len(places), np.nan)
        asked = np.flatnonzero(places >= self.spec.bars - 1)
        for start in range(0, len(asked), _CHUNK):
            rows = asked[start : start + _CHUNK]
            images = self._renderer.render(bars, places[rows] + 1)
            found[rows] = self._read(self._charts.read(images), without)
        return found

    def _read(self, batch: CandleBatch, without: frozenset[PatternKind]) -> FloatArray:
        """[B] of pictures whose candles were read."""
        joined = _joined(batch, self.spec.height)
        total = np.zeros(len(batch))
        if PatternKind.CANDLE not in without:
            total += self._candles(joined, len(batch))
        if PatternKind.STRUCTURE not in without:
            total += self._structure(joined, len(batch))
        return np.asarray(np.clip(total, -1.0, 1.0) * batch.confidence)

    def _candles(self, joined: Bars, count: int) -> FloatArray:
        names = [name for name, one in CANDLES.items() if one.direction.value]
        sides = np.array([CANDLES[name].direction.value for name in names], dtype=np.float64)
        fired: BoolArray = candle_signals(joined, names).reshape(len(names), count, self.spec.bars)
        last = fired[:, :, -CANDLE_BARS:].astype(np.float64)
        fresh = np.arange(1, CANDLE_BARS + 1) / CANDLE_BARS
        # Several patterns on one bar tell the same of it, so a bar has one voice a side.
        up = last[sides > 0].max(axis=0) @ fresh
        down = last[sides < 0].max(axis=0) @ fresh
        return np.asarray(CANDLE_WEIGHT * (up - down))

    def _structure(self, joined: Bars, count: int) -> FloatArray:
        total = np.zeros(count)
        for mark in structure_marks(_apart(joined, self.spec.bars)):
            chart, place = divmod(mark.bar, self.spec.bars + 1)
            age = self.spec.bars - 1 - place
            if age < STRUCTURE_BARS:
                total[chart] += mark.direction.value * mark.confidence * (1.0 - age / STRUCTURE_BARS)
        return total


def _apart(joined: Bars, length: int) -> Bars:
    """Charts of ``length`` bars with a bar without prices behind each, so that none knows of the one before."""
    opened, high, low, close = (
        np.pad(column.reshape(-1, length), ((0, 0), (0, 1)), constant_values=np.nan).ravel()
        for column in (joined.open, joined.high, joined.low, joined.close)
    )
    time = MINUTE * np.arange(len(close), dtype=np.int64)
    volume = np.zeros(len(close))
    return replace(joined, time=time, open=opened, high=high, low=low, close=close, volume=volume)


def _joined(batch: CandleBatch, height: int) -> Bars:
    """The candles of all pictures one behind the other, rows as prices that rise upwards; unseen bars are flat."""
    columns = {}
    for name in ("open", "high", "low", "close"):
        columns[name] = (height - 1.0 - getattr(batch, name)).ravel()
    unseen = ~batch.seen.ravel()
    if unseen.any():
        last = np.maximum.accumulate(np.where(unseen, 0, np.arange(len(unseen))))
        for name in ("open", "high", "low", "close"):
            columns[name] = np.where(unseen, columns["close"][last], columns[name])
    count = len(unseen)
    time = MINUTE * np.arange(count, dtype=np.int64)
    return Bars(
        Symbol.get("EURUSD"), Timeframe(1), time, volume=np.zeros(count), feed="pictures", invented=True, **columns
    )
