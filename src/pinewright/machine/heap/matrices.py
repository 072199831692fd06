"""Matrices: reading, writing and changing their form. Cells lie row after row; ``shape`` counts columns.

Indices are the script's floats; na reads nothing and writes nothing, as in arrays. Ends of ranges are exclusive.
"""

from __future__ import annotations

import math

from pinewright.machine.heap.arrays import array_number, array_of
from pinewright.machine.heap.calls import Call
from pinewright.machine.heap.failures import Failure
from pinewright.machine.heap.memory import (
    copy_cells,
    fail,
    fill_cells,
    has_scratch,
    make_room,
    new_object,
    object_number,
    reference,
)
from pinewright.machine.heap.parts import array_from_cells
from pinewright.machine.heap.sorting import order_places, put_keys
from pinewright.machine.heap.state import MOST_ELEMENTS, Form, Heap
from pinewright.machine.kernel import kernel


@kernel(inline=False)
def no_matrix(m: Heap, call: int) -> int:
    """The failure of what is no matrix; number 0."""
    fail(m, Failure.NO_MATRIX, call, 0.0, 0.0)
    return 0


@kernel(inline=True)
def matrix_number(m: Heap, x: float, call: int) -> int:
    """Number of a matrix; 0 and a failure where it is none."""
    k = object_number(m, x)
    return k if m.objects[k].form == Form.MATRIX else no_matrix(m, call)


@kernel(inline=False)
def matrix_of(m: Heap, rows: int, columns: int, call: int) -> int:
    """Number of a new matrix whose cells hold anything; 0 where there is no room, or too many cells."""
    if rows < 0 or columns < 0:
        fail(m, Failure.SIZE, call, min(rows, columns), 0.0)
        return 0
    if rows > MOST_ELEMENTS or columns > MOST_ELEMENTS or rows * columns > MOST_ELEMENTS:
        fail(m, Failure.TOO_LARGE, call, float(rows) * columns, 0.0)
        return 0
    k = new_object(m, Form.MATRIX, rows * columns)
    if k > 0:
        m.objects[k].size = rows * columns
        m.objects[k].rows = rows
        m.objects[k].shape = columns
    return k


@kernel
def matrix_new(m: Heap, rows: float, columns: float, value: float) -> float:
    """A new matrix, all ``value``."""
    k = matrix_of(m, int(rows), int(columns), Call.MATRIX_NEW)
    if k == 0:
        return math.nan
    fill_cells(m, m.objects[k].start, m.objects[k].size, value)
    return reference(k)


@kernel(inline=False)
def outside(m: Heap, k: int, row: float, column: float, call: int) -> int:
    """-1, with a failure where a row or column is out of bounds and not na."""
    item = m.objects[k]
    if math.isnan(row) or math.isnan(column):
        return -1
    if not (row >= 0.0 and row < item.rows):
        fail(m, Failure.ROW, call, row, item.rows)
    else:
        fail(m, Failure.COLUMN, call, column, item.shape)
    return -1


@kernel(inline=True)
def cell_of(m: Heap, k: int, row: float, column: float, call: int) -> int:
    """Cell of a place in matrix k, -1 for none."""
    item = m.objects[k]
    if row >= 0.0 and row < item.rows and column >= 0.0 and column < item.shape:
        return item.start + int(row) * item.shape + int(column)
    return outside(m, k, row, column, call)


@kernel
def matrix_get(m: Heap, a: float, row: float, column: float) -> float:
    """The element at a place; na for an index na."""
    cell = cell_of(m, matrix_number(m, a, Call.MATRIX_GET), row, column, Call.MATRIX_GET)
    return m.cells[cell] if cell >= 0 else math.nan


@kernel
def matrix_set(m: Heap, a: float, row: float, column: float, value: float) -> None:
    """Replaces the element at a place; nothing for an index na."""
    cell = cell_of(m, matrix_number(m, a, Call.MATRIX_SET), row, column, Call.MATRIX_SET)
    if cell >= 0:
        m.cells[cell] = value


@kernel
def matrix_rows(m: Heap, a: float) -> float:
    """Number of rows."""
    return float(m.objects[matrix_number(m, a, Call.MATRIX_ROWS)].rows)


@kernel
def matrix_columns(m: Heap, a: float) -> float:
    """Number of columns."""
    return float(m.objects[matrix_number(m, a, Call.MATRIX_COLUMNS)].shape)


@kernel
def matrix_elements_count(m: Heap, a: float) -> float:
    """Number of elements."""
    return float(m.objects[matrix_number(m, a, Call.MATRIX_ELEMENTS_COUNT)].size)


@kernel(inline=False)
def end_of(m: Heap, end: float, size: int, by_row: bool, call: int) -> int:
    """End of a range of rows or columns; the size for na, -1 and a failure where it is beyond."""
    if math.isnan(end):
        return size
    if end >= 0.0 and end < size + 1:
        return int(end)
    fail(m, Failure.ROW if by_row else Failure.COLUMN, call, end, size)
    return -1


@kernel(inline=False)
def begin_of(m: Heap, begin: float, size: int, by_row: bool, call: int) -> int:
    """Begin of a range of rows or columns; 0 for na, -1 and a failure where it is beyond."""
    return end_of(m, 0.0 if math.isnan(begin) else begin, size, by_row, call)


@kernel
def matrix_fill(
    m: Heap, a: float, value: float, from_row: float, to_row: float, from_column: float, to_column: float
) -> None:
    """Sets all elements, or those of a part, to a value."""
    item = m.objects[matrix_number(m, a, Call.MATRIX_FILL)]
    top = begin_of(m, from_row, item.rows, True, Call.MATRIX_FILL)
    bottom = end_of(m, to_row, item.rows, True, Call.MATRIX_FILL)
    left = begin_of(m, from_column, item.shape, False, Call.MATRIX_FILL)
    right = end_of(m, to_column, item.shape, False, Call.MATRIX_FILL)
    if top >= 0 and left >= 0:
        for row in range(top, bottom):
            fill_cells(m, item.start + row * item.shape + left, right - left, value)


@kernel
def matrix_submatrix(m: Heap, a: float, from_row: float, to_row: float, from_column: float, to_column: float) -> float:
    """A part, as a new matrix."""
    k = matrix_number(m, a, Call.MATRIX_SUBMATRIX)
    item = m.objects[k]
    top = begin_of(m, from_row, item.rows, True, Call.MATRIX_SUBMATRIX)
    bottom = end_of(m, to_row, item.rows, True, Call.MATRIX_SUBMATRIX)
    left = begin_of(m, from_column, item.shape, False, Call.MATRIX_SUBMATRIX)
    right = end_of(m, to_column, item.shape, False, Call.MATRIX_SUBMATRIX)
    if k == 0 or top < 0 or bottom < 0 or left < 0 or right < 0:
        return math.nan
    if bottom < top or right < left:
        fail(m, Failure.RANGE, Call.MATRIX_SUBMATRIX, top if bottom < top else left, bottom if bottom < top else right)
        return math.nan
    made = matrix_of(m, bottom - top, right - left, Call.MATRIX_SUBMATRIX)
    if made == 0:
        return math.nan
    for row in range(top, bottom):
        to = m.objects[made].start + (row - top) * (right - left)
        copy_cells(m, item.start + row * item.shape + left, to, right - left)
    return reference(made)


@kernel
def matrix_copy(m: Heap, a: float) -> float:
    """A copy; objects in it stay shared."""
    k = matrix_number(m, a, Call.MATRIX_COPY)
    made = matrix_of(m, m.objects[k].rows, m.objects[k].shape, Call.MATRIX_COPY) if k > 0 else 0
    if made == 0:
        return math.nan
    copy_cells(m, m.objects[k].start, m.objects[made].start, m.objects[k].size)
    return reference(made)


@kernel
def matrix_row(m: Heap, a: float, row: float) -> float:
    """A row as an array; na for row na."""
    k = matrix_number(m, a, Call.MATRIX_ROW)
    item = m.objects[k]
    if not (row >= 0.0 and row < item.rows):
        outside(m, k, row, 0.0, Call.MATRIX_ROW)
        return math.nan
    return array_from_cells(m, item.start + int(row) * item.shape, item.shape)


@kernel(inline=False)
def column_array(m: Heap, k: int, column: int) -> float:
    """A column of matrix k as a new array; the caller has checked it."""
    made = array_of(m, m.objects[k].rows)
    if made == 0:
        return math.nan
    item = m.objects[k]
    for row in range(item.rows):
        m.cells[m.objects[made].start + row] = m.cells[item.start + row * item.shape + column]
    return reference(made)


@kernel
def matrix_col(m: Heap, a: float, column: float) -> float:
    """A column as an array; na for column na."""
    k = matrix_number(m, a, Call.MATRIX_COL)
    if column >= 0.0 and column < m.objects[k].shape:
        return column_array(m, k, int(column))
    if k > 0 and not math.isnan(column):
        fail(m, Failure.COLUMN, Call.MATRIX_COL, column, m.objects[k].shape)
    return math.nan


@kernel(inline=False)
def line_place(m: Heap, place: float, size: int, by_row: bool, call: int) -> int:
    """Where a row or column is added: the end for na, -1 and a failure where there is no such place."""
    return end_of(m, place, size, by_row, call)


@kernel(inline=False)
def line_fits(m: Heap, k: int, values: float, by_row: bool, call: int) -> int:
    """Elements of a row or column that is added to matrix k, -1 and a failure where they do not fit.

    Without ``values`` as many as there are; an empty matrix takes any number.
    """
    item = m.objects[k]
    wanted = item.shape if by_row else item.rows
    lines = item.rows if by_row else item.shape
    if math.isnan(values):
        return wanted
    size = m.objects[array_number(m, values, call)].size
    if m.error != 0:
        return -1
    if size != wanted and not (wanted == 0 and lines == 0):
        fail(m, Failure.SIZES_DIFFER, call, size, wanted)
        return -1
    return size


@kernel(inline=False)
def grown(m: Heap, k: int, count: int, call: int) -> bool:
    """Room in matrix k for ``count`` elements; False and a failure where there is none."""
    if count > MOST_ELEMENTS:
        fail(m, Failure.TOO_LARGE, call, count, 0.0)
        return False
    return make_room(m, k, count)


@kernel
def matrix_add_row(m: Heap, a: float, row: float, values: float) -> None:
    """Adds a row, at the end for row na; its elements are na without ``values``."""
    k = matrix_number(m, a, Call.MATRIX_ADD_ROW)
    place = line_place(m, row, m.objects[k].rows, True, Call.MATRIX_ADD_ROW)
    columns = line_fits(m, k, values, True, Call.MATRIX_ADD_ROW) if k > 0 and place >= 0 else -1
    if columns < 0 or not grown(m, k, m.objects[k].size + columns, Call.MATRIX_ADD_ROW):
        return
    item = m.objects[k]
    item.shape = columns
    first = item.start + place * columns
    for j in range(item.start + item.size - 1, first - 1, -1):
        m.cells[j + columns] = m.cells[j]
    item.rows += 1
    item.size += columns
    if math.isnan(values):
        fill_cells(m, first, columns, math.nan)
    else:
        copy_cells(m, m.objects[array_number(m, values, Call.MATRIX_ADD_ROW)].start, first, columns)


@kernel
def matrix_add_col(m: Heap, a: float, column: float, values: float) -> None:
    """Adds a column, at the end for column na; its elements are na without ``values``."""
    k = matrix_number(m, a, Call.MATRIX_ADD_COL)
    place = line_place(m, column, m.objects[k].shape, False, Call.MATRIX_ADD_COL)
    rows = line_fits(m, k, values, False, Call.MATRIX_ADD_COL) if k > 0 and place >= 0 else -1
    if rows < 0 or not grown(m, k, m.objects[k].size + rows, Call.MATRIX_ADD_COL):
        return
    item = m.objects[k]
    old = item.shape
    item.rows = rows
    item.shape = old + 1
    item.size = rows * item.shape
    for row in range(rows - 1, -1, -1):
        for j in range(old - 1, -1, -1):
            to = item.start + row * item.shape + (j + 1 if j >= place else j)
            m.cells[to] = m.cells[item.start + row * old + j]
    source = 0 if math.isnan(values) else m.objects[array_number(m, values, Call.MATRIX_ADD_COL)].start
    for row in range(rows):
        to = item.start + row * item.shape + place
        m.cells[to] = math.nan if math.isnan(values) else m.cells[source + row]


@kernel
def matrix_remove_row(m: Heap, a: float, row: float) -> float:
    """Removes a row, the last for row na, and gives it as an array."""
    k = matrix_number(m, a, Call.MATRIX_REMOVE_ROW)
    at = m.objects[k].rows - 1.0 if math.isnan(row) else row
    if not (at >= 0.0 and at < m.objects[k].rows):
        outside(m, k, at, 0.0, Call.MATRIX_REMOVE_ROW)
        return math.nan
    columns = m.objects[k].shape
    first = m.objects[k].start + int(at) * columns
    removed = array_from_cells(m, first, columns)
    item = m.objects[k]
    copy_cells(m, first + columns, first, item.start + item.size - first - columns)
    item.rows -= 1
    item.size -= columns
    return removed


@kernel
def matrix_remove_col(m: Heap, a: float, column: float) -> float:
    """Removes a column, the last for column na, and gives it as an array."""
    k = matrix_number(m, a, Call.MATRIX_REMOVE_COL)
    at = m.objects[k].shape - 1.0 if math.isnan(column) else column
    if not (at >= 0.0 and at < m.objects[k].shape):
        fail(m, Failure.COLUMN, Call.MATRIX_REMOVE_COL, at, m.objects[k].shape)
        return math.nan
    removed = column_array(m, k, int(at))
    item = m.objects[k]
    to = item.start
    for j in range(item.size):
        if j % item.shape != int(at):
            m.cells[to] = m.cells[item.start + j]
            to += 1
    item.shape -= 1
    item.size = item.rows * item.shape
    return removed


@kernel
def matrix_swap_rows(m: Heap, a: float, row1: float, row2: float) -> None:
    """Exchanges two rows."""
    k = matrix_number(m, a, Call.MATRIX_SWAP_ROWS)
    item = m.objects[k]
    for row in range(2):
        at = row1 if row == 0 else row2
        if not (at >= 0.0 and at < item.rows):
            outside(m, k, at, 0.0, Call.MATRIX_SWAP_ROWS)
            return
    for j in range(item.shape):
        one = item.start + int(row1) * item.shape + j
        two = item.start + int(row2) * item.shape + j
        value = m.cells[one]
        m.cells[one] = m.cells[two]
        m.cells[two] = value


@kernel
def matrix_swap_columns(m: Heap, a: float, column1: float, column2: float) -> None:
    """Exchanges two columns."""
    item = m.objects[matrix_number(m, a, Call.MATRIX_SWAP_COLUMNS)]
    for column in range(2):
        at = column1 if column == 0 else column2
        if math.isnan(at):
            return
        if not (at >= 0.0 and at < item.shape):
            fail(m, Failure.COLUMN, Call.MATRIX_SWAP_COLUMNS, at, item.shape)
            return
    for row in range(item.rows):
        one = item.start + row * item.shape + int(column1)
        two = item.start + row * item.shape + int(column2)
        value = m.cells[one]
        m.cells[one] = m.cells[two]
        m.cells[two] = value


@kernel
def matrix_concat(m: Heap, a: float, other: float) -> float:
    """Adds the rows of the second matrix to the first and gives the first."""
    k = matrix_number(m, a, Call.MATRIX_CONCAT)
    more = matrix_number(m, other, Call.MATRIX_CONCAT)
    if k == 0 or more == 0:
        return math.nan
    columns = m.objects[more].shape
    rows = m.objects[more].rows
    if m.objects[k].size > 0 and m.objects[k].shape != columns:
        fail(m, Failure.SIZES_DIFFER, Call.MATRIX_CONCAT, m.objects[k].shape, columns)
        return a
    size = m.objects[k].size
    if grown(m, k, size + rows * columns, Call.MATRIX_CONCAT):
        copy_cells(m, m.objects[more].start, m.objects[k].start + size, rows * columns)
        m.objects[k].rows = rows if size == 0 else m.objects[k].rows + rows
        m.objects[k].shape = columns
        m.objects[k].size = size + rows * columns
    return a


@kernel
def matrix_reshape(m: Heap, a: float, rows: float, columns: float) -> None:
    """Other numbers of rows and columns for the same elements."""
    item = m.objects[matrix_number(m, a, Call.MATRIX_RESHAPE)]
    if rows >= 0.0 and columns >= 0.0 and rows * columns == item.size and rows + columns <= 2 * MOST_ELEMENTS:
        item.rows = int(rows)
        item.shape = int(columns)
    else:
        fail(m, Failure.RESHAPE, Call.MATRIX_RESHAPE, item.size, rows * columns)


@kernel
def matrix_reverse(m: Heap, a: float) -> None:
    """Turns the order of rows and columns round."""
    item = m.objects[matrix_number(m, a, Call.MATRIX_REVERSE)]
    for j in range(item.size // 2):
        one = item.start + j
        two = item.start + item.size - 1 - j
        value = m.cells[one]
        m.cells[one] = m.cells[two]
        m.cells[two] = value


@kernel
def matrix_transpose(m: Heap, a: float) -> float:
    """A new matrix with rows and columns exchanged."""
    k = matrix_number(m, a, Call.MATRIX_TRANSPOSE)
    made = matrix_of(m, m.objects[k].shape, m.objects[k].rows, Call.MATRIX_TRANSPOSE) if k > 0 else 0
    if made == 0:
        return math.nan
    item = m.objects[k]
    for row in range(item.rows):
        for column in range(item.shape):
            to = m.objects[made].start + column * item.rows + row
            m.cells[to] = m.cells[item.start + row * item.shape + column]
    return reference(made)


@kernel
def matrix_sort(m: Heap, a: float, column: float, descending: bool, field: float, element: int) -> None:
    """Sorts the rows by a column; ``field`` and ``element`` as in ``array_sort``."""
    k = matrix_number(m, a, Call.MATRIX_SORT)
    by = column_array(m, k, int(column)) if column >= 0.0 and column < m.objects[k].shape else math.nan
    if math.isnan(by):
        fail(m, Failure.COLUMN, Call.MATRIX_SORT, column, m.objects[k].shape)
        return
    item = m.objects[k]
    rows = item.rows
    if not has_scratch(m, 3 * rows + item.size):
        return
    keys = m.top + item.size
    if not put_keys(m, object_number(m, by), field, keys, Call.MATRIX_SORT):
        return
    copy_cells(m, item.start, m.top, item.size)
    places = order_places(m, keys, rows, element)
    for j in range(rows):
        at = rows - 1 - j if descending else j
        row = int(m.cells[places + j])
        copy_cells(m, m.top + row * item.shape, item.start + at * item.shape, item.shape)
