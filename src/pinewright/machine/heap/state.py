"""The memory of one run: an arena of floats, a table of the objects that lie in it, and the words known so far.

Everything is in the kernel language: native code and plain Python work on the same records. A script holds

reference   to an array, map, matrix or record: the float (1 + k / 2**52) * 2**1000 for object number k; na is NaN.
text        the float n for word n of the program, 2**52 + k for a text made while the script runs, which is object
            number k. Equal texts have equal numbers. na is NaN.

No other float of a sensible script looks like either, so the collector finds both without knowing any types.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Final

from pinewright.machine.kernel import Floats, Ints, Struct

REFERENCE: Final = 2.0**1000
"""Scale of references, far above every number that a script computes with."""
REFERENCE_INVERSE: Final = 2.0**-1000
ULP: Final = 2.0**-52
ULPS: Final = 2.0**52
FIRST_TEXT: Final = 2.0**52
"""Number of the first text that is not a word of the program."""

HEADER: Final = 2
"""Cells in front of a block: the number of the object that owns it, and its length."""

MOST_ELEMENTS: Final = 100_000
"""Elements of an array or matrix at most, as on TradingView."""
MOST_PAIRS: Final = 50_000
"""Pairs of a map at most, as on TradingView."""
MOST_CHARACTERS: Final = 40_960
"""Characters of a text at most, as on TradingView."""
MOST_DIGITS: Final = 320
"""Digits of a number as text, before or behind the point."""

FUEL: Final = 2_000_000
"""Passes of loops on one bar at most: more is a loop without end."""


class Form(IntEnum):
    """What an object is."""

    NOTHING = 0
    ARRAY = 1
    SLICE = 2
    MAP = 3
    MATRIX = 4
    RECORD = 5
    TEXT = 6


class Element(IntEnum):
    """What a float means where that decides: in sorting, joining and writing as text."""

    NUMBER = 0
    TEXT = 1
    TRUTH = 2


class Item(Struct):
    """One object. Number 0 is no object; its size of 0 keeps every index out.

    block: its memory with the header; start, room: cells that hold its elements, and how many could.
    size: elements (array, record), characters (text), living pairs (map), rows times columns (matrix).
    """

    form: int
    block: int
    start: int
    room: int
    size: int
    parent: int
    """Slice: the array or slice that it shows. Map: places taken, removed ones included."""
    shape: int
    """Slice: offset in the parent. Map: buckets of its index. Matrix: columns. Text: its hash."""
    rows: int
    """Matrix: rows."""
    kept: bool
    """Reached from the script (while collecting), or, a text, held by the broker for good."""
    pinned: bool


class Heap(Struct):
    """All objects of one run; ``begin`` empties it but for the words of the program."""

    cells: Floats
    room: int
    top: int
    """First free cell."""
    limit: int
    """Where ``top`` passes it at the end of a bar, the collector runs."""
    objects: list[Item]
    object_room: int
    object_count: int
    """Objects numbered so far, and number 0."""
    living: int
    """Of these, those in use."""
    living_limit: int
    free: int
    """First of the numbers that may be used again; 0 is none. Their ``start`` leads on."""
    words: int
    """Words of the program: objects 1 to ``words``, the same for every run."""
    word_cells: int
    """Cells that they take."""

    buckets: Ints
    """Index of all texts by their hash; 0 is an empty place."""
    bucket_count: int
    waiting: Ints
    """Objects whose content the collector has still to look at."""

    slots: int
    """State slots of the script: roots of the collector."""
    buffers: Ints
    """Numbers of the buffers that hold references or texts: roots as well."""
    buffer_count: int

    spare: Floats
    spare_objects: list[Item]
    """As many cells and objects, for a run that goes back inside a bar; see ``rewinding``."""
    floor: int
    """Cells below it are remembered: no block there grows in place."""
    remembered: int
    """Objects that are remembered."""
    free_before: int
    """``free`` at that time: numbers that are free then stay so until the end of the bar."""

    draft: int
    """Characters of the text that is being written, above ``top``."""
    scale: int
    """Digits behind the point of the decimal number that was found last."""
    mintick: float

    fuel: int
    """Passes of loops that this bar has left."""
    place: int
    """Line of the script that is being carried out."""
    error: int
    """A ``Failure``; 0 for none."""
    call: int
    """The ``Call`` that failed."""
    detail_a: float
    detail_b: float
    line: int
    """``place`` when it failed; the rest of the bar goes on."""
    bar: int
    """Bar on which it failed."""
