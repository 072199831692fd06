"""Jumps of the price scale are found, and the rows on the wrong one told from the rest."""

from __future__ import annotations

import numpy as np
import pytest

from pinewright.data.scale import find_jumps, off_scale
from pinewright.market import FloatArray

TIME = 1_000 * np.arange(100, dtype=np.int64)


def prices() -> FloatArray:
    return 150.0 + np.arange(100) / 100


def test_an_even_market_has_no_jumps() -> None:
    assert find_jumps(TIME, prices()) == ()
    assert not off_scale(prices()).any()
    assert not off_scale(np.zeros(0)).any()


@pytest.mark.parametrize(("begin", "end"), [(0, 20), (40, 60), (80, 100), (50, 51)])
@pytest.mark.parametrize("factor", [100.0, 0.1])
def test_a_stretch_on_another_scale(begin: int, end: int, factor: float) -> None:
    wrong = prices()
    wrong[begin:end] *= factor
    jumps = find_jumps(TIME, wrong)
    assert [jump.time for jump in jumps] == [1_000 * row for row in (begin, end) if 0 < row < 100]
    assert jumps[0].ratio == pytest.approx(factor if begin else 1 / factor, rel=0.01)
    assert np.flatnonzero(off_scale(wrong)).tolist() == list(range(begin, end))


def test_two_wrong_scales_side_by_side() -> None:
    wrong = prices()
    wrong[30:40] *= 10
    wrong[40:50] *= 100
    assert np.flatnonzero(off_scale(wrong)).tolist() == list(range(30, 50))


def test_a_slow_rise_is_no_other_scale() -> None:
    """Bitcoin from 100 to 100,000 in small steps."""
    rise: FloatArray = 100 * np.exp(0.01 * np.arange(700))
    assert not off_scale(rise).any()


def test_a_price_of_zero_is_a_jump_without_end() -> None:
    wrong = prices()
    wrong[50] = 0.0
    assert [jump.ratio for jump in find_jumps(TIME, wrong)] == [0.0, np.inf]
