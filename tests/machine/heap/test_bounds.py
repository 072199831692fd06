"""No argument, however foreign, reaches memory outside the arena: all functions, in any order, with any floats.

In plain Python the arena checks each index, so that a wrong one is an AssertionError. The native code is run in a
process of its own, between guard cells that must stay as they were.
"""

from __future__ import annotations

import math
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pinewright.machine.heap import Failure
from pinewright.machine.kernel.types import Kind
from tests.machine.heap.support import ALL, NAN, Machine, NativeMachine, PlainMachine, array, matrix, text

KEPT = {"heap_begin", "collect", "remember", "recall", "forget", "draft_new", "draft_character", "draft_end"}
"""What is not called with foreign arguments: the engine's own, and the drafts behind the functions."""
NAMES = sorted(set(ALL) - KEPT)
ODD = [0.0, 1.0, 2.0, 3.0, -1.0, 0.5, 7.0, 1e5, 1e15, -1e300, NAN, math.inf, -math.inf, 2.0**52, 2.0**52 + 3, 2.0**1000]


def play(machine: Machine, seed: int, steps: int) -> None:
    """Calls functions at random; after a failure the heap begins anew."""
    chance = random.Random(seed)
    values = _objects(machine)
    for _ in range(steps):
        name = chance.choice(NAMES)
        found = machine.call(name, *(_argument(chance, kind, values) for kind in ALL[name].signature.types[1:]))
        if isinstance(found, float):
            values.append(found)
        if chance.random() < 0.02:
            machine.sweep(chance.sample(values, min(4, len(values))))
        if machine.failure is not Failure.NONE and chance.random() < 0.5:
            machine.call("heap_begin")
            values = _objects(machine)
        del values[: len(values) - 40]


def _objects(machine: Machine) -> list[float]:
    a = array(machine, [3, 1, NAN, 2])
    texts = [text(machine, word) for word in ("#.##", "{0} {1,number,#.0}", "", "abc", "yyyy-MM")]
    pairs = machine.call("map_new")
    machine.call("map_put", pairs, 1.0, a)
    record = machine.call("record_with", machine.call("record_new", 3), 1, a)
    window = machine.call("array_slice", a, 1.0, 3.0)
    return [a, *texts, pairs, record, window, array(machine, texts), array(machine, [a, record]), *_tables(machine)]


def _tables(machine: Machine) -> list[float]:
    return [matrix(machine, [[1, 2], [3, 4]]), matrix(machine, [[0, 1, 0], [0, 0, 1]]), matrix(machine, [])]


def _argument(chance: random.Random, type_: Any, values: list[float]) -> Any:
    if type_.kind is Kind.BOOL:
        return chance.random() < 0.5
    if type_.kind is Kind.INT:
        return chance.randrange(4)
    return chance.choice(values) if chance.random() < 0.6 else chance.choice(ODD)


@pytest.mark.parametrize("seed", range(12))
def test_no_index_lies_outside_in_plain_python(seed: int) -> None:
    play(PlainMachine(["word", "#.##", ""], cells=2**11, objects=2**7), seed, 250)


def test_no_index_lies_outside_natively(kernels: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", f"from tests.machine.heap.test_bounds import main; main({str(kernels)!r})"],
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert run.returncode == 0, run.stderr[-2000:]


def main(folder: str) -> None:
    """The native run; its guards stand in front of the arena and behind it."""
    for seed in range(40):
        machine = NativeMachine(Path(folder), ["word", "#.##", ""], cells=2**12, objects=2**8, guard=GUARD)
        play(machine, seed, 2_000)
        machine.check_guards()


GUARD = 4_096


def test_both_ways_answer_alike(kernels: Path) -> None:
    """The same calls give the same values, bit by bit, and the same failures."""
    one, two = NativeMachine(kernels, ["word"], cells=2**11, objects=2**7), PlainMachine(["word"], 2**11, 2**7)
    for seed in range(6):
        for machine in (one, two):
            machine.call("heap_begin")
            play(machine, seed, 150)
        assert one.failure is two.failure
        top = two.heap.top
        assert int(one.record["top"][0]) == top
        pairs = zip(one.cells(0, top), two.cells(0, top), strict=True)
        assert all(x == y or (math.isnan(x) and math.isnan(y)) for x, y in pairs)
