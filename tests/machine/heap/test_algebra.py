"""Algebra of matrices against numpy."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.machine.heap import Failure
from tests.machine.heap.support import NAN, Machine, array, detail, elements, grid, matrix

Make = Callable[..., Machine]
Table = list[list[float]]
SMALL = st.integers(-4, 4).map(float)


def tables(rows: int, columns: int) -> st.SearchStrategy[Table]:
    """Small matrices of small whole numbers, which are often singular."""
    return st.lists(st.lists(SMALL, min_size=columns, max_size=columns), min_size=rows, max_size=rows)


SIZES = st.integers(1, 4)
ANY = st.tuples(SIZES, SIZES).flatmap(lambda size: tables(*size))
SQUARE = SIZES.flatmap(lambda size: tables(size, size))


def near(found: object, wanted: object, tolerance: float = 1e-9) -> bool:
    """Whether two tables agree."""
    return bool(np.allclose(np.array(found), np.array(wanted), rtol=tolerance, atol=tolerance, equal_nan=True))


@settings(deadline=None)
@given(table=ANY, number=SMALL)
def test_sums_and_products(heap: Make, table: Table, number: float) -> None:
    machine = heap()
    a, model = matrix(machine, table), np.array(table)
    turned = machine.call("matrix_transpose", a)
    assert near(grid(machine, machine.call("matrix_sum", a, number)), model + number)
    assert near(grid(machine, machine.call("matrix_diff", a, a)), model - model)
    assert near(grid(machine, machine.call("matrix_sum", a, a)), model * 2)
    assert near(grid(machine, machine.call("matrix_mult", a, number)), model * number)
    assert near(grid(machine, machine.call("matrix_mult", a, turned)), model @ model.T)
    vector = np.arange(model.shape[1], dtype=np.float64)
    assert near(elements(machine, machine.call("matrix_mult", a, array(machine, vector))), model @ vector)
    assert near(grid(machine, machine.call("matrix_kron", a, turned)), np.kron(model, model.T))
    assert machine.failure is Failure.NONE


def test_shapes_that_do_not_fit_are_told(heap: Make) -> None:
    machine = heap()
    a = matrix(machine, [[1, 2], [3, 4]])
    assert math.isnan(machine.call("matrix_mult", a, matrix(machine, [[1, 2, 3]])))
    assert detail(machine) == "matrix.mult: the shapes of the matrices do not fit: 2 against 1"
    machine = heap()
    machine.call("matrix_sum", matrix(machine, [[1, 2]]), matrix(machine, [[1], [2]]))
    assert machine.failure is Failure.SHAPES_DIFFER


@settings(deadline=None)
@given(table=SQUARE, power=st.integers(0, 4))
def test_square_matrices(heap: Make, table: Table, power: int) -> None:
    machine = heap()
    a, model = matrix(machine, table), np.array(table)
    determinant = float(np.linalg.det(model))
    assert near(machine.call("matrix_det", a), determinant)
    assert near(machine.call("matrix_trace", a), np.trace(model))
    assert near(grid(machine, machine.call("matrix_pow", a, float(power))), np.linalg.matrix_power(model, power))
    inverse = grid(machine, machine.call("matrix_inv", a))
    if abs(determinant) > 1e-6:
        assert near(inverse, np.linalg.inv(model))
    assert near(grid(machine, a), model), "nothing of this changes the matrix"


def test_a_singular_matrix_has_an_inverse_of_na(heap: Make) -> None:
    machine = heap()
    assert near(grid(machine, machine.call("matrix_inv", matrix(machine, [[1, 2], [2, 4]]))), [[NAN, NAN], [NAN, NAN]])
    assert machine.failure is Failure.NONE


@settings(deadline=None)
@given(table=ANY)
def test_pseudo_inverse_and_rank(heap: Make, table: Table) -> None:
    machine = heap()
    a, model = matrix(machine, table), np.array(table)
    assert machine.call("matrix_rank", a) == np.linalg.matrix_rank(model)
    assert near(grid(machine, machine.call("matrix_pinv", a)), np.linalg.pinv(model), 1e-7)


@settings(deadline=None)
@given(table=SQUARE)
def test_eigenvalues_of_symmetric_matrices(heap: Make, table: Table) -> None:
    machine = heap()
    model = np.array(table) + np.array(table).T
    a = matrix(machine, model.tolist())
    values = elements(machine, machine.call("matrix_eigenvalues", a))
    vectors = np.array(grid(machine, machine.call("matrix_eigenvectors", a)))
    assert near(values, np.linalg.eigvalsh(model)[::-1])
    assert near(model @ vectors, vectors * np.array(values))
    assert near(vectors.T @ vectors, np.eye(len(model)))


@settings(deadline=None, max_examples=200)
@given(table=SQUARE)
def test_eigenvalues_of_any_matrix(heap: Make, table: Table) -> None:
    """Real parts; where an eigenvalue is manifold they are as exact as can be, which is not very."""
    machine = heap()
    model = np.array(table)
    a = matrix(machine, table)
    values = elements(machine, machine.call("matrix_eigenvalues", a))
    wanted = np.linalg.eigvals(model)
    assert near(sorted(values), sorted(wanted.real), 2e-3)
    distinct = len(model) == 1 or min(abs(x - y) for k, x in enumerate(wanted) for y in wanted[:k]) > 1e-3
    if distinct and not np.iscomplex(wanted).any() and not near(model, model.T):
        vectors = np.array(grid(machine, machine.call("matrix_eigenvectors", a)))
        assert near(model @ vectors, vectors * np.array(values), 1e-6)
        assert near((vectors**2).sum(axis=0), np.ones(len(model)))


def test_larger_matrices_and_na(heap: Make) -> None:
    machine = heap(cells=2**15)
    model = np.random.default_rng(7).normal(size=(12, 12))
    values = elements(machine, machine.call("matrix_eigenvalues", matrix(machine, model.tolist())))
    assert near(sorted(values), sorted(np.linalg.eigvals(model).real))
    broken = matrix(machine, [[1, NAN], [2, 3]])
    assert all(map(math.isnan, elements(machine, machine.call("matrix_eigenvalues", broken))))
    turning = matrix(machine, [[0, 1], [-1, 0]])
    assert near(grid(machine, machine.call("matrix_eigenvectors", turning)), [[NAN, NAN], [NAN, NAN]])
    assert machine.failure is Failure.NONE


@pytest.mark.parametrize(
    ("table", "kinds"),
    [
        ([[1, 0], [0, 1]], "square binary diagonal identity stochastic symmetric triangular"),
        ([[0, 0], [0, 0]], "square binary diagonal symmetric antisymmetric triangular antidiagonal zero"),
        ([[0, 2], [3, 0]], "square antidiagonal"),
        ([[0, 2], [-2, 0]], "square antidiagonal antisymmetric"),
        ([[1, 2], [0, 3]], "square triangular"),
        ([[1, 0], [2, 3]], "square triangular"),
        ([[0.5, 0.5], [0.5, 0.5]], "square stochastic symmetric"),
        ([[1, 0, 0], [0, 1, 0]], "binary stochastic"),
        ([[1, NAN], [NAN, 1]], "square"),
        ([[1 + 1e-12, 1e-11], [0, 1]], "square binary diagonal identity stochastic symmetric triangular"),
    ],
)
def test_kinds_of_matrices(heap: Make, table: Table, kinds: str) -> None:
    machine = heap()
    a = matrix(machine, table)
    names = "square antidiagonal antisymmetric binary diagonal identity stochastic symmetric triangular zero".split()
    found = {name for name in names if machine.call(f"matrix_is_{name}", a)}
    assert found == set(kinds.split())


def test_figures(heap: Make) -> None:
    machine = heap()
    a = matrix(machine, [[4, NAN, 2], [2, 9, 3]])
    found = [machine.call(f"matrix_{name}", a) for name in ("avg", "max", "min", "median", "mode")]
    assert found == [4.0, 9.0, 2.0, 3.0, 2.0]
