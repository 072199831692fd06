"""A page of OANDA's candles as columns.

    {"instrument": "EUR_USD", "granularity": "M1", "candles": [{"complete": true, "volume": 12,
     "time": "2025-06-02T00:00:00.000000000Z", "bid": {"o": "1.1", "h": ..., "l": ..., "c": ...}, "ask": {...}}, ...]}

A minute without a price has no candle. Volume is the number of prices.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from pinewright.data.checks import check_ohlc, check_order, check_prices
from pinewright.data.store.kinds import PRICES, Columns, Kind
from pinewright.errors import DataFormatError
from pinewright.market import BoolArray, FloatArray, IntArray

GRANULARITIES: Final = {Kind.MINUTE: "M1", Kind.HOUR: "H1", Kind.DAY: "D"}
_LETTERS: Final = {name: name[0] for name in PRICES}


@dataclass(frozen=True)
class Page:
    """One answer: time [N] ms UTC of its candles; whole [N]: has the candle ended; prices [N] from ``bid_open`` to
    ``ask_close``; volume [N]: prices seen."""

    time: IntArray
    whole: BoolArray
    prices: dict[str, FloatArray]
    volume: FloatArray


def read_page(body: bytes, instrument: str, granularity: str, where: str) -> Page:
    """Decode an answer. DataFormatError for what is no answer to the question, DataQualityError for times that do not
    rise and prices that no market can have made."""
    import orjson

    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise DataFormatError(f"the answer is not JSON: {error}", where=where) from None
    candles = found.get("candles") if isinstance(found, dict) else None
    if not isinstance(candles, list):
        raise DataFormatError("the answer holds no candles", where=where)
    told = (found.get("instrument"), found.get("granularity"))
    if told != (instrument, granularity):
        raise DataFormatError(f"the answer is of {told[0]} {told[1]}, not {instrument} {granularity}", where=where)
    try:
        page = _columns(candles)
    except (KeyError, TypeError, ValueError) as error:
        what = f"a candle without {error}" if isinstance(error, KeyError) else f"a candle that cannot be read: {error}"
        raise DataFormatError(what, where=where) from None
    check_order(page.time, where, _place)
    check_prices(page.prices, where, _place)
    for side in ("bid", "ask"):
        open_, high, low, close = (page.prices[f"{side}_{name}"] for name in PRICES)
        check_ohlc((open_, high, low, close), where, _place, f"{side} ")
    return page


def _place(row: int) -> str:
    return f"candle {row + 1}"


def _columns(candles: list[dict[str, Any]]) -> Page:
    stamps = [_utc(candle["time"]) for candle in candles]
    prices = {
        f"{side}_{name}": np.array([candle[side][letter] for candle in candles], dtype=np.float64)
        for side in ("bid", "ask")
        for name, letter in _LETTERS.items()
    }
    whole = np.array([candle["complete"] is True for candle in candles], dtype=np.bool_)
    volume = np.array([candle["volume"] for candle in candles], dtype=np.float64)
    time = np.array(stamps, dtype="datetime64[ms]").astype(np.int64)
    return Page(time, whole, prices, volume)


def _utc(text: str) -> str:
    if not text.endswith("Z"):
        raise ValueError(f"{text!r} is no time of UTC")
    return text[:-1]


def as_columns(page: Page, kind: Kind) -> Columns:
    """The whole candles of a page in the store's columns; both sides have the same volume, since OANDA tells one."""
    found: Columns = {"time": page.time, **page.prices, "bid_volume": page.volume, "ask_volume": page.volume}
    found["spread"] = page.prices["ask_close"] - page.prices["bid_close"]
    return {name: found[name][page.whole] for name in kind.columns}
