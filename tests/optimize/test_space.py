"""The space of a script: which inputs vary, on which grid, in which order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.errors import SearchError
from pinewright.generate import FAMILIES
from pinewright.optimize import Space
from pinewright.optimize.ranges import Fixed, Range, Values
from pinewright.optimize.space import ordered_by_name
from pinewright.program import InputKind, ProgramInput


def grid(**given: object) -> tuple[float, ...]:
    item = ProgramInput("x", "X", **given)  # type: ignore[arg-type]
    other = ProgramInput("other", "Other", InputKind.BOOL, 0)
    found = {dimension.name: dimension.grid for dimension in Space.of((item, other)).dimensions}
    return found.get("x", (item.default,))


def test_declared_ranges_are_taken() -> None:
    assert grid(kind=InputKind.INT, default=5, minimum=2, maximum=8, step=3) == (2, 5, 8)
    assert grid(kind=InputKind.FLOAT, default=0.3, minimum=0.1, maximum=0.5, step=0.1) == (0.1, 0.2, 0.3, 0.4, 0.5)
    assert grid(kind=InputKind.BOOL, default=1) == (0, 1)


def test_missing_ranges_follow_the_rule() -> None:
    assert grid(kind=InputKind.INT, default=14) == tuple(range(3, 57))
    assert grid(kind=InputKind.INT, default=2) == tuple(range(1, 9))
    assert grid(kind=InputKind.INT, default=14, minimum=1) == tuple(range(1, 57))
    assert grid(kind=InputKind.INT, default=0) == (0, 1)
    assert grid(kind=InputKind.INT, default=-8)[0] == -32
    floats = grid(kind=InputKind.FLOAT, default=2.0)
    assert (floats[0], floats[1], floats[-1]) == (0.6, 0.8, 8.0)
    assert grid(kind=InputKind.FLOAT, default=-2.0)[0] == -8.0


def test_what_does_not_vary_keeps_its_default() -> None:
    assert grid(kind=InputKind.TIME, default=1e12) == (1e12,)
    assert grid(kind=InputKind.STRING, default=0, options=("a",)) == (0,)
    assert grid(kind=InputKind.SOURCE, default=0, options=("close", "open")) == (0,)
    assert grid(kind=InputKind.INT, default=7, minimum=7, maximum=7) == (7,)
    assert grid(kind=InputKind.INT, default=20, options=(50.0, 20.0, 100.0)) == (20, 50, 100)
    assert grid(kind=InputKind.STRING, default=0, options=("a", "b")) == (0, 1)


def test_fixed_and_vary_choose(inputs: tuple[ProgramInput, ...]) -> None:
    names = [dimension.name for dimension in Space.of(inputs).dimensions]
    assert names == ["fastLength", "slowLength", "stopMultiple", "reverse"]
    assert [one.name for one in Space.of(inputs, fixed=["reverse"]).dimensions] == names[:3]
    assert [one.name for one in Space.of(inputs, vary=["slowLength"]).dimensions] == ["slowLength"]


def test_wrong_names_and_empty_spaces_are_told(inputs: tuple[ProgramInput, ...]) -> None:
    with pytest.raises(SearchError, match="did you mean 'fastLength'"):
        Space.of(inputs, fixed=["fastLenght"])
    with pytest.raises(SearchError, match=r"'fromTime' .* cannot vary: it is a time"):
        Space.of(inputs, vary=["fromTime"])
    with pytest.raises(SearchError, match="no input that could vary"):
        Space.of(inputs, fixed=[item.name for item in inputs])
    with pytest.raises(SearchError, match="no input that could vary"):
        Space.of(())
    with pytest.raises(SearchError, match="minval and maxval leave one value"):
        Space.of((*inputs, ProgramInput("x", "X", InputKind.INT, 7, 7, 7, line=3)), vary=["x"])
    with pytest.raises(SearchError, match="has one option only"):
        Space.of((*inputs, ProgramInput("x", "X", InputKind.INT, 7, options=(7.0,), line=3)), vary=["x"])
    with pytest.raises(SearchError, match="larger step"):
        Space.of((ProgramInput("x", "X", InputKind.FLOAT, 1, 0, 1e9, 0.001, line=3),))


def test_order_by_name() -> None:
    def of(*rows: tuple[str, float]) -> tuple[tuple[str, str], ...]:
        return ordered_by_name([ProgramInput(name, name, InputKind.INT, default) for name, default in rows])

    assert of(("fastLength", 5), ("slowLength", 9)) == (("fastLength", "slowLength"),)
    assert of(("maFast", 5), ("maSlow", 9), ("other", 1)) == (("maFast", "maSlow"),)
    assert of(("short_len", 5), ("long_len", 9)) == (("short_len", "long_len"),)
    assert of(("fastLength", 9), ("slowLength", 5)) == ()
    assert of(("fastLength", 5), ("slowPeriod", 9)) == ()


def test_points_and_parameters(inputs: tuple[ProgramInput, ...]) -> None:
    space = Space.of(inputs)
    assert space.ordered == ((0, 1),)
    points = space.points(np.array([[0.0, 0.0, 0.0, 0.0], [0.999999, 0.999999, 0.999999, 0.999999]]))
    assert space.parameters(points).tolist() == [[2, 10, 0.5, 0, 0], [50, 200, 6.0, 1, 0]]
    assert space.legal(np.array([[30, 10, 0, 0], [28, 10, 0, 0], [27, 10, 0, 0]])).tolist() == [False, False, True]
    assert space.parameters(space.nearest([10, 41, 2.1, 0, 0])[None])[0].tolist() == [10, 40, 2.0, 0, 0]


def legal(space: Space) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    """Parameters of a thousand random legal points."""
    points = space.points(np.random.default_rng(3).random((1000, len(space.dimensions))))
    return space.parameters(points[space.legal(points)])


def test_conditions_hold_among_inputs(inputs: tuple[ProgramInput, ...]) -> None:
    space = Space.of(inputs, where=["fastLength * 2 + 5 <= slowLength", "stopMultiple > 1 or reverse == true"])
    rows = legal(space)
    assert 100 < len(rows) < 900
    assert (rows[:, 0] * 2 + 5 <= rows[:, 1]).all()
    assert ((rows[:, 2] > 1) | (rows[:, 3] == 1)).all()
    # Who says something of a pair of names has said all of it.
    assert space.ordered == ()
    assert space.rules == ("fastLength * 2 + 5 <= slowLength", "stopMultiple > 1 or reverse == true")
    assert space.key not in {Space.of(inputs).key, Space.of(inputs, where=["stopMultiple > 1 or reverse == true"]).key}


def test_a_plain_order_becomes_a_pair(inputs: tuple[ProgramInput, ...]) -> None:
    assert Space.of(inputs, where=["fastLength<slowLength"]) == Space.of(inputs)
    assert Space.of(inputs, where=["slowLength > fastLength", "fastLength < slowLength"]) == Space.of(inputs)
    assert Space.of(inputs, where=["slowLength < fastLength"]).ordered == ((1, 0),)
    assert Space.of(inputs, where=["fastLength <= slowLength"]).ordered == ()
    pairs = Space.of(inputs, where=["stopMultiple < fastLength"])
    assert pairs.rules == ("fastLength < slowLength", "stopMultiple < fastLength")


def test_an_input_that_stands_still_takes_part_in_conditions(inputs: tuple[ProgramInput, ...]) -> None:
    space = Space.of(inputs, vary=["slowLength"])
    assert space.rules == ("fastLength < slowLength",)
    assert legal(space)[:, 1].min() == 12
    held = Space.of(inputs, held=[Fixed("fastLength", "50")])
    assert (legal(held)[:, 1] > 50).all()
    assert held.own[0] == 10
    assert held.defaults[0] == 50
    assert held.parameters(held.points(np.zeros((1, 3))))[0, 0] == 50
    # Nothing of a pair varies: the script may be as it is.
    assert Space.of(inputs, vary=["stopMultiple"]).rules == ()


def test_impossible_and_senseless_conditions_are_told(inputs: tuple[ProgramInput, ...]) -> None:
    text = ProgramInput("kind", "Kind", InputKind.STRING, 0, options=("a", "b"), line=9)
    with pytest.raises(SearchError, match=r"no set of the grid fulfils `fastLength > 50`"):
        Space.of(inputs, where=["fastLength > 50"], ordered=())
    with pytest.raises(SearchError, match=r"no set of the grid fulfils `fastLength < slowLength`"):
        Space.of(inputs, ranges=[Range("fastLength", 40, 50), Range("slowLength", 10, 20)])
    with pytest.raises(SearchError, match=r"'kind' \(line 9\) is a text"):
        Space.of((*inputs, text), where=["kind == 1"])
    with pytest.raises(SearchError, match="`fastLength` is no condition"):
        Space.of(inputs, where=["fastLength"])
    with pytest.raises(SearchError, match="did you mean 'fastLength'"):
        Space.of(inputs, where=["fastLenght < slowLength"])


def test_inputs_go_by_their_titles_too(inputs: tuple[ProgramInput, ...]) -> None:
    by_title = Space.of(inputs, vary=["Fast", "Slow"], ordered=[("Fast", "Slow")])
    assert by_title == Space.of(inputs, vary=["fastLength", "slowLength"])
    assert Space.of(inputs, fixed=["Reverse"]) == Space.of(inputs, fixed=["reverse"])


def test_ranges_alone_leave_the_rest_as_it_is(inputs: tuple[ProgramInput, ...]) -> None:
    space = Space.of(inputs, ranges=[Range("fastLength", 5, 9), Values("fromTime", ("2020-01-01", "2021-01-01"))])
    assert [one.size for one in space.dimensions] == [5, 96, 23, 2, 2]
    assert [one.graded for one in space.dimensions] == [True, True, True, False, True]


def test_a_large_space_is_still_asked_whether_anything_is_legal() -> None:
    rows = tuple(ProgramInput(name, name, InputKind.INT, 500, 1, 1000) for name in "abcd")
    assert Space.of(rows, where=["a < b < c < d"]).grid_size == 10**12
    with pytest.raises(SearchError, match="no set of the grid"):
        Space.of(rows, where=["a < b < a"])


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=4, max_size=4))
def test_parameters_lie_on_the_grid_and_come_back(units: list[float]) -> None:
    rows = (
        ProgramInput("a", "A", InputKind.INT, 10, 2, 50, 1),
        ProgramInput("b", "B", InputKind.FLOAT, 1.0, 0.1, 3.3, 0.1),
        ProgramInput("c", "C", InputKind.BOOL, 0),
        ProgramInput("d", "D", InputKind.FLOAT, 2.5),
    )
    space = Space.of(rows)
    point = space.points(np.array([units]))
    parameters = space.parameters(point)[0]
    assert space.nearest(parameters.tolist()).tolist() == point[0].tolist()
    assert round(parameters[1] * 10, 9) == round(parameters[1] * 10)


@pytest.mark.parametrize("name", list(FAMILIES))
def test_families_make_spaces(name: str) -> None:
    family = FAMILIES[name]
    rows = tuple(
        ProgramInput(item.name, item.title, item.kind, item.default, item.minimum, item.maximum, item.step)
        for item in family.inputs
    )
    space = Space.of(rows, fixed=[one for one in family.fixed if "Time" not in one], ordered=family.ordered)
    assert len(space.dimensions) == sum(item.varies for item in family.inputs)
    assert len(space.ordered) == len(family.ordered)
    assert space.parameters(space.nearest(space.defaults)[None])[0].tolist() == list(space.defaults)
