"""Hollow bodies: ground with a candle's colour left and right of it, and above or below.

Lines over a body cut its inside into pieces; each keeps a border at its sides and, but for those in the middle, at one
end. The space between two neighbouring candles has borders at its sides, and none at its ends.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.market import BoolArray, IntArray
from pinewright.patterns.picture.colours import TALLEST

LEAST_SHARE: Final = 0.03
"""Pixels of holes per pixel of their colour, from which on bodies count as hollow."""
_SIDES: Final = 0.6
_ENDS: Final = 0.8


def holes(mask: BoolArray, ground: BoolArray) -> BoolArray:
    """The insides of hollow bodies of a colour [H, W]: all False where bodies are filled.

    mask: the pixels of that colour. ground: pixels that are the background's, or another colour that may fill bodies.
    """
    from scipy import ndimage

    found = np.zeros_like(mask)
    parts, _ = ndimage.label(ground)
    for number, place in enumerate(ndimage.find_objects(parts), start=1):
        rows, columns = place
        if columns.stop - columns.start > TALLEST or rows.start == 0 or columns.start == 0:
            continue
        if rows.stop >= mask.shape[0] or columns.stop >= mask.shape[1]:
            continue
        if _is_inside(parts[rows, columns] == number, mask, rows, columns):
            found[place] |= parts[place] == number
    return found if found.sum() >= LEAST_SHARE * mask.sum() else np.zeros_like(mask)


def _is_inside(part: BoolArray, mask: BoolArray, rows: slice, columns: slice) -> bool:
    """Whether a connected part lies inside a body's border; see the head of this file."""
    height, width = part.shape
    down = np.arange(rows.start, rows.stop)
    left, right = columns.start + part.argmax(axis=1), columns.stop - part[:, ::-1].argmax(axis=1)
    if (mask[down, left - 1].mean() + mask[down, right].mean()) < 2 * _SIDES:
        return False
    along = np.arange(columns.start, columns.stop)
    top, bottom = rows.start + part.argmax(axis=0), rows.stop - part[::-1].argmax(axis=0)
    ends = max(float(mask[top - 1, along].mean()), float(mask[bottom, along].mean()))
    return ends >= _ENDS and int(part.sum()) >= 0.5 * height * width


def close_rows(labels: npt.NDArray[np.uint8], left: IntArray, body: int, hollow: int) -> None:
    """Fill, in place, the rows of bodies whose both borders are candle: what shows through them is not a gap."""
    for start in left.tolist():
        part = labels[:, start : start + body]
        candle = (part != 0) & (part != 3)
        both = candle[:, 0] & candle[:, -1]
        part[both[:, None] & ~candle] = hollow
