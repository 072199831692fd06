"""Strategies in PyneCore, which writes beside its scripts: python runner.py BARS.json SCRIPT.py...

BARS.json holds ``symbol`` (mintick, quantity_step, timezone), ``minutes`` and columns time (ms UTC), open, high, low,
close, volume. Prints JSON: by script, its closed trades as [is long, entry time, entry price, exit time, exit price,
quantity, profit, id of the entry, id of the exit].
"""

import json
import sys
from datetime import time
from pathlib import Path

from pynecore.core.ohlcv import ChartBarWindow, OHLCVWriter
from pynecore.core.script_runner import ScriptRunner
from pynecore.core.syminfo import SymInfo, SymInfoInterval, SymInfoSession
from pynecore.types.ohlcv import OHLCV

COLUMNS = ("time", "open", "high", "low", "close", "volume")


def symbol_of(given, period):
    """EUR/USD from 17:00 to 17:00, Sunday to Friday (days from 0, Monday)."""
    evening = time(17)
    return SymInfo(
        prefix="FX",
        description="Euro / U.S. Dollar",
        ticker="EURUSD",
        currency="USD",
        basecurrency="EUR",
        period=period,
        type="forex",
        mintick=given["mintick"],
        pricescale=round(1 / given["mintick"]),
        pointvalue=1.0,
        mincontract=given["quantity_step"],
        opening_hours=[SymInfoInterval(day=day, start=evening, end=evening) for day in (6, 0, 1, 2, 3)],
        session_starts=[SymInfoSession(day=day, time=evening) for day in (6, 0, 1, 2, 3)],
        session_ends=[SymInfoSession(day=day, time=evening) for day in (0, 1, 2, 3, 4)],
        timezone=given["timezone"],
    )


def trades_of(script, bars, symbol, chart):
    """Closed trades of a script; ``chart`` is the file of the bars, from which it makes those of higher time frames."""
    runner = ScriptRunner(
        script,
        bars,
        symbol,
        lossless_prices=True,
        lossless_volume=True,
        chart_data_path=chart,
        chart_bar_window=ChartBarWindow(chart, bars[0].timestamp, bars[-1].timestamp),
    )
    closed = [trade for row in runner.run_iter() for trade in row[2]]
    return [
        [
            trade.size > 0,
            trade.entry_time,
            trade.entry_price,
            trade.exit_time,
            trade.exit_price,
            abs(trade.size),
            float(trade.profit),
            trade.entry_id,
            trade.exit_id,
        ]
        for trade in closed
    ]


def main():
    file = Path(sys.argv[1])
    given = json.loads(file.read_text(encoding="utf-8"))
    period = str(given["minutes"])
    bars = [OHLCV(*row) for row in zip(*(given[name] for name in COLUMNS), strict=True)]
    symbol = symbol_of(given["symbol"], period)
    chart = file.with_suffix(".ohlcv")
    with OHLCVWriter(chart, period, minmove=1, pricescale=symbol.pricescale, timezone=symbol.timezone) as writer:
        for bar in bars:
            writer.write(bar)
    symbol.save_toml(chart.with_suffix(".toml"))
    print(json.dumps({path: trades_of(Path(path), bars, symbol, chart) for path in sys.argv[2:]}))


# Each process of theirs that computes a higher time frame imports this file again.
if __name__ == "__main__":
    main()
