"""The body of ``run`` and ``optimize``: plan told, search shown, results written, or what was done so far kept."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Final

from pinewright.app.given.loading import BarOptions
from pinewright.app.given.workspace import Workspace
from pinewright.app.report.document import report_document
from pinewright.app.report.model import Report
from pinewright.app.report.reporter import write_report
from pinewright.app.search.ahead import Ahead
from pinewright.app.search.brought import brought_scripts
from pinewright.app.search.experiment import MICRO_LOT, Account, ExperimentRunner, Plan, default_capital
from pinewright.app.search.monitor import ProgressForm, monitoring
from pinewright.app.search.optimizing import ScriptExperiment
from pinewright.app.search.reporting import Frame, run_report
from pinewright.app.terminal import output
from pinewright.app.terminal.progress import stop_on_interrupt
from pinewright.app.words import common as texts
from pinewright.app.words import optimize as words
from pinewright.data.simulate import CAUTION
from pinewright.data.source import Loaded
from pinewright.errors import UsageError, unknown_name_hint
from pinewright.generate import FAMILIES, Family
from pinewright.machine.resources import budget_for, detect
from pinewright.market import Bars, Symbol
from pinewright.optimize.checks import Standards
from pinewright.optimize.criteria import parse_weights
from pinewright.optimize.proof import Judgement
from pinewright.optimize.results import Prior
from pinewright.optimize.split import Part, Split
from pinewright.settings import ConfigurationManager

STOPPED: Final = 130
SPACE_FILE: Final = "space.toml"
"""The space that was searched, written out: to be edited and given back by ``--space``."""
_MOST_OPENINGS: Final = 3


@dataclass(frozen=True)
class RunRequest:
    """What a command line asked for. quiet: nothing is told but errors (``--json``). options: what was said of
    the bars.
    """

    loaded: Loaded
    manager: ConfigurationManager
    costs_given: float | None
    command: str
    quiet: bool = False
    progress: str = "auto"
    opposite: Bars | None = None
    options: BarOptions = field(default_factory=BarOptions)
    families: tuple[Family, ...] = tuple(FAMILIES.values())
    scripts: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Finished:
    """How it ended: exit code, and what ``--json`` prints."""

    exit_code: int
    document: dict[str, object] | None


def _next_test(request: RunRequest, script: Path) -> str:
    """The command that makes the delivered trades again."""
    bars = request.options.arguments(request.loaded.bars.timeframe)
    return texts.NEXT_TEST.format(script=shlex.quote(str(script)), bars=bars)


def run_families(request: RunRequest) -> Finished:
    """``run``: five scripts and a report in the folder, or exit code 130 with the search kept."""
    settings = request.manager.settings
    bars = request.loaded.bars
    name = f"{bars.symbol.name}_{bars.timeframe}_seed{settings.seed}"
    workspace = Workspace(settings.out or Path("runs") / name)
    machine = detect(settings.cache_dir)
    budget = budget_for(machine, settings.threads)
    account = _account(request)
    ahead = Ahead(settings.cache_dir, budget.threads - 1)
    runner = ExperimentRunner(
        request.loaded,
        settings.budget,
        settings.seed,
        budget,
        workspace.state,
        account,
        request.costs_given,
        settings.cache_dir,
        families=request.families,
        brought=brought_scripts(request.scripts, request.loaded, request.costs_given),
        opposite=request.opposite,
        ledger=settings.data_dir / "ledger",
        command=request.command,
        weights=parse_weights(settings.weights),
        standards=Standards(settings.trades_in_sample, settings.trades_locked),
        ahead=ahead,
    )
    form = _form(request)
    plan = runner.plan()
    workspace.prepare()
    if not request.quiet:
        _tell_data(request)
        _tell_account(account, bars.symbol)
        _tell_plan(plan, budget.threads)
    with _alone(workspace, runner.stop), monitoring(form, workspace.folder, quiet=request.quiet) as monitor:
        monitor.started(request.command, bars.description, plan.trials, settings.seed, budget.threads)
        with ahead:
            outcome = runner.run(monitor)
        result = outcome.result
        if result.judgement is None:
            monitor.interrupted(result.trials, plan.trials)
            return _interrupted(result.trials, plan.trials, workspace)
        with monitor.step("report"):
            next_script = workspace.folder / outcome.deliveries[0].file_name
            frame = Frame(
                title=texts.RUN_TITLE.format(symbol=bars.symbol.name, timeframe=bars.timeframe),
                command=request.command,
                next_command=texts.NEXT_BARS if bars.invented else _next_test(request, next_script),
                seed=settings.seed,
                loaded=request.loaded,
                costs=outcome.costs,
                capital=account.capital,
                settings=request.manager.rows(),
                machine=machine,
                threads=budget.threads,
                seconds=outcome.seconds,
            )
            report = run_report(frame, result, outcome.deliveries)
            scripts = {one.file_name: one.text for one in outcome.deliveries}
            written = _write(report, request, workspace, scripts)
        monitor.finished(result.judgement.word.value, result.trials)
    return _told(written, request, workspace, result.judgement, result.prior)


def run_script(request: RunRequest, experiment: ScriptExperiment) -> Finished:
    """``optimize``: the script with better defaults and a report, or the word that nothing is better."""
    settings = request.manager.settings
    workspace = Workspace(settings.out or Path("runs") / experiment.path.stem)
    form = _form(request)
    experiment.check()
    workspace.refuse_to_replace(experiment.path)
    workspace.prepare()
    if not request.quiet:
        _tell_data(request)
        _tell_script_plan(experiment)
    with _alone(workspace, experiment.stop), monitoring(form, workspace.folder, quiet=request.quiet) as monitor:
        threads = experiment.machine.threads
        bars = experiment.loaded.bars
        monitor.started(request.command, bars.description, experiment.trials, settings.seed, threads)
        outcome = experiment.run(workspace.state, monitor)
        result = outcome.result
        if result.judgement is None:
            monitor.interrupted(result.family.trials, experiment.trials)
            return _interrupted(result.family.trials, experiment.trials, workspace)
        with monitor.step("report"):
            script = workspace.folder / next(iter(outcome.scripts)) if outcome.scripts else experiment.path
            frame = Frame(
                title=texts.OPTIMIZE_TITLE.format(title=experiment.title),
                command=request.command,
                next_command=_next_test(request, script),
                seed=settings.seed,
                loaded=request.loaded,
                costs=experiment.costs,
                capital=experiment.account.initial_capital,
                settings=request.manager.rows(),
                machine=detect(settings.cache_dir),
                threads=threads,
                seconds=outcome.seconds,
            )
            written = _write(outcome.report(frame), request, workspace, outcome.scripts, outcome.space_file)
        monitor.finished(result.judgement.word.value, result.family.trials)
    finished = _told(written, request, workspace, result.judgement, result.prior)
    if not request.quiet:
        if result.landscape is not None and result.landscape.influences:
            shares = [
                words.MATTERS_ONE.format(name=one.name, share=100 * one.share) for one in result.landscape.influences
            ]
            output.message(words.MATTERS.format(shares=", ".join(shares)))
        if not outcome.scripts:
            output.message(texts.UNCHANGED)
    return finished


def chosen_families(names: Sequence[str] | None) -> tuple[Family, ...]:
    """The families of these names, all for None; UsageError for an unknown one."""
    if not names:
        return tuple(FAMILIES.values())
    for name in names:
        if name not in FAMILIES:
            hint = unknown_name_hint(name, FAMILIES)
            raise UsageError(words.WRONG_FAMILY.format(name=name), where="--family", hint=hint)
    return tuple(FAMILIES[name] for name in dict.fromkeys(names))


def _form(request: RunRequest) -> ProgressForm:
    """How progress is told; UsageError for an unknown way."""
    legal = [form.value for form in ProgressForm]
    if request.progress not in legal:
        hint = unknown_name_hint(request.progress, legal)
        raise UsageError(words.WRONG_PROGRESS.format(name=request.progress), where="--progress", hint=hint)
    return ProgressForm(request.progress)


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
            beside=_beside(plan.beside),
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
            beside=_beside(experiment.beside),
            bars=len(bars) - bars.warmup,
            threads=texts.plural(texts.THREADS, experiment.machine.threads),
            seconds=math.ceil(experiment.expected_seconds),
        )
    )
    _tell_parts(experiment.parts)


def _beside(count: int) -> str:
    """What the evidence adds to the backtests of a plan."""
    return texts.PLAN_BESIDE.format(count=count) if count else ""


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


@contextmanager
def _alone(workspace: Workspace, stop: Event) -> Iterator[None]:
    """The folder locked for this run, and Ctrl-C as a normal end."""
    with workspace.locked(), stop_on_interrupt(stop):
        yield


@dataclass(frozen=True)
class _Written:
    """What stands in the folder now, and what of an earlier report was taken away."""

    report: Report
    paths: tuple[Path, ...]
    removed: tuple[Path, ...]
    replaced: bool


def _write(
    report: Report, request: RunRequest, workspace: Workspace, scripts: Mapping[str, str], space: str | None = None
) -> _Written:
    earlier = set(workspace.scripts()) - set(scripts)
    replaced = (workspace.folder / "report.json").exists()
    files = dict(scripts) if space is None else {**scripts, SPACE_FILE: space}
    paths = write_report(report, request.loaded.bars, workspace.folder, files)
    # A folder holds the scripts of one report: those of an earlier one would be taken for its own.
    return _Written(report, paths, workspace.remove(earlier), replaced)


def _told(written: _Written, request: RunRequest, workspace: Workspace, judgement: Judgement, prior: Prior) -> Finished:
    """The verdict and the files for people, and the document for ``--json``."""
    if not request.quiet:
        output.emit("")
        output.emit(words.VERDICT.format(word=judgement.word.value))
        for sentence in judgement.reasons:
            output.emit(sentence)
        for change in judgement.changes:
            output.message(words.CHANGES.format(changes=change))
        if prior.trials:
            runs = texts.plural(words.RUNS, prior.runs)
            output.message(words.EARLIER.format(trials=prior.trials, runs=runs))
        if prior.openings:
            more = len(prior.openings) - _MOST_OPENINGS
            latest = [*prior.openings[-_MOST_OPENINGS:], *([words.MORE.format(count=more)] if more > 0 else [])]
            output.message(words.OPENED.format(openings="; ".join(latest)))
        output.emit("")
        output.message(texts.WROTE.format(files=", ".join(str(path) for path in written.paths)))
        if written.replaced:
            output.message(words.REPLACED)
        if written.removed:
            output.message(texts.REMOVED.format(files=", ".join(str(path) for path in written.removed)))
        output.message(texts.OPEN_REPORT.format(path=workspace.folder / "report.html"))
    files = [str(path) for path in written.paths]
    return Finished(0, {"files": files, "report": report_document(written.report)})
