"""Sequences of labels: a wrong glyph is outvoted, and what is not clear is none."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.patterns.picture.scale.curve import is_bent
from pinewright.patterns.picture.scale.fit import progression_of
from pinewright.patterns.picture.scale.labels import Label
from pinewright.patterns.picture.scale.spacing import Ladder, ladders


def label(value: int, count: int, row: float, doubt: dict[int, int] | None = None, sure: float = 4.0) -> Label:
    """A label that shows a number; ``doubt`` replaces digits at some places by likelier wrong ones."""
    chances = np.full((count, 10), -sure)
    pictures = np.zeros((count, 12))
    for place, digit in enumerate(str(value).zfill(count)):
        seen = (doubt or {}).get(place, int(digit))
        chances[place, int(digit)] = -1.0
        chances[place, seen] = 0.0
        pictures[place, int(digit)] = 1.0
    chances -= np.log(np.exp(chances).sum(axis=1, keepdims=True))
    return Label(chances, pictures, row, frozenset({2}), row - 5, row + 5)


def ladder(count: int) -> Ladder:
    return Ladder(np.arange(count), np.arange(count), 40.0)


@given(first=st.integers(200, 900), step=st.sampled_from([5, 10, 20, 25, 50]), wrong=st.integers(0, 6))
@settings(max_examples=40, deadline=None)
def test_one_wrong_glyph_is_outvoted(first: int, step: int, wrong: int) -> None:
    start = 100 * first - 100 * first % step
    labels = [label(start - place * step, 5, 40.0 * place) for place in range(7)]
    labels[wrong] = label(start - wrong * step, 5, 40.0 * wrong, {4: 7})
    told = progression_of(labels, ladder(7))
    assert told is not None
    assert (told.first, told.step) == (start, step)
    assert told.agree.sum() >= 6


def test_a_digit_that_all_labels_doubt_makes_no_axis() -> None:
    labels = [label(12000 - 50 * place, 5, 40.0 * place, sure=4.0) for place in range(7)]
    doubted = []
    for one in labels:
        chances = one.chances.copy()
        chances[0] = np.log(0.1)  # nobody can tell the first digit
        doubted.append(Label(chances, one.pictures, one.row, one.decimals, one.top, one.bottom))
    assert progression_of(doubted, ladder(7)) is None


def test_labels_of_no_sequence_make_none() -> None:
    random = np.random.default_rng(3)
    labels = [label(int(value), 5, 40.0 * place) for place, value in enumerate(random.integers(10000, 99999, 7))]
    assert progression_of(labels, ladder(7)) is None


@given(step=st.floats(20.0, 90.0), start=st.floats(5.0, 20.0), missing=st.integers(1, 5), seed=st.integers(0, 50))
@settings(max_examples=40, deadline=None)
def test_labels_at_equal_distances_make_a_ladder(step: float, start: float, missing: int, seed: int) -> None:
    rows = np.round(start + step * np.arange(8) + np.random.default_rng(seed).uniform(-0.4, 0.4, 8))
    kept = np.delete(rows, missing)
    found = ladders(kept.tolist(), 15.0)[0]
    assert len(found.place) == 7
    assert abs(found.step - step) < 0.5
    assert np.diff(found.rung).max() == 2


@given(step=st.floats(15.0, 90.0), start=st.floats(0.0, 30.0), count=st.integers(5, 20))
@settings(max_examples=60, deadline=None)
def test_rounded_rows_are_not_bent_and_those_of_a_logarithm_are(step: float, start: float, count: int) -> None:
    rung = np.arange(count, dtype=np.float64)
    assert not is_bent(rung, np.floor(start + step * rung + 0.5))
    curved = start + 400.0 * np.log(1.0 + 0.05 * rung)
    assert is_bent(rung, np.floor(curved + 0.5)) or count < 8
