"""Matrices as such: sums, products, powers, determinants, inverses. na goes through all arithmetic."""

from __future__ import annotations

import math

from pinewright.machine.heap.arrays import array_number, array_of
from pinewright.machine.heap.calls import Call
from pinewright.machine.heap.failures import Failure
from pinewright.machine.heap.matrices import matrix_number, matrix_of
from pinewright.machine.heap.memory import (
    copy_cells,
    fail,
    fill_cells,
    has_scratch,
    object_number,
    reference,
)
from pinewright.machine.heap.state import Form, Heap
from pinewright.machine.kernel import kernel


@kernel(inline=False)
def is_matrix(m: Heap, x: float) -> bool:
    """Whether a value is a matrix and not a number."""
    return m.objects[object_number(m, x)].form == Form.MATRIX


@kernel(inline=False)
def square_number(m: Heap, x: float, call: int) -> int:
    """Number of a square matrix; 0 and a failure where it is none."""
    k = matrix_number(m, x, call)
    if m.objects[k].rows != m.objects[k].shape:
        fail(m, Failure.NOT_SQUARE, call, m.objects[k].rows, m.objects[k].shape)
        return 0
    return k


@kernel(inline=False)
def combined(m: Heap, a: float, b: float, sign: float, call: int) -> float:
    """A new matrix: a + sign * b, where b is a matrix of the same shape or a number."""
    k = matrix_number(m, a, call)
    other = matrix_number(m, b, call) if is_matrix(m, b) else 0
    same = m.objects[k].rows == m.objects[other].rows and m.objects[k].shape == m.objects[other].shape
    if other > 0 and not same:
        fail(m, Failure.SHAPES_DIFFER, call, m.objects[k].size, m.objects[other].size)
        return math.nan
    made = matrix_of(m, m.objects[k].rows, m.objects[k].shape, call) if k > 0 else 0
    if made == 0:
        return math.nan
    for j in range(m.objects[made].size):
        value = m.cells[m.objects[other].start + j] if other > 0 else b
        m.cells[m.objects[made].start + j] = m.cells[m.objects[k].start + j] + sign * value
    return reference(made)


@kernel
def matrix_sum(m: Heap, a: float, b: float) -> float:
    """Sum with another matrix or a number, element by element."""
    return combined(m, a, b, 1.0, Call.MATRIX_SUM)


@kernel
def matrix_diff(m: Heap, a: float, b: float) -> float:
    """Difference to another matrix or a number, element by element."""
    return combined(m, a, b, -1.0, Call.MATRIX_DIFF)


@kernel(inline=False)
def multiply(m: Heap, a: int, b: int, to: int, rows: int, inner: int, columns: int) -> None:
    """Product of the rows x inner cells at a and the inner x columns cells at b, into the cells at ``to``."""
    for row in range(rows):
        for column in range(columns):
            total = 0.0
            for j in range(inner):
                total += m.cells[a + row * inner + j] * m.cells[b + j * columns + column]
            m.cells[to + row * columns + column] = total


@kernel
def matrix_mult(m: Heap, a: float, b: float) -> float:
    """Product with a matrix (a matrix), an array (an array) or a number (a matrix)."""
    k = matrix_number(m, a, Call.MATRIX_MULT)
    if k == 0:
        return math.nan
    rows = m.objects[k].rows
    inner = m.objects[k].shape
    form = m.objects[object_number(m, b)].form
    made = 0
    if form == Form.MATRIX:
        other = object_number(m, b)
        if m.objects[other].rows != inner:
            fail(m, Failure.SHAPES_DIFFER, Call.MATRIX_MULT, inner, m.objects[other].rows)
            return math.nan
        made = matrix_of(m, rows, m.objects[other].shape, Call.MATRIX_MULT)
        if made > 0:
            columns = m.objects[other].shape
            multiply(m, m.objects[k].start, m.objects[other].start, m.objects[made].start, rows, inner, columns)
    elif form == Form.NOTHING:
        made = matrix_of(m, rows, inner, Call.MATRIX_MULT)
        for j in range(m.objects[made].size):
            m.cells[m.objects[made].start + j] = m.cells[m.objects[k].start + j] * b
    else:
        values = array_number(m, b, Call.MATRIX_MULT)
        if values == 0 or m.objects[values].size != inner:
            fail(m, Failure.SHAPES_DIFFER, Call.MATRIX_MULT, inner, m.objects[values].size)
            return math.nan
        made = array_of(m, rows)
        if made > 0:
            multiply(m, m.objects[k].start, m.objects[values].start, m.objects[made].start, rows, inner, 1)
    return reference(made) if made > 0 else math.nan


@kernel
def matrix_kron(m: Heap, a: float, b: float) -> float:
    """Kronecker product, a new matrix."""
    k = matrix_number(m, a, Call.MATRIX_KRON)
    other = matrix_number(m, b, Call.MATRIX_KRON)
    if k == 0 or other == 0:
        return math.nan
    height = m.objects[other].rows
    width = m.objects[other].shape
    rows = m.objects[k].rows * height
    columns = m.objects[k].shape * width
    made = matrix_of(m, rows, columns, Call.MATRIX_KRON)
    if made == 0:
        return math.nan
    for row in range(rows):
        for column in range(columns):
            one = m.cells[m.objects[k].start + row // height * m.objects[k].shape + column // width]
            two = m.cells[m.objects[other].start + row % height * width + column % width]
            m.cells[m.objects[made].start + row * columns + column] = one * two
    return reference(made)


@kernel
def matrix_pow(m: Heap, a: float, power: float) -> float:
    """Product with itself so many times, a new matrix; the unit matrix for 0."""
    k = square_number(m, a, Call.MATRIX_POW)
    size = m.objects[k].rows
    if not (power >= 0.0):
        fail(m, Failure.SIZE, Call.MATRIX_POW, power, 0.0)
        return math.nan
    made = matrix_of(m, size, size, Call.MATRIX_POW) if k > 0 else 0
    if made == 0 or not has_scratch(m, 2 * size * size):
        return math.nan
    count = size * size
    result = m.objects[made].start
    square = m.top
    other = m.top + count
    fill_cells(m, result, count, 0.0)
    for j in range(size):
        m.cells[result + j * size + j] = 1.0
    copy_cells(m, m.objects[k].start, square, count)
    left = int(power)
    while left > 0:
        if left % 2 == 1:
            multiply(m, result, square, other, size, size, size)
            copy_cells(m, other, result, count)
        left //= 2
        if left > 0:
            multiply(m, square, square, other, size, size, size)
            copy_cells(m, other, square, count)
    return reference(made)


@kernel(inline=False)
def pivot_row(m: Heap, at: int, size: int, width: int, column: int) -> int:
    """Row from ``column`` on with the largest element in that column."""
    best = column
    for row in range(column + 1, size):
        if abs(m.cells[at + row * width + column]) > abs(m.cells[at + best * width + column]):
            best = row
    return best


@kernel(inline=False)
def eliminate(m: Heap, at: int, size: int, width: int, whole: bool) -> float:
    """Gauss's elimination of size rows of width cells, with row pivots; gives the determinant of the square in front.

    whole: above the diagonal as well, with ones on it: what stands behind the square is then multiplied by the inverse.
    """
    determinant = 1.0
    for column in range(size):
        best = pivot_row(m, at, size, width, column)
        if best != column:
            determinant = -determinant
            for j in range(width):
                value = m.cells[at + best * width + j]
                m.cells[at + best * width + j] = m.cells[at + column * width + j]
                m.cells[at + column * width + j] = value
        pivot = m.cells[at + column * width + column]
        determinant *= pivot
        if pivot == 0.0:
            return 0.0
        for row in range(0 if whole else column + 1, size):
            factor = m.cells[at + row * width + column] / pivot
            if row != column and factor != 0.0:
                for j in range(column, width):
                    m.cells[at + row * width + j] -= factor * m.cells[at + column * width + j]
    if whole:
        for row in range(size):
            pivot = m.cells[at + row * width + row]
            for j in range(width):
                m.cells[at + row * width + j] /= pivot
    return determinant


@kernel
def matrix_det(m: Heap, a: float) -> float:
    """Determinant; 1 for a matrix without elements."""
    k = square_number(m, a, Call.MATRIX_DET)
    size = m.objects[k].rows
    if k == 0 or not has_scratch(m, size * size):
        return math.nan
    copy_cells(m, m.objects[k].start, m.top, size * size)
    return eliminate(m, m.top, size, size, False)


@kernel
def matrix_inv(m: Heap, a: float) -> float:
    """Inverse, a new matrix; all na where there is none."""
    k = square_number(m, a, Call.MATRIX_INV)
    size = m.objects[k].rows
    made = matrix_of(m, size, size, Call.MATRIX_INV) if k > 0 else 0
    if made == 0 or not has_scratch(m, 2 * size * size):
        return math.nan
    width = 2 * size
    for row in range(size):
        copy_cells(m, m.objects[k].start + row * size, m.top + row * width, size)
        fill_cells(m, m.top + row * width + size, size, 0.0)
        m.cells[m.top + row * width + size + row] = 1.0
    regular = eliminate(m, m.top, size, width, True) != 0.0
    for row in range(size):
        to = m.objects[made].start + row * size
        if regular:
            copy_cells(m, m.top + row * width + size, to, size)
        else:
            fill_cells(m, to, size, math.nan)
    return reference(made)


@kernel
def matrix_trace(m: Heap, a: float) -> float:
    """Sum of the main diagonal."""
    item = m.objects[square_number(m, a, Call.MATRIX_TRACE)]
    total = 0.0
    for j in range(item.rows):
        total += m.cells[item.start + j * item.shape + j]
    return total
