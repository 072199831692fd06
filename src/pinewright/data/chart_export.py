"""TradingView's "Export chart data": bars with the values of whatever was plotted beside them.

The file is named after the chart, ``OANDA_EURUSD, 60.csv``, with a mark or a copy's number behind it in some years. Its
columns are ``time,open,high,low,close``, then ``Volume`` where the chart shows it, then one a plot, under any title
that a script gives: a plot named ``Spread`` is no spread. Times are unix seconds or ISO 8601 with an offset.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from pinewright.data.columns import PRICES, ColumnGuess, Layout

_NAME: Final = re.compile(
    r"(?P<exchange>[A-Z0-9]+(?:_[A-Z]+)*)_(?P<ticker>[^,_]+), ?(?:\d+[SDWMR]?|[SDWM])(?:[ _].*)?",
)


def chart_ticker(path: Path) -> str | None:
    """The ticker in the name of a chart's export (``EURUSD``, ``ETHUSDT`` of ``ETHUSDT.P``); None for other names."""
    match = _NAME.fullmatch(path.stem)
    return None if match is None else match["ticker"].removesuffix(".P")


def chart_layout(names: Sequence[str], path: Path) -> Layout | None:
    """The columns of a chart's export: time, prices and volume, every plot left aside; None where it is none."""
    bars = ["time", *PRICES]
    if list(names[:5]) != bars or chart_ticker(path) is None:
        return None
    taken = [ColumnGuess(name, name) for name in bars]
    plots = list(names[len(bars) :])
    volume = next((name for name in plots if name.lower() == "volume"), None)
    if volume is not None:
        taken.append(ColumnGuess("volume", volume))
        plots.remove(volume)
    return Layout(ticks=False, guesses=tuple(taken), unused=tuple(plots), chart=True)
