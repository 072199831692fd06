"""A sheet of charts with mined shapes: the last place of each, its template over the closes, and the trade after it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.app.charts.charting import write_picture
from pinewright.app.words import mine as words
from pinewright.charts.pictures.contents import Picture
from pinewright.charts.pictures.marks import Mark, Toward, TradeMark
from pinewright.charts.pictures.outlines import Outline, Pen, Stroke
from pinewright.charts.pictures.picture import draw_sheet
from pinewright.market import Bars
from pinewright.patterns.mining.series import Series, series_of
from pinewright.patterns.mining.validator import Verdict
from pinewright.patterns.pattern import Direction

MARGIN: Final = 8
"""Bars drawn before the shape and behind the trade."""
MOST_CHARTS: Final = 4
"""More would leave those beside the first one too low for their heads."""
MOST_BARS: Final = 400
"""More would not fit beside the first one: a longer trade is cut before its exit."""
WIDTH: Final = 1600
HEIGHT: Final = 900


def write_sheet(bars: Bars, verdicts: Sequence[Verdict], discovery: float, path: Path) -> bool:
    """A PNG of up to four of the verdicts, in their order; False where none of them fired.

    OutputError where it cannot be written.
    """
    series: dict[object, Series] = {}
    pictures: list[Picture] = []
    for verdict in verdicts:
        timeframe = verdict.shape.timeframe
        if len(pictures) == MOST_CHARTS or timeframe is None:
            break
        if timeframe not in series:
            series[timeframe] = series_of(bars, timeframe, discovery)
        picture = _picture(series[timeframe], verdict)
        pictures += [] if picture is None else [picture]
    if pictures:
        write_picture(draw_sheet(pictures, width=WIDTH, height=HEIGHT), path)
    return bool(pictures)


def _picture(series: Series, verdict: Verdict) -> Picture | None:
    shape, bars = verdict.shape, series.bars
    fired = series.signals(shape)
    places = series.unseen(shape, fired)
    if len(places) == 0:
        return None
    place = int(places[-1])
    first = max(0, place - shape.bars + 1 - MARGIN)
    shown = bars.slice(first, min(len(bars), place + shape.horizon + 2 + MARGIN, first + MOST_BARS))
    window = bars.close[place - shape.bars + 1 : place + 1]
    drawn = window.mean() + np.array(shape.template) * window.std()
    start = place - shape.bars + 1 - first
    up = shape.direction is Direction.UP
    mark = Mark(
        place - first,
        shape.name,
        Toward.UP if up else Toward.DOWN,
        Outline((Stroke(Pen.EDGE, tuple((start + k, float(price)) for k, price in enumerate(drawn))),)),
    )
    opened, closed = float(bars.open[place + 1]), float(bars.open[place + 1 + shape.horizon])
    trade = TradeMark(place + 1 - first, opened, place + 1 + shape.horizon - first, closed, up, (closed > opened) is up)
    said = ", ".join(dict.fromkeys(one.reason.value for one in verdict.refusals))
    note = words.SHEET_KEPT if verdict.kept else words.SHEET_REFUSED.format(reasons=said)
    return Picture(shown, marks=(mark,), trades=(trade,), volume=False, note=f"{shape.name}: {note}")
