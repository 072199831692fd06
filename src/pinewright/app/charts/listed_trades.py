"""Trades of a list that was exported, or of a report's `trades.csv`, as they lie on the bars of a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.app.words import chart as words
from pinewright.backtest.compare.zone import guess_zone
from pinewright.backtest.listing import ListedTrade, Sheet, read_sheets, read_trade_list
from pinewright.errors import DataFormatError, UsageError, unknown_name_hint
from pinewright.market import Bars

_STRATEGY: Final = "Strategy"
"""Title of the first column of a report's list, which holds several strategies."""


def read_trades(path: Path, bars: Bars, timezone: str | None, strategy: str | None) -> tuple[ListedTrade, ...]:
    """The trades of a list, times in ms UTC.

    A report's ``trades.csv`` holds several strategies, of which one is to be named. timezone: of times that name none;
    by default the zone in which the list's prices lie on the bars. Errors of ``read_trade_list``, and UsageError for a
    strategy that is not there or not named, and where none of the trades' entry prices lies on the bars.
    """
    trades = _read(path, bars, timezone, strategy)
    on_bars, inside = entries_on_bars(trades, bars)
    if inside and not on_bars:
        what = words.OTHER_PRICES.format(count=f"{inside:,}", symbol=bars.symbol.name, timeframe=bars.timeframe)
        raise UsageError(what, where=str(path), hint=words.OTHER_PRICES_HINT.format(symbol=bars.symbol.name))
    return trades


def entries_on_bars(trades: Sequence[ListedTrade], bars: Bars) -> tuple[int, int]:
    """How many entry prices lie on the bars of their moments, and how many of the trades begin while there are bars.

    A bar's own range more on either side counts as on it, and ten ticks: another feed's prices differ by as much.
    """
    end = int(bars.time[-1]) + bars.timeframe.milliseconds
    inside = [trade for trade in trades if int(bars.time[0]) <= trade.entry_time < end]
    place = np.searchsorted(bars.time, [trade.entry_time for trade in inside], side="right") - 1
    price = np.array([trade.entry_price.value for trade in inside], dtype=np.float64)
    low, high = bars.low[place], bars.high[place]
    room = high - low + 10 * bars.symbol.mintick
    return int(np.count_nonzero((price >= low - room) & (price <= high + room))), len(inside)


def _read(path: Path, bars: Bars, timezone: str | None, strategy: str | None) -> tuple[ListedTrade, ...]:
    """``read_trades`` without a look at the prices."""
    sheets = read_sheets(path)
    first = _without_remarks(sheets[0])
    if first.rows and first.rows[0][0] == _STRATEGY:
        return _in_time(path, [_one_strategy(first, path, strategy)], bars, "UTC")
    if strategy is not None:
        raise UsageError(words.ONE_STRATEGY, where=str(path), hint=words.ONE_STRATEGY_HINT)
    return _in_time(path, sheets, bars, timezone)


def _in_time(path: Path, sheets: Sequence[Sheet], bars: Bars, zone: str | None) -> tuple[ListedTrade, ...]:
    listed = read_trade_list(path, sheets)
    found = zone or guess_zone(listed, bars, 10 * bars.symbol.mintick).name
    return listed.in_zone(found or "UTC", bars.symbol)


def _without_remarks(sheet: Sheet) -> Sheet:
    """A report on invented prices begins with a line that says so."""
    return _pick(sheet, [place for place, row in enumerate(sheet.rows) if not row[0].startswith("#")])


def _one_strategy(sheet: Sheet, path: Path, strategy: str | None) -> Sheet:
    """The rows of one strategy of a report's list, in the columns of a list that was exported."""
    names = list(dict.fromkeys(row[0] for row in sheet.rows[1:]))
    if not names:
        raise DataFormatError(words.NO_TRADE, where=str(path))
    if strategy is None and len(names) != 1:
        hint = words.WHICH_STRATEGY_HINT.format(names=", ".join(repr(name) for name in names))
        raise UsageError(words.WHICH_STRATEGY.format(count=len(names)), where=str(path), hint=hint)
    chosen = names[0] if strategy is None else strategy
    if chosen not in names:
        what = words.UNKNOWN_STRATEGY.format(name=chosen)
        raise UsageError(what, where=str(path), hint=unknown_name_hint(chosen, names))
    kept = [place for place, row in enumerate(sheet.rows) if place == 0 or row[0] == chosen]
    one = _pick(sheet, kept)
    return replace(one, rows=tuple(row[1:] for row in one.rows))


def _pick(sheet: Sheet, places: Sequence[int]) -> Sheet:
    rows, known = sheet.rows, sheet.places
    return replace(sheet, rows=tuple(rows[k] for k in places), places=tuple(known[k] for k in places))
