"""The old container: LZMA-alone around big-endian records of 20 bytes (tick) or 24 bytes (candle)."""

from __future__ import annotations

import lzma
from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.data.dukascopy.requests import Request
from pinewright.data.dukascopy.rows import MILLION, broken, check_offsets, no_rows, side_columns, tick_columns
from pinewright.data.store.kinds import Columns
from pinewright.market import FloatArray

TICK_BYTES: Final = 20  # u32 ms in the hour, u32 ask, u32 bid, f32 ask volume, f32 bid volume
CANDLE_BYTES: Final = 24  # u32 s in the period, u32 open, close, low, high, f32 volume
HEADER_BYTES: Final = 13  # properties, dictionary size, size of the content
MOST_TICKS: Final = 4_000_000  # an hour; the busiest hours of the market have some 100,000
_FILE_ORDER: Final = [1, 4, 3, 2]  # where a record has open, high, low, close
_HUNDRED: Final = np.float32(100)
_EXACT: Final = 2.0**24  # up to here float32 has all whole numbers
_PROPERTIES: Final = 0x5D
_UNKNOWN_SIZE: Final = 2**64 - 1
# By the exponent of a float32 of millions: the power of ten, in units, that its last bit still tells apart, as what to
# multiply with (parts of a unit) and what to divide by (tens of units).
_POWER: Final = np.ceil(np.log10(np.ldexp(MILLION, np.arange(256) - 150)) - 1e-12)
_FINER: Final = 10.0 ** np.maximum(0, -_POWER)
_COARSER: Final = 10.0 ** np.maximum(0, _POWER)
_MEMORY: Final = 64 << 20  # Dukascopy's dictionaries are of 4 MiB; a broken header may ask for 4 GiB


def decode_ticks(body: bytes, request: Request) -> Columns:
    """Ticks [T] of an hour: time int64 ms UTC, bid and ask, bid_volume and ask_volume in units (the file's millions
    times 1e6; of crypto they are whole units, where jetta has 1.48). An empty body is an hour without ticks.
    DataFormatError says what is wrong with any other payload.
    """
    fields = _fields(body, request, TICK_BYTES, MOST_TICKS)
    if fields.size == 0:
        return no_rows(request.kind)
    volumes = units_of_millions(fields[3:].view(np.float32))
    return tick_columns(request, fields[0], fields[1:3], volumes)


def decode_candles(body: bytes, request: Request) -> Columns:
    """Candles [N] of one side: time int64 ms UTC (open), open, high, low, close, volume in units (millions times 1e6).

    The file has a flat candle of volume 0 for every step without a quote; they are left out, as jetta leaves them out.
    DataFormatError says what is wrong with a payload.
    """
    fields = _fields(body, request, CANDLE_BYTES, (request.end - request.start) // request.step)
    if fields.size == 0:
        return no_rows(request.kind)
    offsets = fields[0].astype(np.int64) * 1000
    check_offsets(request, offsets, strictly=True)
    volume = fields[5].view(np.float32)
    traded = (volume != 0.0) | (fields[1:5] != fields[1]).any(axis=0)
    fields, volumes = fields[:, traded], units_of_millions(volume[traded])
    return side_columns(request, offsets[traded], fields[_FILE_ORDER], volumes)


def units_of_millions(millions: npt.NDArray[np.float32]) -> FloatArray:
    """Volumes in units [...] of the float32 millions of a file, as the decimal numbers that these stand for.

    0.13 million is 130,000, though the float32 beside it is 0.12999999523. Where all are hundredths of a million (most
    hours), these are taken; else each product is rounded to the finest power of ten that float32 can tell apart there,
    which are seven digits or eight.
    """
    with np.errstate(invalid="ignore", over="ignore"):  # what is no number is told by the checks
        hundredths = millions * _HUNDRED
        np.rint(hundredths, out=hundredths)
        if float(hundredths.max(initial=0.0)) < _EXACT and (hundredths / _HUNDRED == millions).all():
            units: FloatArray = hundredths.astype(np.float64)
            units *= MILLION / 100
            return units
        binade = (millions.view(np.uint32) >> 23) & 0xFF
        finer, coarser = _FINER[binade], _COARSER[binade]
        found: FloatArray = np.rint(millions.astype(np.float64) * MILLION * finer / coarser) * coarser / finer
        return found


def _fields(body: bytes, request: Request, record: int, most: int) -> npt.NDArray[np.uint32]:
    """Columns [record / 4, N] of a payload in native order, each contiguous: twice as fast to work with as strided."""
    content = np.frombuffer(_content(body, request, record, most), dtype=">u4")
    return np.ascontiguousarray(content.astype(np.uint32).reshape(-1, record // 4).T)


def _content(body: bytes, request: Request, record: int, most: int) -> bytes:
    """The records of a payload; b"" for an empty one. Memory is bounded by what a period can hold at most."""
    if not body:
        return b""
    if body[0] != _PROPERTIES or len(body) < HEADER_BYTES:
        start = body[:12].decode("latin-1")
        raise broken(request, f"not LZMA: {len(body):,} bytes that begin with {start!r}")
    size = int.from_bytes(body[5:HEADER_BYTES], "little")
    limit = record * most
    if size != _UNKNOWN_SIZE and (size % record or size > limit):
        raise broken(request, f"a content of {size:,} bytes, not whole records of {record} bytes, at most {most:,}")
    decompressor = lzma.LZMADecompressor(lzma.FORMAT_ALONE, memlimit=_MEMORY)
    try:
        content = decompressor.decompress(body, max_length=limit + 1)
    except (lzma.LZMAError, EOFError) as error:
        raise broken(request, f"broken LZMA: {error}") from None
    if len(content) > limit:
        raise broken(request, f"more than {most:,} records")
    if not decompressor.eof or (size != _UNKNOWN_SIZE and len(content) != size):
        told = "" if size == _UNKNOWN_SIZE else f" of {size:,}"
        raise broken(request, f"truncated: {len(content):,} bytes{told} came out of {len(body):,}")
    if decompressor.unused_data:
        raise broken(request, f"{len(decompressor.unused_data):,} bytes behind the end of the content")
    if len(content) % record:
        raise broken(request, f"a content of {len(content):,} bytes, not whole records of {record} bytes")
    return content
