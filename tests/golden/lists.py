"""The four lists of EUR/USD that TradingView exported with their scripts, each beside ours."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pinewright.backtest.compare import Comparison, compare, read_list
from pinewright.backtest.engine import Engine
from pinewright.backtest.parameters import defaults
from pinewright.data import load_bars
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script

COUNTS: Final = {"macd": 1_808, "channelbreakout": 2_946, "barupdn": 5_550, "slippage_direction": 2_304}
"""Trades of each list."""
OWN_BARS: Final = "slippage_direction"
"""The list that has bars of its own; it was exported with comments that the script beside it does not write."""


def compared(shared: Path, name: str, kernels: Path | None = None) -> Comparison:
    """The script of that name, checked, compiled and run, beside its list: times, sides, prices, sizes, money, signals.

    shared: the folder of recorded data and exported results.
    """
    folder = shared / "ground_truth" / "trades"
    source = f"{name}_ohlcv" if name == OWN_BARS else "EURUSD_60_ohlcv"
    program = compile_script(check((folder / f"{name}.pine").read_text(encoding="utf-8")), name)
    bars, _ = load_bars(folder / f"{source}.csv", "EURUSD")
    trades = Engine(program, bars, cache_dir=kernels).trades(defaults(program))
    return compare(trades, read_list(folder / f"{name}_trades.csv"), signals=name != OWN_BARS)
