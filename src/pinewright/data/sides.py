"""Which side of the market a file's prices are, and how wide its spread is: by columns, file name and tick grid."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from pinewright.data.checks import check_numbers, check_ohlc, check_prices
from pinewright.data.columns import PRICES, plain_name
from pinewright.data.quality import off_grid_share
from pinewright.data.tables import Table
from pinewright.errors import DataFormatError
from pinewright.market import FloatArray, Side, Symbol

_Prices = tuple[FloatArray, FloatArray, FloatArray, FloatArray]


@dataclass(frozen=True)
class Quotes:
    """Open, high, low, close [N] of one side, ask minus bid [N] in price units, and how both were known."""

    prices: _Prices
    side: Side
    reason: str
    spread: FloatArray | None
    spread_unit: str | None


def read_quotes(table: Table, symbol: Symbol, side: Side | None, *, strict: bool = True) -> Quotes:
    """The prices of a table of bars on the asked side; bid where the file has both and nothing was asked.

    DataFormatError when the file shows that it holds another side; where ``strict``, DataQualityError for impossible
    prices.
    """
    two_sided = table.layout.has("bid_close", "ask_close")
    quotes = _two_sided(table, side, strict) if two_sided else _one_sided(table, symbol, side, strict)
    if quotes.spread is not None and strict:
        check_numbers({"spread": quotes.spread}, str(table.path), table.place)
    return quotes


def _columns(table: Table, strict: bool, prefix: str = "") -> _Prices:
    found = {f"{prefix}{price}": table.numbers(f"{prefix}{price}") for price in PRICES}
    columns = {name: column for name, column in found.items() if column is not None}
    open_, high, low, close = columns.values()
    if strict:
        check_prices(columns, str(table.path), table.place)
        check_ohlc((open_, high, low, close), str(table.path), table.place, prefix.replace("_", " "))
    return open_, high, low, close


def _two_sided(table: Table, side: Side | None, strict: bool) -> Quotes:
    bid, ask = _columns(table, strict, "bid_"), _columns(table, strict, "ask_")
    mid = tuple((low + high) / 2 for low, high in zip(bid, ask, strict=True))
    prices = {Side.BID: bid, Side.ASK: ask, Side.MID: (mid[0], mid[1], mid[2], mid[3])}[side or Side.BID]
    reason = "as asked" if side else "of bid and ask columns"
    return Quotes(prices, side or Side.BID, reason, ask[3] - bid[3], "price")


def _one_sided(table: Table, symbol: Symbol, side: Side | None, strict: bool) -> Quotes:
    prices = _columns(table, strict)
    found, reason = _guess_side(table, symbol, prices)
    if side is not None and found is not None and side is not found:
        raise DataFormatError(
            f"holds {found.value} prices ({reason}), not {side.value}",
            where=str(table.path),
            hint=f"ask for {found.value}, or bring a file with bid and ask columns",
        )
    if side is not None and found is None:
        reason = "as asked"
    elif found is None:
        reason = "assumed"
    spread, unit = _spread(table, symbol)
    return Quotes(prices, side or found or Side.BID, reason, spread, unit)


def _guess_side(table: Table, symbol: Symbol, prices: _Prices) -> tuple[Side | None, str]:
    """Evidence for a side, the strongest first: an open of both sides, the tick grid, the file's name."""
    bid, ask = table.numbers("bid_open"), table.numbers("ask_open")
    if bid is not None and ask is not None:
        for side, column in ((Side.MID, (bid + ask) / 2), (Side.BID, bid), (Side.ASK, ask)):
            if np.mean(np.abs(prices[0] - column) < 1e-3 * symbol.mintick) > 0.95:
                return side, f"its open is the {side.value} of the bid and ask beside it"
    close = prices[3]
    half = off_grid_share(close, symbol.mintick / 2)
    if half < 0.01 and 0.2 < off_grid_share(close, symbol.mintick) < 0.8:
        return Side.MID, "half of its closes lie between two ticks"
    words = set(re.split(r"[^a-z]+", table.path.stem.lower()))
    named = [side for side in Side if side.value in words]
    return (named[0], "the file's name") if len(named) == 1 else (None, "assumed")


def _spread(table: Table, symbol: Symbol) -> tuple[FloatArray | None, str | None]:
    """The spread column in price units, and the unit it was written in.

    MetaTrader writes points (its headers stand in angle brackets); a name may say points or pips; whole numbers wider
    than half a percent of the price cannot be prices either and are points.
    """
    column, name = table.numbers("spread"), table.layout.column("spread")
    if column is None or name is None:
        return None, None
    words = plain_name(name)
    close = table.numbers("close")
    whole = bool(np.all(column == np.rint(column)))
    wide = close is not None and float(np.median(column)) > 0.005 * float(np.median(close))
    if "pip" in words:
        return column * symbol.pip, "pips"
    if name.strip().startswith("<") or "point" in words or (whole and wide):
        return column * symbol.mintick, "points"
    return column, "price"
