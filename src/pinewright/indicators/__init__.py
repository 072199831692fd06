"""Indicators as arrays: any Pine expression over bars, by the definitions that strategies are compiled from.

    from pinewright.indicators import IndicatorCalculator
    table = IndicatorCalculator().calculate(bars, ["ta.rsi(close, 14)", "trend = ta.macd(close, 12, 26, 9)"])
    table["ta.rsi(close, 14)"], table["trend.signal"]        # [N] float64, NaN is na

``registry`` tells which functions there are, with families, usual arguments and ranges for a search.
"""

from __future__ import annotations

from pinewright.indicators.calculator import IndicatorCalculator, IndicatorTable
from pinewright.indicators.registry import Argument, Indicator, IndicatorFamily, Range, indicator, indicators

__all__ = [
    "Argument",
    "Indicator",
    "IndicatorCalculator",
    "IndicatorFamily",
    "IndicatorTable",
    "Range",
    "indicator",
    "indicators",
]
