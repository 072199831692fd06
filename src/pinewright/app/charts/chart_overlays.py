"""Pine expressions as what a chart shows: lines over the price, panes below it, bands, bars that meet a condition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from pinewright.charts.pictures.contents import Band, Condition, Line, Pane
from pinewright.indicators.calculator import IndicatorCalculator
from pinewright.indicators.expression import Expression, read_expression
from pinewright.market import Bars, FloatArray

_ON_PRICE: Final = frozenset(
    f"ta.{name}"
    for name in (
        "sma ema rma wma hma swma alma linreg vwma vwap bb kc sar highest lowest median mode max min "
        "percentile_linear_interpolation percentile_nearest_rank pivothigh pivotlow"
    ).split()
)
"""Functions whose values are prices when they are given prices, however far they lie from the last bars."""
_OWN_AXIS: Final = frozenset(
    f"ta.{name}"
    for name in (
        "macd dmi rsi stoch wpr cci cmo cog tsi rci change mom roc bbw kcw stdev variance dev range tr atr mfi "
        "correlation percentrank cum highestbars lowestbars barssince"
    ).split()
)
_Scale = tuple[float | None, float | None, tuple[float, ...]]
_SCALES: Final[dict[str, _Scale]] = {
    "ta.rsi": (0.0, 100.0, (30.0, 70.0)),
    "ta.stoch": (0.0, 100.0, (20.0, 80.0)),
    "ta.mfi": (0.0, 100.0, (20.0, 80.0)),
    "ta.wpr": (-100.0, 0.0, (-80.0, -20.0)),
    "ta.cmo": (-100.0, 100.0, (-50.0, 50.0)),
    "ta.rci": (-100.0, 100.0, (-80.0, 80.0)),
    "ta.percentrank": (0.0, 100.0, (20.0, 80.0)),
    "ta.correlation": (-1.0, 1.0, (-0.5, 0.5)),
    "ta.cci": (None, None, (-100.0, 100.0)),
}
"""Ends of the scale and guide lines that go with a function's meaning."""


@dataclass(frozen=True)
class Overlays:
    """What expressions add to a chart of N bars."""

    lines: tuple[Line, ...] = ()
    bands: tuple[Band, ...] = ()
    panes: tuple[Pane, ...] = ()
    conditions: tuple[Condition, ...] = field(default=())


def overlays_of(
    bars: Bars, part: slice, expressions: Sequence[str], calculator: IndicatorCalculator, timezone: str | None = None
) -> Overlays:
    """The expressions over ``bars``, of which the chart shows a part.

    Averages, bands and whatever lies within the bars' prices is drawn over them; an oscillator has a pane of its own,
    all values of one expression in the same. Bools are bars marked below the price. Errors as of
    ``IndicatorCalculator.calculate``.
    """
    if not expressions:
        return Overlays()
    table = calculator.calculate(bars, expressions, timezone=timezone)
    lines: list[Line] = []
    bands: list[Band] = []
    panes: list[Pane] = []
    conditions: list[Condition] = []
    shown = bars.slice(*part.indices(len(bars))[:2])
    for text in expressions:
        expression = read_expression(text)
        columns = [table[name][part] for name in expression.columns]
        if expression.kind == "bool":
            conditions.append(Condition(expression.name, columns[0] > 0.0))
            continue
        digits = shown.symbol.price_digits
        if "direction" in expression.members:
            lines += _by_direction(expression, columns, digits)
            continue
        on_price = [_on_price(expression, column, shown) for column in columns]
        pairs = list(zip(expression.columns, columns, on_price, strict=True))
        lines += [Line(name, column, digits) for name, column, priced in pairs if priced]
        bands += _bands(expression, columns, on_price)
        below = [Line(name, column) for name, column, priced in pairs if not priced]
        if below:
            panes.append(_pane(expression, below))
    return Overlays(tuple(lines), tuple(bands), tuple(panes), tuple(conditions))


def _by_direction(expression: Expression, columns: Sequence[FloatArray], digits: int) -> list[Line]:
    """``ta.supertrend`` as two lines, one a direction: a jump from below the bars to above them is no line."""
    members = dict(zip(expression.members, columns, strict=True))
    line, direction = members["line"], members["direction"]
    return [
        Line(f"{expression.name} up", np.where(direction < 0.0, line, np.nan), digits),
        Line(f"{expression.name} down", np.where(direction > 0.0, line, np.nan), digits),
    ]


def _on_price(expression: Expression, column: FloatArray, bars: Bars) -> bool:
    """Whether a column is drawn on the price's axis: by its function, else by where its values lie."""
    name = function_of(expression.value)
    if name in _OWN_AXIS:
        return False
    # An average of something else than prices, such as of an oscillator, lies somewhere else.
    low, high = float(np.min(bars.low)), float(np.max(bars.high))
    known = column[np.isfinite(column)]
    if not len(known):
        return name in _ON_PRICE
    span = max(high - low, 10 * bars.symbol.mintick)
    reach = max(4 * span, 0.2 * abs(high)) if name in _ON_PRICE else 2 * span
    near = np.mean((known > low - reach) & (known < high + reach))
    return bool(near >= 0.5)


def function_of(value: str) -> str:
    """Name of the function whose call the whole expression is, empty for any other expression."""
    name, bracket, rest = value.strip().partition("(")
    name = name.strip()
    if not bracket or not name.replace(".", "").replace("_", "").isalnum():
        return ""
    depth, quoted = 1, ""
    for place, letter in enumerate(rest):
        if quoted:
            quoted = "" if letter == quoted else quoted
        elif letter in "\"'":
            quoted = letter
        else:
            depth += (letter == "(") - (letter == ")")
        if depth == 0:
            return name if place == len(rest) - 1 else ""
    return ""


def _bands(expression: Expression, columns: Sequence[FloatArray], on_price: Sequence[bool]) -> list[Band]:
    members = expression.members
    if not {"upper", "lower"} <= set(members) or not all(on_price):
        return []
    return [Band(columns[members.index("upper")], columns[members.index("lower")])]


def _pane(expression: Expression, lines: Sequence[Line]) -> Pane:
    low, high, guides = _SCALES.get(function_of(expression.value), (None, None, ()))
    names = [line.name.rpartition(".")[2] for line in lines]
    histogram = names.index("histogram") if "histogram" in expression.members else None
    return Pane(tuple(lines), low, high, guides, histogram)
