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


@pytest.mark.parametrize("names", [NAMES[::2], NAMES[1::2]])
def test_many_in_one_indicator_fire_as_detected(names: list[str], kernels: Path) -> None:
    """The way of a user: the indicator's own text, its inputs at their defaults, many patterns beside each other."""
    text = VisualPatternToPineScript().indicator(names)
    checked = check(text)
    assert checked.diagnostics == ()
    bars = walk_bars(4_000, 17)
    series = compile_series(checked, tuple(f"{camel(name)}Seen" for name in names), "all")
    columns = ColumnEngine(series.program, cache_dir=kernels).compute(bars, series.columns)
    fired = signals(bars, names)
    for name, row, column in zip(names, fired, columns, strict=True):
        assert np.array_equal(row, column == 1.0), name
    assert fired.any(axis=1).sum() > len(names) * 0.75  # a pattern that never fires proves nothing


def plots(text: str) -> int:
    return text.count("plotshape(") + text.count("alertcondition(")


def test_an_indicator_keeps_to_the_plots_that_tradingview_allows() -> None:
    writer = VisualPatternToPineScript()
    each, ways = writer.indicator(NAMES[:32]), writer.indicator(NAMES[:33])
    assert (plots(each), each.count("alertcondition(")) == (64, 32)
    assert (plots(ways), ways.count("alertcondition(")) == (36, 3)
    for name in NAMES[:33]:  # each is in the alert of its direction, and in no other
        assert sum(f"{camel(name)}Seen" in line.split(", ")[0] for line in alert_lines(ways)) == 1
    assert plots(writer.indicator(NAMES[:61])) == 64
    with pytest.raises(UsageError, match="62 patterns are more than one indicator can mark") as caught:
        writer.indicator(NAMES[:62])
    assert "at most 61" in str(caught.value.hint)
    up = [name for name in NAMES if patterns()[name].direction is Direction.UP]
    assert "Patterns said to announce a rise" not in writer.indicator(up)


def alert_lines(text: str) -> list[str]:
    """The calls, each on one line."""
    return [" ".join(one.split()) for one in text.split("alertcondition(")[1:]]


def test_marks_and_alerts_wait_for_the_close() -> None:
    text = VisualPatternToPineScript().indicator(["hammer", "double_top"])
    assert "closed = barstate.isconfirmed\n" in text
    for name in ("hammerSeen", "doubleTopSeen"):
        (line,) = [line for line in text.splitlines() if line.startswith(f"{name} = ")]
        assert line.endswith(" and closed")  # the function stands first: it must run on every bar
        assert f"plotshape({name}," in text
        assert f"alertcondition({name}," in text


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


@pytest.mark.parametrize("family", [None, *FAMILIES])
def test_no_two_inputs_have_the_same_title(family: str | None) -> None:
    """TradingView shows titles alone."""
    up = [name for name in NAMES if patterns()[name].direction is not Direction.DOWN]
    down = [name for name in NAMES if patterns()[name].direction is Direction.DOWN]
    filtered = None if family is None else FAMILIES[family]
    text = VisualPatternToPineScript().strategy(SETTINGS, long=up, short=down, filtered=filtered)
    inputs = compile_script(check(text)).inputs
    titles = [item.title for item in inputs]
    assert sorted(titles) == sorted(set(titles))
    assert len(titles) > 50


def test_an_input_of_one_pattern_says_whose_it_is() -> None:
    text = VisualPatternToPineScript().strategy(
        SETTINGS, long=["bullish_belt_hold", "bullish_engulfing"], short=["three_black_crows"]
    )
    titles = [item.title for item in compile_script(check(text)).inputs]
    assert "Bullish engulfing: least body, in average bodies" in titles
    assert "Three black crows: least body, in average bodies" in titles
    assert "Least body, in average bodies" not in titles
    alone = VisualPatternToPineScript().strategy(SETTINGS, long=["bullish_engulfing"])
    assert '"Least body, in average bodies"' in alone


@pytest.mark.parametrize("name", ["inside_bar", "hammer"])
def test_a_pattern_on_both_sides_is_refused_but_for_a_filter(name: str) -> None:
    writer = VisualPatternToPineScript()
    with pytest.raises(UsageError, match=f"{name} would buy and sell on the same bars") as caught:
        writer.strategy(SETTINGS, long=[name, "double_bottom"], short=[name])
    assert "--filter" in str(caught.value.hint)
    text = writer.strategy(SETTINGS, long=[name], short=[name], filtered=FAMILIES["macd"])
    assert check(text).diagnostics == ()


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
