"""Bars as the kernel sees them: on the tick grid, with days and months numbered, for one window of orders."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pinewright.backtest.currency import ONE
from pinewright.backtest.execution import Execution
from pinewright.backtest.state import BAR_END, DAY_END, MONTH_END, RATE_END, BarView
from pinewright.backtest.way import broker_view, on_grid, way_through
from pinewright.data.calendar import trading_day
from pinewright.data.grid import price_step
from pinewright.data.periods import period_close
from pinewright.errors import BacktestError
from pinewright.machine.kernel import address
from pinewright.market import Bars, FloatArray, IntArray
from pinewright.program import StrategySettings

KEPT_WINDOWS = 16
"""Windows that are kept: runs over the same bars ask for the same few again and again."""
NOTHING: IntArray = np.zeros(1, dtype=np.int64)
STRETCH = 4096
"""At least so often, in bars, the loop looks whether it should stop."""


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
    """Makes windows over the same bars; the columns are computed once.

    execution: options of the run. given: further bars, for the bar magnifier. settings: what the script asks of the
    way through a bar; none for columns alone. origin: bars of the chart before the first of these. rates [N]: account
    money for one of the quote currency, none where they are the same.
    """

    def __init__(
        self,
        bars: Bars,
        execution: Execution | None = None,
        given: tuple[Bars, ...] = (),
        settings: StrategySettings | None = None,
        origin: int = 0,
        rates: FloatArray | None = None,
    ):
        self._windows: dict[tuple[int, int], Window] = {}
        self.bars = bars
        self.note = ""
        self.origin = origin
        symbol, size = bars.symbol, len(bars)
        self.day = trading_day(bars.time, symbol)
        self.month = bars.time.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)
        self._time_close: FloatArray = period_close(bars.time, bars.timeframe, symbol).astype(np.float64)
        spread = np.zeros(size) if bars.spread is None else bars.spread
        prices = {name: np.ascontiguousarray(getattr(bars, name)) for name in ("open", "high", "low", "close")}
        self.arrays: dict[str, FloatArray | IntArray] = {
            **prices,
            "volume": np.ascontiguousarray(bars.volume),
            "spread": np.ascontiguousarray(spread),
            "time": bars.time.astype(np.float64),
            "time_close": self._time_close,
            "day": np.cumsum(np.diff(self.day, prepend=self.day[:1]) != 0, dtype=np.int64),
            "month": self.month - self.month[:1],
        }
        self._execution = execution or Execution()
        # Where fills know bid and ask, both lie on ticks, whatever the mid is.
        own = self._execution.fills == "bars"
        self.step = price_step(bars.close, symbol.mintick) if own else symbol.mintick
        self.any_filled = bars.filled is not None and bool(bars.filled.any())
        self.arrays["filled"] = NOTHING if bars.filled is None else bars.filled.astype(np.int64)
        self._rates = ONE if rates is None else rates
        self.arrays["rates"] = self._rates
        self._recalculates = settings is not None and settings.calc_on_order_fills
        magnified = settings is not None and settings.use_bar_magnifier
        self.detailed = magnified or self._recalculates or not self._execution.plain
        if self.detailed:
            way = way_through(bars, self._time_close, self._execution, given, magnified)
            self.arrays |= way.arrays
            self.note = way.note
        else:
            moved = np.stack([on_grid(price, self.step) for price in prices.values()])
            view = broker_view(moved, "candles", "fill_")
            self.arrays |= view
            self.arrays |= {"ask_candles": view["candles"], "ask_high": view["fill_high"], "ask_low": view["fill_low"]}

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
        known = self._windows.get((first, last))
        if known is not None and not every_bar:
            return known
        if every_bar:
            marks, kinds = np.arange(1, last + 1), np.full(last, BAR_END, dtype=np.int64)
            kinds[self._rate_ends(last) - 1] |= RATE_END
        else:
            marks, kinds = self._marks(first, last)
        arrays = {**self.arrays, "marks": marks, "mark_kinds": kinds}
        view = np.zeros(1, BarView.dtype())
        for name, array in arrays.items():
            view[name] = address(array)
        symbol = self.bars.symbol
        view["n"], view["first"], view["last"], view["mark_count"] = size, first, last, len(marks)
        view["mintick"], view["step"], view["point_value"] = symbol.mintick, self.step, symbol.point_value
        view["quantity_step"] = symbol.quantity_step
        view["any_filled"] = self.any_filled
        view["detailed"], view["recalculates"], view["origin"] = self.detailed, self._recalculates, self.origin
        if self._execution.swap is not None:
            swap = self._execution.swap
            view["swap_long"], view["swap_short"] = swap.long * symbol.mintick, swap.short * symbol.mintick
        window = Window(view, arrays, self.day[marks[kinds & DAY_END != 0] - 1], first, last)
        if not every_bar and len(self._windows) < KEPT_WINDOWS:
            self._windows[first, last] = window
        return window

    def _marks(self, first: int, last: int) -> tuple[IntArray, IntArray]:
        """Ends of stretches, exclusive, and what ends there."""
        kinds = np.zeros(last + 1, dtype=np.int64)
        inside = slice(first + 1, last)
        kinds[inside][np.diff(self.day[first:last]) != 0] |= DAY_END
        kinds[inside][np.diff(self.month[first:last]) != 0] |= MONTH_END
        kinds[self._rate_ends(last)] |= RATE_END
        kinds[last] = DAY_END | MONTH_END
        ends = np.union1d(np.flatnonzero(kinds), np.arange(STRETCH, last, STRETCH)).astype(np.int64)
        return ends, kinds[ends]

    def _rate_ends(self, last: int) -> IntArray:
        """Bars before ``last`` whose rate of exchange is another than that of the bar before."""
        found: IntArray = np.flatnonzero(np.diff(self._rates[:last]) != 0) + 1
        return found
