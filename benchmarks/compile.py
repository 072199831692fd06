"""From the text of a script to native code, in CPU milliseconds: python -m benchmarks.compile [--probes FOLDER] ...

``text``: check and compile to the kernel language. ``native``: code of the script alone, where the objects of the
installation are there. ``cold`` is both. ``loaded``: the native code in a process that finds it on disk; ``cached`` is
text and that. A process is warm: it has had another script before. What is paid once stands in a table of its own.

--probes FOLDER, or PINEWRIGHT_PROBES: a copy of the public repository pineforge-4pass/pineforge-corpus, all scripts of
which are compiled, once each (two minutes). Without it the scripts are this project's own.
"""

from __future__ import annotations

import argparse
import gc
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.sma_cross import SCRIPT
from benchmarks.support.large import large_script
from benchmarks.support.limits import Limited, emit_limits
from benchmarks.support.timing import Contender, machine
from pinewright.app.terminal.output import emit, emit_table
from pinewright.backtest.code import compile_program
from pinewright.errors import PinewrightError
from pinewright.generate import FAMILIES, ScriptSettings, render
from pinewright.machine import heap
from pinewright.market import Timeframe
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script

SMALL: Final = "SMA crossover"
LARGE: Final = "large"
TWINS: Final = tuple(SCRIPT.replace("ta.sma(close", f"ta.sma({column}") for column in ("high", "low"))
"""The crossover over other columns: not measured themselves, they bring what is there before a script comes."""
COLD_MEDIAN: Final = 1_000.0
COLD_LARGEST: Final = 5_000.0
CACHED: Final = 100.0
"""Limits in milliseconds."""


class Cost(NamedTuple):
    """CPU milliseconds of a script: its text and its native code where that is new, and again where it is on disk."""

    text: float
    native: float
    text_again: float
    loaded: float

    @property
    def cold(self) -> float:
        return self.text + self.native

    @property
    def cached(self) -> float:
        return self.text_again + self.loaded


class Once(NamedTuple):
    """CPU milliseconds of what is paid once: for an installation the engine and the heap, for a process its start."""

    engine: float
    heap: float
    start: float


def milliseconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.process_time()
    work()
    return 1000.0 * (time.process_time() - start)


def text_and_code(source: str, folder: Path) -> tuple[float, float]:
    """Milliseconds of a script's text and of its native code, made or found in the folder."""
    text = milliseconds(lambda: compile_script(check(source)))
    program = compile_script(check(source))
    return text, milliseconds(lambda: compile_program(program, folder))


def installed(folder: Path) -> tuple[float, float]:
    """Fills an empty folder with the objects of an installation: milliseconds of the engine and of the heap.

    Of two scripts of equal cost the first brings the engine.
    """
    first, second = (text_and_code(twin, folder)[1] for twin in TWINS)
    names = [function.name for functions in heap.EXPORTS.values() for function in functions]
    return first - second, milliseconds(lambda: heap.heap_objects(names, folder))


def started(folder: Path) -> float:
    """Milliseconds from the start of this process, its imports included, until the code of a script is loaded."""
    compile_program(compile_script(check(TWINS[0])), folder)
    return 1000.0 * time.process_time()


def each(sources: Sequence[str], folder: Path) -> list[tuple[float, float]]:
    return [text_and_code(source, folder) for source in sources]


def measured(sources: Sequence[str], repeat: int) -> tuple[Once, list[Cost]]:
    """Medians of what is paid once, and of each script; every repetition begins with an empty folder."""
    onces, rounds = [], []
    for _ in range(repeat):
        with tempfile.TemporaryDirectory() as name, Contender() as first, Contender() as second:
            folder = Path(name)
            engine, objects = first.run(installed, folder).answer
            made = first.run(each, sources, folder).answer
            onces.append((engine, objects, second.run(started, folder).answer))
            rounds.append(
                [(*new, *old) for new, old in zip(made, second.run(each, sources, folder).answer, strict=True)]
            )
    costs = [Cost(*_medians(found)) for found in zip(*rounds, strict=True)]
    return Once(*_medians(onces)), costs


def _medians(rows: Sequence[tuple[float, ...]]) -> list[float]:
    return [statistics.median(column) for column in zip(*rows, strict=True)]


def scripts() -> dict[str, str]:
    """The project's own scripts by name: the crossover of the benchmark, one of each family, and a large one."""
    settings = ScriptSettings(Timeframe(15), 0.00003, from_time=0, to_time=1_900_000_000_000)
    families = {family.title: render(family, None, settings) for family in FAMILIES.values()}
    return {SMALL: SCRIPT, **families, LARGE: large_script()}


def probes(folder: Path) -> dict[str, str]:
    """The scripts of a folder of probes that compile."""
    found = {}
    for path in sorted(folder.glob("validation/*/strategy.pine")):
        source = path.read_text(encoding="utf-8")
        try:
            compile_script(check(source))
        except PinewrightError as error:
            emit(f"left out: {path.parent.name}: {error.what.splitlines()[0]}")
        else:
            found[path.parent.name] = source
    return found


def row(name: str, source: str, cost: Cost) -> tuple[str, ...]:
    figures = (cost.text, cost.native, cost.cold, cost.loaded, cost.cached)
    return name, f"{len(source.splitlines())}", *(f"{value:,.1f}" for value in figures)


def emit_scripts(costs: Mapping[str, Cost], sources: Mapping[str, str], shown: Sequence[tuple[str, str]]) -> None:
    """A row for each script that is shown (what to call it, and its name), limits of the middle and the longest."""
    head = ("script", "lines", "text", "native", "cold", "loaded", "cached")
    emit_table(head, [row(title, sources[name], costs[name]) for title, name in shown], numbers=True)
    middle, longest = costs[median(costs)], costs[longest_of(sources)]
    emit_limits(
        [
            Limited("median script, cold", middle.cold, COLD_MEDIAN, "ms"),
            Limited("median script, cached", middle.cached, CACHED, "ms"),
            Limited("longest script, cold", longest.cold, COLD_LARGEST, "ms"),
            Limited("longest script, cached", longest.cached, CACHED, "ms"),
        ]
    )


def median(costs: Mapping[str, Cost], share: float = 0.5) -> str:
    """The script in the middle by cold time, or at another share of the way to the slowest."""
    ordered = sorted(costs, key=lambda name: costs[name].cold)
    return ordered[int(share * (len(ordered) - 1))]


def longest_of(sources: Mapping[str, str]) -> str:
    return max(sources, key=lambda name: len(sources[name].splitlines()))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--repeat", type=int, default=3)
    options.add_argument("--probes", type=Path, default=os.environ.get("PINEWRIGHT_PROBES"), metavar="FOLDER")
    chosen = options.parse_args()
    own = scripts()
    once, found = measured(list(own.values()), chosen.repeat)
    emit(f"{machine()}; median of {chosen.repeat}, CPU milliseconds, one thread")
    emit_table(
        ("paid once", "ms"),
        [
            ("for an installation: the engine", f"{once.engine:,.0f}"),
            (f"for an installation: the heap, {len(heap.EXPORTS)} objects, each when first used", f"{once.heap:,.0f}"),
            ("for a process: from Python's start to the cached code of a crossover", f"{once.start:,.0f}"),
        ],
    )
    emit_scripts(dict(zip(own, found, strict=True)), own, [(name, name) for name in own])
    if chosen.probes is not None:
        corpus = probes(chosen.probes)
        costs = dict(zip(corpus, measured(list(corpus.values()), 1)[1], strict=True))
        emit(f"{len(corpus)} probes, once each:")
        picked = {"median": median(costs), "95 %": median(costs, 0.95), "slowest": median(costs, 1.0)}
        picked["longest"] = longest_of(corpus)
        emit_scripts(costs, corpus, [(f"{title}: {name}", name) for title, name in picked.items()])


if __name__ == "__main__":
    main()
