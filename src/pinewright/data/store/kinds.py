"""Kinds of stored rows: ticks and candles of three lengths, always of both sides, and the columns of each."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pinewright.errors import UsageError, unknown_name_hint
from pinewright.market import Timeframe

# One array per column, all of one length: time int64 ms UTC (the tick, or the open of the candle), the rest float64.
Columns = dict[str, npt.NDArray[Any]]

SIDES: Final = ("bid", "ask")
PRICES: Final = ("open", "high", "low", "close")
TICK_COLUMNS: Final = ("time", "bid", "ask", "bid_volume", "ask_volume")
CANDLE_COLUMNS: Final = (
    "time",
    *(f"{side}_{price}" for side in SIDES for price in PRICES),
    "bid_volume",
    "ask_volume",
    "spread",
)


class Kind(Enum):
    """What a row is. Prices in the quote currency, volumes in units (not millions); ``spread`` is the ask's close minus
    the bid's. Where a feed has one side only, the other side's prices and the spread are NaN. Candles of a day are days
    of UTC, not trading days."""

    TICK = "tick"
    MINUTE = "1m"
    HOUR = "1h"
    DAY = "1d"

    @classmethod
    def parse(cls, text: str) -> Kind:
        """From ``tick``, ``ticks``, ``1m``, ``1h`` or ``1d``; UsageError for anything else."""
        plain = text.strip().lower().removesuffix("s")
        for kind in cls:
            if kind.value == plain:
                return kind
        names = [kind.value for kind in cls]
        raise UsageError(f"unknown kind of data {text!r}", hint=unknown_name_hint(plain, names))

    @property
    def timeframe(self) -> Timeframe | None:
        """Length of a candle; None for ticks."""
        return None if self is Kind.TICK else Timeframe.parse(self.value)

    @property
    def columns(self) -> tuple[str, ...]:
        """Names of the columns in order, ``time`` first."""
        return TICK_COLUMNS if self is Kind.TICK else CANDLE_COLUMNS

    def prices(self, side: str) -> tuple[str, ...]:
        """Names of the price columns of ``bid`` or ``ask``."""
        return (side,) if self is Kind.TICK else tuple(f"{side}_{price}" for price in PRICES)


def empty(kind: Kind) -> Columns:
    """Columns of a kind without a row."""
    return {name: np.zeros(0, dtype=column_type(name)) for name in kind.columns}


def column_type(name: str) -> type[np.int64] | type[np.float64]:
    """int64 for ``time``, float64 for every other column."""
    return np.int64 if name == "time" else np.float64


def count(columns: Columns | None) -> int:
    """Rows of columns; 0 for None."""
    return 0 if columns is None else len(columns["time"])
