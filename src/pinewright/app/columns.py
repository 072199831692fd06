"""Writing columns of indicators: CSV or Parquet, by the name of the file."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from pinewright.app import texts
from pinewright.errors import OutputError

if TYPE_CHECKING:
    from pinewright.indicators.calculator import IndicatorTable

KINDS = (".csv", ".parquet")


def write_columns(table: IndicatorTable, first: int, path: Path) -> None:
    """Bars from ``first`` on: the open's time (ISO 8601 in CSV, a timestamp in Parquet, UTC) and a column each.

    Values are written unrounded; na is an empty field, or null in Parquet. The file is there as a whole or not at all.
    Raises OutputError for another kind of file and a place that cannot be written.
    """
    if path.suffix.lower() not in KINDS:
        raise OutputError(texts.WRONG_KIND.format(kind=path.suffix or path.name), where=str(path), hint=texts.KINDS_HINT)
    import polars as pl

    time = pl.Series("time", table.time[first:]).cast(pl.Datetime("ms", "UTC"))
    columns = [pl.Series(name, column[first:], nan_to_null=True) for name, column in zip(table.names, table.columns, strict=True)]
    frame = pl.DataFrame([time, *columns])
    temporary: Path | None = None
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, suffix=path.suffix, delete=False) as file:
            temporary = Path(file.name)
        if path.suffix.lower() == ".csv":
            frame.write_csv(temporary, datetime_format="%Y-%m-%dT%H:%M:%S+00:00")
        else:
            frame.write_parquet(temporary)
        temporary.replace(path)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        what = texts.CANNOT_WRITE.format(reason=error.strerror or error)
        raise OutputError(what, where=str(path), hint=texts.OTHER_PLACE) from error
