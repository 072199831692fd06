"""The form of matrices against numpy: places, rows and columns, parts, sorting."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.machine.heap import Element, Failure
from tests.machine.heap.support import NAN, Machine, array, detail, elements, grid, matrix, same

Make = Callable[..., Machine]
Model = np.ndarray[tuple[int, int], np.dtype[np.float64]]
STEP = st.tuples(
    st.sampled_from(
        "set fill add_row add_col remove_row remove_col swap_rows swap_columns concat reverse copy".split()
    ),
    st.integers(-1, 4),
    st.integers(-1, 4),
)


def _equal(machine: Machine, a: float, model: Model) -> bool:
    found = grid(machine, a)
    return len(found) == len(model) and all(same(row, list(wanted)) for row, wanted in zip(found, model, strict=True))


def _step(machine: Machine, a: float, model: Model, step: tuple[str, int, int], value: float) -> Model | None:
    """One operation on both; None where it has to fail."""
    name, i, j = step
    rows, columns = model.shape
    x, y = float(i), float(j)
    match name:
        case "set":
            machine.call("matrix_set", a, x, y, value)
            if not (0 <= i < rows and 0 <= j < columns):
                return None
            model[i, j] = value
        case "fill":
            machine.call("matrix_fill", a, value, 0.0, x, y, NAN)
            if not (0 <= i <= rows and 0 <= j <= columns):
                return None
            model[0:i, j:] = value
        case "add_row":
            machine.call("matrix_add_row", a, x, array(machine, range(columns)))
            return np.insert(model, i, np.arange(columns), axis=0) if 0 <= i <= rows else None
        case "add_col":
            machine.call("matrix_add_col", a, x, array(machine, range(rows)))
            return np.insert(model, i, np.arange(rows), axis=1) if 0 <= i <= columns else None
        case "remove_row" | "remove_col":
            axis = 0 if name == "remove_row" else 1
            removed = machine.call(f"matrix_{name}", a, x)
            if not 0 <= i < model.shape[axis]:
                return None
            assert elements(machine, removed) == np.take(model, i, axis=axis).tolist()
            return np.delete(model, i, axis=axis)
        case "swap_rows":
            machine.call("matrix_swap_rows", a, x, y)
            if not (0 <= i < rows and 0 <= j < rows):
                return None
            model[[i, j]] = model[[j, i]]
        case "swap_columns":
            machine.call("matrix_swap_columns", a, x, y)
            if not (0 <= i < columns and 0 <= j < columns):
                return None
            model[:, [i, j]] = model[:, [j, i]]
        case "concat":
            assert machine.call("matrix_concat", a, machine.call("matrix_copy", a)) == a
            return np.concatenate([model, model])
        case "reverse":
            machine.call("matrix_reverse", a)
            return model[::-1, ::-1].copy()
        case "copy":
            assert _equal(machine, machine.call("matrix_copy", a), model)
            assert _equal(machine, machine.call("matrix_transpose", a), model.T)
    return model


@settings(deadline=None)
@given(rows=st.integers(1, 3), columns=st.integers(1, 3), steps=st.lists(STEP, max_size=12))
def test_operations_are_those_of_a_table(heap: Make, rows: int, columns: int, steps: list[Any]) -> None:
    machine = heap(cells=2**13)
    model: Model | None = np.arange(rows * columns, dtype=np.float64).reshape(rows, columns)
    assert model is not None
    a = matrix(machine, model.tolist())
    for count, step in enumerate(steps):
        if model.size == 0 or model.size > 60:
            return
        model = _step(machine, a, model, step, 100.0 + count)
        if model is None:
            assert machine.failure in (Failure.ROW, Failure.COLUMN)
            return
        assert machine.failure is Failure.NONE
        assert model.size == 0 or _equal(machine, a, model)
        assert machine.call("matrix_elements_count", a) == model.size


@settings(deadline=None)
@given(corners=st.tuples(*[st.integers(0, 3)] * 4))
def test_parts(heap: Make, corners: tuple[int, int, int, int]) -> None:
    machine = heap()
    model = np.arange(9.0).reshape(3, 3)
    top, bottom, left, right = corners
    found = machine.call("matrix_submatrix", matrix(machine, model.tolist()), *map(float, corners))
    if bottom < top or right < left:
        assert machine.failure is Failure.RANGE
    else:
        part = model[top:bottom, left:right]
        assert machine.call("matrix_rows", found) == bottom - top
        assert machine.call("matrix_columns", found) == right - left
        assert part.size == 0 or _equal(machine, found, part)


def test_rows_columns_and_shapes(heap: Make) -> None:
    machine = heap()
    a = matrix(machine, [[1, 2, 3], [4, 5, 6]])
    assert elements(machine, machine.call("matrix_row", a, 1.0)) == [4.0, 5.0, 6.0]
    assert elements(machine, machine.call("matrix_col", a, 2.0)) == [3.0, 6.0]
    assert math.isnan(machine.call("matrix_row", a, NAN))
    assert math.isnan(machine.call("matrix_get", a, NAN, 0.0))
    machine.call("matrix_set", a, 0.0, NAN, 9.0)
    machine.call("matrix_reshape", a, 3.0, 2.0)
    assert grid(machine, a) == [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]
    assert machine.failure is Failure.NONE
    machine.call("matrix_reshape", a, 4.0, 2.0)
    assert detail(machine) == "matrix.reshape: 6 elements do not fill the new shape of 8"


def test_an_empty_matrix_takes_any_first_row_or_column(heap: Make) -> None:
    machine = heap()
    a = machine.call("matrix_new", 0.0, 0.0, NAN)
    machine.call("matrix_add_row", a, NAN, array(machine, [1, 2]))
    machine.call("matrix_add_row", a, 0.0, NAN)
    assert same(grid(machine, a)[0], [NAN, NAN])
    assert grid(machine, a)[1] == [1.0, 2.0]
    b = machine.call("matrix_new", 0.0, 0.0, NAN)
    machine.call("matrix_add_col", b, NAN, array(machine, [1, 2]))
    assert grid(machine, b) == [[1.0], [2.0]]
    machine.call("matrix_add_row", a, NAN, array(machine, [1, 2, 3]))
    assert detail(machine) == "matrix.add_row: the sizes differ: 3 and 2"


@pytest.mark.parametrize("descending", [False, True])
def test_rows_sort_by_a_column(heap: Make, descending: bool) -> None:
    machine = heap()
    a = matrix(machine, [[3, 1], [1, 2], [2, 3], [1, 4]])
    machine.call("matrix_sort", a, 0.0, descending, NAN, Element.NUMBER)
    expected = [[1.0, 2.0], [1.0, 4.0], [2.0, 3.0], [3.0, 1.0]]
    assert grid(machine, a) == (expected[::-1] if descending else expected)


@pytest.mark.parametrize(
    ("name", "args", "text"),
    [
        ("matrix_get", (2.0, 0.0), "matrix.get: row 2 is out of bounds, the matrix has 2"),
        ("matrix_get", (0.0, -1.0), "matrix.get: column -1 is out of bounds, the matrix has 3"),
        ("matrix_row", (5.0,), "matrix.row: row 5 is out of bounds, the matrix has 2"),
        ("matrix_col", (3.0,), "matrix.col: column 3 is out of bounds, the matrix has 3"),
        ("matrix_det", (), "matrix.det: the matrix is not square: 2 rows, 3 columns"),
        ("matrix_sort", (9.0, False, NAN, 0), "matrix.sort: column 9 is out of bounds, the matrix has 3"),
    ],
)
def test_places_out_of_bounds_are_named(heap: Make, name: str, args: tuple[Any, ...], text: str) -> None:
    machine = heap()
    machine.call(name, matrix(machine, [[1, 2, 3], [4, 5, 6]]), *args)
    assert detail(machine) == text


def test_what_is_no_matrix_and_what_is_too_large(heap: Make) -> None:
    machine = heap()
    assert math.isnan(machine.call("matrix_get", array(machine, [1]), 0.0, 0.0))
    assert detail(machine) == "matrix.get: the matrix is na"
    machine = heap()
    assert math.isnan(machine.call("matrix_new", 1000.0, 1000.0, 0.0))
    assert machine.failure is Failure.TOO_LARGE
    machine = heap()
    assert math.isnan(machine.call("matrix_new", -1.0, 2.0, 0.0))
    assert machine.failure is Failure.SIZE
