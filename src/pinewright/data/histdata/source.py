"""HistData's files as a source of bars."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.data.answers import answer, join_bars, reach_back
from pinewright.data.histdata.archives import find_files, read_payload
from pinewright.data.histdata.names import HistDataFile
from pinewright.data.histdata.rows import Rows, read_rows
from pinewright.data.source import BarRequest, Loaded
from pinewright.data.zones import iso_text
from pinewright.errors import DataNotFoundError, UsageError, unknown_name_hint
from pinewright.market import MINUTE, Bars, IntArray, Side, Symbol, Timeframe

FEED: Final = "HistData"


@dataclass(frozen=True)
class HistDataSource:
    """Files as histdata.com gives them, one or a folder of them, as a source.

    side: of the prices; None means bid. The minute bars are bids without spread and volume; ask, mid and the spread
    come from files of ticks, whose bars count ticks as volume. One kind of file answers a request, never both: minute
    bars where they are there and bid is enough, else ticks.
    """

    path: Path
    side: Side | None = None

    @property
    def name(self) -> str:
        return f"HistData ({self.path})"

    def load(self, request: BarRequest) -> Loaded:
        """Bars for a request, read from those files alone that hold its window and warm-up.

        Errors of ``find_files``, ``read_payload`` and ``read_rows``; DataNotFoundError when no file holds the symbol,
        the side or the window; UsageError when the folder holds several symbols and none is asked for.
        """
        files = self._files(request.symbol)
        last = self._bars(files[-1], finished=False)
        end_of_data = int(last.time[-1]) + MINUTE
        start, end = request.window(files[0].start, end_of_data)
        timeframe = request.timeframe or last.timeframe
        begin = reach_back(start, timeframe, request.warmup)
        if not any(file.start < end and start < file.end for file in files):
            what = f"no rows from {iso_text(start)} to {iso_text(end)} UTC"
            periods = ", ".join(file.period for file in files)
            raise DataNotFoundError(what, where=str(self.path), hint=f"the files hold {files[0].symbol.name} {periods}")
        needed = [file for file in files if file.start < end and begin < file.end]
        parts = [last if file is files[-1] else self._bars(file, finished=True) for file in needed]
        rows = replace(join_bars(parts), symbol=request.symbol or files[0].symbol)
        return answer(rows, request, str(self.path))

    def _files(self, symbol: Symbol | None) -> list[HistDataFile]:
        """The files of one symbol and kind, oldest first; at least one."""
        found = find_files(self.path)
        names = sorted({file.symbol.name for file in found.files})
        if symbol is None and len(names) > 1:
            what = f"the folder holds {len(names)} symbols and none is asked for"
            raise UsageError(what, where=str(self.path), hint=f"name one (--symbol): {', '.join(names)}")
        name = names[0] if symbol is None else symbol.name
        mine = [file for file in found.files if file.symbol.name == name]
        if not mine:
            what, hint = f"no file of {name}", unknown_name_hint(name, names)
            if found.faults:
                hint += f"; {len(found.faults)} files cannot be used, the first: {found.faults[0].what}"
            raise DataNotFoundError(what, where=str(self.path), hint=hint)
        bars = [file for file in mine if not file.ticks]
        if bars and self.side in (None, Side.BID):
            return bars
        ticks = [file for file in mine if file.ticks]
        if not ticks:
            assert self.side is not None
            what = f"no {self.side.value} prices: HistData's minute bars are bids"
            hint = "ask for bid, or put files of ticks (HISTDATA_COM_ASCII_..._T...) there"
            raise DataNotFoundError(what, where=str(self.path), hint=hint)
        return ticks

    def _bars(self, file: HistDataFile, *, finished: bool) -> Bars:
        rows = read_rows(file, read_payload(file))
        if not file.ticks:
            return _of_minutes(file, rows)
        bars = _of_ticks(file, rows, self.side or Side.BID)
        # Where nothing follows, the minute of the last tick may not have ended.
        whole = len(bars) if finished or int(bars.time[-1]) + MINUTE >= file.end else len(bars) - 1
        if whole == 0:
            raise DataNotFoundError("the ticks do not fill one minute", where=str(file.path))
        return bars.slice(0, whole)


def _of_minutes(file: HistDataFile, rows: Rows) -> Bars:
    open_, high, low, close, volume = (rows.columns[name] for name in ("open", "high", "low", "close", "volume"))
    return Bars(file.symbol, Timeframe(1), rows.time, open_, high, low, close, volume, Side.BID, f"{FEED} M1")


def _of_ticks(file: HistDataFile, rows: Rows, side: Side) -> Bars:
    """Minute bars of one file's ticks, the first one whole because the file begins with a month."""
    bid, ask = rows.columns["bid"], rows.columns["ask"]
    price = {Side.BID: bid, Side.ASK: ask, Side.MID: (bid + ask) / 2}[side]
    stamp: IntArray = rows.time // MINUTE * MINUTE
    starts = np.flatnonzero(np.diff(stamp, prepend=stamp[0] - 1)).astype(np.int64)
    last = np.append(starts[1:], len(stamp)) - 1
    return Bars(
        file.symbol,
        Timeframe(1),
        stamp[starts],
        price[starts],
        np.maximum.reduceat(price, starts),
        np.minimum.reduceat(price, starts),
        price[last],
        np.diff(np.append(starts, len(stamp))).astype(np.float64),
        side=side,
        feed=f"{FEED} ticks",
        spread=(ask - bid)[last],
    )
