"""Gathers what speaks for and against one chosen set: the arrays of the evidence, and a check for each question.

Nothing here chooses: the set is chosen, and the locked part opened, before. A question that these data cannot answer
gives a check that is UNKNOWN, so that a reader sees that it was asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.data.calendar import trading_day
from pinewright.market import HOUR, Bars, FloatArray, Trades
from pinewright.optimize import checks
from pinewright.optimize.evaluation import Witness
from pinewright.optimize.evidence import (
    Baseline,
    Prices,
    RoundTrips,
    concentration,
    equity_band,
    random_entries,
    shifted_entries,
    stability,
    trade_bands,
    valued_at,
)
from pinewright.optimize.proof import Check, Proof
from pinewright.optimize.rehearsal import Rehearsal
from pinewright.optimize.results import Candidate, PartResult, Prior
from pinewright.optimize.search import SearchResult
from pinewright.optimize.split import Split
from pinewright.optimize.statistics import Interval

_REDRAWN: Final = 20
_HORIZON: Final = 100
_SUB_PERIODS: Final = 4


@dataclass(frozen=True)
class Terms:
    """What a result is judged under. prior: called once with the trials of this run, when they are made and before
    anything is judged; it counts them and says what these data have seen before.
    """

    currency: str = "USD"
    standards: checks.Standards = checks.STANDARDS
    prior: Callable[[int], Prior] = lambda _: Prior()


@dataclass(frozen=True, eq=False)
class Case:
    """One chosen set and all that is known of how it was found.

    chance: p-value of its mean day against doing nothing, adjusted for all sets that were tried (``luck``). trials:
    every trial ever made on these data, this run's included; ratios: daily Sharpe ratios of this run's trials.
    """

    candidate: Candidate
    locked: PartResult
    interval: Interval
    found: SearchResult
    rehearsal: Rehearsal
    parts: Split
    chance: float
    trials: int
    ratios: FloatArray
    seed: int
    terms: Terms

    @property
    def daily(self) -> FloatArray:
        """Net profit of each day of all three parts."""
        return np.concatenate([self.seen, self.locked.daily])

    @property
    def seen(self) -> FloatArray:
        """Net profit of each day of search and selection part."""
        return np.concatenate([self.candidate.search.daily, self.candidate.selection.daily])

    @property
    def parameters(self) -> FloatArray:
        return np.array(self.candidate.parameters, dtype=np.float64)


def judge(case: Case, witness: Witness | None) -> Proof:
    """All the evidence on one set; without a witness what needs an engine is left out."""
    parts, seen = case.parts, case.rehearsal
    even = stability(case.daily, _SUB_PERIODS)
    asked = [
        *checks.enough(case.candidate, case.locked, case.terms.standards),
        checks.locked(case.locked, case.interval, case.terms.currency),
        checks.luck(case.chance),
        checks.deflated(case.seen, case.ratios, case.trials, parts.search.days),
        checks.length(seen.ideas, case.trials, parts.years),
        checks.overfitting(seen.overfitting),
        *(checks.walked(one) for one in seen.walks),
        checks.purged(seen.paths, case.terms.currency),
        checks.wide(seen.plateau, case.candidate),
        checks.even(even),
    ]
    proof = Proof(tuple(asked), seen.walks, seen.paths, seen.overfitting, plateau=seen.plateau, stability=even)
    return proof if witness is None else _witnessed(case, proof, witness)


def _witnessed(case: Case, proof: Proof, witness: Witness) -> Proof:
    """With what the trades and other circumstances say."""
    first, last = case.parts.search.first, case.parts.locked.last
    trades = witness.trades(case.parameters, first, last)
    stresses = witness.stresses(case.parameters, case.parts)
    redrawn = witness.redrawn(case.parameters, case.parts, _REDRAWN, case.seed)
    profits = trades.net_profit
    bands = tuple(trade_bands(profits, seed=case.seed, method=how) for how in ("shuffle", "bootstrap", "block"))
    band = equity_band(profits, _HORIZON, seed=case.seed) if len(trades) else None
    drawn = shifted = None
    if len(trades):
        drawn, shifted = _random(trades, case, witness.bars, witness.slippage)
    asked: list[Check] = [
        checks.resampled(bands[2], case.terms.currency),
        checks.redrawn(redrawn, float(np.sum(case.daily)), case.terms.currency),
        checks.random(drawn, "random_entries"),
        checks.random(shifted, "shifted_entries"),
        *checks.concentrated(
            concentration(profits, trades.entry_time // HOUR % 24, trading_day(trades.exit_time, witness.bars.symbol))
        ),
        *(checks.stressed(one, case.terms.currency) for one in stresses),
    ]
    return Proof(
        (*proof.checks, *asked),
        proof.walks,
        proof.paths,
        proof.overfitting,
        bands,
        band,
        redrawn,
        proof.plateau,
        proof.stability,
        stresses,
        np.empty(0) if drawn is None else drawn.draws,
        float("nan") if drawn is None else drawn.own,
    )


def _random(trades: Trades, case: Case, bars: Bars, slippage: float) -> tuple[Baseline, Baseline]:
    """The trades beside random ones of the same hours, and beside themselves on other days."""
    first, last = case.parts.search.first, case.parts.locked.last
    opens, last_bar = bars.open[first:last], last - first - 1
    entry = valued_at(np.clip(trades.entry_bar - first, 0, last_bar), trades.entry_price, opens, slippage)
    leave = valued_at(np.clip(trades.exit_bar - first, 0, last_bar), trades.exit_price, opens, slippage)
    held = np.maximum(leave, entry) - entry
    size = trades.quantity * trades.point_value
    trips = RoundTrips(entry, held, np.where(trades.is_long, 1, -1), size)
    fee = float(np.sum(trades.commission)) / float(np.sum(size))
    prices = Prices(opens, fee=fee)
    days = trading_day(bars.time[first:last], bars.symbol)
    starts = np.flatnonzero(np.diff(days, prepend=days[0] - 1))
    drawn = random_entries(trips, prices, bars.time[first:last] // HOUR % 24, seed=case.seed)
    return drawn, shifted_entries(trips, prices, starts, seed=case.seed)
