"""How cost grows with bars and with sets of inputs: python -m benchmarks.growth [--most-bars N] [--most-sets P].

The SMA crossover of ``sma_cross``, one thread, each row in a process of its own. ``told`` is what the engine says
before it starts (``Engine.memory``); the peak holds Python, LLVM and the bars too, whose share stands before it.
"""

from __future__ import annotations

import argparse
import resource
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Final, NamedTuple

from benchmarks.sma_cross import SCRIPT, grid
from benchmarks.support.market import invented_bars
from benchmarks.support.timing import Contender, machine, megabytes
from pinewright.app.terminal.output import emit, emit_table
from pinewright.backtest.engine import Engine
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script

FEW_SETS: Final = 20
FEW_BARS: Final = 10_000
HEAD: Final = ("bars", "sets", "CPU time", "ns a bar and set", "told", "bars loaded", "peak")


class Cost(NamedTuple):
    """CPU seconds of a first run, peak memory before it (bars loaded) and after it, and what was told, in bytes."""

    cpu: float
    before: int
    after: int
    told: int


def cost(bars: int, sets: int, folder: Path) -> Cost:
    """One run of so many sets over so many bars; code comes from the cache."""
    loaded = invented_bars(bars)
    engine = Engine(compile_script(check(SCRIPT)), loaded, cache_dir=folder)
    before = peak()
    start = process_time()
    engine.run(grid(sets))
    return Cost(process_time() - start, before, peak(), engine.memory(grid(sets)))


def peak() -> int:
    """Highest memory of this process so far, in bytes."""
    found = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return found if sys.platform == "darwin" else 1024 * found


def steps(first: int, most: int) -> list[int]:
    """Powers of ten from ``first`` to ``most``."""
    found = [first]
    while 10 * found[-1] <= most:
        found.append(10 * found[-1])
    return found


def row(bars: int, sets: int, folder: Path) -> tuple[str, ...]:
    """A row of a table, measured in a process of its own."""
    with Contender() as contender:
        found = contender.run(cost, bars, sets, folder).answer
    nanoseconds = 1e9 * found.cpu / (bars * sets)
    memory = (megabytes(found.told), megabytes(found.before), megabytes(found.after))
    return f"{bars:,}", f"{sets:,}", f"{found.cpu:.3f} s", f"{nanoseconds:.1f}", *memory


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--most-bars", type=int, default=10_000_000)
    options.add_argument("--most-sets", type=int, default=100_000)
    chosen = options.parse_args()
    emit(f"{machine()}; one thread")
    with TemporaryDirectory() as name:
        row(FEW_BARS, 1, Path(name))  # compiles
        for plan in (
            [(bars, FEW_SETS) for bars in steps(FEW_BARS, chosen.most_bars)],
            [(FEW_BARS, sets) for sets in steps(10, chosen.most_sets)],
        ):
            emit_table(HEAD, [row(bars, sets, Path(name)) for bars, sets in plan], numbers=True)


if __name__ == "__main__":
    main()
