"""The body of ``run`` and ``optimize``: plan told, search shown, results written, or what was done so far kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pinewright.app import output, texts
from pinewright.app.experiment import MICRO_LOT, Account, ExperimentRunner, Plan, default_capital
from pinewright.app.optimizing import ScriptExperiment
from pinewright.app.progress import search_progress, stop_on_interrupt
from pinewright.app.report.document import report_document
from pinewright.app.report.model import Report
from pinewright.app.report.reporter import write_report
from pinewright.app.reporting import Frame, run_report
from pinewright.app.workspace import Workspace
from pinewright.data.simulate import CAUTION
from pinewright.data.source import Loaded
from pinewright.generate.spelling import spell_float
from pinewright.machine.resources import Machine, budget_for, detect
from pinewright.market import Symbol
from pinewright.optimize.split import Part, Split
from pinewright.settings import ConfigurationManager

STOPPED: Final = 130


@dataclass(frozen=True)
class RunRequest:
    """What a command line asked for. quiet: nothing is told but errors (``--json``)."""

    loaded: Loaded
    manager: ConfigurationManager
    costs_given: float | None
    command: str
    quiet: bool = False


@dataclass(frozen=True)
class Finished:
    """How it ended: exit code, and what ``--json`` prints."""

    exit_code: int
    document: dict[str, object] | None


def run_families(request: RunRequest) -> Finished:
    """``run``: five scripts and a report in the folder, or exit code 130 with the search kept."""
    settings = request.manager.settings
    bars = request.loaded.bars
    name = f"{bars.symbol.name}_{bars.timeframe}_seed{settings.seed}"
    workspace = Workspace(settings.out or Path("runs") / name)
    machine = detect(settings.cache_dir)
    budget = budget_for(machine, settings.threads)
    account = _account(request)
    runner = ExperimentRunner(
        request.loaded,
        settings.budget,
        settings.seed,
        budget,
        workspace.state,
        account,
        request.costs_given,
        settings.cache_dir,
    )
    plan = runner.plan()
    workspace.prepare()
    if not request.quiet:
        _tell_data(request)
        _tell_account(account, bars.symbol)
        _tell_plan(plan, budget.threads)
    with stop_on_interrupt(runner.stop), search_progress(request.quiet) as show:
        outcome = runner.run(show)
    if outcome.result.interrupted:
        done = sum(one.trials for one in outcome.result.families)
        return _interrupted(done, plan.trials, workspace)
    first = outcome.deliveries[0].file_name
    simulated = texts.NEXT_BARS
    frame = Frame(
        title=texts.RUN_TITLE.format(symbol=bars.symbol.name, timeframe=bars.timeframe),
        command=request.command,
        next_command=simulated if bars.invented else texts.NEXT_TEST.format(script=workspace.folder / first),
        seed=settings.seed,
        loaded=request.loaded,
        costs=outcome.costs,
        capital=account.capital,
        settings=request.manager.rows(),
        machine=machine,
        threads=budget.threads,
        seconds=outcome.seconds,
    )
    report = run_report(frame, outcome.result, outcome.deliveries)
    scripts = {one.file_name: one.text for one in outcome.deliveries}
    return _write(report, request, workspace, scripts)


def run_script(request: RunRequest, experiment: ScriptExperiment, machine: Machine) -> Finished:
    """``optimize``: the script with better defaults and a report, or the word that nothing is better."""
    settings = request.manager.settings
    workspace = Workspace(settings.out or Path("runs") / experiment.path.stem)
    experiment.check()
    workspace.refuse_to_replace(experiment.path)
    workspace.prepare()
    if not request.quiet:
        _tell_data(request)
        _tell_script_plan(experiment)
    with stop_on_interrupt(experiment.stop), search_progress(request.quiet) as show:
        outcome = experiment.run(
            workspace.state, lambda done, planned, best: show(experiment.title, done, planned, best)
        )
    if outcome.result.interrupted:
        return _interrupted(outcome.result.family.trials, experiment.trials, workspace)
    frame = Frame(
        title=texts.OPTIMIZE_TITLE.format(title=experiment.title),
        command=request.command,
        next_command=texts.NEXT_TEST.format(
            script=workspace.folder / experiment.path.name if outcome.scripts else experiment.path
        ),
        seed=settings.seed,
        loaded=request.loaded,
        costs=experiment.costs,
        capital=experiment.account.initial_capital,
        settings=request.manager.rows(),
        machine=machine,
        threads=experiment.machine.threads,
        seconds=outcome.seconds,
    )
    finished = _write(outcome.report(frame), request, workspace, outcome.scripts)
    if not request.quiet:
        if not outcome.result.accepted:
            output.message(texts.UNCHANGED)
        if not experiment.costs.declared:
            commission = spell_float(experiment.costs.commission)
            output.message(texts.COSTS_NOT_DECLARED.format(words=experiment.costs.words, commission=commission))
    return finished


def _tell_data(request: RunRequest) -> None:
    bars = request.loaded.bars
    if bars.invented:
        output.emit(CAUTION)
        output.message(texts.SIMULATED)
    if request.loaded.report is not None:
        output.message(request.loaded.report.one_line())
    output.message(texts.DATA_LINE.format(line=bars.description))
    output.message(texts.QUALITY_LINE.format(line=request.loaded.quality.one_line()))


def _account(request: RunRequest) -> Account:
    """The account of the settings; a capital that nobody chose is one that the quote currency can trade with."""
    settings = request.manager.settings
    capital = settings.capital
    if request.manager.origin("capital") == "default":
        capital = default_capital(request.loaded.bars.symbol, capital)
    return Account(capital, settings.risk_percent, settings.margin_ratio, settings.rollover)


def _tell_account(account: Account, symbol: Symbol) -> None:
    output.message(
        texts.ACCOUNT_LINE.format(
            capital=account.capital,
            currency=symbol.quote,
            risk=account.risk_percent,
            lot=symbol.lot * MICRO_LOT,
            leverage=account.leverage,
        )
    )


def _tell_plan(plan: Plan, threads: int) -> None:
    output.message(texts.COSTS_LINE.format(words=plan.costs.words, origin=plan.costs.origin))
    output.message(
        texts.PLAN_RUN.format(
            families=plan.families,
            trials=plan.trials,
            bars=plan.bars,
            threads=texts.plural(texts.THREADS, threads),
            seconds=math.ceil(plan.seconds),
        )
    )
    _tell_parts(plan.parts)


def _tell_script_plan(experiment: ScriptExperiment) -> None:
    output.message(texts.COSTS_LINE.format(words=experiment.costs.words, origin=experiment.costs.origin))
    bars = experiment.loaded.bars
    output.message(
        texts.PLAN_SCRIPT.format(
            inputs=texts.plural(texts.INPUTS_VARY, len(experiment.space.dimensions)),
            trials=experiment.trials,
            bars=len(bars) - bars.warmup,
            threads=texts.plural(texts.THREADS, experiment.machine.threads),
            seconds=math.ceil(experiment.seconds),
        )
    )
    _tell_parts(experiment.parts)


def _tell_parts(parts: Split) -> None:
    output.message(
        texts.PLAN_PARTS.format(
            search=_part(parts.search), selection=_part(parts.selection), locked=_part(parts.locked)
        )
    )


def _part(part: Part) -> str:
    days = texts.plural(texts.TRADING_DAYS, part.days)
    return texts.PLAN_PART.format(start=output.utc(part.start)[:10], end=output.utc(part.end)[:10], days=days)


def _interrupted(done: int, planned: int, workspace: Workspace) -> Finished:
    output.message(texts.INTERRUPTED.format(done=done, planned=planned, folder=workspace.state))
    return Finished(STOPPED, {"interrupted": True, "trials": done, "planned": planned, "state": str(workspace.state)})


def _write(report: Report, request: RunRequest, workspace: Workspace, scripts: Mapping[str, str]) -> Finished:
    earlier = set(workspace.scripts()) - set(scripts)
    written = write_report(report, request.loaded.bars, workspace.folder, scripts)
    # A folder holds the scripts of one report: those of an earlier one would be taken for its own.
    removed = workspace.remove(earlier)
    if not request.quiet:
        output.emit("")
        for sentence in report.facts.verdict:
            output.emit(sentence)
        output.emit("")
        output.message(texts.WROTE.format(files=", ".join(str(path) for path in written)))
        if removed:
            output.message(texts.REMOVED.format(files=", ".join(str(path) for path in removed)))
        output.message(texts.OPEN_REPORT.format(path=workspace.folder / "report.html"))
    document: dict[str, object] = {"files": [str(path) for path in written], "report": report_document(report)}
    return Finished(0, document)
