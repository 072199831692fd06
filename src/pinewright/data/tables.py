"""Files as tables: CSV with its separator, decimal sign and encoding found out, or Parquet."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from pinewright.data.chart_export import chart_layout
from pinewright.data.columns import Layout, columns_without_header, guess_columns
from pinewright.errors import DataFormatError, DataNotFoundError, DataQualityError
from pinewright.market import FloatArray, IntArray

_SEPARATORS: Final = ("\t", ";", "|", ",")
_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")
_FOREIGN: Final = (
    (b"PK\x03\x04", "a zip archive or a spreadsheet"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF"),
)


@dataclass(frozen=True)
class Table:
    """A table as read: the frame (text columns only, for CSV), the roles of its columns, and how it was written.

    ``lines`` [N] numbers the line that each row stands on; None where a file has rows and no lines (Parquet).
    """

    path: Path
    frame: pl.DataFrame
    layout: Layout
    kind: str
    separator: str | None
    decimal: str
    encoding: str | None
    header: bool
    lines: IntArray | None

    def place(self, row: int) -> str:
        """``line 17`` or ``row 15``, for messages."""
        return f"row {row + 1}" if self.lines is None else f"line {self.lines[row]}"

    def numbers(self, role: str) -> FloatArray | None:
        """The column in that role as float64 [N], None where there is none.

        DataFormatError for text that is no number, DataQualityError for empty cells; NaN is handed on.
        """
        name = self.layout.column(role)
        if name is None:
            return None
        raw = self.frame[name]
        column = raw
        if raw.dtype == pl.String:
            text = raw.str.strip_chars()
            text = text.set(text == "", None)
            column = (text.str.replace(",", ".", literal=True) if self.decimal == "," else text).cast(
                pl.Float64, strict=False
            )
            wrong = (column.is_null() & text.is_not_null()).arg_true()
            if len(wrong):
                row = int(wrong[0])
                what = f"{raw[row]!r} in column {name!r}, {self.place(row)}, is not a number{_more(len(wrong))}"
                raise DataFormatError(what, where=str(self.path), hint="mend or remove the row")
        elif not raw.dtype.is_numeric():
            raise DataFormatError(f"column {name!r} holds {raw.dtype}, not numbers", where=str(self.path))
        empty = column.is_null().arg_true()
        if len(empty):
            what = f"no value in column {name!r}, {self.place(int(empty[0]))}{_more(len(empty))}"
            raise DataQualityError(
                what, where=str(self.path), hint="remove or fill the row; rows are never repaired here"
            )
        return column.cast(pl.Float64).to_numpy().astype("float64", copy=True)


def _more(count: int) -> str:
    return "" if count == 1 else f" ({count:,} such rows)"


def read_table(path: Path) -> Table:
    """Read a CSV or Parquet file; the kind is known by the content, not by the name.

    DataNotFoundError when there is no such file, DataFormatError when it is a folder, empty, or no table.
    """
    if path.is_dir():
        raise DataFormatError(
            "is a folder, not a file of bars", where=str(path), hint="name one CSV or Parquet file in it"
        )
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        near = sorted(p.name for p in path.parent.glob(f"*{path.suffix}"))[:3] if path.parent.is_dir() else []
        hint = f"in that folder: {', '.join(near)}" if near else "check the path"
        raise DataNotFoundError("no such file", where=str(path), hint=hint) from None
    except OSError as error:
        raise DataNotFoundError(
            f"cannot be read: {error.strerror}", where=str(path), hint="check its permissions"
        ) from None
    if not content.strip():
        raise DataFormatError("the file is empty", where=str(path), hint="export or download it again")
    return _parquet(path, content) if content[:4] == b"PAR1" else _csv(path, content)


def _parquet(path: Path, content: bytes) -> Table:
    try:
        frame = pl.read_parquet(io.BytesIO(content))
    except (pl.exceptions.PolarsError, OSError) as error:
        what = f"a Parquet file that cannot be read: {str(error).splitlines()[0]}"
        raise DataFormatError(what, where=str(path), hint="download or write it again") from None
    if frame.height == 0:
        raise DataFormatError("a table without rows", where=str(path), hint="export or download it again")
    row = ["" if value is None else str(value) for value in frame.row(0)]
    return Table(path, frame, guess_columns(frame.columns, row, str(path)), "parquet", None, ".", None, True, None)


def _csv(path: Path, content: bytes) -> Table:
    text, encoding = _decode(path, content)
    head = [line for line in text[:65_536].splitlines() if line.strip()][:30]
    separator = _separator(path, head)
    cells = [next(csv.reader([line], delimiter=separator)) for line in head]
    header = sum(_NUMBER.fullmatch(cell.strip()) is not None for cell in cells[0][1:]) < 2
    if header and len(cells) < 2:
        raise DataFormatError("a header without rows", where=str(path), hint="export or download the file again")
    try:
        frame = pl.read_csv(
            io.BytesIO(text.encode()), separator=separator, has_header=header, infer_schema=False, quote_char='"'
        )
    except pl.exceptions.PolarsError as error:
        what = _odd_line(text, separator) or f"a table that cannot be read: {str(error).splitlines()[0]}"
        raise DataFormatError(what, where=str(path), hint="every line needs the same number of columns") from None
    first = cells[1 if header else 0]
    names = list(frame.columns) if header else columns_without_header(first, str(path))
    frame.columns = names
    first += [""] * (len(names) - len(first))
    layout = chart_layout(names, path) or guess_columns(names, first, str(path))
    frame, lines = _without_blank_lines(frame, text, header)
    if frame.height == 0:
        raise DataFormatError("no row can be read", where=str(path), hint="is there a quotation mark without its pair?")
    decimal = _decimal(cells[1:] or cells, separator)
    return Table(path, frame, layout, "csv", separator, decimal, encoding, header, lines)


def _without_blank_lines(frame: pl.DataFrame, text: str, header: bool) -> tuple[pl.DataFrame, IntArray]:
    """The rows that hold something, and the number of the line that each stands on."""
    skipped = len(text) - len(text.lstrip("\r\n"))
    lines = np.arange(frame.height, dtype=np.int64) + text[:skipped].count("\n") + (2 if header else 1)
    if frame[:, 0].null_count() == 0:
        return frame, lines
    filled = frame.select(pl.any_horizontal(pl.all().is_not_null())).to_series()
    return frame.filter(filled), lines[filled.to_numpy()]


def _odd_line(text: str, separator: str) -> str | None:
    """The first line that has more columns than the first one, in words; None when there is none."""
    width = 0
    for number, line in enumerate(text.splitlines(), 1):
        found = line.count(separator) + 1 if '"' not in line else len(next(csv.reader([line], delimiter=separator)))
        width = width or (found if line.strip() else 0)
        if found > width:
            return f"line {number} has {found} columns, the first has {width}"
    return None


def _decode(path: Path, content: bytes) -> tuple[str, str]:
    """The file as text: UTF-8, UTF-16 with a byte order mark (MetaTrader 5), else Windows-1252."""
    for magic, name in _FOREIGN:
        if content.startswith(magic):
            raise DataFormatError(f"is {name}, not a table", where=str(path), hint="unpack it, or export it as CSV")
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return content.decode("utf-16", errors="replace"), "utf-16"
    if b"\0" in content[:65_536]:
        raise DataFormatError("is a binary file, not a table", where=str(path), hint="bring a CSV or Parquet file")
    try:
        return content.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace"), "windows-1252"


def _separator(path: Path, head: list[str]) -> str:
    """The separator that cuts the first lines into the same number of columns, three or more."""
    for separator in _SEPARATORS:
        widths = Counter(len(next(csv.reader([line], delimiter=separator))) for line in head)
        width, count = widths.most_common(1)[0]
        if width >= 3 and count > 0.5 * len(head):
            return separator
    shown = head[0][:60]
    raise DataFormatError(
        f"is not a table: its first line is {shown!r}",
        where=str(path),
        hint="bring columns separated by comma, semicolon, tab or |",
    )


def _decimal(rows: list[list[str]], separator: str) -> str:
    """Decimal sign: a comma when cells look like ``1,0932`` and none like ``1.0932``."""
    cells = [cell.strip() for row in rows for cell in row]
    commas = sum(re.fullmatch(r"[+-]?\d+,\d+", cell) is not None for cell in cells)
    points = sum(re.fullmatch(r"[+-]?\d+\.\d+", cell) is not None for cell in cells)
    return "," if commas > points else "."
