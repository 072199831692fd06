"""Mining in small: a planted shape is found, noise keeps little, and runs repeat."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.support.shape_market import planted, shuffled_days, signed_walk
from pinewright.errors import UsageError
from pinewright.market import Bars, FloatArray, Timeframe
from pinewright.patterns.mining.discovery import trivial
from pinewright.patterns.mining.miner import HistoricalPatternMiner, MiningResult, MiningSettings
from pinewright.patterns.mining.series import series_of
from pinewright.patterns.pattern import Direction
from tests.patterns.mining.conftest import walk

SMALL = MiningSettings(lengths=(32,), cost=0.6e-4, draws=1000, most=10)


def mined(bars: Bars, settings: MiningSettings = SMALL) -> MiningResult:
    return HistoricalPatternMiner(settings).mine(bars)


@pytest.mark.parametrize("seed", [1, 3])
def test_a_planted_shape_is_found_and_kept(quarters: Bars, seed: int) -> None:
    bars, ends = planted(quarters, seed)
    result = mined(bars)
    series = series_of(bars, bars.timeframe, SMALL.discovery)
    late = ends[ends > series.border + 32]
    shares = []
    for verdict in result.kept:
        places = series.unseen(verdict.shape, series.signals(verdict.shape))
        near = np.abs(late[:, None] - places[None, :]).min(axis=1) <= 8
        shares.append(float(near.mean()) if verdict.shape.direction is Direction.UP else 0.0)
    assert max(shares, default=0.0) >= 1 / 3


def test_noise_keeps_at_most_one_in_twenty(quarters: Bars) -> None:
    bars = quarters.slice(0, 14_000)
    results = [mined(make(bars, seed)) for seed in range(1, 3) for make in (signed_walk, shuffled_days)]
    found, kept = (
        sum(len(part) for part in parts) for parts in zip(*((r.verdicts, r.kept) for r in results), strict=True)
    )
    assert found >= 30
    assert kept <= 0.05 * found


def test_the_same_on_any_number_of_threads(quarters: Bars) -> None:
    bars = quarters.slice(0, 6_000)
    settings = replace(SMALL, lengths=(16, 24), pairs=2_000_000, seed=5, fewest=20, fewest_unseen=10)
    one, two = (mined(bars, replace(settings, threads=count)) for count in (1, 2))
    assert one.verdicts == two.verdicts
    assert len(one.verdicts) > 3


def test_what_is_found_does_not_depend_on_unseen_bars(quarters: Bars) -> None:
    """Other prices behind the border: the same shapes, directions and horizons."""
    bars = quarters.slice(0, 6_000)
    border = series_of(bars, bars.timeframe, 0.6).border
    other = signed_walk(bars, 4)
    shift = bars.close[border - 1] - other.close[border - 1]

    def joined(name: str) -> FloatArray:
        return np.concatenate([getattr(bars, name)[:border], getattr(other, name)[border:] + shift])

    changed = replace(bars, open=joined("open"), high=joined("high"), low=joined("low"), close=joined("close"))
    names = [
        sorted((v.shape.name, v.shape.template, v.shape.direction, v.shape.horizon) for v in mined(one).verdicts)
        for one in (bars, changed)
    ]
    assert names[0] == names[1]


def test_shapes_differ_and_are_not_trivial(quarters: Bars) -> None:
    result = mined(quarters)
    templates = [verdict.shape.template for verdict in result.verdicts]
    assert all(trivial(template) is None for template in templates)
    likeness = np.corrcoef(templates) - np.eye(len(templates))
    assert likeness.max() < 0.875


def test_several_time_frames_have_one_border(minutes: Bars) -> None:
    bars = minutes.slice(0, 60_000)
    settings = replace(SMALL, timeframes=(Timeframe(5), Timeframe(15), Timeframe(60)), lengths=(16,), fewest=15)
    result = mined(bars, settings)
    assert {verdict.shape.timeframe for verdict in result.verdicts} == {Timeframe(5), Timeframe(15)}
    assert result.plan.left_out == (Timeframe(60),)
    assert result.border == pytest.approx(int(bars.time[36_000]), abs=3_600_000)


def test_stopping_keeps_what_was_found(quarters: Bars) -> None:
    asked: list[int] = []

    def stopped() -> bool:
        asked.append(1)
        return len(asked) > 400

    settings = replace(SMALL, lengths=(16, 24, 32, 48, 64))
    result = HistoricalPatternMiner(settings).mine(quarters, stopped=stopped)
    assert not result.complete
    assert {verdict.shape.bars for verdict in result.verdicts} < {16, 24, 32, 48, 64}


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"lengths": (2,)}, "lengths"),
        ({"horizons": ()}, "horizons"),
        ({"tolerance": 3.0}, "tolerance"),
        ({"cost": -1.0}, "costs"),
    ],
)
def test_settings_that_cannot_be_meant(wrong: dict[str, object], word: str) -> None:
    with pytest.raises(UsageError, match=word):
        replace(SMALL, **wrong)  # type: ignore[arg-type]


def test_too_few_bars_are_refused() -> None:
    with pytest.raises(UsageError, match="too few to mine"):
        mined(walk(500))


def test_the_plan_tells_pairs_and_time(quarters: Bars) -> None:
    plan = HistoricalPatternMiner(replace(SMALL, pairs=1_000_000)).plan(quarters)
    (join,) = plan.joins
    assert join.pairs <= 1_000_000
    assert 0.0 < join.share < 1.0
    assert plan.seconds > 0.0
