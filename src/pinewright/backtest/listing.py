"""Reader of the lists of trades that TradingView exports, old headers and new, in any order of rows."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from pinewright.errors import DataFormatError, DataNotFoundError

_HEADERS: Final[dict[str, str]] = {
    "number": r"trade ?(#|number)",
    "type": r"type",
    "time": r"date( and |/)time",
    "signal": r"signal",
    "price": r"price( .*)?",
    "quantity": r"contracts|(position )?size( \(qty\))?|quantity",
    "profit": r"(net )?(p&l|profit)( (?!.*%)[^%]*)?",
    "favorable": r"(run-up|favorable excursion)( (?!.*%)[^%]*)?",
    "adverse": r"(drawdown|adverse excursion)( (?!.*%)[^%]*)?",
}
"""Each column under the names that it has had in the English export."""
_NEEDED: Final = ("number", "type", "time", "signal", "price")


@dataclass(frozen=True)
class Printed:
    """A number as it was printed: its value, and one unit of its last digit."""

    value: float
    unit: float

    @classmethod
    def parse(cls, text: str) -> Printed | None:
        """From ``-0.0003``, ``3e-05`` or ``1,234.5``; None for an empty cell."""
        text = text.strip().replace(",", "").replace("\u2212", "-").replace("\u202f", "").replace(" ", "")
        if not text:
            return None
        mantissa, _, exponent = text.lower().partition("e")
        decimals = len(mantissa.partition(".")[2]) - int(exponent or 0)
        return cls(float(text), 10.0**-decimals)

    def fits(self, value: float, units: float = 1.0) -> bool:
        """Whether ``value`` could have been printed so, ``units`` of the last digit allowed."""
        return abs(value - self.value) <= units * self.unit * (1 + 1e-9)


@dataclass(frozen=True)
class ListedTrade:
    """One trade of an exported list; times in ms UTC. A trade still open has the exit signal ``Open``."""

    number: int
    is_long: bool
    entry_time: int
    entry_price: Printed
    entry_signal: str
    exit_time: int | None
    exit_price: Printed | None
    exit_signal: str
    quantity: Printed | None
    profit: Printed | None
    favorable: Printed | None
    adverse: Printed | None

    @property
    def is_open(self) -> bool:
        return self.exit_time is None or self.exit_signal in ("Open", "")


@dataclass(frozen=True)
class _Row:
    entry: bool
    is_long: bool
    time: int
    signal: str
    cells: Mapping[str, Printed | None]


def read_list(path: Path, zone: str = "UTC") -> tuple[ListedTrade, ...]:
    """The trades of an exported CSV in order of their numbers.

    zone: of times that carry no offset: the time zone of the chart that was exported.
    Raises DataNotFoundError, and DataFormatError naming the line that cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise DataNotFoundError(f"the list cannot be read: {error.strerror or error}", where=str(path)) from error
    except UnicodeDecodeError as error:
        raise DataFormatError("the list is not UTF-8 text", where=str(path)) from error
    lines = list(csv.reader(text.splitlines()))
    if not lines:
        raise DataFormatError("the list is empty", where=str(path))
    places = _places(lines[0], path)
    trades: dict[int, list[_Row]] = {}
    for line, cells in enumerate(lines[1:], start=2):
        if not any(cells):
            continue
        try:
            number = int(cells[places["number"]])
            trades.setdefault(number, []).append(_row(cells, places, ZoneInfo(zone)))
        except (ValueError, IndexError) as error:
            raise DataFormatError(f"this row cannot be read: {error}", where=f"{path}:{line}") from error
    return tuple(_trade(number, trades[number], path) for number in sorted(trades))


def _places(header: Sequence[str], path: Path) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, title in enumerate(header):
        for name, pattern in _HEADERS.items():
            if name not in places and re.fullmatch(pattern, title.strip().lower()):
                places[name] = place
                break
    missing = [name for name in _NEEDED if name not in places]
    if missing:
        raise DataFormatError(
            f"no column for {', '.join(missing)}",
            where=str(path),
            hint="export the list of trades with TradingView set to English",
        )
    return places


def _row(cells: Sequence[str], places: Mapping[str, int], zone: ZoneInfo) -> _Row:
    kind = cells[places["type"]].strip().lower()
    if not re.fullmatch(r"(entry|exit) (long|short)", kind):
        raise ValueError(f"type {cells[places['type']]!r}")
    moment = datetime.fromisoformat(cells[places["time"]].strip())
    moment = moment if moment.tzinfo else moment.replace(tzinfo=zone)
    numbers = {
        name: Printed.parse(cells[place])
        for name, place in places.items()
        if name in ("price", "quantity", "profit", "favorable", "adverse")
    }
    milliseconds = round(moment.astimezone(UTC).timestamp() * 1000)
    signal = cells[places["signal"]]
    return _Row(kind.startswith("entry"), kind.endswith("long"), milliseconds, signal, numbers)


def _trade(number: int, rows: Sequence[_Row], path: Path) -> ListedTrade:
    entry = next((row for row in rows if row.entry), None)
    end = next((row for row in rows if not row.entry), None)
    price = entry.cells.get("price") if entry else None
    if entry is None or price is None:
        raise DataFormatError(f"trade {number} has no entry row with a price", where=str(path))
    return ListedTrade(
        number=number,
        is_long=entry.is_long,
        entry_time=entry.time,
        entry_price=price,
        entry_signal=entry.signal,
        exit_time=end.time if end else None,
        exit_price=end.cells.get("price") if end else None,
        exit_signal=end.signal if end else "",
        quantity=entry.cells.get("quantity"),
        profit=(end or entry).cells.get("profit"),
        favorable=(end or entry).cells.get("favorable"),
        adverse=(end or entry).cells.get("adverse"),
    )
