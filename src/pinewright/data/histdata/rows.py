"""HistData's text as columns, read strictly: a line that is not whole is named with its number.

    20180101 170000;1.200370;1.201000;1.200370;1.201000;0     a minute: stamp of its open; bid open, high, low, close
    20180101 170000123,1.200370,1.200480,0                    a tick: bid, ask

The last figure is the volume, always 0.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.data.checks import Place, check_ohlc, check_order, check_prices
from pinewright.data.histdata.archives import Payload
from pinewright.data.histdata.clock import histdata_to_utc
from pinewright.data.histdata.names import HistDataFile
from pinewright.errors import DataFormatError
from pinewright.market import FloatArray, IntArray

_NUMBER: Final = rb"\d+(\.\d+)?([eE][+-]?\d+)?"
_HINT: Final = "download the file again, or remove the line"


@dataclass(frozen=True)
class _Layout:
    """How a line is written: separator, columns behind the stamp, the stamp's pattern and length, and the example."""

    separator: str
    columns: tuple[str, ...]
    stamp: str
    width: int
    example: str


_BARS: Final = _Layout(
    ";",
    ("open", "high", "low", "close", "volume"),
    "%Y%m%d %H%M%S",
    15,
    "20180101 170000;1.20037;1.20100;1.20037;1.20100;0",
)
_TICKS: Final = _Layout(",", ("bid", "ask", "volume"), "%Y%m%d %H%M%S%3f", 18, "20180101 170000123,1.20037,1.20048,0")


@dataclass(frozen=True)
class Rows:
    """The rows of one file: time [N] UTC ms, and float64 [N] by name (open, high, low, close or bid, ask; volume)."""

    time: IntArray
    columns: dict[str, FloatArray]


def read_rows(file: HistDataFile, payload: Payload) -> Rows:
    """Read the text of a file of bars or ticks.

    DataFormatError, with file and line, for a line that is cut off or holds something else, and for a stamp outside the
    period that the file is named after; DataQualityError for times that go back (bars: or stand still) and for prices
    that no market can have made. Ticks of one millisecond keep their order.
    """
    layout = _TICKS if file.ticks else _BARS
    local, columns = _parse(payload, layout)
    place = _placer(payload.content)
    _check_period(file, local, payload.place, place)
    time = histdata_to_utc(local)
    check_order(time, payload.place, place, equal_allowed=file.ticks)
    prices = {name: column for name, column in columns.items() if name != "volume"}
    check_prices(prices, payload.place, place)
    if not file.ticks:
        check_ohlc((prices["open"], prices["high"], prices["low"], prices["close"]), payload.place, place)
    return Rows(time, columns)


def _parse(payload: Payload, layout: _Layout) -> tuple[IntArray, dict[str, FloatArray]]:
    """Stamps on the files' clock [N] and the columns behind them."""
    import polars as pl

    try:
        frame = pl.read_csv(
            payload.content.lstrip(b"\r\n"),
            separator=layout.separator,
            has_header=False,
            quote_char=None,
            schema={"stamp": pl.String, **dict.fromkeys(layout.columns, pl.Float64)},
        )
    except pl.exceptions.PolarsError as error:
        raise _odd_line(payload, layout) or DataFormatError(
            f"is not a table of HistData: {str(error).splitlines()[0]}", where=payload.place, hint=_HINT
        ) from None
    frame = frame.filter(pl.any_horizontal(pl.all().is_not_null()))  # blank lines
    stamps = frame["stamp"].str.to_datetime(layout.stamp, strict=False, time_unit="ms")
    whole = bool((frame["stamp"].str.len_bytes() == layout.width).all()) and stamps.null_count() == 0
    if not whole or frame.height == 0 or any(frame[name].null_count() for name in layout.columns):
        raise _odd_line(payload, layout) or DataFormatError("no row can be read", where=payload.place, hint=_HINT)
    columns = {name: frame[name].to_numpy().astype(np.float64, copy=True) for name in layout.columns}
    return stamps.to_physical().to_numpy().astype(np.int64, copy=True), columns


def _odd_line(payload: Payload, layout: _Layout) -> DataFormatError | None:
    """The error that names the first line which is not written as it should be."""
    import polars as pl

    separator = re.escape(layout.separator.encode())
    line = re.compile(rb"(?P<stamp>[\d ]{%d})" % layout.width + (separator + _NUMBER) * len(layout.columns))
    for number, text in enumerate(payload.content.split(b"\n"), 1):
        match = line.fullmatch(text.rstrip(b"\r"))
        if not text.strip():
            continue
        shown = text[:60].decode("ascii", errors="replace").rstrip()
        if match is None:
            what = f"line {number} is not a line of HistData: {shown!r}"
            return DataFormatError(what, where=payload.place, hint=f"lines look like {layout.example}; {_HINT}")
        stamp = match["stamp"].decode()
        if pl.Series([stamp]).str.to_datetime(layout.stamp, strict=False, time_unit="ms").null_count():
            return DataFormatError(f"line {number}: {stamp!r} is no time", where=payload.place, hint=_HINT)
    return None


def _placer(content: bytes) -> Place:
    """Names the line on which a row stands, counting blank lines only when something is wrong."""

    def place(row: int) -> str:
        lines = [number for number, text in enumerate(content.split(b"\n"), 1) if text.strip()]
        return f"line {lines[row]}"

    return place


def _check_period(file: HistDataFile, local: IntArray, where: str, place: Place) -> None:
    first = np.datetime64(f"{file.year}-{file.month or 1:02}", "M")
    edges = np.array([first, first + (12 if file.month is None else 1)]).astype("datetime64[ms]").astype(np.int64)
    wrong = np.flatnonzero((local < edges[0]) | (local >= edges[1]))
    if len(wrong):
        row = int(wrong[0])
        stamp = str(local[row].astype("datetime64[ms]").astype("datetime64[s]")).replace("T", " ")
        count = f" ({len(wrong):,} such rows)" if len(wrong) > 1 else ""
        raise DataFormatError(
            f"{place(row)}: {stamp} lies outside {file.period}, after which the file is named{count}",
            where=where,
            hint="give the file the name that HistData gave it",
        )
