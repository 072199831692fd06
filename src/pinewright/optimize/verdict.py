"""From the evidence to one of four words, with three reasons and what would change it.

| word                   | what it takes                                                                              |
|------------------------|--------------------------------------------------------------------------------------------|
| worse than the default | the default does better, or the edge is one of one-sided quotes                            |
| unproven               | too few trades or days, luck explains it, or the locked part does not bear it out          |
| promising              | trades enough, luck alone does as well in at most 15 % of histories, the locked part       |
|                        | earns, rehearsals of the choice earn, and no other price of the same market takes it away  |
| robust                 | all of that with at most 5 %, and every check of ``ROBUST`` passed                         |

The locked part can only take a word away: nothing is chosen on it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.optimize.checks import money
from pinewright.optimize.evidence import minimum_track_record
from pinewright.optimize.judge import Case
from pinewright.optimize.proof import Check, Judgement, Outcome, Proof, Word
from pinewright.optimize.results import PartResult
from pinewright.optimize.statistics import Interval, luck_benchmark, t_statistic
from pinewright.optimize.stress import one_sided

IDLE: Final = "it made no trade: prices hardly move, or the account is too small for one lot"
CLEAR_LUCK: Final = 0.05
"""Largest adjusted p-value for ``robust``."""
LEAST_DAYS: Final = 60
"""Trading days, all parts together, below which bars can rank and not prove."""
ROBUST: Final = (
    "deflated_sharpe",
    "locked_interval",
    "overfitting",
    "walk_forward_anchored",
    "walk_forward_rolling",
    "purged_paths",
    "plateau",
    "minimum_length",
    "doubled_costs",
    "delayed_entry",
    "random_entries",
)
"""Checks that must pass for ``robust``; one that these data cannot answer is not passed, but for the next."""
_MAY_BE_UNKNOWN: Final = ("plateau", "doubled_costs", "delayed_entry", "random_entries")
VETOES: Final = ("purged_paths", "mid_prices", "bid_ask", "after_swap")
"""The same trades at other prices of the same market: one that fails is no edge to be paid."""


def result_sentence(name: str, locked: PartResult, interval: Interval, currency: str) -> str:
    """Net result of the locked part with its interval."""
    count = locked.metrics.get("trades")
    trades = "no trade" if math.isnan(count) or count == 0 else _many(int(count), "trade")
    did = "lost" if locked.net_profit < 0 else "made"
    made = f"{name} {did} {abs(locked.net_profit):,.2f} {currency} after costs in the locked part "
    made += f"({trades} in {_many(locked.part.days, 'trading day')} that nothing was chosen on)"
    if trades == "no trade":
        return f"{made}."
    if interval.method == "none":
        return f"{made}; that is too short for an interval."
    percent = f"{100 * interval.level:.0f} %"
    return f"{made}; {percent} interval {money(interval.low, currency)} to {money(interval.high, currency)}."


def beside_sentence(name: str, locked: PartResult, currency: str) -> str:
    """What the default did in the same part."""
    did = "lost" if locked.net_profit < 0 else "made"
    return f"{name} {did} {abs(locked.net_profit):,.2f} {currency} there."


@dataclass(frozen=True)
class Beside:
    """The default beside the chosen set. ``word``: why it stays, empty where the new one was accepted. ``worse``:
    whether the default does better. locked: its result in the locked part, None where there is no default.
    """

    word: str = ""
    worse: bool = False
    locked: PartResult | None = None


def conclude(case: Case, proof: Proof, beside: Beside, first: str, idle: Sequence[str] = ()) -> Judgement:
    """The verdict on one set. first: the sentence on the locked part; idle: inputs that hardly matter."""
    word, reasons = _word(case, proof, beside)
    return Judgement(word, (first, *reasons), _changes(word, case, proof, idle))


def _word(case: Case, proof: Proof, beside: Beside) -> tuple[Word, tuple[str, str]]:
    luck = proof.check("superior_ability")
    assert luck is not None
    chance = _luck_sentence(luck, case.trials)
    # Where luck explains a profit near zero, a share of it says nothing of sides.
    if luck.outcome is not Outcome.FAIL and one_sided(proof.stresses):
        said = (
            "The profit is one of quotes on one side of the market: at mid prices, or off the rollover, there is none."
        )
        return Word.WORSE, (said, chance)
    if _idle(case):
        return Word.UNPROVEN, (_idle_sentence(case), chance)
    if beside.word:
        return (Word.WORSE if beside.worse else Word.UNPROVEN), (f"{_capital(beside.word)}.", chance)
    if beside.locked is not None and _clearly_worse(case.locked, beside.locked):
        return Word.WORSE, ("In the locked part the default did better by more than chance.", chance)
    days = len(case.daily)
    few = [one for name in ("trades_in_sample", "trades_locked") if (one := proof.check(name)) and _failed(one)]
    if few:
        said = f"{few[0].title}: {few[0].value:,.0f}, asked is {few[0].bar}; that is too little to judge by."
        return Word.UNPROVEN, (said, _short(days) if days < LEAST_DAYS else chance)
    if days < LEAST_DAYS:
        return Word.UNPROVEN, (_short(days), chance)
    if luck.outcome is not Outcome.PASS:
        return Word.UNPROVEN, (chance, _rest(proof))
    if not case.locked.net_profit > 0:
        return Word.UNPROVEN, ("The locked part does not bear it out: it lost.", chance)
    against = [one for name in VETOES if (one := proof.check(name)) and _failed(one)]
    if against:
        return Word.UNPROVEN, (f"{against[0].title}: {against[0].words}.", chance)
    missing = [one for name in ROBUST if (one := proof.check(name)) is None or not _stands(one)]
    if missing or not luck.value <= CLEAR_LUCK:
        held = [one for one in missing if one is not None]
        why = f"Not robust: {_lower(held[0].title)} ({held[0].words})." if held else "Not robust: luck is not excluded."
        return Word.PROMISING, (chance, why)
    return Word.ROBUST, (chance, _rest(proof))


def _short(days: int) -> str:
    return f"{days} trading days can rank, they cannot prove that one earns money."


def _idle(case: Case) -> bool:
    parts = (case.candidate.search, case.candidate.selection, case.locked)
    return all(part.metrics.get("trades") == 0 for part in parts)


def _idle_sentence(case: Case) -> str:
    refused = case.candidate.search.metrics.get("refused_orders")
    if refused > 0:
        return (
            f"It made no trade: the account could not pay {refused:,.0f} entries of the search part; see "
            "initial_capital, the size, and margin_long and margin_short in strategy()."
        )
    return f"{_capital(IDLE)}."


def _stands(check: Check) -> bool:
    return check.outcome is Outcome.PASS or (check.outcome is Outcome.UNKNOWN and check.name in _MAY_BE_UNKNOWN)


def _failed(check: Check) -> bool:
    return check.outcome is Outcome.FAIL


def _clearly_worse(new: PartResult, old: PartResult) -> bool:
    """The difference of the days lies below zero by more than two standard errors."""
    return len(new.daily) == len(old.daily) and t_statistic(new.daily - old.daily) <= -2.0


def _luck_sentence(luck: Check, trials: int) -> str:
    tried = f"{trials:,} parameter sets were tried on these data"
    if luck.outcome is Outcome.UNKNOWN:
        return f"{tried}, and the days are too few to say what the best of them would show by luck alone."
    percent = f"{100 * luck.value:.1f} %"
    if luck.outcome is Outcome.PASS:
        return f"{tried}; without any skill the best of them looks as good in {percent} of redrawn histories."
    return f"{tried}, and luck may explain the best of them: it looks as good in {percent} of histories without skill."


def _rest(proof: Proof) -> str:
    asked = [one for one in proof.checks if one.bar and one.outcome is not Outcome.UNKNOWN]
    passed = sum(one.outcome is Outcome.PASS for one in asked)
    failed = [_lower(one.title) for one in asked if _failed(one)]
    said = f"{passed} of {len(asked)} checks passed"
    more = f" and {len(failed) - 3} more" if len(failed) > 3 else ""
    return f"{said}; not passed: {', '.join(failed[:3])}{more}." if failed else f"{said}."


def _changes(word: Word, case: Case, proof: Proof, idle: Sequence[str]) -> tuple[str, ...]:
    """What would change the verdict, the most useful first."""
    if word is Word.ROBUST:
        return ("Bars since: `pinewright review` says whether it stays inside its band.",)
    if _idle(case):
        return ("Trades: there was none to judge.",)
    found = []
    if word is Word.WORSE and one_sided(proof.stresses):
        found.append("Bars with bid and ask, or ticks: one side alone cannot show what is paid.")
    if len(case.daily) < LEAST_DAYS:
        found.append(f"More data: three months of bars at least; there are {len(case.daily)} trading days.")
    needed = _needed_years(case)
    have = case.parts.years
    if len(case.daily) >= LEAST_DAYS and math.isfinite(needed) and needed > have:
        found.append(
            f"More data: about {needed:.1f} years of bars, if its days stay as they are; there are {have:.1f}."
        )
    elif len(case.daily) >= LEAST_DAYS and not math.isfinite(needed):
        found.append("Another rule, or far fewer trials: the result lies below what luck shows after so many of them.")
    dimensions = len(case.found.space.dimensions)
    if idle and dimensions > 1:
        named = ", ".join(idle)
        found.append(f"Fewer inputs: next to nothing hangs on {named}; fixed, they leave fewer trials to be lucky in.")
    elif case.trials > 1_000:
        found.append(f"Fewer trials: {case.trials:,} are many for {have:.1f} years; vary fewer inputs over less.")
    costs = proof.check("doubled_costs")
    if costs is not None and _failed(costs):
        found.append("Lower costs, or fewer and longer trades: at doubled costs nothing is left.")
    return tuple(found)


def _needed_years(case: Case) -> float:
    """Track record after which the deflated Sharpe ratio would reach 0.95; infinite where it never would."""
    benchmark = luck_benchmark(case.ratios, case.trials, case.parts.search.days)
    if math.isnan(benchmark):
        benchmark = 0.0
    if not np.any(case.seen):
        return math.inf
    days = minimum_track_record(case.seen, benchmark)
    return days * case.parts.years / len(case.daily) if not math.isnan(days) else math.inf


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
