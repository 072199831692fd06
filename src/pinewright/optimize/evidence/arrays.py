"""Shapes, gaps and memory that all of the evidence treats alike.

Legend: T periods (trading days, or bars), P parameter sets, K trades, N bars, C combinations, L levels. A matrix of
results is [T, P], money per period. A set with a NaN or an infinity anywhere has no result and is left out; a series
with one has no statistics (NaN). A call that cannot be meant (a share of 1.5, two axes where one belongs) is a
SearchError; data too short or too flat for an answer is not an error, its answer is NaN.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pinewright.errors import SearchError
from pinewright.market import BoolArray, FloatArray, IntArray

MEMORY: Final = 32 * 2**20
"""Bytes that a function may use for what it draws or combines, beside its input; it works in pieces of that size."""


def matrix(results: FloatArray) -> FloatArray:
    """Results [T, P] as float64, not copied when they are already; SearchError for another number of axes."""
    found = np.asarray(results, dtype=np.float64)
    if found.ndim != 2:
        raise SearchError(
            f"results of shape {found.shape} where periods by sets belong", hint="give one column for each set"
        )
    return found


def series(values: FloatArray, length: int | None = None, what: str = "values") -> FloatArray:
    """Values [T] as float64; SearchError for another number of axes, or another length where one is due."""
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 1 or (length is not None and len(found) != length):
        due = "one axis" if length is None else f"{length} of them"
        raise SearchError(f"{what} of shape {found.shape} where {due} belong")
    return found


def places(values: IntArray, length: int | None = None, what: str = "places") -> IntArray:
    """Whole numbers [K] as int64; SearchError for another number of axes, or another length where one is due."""
    found = np.asarray(values)
    if found.size and not np.issubdtype(found.dtype, np.integer):
        raise SearchError(f"{what} of type {found.dtype} where whole numbers belong")
    if found.ndim != 1 or (length is not None and len(found) != length):
        due = "one axis" if length is None else f"{length} of them"
        raise SearchError(f"{what} of shape {found.shape} where {due} belong")
    return found.astype(np.int64)


def complete(results: FloatArray) -> BoolArray:
    """[P] True for the sets that have a finite result in every period."""
    found = np.ones(results.shape[1], dtype=np.bool_)
    rows = rows_within(MEMORY, results.shape[1])
    for first in range(0, len(results), rows):
        found &= np.isfinite(results[first : first + rows]).all(axis=0)
    return found


def moving(results: FloatArray) -> BoolArray:
    """[P] True for the complete sets whose result is not the same, but for rounding, in every period [T, P], T > 0."""
    with np.errstate(invalid="ignore"):
        high, low = np.max(results, axis=0), np.min(results, axis=0)
        moved = high - low > 1e-12 * np.maximum(np.abs(high), np.abs(low))
    return np.asarray(complete(results) & moved, dtype=np.bool_)


def finite(values: FloatArray) -> bool:
    """Whether there is something and all of it is finite."""
    return len(values) > 0 and bool(np.all(np.isfinite(values)))


def at_least(name: str, value: float, least: float) -> None:
    """SearchError when a number of things is smaller than it can be."""
    if not value >= least:
        raise SearchError(f"{name} of {value:g}", hint=f"{name} is {least:g} or more")


def between(name: str, value: float, low: float, high: float) -> None:
    """SearchError when a share lies outside of (low, high)."""
    if not low < value < high:
        raise SearchError(f"{name} of {value:g}", hint=f"{name} lies between {low:g} and {high:g}")


def rows_within(memory: int, width: int) -> int:
    """How many rows of ``width`` float64 fit into ``memory`` bytes; at least one."""
    return max(1, memory // (8 * max(1, width)))


def column_ratios(sums: FloatArray, squares: FloatArray, counts: FloatArray) -> FloatArray:
    """Sharpe ratio a period (deviation with n - 1) from sums, sums of squares [R, P] and numbers of periods [R].

    0 where a set did not move: flat is neither good nor bad, and must not win by a division by zero.
    """
    size = counts[:, None]
    spread = size * squares
    floor = 1e-12 * spread
    spread -= sums * sums
    flat = spread <= floor
    np.maximum(spread, floor, out=spread)
    spread[flat] = 1.0
    np.sqrt(spread, out=spread)
    found = np.divide(sums, spread, out=spread)
    found *= np.sqrt(np.maximum(size - 1, 0) / size)
    found[flat] = 0.0
    return found
