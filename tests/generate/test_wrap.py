"""An indicator as a strategy: its conditions by expression and by name, its orders, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pinewright.backtest.engine import Engine
from pinewright.data.simulate import simulated_bars
from pinewright.errors import PineError, PineUnsupportedError, UsageError
from pinewright.generate.handed_back import hand_back
from pinewright.generate.wrap import indicator_with_defaults, wrap_indicator
from pinewright.market import Trades
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import Program

HEAD = 'indicator("Crosses", "X", true)'
BODY = """
fast = ta.sma(close, input.int(5, "Fast"))
slowLength = input.int(20, "Slow", minval = 2)
slow = ta.sma(close, slowLength)
up = ta.crossover(fast, slow)
down = ta.crossunder(fast, slow)
strong = up and close > open
above = fast > slow
rsi = ta.rsi(close, 14)
late = false
late := rsi > 60
plotshape(up, "Buy", shape.triangleup) // a mark
plotshape(down ? high : na, "Sell",
     location = location.absolute)
plotchar(rsi > 70 ? 1 : 0, char = "H")
plotshape(late, text = "Late")
late := false
alertcondition(strong, "Strong buy", "go")
alertcondition(up, "Buy")
plot(fast)"""
V6, V5 = (f"//@version={version}\n{HEAD}{BODY}" for version in (6, 5))
PLAIN = """strategy("Crosses", "X", true, initial_capital = 10000, default_qty_type = strategy.percent_of_equity,
     default_qty_value = 50)"""


def program(source: str) -> Program:
    return compile_script(check(source))


def trades(source: str, kernels: Path) -> Trades:
    made = program(source)
    bars = simulated_bars(5, "15m", days=40, warmup=0)
    return Engine(made, bars, cache_dir=kernels).trades([item.default for item in made.inputs])


def by_hand(orders: str, version: int = 6) -> str:
    """The same indicator, made a strategy by a person."""
    return f"//@version={version}\n{PLAIN}{BODY}\n{orders}"


BOTH = """if up
    strategy.entry("Long", strategy.long)
if down
    strategy.entry("Short", strategy.short)
"""
LONG = """if {entry}
    strategy.entry("Long", strategy.long)
if {exit}
    strategy.close("Long")
"""


SHORT = """if down
    strategy.entry("Short", strategy.short)
if up
    strategy.close("Short")
"""


@pytest.mark.parametrize(
    ("long", "short", "orders", "version"),
    [
        ("ta.crossover(fast, slow)", "down", BOTH, 6),
        ("buy", "Sell", BOTH, 5),
        ("strong", None, LONG.format(entry="strong", exit="down"), 6),
        ("Strong buy", None, LONG.format(entry="strong", exit="down"), 5),
        ("above", None, LONG.format(entry="above", exit="not above"), 6),
        ("H", None, LONG.format(entry="rsi > 70", exit="rsi <= 70"), 6),
        ("Late", None, LONG.format(entry="rsi > 60", exit="rsi <= 60"), 6),
        (None, "Sell", SHORT, 6),
    ],
)
def test_it_trades_as_one_that_was_written_by_hand(
    long: str | None, short: str | None, orders: str, version: int, kernels: Path
) -> None:
    source = V6 if version == 6 else V5
    ours, theirs = (
        trades(wrap_indicator(source, long=long, short=short), kernels),
        trades(by_hand(orders, version), kernels),
    )
    assert len(ours) > 10
    np.testing.assert_array_equal(ours.net_profit, theirs.net_profit)
    np.testing.assert_array_equal(ours.entry_time, theirs.entry_time)
    np.testing.assert_array_equal(ours.is_long, theirs.is_long)


def test_an_exit_of_its_own(kernels: Path) -> None:
    ours = trades(wrap_indicator(V6, long="up", exit="rsi > 70"), kernels)
    theirs = trades(by_hand(LONG.format(entry="up and not (rsi > 70)", exit="rsi > 70")), kernels)
    assert len(ours) > 5
    np.testing.assert_array_equal(ours.net_profit, theirs.net_profit)


def test_everything_else_stays_as_it_was() -> None:
    for end in ("\n", "\r\n"):
        source = V6.replace("\n", end)
        text = wrap_indicator(source, long="up", short="down")
        head, account = PLAIN.split(" initial_capital", 1)
        strategy = f"{head}{end}     initial_capital{account}".replace(",\n     default", ", default")
        assert text.startswith(source.replace(HEAD, strategy) + end)
        assert end == "\n" or "\n" not in text.replace("\r\n", "")


def test_arguments_of_the_head_keep_their_meaning_and_costs_go_in() -> None:
    head = 'indicator("A", "B", true, format.price, 2, scale.right, 500, timeframe = "")'
    costs = {"commission_type": "strategy.commission.percent", "commission_value": "0.02", "initial_capital": "500"}
    text = wrap_indicator(V6.replace(HEAD, head), long="up", title='The "new" one', arguments=costs)
    made = program(text).settings
    assert (made.title, made.pyramiding, made.initial_capital, made.commission_value) == ('The "new" one', 0, 500, 0.02)
    assert 'strategy("The \\"new\\" one", "B", true, format.price, 2, scale.right, max_bars_back = 500' in text
    assert "timeframe" not in text


def test_a_named_constant_in_the_head_is_written_out() -> None:
    source = V6.replace(HEAD, 'SHORT = "X"\nindicator("Crosses", shorttitle = SHORT, overlay = true)')
    text = wrap_indicator(source, long="up")
    assert 'strategy("Crosses", shorttitle = "X", overlay = true,' in text
    assert program(text).settings.title == "Crosses"


def test_names_that_the_script_has_are_not_taken() -> None:
    source = V6 + "\nlongSignal = close\nexitSignal = open\nshortValue = low\n"
    assert "shortValue1 = down ? high : na" in wrap_indicator(source, short="Sell")
    text = wrap_indicator(source, long="up")
    assert "longSignal1 = up" in text
    assert "exitSignal1 = ta.crossunder(fast, slow)" in text


def test_the_indicator_comes_back_with_the_values_too() -> None:
    text = wrap_indicator(V6, long="Buy", short="ta.crossunder(close, ta.sma(close, input.int(30)))")
    made = program(text)
    assert len(made.inputs) == 3
    values = [{5.0: 7.0, 20.0: 33.0, 30.0: 31.0}[item.default] for item in made.inputs]
    expected = V6.replace('input.int(5, "Fast")', 'input.int(7, "Fast")').replace("input.int(20,", "input.int(33,")
    assert indicator_with_defaults(V6, text, made.inputs, values) == expected
    assert "input.int(31)" in hand_back(text, made.inputs, values, {}, ["wrapped"])


@pytest.mark.parametrize(
    ("text", "what", "hint"),
    [
        ("Bye", "nothing in the script is called 'Bye'", "did you mean 'Buy'?"),
        ("rsi", "'rsi' is a series float, not a condition", "rsi > 0"),
        ("up and", "'up and' is no condition in this script", "'up'"),
        ("up and nothing", "Undeclared identifier", "'strong'"),
        ("up), plot(close", "it is no single value", "'up'"),
        ("up\nplot(close)", "one line of Pine", "ta.crossover"),
        ("", "one line of Pine", "ta.crossover"),
    ],
)
def test_what_is_no_condition_is_refused(text: str, what: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        wrap_indicator(V6, long=text)
    assert what in caught.value.what
    assert hint in str(caught.value.hint)
    assert caught.value.where == "--long"


def test_two_marks_of_one_name_with_two_conditions_are_refused() -> None:
    with pytest.raises(UsageError, match="several are called 'Buy', on lines 13, 20, 22"):
        wrap_indicator(V6 + '\nplotshape(strong, "Buy")\n', long="Buy")


def test_a_mark_that_is_never_there_is_refused() -> None:
    with pytest.raises(UsageError, match="the mark 'Off' on line 22 is always na"):
        wrap_indicator(V6 + '\nplotshape(na, "Off")\n', long="Off")


@pytest.mark.parametrize(
    ("source", "error", "what"),
    [
        ('//@version=6\nstrategy("x")\n', UsageError, "already a strategy"),
        ('//@version=6\nlibrary("x")\nexport f() => 1\n', UsageError, "is no indicator"),
        ('//@version=6\nindicator("x", timeframe = "D")\nplot(close)\n', PineUnsupportedError, "time frame of its own"),
        ('//@version=4\nstudy("x")\nplot(close)\n', PineError, "Pine v4 is not checked"),
        ('//@version=6\nindicator("x")\nplot(closse)\n', PineError, "closse"),
    ],
)
def test_what_cannot_be_wrapped_is_refused(source: str, error: type[Exception], what: str) -> None:
    with pytest.raises(error, match=what):
        wrap_indicator(source, long="close > open")


def test_a_side_must_be_given() -> None:
    with pytest.raises(UsageError, match="no side to trade"):
        wrap_indicator(V6)
