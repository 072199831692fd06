"""Columns that several sets of inputs share: computed once for each distinct set of the inputs they read, and kept."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pinewright.errors import BacktestError
from pinewright.market import FloatArray
from pinewright.program import ClockColumn, Program, ProgramColumn

Key = tuple[int, bytes]
"""A column's number and the values of all inputs that it depends on."""


def all_inputs(program: Program) -> tuple[tuple[int, ...], ...]:
    """For each column the inputs that it or any column below it reads, ascending; BacktestError on a wrong order."""
    found: list[tuple[int, ...]] = []
    for index, column in enumerate(program.columns):
        if isinstance(column, ClockColumn):
            found.append(())
            continue
        if any(not 0 <= below < index for below in column.columns):
            raise BacktestError(f"column {index} of {program.name!r} reads a column that does not come before it")
        reads = set(column.inputs).union(*(found[below] for below in column.columns))
        found.append(tuple(sorted(reads)))
    return tuple(found)


class ColumnCache:
    """Finished columns, the least recently used dropped first where they are more than ``budget`` bytes."""

    def __init__(self, budget: int):
        self.budget = budget
        self.size = 0
        self._kept: OrderedDict[Key, FloatArray] = OrderedDict()
        self._making: dict[Key, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, column: int, values: bytes, make: Callable[[], FloatArray]) -> FloatArray:
        """The column for those input values; ``make`` runs where it is not kept, and never twice at a time."""
        key = (column, values)
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
            making = self._making.setdefault(key, threading.Lock())
        with making:
            found = self._kept.get(key)
            if found is None:
                found = make()
                self._keep(key, found)
            return found

    def _keep(self, key: Key, column: FloatArray) -> None:
        with self._lock:
            self._kept[key] = column
            self._making.pop(key, None)
            self.size += column.nbytes
            while self.size > self.budget and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self.size -= dropped.nbytes


@dataclass(frozen=True)
class Plan:
    """How the columns of one run are come by.

    order [P]: the order in which sets of inputs run, alike ones together. private: columns that hardly any two sets
    share, computed beside each run. shared: the others, without the calendar's.
    """

    order: np.ndarray[tuple[int], np.dtype[np.intp]]
    private: tuple[int, ...]
    shared: tuple[int, ...]


def plan(program: Program, reads: tuple[tuple[int, ...], ...], inputs: FloatArray) -> Plan:
    """Decides which columns are worth keeping for ``inputs`` [P, K].

    A column is shared where each distinct one serves two sets or more on average. What a shared column reads is shared
    too, since it depends on no more inputs.
    """
    private: list[int] = []
    shared: list[int] = []
    for index, column in enumerate(program.columns):
        if not isinstance(column, ProgramColumn):
            continue
        distinct = len(np.unique(inputs[:, reads[index]], axis=0)) if reads[index] else 1
        (shared if 2 * distinct <= len(inputs) or distinct == 1 else private).append(index)
    ranked = sorted({i for index in shared for i in reads[index]}, key=lambda i: len(np.unique(inputs[:, i])))
    keys = [inputs[:, i] for i in reversed(ranked)]
    order = np.lexsort(keys) if keys else np.arange(len(inputs))
    return Plan(order, tuple(private), tuple(shared))
