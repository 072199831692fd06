"""The collector: what the script can reach stays as it was, however deep; the rest gives its memory back."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.machine.heap import Failure, Form
from tests.machine.heap.support import NAN, Machine, array, elements, grid, matrix, number_of, spelled, text

Make = Callable[..., Machine]
Tree = float | str | list["Tree"] | dict[float, "Tree"] | tuple["Tree", ...]

LEAVES = st.one_of(st.sampled_from([0.0, 1.5, -3.0, 1e300]), st.text(alphabet="ab", max_size=3))
TREES: st.SearchStrategy[Tree] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.sampled_from([1.0, 2.0, 3.0]), inner, max_size=3),
        st.tuples(inner, inner),
    ),
    max_leaves=12,
)


def build(machine: Machine, tree: Tree) -> float:
    """A tree in the heap: lists are arrays, dictionaries are maps, tuples are records."""
    if isinstance(tree, float):
        return tree
    if isinstance(tree, str):
        return text(machine, tree)
    if isinstance(tree, list):
        return array(machine, [build(machine, inner) for inner in tree])
    if isinstance(tree, dict):
        made: float = machine.call("map_new")
        for key, inner in tree.items():
            machine.call("map_put", made, key, build(machine, inner))
        return made
    record: float = machine.call("record_new", len(tree))
    for place, inner in enumerate(tree):
        machine.call("record_set", record, place, build(machine, inner))
    return record


def read(machine: Machine, value: float, like: Tree) -> Tree:
    """What the heap holds, in the form of ``like``."""
    if isinstance(like, float):
        return value
    if isinstance(like, str):
        return spelled(machine, value) or ""
    if isinstance(like, list):
        return [read(machine, inner, part) for inner, part in zip(elements(machine, value), like, strict=True)]
    if isinstance(like, dict):
        return {key: read(machine, machine.call("map_get", value, key), part) for key, part in like.items()}
    return tuple(read(machine, machine.call("record_get", value, place), part) for place, part in enumerate(like))


@settings(deadline=None)
@given(kept=st.lists(TREES, max_size=3), dropped=st.lists(TREES, max_size=3), rounds=st.integers(1, 3))
def test_what_is_reached_stays(heap: Make, kept: list[Tree], dropped: list[Tree], rounds: int) -> None:
    machine = heap(["a", "ab"], cells=2**12, objects=2**8)
    for _ in range(rounds):
        for tree in dropped:
            build(machine, tree)
        roots = [build(machine, tree) for tree in kept]
        for tree in dropped:
            build(machine, tree)
        machine.sweep(roots[:1], roots[1:])
        assert [read(machine, root, tree) for root, tree in zip(roots, kept, strict=True)] == kept
        for tree in dropped:  # the freed numbers and cells are used again and disturb nothing
            assert read(machine, build(machine, tree), tree) == tree
        assert [read(machine, root, tree) for root, tree in zip(roots, kept, strict=True)] == kept
    assert machine.failure is Failure.NONE


def test_memory_comes_back(heap: Make) -> None:
    """Far more than there is room for, as long as little of it is alive at a time."""
    machine = heap(cells=2**10, objects=2**6)
    kept = array(machine, range(20))
    for k in range(300):
        a = array(machine, range(30))
        machine.call("array_push", kept, machine.call("array_get", a, 7.0, False))
        machine.call("array_shift", kept)
        text(machine, f"text {k}")
        machine.sweep([kept])
        assert machine.failure is Failure.NONE
    assert elements(machine, kept) == [7.0] * 20


def test_slices_keep_their_arrays(heap: Make) -> None:
    machine = heap()
    array(machine, range(50))
    window = machine.call("array_slice", machine.call("array_slice", array(machine, range(9)), 2.0, 8.0), 1.0, 4.0)
    machine.sweep([window])
    assert elements(machine, window) == [3.0, 4.0, 5.0]
    machine.call("array_push", window, 9.0)
    assert elements(machine, window) == [3.0, 4.0, 5.0, 9.0]


def test_rings_are_freed(heap: Make) -> None:
    machine = heap()
    one = machine.call("record_new", 1)
    two = machine.call("record_with", machine.call("record_new", 1), 0, one)
    machine.call("record_set", one, 0, two)
    machine.sweep([])
    assert machine.item(number_of(one)).form == Form.NOTHING
    assert math.isnan(machine.call("record_get", two, 0))
    assert machine.failure is Failure.NO_RECORD


def test_made_texts_are_found_again_after_a_collection(heap: Make) -> None:
    machine = heap(["word"])
    text(machine, "gone")
    kept = text(machine, "kept")
    machine.sweep([kept])
    assert text(machine, "kept") == kept
    assert text(machine, "word") == 0.0
    assert spelled(machine, text(machine, "gone")) == "gone"


def test_too_much_that_lives_asks_for_memory(heap: Make) -> None:
    machine = heap(cells=2**10)
    a = machine.call("array_new", 800.0, 1.0)
    assert machine.call("array_size", a) == 800.0
    machine.sweep([a])
    assert machine.failure is Failure.FULL_CELLS


def test_full_memory_is_told_and_does_no_harm(heap: Make) -> None:
    machine = heap(cells=2**8, objects=2**4)
    arrays = [machine.call("array_new", 60.0, float(k)) for k in range(6)]
    assert machine.failure is Failure.FULL_CELLS
    assert elements(machine, arrays[0]) == [0.0] * 60
    assert math.isnan(arrays[-1])
    machine = heap(cells=2**12, objects=2**4)
    assert math.isnan([machine.call("record_new", 1) for _ in range(20)][-1])
    assert machine.failure is Failure.FULL_OBJECTS


@settings(deadline=None)
@given(values=st.lists(st.sampled_from([1.0, NAN, 5.0]), min_size=1, max_size=6), extra=st.integers(0, 40))
def test_going_back_inside_a_bar(heap: Make, values: list[float], extra: int) -> None:
    """Contents and sizes are as they were; texts that the broker has seen stay, and all can be done more than once."""
    machine = heap(["word"], cells=2**13)
    a = array(machine, [2.0, 3.0])
    table = matrix(machine, [[1, 2], [3, 4]])
    pairs = machine.call("map_new")
    machine.call("map_put", pairs, 1.0, 1.0)
    array(machine, range(9))
    machine.sweep([a, table, pairs])
    machine.call("remember")
    seen = []
    for turn in range(2):
        for value in [*values, *range(extra)]:
            machine.call("array_push", a, float(value))
        machine.call("matrix_add_row", table, 0.0, array(machine, [7, 8]))
        for key in range(9):
            machine.call("map_put", pairs, float(key), 5.0)
        seen.append(text(machine, f"order {turn}"))
        machine.call("text_for_broker", seen[-1])
        machine.call("recall")
        assert elements(machine, a) == [2.0, 3.0]
        assert grid(machine, table) == [[1.0, 2.0], [3.0, 4.0]]
        assert machine.call("map_size", pairs) == 1.0
        assert machine.call("map_get", pairs, 1.0) == 1.0
    machine.call("forget")
    _check_after(machine, [a, table, pairs], seen)


def _check_after(machine: Machine, roots: Sequence[float], seen: Sequence[float]) -> None:
    machine.sweep(roots)
    assert [spelled(machine, value) for value in seen] == ["order 0", "order 1"]
    machine.call("array_push", roots[0], 4.0)
    assert elements(machine, roots[0]) == [2.0, 3.0, 4.0]
    assert grid(machine, roots[1]) == [[1.0, 2.0], [3.0, 4.0]]
    assert machine.failure is Failure.NONE
