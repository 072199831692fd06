"""The same inputs under other circumstances, and in each part of the time."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pinewright.app.report.figures import NONE, count, money, number, percent
from pinewright.app.report.pictures.canvas import WIDTH, Canvas, Scale, short
from pinewright.app.report.pictures.picture import Picture
from pinewright.optimize.evidence import Stability
from pinewright.optimize.proof import Stress


def draw_stresses(stresses: Sequence[Stress], currency: str) -> Picture | None:
    """A bar for each circumstance beside the plain run; what cannot be told says so."""
    if not stresses:
        return None
    asked = [one for one in stresses if one.known and math.isfinite(one.net_profit)]
    plain = next((one.plain for one in stresses if math.isfinite(one.plain)), math.nan)
    earned = sum(one.net_profit > 0 for one in asked)
    words = f"All parts together, the plain run made {money(plain, currency)}; "
    words += f"{earned} of {len(asked)} other circumstances still earn."
    step = 34.0
    canvas = Canvas(34 + step * (len(stresses) + 1) + 22, words)
    scale = Scale.over([0.0, plain, *(one.net_profit for one in asked)], 14, WIDTH - 14, edge=0.09)
    bottom = 14 + step * (len(stresses) + 1)
    canvas.across(scale, bottom, 10)
    canvas.line(scale(plain), 10, scale(plain), bottom, "guide")
    rows = [("as it is", plain, True), *((one.title, one.net_profit, one.known) for one in stresses)]
    for place, (title, value, known) in enumerate(rows):
        y = 14 + place * step
        canvas.text(14, y + 9, title if known else f"{title}: no answer", kind="label")
        if known and math.isfinite(value):
            kind = "rest" if place == 0 else "gain" if value > 0 else "loss"
            canvas.box(scale(0), y + 14, scale(value) - scale(0), 11, kind)
            canvas.text(WIDTH - 14, y + 9, number(value, 0, signed=True), at="end", kind="label")
        else:
            canvas.text(scale(0) + 4, y + 24, NONE, kind="tick")
    table = tuple(
        (
            one.title,
            number(one.net_profit, signed=True) if one.known else NONE,
            number(one.plain, signed=True),
            count(one.trades) if one.known else NONE,
            one.words,
        )
        for one in stresses
    )
    head = ("Circumstance", f"Net profit, {currency}", "As it is", "Trades", "What was changed")
    signs = (("gain-box", "earns"), ("loss-box", "loses"), ("guide-line", "as it is"))
    return Picture("stresses", "Under other circumstances", words, canvas.drawing(), head, table, signs)


def draw_stability(found: Stability, currency: str) -> Picture | None:
    """What each of the equal parts of the time earned."""
    if not len(found.sums):
        return None
    parts = len(found.sums)
    words = f"{round(found.positive * parts)} of {parts} equal parts of the time earned, "
    words += f"the worst {money(found.worst, currency)}."
    if math.isfinite(found.best_share):
        words += f" The best made {percent(100 * found.best_share, 0)} of the whole."
    if math.isfinite(found.straightness):
        words += f" Straightness of equity {number(found.straightness)} (1 is a straight rise)."
    canvas = Canvas(208, words)
    sums = found.sums.tolist()
    up = Scale.over([0.0, *sums], 172, 30, edge=0.12)
    canvas.up(up, 52, WIDTH - 6, name=f"net profit, {currency}")
    wide = (WIDTH - 62) / parts
    for place, value in enumerate(sums):
        left = 56 + place * wide
        canvas.box(left + wide * 0.14, up(0), wide * 0.72, up(value) - up(0), "gain" if value > 0 else "loss")
        canvas.text(left + wide / 2, up(value) + (-5 if value > 0 else 13), short(value), at="middle", kind="label")
        canvas.text(
            left + wide / 2,
            196,
            "oldest" if place == 0 else "latest" if place == parts - 1 else str(place + 1),
            at="middle",
            kind="tick",
        )
    rows = tuple(
        (str(place + 1), number(value, signed=True), number(float(found.sharpes[place]), 3))
        for place, value in enumerate(sums)
    )
    head = ("Part, oldest first", f"Net profit, {currency}", "Sharpe ratio a day")
    signs = (("gain-box", "earned"), ("loss-box", "lost"))
    return Picture("stability", "Through time", words, canvas.drawing(), head, rows, signs)
