"""Payloads as Dukascopy writes them, from columns: bi5 files and jetta's JSON. Written apart from the decoders."""

from __future__ import annotations

import json
import lzma
import struct
from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.data.dukascopy.instruments import Instrument
from pinewright.data.dukascopy.requests import Request
from pinewright.data.store.kinds import Columns

_FILTERS: Final = [{"id": lzma.FILTER_LZMA1, "preset": 1, "dict_size": 4 << 20}]  # preset 1: fast, as bodies are many
_PERIOD_NAMES: Final = ("TICK", "MINUTE", "HOUR", "DAY")
_WEEK: Final = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")


def bi5_ticks(columns: Columns, request: Request) -> bytes:
    """An hour of ticks (columns of ``Kind.TICK``, volumes in units) as a bi5 file; b"" without a tick."""
    if len(columns["time"]) == 0:
        return b""
    records = np.zeros(len(columns["time"]), dtype=">u4,>u4,>u4,>f4,>f4")
    records["f0"] = columns["time"].astype(np.int64) - request.start
    records["f1"] = _units(columns["ask"], request)
    records["f2"] = _units(columns["bid"], request)
    records["f3"] = columns["ask_volume"].astype(np.float64) / 1e6
    records["f4"] = columns["bid_volume"].astype(np.float64) / 1e6
    return pack(records.tobytes())


def bi5_candles(columns: Columns, request: Request, *, fill: bool = True) -> bytes:
    """Candles of one side (time, open, high, low, close, volume in units) as a bi5 file.

    ``fill`` puts a flat candle of volume 0 at every step without a quote, as Dukascopy does.
    """
    time = columns["time"].astype(np.int64)
    if len(time) == 0:
        return b""
    seconds = np.arange(0, request.end - request.start, request.step) if fill else time - request.start
    records = np.zeros(len(seconds), dtype=">u4,>u4,>u4,>u4,>u4,>f4")
    records["f0"] = seconds // 1000
    last = np.maximum(np.searchsorted(time - request.start, seconds, side="right") - 1, 0)
    traded = (time - request.start)[last] == seconds
    close = _units(columns["close"], request)[last]
    for field, name in (("f1", "open"), ("f2", "close"), ("f3", "low"), ("f4", "high")):
        records[field] = np.where(traded, _units(columns[name], request)[last], close)
    records["f5"] = np.where(traded, columns["volume"].astype(np.float64)[last] / 1e6, 0.0)
    return pack(records.tobytes())


def pack(content: bytes) -> bytes:
    """LZMA-alone with the size of the content in its header, as Dukascopy's files have it."""
    body = with_size(lzma.compress(content, format=lzma.FORMAT_ALONE, filters=_FILTERS), len(content))
    decompressor = lzma.LZMADecompressor(lzma.FORMAT_ALONE)
    decompressor.decompress(body)
    # Python's encoder writes an end mark, which stands behind the end where a header tells the size.
    return body[: len(body) - len(decompressor.unused_data)]


def with_size(body: bytes, size: int) -> bytes:
    """LZMA-alone whose header tells that size, true or not."""
    return body[:5] + struct.pack("<Q", size) + body[13:]


def jetta_ticks(columns: Columns, request: Request) -> bytes:
    """An hour of ticks as jetta's JSON."""
    time = columns["time"].astype(np.int64)
    payload: dict[str, object] = {"timestamp": request.start, "multiplier": 1 / request.scale}
    for side in ("ask", "bid"):
        units = _units(columns[side], request)
        payload[side] = int(units[0]) / request.scale if len(units) else None
        payload[f"{side}s"] = np.diff(units, prepend=units[:1]).tolist()
        payload[f"{side}Volumes"] = columns[f"{side}_volume"].tolist()
    payload["times"] = np.diff(time, prepend=request.start).tolist()
    return _json(payload)


def jetta_candles(columns: Columns, request: Request) -> bytes:
    """Candles of one side as jetta's JSON: minutes without a quote are left out, volumes in millions."""
    time = columns["time"].astype(np.int64)
    payload: dict[str, object] = {"timestamp": request.start, "multiplier": 1 / request.scale, "shift": request.step}
    for name in ("open", "high", "low", "close"):
        units = _units(columns[name], request)
        payload[name] = int(units[0]) / request.scale if len(units) else None
        payload[f"{name}s"] = np.diff(units, prepend=units[:1]).tolist()
    payload["times"] = (np.diff(time, prepend=request.start) // request.step).tolist()
    payload["volumes"] = (columns["volume"].astype(np.float64) / 1e6).round(9).tolist()
    return _json(payload)


def metadata(instrument: Instrument) -> bytes:
    """What jetta answers to ``/v1/instruments/CODE``."""
    schedule = _always() if instrument.round_the_clock else _forex_week()
    start = instrument.history_start or 1_262_304_000_000
    return _json(
        {
            "name": instrument.code.replace("-", "/"),
            "code": instrument.code,
            "pipValue": instrument.pip,
            "priceScale": instrument.decimals,
            "description": instrument.description,
            "platformGroupId": "CRYPTO_CURR" if instrument.round_the_clock else "FX_MAJOR",
            "defaultTimezone": "UTC" if instrument.round_the_clock else "America/New_York",
            "holidays": [{"from": first, "till": end} for first, end in instrument.holidays],
            "tradeSchedule": [{"id": "ALL", "from": 0, "to": None, "sessions": schedule}],
            "histories": [{"period": name, "from": start} for name in _PERIOD_NAMES],
        }
    )


def _forex_week() -> dict[str, list[dict[str, object]]]:
    session = {"start": "17:00:00", "previousDayStart": True, "end": "17:00:00", "previousDayEnd": False}
    return {day: [session] for day in _WEEK[:5]}


def _always() -> dict[str, list[dict[str, object]]]:
    session = {"start": "00:00:00", "previousDayStart": True, "end": "00:00:00", "previousDayEnd": False}
    return {day: [session] for day in _WEEK}


def _units(prices: npt.NDArray[np.generic], request: Request) -> npt.NDArray[np.int64]:
    units: npt.NDArray[np.int64] = np.rint(prices.astype(np.float64) * request.scale).astype(np.int64)
    return units


def _json(payload: object) -> bytes:
    return json.dumps(payload, separators=(",", ":")).encode()
