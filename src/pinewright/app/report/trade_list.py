"""The list of trades in TradingView's columns: entry row before exit row, ascending, numbers unrounded."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final, TypeAlias
from zoneinfo import ZoneInfo

from pinewright.app.report.model import Report
from pinewright.market import Trade, Trades

Cell: TypeAlias = str | int | float
OPEN: Final = "Open"
"""Signal of the exit row of a trade that the last bar still held."""


def trade_columns(currency: str = "USD") -> tuple[str, ...]:
    """TradingView's column names, with the currency of prices and money in them."""
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


def trade_rows(trades: Trades, timezone: str = "Etc/UTC") -> Iterator[tuple[Cell, ...]]:
    """Two rows a trade under ``trade_columns``; times ISO 8601 with the offset of ``timezone`` (IANA)."""
    zone = ZoneInfo(timezone)
    for trade in trades:
        money = (
            trade.quantity,
            trade.entry_price * trade.quantity * trades.point_value,
            trade.net_profit,
            trade.net_profit_percent,
            trade.favorable,
            trade.favorable_percent,
            trade.adverse,
            trade.adverse_percent,
            trade.cumulative_profit,
            trade.cumulative_percent,
        )
        for kind, time, signal, price in _ends(trade):
            side = "long" if trade.is_long else "short"
            yield (trade.number, f"{kind} {side}", _stamp(time, zone), signal, price, *money)


def trades_csv(report: Report) -> str:
    """All strategies' trades as one table: the column ``Strategy``, then TradingView's.

    Made from invented prices, the file begins with a comment line ``# Demo on invented prices: ...``.
    """
    columns = ("Strategy", *trade_columns(report.facts.data.symbol.quote))
    rows = ((item.label, *row) for item in report.shown for row in trade_rows(item.trades))
    caution = "" if report.facts.caution is None else f"# {report.facts.caution}\n"
    return caution + _csv((columns, *rows))


def _ends(trade: Trade) -> tuple[tuple[str, int, str, float], tuple[str, int, str, float]]:
    return (
        ("Entry", trade.entry_time, trade.entry_signal, trade.entry_price),
        ("Exit", trade.exit_time, OPEN if trade.is_open else trade.exit_signal, trade.exit_price),
    )


def _stamp(time: int, zone: ZoneInfo) -> str:
    stamp = datetime.fromtimestamp(time // 1000, zone).replace(microsecond=time % 1000 * 1000)
    return stamp.isoformat(timespec="milliseconds" if time % 1000 else "seconds")


def _csv(rows: Iterable[Iterable[Cell]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
