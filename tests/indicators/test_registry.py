"""The registry and the table of Pine's functions say the same."""

from __future__ import annotations

import pytest

from pinewright.errors import UsageError
from pinewright.generate.families import FAMILIES, FamilyInput
from pinewright.indicators import Indicator, IndicatorCalculator, indicator, indicators
from pinewright.market import Bars
from pinewright.pine.builtins import Role, functions

ROWS = list(indicators().values())


def test_every_function_of_ta_has_a_row_and_no_other() -> None:
    """But the one that gives an array, which is no column."""
    defined = {name for name, row in functions().items() if row.role is Role.PRELUDE and name.startswith("ta.")}
    assert set(indicators()) == defined - {"ta.pivot_point_levels"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_row_agrees_with_the_function(row: Indicator) -> None:
    assert row.function is functions()[row.name]
    parameters = row.function.parameters
    assert [item.name for item in row.arguments] == [item.name for item in parameters[: len(row.arguments)]]
    assert all(not item.required for item in parameters[len(row.arguments) :])
    assert len(row.members) == len(row.function.returns.items)
    assert len(set(row.members)) == len(row.members)
    names = [item.name for item in row.arguments]
    assert all(name in names for pair in row.ordered for name in pair)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_defaults_lie_on_their_grid(row: Indicator) -> None:
    for argument in row.arguments:
        if argument.range is not None:
            steps = (float(argument.default) - argument.range.minimum) / argument.range.step
            assert argument.range.minimum <= float(argument.default) <= argument.range.maximum
            assert steps == pytest.approx(round(steps)), argument
    values = {item.name: float(item.default) for item in row.arguments if item.range is not None}
    assert all(values[first] < values[second] for first, second in row.ordered)


def test_every_usual_call_can_be_calculated(bars: Bars, calculator: IndicatorCalculator) -> None:
    calls = [row.pine() for row in ROWS]
    table = calculator.calculate(bars, calls)
    names = [name for row in ROWS for name in ([f"{row.pine()}.{m}" for m in row.members] or [row.pine()])]
    assert table.names == tuple(names)
    assert all(table.known_from(name) < len(table) for name in names)


def test_calls_with_other_arguments() -> None:
    assert indicator("rsi").pine({"length": "7"}) == "ta.rsi(close, 7)"
    assert indicator("ta.bb").pine() == "ta.bb(close, 20, 2.0)"
    with pytest.raises(UsageError, match="no argument 'lenght'") as caught:
        indicator("rsi").pine({"lenght": "7"})
    assert "length" in (caught.value.hint or "")


def test_an_unknown_name_gets_the_nearest() -> None:
    with pytest.raises(UsageError, match="unknown indicator 'rsj'") as caught:
        indicator("rsj")
    assert "did you mean 'ta.rsi'" in (caught.value.hint or "")


def test_ranges_hold_what_the_strategy_families_search() -> None:
    """A family may search less than the registry offers, never more."""
    pairs = {
        ("rsi_reversal", "rsiLength"): ("ta.rsi", "length"),
        ("macd", "fastLength"): ("ta.macd", "fastlen"),
        ("macd", "slowLength"): ("ta.macd", "slowlen"),
        ("macd", "signalLength"): ("ta.macd", "siglen"),
        ("bollinger_breakout", "bandLength"): ("ta.bb", "length"),
        ("bollinger_breakout", "bandWidth"): ("ta.bb", "mult"),
        ("bollinger_reversal", "bandLength"): ("ta.bb", "length"),
        ("channel_breakout", "channelLength"): ("ta.highest", "length"),
        ("stochastic_trend", "stochasticLength"): ("ta.stoch", "length"),
        ("macd", "atrLength"): ("ta.atr", "length"),
    }
    for (family, name), (function, argument) in pairs.items():
        searched: FamilyInput = FAMILIES[family].input(name)
        offered = next(item.range for item in indicator(function).arguments if item.name == argument)
        assert offered is not None
        assert offered.minimum <= searched.minimum <= searched.maximum <= offered.maximum, (family, name)
