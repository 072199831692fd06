"""The search space of a program: which inputs vary, on which grid, and which must stay in order.

Rule for what an input does not say of itself (d its default): a missing minimum of an int is max(1, d // 4), a missing
maximum 4 d; of a float d / 4 and 4 d; a default of zero gets 0 to 1, a negative one the mirror image. A missing step of
an int is 1, of a float the round figure 1, 2 or 5 times a power of ten that gives 20 to 50 steps; where the minimum is
missing the grid holds the default. Times, texts and prices (``input.source``) keep their default, an input with
``options`` of numbers takes those and nothing else.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.errors import SearchError, unknown_name_hint
from pinewright.market import BoolArray, FloatArray, IntArray
from pinewright.program import InputKind, ProgramInput

_LARGEST_GRID: Final = 1_000_000
_PAIRED: Final = (("fast", "slow"), ("short", "long"))


@dataclass(frozen=True)
class Dimension:
    """One input that varies: column of the parameter matrix, and the values of its grid, ascending."""

    name: str
    column: int
    kind: InputKind
    grid: tuple[float, ...]

    @property
    def size(self) -> int:
        return len(self.grid)


@dataclass(frozen=True)
class Space:
    """Grid of d dimensions over K inputs; points are index arrays [P, d] int64, parameters [P, K] float64.

    ``ordered`` holds pairs of dimensions (low, high) of which the first value must be below the second. Its equality
    and ``key`` are by value, so two runs over the same inputs search the same points.
    """

    dimensions: tuple[Dimension, ...]
    defaults: tuple[float, ...]
    ordered: tuple[tuple[int, int], ...] = ()

    @property
    def grid_size(self) -> int:
        """Number of points of the grid, those out of order included; exact, may be huge."""
        return math.prod(dimension.size for dimension in self.dimensions)

    @property
    def key(self) -> str:
        """Hash of all that decides which points there are."""
        return hashlib.sha256(repr((self.dimensions, self.defaults, self.ordered)).encode()).hexdigest()[:16]

    def points(self, units: FloatArray) -> IntArray:
        """Units [P, d] in [0, 1) to points [P, d]: every value of a dimension gets the same share."""
        sizes = np.array([dimension.size for dimension in self.dimensions], dtype=np.int64)
        return np.minimum((units * sizes).astype(np.int64), sizes - 1)

    def parameters(self, points: IntArray) -> FloatArray:
        """Points [P, d] to parameters [P, K]; inputs that do not vary keep their default."""
        found = np.tile(np.array(self.defaults, dtype=np.float64), (len(points), 1))
        for index, dimension in enumerate(self.dimensions):
            found[:, dimension.column] = np.array(dimension.grid)[points[:, index]]
        return found

    def legal(self, points: IntArray) -> BoolArray:
        """[P] True where all pairs are in order."""
        good = np.ones(len(points), dtype=np.bool_)
        for low, high in self.ordered:
            below = np.array(self.dimensions[low].grid)[points[:, low]]
            above = np.array(self.dimensions[high].grid)[points[:, high]]
            good &= below < above
        return good

    def nearest(self, parameters: Sequence[float]) -> IntArray:
        """The grid point [d] nearest to parameters [K]; the default of a script need not lie on its grid."""
        return np.array(
            [int(np.argmin(np.abs(np.array(one.grid) - parameters[one.column]))) for one in self.dimensions],
            dtype=np.int64,
        )

    @classmethod
    def of(
        cls,
        inputs: Sequence[ProgramInput],
        *,
        fixed: Collection[str] = (),
        vary: Collection[str] | None = None,
        ordered: Sequence[tuple[str, str]] | None = None,
    ) -> Space:
        """The space of a program's inputs.

        fixed: names that keep their default. vary: only these names vary (None: all that can). ordered: pairs of names,
        the first below the second; None for the convention of names (``ordered_by_name``). SearchError for a name that
        the program lacks, or when nothing varies.
        """
        names = [item.name for item in inputs]
        for name in (*fixed, *(vary or ()), *(name for pair in ordered or () for name in pair)):
            if name not in names:
                raise SearchError(f"the script has no input {name!r}", hint=unknown_name_hint(name, names))
        dimensions = []
        for column, item in enumerate(inputs):
            if item.name in fixed or (vary is not None and item.name not in vary):
                continue
            grid = _grid(item)
            if len(grid) > 1:
                dimensions.append(Dimension(item.name, column, item.kind, grid))
        if not dimensions:
            raise SearchError(
                "the script has no input that could vary",
                hint="a search turns input.int, input.float and input.bool; declare one of them",
            )
        place = {dimension.name: index for index, dimension in enumerate(dimensions)}
        pairs = ordered_by_name([item for item in inputs if item.name in place]) if ordered is None else ordered
        kept = tuple((place[low], place[high]) for low, high in pairs if low in place and high in place)
        return cls(tuple(dimensions), tuple(item.default for item in inputs), kept)


def ordered_by_name(inputs: Sequence[ProgramInput]) -> tuple[tuple[str, str], ...]:
    """Pairs of number inputs whose names differ only in ``fast``/``slow`` or ``short``/``long``, defaults in order.

    A script that declares ``fastLength`` and ``slowLength`` means the one to stay below the other.
    """
    numbers = {item.name.lower(): item for item in inputs if item.kind in (InputKind.INT, InputKind.FLOAT)}
    found = []
    for low, high in _PAIRED:
        for name, item in numbers.items():
            other = numbers.get(re.sub(low, high, name, count=1)) if low in name else None
            if other is not None and item.default < other.default:
                found.append((item.name, other.name))
    return tuple(found)


def _grid(item: ProgramInput) -> tuple[float, ...]:
    if item.kind is InputKind.BOOL:
        return (0.0, 1.0)
    if item.kind not in (InputKind.INT, InputKind.FLOAT):
        return (item.default,)
    if item.options:
        return tuple(sorted({float(option) for option in item.options if not isinstance(option, str)}))
    low, high = _range(item)
    step = _step(item, low, high)
    if item.minimum is None:
        low = item.default - step * math.floor((item.default - low) / step + 1e-9)
    count = math.floor((high - low) / step + 1e-9) + 1
    if count > _LARGEST_GRID:
        raise SearchError(
            f"input {item.name!r} has {count:,} steps from {low:g} to {high:g}",
            where=f"line {item.line}",
            hint="give it a larger step, or a narrower minval and maxval",
        )
    # Rounding takes the dust of repeated addition off: 0.1 + 2 * 0.1 is to be 0.3 in the script.
    return tuple(round(low + step * index, 12) for index in range(count))


def _range(item: ProgramInput) -> tuple[float, float]:
    default = item.default
    if item.kind is InputKind.INT:
        low, high = (max(1.0, default // 4), 4 * default) if default > 0 else (4 * default, -((-default) // 4))
    else:
        low, high = (default / 4, 4 * default) if default > 0 else (4 * default, default / 4)
    if default == 0:
        low, high = 0.0, 1.0
    low = item.minimum if item.minimum is not None else min(low, default)
    high = item.maximum if item.maximum is not None else max(high, default, low)
    if item.minimum is None and item.maximum is not None:
        low = min(low, high)
    return low, high


def _step(item: ProgramInput, low: float, high: float) -> float:
    if item.step is not None and item.step > 0:
        return item.step
    if item.kind is InputKind.INT or high <= low:
        return 1.0
    rough = (high - low) / 50
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in (1.0, 2.0, 5.0, 10.0) if power * factor >= rough * (1 - 1e-9))
