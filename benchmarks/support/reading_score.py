"""How well pictures were read: candles by their rows, patterns and levels against the same detectors on the numbers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from pinewright.market import Bars, FloatArray, IntArray
from pinewright.patterns.candles import CANDLES, candle_signals
from pinewright.patterns.picture.axis import PriceScale
from pinewright.patterns.picture.reading import ChartReading
from pinewright.patterns.structure.known import levels_at

PRICES = ("open", "high", "low", "close")
PriceRows = tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True)
class Truth:
    """What a picture shows: bars [n], the rows [4, n] of their open, high, low and close, the columns of their middles.

    price_rows: two rows and the prices there.
    """

    bars: Bars
    rows: IntArray
    middle: FloatArray
    price_rows: tuple[tuple[float, float], tuple[float, float]]


@dataclass
class Score:
    """Counts over many pictures; ``wrong`` tells what the errors of more than a row were."""

    pictures: int = 0
    refused: int = 0
    candles: int = 0
    exact: int = 0
    within: int = 0
    unseen: int = 0
    extra: int = 0
    up: int = 0
    hits: Counter[str] = field(default_factory=Counter)
    false: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    levels_true: int = 0
    levels_found: int = 0
    levels_read: int = 0
    levels: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    worst: list[tuple[float, str]] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)

    def refuse(self, truth: Truth, error: Exception, name: str) -> None:
        """A picture that was not read: all its candles and patterns count as missed."""
        self.pictures += 1
        self.refused += 1
        self.candles += len(truth.bars)
        self.unseen += len(truth.bars)
        self.errors[str(error).split("\n")[0]] += 1
        self.worst.append((0.0, name))
        fired = candle_signals(truth.bars)
        for pattern, count in zip(CANDLES, fired.sum(axis=1).tolist(), strict=True):
            self.missed[pattern] += count

    def add(self, truth: Truth, reading: ChartReading, name: str) -> None:
        """One picture."""
        self.pictures += 1
        candles = reading.candles
        place = matched(truth.middle, candles.middle)
        there = place >= 0
        rows = np.array([getattr(candles, one)[place] for one in PRICES])
        off = np.abs(rows - truth.rows)
        error = np.where(there, off.max(axis=0), 1 << 20)
        self.candles += len(error)
        self.exact += int((error == 0).sum())
        self.within += int((error <= 1).sum())
        self.unseen += int((~there).sum())
        self.extra += len(candles) - len(np.unique(place[there]))
        self.up += int((candles.up[place] == (truth.bars.close >= truth.bars.open))[there].sum())
        self.worst.append((float((error <= 1).mean()), name))
        bad = there & (error > 1)
        flipped = bad & (rows[0] == truth.rows[3]) & (rows[3] == truth.rows[0])
        for place_, one in enumerate(PRICES):
            self.wrong[one] += int((off[place_] > 1)[bad & ~flipped].sum())
        self.wrong["open and close exchanged"] += int(flipped.sum())
        self.wrong["said to be certain"] += int(candles.certain[place][bad].sum())
        self._patterns(truth, reading, place)
        self._levels(truth, reading)

    def _patterns(self, truth: Truth, reading: ChartReading, place: IntArray) -> None:
        true, read = candle_signals(truth.bars), candle_signals(reading.bars())
        seen = np.where(place >= 0, read[:, place], False)
        strange = read.sum(axis=1) - seen.sum(axis=1)
        for row, pattern in enumerate(CANDLES):
            self.hits[pattern] += int((true[row] & seen[row]).sum())
            self.missed[pattern] += int((true[row] & ~seen[row]).sum())
            self.false[pattern] += int((~true[row] & seen[row]).sum()) + max(0, int(strange[row]))

    def _levels(self, truth: Truth, reading: ChartReading) -> None:
        (row, price), (other_row, other_price) = truth.price_rows
        slope = (other_row - row) / (other_price - price)
        true = np.array([row + (level.price - price) * slope for level in levels_at(truth.bars)])
        read = np.array([float(reading.row_of(level.price)) for level in levels_at(reading.bars())])
        near = np.abs(true[:, None] - read[None, :]) <= 2.0
        self.levels_true += len(true)
        self.levels_found += int(near.any(axis=1).sum()) if len(read) else 0
        self.levels_read += len(read)
        self.levels += int(near.any(axis=0).sum()) if len(true) else 0

    @property
    def f1(self) -> float:
        """Of all candle patterns together."""
        return f1(self.hits.total(), self.false.total(), self.missed.total())

    def lines(self) -> list[str]:
        """The figures for people."""
        count = max(1, self.candles)
        total = self.hits.total()
        said = [
            f"{self.pictures} pictures, {self.candles:,} candles; {self.refused} pictures refused",
            f"within one row {self.within / count:.2%}, exact {self.exact / count:.2%}, "
            f"not seen {self.unseen / count:.2%}, too many {self.extra / count:.2%}",
            f"patterns: F1 {self.f1:.3f}, precision {total / max(1, total + self.false.total()):.3f}, "
            f"recall {total / max(1, total + self.missed.total()):.3f} over {total + self.missed.total():,}",
            f"levels within two rows {self.levels_found / max(1, self.levels_true):.2%} of {self.levels_true:,}; "
            f"of those read {self.levels / max(1, self.levels_read):.2%} are true",
            "errors of more than a row: " + ", ".join(f"{name} {number}" for name, number in self.wrong.most_common()),
        ]
        low = sorted((f1(self.hits[one], self.false[one], self.missed[one]), one) for one in CANDLES if self.hits[one])
        said.append("lowest F1: " + ", ".join(f"{one} {value:.2f}" for value, one in low[:6]))
        said += [f"refused {number} times: {text}" for text, number in self.errors.most_common(5)]
        return said


@dataclass
class AxisScore:
    """Price axes read from labels: right where no row from the highest price to the lowest is off by more than one.

    refused: pictures without candles that can be read, so that nobody looked for an axis. reasons: of those without.
    """

    pictures: int = 0
    refused: int = 0
    right: int = 0
    decimals: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    rows: list[float] = field(default_factory=list)

    def add(self, reading: ChartReading, price_rows: PriceRows, decimals: int, name: str, most: float = 1.0) -> None:
        """price_rows: the true rows of two prices. most: rows that may lie between."""
        self.pictures += 1
        if not isinstance(reading.scale, PriceScale):
            self.reasons[getattr(reading.scale, "value", "not looked for")] += 1
            return
        off = max(abs(float(reading.scale.axis.row_of(price)) - row) for row, price in price_rows)
        if off > most:
            self.wrong.append(f"{name}: {off:.2f} rows")
            return
        self.right += 1
        self.rows.append(off)
        self.decimals += reading.scale.decimals == decimals

    def refuse(self) -> None:
        self.pictures += 1
        self.refused += 1

    def line(self) -> str:
        """The figures for people."""
        seen = max(1, self.pictures - self.refused)
        said = f"{self.pictures} pictures, {self.refused} without candles; axis right {self.right / seen:.1%}, "
        said += f"wrong {len(self.wrong) / seen:.1%}, decimals right in {self.decimals} of {self.right}"
        if self.rows:
            said += f"; median error {np.median(self.rows):.2f} rows, largest {max(self.rows):.2f}"
        return said + "".join(f"; {count} {reason}" for reason, count in self.reasons.most_common())


def f1(hits: int, false: int, missed: int) -> float:
    return 2 * hits / max(1, 2 * hits + false + missed)


def matched(true: FloatArray, read: FloatArray) -> IntArray:
    """For each true middle the index of the candle read within a column of it, -1 without."""
    place = np.clip(np.searchsorted(read, true), 1, max(1, len(read) - 1))
    place = np.where(
        np.abs(read[place - 1] - true) <= np.abs(read[np.minimum(place, len(read) - 1)] - true), place - 1, place
    )
    place = np.minimum(place, len(read) - 1)
    return np.asarray(np.where(np.abs(read[place] - true) <= 1.01, place, -1))
