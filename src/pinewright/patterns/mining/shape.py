"""What a mined shape is: a template of z-normalised closes, how near to it fires, and what is said to follow."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np

from pinewright.errors import UsageError
from pinewright.market import FloatArray, Timeframe
from pinewright.patterns.pattern import Direction, Pattern, PatternKind, PatternParameter, title_of

DIGITS: Final = 4
"""Decimals of a template: Pine carries it as text, and what is tested is that text."""
SHORTEST: Final = 4
LONGEST: Final = 256


@dataclass(frozen=True)
class PartStatistics:
    """What followed a shape in one part of the bars.

    occurrences: entries, none before the one before is closed. move: mean move in the shape's direction from the next
    open over the horizon, price units; net: the same less the costs of a round turn. deviation: of one move. won: share
    of moves that pay their costs. t: mean net over its standard error; NaN where there are under two.
    """

    bars: int
    occurrences: int
    move: float
    net: float
    deviation: float
    won: float
    t: float


@dataclass(frozen=True)
class ShapeStatistics:
    """discovery: the part in which the shape was found and its direction chosen; unseen: what came after it.

    p: chance of the unseen result by luck, adjusted for all shapes tested with it. clock: share of as many random bars
    of the same hours of the week, on the unseen part, after which the market moved as far. NaN where not tested.
    """

    discovery: PartStatistics
    unseen: PartStatistics
    p: float = math.nan
    clock: float = math.nan


@dataclass(frozen=True)
class Shape:
    """A template of L closes, oldest first, of mean 0 and deviation 1 but for rounding to four decimals.

    It fires at the close of a bar where the last L closes, z-normalised, lie within ``tolerance`` of the template: root
    of the mean squared difference, which is sqrt(2 - 2 r) of the correlation r. horizon: bars for which a position is
    held in ``direction``. timeframe: of the bars it was found in, None for any.
    """

    name: str
    template: tuple[float, ...]
    tolerance: float
    direction: Direction
    horizon: int
    timeframe: Timeframe | None = None
    statistics: ShapeStatistics | None = None

    def __post_init__(self) -> None:
        if not SHORTEST <= len(self.template) <= LONGEST:
            what = f"a template of {len(self.template)} closes"
            raise UsageError(what, where=self.name, hint=f"{SHORTEST} to {LONGEST}")
        if not all(math.isfinite(value) for value in self.template) or max(self.template) == min(self.template):
            raise UsageError("a template needs finite values that differ", where=self.name)
        if not 0.0 < self.tolerance <= 1.4:
            raise UsageError(f"tolerance of {self.tolerance:g}", where=self.name, hint="above 0, at most 1.4")
        if self.horizon < 1:
            raise UsageError(f"a horizon of {self.horizon} bars", where=self.name, hint="one bar at least")

    @property
    def bars(self) -> int:
        return len(self.template)

    @property
    def norm(self) -> float:
        """What turns a sum of products with the template into a correlation times the window's deviation."""
        return math.sqrt(self.bars * math.fsum(value * value for value in self.template))

    @property
    def spacing(self) -> int:
        """Bars from one entry to the next at least: the position is closed, and the windows overlap by half at most."""
        return max(self.horizon + 1, (self.bars + 1) // 2)

    def as_dict(self) -> dict[str, Any]:
        """Plain values, as ``shapes.json`` has them."""
        found = asdict(self)
        found["direction"] = self.direction.name.lower()
        found["timeframe"] = None if self.timeframe is None else str(self.timeframe)
        return found

    @classmethod
    def from_dict(cls, given: dict[str, Any]) -> Shape:
        """What ``as_dict`` gave; UsageError for anything else."""
        try:
            told, known = given.get("timeframe"), given.get("statistics")
            return cls(
                name=str(given["name"]),
                template=tuple(float(value) for value in given["template"]),
                tolerance=float(given["tolerance"]),
                direction=Direction[str(given["direction"]).upper()],
                horizon=int(given["horizon"]),
                timeframe=None if told is None else Timeframe.parse(str(told)),
                statistics=None if known is None else _statistics(known),
            )
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(
                f"this is no shape: {error!r}", hint="shapes.json of `pinewright mine` holds some"
            ) from error


def _statistics(given: dict[str, Any]) -> ShapeStatistics:
    parts = {
        name: PartStatistics(**{k: _number(v) for k, v in given[name].items()}) for name in ("discovery", "unseen")
    }
    return ShapeStatistics(parts["discovery"], parts["unseen"], _number(given["p"]), _number(given["clock"]))


def _number(value: float | None) -> Any:
    return math.nan if value is None else value


def template_of(closes: Sequence[float] | FloatArray) -> tuple[float, ...]:
    """Closes [L] as a template: mean 0, deviation 1, four decimals that add up to 0.

    UsageError where all closes are equal.
    """
    values = np.asarray(closes, dtype=np.float64)
    centred = values - values.mean()
    deviation = float(np.sqrt(np.mean(centred**2)))
    if not deviation > 1e-12 * max(1.0, float(np.max(np.abs(values)))):
        raise UsageError("closes that are all equal have no shape")
    whole = np.rint(centred / deviation * 10**DIGITS).astype(np.int64)
    # What rounding leaves over goes to the largest values, where it matters least.
    order = np.argsort(-np.abs(whole), kind="stable")
    left = int(whole.sum())
    whole[np.resize(order, abs(left))] -= np.sign(left) if abs(left) <= len(whole) else 0
    return tuple(float(value) / 10**DIGITS for value in whole)


def correlation(distance: float) -> float:
    """Correlation of two z-normalised windows whose mean squared difference has that root."""
    return 1.0 - distance * distance / 2.0


def shape_pattern(shape: Shape) -> Pattern:
    """The shape as a named pattern; its tolerance is its parameter."""
    way = {Direction.UP: "a rise", Direction.DOWN: "a fall", Direction.NEUTRAL: "nothing in particular"}
    where = "" if shape.timeframe is None else f" on {shape.timeframe} bars"
    meaning = f"The last {shape.bars} closes look like a shape mined from history{where}, after which {{}} was seen."
    tolerance = PatternParameter(
        "tolerance", "Distance from the template at most", shape.tolerance, 0.05, 1.4, 0.05, whole=False
    )
    return Pattern(
        name=shape.name,
        title=title_of(shape.name),
        kind=PatternKind.SHAPE,
        direction=shape.direction,
        bars=shape.bars,
        meaning=meaning.format(way[shape.direction]),
        parameters=(tolerance,),
    )
