"""The corners of textbook shapes, drawn within the limits that make them what they are.

A level of 0 is the bottom and 1 the usual top of an outline; positions run from 0 to 1. Bearish shapes are bullish ones
upside down. Limits follow Bulkowski, Encyclopedia of Chart Patterns (2nd ed., 2005), where it gives figures.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.patterns.pattern import Direction

NONE: Final = "none"
PEAKS_ALIKE: Final = 0.06
"""Most by which two tops of one shape differ, in heights."""
SHOULDERS_ALIKE: Final = 0.12


@dataclass(frozen=True)
class Outline:
    """Corners of a shape: positions [K] from 0 to 1, rising, and levels [K]; where tradition says that it leads."""

    positions: tuple[float, ...]
    levels: tuple[float, ...]
    direction: Direction


Draw = Callable[[np.random.Generator], tuple[list[float], list[float]]]
"""Positions and levels of one drawn outline."""


def _double_bottom(r: np.random.Generator) -> tuple[list[float], list[float]]:
    neck = r.uniform(0.3, 0.6)
    second = r.uniform(-PEAKS_ALIKE, PEAKS_ALIKE)
    return [0, 0.26, 0.48, 0.72, 1], [1.0, 0.0, neck, second, neck + r.uniform(0.1, 0.4)]


def _inverse_head_and_shoulders(r: np.random.Generator) -> tuple[list[float], list[float]]:
    left_neck, left = r.uniform(0.75, 0.95), r.uniform(0.35, 0.5)
    right_neck = left_neck + r.uniform(-0.1, 0.1)
    right = left + r.uniform(-SHOULDERS_ALIKE, SHOULDERS_ALIKE)
    end = max(left_neck, right_neck) + r.uniform(0.1, 0.3)
    return [0, 0.17, 0.33, 0.5, 0.67, 0.83, 1], [1.2, left, left_neck, 0.0, right_neck, right, end]


def _ascending_triangle(r: np.random.Generator) -> tuple[list[float], list[float]]:
    first, second = r.uniform(0.25, 0.4), r.uniform(0.55, 0.7)
    tops = 1.0 + r.uniform(-PEAKS_ALIKE / 2, PEAKS_ALIKE / 2, 3)
    end = float(tops.max()) + r.uniform(0.15, 0.35)
    return [0, 0.2, 0.38, 0.55, 0.7, 0.84, 1], [0.0, float(tops[0]), first, float(tops[1]), second, float(tops[2]), end]


def _symmetrical_triangle(r: np.random.Generator) -> tuple[list[float], list[float]]:
    narrow = r.uniform(0.14, 0.2)
    low, high = 0.0, 1.0
    levels = [low, high]
    for _ in range(2):
        low, high = low + narrow, high - narrow
        levels += [low, high]
    return [0, 0.2, 0.38, 0.55, 0.7, 0.84, 1], [*levels, 1.0 - 2 * narrow + r.uniform(0.2, 0.4)]


def _bull_flag(r: np.random.Generator) -> tuple[list[float], list[float]]:
    depth, slope = r.uniform(0.14, 0.22), r.uniform(0.04, 0.09)
    levels = [0.0, 1.0, 1.0 - depth, 1.0 - slope, 1.0 - depth - slope, 1.0 - 2 * slope]
    return [0, 0.36, 0.5, 0.62, 0.75, 0.86, 1], [*levels, 1.0 + r.uniform(0.12, 0.3)]


def _falling_wedge(r: np.random.Generator) -> tuple[list[float], list[float]]:
    fall, narrow = r.uniform(0.2, 0.26), r.uniform(0.07, 0.1)
    highs = [1.0 - k * (fall + narrow) for k in range(3)]
    lows = [0.56 - k * fall for k in range(3)]
    levels = [highs[0], lows[0], highs[1], lows[1], highs[2], lows[2]]
    return [0, 0.18, 0.35, 0.52, 0.67, 0.82, 1], [*levels, highs[2] + r.uniform(0.12, 0.3)]


def _rising_channel(r: np.random.Generator) -> tuple[list[float], list[float]]:
    rise, width = r.uniform(0.18, 0.26), r.uniform(0.38, 0.5)
    lows = [k * rise for k in range(4)]
    levels = [lows[0], lows[0] + rise / 2 + width, lows[1], lows[1] + rise / 2 + width, lows[2]]
    return [0, 0.18, 0.34, 0.52, 0.68, 0.86, 1], [*levels, lows[2] + rise / 2 + width, lows[3]]


def _v_bottom(r: np.random.Generator) -> tuple[list[float], list[float]]:
    return [0, r.uniform(0.4, 0.6), 1], [1.0, 0.0, r.uniform(0.8, 1.1)]


_UP: Final[Mapping[str, Draw]] = {
    "double_bottom": _double_bottom,
    "inverse_head_and_shoulders": _inverse_head_and_shoulders,
    "ascending_triangle": _ascending_triangle,
    "symmetrical_triangle_up": _symmetrical_triangle,
    "bull_flag": _bull_flag,
    "falling_wedge": _falling_wedge,
    "rising_channel": _rising_channel,
    "v_bottom": _v_bottom,
}
_MIRRORED: Final[Mapping[str, str]] = {
    "double_top": "double_bottom",
    "head_and_shoulders": "inverse_head_and_shoulders",
    "descending_triangle": "ascending_triangle",
    "symmetrical_triangle_down": "symmetrical_triangle_up",
    "bear_flag": "bull_flag",
    "rising_wedge": "falling_wedge",
    "falling_channel": "rising_channel",
    "v_top": "v_bottom",
}
OUTLINES: Final = (*(name for pair in _MIRRORED.items() for name in pair[::-1]),)
"""Names of all outlines, bullish and bearish by turns."""


def outline(name: str, generator: np.random.Generator) -> Outline:
    """One drawn outline of that name, of ``OUTLINES``."""
    mirrored = name in _MIRRORED
    positions, levels = _UP[_MIRRORED.get(name, name)](generator)
    if mirrored:
        levels = [1.0 - level for level in levels]
    return Outline(tuple(positions), tuple(levels), Direction.DOWN if mirrored else Direction.UP)
