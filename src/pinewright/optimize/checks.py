"""One check for each question to a result: its figure, the bar it is held against, and a sentence for people.

The bars are those of the field where it has any (deflated Sharpe 0.95, probability of overfitting 0.2, walk-forward
efficiency 0.5); the others are told with the figure, and ``verdict`` says which of them a word needs.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.market import FloatArray
from pinewright.optimize.evidence import (
    Baseline,
    Concentration,
    Overfitting,
    Plateau,
    Stability,
    TradeBands,
)
from pinewright.optimize.proof import Check, Outcome, Stress, Walk
from pinewright.optimize.results import Candidate, PartResult
from pinewright.optimize.statistics import Interval, deflated_sharpe, minimum_years

LUCK: Final = 0.15
"""Largest adjusted p-value with which a result may be called promising; robust asks for 0.05."""
CONFIDENT: Final = 0.95
OVERFITTED: Final = 0.2
EFFICIENT: Final = 0.5
LOSING_PATHS: Final = 0.25
NEIGHBOURS: Final = 0.5
_RARE: Final = 0.10


@dataclass(frozen=True)
class Standards:
    """Trades below which a result is unproven, whatever its profit: in search and selection together, and locked."""

    in_sample: int = 100
    locked: int = 30


STANDARDS: Final = Standards()


def _outcome(value: float, good: bool) -> Outcome:
    return Outcome.UNKNOWN if math.isnan(value) else Outcome.PASS if good else Outcome.FAIL


def money(value: float, currency: str) -> str:
    """``+12.34 USD``."""
    return f"{value:+,.2f} {currency}"


def enough(candidate: Candidate, locked: PartResult, standards: Standards) -> Iterator[Check]:
    """Whether there are trades enough to be judged."""
    inside = candidate.search.metrics.get("trades") + candidate.selection.metrics.get("trades")
    outside = locked.metrics.get("trades")
    for name, title, count, least in (
        ("trades_in_sample", "Trades in search and selection", inside, standards.in_sample),
        ("trades_locked", "Trades in the locked part", outside, standards.locked),
    ):
        few = "" if count >= least else ": too few to be judged"
        yield Check(name, title, count, f"at least {least}", _outcome(count, count >= least), f"{count:,.0f}{few}")


def locked(part: PartResult, interval: Interval, currency: str) -> Check:
    """Whether the locked part alone lies above zero."""
    words = f"{money(part.net_profit, currency)} in {part.part.days} trading days"
    if interval.method == "none":
        return Check(
            "locked_interval",
            "Locked part above zero",
            math.nan,
            "90 % interval above 0",
            Outcome.UNKNOWN,
            f"{words}: too few for an interval",
        )
    words += f", 90 % interval {money(interval.low, currency)} to {money(interval.high, currency)}"
    outcome = _outcome(interval.low, interval.low > 0)
    return Check("locked_interval", "Locked part above zero", interval.low, "90 % interval above 0", outcome, words)


def luck(chance: float) -> Check:
    """Superior ability: stepwise over all sets of the run."""
    title, bar = "Chance that luck alone does as well", f"at most {LUCK:.2f}"
    if math.isnan(chance):
        return Check("superior_ability", title, chance, bar, Outcome.UNKNOWN, "too few days to be asked")
    words = f"the best of as many sets without any skill does as well in {100 * chance:.1f} % of redrawn histories"
    return Check("superior_ability", title, chance, bar, _outcome(chance, chance <= LUCK), words)


def deflated(seen: FloatArray, ratios: FloatArray, trials: int, days: int) -> Check:
    """Deflated Sharpe ratio with every trial counted."""
    value = deflated_sharpe(seen, ratios, trials, days)
    title, bar = "Deflated Sharpe ratio", f"at least {CONFIDENT}"
    words = "too few days, or sets that traded" if math.isnan(value) else f"after {trials:,} trials on these data"
    return Check("deflated_sharpe", title, value, bar, _outcome(value, value >= CONFIDENT), words)


def length(different: float, trials: int, years: float) -> Check:
    """Minimum backtest length for the number of different ideas among the trials; NaN where that is not known."""
    ideas = trials if math.isnan(different) else max(1, min(trials, round(different)))
    needed = minimum_years(ideas)
    words = f"{trials:,} trials hold about {ideas:,} different ideas; the best of those shows a yearly Sharpe ratio of "
    words += f"1 by luck alone on {needed:.1f} years; there are {years:.1f}"
    outcome = _outcome(needed, years >= needed)
    return Check("minimum_length", "Years of data", years, f"at least {needed:.1f}", outcome, words)


def overfitting(found: Overfitting | None) -> Check:
    """Probability of backtest overfitting."""
    value = math.nan if found is None else found.probability
    title, bar = "Probability of overfitting", f"at most {OVERFITTED}"
    if math.isnan(value):
        return Check("overfitting", title, value, bar, Outcome.UNKNOWN, "too few days or sets")
    words = f"in {100 * value:.0f} % of the halves the best set was no better than the median set in the other half"
    return Check("overfitting", title, value, bar, _outcome(value, value <= OVERFITTED), words)


def walked(one: Walk) -> Check:
    """Walk-forward efficiency."""
    name, title = f"walk_forward_{one.kind}", f"Walk-forward efficiency, {one.kind}"
    bar = f"at least {EFFICIENT}"
    if math.isnan(one.efficiency):
        why = "no window" if not one.windows else "no window earned inside"
        return Check(name, title, one.efficiency, bar, Outcome.UNKNOWN, f"{why}, so nothing to compare with")
    words = f"{len(one.windows)} windows; a day outside earned {100 * one.efficiency:.0f} % of a day inside (median), "
    words += f"{100 * one.positive:.0f} % of the windows earned outside"
    return Check(name, title, one.efficiency, bar, _outcome(one.efficiency, one.efficiency >= EFFICIENT), words)


def purged(totals: FloatArray, currency: str) -> Check:
    """Paths of the purged combinatorial cross-validation."""
    title, bar = "Losing paths of purged cross-validation", f"at most {LOSING_PATHS}"
    if not len(totals) or not np.all(np.isfinite(totals)) or not np.any(totals):
        return Check("purged_paths", title, math.nan, bar, Outcome.UNKNOWN, "too few days or sets")
    value = float(np.mean(totals <= 0))
    words = f"{len(totals)} unseen paths, median {money(float(np.median(totals)), currency)}"
    return Check("purged_paths", title, value, bar, _outcome(value, value <= LOSING_PATHS), words)


def wide(found: Plateau | None, candidate: Candidate) -> Check:
    """Whether the chosen set stands among good neighbours."""
    title, bar = "Plateau beside the peak", f"at least {NEIGHBOURS}"
    if found is None or not candidate.score > 0 or math.isnan(candidate.plateau):
        return Check("plateau", title, math.nan, bar, Outcome.UNKNOWN, "no neighbours to compare with")
    value = candidate.plateau / candidate.score
    words = f"neighbouring settings score {100 * value:.0f} % of the chosen one on the search part"
    return Check("plateau", title, value, bar, _outcome(value, value >= NEIGHBOURS), words)


def even(found: Stability) -> Check:
    """Stability over sub-periods."""
    value, title, bar = found.positive, "Sub-periods that earned", "at least 0.75"
    if math.isnan(value):
        return Check("sub_periods", title, value, bar, Outcome.UNKNOWN, "too few days")
    words = f"{round(value * len(found.sums))} of {len(found.sums)} equal parts of the time earned"
    return Check("sub_periods", title, value, bar, _outcome(value, value >= 0.75), words)


def resampled(bands: TradeBands, currency: str) -> Check:
    """Monte Carlo on trades, in blocks."""
    value, title, bar = bands.loss, "Redrawn trades that lose", "at most 0.10"
    if math.isnan(value):
        return Check("monte_carlo_trades", title, value, bar, Outcome.UNKNOWN, "no trades")
    words = f"net profit of redrawn trades {money(float(bands.final[0]), currency)} (5 %) to "
    words += f"{money(float(bands.final[-1]), currency)} (95 %), drawdown up to {bands.drawdown[-1]:,.2f} {currency}"
    return Check("monte_carlo_trades", title, value, bar, _outcome(value, value <= _RARE), words)


def redrawn(profits: FloatArray, real: float, currency: str) -> Check:
    """Monte Carlo on bars: told, without a bar, because redrawn days keep what happens within a day."""
    title = "Redrawn bars that earn"
    if not len(profits) or not np.all(np.isfinite(profits)):
        return Check("monte_carlo_bars", title, math.nan, "", Outcome.UNKNOWN, "bars could not be drawn again")
    value = float(np.mean(profits > 0))
    words = f"the same days in {len(profits)} other orders: median {money(float(np.median(profits)), currency)}, "
    words += f"in truth {money(real, currency)}"
    return Check("monte_carlo_bars", title, value, "", Outcome.UNKNOWN, words)


def random(found: Baseline | None, name: str) -> Check:
    """Random entries beside the strategy's own."""
    title = {
        "random_entries": "Random entries at the same hours that do as well",
        "shifted_entries": "The same entries on other days that do as well",
    }[name]
    bar = f"at most {_RARE:.2f}"
    if found is None or math.isnan(found.p_value):
        return Check(name, title, math.nan, bar, Outcome.UNKNOWN, "no trades to compare")
    words = f"{len(found.draws):,} draws"
    return Check(name, title, found.p_value, bar, _outcome(found.p_value, found.p_value <= _RARE), words)


def concentrated(found: Concentration) -> Iterator[Check]:
    """Share of the profit that few trades or one hour make."""
    for name, title, one, what in (
        ("best_trades", "Share of profit from the best 5 % of trades", found.trades, "them"),
        ("best_hour", "Share of profit from the best hour", found.hour, "it"),
    ):
        bar = "at most 1: the rest must not lose"
        if math.isnan(one.share):
            yield Check(name, title, math.nan, bar, Outcome.UNKNOWN, "no profit to have a share of")
            continue
        hour = f" ({one.label:02d}:00 UTC)" if name == "best_hour" and one.label >= 0 else ""
        words = f"{100 * one.share:.0f} %{hour}; without {what} {one.without:+,.2f} would be left"
        yield Check(name, title, one.share, bar, _outcome(one.share, one.share <= 1), words)


def stressed(one: Stress, currency: str) -> Check:
    """One other circumstance."""
    known = one.known and one.trades > 0
    value = one.net_profit if known else math.nan
    words = one.words
    if one.known and not one.trades:
        words += ": no trade"
    if known:
        words += f": {money(one.net_profit, currency)} in {one.trades:,} trades, plain {money(one.plain, currency)}"
    return Check(one.name, one.title, value, "above 0", _outcome(value, value > 0), words)
