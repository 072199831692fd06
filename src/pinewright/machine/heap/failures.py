"""What can go wrong while a script works on its objects: numbers for native code, words for people."""

from __future__ import annotations

from enum import IntEnum, auto
from typing import Final

from pinewright.machine.heap.state import FUEL


class Failure(IntEnum):
    """Values of ``Heap.error``; FULL_CELLS and FULL_OBJECTS ask the engine for more memory and another run."""

    NONE = 0
    FULL_CELLS = auto()
    FULL_OBJECTS = auto()
    STEP_LIMIT = auto()
    RAISED = auto()
    NO_ARRAY = auto()
    NO_MAP = auto()
    NO_MATRIX = auto()
    NO_RECORD = auto()
    NO_TEXT = auto()
    OUT_OF_BOUNDS = auto()
    EMPTY = auto()
    RANGE = auto()
    SIZE = auto()
    TOO_LARGE = auto()
    TOO_MANY_PAIRS = auto()
    TOO_LONG = auto()
    SLICE_OUTSIDE = auto()
    SIZES_DIFFER = auto()
    ROW = auto()
    COLUMN = auto()
    NOT_SQUARE = auto()
    SHAPES_DIFFER = auto()
    RESHAPE = auto()
    PERCENTAGE = auto()
    NO_CONVERGENCE = auto()
    PATTERN = auto()
    FIELD = auto()


TEXTS: Final[dict[Failure, str]] = {
    Failure.FULL_CELLS: "the script's arrays, maps and texts need more memory than there may be",
    Failure.FULL_OBJECTS: "the script keeps more objects than there may be",
    Failure.STEP_LIMIT: f"the loops of one bar make more than {FUEL:,} passes",
    Failure.NO_ARRAY: "the array is na",
    Failure.NO_MAP: "the map is na",
    Failure.NO_MATRIX: "the matrix is na",
    Failure.NO_RECORD: "the object is na, so it has no fields",
    Failure.NO_TEXT: "the text is na",
    Failure.OUT_OF_BOUNDS: "index {a} is out of bounds, the array holds {b} element{s}",
    Failure.EMPTY: "the array is empty",
    Failure.RANGE: "a range from {a} to {b} is not possible",
    Failure.SIZE: "a size of {a} is not possible",
    Failure.TOO_LARGE: "{a} elements are more than the 100,000 that an array or matrix may hold",
    Failure.TOO_MANY_PAIRS: "the map holds more than 50,000 pairs",
    Failure.TOO_LONG: "the text is longer than 40,960 characters",
    Failure.SLICE_OUTSIDE: "the slice ends at {a}, outside its array, which holds {b} element{s} now",
    Failure.SIZES_DIFFER: "the sizes differ: {a} and {b}",
    Failure.ROW: "row {a} is out of bounds, the matrix has {b}",
    Failure.COLUMN: "column {a} is out of bounds, the matrix has {b}",
    Failure.NOT_SQUARE: "the matrix is not square: {a} rows, {b} columns",
    Failure.SHAPES_DIFFER: "the shapes of the matrices do not fit: {a} against {b}",
    Failure.RESHAPE: "{a} elements do not fill the new shape of {b}",
    Failure.PERCENTAGE: "a percentage of {a} is not between 0 and 100",
    Failure.NO_CONVERGENCE: "the eigenvalues cannot be found",
    Failure.PATTERN: "the format cannot be read",
    Failure.FIELD: "field {a} is not there, the object has {b}",
}
"""``a`` and ``b`` are the details that a failure leaves; ``s`` is the plural of ``b``."""

UNNAMED: Final = frozenset({Failure.FULL_CELLS, Failure.FULL_OBJECTS, Failure.STEP_LIMIT, Failure.RAISED})
"""Failures that are no single call's."""


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) else f"{value:g}"


def failure_text(failure: Failure, call: str, a: float, b: float) -> str:
    """A failure in words: ``array.get: index 5 is out of bounds, the array holds 3 elements``.

    call: the function's name in Pine, where known; a, b: the details. RAISED has the script's own words instead.
    """
    text = TEXTS[failure].format(a=_number(a), b=_number(b), s="" if b == 1.0 else "s")
    return text if failure in UNNAMED or not call else f"{call}: {text}"
