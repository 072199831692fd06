"""Trades drawn again: what their sum and its fall could have been, and where the next ones may lead."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pinewright.app.report.figures import money, number, percent
from pinewright.app.report.pictures.canvas import WIDTH, Canvas, Scale
from pinewright.app.report.pictures.picture import Picture, Row
from pinewright.optimize.evidence import EquityBand, TradeBands

_METHODS = {"shuffle": "other order", "bootstrap": "drawn again", "block": "drawn in runs"}


def draw_bands(bands: Sequence[TradeBands], currency: str) -> Picture | None:
    """Profit and largest drawdown under each way of drawing, the real ones marked."""
    known = [one for one in bands if math.isfinite(one.real_final) and len(one.levels) > 1]
    if not known:
        return None
    words = _words(known, currency)
    step = 26.0
    half = 22 + step * len(known)
    canvas = Canvas(2 * half + 96, words)
    falls = [[*one.drawdown.tolist(), one.real_drawdown, 0.0] for one in known]
    finals = [[*one.final.tolist(), one.real_final, 0.0] for one in known]
    for top, title, values, name in (
        (14.0, "Net profit", finals, "final"),
        (half + 62, "Largest drawdown", falls, "falls"),
    ):
        scale = Scale.over([value for row in values for value in row], 96, WIDTH - 16)
        canvas.text(2, top, f"{title}, {currency}", kind="name")
        canvas.across(scale, top + half - 8, top + 8, most=4)
        for place, one in enumerate(known):
            y = top + 22 + place * step
            band, real = (one.final, one.real_final) if name == "final" else (one.drawdown, one.real_drawdown)
            canvas.text(90, y + 4, _METHODS.get(one.method, one.method), at="end", kind="label")
            canvas.line(scale(float(band[0])), y, scale(float(band[-1])), y, "whisker")
            middle = float(np.interp(0.5, one.levels, band))
            canvas.line(scale(middle), y - 6, scale(middle), y + 6, "middle")
            canvas.sign(scale(real), y, "diamond", "real", 5)
    levels = [percent(100 * level, 0) for level in known[0].levels]
    head = ("Way of drawing", "What", *levels, "Real")
    rows = tuple(row for one in known for row in _rows(one))
    ends = f"{levels[0]} to {levels[-1]}"
    signs = (("whisker-line", ends), ("middle-line", "middle"), ("diamond", "real"))
    return Picture("bands", "Redrawn trades (Monte Carlo)", words, canvas.drawing(), head, rows, signs)


def _rows(one: TradeBands) -> tuple[Row, Row]:
    """Net profit with its sign, and drawdown."""
    name = _METHODS.get(one.method, one.method)
    profit = [number(float(value), signed=True) for value in (*one.final, one.real_final)]
    falls = [number(float(value)) for value in (*one.drawdown, one.real_drawdown)]
    return (name, "net profit", *profit), (name, "drawdown", *falls)


def _words(known: Sequence[TradeBands], currency: str) -> str:
    shuffled = next((one for one in known if one.method == "shuffle"), None)
    drawn = next((one for one in known if one.method == "block"), known[-1])
    words = f"Drawn again, these trades lose in {percent(100 * drawn.loss, 1)} of the draws"
    if len(drawn.drawdown):
        words += f", and one draw in twenty falls by {money(float(drawn.drawdown[-1]), currency, signed=False)} or more"
    words += "."
    if shuffled is not None and math.isfinite(shuffled.drawdown_place):
        smaller = percent(100 * shuffled.drawdown_place, 0)
        words += f" In another order, {smaller} of the draws have a smaller drawdown than the real one."
    return words


def draw_fan(band: EquityBand, currency: str) -> Picture | None:
    """Where the next trades may lead, if they are like those before."""
    low, high = band.values[0], band.values[-1]
    if not len(band.after) or not np.all(np.isfinite(band.values)):
        return None
    middle = np.array([np.interp(0.5, band.levels, column) for column in band.values.T])
    levels = [percent(100 * level, 0) for level in band.levels]
    count = int(band.after[-1])
    words = (
        f"If the next {count} trades are drawn from these: after all of them {money(float(low[-1]), currency)} "
        f"({levels[0]}) to {money(float(high[-1]), currency)} ({levels[-1]}). A whole path leaves the band somewhere "
        "far more often than the levels say; pinewright review judges whole paths."
    )
    canvas = Canvas(232, words)
    across = Scale(0, count, 52, WIDTH - 10)
    up = Scale.over([0.0, *low.tolist(), *high.tolist()], 190, 24)
    canvas.up(up, 52, WIDTH - 6, name=f"sum of net profits, {currency}")
    for value in across.ticks(5):
        canvas.text(across(value), 205, f"{value:.0f}", at="middle", kind="tick")
    canvas.text((52 + WIDTH) / 2, 221, "trades from now", at="middle", kind="name")
    after = [0, *band.after.tolist()]

    def points(values: Sequence[float]) -> list[tuple[float, float]]:
        return [(across(x), up(y)) for x, y in zip(after, [0.0, *values], strict=True)]

    canvas.path([*points(low.tolist()), *reversed(points(high.tolist()))], "area", closed=True)
    canvas.path(points(middle.tolist()), "line first")
    picks = sorted({int(k) for k in np.linspace(0, len(band.after) - 1, 10)})
    rows = tuple(
        (str(int(band.after[k])), *(number(float(value), signed=True) for value in band.values[:, k])) for k in picks
    )
    head = ("After trades", *levels)
    signs = (("area-box", f"{levels[0]} to {levels[-1]}"), ("middle-line", "middle"))
    return Picture("fan", "The next trades", words, canvas.drawing(), head, rows, signs)
