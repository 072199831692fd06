"""The heap as native code and as plain Python, behind one face, so that each test says what holds for both."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from pinewright.machine.heap import (
    EXPORTS,
    FUNCTIONS,
    Failure,
    Form,
    Heap,
    HeapStore,
    Item,
    arrays,
    collect,
    failure_text,
    heap_key,
    heap_objects,
    heap_record,
    pine_name,
    records,
    rewinding,
    strings,
    texts,
    writing,
)
from pinewright.machine.heap.state import FIRST_TEXT, HEADER
from pinewright.machine.kernel import Function, Module, Native, address, addresses, compile_object, link

MORE = (
    arrays.array_empty,
    arrays.array_with,
    records.record_new,
    records.record_with,
    records.record_get,
    records.record_set,
    records.record_copy,
    strings.str_concat,
    texts.text_for_broker,
    texts.runtime_error,
    texts.loop_limit,
    texts.draft_new,
    texts.draft_character,
    texts.draft_end,
    writing.str_format,
    collect.heap_begin,
    collect.collect,
    rewinding.remember,
    rewinding.recall,
    rewinding.forget,
)
ALL: dict[str, Function[..., Any]] = {
    function.name: function for function in (*(item.function for item in FUNCTIONS.values()), *MORE)
}
"""All functions that tests call, by name."""
NAN = math.nan
SENTINEL = 12345.678
"""What stands in the cells beside a guarded arena."""


@functools.cache
def native_code(folder: Path) -> Native:
    """All functions as native code: the objects that scripts are linked with, and what is inlined into scripts."""
    shared = [function for functions in EXPORTS.values() for function in functions]
    own = {name: function for name, function in ALL.items() if function not in shared}
    key = "\0".join(("tests", heap_key(), *own))
    code = compile_object(lambda: Module("heap").use(*shared).add(*own.values()), list(own), key=key, cache=folder)
    return link(code, *heap_objects([function.name for function in shared], folder))


class Machine(Protocol):
    """One heap, natively or in plain Python."""

    @property
    def failure(self) -> Failure: ...

    def call(self, name: str, *args: Any) -> Any:
        """Calls a function of the heap by its kernel name."""

    def sweep(self, slots: Sequence[float], buffer: Sequence[float] = ()) -> None:
        """Collects; the roots are some slots and a buffer."""

    def item(self, number: int) -> Any:
        """The record of an object."""

    def cells(self, start: int, count: int) -> list[float]:
        """Values in the arena."""


class NativeMachine:
    """Native code over numpy's memory."""

    def __init__(
        self, folder: Path, words: Sequence[str] = (), cells: int = 2**15, objects: int = 2**10, guard: int = 0
    ):
        self.native = native_code(folder)
        self.record = heap_record()
        self.store = HeapStore(self.record, words, cells=cells, objects=objects, rewinds=True)
        self._guarded = self._guard(cells, guard) if guard else None
        self.call("heap_begin")

    def _guard(self, cells: int, guard: int) -> tuple[np.ndarray[Any, np.dtype[np.float64]], int]:
        """Moves the arena between cells that nobody may touch."""
        room = len(self.store.cells)
        whole = np.full(room + 2 * guard, SENTINEL)
        whole[guard : guard + room] = self.store.cells
        self.store.cells = whole[guard : guard + room]
        self.record["cells"] = address(whole) + 8 * guard
        return whole, guard

    def check_guards(self) -> None:
        """Fails where a cell beside the arena has changed."""
        assert self._guarded is not None
        whole, guard = self._guarded
        assert (whole[:guard] == SENTINEL).all()
        assert (whole[-guard:] == SENTINEL).all()

    @property
    def failure(self) -> Failure:
        return self.store.failure

    def call(self, name: str, *args: Any) -> Any:
        return self.native.function(name)(address(self.record), *args)

    def sweep(self, slots: Sequence[float], buffer: Sequence[float] = ()) -> None:
        held = np.array([*slots, 0.0])
        rows = np.array([*buffer, 0.0])
        numbers = np.zeros(1, dtype=np.int64)
        columns = addresses([rows])
        self.record["slots"], self.record["buffers"] = len(slots), address(numbers)
        self.record["buffer_count"] = 1
        self.call("collect", address(held), address(columns), len(buffer))

    def item(self, number: int) -> Any:
        return Item.from_record(self.store.objects[number])

    def cells(self, start: int, count: int) -> list[float]:
        found: list[float] = self.store.cells[start : start + count].tolist()
        return found


class Cells(list[Any]):
    """Memory that says so where an index lies outside, in front as well as behind."""

    def __getitem__(self, index: Any) -> Any:
        if not isinstance(index, slice) and not 0 <= index < len(self):
            raise AssertionError(f"cell {index} of {len(self)}")
        return super().__getitem__(index)

    def __setitem__(self, index: Any, value: Any) -> None:
        if not 0 <= index < len(self):
            raise AssertionError(f"cell {index} of {len(self)}")
        super().__setitem__(index, value)


class PlainMachine:
    """The same functions as plain Python over lists that check each index."""

    def __init__(self, words: Sequence[str] = (), cells: int = 2**12, objects: int = 2**8):
        self.heap = Heap(cells=Cells([0.0] * cells), objects=Cells([Item() for _ in range(objects)]))
        heap = self.heap
        heap.room, heap.object_room, heap.words, heap.mintick = cells, objects, len(words), 0.01
        heap.buckets, heap.waiting = Cells([0] * (2 * objects)), Cells([0] * objects)
        heap.bucket_count = 2 * objects
        heap.spare, heap.spare_objects = Cells([0.0] * cells), Cells([Item() for _ in range(objects)])
        at = 0
        for number, word in enumerate(words, 1):
            item = heap.objects[number]
            item.form, item.block, item.start, item.size, item.room = Form.TEXT, at, at + HEADER, len(word), len(word)
            for place, value in enumerate([number, len(word), *map(ord, word)]):
                heap.cells[at + place] = float(value)
            at += HEADER + len(word)
        heap.word_cells = at
        self.call("heap_begin")

    @property
    def failure(self) -> Failure:
        return Failure(self.heap.error)

    def call(self, name: str, *args: Any) -> Any:
        return ALL[name](self.heap, *args)

    def sweep(self, slots: Sequence[float], buffer: Sequence[float] = ()) -> None:
        self.heap.slots, self.heap.buffers, self.heap.buffer_count = len(slots), Cells([0]), 1
        self.call("collect", Cells(slots), [Cells(buffer)], len(buffer))

    def item(self, number: int) -> Any:
        return self.heap.objects[number]

    def cells(self, start: int, count: int) -> list[float]:
        return [self.heap.cells[start + place] for place in range(count)]


def make(kind: str, folder: Path, words: Sequence[str] = (), **sizes: int) -> Machine:
    """A heap of one kind: ``native`` or ``plain``."""
    return NativeMachine(folder, words, **sizes) if kind == "native" else PlainMachine(words, **sizes)


def detail(machine: Machine) -> str:
    """What went wrong, in words."""
    assert isinstance(machine, PlainMachine | NativeMachine)
    heap = machine.heap if isinstance(machine, PlainMachine) else Heap.from_record(machine.record[0])
    return failure_text(Failure(heap.error), pine_name(heap.call), float(heap.detail_a), float(heap.detail_b))


def number_of(reference: float) -> int:
    """Number of the object that a reference or a made text is."""
    if reference >= 2.0**1000:
        return int((reference * 2.0**-1000 - 1.0) * 2.0**52)
    return int(reference - FIRST_TEXT) if reference >= FIRST_TEXT else int(reference) + 1


def array(machine: Machine, values: Iterable[float]) -> float:
    """A new array of some values."""
    reference: float = machine.call("array_empty")
    for value in values:
        machine.call("array_with", reference, float(value))
    return reference


def elements(machine: Machine, reference: float) -> list[float]:
    """The elements of an array."""
    size = machine.call("array_size", reference)
    return [machine.call("array_get", reference, float(place), False) for place in range(int(size))]


def text(machine: Machine, value: str | None) -> float:
    """A text."""
    if value is None:
        return NAN
    machine.call("draft_new")
    for character in value:
        machine.call("draft_character", float(ord(character)))
    found: float = machine.call("draft_end")
    return found


def spelled(machine: Machine, value: float) -> str | None:
    """A text as Python's; None for na."""
    if math.isnan(value):
        return None
    item = machine.item(number_of(value))
    assert item.form == Form.TEXT
    return "".join(chr(int(code)) for code in machine.cells(item.start, item.size))


def matrix(machine: Machine, rows: Sequence[Sequence[float]]) -> float:
    """A new matrix of some rows."""
    columns = len(rows[0]) if rows else 0
    reference: float = machine.call("matrix_new", float(len(rows)), float(columns), 0.0)
    for row, values in enumerate(rows):
        for column, value in enumerate(values):
            machine.call("matrix_set", reference, float(row), float(column), float(value))
    return reference


def grid(machine: Machine, reference: float) -> list[list[float]]:
    """The rows of a matrix."""
    rows, columns = (int(machine.call(name, reference)) for name in ("matrix_rows", "matrix_columns"))
    return [
        [machine.call("matrix_get", reference, float(row), float(column)) for column in range(columns)]
        for row in range(rows)
    ]


def same(a: Sequence[float], b: Sequence[float]) -> bool:
    """Whether two rows of numbers are equal, na included."""
    return len(a) == len(b) and all(x == y or (math.isnan(x) and math.isnan(y)) for x, y in zip(a, b, strict=True))
