"""Functions of ``ta`` that follow the price from bar to bar, in plain Python."""

from __future__ import annotations

import math

from pinewright.pine.interpreter.indicators import NA, Bar, Smoothed, Sum, Weighted, Window, true_range
from pinewright.pine.interpreter.values import CLOSE, divide


class Hull:
    def __init__(self) -> None:
        self.half, self.whole, self.root = Weighted(), Weighted(), Weighted()

    def next(self, x: float, length: float) -> float:
        lead = 2.0 * self.half.next(x, math.trunc(length / 2)) - self.whole.next(x, length)
        return self.root.next(lead, math.trunc(math.sqrt(length)) if length > 0 else NA)


class Symmetric(Window):
    """Mean of four values with weights 1, 2, 2, 1."""

    def next(self, x: float) -> float:
        self.values.append(x)
        return (x + 2.0 * self.back(1) + 2.0 * self.back(2) + self.back(3)) / 6.0


class VolumeWeighted:
    def __init__(self) -> None:
        self.money, self.volume = Sum(), Sum()

    def next(self, x: float, bar: Bar, length: float) -> float:
        money, volume = self.money.next(x * bar.volume, length), self.volume.next(bar.volume, length)
        return divide(divide(money, length), divide(volume, length))


class Anchored:
    """Mean price by volume since the anchor, and bands around it."""

    def __init__(self) -> None:
        self.since: list[tuple[float, float]] | None = None

    def next(self, x: float, bar: Bar, anchor: bool, factor: float) -> tuple[float, float, float]:
        if not math.isnan(x):
            if anchor:
                self.since = []
            if self.since is not None:
                self.since.append((x, bar.volume))
        if self.since is None or math.isnan(x):
            return NA, NA, NA
        money = weight = squares = 0.0
        for price, volume in self.since:
            money, weight, squares = money + price * volume, weight + volume, squares + price * price * volume
        mean = divide(money, weight)
        spread = divide(squares, weight) - mean * mean
        band = math.sqrt(0.0 if spread < 0 else spread) * factor
        return mean, mean + band, mean - band


class Chande:
    def __init__(self) -> None:
        self.source, self.up, self.down = Window(), Sum(), Sum()

    def next(self, x: float, length: float) -> float:
        self.source.values.append(x)
        step = x - self.source.back(1)
        rises = step >= -CLOSE
        up = self.up.next(NA if math.isnan(step) else step if rises else 0.0, length)
        down = self.down.next(NA if math.isnan(step) else 0.0 if rises else -step, length)
        return NA if math.isnan(step) else divide(100.0 * (up - down), up + down)


class MoneyFlow:
    def __init__(self) -> None:
        self.source, self.up, self.down = Window(), Sum(), Sum()

    def next(self, x: float, bar: Bar, length: float) -> float:
        self.source.values.append(x)
        step = x - self.source.back(1)
        up = self.up.next(bar.volume * (0.0 if step <= CLOSE else x), length)
        down = self.down.next(bar.volume * (0.0 if step >= -CLOSE else x), length)
        if math.isnan(x):
            return NA
        if abs(down) <= CLOSE:
            return 100.0
        return 100.0 - divide(100.0, 1.0 + divide(0.0 if abs(up) <= CLOSE else up, down))


class Strengths:
    """True strength index."""

    def __init__(self) -> None:
        self.source = Window()
        self.parts = [[Smoothed(wilder=False) for _ in range(2)] for _ in range(2)]

    def next(self, x: float, short: float, long: float) -> float:
        self.source.values.append(x)
        step = x - self.source.back(1)
        smooth = [
            outer.next(inner.next(value, long), short)
            for (inner, outer), value in zip(self.parts, (step, abs(step)), strict=True)
        ]
        return divide(*smooth)


class Keltner:
    def __init__(self) -> None:
        self.middle, self.range = Smoothed(wilder=False), Smoothed(wilder=False)

    def next(self, x: float, bar: Bar, length: float, factor: float, true: bool) -> tuple[float, float, float]:
        middle = self.middle.next(x, length)
        band = factor * self.range.next(true_range(bar, False) if true else bar.high - bar.low, length)
        return middle, middle + band, middle - band


class Supertrend:
    def __init__(self) -> None:
        self.range = Smoothed(wilder=True)
        self.upper = self.lower = NA
        self.falls: bool | None = None

    def next(self, bar: Bar, factor: float, period: float) -> tuple[float, float]:
        span = self.range.next(true_range(bar, True), period)
        if bar.index == 0:
            return 0.0, 1.0
        if math.isnan(span):
            return NA, -1.0 if self.falls is False else 1.0
        ceiling, floor = bar.middle + factor * span, bar.middle - factor * span
        if self.falls is None or floor > self.lower or bar.last_close < self.lower:
            self.lower = floor
        if self.falls is None or ceiling < self.upper or bar.last_close > self.upper:
            self.upper = ceiling
        if self.falls is None:
            self.falls = True
        else:
            self.falls = bar.close <= self.upper if self.falls else bar.close < self.lower
        return (self.upper, 1.0) if self.falls else (self.lower, -1.0)


class Parabolic:
    """Stop and reverse (Wilder)."""

    def __init__(self) -> None:
        self.bars: list[Bar] = []
        self.rises = True
        self.value = self.speed = self.extreme = NA

    def next(self, bar: Bar, start: float, step: float, most: float) -> float:
        self.bars.append(bar)
        last = self.bars[-3:-1]
        if bar.index == 1:
            self.rises, self.speed = bar.high >= bar.last_high, start
            self.value, self.extreme = (bar.last_low, bar.high) if self.rises else (bar.last_high, bar.low)
        elif bar.index > 1:
            self.value = self.value + self.speed * (self.extreme - self.value)
            if bar.low - self.value <= CLOSE if self.rises else self.value - bar.high <= CLOSE:
                reach = [*last, bar]
                above, below = max(one.high for one in reach), min(one.low for one in reach)
                self.value = max(self.extreme, above) if self.rises else min(self.extreme, below)
                self.rises, self.speed = not self.rises, start
                self.extreme = bar.high if self.rises else bar.low
            elif self.rises:
                self.value = min(self.value, *(one.low for one in last))
                if bar.high - self.extreme > CLOSE:
                    self.extreme, self.speed = bar.high, min(self.speed + step, most)
            else:
                self.value = max(self.value, *(one.high for one in last))
                if self.extreme - bar.low > CLOSE:
                    self.extreme, self.speed = bar.low, min(self.speed + step, most)
        return self.value


class ExtremeBars(Window):
    """How far back the greatest or least value is, of equal ones the oldest."""

    def __init__(self, sign: float) -> None:
        super().__init__()
        self.sign = sign

    def next(self, x: float, length: float) -> float:
        self.values.append(self.sign * x)
        window = self.last(length)
        known = [value for value in window or [] if not math.isnan(value)]
        return NA if window is None or not known else float(window.index(max(known)) + 1 - len(window))


class Pivot(Window):
    def __init__(self, sign: float) -> None:
        super().__init__()
        self.sign = sign

    def next(self, x: float, left: float, right: float) -> float:
        if math.isnan(x):
            return NA
        self.values.append(self.sign * x)
        if not (left >= 0 and right >= 0):
            return NA
        before, after = math.trunc(left), math.trunc(right)
        window = self.last(before + after + 1)
        if window is None:
            return NA
        peak = window[before]
        found = max(window) == peak and all(value < peak for value in window[before + 1 :])
        return self.sign * peak if found else NA


class Crossed:
    """Either way, from the last side that was beyond the tolerance."""

    side = 0

    def next(self, a: float, b: float) -> bool:
        gap = a - b
        crossed = (self.side < 0 and gap > 0) or (self.side > 0 and gap < 0)
        if abs(gap) > CLOSE:
            self.side = 1 if gap > 0 else -1
        return crossed


class Run:
    """Whether the value moved one way ``length`` times in a row."""

    def __init__(self, sign: float) -> None:
        self.sign = sign
        self.last, self.run = NA, 0

    def next(self, x: float, length: float) -> bool:
        self.run = self.run + 1 if self.sign * (x - self.last) > CLOSE else 0
        self.last = x
        return self.run >= length


class Since:
    count = NA

    def next(self, condition: bool) -> float:
        self.count = 0.0 if condition else self.count + 1
        return self.count


class Occasions(Window):
    def next(self, condition: bool, x: float, occurrence: float) -> float:
        if condition:
            self.values.append(x)
        return self.back(math.trunc(occurrence)) if not math.isnan(occurrence) else NA


class Total:
    """Sum of all values."""

    total = 0.0

    def next(self, x: float) -> float:
        self.total += 0.0 if math.isnan(x) else x
        return NA if math.isnan(x) else self.total


class Held:
    """The last value that was not na, or the greatest or least so far."""

    def __init__(self, better: int) -> None:
        self.better = better
        self.value = NA

    def next(self, x: float) -> float:
        if math.isnan(self.value) or (not math.isnan(x) and (self.better == 0 or self.better * (x - self.value) > 0)):
            self.value = x
        return self.value


def drawn(seed: int, count: int) -> float:
    """The number that a seed gives at its ``count``-th call, at least 0 and below 1: the finaliser of SplitMix64."""
    mask = 2**64 - 1
    z = (seed * 0x94D049BB133111EB + count * 0x9E3779B97F4A7C15) & mask
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9 & mask
    z = (z ^ z >> 27) * 0x94D049BB133111EB & mask
    z ^= z >> 31
    return (z >> 11) / 2**53
