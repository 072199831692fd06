"""The memory of a heap as numpy arrays: made and enlarged here, filled by native code, read when a run is over."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.machine.heap.failures import Failure
from pinewright.machine.heap.state import FIRST_TEXT, HEADER, Form, Heap, Item
from pinewright.machine.kernel import address

FIRST_CELLS: Final = 2**15
FIRST_OBJECTS: Final = 2**10
"""Memory of a run to begin with: 256 kB of cells, 100 kB for objects."""
MOST_CELLS: Final = 2**25
MOST_OBJECTS: Final = 2**21
"""Memory of a run at most: 256 MB of cells, 200 MB for objects."""
GROWTH: Final = 4


class HeapStore:
    """The memory behind one ``Heap`` record, for one thread.

    heap: a record array of one ``Heap``, a part of a larger record or one of its own. words: the program's texts, in
    the order of their numbers. slots: state slots of the script. buffers: numbers of those buffers that hold references
    or texts. mintick: for numbers written by tick. rewinds: whether ``rewinding`` is wanted.
    """

    def __init__(
        self,
        heap: npt.NDArray[np.void],
        words: Sequence[str] = (),
        *,
        slots: int = 0,
        buffers: Sequence[int] = (),
        mintick: float = 0.01,
        rewinds: bool = False,
        cells: int = FIRST_CELLS,
        objects: int = FIRST_OBJECTS,
    ):
        self.heap = heap
        self._rewinds = rewinds
        self._buffers = np.array(buffers or (0,), dtype=np.int64)
        heap["slots"], heap["mintick"] = slots, mintick
        heap["buffers"], heap["buffer_count"] = address(self._buffers), len(buffers)
        self.cells, self.objects = np.zeros(cells), np.zeros(objects, Item.dtype())
        self.know(words)

    def know(self, words: Sequence[str]) -> None:
        """Lays out the words of the next run."""
        self.words = tuple(words)
        self._make_cells(max(len(self.cells), 4 * sum(HEADER + len(word) for word in words)))
        self._make_objects(max(len(self.objects), 4 * (len(words) + 1)))

    @property
    def failure(self) -> Failure:
        """What ended the last run."""
        return Failure(int(self.heap["error"][0]))

    @property
    def short(self) -> bool:
        """Whether the last run needed more memory, and may have it: ``enlarge`` and run again."""
        if self.failure is Failure.FULL_CELLS:
            return len(self.cells) < MOST_CELLS
        return self.failure is Failure.FULL_OBJECTS and len(self.objects) < MOST_OBJECTS

    def enlarge(self) -> None:
        """More of the memory that was too small."""
        if self.failure is Failure.FULL_CELLS:
            self._make_cells(min(MOST_CELLS, GROWTH * len(self.cells)))
        else:
            self._make_objects(min(MOST_OBJECTS, GROWTH * len(self.objects)))

    def text(self, number: float) -> str:
        """The text of a number as scripts and orders hold it, after a run."""
        if number < FIRST_TEXT:
            return self.words[int(number)]
        item = self.objects[int(number - FIRST_TEXT)]
        start = int(item["start"])
        return "".join(map(chr, self.cells[start : start + int(item["size"])].astype(np.int64)))

    def _make_cells(self, room: int) -> None:
        self.cells = np.zeros(room)
        self._spare = np.zeros(room if self._rewinds else 1)
        self.heap["spare"] = address(self._spare)
        at = 0
        for number, word in enumerate(self.words, 1):
            self.cells[at : at + HEADER] = number, len(word)
            self.cells[at + HEADER : at + HEADER + len(word)] = [ord(character) for character in word]
            at += HEADER + len(word)
        for name, value in (("cells", address(self.cells)), ("room", room), ("word_cells", at)):
            self.heap[name] = value

    def _make_objects(self, room: int) -> None:
        self.objects = np.zeros(room, Item.dtype())
        self._spare_objects = np.zeros(room if self._rewinds else 1, Item.dtype())
        self.heap["spare_objects"] = address(self._spare_objects)
        self._index = np.zeros(2 * room, dtype=np.int64)
        self._waiting = np.zeros(room, dtype=np.int64)
        at = 0
        for number, word in enumerate(self.words, 1):
            item = self.objects[number]
            item["form"], item["block"], item["start"] = Form.TEXT, at, at + HEADER
            item["size"] = item["room"] = len(word)
            at += HEADER + len(word)
        for name, value in (
            ("objects", address(self.objects)),
            ("object_room", room),
            ("words", len(self.words)),
            ("buckets", address(self._index)),
            ("bucket_count", len(self._index)),
            ("waiting", address(self._waiting)),
        ):
            self.heap[name] = value


def heap_record() -> npt.NDArray[np.void]:
    """A record of one ``Heap`` by itself."""
    return np.zeros(1, Heap.dtype())
