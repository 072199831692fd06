"""The account of a run: a size that can trade in every quote currency, and nothing begun that cannot be written."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from pinewright.app.search.experiment import Account, ExperimentRunner, default_capital
from pinewright.data.quality import check_quality
from pinewright.data.simulate import simulated_bars
from pinewright.data.source import Loaded
from pinewright.errors import UsageError
from pinewright.generate import FAMILIES
from pinewright.machine.resources import Budget
from pinewright.market import Bars, Symbol

MACHINE = Budget(threads=1, memory=2**28, columns=2**27, chunk=2**24, batch=128, gpu=0)


def priced(symbol: str, factor: float, days: int = 25, timeframe: str = "1h") -> Bars:
    """Simulated bars as if they were those of another symbol."""
    bars = simulated_bars(4, timeframe, days=days, warmup=0)
    prices = {name: np.round(getattr(bars, name) * factor, 3) for name in ("open", "high", "low", "close")}
    return dataclasses.replace(bars, symbol=Symbol.get(symbol), spread=None, invented=False, **prices)


def runner(bars: Bars, folder: Path, account: Account, *families: str) -> ExperimentRunner:
    loaded = Loaded(bars, check_quality(bars), None)
    chosen = tuple(FAMILIES[name] for name in families or FAMILIES)
    return ExperimentRunner(loaded, "small", 1, MACHINE, folder, account, families=chosen)


@pytest.mark.parametrize(
    ("symbol", "factor"), [("EURUSD", 1.0), ("USDJPY", 130.0), ("XAUUSD", 1800.0), ("BTCUSD", 6e4)]
)
def test_the_default_account_trades_every_quote_currency(symbol: str, factor: float, tmp_path: Path) -> None:
    bars = priced(symbol, factor)
    capital = default_capital(bars.symbol, 10_000.0)
    asked = runner(bars, tmp_path, Account(capital), "macd")
    plan, found = asked.plan(), asked.run()
    assert plan.trials < found.result.trials <= plan.trials + plan.beside
    assert [one for one in found.deliveries if len(one.trades) > 0]
    step = bars.symbol.lot / 100
    for one in found.deliveries:
        lots = one.trades.quantity / step
        assert np.allclose(lots, np.round(lots), atol=1e-6)


def test_an_account_in_yen_has_more_units() -> None:
    assert default_capital(Symbol.get("EURUSD"), 10_000.0) == 10_000.0
    assert default_capital(Symbol.get("EURJPY"), 10_000.0) == 1_000_000.0


def test_what_cannot_be_written_is_told_with_the_plan(tmp_path: Path) -> None:
    bars = priced("EURUSD", 1.0, days=60, timeframe="1d")
    with pytest.raises(UsageError, match="inside the window"):
        runner(bars, tmp_path, Account()).plan()
    assert runner(bars, tmp_path, Account(rollover=True)).plan().families == len(FAMILIES)
    with pytest.raises(UsageError, match="riskPercent"):
        runner(bars, tmp_path, Account(rollover=True, risk_percent=0.01)).plan()
    assert list(tmp_path.iterdir()) == []
