"""The built-in series that a script reads: prices, times, the calendar and the number of the bar."""

from __future__ import annotations

import numpy as np

from pinewright.data.calendar import bar_close, calendar_part, trading_day
from pinewright.errors import PineUnsupportedError
from pinewright.market import Bars
from pinewright.pine.interpreter.indicators import Bar
from pinewright.pine.interpreter.values import NA
from pinewright.pine.interpreter.volume import VOLUME

_PRICES = ("open", "high", "low", "close", "volume", "time")
_CLOCK = ("year", "month", "weekofyear", "dayofmonth", "dayofweek", "hour", "minute", "second")


class BuiltinSeries:
    """Series of some bars; the calendar is that of ``timezone`` (IANA)."""

    def __init__(self, bars: Bars, timezone: str):
        self.bars = bars
        self.timezone = timezone
        self._columns: dict[str, list[float]] = {}
        self._bars: list[Bar] = []

    def value(self, name: str, bar: int) -> float:
        """A series at a bar; na before the first. PineUnsupportedError for a name that is none."""
        if bar < 0:
            return NA
        if name == "bar_index":
            return float(bar)
        opened, high, low, close = (self._column(part)[bar] for part in ("open", "high", "low", "close"))
        match name:
            case "hl2":
                return (high + low) / 2.0
            case "hlc3":
                return (high + low + close) / 3.0
            case "ohlc4":
                return (opened + high + low + close) / 4.0
            case "hlcc4":
                return (high + low + close * 2.0) / 4.0
        return self._column(name)[bar]

    def bar(self, bar: int) -> Bar:
        """The prices of a bar and of the one before."""
        if not self._bars:
            days = trading_day(self.bars.time, self.bars.symbol).tolist()
            columns = [self._column(name) for name in ("open", "high", "low", "close", "volume")]
            last = [[NA, *column[:-1]] for column in columns[1:4]]
            for index, prices in enumerate(zip(*columns, *last, strict=True)):
                self._bars.append(Bar(index, index == 0 or days[index] != days[index - 1], *prices))
        return self._bars[bar]

    def _column(self, name: str) -> list[float]:
        if name not in self._columns:
            bars = self.bars
            if name in _CLOCK:
                self._columns[name] = calendar_part(bars.time, name, self.timezone).tolist()
            elif name in VOLUME:
                self._columns[name] = list(VOLUME[name]([self.bar(index) for index in range(len(bars))]))
            elif name == "time_close":
                closes = bar_close(bars.time, bars.timeframe, bars.symbol)
                self._columns[name] = closes.astype(np.float64).tolist()
            elif name in _PRICES:
                self._columns[name] = getattr(bars, name).astype(np.float64).tolist()
            else:
                raise PineUnsupportedError(f"`{name}` is not interpreted")
        return self._columns[name]
