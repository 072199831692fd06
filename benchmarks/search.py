"""A search over a generated family: python -m benchmarks.search [--bars N] [--trials T].

Trials per CPU second with everything (sampler, native code, columns, scores), and the share that is not the engine.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from benchmarks.support.market import invented_bars
from benchmarks.support.timing import Contender, machine
from pinewright.app.backtests.evaluation import DATES, EngineEvaluator, bars_key, column_cache
from pinewright.app.terminal.output import emit, emit_table
from pinewright.generate import FAMILIES, ScriptSettings, render
from pinewright.machine.resources import budget_for, detect
from pinewright.market import FloatArray, Timeframe
from pinewright.optimize import Evaluation, Part, SearchSettings, Space, search
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script

MINUTES = (1, 15)


class Timed(EngineEvaluator):
    """The evaluator of the product with a clock."""

    seconds = 0.0

    def evaluate(self, parameters: FloatArray, first: int, last: int, *, daily: bool = False) -> Evaluation:
        start = time.process_time()
        found = super().evaluate(parameters, first, last, daily=daily)
        self.seconds += time.process_time() - start
        return found


def trial(family: str, minutes: int, count: int, trials: int, folder: Path) -> tuple[float, float, float]:
    """CPU seconds of a search, of them those inside the engine, and mean trades of a trial."""
    bars = invented_bars(count, minutes)
    row = FAMILIES[family]
    settings = ScriptSettings(Timeframe(minutes), 0.00003, from_time=int(bars.time[0]), to_time=int(bars.time[-1]))
    program = compile_script(check(render(row, None, settings)), family)
    columns = column_cache(budget_for(detect(), 1), bars)
    evaluator = Timed(
        program,
        bars,
        program.settings,
        bars_hash=bars_key(bars),
        threads=1,
        columns=columns,
        cache_dir=folder,
        dates=(DATES[0], DATES[1]),
    )
    space = Space.of(program.inputs, fixed=row.fixed, ordered=row.ordered)
    part = Part("all", 0, count, int(bars.time[0]), int(bars.time[-1]), count * minutes // 1440)
    start = time.process_time()
    found = search(space, evaluator, part, SearchSettings(trials=trials))
    seconds = time.process_time() - start
    return seconds, evaluator.seconds, float(found.evaluation.column("trades").mean())


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bars", type=int, default=100_000)
    options.add_argument("--trials", type=int, default=1_024)
    chosen = options.parse_args()
    rows = []
    with tempfile.TemporaryDirectory() as folder, Contender() as contender:
        contender.run(trial, "trend_cross", 15, 1_000, 16, Path(folder))  # loads what is loaded once
        for family in FAMILIES:
            for minutes in MINUTES:
                answer = contender.run(trial, family, minutes, chosen.bars, chosen.trials, Path(folder)).answer
                seconds, inside, trades = answer
                share = 100.0 * (seconds - inside) / inside
                rows.append(
                    (
                        FAMILIES[family].title,
                        f"{minutes}m",
                        f"{chosen.trials / seconds:,.0f}",
                        f"{share:.2f} %",
                        f"{trades:,.0f}",
                    )
                )
    emit(f"{machine()}; {chosen.bars:,} bars, {chosen.trials:,} trials a search, one thread")
    emit_table(
        ("family", "bars of", "trials per CPU second", "sampler and scores, of the engine's time", "trades"), rows
    )


if __name__ == "__main__":
    main()
