"""Points of the grid as single numbers, so that thousands are compared, remembered and listed at once."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.market import BoolArray, IntArray
from pinewright.optimize.space import Space

LARGEST_LIST: Final = 4_000_000
"""Largest grid that is listed point by point."""
_BLOCK: Final = 1 << 16
_RECENT: Final = 4096
_ODD: Final = 0x9E3779B97F4A7C15


class Codes:
    """A number for each point of a space: its place in the grid, where that fits 63 bits, else a hash of 63 bits.

    Two points of a huge grid share a hash with a chance of one in 10^9 among 100,000; then the later is not tried.
    """

    def __init__(self, space: Space):
        self._space = space
        self._sizes = np.array([dimension.size for dimension in space.dimensions], dtype=np.int64)
        self.exact = space.grid_size < 2**63
        weights, weight = [], 1
        for size in reversed(self._sizes.tolist()):
            weights.append(weight)
            weight *= size
        if self.exact:
            self._weights = np.array(weights[::-1], dtype=np.int64)

    def of(self, points: IntArray) -> IntArray:
        """Codes [P] of points [P, d], 0 or more."""
        if self.exact:
            return np.asarray(points @ self._weights, dtype=np.int64)
        found = np.zeros(len(points), dtype=np.uint64)
        for column in points.T.astype(np.uint64):
            found = (found ^ (column + np.uint64(1))) * np.uint64(_ODD)
            found ^= found >> np.uint64(29)
        return (found >> np.uint64(1)).astype(np.int64)

    def points(self, codes: IntArray) -> IntArray:
        """Points [P, d] of codes [P] that are exact."""
        return (codes[:, None] // self._weights % self._sizes).astype(np.int64)

    def legal(self, most: int | None = None) -> IntArray | None:
        """Codes of all legal points, ascending; None when there are more than ``most`` or the grid is too large.

        A grid larger than ``LARGEST_LIST`` is not looked through.
        """
        size = self._space.grid_size
        if size > LARGEST_LIST:
            return None
        found: list[IntArray] = []
        count = 0
        for begin in range(0, size, _BLOCK):
            codes = np.arange(begin, min(begin + _BLOCK, size), dtype=np.int64)
            codes = codes[self._space.legal(self.points(codes))]
            count += len(codes)
            if most is not None and count > most:
                return None
            found.append(codes)
        return np.concatenate([np.empty(0, np.int64), *found])


class Seen:
    """Codes with the number under which each was added: 0, 1, 2, ... in the order of adding.

    A sorted array and a small one beside it: looking up and adding N codes costs about N log S, without a loop over
    points.
    """

    def __init__(self) -> None:
        nothing = np.empty(0, np.int64)
        self._sorted, self._numbers = nothing, nothing
        self._recent, self._recent_numbers = nothing, nothing

    def __len__(self) -> int:
        return len(self._sorted) + len(self._recent)

    def add(self, codes: IntArray) -> None:
        """Adds codes [P] that are distinct and not there yet."""
        numbers = np.arange(len(self), len(self) + len(codes), dtype=np.int64)
        self._recent, self._recent_numbers = _merged(self._recent, self._recent_numbers, codes, numbers)
        if len(self._recent) > _RECENT + len(self._sorted) // 8:
            self._sorted, self._numbers = _merged(self._sorted, self._numbers, self._recent, self._recent_numbers)
            self._recent = self._recent_numbers = np.empty(0, np.int64)

    def numbers(self, codes: IntArray) -> IntArray:
        """The number of each code [P], -1 where it was not added."""
        found = _found(self._sorted, self._numbers, codes)
        return np.maximum(found, _found(self._recent, self._recent_numbers, codes))

    def fresh(self, codes: IntArray) -> BoolArray:
        """[P] True where a code was not added and does not occur earlier among ``codes``."""
        new = self.numbers(codes) < 0
        first = np.zeros(len(codes), dtype=np.bool_)
        first[np.unique(codes, return_index=True)[1]] = True
        return new & first


def _merged(codes: IntArray, numbers: IntArray, more: IntArray, more_numbers: IntArray) -> tuple[IntArray, IntArray]:
    joined = np.concatenate([codes, more])
    order: npt.NDArray[np.intp] = np.argsort(joined, kind="stable")
    return joined[order], np.concatenate([numbers, more_numbers])[order]


def _found(codes: IntArray, numbers: IntArray, wanted: IntArray) -> IntArray:
    if not len(codes):
        return np.full(len(wanted), -1, dtype=np.int64)
    places = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
    return np.where(codes[places] == wanted, numbers[places], -1)
