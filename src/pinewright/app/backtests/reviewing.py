"""Delivered scripts on the bars since their report: whether their trades still look like those before.

report.json, trades.csv, *.pine ──> what was promised
new bars, cut where the report ends ──> the same scripts, run as text ──> since() of the Monte Carlo on trades
"""

from __future__ import annotations

import contextlib
import math
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.app.backtests.delivered import DeliveredFolder, DeliveredScript
from pinewright.app.backtests.evaluation import DATES
from pinewright.app.given.costs import half_spread
from pinewright.app.given.loading import BarOptions
from pinewright.app.given.scripts import compiled
from pinewright.app.words import review as words
from pinewright.backtest.engine import Engine
from pinewright.backtest.parameters import defaults
from pinewright.data.calendar import trading_day
from pinewright.data.files import file_symbol
from pinewright.data.source import cut_start
from pinewright.errors import DataFormatError, DataNotFoundError, SymbolError, UsageError
from pinewright.market import DAY, Bars, FloatArray, Symbol, Trades
from pinewright.optimize.evidence import Since, equity_band, since
from pinewright.program import CommissionType, InputKind, Program

LIMIT: Final = 0.01
"""A script is to retire where fewer draws than this end as low, or sink as far. Two tails, and a past that is itself a
draw: a sound script meets it in about one review of twenty (tests/app/backtests/test_reviewing.py counts).
"""
FEWEST_SINCE: Final = 10
"""New trades from which on something is said."""
FEWEST_PAST: Final = 20
"""Trades of the report that draws are made from."""
DRAWS: Final = 5_000
BAND: Final = (LIMIT, 1 - LIMIT)
_FAR: Final = 4_102_444_800_000.0  # 2100-01-01: what is delivered has an end, which lies behind these bars


class Advice(Enum):
    """What becomes of a script."""

    KEEP = "keep"
    RETIRE = "retire"
    TOO_LITTLE = "too little to say"


@dataclass(frozen=True)
class ScriptReview:
    """One script. Money in the account currency, net, of closed trades.

    past, past_profit: trades of the report and their sum; trades, profit: those since; still_open: held at the end.
    pace: trades a trading day in the report; expected: what that makes since. low, high: what as many trades drawn from
    the past make in 98 of 100 draws (``BAND``); final, path: shares of draws as in ``since``; NaN where there is too
    little to draw. charged: the report's costs were charged, because the script declares none.
    """

    file: str
    advice: Advice
    currency: str
    past: int
    past_profit: float
    trades: int
    profit: float
    still_open: int
    pace: float
    expected: float
    low: float
    high: float
    final: float
    path: float
    charged: bool


@dataclass(frozen=True, eq=False)
class NewBars:
    """The bars since a report, earlier ones as warm-up, and what is to be said of them."""

    bars: Bars
    days: int
    notes: tuple[str, ...]


def load_since(report: DeliveredFolder, options: BarOptions) -> NewBars:
    """The new bars of a review, of the report's symbol and time frame.

    options: file, time zone, symbol and side as the user said them. UsageError for another symbol, DataNotFoundError
    where no bar is newer than the report, and the errors of loading.
    """
    assert options.bars is not None
    notes = []
    asked, guessed = _symbol(report, options)
    if guessed:
        notes.append(words.TAKEN_FOR.format(symbol=asked))
    bars = _cut(report, _loaded(report, replace(options, symbol=asked, timeframe=str(report.timeframe))), options.bars)
    start = int(bars.time[bars.warmup])
    if bars.warmup:
        end = words.moment(int(bars.time[bars.warmup - 1]))
        notes.append(words.CUT.format(count=f"{bars.warmup:,}", end=end))
    else:
        notes.append(words.NO_WARMUP.format(start=words.moment(start)))
    # A weekend is no hole.
    if start - report.end > 4 * DAY:
        notes.append(words.HOLE.format(days=(start - report.end) // DAY))
    if bars.side is not report.side:
        notes.append(words.OTHER_SIDE.format(wanted=report.side.value, found=bars.side.value))
    notes += [words.GONE.format(file=name) for name in report.gone]
    days = len(np.unique(trading_day(bars.time[bars.warmup :], bars.symbol)))
    return NewBars(bars, days, tuple(notes))


def review(
    report: DeliveredFolder, new: NewBars, *, timezone: str | None = None, cache_dir: Path | None = None
) -> tuple[ScriptReview, ...]:
    """Every script of the folder over the new bars; PineError and BacktestError where one cannot be run."""
    return tuple(_review(script, report, new, timezone, cache_dir) for script in report.scripts)


def advise(past: FloatArray, later: FloatArray, seed: int) -> tuple[Advice, Since]:
    """What becomes of a script with net profits [K] before and [J] since, in order, and the chances behind it.

    Draws are of runs of neighbouring trades, so that streaks stay streaks.
    """
    found = since(past, later, seed=seed, method="block", draws=DRAWS)
    if len(past) < FEWEST_PAST or len(later) < FEWEST_SINCE:
        return Advice.TOO_LITTLE, found
    return (Advice.RETIRE if min(found.final, found.path) < LIMIT else Advice.KEEP), found


def _review(
    script: DeliveredScript, report: DeliveredFolder, new: NewBars, timezone: str | None, cache_dir: Path | None
) -> ScriptReview:
    program, charged = _charged(compiled(script.path), report, new.bars)
    trades = _trades(program, new.bars, timezone, cache_dir)
    past, later = script.profits, trades.net_profit[~trades.is_open]
    advice, found = advise(past, later, report.seed)
    enough = len(past) >= FEWEST_PAST and len(later) > 0
    low, high = _band(past, len(later), report.seed) if enough else (math.nan, math.nan)
    pace = len(past) / report.days if report.days else math.nan
    return ScriptReview(
        file=script.file,
        advice=advice,
        currency=program.settings.currency or new.bars.symbol.quote,
        past=len(past),
        past_profit=float(np.sum(past)),
        trades=len(later),
        profit=float(np.sum(later)),
        still_open=int(np.count_nonzero(trades.is_open)),
        pace=pace,
        expected=pace * new.days,
        low=low,
        high=high,
        final=found.final if enough else math.nan,
        path=found.path if enough else math.nan,
        charged=charged,
    )


def _band(past: FloatArray, count: int, seed: int) -> tuple[float, float]:
    band = equity_band(past, count, seed=seed, method="block", draws=DRAWS, levels=BAND, points=2)
    return float(band.values[0, -1]), float(band.values[1, -1])


def _trades(program: Program, bars: Bars, timezone: str | None, cache_dir: Path | None) -> Trades:
    """The trades after the warm-up; a generated script's own dates are moved to these bars."""
    row: FloatArray = defaults(program)
    places = {item.name: place for place, item in enumerate(program.inputs) if item.kind is InputKind.TIME}
    if set(DATES) <= places.keys():
        row[places[DATES[0]]], row[places[DATES[1]]] = float(bars.time[bars.warmup]), _FAR
    return Engine(program, bars, cache_dir=cache_dir, timezone=timezone).trades(row)


def _charged(program: Program, report: DeliveredFolder, bars: Bars) -> tuple[Program, bool]:
    """The program with its own costs; with those of the report, and True, where it declares none."""
    own = program.settings
    free = own.commission_value == 0.0 and own.slippage == 0
    if not free or not report.pips > 0.0:
        return program, False
    costs = replace(
        own,
        commission_type=CommissionType.CASH_PER_CONTRACT,
        commission_value=half_spread(bars.symbol, report.pips),
    )
    return replace(program, settings=costs), True


def _symbol(report: DeliveredFolder, options: BarOptions) -> tuple[str, bool]:
    """Name of the bars' symbol, which must be the report's, and whether nothing told it."""
    wanted = report.symbol.name
    if options.symbol is not None:
        named = options.symbol if isinstance(options.symbol, str) else options.symbol.name
        found = Symbol.plain_name(named)
    else:
        assert options.bars is not None
        try:
            found = file_symbol(options.bars)[0].name
        except SymbolError:
            return wanted, True
    if found != wanted:
        what = words.OTHER_SYMBOL.format(found=found, wanted=wanted)
        raise UsageError(what, where=str(options.bars), hint=words.OTHER_SYMBOL_HINT.format(wanted=wanted))
    return found, False


def _loaded(report: DeliveredFolder, options: BarOptions) -> Bars:
    """The bars, on the side that was asked for, else on that of the report where the file has it."""
    bars = options.load().bars
    if options.side is None and bars.side is not report.side:
        with contextlib.suppress(DataFormatError):
            return replace(options, side=report.side.value).load().bars
    return bars


def _cut(report: DeliveredFolder, bars: Bars, path: Path) -> Bars:
    """All bars, those of the report's time as warm-up."""
    if int(bars.time[-1]) < report.end:
        end = words.moment(report.end - report.timeframe.milliseconds)
        what = words.NOTHING_NEW.format(end=end, last=words.moment(int(bars.time[-1])))
        raise DataNotFoundError(what, where=str(path), hint=words.NOTHING_NEW_HINT)
    return cut_start(replace(bars, warmup=0), report.end, len(bars), str(path))
