"""The comment at the head of a script that is given back: prices, period, costs, seed, changes, verdict."""

from __future__ import annotations

from collections.abc import Sequence

from pinewright.app.given.costs import Costs
from pinewright.app.given.inputs import input_text
from pinewright.app.words import optimize as words
from pinewright.generate.spelling import utc_date
from pinewright.market import Bars
from pinewright.optimize.proof import Judgement
from pinewright.program import ProgramInput


def head_lines(
    bars: Bars,
    timezone: str | None,
    costs: Costs,
    inputs: Sequence[ProgramInput],
    values: Sequence[float],
    judgement: Judgement,
    *,
    seed: int,
    trials: int | None = None,
) -> tuple[str, ...]:
    """Lines for ``hand_back``. inputs [K], values [K]: those found; timezone: of the script, None for UTC."""
    start, end = int(bars.time[bars.warmup]), int(bars.time[-1]) + bars.timeframe.milliseconds
    changed = [
        f"{item.name} {input_text(item, item.default)} -> {input_text(item, value)}"
        for item, value in zip(inputs, values, strict=True)
        if value != item.default
    ]
    searched = words.HEAD_SEED if trials is None else words.HEAD_SEARCH
    lines = (
        words.HEAD_FEED.format(symbol=bars.symbol.name, timeframe=bars.timeframe, side=bars.side.value, feed=bars.feed),
        words.HEAD_PERIOD.format(start=utc_date(start), end=utc_date(end), zone=timezone or "UTC"),
        words.HEAD_COSTS.format(words=costs.words, origin=costs.origin),
        searched.format(trials=trials, seed=seed),
        words.HEAD_CHANGED.format(changed=", ".join(changed) or words.HEAD_NOTHING),
        words.HEAD_VERDICT.format(word=judgement.word.value),
        *judgement.reasons,
    )
    return (words.HEAD_INVENTED, *lines) if bars.invented else lines
