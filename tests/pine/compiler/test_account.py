"""The arguments of ``strategy()`` as settings of the account."""

from __future__ import annotations

from pinewright.pine.compiler import compile_script
from pinewright.program import CommissionType, QuantityType, StrategySettings

from .support import checked_script


def settings(arguments: str = "", version: int = 6) -> StrategySettings:
    source = f'//@version={version}\nstrategy("My idea"{arguments})\nstrategy.entry("L", strategy.long)\n'
    return compile_script(checked_script(source)).settings


def test_defaults() -> None:
    found = settings()
    assert found == StrategySettings(
        title="My idea", margin_long=100.0, margin_short=100.0, nearest_exit=True, declared=frozenset({"title"})
    )


def test_everything_written_out() -> None:
    found = settings(
        ", initial_capital = 10000, default_qty_type = strategy.percent_of_equity, default_qty_value = 12.5, "
        "pyramiding = 3, commission_type = strategy.commission.cash_per_contract, commission_value = 0.00002, "
        "slippage = 4, margin_long = 3.33, margin_short = 5, process_orders_on_close = true, "
        'close_entries_rule = "ANY", backtest_fill_limits_assumption = 2'
    )
    assert found.initial_capital == 10_000.0
    assert (found.quantity_type, found.quantity_value) == (QuantityType.PERCENT_OF_EQUITY, 12.5)
    assert (found.commission_type, found.commission_value) == (CommissionType.CASH_PER_CONTRACT, 0.00002)
    assert (found.pyramiding, found.slippage, found.backtest_fill_limits) == (3, 4, 2)
    assert (found.margin_long, found.margin_short) == (3.33, 5.0)
    assert found.process_orders_on_close
    assert found.close_any
    assert "slippage" in found.declared
    assert "currency" not in found.declared


def test_words_of_sizes_and_commissions() -> None:
    assert settings(", default_qty_type = strategy.cash").quantity_type is QuantityType.CASH
    assert settings(", default_qty_type = strategy.fixed").quantity_type is QuantityType.FIXED
    kinds = {"percent": CommissionType.PERCENT, "cash_per_order": CommissionType.CASH_PER_ORDER}
    for word, kind in kinds.items():
        assert settings(f", commission_type = strategy.commission.{word}").commission_type is kind


def test_arguments_may_be_formulas_of_constants() -> None:
    assert settings(", initial_capital = 2 * 5000, commission_value = 0.1 / 100").commission_value == 0.1 / 100
