"""Statistics of arrays against numpy and plain formulas; na by TradingView's rules."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.machine.heap.support import NAN, Machine, array, detail, elements, same

Make = Callable[..., Machine]
NUMBERS = st.integers(-40, 40).map(lambda value: value / 4)
VALUES = st.lists(st.one_of(NUMBERS, NUMBERS, st.just(NAN)), max_size=15)


def near(found: float, expected: float) -> bool:
    """Whether two figures agree, na included."""
    return same([found], [expected]) or math.isclose(found, expected, rel_tol=1e-12, abs_tol=1e-12)


@settings(deadline=None)
@given(values=VALUES)
def test_figures_leave_na_out(heap: Make, values: list[float]) -> None:
    machine = heap()
    a = array(machine, values)
    known = np.array([value for value in values if value == value])
    one = len(known) == 1
    expected = {
        "sum": known.sum() if len(known) else NAN,
        "avg": known.mean() if len(known) else NAN,
        "range": np.ptp(known) if len(known) else NAN,
        "median": np.median(known) if len(known) else NAN,
        "mode": min(known, key=lambda value: (-Counter(known)[value], value)) if len(known) else NAN,
    }
    for name, value in expected.items():
        assert near(machine.call(f"array_{name}", a), float(value)), name
    for biased in (True, False):
        spread = 0.0 if one else float(known.var(ddof=0 if biased else 1)) if len(known) else NAN
        assert near(machine.call("array_variance", a, biased), spread)
        assert near(machine.call("array_stdev", a, biased), math.sqrt(spread))


@settings(deadline=None)
@given(values=VALUES, nth=st.integers(0, 4))
def test_extremes(heap: Make, values: list[float], nth: int) -> None:
    machine = heap()
    a = array(machine, values)
    known = sorted(value for value in values if value == value)
    least = known[nth] if nth < len(known) else NAN
    most = known[-1 - nth] if nth < len(known) else NAN
    assert same([machine.call("array_min", a, float(nth)), machine.call("array_max", a, float(nth))], [least, most])


@settings(deadline=None)
@given(pairs=st.lists(st.tuples(NUMBERS, NUMBERS), min_size=2, max_size=9), biased=st.booleans())
def test_covariance(heap: Make, pairs: list[tuple[float, float]], biased: bool) -> None:
    machine = heap()
    x, y = zip(*pairs, strict=True)
    expected = np.cov(x, y, ddof=0 if biased else 1)[0, 1]
    one, two = array(machine, [*x, NAN]), array(machine, [*y, 3.0])
    assert near(machine.call("array_covariance", one, two, biased), float(expected))


def test_covariance_wants_arrays_of_one_size(heap: Make) -> None:
    machine = heap()
    assert math.isnan(machine.call("array_covariance", array(machine, [1, 2]), array(machine, [1]), True))
    assert detail(machine) == "array.covariance: the sizes differ: 2 and 1"


def test_standardize(heap: Make) -> None:
    """z-scores without na; ones where all are equal (measured by PyneCore's authors)."""
    machine = heap()
    found = elements(machine, machine.call("array_standardize", array(machine, [1, 2, 3, NAN])))
    score = 1 / math.sqrt(2 / 3)
    assert all(near(one, two) for one, two in zip(found, [-score, 0.0, score, NAN], strict=True))
    assert same(elements(machine, machine.call("array_standardize", array(machine, [4, 4, NAN]))), [1.0, 1.0, NAN])


@settings(deadline=None)
@given(values=st.lists(NUMBERS, min_size=1, max_size=12), share=st.integers(0, 100))
def test_percentiles(heap: Make, values: list[float], share: int) -> None:
    machine = heap()
    a = array(machine, values)
    nearest = np.percentile(values, share, method="inverted_cdf")
    linear = np.percentile(values, share, method="hazen")
    assert near(machine.call("array_percentile_nearest_rank", a, float(share)), float(nearest))
    assert near(machine.call("array_percentile_linear_interpolation", a, float(share)), float(linear))


@pytest.mark.parametrize(
    ("share", "nearest", "linear"),
    [(0.0, 1.0, 1.0), (50.0, 2.0, NAN), (37.5, 2.0, 2.0), (100.0, NAN, NAN), (NAN, 1.0, NAN)],
)
def test_percentiles_with_na_count_it_as_the_greatest(heap: Make, share: float, nearest: float, linear: float) -> None:
    machine = heap()
    a = array(machine, [3, 1, NAN, 2])
    assert same([machine.call("array_percentile_nearest_rank", a, share)], [nearest])
    assert same([machine.call("array_percentile_linear_interpolation", a, share)], [linear])


def test_a_percentage_beyond_100_fails(heap: Make) -> None:
    machine = heap()
    assert math.isnan(machine.call("array_percentile_nearest_rank", array(machine, [1]), 100.5))
    assert detail(machine) == "array.percentile_nearest_rank: a percentage of 100.5 is not between 0 and 100"


@pytest.mark.parametrize(
    ("values", "index", "rank"),
    [
        ([10, 20, 30, 40], 0, 0),
        ([10, 20, 30, 40], 3, 100),
        ([2, 2, 1], 0, 100),
        ([5], 0, NAN),
        ([], 0, NAN),
        ([1, NAN, 2], 2, 50),
        ([1, NAN], 1, NAN),
    ],
)
def test_percentrank(heap: Make, values: list[float], index: int, rank: float) -> None:
    machine = heap()
    assert same([machine.call("array_percentrank", array(machine, values), float(index))], [rank])
