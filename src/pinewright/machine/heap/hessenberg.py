"""Eigenvalues of general matrices: Francis's double QR steps on a Hessenberg form, as in EISPACK's elmhes and hqr.

``h`` is the first of size * size cells, row after row; behind them lie three cells for what a step begins with. Rows
and columns are numbered from 0; ``last`` is the last row of the part in which eigenvalues are still looked for.
"""

from __future__ import annotations

import math
from typing import Final

from pinewright.machine.heap.state import ULP, Heap
from pinewright.machine.kernel import kernel

MOST_STEPS: Final = 60
"""QR steps for one eigenvalue; after every tenth the shift is an unusual one."""


@kernel(inline=False)
def swap_cells(m: Heap, one: int, two: int, step: int, count: int) -> None:
    """Exchanges ``count`` pairs of cells, ``step`` apart."""
    for j in range(count):
        value = m.cells[one + j * step]
        m.cells[one + j * step] = m.cells[two + j * step]
        m.cells[two + j * step] = value


@kernel(inline=False)
def to_hessenberg(m: Heap, h: int, size: int) -> None:
    """Makes all zero below the first subdiagonal, by similar eliminations with pivots."""
    for column in range(1, size - 1):
        best = column
        for row in range(column + 1, size):
            if abs(m.cells[h + row * size + column - 1]) > abs(m.cells[h + best * size + column - 1]):
                best = row
        if best != column:
            swap_cells(m, h + best * size, h + column * size, 1, size)
            swap_cells(m, h + best, h + column, size, size)
        pivot = m.cells[h + column * size + column - 1]
        for row in range(column + 1, size):
            factor = m.cells[h + row * size + column - 1] / pivot if pivot != 0.0 else 0.0
            if factor != 0.0:
                for j in range(size):
                    m.cells[h + row * size + j] -= factor * m.cells[h + column * size + j]
                for j in range(size):
                    m.cells[h + j * size + column] += factor * m.cells[h + j * size + row]
        for row in range(column + 1, size):
            m.cells[h + row * size + column - 1] = 0.0


@kernel(inline=False)
def block_begin(m: Heap, h: int, size: int, last: int, norm: float) -> int:
    """First row of the part that ends at ``last`` and is not yet split by a zero below the diagonal."""
    begin = last
    while begin > 0:
        around = abs(m.cells[h + (begin - 1) * (size + 1)]) + abs(m.cells[h + begin * (size + 1)])
        if abs(m.cells[h + begin * size + begin - 1]) < ULP * (around if around != 0.0 else norm):
            return begin
        begin -= 1
    return 0


@kernel(inline=False)
def pair(m: Heap, h: int, size: int, last: int, shift: float, values: int) -> None:
    """The eigenvalues of the last two rows into cells ``values``, and whether they are complex behind all values."""
    corner = h + last * (size + 1)
    w = m.cells[corner - 1] * m.cells[corner - size]
    p = (m.cells[corner - size - 1] - m.cells[corner]) / 2.0
    q = p * p + w
    x = m.cells[corner] + shift
    z = p + math.sqrt(abs(q)) if p >= 0.0 else p - math.sqrt(abs(q))
    if q >= 0.0:
        m.cells[values + last - 1] = x + z
        m.cells[values + last] = x - w / z if z != 0.0 else x + z
    else:
        m.cells[values + last - 1] = x + p
        m.cells[values + last] = x + p
    m.cells[values + size + last - 1] = float(q < 0.0)
    m.cells[values + size + last] = float(q < 0.0)


@kernel(inline=False)
def step_begin(m: Heap, h: int, size: int, begin: int, last: int, x: float, y: float, w: float) -> int:
    """Row at which the double step may begin; its first column into the three cells behind the matrix."""
    at = last - 2
    while True:
        corner = h + at * (size + 1)
        z = m.cells[corner]
        r = x - z
        s = y - z
        p = (r * s - w) / m.cells[corner + size] + m.cells[corner + 1]
        q = m.cells[corner + size + 1] - z - r - s
        r = m.cells[corner + 2 * size + 1]
        s = abs(p) + abs(q) + abs(r)
        m.cells[h + size * size] = p / s
        m.cells[h + size * size + 1] = q / s
        m.cells[h + size * size + 2] = r / s
        if at == begin:
            break
        around = abs(m.cells[corner - size - 1]) + abs(z) + abs(m.cells[corner + size + 1])
        if abs(m.cells[corner - 1]) * (abs(q) + abs(r)) < ULP * abs(p) * around:
            break
        at -= 1
    for row in range(at + 2, last + 1):
        m.cells[h + row * size + row - 2] = 0.0
        if row > at + 2:
            m.cells[h + row * size + row - 3] = 0.0
    return at


@kernel(inline=False)
def double_step(m: Heap, h: int, size: int, begin: int, first: int, last: int) -> None:
    """One double QR step over the rows ``first`` to ``last``; see ``step_begin``."""
    x = 0.0
    for k in range(first, last):
        corner = h + k * (size + 1)
        more = k != last - 1
        p = m.cells[h + size * size] if k == first else m.cells[corner - 1]
        q = m.cells[h + size * size + 1] if k == first else m.cells[corner + size - 1]
        r = 0.0
        if k == first:
            r = m.cells[h + size * size + 2]
        elif more:
            r = m.cells[corner + 2 * size - 1]
        if k != first:
            x = abs(p) + abs(q) + abs(r)
            if x == 0.0:
                return
            p /= x
            q /= x
            r /= x
        s = math.copysign(math.sqrt(p * p + q * q + r * r), p)
        if s == 0.0:
            return
        if k != first:
            m.cells[corner - 1] = -s * x
        elif begin != first:
            m.cells[corner - 1] = -m.cells[corner - 1]
        reflect(m, h, size, k, last, p, q, r, s)


@kernel(inline=False)
def reflect(m: Heap, h: int, size: int, k: int, last: int, p: float, q: float, r: float, s: float) -> None:
    """Reflects rows and columns k to k + 2 (k + 1 at the end) so that (p, q, r) becomes (-s, 0, 0)."""
    more = k != last - 1
    x = (p + s) / s
    y = q / s
    z = r / s
    below = q / (p + s)
    lowest = r / (p + s)
    for j in range(k, size):
        at = h + k * size + j
        part = m.cells[at] + below * m.cells[at + size]
        if more:
            part += lowest * m.cells[at + 2 * size]
            m.cells[at + 2 * size] -= part * z
        m.cells[at] -= part * x
        m.cells[at + size] -= part * y
    for row in range(min(last, k + 3) + 1):
        at = h + row * size + k
        part = x * m.cells[at] + y * m.cells[at + 1]
        if more:
            part += z * m.cells[at + 2]
            m.cells[at + 2] -= part * lowest
        m.cells[at] -= part
        m.cells[at + 1] -= part * below


@kernel(inline=False)
def hessenberg_values(m: Heap, h: int, size: int, values: int) -> bool:
    """Eigenvalues of a Hessenberg form into the cells ``values``, and whether each is complex (its real part then)
    behind them; False where they are not found. The form is lost."""
    norm = 0.0
    for row in range(size):
        for column in range(max(row - 1, 0), size):
            norm += abs(m.cells[h + row * size + column])
    shift = 0.0
    steps = 0
    last = size - 1
    while last >= 0:
        begin = block_begin(m, h, size, last, norm)
        corner = h + last * (size + 1)
        if begin == last:
            m.cells[values + last] = m.cells[corner] + shift
            m.cells[values + size + last] = 0.0
            last -= 1
            steps = 0
        elif begin == last - 1:
            pair(m, h, size, last, shift, values)
            last -= 2
            steps = 0
        else:
            x = m.cells[corner]
            y = m.cells[corner - size - 1]
            w = m.cells[corner - 1] * m.cells[corner - size]
            if steps % 10 == 9:
                shift += x
                for row in range(last + 1):
                    m.cells[h + row * (size + 1)] -= x
                s = abs(m.cells[corner - 1]) + abs(m.cells[corner - size - 2])
                x = 0.75 * s
                y = x
                w = -0.4375 * s * s
            steps += 1
            if steps > MOST_STEPS:
                return False
            first = step_begin(m, h, size, begin, last, x, y, w)
            double_step(m, h, size, begin, first, last)
    return True
