"""Patterns as Pine: every one passes the check as function, indicator, entry and filter, and fires as detected."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from pinewright.backtest.engine import Engine
from pinewright.backtest.series import ColumnEngine
from pinewright.errors import UsageError
from pinewright.generate import FAMILIES, ScriptSettings
from pinewright.generate.pattern_script import VisualPatternToPineScript
from pinewright.generate.spelling import camel
from pinewright.generate.visual.table import pine_patterns
from pinewright.market import Timeframe
from pinewright.patterns.detector import patterns, signals
from pinewright.patterns.pattern import Direction
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script, compile_series
from pinewright.pine.parser import parse
from pinewright.pine.printer import print_script
from tests.support.walks import walk_bars

SETTINGS = ScriptSettings(Timeframe(15), 0.00003, rollover=True)
NAMES = list(patterns())


def test_every_pattern_has_its_pine() -> None:
    assert list(pine_patterns()) == NAMES
    assert VisualPatternToPineScript().names == tuple(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_indicator_passes_the_check_and_is_in_the_house_format(name: str) -> None:
    text = VisualPatternToPineScript().indicator([name])
    assert check(text).diagnostics == ()
    assert print_script(parse(text)[0]) == text
    assert text.isascii()


@pytest.mark.parametrize("name", NAMES)
def test_entry_passes_the_check(name: str) -> None:
    writer = VisualPatternToPineScript()
    down = patterns()[name].direction is Direction.DOWN
    text = writer.strategy(SETTINGS, short=[name]) if down else writer.strategy(SETTINGS, long=[name])
    assert check(text).diagnostics == ()
    assert print_script(parse(text)[0]) == text
    assert ("strategy.short" in text) == down


@pytest.mark.parametrize(("up", "down"), list(pairwise(NAMES))[::9])
@pytest.mark.parametrize("family", ["channel_breakout", "stochastic_trend", "candle_reversal"])
def test_filter_passes_the_check(family: str, up: str, down: str) -> None:
    text = VisualPatternToPineScript().strategy(SETTINGS, long=[up], short=[down], filtered=FAMILIES[family])
    assert check(text).diagnostics == ()
    assert "patternWithin" in text


def test_all_in_one_indicator_fire_as_detected(kernels: Path) -> None:
    """The way of a user: the indicator's own text, its inputs at their defaults, all patterns beside each other."""
    text = VisualPatternToPineScript().indicator(NAMES)
    checked = check(text)
    assert checked.diagnostics == ()
    bars = walk_bars(4_000, 17)
    series = compile_series(checked, tuple(f"{camel(name)}Seen" for name in NAMES), "all")
    columns = ColumnEngine(series.program, cache_dir=kernels).compute(bars, series.columns)
    fired = signals(bars)
    for name, row, column in zip(NAMES, fired, columns, strict=True):
        assert np.array_equal(row, column == 1.0), name
    assert fired.any(axis=1).sum() > len(NAMES) * 0.8  # a pattern that never fires proves nothing


def test_a_strategy_enters_on_the_bar_after_the_pattern(kernels: Path) -> None:
    bars = walk_bars(4_000, 18)
    text = VisualPatternToPineScript().strategy(SETTINGS, long=["bullish_engulfing"], short=["bearish_engulfing"])
    program = compile_script(check(text), "engulfing")
    trades = Engine(program, bars, cache_dir=kernels).trades([item.default for item in program.inputs])
    up, down = signals(bars, ["bullish_engulfing", "bearish_engulfing"])
    assert len(trades) > 30
    assert trades.is_long.any()
    assert not trades.is_long.all()
    for entry, is_long in zip(trades.entry_bar, trades.is_long, strict=True):
        assert (up if is_long else down)[entry - 1]


def test_a_filter_lets_pass_only_what_a_pattern_confirms(kernels: Path) -> None:
    bars = walk_bars(4_000, 19)
    base = FAMILIES["trend_cross"]
    writer = VisualPatternToPineScript()
    text = writer.strategy(SETTINGS, long=["inside_bar"], filtered=base, values={"patternWithin": 4})
    program = compile_script(check(text), "filtered")
    trades = Engine(program, bars, cache_dir=kernels).trades([item.default for item in program.inputs])
    inside = signals(bars, ["inside_bar"])[0]
    assert trades.is_long.all()  # no pattern of the short side is named
    longs = trades.entry_bar
    assert len(longs) > 3
    for entry in longs:
        assert inside[entry - 5 : entry].any()


def test_the_same_parameter_is_one_input_and_others_get_their_own() -> None:
    text = VisualPatternToPineScript().indicator(["bullish_engulfing", "bearish_engulfing", "double_top"])
    assert text.count("averageLength = input.int(") == 1
    filtered = VisualPatternToPineScript().strategy(
        SETTINGS, long=["hammer"], short=["shooting_star"], filtered=FAMILIES["stochastic_trend"]
    )
    # Both have a trendLength, of other meaning and other range.
    assert "\ntrendLength = input.int(100" in filtered
    assert "\nhammerTrendLength = input.int(5" in filtered


def test_functions_alone_can_be_pasted() -> None:
    text = VisualPatternToPineScript().functions(["double_top", "double_bottom"])
    assert text.count("structureSwings(float sign") == 1
    script = f'//@version=6\nindicator("x")\n\n{text}\nplot(doubleTop(5, 0.5, 2.0) ? 1 : 0)\n'
    assert [item for item in check(script).diagnostics if item.code != "PW501"] == []


def test_the_same_call_gives_the_same_bytes() -> None:
    one, two = (VisualPatternToPineScript().strategy(SETTINGS, long=["hammer"]) for _ in range(2))
    assert one == two


def test_what_cannot_be_written() -> None:
    writer = VisualPatternToPineScript()
    with pytest.raises(UsageError, match="unknown pattern 'hamer'") as caught:
        writer.indicator(["hamer"])
    assert "hammer" in str(caught.value.hint)
    with pytest.raises(UsageError, match="no pattern is named"):
        writer.strategy(SETTINGS)
    with pytest.raises(UsageError, match="has no input 'nope'"):
        writer.strategy(SETTINGS, long=["hammer"], values={"nope": 1.0})
