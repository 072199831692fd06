"""Scripts beside lists of trades that TradingView exported for them: checked, compiled and run, trade by trade."""

from __future__ import annotations

from pathlib import Path

import pytest

from pinewright.backtest.compare import compare, read_list
from pinewright.backtest.engine import Engine
from pinewright.backtest.parameters import defaults
from pinewright.data import load_bars
from pinewright.errors import PineError
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script, uncompiled

COUNTS = {"macd": 1_808, "channelbreakout": 2_946, "slippage_direction": 2_304}


@pytest.mark.parametrize("name", COUNTS)
def test_every_trade_of_the_list(shared: Path, kernels: Path, name: str) -> None:
    folder = shared / "ground_truth" / "trades"
    source = "slippage_direction_ohlcv" if name == "slippage_direction" else "EURUSD_60_ohlcv"
    program = compile_script(check((folder / f"{name}.pine").read_text(encoding="utf-8")), name)
    bars, _ = load_bars(folder / f"{source}.csv", "EURUSD")
    trades = Engine(program, bars, cache_dir=kernels).trades(defaults(program))
    # slippage_direction was exported with comments that the script beside the list does not write.
    found = compare(trades, read_list(folder / f"{name}_trades.csv"), signals=name != "slippage_direction")
    assert found.first is None, str(found.first)
    assert found.equal
    assert found.matched == COUNTS[name]


def test_risk_commands_are_named(shared: Path) -> None:
    checked = check((shared / "ground_truth" / "trades" / "barupdn.pine").read_text(encoding="utf-8"))
    assert checked.ok
    assert [(item.code, item.span.line) for item in uncompiled(checked)] == [("PW902", 4)]
    with pytest.raises(PineError, match=r"strategy\.risk\.max_intraday_loss"):
        compile_script(checked, "barupdn")
