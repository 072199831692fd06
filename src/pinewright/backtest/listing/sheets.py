"""Files as rows of text: CSV of any separator and encoding, and the sheets of a workbook."""

from __future__ import annotations

import csv
import datetime
import io
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pinewright.errors import DataFormatError, DataNotFoundError, UsageError

_SEPARATORS: Final = (",", ";", "\t", "|")
_ZIP: Final = b"PK\x03\x04"


@dataclass(frozen=True)
class Sheet:
    """Rows of a table as text, and where each stands: ``line 3`` of a CSV, ``row 3`` of the sheet of a workbook."""

    kind: str
    name: str | None
    separator: str | None
    rows: tuple[tuple[str, ...], ...]
    places: tuple[str, ...]


def read_sheets(path: Path) -> tuple[Sheet, ...]:
    """The tables of a file; the kind is known by the content.

    Raises DataNotFoundError where it cannot be read, DataFormatError where it is no table or empty, UsageError for a
    workbook without the reader of workbooks.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise DataNotFoundError(f"the list cannot be read: {error.strerror or error}", where=str(path)) from error
    if not content.strip():
        raise DataFormatError("the list is empty", where=str(path), hint="export it again")
    sheets = _workbook(path, content) if content.startswith(_ZIP) else (_csv(_decode(path, content)),)
    filled = tuple(sheet for sheet in sheets if sheet.rows)
    if not filled:
        raise DataFormatError("the list is empty", where=str(path), hint="export it again")
    return filled


def _decode(path: Path, content: bytes) -> str:
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace")
    if b"\0" in content[:65_536]:
        raise DataFormatError("is a binary file, not a list", where=str(path), hint="bring a CSV or an xlsx file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _csv(text: str) -> Sheet:
    separator = _separator(text)
    rows, places = [], []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    for cells in reader:
        if any(cell.strip() for cell in cells):
            rows.append(tuple(cell.strip(" \ufeff\r\n") for cell in cells))
            places.append(f"line {reader.line_num}")
    return Sheet("csv", None, separator, tuple(rows), tuple(places))


def _separator(text: str) -> str:
    """The separator that cuts the first lines into the most columns, the same number in most of them."""
    head = [line for line in text[:65_536].splitlines() if line.strip()][:20]

    def cut(separator: str) -> int:
        widths = Counter(len(cells) for cells in csv.reader(head, delimiter=separator))
        width, count = widths.most_common(1)[0] if widths else (1, 0)
        return width if count > 0.5 * len(head) else 1

    return max(_SEPARATORS, key=cut)


def _workbook(path: Path, content: bytes) -> tuple[Sheet, ...]:
    try:
        from python_calamine import CalamineError, CalamineWorkbook
    except ImportError as error:
        raise UsageError(
            "workbooks cannot be read: python-calamine is not installed",
            where=str(path),
            hint="pip install 'pinewright[xlsx]', or export the list as CSV",
        ) from error
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        return tuple(_sheet(name, book.get_sheet_by_name(name).to_python()) for name in book.sheet_names)
    except CalamineError as error:
        raise DataFormatError(f"a workbook that cannot be read: {error}", where=str(path)) from error


def _sheet(name: str, table: Iterable[Iterable[object]]) -> Sheet:
    rows, places = [], []
    for number, cells in enumerate(table, 1):
        texts = tuple(_text(cell) for cell in cells)
        if any(texts):
            rows.append(texts)
            places.append(f"row {number} of sheet {name!r}")
    return Sheet("xlsx", name, None, tuple(rows), tuple(places))


def _text(cell: object) -> str:
    """A cell of a workbook as a CSV would hold it; numbers in the digits that a sum of float64 can be trusted in."""
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return f"{cell:.15g}" if cell != int(cell) or abs(cell) >= 1e15 else str(int(cell))
    if isinstance(cell, datetime.datetime):
        # A day's fraction is stored in float64: a minute comes back as 59.9999 seconds.
        whole = (cell + datetime.timedelta(milliseconds=500)).replace(microsecond=0)
        return whole.isoformat(sep=" ")
    return str(cell).strip()
