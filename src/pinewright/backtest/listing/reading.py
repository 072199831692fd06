"""A file that TradingView exported as a list of trades: any generation of headers, language, format and order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pinewright.backtest.listing.headers import ROLES, UNKNOWN, Titles, read_titles
from pinewright.backtest.listing.kinds import Kind, RowFacts, kinds_of, says_open
from pinewright.backtest.listing.numbers import Printed, decimal_sign
from pinewright.backtest.listing.sheets import Sheet, read_sheets
from pinewright.backtest.listing.structure import complete
from pinewright.backtest.listing.times import ListedTimes, is_time, parse_times
from pinewright.backtest.listing.trades import ListedColumn, ListedTrade, TradeList
from pinewright.errors import DataFormatError

_NEEDED: Final = ("number", "type", "time", "price")
_NUMBERS: Final = ("price", "quantity", "profit", "commission", "favorable", "adverse", "cumulative")
_TOLD: Final = ("price", "profit", "quantity")
_OPEN: Final = "Open"
_SEARCHED: Final = 50
"""Rows in which the header is looked for."""


def read_trade_list(path: Path, sheets: Sequence[Sheet] | None = None) -> TradeList:
    """The list of trades in a CSV or an xlsx file, and how it was read.

    Columns are known by TradingView's words in many languages, else by what they hold. Times that name no offset stay
    those of the chart's clock: ``TradeList.in_zone`` makes them UTC. sheets: the tables of the file where they were
    read before (``read_sheets``) and cut to some rows. Raises DataNotFoundError, DataFormatError naming the line that
    cannot be read, and UsageError for a workbook where its reader is not installed.
    """
    found = [layout for sheet in sheets or read_sheets(path) if (layout := _layout(sheet, path)) is not None]
    whole = [layout for layout in found if not layout.missing]
    if not whole:
        raise _no_list(path, found)
    return _trades(max(whole, key=lambda layout: len(layout.roles)), path)


def read_list(path: Path, zone: str = "UTC") -> tuple[ListedTrade, ...]:
    """The trades of an exported list in order of their numbers, times in ms UTC.

    zone: of times that carry no offset: the time zone of the chart that was exported. Errors as of
    ``read_trade_list``.
    """
    return read_trade_list(path).in_zone(zone)


@dataclass(frozen=True)
class _Layout:
    """A sheet with its header found: roles of columns by index, the rows below it and where they stand."""

    sheet: Sheet
    header: tuple[str, ...]
    titles: Titles
    roles: dict[str, int]
    rows: tuple[tuple[str, ...], ...]
    places: tuple[str, ...]
    decimal: str

    @property
    def missing(self) -> list[str]:
        return [role for role in _NEEDED if role not in self.roles]


def _layout(sheet: Sheet, path: Path) -> _Layout | None:
    """The header of a sheet is the row in which words tell most, else the last one above the first row with a time."""
    head = sheet.rows[:_SEARCHED]
    line, titles = 0, read_titles(head[0])
    for place, row in enumerate(head[1:], 1):
        if len(titles.roles) >= len(_NEEDED):
            break
        other = read_titles(row)
        if len(other.roles) > len(titles.roles):
            line, titles = place, other
    if len(titles.roles) < 3:
        first = next((place for place, row in enumerate(head) if any(map(is_time, row))), 1)
        line = max(0, first - 1)
        titles = read_titles(head[line])
    header = head[line]
    below = [place for place in range(line + 1, len(sheet.rows)) if len(sheet.rows[place]) > 1]
    rows = tuple(sheet.rows[place] for place in below)
    if len(header) < 4:
        return None
    money = [titles.roles[role] for role in _NUMBERS if role in titles.roles]
    cells = [row[place] for row in rows for place in (money or range(len(header))) if place < len(row)]
    decimal = "." if sheet.kind == "xlsx" else decimal_sign(cells, sheet.separator, str(path))
    roles = titles.roles
    if rows and any(role not in roles for role in (*_NEEDED, "quantity", "profit", "signal")):
        roles = complete(roles, rows, len(header), decimal)
    return _Layout(sheet, header, titles, roles, rows, tuple(sheet.places[place] for place in below), decimal)


def _no_list(path: Path, found: Sequence[_Layout]) -> DataFormatError:
    best = max(found, key=lambda layout: len(layout.roles), default=None)
    if best is None:
        return DataFormatError(
            "is no list of trades",
            where=str(path),
            hint="export it from the list of trades in TradingView's Strategy Tester",
        )
    titles = ", ".join(title for title in best.header if title)
    return DataFormatError(
        f"no column for {', '.join(best.missing)}; the columns are: {titles}",
        where=str(path),
        hint="export the list of trades (not the summary); with TradingView set to English every column is known",
    )


@dataclass(frozen=True)
class _Row:
    number: int
    kind: Kind
    time: int
    signal: str
    cells: dict[str, Printed | None]


def _trades(layout: _Layout, path: Path) -> TradeList:
    rows, times = _rows(layout, path)
    trades: dict[int, list[_Row]] = {}
    for row in rows:
        trades.setdefault(row.number, []).append(row)
    columns = tuple(
        ListedColumn(role, layout.header[layout.roles[role]], role in layout.titles.roles)
        for role in ROLES
        if role in layout.roles
    )
    used = set(layout.roles.values())
    numbers = list(trades)
    pairs = [pair for pair in trades.values() if len(pair) == 2]
    return TradeList(
        path=path,
        kind=layout.sheet.kind,
        sheet=layout.sheet.name,
        trades=tuple(_trade(number, trades[number], path) for number in sorted(trades)),
        local=times.local,
        dates_only=times.dates_only,
        language=layout.titles.language if len(layout.titles.roles) > 2 else UNKNOWN,
        columns=columns,
        unused=tuple(title for place, title in enumerate(layout.header) if title and place not in used),
        price_currency=layout.titles.price_currency,
        account_currency=layout.titles.account_currency or layout.titles.price_currency,
        decimal=layout.decimal,
        newest_first=len(numbers) > 1 and numbers[0] > numbers[-1],
        exit_first=sum(not pair[0].kind.entry for pair in pairs) > 0.5 * len(pairs),
    )


def _rows(layout: _Layout, path: Path) -> tuple[list[_Row], ListedTimes]:
    """The rows with their kinds; DataFormatError at the first that cannot be read."""
    roles = layout.roles

    def cell(row: Sequence[str], role: str) -> str:
        return row[roles[role]] if role in roles and roles[role] < len(row) else ""

    if not layout.rows:
        raise DataFormatError("the list holds no trade", where=str(path), hint="was the script without trades?")
    numbers: list[int] = []
    cells: list[dict[str, Printed | None]] = []
    for row, place in zip(layout.rows, layout.places, strict=True):
        try:
            number = Printed.parse(cell(row, "number"), layout.decimal)
            if number is None or number.value != int(number.value):
                raise ValueError(f"no number of a trade in {cell(row, 'number')!r}")
            numbers.append(int(number.value))
            cells.append({role: Printed.parse(cell(row, role), layout.decimal) for role in _NUMBERS if role in roles})
        except ValueError as error:
            raise DataFormatError(f"a row cannot be read: {error}, {place}", where=str(path)) from error
    _align(cells)
    times = parse_times([cell(row, "time") for row in layout.rows], layout.places, str(path))
    facts = [
        RowFacts(number, cell(row, "type"), int(time), *(_value(values, role) for role in _TOLD))
        for number, row, time, values in zip(numbers, layout.rows, times.time, cells, strict=True)
    ]
    found = []
    for kind, fact, row, values, place in zip(kinds_of(facts), facts, layout.rows, cells, layout.places, strict=True):
        if kind is None:
            raise DataFormatError(
                f"neither its words nor its trades tell what the type {fact.word!r} is, {place}",
                where=str(path),
                hint="known are Entry long, Entry short, Exit long and Exit short in TradingView's languages",
            )
        found.append(_Row(fact.number, kind, fact.time, cell(row, "signal"), values))
    return found, times


def _align(cells: Sequence[dict[str, Printed | None]]) -> None:
    """Prices and quantities lie on one grid, whose last zeros are not printed: the finest digit holds for all."""
    for role in ("price", "quantity"):
        finest = min((printed.unit for row in cells if (printed := row.get(role)) is not None), default=1.0)
        for row in cells:
            printed = row.get(role)
            if printed is not None and printed.unit != finest:
                row[role] = Printed(printed.value, finest)


def _value(cells: dict[str, Printed | None], role: str) -> float | None:
    printed = cells.get(role)
    return None if printed is None else printed.value


def _trade(number: int, rows: Sequence[_Row], path: Path) -> ListedTrade:
    entries, ends = [row for row in rows if row.kind.entry], [row for row in rows if not row.kind.entry]
    price = entries[0].cells.get("price") if entries else None
    if len(entries) != 1 or len(ends) > 1 or price is None:
        what = f"trade {number} has {len(entries)} entry rows and {len(ends)} exit rows"
        if len(entries) == 1 and price is None:
            what = f"trade {number} has no entry row with a price"
        raise DataFormatError(what, where=str(path), hint="every trade needs its entry row, and one exit row at most")
    entry, end = entries[0], ends[0] if ends else None
    still_open = end is None or not end.signal or says_open(end.signal) or end.cells.get("price") is None
    told = end or entry
    return ListedTrade(
        number=number,
        is_long=entry.kind.is_long,
        entry_time=entry.time,
        entry_price=price,
        entry_signal=entry.signal,
        exit_time=end.time if end else None,
        exit_price=end.cells.get("price") if end else None,
        exit_signal=_OPEN if end is not None and says_open(end.signal) else (end.signal if end else ""),
        quantity=entry.cells.get("quantity") or told.cells.get("quantity"),
        profit=told.cells.get("profit"),
        favorable=told.cells.get("favorable"),
        adverse=told.cells.get("adverse"),
        commission=told.cells.get("commission"),
        cumulative=told.cells.get("cumulative"),
        open_end=still_open,
    )
