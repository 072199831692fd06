"""The signs of a chart: triangle, diamond, dot and open square, told apart by shape before colour."""

from __future__ import annotations

import math

from pinewright.charts.pictures.lettering import RGB
from pinewright.charts.pictures.strokes import Box, Pixels, Place, polygon


def draw_triangle(
    pixels: Pixels, clip: Box, place: Place, size: float, fill: RGB, edge: RGB, width: float, *, up: bool
) -> None:
    """A triangle that points up or down, its tip ``size`` pixels from the place, with an edge of ``width`` pixels."""
    x, y = place
    sign = -1 if up else 1
    base = y - sign * 0.9 * size
    polygon(pixels, clip, [(x, y + sign * size), (x + 1.05 * size, base), (x - 1.05 * size, base)], fill, edge, width)


def draw_diamond(pixels: Pixels, clip: Box, place: Place, size: float, fill: RGB, edge: RGB, width: float) -> None:
    """A diamond, its upper and lower tip ``size`` pixels from the place."""
    x, y = place
    across = 0.8 * size
    polygon(pixels, clip, [(x, y - size), (x + across, y), (x, y + size), (x - across, y)], fill, edge, width)


def draw_dot(pixels: Pixels, clip: Box, place: Place, size: float, fill: RGB, edge: RGB, width: float) -> None:
    """A round dot of that radius, its edge outside of it."""
    x, y = place
    turns = [2 * math.pi * part / 24 for part in range(24)]
    polygon(pixels, clip, [(x + size * math.cos(t), y + size * math.sin(t)) for t in turns], fill, edge, width)


def draw_exit(pixels: Pixels, clip: Box, place: Place, size: float, fill: RGB, edge: RGB, width: float) -> None:
    """An open square around a place."""
    x, y = place
    half = 0.7 * size
    corners = [(x - half, y - half), (x + half, y - half), (x + half, y + half), (x - half, y + half)]
    polygon(pixels, clip, corners, fill, edge, width)
