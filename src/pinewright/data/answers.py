"""Rows of a source made into the answer to a request: cut to the window, resampled, checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pinewright.data.quality import check_quality, median_spread
from pinewright.data.resample import check_coarser, resample
from pinewright.data.source import BarRequest, Loaded, cut_end, cut_start
from pinewright.data.zones import iso_text
from pinewright.errors import DataNotFoundError
from pinewright.market import DAY, Bars, Timeframe


def reach_back(start: int, timeframe: Timeframe, warmup: int) -> int:
    """The moment (ms UTC) from which rows are needed so that ``warmup`` bars lie before ``start``.

    Closed days take two sevenths of the calendar; one week more covers holidays and the first partial bar.
    """
    return start - warmup * timeframe.milliseconds * 7 // 5 - 7 * DAY


def cut_window(
    rows: Bars, timeframe: Timeframe, start: int, warmup: int, where: str, *, until: int | None = None
) -> tuple[Bars, Bars]:
    """The bars of a window that begins at ``start`` (ms UTC), with warm-up before it, and the rows they were made of.

    until: as in ``resample``. DataNotFoundError, naming ``where``, when no bar is complete in the window.
    """
    try:
        bars = cut_start(resample(rows, timeframe, until=until), start, warmup, where)
    except DataNotFoundError as error:
        raise DataNotFoundError(error.what, where=where, hint=error.hint) from None
    return bars, replace(rows.slice(int(np.searchsorted(rows.time, bars.time[0])), len(rows)), warmup=0)


def answer(rows: Bars, request: BarRequest, where: str) -> Loaded:
    """The bars of a request out of finer rows, with the quality and the spread of those rows over warm-up and window.

    Without a time frame in the request the rows' own. DataFormatError for a time frame that the rows cannot be made
    into; DataNotFoundError when no bar lies in the window; both name ``where``.
    """
    timeframe = request.timeframe or rows.timeframe
    check_coarser(rows.timeframe, timeframe, where)
    if len(rows) == 0:
        raise DataNotFoundError("no rows", where=where)
    start, end = request.window(int(rows.time[0]), int(rows.time[-1]) + rows.timeframe.milliseconds)
    fine = cut_end(rows, end)
    if len(fine) == 0 or int(fine.time[-1]) < start - timeframe.milliseconds:
        what = f"no rows from {iso_text(start)} to {iso_text(end)} UTC"
        have = f"{iso_text(int(rows.time[0]))} to {iso_text(int(rows.time[-1]))}"
        raise DataNotFoundError(what, where=where, hint=f"there are rows from {have} UTC")
    treated = None if request.treatment is None else request.treatment.apply(fine)
    fine = fine if treated is None else treated.rows
    bars, used = cut_window(fine, timeframe, start, request.warmup, where)
    quality = check_quality(used, request.start, request.end)
    return Loaded(bars, quality, median_spread(used), treated=treated)


def join_bars(parts: Sequence[Bars]) -> Bars:
    """Bars of one symbol, time frame and side, one part behind the other in time; at least one part.

    Feed and warm-up are those of the first part. The spread is kept where every part has one, the marks of filled bars
    where any part has them.
    """
    first = parts[0]
    spreads = [part.spread for part in parts if part.spread is not None]
    filled = None
    if any(part.filled is not None for part in parts):
        filled = np.concatenate(
            [np.zeros(len(part), dtype=np.bool_) if part.filled is None else part.filled for part in parts]
        )
    return replace(
        first,
        time=np.concatenate([part.time for part in parts]),
        open=np.concatenate([part.open for part in parts]),
        high=np.concatenate([part.high for part in parts]),
        low=np.concatenate([part.low for part in parts]),
        close=np.concatenate([part.close for part in parts]),
        volume=np.concatenate([part.volume for part in parts]),
        spread=np.concatenate(spreads) if len(spreads) == len(parts) else None,
        invented=any(part.invented for part in parts),
        filled=filled,
    )
