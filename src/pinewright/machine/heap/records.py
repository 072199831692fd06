"""Records: objects of user-defined types. The compiler numbers the fields; methods are functions of the script."""

from __future__ import annotations

import math

from pinewright.machine.heap.calls import Call
from pinewright.machine.heap.failures import Failure
from pinewright.machine.heap.memory import copy_cells, fail, fill_cells, new_object, object_number, reference
from pinewright.machine.heap.state import Form, Heap
from pinewright.machine.kernel import kernel


@kernel(inline=False)
def no_field(m: Heap, r: float, k: int, call: int) -> None:
    """The failure of a field that cannot be reached."""
    item = m.objects[object_number(m, r)]
    if item.form != Form.RECORD:
        fail(m, Failure.NO_RECORD, call, 0.0, 0.0)
    else:
        fail(m, Failure.FIELD, call, k, item.size)


@kernel
def record_new(m: Heap, fields: int) -> float:
    """A new object whose fields are na."""
    k = new_object(m, Form.RECORD, fields)
    if k == 0:
        return math.nan
    m.objects[k].size = fields
    fill_cells(m, m.objects[k].start, fields, math.nan)
    return reference(k)


@kernel(inline=True)
def record_with(m: Heap, r: float, k: int, value: float) -> float:
    """Sets a field and gives the object: ``T.new(x, y)`` is with(with(new(2), 0, x), 1, y)."""
    record_set(m, r, k, value)
    return r


@kernel(inline=True)
def record_get(m: Heap, r: float, k: int) -> float:
    """A field, by its number."""
    item = m.objects[object_number(m, r)]
    if item.form == Form.RECORD and k < item.size:
        return m.cells[item.start + k]
    no_field(m, r, k, Call.RECORD_GET)
    return math.nan


@kernel(inline=True)
def record_set(m: Heap, r: float, k: int, value: float) -> None:
    """Sets a field, by its number."""
    item = m.objects[object_number(m, r)]
    if item.form == Form.RECORD and k < item.size:
        m.cells[item.start + k] = value
    else:
        no_field(m, r, k, Call.RECORD_SET)


@kernel
def record_copy(m: Heap, r: float) -> float:
    """A copy; objects in its fields stay shared."""
    k = object_number(m, r)
    if m.objects[k].form != Form.RECORD:
        fail(m, Failure.NO_RECORD, Call.RECORD_COPY, 0.0, 0.0)
        return math.nan
    made = new_object(m, Form.RECORD, m.objects[k].size)
    if made == 0:
        return math.nan
    m.objects[made].size = m.objects[k].size
    copy_cells(m, m.objects[k].start, m.objects[made].start, m.objects[k].size)
    return reference(made)
