"""The search space of a program: which inputs vary, on which grid, and what must hold among them.

``ranges`` has the rule for the values of an input that says nothing of itself. Constraints are pairs in order, where
one input must stay below another, and conditions that somebody wrote (``fast + 5 <= slow``).
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Final

import numpy as np

from pinewright.errors import SearchError
from pinewright.market import BoolArray, FloatArray, IntArray
from pinewright.optimize.expressions import Expression, parse
from pinewright.optimize.ranges import (
    NUMBERS,
    WORDS,
    Fixed,
    Range,
    Values,
    grid,
    place,
    resolve,
    value_of,
    varies,
    why_fixed,
)
from pinewright.program import InputKind, ProgramInput

_PAIRED: Final = (("fast", "slow"), ("short", "long"))
_LOOKED: Final = 1 << 16
"""Points among which a legal one must be found: all of a small grid, else random ones."""
_BELOW: Final = re.compile(r"(\w+) ?< ?(\w+)|(\w+) ?> ?(\w+)")


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

    @property
    def graded(self) -> bool:
        """Whether neighbouring values are alike: numbers and times are, the options of a text are other ideas."""
        return self.kind not in (*WORDS, InputKind.BOOL)

    @cached_property
    def values(self) -> FloatArray:
        """The grid [V] as an array."""
        return np.array(self.grid, dtype=np.float64)


@dataclass(frozen=True)
class Constraint:
    """A condition over inputs; ``columns``: where the parameter matrix holds each of ``expression.names``."""

    expression: Expression
    columns: tuple[int, ...]


@dataclass(frozen=True)
class Space:
    """Grid of d dimensions over K inputs; points are index arrays [P, d] int64, parameters [P, K] float64.

    defaults [K]: what an input that does not vary is held at. own [K]: the defaults of the script itself, which are the
    first set that a search tries. The two differ only where somebody fixed an input at another value; ``own`` left out
    means that nobody did. ``ordered`` holds pairs of dimensions (low, high) of which the first value must be below the
    second, ``where`` all other constraints. Equality and ``key`` are by value, so two runs over the same inputs search
    the same points.
    """

    dimensions: tuple[Dimension, ...]
    defaults: tuple[float, ...]
    ordered: tuple[tuple[int, int], ...] = ()
    where: tuple[Constraint, ...] = ()
    own: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        if not self.own:
            object.__setattr__(self, "own", self.defaults)

    @property
    def grid_size(self) -> int:
        """Number of points of the grid, illegal ones included; exact, may be huge."""
        return math.prod(dimension.size for dimension in self.dimensions)

    @property
    def key(self) -> str:
        """Hash of all that decides which points there are."""
        text = repr((self.dimensions, self.defaults, self.ordered, self.where, self.own))
        return hashlib.sha256(text.encode()).hexdigest()[:16]

    @property
    def rules(self) -> tuple[str, ...]:
        """The constraints in words, such as ``fast < slow``."""
        names = [dimension.name for dimension in self.dimensions]
        pairs = (f"{names[low]} < {names[high]}" for low, high in self.ordered)
        return (*pairs, *(one.expression.text for one in self.where))

    def points(self, units: FloatArray) -> IntArray:
        """Units [P, d] in [0, 1) to points [P, d]: every value of a dimension gets the same share."""
        sizes = np.array([dimension.size for dimension in self.dimensions], dtype=np.int64)
        return np.minimum((units * sizes).astype(np.int64), sizes - 1)

    def parameters(self, points: IntArray) -> FloatArray:
        """Points [P, d] to parameters [P, K]; inputs that do not vary are held at ``defaults``."""
        found = np.tile(np.array(self.defaults, dtype=np.float64), (len(points), 1))
        for index, dimension in enumerate(self.dimensions):
            found[:, dimension.column] = dimension.values[points[:, index]]
        return found

    def legal(self, points: IntArray) -> BoolArray:
        """[P] True where all constraints hold."""
        good = np.ones(len(points), dtype=np.bool_)
        for low, high in self.ordered:
            below = self.dimensions[low].values[points[:, low]]
            above = self.dimensions[high].values[points[:, high]]
            good &= below < above
        places = {dimension.column: index for index, dimension in enumerate(self.dimensions)}
        for one in self.where:
            columns = {
                name: self.dimensions[places[column]].values[points[:, places[column]]]
                if column in places
                else np.array(self.defaults[column])
                for name, column in zip(one.expression.names, one.columns, strict=True)
            }
            good &= one.expression.values(columns) != 0
        return good

    def nearest(self, parameters: Sequence[float]) -> IntArray:
        """The grid point [d] nearest to parameters [K]; the default of a script need not lie on its grid."""
        return np.array(
            [int(np.argmin(np.abs(one.values - parameters[one.column]))) for one in self.dimensions], dtype=np.int64
        )

    @classmethod
    def of(
        cls,
        inputs: Sequence[ProgramInput],
        *,
        fixed: Collection[str] = (),
        vary: Collection[str] | None = None,
        ordered: Sequence[tuple[str, str]] | None = None,
        ranges: Sequence[Range | Values] = (),
        held: Sequence[Fixed] = (),
        where: Sequence[str] = (),
    ) -> Space:
        """The space of a program's inputs; inputs are named by their variable or, for want of such, their title.

        fixed: names that keep their default. held: the same, with a value where one is wanted. vary: only these names
        vary (None: all that a search varies by itself, see ``ranges.varies``, and those of ranges). ranges: values for
        some of them. ordered: pairs of names, the first below the second; None for the convention of names
        (``ordered_by_name``), as far as ``where`` says nothing of a pair. where: conditions over number inputs and
        switches, those that do not vary at their held value.

        SearchError for a name that the program lacks, a value that an input cannot take, an input that was asked to
        vary and cannot, conditions that no set of the grid fulfils, and when nothing varies.
        """
        asked = {resolve(one.name, inputs, one.where): one for one in ranges}
        still = {resolve(name, inputs) for name in fixed} | {resolve(one.name, inputs, one.where) for one in held}
        only = None if vary is None else {resolve(name, inputs) for name in vary}
        dimensions = tuple(_dimensions(inputs, asked, still, only))
        if not dimensions:
            raise SearchError(
                "the script has no input that could vary",
                hint="a search turns input.int, input.float, input.bool and texts with options; declare one of them",
            )
        own = tuple(item.default for item in inputs)
        space = cls(dimensions, _held(inputs, held), own=own)
        if ordered is None:
            told = [set(re.findall(r"\w+", text)) for text in where]
            pairs = [pair for pair in ordered_by_name(inputs) if not any(set(pair) <= words for words in told)]
        else:
            pairs = [(resolve(low, inputs), resolve(high, inputs)) for low, high in ordered]
        moving = {dimension.name for dimension in dimensions}
        # A pair of which neither varies is the script's own affair.
        texts = [f"{low} < {high}" for low, high in pairs if low in moving or high in moving]
        return _constrained(space, inputs, [*texts, *where])


def ordered_by_name(inputs: Sequence[ProgramInput]) -> tuple[tuple[str, str], ...]:
    """Pairs of number inputs whose names differ only in ``fast``/``slow`` or ``short``/``long``, defaults in order.

    A script that declares ``fastLength`` and ``slowLength`` means the one to stay below the other.
    """
    numbers = {item.name.lower(): item for item in inputs if item.kind in NUMBERS}
    found = []
    for low, high in _PAIRED:
        for name, item in numbers.items():
            other = numbers.get(re.sub(low, high, name, count=1)) if low in name else None
            if other is not None and item.default < other.default:
                found.append((item.name, other.name))
    return tuple(found)


def _dimensions(
    inputs: Sequence[ProgramInput],
    asked: dict[str, Range | Values],
    still: Collection[str],
    only: Collection[str] | None,
) -> Iterator[Dimension]:
    for column, item in enumerate(inputs):
        wanted = item.name in asked or (only is not None and item.name in only)
        if item.name in still or not (wanted or (only is None and varies(item))):
            continue
        values = grid(item, asked.get(item.name))
        if len(values) > 1:
            yield Dimension(item.name, column, item.kind, values)
        elif wanted:
            raise _cannot_vary(item, asked.get(item.name))


def _cannot_vary(item: ProgramInput, asked: Range | Values | None) -> SearchError:
    where = "--vary" if asked is None else asked.where
    if asked is not None:
        hint = f"to hold it at one value: --fix {item.name}=VALUE"
        return SearchError(f"one value for input {item.name!r} ({place(item)})", where=where, hint=hint)
    reason, hint = why_fixed(item)
    return SearchError(f"input {item.name!r} ({place(item)}) cannot vary: {reason}", where=where, hint=hint)


def _held(inputs: Sequence[ProgramInput], held: Sequence[Fixed]) -> tuple[float, ...]:
    found = [item.default for item in inputs]
    for one in held:
        name = resolve(one.name, inputs, one.where)
        for column, item in enumerate(inputs):
            if item.name == name and one.text is not None:
                found[column] = value_of(item, one.text, one.where)
    return tuple(found)


def _constrained(space: Space, inputs: Sequence[ProgramInput], texts: Sequence[str]) -> Space:
    """The space under conditions; ``a < b`` of two dimensions becomes a pair, which is quicker to check."""
    for text in dict.fromkeys(" ".join(text.split()) for text in texts):
        found = _constraint(inputs, text)
        pair = _pair(space, text)
        if pair is None:
            space = replace(space, where=(*space.where, found))
        elif pair not in space.ordered:
            space = replace(space, ordered=(*space.ordered, pair))
    if (space.ordered or space.where) and not _possible(space):
        raise SearchError(
            f"no set of the grid fulfils {' and '.join(f'`{rule}`' for rule in space.rules)}",
            where="--where",
            hint="loosen a condition, or widen the ranges: --vary NAME=LOW:HIGH:STEP",
        )
    return space


def _constraint(inputs: Sequence[ProgramInput], text: str) -> Constraint:
    columns = {item.name: column for column, item in reversed(list(enumerate(inputs)))}
    found = parse(text, list(columns), where="--where")
    for name in found.names:
        if inputs[columns[name]].kind in WORDS:
            what = f"input {name!r} ({place(inputs[columns[name]])}) is a text"
            raise SearchError(what, where=f"--where `{text}`", hint="a condition is over numbers and switches")
    if not found.boolean:
        hint = "a condition compares: `fast < slow`, `useStop == true`"
        raise SearchError(f"`{text}` is no condition", where="--where", hint=hint)
    return Constraint(found, tuple(columns[name] for name in found.names))


def _pair(space: Space, text: str) -> tuple[int, int] | None:
    """The dimensions of a text ``a < b`` or ``b > a``, where both vary."""
    found = _BELOW.fullmatch(text)
    if found is None:
        return None
    low, high, above, below = found.groups()
    places = {dimension.name: index for index, dimension in reversed(list(enumerate(space.dimensions)))}
    pair = (places.get(low or below, -1), places.get(high or above, -1))
    return None if min(pair) < 0 else pair


def _possible(space: Space) -> bool:
    sizes = [dimension.size for dimension in space.dimensions]
    if space.grid_size <= _LOOKED:
        points = np.stack(np.unravel_index(np.arange(space.grid_size), sizes), axis=1).astype(np.int64)
    else:
        points = space.points(np.random.default_rng(0).random((_LOOKED, len(sizes))))
    return bool(space.legal(points).any())
