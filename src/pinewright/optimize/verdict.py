"""The verdict in three plain sentences: what the locked part gave, whether luck explains it, what that means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from pinewright.optimize.results import Delivered, PartResult
from pinewright.optimize.split import FEW_DAYS, Split
from pinewright.optimize.statistics import Interval, minimum_years

CONFIDENT: Final = 0.95
IDLE: Final = "not one of them made a trade: prices hardly move, or the account is too small for one lot"
NOTHING: Final = "Nothing here beats doing nothing"
UNPROVEN: Final = "Nothing here is shown to beat doing nothing"


def money(value: float, currency: str) -> str:
    """``+12.34 USD``."""
    return f"{value:+,.2f} {currency}"


def proven(locked: PartResult, interval: Interval, deflated: float) -> bool:
    """Earned money in a locked part of ten days or more, with an interval above zero, by a choice that the number of
    trials does not explain.
    """
    return locked.part.days >= FEW_DAYS and locked.net_profit > 0 and interval.low > 0 and deflated >= CONFIDENT


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


def luck_sentence(interval: Interval, deflated: float, trials: int) -> str:
    """Whether the result can be told from zero, given how many trials were made to find it."""
    tried = f"{trials:,} parameter sets were tried"
    if math.isnan(deflated):
        chance = f"{tried}, and days or trades are too few to say what the best of them would show by luck alone"
    elif deflated >= CONFIDENT:
        chance = (
            f"{tried}, and luck in so many does not explain the choice (deflated Sharpe {deflated:.3f}, 0.95 asked)"
        )
    else:
        chance = (
            f"{tried}, and the best of so many may look like this by luck (deflated Sharpe {deflated:.3f}, 0.95 asked)"
        )
    if interval.method == "none":
        return f"{chance}; the locked part cannot tell its result from zero."
    few = ", on few days" if interval.method == "t" else ""
    if interval.low > 0:
        return f"{chance}; the locked part alone lies above zero{few}."
    if interval.high < 0:
        return f"{chance}; the locked part lies below zero{few}."
    return f"{chance}; the locked part cannot be told from zero."


def length_sentence(years: float, trials: int) -> str:
    """How much data the number of trials would need; empty when there is enough."""
    needed = minimum_years(trials)
    if years >= needed:
        return ""
    days = round(years * 365.25)
    have = f"{days} days" if days < 730 else f"{years:.1f} years"
    return (
        f"{have} can rank, they cannot prove: after {trials:,} trials luck alone is expected to show a yearly "
        f"Sharpe ratio of 1 on less than {needed:.1f} years"
    )


def run_verdict(delivered: Sequence[Delivered], split: Split, trials: int, currency: str) -> tuple[str, str, str]:
    """Three sentences on a run; the first strategy stands for it, because it was ranked first before the locked part
    was opened.
    """
    first = delivered[0]
    name = f"Strategy 1 ({first.candidate.family.replace('_', ' ')})"
    won = sum(one.locked.net_profit > 0 for one in delivered)
    length = length_sentence(split.years, trials)
    if proven(first.locked, first.interval, first.deflated):
        end = f"It holds up on past prices, and {won} of {len(delivered)} earned money in the locked part"
        length = f"still, {length}" if length else ""
    elif all(_idle(one) for one in delivered):
        end = f"{NOTHING}: {IDLE}"
    elif won == 0:
        end = f"{NOTHING}: none of the {len(delivered)} earned money in the locked part"
    elif first.locked.net_profit <= 0:
        end = f"{UNPROVEN}: the first lost, {won} of {len(delivered)} earned money in the locked part"
    else:
        end = f"{UNPROVEN}: {won} of {len(delivered)} earned money in the locked part, but the first is not proven"
    return (
        result_sentence(name, first.locked, first.interval, currency),
        luck_sentence(first.interval, first.deflated, trials),
        f"{end}; {length}." if length else f"{end}.",
    )


def _idle(one: Delivered) -> bool:
    parts = (one.candidate.search, one.candidate.selection, one.locked)
    return all(part.metrics.get("trades") == 0 for part in parts)


def script_verdict(
    accepted: bool,
    new: PartResult | None,
    old: PartResult,
    interval: Interval,
    difference: Interval | None,
    deflated: float,
    split: Split,
    trials: int,
    currency: str,
    reason: str,
) -> tuple[str, str, str]:
    """Three sentences on the inputs of one script: new defaults against its own.

    interval: of the new defaults' locked result, or of the old ones' when nothing was accepted.
    """
    length = length_sentence(split.years, trials)
    tail = f"; {length}." if length else "."
    if not accepted or new is None or difference is None:
        return (
            f"Nothing better than the default was found: {reason}.",
            result_sentence("The script as it is", old, interval, currency),
            f"{_many(trials, 'parameter set')} tried, the defaults stay{tail}",
        )
    gain = new.net_profit - old.net_profit
    did = "lost" if old.net_profit < 0 else "made"
    compared = f"the script's own defaults {did} {abs(old.net_profit):,.2f} {currency}, "
    compared += f"{abs(gain):,.2f} {currency} "
    compared += "worse" if gain > 0 else "better" if gain < 0 else "apart"
    if difference.method == "none" or not difference.excludes_zero:
        end = f"The new defaults were better on the selection part; in the locked part {compared}, which may be chance"
    elif difference.low > 0:
        end = f"The new defaults were better on the selection part and in the locked part: {compared}"
    else:
        end = f"The locked part speaks against the new defaults, keep the old: {compared}"
    return (
        result_sentence("The script with its new defaults", new, interval, currency),
        luck_sentence(interval, deflated, trials),
        f"{end}{tail}",
    )


def _many(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
