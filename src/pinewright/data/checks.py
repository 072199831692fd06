"""Hard checks on rows as they are read: what no market can have made is refused, never repaired in silence."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pinewright.data.quality import ohlc_violations
from pinewright.data.zones import iso_text
from pinewright.errors import DataFormatError, DataQualityError
from pinewright.market import MINUTE, BoolArray, FloatArray, IntArray, Timeframe

Place = Callable[[int], str]


def check_order(time: IntArray, where: str, place: Place, *, equal_allowed: bool = False) -> None:
    """DataQualityError at the first time [N] that goes back, or stands still (allowed for ticks)."""
    steps = np.diff(time)
    back = np.flatnonzero(steps < 0)
    if len(back):
        row = int(back[0]) + 1
        count = f" ({len(back):,} such rows)" if len(back) > 1 else ""
        reversed_file = len(back) == len(steps)
        hint = (
            "the file runs from new to old: turn it round" if reversed_file else "sort the rows by time, oldest first"
        )
        here, before = iso_text(int(time[row])), iso_text(int(time[row - 1]))
        what = f"times go back at {place(row)}: {here} UTC follows {before}{count}"
        raise DataQualityError(what, where=where, hint=hint)
    same = np.flatnonzero(steps == 0)
    if len(same) and not equal_allowed:
        row = int(same[0]) + 1
        count = f" ({len(same):,} such rows)" if len(same) > 1 else ""
        raise DataQualityError(
            f"the time {iso_text(int(time[row]))} UTC stands twice, again at {place(row)}{count}",
            where=where,
            hint="keep one row a time",
        )


def check_prices(columns: dict[str, FloatArray], where: str, place: Place) -> None:
    """DataQualityError at the first price [N] that is NaN, infinite, zero or negative."""
    for name, column in columns.items():
        wrong = np.flatnonzero(~(np.isfinite(column) & (column > 0)))
        if len(wrong):
            raise _bad_value(name, column, wrong, where, place)


def check_numbers(columns: dict[str, FloatArray], where: str, place: Place) -> None:
    """DataQualityError at the first value [N] that is NaN or infinite (spreads may be negative: quotes cross)."""
    for name, column in columns.items():
        wrong = np.flatnonzero(~np.isfinite(column))
        if len(wrong):
            raise _bad_value(name, column, wrong, where, place)


def _bad_value(name: str, column: FloatArray, wrong: IntArray, where: str, place: Place) -> DataQualityError:
    row = int(wrong[0])
    count = f" ({len(wrong):,} such rows)" if len(wrong) > 1 else ""
    kind = "not a number (NaN)" if np.isnan(column[row]) else f"{column[row]:g}"
    what = f"{name} is {kind} at {place(row)}{count}"
    return DataQualityError(what, where=where, hint="remove or mend the row; rows are never repaired in silence")


def check_ohlc(
    prices: tuple[FloatArray, FloatArray, FloatArray, FloatArray], where: str, place: Place, name: str = ""
) -> None:
    """DataQualityError at the first row [N] whose high or low does not enclose its open and close."""
    wrong: BoolArray = ohlc_violations(*prices)
    rows = np.flatnonzero(wrong)
    if len(rows):
        row = int(rows[0])
        values = ", ".join(f"{word} {column[row]:g}" for word, column in zip(("o", "h", "l", "c"), prices, strict=True))
        count = f" ({len(rows):,} such rows)" if len(rows) > 1 else ""
        raise DataQualityError(
            f"impossible {name}bar at {place(row)}: {values}{count}",
            where=where,
            hint="high must be the largest and low the smallest of the four; are the columns in another order?",
        )


def detect_timeframe(time: IntArray, where: str) -> Timeframe | None:
    """The time frame of bars, by the median step; None for fewer than two rows.

    DataFormatError for steps that are no whole minutes, or when more than 1 % of the steps are shorter than the median
    one by a tenth and more (two time frames in one file).
    """
    if len(time) < 2:
        return None
    steps = np.diff(time)
    step = int(np.median(steps))
    if step < MINUTE or step % MINUTE or step > 7 * 1440 * MINUTE:
        raise DataFormatError(
            f"the rows are {step / 1000:g} s apart, which is no time frame",
            where=where,
            hint="bars of one minute to one week are read; for ticks the columns time, bid and ask are needed",
        )
    short = steps < 0.9 * step
    if np.count_nonzero(short) > 0.01 * len(steps):
        other = int(np.median(steps[short]))
        raise DataFormatError(
            f"rows {other / MINUTE:g} min apart and rows {step / MINUTE:g} min apart are mixed",
            where=where,
            hint="bring one time frame a file",
        )
    return Timeframe(step // MINUTE)
