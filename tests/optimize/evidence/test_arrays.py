"""Shapes and gaps: what is refused, what is left out, what the shared ratio means; and the room's public face."""

from __future__ import annotations

import importlib
import inspect
import pkgutil

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.errors import SearchError
from pinewright.optimize import evidence, statistics
from pinewright.optimize.evidence.arrays import (
    at_least,
    between,
    column_ratios,
    complete,
    matrix,
    moving,
    places,
    series,
)


def test_shapes_that_cannot_be_meant_are_refused() -> None:
    with pytest.raises(SearchError, match="periods by sets"):
        matrix(np.zeros(3))
    with pytest.raises(SearchError, match="one axis"):
        series(np.zeros((2, 2)))
    with pytest.raises(SearchError, match="3 of them"):
        series(np.zeros(2), 3)
    with pytest.raises(SearchError, match="whole numbers"):
        places(np.zeros(2))  # type: ignore[arg-type]  # what a caller without types may hand over
    with pytest.raises(SearchError):
        at_least("draws", float("nan"), 1)
    with pytest.raises(SearchError):
        between("share", 1.0, 0.0, 1.0)


def test_a_gap_anywhere_makes_a_set_incomplete() -> None:
    table = np.ones((3, 4))
    table[1, 1], table[2, 2] = np.nan, np.inf
    assert complete(table).tolist() == [True, False, False, True]


def test_what_moves() -> None:
    table = np.stack(
        [np.zeros(9), np.full(9, 0.1), np.arange(9.0), np.full(9, np.nan), 1e9 + np.arange(9) * 1e-7], axis=1
    )
    assert moving(table).tolist() == [False, False, True, False, False]
    table[3, 2] = -np.inf
    assert not moving(table).any()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-100, 100), min_size=2, max_size=40))
def test_column_ratios_are_the_houses_sharpe(values: list[float]) -> None:
    known = np.array(values)
    if known.std() < 1e-3:
        return
    found = column_ratios(known.sum()[None, None], (known @ known)[None, None], np.array([float(len(known))]))
    assert found[0, 0] == pytest.approx(statistics.sharpe(known), rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("value", [0.0, 0.1, -1e9, 1e-200])
def test_what_does_not_move_has_the_ratio_zero(value: float) -> None:
    known = np.full(7, value)
    assert column_ratios(known.sum()[None, None], (known @ known)[None, None], np.array([7.0])).tolist() == [[0.0]]


def test_the_public_face_is_complete_and_documented() -> None:
    defined = set()
    for file in pkgutil.iter_modules(evidence.__path__):
        module = importlib.import_module(f"{evidence.__name__}.{file.name}")
        if file.name in ("arrays", "resampling"):
            continue
        assert file.name in (evidence.__doc__ or "")
        defined |= {
            name
            for name, thing in vars(module).items()
            if not name.startswith("_")
            and (inspect.isfunction(thing) or inspect.isclass(thing))
            and thing.__module__ == module.__name__
        }
    assert sorted(evidence.__all__) == sorted(defined)
    assert all(inspect.getdoc(getattr(evidence, name)) for name in evidence.__all__)
