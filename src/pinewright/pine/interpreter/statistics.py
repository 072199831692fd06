"""Functions of ``ta`` that look at the last values as a set or fit something to them, in plain Python."""

from __future__ import annotations

import math
import statistics
from collections import Counter

from pinewright.pine.interpreter.indicators import NA, Sum, Window
from pinewright.pine.interpreter.values import CLOSE, divide


class Known(Window):
    """A window of the values that are not na."""

    def take(self, x: float) -> None:
        if not math.isnan(x):
            self.values.append(x)


class Median(Known):
    def next(self, x: float, length: float) -> float:
        self.take(x)
        window = self.last(length)
        return NA if window is None or math.isnan(x) else statistics.median(window)


class Mode(Window):
    def next(self, x: float, length: float) -> float:
        self.values.append(x)
        window = self.last(length)
        if window is None or math.isnan(x):
            return NA
        counts = Counter(value for value in window if not math.isnan(value))
        return min(value for value, count in counts.items() if count == max(counts.values()))


class Ordered(Window):
    """The last values in ascending order, na at the end; a value stands before earlier ones that it equals nearly."""

    def ascending(self, length: float) -> list[float] | None:
        window = self.last(length)
        if window is None or math.isnan(window[-1]):
            return None
        found: list[float] = []
        for value in window:
            if not math.isnan(value):
                found.insert(sum(other - value < -CLOSE for other in found), value)
        return found + [NA] * (len(window) - len(found))


class NearestRank(Ordered):
    def next(self, x: float, length: float, percentage: float) -> float:
        self.values.append(x)
        found = self.ascending(length)
        share = 0.0 if math.isnan(percentage) else percentage
        if found is None or not 0 <= share <= 100:
            return NA
        return found[max(1, math.ceil(share * len(found) / 100.0)) - 1]


class Interpolated(Ordered):
    def next(self, x: float, length: float, percentage: float) -> float:
        self.values.append(x)
        found = self.ascending(length)
        if found is None or not 0 <= percentage <= 100:
            return NA
        place = len(found) * percentage / 100.0 + 0.5
        place = float(round(place)) if abs(place - round(place)) < 1e-9 else place
        if place <= 1 or place >= len(found):
            return found[0 if place <= 1 else -1]
        below, above = math.floor(place), place - math.floor(place)
        if above == 0:
            return found[below - 1]
        return NA if math.isnan(found[-1]) else found[below - 1] * (1.0 - above) + found[below] * above


class PercentRank(Window):
    def next(self, x: float, length: float) -> float:
        self.values.append(x)
        window = self.last(length + 1)
        if window is None or math.isnan(x) or length < 1:
            return NA
        return sum(value - x <= CLOSE for value in window[:-1]) * 100.0 / (len(window) - 1)


class RankCorrelation(Window):
    def next(self, x: float, length: float) -> float:
        self.values.append(x)
        window = self.last(length)
        if window is None or len(self.values) <= len(window) or any(map(math.isnan, window)):
            return NA
        size = len(window)
        ranks = self._ranks(window[::-1])
        middle, mean = sum(range(size)) / size, sum(ranks) / size
        places = sum(float(k * k) for k in range(size)) / size - middle * middle
        spread = sum(rank * rank for rank in ranks) / size - mean * mean
        if places <= 0 or spread <= 0:
            return NA
        common = 0.0
        for k, rank in enumerate(ranks):
            common = common + (k - middle) * (rank - mean)
        return 100.0 * (common / size) / (math.sqrt(places) * math.sqrt(spread))

    @staticmethod
    def _ranks(window: list[float]) -> list[float]:
        """Rank of each value, the greatest 0; near ones have the mean rank of their group, begun by its least."""
        groups: list[list[float]] = []
        for value in sorted(window):
            if not groups or value - groups[-1][0] >= CLOSE:
                groups.append([])
            groups[-1].append(value)
        rank_of: dict[float, float] = {}
        below = 0
        for group in groups:
            rank_of |= dict.fromkeys(group, len(window) - 1 - (below + below + len(group) - 1) / 2.0)
            below += len(group)
        return [rank_of[value] for value in window]


class Line(Known):
    """Value of the fitted line, so many bars back."""

    def next(self, x: float, length: float, offset: float) -> float:
        self.take(x)
        window = self.last(length)
        if window is None:
            return NA
        size = float(len(window))
        if size == 1:
            return x
        places = sum(float(k) for k in range(1, len(window) + 1))
        squares = sum(float(k * k) for k in range(1, len(window) + 1))
        total = product = 0.0
        for k, value in enumerate(window, 1):
            total = total + value
            product = product + value * k
        slope = (size * product - places * total) / (size * squares - places * places)
        return total / size - slope * places / size + slope + slope * (size - 1.0 - offset)


class Gravity(Known):
    def __init__(self) -> None:
        super().__init__()
        self.sum = Sum()

    def next(self, x: float, length: float) -> float:
        self.take(x)
        total = self.sum.next(x, length)
        window = self.last(length)
        if window is None:
            return NA
        moment = 0.0
        for k, value in enumerate(reversed(window), 1):
            moment = moment + value * k
        return -divide(moment, total)


class Gauss(Window):
    """Weights of a bell curve (Arnaud Legoux)."""

    def next(self, x: float, length: float, offset: float, sigma: float, floor: bool) -> float:
        self.values.append(x)
        window = self.last(length)
        if window is None:
            return NA
        size = len(window)
        centre, width = offset * (size - 1), divide(size, sigma)
        centre = math.floor(centre) if floor else centre
        weights = [math.exp(-((k - centre) * (k - centre)) / (2.0 * width * width)) for k in range(size)]
        whole = 0.0
        for weight in weights:
            whole = whole + weight
        total = 0.0
        for value, weight in zip(window, weights, strict=True):
            total = total + value * (weight / whole)
        return total


class Correlation:
    def __init__(self) -> None:
        self.sums = [Sum() for _ in range(5)]

    def next(self, a: float, b: float, length: float) -> float:
        terms = (a, b, a * b, a * a, b * b)
        mean1, mean2, both, square1, square2 = (
            divide(total.next(term, length), length) for total, term in zip(self.sums, terms, strict=True)
        )
        common = both - mean1 * mean2
        if abs(common) <= CLOSE:
            return 0.0
        spreads = [square1 - mean1 * mean1, square2 - mean2 * mean2]
        product = (0.0 if spreads[0] < 0 else spreads[0]) * (0.0 if spreads[1] < 0 else spreads[1])
        return divide(common, math.sqrt(product))
