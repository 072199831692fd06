"""A review as people and programs read it: a table, a sentence a script, and a document."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Final

from pinewright.app.backtests.delivered import DeliveredFolder
from pinewright.app.backtests.reviewing import BAND, FEWEST_PAST, FEWEST_SINCE, LIMIT, Advice, NewBars, ScriptReview
from pinewright.app.words import review as words

SOUND: Final = 0.05
"""About how often a sound script is told to retire."""
_RARE: Final = 0.01


def rows(found: Sequence[ScriptReview]) -> Iterator[tuple[str, ...]]:
    """The table, one row a script."""
    for one in found:
        known = math.isfinite(one.final)
        yield (
            one.file,
            f"{one.past:,}",
            f"{one.past_profit / one.past:+,.2f}" if one.past else "-",
            f"{one.trades:,}",
            f"{one.profit:+,.2f}",
            words.BAND.format(low=f"{one.low:+,.0f}", high=f"{one.high:+,.0f}") if known else "-",
            words.percent(one.final) if known else "-",
            words.percent(one.path) if known else "-",
            one.advice.value,
        )


def sentence(one: ScriptReview) -> str:
    """What becomes of a script, and why."""
    trades, profit = _count(one.trades), _money(one.profit, one.currency)
    if one.past < FEWEST_PAST:
        return words.FEW_PAST.format(file=one.file, trades=_count(one.past), needed=FEWEST_PAST)
    if one.trades < FEWEST_SINCE:
        left = math.ceil((FEWEST_SINCE - one.trades) / one.pace) if one.pace > 0 else 0
        wait = words.FEW_WAIT.format(days=f"{left:,}") if left else ""
        return words.FEW_SINCE.format(file=one.file, trades=trades, profit=profit, needed=FEWEST_SINCE, wait=wait)
    form = words.OUTSIDE if one.advice is Advice.RETIRE else words.INSIDE
    return form.format(
        file=one.file,
        trades=trades,
        profit=profit,
        past=f"{one.past:,}",
        low=_money(one.low, one.currency),
        high=_money(one.high, one.currency),
        final=words.percent(one.final),
        path=words.percent(one.path),
        limit=words.percent(LIMIT),
    )


def notes(one: ScriptReview, report: DeliveredFolder) -> Iterator[str]:
    """What else is to be known of a script."""
    if one.charged:
        yield words.COSTS_OF_REPORT.format(file=one.file, words=report.cost_words)
    if one.past >= FEWEST_PAST and one.expected > 0:
        fewer, more = _poisson(one.trades, one.expected)
        if fewer < _RARE:
            yield words.RARER.format(expected=f"{one.expected:,.0f}")
        elif more < _RARE:
            yield words.OFTENER.format(expected=f"{one.expected:,.0f}")
    if one.advice is Advice.KEEP and one.past_profit <= 0.0:
        yield words.LOST_BEFORE
    if one.still_open:
        yield words.STILL_OPEN


def as_json(report: DeliveredFolder, new: NewBars, found: Sequence[ScriptReview]) -> dict[str, object]:
    """What ``--json`` prints: times ISO 8601 UTC, shares 0 to 1, null where there is too little."""
    bars = new.bars
    return {
        "folder": str(report.folder),
        "title": report.title,
        "symbol": report.symbol.name,
        "timeframe": str(report.timeframe),
        "start": words.iso(int(bars.time[bars.warmup])),
        "end": words.iso(int(bars.time[-1])),
        "trading_days": new.days,
        "warmup_bars": bars.warmup,
        "limit": LIMIT,
        "notes": list(new.notes),
        "scripts": [_script(one, report) for one in found],
    }


def _script(one: ScriptReview, report: DeliveredFolder) -> dict[str, object]:
    return {
        "file": one.file,
        "verdict": one.advice.value,
        "words": sentence(one),
        "notes": list(notes(one, report)),
        "currency": one.currency,
        "before": {"trades": one.past, "net_profit": one.past_profit},
        "since": {
            "trades": one.trades,
            "net_profit": one.profit,
            "open": one.still_open,
            "expected_trades": one.expected,
        },
        "band": {"low": one.low, "high": one.high, "share": round(BAND[1] - BAND[0], 12)},
        "ends_so_low": one.final,
        "sinks_so_low": one.path,
    }


def _poisson(count: int, mean: float) -> tuple[float, float]:
    """Chances of at most and of at least so many events where ``mean`` are expected and each comes by itself."""
    from scipy.stats import poisson

    return float(poisson.cdf(count, mean)), float(poisson.sf(count - 1, mean))


def _count(count: int) -> str:
    return words.TRADES[count != 1].format(count=f"{count:,}")


def _money(value: float, currency: str) -> str:
    return f"{value:+,.2f} {currency}"
