"""The new container: JSON whose columns are deltas, summed up on an anchor price and an anchor time."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.data.dukascopy.requests import Request
from pinewright.data.dukascopy.rows import (
    CANDLE_PRICES,
    MILLION,
    TICK_PRICES,
    broken,
    no_rows,
    side_columns,
    tick_columns,
)
from pinewright.data.store.kinds import Columns
from pinewright.market import FloatArray, IntArray

MOST_ROWS: Final = 4_000_000
LARGEST_DELTA: Final = 2**36  # of a step; a year of ms fits, and four million of them fit into 64 bits
LARGEST_VOLUME: Final = 1e15
_LATEST: Final = 4_102_444_800_000  # 2100
_TICK_NAMES: Final = ("times", "asks", "bids", "askVolumes", "bidVolumes")
_CANDLE_NAMES: Final = ("times", "opens", "highs", "lows", "closes", "volumes")


def decode_ticks(body: bytes, request: Request) -> Columns:
    """Ticks [T] of an hour: time int64 ms UTC, bid and ask, bid_volume and ask_volume in units (as jetta writes them).

    DataFormatError says what is wrong with a payload, an empty body included: jetta writes empty lists.
    """
    payload = _payload(body, request)
    rows = _rows(payload, request, _TICK_NAMES)
    if rows == 0:
        return no_rows(request.kind)
    return tick_columns(
        request,
        _offsets(payload, request, _integer(payload, request, "shift") if "shift" in payload else 1),
        _prices(payload, request, TICK_PRICES),
        np.stack([_floats(payload, request, name) for name in ("askVolumes", "bidVolumes")]),
    )


def decode_candles(body: bytes, request: Request) -> Columns:
    """Candles [N] of one side: time int64 ms UTC (open), open, high, low, close, volume in units (jetta writes
    millions). DataFormatError says what is wrong with a payload.
    """
    payload = _payload(body, request)
    rows = _rows(payload, request, _CANDLE_NAMES)
    shift = _integer(payload, request, "shift")
    if shift != request.step:
        raise broken(request, f"candles of {shift:,} ms, not of {request.step:,}")
    if rows == 0:
        return no_rows(request.kind)
    return side_columns(
        request,
        _offsets(payload, request, shift),
        _prices(payload, request, CANDLE_PRICES),
        # Millions are written with six decimals; the product is a unit's last digits away from a whole one.
        np.round(_floats(payload, request, "volumes") * MILLION, 3),
    )


def _payload(body: bytes, request: Request) -> Mapping[str, object]:
    import orjson

    if not body:
        raise broken(request, "an empty body; jetta writes empty lists for a closed market")
    try:
        payload = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        start = body[:12].decode("latin-1")
        what = "truncated JSON" if start.startswith("{") else f"not JSON, it begins with {start!r}"
        raise broken(request, f"{what}: {error}") from None
    if not isinstance(payload, dict):
        raise broken(request, f"JSON, but {type(payload).__name__} and no object")
    return payload


def _rows(payload: Mapping[str, object], request: Request, names: tuple[str, ...]) -> int:
    """Length of the columns, which must be lists of one length."""
    sizes = {}
    for name in names:
        column = payload.get(name)
        if not isinstance(column, list):
            raise broken(request, f"no list {name!r}")
        sizes[name] = len(column)
    if len(set(sizes.values())) > 1:
        told = ", ".join(f"{name} {size:,}" for name, size in sizes.items())
        raise broken(request, f"columns of different lengths: {told}")
    if sizes[names[0]] > MOST_ROWS:
        raise broken(request, f"{sizes[names[0]]:,} rows, more than a period can hold")
    return sizes[names[0]]


def _integer(payload: Mapping[str, object], request: Request, name: str) -> int:
    value = payload.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < _LATEST:
        raise broken(request, f"{name} is {value!r}")
    return value


def _number(payload: Mapping[str, object], request: Request, name: str) -> float:
    value = payload.get(name)
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0.0 < value < 1e15:
        raise broken(request, f"{name} is {value!r}")
    return float(value)


def _deltas(payload: Mapping[str, object], request: Request, name: str) -> IntArray:
    """A column of deltas [N] as int64; ``struct`` refuses what is no integer, which numpy would cut off."""
    column = _column(payload, name)
    try:
        found: IntArray = np.frombuffer(struct.pack(f"{len(column)}q", *column), dtype=np.int64)
    except (TypeError, OverflowError, struct.error) as error:
        raise broken(request, f"{name} holds what is no integer: {error}") from None
    if int(found.max()) > LARGEST_DELTA or int(found.min()) < -LARGEST_DELTA:
        raise broken(request, f"{name} holds a step of {int(found[np.argmax(np.abs(found))]):,}")
    return found


def _column(payload: Mapping[str, object], name: str) -> list[int]:
    column = payload[name]
    assert isinstance(column, list)
    return column


def _floats(payload: Mapping[str, object], request: Request, name: str) -> FloatArray:
    column = _column(payload, name)
    try:
        found: FloatArray = np.frombuffer(struct.pack(f"{len(column)}d", *column), dtype=np.float64)
    except (TypeError, OverflowError, struct.error) as error:
        raise broken(request, f"{name} holds what is no number: {error}") from None
    if float(found.max()) > LARGEST_VOLUME:
        raise broken(request, f"{name} holds {float(found.max()):g}")
    return found


def _offsets(payload: Mapping[str, object], request: Request, shift: int) -> IntArray:
    """Times [N] in ms from the start of the period: the anchor and the sum of the steps, each ``shift`` long."""
    start = _integer(payload, request, "timestamp")
    steps = _deltas(payload, request, "times")
    if shift > 1 and int(steps.max()) > LARGEST_DELTA // shift:
        raise broken(request, f"times holds a step of {int(steps.max()):,} candles")
    found: IntArray = np.cumsum(steps)
    if shift > 1:
        found *= shift
    found += start - request.start
    return found


def _prices(payload: Mapping[str, object], request: Request, names: tuple[str, ...]) -> npt.NDArray[np.int64]:
    """Prices [K, N] in price steps: the anchors, which lie on the grid, and the sums of the deltas."""
    multiplier = _number(payload, request, "multiplier")
    decimals = request.instrument.decimals
    if abs(multiplier * request.scale - 1.0) > 1e-6:
        raise broken(
            request,
            f"wrong scale: price steps of {multiplier:g}, where {request.instrument.code} has {decimals} decimals",
            "fetch the metadata of the instrument again",
        )
    found = np.stack([_deltas(payload, request, f"{name}s") for name in names])
    np.cumsum(found, axis=1, out=found)
    for row, name in zip(found, names, strict=True):
        anchor = _number(payload, request, name) * request.scale
        if abs(anchor - round(anchor)) > 1e-3:
            raise broken(request, f"{name} is {payload.get(name)!r}, off the grid of {decimals} decimals")
        row += round(anchor)
    return found
