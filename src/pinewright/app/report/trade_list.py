"""``trades.csv``: all trades of all strategies, a column ``Strategy`` before those of the backtest's list."""

from __future__ import annotations

import csv
import io
from typing import Final

from pinewright.app.report.model import Report
from pinewright.backtest.trades import columns, trade_lines

ZONE: Final = "Etc/UTC"


def trades_csv(report: Report) -> str:
    """The table; times are ISO 8601 in UTC, numbers unrounded.

    Made from invented prices, it begins with a comment line ``# Demo on invented prices: ...``.
    """
    symbol = report.facts.data.symbol
    text = io.StringIO()
    if report.facts.caution is not None:
        text.write(f"# {report.facts.caution}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("Strategy", *columns(symbol.quote)))
    for item in report.shown:
        writer.writerows((item.label, *line) for line in trade_lines(item.trades, symbol, ZONE))
    return text.getvalue()
