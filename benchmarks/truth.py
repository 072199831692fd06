"""Whether the verdict can be believed: python -m benchmarks.truth [--seeds N] [--kinds K ...] [--jobs J].

Each seed makes a market of which the truth is known (``support.planted``), and the product's own way of search,
evidence and verdict is walked over it, as ``run`` and ``optimize`` do, with nothing kept. The table counts the words.
"Called" is robust or promising, of noise by any of the five that a run delivers; intervals are Clopper and Pearson's of
95 %. Noise needs the shared data folder (``PINEWRIGHT_SHARED``). ``--details FILE`` writes a line of JSON for each run.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from benchmarks.support.planted import (
    Case,
    artefact,
    planted_edge,
    real_noise,
    script_noise,
    simulated_noise,
)
from benchmarks.support.timing import machine
from pinewright.app.given.costs import script_costs
from pinewright.app.search.experiment import TRIALS, ExperimentRunner
from pinewright.app.search.optimizing import ScriptExperiment
from pinewright.app.terminal.output import emit, emit_table
from pinewright.machine.resources import budget_for, detect
from pinewright.optimize.asked import Asked
from pinewright.optimize.proof import Judgement, Word
from pinewright.optimize.search import SearchSettings
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script

CALLED: Final = (Word.ROBUST, Word.PROMISING)


@dataclass(frozen=True)
class Kind:
    """One kind of market. seeds: how many the table of the documents has; asked: what it must show, in words."""

    title: str
    seeds: int
    asked: str
    families: bool
    make: Callable[[int], Case]


def _artefact(seed: int) -> Case:
    return artefact(seed, minutes=(60, 15)[seed // 2 % 2], spread=seed % 2 == 0)


def _noise(seed: int) -> Case:
    return simulated_noise(seed // 2) if seed % 2 else real_noise(seed // 2)


KINDS: Final[Mapping[str, Kind]] = {
    "planted": Kind("planted edge, one script", 40, "at least 36 called", False, planted_edge),
    "uneven": Kind("planted edge, its luck left uneven", 40, "", False, lambda seed: planted_edge(seed, stretches=1)),
    "noise": Kind("noise, all families", 200, "at most 5 % called", True, _noise),
    "script-noise": Kind("noise, one script", 100, "at most 5 % called", False, script_noise),
    "artefact": Kind("the bid's dip at 17:00", 40, "none called", False, _artefact),
}


@dataclass(frozen=True)
class Found:
    """What one run said. words: of the run or script first, then of each delivered strategy."""

    kind: str
    seed: int
    case: str
    words: tuple[str, ...]
    reasons: tuple[str, ...]
    checks: tuple[tuple[str, float, str], ...]
    seconds: float

    @property
    def word(self) -> Word:
        """The best of them: a reader acts on the best that is offered."""
        order = list(Word)
        return min((Word(word) for word in self.words), key=order.index)

    @property
    def called(self) -> bool:
        return self.word in CALLED


def run_seed(kind: str, seed: int, budget: str) -> Found:
    """One market through the product, on one thread."""
    case = KINDS[kind].make(seed)
    walk = _families if KINDS[kind].families else _script
    start = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        judgements, checks = walk(case, seed, budget, Path(folder))
    words = tuple(one.word.value for one in judgements)
    return Found(kind, seed, case.name, words, judgements[0].reasons, checks, time.perf_counter() - start)


_Checks = tuple[tuple[str, float, str], ...]


def _script(case: Case, seed: int, budget: str, folder: Path) -> tuple[list[Judgement], _Checks]:
    """As ``optimize`` does it."""
    program = compile_script(check(case.script), case.name)
    costs = script_costs(case.bars.symbol, program.settings, None, case.loaded.median_spread, own=False)
    experiment = ScriptExperiment(
        path=folder / "script.pine",
        source=case.script,
        own=program.settings,
        program=program,
        loaded=case.loaded,
        costs=costs,
        settings=SearchSettings(trials=TRIALS[budget], seed=seed),
        machine=budget_for(detect(), 1),
        asked=Asked(),
    )
    result = experiment.run(folder).result
    assert result.judgement is not None
    assert result.proof is not None
    return [result.judgement], tuple((one.name, one.value, one.outcome.value) for one in result.proof.checks)


def _families(case: Case, seed: int, budget: str, folder: Path) -> tuple[list[Judgement], _Checks]:
    """As ``run`` does it."""
    runner = ExperimentRunner(case.loaded, budget, seed, budget_for(detect(), 1), folder)
    result = runner.run().result
    assert result.judgement is not None
    checks = result.delivered[0].proof.checks if result.delivered else ()
    judgements = [result.judgement, *(one.judgement for one in result.delivered)]
    return judgements, tuple((one.name, one.value, one.outcome.value) for one in checks)


def run_all(wanted: Sequence[tuple[str, int]], budget: str, jobs: int) -> Iterator[Found]:
    """All markets, one process for each of ``jobs``, in the order in which they end."""
    if jobs == 1:
        yield from (run_seed(kind, seed, budget) for kind, seed in wanted)
        return
    with ProcessPoolExecutor(jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        waiting = [pool.submit(run_seed, kind, seed, budget) for kind, seed in wanted]
        for done in as_completed(waiting):
            yield done.result()


def interval(count: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Clopper and Pearson's interval of a share, 0 to 1; (0, 1) of nothing."""
    from scipy.special import betaincinv

    tail = (1 - level) / 2
    low = 0.0 if count == 0 else float(betaincinv(count, total - count + 1, tail))
    high = 1.0 if count == total else float(betaincinv(count + 1, total - count, 1 - tail))
    return low, high


def rows(found: Iterable[Found]) -> list[tuple[str, ...]]:
    """The table: a row for each kind that was run, in the order of ``KINDS``."""
    known = list(found)
    table = []
    for name, kind in KINDS.items():
        runs = [one for one in known if one.kind == name]
        if not runs:
            continue
        counts = [str(sum(one.word is word for one in runs)) for word in Word]
        called = sum(one.called for one in runs)
        low, high = interval(called, len(runs))
        share = f"{called} ({100 * low:.1f} to {100 * high:.1f} %)"
        seconds = sorted(one.seconds for one in runs)[len(runs) // 2]
        table.append((kind.title, str(len(runs)), *counts, share, kind.asked, f"{seconds:.1f} s"))
    return table


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seeds", type=int, help="so many of each kind; by default those of the documents")
    options.add_argument("--from", type=int, default=0, dest="first", help="first seed")
    options.add_argument("--kinds", nargs="+", choices=list(KINDS), default=list(KINDS))
    options.add_argument("--jobs", type=int, default=detect().processor.usable)
    options.add_argument("--budget", default="small", help="of each search: small, normal or large")
    options.add_argument("--markdown", action="store_true", help="the table as the documents have it")
    options.add_argument("--details", type=Path, help="a file for one line of JSON a run")
    chosen = options.parse_args()
    wanted = [
        (kind, seed)
        for kind in chosen.kinds
        for seed in range(chosen.first, chosen.first + (chosen.seeds or KINDS[kind].seeds))
    ]
    found = []
    for one in run_all(wanted, chosen.budget, chosen.jobs):
        found.append(one)
        if chosen.details is not None:
            with chosen.details.open("a", encoding="utf-8") as file:
                file.write(json.dumps({**vars(one), "word": one.word.value}) + "\n")
    heads = ("market", "seeds", *(word.value for word in Word), "called (95 % interval)", "asked", "a run")
    emit(f"{machine()}; budget {chosen.budget}, {chosen.jobs} processes of one thread")
    if chosen.markdown:
        for row in (heads, ["---"] * len(heads), *rows(found)):
            emit(f"| {' | '.join(row)} |")
    else:
        emit_table(heads, rows(found))


if __name__ == "__main__":
    main()
