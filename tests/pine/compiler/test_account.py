"""The arguments of ``strategy()`` as settings of the account."""

from __future__ import annotations

from datetime import date

from pinewright.pine.compiler import compile_script
from pinewright.pine.compiler.account import DEFAULTS, defaults_of
from pinewright.program import CommissionType, Program, QuantityType, StrategySettings

from .support import checked_script


def program(arguments: str = "", version: int = 6, rules: date | None = None) -> Program:
    source = f'//@version={version}\nstrategy("My idea"{arguments})\nstrategy.entry("L", strategy.long)\n'
    return compile_script(checked_script(source), rules=rules)


def settings(arguments: str = "", version: int = 6, rules: date | None = None) -> StrategySettings:
    return program(arguments, version, rules).settings


def test_defaults_of_today() -> None:
    assert settings() == StrategySettings(
        title="My idea",
        initial_capital=100_000.0,
        quantity_type=QuantityType.PERCENT_OF_EQUITY,
        quantity_value=100.0,
        margin_long=100.0,
        margin_short=100.0,
        nearest_exit=True,
        declared=frozenset({"title"}),
    )


def test_defaults_of_another_day_and_version() -> None:
    before = date(2026, 9, 30)
    old = settings(rules=before)
    assert (old.initial_capital, old.quantity_type, old.quantity_value) == (1_000_000.0, QuantityType.FIXED, 1.0)
    assert old.margin_long == 100.0
    # A date before the version itself takes the version's first.
    assert settings(rules=date(2020, 1, 1)) == old
    five = settings(version=5)
    assert (five.initial_capital, five.quantity_type, five.margin_short) == (1_000_000.0, QuantityType.FIXED, 0.0)
    assert not five.trims_trades
    assert defaults_of(6) == DEFAULTS[-1]


def test_what_is_left_open_is_told_with_the_rule_that_counts() -> None:
    (told,) = program().warnings
    for part in ("2026-10-01", "initial_capital = 100,000", "strategy.percent_of_equity", "default_qty_value = 100"):
        assert part in told
    (told,) = program(", initial_capital = 5000", rules=date(2025, 1, 1)).warnings
    assert "2024-11-13" in told
    assert "initial_capital" not in told
    assert "default_qty_value = 1" in told
    written = ", initial_capital = 5000, default_qty_type = strategy.fixed, default_qty_value = 1"
    assert program(written).warnings == ()
    assert program(version=5).warnings == ()


def test_the_account_currency_and_the_limit_of_trades() -> None:
    assert settings(", currency = currency.EUR").currency == "EUR"
    assert settings(", currency = currency.NONE").currency == ""
    assert settings().order_limit is None


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
