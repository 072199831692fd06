"""Bars of one time frame with the border between what is mined and what is kept unseen."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from pinewright.data.resample import resample
from pinewright.errors import DataNotFoundError, UsageError
from pinewright.market import Bars, BoolArray, FloatArray, IntArray, Timeframe
from pinewright.patterns.mining.evidence import day_numbers, hour_of_week
from pinewright.patterns.mining.shape import Shape
from pinewright.patterns.mining.signals import deviations, entries, forward_moves, shape_signals


@dataclass(eq=False)
class Series:
    """N bars of one time frame; bars before ``border`` may be mined, those from it on are unseen."""

    bars: Bars
    border: int
    _moves: dict[int, FloatArray] = field(default_factory=dict)
    _spreads: dict[int, FloatArray] = field(default_factory=dict)

    def moves(self, horizon: int) -> FloatArray:
        """``forward_moves``, once for each horizon."""
        if horizon not in self._moves:
            self._moves[horizon] = forward_moves(self.bars, horizon)
        return self._moves[horizon]

    def signals(self, shape: Shape) -> BoolArray:
        """``shape_signals``, with the deviations of a length computed once."""
        if shape.bars not in self._spreads:
            self._spreads[shape.bars] = deviations(self.bars, shape.bars)
        return shape_signals(self.bars, shape, deviation=self._spreads[shape.bars])

    def found(self, shape: Shape, fired: BoolArray, spacing: int | None = None) -> IntArray:
        """Entries of the discovery part whose windows and moves end before the border."""
        last = max(0, self.border - shape.horizon - 1)
        return entries(fired, self.bars.warmup, last, spacing or shape.spacing)

    def unseen(self, shape: Shape, fired: BoolArray) -> IntArray:
        """Entries of the unseen part whose windows begin behind the border and whose moves are known."""
        last = max(0, len(self.bars) - shape.horizon - 1)
        return entries(fired, min(last, self.border + shape.bars), last, shape.spacing)

    @cached_property
    def days(self) -> IntArray:
        return day_numbers(self.bars)

    @cached_property
    def hours(self) -> IntArray:
        return hour_of_week(self.bars)


def series_of(bars: Bars, timeframe: Timeframe, discovery: float) -> Series:
    """Bars resampled to a time frame, with the border at the same moment for every time frame.

    discovery: share of the source bars that may be mined. UsageError where it is no share; DataFormatError where the
    time frame is no multiple of the bars' own.
    """
    if not 0.1 <= discovery <= 0.9:
        raise UsageError(f"a discovery part of {discovery:g}", hint="0.1 to 0.9 of the bars")
    if len(bars) < 2:
        raise DataNotFoundError("there are no bars to mine", hint="bring some thousands")
    moment = int(bars.time[bars.warmup + int(discovery * (len(bars) - bars.warmup))])
    coarse = resample(bars, timeframe)
    return Series(coarse, int(np.searchsorted(coarse.time, moment)))
