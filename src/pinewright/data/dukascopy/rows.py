"""What both decoders hand out and check: rows of one payload in columns, candles of both sides joined."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.data.dukascopy.requests import Request
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.zones import iso_text
from pinewright.errors import DataFormatError
from pinewright.market import FloatArray, IntArray

MILLION: Final = 1e6
LARGEST_UNITS: Final = 2**53  # integers up to here are exact as float64
SCALE_JUMP: Final = 3.0
BROKEN_HINT: Final = "the payload is broken or not Dukascopy's: it is fetched again, from the other transport too"
_FEW: Final = 5

# Prices in price steps, as a payload has them: one row a name, one column a tick or candle.
Units = npt.NDArray[np.int64] | npt.NDArray[np.uint32]
TICK_PRICES: Final = ("ask", "bid")
CANDLE_PRICES: Final = ("open", "high", "low", "close")
SIDE_COLUMNS: Final = ("time", *CANDLE_PRICES, "volume")


def broken(request: Request, what: str, hint: str = BROKEN_HINT) -> DataFormatError:
    """The error for a payload that says something no payload may say."""
    return DataFormatError(what, where=request.text, hint=hint)


def tick_columns(request: Request, offsets: Units, prices: Units, volumes: FloatArray) -> Columns:
    """Columns of ``Kind.TICK`` [T], checked: times inside the period and not falling, prices and volumes possible.

    offsets [T] in ms from the start of the period; prices [2, T] in price steps and volumes [2, T] in units, the ask
    first.
    """
    check_offsets(request, offsets, strictly=False)
    time = offsets.astype(np.int64)
    time += request.start
    check_units(request, time, TICK_PRICES, prices)
    check_volumes(request, time, volumes)
    columns = prices.astype(np.float64)
    columns /= request.scale
    ask, bid = columns
    return {"time": time, "bid": bid, "ask": ask, "bid_volume": volumes[1], "ask_volume": volumes[0]}


def side_columns(request: Request, offsets: IntArray, prices: Units, volume: FloatArray) -> Columns:
    """Columns time, open, high, low, close, volume [N] of one side, checked: also that high and low hold the others.

    offsets [N] in ms from the start of the period; prices [4, N] in price steps, in the order of ``CANDLE_PRICES``;
    volume [N] in units.
    """
    if len(offsets) == 0:
        return no_rows(request.kind)
    check_offsets(request, offsets, strictly=True)
    time = offsets + request.start
    off = np.flatnonzero(offsets % request.step)
    if len(off):
        raise broken(request, f"a candle of {request.kind.value} at {iso_text(int(time[off[0]]))}")
    check_units(request, time, CANDLE_PRICES, prices)
    wrong = np.flatnonzero((prices[1] < prices.max(axis=0)) | (prices[2] > prices.min(axis=0)))
    if len(wrong):
        row = int(wrong[0])
        numbers = ", ".join(f"{value / request.scale:g}" for value in prices[:, row].tolist())
        raise broken(
            request,
            f"{len(wrong):,} candles whose high and low do not hold open and close, "
            f"the first at {iso_text(int(time[row]))} (open, high, low, close: {numbers})",
        )
    check_volumes(request, time, volume[None])
    columns: Columns = {"time": time}
    columns.update(zip(CANDLE_PRICES, prices / request.scale, strict=True))
    columns["volume"] = volume
    return columns


def check_offsets(request: Request, offsets: Units, *, strictly: bool) -> None:
    """DataFormatError unless times [N], in ms from the start of the period, rise (``strictly`` or not) inside it."""
    back = offsets[1:] <= offsets[:-1] if strictly else offsets[1:] < offsets[:-1]
    if back.any():
        row = int(back.argmax())
        first, second = (iso_text(request.start + int(offset)) for offset in offsets[row : row + 2])
        raise broken(request, f"times that do not rise: row {row + 2:,} at {second} after {first}")
    first_one, last_one = int(offsets[0]), int(offsets[-1])
    if first_one < 0 or last_one >= request.end - request.start:
        wrong = iso_text(request.start + (first_one if first_one < 0 else last_one))
        raise broken(request, f"a row at {wrong}, outside its period, which ends {iso_text(request.end)}")


def check_units(request: Request, time: IntArray, names: tuple[str, ...], prices: Units) -> None:
    """DataFormatError unless all prices [K, N], in price steps, are positive, exact as float64 and of one scale.

    Within an hour of ticks or a day of minutes no price is three times the middle one or a third of it; in the months
    and years of longer candles that may be.
    """
    low, high = int(prices.min()), int(prices.max())
    if low <= 0 or high >= LARGEST_UNITS:
        place = int(prices.argmin() if low <= 0 else prices.argmax())
        name, stamp = _place(names, time, place)
        raise broken(request, f"{name} of {int(prices.flat[place]):,} price steps at {stamp}")
    if request.kind in (Kind.TICK, Kind.MINUTE) and high > SCALE_JUMP * low:
        middle = float(np.median(prices))
        far = np.flatnonzero((prices > SCALE_JUMP * middle) | (prices * SCALE_JUMP < middle))
        if len(far):
            name, stamp = _place(names, time, int(far[0]))
            told = f"{name} of {int(prices.flat[far[0]]) / request.scale:g} at {stamp}"
            raise wrong_scale(request, f"{told}, where the middle price is {middle / request.scale:g}")


def _place(names: tuple[str, ...], time: IntArray, place: int) -> tuple[str, str]:
    """Name and time of an element of [K, N] by its number."""
    return names[place // len(time)], iso_text(int(time[place % len(time)]))


def wrong_scale(request: Request, what: str) -> DataFormatError:
    """The error for prices that lie too far apart to be of one scale."""
    return broken(
        request,
        f"wrong scale: {what}",
        f"prices have {request.instrument.decimals} decimals by what is known of {request.instrument.code}; "
        "fetch its metadata again",
    )


def check_volumes(request: Request, time: IntArray, volumes: FloatArray) -> None:
    """DataFormatError unless all volumes [K, N] are finite and not negative."""
    low, high = float(volumes.min()), float(volumes.max())
    if not (low >= 0.0 and high < np.inf):  # NaN fails the first comparison
        place = int(np.flatnonzero(~((volumes >= 0.0) & np.isfinite(volumes)))[0])
        stamp = iso_text(int(time[place % len(time)]))
        raise broken(request, f"volume of {float(volumes.flat[place]):g} at {stamp}")


def join_sides(bid: Columns, ask: Columns) -> tuple[Columns, int]:
    """Candles of both sides from those of each, and how many stamps only one side has: those are left out.

    The columns are those of a candle's ``Kind``; ``spread`` [N] is the ask's close minus the bid's, of 10 decimals.
    """
    time, left, right = np.intersect1d(bid["time"], ask["time"], assume_unique=True, return_indices=True)
    columns: Columns = {"time": time}
    for name, side, rows in (("bid", bid, left), ("ask", ask, right)):
        columns.update({f"{name}_{price}": side[price][rows] for price in CANDLE_PRICES})
    columns["bid_volume"], columns["ask_volume"] = bid["volume"][left], ask["volume"][right]
    close: FloatArray = columns["ask_close"].astype(np.float64) - columns["bid_close"].astype(np.float64)
    columns["spread"] = np.round(close, 10)
    return columns, len(bid["time"]) + len(ask["time"]) - 2 * len(time)


def check_scale(columns: Columns, request: Request, neighbour_price: float | None = None) -> None:
    """DataFormatError "wrong scale" where prices lie more than three times apart.

    Compared are bid and ask, the halves of the payload on both sides of a jump, and the payload with the price of a
    neighbour (the nearest row before or after it, or a median; None: there is none). One stray tick is no wrong scale:
    medians of a few rows are compared.
    """
    prices = _side_prices(columns)
    if not prices or len(prices[0]) == 0:
        return
    if len(prices) == 2:
        _compare(request, float(np.median(prices[0])), float(np.median(prices[1])), "bid and ask")
    price = prices[0]
    levels = [float(np.median(part)) for part in (price[:_FEW], price, price[-_FEW:])]
    for row in np.flatnonzero(np.abs(np.diff(np.log(price))) > np.log(SCALE_JUMP)).tolist():
        before, after = price[max(0, row + 1 - _FEW) : row + 1], price[row + 1 : row + 1 + _FEW]
        if min(len(before), len(after)) > _FEW // 2 or len(price) <= _FEW:
            stamp = iso_text(int(columns["time"][row + 1]))
            _compare(request, float(np.median(before)), float(np.median(after)), f"before and after {stamp}")
    if neighbour_price is not None:
        _compare(request, min(max(neighbour_price, min(levels)), max(levels)), neighbour_price, "here and beside it")


def _side_prices(columns: Columns) -> list[FloatArray]:
    for names in (("bid", "ask"), ("bid_close", "ask_close"), ("close",)):
        if names[0] in columns:
            return [columns[name].astype(np.float64) for name in names]
    return []


def _compare(request: Request, first: float, second: float, what: str) -> None:
    if not 1 / SCALE_JUMP <= first / second <= SCALE_JUMP:
        told = f"prices of {first:g} and {second:g} {what}, more than {SCALE_JUMP:g} times apart"
        raise wrong_scale(request, told)


def no_rows(kind: Kind) -> Columns:
    """Columns of a payload without a row: of a tick payload, or of one side of candles."""
    names = kind.columns if kind is Kind.TICK else SIDE_COLUMNS
    return {name: np.zeros(0, dtype=np.int64 if name == "time" else np.float64) for name in names}
