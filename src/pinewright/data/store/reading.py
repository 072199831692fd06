"""Bars out of the store: one side of its candles or ticks, read in spans, so that memory grows with bars and not rows.

    scan a span ──> one side ──> (ticks: minutes) ──> one row a bar asked for ──> join ──> resample

The last step is ``data.resample`` itself, so its rules hold; the ledger tells up to which moment the rows are known.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np

from pinewright.data.answers import join_bars
from pinewright.data.calendar import bar_open
from pinewright.data.resample import check_coarser, resample
from pinewright.data.store.health import sources
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.store.merge import times
from pinewright.data.store.pieces import Piece, State
from pinewright.data.store.store import Store
from pinewright.data.zones import iso_text
from pinewright.errors import DataFormatError, DataNotFoundError
from pinewright.market import DAY, MINUTE, Bars, BoolArray, FloatArray, IntArray, Side, Symbol, Timeframe

# Read at once: about 400,000 rows, whose columns take 40 MB.
_SPAN_DAYS: Final = {Kind.TICK: 5, Kind.MINUTE: 360, Kind.HOUR: 20_000, Kind.DAY: 400_000}
ONE_MINUTE: Final = Timeframe(1)


def stored_bars(
    store: Store,
    symbol: Symbol,
    kind: Kind,
    start: int | None = None,
    end: int | None = None,
    side: Side = Side.BID,
    timeframe: Timeframe | None = None,
) -> Bars:
    """Bars of one side that open in [start, end) (ms UTC; None: as far as there are any) and are closed.

    timeframe: by default the candle's own, a minute for ticks; a coarser one is made by the rules of ``data.resample``.
    A day of kind ``1d`` is one of UTC and is stamped as such. The volume is the side's (both for mid), in units. The
    spread is the ask's close minus the bid's, None where a row has none; rows without a price of the side are left out.
    The feed names every source and transport that gave rows.

    Raises DataNotFoundError where there are no rows, DataFormatError where a file is damaged, where no row has prices
    of the side, or where the time frame is no multiple of the kind's.
    """
    own = kind.timeframe or ONE_MINUTE
    wanted = timeframe or own
    where = f"{symbol.name} {kind.value} in {store.root}"
    check_coarser(own, wanted, where)
    pieces = store.pieces(symbol.name, kind, start, end)
    filled = [piece for piece in pieces if piece.rows]
    if not filled:
        raise _nothing(where, start, end)
    low = filled[0].start if start is None else max(start, filled[0].start)
    high = filled[-1].end if end is None else min(end, filled[-1].end)
    blank = _blank(symbol, own, side, " and ".join(sources(pieces)))
    parts: list[Bars] = []
    newest: Bars | None = None  # whether its last bar is closed is known when no more come
    for first, stop in _spans(kind, low, high):
        part = _span_bars(store, blank, kind, first, stop, pieces)
        if len(part):
            parts += [] if newest is None else [_one_row_a_bar(newest, wanted)]
            newest = part
    if newest is None:
        raise _side_missing(store, symbol, kind, side, low, high, where)
    last = int(newest.time[-1])
    known = known_until(pieces, last, end)
    if kind is Kind.TICK and (known is None or known < last + MINUTE):
        newest, known = newest.slice(0, len(newest) - 1), last
    parts.append(_one_row_a_bar(newest, wanted))
    bars = _spread_or_none(join_bars(parts))
    return bars if wanted == own else resample(bars, wanted, until=last + own.milliseconds if known is None else known)


def _nothing(where: str, start: int | None, end: int | None) -> DataNotFoundError:
    span = "" if start is None else f" from {iso_text(start)}"
    span += "" if end is None else f" to {iso_text(end)}"
    return DataNotFoundError(f"nothing is stored{span}{' UTC' if span else ''}", where=where, hint="fetch it first")


def _side_missing(
    store: Store, symbol: Symbol, kind: Kind, side: Side, low: int, high: int, where: str
) -> DataFormatError | DataNotFoundError:
    if not len(store.rows(symbol.name, kind, low, high, ["time"])["time"]):
        return _nothing(where, low, high)
    other = Side.ASK if side is Side.BID else Side.BID
    hint = f"ask for the {other.value}, or fetch it from a source with both sides"
    return DataFormatError(f"no row has prices of the {side.value}", where=where, hint=hint)


def _blank(symbol: Symbol, timeframe: Timeframe, side: Side, feed: str) -> Bars:
    none = np.zeros(0)
    return Bars(symbol, timeframe, none.astype(np.int64), none, none, none, none, none, side, feed, none)


def _spans(kind: Kind, start: int, end: int) -> Iterator[tuple[int, int]]:
    """[start, end) in spans that end with a day of UTC."""
    while start < end:
        stop = min(end, (start // DAY + _SPAN_DAYS[kind]) * DAY)
        yield start, stop
        start = stop


def _span_bars(store: Store, blank: Bars, kind: Kind, start: int, end: int, pieces: list[Piece]) -> Bars:
    """The rows of a span as bars of one side; a candle that an unfinished period was fetched in is left out."""
    columns = store.rows(blank.symbol.name, kind, start, end, _needed(kind, blank.side))
    time = times(columns)
    prices = _prices(columns, kind, blank.side)
    present = np.isfinite(prices[0])
    if kind is not Kind.TICK:
        present &= ~_in_progress(time, blank.timeframe, pieces)
    chosen: slice | BoolArray = slice(None) if present.all() else present
    volume = _volume(columns, blank.side)[chosen]
    spread = (columns["ask"] - columns["bid"] if kind is Kind.TICK else columns["spread"])[chosen]
    rows = [price[chosen] for price in prices]
    if kind is Kind.TICK:
        return _minutes(blank, time[chosen], rows[0], volume, spread)
    open_, high, low, close = rows
    return replace(blank, time=time[chosen], open=open_, high=high, low=low, close=close, volume=volume, spread=spread)


def _needed(kind: Kind, side: Side) -> list[str]:
    """Columns to read for a side; ticks need both quotes for the spread."""
    sides = ("bid", "ask") if side is Side.MID else (side.value,)
    prices = [name for one in (("bid", "ask") if kind is Kind.TICK else sides) for name in kind.prices(one)]
    spread = [] if kind is Kind.TICK else ["spread"]
    return ["time", *prices, *(f"{one}_volume" for one in sides), *spread]


def _prices(columns: Columns, kind: Kind, side: Side) -> list[FloatArray]:
    """Open, high, low, close of a side; of ticks the quote alone."""
    if side is not Side.MID:
        return [columns[name] for name in kind.prices(side.value)]
    both = zip(kind.prices("bid"), kind.prices("ask"), strict=True)
    return [(columns[bid] + columns[ask]) / 2 for bid, ask in both]


def _volume(columns: Columns, side: Side) -> FloatArray:
    sides = ("bid", "ask") if side is Side.MID else (side.value,)
    found: FloatArray = np.sum([columns[f"{one}_volume"] for one in sides], axis=0, dtype=np.float64)
    return found


def _in_progress(time: IntArray, timeframe: Timeframe, pieces: list[Piece]) -> BoolArray:
    """Candles [N] of periods that are not final whose end lay in the future when they were fetched."""
    found = np.zeros(len(time), dtype=np.bool_)
    for piece in pieces:
        if piece.state is State.OPEN and piece.rows:
            low, high = np.searchsorted(time, (max(piece.start, piece.fetched - timeframe.milliseconds + 1), piece.end))
            found[low:high] = True
    return found


def _minutes(blank: Bars, time: IntArray, price: FloatArray, volume: FloatArray, spread: FloatArray) -> Bars:
    """Ticks as minutes, every one of them: unlike ``ticks_to_bars`` the store knows that no tick is missing before."""
    stamp = time // MINUTE * MINUTE
    starts, last = _groups(stamp)
    return _grouped(blank, stamp[starts], (price, price, price, price), volume, spread, starts, last)


def _one_row_a_bar(bars: Bars, timeframe: Timeframe) -> Bars:
    """All rows of each coarser bar as one, stamped with the first of them; ``resample`` makes the same bars of both."""
    if timeframe == bars.timeframe:
        return bars
    starts, last = _groups(bar_open(bars.time, timeframe, bars.symbol))
    assert bars.spread is not None
    prices = (bars.open, bars.high, bars.low, bars.close)
    return _grouped(bars, bars.time[starts], prices, bars.volume, bars.spread, starts, last)


def _groups(stamp: IntArray) -> tuple[IntArray, IntArray]:
    """First and last row of each run of equal stamps."""
    if len(stamp) == 0:
        return stamp, stamp
    starts = np.flatnonzero(np.diff(stamp, prepend=stamp[0] - 1)).astype(np.int64)
    return starts, np.append(starts[1:], len(stamp)) - 1


def _grouped(
    blank: Bars,
    time: IntArray,
    prices: tuple[FloatArray, FloatArray, FloatArray, FloatArray],
    volume: FloatArray,
    spread: FloatArray,
    starts: IntArray,
    last: IntArray,
) -> Bars:
    if len(time) == 0:
        return blank
    open_, high, low, close = prices
    return replace(
        blank,
        time=time,
        open=open_[starts],
        high=np.maximum.reduceat(high, starts),
        low=np.minimum.reduceat(low, starts),
        close=close[last],
        volume=np.add.reduceat(volume, starts),
        spread=spread[last],
    )


def _spread_or_none(bars: Bars) -> Bars:
    """A spread that is missing somewhere would count as no cost there: then there is none at all."""
    if bars.spread is not None and not np.isfinite(bars.spread).all():
        return replace(bars, spread=None)
    return bars


def known_until(pieces: list[Piece], last: int, end: int | None) -> int | None:
    """The moment up to which the rows are complete, as settled periods from that of the last row on tell it.

    None where the last row lies in a period that is not settled.
    """
    reached: int | None = None
    for piece in pieces:
        if piece.end <= last:
            continue
        if not piece.state.settled or piece.start > (last if reached is None else reached):
            break
        reached = piece.end
    return reached if reached is None or end is None else min(reached, end)
