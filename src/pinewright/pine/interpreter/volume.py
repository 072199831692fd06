"""Variables of ``ta`` that follow the volume, as columns over all bars, in plain Python."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Final

from pinewright.pine.interpreter.indicators import NA, Bar
from pinewright.pine.interpreter.studies import Anchored, Total
from pinewright.pine.interpreter.values import divide


def _obv(bars: list[Bar]) -> Iterator[float]:
    total = Total()
    for bar in bars:
        step = bar.close - bar.last_close
        yield total.next(NA if math.isnan(step) else ((step > 0) - (step < 0)) * bar.volume)


def _accdist(bars: list[Bar]) -> Iterator[float]:
    total = 0.0
    for bar in bars:
        inside = (bar.close - bar.low) - (bar.high - bar.close)
        if bar.high != bar.low:
            total += inside / (bar.high - bar.low) * bar.volume
        yield total


def _iii(bars: list[Bar]) -> Iterator[float]:
    for bar in bars:
        yield divide(2.0 * bar.close - bar.high - bar.low, (bar.high - bar.low) * bar.volume)


def _followed(sign: int) -> Callable[[list[Bar]], Iterator[float]]:
    """An index that moves with the price on bars with more, or with less volume than the one before."""

    def follow(bars: list[Bar]) -> Iterator[float]:
        value, before = 1.0, 0.0
        for bar in bars:
            if sign * (bar.volume - before) > 0 and bar.close != 0 and not math.isnan(bar.last_close):
                value = value + (bar.close - bar.last_close) / bar.last_close * value
            before = bar.volume
            yield value

    return follow


def _pvt(bars: list[Bar]) -> Iterator[float]:
    total = Total()
    for bar in bars:
        yield total.next(divide(bar.close - bar.last_close, bar.last_close) * bar.volume)


def _wad(bars: list[Bar]) -> Iterator[float]:
    total = 0.0
    for bar in bars:
        if bar.close > bar.last_close:
            total += bar.close - min(bar.low, bar.last_close)
        elif bar.close < bar.last_close:
            total += bar.close - max(bar.high, bar.last_close)
        yield total


def _wvad(bars: list[Bar]) -> Iterator[float]:
    for bar in bars:
        yield divide(bar.close - bar.open, bar.high - bar.low) * bar.volume


def _vwap(bars: list[Bar]) -> Iterator[float]:
    mean = Anchored()
    for bar in bars:
        yield mean.next((bar.high + bar.low + bar.close) / 3.0, bar, bar.first, 0.0)[0]


VOLUME: Final[dict[str, Callable[[list[Bar]], Iterator[float]]]] = {
    "ta.obv": _obv,
    "ta.accdist": _accdist,
    "ta.iii": _iii,
    "ta.nvi": _followed(-1),
    "ta.pvi": _followed(1),
    "ta.pvt": _pvt,
    "ta.wad": _wad,
    "ta.wvad": _wvad,
    "ta.vwap": _vwap,
}
"""Name -> its value on each of the bars."""
