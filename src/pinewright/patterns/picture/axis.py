"""Rows as prices: two rows whose prices are known make a linear axis; and what the labels of a picture say of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

import numpy as np
import numpy.typing as npt

from pinewright.errors import UsageError
from pinewright.market import FloatArray


@dataclass(frozen=True)
class PriceAxis:
    """A linear scale: ``price`` lies at ``row`` (with fractions; 0 is the middle of the top row), for two of them."""

    row: tuple[float, float]
    price: tuple[float, float]

    def __post_init__(self) -> None:
        (one, other), (low, high) = self.row, self.price
        if not np.isfinite([one, other, low, high]).all() or one == other or low == high:
            what = f"an axis with {low:g} at row {one:g} and {high:g} at row {other:g}"
            raise UsageError(what, hint="two different prices at two different rows")
        if (one < other) == (low < high):
            raise UsageError("prices fall from the bottom to the top of this axis", hint="rows count from the top")

    @classmethod
    def parse(cls, one: str, other: str) -> PriceAxis:
        """From two texts like ``1.2345@87``: a price, and the row at which it lies."""
        pairs = []
        for text in (one, other):
            price, at, row = text.partition("@")
            try:
                pairs.append((float(row), float(price)))
            except ValueError:
                at = ""
            if not at:
                raise UsageError(f"{text!r} is no price at a row", hint="write 1.2345@87: the price, and the pixel row")
        return cls((pairs[0][0], pairs[1][0]), (pairs[0][1], pairs[1][1]))

    @property
    def step(self) -> float:
        """Price of one row."""
        return abs((self.price[1] - self.price[0]) / (self.row[1] - self.row[0]))

    def price_of(self, row: npt.ArrayLike) -> FloatArray:
        share = (np.asarray(row, dtype=np.float64) - self.row[0]) / (self.row[1] - self.row[0])
        return np.asarray(self.price[0] + share * (self.price[1] - self.price[0]))

    def row_of(self, price: npt.ArrayLike) -> FloatArray:
        share = (np.asarray(price, dtype=np.float64) - self.price[0]) / (self.price[1] - self.price[0])
        return np.asarray(self.row[0] + share * (self.row[1] - self.row[0]))


class NoScale(Enum):
    """Why a picture gives no axis, the reasons that tell most last."""

    NO_LABELS = "no_labels"
    """No numbers stand beside the plot."""
    FEW = "few_labels"
    """Fewer than three labels could be read."""
    DOUBT = "in_doubt"
    """The labels show no one sequence of numbers clearly."""
    DECIMALS = "decimals"
    """The decimals of the labels cannot be told: a comma before three digits may be of thousands."""
    NOT_LINEAR = "not_linear"
    """The labels do not rise evenly with the rows, as on a logarithmic scale."""


@dataclass(frozen=True)
class PriceScale:
    """An axis read from labels.

    labels: numbers seen beside the plot, of which ``agree`` show the axis. residual: rows that labels, or grid lines,
    lie off it, as the root of the mean of squares. decimals: that the labels have. step: price from label to label.
    grid: lines of the grid that gave the rows, 0 where the labels' own middles did. left: whether they stand left.
    """

    axis: PriceAxis
    labels: int
    agree: int
    residual: float
    decimals: int
    step: float
    grid: int
    left: bool

    @property
    def tick(self) -> float:
        """The smallest step of price that the labels can tell."""
        return float(10.0**-self.decimals)
