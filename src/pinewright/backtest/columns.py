"""Columns that several sets of inputs share: computed once for each distinct set of the inputs they read, and kept."""

from __future__ import annotations

import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pinewright.errors import BacktestError
from pinewright.machine.kernel import address
from pinewright.market import FloatArray
from pinewright.program import Program, ProgramColumn, RequestColumn, RequestPart

Key = tuple[str, int, bytes]
"""A program's key, a column's number and the values of all inputs that it depends on."""


def all_inputs(program: Program) -> tuple[tuple[int, ...], ...]:
    """For each column the inputs that it or any column below it reads, ascending; BacktestError on a wrong order."""
    found: list[tuple[int, ...]] = []
    for index, column in enumerate(program.columns):
        if not isinstance(column, ProgramColumn):
            found.append(tuple(sorted(column.inputs)) if isinstance(column, RequestColumn) else ())
            continue
        if any(not 0 <= below < index for below in column.columns):
            raise BacktestError(f"column {index} of {program.name!r} reads a column that does not come before it")
        reads = set(column.inputs).union(*(found[below] for below in column.columns))
        found.append(tuple(sorted(reads)))
    return tuple(found)


class Lease:
    """The shared columns that one native call uses; they stay in memory until it is given back.

    ``held`` are arrays besides those of the cache.
    """

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.held: list[FloatArray] = []


class ColumnCache:
    """Finished columns of ``length`` bars; the least recently used gives way where more than ``budget`` bytes are kept.

    Engines over the same bars may share one. Memory is used again rather than given back: to touch a new page costs as
    much as to compute what is written there. What is leased stays, so a call that needs more than the budget gets it.
    """

    def __init__(self, budget: int, length: int):
        self.most = max(1, budget // (8 * max(length, 1)))
        self.length = length
        self.taken = 0
        self._kept: OrderedDict[Key, tuple[FloatArray, int]] = OrderedDict()
        self._users: Counter[Key] = Counter()
        self._making: dict[Key, threading.Lock] = {}
        self._lock = threading.Lock()

    def places(self, lease: Lease, keys: Sequence[Key]) -> list[int]:
        """Addresses of the columns of those keys, 0 where one is not kept."""
        with self._lock:
            found = (self._leased(lease, key) for key in keys)
            return [0 if column is None else column[1] for column in found]

    def get(self, lease: Lease, key: Key, make: Callable[[FloatArray], None]) -> FloatArray:
        """The column of that key; ``make`` fills it where it is not kept, and never twice at a time."""
        with self._lock:
            found = self._leased(lease, key)
            if found is not None:
                return found[0]
            making = self._making.setdefault(key, threading.Lock())
        with making:
            with self._lock:
                found = self._leased(lease, key)
                if found is not None:
                    return found[0]
                memory = self._memory()
            try:
                make(memory)
            except BaseException:
                with self._lock:
                    self.taken -= 1
                raise
            with self._lock:
                if key in self._kept:
                    # Made twice after all, because it was dropped between two waits: the first one may be in use.
                    self.taken -= 1
                else:
                    self._kept[key] = memory, address(memory)
                self._making.pop(key, None)
                found = self._leased(lease, key)
            assert found is not None
            return found[0]

    def give_back(self, lease: Lease) -> None:
        """The call is over; columns beyond the budget are dropped."""
        with self._lock:
            for key in lease.keys:
                self._users[key] -= 1
                if self._users[key] == 0:
                    del self._users[key]
            lease.keys.clear()
            lease.held.clear()
            while self.taken > self.most and (dropped := self._oldest_unused()) is not None:
                self._kept.pop(dropped)
                self.taken -= 1

    def _leased(self, lease: Lease, key: Key) -> tuple[FloatArray, int] | None:
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
            self._users[key] += 1
            lease.keys.append(key)
        return found

    def _memory(self) -> FloatArray:
        """Memory for one more column: new within the budget, taken from the oldest unused one, or beyond it."""
        oldest = self._oldest_unused() if self.taken >= self.most else None
        if oldest is not None:
            return self._kept.pop(oldest)[0]
        self.taken += 1
        return np.empty(self.length)

    def _oldest_unused(self) -> Key | None:
        return next((key for key in self._kept if self._users[key] == 0), None)


@dataclass(frozen=True)
class Plan:
    """How the columns of one run are come by.

    order [P]: the order in which sets of inputs run, alike ones together. private: columns that hardly any two sets
    share, computed beside each run. shared: the others, without the calendar's. raw: outputs of requests at bars other
    than the run's. Only columns that the step or a private column reads are named; what stands below a shared column is
    computed when that column is.
    """

    order: np.ndarray[tuple[int], np.dtype[np.intp]]
    private: tuple[int, ...]
    shared: tuple[int, ...]
    raw: tuple[int, ...] = ()


def plan(program: Program, reads: tuple[tuple[int, ...], ...], inputs: FloatArray) -> Plan:
    """Decides which columns are worth keeping for ``inputs`` [P, K].

    A column of at most one input is shared always: its values come back in later calls. One of several inputs is shared
    where each distinct one serves two sets or more on average. What a shared column reads is shared too, since it
    depends on no more inputs. What a request gives is shared always.
    """
    private: list[int] = []
    shared: list[int] = []
    raw: list[int] = []
    wanted = set(range(len(program.columns)) if program.reads is None else program.reads)
    for index in range(len(program.columns) - 1, -1, -1):
        column = program.columns[index]
        if index not in wanted or not isinstance(column, ProgramColumn | RequestColumn):
            continue
        if isinstance(column, RequestColumn):
            (raw if column.part is RequestPart.RAW else shared).append(index)
        elif len(reads[index]) <= 1 or 2 * distinct(inputs[:, reads[index]]) <= len(inputs):
            shared.append(index)
        else:
            private.append(index)
            wanted.update(column.columns)
    private.reverse()
    shared.reverse()
    ranked = sorted({i for index in shared for i in reads[index]}, key=lambda i: distinct(inputs[:, [i]]))
    keys = [inputs[:, i] for i in reversed(ranked)]
    order = np.lexsort(keys) if keys and len(inputs) > 1 else np.arange(len(inputs))
    return Plan(order, tuple(private), tuple(shared), tuple(raw))


def all_shared(program: Program) -> Plan:
    """The plan of one set of inputs all of whose columns are kept for the next."""
    return plan(program, ((),) * len(program.columns), np.zeros((1, 0)))


def distinct(rows: FloatArray) -> int:
    """How many rows of [P, K] differ."""
    return 1 if len(rows) == 1 else len(np.unique(rows, axis=0))
