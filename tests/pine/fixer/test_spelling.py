"""Distances between words."""

from __future__ import annotations

import pytest

from pinewright.pine.fixer.spelling import distance, near


@pytest.mark.parametrize(("one", "two"), [("close", "colse"), ("sma", "ssma"), ("length", "lenth"), ("true", "tru")])
def test_one_slip_costs_about_one(one: str, two: str) -> None:
    assert 0.8 < distance(one, two) < 1.3
    assert distance(one, two) == pytest.approx(distance(two, one), abs=0.3)


def test_far_words_are_infinitely_far() -> None:
    assert distance("close", "volume") == float("inf")
    assert distance("a", "abcdef") == float("inf")
    assert distance("same", "same") == 0


def test_case_counts_little() -> None:
    assert distance("Close", "close") < 1


def test_near_words_come_nearest_first() -> None:
    assert [word for _, word in near("lenght", ["length", "height", "lengths", "close"])][:1] == ["length"]
    assert near("close", ["close"]) == []
