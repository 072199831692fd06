"""The list of trades: from rows of native code to ``Trades``, and to a file in TradingView's columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pinewright.backtest.state import (
    CLOSE,
    CLOSE_ALL,
    LIQUIDATION,
    NONE,
    RISK_DAYS,
    RISK_DRAWDOWN,
    RISK_FILLS,
    RISK_LOSS,
    STILL_OPEN,
)
from pinewright.data.zones import utc_offset
from pinewright.machine.whole_file import whole_file
from pinewright.market import MINUTE, Bars, FloatArray, IntArray, Symbol, Trades
from pinewright.program import CLOSE_ALL_SIGNAL, close_signal

if TYPE_CHECKING:
    import polars as pl

OPEN_SIGNAL: Final = "Open"
"""Exit signal of a trade that the last bar still held."""
FORCED: Final = {
    STILL_OPEN: OPEN_SIGNAL,
    LIQUIDATION: "Margin call",
    RISK_FILLS: "Close Position (Max number of filled orders in one day)",
    RISK_LOSS: "Close Position (Max intraday Loss)",
    RISK_DRAWDOWN: "Close Position (Max drawdown)",
    RISK_DAYS: "Close Position (Max consecutive loss days)",
}
"""Exit signals that no order of the script gave; the last two are not known from a list of TradingView."""
_EXACT: Final = 1e7
"""Quantities below it are rounded to eight decimals without a loss."""


def columns(quote: str, currency: str) -> tuple[str, ...]:
    """Headers of the list, with the currencies that prices and money are in."""
    return (
        "Trade #",
        "Type",
        "Date and time",
        "Signal",
        f"Price {quote}",
        "Size (qty)",
        "Size (value)",
        f"Net P&L {currency}",
        "Net P&L %",
        f"Favorable excursion {currency}",
        "Favorable excursion %",
        f"Adverse excursion {currency}",
        "Adverse excursion %",
        f"Cumulative P&L {currency}",
        "Cumulative P&L %",
    )


def trades_of(
    rows: np.ndarray[tuple[int], np.dtype[np.void]],
    strings: Sequence[str] | Mapping[int, str],
    bars: Bars,
    initial_capital: float,
    *,
    dropped: int = 0,
    currency: str = "",
) -> Trades:
    """Trades from the rows of ``TradeRow`` that a run has recorded, without the first ``dropped``."""
    dropped_profit = float(rows["profit"][:dropped].sum())
    rows = rows[dropped:]

    def text(number: int) -> str:
        return strings[number] if number != NONE else ""

    def entry_signal(comment: int, id: int) -> str:
        return text(comment) or text(id)

    def exit_signal(kind: int, comment: int, id: int) -> str:
        if kind in FORCED:
            return FORCED[kind]
        named = text(comment)
        if named or kind not in (CLOSE, CLOSE_ALL):
            return named or text(id)
        return CLOSE_ALL_SIGNAL if kind == CLOSE_ALL else close_signal(text(id))

    entry_bar, exit_bar = rows["entry_bar"].copy(), rows["exit_bar"].copy()
    return Trades(
        entry_bar=entry_bar,
        exit_bar=exit_bar,
        entry_time=bars.time[entry_bar],
        exit_time=bars.time[exit_bar],
        is_long=rows["side"] > 0,
        quantity=rows["quantity"].copy(),
        entry_price=rows["entry_price"].copy(),
        exit_price=rows["exit_price"].copy(),
        net_profit=rows["profit"].copy(),
        favorable=rows["favorable"].copy(),
        adverse=rows["adverse"].copy(),
        commission=rows["commission"].copy(),
        is_open=rows["exit_kind"] == STILL_OPEN,
        entry_signal=_words(entry_signal, rows["entry_comment"], rows["entry_id"]),
        exit_signal=_words(exit_signal, rows["exit_kind"], rows["exit_comment"], rows["exit_id"]),
        initial_capital=initial_capital,
        point_value=bars.symbol.point_value,
        entry_commission=rows["entry_commission"].copy(),
        cost=rows["cost"].copy(),
        dropped=dropped,
        dropped_profit=dropped_profit,
        currency=currency,
    )


def _words(word: Callable[..., str], *numbers: IntArray) -> tuple[str, ...]:
    """``word`` of each row [T] of the numbers, worked out once for each combination that there is."""
    key = np.zeros(len(numbers[0]), dtype=np.int64)
    for column in numbers:
        key = key * (int(column.max(initial=0)) + 2) + column + 1
    _, first, place = np.unique(key, return_index=True, return_inverse=True)
    made = np.array([word(*(int(column[k]) for column in numbers)) for k in first], dtype=object)
    return tuple(made[place]) if len(first) else ()


def trade_table(trades: Trades, symbol: Symbol, zone: str | None = None) -> pl.DataFrame:
    """Two rows a trade in TradingView's columns, entry before exit, ascending.

    Times are ISO 8601 with the offset of ``zone``, by default the symbol's; numbers are not rounded, prices are the
    decimals of their tick.
    """
    import polars as pl

    both = np.arange(2 * len(trades)) // 2
    leaves = np.arange(2 * len(trades)) % 2 == 1

    def pair(entry: np.ndarray[Any, Any], exit: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        return np.where(leaves, exit[both], entry[both])

    def percent(money: FloatArray) -> FloatArray:
        found: FloatArray = 100.0 * money / trades.value
        return found

    side = np.where(trades.is_long, "long", "short").astype(object)
    digits = symbol.price_digits
    size = np.where(trades.quantity < _EXACT, np.round(trades.quantity, 8), trades.quantity)
    numbers = (
        trades.entry_price * trades.quantity * trades.point_value,
        trades.net_profit,
        percent(trades.net_profit),
        trades.favorable,
        percent(trades.favorable),
        trades.adverse,
        percent(trades.adverse),
        trades.cumulative,
        100.0 * trades.cumulative / trades.initial_capital,
    )
    cells = (
        pl.Series(trades.dropped + both + 1, dtype=pl.Int64),
        pl.Series(pair("Entry " + side, "Exit " + side), dtype=pl.String),
        _stamps(pair(trades.entry_time, trades.exit_time), zone or symbol.timezone),
        pl.Series(_signals(trades), dtype=pl.String),
        pl.Series(np.round(pair(trades.entry_price, trades.exit_price), digits), dtype=pl.Float64),
        pl.Series(size[both], dtype=pl.Float64),
        *(pl.Series(column[both], dtype=pl.Float64) for column in numbers),
    )
    names = columns(symbol.quote, trades.currency or symbol.quote)
    return pl.DataFrame([cell.alias(name) for name, cell in zip(names, cells, strict=True)])


def _signals(trades: Trades) -> list[str | None]:
    """Signals of entries and exits in turn; none where a text is empty."""
    return [word or None for both in zip(trades.entry_signal, trades.exit_signal, strict=True) for word in both]


def _stamps(time: IntArray, zone: str) -> pl.Series:
    """ISO 8601 of times [N] (ms UTC) by the clock of a zone, to the second, with its offset."""
    import polars as pl

    offset = utc_offset(time, zone)
    words = []
    shifts, place = np.unique(offset // MINUTE, return_inverse=True)
    for minutes in shifts.tolist():
        hours, rest = divmod(abs(minutes), 60)
        words.append(f"{'-' if minutes < 0 else '+'}{hours:02d}:{rest:02d}")
    local = pl.Series(time + offset, dtype=pl.Int64).cast(pl.Datetime("ms"))
    if not words:
        return local.cast(pl.String)
    return local.dt.strftime("%Y-%m-%dT%H:%M:%S") + pl.Series(np.array(words, dtype=object)[place], dtype=pl.String)


def write_trades(trades: Trades, symbol: Symbol, path: Path, zone: str | None = None) -> None:
    """Writes the list as CSV (UTF-8); nothing is left where it cannot be written whole. Raises OutputError."""
    with whole_file(path, "the list of trades cannot be written") as temporary:
        trade_table(trades, symbol, zone).write_csv(temporary)
