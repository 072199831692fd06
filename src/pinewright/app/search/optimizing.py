"""Somebody's own script: its inputs searched, the same script given back with better defaults, or as it was."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property, partial
from pathlib import Path
from threading import Event

import numpy as np

from pinewright.app.backtests.evaluation import EngineEvaluator, bars_key, column_cache
from pinewright.app.backtests.witness import EngineWitness
from pinewright.app.charts.sightings import Sightings
from pinewright.app.given.costs import Costs
from pinewright.app.report import model
from pinewright.app.report.rules import rules_of
from pinewright.app.search.brought import check_defaults
from pinewright.app.search.earlier import Earlier, run_key
from pinewright.app.search.experiment import BAR_SECONDS
from pinewright.app.search.head import head_lines
from pinewright.app.search.monitor import OptimizationProgressMonitor
from pinewright.app.search.reporting import Frame, Tested, facts_of, hand_off, luck_figures, strategy
from pinewright.app.words import optimize as words
from pinewright.backtest.execution import Swap
from pinewright.backtest.parameters import checked, defaults
from pinewright.data.source import Loaded
from pinewright.errors import SearchError
from pinewright.generate import with_defaults
from pinewright.generate.handed_back import hand_back, strategy_arguments
from pinewright.generate.wrap import indicator_with_defaults
from pinewright.machine.resources import Budget
from pinewright.market import Bars, Trades
from pinewright.optimize.asked import Asked
from pinewright.optimize.bring import optimize_script
from pinewright.optimize.checks import STANDARDS, Standards
from pinewright.optimize.evaluation import Evaluator
from pinewright.optimize.judge import Terms
from pinewright.optimize.results import Candidate, PartResult, ScriptResult
from pinewright.optimize.sample import most_redrawn
from pinewright.optimize.search import Progress, SearchSettings
from pinewright.optimize.select import most_neighbours
from pinewright.optimize.space import Space
from pinewright.optimize.space_file import write_space
from pinewright.optimize.split import Split, split
from pinewright.optimize.statistics import Interval, interval
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import Program, StrategySettings


@dataclass(frozen=True)
class Wrapped:
    """An indicator that was brought: its own text, and the strategy ``script`` that it was wrapped as."""

    source: str
    script: str


@dataclass
class ScriptExperiment:
    """The search of one script.

    source: the strategy's text; own: the account as the script itself declares it; program: with the costs and account
    arguments that the user gave. asked: what varies; settings: how it is searched. opposite: bars of the other side,
    where the data have it. wrapped: where an indicator was brought. engine: ``threads`` or ``ray``.
    """

    path: Path
    source: str
    own: StrategySettings
    program: Program
    loaded: Loaded
    costs: Costs
    settings: SearchSettings
    machine: Budget
    asked: Asked
    cache_dir: Path | None = None
    ledger: Path | None = None
    command: str = ""
    timezone: str | None = None
    swap: Swap | None = None
    opposite: Bars | None = None
    standards: Standards = STANDARDS
    wrapped: Wrapped | None = None
    engine: str = "threads"
    stop: Event = field(default_factory=Event)
    seconds: list[tuple[str, float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._columns = column_cache(self.machine, self.loaded.bars)

    def check(self) -> None:
        """Raise what speaks against a search before anything is written: no input that varies, bars too few, a default
        out of its own range or written as a formula, which could not be replaced.
        """
        _ = self.parts
        check_defaults(self.program, self.path)
        checked(self.program, defaults(self.program))
        changed = defaults(self.program)
        for dimension in self.space.dimensions:
            changed[dimension.column] = next(value for value in dimension.grid if value != changed[dimension.column])
        with_defaults(self.source, self.program.inputs, changed.tolist())
        if self.wrapped is not None:
            indicator_with_defaults(self.wrapped.source, self.wrapped.script, self.program.inputs, changed.tolist())

    @property
    def title(self) -> str:
        return self.program.settings.title or self.path.stem

    @property
    def script_name(self) -> str:
        """File name of the strategy: the script's own, another one beside the indicator that it was made of."""
        return self.path.name if self.wrapped is None else f"{self.path.stem}_strategy{self.path.suffix}"

    @property
    def account(self) -> StrategySettings:
        return self.costs.applied(self.program.settings)

    @cached_property
    def space(self) -> Space:
        return self.asked.space(self.program.inputs)

    @cached_property
    def parts(self) -> Split:
        return split(self.loaded.bars)

    @property
    def trials(self) -> int:
        """Parameter sets to try: those that were asked for, or all there are."""
        return min(self.settings.trials, self.space.grid_size)

    @property
    def beside(self) -> int:
        """Sets that the evidence runs besides at most: neighbours of the best, and those that it draws anew."""
        space = self.space
        neighbours = most_neighbours(sum(dimension.size >= 3 for dimension in space.dimensions))
        return min(neighbours, space.grid_size - self.trials) + min(most_redrawn(self.settings), space.grid_size)

    @property
    def expected_seconds(self) -> float:
        """About how long the search takes; for the plan that is told first."""
        return self.trials * self.parts.search.last * BAR_SECONDS / self.machine.threads + 1.0

    def run(self, folder: Path, monitor: OptimizationProgressMonitor | None = None) -> ScriptOutcome:
        """Search and judge. The new defaults are checked: the script's text must trade as its program did."""
        evaluator = self._evaluator(self.program, self.account, bars_key(self.loaded.bars))
        wanted = replace(self.settings, trials=self.trials)
        key = run_key([evaluator], [self.space], self.parts, wanted)
        earlier = Earlier(self.ledger, key, self.loaded.bars, self.parts, self.command, (self.title,), wanted.seed)
        terms = Terms(self.loaded.bars.symbol.quote, self.standards, earlier.opening)
        witness = EngineWitness(evaluator, self.costs, self.swap, self.opposite)
        with self._step("search and evidence"), self._searcher(evaluator) as searcher:
            searched, told = self._watched(searcher, wanted, monitor)
            result = optimize_script(
                self.program,
                self.space,
                searched,
                self.parts,
                wanted,
                terms=terms,
                witness=witness,
                progress=told,
                step=None if monitor is None else monitor.begin,
                stop=self.stop,
                folder=folder,
            )
        if result.interrupted:
            earlier.stopped(result.family.trials)
        scripts = {}
        if result.better:
            with self._step("deliver"):
                scripts = self._scripts(result, evaluator)
        return ScriptOutcome(self, result, evaluator, scripts, tuple(self.seconds))

    @contextmanager
    def _searcher(self, evaluator: EngineEvaluator) -> Iterator[Evaluator]:
        """The evaluator that searches: this one, or one that spreads its batches over the workers of Ray."""
        if self.engine != "ray":
            yield evaluator
            return
        from pinewright.app.backtests.ray_engine import RayEvaluator

        with RayEvaluator(
            evaluator,
            self.source,
            str(self.path),
            cache_dir=self.cache_dir,
            timezone=self.timezone,
            address=os.environ.get("RAY_ADDRESS"),
        ) as spread:
            yield spread

    def _watched(
        self, evaluator: Evaluator, settings: SearchSettings, monitor: OptimizationProgressMonitor | None
    ) -> tuple[Evaluator, Progress | None]:
        """The evaluator and the progress of the search, as the monitor follows them."""
        if monitor is None:
            return evaluator, None
        names = tuple(item.name for item in self.program.inputs)
        vary = [dimension.name for dimension in self.space.dimensions]
        watched = monitor.watch(evaluator, self.title, names, self.parts, settings.objective, vary)
        return watched, partial(monitor, self.title)

    def _scripts(self, result: ScriptResult, evaluator: EngineEvaluator) -> dict[str, str]:
        """What is handed over, by file name; each text trades as it was tested."""
        values, arguments = result.parameters, strategy_arguments(self.own, self.account)
        assert result.judgement is not None
        comment = head_lines(
            self.loaded.bars,
            self.timezone,
            self.costs,
            self.program.inputs,
            values,
            result.judgement,
            seed=result.seed,
            trials=result.family.trials,
        )
        text = hand_back(self.source, self.program.inputs, values, arguments, comment)
        self._prove(text, evaluator, result)
        if self.wrapped is None:
            return {self.path.name: text}
        indicator = indicator_with_defaults(self.wrapped.source, self.wrapped.script, self.program.inputs, values)
        return {self.script_name: text, self.path.name: hand_back(indicator, (), (), {}, comment)}

    def _evaluator(self, program: Program, account: StrategySettings, bars_hash: str = "") -> EngineEvaluator:
        return EngineEvaluator(
            program,
            self.loaded.bars,
            account,
            bars_hash=bars_hash,
            threads=self.machine.threads,
            columns=self._columns,
            cache_dir=self.cache_dir,
            stop=self.stop,
            timezone=self.timezone,
        )

    def _prove(self, text: str, evaluator: EngineEvaluator, result: ScriptResult) -> None:
        """The text as it is handed over, with what it says of itself and nothing else, over all bars."""
        program = compile_script(check(text), str(self.path))
        wanted = np.array([result.parameters])
        last = len(self.loaded.bars)
        first = self.loaded.bars.warmup
        alone = self._evaluator(program, program.settings)
        new = alone.evaluate(defaults(program)[None, :], first, last).values
        old = evaluator.evaluate(wanted, first, last).values
        if not np.array_equal(new, old, equal_nan=True):
            raise SearchError(
                "the rewritten script does not trade as its search did",
                where=str(self.path),
                hint="this is a defect of Pinewright: please report it with the script",
            )

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        self.seconds.append((name, time.perf_counter() - begin))


@dataclass(frozen=True)
class ScriptOutcome:
    """What the search of a script made; ``scripts`` is empty when the script stays as it is."""

    experiment: ScriptExperiment
    result: ScriptResult
    evaluator: EngineEvaluator
    scripts: dict[str, str]
    seconds: tuple[tuple[str, float], ...]

    @property
    def space_file(self) -> str:
        """The space that was searched, as TOML."""
        return write_space(self.experiment.space, self.experiment.program.inputs)

    def report(self, frame: Frame) -> model.OptimizeReport:
        """The report: default against found inputs on the three parts."""
        result = self.result
        assert result.default is not None
        assert result.default_locked is not None
        default = self._strategy(result.default, result.default_locked, words.DEFAULT_INPUTS, 2 if result.better else 1)
        found = None
        if result.best is not None and result.best_locked is not None:
            found = self._strategy(result.best, result.best_locked, words.FOUND_INPUTS, 1 if result.better else 2)
            found = replace(found, proof=result.proof, judgement=result.judgement)
        difference = result.difference
        gain = None
        if result.best_locked is not None:
            gain = result.best_locked.net_profit - result.default_locked.net_profit
        facts = facts_of(frame, result.split, result.family, result.prior, result.verdict)
        return model.OptimizeReport(
            facts=replace(facts, judgement=result.judgement, openings=result.prior.openings),
            script=self.experiment.path.name,
            better=result.better,
            default=default,
            found=found,
            gain=gain,
            gain_interval=None
            if difference is None
            else model.Interval(difference.low, difference.high, difference.level, difference.method),
            landscape=result.landscape,
        )

    def _code(self, candidate: Candidate) -> tuple[str, str]:
        """The script with these inputs, and its name: as it was handed back, as it was brought, or as it would be."""
        experiment, values = self.experiment, candidate.parameters
        if self.result.better and self.result.best is candidate:
            name, text = next(iter(self.scripts.items()))
            return text, name
        arguments = strategy_arguments(experiment.own, experiment.account)
        return hand_back(experiment.source, experiment.program.inputs, values, arguments, ()), experiment.script_name

    def _strategy(self, candidate: Candidate, locked: PartResult, name: str, rank: int) -> model.StrategyResult:
        parts = (candidate.search, candidate.selection, locked)
        engine = self.evaluator.engine
        values: Sequence[float] = candidate.parameters
        trades: list[Trades] = [engine.trades(values, first=p.part.first, last=p.part.last) for p in parts]
        span: Interval = interval(locked.daily, seed=self.result.seed)
        tested = Tested(
            self.experiment.program,
            values,
            parts,
            (trades[0], trades[1], trades[2]),
            engine.trades(values),
            span,
            self.experiment.space,
        )
        code, file_name = self._code(candidate)
        return strategy(
            tested,
            self.experiment.loaded.bars,
            self.experiment.account.initial_capital,
            rank=rank,
            name=f"{self.experiment.title}, {name}",
            family_name=self.experiment.title,
            file_name=file_name,
            candidate=candidate,
            rules=rules_of(code),
            hand_off=hand_off(code, file_name, tested.trades, self.experiment.loaded.bars, dated=False),
            figures=luck_figures(self.result.deflated) if rank == 1 else (),
            seen=Sightings.over(self.experiment.loaded.bars, [tested.trades]).seen(tested.trades),
        )
