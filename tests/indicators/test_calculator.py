"""`IndicatorCalculator`: columns, their names, what they may know, and what is refused."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.errors import BacktestError, PineError, PineUnsupportedError, UsageError
from pinewright.indicators import IndicatorCalculator, indicators
from pinewright.market import Bars

CALLS = [row.pine() for row in indicators().values()]


def test_names_of_columns(bars: Bars, calculator: IndicatorCalculator) -> None:
    table = calculator.calculate(bars, ["ta.rsi(close, 14)", "trend = ta.macd(close, 12, 26, 9)", "up = close > open"])
    assert table.names == ("ta.rsi(close, 14)", "trend.line", "trend.signal", "trend.histogram", "up")
    assert table.matrix().shape == (len(bars), 5)
    np.testing.assert_array_equal(table["trend.line"] - table["trend.signal"], table["trend.histogram"])
    np.testing.assert_array_equal(table["up"], (bars.close - bars.open > 1e-10).astype(float))
    np.testing.assert_array_equal(table.time, bars.time)


@pytest.mark.parametrize(
    ("expression", "known_from"),
    [
        ("ta.sma(close, 10)", 9),
        ("ta.ema(close, 10)", 9),
        ("ta.rma(close, 10)", 9),
        ("ta.wma(close, 10)", 9),
        ("ta.rsi(close, 14)", 14),
        ("ta.atr(14)", 13),
        ("ta.tr(false)", 1),
        ("ta.tr(true)", 0),
        ("ta.stoch(close, high, low, 14)", 13),
        ("ta.cci(close, 20)", 19),
        ("ta.wpr(14)", 13),
        ("ta.roc(close, 5)", 5),
        ("ta.sma(ta.sma(close, 10), 5)", 13),
        ("ta.sma(close, 10)[3]", 12),
        ("ta.crossover(close, open)", 0),
        ("ta.hma(close, 16)", 18),
        ("ta.swma(close)", 3),
        ("ta.vwma(close, 10)", 9),
        ("ta.alma(close, 9, 0.85, 6)", 8),
        ("ta.linreg(close, 12, 3)", 11),
        ("ta.vwap", 0),
        ("ta.vwap(close)", 0),
        ("ta.cmo(close, 9)", 9),
        ("ta.tsi(close, 5, 10)", 14),
        ("ta.mfi(close, 14)", 13),
        ("ta.rci(close, 9)", 9),
        ("ta.percentrank(close, 9)", 9),
        ("ta.highestbars(10)", 9),
        ("ta.obv", 1),
        ("ta.change(close > open) ? 1 : 0", 0),
        ("close", 0),
        ("na", 400),
        ("1 + 2", 0),
    ],
)
def test_bars_before_the_first_value(
    bars: Bars, calculator: IndicatorCalculator, expression: str, known_from: int
) -> None:
    assert calculator.calculate(bars, [expression]).known_from(expression) == known_from


def test_members_that_begin_later(bars: Bars, calculator: IndicatorCalculator) -> None:
    table = calculator.calculate(bars, ["m = ta.macd(close, 12, 26, 9)", "d = ta.dmi(14, 10)"])
    begin = {name: table.known_from(name) for name in table.names}
    assert begin == {"m.line": 25, "m.signal": 33, "m.histogram": 33, "d.plus": 14, "d.minus": 14, "d.adx": 23}


@settings(max_examples=25, deadline=None)
@given(end=st.integers(1, 399))
def test_the_future_changes_no_past(bars: Bars, calculator: IndicatorCalculator, end: int) -> None:
    whole = calculator.calculate(bars, CALLS)
    cut = calculator.calculate(bars.slice(0, end), CALLS)
    for name, column in zip(cut.names, cut.columns, strict=True):
        np.testing.assert_array_equal(column, whole[name][:end], err_msg=name)


def test_together_or_alone_is_the_same(bars: Bars, calculator: IndicatorCalculator) -> None:
    together = calculator.calculate(bars, CALLS)
    for call in ("ta.bb(close, 20, 2.0)", "ta.rsi(close, 14)", "ta.atr(14)"):
        alone = calculator.calculate(bars, [call])
        for name in alone.names:
            np.testing.assert_array_equal(alone[name], together[name], err_msg=name)


def test_the_clock_follows_the_zone(bars: Bars, calculator: IndicatorCalculator) -> None:
    assert calculator.calculate(bars, ["hour"], timezone="Etc/UTC")["hour"][0] == 0.0
    assert calculator.calculate(bars, ["hour"])["hour"][0] == 19.0


def test_the_cache_gives_the_same(bars: Bars, calculator: IndicatorCalculator) -> None:
    uncached = IndicatorCalculator(cache_dir=False).calculate(bars, ["ta.rsi(close, 14)"])
    np.testing.assert_array_equal(uncached.columns[0], calculator.calculate(bars, ["ta.rsi(close, 14)"]).columns[0])


@pytest.mark.parametrize(
    ("expression", "line", "hint"),
    [
        ("ta.rsii(close, 14)", "expression:1:1: error[PW103]", "did you mean `ta.rsi`"),
        ("x = ta.rsi(close)", "expression:1:5: error[PW202]", "the call is ta.rsi(source, length)"),
        (
            'request.dividends("X")',
            "expression:1:1: error[PW902]: Outside the subset: `request.dividends()`",
            "legal Pine",
        ),
        ("foo + 1", "expression:1:1: error[PW101]", ""),
        ("plot(close)", '"series plot" type', ""),
        ('"text"', '"const string" type', ""),
        ("ta.rsi(close, ", "is never closed", ""),
        ("strategy.close_all()", "Void expression", ""),
    ],
)
def test_wrong_expressions_are_framed(
    bars: Bars, calculator: IndicatorCalculator, expression: str, line: str, hint: str
) -> None:
    with pytest.raises(PineError) as caught:
        calculator.calculate(bars, ["close", expression])
    assert caught.value.where == expression.strip()
    assert line in caught.value.what
    assert hint in caught.value.what
    assert expression.strip() in caught.value.what


@pytest.mark.parametrize(
    "expression", ["", "a = close, b = open", "close\nopen", "var x = 3", "x := 3", "[a, b, c] = ta.bb(close, 20, 2)"]
)
def test_what_is_not_one_expression(bars: Bars, calculator: IndicatorCalculator, expression: str) -> None:
    with pytest.raises(UsageError) as caught:
        calculator.calculate(bars, [expression])
    assert "NAME = expression" in (caught.value.hint or "")


def test_the_account_is_no_indicator(bars: Bars, calculator: IndicatorCalculator) -> None:
    with pytest.raises(PineUnsupportedError, match="reads the account") as caught:
        calculator.calculate(bars, ["close", "strategy.position_size * 2"])
    assert caught.value.where == "strategy.position_size * 2"


def test_other_refusals(bars: Bars, calculator: IndicatorCalculator) -> None:
    with pytest.raises(UsageError, match="no expression"):
        calculator.calculate(bars, [])
    with pytest.raises(UsageError, match="'close' occurs twice"):
        calculator.calculate(bars, ["close", "close"])
    with pytest.raises(BacktestError, match="no bars"):
        calculator.calculate(bars.slice(0, 0), ["close"])
    with pytest.raises(UsageError, match="no column 'rsi'"):
        calculator.calculate(bars, ["close"])["rsi"]
