"""The body of `mine`: the plan, the work, the table, and what is written."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any

from pinewright.app.given.costs import Costs, market_costs
from pinewright.app.given.scripts import write_script
from pinewright.app.patterns.mined_sheet import write_sheet
from pinewright.app.search.experiment import MICRO_LOT, default_capital
from pinewright.app.terminal import output
from pinewright.app.terminal.progress import stop_on_interrupt
from pinewright.app.words import common as texts
from pinewright.app.words import mine as words
from pinewright.app.words.progress import span
from pinewright.errors import OutputError
from pinewright.generate.header import Header
from pinewright.generate.spelling import utc_date
from pinewright.generate.visual.shape import ShapeAccount, shape_strategy
from pinewright.machine.usage import peak_memory
from pinewright.machine.whole_file import whole_file
from pinewright.market import Bars
from pinewright.patterns.mining.miner import (
    HistoricalPatternMiner,
    MiningPlan,
    MiningProgress,
    MiningResult,
    MiningSettings,
)
from pinewright.patterns.mining.validator import Verdict
from pinewright.patterns.pattern import Direction

if TYPE_CHECKING:
    from pinewright.data.source import Loaded

SHAPES_FILE = "shapes.json"
SHEET_FILE = "shapes.png"


@dataclass(frozen=True)
class Wanted:
    """Where results go: a folder or nowhere, how many refused shapes become strategies too, and whether as JSON."""

    out: Path | None
    keep_refused: int
    as_json: bool


def costs_of(loaded: Loaded, pips: float | None) -> Costs:
    """Costs of a round turn: as given, else the data's spread, else the usual of the symbol."""
    return market_costs(loaded.bars.symbol, pips, loaded.median_spread)


def mine_bars(loaded: Loaded, costs: Costs, settings: MiningSettings, wanted: Wanted) -> None:
    """Plans, mines, tells and writes; Ctrl-C judges what was found until then."""
    bars = loaded.bars
    if wanted.out is not None:
        _make_folder(wanted.out)
    miner = HistoricalPatternMiner(settings)
    plan = miner.plan(bars)
    output.message(texts.DATA_LINE.format(line=bars.description))
    output.message(words.COSTS.format(words=costs.words, origin=costs.origin))
    _tell_plan(bars, plan, settings)
    stop, begin = Event(), time.perf_counter()
    with stop_on_interrupt(stop):
        result = miner.mine(bars, progress=_Lines().take, stopped=stop.is_set)
    if not result.complete:
        output.message(words.STOPPED)
    seconds = time.perf_counter() - begin
    written = [] if wanted.out is None else _write(bars, costs, result, wanted, wanted.out)
    if wanted.as_json:
        output.emit_json(_document(bars, costs, result, seconds) | {"files": written})
        return
    tell_result(bars, result)
    output.emit(words.TOOK.format(seconds=span(seconds), memory=output.size(peak_memory())))
    if wanted.out is not None:
        path = wanted.out / SHAPES_FILE
        scripts = sum(one.endswith(".pine") for one in written)
        output.message(words.WRITTEN.format(shapes=len(result.verdicts), path=path, scripts=scripts))


def tell_result(bars: Bars, result: MiningResult) -> None:
    """The kept shapes and the best of the refused, and how many were refused for what."""
    pip = bars.symbol.pip
    output.emit(words.FOUND.format(found=len(result.verdicts), tested=result.tested, kept=len(result.kept)))
    if not result.kept:
        output.emit(words.NONE)
    shown = [*result.kept, *[one for one in result.verdicts if one.tested and not one.kept][:10]]
    if shown:
        output.emit("")
        output.emit_table(words.TABLE_HEAD, [_row(one, pip) for one in shown])
        for line in words.TABLE_FOOT:
            output.emit(line)
    counts = Counter(reason for one in result.verdicts for reason in {item.reason.value for item in one.refusals})
    if counts:
        output.emit("")
        rows = [(words.REASONS[reason], str(count)) for reason, count in counts.most_common()]
        output.emit_table(words.REFUSED_HEAD, rows)
        output.emit(words.NOTE)


def _row(verdict: Verdict, pip: float) -> tuple[str, ...]:
    shape, known = verdict.shape, verdict.shape.statistics
    assert known is not None
    verdicts = ", ".join(dict.fromkeys(item.reason.value for item in verdict.refusals)) or words.KEPT
    return (
        shape.name,
        words.UP if shape.direction is Direction.UP else words.DOWN,
        str(shape.horizon),
        str(known.discovery.occurrences),
        f"{known.discovery.net / pip:+.2f}",
        f"{known.discovery.t:.1f}",
        str(known.unseen.occurrences),
        f"{known.unseen.net / pip:+.2f}",
        f"{known.unseen.t:.1f}",
        f"{known.p:.4f}",
        f"{known.clock:.4f}",
        verdicts,
    )


class _Lines:
    """A line on standard error at each tenth of the pairs."""

    def __init__(self) -> None:
        self._tenth = 0

    def take(self, event: MiningProgress) -> None:
        tenth = 10 * event.done // max(1, event.pairs)
        if tenth > self._tenth:
            self._tenth = tenth
            output.message(
                words.LINE.format(
                    timeframe=event.timeframe, length=event.length, done=event.done / event.pairs, found=event.found
                )
            )


def _tell_plan(bars: Bars, plan: MiningPlan, settings: MiningSettings) -> None:
    first = bars.warmup
    border = bars.time[first + int(settings.discovery * (len(bars) - first))]
    output.message(
        words.PLAN.format(
            bars=f"{int(settings.discovery * (len(bars) - first)):,} bars",
            border=utc_date(int(border)),
            timeframes=", ".join(dict.fromkeys(str(join.timeframe) for join in plan.joins)),
            lengths=", ".join(str(length) for length in settings.lengths),
            pairs=f"{plan.pairs:,}",
            seconds=span(plan.seconds),
            threads=texts.plural(texts.THREADS, settings.threads),
        )
    )
    for timeframe in plan.left_out:
        output.message(words.LEFT_OUT.format(timeframe=timeframe))
    sampled = [join for join in plan.joins if join.share < 1.0]
    for timeframe in dict.fromkeys(join.timeframe for join in sampled):
        share = min(join.share for join in sampled if join.timeframe == timeframe)
        output.message(words.SAMPLED.format(timeframe=timeframe, share=share))


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = words.NO_FOLDER.format(reason=error.strerror or error)
        raise OutputError(what, where=str(folder), hint=texts.OTHER_PLACE) from error


def _write(bars: Bars, costs: Costs, result: MiningResult, wanted: Wanted, folder: Path) -> list[str]:
    """shapes.json and the strategies; their paths."""
    path = folder / SHAPES_FILE
    with whole_file(path, words.CANNOT_WRITE, texts.OTHER_PLACE) as temporary:
        temporary.write_text(output.json_text(_document(bars, costs, result, None)), encoding="utf-8")
    written = [str(path)]
    refused = [one for one in result.verdicts if not one.kept][: wanted.keep_refused]
    for verdict in (*result.kept, *refused):
        target = folder / f"{verdict.shape.name}.pine"
        write_script(target, strategy_text(bars, costs, result.settings, verdict))
        written.append(str(target))
    tested = [one for one in result.verdicts if one.tested]
    sheet = folder / SHEET_FILE
    if tested and write_sheet(bars, tested, result.settings.discovery, sheet):
        written.append(str(sheet))
    return written


def strategy_text(bars: Bars, costs: Costs, settings: MiningSettings, verdict: Verdict) -> str:
    """The strategy of a judged shape, with what was found about it in its head."""
    symbol, shape = bars.symbol, verdict.shape
    account = ShapeAccount(
        capital=default_capital(symbol),
        currency=symbol.quote,
        units=symbol.lot * MICRO_LOT,
        commission=costs.commission,
    )
    known = shape.statistics
    notes: list[str] = []
    if known is not None:
        notes.append(
            words.HEAD_PARTS.format(
                mined=known.discovery.occurrences,
                mined_net=known.discovery.net / symbol.pip,
                unseen=known.unseen.occurrences,
                unseen_net=known.unseen.net / symbol.pip,
            )
        )
    notes += [words.HEAD_REFUSED.format(sentence=item.sentence) for item in verdict.refusals]
    header = Header(
        feed=f"{symbol.name} {shape.timeframe}, {bars.side.value}, {bars.feed}",
        period=f"{utc_date(int(bars.time[bars.warmup]))} to {utc_date(int(bars.time[-1]))}",
        costs=costs.words,
        seed=settings.seed,
        invented=bars.invented,
        notes=tuple(notes),
    )
    return shape_strategy(shape, account, header)


def _document(bars: Bars, costs: Costs, result: MiningResult, seconds: float | None) -> dict[str, Any]:
    settings = result.settings
    found: dict[str, Any] = {
        "bars": {
            "symbol": bars.symbol.name,
            "timeframe": str(bars.timeframe),
            "bars": len(bars) - bars.warmup,
            "from": output.utc(int(bars.time[bars.warmup])),
            "to": output.utc(int(bars.time[-1])),
            "unseen_from": output.utc(result.border),
            "invented": bars.invented,
        },
        "costs": {"pips": costs.pips, "origin": costs.origin},
        "settings": {
            "lengths": list(settings.lengths),
            "timeframes": [str(one) for one in result.timeframes],
            "horizons": list(settings.horizons),
            "tolerance": settings.tolerance,
            "discovery": settings.discovery,
            "alpha": settings.alpha,
            "seed": settings.seed,
        },
        "complete": result.complete,
        "found": len(result.verdicts),
        "tested": result.tested,
        "kept": len(result.kept),
        "shapes": [_judged(one) for one in result.verdicts],
    }
    return found if seconds is None else found | {"seconds": seconds, "peak_bytes": peak_memory()}


def _judged(verdict: Verdict) -> dict[str, Any]:
    return {
        "kept": verdict.kept,
        "tested": verdict.tested,
        "refused": [{"reason": item.reason.value, "sentence": item.sentence} for item in verdict.refusals],
        **verdict.shape.as_dict(),
    }
