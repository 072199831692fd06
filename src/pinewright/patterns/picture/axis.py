"""Rows as prices: two rows whose prices are known make a linear axis."""

from __future__ import annotations

from dataclasses import dataclass

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
