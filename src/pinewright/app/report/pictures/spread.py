"""Many results side by side: a histogram, or dots where there are few, with the real one marked in it."""

from __future__ import annotations

import math

import numpy as np

from pinewright.app.report.figures import money, number, percent, plural
from pinewright.app.report.pictures.canvas import WIDTH, Canvas, Scale
from pinewright.app.report.pictures.picture import Picture, Row
from pinewright.market import FloatArray
from pinewright.optimize.evidence import Overfitting

_BINS = 34
_FEW = 60
_DOTS = 500
_SHARES = (0.05, 0.25, 0.5, 0.75, 0.95)


def draw_paths(paths: FloatArray, currency: str) -> Picture | None:
    """Every path of the purged cross-validation, the worst first."""
    known = np.sort(paths[np.isfinite(paths)])
    if not len(known):
        return None
    lost = int(np.count_nonzero(known <= 0))
    words = (
        f"The way of choosing, tried on {plural(len(known), 'path')} of days it had not seen: "
        f"{lost} lost, the median made {money(float(np.median(known)), currency)}. Paths share days: they are no "
        f"{len(known)} independent proofs."
    )
    step = min(20.0, 190 / len(known))
    canvas = Canvas(26 + step * len(known) + 38, words)
    scale = Scale.over([0.0, *known.tolist()], 16, WIDTH - 16)
    bottom = 14 + step * len(known)
    canvas.across(scale, bottom, 8, name=f"net profit of a path, {currency}")
    for place, value in enumerate(known.tolist()):
        kind = "gain" if value > 0 else "loss"
        canvas.box(scale(0), 12 + place * step + step * 0.18, scale(value) - scale(0), step * 0.64, kind)
    rows = tuple((str(place + 1), number(value, signed=True)) for place, value in enumerate(known.tolist()))
    head = ("Path, worst first", f"Net profit, {currency}")
    signs = (("gain-box", "earned"), ("loss-box", "lost"))
    return Picture("paths", "Unseen paths (purged cross-validation)", words, canvas.drawing(), head, rows, signs)


def draw_random(profits: FloatArray, chance: float, currency: str, own: float = math.nan) -> Picture | None:
    """Random entries with the strategy's own holding times, sides and hours. chance: share of them that do as well
    (the figure of the check), NaN where it is not known. own: the strategy's own entries valued like them, from open to
    open, which is not the profit of the real trades with their stops and targets; NaN marks the place of ``chance``.
    """
    known = np.sort(profits[np.isfinite(profits)])
    if not len(known):
        return None
    words = f"{len(known):,} times as many trades, as long, on the same sides, at random moments of the same hours: "
    words += _range(known, currency)
    if not math.isfinite(chance):
        return _histogram("random", "Random entries", f"{words}.", known, math.nan, "", currency)
    words += f". {percent(100 * chance, 1)} of them do as well as the strategy's own entries, valued alike by bars."
    above = min(len(known), max(1, round(chance * (len(known) + 1) - 1)))
    real = own if math.isfinite(own) else float(known[-above])
    return _histogram("random", "Random entries", words, known, real, "own entries", currency)


def draw_bars(profits: FloatArray, real: float, currency: str) -> Picture | None:
    """The same inputs on bars whose days were put into another order."""
    known = profits[np.isfinite(profits)]
    if not len(known):
        return None
    histories = plural(len(known), "redrawn history", "redrawn histories")
    words = f"The same inputs on {histories}, whole days in another order: "
    words += _range(known, currency) + _beside(known, real, currency, "redrawn histories")
    return _histogram("bars", "Redrawn bars (Monte Carlo)", words, known, real, "real", currency)


def draw_overfitting(found: Overfitting) -> Picture | None:
    """Sharpe ratio of the best set of one half in that half and in the other."""
    if not len(found.inside):
        return None
    words = (
        f"In {percent(100 * found.probability, 0)} of {len(found.inside):,} halves of the days the best of "
        f"{found.sets:,} sets was no better than the median set in the other half (half of the time is what choosing "
        f"blindly gives); in {percent(100 * found.loss, 0)} it lost there."
    )
    canvas = Canvas(262, words)
    step = max(1, len(found.inside) // _DOTS)
    inside, outside = found.inside[::step], found.outside[::step]
    across, up = Scale.over(inside.tolist(), 52, WIDTH - 8), Scale.over([0.0, *outside.tolist()], 222, 24)
    canvas.up(up, 52, WIDTH - 4, name="Sharpe ratio a day in the other half")
    canvas.across(across, 222, 20, name="in the half it was chosen on", zero=False)
    beaten = found.logits[::step] <= 0
    places = [(across(x), up(y)) for x, y in zip(inside.tolist(), outside.tolist(), strict=True)]
    canvas.dots([one for one, bad in zip(places, beaten.tolist(), strict=True) if not bad], "dots")
    canvas.dots([one for one, bad in zip(places, beaten.tolist(), strict=True) if bad], "dots bad")
    same = Scale(across.low, across.high, across.start, across.end)
    low, high = max(across.low, up.low), min(across.high, up.high)
    if low < high:
        canvas.line(same(low), up(low), same(high), up(high), "guide")
    rows = tuple(
        (label, *(number(float(np.quantile(values, share)), 3) for values in (found.inside, found.outside)))
        for label, share in zip(("5 %", "25 %", "median", "75 %", "95 %"), _SHARES, strict=True)
    )
    head = ("Share of halves below", "Sharpe a day, chosen half", "Sharpe a day, other half")
    signs = (("dot", "better than the median set there"), ("dot-bad", "not better"), ("guide-line", "nothing lost"))
    return Picture("overfitting", "Best of one half, in the other half", words, canvas.drawing(), head, rows, signs)


def _range(known: FloatArray, currency: str) -> str:
    low, middle, high = (money(float(value), currency) for value in np.quantile(known, (0.05, 0.5, 0.95)))
    return f"{low} (5 %) to {high} (95 %), median {middle}"


def _beside(known: FloatArray, real: float, currency: str, what: str) -> str:
    if not math.isfinite(real):
        return "."
    share = float(np.mean(known >= real))
    return (
        f"; the real trades made {money(real, currency)}, and {percent(100 * share, 1)} of the {what} as much or more."
    )


def _histogram(
    name: str, title: str, words: str, known: FloatArray, mark: float, marked: str, currency: str
) -> Picture:
    canvas = Canvas(232, words)
    scale = Scale.over([0.0, *known.tolist(), mark], 14, WIDTH - 14)
    floor, top = 184.0, 30.0
    canvas.across(scale, floor, top, name=f"net profit, {currency}")
    if len(known) <= _FEW:
        _pile(canvas, scale, known, floor, top)
    else:
        _bars(canvas, scale, known, floor, top)
    rows: list[Row] = [
        (label, number(float(np.quantile(known, share)), signed=True))
        for label, share in zip(("5 %", "25 %", "median", "75 %", "95 %"), _SHARES, strict=True)
    ]
    signs = [("rest-box" if len(known) > _FEW else "dot-rest", "redrawn")]
    if math.isfinite(mark):
        _mark(canvas, scale(mark), top, floor, f"{marked} {number(mark, 0, signed=True)}")
        rows.append((marked, number(mark, signed=True)))
        signs.append(("diamond", marked))
    head = ("Share below", f"Net profit, {currency}")
    return Picture(name, title, words, canvas.drawing(), head, tuple(rows), tuple(signs))


def _bars(canvas: Canvas, scale: Scale, known: FloatArray, floor: float, top: float) -> None:
    counts, edges = np.histogram(known, _BINS, (scale.low, scale.high))
    tall = (floor - top) / max(1, int(counts.max()))
    for count, left, right in zip(counts.tolist(), edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if count:
            canvas.box(scale(left) + 0.5, floor, scale(right) - scale(left) - 1, -count * tall, "rest")


def _mark(canvas: Canvas, x: float, top: float, floor: float, words: str) -> None:
    canvas.line(x, top - 6, x, floor, "real-line")
    canvas.sign(x, top - 8, "diamond", "real")
    side = "end" if x > WIDTH / 2 else "start"
    canvas.text(x + (-10 if side == "end" else 10), top - 4, words, at=side, kind="mark")


def _pile(canvas: Canvas, scale: Scale, known: FloatArray, floor: float, top: float) -> None:
    """Dots side by side, piled where they would touch."""
    piles: list[tuple[float, int]] = []
    last, height = -math.inf, 0
    for value in np.sort(known).tolist():
        x = scale(value)
        height = height + 1 if x - last < 9 else 0
        last = last if height else x
        piles.append((last, height))
    step = min(10.0, (floor - top - 14) / max(1, *(height for _, height in piles)))
    canvas.dots([(x, floor - 7 - step * height) for x, height in piles], "dots rest-dots")
