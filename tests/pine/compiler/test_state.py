"""State: variables that last, history, and calls that advance only when they run."""

from __future__ import annotations

import math

import pytest

from pinewright.market import Bars

from .support import Row, agree, case, compiled, random_account, random_bars

HEAD = '//@version=6\nstrategy("s")\n'
BARS = random_bars(4, 60)
EVEN = "bar_index % 2 == 0"


def shown(body: str, value: str, bars: Bars = BARS, version: int = 6) -> list[float]:
    """The value on each bar, on which both ways agree."""
    source = f'//@version={version}\nstrategy("s")\n{body}strategy.order("O", strategy.long, qty = {value})\n'
    rows = agree(case(source, bars, account=random_account(1, len(bars))))
    return [number(row) for row in rows]


def number(row: Row) -> float:
    value = row[2][2]
    assert isinstance(value, float)
    return value


def same(ours: list[float], theirs: list[float]) -> bool:
    return [None if math.isnan(x) else x for x in ours] == [None if math.isnan(x) else x for x in theirs]


def test_a_variable_that_lasts_is_set_once() -> None:
    assert shown("var float n = 10.0\nn += 1\n", "n") == [11.0 + k for k in range(60)]


def test_a_variable_that_does_not_last_begins_anew() -> None:
    assert shown("float n = 10.0\nn += 1\n", "n") == [11.0] * 60


def test_history_of_a_variable_is_its_value_at_the_end_of_the_bar() -> None:
    body = "var float n = 0.0\nbefore = n[1]\nn += 1\nn *= 2\n"
    ends = [0.0]
    for _ in range(60):
        ends.append((ends[-1] + 1) * 2)
    assert same(shown(body, "before"), [math.nan, *ends[1:60]])


def test_no_offset_is_the_present_value() -> None:
    body = "var float n = 0.0\nn += 1\nnow = n[0]\nn += 1\n"
    assert shown(body, "now") == [1.0 + 2 * k for k in range(60)]
    assert shown("var float n = 0.0\nn += 1\n", "n[bar_index % 2]") == [k + 1.0 - k % 2 for k in range(60)]


def test_history_before_the_first_bar_is_na_or_false() -> None:
    assert [k for k, x in enumerate(shown("", "close[3]")) if math.isnan(x)] == [0, 1, 2]
    assert [k for k, x in enumerate(shown("n = 5\n", "n[2]")) if math.isnan(x)] == [0, 1]
    assert shown("up = close > 0\n", "up[1] ? 1.0 : 0.0") == [0.0] + [1.0] * 59
    assert shown("up = true\n", "up[1] ? 1.0 : 0.0") == [0.0] + [1.0] * 59


def test_history_of_an_expression() -> None:
    found = shown("", "(high - low)[2]")
    assert same(found, [math.nan, math.nan, *(BARS.high - BARS.low)[:-2].tolist()])


def test_history_of_the_account() -> None:
    position = random_account(1, 60)[0].tolist()
    assert same(shown("", "strategy.position_size[1]"), [math.nan, *position[:-1]])
    opened = "opened = strategy.position_size != 0 and strategy.position_size[1] == 0\n"
    expected = [float(k > 0 and position[k] != 0 and position[k - 1] == 0) for k in range(60)]
    assert shown(opened, "opened ? 1.0 : 0.0") == expected


def test_a_call_in_a_block_advances_only_when_it_runs() -> None:
    body = f"float x = na\nif {EVEN}\n    x := math.sum(close, 2)\n"
    close = BARS.close.tolist()
    expected = [close[k] + close[k - 2] if k % 2 == 0 and k >= 2 else math.nan for k in range(60)]
    assert same(shown(body, "x"), expected)


def test_a_call_behind_a_condition_advances_only_when_it_runs() -> None:
    close = BARS.close.tolist()
    expected = [close[k] - close[k - 2] if k % 2 == 0 and k >= 2 else math.nan for k in range(60)]
    assert same(shown("", f"{EVEN} ? ta.change(close) : na"), expected)


def test_prices_inside_a_function_are_those_of_the_bar() -> None:
    # ta.tr looks at close[1]: the last bar's, also where the call is skipped on every other bar.
    found = shown("", f"{EVEN} ? ta.tr(true) : na")
    always = shown("", "ta.tr(true)")
    assert same(found, [x if k % 2 == 0 else math.nan for k, x in enumerate(always)])


def test_each_call_site_has_its_own_state() -> None:
    body = f"""counted() =>
    var float n = 0.0
    n += 1
    n
a = counted()
b = 0.0
if {EVEN}
    b := counted()
"""
    assert shown(body, "a * 1000 + b") == [(k + 1) * 1000 + (k // 2 + 1 if k % 2 == 0 else 0) for k in range(60)]


def test_the_same_call_site_of_a_function_called_twice_has_two_states() -> None:
    body = """counted() =>
    var float n = 0.0
    n += 1
    n
twice(bool go) =>
    go ? counted() : 0.0
a = twice(true)
b = twice(bar_index > 9)
"""
    assert shown(body, "a * 1000 + b") == [(k + 1) * 1000 + max(0, k - 9) for k in range(60)]


def test_history_in_a_function_goes_back_by_its_executions() -> None:
    body = f"""before(float x) =>
    doubled = x * 2
    doubled[1] + x[1]
float y = na
if {EVEN}
    y := before(close)
"""
    close = BARS.close.tolist()
    expected = [3 * close[k - 2] if k % 2 == 0 and k >= 2 else math.nan for k in range(60)]
    assert same(shown(body, "y"), expected)


def test_a_function_sees_the_script_and_not_the_block_that_calls_it() -> None:
    body = """level = 1.0
read() => level
float x = 0.0
if close > 0
    level = 2.0
    x := read() * 10 + level
"""
    assert shown(body, "x") == [12.0] * 60


def test_extremes_of_a_window_that_grows() -> None:
    highest = shown("", "ta.highest(high, bar_index % 7 == 6 ? 6 : 2)")
    high = BARS.high.tolist()
    expected = [max(high[k - (6 if k % 7 == 6 else 2) + 1 : k + 1], default=0.0) for k in range(60)]
    assert highest[6:] == expected[6:]
    lowest = shown("", "ta.lowest(low, bar_index % 7 == 6 ? 6 : 2)")
    low = BARS.low.tolist()
    assert lowest[6:] == [min(low[k - (6 if k % 7 == 6 else 2) + 1 : k + 1]) for k in range(6, 60)]


def test_values_of_branches() -> None:
    body = """kind = switch
    close > open => 1.0
    close < open => -1.0
    => 0.0
part = if close > open
    if high > close
        2.0
    else
        3.0
none = if close > open
    true
"""
    expected = []
    for opened, high, close in zip(BARS.open.tolist(), BARS.high.tolist(), BARS.close.tolist(), strict=True):
        kind = float(close > opened) - float(close < opened)
        part = (2.0 if high > close else 3.0) if close > opened else -7.0
        expected.append(kind * 100 + part * 10 + float(close > opened))
    assert shown(body, "kind * 100 + nz(part, -7) * 10 + (none ? 1 : 0)") == expected


def test_the_subject_of_a_switch_is_evaluated_once() -> None:
    body = f"""counted() =>
    var float n = 0.0
    n += 1
    n
float x = 0.0
if {EVEN}
    x := switch counted() % 3
        0.0 => 10.0
        1.0 => 11.0
        2.0 => 12.0
        => 99.0
"""
    assert shown(body, "x") == [10.0 + (k // 2 + 1) % 3 if k % 2 == 0 else 0.0 for k in range(60)]


def test_tuples() -> None:
    body = "pair(float x) =>\n    var float n = 0.0\n    n += x\n    [n, n * 2]\n[a, b] = pair(1.0)\n"
    assert shown(body, "a * 100 + b") == [(k + 1) * 100 + (k + 1) * 2 for k in range(60)]


@pytest.mark.parametrize("seed", range(2))
def test_every_function_of_the_table(seed: int) -> None:
    lines = [
        "[m, s, h] = ta.macd(close, 3, 7, 4)",
        "[mid, top, bottom] = ta.bb(hl2, 6, 1.5)",
        "[plus, minus, adx] = ta.dmi(4, 5)",
    ]
    values = ["m", "s", "h", "mid", "top", "bottom", "plus", "minus", "adx"]
    values += [
        f"ta.{name}(close, 5)" for name in ("sma", "ema", "rma", "wma", "rsi", "stdev", "variance", "cci", "roc", "mom")
    ]
    values += [
        "ta.highest(5)",
        "ta.lowest(close, 4)",
        "ta.change(close)",
        "ta.change(volume, 3)",
        "ta.wpr(6)",
        "ta.atr(5)",
    ]
    values += ["ta.tr", "ta.tr(true)", "ta.bbw(close, 5, 2.0)", "ta.stoch(close, high, low, 5)", "math.sum(volume, 4)"]
    values += ["ta.stdev(close, 5, false)", "ta.variance(close, 5, false)"]
    values += [f"(ta.{name}(close, open) ? 1.0 : 0.0)" for name in ("crossover", "crossunder")]
    lines += [f'strategy.order("O", strategy.long, qty = {value})' for value in values]
    rows = agree(case(HEAD + "\n".join(lines) + "\n", random_bars(seed, 90)), compiled)
    assert len(rows) == 90 * len(values)
    assert sum(math.isnan(number(row)) for row in rows) < 90 * len(values) / 4
