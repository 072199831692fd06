"""Which sets stand for a search, and the days of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pinewright.optimize import SearchSettings, search, split
from pinewright.optimize.rehearsal import challenger
from pinewright.optimize.sample import Sample, sample
from pinewright.optimize.search import SearchResult
from pinewright.optimize.space import Space

Make = Callable[..., Any]
SETTINGS = SearchSettings(trials=300, batch=64, seed=2)


@pytest.fixture
def made(make_surface: Make, make_bars: Make, inputs: Any) -> tuple[SearchResult, Sample, Any]:
    surface, parts = make_surface(edge=0.3), split(make_bars(100))
    found = search(Space.of(inputs), surface, parts.search, SETTINGS)
    return found, sample(found, surface, parts, SETTINGS, [7, 299], most=64), surface


def test_default_best_and_wanted_sets_are_in(made: tuple[SearchResult, Sample, Any]) -> None:
    found, drawn, _ = made
    assert {0, 7, 299, *found.order[:16].tolist()} <= set(drawn.rows.tolist())
    assert len(drawn.rows) <= 66
    assert np.all(np.diff(drawn.rows) > 0)
    assert drawn.column(299) == len(drawn.rows) - 1
    assert drawn.column(298) == -1 or 298 in drawn.rows
    np.testing.assert_array_equal(drawn.spread, drawn.rows < found.spread)
    np.testing.assert_array_equal(drawn.parameters, found.parameters[drawn.rows])


def test_days_are_those_of_search_and_selection(made: tuple[SearchResult, Sample, Any]) -> None:
    _, drawn, surface = made
    assert drawn.daily.shape == (80, len(drawn.rows))
    np.testing.assert_array_equal(drawn.daily.T, surface.profits(drawn.parameters, 0, 80 * 24))
    assert np.all(np.isfinite(drawn.scores))


def test_the_locked_part_is_not_touched(made: tuple[SearchResult, Sample, Any]) -> None:
    assert max(last for _, _, last in made[2].calls) == 80 * 24


def test_where_halving_chose_by_a_look_a_fresh_field_is_drawn(make_surface: Make, make_bars: Make, inputs: Any) -> None:
    surface, parts = make_surface(edge=0.3), split(make_bars(400))
    found = search(Space.of(inputs), surface, parts.search, SETTINGS)
    looked = replace(found, spread=1)
    drawn = sample(looked, surface, parts, SETTINGS, most=128)
    assert drawn.extra == 128
    assert np.count_nonzero(drawn.spread) == 129
    assert np.all(drawn.rows[-128:] >= found.trials)
    assert np.all(np.diff(drawn.rows) > 0)
    assert 0 < challenger(drawn, looked) < found.trials
