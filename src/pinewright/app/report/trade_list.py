"""``trades.csv``: all trades of all strategies, a column ``Strategy`` before those of the backtest's list."""

from __future__ import annotations

from typing import Final

import polars as pl

from pinewright.app.report.model import Report
from pinewright.backtest.trades import columns, trade_table

ZONE: Final = "Etc/UTC"


def trades_csv(report: Report) -> str:
    """The table; times are ISO 8601 in UTC, numbers unrounded.

    Made from invented prices, it begins with a comment line ``# Demo on invented prices: ...``.
    """
    symbol = report.facts.data.symbol
    head = "" if report.facts.caution is None else f"# {report.facts.caution}\n"
    tables = [
        trade_table(item.trades, symbol, ZONE).insert_column(0, pl.lit(item.label).alias("Strategy"))
        for item in report.shown
    ]
    if not tables:
        return head + ",".join(("Strategy", *columns(symbol.quote, symbol.quote))) + "\n"
    return head + pl.concat(tables).write_csv()
