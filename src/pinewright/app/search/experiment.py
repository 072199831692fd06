"""`ExperimentRunner`: the whole way by one command, from bars to five checked scripts and a report.

bars -> costs -> a script for each family -> search, selection, locked part -> five scripts, proven -> report
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from threading import Event
from typing import Final

from pinewright.app.backtests.evaluation import DATES, EngineEvaluator, bars_key, column_cache
from pinewright.app.backtests.witness import EngineWitness
from pinewright.app.given.costs import Costs, market_costs
from pinewright.app.search.ahead import Ahead
from pinewright.app.search.brought import BroughtScript
from pinewright.app.search.confirming import VisualConfirmation, reasons_of
from pinewright.app.search.delivery import Delivery, deliver, deliver_script
from pinewright.app.search.earlier import Earlier, run_key
from pinewright.app.search.head import head_lines
from pinewright.app.search.monitor import OptimizationProgressMonitor
from pinewright.backtest.columns import ColumnCache
from pinewright.data.source import Loaded
from pinewright.errors import SearchError
from pinewright.generate import FAMILIES, Family, ScriptSettings, render
from pinewright.machine.resources import Budget
from pinewright.market import Bars, Symbol
from pinewright.optimize.checks import STANDARDS, Standards
from pinewright.optimize.judge import Terms
from pinewright.optimize.objective import OBJECTIVES, Objective
from pinewright.optimize.results import Delivered, RunResult
from pinewright.optimize.run import Job, search_families
from pinewright.optimize.search import SearchSettings
from pinewright.optimize.select import most_neighbours
from pinewright.optimize.space import Space
from pinewright.optimize.split import Split, split
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import InputKind, Program

TRIALS: Final = {"small": 256, "normal": 1_024, "large": 8_192}
"""Parameter sets for each family."""
MICRO_LOT: Final = 0.01
"""Sizes are whole multiples of this share of a standard lot: 1,000 units in FX, an ounce of gold, 0.01 bitcoin."""
SMALL_UNITS: Final = {"JPY": 100.0}
"""Quote currencies of which so many make about one dollar: an account of 10,000 yen could not pay for one micro lot."""
BAR_SECONDS: Final = 20e-9
"""About what one bar of one backtest costs on one thread: for the plan that is told first, not for any decision."""


@dataclass(frozen=True)
class Account:
    """Money and rules that all generated scripts share."""

    capital: float = 10_000.0
    risk_percent: float = 0.5
    leverage: float = 30.0
    rollover: bool = False


def default_capital(symbol: Symbol, capital: float = 10_000.0) -> float:
    """Initial capital in the symbol's quote currency where nobody chose one: about as much as in dollars."""
    return capital * SMALL_UNITS.get(symbol.quote, 1.0)


@dataclass(frozen=True)
class Plan:
    """What a run will do, before it does it. beside: sets that the evidence runs besides its trials at most."""

    families: int
    trials: int
    beside: int
    bars: int
    seconds: float
    parts: Split
    costs: Costs


@dataclass(frozen=True)
class Outcome:
    """What a run made. ``deliveries`` are empty when it was interrupted; ``seconds`` by step."""

    result: RunResult
    costs: Costs
    deliveries: tuple[Delivery, ...]
    seconds: tuple[tuple[str, float], ...]


@dataclass
class ExperimentRunner:
    """One run. ``folder`` keeps the state of the search, so that the same run goes on where it was stopped.

    A set ``stop`` ends the search after the batch at hand. The same bars, budget and seed give the same scripts byte
    for byte, on any number of threads. ``ahead``, which the command line gives, has other processes compile what comes
    later.
    """

    loaded: Loaded
    budget: str
    seed: int
    machine: Budget
    folder: Path
    account: Account = field(default_factory=Account)
    costs_given: float | None = None
    cache_dir: Path | None = None
    stop: Event = field(default_factory=Event)
    families: tuple[Family, ...] = tuple(FAMILIES.values())
    brought: tuple[BroughtScript, ...] = ()
    opposite: Bars | None = None
    ledger: Path | None = None
    command: str = ""
    weights: Mapping[str, float] | None = None
    standards: Standards = STANDARDS
    ahead: Ahead | None = None
    _seconds: list[tuple[str, float]] = field(default_factory=list)

    def plan(self) -> Plan:
        """The plan; SearchError where the bars are too few for three parts."""
        bars = self.loaded.bars
        parts = split(bars)
        costs = self._costs()
        # What cannot be written is told now, before anything is searched or put on disk.
        self._texts(self._script_settings(costs))
        count = len(self.families) + len(self.brought)
        if count == 0:
            raise SearchError("there is nothing to search", hint="name a family with --family, or bring a --script")
        trials = TRIALS[self.budget] * count
        seconds = trials * parts.search.last * BAR_SECONDS / self.machine.threads + count
        return Plan(count, trials, self._beside(), len(bars) - bars.warmup, seconds, parts, costs)

    def _beside(self) -> int:
        """Neighbours of the best of each search, which the evidence runs at most."""
        graded = [
            sum(item.varies and item.kind is not InputKind.BOOL for item in family.inputs) for family in self.families
        ]
        spaces = [Space.of(script.program.inputs) for script in self.brought]
        graded += [sum(dimension.size >= 3 for dimension in space.dimensions) for space in spaces]
        return sum(most_neighbours(inputs) for inputs in graded)

    def run(self, monitor: OptimizationProgressMonitor | None = None) -> Outcome:
        """Search, select, open the locked part once, write the five scripts."""
        costs = self._costs()
        parts = split(self.loaded.bars)
        with self._step("compile"):
            settings = self._script_settings(costs)
            jobs = self._jobs(settings, costs)
            if monitor is not None:
                jobs = [_watched(job, monitor, parts, OBJECTIVES["t_statistic"]) for job in jobs]
        wanted = SearchSettings(trials=TRIALS[self.budget], seed=self.seed)
        earlier = self._earlier(jobs, parts, wanted)
        with self._step("search"):
            result = search_families(
                jobs,
                parts,
                wanted,
                terms=Terms(self.loaded.bars.symbol.quote, self.standards, earlier.opening),
                weights=self.weights,
                sources={"visual_confirmation": self._confirmation(jobs, parts)},
                progress=monitor,
                step=None if monitor is None else monitor.begin,
                stop=self.stop,
                folder=self.folder,
            )
        if result.interrupted:
            earlier.stopped(result.trials)
        with self._step("deliver"):
            deliveries = tuple(self._delivered(one, settings, costs) for one in result.delivered)
        return Outcome(result, costs, deliveries, tuple(self._seconds))

    def _confirmation(self, jobs: Sequence[Job], parts: Split) -> VisualConfirmation:
        witnesses = {job.family: job.witness for job in jobs if job.witness is not None}
        reasons = reasons_of(self.families)
        return VisualConfirmation(self.loaded.bars, parts, witnesses, self.cache_dir, self.stop, reasons)

    def _delivered(self, one: Delivered, settings: ScriptSettings, costs: Costs) -> Delivery:
        brought = next((script for script in self.brought if script.name == one.candidate.family), None)
        if brought is None:
            return deliver(one, self.loaded.bars, settings, costs, self.seed, self.cache_dir)
        head = head_lines(
            self.loaded.bars,
            None,
            brought.costs,
            brought.program.inputs,
            one.candidate.parameters,
            one.judgement,
            seed=self.seed,
        )
        return deliver_script(one, brought, self.loaded.bars, head, self.cache_dir)

    def _costs(self) -> Costs:
        return market_costs(self.loaded.bars.symbol, self.costs_given, self.loaded.median_spread)

    def _script_settings(self, costs: Costs) -> ScriptSettings:
        bars = self.loaded.bars
        return ScriptSettings(
            timeframe=bars.timeframe,
            commission=costs.commission,
            symbol=bars.symbol.name,
            currency=bars.symbol.quote,
            initial_capital=self.account.capital,
            rollover=self.account.rollover,
            lot_step=bars.symbol.lot * MICRO_LOT,
            leverage=self.account.leverage,
        )

    def _texts(self, settings: ScriptSettings) -> list[tuple[Family, str]]:
        risk = {"riskPercent": self.account.risk_percent}
        return [(family, render(family, risk, settings)) for family in self.families]

    def _earlier(self, jobs: Sequence[Job], parts: Split, settings: SearchSettings) -> Earlier:
        key = run_key([job.evaluator for job in jobs], [job.space for job in jobs], parts, settings)
        names = tuple(job.family for job in jobs)
        return Earlier(self.ledger, key, self.loaded.bars, parts, self.command, names, self.seed)

    def _jobs(self, settings: ScriptSettings, costs: Costs) -> list[Job]:
        key = bars_key(self.loaded.bars)
        columns = column_cache(self.machine, self.loaded.bars)
        jobs = []
        texts = self._texts(settings)
        programs = [compile_script(check(text), family.name) for family, text in texts]
        if self.ahead is not None:
            self.ahead.begin(programs, [text for _, text in texts])
        for family, program in zip(self.families, programs, strict=True):
            evaluator = self._evaluator(program, key, columns, DATES)
            witness = EngineWitness(evaluator, costs, opposite=self.opposite)
            jobs.append(
                Job(
                    family.name,
                    program.inputs,
                    evaluator,
                    fixed=family.fixed,
                    ordered=family.ordered,
                    witness=witness,
                )
            )
        for script in self.brought:
            program = replace(script.program, settings=script.account)
            evaluator = self._evaluator(program, key, columns, None)
            witness = EngineWitness(evaluator, script.costs, opposite=self.opposite)
            jobs.append(Job(script.name, program.inputs, evaluator, witness=witness))
        return jobs

    def _evaluator(
        self, program: Program, key: str, columns: ColumnCache, dates: tuple[str, str] | None
    ) -> EngineEvaluator:
        return EngineEvaluator(
            program,
            self.loaded.bars,
            program.settings,
            bars_hash=key,
            threads=self.machine.threads,
            columns=columns,
            cache_dir=self.cache_dir,
            stop=self.stop,
            dates=dates,
        )

    @contextmanager
    def _step(self, name: str) -> Iterator[None]:
        begin = time.perf_counter()
        yield
        self._seconds.append((name, time.perf_counter() - begin))


def _watched(job: Job, monitor: OptimizationProgressMonitor, parts: Split, objective: Objective) -> Job:
    """The job with an evaluator that tells the monitor what it was asked."""
    vary = [dimension.name for dimension in job.space.dimensions]
    return replace(job, evaluator=monitor.watch(job.evaluator, job.family, job.names, parts, objective, vary))
