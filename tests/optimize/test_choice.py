"""The best that differ: families, likeness of days, and ties that go to the one that differs most."""

from __future__ import annotations

import numpy as np
import pytest

from pinewright.optimize.choice import choose, correlation
from pinewright.optimize.results import Candidate
from tests.optimize.candidates import candidate

DAYS = np.random.default_rng(3).normal(size=(12, 40))


def ranked(number: int, score: float, family: str = "", like: int | None = None, share: float = 0.0) -> Candidate:
    """A candidate with days of its own, or ``share`` parts of those of another."""
    days = DAYS[number] if like is None else share * DAYS[like] + (1 - share) * DAYS[number]
    return candidate(
        family or f"family{number}", days[:30].tolist(), days[30:].tolist(), rank_score=score, parameters=(number,)
    )


def numbers(found: list[tuple[Candidate, str]]) -> list[float]:
    return [one.parameters[0] for one, _ in found]


def test_in_order_of_rank() -> None:
    assert numbers(choose([ranked(number, 1 - number / 10) for number in range(7)])) == [0, 1, 2, 3, 4]


def test_at_most_two_of_a_family_until_there_are_no_others() -> None:
    rows = [ranked(number, 1 - number / 10, "same") for number in range(4)] + [ranked(9, 0.1)]
    found = choose(rows)
    assert numbers(found) == [0, 1, 9, 2, 3]
    assert [word for _, word in found[:3]] == ["", "", ""]
    assert all("for lack of others" in word for _, word in found[3:])


def test_lookalikes_wait() -> None:
    rows = [ranked(0, 0.9), ranked(1, 0.8, like=0, share=0.95), ranked(2, 0.1)]
    found = choose(rows)
    assert numbers(found) == [0, 2, 1]
    assert "without regard to likeness" in found[2][1] or "resemble" in found[2][1]


@pytest.mark.parametrize("gap", [0.0, 0.004])
def test_a_tie_goes_to_the_one_that_differs_more(gap: float) -> None:
    alike = ranked(1, 0.5, like=0, share=0.4)
    other = ranked(2, 0.5 - gap)
    first = ranked(0, 0.9)
    series = [np.concatenate([one.search.daily, one.selection.daily]) for one in (first, alike, other)]
    assert correlation(series[0], series[2]) < correlation(series[0], series[1]) < 0.7
    assert numbers(choose([first, alike, other])) == [0, 2, 1]


def test_more_than_a_tie_stays_in_order() -> None:
    rows = [ranked(0, 0.9), ranked(1, 0.5, like=0, share=0.4), ranked(2, 0.49)]
    assert numbers(choose(rows)) == [0, 1, 2]


def test_the_first_place_is_that_of_the_best_rank() -> None:
    assert numbers(choose([ranked(0, 0.900), ranked(1, 0.899), ranked(2, 0.2)]))[0] == 0


def test_too_few_trades_are_no_tie_with_enough() -> None:
    few = ranked(2, 0.5)
    rows = [ranked(0, 0.9), ranked(1, 0.5), candidate("few", *few_days(few), rank_score=0.5, enough_trades=False)]
    assert [one.enough_trades for one, _ in choose(rows)] == [True, True, False]


def few_days(one: Candidate) -> tuple[list[float], list[float]]:
    return one.search.daily.tolist(), one.selection.daily.tolist()


def test_all_of_few_and_none_of_none() -> None:
    assert numbers(choose([ranked(0, 0.5), ranked(1, 0.4)])) == [0, 1]
    assert choose([]) == []


def test_correlation_by_hand() -> None:
    assert correlation(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])) == pytest.approx(1.0)
    assert correlation(np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0])) == pytest.approx(-1.0)
    assert correlation(np.zeros(3), np.zeros(3)) == 1.0
    assert correlation(np.zeros(3), np.array([1.0, 2.0, 3.0])) == 0.0
    assert correlation(np.empty(0), np.empty(0)) == 1.0
