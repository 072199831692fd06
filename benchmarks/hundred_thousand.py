"""100,000 trials of three inputs on 100k bars: python -m benchmarks.hundred_thousand [--bars N] [--trials T].

The search of the product beside the bare engine on the very same sets, in turn, each in a process of its own on one
thread: trials per CPU second, what the sampler and all else takes, and the memory of the process.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

import numpy as np

from benchmarks.support.three_inputs import evaluator, market, space, whole
from benchmarks.support.timing import Contender, machine, megabytes
from pinewright.app.terminal.output import emit, emit_table
from pinewright.market import FloatArray
from pinewright.optimize import Evaluation, SearchSettings, search
from pinewright.optimize.sampler import Sampler


class Clocked:
    """An evaluator with a clock of CPU time."""

    def __init__(self, count: int):
        self.inner, self.seconds = evaluator(market(count)), 0.0

    @property
    def key(self) -> str:
        return self.inner.key

    def evaluate(self, parameters: FloatArray, first: int, last: int, *, daily: bool = False) -> Evaluation:
        start = time.process_time()
        found = self.inner.evaluate(parameters, first, last, daily=daily)
        self.seconds += time.process_time() - start
        return found


def searched(count: int, trials: int, method: str, folder: Path | None) -> tuple[float, float, FloatArray]:
    """CPU seconds of a search, of them those inside the engine, and the sets that it ran."""
    clocked = Clocked(count)
    clocked.evaluate(space().parameters(Sampler(space(), 9).spread(64)), 0, count)  # loads what is loaded once
    clocked.seconds = 0.0
    start = time.process_time()
    settings = SearchSettings(trials=trials, method=method)
    found = search(space(), clocked, whole(market(count)), settings, folder=folder)
    return time.process_time() - start, clocked.seconds, found.parameters


def bare(count: int, sets: FloatArray) -> float:
    """CPU seconds of the engine on these sets in one call."""
    engine = evaluator(market(count)).engine
    engine.run(sets[:64])
    start = time.process_time()
    engine.run(sets)
    return time.process_time() - start


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bars", type=int, default=100_000)
    options.add_argument("--trials", type=int, default=100_000)
    options.add_argument("--slice", type=int, default=8_192, help="sets of the bare engine's turn")
    options.add_argument("--method", default="auto")
    chosen = options.parse_args()
    emit(f"{machine()}; {chosen.bars:,} bars, {chosen.trials:,} trials, one thread")
    with tempfile.TemporaryDirectory() as name, Contender() as mine, Contender() as engine:
        engine.run(bare, chosen.bars, np.tile([10.0, 100.0, 300.0], (64, 1)))
        found = mine.run(searched, chosen.bars, chosen.trials, chosen.method, Path(name))
        seconds, inside, sets = found.answer
        # The bare engine runs every so-many-th set: its speed is that of the mixture the search made.
        part = sets[:: max(1, len(sets) // chosen.slice)]
        alone = engine.run(bare, chosen.bars, part)
        journal = sum(path.stat().st_size for path in Path(name).glob("*.journal"))
    speed, kernel = len(sets) / seconds, len(part) / alone.answer
    emit_table(
        ("what", "trials per CPU second", "of the bare engine", "memory peak"),
        [
            ("bare engine, one call", f"{kernel:,.0f}", "100 %", megabytes(alone.peak)),
            ("search, journal and all", f"{speed:,.0f}", f"{100 * speed / kernel:.0f} %", megabytes(found.peak)),
        ],
    )
    emit(f"outside the engine: {seconds - inside:.2f} s, {100 * (seconds - inside) / inside:.2f} % of its time")
    emit(f"journal: {megabytes(journal)}")


if __name__ == "__main__":
    main()
