"""Scripts of all families: readable, complete, in the house format, the same bytes each time."""

from __future__ import annotations

import re

import pytest

from pinewright.errors import UsageError
from pinewright.generate import (
    FAMILIES,
    Family,
    Header,
    IndicatorCodeBuilder,
    PineScriptGenerator,
    ScriptSettings,
    StrategyLogicGenerator,
    family,
    render,
)
from pinewright.generate.script import FLAT_FROM, FLAT_UNTIL
from pinewright.market import Timeframe
from pinewright.pine.checker import check
from pinewright.pine.parser import parse
from pinewright.pine.printer import print_script
from pinewright.pine.syntax import Call, ExpressionStatement, Name
from pinewright.program import InputKind

SETTINGS = ScriptSettings(Timeframe(15), 0.000025, from_time=1_743_465_600_000, to_time=1_751_328_000_000)
EVERY_FAMILY = pytest.mark.parametrize("name", list(FAMILIES))
ACCOUNT = [
    "title",
    "overlay",
    "initial_capital",
    "currency",
    "default_qty_type",
    "default_qty_value",
    "pyramiding",
    "commission_type",
    "commission_value",
    "slippage",
    "margin_long",
    "margin_short",
    "process_orders_on_close",
    "calc_on_order_fills",
    "calc_on_every_tick",
    "close_entries_rule",
    "backtest_fill_limits_assumption",
    "use_bar_magnifier",
    "fill_orders_on_standard_ohlc",
    "risk_free_rate",
]


def test_there_are_the_families_that_were_asked_for() -> None:
    assert set(FAMILIES) == {
        "trend_cross",
        "macd",
        "rsi_reversal",
        "bollinger_reversal",
        "bollinger_breakout",
        "channel_breakout",
        "stochastic_trend",
        "candle_reversal",
        "pullback_candle",
        "chart_pattern",
    }


@EVERY_FAMILY
@pytest.mark.parametrize("minutes", [1, 5, 15, 60, 240])
@pytest.mark.parametrize("rollover", [False, True])
def test_parses_without_findings_and_is_in_the_house_format(name: str, minutes: int, rollover: bool) -> None:
    header = Header("a feed", "a period", "1.0 pip a round turn", 7, True, 12, -3.5, ("a note",))
    text = render(FAMILIES[name], None, ScriptSettings(Timeframe(minutes), 5e-5, rollover=rollover, header=header))
    script, findings = parse(text)
    assert findings == ()
    assert script.version == 6
    assert print_script(script) == text
    assert check(text).diagnostics == ()


@EVERY_FAMILY
def test_writes_every_argument_of_the_account(name: str) -> None:
    script, _ = parse(render(FAMILIES[name], None, SETTINGS))
    calls = [
        statement.value
        for statement in script.statements
        if isinstance(statement, ExpressionStatement)
        and isinstance(statement.value, Call)
        and statement.value.function == Name("strategy")
    ]
    assert [argument.name for argument in calls[0].arguments] == ACCOUNT


@EVERY_FAMILY
def test_the_same_settings_give_the_same_bytes(name: str) -> None:
    first, second = (PineScriptGenerator().script(FAMILIES[name], SETTINGS) for _ in range(2))
    assert first.encode() == second.encode()
    assert first.isascii()
    assert "\r" not in first


@EVERY_FAMILY
def test_declares_its_inputs_in_the_order_of_the_family(name: str) -> None:
    row = FAMILIES[name]
    declared = re.findall(r"^(\w+) = input\.(\w+)\(", render(row, None, SETTINGS), flags=re.MULTILINE)
    expected = [(item.name, item.kind.value) for item in row.inputs] + [("fromTime", "time"), ("toTime", "time")]
    assert declared == expected


@EVERY_FAMILY
def test_ranges_hold_the_defaults_on_their_grid(name: str) -> None:
    row = FAMILIES[name]
    for item in row.inputs:
        assert item.minimum <= item.default <= item.maximum
        if item.kind is not InputKind.BOOL:
            steps = (item.default - item.minimum) / item.step
            assert steps == pytest.approx(round(steps), abs=1e-9), item.name
    for low, high in row.ordered:
        assert row.input(low).default < row.input(high).default
        assert row.input(low).minimum < row.input(high).maximum


@EVERY_FAMILY
def test_logic_reads_only_what_the_script_declares(name: str) -> None:
    row = FAMILIES[name]
    logic = StrategyLogicGenerator().logic(row)
    code = IndicatorCodeBuilder().for_family(row)
    declared = {word for line in code.lines for word in re.findall(r"\w+", line.split(" = ")[0])}
    declared |= {item.name for item in row.inputs} | {event for event, _ in logic.events}
    declared |= {"close", "and", "or", "not", "ta", "crossover", "crossunder", "barssince"}
    texts = [text or "" for text in (logic.long_signal, logic.short_signal, logic.exit_long, logic.exit_short)]
    for text in [*texts, *(expression for _, expression in logic.events)]:
        assert set(re.findall(r"[A-Za-z_]\w*", text)) <= declared


def test_values_replace_defaults_and_nothing_else() -> None:
    plain = render(family("macd"), None, SETTINGS).splitlines()
    changed = render(family("macd"), {"fastLength": 5, "stopMultiple": 1.25}, SETTINGS).splitlines()
    different = [(old, new) for old, new in zip(plain, changed, strict=True) if old != new]
    assert [new.split(",")[0] for _, new in different] == [
        "fastLength = input.int(5",
        "stopMultiple = input.float(1.25",
    ]


def test_costs_and_dates_stand_in_the_script() -> None:
    text = render(family("trend_cross"), None, SETTINGS)
    assert "     commission_type = strategy.commission.cash_per_contract,\n     commission_value = 0.000025,\n" in text
    assert 'fromTime = input.time(1743465600000, "From")' in text
    assert "// Dates: 2025-04-01 00:00 UTC to 2025-07-01 00:00 UTC.\n" in text


def test_invented_prices_warn_before_anything_else() -> None:
    text = render(family("macd"), None, ScriptSettings(Timeframe(15), 5e-5, header=Header(invented=True)))
    assert text.splitlines()[1] == "// Demo on invented prices: nothing here is tradable"
    assert "Demo" not in render(family("macd"), None, SETTINGS)


def test_header_cannot_leave_the_comment() -> None:
    header = Header(feed='evil\nstrategy.entry("x", strategy.long)')
    text = render(family("macd"), None, ScriptSettings(Timeframe(15), 5e-5, header=header))
    assert '// Feed: evil strategy.entry("x", strategy.long)\n' in text


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"fastLenght": 5.0}, "fastLength"),
        ({"fastLength": 1000.0}, "out of range"),
        ({"fastLength": 5.5}, "whole number"),
        ({"fastLength": 40.0, "slowLength": 20.0}, "not below"),
        ({"stopMultiple": float("nan")}, "out of range"),
    ],
)
def test_wrong_values_are_told(values: dict[str, float], word: str) -> None:
    with pytest.raises(UsageError, match=word):
        render(family("macd"), values, SETTINGS)


def test_wrong_settings_are_told() -> None:
    with pytest.raises(UsageError, match="17:00 New York"):
        ScriptSettings(Timeframe(1440), 5e-5)
    assert ScriptSettings(Timeframe(1440), 5e-5, rollover=True).timeframe.minutes == 1440
    with pytest.raises(UsageError, match="commission"):
        ScriptSettings(Timeframe(15), float("nan"))
    with pytest.raises(UsageError, match="would begin"):
        render(family("macd"), None, ScriptSettings(Timeframe(15), 5e-5, from_time=10, to_time=5))
    with pytest.raises(UsageError, match="did you mean 'macd'"):
        family("mcad")


def _rollover_rule(text: str) -> tuple[int, int]:
    found = re.search(r"^rollover = nextMinute >= (\d+) and nextMinute < (\d+)$", text, flags=re.MULTILINE)
    assert found is not None
    return int(found[1]), int(found[2])


@pytest.mark.parametrize("minutes", [1, 5, 15, 30, 60, 240])
def test_no_position_lives_in_the_rollover_window(minutes: int) -> None:
    """Every bar of a day opens a position where the rule allows it and the rule must close it in time."""
    first, until = _rollover_rule(render(family("macd"), None, ScriptSettings(Timeframe(minutes), 5e-5)))
    anchor = 17 * 60
    held_since: int | None = None
    fills = 0
    for step in range(3 * 1440 // minutes):
        fill = (anchor + (step + 1) * minutes) % 1440
        must_be_flat = first <= fill < until
        if must_be_flat:
            held_since = None
        elif held_since is None:
            held_since, fills = fill, fills + 1
            assert not FLAT_FROM <= fill < FLAT_UNTIL
        if held_since is not None:
            # Held from this fill to the next one: no minute of that may lie in the window.
            assert not any(FLAT_FROM <= (fill + minute) % 1440 < FLAT_UNTIL for minute in range(minutes))
    assert fills >= 2


def test_rollover_on_request_has_no_window() -> None:
    text = render(family("macd"), None, ScriptSettings(Timeframe(15), 5e-5, rollover=True))
    assert "New_York" not in text
    assert "mustBeFlat = not inDates\n" in text


def test_fixed_names_are_those_of_the_account() -> None:
    row: Family = family("macd")
    assert row.fixed == ("riskPercent", "fromTime", "toTime")
