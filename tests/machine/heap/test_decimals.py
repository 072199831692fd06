"""Floats as decimal numbers: the shortest digits, as Python's repr finds them, and both ways of rounding."""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pinewright.machine.heap import Element
from tests.machine.heap.support import NAN, Machine, spelled, text

Make = Callable[..., Machine]
PRICES = st.integers(1, 10**9).map(lambda value: value / 1e5)
HALVES = st.integers(0, 10**7).map(lambda value: value / 1000)
ANY = st.floats(min_value=1e-18, max_value=1e38)


def written(machine: Machine, value: float, pattern: str | None = None) -> str | None:
    """A number by ``str.tostring``."""
    return spelled(machine, machine.call("str_tostring", value, text(machine, pattern), Element.NUMBER, 0))


def formatted(machine: Machine, value: float, style: str = "{0}") -> str | None:
    """A number by ``str.format``."""
    values = machine.call("array_with", machine.call("array_with", machine.call("array_empty"), value), 0.0)
    return spelled(machine, machine.call("str_format", text(machine, style), values))


def plain(value: Decimal) -> str:
    """A decimal number without an exponent and without zeros at its end."""
    found = f"{value:f}"
    return found.rstrip("0").rstrip(".") if "." in found else found


@settings(deadline=None, max_examples=400)
@given(value=st.one_of(PRICES, ANY))
@example(value=0.1 + 0.2)
@example(value=1 / 3)
@example(value=0.9007199254740993)
@example(value=5e-300)
@example(value=1e300)
@example(value=123456789012345680.0)
@example(value=1e22)
@example(value=2.0**-24)
@example(value=900719925474.1562)
def test_the_shortest_digits(heap: Make, value: float) -> None:
    assert written(heap(), value, "#." + "#" * 319) == plain(Decimal(repr(value)))


@settings(deadline=None, max_examples=300)
@given(
    value=st.one_of(PRICES, st.integers(0, 10**7).map(lambda k: k / 1000), st.floats(1e-9, 1e17)),
    places=st.integers(0, 6),
)
@example(value=2.675, places=2)
@example(value=0.00025, places=4)
@example(value=450359962737.15625, places=4)
@example(value=1.005, places=2)
@example(value=0.125, places=2)
@example(value=0.375, places=2)
@example(value=2.5, places=0)
def test_both_ways_of_rounding(heap: Make, value: float, places: int) -> None:
    """``str.tostring`` rounds halves of the shortest digits up, ``str.format`` goes by the exact value (PyneCore)."""
    machine = heap()
    pattern = "0." + "0" * places if places else "0"
    unit = Decimal(1).scaleb(-places)
    shortest = Decimal(repr(value)).quantize(unit, ROUND_HALF_UP)
    assert written(machine, value, pattern) == f"{shortest:f}"
    if value < 1e15:
        fewer = Decimal(repr(value)).as_tuple().exponent >= -places  # type: ignore[operator]
        exact = shortest if fewer else Decimal(value).quantize(unit, ROUND_HALF_EVEN)
        assert formatted(machine, value, "{0,number," + pattern + "}") == f"{exact:f}"


@pytest.mark.parametrize(
    ("value", "pattern", "result"),
    [
        (1 / 3, None, "0.3333333333"),
        (12.0, None, "12"),
        (1e15, None, "1000000000000000"),
        (-0.5, None, "-0.5"),
        (0.0, None, "0"),
        (123.456, "#.##", "123.46"),
        (123.0, "#.00", "123.00"),
        (-123.0, "00000.00", "-00123.00"),
        (0.5, "#.0", ".5"),
        (0.5, "#.#", "0.5"),
        (0.5, "0.0#", "0.5"),
        (1234567.891, "#,##0.0", "1,234,567.9"),
        (1234567.89, "###,###,###.##", "1,234,567.89"),
        (999.995, "#,###.##", "1,000"),
        (5.0, "#", "5"),
        (0.4, "#", "0"),
        (1.5, "+#.##;-#.##", "+1.5"),
        (-1.5, "+#.##;-#.##", "-1.5"),
        (-1.5, "#.##;(#.##)", "(1.5)"),
        (12.5, "#.##%", "12.5%"),
        (12.5, "'#'#.##", "#12.5"),
        (12.5, "EUR #.00", "EUR 12.50"),
        (1e-12, None, "0"),
        (1e-7, None, "0.0000001"),
        (NAN, "#.##", "NaN"),
        (float("inf"), None, "NaN"),
        (1.5, "words", "words"),
    ],
)
def test_patterns_of_tostring(heap: Make, value: float, pattern: str | None, result: str) -> None:
    assert written(heap(), value, pattern) == result


@pytest.mark.parametrize(
    ("value", "name", "result"),
    [
        (1.005, "mintick", "1.01"),
        (1.015, "mintick", "1.02"),
        (1.1, "mintick", "1.10"),
        (12.345, "percent", "12.35%"),
        (NAN, "percent", "NaN%"),
        (999.0, "volume", "999"),
        (1234.0, "volume", "1.234K"),
        (1_500_000.0, "volume", "1.5M"),
        (-2e9, "volume", "-2B"),
        (3.25e12, "volume", "3.25T"),
        (100.0, "price", "100.00"),
    ],
)
def test_formats_by_name(heap: Make, value: float, name: str, result: str) -> None:
    assert written(heap(), value, f"format.{name}") == result


@pytest.mark.parametrize(
    ("value", "style", "result"),
    [
        (1.23456789, "{0}", "1.235"),
        (1234567.0, "{0}", "1,234,567"),
        (1.34, "{0,number,#.#}", "1.3"),
        (1.34, "{0,number,integer}", "1"),
        (2.5, "{0,number,integer}", "2"),
        (1.34, "{0,number,currency}", "$1.34"),
        (
            1340000.0,
            "The cash turnover amounted to {0, number, currency}",
            "The cash turnover amounted to $1,340,000.00",
        ),
        (0.5, "{0,number,percent}", "50%"),
        (0.125, "{0,number,#.#%}", "12.5%"),
        (1.34, "{0} != {0, number, #.#}", "1.34 !=  1.3"),
        (1.5, "'{0}' is ''{0}''", "{0} is '1.5'"),
        (1.5, "{1}", "{1}"),
        (NAN, "{0}", "NaN"),
        (float("-inf"), "{0}", "-∞"),
        (2.0, "{0,number}", "2"),
        (1735687425000.0, "{0,date,yyyy.MM.dd HH:mm}", "2024.12.31 23:23"),
    ],
)
def test_places_of_format(heap: Make, value: float, style: str, result: str) -> None:
    """The manual's examples and, where PyneCore's tests hold TradingView's log, what that shows."""
    assert formatted(heap(), value, style) == result
