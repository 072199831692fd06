"""`PatternValidator`: accepts a mined shape, or refuses it with every reason there is.

What the discovery part says alone decides which shapes are taken to the unseen part; the correction there is for all
that are taken, so nothing that is read on the unseen part was chosen by it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final

import numpy as np

from pinewright.errors import UsageError
from pinewright.market import FloatArray, IntArray, Timeframe
from pinewright.patterns.mining.discovery import trivial
from pinewright.patterns.mining.evidence import adjusted_chances, clock_chance, part_statistics
from pinewright.patterns.mining.series import Series
from pinewright.patterns.mining.shape import Shape, ShapeStatistics


class Reason(Enum):
    """Why a shape is refused."""

    FEW = "few"
    TRIVIAL = "trivial"
    DUPLICATE = "duplicate"
    COSTS = "costs"
    UNSTABLE = "unstable"
    UNSEEN = "unseen"
    LUCK = "luck"
    CLOCK = "clock"


SENTENCES: Final = {
    Reason.FEW: "It fired {found} times where it was mined and {unseen} times after; {fewest} and {fewest_unseen} are"
    " the least.",
    Reason.TRIVIAL: "It is hardly more than a {kind}.",
    Reason.DUPLICATE: "{share:.0%} of its places are those of {other}.",
    Reason.COSTS: "Where it was mined it makes {move:.6f} a trade before costs of {cost:.6f}.",
    Reason.UNSTABLE: "The move went the other way in the {halves}.",
    Reason.UNSEEN: "On unseen bars it makes {move:.6f} a trade before costs of {cost:.6f}.",
    Reason.LUCK: "Luck does as well on unseen bars with a chance of {p:.3f}, counting all {tested} shapes tested.",
    Reason.CLOCK: "Random bars of the same hours of the week do as well with a chance of {clock:.3f}.",
}
HALVES: Final = (
    "first half of the mined part",
    "second half of the mined part",
    "first half of the unseen part",
    "second half of the unseen part",
)


@dataclass(frozen=True)
class Refusal:
    """A reason and the sentence with its figures; moves and costs in price units."""

    reason: Reason
    sentence: str


@dataclass(frozen=True)
class Verdict:
    """A shape with its statistics, and why it is refused; kept where there is no reason.

    unseen: whether its unseen part was looked at; where not, what stands of it is told and was no ground for anything.
    """

    shape: Shape
    refusals: tuple[Refusal, ...]
    tested: bool

    @property
    def kept(self) -> bool:
        return not self.refusals


@dataclass(frozen=True)
class PatternValidator:
    """Judges shapes on series whose later part nobody has looked at.

    cost: of a round turn, price units. fewest, fewest_unseen: entries without overlap in the two parts. alpha: the
    chance at which luck and the clock are ruled out. shared: share of places from which a shape is another one again.
    draws: of the tests by chance.
    """

    cost: float
    fewest: int = 30
    fewest_unseen: int = 20
    alpha: float = 0.05
    shared: float = 0.5
    draws: int = 4000
    seed: int = 0

    def judge(self, shapes: Sequence[Shape], series: Mapping[Timeframe, Series]) -> tuple[Verdict, ...]:
        """A verdict for each shape, in their order. Each needs a time frame that ``series`` has, and a direction.

        Of two shapes alike the one is kept that did better where it was mined. UsageError for a shape without a series
        or without a direction.
        """
        cases = [self._case(shape, series) for shape in shapes]
        early = self._early(cases)
        tested = [place for place, reasons in enumerate(early) if not reasons]
        chances = dict(zip(tested, self._chances([cases[place] for place in tested]), strict=True))
        verdicts = []
        for place, case in enumerate(cases):
            if place in chances:
                verdicts.append(self._late(case, chances[place], len(tested), place))
            else:
                verdicts.append(Verdict(case.with_statistics(math.nan, math.nan), tuple(early[place]), tested=False))
        return tuple(verdicts)

    def _case(self, shape: Shape, series: Mapping[Timeframe, Series]) -> _Case:
        if shape.timeframe is None or shape.timeframe not in series:
            known = ", ".join(str(one) for one in series)
            raise UsageError(f"no bars of the time frame of {shape.name}", hint=f"there are {known}")
        if shape.direction.value == 0:
            raise UsageError("a shape without a direction cannot be judged", where=shape.name)
        own = series[shape.timeframe]
        fired = own.signals(shape)
        return _Case(shape, own, own.found(shape, fired), own.unseen(shape, fired), self.cost)

    def _early(self, cases: Sequence[_Case]) -> list[list[Refusal]]:
        """What the discovery part says against each shape."""
        reasons: list[list[Refusal]] = [[] for _ in cases]
        for case, found in zip(cases, reasons, strict=True):
            # How often it fires later is no outcome, and may be counted beforehand.
            if len(case.found) < self.fewest or len(case.unseen) < self.fewest_unseen:
                found.append(
                    _refusal(
                        Reason.FEW,
                        found=len(case.found),
                        unseen=len(case.unseen),
                        fewest=self.fewest,
                        fewest_unseen=self.fewest_unseen,
                    )
                )
            kind = trivial(case.shape.template)
            if kind is not None:
                found.append(_refusal(Reason.TRIVIAL, kind={"line": "straight line", "step": "single step"}[kind]))
            if not case.discovery.net > 0.0:
                found.append(_refusal(Reason.COSTS, move=case.discovery.move, cost=self.cost))
            halves = case.halves(case.found, case.series.bars.warmup, case.series.border)
            found += _unstable([name for name, good in zip(HALVES[:2], halves, strict=True) if not good])
        taken: list[_Case] = []
        for place in sorted(range(len(cases)), key=lambda one: -np.nan_to_num(cases[one].discovery.t, nan=-np.inf)):
            case = cases[place]
            if reasons[place]:
                continue
            for other in taken:
                share = case.overlap(other)
                if share >= self.shared:
                    reasons[place].append(_refusal(Reason.DUPLICATE, share=share, other=other.shape.name))
                    break
            else:
                taken.append(case)
        return reasons

    def _chances(self, cases: Sequence[_Case]) -> FloatArray:
        if not cases:
            return np.zeros(0)
        days = np.concatenate([case.days for case in cases])
        if len(days) == 0:
            return np.ones(len(cases))
        first = int(days.min())
        sums = np.zeros((len(cases), int(days.max()) - first + 1))
        for row, case in zip(sums, cases, strict=True):
            np.add.at(row, case.days - first, case.unseen_moves - self.cost)
        return adjusted_chances(sums[:, np.any(sums != 0.0, axis=0)], draws=self.draws, seed=self.seed)

    def _late(self, case: _Case, p: float, tested: int, place: int) -> Verdict:
        """What the unseen part says."""
        own = case.series
        moves = own.moves(case.shape.horizon).copy()
        moves[: own.border] = np.nan
        clock = clock_chance(
            moves, own.hours, case.unseen, case.sign, draws=self.draws // 2, seed=self.seed * 1009 + place
        )
        reasons = []
        if not case.after.net > 0.0:
            reasons.append(_refusal(Reason.UNSEEN, move=case.after.move, cost=self.cost))
        halves = case.halves(case.unseen, own.border, len(own.bars))
        reasons += _unstable([name for name, good in zip(HALVES[2:], halves, strict=True) if not good])
        if not p <= self.alpha:
            reasons.append(_refusal(Reason.LUCK, p=p, tested=tested))
        if not clock <= self.alpha:
            reasons.append(_refusal(Reason.CLOCK, clock=clock))
        return Verdict(case.with_statistics(p, clock), tuple(reasons), tested=True)


class _Case:
    """A shape on its series, with the entries of both parts."""

    def __init__(self, shape: Shape, series: Series, found: IntArray, unseen: IntArray, cost: float):
        self.shape, self.series, self.found, self.unseen = shape, series, found, unseen
        self.sign = shape.direction.value
        moves = series.moves(shape.horizon)
        self.unseen_moves = self.sign * moves[unseen]
        self.discovery = part_statistics(self.sign * moves[found], cost, series.border)
        self.after = part_statistics(self.unseen_moves, cost, len(series.bars) - series.border)

    @property
    def days(self) -> IntArray:
        """Trading days of the unseen entries [E]."""
        return self.series.days[self.unseen]

    def halves(self, places: IntArray, first: int, last: int) -> tuple[bool, bool]:
        """Whether the mean move went the shape's way in each half of [first, last); a half without entries did not."""
        moves = self.sign * self.series.moves(self.shape.horizon)[places]
        early = places < (first + last) // 2
        return _rose(moves[early]), _rose(moves[~early])

    def overlap(self, other: _Case) -> float:
        """Share of the entries of the one with fewer that lie within a quarter of a length of the other's, in time."""
        one, two = sorted((self._times(), other._times()), key=len)
        if len(one) == 0:
            return 0.0
        reach = max(case.shape.bars * case.series.bars.timeframe.milliseconds // 4 for case in (self, other))
        at = np.searchsorted(two, one)
        before = one - two[np.maximum(at - 1, 0)]
        after = two[np.minimum(at, len(two) - 1)] - one
        return float(np.mean((np.abs(before) <= reach) | (np.abs(after) <= reach)))

    def _times(self) -> IntArray:
        """Closes of the bars of the discovery entries, ms UTC."""
        return self.series.bars.time[self.found] + self.series.bars.timeframe.milliseconds

    def with_statistics(self, p: float, clock: float) -> Shape:
        return replace(self.shape, statistics=ShapeStatistics(self.discovery, self.after, p, clock))


def _rose(moves: FloatArray) -> bool:
    return len(moves) > 0 and bool(moves.mean() > 0.0)


def _refusal(reason: Reason, **figures: object) -> Refusal:
    return Refusal(reason, SENTENCES[reason].format(**figures))


def _unstable(halves: Sequence[str]) -> list[Refusal]:
    return [_refusal(Reason.UNSTABLE, halves=" and the ".join(halves))] if halves else []
