"""Each pattern on bars written by hand: the one it describes, and one that just misses it."""

from __future__ import annotations

import pytest

from pinewright.patterns.candles import CANDLES, candle_signals
from tests.patterns.candles.support import Row, bars_of, mirrored

BEFORE = 12
"""Quiet bars first: range 100, body 40 ticks, so that an average range is 100 and an average body 40."""


def quiet() -> list[Row]:
    return [(0, 70, -30, 40), (40, 70, -30, 0)] * (BEFORE // 2)


def falling() -> list[Row]:
    """Six bars of range 100 and body 40 that fall by 240, and end at 0."""
    return [*quiet(), *((240 - 40 * k, 270 - 40 * k, 170 - 40 * k, 200 - 40 * k) for k in range(6))]


FALL: Row = (0, 10, -110, -100)
"""A long fall from 0 to -100."""

CASES: dict[str, tuple[list[Row], list[Row], bool]] = {
    # name: bars that fire on the last one, bars that do not, whether a fall comes first
    "doji": ([(0, 50, -50, 10)], [(0, 50, -50, 11)], False),
    "long_legged_doji": ([(0, 51, -45, 5)], [(0, 51, -40, 5)], False),
    "dragonfly_doji": ([(0, 9, -60, 2)], [(0, 13, -60, 2)], False),
    "spinning_top": ([(0, 65, -31, 30)], [(0, 65, -30, 30)], False),
    "bullish_marubozu": ([(0, 69, -9, 60)], [(0, 72, -9, 60)], False),
    "bullish_belt_hold": ([(0, 90, -9, 61)], [(0, 90, -11, 61)], False),
    "hammer": ([(0, 30, -60, 20)], [(0, 40, -60, 20)], True),
    "inverted_hammer": ([(0, 90, -10, 20)], [(0, 90, -15, 20)], True),
    "bullish_pin_bar": ([(0, 20, -90, 10)], [(0, 20, -60, 10)], False),
    "bullish_engulfing": ([(0, 20, -40, -30), (-30, 20, -40, 15)], [(0, 20, -40, -30), (-30, 20, -40, -11)], False),
    "bullish_harami": ([FALL, (-90, -60, -95, -75)], [FALL, (-90, -50, -95, -60)], False),
    "bullish_harami_cross": ([FALL, (-60, -50, -80, -58)], [FALL, (-60, -40, -80, -45)], False),
    "piercing_line": ([FALL, (-100, -40, -110, -45)], [FALL, (-100, -40, -110, -50)], False),
    "tweezer_bottom": (
        [(0, 5, -50, -40), (-40, 0, -55, -5)],
        [(0, 5, -50, -40), (-40, 0, -75, -5)],
        True,
    ),
    "inside_bar": ([(0, 90, -60, 50), (50, 80, -50, 10)], [(0, 90, -60, 50), (50, 105, -50, 10)], False),
    "bullish_outside_bar": ([(0, 60, -40, 20), (20, 90, -50, 70)], [(0, 60, -40, 20), (20, 90, -50, 60)], False),
    "morning_star": (
        [FALL, (-100, -80, -130, -110), (-110, -30, -115, -40)],
        [FALL, (-100, -80, -130, -110), (-110, -30, -115, -50)],
        False,
    ),
    "three_white_soldiers": (
        [(0, 60, -10, 50), (50, 110, 40, 100), (100, 160, 90, 150)],
        [(0, 60, -10, 50), (50, 110, 40, 100), (100, 190, 90, 150)],
        False,
    ),
    "three_inside_up": (
        [FALL, (-90, -60, -95, -65), (-65, 20, -70, 10)],
        [FALL, (-90, -60, -95, -65), (-65, 20, -70, 0)],
        False,
    ),
    "three_outside_up": (
        [(0, 20, -40, -30), (-30, 30, -40, 20), (20, 50, 0, 30)],
        [(0, 20, -40, -30), (-30, 30, -40, 20), (20, 50, 0, 20)],
        False,
    ),
    "bullish_hikkake": (
        [(0, 90, -60, 50), (50, 80, -50, 10), (10, 70, -70, -20)],
        [(0, 90, -60, 50), (50, 80, -50, 10), (10, 80, -70, -20)],
        False,
    ),
}
MIRRORS = {
    "dragonfly_doji": "gravestone_doji",
    "hammer": "shooting_star",
    "inverted_hammer": "hanging_man",
    "piercing_line": "dark_cloud_cover",
    "tweezer_bottom": "tweezer_top",
    "morning_star": "evening_star",
    "three_white_soldiers": "three_black_crows",
    "three_inside_up": "three_inside_down",
    "three_outside_up": "three_outside_down",
}
"""What a pattern is called upside down; ``bullish_`` becomes ``bearish_``, and neutral ones stay."""


def mirror(name: str) -> str:
    return MIRRORS.get(name, name.replace("bullish_", "bearish_"))


def test_every_pattern_has_its_case() -> None:
    assert {*CASES, *map(mirror, CASES)} == set(CANDLES)
    assert len(CANDLES) == 38


@pytest.mark.parametrize("name", CASES)
def test_it_fires_where_it_is_described_and_not_beside(name: str) -> None:
    hit, miss, after_fall = CASES[name]
    before = falling() if after_fall else quiet()
    for rows, fires in ((hit, True), (miss, False)):
        bars = bars_of([*before, *rows])
        assert candle_signals(bars, [name])[0, -1] == fires, rows
        assert candle_signals(mirrored(bars), [mirror(name)])[0, -1] == fires, rows


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if case[2]])
def test_patterns_of_a_turn_need_the_move_before(name: str) -> None:
    bars = bars_of([*quiet(), *CASES[name][0]])
    assert not candle_signals(bars, [name])[0, -1]
