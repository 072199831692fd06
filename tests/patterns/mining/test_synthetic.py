"""Made windows: bars that a market could have made, and labels that their geometry bears out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.errors import UsageError
from pinewright.market import Bars, FloatArray, Timeframe
from pinewright.patterns.mining.outlines import NONE, OUTLINES, PEAKS_ALIKE, SHOULDERS_ALIKE
from pinewright.patterns.mining.shape import Shape, template_of
from pinewright.patterns.mining.synthetic import BESIDE, ShapeTruth, SyntheticPatternGenerator
from pinewright.patterns.pattern import Direction
from tests.patterns.mining.conftest import made_bars

CLOSE = 3


def levels(one: ShapeTruth, mirrored: bool) -> FloatArray:
    """Corners in heights, upside down for bearish shapes."""
    prices: FloatArray = np.array(one.key_prices) / one.height
    return -prices if mirrored else prices


def bears_out(label: str, v: FloatArray) -> bool:
    """Whether the corners [K], bullish way up, are those of the label; written apart from how they are drawn."""
    slack = 0.02
    if label == "double_bottom":
        return bool(abs(v[1] - v[3]) <= PEAKS_ALIKE + slack and v[2] - max(v[1], v[3]) > 0.2 and v[4] > v[2] < v[0])
    if label == "inverse_head_and_shoulders":
        head = v[3] < min(v[1], v[5]) - 0.15
        return bool(head and abs(v[1] - v[5]) <= SHOULDERS_ALIKE + slack and v[6] > max(v[2], v[4]))
    if label == "ascending_triangle":
        tops, lows = v[[1, 3, 5]], v[[0, 2, 4]]
        return bool(np.ptp(tops) <= PEAKS_ALIKE + slack and (np.diff(lows) > 0.1).all() and v[6] > tops.max())
    if label == "symmetrical_triangle_up":
        return bool((np.diff(v[[1, 3, 5]]) < 0).all() and (np.diff(v[[0, 2, 4]]) > 0).all() and v[6] > v[5])
    if label == "bull_flag":
        pole = v[1] - v[0]
        return bool(v[6] > v[1] and np.ptp(v[1:6]) < 0.5 * pole and v[3] > v[5] and v[2] > v[4])
    if label == "falling_wedge":
        gaps = v[[0, 2, 4]] - v[[1, 3, 5]]
        return bool(
            (np.diff(v[[0, 2, 4]]) < 0).all() and (np.diff(v[[1, 3, 5]]) < 0).all() and (np.diff(gaps) < 0).all()
        )
    if label == "rising_channel":
        return bool(
            (np.diff(v[[1, 3, 5]]) > 0.1).all() and np.ptp(np.diff(v[[1, 3, 5]]) - np.diff(v[[0, 2, 4]])) < 0.05
        )
    return bool(label == "v_bottom" and v[1] < min(v[0], v[2]) - 0.7)


UPRIGHT = {
    "double_top": "double_bottom",
    "head_and_shoulders": "inverse_head_and_shoulders",
    "descending_triangle": "ascending_triangle",
    "symmetrical_triangle_down": "symmetrical_triangle_up",
    "bear_flag": "bull_flag",
    "rising_wedge": "falling_wedge",
    "falling_channel": "rising_channel",
    "v_top": "v_bottom",
}


def test_labels_agree_with_geometry() -> None:
    made = SyntheticPatternGenerator(80).make(204, seed=3)
    seen = set()
    for one in made.truth:
        if one.label == NONE:
            continue
        mirrored = one.label in UPRIGHT
        upright = UPRIGHT.get(one.label, one.label)
        assert bears_out(upright, levels(one, mirrored)), one
        seen.add(one.label)
        assert one.direction is (Direction.DOWN if mirrored else Direction.UP)
    assert seen == set(OUTLINES)


def test_corners_are_in_the_bars() -> None:
    """The closes at the corners are the truth's, and between two corners nothing goes far beyond them."""
    made = SyntheticPatternGenerator(60).make(170, seed=5)
    for closes, one in zip(made.prices[:, :, CLOSE], made.truth, strict=True):
        assert np.array_equal(closes[list(one.key_bars)], np.array(one.key_prices))
        for left, right in zip(one.key_bars[:-1], one.key_bars[1:], strict=True):
            assert right - left >= 2
            part, ends = closes[left : right + 1], closes[[left, right]]
            assert part.max() <= ends.max() + 0.041 * one.height + 1e-5
            assert part.min() >= ends.min() - 0.041 * one.height - 1e-5


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**31), bars=st.integers(24, 120))
def test_bars_are_bars(seed: int, bars: int) -> None:
    prices = SyntheticPatternGenerator(bars).make(18, seed).prices
    opened, high, low, close = np.moveaxis(prices, 2, 0)
    assert prices.shape == (18, bars, 4)
    assert (low <= np.minimum(opened, close)).all()
    assert (high >= np.maximum(opened, close)).all()
    assert np.allclose(prices * 1e5, np.rint(prices * 1e5), atol=1e-6)


def test_classes_are_balanced() -> None:
    made = SyntheticPatternGenerator(40).make(17 * 3 + 5, seed=1)
    counts = np.bincount(made.labels, minlength=17)
    assert counts.min() >= 3
    assert counts.max() <= 4


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("a.parquet", "b.parquet", "c.parquet")]
    for file, seed in zip(files, (7, 7, 8), strict=True):
        SyntheticPatternGenerator(40).make(40, seed).write(file)
    first, again, other = (file.read_bytes() for file in files)
    assert first == again
    assert first != other


def test_a_longer_list_begins_with_the_shorter() -> None:
    generator = SyntheticPatternGenerator(40)
    short, long = generator.make(20, 2), generator.make(50, 2)
    assert np.array_equal(short.prices, long.prices[:20])
    assert short.truth == long.truth[:20]


def test_the_file_holds_windows_and_truth(tmp_path: Path) -> None:
    import polars as pl

    made = SyntheticPatternGenerator(30, labels=("double_top", NONE)).make(10, 3)
    made.write(tmp_path / "w.parquet")
    table = pl.read_parquet(tmp_path / "w.parquet")
    assert len(table) == 10
    assert set(table["label"]) == {"double_top", NONE}
    assert np.array_equal(np.array(table["close"].to_list()), made.prices[:, :, CLOSE])
    assert table.filter(pl.col("label") == NONE)["key_bars"].list.len().max() == 0


def test_a_mined_shape_is_varied() -> None:
    template = template_of([0, 4, 1, 5, 2, 6, 0, 1, 0, 2, 1, 3])
    shape = Shape("shape_a", template, 0.5, Direction.DOWN, 8, Timeframe(15))
    made = SyntheticPatternGenerator(60, labels=("shape_a", NONE), shapes=(shape,)).make(20, 1)
    for closes, one in zip(made.prices[:, :, CLOSE], made.truth, strict=True):
        if one.label == "shape_a":
            at = np.linspace(one.start, one.end, len(template))
            likeness = np.corrcoef(np.interp(at, np.arange(60), closes), template)[0, 1]
            assert likeness > 0.6
            assert one.direction is Direction.DOWN


def steps_beside(closes: FloatArray, one: ShapeTruth) -> FloatArray:
    """Moves of closes [bars] before and behind the shape, in its heights."""
    steps = np.abs(np.diff(closes))
    beside: FloatArray = np.append(steps[: one.start], steps[one.end :]) / one.height
    return beside


def restless(count: int) -> Bars:
    """A market that stands nearly still for a time and then leaps: two moves in a row are often almost equal."""
    generator = np.random.default_rng(8)
    calm = np.where(np.arange(count) // 40 % 2 == 0, 0.02, 1.0)
    moves = generator.standard_t(2, count) * calm
    return made_bars(np.rint(20.0 * moves).astype(np.int64))


@pytest.mark.parametrize("real", [False, True])
def test_no_step_beside_a_shape_is_half_as_high_as_it(real: bool) -> None:
    background = restless(3_000) if real else None
    for bars in (24, 60):
        made = SyntheticPatternGenerator(bars, background=background).make(340, seed=5)
        tick = made.symbol.mintick
        for closes, one in zip(made.prices[:, :, CLOSE], made.truth, strict=True):
            if one.label != NONE:
                assert steps_beside(closes, one).max(initial=0.0) <= BESIDE * 1.02 + tick / one.height, one


def test_few_real_moves_are_not_blown_up() -> None:
    """Beside a shape the market is as restless as in it: no walk of two moves is stretched to the deviation of many."""
    made = SyntheticPatternGenerator(60, background=restless(3_000)).make(680, seed=5)
    shapes = [(c, one) for c, one in zip(made.prices[:, :, CLOSE], made.truth, strict=True) if one.label != NONE]
    behind = [np.abs(np.diff(closes[one.end :])).max() / one.height for closes, one in shapes if one.end == 57]
    assert len(behind) > 100
    assert np.mean(np.array(behind) > 0.3) < 0.1


def test_real_bars_as_background(quarters: Bars) -> None:
    made = SyntheticPatternGenerator(60, background=quarters).make(34, 1)
    prices = made.prices
    assert prices.min() > 0.9 * quarters.low.min()
    assert prices.max() < 1.1 * quarters.high.max()
    moves = np.abs(np.diff(np.log(prices[made.labels == 0, :, CLOSE]), axis=1)).mean()
    real = np.abs(np.diff(np.log(quarters.close))).mean()
    assert 0.3 < moves / real < 3.0


def test_what_is_refused() -> None:
    with pytest.raises(UsageError, match="too short"):
        SyntheticPatternGenerator(10)
    with pytest.raises(UsageError, match="double_to"):
        SyntheticPatternGenerator(40, labels=("double_to",))
    with pytest.raises(UsageError, match="windows"):
        SyntheticPatternGenerator(40).make(0)
