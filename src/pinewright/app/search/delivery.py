"""The five scripts as they are handed over: written with their values, checked, and run again as text.

A delivered script must do what was ranked. So its text is parsed, checked and compiled like anybody's, run over the
locked part, and compared with the figures of the search to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pinewright.app.backtests.evaluation import DATES, METRIC_NAMES, part_dates, with_dates
from pinewright.app.charts.sightings import parameters_of
from pinewright.app.given.costs import Costs
from pinewright.app.search.brought import BroughtScript
from pinewright.backtest.engine import Engine
from pinewright.backtest.parameters import defaults
from pinewright.errors import BacktestError
from pinewright.generate import Header, ScriptSettings, family, render
from pinewright.generate.handed_back import hand_back, strategy_arguments
from pinewright.generate.spelling import utc_date
from pinewright.market import Bars, Trades
from pinewright.optimize.results import Delivered, PartResult
from pinewright.optimize.space import Space
from pinewright.patterns.pattern import Values
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import Program


@dataclass(frozen=True)
class Delivery:
    """A delivered script: its file, its text, its trades over all bars and those of each part.

    patterns: parameters of the patterns that it looks for.
    """

    delivered: Delivered
    title: str
    file_name: str
    text: str
    program: Program
    trades: Trades
    part_trades: tuple[Trades, Trades, Trades]
    idea: str
    space: Space
    dated: bool = True
    patterns: Values | None = None


def deliver(
    one: Delivered, bars: Bars, settings: ScriptSettings, costs: Costs, seed: int, cache_dir: Path | None
) -> Delivery:
    """Write, check and prove one strategy; BacktestError when its text does not trade as ranked."""
    chosen = family(one.candidate.family)
    start, end = part_dates(bars, bars.warmup, len(bars))
    values = dict(zip(one.candidate.names, one.candidate.parameters, strict=True))
    values |= {DATES[0]: float(start), DATES[1]: float(end)}
    dated = replace(settings, from_time=start, to_time=end, header=_header(one, bars, costs, seed))
    plain = render(chosen, values, dated)
    program, engine = _compiled(plain, bars, one, cache_dir)
    trades = engine.trades(defaults(program))
    header = replace(
        dated.header, expected_trades=len(trades), expected_profit=float(np.sum(trades.net_profit[~trades.is_open]))
    )
    text = render(chosen, values, replace(dated, header=header))
    program, engine = _compiled(text, bars, one, cache_dir)
    parts = (one.candidate.search, one.candidate.selection, one.locked)
    return Delivery(
        one,
        chosen.title,
        f"{one.rank}_{chosen.name}.pine",
        text,
        program,
        trades,
        (
            _prove(engine, program, bars, parts[0], one),
            _prove(engine, program, bars, parts[1], one),
            _prove(engine, program, bars, parts[2], one),
        ),
        " ".join(chosen.idea),
        Space.of(program.inputs, fixed=DATES),
        patterns=parameters_of(chosen, values),
    )


def deliver_script(
    one: Delivered, script: BroughtScript, bars: Bars, head: Sequence[str], cache_dir: Path | None
) -> Delivery:
    """A script of the user's own with the values found, its costs inside ``strategy()``; BacktestError as ``deliver``.

    head: lines of comment for its head.
    """
    inputs, values = script.program.inputs, one.candidate.parameters
    arguments = strategy_arguments(script.program.settings, script.account)
    text = hand_back(script.source, inputs, values, arguments, head)
    program, engine = _compiled(text, bars, one, cache_dir)
    parts = (one.candidate.search, one.candidate.selection, one.locked)
    proved = [_prove(engine, program, bars, part, one, dated=False) for part in parts]
    return Delivery(
        one,
        script.program.settings.title or script.name,
        f"{one.rank}_{script.name}.pine",
        text,
        program,
        engine.trades(defaults(program)),
        (proved[0], proved[1], proved[2]),
        script.path.name,
        Space.of(inputs),
        dated=False,
    )


def _compiled(text: str, bars: Bars, one: Delivered, cache_dir: Path | None) -> tuple[Program, Engine]:
    program = compile_script(check(text), f"{one.rank}_{one.candidate.family}")
    return program, Engine(program, bars, cache_dir=cache_dir)


def _prove(
    engine: Engine, program: Program, bars: Bars, result: PartResult, one: Delivered, *, dated: bool = True
) -> Trades:
    """Trades of the text over one part, after its figures were found equal to those that were ranked."""
    part = result.part
    row = defaults(program)
    row = with_dates(row[None, :], program, DATES if dated else None, bars, part.first, part.last)[0]
    figures = engine.run(row, first=part.first, last=part.last).metrics[0]
    ranked = np.array([result.metrics.get(name) for name in METRIC_NAMES])
    if not np.array_equal(figures, ranked, equal_nan=True):
        differ = [
            name for name, a, b in zip(METRIC_NAMES, figures, ranked, strict=True) if a != b and not (a != a and b != b)
        ]
        raise BacktestError(
            f"strategy {one.rank} ({one.candidate.family}) does not trade as ranked in the {part.name} part: "
            f"{', '.join(differ)} differ",
            hint="this is a defect of Pinewright: please report it with the command",
        )
    return engine.trades(row, first=part.first, last=part.last)


def _header(one: Delivered, bars: Bars, costs: Costs, seed: int) -> Header:
    locked = one.locked
    start, end = part_dates(bars, locked.part.first, locked.part.last)
    count = int(locked.metrics.get("trades"))
    notes = (
        f"Locked part, which nothing was chosen on: set From to {utc_date(start)} and To to {utc_date(end)}: "
        f"{count:,} trades, net profit {locked.net_profit:,.2f}",
        f"Verdict: {one.judgement.word.value}. {one.judgement.reasons[1]}",
    )
    return Header(
        feed=f"{bars.symbol.name} {bars.timeframe}, {bars.side.value} prices, {bars.feed}",
        period=f"{utc_date(int(bars.time[bars.warmup]))} to {utc_date(end)}",
        costs=f"{costs.words} ({costs.origin})",
        seed=seed,
        invented=bars.invented,
        notes=notes,
    )
