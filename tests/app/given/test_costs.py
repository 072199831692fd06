"""What trading costs: never silently nothing, and always said."""

from __future__ import annotations

import pytest

from pinewright.app.given.costs import market_costs, parse_costs, script_costs
from pinewright.errors import UsageError
from pinewright.market import Symbol
from pinewright.program import CommissionType, StrategySettings

EURUSD, USDJPY = Symbol.get("EURUSD"), Symbol.get("USDJPY")
FREE = StrategySettings(declared=frozenset({"commission_type", "commission_value", "slippage"}))
UNIT = StrategySettings(
    commission_type=CommissionType.CASH_PER_CONTRACT, commission_value=0.00003, declared=frozenset({"commission_value"})
)


def test_the_median_spread_is_paid_half_on_each_side() -> None:
    found = market_costs(EURUSD, None, 0.00008)
    assert found.pips == pytest.approx(0.8)
    assert found.commission == 0.00004
    assert "median spread" in found.origin
    yen = market_costs(USDJPY, None, 0.009)
    assert yen.pips == pytest.approx(0.9)
    assert yen.commission == 0.0045
    assert "0.0045 JPY" in yen.words


@pytest.mark.parametrize("spread", [None, 0.0, -0.00002, float("nan")])
def test_data_without_a_real_spread_cost_one_pip(spread: float | None) -> None:
    found = market_costs(EURUSD, None, spread)
    assert (found.pips, found.commission) == (1.0, 0.00005)
    assert found.origin.startswith("default")


def test_gold_does_not_trade_at_a_cent() -> None:
    found = market_costs(Symbol.get("XAUUSD"), None, None)
    assert (found.pips, found.commission) == (40.0, 0.2)


def test_only_the_user_makes_trading_free() -> None:
    found = market_costs(EURUSD, 0.0, 0.00008)
    assert found.commission == 0.0
    assert "0.0 USD" in found.words
    assert "--costs" in found.origin


def test_a_script_keeps_the_costs_that_it_declares() -> None:
    found = script_costs(EURUSD, UNIT, None, 0.00008, own=False)
    assert found.declared
    assert found.pips == pytest.approx(0.6)
    slipping = StrategySettings(slippage=3, declared=frozenset({"slippage"}))
    assert script_costs(EURUSD, slipping, None, None, own=False).pips == pytest.approx(0.6)
    assert script_costs(EURUSD, UNIT, 2.0, None, own=False).applied(UNIT).commission_value == 0.0001


@pytest.mark.parametrize("settings", [FREE, StrategySettings()])
def test_a_search_charges_the_market_where_a_script_charges_nothing(settings: StrategySettings) -> None:
    found = script_costs(EURUSD, settings, None, 0.00008, own=False)
    assert not found.declared
    assert found.applied(settings).commission_value == 0.00004
    # A backtest is for parity with TradingView: it charges what the script says, and says that this is nothing.
    plain = script_costs(EURUSD, settings, None, 0.00008, own=True)
    assert plain.applied(settings) is settings
    assert "declares no commission" in plain.words


@pytest.mark.parametrize("text", ["cheap", "-1", "nan", "inf"])
def test_costs_are_pips(text: str) -> None:
    with pytest.raises(UsageError, match="costs of"):
        parse_costs(text)
    assert parse_costs("0.8 pips") == 0.8
    assert parse_costs(None) is None
