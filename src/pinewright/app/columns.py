"""Writing columns of indicators: CSV or Parquet, by the name of the file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from pinewright.app import texts
from pinewright.errors import OutputError

if TYPE_CHECKING:
    from pinewright.indicators.calculator import IndicatorTable

KINDS: Final = (".csv", ".parquet")


def require_kind(path: Path) -> None:
    """OutputError where the file's name says neither CSV nor Parquet."""
    if path.suffix.lower() not in KINDS:
        what = texts.WRONG_KIND.format(kind=path.suffix or path.name)
        raise OutputError(what, where=str(path), hint=texts.KINDS_HINT)


def write_columns(table: IndicatorTable, first: int, path: Path) -> None:
    """Bars from ``first`` on: the open's time (ISO 8601 in CSV, a timestamp in Parquet, UTC) and a column each.

    Values are written unrounded; na is an empty field, null in Parquet. The file is there as a whole or not at all.
    Raises OutputError for another kind of file, a column named like the time's and a place that cannot be written.
    """
    require_kind(path)
    if "time" in table.names:
        raise OutputError(texts.TIME_TAKEN, where=str(path), hint=texts.TIME_TAKEN_HINT)
    import polars as pl

    time = pl.Series("time", table.time[first:]).cast(pl.Datetime("ms", "UTC"))
    named = zip(table.names, table.columns, strict=True)
    frame = pl.DataFrame([time, *(pl.Series(name, column[first:], nan_to_null=True) for name, column in named)])
    temporary = path.with_name(f".{path.name}.part")
    try:
        if path.suffix.lower() == ".csv":
            frame.write_csv(temporary, datetime_format="%Y-%m-%dT%H:%M:%S+00:00")
        else:
            frame.write_parquet(temporary)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        what = texts.CANNOT_WRITE.format(reason=error.strerror or error)
        raise OutputError(what, where=str(path), hint=texts.OTHER_PLACE) from error
