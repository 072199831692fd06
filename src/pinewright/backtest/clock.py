"""What the calendar and the chart say: columns of time, tables of zones, and the words of the market as numbers.

Everything is worked out for all bars at once, when a program and its bars come together. Only time stamps and the
calendar are read: a value at bar i is known at its open. Laws of ``time()`` and ``time_close()`` with a session are
those that the authors of PyneCore 6.11 measured on TradingView (BINANCE:BTCUSDT): a session cuts the time frame anew,
from its own start on, and where the bar of the chart opens outside there is none. Weeks and months run from the first
run of a session to the first of the next week or month; several days, weeks or months heed no session.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.backtest.formulas import Chart
from pinewright.data.calendar import CALENDAR_PARTS, MONDAY_OFFSET, calendar_part, expected_bars, trading_day
from pinewright.data.periods import period_close, period_open
from pinewright.data.sessions import Session, run_of, runs
from pinewright.data.zones import find_zone, zone_table
from pinewright.errors import BacktestError
from pinewright.market import DAY, Bars, BoolArray, FloatArray, IntArray, Timeframe
from pinewright.program import AnyColumn, ClockColumn, MarketColumn, Word, ZoneColumn

_DAILY: Final = Timeframe(1440)
_NONE: Final = np.iinfo(np.int64).min
"""Stands for no time; every real one is later."""
_ROOM: Final = 45 * DAY
"""A week or month that holds a bar begins and ends with a run no further away."""


class Clock:
    """The clock of some bars.

    time_close [N]: end of each bar, ms UTC. timezone: zone of the exchange, by default the symbol's. words: the texts
    that have numbers, by number; words of the chart are added to them. main: bars of the chart, where these answer one
    of its requests. Raises UsageError for an unknown zone.
    """

    def __init__(
        self,
        bars: Bars,
        time_close: FloatArray,
        timezone: str | None,
        words: list[str],
        main: Bars | None = None,
    ):
        self.bars = bars
        self.words = words
        self._time_close = time_close
        self._given_zone = timezone
        self._zone = timezone or bars.symbol.timezone
        find_zone(self._zone)
        self._main = bars if main is None else main
        self._chart = Chart(bars.symbol, bars.timeframe, self._zone, self._main.symbol, self._main.timeframe)

    def beside(self, bars: Bars, time_close: FloatArray) -> Clock:
        """The clock of bars that answer a request, with the same words."""
        return Clock(bars, time_close, self._given_zone, self.words, self._main)

    def text(self, word: Word) -> str:
        """A word as text."""
        return str(self._chart.value(word))

    def column(self, column: AnyColumn) -> FloatArray | None:
        """The column [N] or the table, None for what the engine fills in other ways.

        UsageError or SymbolError for words of the chart that are no zone, session or time frame.
        """
        match column:
            case ZoneColumn():
                return zone_table(self._zone_of(column.timezone))
            case MarketColumn():
                value = self._chart.value(column.formula)
                return np.array([float(self._number(value)) if isinstance(value, str) else value])
            case ClockColumn():
                return np.ascontiguousarray(self._values(column), dtype=np.float64)
        return None

    def _number(self, text: str) -> int:
        if text not in self.words:
            self.words.append(text)
        return self.words.index(text)

    def _zone_of(self, word: Word) -> str:
        return self.text(word) or self._zone

    def _timeframe(self, word: Word) -> Timeframe:
        text = self.text(word)
        return Timeframe.from_pine(text) if text else self.bars.timeframe

    def _values(self, column: ClockColumn) -> npt.NDArray[np.generic]:
        time, symbol = self.bars.time, self.bars.symbol
        match column.part:
            case part if part in CALENDAR_PARTS:
                return calendar_part(time, part, self._zone_of(column.timezone))
            case "time_tradingday":
                return trading_day(time, symbol) * DAY
            case "session.isfirstbar":
                return self._begins()
            case "session.islastbar":
                return self._time_close >= period_close(period_open(time, _DAILY, symbol), _DAILY, symbol)
            case "timeframe.change":
                return _changes(period_open(time, self._timeframe(column.timeframe), symbol))
            case "time" | "time_close":
                return self._bar_times(column)
        raise BacktestError(f"a column of {column.part!r}", hint="the program was made by another version")

    def _begins(self) -> BoolArray:
        """Whether each bar is the first of its trading day; of the very first bar the calendar decides."""
        time, symbol = self.bars.time, self.bars.symbol
        found = _changes(trading_day(time, symbol))
        found[0] = time[0] == period_open(time[:1], _DAILY, symbol)[0] or self.bars.timeframe.minutes >= 1440
        return found

    def _bar_times(self, column: ClockColumn) -> FloatArray:
        if (column.timeframe, column.session, column.bars_back, column.steps) == ("", "", 0, 0):
            return self._time_close if column.part == "time_close" else self.bars.time.astype(np.float64)
        at = self._shifted(column.bars_back)
        there = at != _NONE
        begin, end = np.full(at.shape, _NONE), np.full(at.shape, _NONE)
        timeframe, session = self._timeframe(column.timeframe), self.text(column.session)
        if session:
            zone = self._zone_of(column.timezone)
            begin[there], end[there] = self._session_bars(at[there], timeframe, Session.parse(session), zone)
        else:
            begin[there], end[there] = self._plain_bars(at[there], timeframe, column.steps)
        found = begin if column.part == "time" else end
        return np.where(found == _NONE, np.nan, found)

    def _shifted(self, back: int) -> IntArray:
        """Open of the bar so many bars before each bar; of bars to come the next ones of the calendar."""
        time = self.bars.time
        if back >= 0:
            return np.concatenate([np.full(min(back, len(time)), _NONE), time[: max(0, len(time) - back)]])
        grid = self._grid(self.bars.timeframe, -back)
        return grid[np.searchsorted(grid, time, side="right") - 1 - back]

    def _grid(self, timeframe: Timeframe, ahead: int = 0, behind: int = 0) -> IntArray:
        """Opens of all bars that the calendar expects, with so many beyond the bars' ends at least."""
        time, symbol = self.bars.time, self.bars.symbol
        # A week has five days at least, and no more than two of them are holidays.
        first, last = (
            int(time[end]) + sign * (3 * room + 1) * timeframe.milliseconds + sign * 14 * DAY
            for end, sign, room in ((0, -1, behind), (-1, 1, ahead))
        )
        finer = timeframe if timeframe.minutes < _DAILY.minutes else _DAILY
        return np.unique(period_open(expected_bars(first, last, finer, symbol), timeframe, symbol))

    def _plain_bars(self, at: IntArray, timeframe: Timeframe, steps: int) -> tuple[IntArray, IntArray]:
        """Open and close of the bar of a time frame that holds each time, or of one some steps before or after it."""
        symbol = self.bars.symbol
        begin = at if timeframe == self.bars.timeframe else period_open(at, timeframe, symbol)
        if steps and begin.size:
            grid = self._grid(timeframe, max(0, -steps), max(0, steps))
            if steps > 0:
                # Of the past the bars that were there count, before them those of the calendar.
                own = np.unique(period_open(self.bars.time, timeframe, symbol))
                grid = np.concatenate([grid[grid < own[0]], own])
            begin = grid[np.searchsorted(grid, begin, side="right") - 1 - steps]
        return begin, period_close(begin, timeframe, symbol)

    def _session_bars(
        self, at: IntArray, timeframe: Timeframe, session: Session, zone: str
    ) -> tuple[IntArray, IntArray]:
        """Open and close of the session's bar that holds each time."""
        if timeframe == _DAILY or timeframe.minutes < _DAILY.minutes:
            begin, end = run_of(at, session, zone)
            outside = begin == -1
            if timeframe != _DAILY:
                begin += (at - begin) // timeframe.milliseconds * timeframe.milliseconds
                end = np.minimum(begin + timeframe.milliseconds, end)
            return np.where(outside, _NONE, begin), np.where(outside, _NONE, end)
        if timeframe in (Timeframe(7 * 1440), Timeframe.from_pine("M")) and at.size:
            found = runs(session, zone, int(at.min()) - _ROOM, int(at.max()) + _ROOM)
            start, day = (np.concatenate(part) for part in ([f.start for f in found], [f.day for f in found]))
            key = day.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
            if not timeframe.months:
                key = (day + MONDAY_OFFSET) // 7
            order = np.lexsort((start, key))
            first = order[np.flatnonzero(np.diff(key[order], prepend=key[order][0] - 1))]
            opens = start[first]
            place = np.searchsorted(opens, at, side="right") - 1
            return opens[place], opens[place + 1]
        return self._plain_bars(at, timeframe, 0)


def _changes(values: IntArray) -> BoolArray:
    """Whether each value is another than the one before; the first is not."""
    changed: BoolArray = np.diff(values, prepend=values[:1]) != 0
    return changed
