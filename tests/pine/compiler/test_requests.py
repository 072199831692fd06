"""``request.*`` in scripts: the expression over the other bars, wherever the call stands."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from pinewright.backtest.engine import Engine
from pinewright.backtest.parameters import with_values
from pinewright.backtest.series import ColumnEngine
from pinewright.data.resample import period_bars
from pinewright.data.source import parse_moment
from pinewright.errors import BacktestError, PineUnsupportedError
from pinewright.market import MINUTE, NEW_YORK, Bars, FloatArray, Symbol, Timeframe
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script, compile_series

EURUSD = Symbol.get("EURUSD")
NA = math.nan
START = parse_moment("2025-03-16T17:00", NEW_YORK)
HEAD = '//@version=6\nindicator("x")\n'


def bars_of(count: int, timeframe: str = "15", symbol: Symbol = EURUSD, seed: int = 3) -> Bars:
    """A random walk on the grid of the symbol, without weekends."""
    random = np.random.default_rng(seed)
    length = Timeframe.from_pine(timeframe)
    close = np.round(1.1 + np.cumsum(random.normal(0.0, 0.001, count)), 5)
    opened = np.append(1.1, close[:-1])
    high = np.maximum(opened, close) + np.round(random.random(count) * 0.001, 5)
    low = np.minimum(opened, close) - np.round(random.random(count) * 0.001, 5)
    time = START + length.minutes * MINUTE * np.arange(count, dtype=np.int64)
    return Bars(symbol, length, time, opened, high, low, close, random.integers(1, 100, count).astype(np.float64))


BARS = bars_of(400)


def series(
    source: str,
    *names: str,
    kernels: Path,
    bars: Bars = BARS,
    others: Sequence[Bars] = (),
    inputs: Mapping[str, float] | None = None,
) -> list[FloatArray]:
    """Global variables of a script over bars."""
    checked = check(source if source.startswith("//@version") else HEAD + source)
    assert checked.ok, checked.diagnostics
    made = compile_series(checked, names or ("x",))
    engine = ColumnEngine(made.program, cache_dir=kernels)
    return list(engine.compute(bars, made.columns, with_values(made.program, inputs or {}), others=others))


def brought(values: FloatArray, hours: int = 1, bars: Bars = BARS) -> FloatArray:
    """Values of bars of some hours on the bars of 15 minutes: seen on the last of them."""
    count = 4 * hours
    place = (np.arange(len(bars)) + 1) // count - 1
    return np.where(place >= 0, values[np.maximum(place, 0)], NA)


def longer(timeframe: str, bars: Bars = BARS) -> Bars:
    return period_bars(bars, Timeframe.from_pine(timeframe))


def refused(source: str) -> str:
    checked = check(source if source.startswith("//@version") else HEAD + source)
    assert checked.ok, checked.diagnostics
    with pytest.raises(PineUnsupportedError) as error:
        compile_series(checked, ("x",))
    return str(error.value)


def test_a_price_of_the_hour(kernels: Path) -> None:
    (x,) = series('x = request.security(syminfo.tickerid, "60", close)', kernels=kernels)
    np.testing.assert_array_equal(x, brought(longer("60").close))


@pytest.mark.parametrize("symbol", ['""', "syminfo.ticker", '"OANDA:EURUSD"', "ticker.standard(syminfo.tickerid)"])
def test_names_of_the_own_symbol(symbol: str, kernels: Path) -> None:
    (x,) = series(f'x = request.security({symbol}, "240", high - low)', kernels=kernels)
    bars = longer("240")
    np.testing.assert_array_equal(x, brought(bars.high - bars.low, 4))


@pytest.mark.parametrize("timeframe", ['""', "timeframe.period", '"15"'])
def test_the_own_time_frame(timeframe: str, kernels: Path) -> None:
    (x,) = series(f"x = request.security(syminfo.tickerid, {timeframe}, close)", kernels=kernels)
    np.testing.assert_array_equal(x, BARS.close)


def test_averages_run_over_the_bars_of_the_hour(kernels: Path) -> None:
    expression = "ta.ema(close, 5) + ta.rsi(close, 3) + ta.highest(high, 4)"
    (x,) = series(f'x = request.security(syminfo.tickerid, "60", {expression})', kernels=kernels)
    (same,) = series(f"x = {expression}", kernels=kernels, bars=longer("60"))
    np.testing.assert_array_equal(x, brought(same))


def test_the_past_inside_goes_by_hours_and_outside_by_bars(kernels: Path) -> None:
    source = """
inside = request.security(syminfo.tickerid, "60", close[1])
h = request.security(syminfo.tickerid, "60", close)
outside = h[1]
"""
    inside, outside = series(source, "inside", "outside", kernels=kernels)
    close = longer("60").close
    np.testing.assert_array_equal(inside, brought(np.append(NA, close[:-1])))
    np.testing.assert_array_equal(outside, np.append(NA, brought(close)[:-1]))


def test_gaps_and_lookahead(kernels: Path) -> None:
    source = """
a = request.security(syminfo.tickerid, "60", close, barmerge.gaps_on)
b = request.security(syminfo.tickerid, "60", close, lookahead = barmerge.lookahead_on)
c = request.security(syminfo.tickerid, "60", close[1], lookahead = barmerge.lookahead_on)
"""
    a, b, c = series(source, "a", "b", "c", kernels=kernels)
    close = longer("60").close
    np.testing.assert_array_equal(a, np.where(np.arange(400) % 4 == 3, brought(close), NA))
    np.testing.assert_array_equal(b, np.repeat(close, 4))
    np.testing.assert_array_equal(c, np.repeat(np.append(NA, close[:-1]), 4))


def test_variables_of_the_script_are_evaluated_anew(kernels: Path) -> None:
    source = """
length = input.int(3)
mean = ta.sma(close, length)
range_ = high - low
value = mean + range_
x = request.security(syminfo.tickerid, "60", value)
"""
    for length in (3, 5):
        (x,) = series(source, kernels=kernels, inputs={"length": length})
        (same,) = series(f"x = ta.sma(close, {length}) + (high - low)", kernels=kernels, bars=longer("60"))
        np.testing.assert_array_equal(x, brought(same))


def test_state_of_the_script_runs_over_the_hours(kernels: Path) -> None:
    source = """
var float total = 0.0
var int ups = 0
total += close
if close > open
    ups += 1
x = request.security(syminfo.tickerid, "60", total * 1000 + ups)
"""
    (x,) = series(source, kernels=kernels)
    bars = longer("60")
    expected = np.cumsum(bars.close) * 1000 + np.cumsum(bars.close > bars.open)
    np.testing.assert_allclose(x, brought(expected), rtol=1e-13)


def test_what_stands_below_the_call_counts_on_the_next_bar(kernels: Path) -> None:
    source = """
var float before = 0.0
x = request.security(syminfo.tickerid, "60", before)
before := close
"""
    (x,) = series(source, kernels=kernels)
    np.testing.assert_array_equal(x, brought(np.append(0.0, longer("60").close[:-1])))


def test_tuples_and_functions_that_give_them(kernels: Path) -> None:
    source = """
f(n) =>
    mean = ta.sma(close, n)
    [mean, close - mean]
[a, b, c] = request.security(syminfo.tickerid, "60", [open, close, close > open])
[d, e] = request.security(syminfo.tickerid, "60", f(4))
x = c ? 1.0 : 0.0
"""
    a, b, x, d, e = series(source, "a", "b", "x", "d", "e", kernels=kernels)
    bars = longer("60")
    (mean,) = series("x = ta.sma(close, 4)", kernels=kernels, bars=bars)
    np.testing.assert_array_equal(a, brought(bars.open))
    np.testing.assert_array_equal(b, brought(bars.close))
    np.testing.assert_array_equal(x, np.nan_to_num(brought((bars.close > bars.open).astype(np.float64))))
    np.testing.assert_array_equal(d, brought(mean))
    np.testing.assert_array_equal(e, brought(bars.close - mean))


def test_requests_in_functions_see_the_arguments_of_the_call(kernels: Path) -> None:
    source = """
mean(src, n) => ta.sma(src, n)
get(tf, src) =>
    shifted = src * 2
    request.security(syminfo.tickerid, tf, shifted + src)
outer(tf) => get(tf, mean(high, 3))
x = get("60", close)
y = get("240", low)
z = outer("60")
"""
    x, y, z = series(source, "x", "y", "z", kernels=kernels)
    (mean,) = series("x = ta.sma(high, 3)", kernels=kernels, bars=longer("60"))
    np.testing.assert_array_equal(x, brought(longer("60").close * 2 + longer("60").close))
    np.testing.assert_array_equal(y, brought(longer("240").low * 2 + longer("240").low, 4))
    np.testing.assert_array_equal(z, brought(mean * 2 + mean))


def test_a_request_of_a_request(kernels: Path) -> None:
    source = """
hour = request.security(syminfo.tickerid, "60", close)
x = request.security(syminfo.tickerid, "240", hour + close[1])
y = request.security(syminfo.tickerid, "240", request.security(syminfo.tickerid, "60", open))
"""
    x, y = series(source, "x", "y", kernels=kernels)
    close = longer("240").close
    np.testing.assert_array_equal(x, brought(close + np.append(NA, close[:-1]), 4))
    np.testing.assert_array_equal(y, brought(longer("60").open[3::4], 4))


def test_a_conditional_request_is_evaluated_always(kernels: Path) -> None:
    source = """
x = bar_index % 8 == 7 ? request.security(syminfo.tickerid, "60", ta.cum(1)) : -1.0
"""
    (x,) = series(source, kernels=kernels)
    hours = brought(np.arange(1.0, 101.0))
    np.testing.assert_array_equal(x, np.where(np.arange(400) % 8 == 7, hours, -1.0))


def test_a_time_frame_chosen_by_an_input(kernels: Path) -> None:
    source = """
tf = input.timeframe("60", options = ["30", "60", "240"])
x = request.security(syminfo.tickerid, tf, close)
"""
    for place, (text, count) in enumerate((("30", 2), ("60", 4), ("240", 16))):
        (x,) = series(source, kernels=kernels, inputs={"tf": place})
        values = longer(text).close
        at = (np.arange(400) + 1) // count - 1
        np.testing.assert_array_equal(x, np.where(at >= 0, values[at], NA))


def test_a_time_frame_chosen_on_each_bar(kernels: Path) -> None:
    source = 'x = request.security(syminfo.tickerid, close > open ? "60" : "240", close)'
    (x,) = series(source, kernels=kernels)
    up = BARS.close > BARS.open
    np.testing.assert_array_equal(x, np.where(up, brought(longer("60").close), brought(longer("240").close, 4)))


def test_words_and_whole_numbers(kernels: Path) -> None:
    source = """
word = request.security(syminfo.tickerid, "60", close > open ? "up" : "down")
number = request.security(syminfo.tickerid, "60", bar_index)
x = word == "up" ? 1.0 : word == "down" ? -1.0 : 0.0
"""
    x, number = series(source, "x", "number", kernels=kernels)
    bars = longer("60")
    np.testing.assert_array_equal(x, np.nan_to_num(brought(np.where(bars.close > bars.open, 1.0, -1.0))))
    np.testing.assert_array_equal(number, brought(np.arange(100.0)))


def test_what_a_context_says_of_itself(kernels: Path) -> None:
    source = """
x = request.security(syminfo.tickerid, "60", timeframe.multiplier)
y = request.security(syminfo.tickerid, "D", dayofweek)
z = request.security(syminfo.tickerid, "60", hour)
"""
    x, y, z = series(source, "x", "y", "z", kernels=kernels)
    assert set(x[3:]) == {60.0}
    np.testing.assert_array_equal(y[[95, 191]], [1, 2])  # days that begin on Sunday and Monday at 17:00
    np.testing.assert_array_equal(z[[3, 7, 31]], [17, 18, 0])


def test_heikin_ashi(kernels: Path) -> None:
    source = 'x = request.security(ticker.heikinashi(syminfo.tickerid), "60", close)'
    (x,) = series(source, kernels=kernels)
    bars = longer("60")
    np.testing.assert_allclose(x, brought((bars.open + bars.high + bars.low + bars.close) / 4), rtol=1e-15)


def test_another_symbol_and_a_rate(kernels: Path) -> None:
    pound = bars_of(400, symbol=Symbol.get("GBPUSD"), seed=8)
    source = """
x = request.security("OANDA:GBPUSD", timeframe.period, close)
y = request.security("GBPUSD", "60", ta.sma(close, 3))
z = request.currency_rate("GBP", "USD")
one = request.currency_rate("USD", "USD") * close
"""
    x, y, z, one = series(source, "x", "y", "z", "one", kernels=kernels, others=[pound])
    (mean,) = series("x = ta.sma(close, 3)", kernels=kernels, bars=longer("60", pound))
    np.testing.assert_array_equal(x, pound.close)
    np.testing.assert_array_equal(y, brought(mean))
    np.testing.assert_array_equal(z[:193], np.append([NA] * 96, [pound.close[95]] * 96 + [pound.close[191]]))
    np.testing.assert_array_equal(one, BARS.close)


def test_of_a_shorter_time_frame_the_last_bar_counts(kernels: Path) -> None:
    finer = bars_of(1200, "5", seed=9)
    (x,) = series('x = request.security(syminfo.tickerid, "5", ta.cum(close))', kernels=kernels, others=[finer])
    np.testing.assert_allclose(x, np.cumsum(finer.close)[2::3], rtol=1e-13)


def test_version_5(kernels: Path) -> None:
    source = """//@version=5
indicator("x")
f(_tf, _src) => request.security(syminfo.tickerid, _tf, _src[1], barmerge.gaps_off, barmerge.lookahead_on)
x = f("60", close)
"""
    (x,) = series(source, kernels=kernels)
    np.testing.assert_array_equal(x, np.repeat(np.append(NA, longer("60").close[:-1]), 4))


def test_orders_follow_requests_and_nothing_else_is_compiled() -> None:
    source = """//@version=6
strategy("x")
unread = request.security("NYSE:XYZ", "D", close)
plot(unread)
mean = request.security(syminfo.tickerid, "60", ta.sma(close, 5))
if close > mean
    strategy.entry("L", strategy.long)
"""
    program = compile_script(check(source))
    assert len(program.columns) == 1


def test_a_script_that_knows_the_future_is_warned_of() -> None:
    source = """//@version=6
strategy("x", initial_capital = 1000, default_qty_type = strategy.fixed, default_qty_value = 1)
if close > request.security(syminfo.tickerid, "D", {0}, lookahead = barmerge.lookahead_on)
    strategy.entry("L", strategy.long)
"""
    (found,) = compile_script(check(source.format("close"))).warnings
    assert found.startswith("line 3: `request.security()` with lookahead_on")
    for harmless in ("close[1]", "open", "ta.sma(close, 3)[1]"):
        assert compile_script(check(source.format(harmless))).warnings == ()


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("x = request.security(syminfo.tickerid, str.tostring(bar_index), close)", "time frame"),
        ('x = request.security(syminfo.tickerid, "4H", close)', "'4H' is no time frame of Pine"),
        ('x = request.security(syminfo.tickerid, "30S", close)', "finer than a minute"),
        ('a = request.security(syminfo.tickerid, "60", array.from(close))\nx = a.get(0)', "array"),
        ('x = request.dividends("NASDAQ:AAPL")', "`request.dividends()`"),
        ('x = request.financial("NASDAQ:AAPL", "TOTAL_REVENUE", "FQ")', "`request.financial()`"),
        ('x = request.security(ticker.renko(syminfo.tickerid, "ATR", 10), "60", close)', "`ticker.renko()`"),
    ],
)
def test_what_bars_cannot_answer_is_refused_with_its_line(source: str, words: str) -> None:
    found = refused(source)
    assert words in found
    assert "line 3" in found


def test_the_account_is_none_of_other_bars() -> None:
    source = """//@version=6
strategy("x")
if close > request.security(syminfo.tickerid, "D", strategy.position_size)
    strategy.entry("L", strategy.long)
"""
    with pytest.raises(PineUnsupportedError, match="the account in the expression"):
        compile_script(check(source))


def test_functions_with_loops_and_arrays_run_over_the_other_bars(kernels: Path) -> None:
    source = """
mid(n) =>
    var kept = array.new<float>()
    kept.push(close)
    if kept.size() > n
        kept.shift()
    total = 0.0
    for value in kept
        total += value
    total / kept.size()
x = request.security(syminfo.tickerid, "60", mid(3))
"""
    (x,) = series(source, kernels=kernels)
    close = longer("60").close
    means = [np.mean(close[max(0, k - 2) : k + 1]) for k in range(len(close))]
    np.testing.assert_allclose(x, brought(np.array(means)), rtol=1e-14)


def test_methods_overloads_and_fields_on_the_way(kernels: Path) -> None:
    source = """
type Setup
    string timeframe
    int length
pick(int n) => ta.sma(close, n)
pick(float x) => x * 2
method ask(Setup this, float src) =>
    request.security(syminfo.tickerid, "60", src + pick(2) + pick(1.5))
setup = Setup.new("60", 2)
x = setup.ask(high)
"""
    (x,) = series(source, kernels=kernels)
    (same,) = series("x = high + ta.sma(close, 2) + 3.0", kernels=kernels, bars=longer("60"))
    np.testing.assert_array_equal(x, brought(same))


def test_a_request_in_a_block_sees_the_names_of_the_block(kernels: Path) -> None:
    source = """
x = 0.0
if close > open
    twice = close * 2
    x := request.security(syminfo.tickerid, "60", twice)
"""
    checked = check(HEAD + source)
    assert checked.ok, checked.diagnostics
    up = BARS.close > BARS.open
    (x,) = series(source + "y = x\n", "y", kernels=kernels)
    np.testing.assert_array_equal(x, np.where(up, brought(longer("60").close * 2), 0.0))


def test_shorter_bars_as_arrays(kernels: Path) -> None:
    finer = bars_of(1200, "5", seed=9)
    kept = np.delete(np.arange(1200), [4, 9, 10, 11])
    opened, high, low, close, volume = (
        column[kept] for column in (finer.open, finer.high, finer.low, finer.close, finer.volume)
    )
    cut = Bars(finer.symbol, finer.timeframe, finer.time[kept], opened, high, low, close, volume)
    source = """
closes = request.security_lower_tf(syminfo.tickerid, "5", close)
[rises, sums] = request.security_lower_tf(syminfo.tickerid, "5", [close > open, ta.cum(1)])
ups = 0
for up in rises
    if up
        ups += 1
size = closes.size()
total = size > 0 ? closes.sum() : 0.0
last = size > 0 ? sums.last() : -1.0
a = ups
b = size
c = total
d = last
"""
    ups, size, total, last = series(source, "a", "b", "c", "d", kernels=kernels, others=[cut])
    place = (cut.time - BARS.time[0]) // (15 * MINUTE)
    np.testing.assert_array_equal(size, np.bincount(place, minlength=400))
    np.testing.assert_array_equal(ups, np.bincount(place, cut.close > cut.open, minlength=400))
    np.testing.assert_allclose(total, np.bincount(place, cut.close, minlength=400), rtol=1e-12)
    np.testing.assert_array_equal(last[:5], [3, 5, 8, -1, 11])


def test_shorter_bars_are_needed_for_arrays_of_them(kernels: Path) -> None:
    source = 'x = request.security_lower_tf(syminfo.tickerid, "1", close).size()'
    with pytest.raises(BacktestError, match=r"line 3: `request.security_lower_tf\(\)` asks for bars of EURUSD at 1m"):
        series(source + "\ny = x * 1.0", "y", kernels=kernels)


def test_the_currency_of_the_account_inside_a_request(kernels: Path) -> None:
    source = """//@version=6
strategy("s", currency = currency.USDT, default_qty_type = strategy.fixed, default_qty_value = 1)
word = request.security(syminfo.tickerid, "60", strategy.account_currency)
if bar_index == 20
    strategy.entry(word + " of " + strategy.account_currency, strategy.long)
if bar_index == 30
    strategy.close_all()
"""
    (trade,) = Engine(compile_script(check(source)), BARS, cache_dir=kernels).trades(np.zeros(0), first=0)
    assert trade.entry_signal == "USDT of USDT"


@pytest.mark.parametrize("call", ['request.security(syminfo.tickerid, "1 hour", close)', 'time("1 hour")'])
def test_a_time_frame_that_is_none(call: str) -> None:
    told = refused(f"x = {call}")
    assert "1 hour" in told
    assert "line 3" in told
