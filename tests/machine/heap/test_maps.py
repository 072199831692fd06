"""Maps against Python's dictionaries, order included."""

from __future__ import annotations

import math
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.machine.heap import Failure
from tests.machine.heap.support import NAN, Machine, detail, elements, same, text

Make = Callable[..., Machine]
KEYS = st.sampled_from([0.0, 1.0, 2.0, 3.5, -1.0, 1e300, 2.0**52 + 3, 2.0**62, 0.1, 0.2, 5e-324, NAN, math.inf])
STEP = st.tuples(st.sampled_from("put put put remove get contains clear copy all".split()), KEYS, st.integers(0, 9))


def _check(machine: Machine, a: float, model: dict[float | str, float]) -> None:
    keys = [NAN if key == "na" else key for key in model]
    assert machine.call("map_size", a) == len(model)
    assert same(elements(machine, machine.call("map_keys", a)), keys)  # type: ignore[arg-type]
    assert same(elements(machine, machine.call("map_values", a)), list(model.values()))


@settings(deadline=None)
@given(steps=st.lists(STEP, max_size=60))
def test_operations_are_those_of_a_dictionary(heap: Make, steps: list[tuple[str, float, int]]) -> None:
    machine = heap(cells=2**13)
    a = machine.call("map_new")
    model: dict[float | str, float] = {}
    for name, number, value in steps:
        key: float | str = "na" if math.isnan(number) else number
        match name:
            case "put":
                assert same([machine.call("map_put", a, number, float(value))], [model.get(key, NAN)])
                model[key] = float(value)
            case "remove":
                assert same([machine.call("map_remove", a, number)], [model.pop(key, NAN)])
            case "get":
                assert same([machine.call("map_get", a, number)], [model.get(key, NAN)])
            case "contains":
                assert machine.call("map_contains", a, number) is (key in model)
            case "clear":
                machine.call("map_clear", a)
                model.clear()
            case "copy":
                copy = machine.call("map_copy", a)
                machine.call("map_put", a, 77.0, 1.0)
                model[77.0] = 1.0
                a, model = copy, {key: value for key, value in model.items() if key != 77.0 or value != 1.0}
                model.pop(77.0, None)
                machine.call("map_remove", a, 77.0)
            case "all":
                other = machine.call("map_new")
                machine.call("map_put", other, number, 5.0)
                machine.call("map_put", other, 8.0, 6.0)
                machine.call("map_put_all", a, other)
                model |= {key: 5.0, 8.0: 6.0} if key != 8.0 else {8.0: 6.0}
        _check(machine, a, model)
    assert machine.failure is Failure.NONE


def test_many_keys_of_all_kinds(heap: Make) -> None:
    """Numbers close together, numbers of texts and whole numbers: found again, and not one by one."""
    machine = heap(cells=2**15, objects=2**9)
    a = machine.call("map_new")
    keys = [k / 1000 for k in range(300)] + [2.0**52 + k for k in range(300)] + [float(k * 4096) for k in range(1, 300)]
    for place, key in enumerate(keys):
        machine.call("map_put", a, key, float(place))
    assert [machine.call("map_get", a, key) for key in keys] == [float(place) for place in range(len(keys))]
    for key in keys[::2]:
        machine.call("map_remove", a, key)
    assert elements(machine, machine.call("map_keys", a)) == keys[1::2]


def test_equal_texts_are_one_key(heap: Make) -> None:
    machine = heap(["long"])
    a = machine.call("map_new")
    machine.call("map_put", a, text(machine, "long"), 1.0)
    assert machine.call("map_get", a, machine.call("str_concat", text(machine, "lo"), text(machine, "ng"))) == 1.0
    assert machine.call("map_get", a, 0.0) == 1.0


def test_a_map_that_is_na_fails(heap: Make) -> None:
    machine = heap()
    assert math.isnan(machine.call("map_get", NAN, 1.0))
    assert detail(machine) == "map.get: the map is na"


def test_a_key_taken_away_and_put_again_comes_last(heap: Make) -> None:
    machine = heap()
    a = machine.call("map_new")
    for key in (1.0, 2.0, 3.0):
        machine.call("map_put", a, key, key)
    machine.call("map_remove", a, 1.0)
    machine.call("map_put", a, 1.0, 9.0)
    machine.call("map_put", a, 2.0, 8.0)
    assert elements(machine, machine.call("map_keys", a)) == [2.0, 3.0, 1.0]
    assert elements(machine, machine.call("map_values", a)) == [8.0, 3.0, 9.0]
