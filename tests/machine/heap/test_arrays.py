"""Arrays against Python's lists: every way to read, change, grow and shrink them, and slices as windows on them."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.machine.heap import Failure
from tests.machine.heap.support import NAN, Machine, array, detail, elements, same

Make = Callable[..., Machine]
VALUES = st.sampled_from([0.0, 1.0, -1.5, 2.0, NAN, 1e300, 7.0])
PLACES = st.integers(-4, 8)
STEP = st.tuples(
    st.sampled_from("push pop shift unshift insert remove set fill clear reverse concat copy first last".split()),
    PLACES,
    PLACES,
    VALUES,
)


def _index(place: int, size: int) -> int | None:
    """The place that an index of v6 means in a list of that size."""
    place = place + size if place < 0 else place
    return place if 0 <= place < size else None


def _step(machine: Machine, a: float, model: list[float], step: tuple[str, int, int, float]) -> bool:
    """One operation on both; False where it has to fail."""
    name, i, j, value = step
    size = len(model)
    place = _index(i, size)
    match name:
        case "push":
            machine.call("array_push", a, value)
            model.append(value)
        case "unshift":
            machine.call("array_unshift", a, value)
            model.insert(0, value)
        case "pop" | "shift" | "first" | "last":
            found = machine.call(f"array_{name}", a)
            if not model:
                return False
            at = 0 if name in ("shift", "first") else -1
            expected = model.pop(at) if name in ("pop", "shift") else model[at]
            assert same([found], [expected])
        case "insert":
            machine.call("array_insert", a, float(i), value, True)
            if place is None and i != size:
                return False
            model.insert(i if i == size else int(place or 0), value)
        case "remove":
            found = machine.call("array_remove", a, float(i), True)
            if place is None:
                return False
            assert same([found], [model.pop(place)])
        case "set":
            machine.call("array_set", a, float(i), value, True)
            if place is None:
                return False
            model[place] = value
        case "fill":
            machine.call("array_fill", a, value, float(i), float(j))
            if not 0 <= i < size or not 0 <= j <= size:
                return False
            model[i:j] = [value] * max(0, j - i)
        case "clear":
            machine.call("array_clear", a)
            model.clear()
        case "reverse":
            machine.call("array_reverse", a)
            model.reverse()
        case "concat":
            assert machine.call("array_concat", a, machine.call("array_copy", a)) == a
            model.extend(list(model)) if size else None
        case "copy":
            assert same(elements(machine, machine.call("array_copy", a)), model)
    return True


@settings(deadline=None)
@given(steps=st.lists(STEP, max_size=40))
def test_operations_are_those_of_a_list(heap: Make, steps: list[Any]) -> None:
    machine = heap(cells=2**12)
    a, model = machine.call("array_empty"), list[float]()
    for step in steps:
        if len(model) > 60:
            break
        if not _step(machine, a, model, step):
            assert machine.failure in (Failure.OUT_OF_BOUNDS, Failure.EMPTY)
            return
        assert machine.failure is Failure.NONE
        assert same(elements(machine, a), model)


@settings(deadline=None)
@given(steps=st.lists(STEP, max_size=12), begin=st.integers(0, 5), length=st.integers(0, 4), inner=st.booleans())
def test_a_slice_is_a_window_on_its_array(heap: Make, steps: list[Any], begin: int, length: int, inner: bool) -> None:
    """What is done to the slice is done to the array in that place; the slice of a slice reaches through both."""
    machine = heap(cells=2**12)
    model = [float(k) for k in range(6)]
    a = array(machine, model)
    end = min(6, begin + length)
    window, seen = machine.call("array_slice", a, float(begin), float(end)), model[begin:end]
    outer, before = window, begin
    if inner and len(seen) > 1:
        window, seen, before = machine.call("array_slice", outer, 1.0, NAN), seen[1:], begin + 1
    rest = model[before + len(seen) :]
    for step in steps:
        if not _step(machine, window, seen, step):
            assert machine.failure is not Failure.NONE
            return
        assert same(elements(machine, window), seen)
        assert same(elements(machine, a), model[:before] + seen + rest)
        assert machine.call("array_size", outer) == len(seen) + before - begin


def test_a_slice_that_its_array_no_longer_covers_fails(heap: Make) -> None:
    machine = heap()
    a = array(machine, range(5))
    window = machine.call("array_slice", a, 2.0, 5.0)
    machine.call("array_shift", a)
    assert math.isnan(machine.call("array_get", window, 0.0, False))
    assert machine.failure is Failure.SLICE_OUTSIDE
    assert detail(machine) == "array.get: the slice ends at 5, outside its array, which holds 4 elements now"


def test_a_slice_inside_one_that_has_shrunk_fails(heap: Make) -> None:
    machine = heap()
    outer = machine.call("array_slice", array(machine, range(6)), 0.0, 3.0)
    inner = machine.call("array_slice", outer, 0.0, 3.0)
    machine.call("array_pop", outer)
    machine.call("array_pop", inner)
    assert machine.failure is Failure.SLICE_OUTSIDE


def test_the_window_stays_at_its_places(heap: Make) -> None:
    """TradingView's manual: after the array has lost its first element the slice shows the same places of it."""
    machine = heap()
    a = array(machine, [0, 1, 2, 3])
    window = machine.call("array_slice", a, 1.0, 3.0)
    machine.call("array_remove", a, 0.0, False)
    assert elements(machine, window) == [2.0, 3.0]
    machine.call("array_push", window, 4.0)
    assert elements(machine, window) == [2.0, 3.0, 4.0]
    assert elements(machine, a) == [1.0, 2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("name", "args", "text"),
    [
        ("array_get", (5.0, False), "array.get: index 5 is out of bounds, the array holds 3 elements"),
        ("array_get", (-1.0, False), "array.get: index -1 is out of bounds, the array holds 3 elements"),
        ("array_get", (-4.0, True), "array.get: index -4 is out of bounds, the array holds 3 elements"),
        ("array_set", (3.0, 1.0, True), "array.set: index 3 is out of bounds, the array holds 3 elements"),
        ("array_insert", (4.0, 1.0, True), "array.insert: index 4 is out of bounds, the array holds 3 elements"),
        ("array_remove", (3.0, True), "array.remove: index 3 is out of bounds, the array holds 3 elements"),
        ("array_fill", (1.0, 0.0, 4.0), "array.fill: index 4 is out of bounds, the array holds 3 elements"),
        ("array_slice", (3.0, 3.0), "array.slice: index 3 is out of bounds, the array holds 3 elements"),
        ("array_slice", (2.0, 1.0), "array.slice: a range from 2 to 1 is not possible"),
    ],
)
def test_places_out_of_bounds_are_named(heap: Make, name: str, args: tuple[Any, ...], text: str) -> None:
    machine = heap()
    machine.call(name, array(machine, range(3)), *args)
    assert detail(machine) == text


def test_the_first_failure_counts(heap: Make) -> None:
    machine = heap()
    machine.call("array_pop", machine.call("array_empty"))
    machine.call("array_get", NAN, 0.0, False)
    assert detail(machine) == "array.pop: the array is empty"


@pytest.mark.parametrize(
    "foreign", [NAN, 0.0, 5.0, -1.0, math.inf, -math.inf, 2.0**1000, (1 + 9 * 2.0**-52) * 2.0**1000]
)
def test_what_is_no_array_is_told(heap: Make, foreign: float) -> None:
    machine = heap()
    assert machine.call("array_size", foreign) == 0.0
    assert detail(machine) == "array.size: the array is na"


def test_index_na_reads_and_writes_nothing(heap: Make) -> None:
    """As PyneCore's authors measured on TradingView: get and remove give na, set does nothing, insert appends."""
    machine = heap()
    a = array(machine, [1, 2])
    assert math.isnan(machine.call("array_get", a, NAN, True))
    assert math.isnan(machine.call("array_remove", a, NAN, True))
    machine.call("array_set", a, NAN, 9.0, True)
    machine.call("array_insert", a, NAN, 3.0, True)
    assert elements(machine, a) == [1.0, 2.0, 3.0]
    assert machine.failure is Failure.NONE


def test_sizes_are_checked(heap: Make) -> None:
    machine = heap()
    assert elements(machine, machine.call("array_new", 3.0, 7.0)) == [7.0, 7.0, 7.0]
    assert elements(machine, machine.call("array_new", NAN, 7.0)) == []
    assert math.isnan(machine.call("array_new", -1.0, 7.0))
    assert detail(machine) == "array.new: a size of -1 is not possible"
    machine = heap()
    assert math.isnan(machine.call("array_new", 100_001.0, 7.0))
    assert detail(machine) == "array.new: 100,001 elements are more than the 100,000 that an array or matrix may hold"


def test_a_queue_needs_no_more_room_than_it_holds(heap: Make) -> None:
    """Push and shift in turn go round in one block; unshift finds the room that shift has left."""
    machine = heap(cells=256)
    a = array(machine, range(10))
    for k in range(10, 300):
        machine.call("array_push", a, float(k))
        assert machine.call("array_shift", a) == k - 10.0
    assert machine.failure is Failure.NONE
    machine.call("array_shift", a)
    machine.call("array_unshift", a, -1.0)
    assert elements(machine, a) == [-1.0, *map(float, range(291, 300))]


def test_concat_of_an_array_with_itself_and_with_its_slice(heap: Make) -> None:
    machine = heap()
    a = array(machine, [1, 2, 3])
    machine.call("array_concat", a, a)
    assert elements(machine, a) == [1.0, 2.0, 3.0] * 2
    machine.call("array_concat", a, machine.call("array_slice", a, 0.0, 2.0))
    assert elements(machine, a) == [1.0, 2.0, 3.0, 1.0, 2.0, 3.0, 1.0, 2.0]


def test_abs_is_a_new_array(heap: Make) -> None:
    machine = heap()
    a = array(machine, [-1.0, NAN, 2.0])
    assert same(elements(machine, machine.call("array_abs", a)), [1.0, NAN, 2.0])
    assert same(elements(machine, a), [-1.0, NAN, 2.0])
