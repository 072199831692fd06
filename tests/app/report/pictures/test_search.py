"""The search from above: cells, plateau, shares and front."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pinewright.app.report.model import InputValue
from pinewright.app.report.pictures.front import draw_front
from pinewright.app.report.pictures.heat import draw_heat_map, plateau_cells, shades
from pinewright.app.report.pictures.inputs import draw_influences, draw_profiles
from pinewright.app.report.pictures.of_strategy import search_pictures
from pinewright.market import FloatArray
from pinewright.optimize.landscape import Landscape
from pinewright.optimize.proof import Front, HeatMap, Influence

from ..conftest import Example
from ..evidence_example import make_landscape
from .support import check, count, texts

INPUTS = (InputValue("fast", 9, "Fast length", 12, 5, 60), InputValue("slow", 30, "Slow length", 26, 20, 200))


def heat_map(scores: FloatArray, chosen: tuple[int, int] | None = None) -> HeatMap:
    rows, columns = scores.shape
    x, y = np.arange(5.0, 5.0 + columns), np.arange(20.0, 20.0 + rows)
    return HeatMap("fast", "slow", x, y, scores, np.ones((rows, columns), np.int64), chosen, (0, 0))


def test_a_landscape_has_all_pictures(example: Example) -> None:
    found = search_pictures(make_landscape(3), example.run.strategies[0].inputs)
    assert [one.name for one in found] == [
        "heat_map", "influences", "front_1", "profile_slowLength", "profile_fastLength", "profile_stopAtr",
    ]  # fmt: skip
    for one in found:
        check(one)
    assert search_pictures(Landscape(), ()) == ()


def test_the_plateau_hangs_together_with_the_chosen_cell() -> None:
    scores = np.zeros((9, 9))
    scores[1:5, 1:5] = 1.0
    scores[7, 7] = 1.0
    inside = plateau_cells(heat_map(scores, (2, 2)))
    assert inside[2, 2]
    assert inside[2:4, 2:4].all()
    assert not inside[7, 7], "a lone peak is on no plateau, and another hill is another plateau"
    assert not plateau_cells(heat_map(scores, (7, 7))).any()
    assert not plateau_cells(heat_map(scores)).any()


def test_untried_cells_do_not_tear_a_plateau() -> None:
    scores = np.zeros((11, 11))
    scores[3:8, 3:8] = 1.0
    scores[::2, ::3] = np.nan
    inside = plateau_cells(heat_map(scores, (5, 5)))
    assert inside[4:7, 4:7].all()


@pytest.mark.parametrize(
    ("scores", "low", "high", "ends"),
    [
        ([[-1.0, 0.5], [2.0, 1.0]], -4, 6, (-1.94, 1.94)),
        ([[1.0, 2.0], [3.0, 4.0]], 1, 6, (1.06, 3.94)),
        ([[-1.0, -2.0], [-3.0, -4.0]], -6, -1, (-3.94, -1.06)),
    ],
)
def test_shades_are_of_the_sign_of_the_score(
    scores: list[list[float]], low: int, high: int, ends: tuple[float, float]
) -> None:
    steps, found = shades(np.array(scores))
    assert (steps.min(), steps.max()) == (low, high)
    assert found == pytest.approx(ends, abs=0.03)


def test_marks_losses_and_table_of_a_heat_map() -> None:
    scores = np.array([[-1.0, 0.2, np.nan], [1.0, 2.0, 0.4]])
    picture = draw_heat_map(heat_map(scores, (1, 1)), INPUTS, "score")
    assert picture is not None
    root = check(picture)
    assert (count(root, "real"), count(root, "ring")) == (1, 1)
    assert count(root, "strike") >= 1
    assert picture.title == "Fast length against Slow length"
    assert picture.head == ("Slow length \\ Fast length", "5", "6", "7")
    assert picture.rows == (("21", "1.000", "2.000", "0.400"), ("20", "\u22121.000", "0.200", "–"))
    assert "better than 80\u00a0% of the cells" in picture.words
    assert draw_heat_map(heat_map(np.full((2, 2), np.nan)), INPUTS, "score") is None
    single = draw_heat_map(heat_map(np.array([[3.0]]), (0, 0)), INPUTS, "score")
    assert single is not None
    check(single)


def test_inputs_that_hardly_matter_are_named() -> None:
    values, tried = np.array([5.0, 10.0, 15.0]), np.array([3, 4, 5])
    found = (
        Influence("fast", 0.5, values, np.array([1.0, 2.0, np.nan]), tried),
        Influence("slow", 0.001, values, np.array([1.0, 1.0, 1.0]), tried),
        Influence("mode", float("nan"), values[:1], np.array([1.0]), tried[:1]),
    )
    picture = draw_influences(found, INPUTS)
    assert picture is not None
    check(picture)
    assert "Slow length, mode" in picture.words
    assert picture.rows[0] == ("Fast length", "50.0\u00a0%", "3", "12")
    profiles = draw_profiles(found, INPUTS, "score")
    assert [one.name for one in profiles] == ["profile_fast", "profile_slow"]
    root = check(profiles[0])
    assert (count(root, "real"), count(root, "ring")) == (1, 0), "the default lies beyond what was tried"
    noise = draw_influences(found[1:], INPUTS)
    assert noise is not None
    assert "None explains much alone" in noise.words
    assert draw_influences((), INPUTS) is None


def test_the_front_shows_each_pair_and_the_delivered_set() -> None:
    values = np.array([[1.0, 5.0, 2.0], [2.0, 6.0, 1.0], [3.0, 9.0, 0.5]])
    front = Front(
        ("net_profit", "max_drawdown", "trades"),
        (True, False, True),
        values,
        np.array([[9, 20], [9, 30], [7, 25.5]]),
        1,
    )
    pictures = draw_front(front, INPUTS)
    assert [one.name for one in pictures] == ["front_1", "front_2"]
    root = check(pictures[0])
    assert count(root, "real") == 1
    assert "max drawdown, smaller is better" in texts(root)
    assert pictures[0].head == ("net profit", "max drawdown", "trades", "Fast length", "Slow length", "")
    assert pictures[0].rows[1] == ("2.000", "6.000", "1.000", "9", "30", "delivered")
    away = draw_front(replace(front, chosen=-1, parameters=np.zeros((3, 5))), INPUTS)
    assert count(check(away[0]), "real") == 0
    assert away[0].head[3] == "Inputs"
    assert draw_front(replace(front, names=("net_profit",)), INPUTS) == ()
