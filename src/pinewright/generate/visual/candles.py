"""The candlestick patterns as Pine: each with its function of ``candles.pine`` and those that it calls."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pinewright.generate.spelling import camel
from pinewright.generate.visual.pine_pattern import PinePattern
from pinewright.generate.visual.pine_text import needed, read_functions
from pinewright.patterns.candles import CANDLES


def _pattern(name: str) -> PinePattern:
    return PinePattern(name, needed(camel(name), read_functions("candles.pine")))


CANDLE_PINE: Final[Mapping[str, PinePattern]] = MappingProxyType({name: _pattern(name) for name in CANDLES})
"""Every pattern of ``CANDLES`` by name, in its order."""
