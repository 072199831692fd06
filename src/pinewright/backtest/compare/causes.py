"""Why trades differ, by evidence: each cause with the trades that it explains and the figures behind it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from pinewright.backtest.compare.cause import FOLLOWS, GAP, Cause, CauseKind
from pinewright.backtest.compare.changes import Change
from pinewright.backtest.compare.chart import Chart, OnChart, bar_at, read_chart
from pinewright.backtest.compare.matching import MONEY, Comparison, Pair
from pinewright.backtest.compare.trials import Step
from pinewright.backtest.compare.zone import Zone
from pinewright.backtest.listing import ListedTrade
from pinewright.market import DAY, HOUR, Bars, IntArray, Trade
from pinewright.program import StrategySettings

_FEED_OFF: Final = 0.05
"""Share of the list's prices off our bars from which decisions are expected to differ as well."""
_BY_VERSION: Final = frozenset(
    ("margin_long", "margin_short", "initial_capital", "default_qty_type", "default_qty_value")
)
"""Arguments of ``strategy()`` whose defaults were others in other versions of Pine."""
_EARLY: Final = 500
"""Bars after which averages no longer know how they were seeded."""


@dataclass
class _Left:
    """Differing trades that no cause explains yet."""

    pairs: list[Pair]
    missing: list[ListedTrade]
    extra: list[Trade]
    causes: list[Cause] = field(default_factory=list)


def causes_of(
    found: Comparison,
    steps: Sequence[Step],
    listed: Sequence[ListedTrade],
    bars: Bars,
    settings: StrategySettings,
    outside: tuple[Sequence[ListedTrade], Sequence[ListedTrade]],
    zones: tuple[Zone, Zone],
) -> tuple[Cause, ...]:
    """The causes of all that differs in a comparison, those that were shown by a run first.

    outside: listed trades before the first bar and after the last. zones: as used, and as the bars would have it.
    """
    wrong = _wrong_zone(found, *zones)
    if wrong is not None:
        return (wrong,)
    causes = [
        *_unseen(*outside),
        *(_shown(step, _given(steps[:place]), settings, bars) for place, step in enumerate(steps)),
    ]
    before = steps[-1].after if steps else found
    known = steps[-1].change.settings if steps else settings
    chart = read_chart(listed, bars, known.slippage * bars.symbol.mintick)
    state = {trade.number: OnChart(int(kind)) for trade, kind in zip(listed, chart.trades, strict=True)}
    left = _Left([pair for pair in before.pairs if pair.differences], list(before.missing), list(before.extra))
    _feeds(left, state, bars, chart)
    _currency(left)
    _sessions(left, listed, bars)
    _rules(left, before, bars, chart)
    return (*causes, *sorted(left.causes, key=lambda cause: -cause.trades))


def _unseen(before: Sequence[ListedTrade], after: Sequence[ListedTrade]) -> Iterator[Cause]:
    for kind, trades in ((CauseKind.BEFORE, before), (CauseKind.AFTER, after)):
        if trades:
            yield Cause(kind, len(trades), frozenset(trade.number for trade in trades))


def _wrong_zone(found: Comparison, used: Zone, better: Zone) -> Cause | None:
    if used.origin != "asked" or better.share < max(0.5, used.share + 0.2):
        return None
    numbers = frozenset(_differing(found))
    extra = frozenset(trade.entry_time for trade in found.extra)
    return Cause(
        CauseKind.TIME_ZONE, len(numbers), numbers, extra=extra, value=used.share, other=better.share, text=better.name
    )


def _shown(step: Step, given: str, settings: StrategySettings, bars: Bars) -> Cause:
    """The cause that a run has shown: what differed before it and does not after it."""
    before, after = (_fields(found) for found in (step.before, step.after))
    kind, text = _kind_of(step.change, settings), ""
    if kind is CauseKind.HISTORY:
        text = str(int(bars.time[step.change.start]))
    extra = {trade.entry_time for trade in step.before.extra} - {trade.entry_time for trade in step.after.extra}
    mended = before - after
    numbers = {number for number, _ in mended}
    return Cause(
        kind,
        len(numbers) + len(extra),
        frozenset(numbers),
        mended,
        frozenset(extra),
        change=step.change,
        equal=(step.before.matched, step.after.matched),
        left=(step.before.apart, step.after.apart),
        text=text,
        given=given,
    )


def _kind_of(change: Change, settings: StrategySettings) -> CauseKind:
    """What an argument is about: the size of orders, their costs, or when they fill."""
    names = set(change.arguments)
    if not names:
        return CauseKind.HISTORY
    if names <= _BY_VERSION and not names & settings.declared:
        return CauseKind.DEFAULT
    if names <= {"commission_type", "commission_value", "slippage"}:
        return CauseKind.COSTS
    return CauseKind.QUANTITY if names <= _BY_VERSION else CauseKind.FILL


def _given(steps: Sequence[Step]) -> str:
    return ", ".join(step.change.theirs for step in steps if step.change.theirs)


def _fields(found: Comparison) -> frozenset[tuple[int, str]]:
    """Numbers of trades with the fields that differ in them; ``trade`` for missing ones."""
    fields = {(difference.number, difference.field) for difference in found.differences}
    return frozenset(fields | {(trade.number, "trade") for trade in found.missing})


def _differing(found: Comparison) -> set[int]:
    return {difference.number for difference in found.differences} | {trade.number for trade in found.missing}


def _feeds(left: _Left, state: Mapping[int, OnChart], bars: Bars, chart: Chart) -> None:
    """Trades whose listed prices our bars do not hold, or that fill at an open which is another one there."""
    gap = {pair.their.number for pair in left.pairs if state[pair.their.number] is OnChart.NO_BAR}
    gap |= {trade.number for trade in left.missing if state[trade.number] is OnChart.NO_BAR}
    other = {pair.their.number for pair in left.pairs if state[pair.their.number] is OnChart.OUTSIDE}
    other |= {trade.number for trade in left.missing if state[trade.number] is OnChart.OUTSIDE}
    off = {pair.their.number: miss for pair in left.pairs if (miss := other_open(pair, bars)) is not None}
    other |= set(off)
    if gap:
        hours = _hours_without_bars([*(pair.their for pair in left.pairs), *left.missing], bars, gap)
        kind = CauseKind.SESSION if hours else CauseKind.FEED
        left.causes.append(Cause(kind, len(gap), frozenset(gap), text=hours or GAP, other=chart.no_bar / chart.events))
    if other:
        distance = float(np.median(list(off.values()))) if off else chart.off
        share = chart.outside / chart.events
        left.causes.append(Cause(CauseKind.FEED, len(other), frozenset(other), value=distance, other=share))
    _take(left, gap | other)


def _take(left: _Left, numbers: set[int]) -> None:
    left.pairs = [pair for pair in left.pairs if pair.their.number not in numbers]
    left.missing = [trade for trade in left.missing if trade.number not in numbers]


def other_open(pair: Pair, bars: Bars) -> float | None:
    """How far a listed market fill is from ours, where ours is the open of its bar; None where it is not such a one."""
    for difference in pair.differences:
        if difference.field in ("entry price", "exit price") and not pair.shifted:
            place = int(bar_at(bars, np.array([difference.bar], dtype=np.int64))[0])
            ours, theirs = difference.values
            if place >= 0 and abs(ours - bars.open[place]) < 1e-6 * bars.symbol.mintick:
                return abs(theirs - ours)
    return None


def _hours_without_bars(trades: Sequence[ListedTrade], bars: Bars, numbers: set[int]) -> str:
    """Hours of the day (UTC) at which listed trades stand and no bar ever does; empty where these are plain gaps."""
    known = set(np.unique(bars.time % DAY // HOUR).tolist())
    hours: Counter[int] = Counter()
    for trade in trades:
        if trade.number in numbers:
            hours[trade.entry_time % DAY // HOUR] += 1
    never = sorted(hour for hour in hours if hour not in known)
    return ", ".join(f"{hour}:00" for hour in never) if sum(hours[h] for h in never) > 0.5 * hours.total() else ""


def _sessions(left: _Left, listed: Sequence[ListedTrade], bars: Bars) -> None:
    """Trades of ours at hours of the day at which the list never trades, though our bars have many of these hours."""
    theirs: IntArray = np.unique([trade.entry_time % DAY // HOUR for trade in listed])
    odd = [trade for trade in left.extra if trade.entry_time % DAY // HOUR not in theirs]
    hours = sorted({trade.entry_time % DAY // HOUR for trade in odd})
    expected = len(listed) * float(np.mean(np.isin(bars.time % DAY // HOUR, hours))) if hours else 0.0
    if len(odd) < 0.5 * len(left.extra) or expected < 5.0:
        return
    text = ", ".join(f"{hour}:00" for hour in hours)
    entries = frozenset(trade.entry_time for trade in odd)
    left.causes.append(Cause(CauseKind.SESSION, len(odd), extra=entries, text=text))
    left.extra = [trade for trade in left.extra if trade.entry_time not in entries]


def _currency(left: _Left) -> None:
    """Trades that differ in money alone, by one rate: the account is in another currency than the prices."""
    money = [pair for pair in left.pairs if pair.only_money]
    ratios = [
        difference.values[1] / difference.values[0]
        for pair in money
        for difference in pair.differences
        if difference.field == "net profit" and abs(difference.values[0]) > 20 * _unit(pair)
    ]
    if len(ratios) < 3:
        return
    rate = float(np.median(ratios))
    if rate <= 0.0 or np.quantile(np.abs(np.array(ratios) - rate), 0.8) > 0.05:
        return
    numbers = {pair.their.number for pair in money}
    left.causes.append(Cause(CauseKind.CURRENCY, len(money), frozenset(numbers), value=rate))
    _take(left, numbers)


def _unit(pair: Pair) -> float:
    return pair.their.profit.unit if pair.their.profit is not None else 1.0


def _rules(left: _Left, found: Comparison, bars: Bars, chart: Chart) -> None:
    """What is left, by the field that differs: money, quantity, price, or the decision to trade."""
    groups: dict[CauseKind, set[int]] = {}
    for pair in left.pairs:
        groups.setdefault(_kind(pair), set()).add(pair.their.number)
    logic = groups.setdefault(CauseKind.LOGIC, set())
    logic |= {trade.number for trade in left.missing}
    extra = frozenset(trade.entry_time for trade in left.extra)
    settled = _settled(found, bars)
    for kind, numbers in groups.items():
        also = extra if kind is CauseKind.LOGIC else frozenset()
        count = len(numbers) + len(also)
        if not count:
            continue
        if kind is CauseKind.LOGIC and settled is not None:
            left.causes.append(Cause(CauseKind.WARM_UP, count, frozenset(numbers), extra=also, text=str(settled)))
        elif kind is CauseKind.LOGIC and chart.outside + chart.no_bar > _FEED_OFF * chart.events:
            share = (chart.outside + chart.no_bar) / chart.events
            feed = Cause(
                CauseKind.FEED, count, frozenset(numbers), extra=also, value=chart.off, other=share, text=FOLLOWS
            )
            left.causes.append(feed)
        else:
            step = _listed_step(left.pairs) if kind is CauseKind.QUANTITY else 0.0
            left.causes.append(Cause(kind, count, frozenset(numbers), extra=also, value=step))


def _kind(pair: Pair) -> CauseKind:
    fields = {difference.field for difference in pair.differences} - set(MONEY)
    if not fields:
        return CauseKind.MONEY
    if fields == {"quantity"}:
        return CauseKind.QUANTITY
    if fields <= {"entry price", "exit price", "quantity"}:
        return CauseKind.FILL
    return CauseKind.LOGIC


def _settled(found: Comparison, bars: Bars) -> int | None:
    """The time from which all trades are equal, where only the first part of a long history differs; else None."""
    moments = [d.time for d in found.differences if d.field not in MONEY]
    moments += [trade.entry_time for trade in found.missing] + [trade.entry_time for trade in found.extra]
    if not moments or not found.matched:
        return None
    last = int(np.searchsorted(bars.time, max(moments), side="right"))
    later = sum(pair.their.entry_time > max(moments) for pair in found.pairs)
    enough = later >= max(3, len(moments))
    return max(moments) if last < min(_EARLY, len(bars) // 4) and enough else None


def _listed_step(pairs: Sequence[Pair]) -> float:
    """The step on which the listed quantities lie, where ours are finer; 0 where it is not that."""
    step = 0.0
    for pair in pairs:
        for difference in pair.differences:
            if difference.field == "quantity" and pair.their.quantity is not None:
                ours, theirs = difference.values
                if abs(ours - theirs) >= pair.their.quantity.unit:
                    return 0.0
                step = pair.their.quantity.unit
    return step
