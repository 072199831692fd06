"""Colours: each thing has one that cannot be taken for another."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from pinewright.charts.palette import BLUE_ORANGE, GRAY, GRAY_DARK, PALETTES, Palette, gray_of, palette_named
from pinewright.errors import UsageError


@pytest.mark.parametrize("palette", PALETTES.values(), ids=list(PALETTES))
def test_colours_are_far_apart(palette: Palette) -> None:
    least = 12 if palette.name.startswith("gray") else 24
    for (one, first), (other, second) in itertools.combinations(palette.colours.items(), 2):
        assert max(abs(a - b) for a, b in zip(first, second, strict=True)) >= least, (one, other)
    up, down = palette.up, palette.down
    assert max(abs(a - b) for a, b in zip(up, down, strict=True)) >= 100


def test_names() -> None:
    assert palette_named("dark").dark
    with pytest.raises(UsageError, match="did you mean 'dark'"):
        palette_named("drak")


def test_a_gray_chart_keeps_its_ground() -> None:
    assert gray_of(BLUE_ORANGE) is GRAY
    assert gray_of(PALETTES["dark"]) is GRAY_DARK


def test_palettes_that_cannot_be_are_refused() -> None:
    with pytest.raises(UsageError, match="the same"):
        replace(BLUE_ORANGE, up=BLUE_ORANGE.down)
    with pytest.raises(UsageError, match="outside"):
        replace(BLUE_ORANGE, up=(0, 0, 256))
    with pytest.raises(UsageError, match="7 colours"):
        replace(BLUE_ORANGE, lines=BLUE_ORANGE.lines[:7])
