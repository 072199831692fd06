"""What matrices are like: tests of their elements, and figures over all of them.

Comparisons have Pine's tolerance of 1e-10.
"""

from __future__ import annotations

from pinewright.machine.heap.calls import Call
from pinewright.machine.heap.matrices import matrix_number
from pinewright.machine.heap.searching import TOLERANCE, same
from pinewright.machine.heap.state import Heap
from pinewright.machine.heap.statistics import extreme_of, mean_of, median_of, mode_of
from pinewright.machine.kernel import kernel


@kernel
def matrix_avg(m: Heap, a: float) -> float:
    """Mean of the elements."""
    item = m.objects[matrix_number(m, a, Call.MATRIX_AVG)]
    return mean_of(m, item.start, item.size)


@kernel
def matrix_max(m: Heap, a: float) -> float:
    """The greatest element."""
    item = m.objects[matrix_number(m, a, Call.MATRIX_MAX)]
    return extreme_of(m, item.start, item.size, True)


@kernel
def matrix_min(m: Heap, a: float) -> float:
    """The least element."""
    item = m.objects[matrix_number(m, a, Call.MATRIX_MIN)]
    return extreme_of(m, item.start, item.size, False)


@kernel
def matrix_median(m: Heap, a: float) -> float:
    """Median of the elements."""
    item = m.objects[matrix_number(m, a, Call.MATRIX_MEDIAN)]
    return median_of(m, item.start, item.size)


@kernel
def matrix_mode(m: Heap, a: float) -> float:
    """The most frequent element; of several the least."""
    item = m.objects[matrix_number(m, a, Call.MATRIX_MODE)]
    return mode_of(m, item.start, item.size)


@kernel(inline=False)
def square(m: Heap, k: int) -> bool:
    """Whether matrix k, which is there, is square."""
    return k > 0 and m.objects[k].rows == m.objects[k].shape


@kernel(inline=False)
def zero_outside(m: Heap, k: int, above: bool, below: bool) -> bool:
    """Whether the elements above the main diagonal, below it, or both, are zero."""
    item = m.objects[k]
    for row in range(item.rows):
        for column in range(item.shape):
            checked = (above and column > row) or (below and column < row)
            if checked and not same(m.cells[item.start + row * item.shape + column], 0.0):
                return False
    return True


@kernel(inline=False)
def mirrored(m: Heap, k: int, sign: float) -> bool:
    """Whether the transpose is ``sign`` times the square matrix k."""
    item = m.objects[k]
    for row in range(item.rows):
        for column in range(row + 1):
            one = m.cells[item.start + row * item.shape + column]
            two = m.cells[item.start + column * item.shape + row]
            if not same(one, sign * two):
                return False
    return True


@kernel
def matrix_is_square(m: Heap, a: float) -> bool:
    """Whether there are as many rows as columns."""
    return square(m, matrix_number(m, a, Call.MATRIX_IS_SQUARE))


@kernel
def matrix_is_zero(m: Heap, a: float) -> bool:
    """Whether all elements are zero."""
    item = m.objects[matrix_number(m, a, Call.MATRIX_IS_ZERO)]
    j = 0
    while j < item.size and same(m.cells[item.start + j], 0.0):
        j += 1
    return j == item.size


@kernel
def matrix_is_binary(m: Heap, a: float) -> bool:
    """Whether all elements are 0 or 1."""
    item = m.objects[matrix_number(m, a, Call.MATRIX_IS_BINARY)]
    j = 0
    while j < item.size and (same(m.cells[item.start + j], 0.0) or same(m.cells[item.start + j], 1.0)):
        j += 1
    return j == item.size


@kernel
def matrix_is_diagonal(m: Heap, a: float) -> bool:
    """Whether it is square and only the main diagonal differs from zero."""
    k = matrix_number(m, a, Call.MATRIX_IS_DIAGONAL)
    return square(m, k) and zero_outside(m, k, True, True)


@kernel
def matrix_is_triangular(m: Heap, a: float) -> bool:
    """Whether it is square and all elements above, or all below, the main diagonal are zero."""
    k = matrix_number(m, a, Call.MATRIX_IS_TRIANGULAR)
    return square(m, k) and (zero_outside(m, k, True, False) or zero_outside(m, k, False, True))


@kernel
def matrix_is_identity(m: Heap, a: float) -> bool:
    """Whether the main diagonal is one and the rest zero."""
    k = matrix_number(m, a, Call.MATRIX_IS_IDENTITY)
    if not square(m, k) or not zero_outside(m, k, True, True):
        return False
    item = m.objects[k]
    j = 0
    while j < item.rows and same(m.cells[item.start + j * item.shape + j], 1.0):
        j += 1
    return j == item.rows


@kernel
def matrix_is_antidiagonal(m: Heap, a: float) -> bool:
    """Whether it is square and only the second diagonal differs from zero."""
    k = matrix_number(m, a, Call.MATRIX_IS_ANTIDIAGONAL)
    item = m.objects[k]
    if not square(m, k):
        return False
    for row in range(item.rows):
        for column in range(item.shape):
            on = row + column == item.rows - 1
            if not on and not same(m.cells[item.start + row * item.shape + column], 0.0):
                return False
    return True


@kernel
def matrix_is_symmetric(m: Heap, a: float) -> bool:
    """Whether the transpose is the same."""
    k = matrix_number(m, a, Call.MATRIX_IS_SYMMETRIC)
    return square(m, k) and mirrored(m, k, 1.0)


@kernel
def matrix_is_antisymmetric(m: Heap, a: float) -> bool:
    """Whether the transpose is the negative."""
    k = matrix_number(m, a, Call.MATRIX_IS_ANTISYMMETRIC)
    return square(m, k) and mirrored(m, k, -1.0)


@kernel
def matrix_is_stochastic(m: Heap, a: float) -> bool:
    """Whether no element is negative and each row sums to one."""
    item = m.objects[matrix_number(m, a, Call.MATRIX_IS_STOCHASTIC)]
    for row in range(item.rows):
        total = 0.0
        for column in range(item.shape):
            value = m.cells[item.start + row * item.shape + column]
            if not (value >= -TOLERANCE):
                return False
            total += value
        if not same(total, 1.0):
            return False
    return item.size > 0
