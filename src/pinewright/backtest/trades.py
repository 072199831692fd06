"""The list of trades: from rows of native code to ``Trades``, and to a file in TradingView's columns."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import numpy as np

from pinewright.backtest.state import CLOSE, CLOSE_ALL, LIQUIDATION, NONE, STILL_OPEN
from pinewright.errors import OutputError
from pinewright.market import Bars, Symbol, Trade, Trades

OPEN_SIGNAL: Final = "Open"
"""Exit signal of a trade that the last bar still held."""


def columns(currency: str) -> tuple[str, ...]:
    """Headers of the list, with the currency that prices and money are in."""
    return (
        "Trade #",
        "Type",
        "Date and time",
        "Signal",
        f"Price {currency}",
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
    rows: np.ndarray[tuple[int], np.dtype[np.void]], strings: Sequence[str], bars: Bars, initial_capital: float
) -> Trades:
    """Trades from the rows of ``TradeRow`` that a run has recorded."""

    def text(number: int) -> str:
        return strings[number] if number != NONE else ""

    def entry_signal(row: Any) -> str:
        return text(row["entry_comment"]) or text(row["entry_id"])

    def exit_signal(row: Any) -> str:
        kind = row["exit_kind"]
        if kind in (STILL_OPEN, LIQUIDATION):
            return OPEN_SIGNAL if kind == STILL_OPEN else "Margin call"
        named = text(row["exit_comment"])
        if named or kind not in (CLOSE, CLOSE_ALL):
            return named or text(row["exit_id"])
        return "Close position order" if kind == CLOSE_ALL else f"Close entry(s) order {text(row['exit_id'])}"

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
        entry_signal=tuple(entry_signal(row) for row in rows),
        exit_signal=tuple(exit_signal(row) for row in rows),
        initial_capital=initial_capital,
        point_value=bars.symbol.point_value,
        entry_commission=rows["entry_commission"].copy(),
    )


def trade_lines(trades: Trades, symbol: Symbol, zone: str | None = None) -> Iterator[tuple[object, ...]]:
    """Two rows a trade, entry before exit, ascending; times ISO 8601 with the offset of ``zone`` (the symbol's)."""
    place = ZoneInfo(zone or symbol.timezone)

    def stamp(milliseconds: int) -> str:
        return datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(place).isoformat()

    for trade in trades:
        side = "long" if trade.is_long else "short"
        value = trade.entry_price * trade.quantity * trades.point_value
        tail = (*_sizes(trade, value), *_money(trade))
        entry_price, exit_price = (_price(price, symbol) for price in (trade.entry_price, trade.exit_price))
        yield (trade.number, f"Entry {side}", stamp(trade.entry_time), trade.entry_signal, entry_price, *tail)
        yield (trade.number, f"Exit {side}", stamp(trade.exit_time), trade.exit_signal, exit_price, *tail)


def write_trades(trades: Trades, symbol: Symbol, path: Path, zone: str | None = None) -> None:
    """Writes the list as CSV (UTF-8); nothing is left where it cannot be written whole. Raises OutputError."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns(symbol.quote))
    writer.writerows(trade_lines(trades, symbol, zone))
    temporary = path.with_name(path.name + ".part")
    try:
        temporary.write_text(buffer.getvalue(), encoding="utf-8", newline="")
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise OutputError(
            f"the list of trades cannot be written: {error.strerror or error}",
            where=str(path),
            hint="name a file in a folder that exists and may be written",
        ) from error


def _price(price: float, symbol: Symbol) -> str:
    """A price of the tick grid: n times the tick carries the rounding of a product, its decimal spelling does not."""
    return repr(round(price, symbol.price_digits))


def _sizes(trade: Trade, value: float) -> tuple[str, str]:
    return repr(round(trade.quantity, 8)), repr(value)


def _money(trade: Trade) -> tuple[str, ...]:
    return tuple(
        repr(number)
        for number in (
            trade.net_profit,
            trade.net_profit_percent,
            trade.favorable,
            trade.favorable_percent,
            trade.adverse,
            trade.adverse_percent,
            trade.cumulative_profit,
            trade.cumulative_percent,
        )
    )
