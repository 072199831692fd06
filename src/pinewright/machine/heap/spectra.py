"""Singular values and eigenvalues: rank, pseudo-inverse, eigenvalues and eigenvectors of matrices.

Singular values come from one-sided Jacobi rotations (Hestenes 1958), eigenvalues of symmetric matrices from Jacobi's
method, the largest first as TradingView has them (the list of trades of matrix-covariance-eigen-pca-01 shows it), those
of others from ``hessenberg`` in the order in which they stand on the diagonal. Of complex pairs the real parts are
given. Eigenvectors have length one.
"""

from __future__ import annotations

import math
from typing import Final

from pinewright.machine.heap.algebra import eliminate, square_number
from pinewright.machine.heap.arrays import array_of
from pinewright.machine.heap.calls import Call
from pinewright.machine.heap.failures import Failure
from pinewright.machine.heap.hessenberg import hessenberg_values, swap_cells, to_hessenberg
from pinewright.machine.heap.kinds import mirrored
from pinewright.machine.heap.matrices import matrix_number, matrix_of
from pinewright.machine.heap.memory import copy_cells, fail, fill_cells, has_scratch, reference
from pinewright.machine.heap.state import ULP, Heap
from pinewright.machine.kernel import kernel

MOST_SWEEPS: Final = 60
"""Rounds of rotations; ten are enough for well-behaved matrices."""
INVERSIONS: Final = 4
"""Steps of inverse iteration for an eigenvector."""
BESIDE: Final = 1e-10
"""So far beside the eigenvalue, in parts of the matrix's norm: each step leaves about that share of other vectors."""
GOLDEN: Final = 0.618_033_988_749_895


@kernel(inline=False)
def unit_cells(m: Heap, at: int, size: int) -> None:
    """A unit matrix of size x size cells."""
    fill_cells(m, at, size * size, 0.0)
    for j in range(size):
        m.cells[at + j * size + j] = 1.0


@kernel(inline=True)
def rotate(m: Heap, one: int, two: int, step: int, count: int, cosine: float, sine: float) -> None:
    """Rotates ``count`` pairs of cells, ``step`` apart."""
    for j in range(count):
        x = m.cells[one + j * step]
        y = m.cells[two + j * step]
        m.cells[one + j * step] = cosine * x - sine * y
        m.cells[two + j * step] = sine * x + cosine * y


@kernel(inline=True)
def tangent(zeta: float) -> float:
    """Tangent of the smaller angle of a Jacobi rotation from the cotangent of its double."""
    return (1.0 if zeta >= 0.0 else -1.0) / (abs(zeta) + math.sqrt(1.0 + zeta * zeta))


@kernel(inline=False)
def dot(m: Heap, a: int, b: int, step: int, count: int) -> float:
    """Sum of products of cells ``step`` apart."""
    total = 0.0
    for j in range(count):
        total += m.cells[a + j * step] * m.cells[b + j * step]
    return total


@kernel(inline=False)
def orthogonalise(m: Heap, u: int, v: int, rows: int, columns: int) -> None:
    """Turns the columns of the rows x columns cells at u until they are orthogonal; v (unit before) takes the turns."""
    for _ in range(MOST_SWEEPS):
        turned = False
        for one in range(columns - 1):
            for two in range(one + 1, columns):
                alpha = dot(m, u + one, u + one, columns, rows)
                beta = dot(m, u + two, u + two, columns, rows)
                gamma = dot(m, u + one, u + two, columns, rows)
                if abs(gamma) > ULP * math.sqrt(alpha * beta) and gamma != 0.0:
                    turned = True
                    t = tangent((beta - alpha) / (2.0 * gamma))
                    cosine = 1.0 / math.sqrt(1.0 + t * t)
                    rotate(m, u + one, u + two, columns, rows, cosine, cosine * t)
                    rotate(m, v + one, v + two, columns, columns, cosine, cosine * t)
        if not turned:
            break


@kernel(inline=False)
def least_singular(m: Heap, u: int, rows: int, columns: int) -> float:
    """What singular values, lengths of the columns at u, must exceed to count as such."""
    most = 0.0
    for column in range(columns):
        most = max(most, math.sqrt(dot(m, u + column, u + column, columns, rows)))
    return most * ULP * max(rows, columns)


@kernel
def matrix_rank(m: Heap, a: float) -> float:
    """Number of independent rows: of singular values that are not zero within the precision of floats."""
    k = matrix_number(m, a, Call.MATRIX_RANK)
    rows = m.objects[k].rows
    columns = m.objects[k].shape
    if not has_scratch(m, rows * columns + columns * columns):
        return math.nan
    copy_cells(m, m.objects[k].start, m.top, rows * columns)
    v = m.top + rows * columns
    unit_cells(m, v, columns)
    orthogonalise(m, m.top, v, rows, columns)
    least = least_singular(m, m.top, rows, columns)
    found = 0
    for column in range(columns):
        if math.sqrt(dot(m, m.top + column, m.top + column, columns, rows)) > least:
            found += 1
    return float(found)


@kernel
def matrix_pinv(m: Heap, a: float) -> float:
    """Pseudo-inverse (Moore and Penrose), a new matrix."""
    k = matrix_number(m, a, Call.MATRIX_PINV)
    rows = m.objects[k].rows
    columns = m.objects[k].shape
    made = matrix_of(m, columns, rows, Call.MATRIX_PINV) if k > 0 else 0
    if made == 0 or not has_scratch(m, rows * columns + columns * columns):
        return math.nan
    u = m.top
    v = m.top + rows * columns
    copy_cells(m, m.objects[k].start, u, rows * columns)
    unit_cells(m, v, columns)
    orthogonalise(m, u, v, rows, columns)
    least = least_singular(m, u, rows, columns)
    to = m.objects[made].start
    fill_cells(m, to, rows * columns, 0.0)
    for j in range(columns):
        square = dot(m, u + j, u + j, columns, rows)
        if math.sqrt(square) > least:
            for row in range(columns):
                for column in range(rows):
                    part = m.cells[v + row * columns + j] * m.cells[u + column * columns + j] / square
                    m.cells[to + row * rows + column] += part
    return reference(made)


@kernel(inline=False)
def diagonalise(m: Heap, at: int, v: int, size: int) -> None:
    """Jacobi's method: the symmetric cells at ``at`` become diagonal, v (unit before) holds eigenvectors as columns."""
    for _ in range(MOST_SWEEPS):
        turned = False
        for one in range(size - 1):
            for two in range(one + 1, size):
                p = m.cells[at + one * size + one]
                q = m.cells[at + two * size + two]
                off = m.cells[at + one * size + two]
                if abs(off) > ULP * math.sqrt(abs(p) * abs(q)) and abs(off) > 1e-300:
                    turned = True
                    t = tangent((q - p) / (2.0 * off))
                    cosine = 1.0 / math.sqrt(1.0 + t * t)
                    rotate(m, at + one, at + two, size, size, cosine, cosine * t)
                    rotate(m, at + one * size, at + two * size, 1, size, cosine, cosine * t)
                    rotate(m, v + one, v + two, size, size, cosine, cosine * t)
        if not turned:
            break


@kernel(inline=False)
def descending(m: Heap, at: int, v: int, size: int) -> None:
    """Sorts the diagonal of the cells at ``at``, the largest first, and the columns of v with it."""
    for one in range(size - 1):
        best = one
        for two in range(one + 1, size):
            if m.cells[at + two * size + two] > m.cells[at + best * size + best]:
                best = two
        swap_cells(m, at + one * (size + 1), at + best * (size + 1), 1, 1)
        swap_cells(m, v + one, v + best, size, size)


@kernel(inline=False)
def is_finite(m: Heap, start: int, count: int) -> bool:
    """Whether no cell is na or infinite."""
    j = 0
    while j < count and math.isfinite(m.cells[start + j]):
        j += 1
    return j == count


@kernel(inline=False)
def find_values(m: Heap, k: int, to: int, call: int) -> bool:
    """Eigenvalues of the square matrix k into the cells ``to``; complex ones are told in the scratch cells at the top.

    For a symmetric matrix the eigenvectors lie as columns behind those. False without result and with a failure.
    """
    size = m.objects[k].rows
    count = size * size
    if not has_scratch(m, 2 * size + 2 * count + 3):
        return False
    values = m.top
    work = values + 2 * size
    fill_cells(m, values, 2 * size, 0.0)
    vectors = work
    h = work + count
    copy_cells(m, m.objects[k].start, h, count)
    if not is_finite(m, h, count):
        fill_cells(m, to, size, math.nan)
        fill_cells(m, vectors, count, math.nan)
        return True
    if mirrored(m, k, 1.0):
        unit_cells(m, vectors, size)
        diagonalise(m, h, vectors, size)
        descending(m, h, vectors, size)
        for j in range(size):
            m.cells[to + j] = m.cells[h + j * (size + 1)]
        return True
    to_hessenberg(m, h, size)
    if not hessenberg_values(m, h, size, values):
        fail(m, Failure.NO_CONVERGENCE, call, 0.0, 0.0)
        return False
    copy_cells(m, values, to, size)
    return True


@kernel
def matrix_eigenvalues(m: Heap, a: float) -> float:
    """Eigenvalues, as an array; the real parts of complex ones, na where an element is na."""
    k = square_number(m, a, Call.MATRIX_EIGENVALUES)
    made = array_of(m, m.objects[k].rows) if k > 0 else 0
    if made == 0 or not find_values(m, k, m.objects[made].start, Call.MATRIX_EIGENVALUES):
        return math.nan
    return reference(made)


@kernel(inline=False)
def invert_into(m: Heap, k: int, value: float, norm: float, x: int, work: int) -> None:
    """Inverse iteration: the eigenvector of matrix k for an eigenvalue into the cells x, of length one."""
    size = m.objects[k].rows
    for row in range(size):  # has a part of every eigenvector, but for the rarest of matrices
        m.cells[x + row] = 1.0 / (1.0 + math.fmod((row + 1) * GOLDEN, 1.0))
    for _ in range(INVERSIONS):
        for row in range(size):
            copy_cells(m, m.objects[k].start + row * size, work + row * (size + 1), size)
            m.cells[work + row * (size + 1) + row] -= value + norm * BESIDE
            m.cells[work + row * (size + 1) + size] = m.cells[x + row]
        if eliminate(m, work, size, size + 1, True) == 0.0:
            fill_cells(m, x, size, math.nan)
            return
        largest = 0
        for row in range(size):
            m.cells[x + row] = m.cells[work + row * (size + 1) + size]
            if abs(m.cells[x + row]) > abs(m.cells[x + largest]):
                largest = row
        most = m.cells[x + largest]
        for row in range(size):
            m.cells[x + row] /= most
        length = math.sqrt(dot(m, x, x, 1, size))
        for row in range(size):
            m.cells[x + row] /= length


@kernel
def matrix_eigenvectors(m: Heap, a: float) -> float:
    """Eigenvectors of length one as columns, in the order of ``matrix_eigenvalues``; na for complex eigenvalues."""
    k = square_number(m, a, Call.MATRIX_EIGENVECTORS)
    size = m.objects[k].rows
    made = matrix_of(m, size, size, Call.MATRIX_EIGENVECTORS) if k > 0 else 0
    found = array_of(m, size) if made > 0 else 0
    if found == 0 or not find_values(m, k, m.objects[found].start, Call.MATRIX_EIGENVECTORS):
        return math.nan
    to = m.objects[made].start
    values = m.objects[found].start
    if mirrored(m, k, 1.0) or not is_finite(m, m.objects[k].start, size * size):
        copy_cells(m, m.top + 2 * size, to, size * size)
        return reference(made)
    x = m.top + 2 * size
    if not has_scratch(m, 3 * size + size * (size + 1)):
        return math.nan
    norm = 0.0
    for j in range(size * size):
        norm += abs(m.cells[m.objects[k].start + j])
    for column in range(size):
        if m.cells[m.top + size + column] != 0.0:
            fill_cells(m, x, size, math.nan)
        else:
            invert_into(m, k, m.cells[values + column], norm, x, x + size)
        for row in range(size):
            m.cells[to + row * size + column] = m.cells[x + row]
    return reference(made)
