"""A part of a long series that stands for the whole of it."""

from __future__ import annotations

from typing import Final

import numpy as np

from pinewright.market import FloatArray

RUN: Final = 256


def sample(values: FloatArray, most: int) -> FloatArray:
    """Up to ``most`` of the values [N] in runs of 256 neighbours, evenly spread; all of them where they are no more.

    Every second value alone would miss what alternates from row to row, as mid prices on half ticks do.
    """
    if len(values) <= most:
        return values
    runs = values[: len(values) // RUN * RUN].reshape(-1, RUN)
    return np.ascontiguousarray(runs[:: -(-len(runs) // max(1, most // RUN))]).ravel()
