"""Bars as the kernel sees them: on the tick grid, with days and months numbered, for one window of orders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pinewright.backtest.state import BAR_END, DAY_END, MONTH_END, BarView
from pinewright.data.calendar import bar_close, trading_day
from pinewright.errors import BacktestError
from pinewright.machine.kernel import address
from pinewright.market import Bars, FloatArray, IntArray

STRETCH = 4096
"""At least so often, in bars, the loop looks whether it should stop."""


def on_grid(price: FloatArray, mintick: float) -> FloatArray:
    """Prices [N] moved to the tick grid, half a tick upwards: the rule for mid prices and other prices off the grid."""
    moved: FloatArray = np.floor(price / mintick + 0.5) * mintick
    return moved


@dataclass(frozen=True)
class Window:
    """A view of bars for orders on [first, last), with the arrays that it points to.

    view: record of ``BarView``. day [D] int64: trading day (days since 1970-01-01) of each daily figure.
    """

    view: np.ndarray[tuple[int], np.dtype[np.void]]
    arrays: dict[str, FloatArray | IntArray]
    day: IntArray
    first: int
    last: int

    @property
    def address(self) -> int:
        return address(self.view)

    @property
    def days(self) -> int:
        return len(self.day)


class WindowMaker:
    """Makes windows over the same bars; the columns are computed once."""

    def __init__(self, bars: Bars):
        self.bars = bars
        symbol, size = bars.symbol, len(bars)
        self.day = trading_day(bars.time, symbol)
        self.month = bars.time.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)
        self._time_close: FloatArray = bar_close(bars.time, bars.timeframe, symbol).astype(np.float64)
        spread = np.zeros(size) if bars.spread is None else bars.spread
        prices = {name: np.ascontiguousarray(getattr(bars, name)) for name in ("open", "high", "low", "close")}
        self.arrays: dict[str, FloatArray | IntArray] = {
            **prices,
            **{f"fill_{name}": on_grid(price, symbol.mintick) for name, price in prices.items()},
            "volume": np.ascontiguousarray(bars.volume),
            "spread": np.ascontiguousarray(spread),
            "time": bars.time.astype(np.float64),
            "time_close": self._time_close,
            "day": np.cumsum(np.diff(self.day, prepend=self.day[:1]) != 0, dtype=np.int64),
            "month": self.month - self.month[:1],
        }

    @property
    def time_close(self) -> FloatArray:
        """End of each bar [N], ms UTC as floats."""
        return self._time_close

    def window(self, first: int | None, last: int | None, *, every_bar: bool = False) -> Window:
        """A window; by default from the end of the warm-up to the last bar. BacktestError where it is empty.

        every_bar: asks for the equity at each close in place of the bookkeeping by days and months.
        """
        size = len(self.bars)
        first = self.bars.warmup if first is None else first
        last = size if last is None else last
        if not 0 <= first < last <= size:
            raise BacktestError(
                f"window of bars [{first}, {last}) is empty or outside the {size} bars",
                hint="load more bars, or shorten the warm-up",
            )
        if every_bar:
            marks, kinds = np.arange(1, last + 1), np.full(last, BAR_END, dtype=np.int64)
        else:
            marks, kinds = self._marks(first, last)
        arrays = {**self.arrays, "marks": marks, "mark_kinds": kinds}
        view = np.zeros(1, BarView.dtype())
        for name, array in arrays.items():
            view[name] = address(array)
        symbol = self.bars.symbol
        view["n"], view["first"], view["last"], view["mark_count"] = size, first, last, len(marks)
        view["mintick"], view["point_value"] = symbol.mintick, symbol.point_value
        view["quantity_step"] = symbol.quantity_step
        return Window(view, arrays, self.day[marks[kinds & DAY_END != 0] - 1], first, last)

    def _marks(self, first: int, last: int) -> tuple[IntArray, IntArray]:
        """Ends of stretches, exclusive, and what ends there."""
        kinds = np.zeros(last + 1, dtype=np.int64)
        inside = slice(first + 1, last)
        kinds[inside][np.diff(self.day[first:last]) != 0] |= DAY_END
        kinds[inside][np.diff(self.month[first:last]) != 0] |= MONTH_END
        kinds[last] = DAY_END | MONTH_END
        ends = np.union1d(np.flatnonzero(kinds), np.arange(STRETCH, last, STRETCH)).astype(np.int64)
        return ends, kinds[ends]
