"""Checks of input values before they reach native code."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from pinewright.errors import BacktestError, unknown_name_hint
from pinewright.market import FloatArray
from pinewright.program import InputKind, Program, ProgramInput

_MOST = 2.0**53
"""Whole numbers beyond are not exact, and native code cannot turn the largest into integers."""
_WHOLE = (InputKind.INT, InputKind.BOOL, InputKind.TIME, InputKind.STRING, InputKind.SOURCE)


def checked(program: Program, parameters: npt.ArrayLike) -> FloatArray:
    """Parameters as a contiguous float64 matrix [P, K]; a row [K] counts as one set.

    Raises BacktestError for a wrong number of inputs, NaN, fractions for whole-number inputs, and values outside the
    range or the options of an input.
    """
    matrix = np.ascontiguousarray(np.atleast_2d(np.asarray(parameters, dtype=np.float64)))
    inputs = program.inputs
    if matrix.ndim != 2 or (matrix.shape[1] != len(inputs) and not (matrix.size == 0 and not inputs)):
        names = ", ".join(item.name for item in inputs) or "none"
        raise BacktestError(
            f"parameters have shape {matrix.shape}, the script has {len(inputs)} inputs",
            where=program.name or None,
            hint=f"give one column for each of: {names}",
        )
    for index, item in enumerate(inputs):
        _check(item, matrix[:, index])
    return matrix


def defaults(program: Program) -> FloatArray:
    """The defaults of all inputs [K]."""
    return np.array([item.default for item in program.inputs], dtype=np.float64)


def with_values(program: Program, values: Mapping[str, float]) -> FloatArray:
    """The defaults [K] with some inputs changed, by variable name or title; BacktestError for an unknown name."""
    row = defaults(program)
    places = {item.title: index for index, item in enumerate(program.inputs)}
    places |= {item.name: index for index, item in enumerate(program.inputs)}
    for name, value in values.items():
        if name not in places:
            raise BacktestError(f"the script has no input {name!r}", hint=unknown_name_hint(name, places))
        row[places[name]] = value
    found: FloatArray = checked(program, row)[0]
    return found


def _check(item: ProgramInput, column: FloatArray) -> None:
    where = f"input {item.name}"
    if not np.isfinite(column).all():
        raise BacktestError(f"{item.name} is not a finite number in set {_first(~np.isfinite(column))}", where=where)
    if item.kind in _WHOLE and (column != np.floor(column)).any():
        bad = _first(column != np.floor(column))
        raise BacktestError(f"{item.name} = {column[bad]:g} is not a whole number (set {bad})", where=where)
    if item.kind in _WHOLE and (np.abs(column) > _MOST).any():
        bad = _first(np.abs(column) > _MOST)
        raise BacktestError(f"{item.name} = {column[bad]:g} is too large (set {bad})", where=where)
    low, high = item.minimum, item.maximum
    if item.kind is InputKind.BOOL:
        low, high = 0.0, 1.0
    elif item.kind in (InputKind.STRING, InputKind.SOURCE) and item.options:
        low, high = 0.0, float(len(item.options) - 1)
    outside = (column < (-np.inf if low is None else low)) | (column > (np.inf if high is None else high))
    if outside.any():
        bad = _first(outside)
        limits = f"from {'-∞' if low is None else f'{low:g}'} to {'∞' if high is None else f'{high:g}'}"
        raise BacktestError(f"{item.name} = {column[bad]:g} is out of range (set {bad})", where=where, hint=limits)
    if item.kind in (InputKind.INT, InputKind.FLOAT) and item.options:
        legal = np.array([float(option) for option in item.options])
        foreign = ~np.isin(column, legal)
        if foreign.any():
            listed = ", ".join(f"{option:g}" for option in legal)
            what = f"{item.name} = {column[_first(foreign)]:g} is not one of its options"
            raise BacktestError(what, where=where, hint=f"legal: {listed}")


def _first(mask: npt.NDArray[np.bool_]) -> int:
    return int(np.argmax(mask))
