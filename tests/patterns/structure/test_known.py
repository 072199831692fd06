"""Swings, levels, trend lines and channels at the close of a bar: on drawn paths, and against a plain reading."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.errors import UsageError
from pinewright.market import Bars
from pinewright.patterns.structure import (
    Swing,
    SwingKind,
    channel_at,
    levels_at,
    swing_points,
    trend_lines_at,
)
from tests.patterns.structure.support import corners, grid_bars, path, walk

HIGH, LOW = SwingKind.HIGH, SwingKind.LOW


def _plain(bars: Bars, length: int) -> list[Swing]:
    """The zigzag read bar by bar, from what the words say."""
    found: list[Swing] = []
    for now in range(2 * length, len(bars)):
        bar = now - length
        kinds = []
        for kind, column in ((HIGH, bars.high), (LOW, bars.low)):
            price = column[bar]
            before, after = column[bar - length : bar], column[bar + 1 : now + 1]
            if kind is HIGH and (before <= price).all() and (after < price).all():
                kinds.append(Swing(kind, bar, float(price), now))
            if kind is LOW and (before >= price).all() and (after > price).all():
                kinds.append(Swing(kind, bar, float(price), now))
        if len(kinds) == 2:
            kinds = [swing for swing in kinds if found and swing.kind is not found[-1].kind]
        for swing in kinds:
            if not found or swing.kind is not found[-1].kind:
                found.append(swing)
            elif swing.kind.value * swing.price > swing.kind.value * found[-1].price:
                found[-1] = swing
    return found


@settings(max_examples=30, deadline=None)
@given(grid_bars(150), st.integers(1, 6))
def test_swings_are_those_of_a_plain_reading(bars: Bars, length: int) -> None:
    assert list(swing_points(bars, length=length)) == _plain(bars, length)


def test_highs_and_lows_take_turns() -> None:
    swings = swing_points(walk(5, 3_000), length=3)
    assert len(swings) > 200
    assert all(a.kind is not b.kind and a.bar < b.bar for a, b in pairwise(swings))
    assert all(swing.known == swing.bar + 3 for swing in swings)


def test_a_level_has_its_touches() -> None:
    bars = path(*corners((100, 110, 100, 110, 100, 113, 100, 106)))
    support, resistance = levels_at(bars)
    assert (support.kind, support.price, support.touches, support.broken) == (LOW, 99.75, 3, False)
    assert (support.first, support.last, support.age) == (21, 61, len(bars) - 1 - 21)
    assert support.strength == pytest.approx(0.75 * (0.5 + 0.5 * 0.5 ** ((len(bars) - 1 - 61) / 200)))
    assert (resistance.kind, resistance.touches, resistance.broken) == (HIGH, 2, True)


def test_a_close_beyond_breaks_a_level() -> None:
    shape = (110, 100, 110, 100, 112, 100, 106)
    kept = levels_at(path(*corners(shape), (3, 101)))[0]
    fallen = levels_at(path(*corners(shape), (10, 95)))
    broken = next(level for level in fallen if level.touches == 3)
    assert not kept.broken
    assert broken.broken
    assert broken.strength < 0.6 * kept.strength


def test_no_level_without_touches() -> None:
    assert levels_at(path(*corners((110, 100, 120, 105, 130)))) == ()
    assert levels_at(path((0, 100.0), (3, 101.0))) == ()


def test_levels_are_few_and_ordered() -> None:
    bars = walk(9, 4_000)
    for index in range(200, 4_000, 190):
        levels = levels_at(bars, index)
        strengths = [level.strength for level in levels]
        assert len(levels) <= 8
        assert strengths == sorted(strengths, reverse=True)
        assert all(0.0 < strength <= 1.0 for strength in strengths)
        assert all(level.first < level.last <= index and level.touches >= 2 for level in levels)


def test_a_line_along_lows() -> None:
    bars = path(*corners((110, 100, 112, 104, 115, 108, 113)))
    line = next(line for line in trend_lines_at(bars) if line.kind is LOW)
    assert line.slope == pytest.approx(0.2)
    assert (line.touches, line.first, line.last, line.broken) == (3, 11, 51, False)
    assert line.price(31) == pytest.approx(103.75)
    fallen = next(
        line for line in trend_lines_at(path(*corners((110, 100, 112, 104, 115, 108, 113, 103)))) if line.kind is LOW
    )
    assert fallen.broken


def test_one_low_off_the_line_does_not_move_it() -> None:
    bars = path(*corners((112, 100, 112, 104, 116, 111, 120, 112, 124, 116, 122)))
    line = next(line for line in trend_lines_at(bars) if line.kind is LOW)
    assert line.slope == pytest.approx(0.2)
    assert line.touches == 4


def test_lines_that_run_alike_are_a_channel() -> None:
    channel = channel_at(path(*corners((110, 100, 110, 104, 114, 108, 118, 112, 116))))
    assert channel is not None
    assert channel.upper.slope == pytest.approx(channel.lower.slope)
    assert channel.upper.price(60) - channel.lower.price(60) > 5
    assert channel_at(path(*corners((95, 120, 96, 116, 98.5, 112, 101, 108, 103.5, 106)))) is None


def test_the_newest_swing_is_the_last_one_known() -> None:
    bars = path(*corners((110, 100, 110, 100)))
    known = [swing_points(bars, index) for index in range(len(bars))]
    assert [len(swings) for swings in known] == sorted(len(swings) for swings in known)
    for index, swings in enumerate(known):
        assert all(swing.known <= index for swing in swings)


@pytest.mark.parametrize("index", [-1, 50])
def test_no_such_bar(index: int) -> None:
    with pytest.raises(UsageError, match=f"no bar {index}"):
        levels_at(walk(1, 50), index)


def test_wrong_numbers() -> None:
    bars = walk(1, 50)
    with pytest.raises(UsageError):
        swing_points(bars, length=0)
    for tolerance in (0.0, -1.0, math.nan):
        with pytest.raises(UsageError):
            trend_lines_at(bars, tolerance=tolerance)
