"""Weights come from outside, what cannot be measured is named, and the rest weighs one."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.errors import SettingsError
from pinewright.optimize.criteria import CRITERIA, KNOWN, UNAVAILABLE, _places, parse_weights, rank, ranking
from tests.optimize.candidates import candidate, part_result

MISSION = {"profit", "risk_reward", "consistency", "drawdown", "confidence", "visual_confirmation", "robustness"}
NAMES = [criterion.name for criterion in KNOWN]

RICH = candidate("rich", [1, -1, 3, 1], [9, -4, 8, -3])
CALM = replace(candidate("calm", [1, 1, 2, 1], [1]), selection=part_result([1, 2, 1, 2], drawdown=1.0))
POOR = candidate("poor", [-1, 1, -2, 1], [-1, -2, 1, -2])


def test_the_names_of_the_mission_and_two_more() -> None:
    assert set(NAMES) == MISSION | {"plateau", "cost_cushion"}
    assert sum(criterion.weight for criterion in CRITERIA) == pytest.approx(1.0)
    assert UNAVAILABLE == ("visual confirmation: no chart was looked at, so it is left out and not guessed",)


def test_a_criterion_without_a_source_is_left_out_visibly() -> None:
    found = ranking([POOR, CALM, RICH])
    assert [name for name, _ in found.used] == [criterion.name for criterion in CRITERIA]
    assert sum(weight for _, weight in found.used) == pytest.approx(1.0)
    assert [name for name, _ in found.left_out] == ["visual_confirmation"]
    assert found.unavailable == UNAVAILABLE
    for one in found.candidates:
        assert [(score.name, score.weight) for score in one.criteria] == list(found.used)
        assert one.rank_score == pytest.approx(sum(score.place * score.weight for score in one.criteria))
    assert rank([POOR, CALM, RICH]) == found.candidates


def test_weights_decide() -> None:
    alone = dict.fromkeys(NAMES, 0.0)
    by_profit = ranking([CALM, RICH, POOR], alone | {"profit": 2.0})
    assert [one.family for one in by_profit.candidates] == ["rich", "calm", "poor"]
    assert by_profit.used == (("profit", 1.0),)
    assert dict(by_profit.left_out)["drawdown"] == "its weight is 0"
    by_drawdown = ranking([RICH, POOR, CALM], alone | {"drawdown": 0.1})
    assert by_drawdown.candidates[0].family == "calm"
    assert [one.criteria[0].value for one in by_drawdown.candidates] == [-1.0, -5.0, -5.0]


def test_weights_that_are_not_named_stay() -> None:
    found = dict(ranking([RICH, CALM], {"profit": 0.30}).used)
    assert found["profit"] == pytest.approx(0.30 / 1.15)
    assert found["cost_cushion"] == pytest.approx(0.05 / 1.15)


def test_a_source_from_outside_takes_part() -> None:
    found = ranking(
        [RICH, CALM],
        {"profit": 0.0},
        {"visual_confirmation": lambda them: np.array([float(one.family == "rich") for one in them])},
    )
    assert dict(found.used)["visual_confirmation"] == pytest.approx(0.10 / 0.95)
    seen = {one.family: {score.name: score.value for score in one.criteria} for one in found.candidates}
    assert (seen["rich"]["visual_confirmation"], seen["calm"]["visual_confirmation"]) == (1.0, 0.0)


def test_what_no_candidate_has_is_left_out() -> None:
    idle = [candidate(name, [0, 0, 0], [0, 0, 0]) for name in ("a", "b")]
    found = ranking(idle)
    assert dict(found.left_out)["consistency"] == "no candidate has a figure for it on these data"
    assert "profit" in dict(found.used)
    assert sum(weight for _, weight in found.used) == pytest.approx(1.0)


def test_enough_trades_come_first_and_equal_ones_by_name() -> None:
    few = candidate("few", [1, 1, 2, 1], [9, 9, 8, 9], enough_trades=False)
    assert [one.family for one in ranking([few, POOR]).candidates] == ["poor", "few"]
    twins = [candidate(name, [1, 2], [1, 2]) for name in ("b", "a")]
    assert [one.family for one in ranking(twins).candidates] == ["a", "b"]


def test_nothing_to_rank() -> None:
    found = ranking([])
    assert found.candidates == ()
    assert sum(weight for _, weight in found.used) == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("weights", "what", "hint"),
    [
        ({"profits": 1.0}, "unknown criterion 'profits'", "did you mean 'profit'"),
        ({"profit": -0.1}, "a weight of -0.1 for profit", "0 or more"),
        ({"profit": math.inf}, "a weight of inf for profit", "0 or more"),
        ({"profit": math.nan}, "a weight of nan for profit", "0 or more"),
        (dict.fromkeys(NAMES, 0.0), "all criteria weigh 0", "above 0"),
        (dict.fromkeys(NAMES, 0.0) | {"visual_confirmation": 1.0}, "no criterion that has a weight", "no chart"),
    ],
)
def test_weights_that_cannot_be_meant(weights: dict[str, float], what: str, hint: str) -> None:
    with pytest.raises(SettingsError, match=what) as caught:
        ranking([RICH], weights)
    assert caught.value.where == "weights"
    assert caught.value.hint is not None
    assert hint in caught.value.hint


def test_an_unknown_source() -> None:
    with pytest.raises(SettingsError, match="unknown criterion 'looks'"):
        ranking([RICH], sources={"looks": lambda them: np.ones(len(them))})


def test_weights_as_text() -> None:
    assert parse_weights("profit=0.3, drawdown = 2,") == {"profit": 0.3, "drawdown": 2.0}
    assert parse_weights("") == {}
    for text in ("profit", "profit=much", "profit=nan", "=1", "profit=1,profit=2", "profits=1", "profit=-1"):
        with pytest.raises(SettingsError):
            parse_weights(text)


@given(st.lists(st.one_of(st.floats(allow_infinity=False), st.integers(0, 3).map(float)), min_size=2, max_size=30))
def test_places_are_the_share_of_others_beaten(values: list[float]) -> None:
    found = _places(np.array(values))
    known = [-math.inf if math.isnan(value) else value for value in values]
    for place, value in zip(found, known, strict=True):
        beaten = sum(other < value for other in known) + 0.5 * (sum(other == value for other in known) - 1)
        assert place == pytest.approx(beaten / (len(values) - 1))
