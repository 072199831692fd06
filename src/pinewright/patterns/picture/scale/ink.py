"""What is written beside a plot: pixels as ink on their ground, in rows of text.

Ink is counted as cover: 0 is the ground, 1 the darkest (or brightest) part of the text, what lies between are the soft
edges of letters. So any colour on any ground reads alike, and edges are known to fractions of a pixel.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np

from pinewright.market import BoolArray, FloatArray, IntArray
from pinewright.patterns.picture.image import Pixels
from pinewright.patterns.picture.scale.glyphs import CUT, Row, TextLine, lines_of

LEAST_HEIGHT: Final = 5
MOST_HEIGHT: Final = 56
"""Rows of a digit."""
LEAST_CONTRAST: Final = 40.0
"""Distance of text from its ground at least, in a channel of colour."""
MOST_GAP: Final = 1.6
"""Columns between two glyphs of a number at most, in heights of a digit: as much as a space in a fixed pitch."""


@dataclass(frozen=True)
class _Parts:
    """Connected pieces of ink: left, top, right, bottom [n], the last two inclusive. edge [n]: share of their upper and
    lower rows that is filled, the lesser one, as much as rounded corners leave of it.
    """

    left: IntArray
    top: IntArray
    right: IntArray
    bottom: IntArray
    edge: FloatArray

    @property
    def height(self) -> IntArray:
        return self.bottom - self.top + 1

    @property
    def width(self) -> IntArray:
        return self.right - self.left + 1

    def pick(self, kept: BoolArray | IntArray) -> _Parts:
        return _Parts(self.left[kept], self.top[kept], self.right[kept], self.bottom[kept], self.edge[kept])

    def __len__(self) -> int:
        return len(self.left)


def text_lines(pixels: Pixels, first: int, last: int) -> list[TextLine]:
    """Lines of text in the columns first to last (exclusive) of a picture [H, W, 3], from the top; all of one size."""
    strip = pixels[:, first:last].astype(np.float64)
    if strip.shape[1] < LEAST_HEIGHT:
        return []
    off = strip - _ground(pixels[:, first:last])
    far = np.abs(off).max(axis=2)
    if far.max() < LEAST_CONTRAST:
        return []
    parts = _letters(_parts(far > max(0.5 * LEAST_CONTRAST, CUT * _strong(far))))
    height = _common_height(parts)
    if height is None:
        return []
    tall = parts.pick((parts.height >= 0.8 * height) & (parts.height <= 1.25 * height + 1))
    rows = [_row(off, group, height, first) for group in _rows(tall, height)]
    return lines_of([row for row in rows if row is not None], height)


def _ground(strip: Pixels) -> FloatArray:
    """The most common colour."""
    packed = (strip[:, :, 0].astype(np.int64) << 16) | (strip[:, :, 1].astype(np.int64) << 8) | strip[:, :, 2]
    values, count = np.unique(packed, return_counts=True)
    ground = int(values[np.argmax(count)])
    return np.array([ground >> 16, (ground >> 8) & 255, ground & 255], dtype=np.float64)


def _strong(far: FloatArray) -> float:
    """How far text lies from its ground: what few pixels surpass."""
    return float(np.quantile(far[far > LEAST_CONTRAST / 2], 0.7)) if (far > LEAST_CONTRAST / 2).any() else 255.0


def _parts(mask: BoolArray) -> _Parts:
    from scipy import ndimage

    labels, _ = ndimage.label(mask, structure=np.ones((3, 3), dtype=np.int64))
    boxes = ndimage.find_objects(labels)
    rows = np.array([(b[1].start, b[0].start, b[1].stop - 1, b[0].stop - 1) for b in boxes], dtype=np.int64)
    rows = rows.reshape(-1, 4)
    edge = [min(float((labels[box][row] == place).mean()) for row in (0, -1)) for place, box in enumerate(boxes, 1)]
    return _Parts(rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3], np.array(edge))


def _letters(parts: _Parts) -> _Parts:
    """Without what is too large, and without filled boxes and the letters that they hold."""
    box = (parts.width >= 20) & (parts.height >= LEAST_HEIGHT + 2)
    box &= parts.edge >= 0.75
    kept = (parts.height <= MOST_HEIGHT) & (parts.width <= 8 * MOST_HEIGHT) & ~box
    for place in np.flatnonzero(box).tolist():
        kept &= ~(
            (parts.left <= parts.right[place])
            & (parts.right >= parts.left[place])
            & (parts.top <= parts.bottom[place])
            & (parts.bottom >= parts.top[place])
        )
    return parts.pick(kept)


def _common_height(parts: _Parts) -> float | None:
    """Rows of the digits: the height that most pieces have within one row, the taller one where two are as common."""
    heights = parts.height[(parts.height >= LEAST_HEIGHT) & (parts.width <= 8 * parts.height)]
    if len(heights) < 6:
        return None
    count = np.bincount(heights, minlength=MOST_HEIGHT + 2)
    near = count.copy()
    near[1:] += count[:-1]
    near[:-1] += count[1:]
    best = int(np.flatnonzero(near == near.max())[-1])
    around = slice(max(0, best - 1), best + 2)
    return float(np.average(np.arange(len(count))[around], weights=count[around]))


def _rows(parts: _Parts, height: float) -> list[_Parts]:
    """Pieces that stand side by side, from the top; a wide gap begins another group."""
    middle = (parts.top + parts.bottom) / 2
    order = np.argsort(middle, kind="stable")
    groups: list[_Parts] = []
    start = 0
    for place in range(1, len(order) + 1):
        if place == len(order) or middle[order[place]] - middle[order[place - 1]] > 0.3 * height:
            row = parts.pick(order[start:place])
            start = place
            row = row.pick(np.argsort(row.left, kind="stable"))
            gaps = row.left[1:] - np.maximum.accumulate(row.right)[:-1]
            cuts = [0, *(np.flatnonzero(gaps > MOST_GAP * height) + 1).tolist(), len(row)]
            groups += [row.pick(np.arange(a, b)) for a, b in pairwise(cuts)]
    return groups


def _row(off: FloatArray, parts: _Parts, height: float, shift: int) -> Row | None:
    """The pixels around some pieces of one line; None where they are no line of text."""
    top, bottom = int(np.median(parts.top)), int(np.median(parts.bottom))
    if np.ptp(parts.top) > 0.3 * height + 1 or np.ptp(parts.bottom) > 0.3 * height + 1:
        return None
    # A mark before the number, and a last digit that is written smaller, are no pieces of its height.
    left = max(0, int(parts.left.min()) - round(0.35 * height))
    right = min(off.shape[1], int(parts.right.max()) + 1 + round(0.95 * height))
    above, below = max(0, top - 1), min(len(off), bottom + 2 + round(0.25 * height))
    return Row(_cover(off[above:below, left:right]), above, left + shift, bottom - above)


def _cover(off: FloatArray) -> FloatArray:
    """How much of each pixel [h, w] the text fills: its way from the ground to the ink."""
    far = np.abs(off).sum(axis=2)
    strongest = np.argsort(far.ravel())[-max(4, far.size // 50) :]
    ink = np.median(off.reshape(-1, 3)[strongest], axis=0)
    return np.asarray(np.clip(off @ ink / max(1.0, float(ink @ ink)), 0.0, 1.0))
