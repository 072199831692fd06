"""What a script learns of its chart."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from pinewright.backtest.formulas import Chart
from pinewright.errors import SymbolError
from pinewright.market import Symbol, Timeframe
from pinewright.pine.compiler.graph import Const, Graph
from pinewright.pine.compiler.market import MARKET_VARIABLES, formula_of, market_variable
from pinewright.program import Formula

EURUSD = Symbol.get("EURUSD")


def chart(timeframe: str = "15", symbol: Symbol = EURUSD) -> Chart:
    own = Timeframe.from_pine(timeframe)
    return Chart(symbol, own, symbol.timezone, symbol, own)


def value(op: str, *args: Formula | float | str, of: Chart | None = None) -> float | str:
    return (of or chart()).value(Formula(op, args))


@pytest.mark.parametrize(
    ("timeframe", "multiplier", "true"),
    [
        ("1", 1, {"isintraday", "isminutes"}),
        ("240", 240, {"isintraday", "isminutes"}),
        ("1D", 1, {"isdaily", "isdwm"}),
        ("3D", 3, {"isdaily", "isdwm"}),
        ("7D", 7, {"isdaily", "isdwm"}),
        ("1W", 1, {"isweekly", "isdwm"}),
        ("3M", 3, {"ismonthly", "isdwm"}),
    ],
)
def test_time_frames(timeframe: str, multiplier: int, true: set[str]) -> None:
    of = chart(timeframe)
    flags = "isintraday isminutes isseconds isticks isdaily isweekly ismonthly isdwm".split()
    assert {name for name in flags if value(f"timeframe.{name}", of=of)} == true
    assert value("timeframe.period", of=of) == value("timeframe.main_period", of=of) == timeframe
    assert value("timeframe.multiplier", of=of) == multiplier


def test_version_five_leaves_the_one_out() -> None:
    assert [value("timeframe.period", 5.0, of=chart(text)) for text in ("1D", "1W", "1M", "2D", "60")] == [
        *("D", "W", "M", "2D", "60")
    ]


@pytest.mark.parametrize(
    ("mintick", "minmove", "scale"),
    [
        (1e-5, 1, 100_000),
        (1e-3, 1, 1_000),
        (0.25, 25, 100),
        (0.1, 1, 10),
        (1.0, 1, 1),
        (5.0, 5, 1),
        (0.00005, 5, 100_000),
    ],
)
def test_the_tick_as_a_fraction(mintick: float, minmove: int, scale: int) -> None:
    of = chart(symbol=replace(EURUSD, mintick=mintick))
    assert (value("syminfo.minmove", of=of), value("syminfo.pricescale", of=of)) == (minmove, scale)


def test_symbols() -> None:
    of = chart(symbol=replace(EURUSD, prefix="OANDA", description="Euro / U.S. Dollar"))
    assert value("syminfo.tickerid", of=of) == "OANDA:EURUSD"
    assert value("syminfo.description", of=of) == "Euro / U.S. Dollar"
    assert value("syminfo.tickerid") == value("syminfo.ticker") == value("syminfo.root") == "EURUSD"
    assert (value("syminfo.basecurrency"), value("syminfo.currency"), value("syminfo.type")) == ("EUR", "USD", "forex")
    coin = chart(symbol=Symbol.get("ETHUSDT"))
    assert [value(f"syminfo.{name}", of=coin) for name in ("type", "volumetype", "currency", "timezone")] == [
        *("crypto", "base", "USDT", "Etc/UTC")
    ]
    assert value("syminfo.type", of=chart(symbol=Symbol.get("XAUUSD"))) == "commodity"


def test_of_a_request_the_main_chart_is_another() -> None:
    of = Chart(EURUSD, Timeframe(1440), "Etc/UTC", Symbol.get("BTCUSD"), Timeframe(5))
    assert value("timeframe.main_period", of=of) == "5"
    assert value("syminfo.main_tickerid", of=of) == "BTCUSD"
    assert value("syminfo.ticker", of=of) == "EURUSD"


def test_what_is_worked_out() -> None:
    seconds = Formula("timeframe.in_seconds", ("",))
    assert value("timeframe.in_seconds", "") == 900
    assert value("timeframe.from_seconds", Formula("mul", (seconds, 4.0))) == "60"
    assert math.isnan(float(value("timeframe.from_seconds", math.nan)))
    assert value("cat", "X:", Formula("syminfo.ticker")) == "X:EURUSD"
    assert value("cat", Formula("str.tostring", (Formula("timeframe.multiplier"),)), "S") == "15S"
    assert value("select", Formula("timeframe.isdaily"), "W", "D") == "D"
    assert value("syminfo.prefix", "NYSE:IBM") == "NYSE"
    assert value("syminfo.ticker", "NYSE:IBM") == value("syminfo.ticker", "IBM") == "IBM"
    assert value("timestamp", "", 2025.0, 1.0, 1.0, 0.0, 0.0, 0.0) == 1_735_707_600_000
    assert value("timestamp", "UTC", 2025.0, 1.0, 1.0, 0.0, 0.0, 0.0) == 1_735_689_600_000
    far = (value("timestamp", "", 2.0, 2.0**53, 7.0, 0.0), value("timestamp", "", 2025.0, 1.0, 1.0, 1e300))
    for nothing in (value("timestamp", "", 2025.0, math.nan, 1.0, 0.0, 0.0, 0.0), value("div", 1.0, 0.0), *far):
        assert isinstance(nothing, float)
        assert math.isnan(nothing)
    assert [value(op, 2.0, 3.0) for op in ("<", "<=", ">", ">=", "==", "!=", "int<", "int!=")] == [
        1,
        1,
        0,
        0,
        0,
        1,
        1,
        1,
    ]
    assert value("int==", Formula("syminfo.currency"), "USD") == 1.0
    with pytest.raises(SymbolError, match="no time frame"):
        value("timeframe.in_seconds", Formula("syminfo.ticker"))


@pytest.mark.parametrize("version", [5, 6])
def test_every_variable_that_the_compiler_knows_has_a_value(version: int) -> None:
    for name in MARKET_VARIABLES:
        found = market_variable(Graph(), name, version)
        assert found is not None
        formula = formula_of(found)
        assert formula is not None
        assert isinstance(found, Const) or isinstance(chart().value(formula), str) == (found.kind.value == "string")
