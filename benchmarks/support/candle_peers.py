"""Candlestick patterns of TA-Lib beside ours: which function is which, by what parameters, and how they compare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import talib

from pinewright.market import Bars, BoolArray, IntArray
from pinewright.patterns.candles import candle_signals

FUNCTIONS: Final[tuple[str, ...]] = tuple(sorted(name for name in dir(talib) if name.startswith("CDL")))
START: Final = 15
"""Bars that are not compared: TA-Lib's functions begin at different ones."""


def answer(function: str, bars: Bars) -> IntArray:
    """What a function of TA-Lib says of each bar [N]: 0 for nothing."""
    found: IntArray = getattr(talib, function)(bars.open, bars.high, bars.low, bars.close)
    return found


@dataclass(frozen=True)
class CandlePeer:
    """name: our pattern, with ``values`` of its parameters; function: of TA-Lib. sign: of its answers, 0 for any.

    equal: both fire on the same bars where prices are whole numbers. covers: ours fires on all bars of TA-Lib's then.
    """

    name: str
    function: str
    sign: int = 0
    values: Mapping[str, float] | None = None
    equal: bool = False
    covers: bool = False

    def ours(self, bars: Bars) -> BoolArray:
        row: BoolArray = candle_signals(bars, [self.name], {self.name: self.values or {}})[0]
        return row

    def theirs(self, bars: Bars) -> BoolArray:
        found = answer(self.function, bars)
        if self.function == "CDLHIKKAKE":  # 200 is a later bar that confirms
            found = np.where(np.abs(found) == 100, found, 0)
        fired: BoolArray = found != 0 if self.sign == 0 else self.sign * found > 0
        if self.name == "bearish_engulfing":  # to TA-Lib a bar without a body is a rise, and can be engulfed
            fired[1:] &= bars.open[:-1] != bars.close[:-1]
        return fired


def _pair(
    names: tuple[str, str], function: str, values: Mapping[str, float], *, equal: bool = False, covers: bool = False
) -> Iterator[CandlePeer]:
    for name, sign in zip(names, (1, -1), strict=True):
        yield CandlePeer(name, function, sign, values, equal, covers)


def _both(name: str) -> tuple[str, str]:
    return f"bullish_{name}", f"bearish_{name}"


PEERS: Final = (
    CandlePeer("doji", "CDLDOJI", equal=True),
    CandlePeer("dragonfly_doji", "CDLDRAGONFLYDOJI", values={"leastWick": 0.1}, equal=True),
    CandlePeer("gravestone_doji", "CDLGRAVESTONEDOJI", values={"leastWick": 0.1}, equal=True),
    CandlePeer("spinning_top", "CDLSPINNINGTOP", equal=True),
    CandlePeer("spinning_top", "CDLHIGHWAVE", values={"wickMultiple": 2.0}, equal=True),
    *_pair(_both("marubozu"), "CDLMARUBOZU", {}, equal=True),
    *_pair(_both("belt_hold"), "CDLBELTHOLD", {"leastBody": 1.0}, equal=True),
    *_pair(_both("engulfing"), "CDLENGULFING", {"leastBody": 0.0, "slack": 0.0}, equal=True),
    *_pair(_both("harami"), "CDLHARAMI", {"mostBody": 1.0, "slack": 0.0}, equal=True),
    *_pair(_both("harami_cross"), "CDLHARAMICROSS", {"slack": 0.0}, equal=True),
    *_pair(_both("hikkake"), "CDLHIKKAKE", {"leastRange": 0.0, "slack": 0.0}, equal=True),
    *_pair(("three_inside_up", "three_inside_down"), "CDL3INSIDE", {"slack": 0.0}),
    *_pair(("three_outside_up", "three_outside_down"), "CDL3OUTSIDE", {"leastBody": 0.0, "slack": 0.0}),
    CandlePeer("morning_star", "CDLMORNINGSTAR", values={"mostBody": 1.0, "depth": 0.3}, covers=True),
    CandlePeer("evening_star", "CDLEVENINGSTAR", values={"mostBody": 1.0, "depth": 0.3}, covers=True),
    CandlePeer("hammer", "CDLHAMMER"),
    CandlePeer("hanging_man", "CDLHANGINGMAN"),
    CandlePeer("inverted_hammer", "CDLINVERTEDHAMMER"),
    CandlePeer("shooting_star", "CDLSHOOTINGSTAR"),
    CandlePeer("piercing_line", "CDLPIERCING"),
    CandlePeer("dark_cloud_cover", "CDLDARKCLOUDCOVER"),
    CandlePeer("three_white_soldiers", "CDL3WHITESOLDIERS"),
    CandlePeer("three_black_crows", "CDL3BLACKCROWS"),
    CandlePeer("long_legged_doji", "CDLLONGLEGGEDDOJI"),
)


@dataclass(frozen=True)
class Agreement:
    """Numbers of bars on which ours fires, TA-Lib's, and both."""

    ours: int
    theirs: int
    both: int

    @property
    def equal(self) -> bool:
        return self.ours == self.theirs == self.both


def compare(peer: CandlePeer, bars: Bars) -> Agreement:
    ours, theirs = peer.ours(bars)[START:], peer.theirs(bars)[START:]
    return Agreement(*(int(np.count_nonzero(fired)) for fired in (ours, theirs, ours & theirs)))


def whole(bars: Bars) -> Bars:
    """The same bars with prices counted in ticks: whole numbers, of which sums and differences are exact."""
    step = bars.symbol.mintick
    open_, high, low, close = (np.round(item / step) for item in (bars.open, bars.high, bars.low, bars.close))
    return replace(bars, open=open_, high=high, low=low, close=close)
