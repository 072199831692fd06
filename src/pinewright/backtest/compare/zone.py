"""The time zone of a list whose times name none: that in which its prices lie on the bars."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pinewright.backtest.compare.chart import Events, OnChart, events_of, on_chart
from pinewright.backtest.listing import TradeList
from pinewright.data.zones import local_to_utc
from pinewright.market import Bars, BoolArray, IntArray, Symbol, Trades

_WITH_SUMMER: Final = (
    *("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Europe/London"),
    *("Europe/Berlin", "Europe/Athens", "Asia/Jerusalem", "Australia/Sydney", "Pacific/Auckland"),
)
"""Zones whose clocks change; one for each set of rules that traders live under."""
_QUARTERS: Final = ("UTC+5:45", "UTC+8:45", "UTC+12:45")
_SAMPLE: Final = 1_500
"""Trades that a guess looks at: spread over the whole list, so that both halves of the year count."""


@dataclass(frozen=True)
class Zone:
    """The zone in which the times of a list were read.

    name: IANA or ``UTC+8``; empty where the times themselves name their offset. origin: ``offsets``, ``asked``,
    ``guessed``, or ``days`` for a list of bare dates. share: events whose time is a bar's and whose price that bar
    holds, 0 to 1. second: the best zone of another offset, and its share.
    """

    name: str
    origin: str
    share: float
    second: str = ""
    second_share: float = 0.0


def zones_of(symbol: Symbol) -> tuple[str, ...]:
    """Zones that a chart may have been in, the likelier first where the evidence is alike."""
    halves = (f"UTC{sign}{hour}{minute}" for hour in range(15) for sign in "+-" for minute in ("", ":30"))
    fixed = [zone for zone in halves if zone not in ("UTC+0", "UTC-0", "UTC-12:30", "UTC+14:30", "UTC-14", "UTC-13")]
    return tuple(dict.fromkeys(("UTC", symbol.timezone, *_WITH_SUMMER, *fixed, *_QUARTERS)))


def asked_zone(listed: TradeList, bars: Bars, name: str, slack: float) -> Zone:
    """The zone that the user named, with the share of the list that the bars hold in it."""
    return Zone(name, "asked", _share(events_of(listed.in_zone(name, bars.symbol)), bars, slack))


def guess_zone(listed: TradeList, bars: Bars, slack: float, ours: Trades | None = None) -> Zone:
    """The zone in which most of a list's prices lie on the bars; ``ours`` decide where several are alike.

    slack: price by which a fill may lie outside its bar. Times that name their offset leave nothing to guess.
    """
    if not listed.local:
        return Zone("", "offsets", _share(events_of(listed.trades), bars, slack))
    if listed.dates_only:
        return Zone(bars.symbol.timezone, "days", _share(events_of(listed.in_zone("UTC", bars.symbol)), bars, slack))
    sample = events_of(listed.trades[:: max(1, len(listed) // _SAMPLE)])
    mine = np.empty(0, dtype=np.int64) if ours is None else _keys(ours.entry_time, ours.is_long)
    scores: dict[str, tuple[float, float]] = {}
    times: dict[str, IntArray] = {}
    for name in zones_of(bars.symbol):
        times[name] = local_to_utc(sample.time, name)
        read = replace(sample, time=times[name])
        begin = _keys(read.time[read.entry], read.is_buy[read.entry])
        met = float(np.mean(np.isin(begin, mine))) if len(mine) else 0.0
        scores[name] = _share(read, bars, slack), met
    # The order of the zones decides ties, so that a summer's list is in New York and not in UTC-4 by chance.
    best = max(scores, key=lambda name: sum(scores[name]))
    others = [name for name in scores if not np.array_equal(times[name], times[best])]
    second = max(others, key=lambda name: sum(scores[name]), default="")
    return Zone(best, "guessed", scores[best][0], second, scores[second][0] if second else 0.0)


def _share(events: Events, bars: Bars, slack: float) -> float:
    """Share of the events whose bar is there and holds their price."""
    return float(np.mean(on_chart(events, bars, slack) == OnChart.HOLDS)) if len(events) else 0.0


def _keys(time: IntArray, is_long: BoolArray) -> IntArray:
    """Time and side of an entry as one number."""
    return time * 2 + is_long
