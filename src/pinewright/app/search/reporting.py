"""From the results of a search to the frozen values of a report; nothing is computed here but means and sums."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

import pinewright
from pinewright.app.charts.sightings import NOTHING_SEEN, Seen, Sightings
from pinewright.app.given.costs import Costs
from pinewright.app.given.inputs import input_text
from pinewright.app.report import model
from pinewright.app.report.evidence_model import HandOff, Rule
from pinewright.app.report.rules import rules_of
from pinewright.app.search.delivery import Delivery
from pinewright.data.calendar import trading_day, trading_day_start
from pinewright.data.source import Loaded
from pinewright.machine.resources import GIB, Machine
from pinewright.market import Bars, Symbol, Trades
from pinewright.optimize.criteria import KNOWN
from pinewright.optimize.landscape import Landscape
from pinewright.optimize.proof import Judgement, Proof
from pinewright.optimize.results import Candidate, Delivered, FamilySearch, PartResult, Prior, RunResult
from pinewright.optimize.space import Space
from pinewright.optimize.split import Part, Split
from pinewright.optimize.statistics import Interval
from pinewright.program import Program
from pinewright.settings import SettingRow

_INTERVALS = {
    "bootstrap": "block bootstrap of the daily results",
    "t": "Student's t on the daily results: too few days for a bootstrap",
    "none": "too few days",
}


@dataclass(frozen=True)
class Frame:
    """What every report of this call shares."""

    title: str
    command: str
    next_command: str
    seed: int
    loaded: Loaded
    costs: Costs
    capital: float
    settings: Sequence[SettingRow]
    machine: Machine
    threads: int
    seconds: Sequence[tuple[str, float]]


@dataclass(frozen=True)
class Tested:
    """One strategy with its three parts (search, selection, locked), the trades of each, and those over all bars."""

    program: Program
    values: Sequence[float]
    parts: tuple[PartResult, PartResult, PartResult]
    part_trades: tuple[Trades, Trades, Trades]
    trades: Trades
    interval: Interval
    space: Space


def run_report(frame: Frame, result: RunResult, deliveries: Sequence[Delivery]) -> model.RunReport:
    """The report of ``run``."""
    facts = _facts(frame, result.split, result.families, result.prior, result.verdict, _run_notes(result))
    facts = replace(facts, judgement=result.judgement, openings=result.prior.openings)
    sightings = Sightings.over(frame.loaded.bars, (one.trades for one in deliveries))
    return model.RunReport(facts, tuple(_delivered(one, frame, sightings) for one in deliveries))


def facts_of(
    frame: Frame, split: Split, searched: FamilySearch, prior: Prior, verdict: tuple[str, ...]
) -> model.RunFacts:
    """The facts of a report on one script."""
    return _facts(frame, split, (searched,), prior, verdict, _notes(split.limits))


def strategy(
    tested: Tested,
    bars: Bars,
    capital: float,
    *,
    rank: int,
    name: str,
    family_name: str,
    file_name: str,
    candidate: Candidate | None = None,
    figures: tuple[model.Figure, ...] = (),
    summary: str = "",
    rules: tuple[Rule, ...] = (),
    hand_off: HandOff | None = None,
    proof: Proof | None = None,
    judgement: Judgement | None = None,
    landscape: Landscape | None = None,
    seen: Seen = NOTHING_SEEN,
) -> model.StrategyResult:
    """One strategy of a report."""
    metrics = [
        part_metrics(part, trades, bars.symbol) for part, trades in zip(tested.parts, tested.part_trades, strict=True)
    ]
    meanings = {criterion.name: criterion.meaning for criterion in KNOWN}
    return model.StrategyResult(
        rank=rank,
        name=name,
        family=family_name,
        file_name=file_name,
        inputs=_inputs(tested),
        results=model.Results(*metrics),
        interval=_interval(tested.interval),
        equity=_curve(tested.parts, bars, capital),
        trades=tested.trades,
        criteria=tuple(
            model.Criterion(one.name, one.weight, one.place, meanings.get(one.name, ""), one.value)
            for one in (candidate.criteria if candidate else ())
        ),
        figures=figures,
        summary=summary,
        rules=rules,
        hand_off=hand_off,
        proof=proof,
        judgement=judgement,
        landscape=landscape,
        sightings=seen.sightings,
        picture=seen.picture,
    )


def hand_off(code: str, file_name: str, trades: Trades, bars: Bars, *, dated: bool) -> HandOff:
    """The card for TradingView. trades: of one run over all bars behind the warm-up; dated: the script has From and
    To.
    """
    end = int(bars.time[-1]) + bars.timeframe.milliseconds
    return HandOff(code, file_name, trades, int(bars.time[bars.warmup]), end, dated)


def luck_figures(deflated: float, locked_confidence: float | None = None) -> tuple[model.Figure, ...]:
    """The figures that weigh a result against luck."""
    found = []
    if not math.isnan(deflated):
        meaning = "chance that search and selection show more than the best luck of all trials; 0.95 is asked"
        found.append(model.Figure("deflated Sharpe ratio", round(deflated, 3), "", meaning))
    if locked_confidence is not None and not math.isnan(locked_confidence):
        meaning = "chance that the true mean day of the locked part is above zero, from its own days alone"
        found.append(model.Figure("confidence in the locked part", round(locked_confidence, 3), "", meaning))
    return tuple(found)


def _delivered(one: Delivery, frame: Frame, sightings: Sightings) -> model.StrategyResult:
    delivered: Delivered = one.delivered
    parts = (delivered.candidate.search, delivered.candidate.selection, delivered.locked)
    values = [item.default for item in one.program.inputs]
    tested = Tested(one.program, values, parts, one.part_trades, one.trades, delivered.interval, one.space)
    notes = [one.idea]
    if delivered.relaxed:
        notes.append(f"Chosen although {delivered.relaxed}.")
    return strategy(
        tested,
        frame.loaded.bars,
        frame.capital,
        rank=delivered.rank,
        name=one.title,
        family_name=delivered.candidate.family,
        file_name=one.file_name,
        candidate=delivered.candidate,
        figures=luck_figures(delivered.deflated, delivered.locked_confidence),
        summary=" ".join([*notes, *delivered.judgement.reasons]),
        rules=rules_of(one.text),
        hand_off=hand_off(one.text, one.file_name, one.trades, frame.loaded.bars, dated=one.dated),
        proof=delivered.proof,
        judgement=delivered.judgement,
        landscape=delivered.landscape,
        seen=sightings.seen(one.trades, one.patterns),
    )


def _facts(
    frame: Frame,
    split: Split,
    families: Sequence[FamilySearch],
    prior: Prior,
    verdict: tuple[str, ...],
    notes: tuple[model.Note, ...],
) -> model.RunFacts:
    bars = frame.loaded.bars
    quality = frame.loaded.quality
    processor = frame.machine.processor
    return model.RunFacts(
        title=frame.title,
        command=frame.command,
        version=pinewright.__version__,
        seed=frame.seed,
        data=model.DataSummary.of(bars, quality.one_line(), _quality(frame.loaded)),
        costs=model.Costs(frame.costs.pips, frame.costs.words, frame.costs.origin),
        periods=model.Periods(_period(split.search), _period(split.selection), _period(split.locked)),
        trials=model.Trials(
            sum(one.trials for one in families),
            tuple(model.FamilyTrials(one.family, one.trials) for one in families),
            prior.trials,
            prior.runs,
        ),
        verdict=verdict,
        next_command=frame.next_command,
        initial_capital=frame.capital,
        settings=tuple(model.Setting(row.name, str(row.value), row.origin) for row in frame.settings),
        environment=model.Environment(
            cores=frame.threads,
            cpu=processor.name,
            memory_gigabytes=round(frame.machine.memory.usable / GIB, 1),
            platform=frame.machine.system,
            python=frame.machine.python,
        ),
        timing=tuple(model.Step(name, seconds) for name, seconds in frame.seconds),
        method=notes,
    )


def _quality(loaded: Loaded) -> dict[str, object]:
    """The quality report in full and, for a file, how it was understood."""
    found = loaded.quality.as_dict()
    if loaded.report is not None:
        read = loaded.report.as_dict()
        del read["quality"]
        found["file_as_read"] = read
    if loaded.treated is not None:
        found["treatment"] = loaded.treated.as_dict()
    return found


def _run_notes(result: RunResult) -> tuple[model.Note, ...]:
    weights = ", ".join(f"{name.replace('_', ' ')} {100 * weight:.0f} %" for name, weight in result.criteria)
    left_out = f" Not used: {'; '.join(result.unavailable)}." if result.unavailable else ""
    ranking = f"Ranked by {weights}.{left_out}"
    return (model.Note("Ranking", ranking), *_notes(result.split.limits))


def _notes(limits: tuple[str, ...]) -> tuple[model.Note, ...]:
    proof = (
        "Each part starts flat and with the initial capital. Set a delivered script's From to one bar after a part's "
        "start and its To to the part's end, and the strategy tester shows the same trades on the same bars; the head "
        "of the script has these dates for the locked part. The list of trades is that of all parts in one."
    )
    notes = (model.Note("How the parts were tested", proof),)
    return (*notes, model.Note("What this data cannot show", " ".join(limits))) if limits else notes


def _period(part: Part) -> model.Period:
    return model.Period(part.start, part.end, part.last - part.first, part.days)


def part_metrics(part: PartResult, trades: Trades, symbol: Symbol) -> model.Metrics:
    """The figures of one part, and the pips of its trades."""
    get = part.metrics.get
    # Weighted by size: a plain mean over trades could be positive where money was lost.
    pip_value = float(np.sum(trades.quantity)) * trades.point_value * symbol.pip
    pips = float(np.sum(trades.net_profit)) / pip_value if len(trades) else math.nan
    cost = float(np.sum(trades.commission)) / pip_value if len(trades) else math.nan
    return model.Metrics(
        # What is still open at the end of a part counts at its last close, in the figure as in the interval beside it.
        net_profit=part.net_profit,
        net_percent=100.0 * part.net_profit / trades.initial_capital,
        trades=int(get("trades")),
        win_rate=get("win_rate"),
        profit_factor=get("profit_factor"),
        max_drawdown=get("max_drawdown"),
        max_drawdown_percent=get("max_drawdown_percent"),
        sharpe_daily=get("sharpe_daily"),
        t_statistic_daily=get("t_statistic_daily"),
        pips_per_trade=pips,
        cost_per_trade_pips=cost,
    )


def _inputs(tested: Tested) -> tuple[model.InputValue, ...]:
    searched = {dimension.name: dimension for dimension in tested.space.dimensions}
    found = []
    for item, value in zip(tested.program.inputs, tested.values, strict=True):
        dimension = searched.get(item.name)
        low, high = (None, None) if dimension is None else (dimension.grid[0], dimension.grid[-1])
        shown = (input_text(item, value), item.title, input_text(item, item.default))
        found.append(model.InputValue(item.name, *shown, low, high, item.kind, item.options))
    return tuple(found)


def _interval(interval: Interval) -> model.Interval:
    return model.Interval(interval.low, interval.high, interval.level, _INTERVALS.get(interval.method, interval.method))


def _curve(parts: Sequence[PartResult], bars: Bars, capital: float) -> model.Curve:
    """Capital and the daily results of the three parts, one after the other, each at the end of its trading day."""
    daily = np.concatenate([part.daily for part in parts])
    days = np.concatenate([np.unique(trading_day(bars.time[p.part.first : p.part.last], bars.symbol)) for p in parts])
    # A second before the next day begins, so that the last day of a part lies inside it.
    return model.Curve(trading_day_start(days + 1, bars.symbol) - 1000, capital + np.cumsum(daily))
