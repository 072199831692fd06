"""All named patterns as Pine, by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from pinewright.generate.visual.candles import CANDLE_PINE
from pinewright.generate.visual.pine_pattern import PinePattern
from pinewright.generate.visual.structure import STRUCTURE_PINE


@cache
def pine_patterns() -> Mapping[str, PinePattern]:
    """Candles, then structure."""
    return {**CANDLE_PINE, **STRUCTURE_PINE}
