"""How much of what the calendar promises the store holds: bars present and missing, and the holes among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

import numpy as np

from pinewright.data.calendar import SessionState
from pinewright.data.dukascopy.instruments import Instrument
from pinewright.data.dukascopy.report import InstrumentReport
from pinewright.data.dukascopy.requests import minute_states, session_states
from pinewright.data.gaps import GAP_MINUTES, Gap
from pinewright.data.store.kinds import Kind
from pinewright.data.store.pieces import Piece, State
from pinewright.data.store.store import Store
from pinewright.market import DAY, MINUTE, BoolArray, IntArray

_STRETCH: Final = 28 * DAY  # read at a time, so that memory stays flat


def instrument_report(store: Store, instrument: Instrument, kind: Kind, start: int, end: int) -> InstrumentReport:
    """What the store holds of [start, end) ms UTC. Memory: some bytes a minute, and the times of 28 days of rows.

    Of a period that is still under way nothing is missed after its last row.
    """
    symbol, step = instrument.symbol, _step(kind)
    pieces = store.pieces(symbol, kind, start, end)
    stamps, here, rows = [], [], 0
    for low in range(start, end, _STRETCH):
        high = min(low + _STRETCH, end)
        times = store.rows(symbol, kind, low, high, ["time"])["time"] // step * step
        rows += len(times)
        promised = _promised(instrument, kind, low, high)
        stamps.append(promised)
        here.append(np.isin(promised, times[np.flatnonzero(np.diff(times, prepend=-1))], assume_unique=True))
    expected, present = np.concatenate(stamps), np.concatenate(here)
    until = _known_until(pieces, expected, present, end)
    expected, present = expected[expected < until], present[expected < until]
    states = Counter(piece.state for piece in pieces)
    transports = Counter(piece.transport or piece.source for piece in pieces if piece.rows)
    return InstrumentReport(
        symbol,
        kind,
        start,
        end,
        rows,
        len(expected),
        int(present.sum()),
        _gaps(expected, np.flatnonzero(~present), step),
        dict(states),
        dict(transports.most_common()),
        tuple(piece for piece in pieces if not piece.state.settled and piece.state is not State.OPEN),
    )


def _step(kind: Kind) -> int:
    return MINUTE if kind.timeframe is None else kind.timeframe.milliseconds


def _promised(instrument: Instrument, kind: Kind, start: int, end: int) -> IntArray:
    """Stamps of the bars wholly in [start, end) in which rows must be: minutes where ticks are meant."""
    step = _step(kind)
    stamps = np.arange(-(-start // step) * step, end - step + 1, step, dtype=np.int64)
    if step == MINUTE:
        states = minute_states(stamps, instrument)
    else:
        states = np.array(session_states(instrument, [(stamp, stamp + step) for stamp in stamps.tolist()]), np.int8)
    promised: IntArray = stamps[states == SessionState.EXPECTED]
    return promised


def _known_until(pieces: Sequence[Piece], expected: IntArray, present: BoolArray, end: int) -> int:
    """The moment after which nothing can be missed, because the last periods are still under way."""
    first = end
    for piece in reversed(pieces):
        if piece.state is not State.OPEN:
            break
        first = piece.start
    if first >= end:
        return end
    found = expected[present]
    return first if len(found) == 0 else max(first, int(found[-1]) + 1)


def _gaps(expected: IntArray, missing: IntArray, step: int) -> tuple[Gap, ...]:
    """Runs of missing bars (positions in ``expected``) of half an hour and more; closed hours do not break one."""
    if len(missing) == 0:
        return ()
    apart = np.diff(missing, prepend=missing[0] - 1) != 1
    # A quiet minute before a weekend and one after it are two holes, not one.
    closed_before = np.diff(expected, prepend=expected[0])[missing] > step
    begins = np.unique(np.append(0, np.flatnonzero(apart | closed_before)))
    ends = np.append(begins[1:], len(missing))
    gaps: list[Gap] = []
    after = -1
    for low, high in zip(begins.tolist(), ends.tolist(), strict=True):
        if (high - low) * step < GAP_MINUTES * MINUTE:
            continue
        start, end = int(expected[missing[low]]), int(expected[missing[high - 1]]) + step
        if missing[low] == after:
            gaps[-1] = Gap(gaps[-1].start, end, gaps[-1].missing + high - low)
        else:
            gaps.append(Gap(start, end, high - low))
        after = int(missing[high - 1]) + 1
    return tuple(gaps)
