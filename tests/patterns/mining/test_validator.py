"""The validator's reasons, each on bars that have no other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pinewright.errors import UsageError
from pinewright.market import HOUR, Bars, BoolArray, Timeframe
from pinewright.patterns.mining.evidence import adjusted_chances, clock_chance
from pinewright.patterns.mining.series import Series
from pinewright.patterns.mining.shape import Shape, template_of
from pinewright.patterns.mining.validator import PatternValidator, Reason, Verdict
from pinewright.patterns.pattern import Direction
from tests.patterns.mining.conftest import made_bars

FRAME = Timeframe(15)
SIZE = 12_000
ZIGZAG = template_of([0, 3, 1, 5, 2, 4, 0, 1])


class Chosen(Series):
    """A series on which every shape fires where the test says."""

    fired: BoolArray

    def signals(self, shape: Shape) -> BoolArray:
        return self.fired


def series(places: np.ndarray, lift: float, *, seed: int = 1, hours: tuple[int, ...] = ()) -> Chosen:
    """Noise with a rise of ``lift`` deviations over the 8 bars after each place, or after those hours begin."""
    generator = np.random.default_rng(seed)
    steps = generator.normal(0.0, 20.0, SIZE)
    raised = places
    bars = made_bars(steps.astype(np.int64))
    if hours:
        hour = bars.time // HOUR % 24
        raised = np.flatnonzero(np.isin(hour, hours) & (bars.time % HOUR == 0))
    for place in raised.tolist():
        steps[place + 2 : place + 10] += lift * 20.0 / np.sqrt(8)
    found = Chosen(made_bars(np.rint(steps).astype(np.int64)), int(0.6 * SIZE))
    found.fired = np.zeros(SIZE, dtype=np.bool_)
    found.fired[places] = True
    return found


def shape(name: str = "one", template: tuple[float, ...] = ZIGZAG, direction: Direction = Direction.UP) -> Shape:
    return Shape(name, template, 0.5, direction, 8, FRAME)


def judged(given: Series, *shapes: Shape, cost: float = 2e-5) -> tuple[Verdict, ...]:
    return PatternValidator(cost, draws=1000).judge(shapes or (shape(),), {FRAME: given})


def reasons(verdict: Verdict) -> set[Reason]:
    return {one.reason for one in verdict.refusals}


EVEN = np.arange(50, SIZE - 50, 60)


def test_a_true_edge_is_kept_with_its_statistics() -> None:
    (verdict,) = judged(series(EVEN, 2.5))
    assert verdict.kept
    assert verdict.tested
    known = verdict.shape.statistics
    assert known is not None
    assert known.p <= 0.05
    assert known.clock <= 0.05
    assert known.discovery.occurrences + known.unseen.occurrences == pytest.approx(len(EVEN), abs=2)
    assert known.unseen.net == pytest.approx(known.unseen.move - 2e-5)
    assert known.unseen.move == pytest.approx(2.5 * 20 * np.sqrt(8) * 1e-5, rel=0.25)


def test_noise_is_refused() -> None:
    (verdict,) = judged(series(EVEN, 0.0))
    assert not verdict.kept


def test_few_places() -> None:
    (verdict,) = judged(series(EVEN[::10], 3.0))
    assert Reason.FEW in reasons(verdict)
    assert not verdict.tested
    assert "times where it was mined" in verdict.refusals[0].sentence


def test_a_line_is_trivial() -> None:
    (verdict,) = judged(series(EVEN, 2.5), shape(template=template_of(np.arange(12.0))))
    assert reasons(verdict) == {Reason.TRIVIAL}


def test_a_step_is_trivial() -> None:
    (verdict,) = judged(series(EVEN, 2.5), shape(template=template_of([0, 0, 0, 0, 0, 1, 1, 1])))
    assert reasons(verdict) == {Reason.TRIVIAL}


def test_the_same_places_are_a_duplicate() -> None:
    first, second = judged(series(EVEN, 2.5), shape(), shape("two"))
    assert first.kept
    assert reasons(second) == {Reason.DUPLICATE}
    assert "those of one" in second.refusals[0].sentence


def test_an_edge_below_its_costs() -> None:
    (verdict,) = judged(series(EVEN, 1.0), cost=1e-2)
    assert reasons(verdict) == {Reason.COSTS}


def test_an_edge_of_one_half_alone() -> None:
    border = 0.6 * SIZE
    early = EVEN[border / 2 > EVEN]
    given = series(early, 4.0)
    late = EVEN[border / 2 <= EVEN]
    falling = series(late, -1.5, seed=2)
    bars = _joined(given.bars, falling.bars, int(border / 2))
    mixed = Chosen(bars, int(border))
    mixed.fired = given.fired | falling.fired
    (verdict,) = judged(mixed)
    assert Reason.UNSTABLE in reasons(verdict)
    assert "second half of the mined part" in " ".join(one.sentence for one in verdict.refusals)


def _joined(first: Bars, second: Bars, cut: int) -> Bars:
    steps = np.concatenate([np.diff(first.close, prepend=1.1)[:cut], np.diff(second.close, prepend=1.1)[cut:]])
    return made_bars(np.rint(steps * 1e5).astype(np.int64))


def test_an_edge_that_ends_with_the_mined_part() -> None:
    border = 0.6 * SIZE
    given = series(EVEN[border > EVEN], 3.0)
    given.fired[EVEN] = True
    (verdict,) = judged(given)
    assert verdict.tested
    assert Reason.LUCK in reasons(verdict)


def test_what_the_hour_explains() -> None:
    """Every day rises in one hour; the shape happens to fire only then, and knows nothing beside."""
    bars = series(EVEN, 0.0).bars
    opening = np.flatnonzero((bars.time // HOUR % 24 == 9) & (bars.time % HOUR == 0))
    chosen = np.random.default_rng(5).permutation(opening)[: len(opening) * 2 // 3]
    given = series(np.sort(chosen), 3.0, hours=(9,))
    (verdict,) = judged(given)
    assert Reason.CLOCK in reasons(verdict)
    assert Reason.LUCK not in reasons(verdict)


def test_a_shape_needs_bars_and_a_direction() -> None:
    given = series(EVEN, 2.0)
    with pytest.raises(UsageError, match="time frame"):
        judged(given, replace(shape(), timeframe=Timeframe(5)))
    with pytest.raises(UsageError, match="direction"):
        judged(given, shape(direction=Direction.NEUTRAL))


def test_adjusted_chances_grow_with_the_company() -> None:
    generator = np.random.default_rng(2)
    good = generator.normal(0.3, 1.0, 100)
    alone = adjusted_chances(good[None, :], draws=2000, seed=1)[0]
    crowd = adjusted_chances(np.vstack([good, generator.normal(0.0, 1.0, (60, 100))]), draws=2000, seed=1)
    copies = adjusted_chances(np.vstack([good] * 60), draws=2000, seed=1)
    assert alone < crowd[0]
    assert copies[0] == pytest.approx(alone)  # sixty names of one shape are one shape


def test_adjusted_chances_of_noise_are_honest() -> None:
    """Of twenty shapes without an edge the best is below 0.05 in about one history of twenty."""
    generator = np.random.default_rng(3)
    least = [adjusted_chances(generator.normal(0.0, 1.0, (20, 60)), draws=300, seed=k).min() for k in range(80)]
    assert np.mean(np.array(least) <= 0.05) <= 0.11


def test_clock_chance_compares_the_same_hours() -> None:
    moves = np.tile([1.0, -1.0], 500)
    hours = np.tile([3, 4], 500)
    assert clock_chance(moves, hours, np.arange(0, 200, 2), 1, draws=200, seed=1) == 1.0
    moves[np.arange(0, 200, 2)] = 2.0
    assert clock_chance(moves, hours, np.arange(0, 200, 2), 1, draws=200, seed=1) < 0.01
