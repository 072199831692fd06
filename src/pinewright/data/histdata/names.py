"""What HistData's file names tell: instrument, bars or ticks, and the period.

HISTDATA_COM_ASCII_EURUSD_M12018.zip    holds  DAT_ASCII_EURUSD_M1_2018.csv     a year of minute bars
HISTDATA_COM_ASCII_EURUSD_M1202603.zip  holds  DAT_ASCII_EURUSD_M1_202603.csv   a month of them
HISTDATA_COM_ASCII_EURUSD_T201801.zip   holds  DAT_ASCII_EURUSD_T_201801.csv    a month of ticks
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.data.dukascopy.instruments import find_instrument, known_instruments
from pinewright.data.histdata.clock import histdata_to_utc
from pinewright.errors import DataFormatError, SymbolError, nearest
from pinewright.market import Symbol

_NAME: Final = re.compile(
    r"(?:HISTDATA_COM|DAT)_(?P<form>[A-Z]+)_(?P<symbol>[A-Z0-9]+)_(?P<kind>M1|T|T_BID|T_ASK|T_LAST)"
    r"_?(?P<year>\d{4})(?P<month>\d{2})?(?: ?\(\d+\))?\.(?P<end>zip|csv)",
    re.IGNORECASE,
)
_HINT: Final = "download 'Generic ASCII' from histdata.com, 1 minute bars or ticks, and keep the file's name"


@dataclass(frozen=True)
class HistDataFile:
    """One file of HistData by its name: start, end (ms UTC) are those of the month or year that it is named after."""

    path: Path
    symbol: Symbol
    ticks: bool
    year: int
    month: int | None
    start: int
    end: int

    @property
    def period(self) -> str:
        """``2018`` or ``2018-05``."""
        return str(self.year) if self.month is None else f"{self.year}-{self.month:02}"

    @property
    def content(self) -> tuple[str, bool, int, int | None]:
        """What two names must share to hold the same rows."""
        return self.symbol.name, self.ticks, self.year, self.month


def is_histdata_name(path: Path) -> bool:
    """Whether a file's name is one that HistData gives."""
    return _NAME.fullmatch(path.name) is not None


def read_name(path: Path) -> HistDataFile:
    """What the name of a zip or CSV file tells.

    DataFormatError for a name that is not HistData's, for another of its formats and for an impossible month;
    SymbolError, with the nearest names, for an unknown instrument.
    """
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise DataFormatError(f"{path.name!r} is not a name that HistData gives", where=str(path), hint=_HINT)
    if match["form"].upper() != "ASCII" or match["kind"].upper() not in ("M1", "T"):
        what = f"is HistData's format {match['form'].upper()} {match['kind'].upper()}, which is not read"
        raise DataFormatError(what, where=str(path), hint=_HINT)
    symbol = _symbol(path, match["symbol"].upper())
    year, month = int(match["year"]), None if match["month"] is None else int(match["month"])
    if not 1970 <= year <= 2099 or (month is not None and not 1 <= month <= 12):
        what = f"{match['year']}{match['month'] or ''} in the file's name is no year or month"
        raise DataFormatError(what, where=str(path), hint=_HINT)
    start, end = _period(year, month)
    return HistDataFile(path, symbol, match["kind"].upper() == "T", year, month, start, end)


def _symbol(path: Path, name: str) -> Symbol:
    try:
        return find_instrument(name).market
    except SymbolError:
        near = " or ".join(nearest(name, known_instruments()))
        hint = f"did you mean {near}?" if near else "the names are those of currency pairs and metals, as in EURUSD"
        raise SymbolError(f"unknown symbol {name!r} in the file's name", where=str(path), hint=hint) from None


def _period(year: int, month: int | None) -> tuple[int, int]:
    first = 12 * (year - 1970) + (month or 1) - 1
    edges = np.array([first, first + (12 if month is None else 1)], dtype="datetime64[M]")
    start, end = histdata_to_utc(edges.astype("datetime64[ms]").astype(np.int64)).tolist()
    return int(start), int(end)
