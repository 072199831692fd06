"""Somebody's own script: its inputs searched, the same script given back with better defaults, or as it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

import numpy as np

from pinewright.app.costs import Costs
from pinewright.app.evaluation import EngineEvaluator, bars_key, column_cache
from pinewright.app.experiment import BAR_SECONDS, TRIALS
from pinewright.app.report import model
from pinewright.app.reporting import Frame, Tested, facts_of, luck_figures, strategy
from pinewright.backtest.parameters import checked, defaults
from pinewright.data.source import Loaded
from pinewright.errors import SearchError
from pinewright.generate import with_defaults
from pinewright.machine.resources import Budget
from pinewright.market import Trades
from pinewright.optimize.bring import optimize_script
from pinewright.optimize.results import Candidate, PartResult, ScriptResult
from pinewright.optimize.search import SearchSettings
from pinewright.optimize.space import Space
from pinewright.optimize.split import Split, split
from pinewright.optimize.statistics import Interval, interval
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import Program, StrategySettings


@dataclass
class ScriptExperiment:
    """The search of one script. ``vary`` and ``fixed`` name inputs; ``account`` has the costs in it."""

    path: Path
    source: str
    program: Program
    loaded: Loaded
    costs: Costs
    budget: str
    seed: int
    machine: Budget
    vary: Collection[str] | None = None
    fixed: Collection[str] = ()
    cache_dir: Path | None = None
    timezone: str | None = None
    stop: Event = field(default_factory=Event)

    def __post_init__(self) -> None:
        self._columns = column_cache(self.machine, self.loaded.bars)

    def check(self) -> None:
        """Raise what speaks against a search before anything is written: no input that varies, bars too few, a default
        out of its own range or written as a formula, which could not be replaced.
        """
        _ = self.parts
        checked(self.program, defaults(self.program))
        changed = defaults(self.program)
        for dimension in self.space.dimensions:
            changed[dimension.column] = next(value for value in dimension.grid if value != changed[dimension.column])
        with_defaults(self.source, self.program.inputs, changed.tolist())

    @property
    def title(self) -> str:
        return self.program.settings.title or self.path.stem

    @property
    def account(self) -> StrategySettings:
        return self.costs.applied(self.program.settings)

    @property
    def space(self) -> Space:
        return Space.of(self.program.inputs, fixed=tuple(self.fixed), vary=self.vary)

    @property
    def parts(self) -> Split:
        return split(self.loaded.bars)

    @property
    def trials(self) -> int:
        """Parameter sets to try: those of the budget, or all there are."""
        return min(TRIALS[self.budget], self.space.grid_size)

    @property
    def seconds(self) -> float:
        """About how long the search takes; for the plan that is told first."""
        return self.trials * self.parts.search.last * BAR_SECONDS / self.machine.threads + 1.0

    def run(self, folder: Path, progress: Callable[[int, int, float], None] | None = None) -> ScriptOutcome:
        """Search and judge. The new defaults are checked: the script's text must trade as its program did."""
        begin = time.perf_counter()
        evaluator = self._evaluator(self.program)
        result = optimize_script(
            self.program,
            evaluator,
            self.parts,
            SearchSettings(trials=self.trials, seed=self.seed),
            fixed=self.fixed,
            vary=self.vary,
            currency=self.loaded.bars.symbol.quote,
            progress=progress,
            stop=self.stop,
            folder=folder,
        )
        seconds = time.perf_counter() - begin
        scripts = {}
        if result.accepted:
            text = with_defaults(self.source, self.program.inputs, result.parameters)
            self._prove(text, evaluator, result)
            scripts = {self.path.name: text}
        return ScriptOutcome(self, result, evaluator, scripts, (("search", seconds),))

    def _evaluator(self, program: Program) -> EngineEvaluator:
        return EngineEvaluator(
            program,
            self.loaded.bars,
            self.account,
            bars_hash=bars_key(self.loaded.bars),
            threads=self.machine.threads,
            columns=self._columns,
            cache_dir=self.cache_dir,
            stop=self.stop,
            timezone=self.timezone,
        )

    def _prove(self, text: str, evaluator: EngineEvaluator, result: ScriptResult) -> None:
        program = compile_script(check(text), str(self.path))
        wanted = np.array([result.parameters])
        last = len(self.loaded.bars)
        first = self.loaded.bars.warmup
        new = self._evaluator(program).evaluate(defaults(program)[None, :], first, last).values
        old = evaluator.evaluate(wanted, first, last).values
        if not np.array_equal(new, old, equal_nan=True):
            raise SearchError(
                "the rewritten script does not trade as its search did",
                where=str(self.path),
                hint="this is a defect of Pinewright: please report it with the script",
            )


@dataclass(frozen=True)
class ScriptOutcome:
    """What the search of a script made; ``scripts`` is empty when the script stays as it is."""

    experiment: ScriptExperiment
    result: ScriptResult
    evaluator: EngineEvaluator
    scripts: dict[str, str]
    seconds: tuple[tuple[str, float], ...]

    def report(self, frame: Frame) -> model.OptimizeReport:
        """The report: default against found inputs on the three parts."""
        result = self.result
        assert result.default is not None
        assert result.default_locked is not None
        default = self._strategy(result.default, result.default_locked, "default inputs", 2 if result.accepted else 1)
        found = None
        if result.accepted and result.best is not None and result.best_locked is not None:
            found = self._strategy(result.best, result.best_locked, "found inputs", 1)
        difference = result.difference
        gain = None
        if result.best_locked is not None:
            gain = result.best_locked.net_profit - result.default_locked.net_profit
        return model.OptimizeReport(
            facts=facts_of(frame, result.split, result.family, result.verdict),
            script=self.experiment.path.name,
            better=result.accepted,
            default=default,
            found=found,
            gain=gain,
            gain_interval=None
            if difference is None
            else model.Interval(difference.low, difference.high, difference.level, difference.method),
        )

    def _strategy(self, candidate: Candidate, locked: PartResult, name: str, rank: int) -> model.StrategyResult:
        parts = (candidate.search, candidate.selection, locked)
        engine = self.evaluator.engine
        values = candidate.parameters
        trades: list[Trades] = [engine.trades(values, first=p.part.first, last=p.part.last) for p in parts]
        span: Interval = interval(locked.daily, seed=self.result.seed)
        tested = Tested(
            self.experiment.program, values, parts, (trades[0], trades[1], trades[2]), engine.trades(values), span
        )
        return strategy(
            tested,
            self.experiment.loaded.bars,
            self.experiment.account.initial_capital,
            rank=rank,
            name=f"{self.experiment.title}, {name}",
            family_name=self.experiment.title,
            file_name=self.experiment.path.name,
            candidate=candidate,
            figures=luck_figures(self.result.deflated) if rank == 1 else (),
        )
