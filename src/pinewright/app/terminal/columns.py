"""Writing tables: columns over bars, or rows of any kind; CSV or Parquet, by the name of the file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pinewright.app.words import common as texts
from pinewright.errors import OutputError
from pinewright.machine.whole_file import whole_file

if TYPE_CHECKING:
    import polars as pl

    from pinewright.indicators.calculator import IndicatorTable
    from pinewright.market import FloatArray, IntArray

KINDS: Final = (".csv", ".parquet")


def require_kind(path: Path) -> None:
    """OutputError where the file's name says neither CSV nor Parquet."""
    if path.suffix.lower() not in KINDS:
        what = texts.WRONG_KIND.format(kind=path.suffix or path.name)
        raise OutputError(what, where=str(path), hint=texts.KINDS_HINT)


def write_columns(table: IndicatorTable, first: int, path: Path) -> None:
    """Indicators of bars from ``first`` on, as ``write_series`` does; OutputError for one named like the time's."""
    if "time" in table.names:
        raise OutputError(texts.TIME_TAKEN, where=str(path), hint=texts.TIME_TAKEN_HINT)
    write_series(table.time[first:], {name: table[name][first:] for name in table.names}, path)


def write_series(time: IntArray, columns: Mapping[str, FloatArray], path: Path) -> None:
    """Bars: the open's time [N] (ISO 8601 in CSV, a timestamp in Parquet, UTC) and a column [N] each.

    Values are written unrounded; na is an empty field, null in Parquet. The file is there as a whole or not at all.
    Raises OutputError for another kind of file and a place that cannot be written.
    """
    require_kind(path)
    import polars as pl

    opened = pl.Series("time", time).cast(pl.Datetime("ms", "UTC"))
    write_table(
        pl.DataFrame([opened, *(pl.Series(name, column, nan_to_null=True) for name, column in columns.items())]), path
    )


def write_table(frame: pl.DataFrame, path: Path) -> None:
    """A table, times as ISO 8601 in CSV; the file is there whole or not at all. OutputError as ``write_series``."""
    require_kind(path)
    with whole_file(path, texts.CANNOT_WRITE, texts.OTHER_PLACE) as temporary:
        if path.suffix.lower() == ".csv":
            frame.write_csv(temporary, datetime_format="%Y-%m-%dT%H:%M:%S+00:00")
        else:
            frame.write_parquet(temporary)
