"""The functions of ``ta`` and ``math.sum`` in plain Python: one object for each place of a script that calls one.

Each object is told the values of one execution after another and answers as Pine does; na is NaN.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pinewright.pine.interpreter.values import CLOSE, divide

NA: Final = math.nan


@dataclass(frozen=True)
class Bar:
    """What functions read of the bar without being told: number, prices, volume, and what of them the bar before had.

    first: whether a trading day begins with the bar.
    """

    index: int
    first: bool
    open: float
    high: float
    low: float
    close: float
    volume: float
    last_high: float
    last_low: float
    last_close: float

    @property
    def middle(self) -> float:
        return (self.high + self.low) / 2.0


class Sum:
    """Rolling sum of the values that are not na, with the rounding error carried along.

    A step takes out what was added ``length`` values ago together with the carried error, then adds the new value; what
    the first of the two additions lost is taken off the new value, and the corrected value is what a later step will
    take out. Where value plus carried error rounds down, the window is summed anew, newest first.
    """

    def __init__(self) -> None:
        self.raw: list[float] = []
        self.added: list[float] = []
        self.total = 0.0
        self.error = 0.0
        self.length: int | None = None

    def next(self, x: float, length: float) -> float:
        size = int(length) if math.isfinite(length) else 0
        if not math.isnan(x):
            self.raw.append(x)
            if self.length != size or self._rounds_down(x):
                self._anew(size)
            else:
                self._slide(x, size)
        elif self.raw and self.length != size:
            self._anew(size)
        if not 1 <= size <= len(self.raw):
            return NA
        return x if size == 1 else self.total

    def _rounds_down(self, x: float) -> bool:
        carried = abs(self.error)
        moved = x + carried
        return carried != 0 and x != 0 and moved != 0 and carried - (moved - x) > 0

    def _anew(self, size: int) -> None:
        window = self.raw[-size:] if size > 0 else []
        self.total = self.error = 0.0
        for value in reversed(window):
            self.total = value + self.total
        if self.length != size:
            self.added = list(self.raw)
            self.length = size
        else:
            self.added.append(self.raw[-1])

    def _slide(self, x: float, size: int) -> None:
        leaving = self.added[-size] if 1 <= size <= len(self.added) else 0.0
        taken = -leaving - self.error
        between = self.total + taken
        corrected = x - ((between - self.total) - taken)
        self.total = between + corrected
        self.error = (self.total - between) - corrected
        self.added.append(corrected)


class Window:
    """The values of all executions, for functions that look at the last few of them."""

    def __init__(self) -> None:
        self.values: list[float] = []

    def last(self, length: float) -> list[float] | None:
        """The last ``length`` values, oldest first; None while there are fewer."""
        size = int(length) if math.isfinite(length) else 0
        return self.values[-size:] if 1 <= size <= len(self.values) else None

    def back(self, offset: float) -> float:
        """The value so many executions ago, 0 being the present one."""
        return self.values[-1 - int(offset)] if 0 <= offset < len(self.values) else NA


class Extreme(Window):
    def __init__(self, best: Callable[[list[float]], float]) -> None:
        super().__init__()
        self.best = best

    def next(self, x: float, length: float) -> float:
        self.values.append(x)
        window = self.last(length)
        known = [value for value in window or [] if not math.isnan(value)]
        return self.best(known) if known else NA


class Weighted(Window):
    """Linear weights; in the window na stands for the value before it."""

    known = 0

    def next(self, x: float, length: float) -> float:
        self.known += not math.isnan(x)
        self.values.append(self.back(0) if math.isnan(x) else x)
        window = self.last(length)
        if window is None or math.isnan(x) or self.known < len(window):
            return NA
        total = 0.0
        for place, value in enumerate(window):
            total = total + value * (place + 1)
        return total / (len(window) * (len(window) + 1) / 2)


class Deviation(Window):
    """Mean distance of the last values, na among them, from a mean that is told."""

    def next(self, x: float, mean: float, length: float) -> float:
        self.values.append(x)
        window = self.last(length)
        if window is None:
            return NA
        if len(window) == 1:
            return 0.0
        total = 0.0
        for value in reversed(window):
            total = total + abs(value - mean)
        return total / len(window)


class Smoothed:
    """Exponential means: the first value is the mean of the first ``length`` ones; na in, na out, nothing moves."""

    def __init__(self, wilder: bool) -> None:
        self.wilder = wilder
        self.value = NA
        self.seed = Sum()

    def next(self, x: float, length: float) -> float:
        if math.isnan(self.value):
            seed = divide(self.seed.next(x, length), length)
        if math.isnan(x):
            return NA
        if abs(length - 1) <= CLOSE:
            self.value = x
        elif math.isnan(self.value):
            self.value = seed
        elif self.wilder:
            self.value = divide(self.value * (length - 1) + x, length)
        else:
            self.value = self.value + divide(2.0, length + 1) * (x - self.value)
        return self.value


class Difference(Window):
    def next(self, x: float, length: float) -> float:
        self.values.append(x)
        return x - self.back(length)


class Rate(Window):
    def next(self, x: float, length: float) -> float:
        self.values.append(x)
        return divide(100.0 * (x - self.back(length)), self.back(length))


class Cross:
    """1 where the first rises over the second, -1 where it falls under; compares exactly with the last defined pair."""

    def __init__(self) -> None:
        self.last: tuple[float, float] | None = None

    def next(self, a: float, b: float) -> int:
        if math.isnan(a) or math.isnan(b):
            return 0
        before, self.last = self.last, (a, b)
        if before is None:
            return 0
        return int(a > b and before[0] <= before[1]) - int(a < b and before[0] >= before[1])


class Strength:
    """Relative strength index."""

    def __init__(self) -> None:
        self.source = Difference()
        self.up = Smoothed(wilder=True)
        self.down = Smoothed(wilder=True)

    def next(self, x: float, length: float) -> float:
        step = self.source.next(x, 1)
        up = self.up.next(step if math.isnan(step) or step > 0 else 0.0, length)
        down = self.down.next(step if math.isnan(step) else (-step if step < 0 else 0.0), length)
        if down <= CLOSE:
            return 100.0
        return 0.0 if up <= CLOSE else 100.0 - divide(100.0, 1.0 + divide(up, down))


class Macd:
    def __init__(self) -> None:
        self.fast, self.slow, self.signal = (Smoothed(wilder=False) for _ in range(3))

    def next(self, x: float, fast: float, slow: float, smoothing: float) -> tuple[float, float, float]:
        line = self.fast.next(x, fast) - self.slow.next(x, slow)
        signal = self.signal.next(line, smoothing)
        return line, signal, line - signal


class Variance:
    def __init__(self) -> None:
        self.sum, self.squares = Sum(), Sum()

    def next(self, x: float, length: float, biased: bool) -> float:
        total, squares = self.sum.next(x, length), self.squares.next(x * x, length)
        mean = divide(total, length)
        if biased:
            spread = divide(squares, length) - mean * mean
        else:
            spread = divide(squares, length - 1) - divide(total * mean, length - 1)
        return 0.0 if spread < 0 else spread


class Bands:
    """Bollinger bands: middle, upper, lower."""

    def __init__(self) -> None:
        self.sum, self.variance = Sum(), Variance()

    def next(self, x: float, length: float, factor: float) -> tuple[float, float, float]:
        middle = divide(self.sum.next(x, length), length)
        band = factor * math.sqrt(self.variance.next(x, length, True))
        return middle, middle + band, middle - band


class Place:
    """Where a value lies between the lowest low and the highest high."""

    def __init__(self) -> None:
        self.top, self.bottom = Extreme(max), Extreme(min)

    def stoch(self, x: float, high: float, low: float, length: float) -> float:
        top, bottom = self.top.next(high, length), self.bottom.next(low, length)
        return divide(100.0 * (x - bottom), top - bottom)

    def wpr(self, bar: Bar, length: float) -> float:
        top, bottom = self.top.next(bar.high, length), self.bottom.next(bar.low, length)
        return divide(100.0 * (bar.close - top), top - bottom)


class Channel:
    """Commodity channel index."""

    def __init__(self) -> None:
        self.sum, self.deviation = Sum(), Deviation()

    def next(self, x: float, length: float) -> float:
        mean = divide(self.sum.next(x, length), length)
        return divide(x - mean, 0.015 * self.deviation.next(x, mean, length))


def true_range(bar: Bar, handle_na: bool) -> float:
    """The largest of the bar's range and the ways from the last close; on the first bar the range or na."""
    if math.isnan(bar.last_close):
        return bar.high - bar.low if handle_na else NA
    return max(bar.high - bar.low, abs(bar.high - bar.last_close), abs(bar.low - bar.last_close))


class Directional:
    """Directional movement: +DI, -DI, ADX."""

    def __init__(self) -> None:
        self.range, self.up, self.down, self.adx = (Smoothed(wilder=True) for _ in range(4))
        self.plus = self.minus = NA

    def next(self, bar: Bar, length: float, smoothing: float) -> tuple[float, float, float]:
        up, down = bar.high - bar.last_high, bar.last_low - bar.low
        plus = NA if math.isnan(up) else (up if up - down > CLOSE and up > CLOSE else 0.0)
        minus = NA if math.isnan(down) else (down if down - up > CLOSE and down > CLOSE else 0.0)
        span = self.range.next(true_range(bar, False), length)
        plus = divide(100.0 * self.up.next(plus, length), span)
        minus = divide(100.0 * self.down.next(minus, length), span)
        self.plus = self.plus if math.isnan(plus) else plus
        self.minus = self.minus if math.isnan(minus) else minus
        total = self.plus + self.minus
        ratio = abs(self.plus - self.minus) / (1.0 if abs(total) <= CLOSE else total)
        return self.plus, self.minus, 100.0 * self.adx.next(ratio, smoothing)
