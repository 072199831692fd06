"""Other values as text: bools, texts, arrays, matrices; joins; formats with several values; times."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.machine.heap import Element, Failure
from tests.machine.heap.support import NAN, Machine, array, detail, matrix, spelled, text

Make = Callable[..., Machine]
TIMES = st.integers(-(10**12), 4 * 10**12)


def tostring(machine: Machine, value: float, element: Element, container: int = 0) -> str | None:
    """Any value by ``str.tostring`` without a pattern."""
    return spelled(machine, machine.call("str_tostring", value, NAN, element, container))


def test_values_as_text(heap: Make) -> None:
    machine = heap(["word"])
    assert tostring(machine, 1.0, Element.TRUTH) == "true"
    assert tostring(machine, 0.0, Element.TRUTH) == "false"
    assert tostring(machine, NAN, Element.TRUTH) == "false"
    assert tostring(machine, 0.0, Element.TEXT) == "word"
    assert tostring(machine, NAN, Element.TEXT) == "NaN"
    assert tostring(machine, array(machine, [1, 2.5, NAN]), Element.NUMBER, 1) == "[1, 2.5, NaN]"
    assert tostring(machine, array(machine, []), Element.NUMBER, 1) == "[]"
    assert tostring(machine, array(machine, [0.0, text(machine, "x")]), Element.TEXT, 1) == "[word, x]"
    assert tostring(machine, matrix(machine, [[1, 2], [3, 4]]), Element.NUMBER, 2) == "[1, 2]\n[3, 4]"
    assert tostring(machine, NAN, Element.NUMBER, 1) == "NaN"
    assert machine.failure is Failure.NONE


def test_joins(heap: Make) -> None:
    machine = heap()
    a = array(machine, [1, 2.25, 3])
    assert spelled(machine, machine.call("array_join", a, text(machine, ", "), Element.NUMBER)) == "1, 2.25, 3"
    assert spelled(machine, machine.call("array_join", a, NAN, Element.NUMBER)) == "12.253"
    words = array(machine, [text(machine, "a"), text(machine, "b")])
    assert spelled(machine, machine.call("array_join", words, text(machine, "-"), Element.TEXT)) == "a-b"


def test_formats_of_several_values(heap: Make) -> None:
    machine = heap()
    kinds = [(1.0, 0.0), (text(machine, "equal"), 1.0), (1.0, 2.0), (array(machine, [1, 2]), 10.0)]
    values = array(machine, [part for pair in kinds for part in pair])
    style = text(machine, "Number {0} is {1}: {2}, of {3}, {0}")
    assert spelled(machine, machine.call("str_format", style, values)) == "Number 1 is equal: true, of [1, 2], 1"


@pytest.mark.parametrize("style", ["{", "{0", "{a}", "{}", "{0,choice,1}", "{0,date}", "{0,time,short}", "{-1}"])
def test_formats_that_cannot_be_read_fail(heap: Make, style: str) -> None:
    machine = heap()
    assert math.isnan(machine.call("str_format", text(machine, style), array(machine, [1.0, 0.0])))
    assert detail(machine) == "str.format: the format cannot be read"


@settings(deadline=None)
@given(time=TIMES, minutes=st.integers(-14 * 4, 14 * 4).map(lambda quarter: quarter * 15))
def test_times_are_those_of_the_calendar(heap: Make, time: int, minutes: int) -> None:
    machine = heap()
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=time)
    local = moment.astimezone(timezone(timedelta(minutes=minutes)))
    pattern = "yyyy-MM-dd'T'HH:mm:ssZ MMM MMMM EEE EEEE D h a yy S"
    made = machine.call("str_format_time", float(time), text(machine, pattern), minutes * 60_000.0)
    day = f"{local:%Y}".zfill(4) + f"-{local:%m-%d}T{local:%H:%M:%S%z} {local:%b %B %a %A} {local.timetuple().tm_yday}"
    hours = f"{(local.hour + 11) % 12 + 1} {local:%p} {local:%y} {local.microsecond // 1000}"
    assert spelled(machine, made) == f"{day} {hours}"


@pytest.mark.parametrize(
    ("pattern", "hours", "result"),
    [
        ("X", 0, "Z"),
        ("X", 1, "+01"),
        ("XX", -5.5, "-0530"),
        ("XXX", 1, "+01:00"),
        ("z", 0, "UTC"),
        ("z", 2, "GMT+2"),
        ("z", 5.5, "GMT+5:30"),
        ("u k K", 0, "3 6 6"),
        ("''HH''", 0, "'06'"),
        ("mm:ss.SSS", 0, "23:45.678"),
    ],
)
def test_zones_and_rare_letters(heap: Make, pattern: str, hours: float, result: str) -> None:
    machine = heap()
    time = float(datetime(2025, 1, 1, 6, 23, 45, 678000, UTC).timestamp() * 1000)
    made = machine.call("str_format_time", time, text(machine, pattern), hours * 3_600_000.0)
    assert spelled(machine, made) == result


def test_times_that_cannot_be_written(heap: Make) -> None:
    machine = heap()
    assert math.isnan(machine.call("str_format_time", NAN, text(machine, "yyyy"), 0.0))
    assert spelled(machine, machine.call("str_format_time", 1e300, text(machine, "yyyy"), 0.0)) == "NaN"
    assert math.isnan(machine.call("str_format_time", 0.0, text(machine, "Q"), 0.0))
    assert detail(machine) == "str.format_time: the format cannot be read"
