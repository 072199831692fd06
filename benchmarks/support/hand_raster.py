"""Candles and lines drawn by a loop written by hand for numba, to the rules of ``pinewright.charts``."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import numpy.typing as npt

Images = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]


def candles_and_lines(
    prices: Floats,
    lines: Floats,
    ends: npt.NDArray[np.int64],
    columns: npt.NDArray[np.int64],
    rows: tuple[int, int, int, int],
    colours: Images,
    empty: Images,
    out: Images,
) -> None:
    """Charts [B, H, W, 3] of prices [4, N] (open, high, low, close) and lines [L, N] without gaps inside windows.

    columns [n, 3]: left, wick, right of each bar. rows: top, upper, lower, bottom of the part. colours [2 + L, 3]:
    up, down, lines. empty [H * W * 3]: the chart before anything is drawn.
    """
    top, upper, lower, bottom = rows
    count = len(columns)
    flat = out.reshape((len(out), -1))  # rows are copied as one piece, three axes by the byte
    for b in range(len(ends)):
        image, at = out[b], ends[b] - count
        flat[b] = empty
        low, high = math.inf, -math.inf
        for i in range(count):
            low, high = min(low, prices[2, at + i]), max(high, prices[1, at + i])
            for k in range(len(lines)):
                low, high = min(low, lines[k, at + i]), max(high, lines[k, at + i])
        factor = (lower - upper) / (high - low)
        for i in range(count):
            start = lower - math.floor((prices[0, at + i] - low) * factor + 0.5)
            end = lower - math.floor((prices[3, at + i] - low) * factor + 0.5)
            first = lower - math.floor((prices[1, at + i] - low) * factor + 0.5)
            last = lower - math.floor((prices[2, at + i] - low) * factor + 0.5)
            role = 0 if prices[3, at + i] >= prices[0, at + i] else 1
            red, green, blue = colours[role, 0], colours[role, 1], colours[role, 2]
            for row in range(max(top, first), min(bottom, last) + 1):
                image[row, columns[i, 1], 0] = red
                image[row, columns[i, 1], 1] = green
                image[row, columns[i, 1], 2] = blue
            for row in range(max(top, min(start, end)), min(bottom, max(start, end)) + 1):
                for x in range(columns[i, 0], columns[i, 2] + 1):
                    image[row, x, 0] = red
                    image[row, x, 1] = green
                    image[row, x, 2] = blue
        for k in range(len(lines)):
            red, green, blue = colours[2 + k, 0], colours[2 + k, 1], colours[2 + k, 2]
            y0 = lower - math.floor((lines[k, at] - low) * factor + 0.5)
            for i in range(1, count):
                y1 = lower - math.floor((lines[k, at + i] - low) * factor + 0.5)
                width = columns[i, 1] - columns[i - 1, 1]
                row = y0
                for step in range(1, width + 1):
                    following = y0 + (2 * (y1 - y0) * step + width) // (2 * width)
                    until = following - 1 if following > row else min(following + 1, row)
                    for y in range(max(top, min(row, until)), min(bottom, max(row, until)) + 1):
                        image[y, columns[i - 1, 1] + step - 1, 0] = red
                        image[y, columns[i - 1, 1] + step - 1, 1] = green
                        image[y, columns[i - 1, 1] + step - 1, 2] = blue
                    row = following
                y0 = y1
            if top <= y0 <= bottom:
                image[y0, columns[count - 1, 1], 0] = red
                image[y0, columns[count - 1, 1], 1] = green
                image[y0, columns[count - 1, 1], 2] = blue


def compiled() -> Any:
    """The loop as numba compiles it, on one thread."""
    import numba

    return numba.njit(nogil=True)(candles_and_lines)
