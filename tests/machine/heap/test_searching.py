"""Searching and sorting arrays, against Python's own."""

from __future__ import annotations

import bisect
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.machine.heap import Element, Failure
from tests.machine.heap.support import NAN, Machine, array, detail, elements, same, spelled, text

Make = Callable[..., Machine]
FEW = st.lists(st.sampled_from([1.0, 2.0, 3.0, -4.0, 2.5, NAN]), max_size=12)
WORDS = st.lists(st.one_of(st.none(), st.text(alphabet="ab", max_size=3)), max_size=9)


@settings(deadline=None)
@given(values=FEW, descending=st.booleans())
def test_numbers_sort_with_na_behind(heap: Make, values: list[float], descending: bool) -> None:
    machine = heap()
    a = array(machine, values)
    numbers = sorted(value for value in values if value == value)
    expected = numbers + [NAN] * (len(values) - len(numbers))
    order = sorted(
        range(len(values)), key=lambda k: (values[k] != values[k], values[k] if values[k] == values[k] else 0)
    )
    if descending:
        expected.reverse()
        order.reverse()
    places = machine.call("array_sort_indices", a, descending, NAN, Element.NUMBER)
    assert elements(machine, places) == order
    machine.call("array_sort", a, descending, NAN, Element.NUMBER)
    assert same(elements(machine, a), expected)


@settings(deadline=None)
@given(words=WORDS)
def test_texts_sort_with_na_in_front(heap: Make, words: list[str | None]) -> None:
    machine = heap()
    a = array(machine, [text(machine, word) for word in words])
    machine.call("array_sort", a, False, NAN, Element.TEXT)
    expected = [None] * words.count(None) + sorted(word for word in words if word is not None)
    assert [spelled(machine, value) for value in elements(machine, a)] == expected


def test_a_slice_sorts_its_part_alone(heap: Make) -> None:
    machine = heap()
    a = array(machine, [9, 3, 2, 1, 0])
    machine.call("array_sort", machine.call("array_slice", a, 1.0, 4.0), False, NAN, Element.NUMBER)
    assert elements(machine, a) == [9.0, 1.0, 2.0, 3.0, 0.0]


def test_records_sort_by_a_field(heap: Make) -> None:
    machine = heap()
    records = []
    for first, second in ((3.0, 0.0), (1.0, 1.0), (2.0, 2.0), (1.0, 3.0)):
        record = machine.call("record_new", 2)
        machine.call("record_set", record, 0, first)
        records.append(machine.call("record_with", record, 1, second))
    a = array(machine, records)
    machine.call("array_sort", a, False, 0.0, Element.NUMBER)
    assert [machine.call("record_get", record, 1) for record in elements(machine, a)] == [1.0, 3.0, 2.0, 0.0]
    machine.call("array_sort", array(machine, [records[0], NAN]), False, 0.0, Element.NUMBER)
    assert detail(machine) == "array.sort: the object is na, so it has no fields"


@settings(deadline=None)
@given(values=FEW, value=st.sampled_from([1.0, 2.0, 2.0 + 5e-11, 9.0, NAN]))
def test_looking_for_a_value_is_tolerant(heap: Make, values: list[float], value: float) -> None:
    machine = heap()
    a = array(machine, values)
    places = [k for k, found in enumerate(values) if abs(found - value) <= 1e-10]
    assert machine.call("array_indexof", a, value) == (places[0] if places else -1)
    assert machine.call("array_lastindexof", a, value) == (places[-1] if places else -1)
    assert machine.call("array_includes", a, value) is bool(places)


@settings(deadline=None)
@given(values=st.lists(st.integers(0, 9), max_size=12), value=st.integers(-1, 10))
def test_binary_search(heap: Make, values: list[int], value: int) -> None:
    machine = heap()
    values.sort()
    a = array(machine, values)
    found = machine.call("array_binary_search", a, float(value))
    assert (values[int(found)] == value) if value in values else found == -1
    left, right = bisect.bisect_left(values, value), bisect.bisect_right(values, value)
    first = left if value in values else max(0, left - 1)
    last = right - 1 if value in values else right
    assert machine.call("array_binary_search_leftmost", a, float(value)) == first
    assert machine.call("array_binary_search_rightmost", a, float(value)) == last


@pytest.mark.parametrize(
    ("value", "leftmost", "rightmost"),
    [(5, 0, 0), (10, 0, 0), (15, 0, 1), (20, 1, 3), (25, 3, 4), (30, 4, 4), (40, 5, 5), (45, 5, 6)],
)
def test_binary_search_as_measured_on_tradingview(heap: Make, value: int, leftmost: int, rightmost: int) -> None:
    """Measured by PyneCore's authors."""
    machine = heap()
    a = array(machine, [10, 20, 20, 20, 30, 40])
    assert machine.call("array_binary_search_leftmost", a, float(value)) == leftmost
    assert machine.call("array_binary_search_rightmost", a, float(value)) == rightmost


@pytest.mark.parametrize(
    ("values", "every", "some"),
    [
        ([], False, False),
        ([1, 1], True, True),
        ([1, 0], False, True),
        ([0, NAN], False, False),
        ([NAN, 5], False, True),
    ],
)
def test_every_and_some(heap: Make, values: list[float], every: bool, some: bool) -> None:
    machine = heap()
    a = array(machine, values)
    assert machine.call("array_every", a) is every
    assert machine.call("array_some", a) is some
    assert machine.failure is Failure.NONE
