"""A sample has the shares of the whole, whatever repeats itself in it."""

from __future__ import annotations

import numpy as np
import pytest

from pinewright.data.sampling import sample


def test_short_series_are_taken_whole() -> None:
    values = np.arange(1_000.0)
    assert sample(values, 1_000) is values


@pytest.mark.parametrize("period", [2, 3, 5, 7])
@pytest.mark.parametrize("count", [40_001, 100_000, 1_234_567])
def test_what_repeats_itself_keeps_its_share(period: int, count: int) -> None:
    values = (np.arange(count) % period == 0).astype(np.float64)
    found = sample(values, 20_000)
    assert 8_000 <= len(found) <= 20_000
    assert float(found.mean()) == pytest.approx(1 / period, abs=0.01)


def test_the_sample_reaches_over_the_whole() -> None:
    found = sample(np.arange(100_000.0), 20_000)
    assert found[0] == 0.0
    assert found[-1] > 95_000
