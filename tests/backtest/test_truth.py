"""Lists of trades that TradingView exported, met trade by trade: time, side, price, size and money as printed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pinewright.backtest.compare import compare, read_list
from pinewright.backtest.engine import Engine
from pinewright.backtest.parameters import defaults

from .support import cache_folder
from .truth import LISTS, read_bars

COUNTS = {"macd": 1_808, "channelbreakout": 2_946, "barupdn": 5_550, "slippage_direction": 2_304}


@pytest.mark.parametrize("name", LISTS)
def test_every_trade_of_the_list(shared: Path, name: str) -> None:
    folder = shared / "ground_truth" / "trades"
    source = "slippage_direction_ohlcv" if name == "slippage_direction" else "EURUSD_60_ohlcv"
    program = LISTS[name]
    over = read_bars(folder / f"{source}.csv", "EURUSD", "1h")
    trades = Engine(program, over, cache_dir=cache_folder()).trades(defaults(program))
    listed = read_list(folder / f"{name}_trades.csv")
    # The turns were exported with comments that the script beside the list does not write.
    found = compare(trades, listed, signals=name != "slippage_direction")
    assert found.first is None, str(found.first)
    assert found.equal
    assert found.matched == COUNTS[name]
