"""Windows joined with themselves, against all pairs by the definition."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.errors import UsageError
from pinewright.patterns.mining.selfjoin import self_join


def by_definition(closes: np.ndarray, length: int, apart: int, least: float) -> tuple[np.ndarray, np.ndarray]:
    rows = np.lib.stride_tricks.sliding_window_view(closes, length)
    centred = rows - rows.mean(axis=1)[:, None]
    size = np.sqrt((centred**2).sum(axis=1))
    flat = size < 1e-11
    even = centred / np.where(flat, np.inf, size)[:, None]
    all_pairs = even @ even.T
    place = np.arange(len(rows))
    all_pairs[np.abs(place[:, None] - place) < apart] = -2.0
    nearest = all_pairs.max(axis=1)
    nearest[flat] = -2.0
    return nearest, (all_pairs >= least).sum(axis=1)


@settings(max_examples=25, deadline=None)
@given(
    steps=st.lists(st.integers(-5, 5), min_size=40, max_size=400),
    length=st.integers(4, 20),
    apart=st.integers(1, 15),
)
def test_equals_the_definition(steps: list[int], length: int, apart: int) -> None:
    closes = np.round(1.1 + np.cumsum(steps) * 1e-5, 5)
    found = self_join(closes, length, least=0.731, apart=apart)
    nearest, near = by_definition(closes, length, apart, 0.731)
    assert np.allclose(found.nearest, nearest, atol=1e-7)
    assert np.array_equal(found.near, near) or np.abs(found.near - near).max() <= 1  # a pair just at the limit


def test_long_series_keep_their_digits() -> None:
    """More rows than a block, a wild stretch before a quiet one."""
    generator = np.random.default_rng(3)
    steps = generator.normal(size=9_000) * np.where(np.arange(9_000) < 300, 1e-2, 1e-5)
    closes = 1.1 + np.cumsum(steps)
    found = self_join(closes, 16, least=0.9)
    for window in (100, 5_000, 8_500):
        rows = np.lib.stride_tricks.sliding_window_view(closes, 16)
        even = (rows - rows.mean(axis=1)[:, None]) / (rows.std(axis=1)[:, None] * 4)
        pairs = even @ even[window]
        pairs[np.abs(np.arange(len(rows)) - window) < 8] = -2.0
        assert found.nearest[window] == pytest.approx(pairs.max(), abs=1e-7)


def test_same_on_any_number_of_threads() -> None:
    closes = np.cumsum(np.random.default_rng(1).normal(size=3_000))
    one, three = (self_join(closes, 20, least=0.9, share=0.5, seed=4, threads=count) for count in (1, 3))
    assert np.array_equal(one.nearest, three.nearest)
    assert np.array_equal(one.near, three.near)


def test_a_share_counts_about_as_many() -> None:
    closes = np.cumsum(np.random.default_rng(1).normal(size=6_000))
    full, part = (self_join(closes, 16, least=0.85, share=share, seed=2) for share in (1.0, 0.3))
    assert 0.2 < part.share < 0.4
    assert part.near.sum() == pytest.approx(full.near.sum(), rel=0.1)
    assert (part.nearest <= full.nearest + 1e-9).all()


def test_too_few_closes_are_refused() -> None:
    with pytest.raises(UsageError, match="too few"):
        self_join(np.arange(20.0), 16, least=0.9)
