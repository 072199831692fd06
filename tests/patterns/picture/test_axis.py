"""Rows as prices, and the price step that rows show."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.errors import UsageError
from pinewright.patterns.picture.axis import PriceAxis
from pinewright.patterns.picture.steps import find_steps


def test_two_prices_make_an_axis() -> None:
    axis = PriceAxis.parse("1.2050@100", "1.2000@600")
    assert axis.step == pytest.approx(1e-5)
    assert axis.price_of(350) == pytest.approx(1.2025)
    assert axis.row_of(1.2025) == pytest.approx(350)


@pytest.mark.parametrize(
    ("one", "other"), [("1.2", "1.1@5"), ("1.2@x", "1.1@5"), ("1.2@5", "1.2@9"), ("1.2@5", "1.3@9"), ("1.2@5", "1.1@5")]
)
def test_what_makes_none_is_refused(one: str, other: str) -> None:
    with pytest.raises(UsageError):
        PriceAxis.parse(one, other)


@given(step=st.floats(1.4, 20.0), offset=st.floats(0.0, 20.0), seed=st.integers(0, 100))
@settings(max_examples=60, deadline=None)
def test_prices_are_put_back_on_their_steps(step: float, offset: float, seed: int) -> None:
    close = np.cumsum(np.random.default_rng(seed).integers(-12, 13, 300))
    rows = np.floor(offset + step * close + 0.5).astype(np.int64)
    found = find_steps(rows)
    if found is None:  # none is an answer; a wrong step is not
        assert step < 2.3
        return
    index = np.round((rows - found.offset) / found.step)
    assert np.array_equal(np.diff(index), np.diff(close))


def test_prices_without_steps_show_none() -> None:
    random = np.random.default_rng(1)
    assert find_steps(random.integers(0, 400, 300)) is None
    assert find_steps(np.arange(5)) is None
