"""Candlestick patterns that occur on bars without gaps, from numbers."""

from __future__ import annotations

from pinewright.patterns.candles.catalogue import CANDLES
from pinewright.patterns.candles.signals import candle_marks, candle_signals

__all__ = ["CANDLES", "candle_marks", "candle_signals"]
