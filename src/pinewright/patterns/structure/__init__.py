"""Structure: swings, levels, trend lines, and the patterns that traders draw through them, from bars already closed."""

from __future__ import annotations

from pinewright.patterns.structure.catalogue import STRUCTURES
from pinewright.patterns.structure.known import (
    Channel,
    Level,
    Swing,
    SwingKind,
    TrendLine,
    channel_at,
    levels_at,
    swing_points,
    trend_lines_at,
)
from pinewright.patterns.structure.signals import structure_marks, structure_signals

__all__ = [
    "STRUCTURES",
    "Channel",
    "Level",
    "Swing",
    "SwingKind",
    "TrendLine",
    "channel_at",
    "levels_at",
    "structure_marks",
    "structure_signals",
    "swing_points",
    "trend_lines_at",
]
