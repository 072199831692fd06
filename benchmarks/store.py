"""Years of bars and ticks out of the store: python -m benchmarks.store [--years N] [--tick-days N] [--keep FOLDER].

Generated EUR/USD minutes of both sides, a file a day as a fetch writes them. One year and all of them, each row in a
process of its own: ``scan`` reads the columns of one side, ``to hours`` makes hours of them span by span, ``source`` is
what a run does (quality of every minute, hours), ``ticks to hours`` reads 60,000 ticks a day. Peak memory is that of
the process, libraries included.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Final, NamedTuple

import numpy as np

from benchmarks.support.timing import Contender, machine, megabytes
from pinewright.app.terminal.output import emit, emit_table
from pinewright.data.simulate import simulated_bars
from pinewright.data.source import BarRequest
from pinewright.data.store.bars import StoreSource, stored_bars
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.store.pieces import Piece, State
from pinewright.data.store.store import Store
from pinewright.market import DAY, HOUR, Symbol, Timeframe

END: Final = 1_761_955_200_000  # 2025-11-01 00:00 UTC
YEAR: Final = 365 * DAY
HOUR_BARS: Final = Timeframe(60)
TICKS_A_DAY: Final = 60_000
SYMBOL: Final = Symbol.get("EURUSD")


class Cost(NamedTuple):
    """Rows read or made, wall and CPU seconds (all threads)."""

    rows: int
    wall: float
    cpu: float


def timed(work: Callable[[], int]) -> Cost:
    """What some work costs."""
    wall, cpu = perf_counter(), process_time()
    rows = work()
    return Cost(rows, perf_counter() - wall, process_time() - cpu)


def fill(folder: Path, years: int) -> Cost:
    """Write so many years, month by month; the cost of ``put`` alone."""
    store = Store(folder)
    total = Cost(0, 0.0, 0.0)
    for start in range(END - years * YEAR, END, 30 * DAY):
        pieces = month(start, min(start + 30 * DAY, END))

        def put(pieces: list[tuple[Piece, Columns | None]] = pieces) -> int:
            store.put(SYMBOL.name, Kind.MINUTE, pieces)
            return sum(piece.rows for piece, _ in pieces)

        more = timed(put)
        total = Cost(total.rows + more.rows, total.wall + more.wall, total.cpu + more.cpu)
    return total


def month(start: int, end: int) -> list[tuple[Piece, Columns | None]]:
    """Pieces of days of simulated minutes, the seed told by the start."""
    bars = simulated_bars(start // DAY, Timeframe(1), start=start, end=end, warmup=0)
    assert bars.spread is not None
    columns: Columns = {"time": bars.time}
    for side, add in (("bid", 0.0), ("ask", bars.spread)):
        for price in ("open", "high", "low", "close"):
            columns[f"{side}_{price}"] = np.round(getattr(bars, price) + add, 5)
    columns |= {"bid_volume": 1e4 * bars.volume, "ask_volume": 1e4 * bars.volume, "spread": bars.spread}
    pieces: list[tuple[Piece, Columns | None]] = []
    for day in range(start, end, DAY):
        low, high = np.searchsorted(bars.time, (day, day + DAY)).tolist()
        state = State.FINAL if high > low else State.CLOSED
        piece = Piece(day, day + DAY, state, "generated", "", END, high - low)
        rows = {name: columns[name][low:high] for name in Kind.MINUTE.columns}
        pieces.append((piece, rows if high > low else None))
    return pieces


def fill_ticks(folder: Path, days: int) -> Cost:
    """Write so many days of generated ticks in hours, round the clock; the cost of ``put`` alone."""
    store = Store(folder)
    generator = np.random.default_rng(1)
    total = Cost(0, 0.0, 0.0)
    for start in range(END - days * DAY, END, DAY):
        time = start + np.sort(generator.integers(0, DAY, TICKS_A_DAY))
        bid = np.round(1.1 + 1e-5 * np.cumsum(generator.integers(-1, 2, TICKS_A_DAY)), 5)
        columns: Columns = {"time": time, "bid": bid, "ask": np.round(bid + 4e-5, 5)}
        columns |= {f"{side}_volume": 1e4 * generator.integers(1, 200, TICKS_A_DAY) for side in ("bid", "ask")}
        pieces: list[tuple[Piece, Columns | None]] = []
        for hour in range(start, start + DAY, HOUR):
            low, high = np.searchsorted(time, (hour, hour + HOUR)).tolist()
            piece = Piece(hour, hour + HOUR, State.FINAL, "generated", "", END, high - low)
            pieces.append((piece, {name: column[low:high] for name, column in columns.items()}))

        def put(pieces: list[tuple[Piece, Columns | None]] = pieces) -> int:
            store.put(SYMBOL.name, Kind.TICK, pieces)
            return TICKS_A_DAY

        more = timed(put)
        total = Cost(total.rows + more.rows, total.wall + more.wall, total.cpu + more.cpu)
    return total


def ticks_to_hours(folder: Path, days: int) -> Cost:
    """Hours of the bid's ticks, span by span."""
    store = Store(folder)
    return timed(lambda: len(stored_bars(store, SYMBOL, Kind.TICK, END - days * DAY, END, timeframe=HOUR_BARS)))


def ledger(folder: Path, years: int) -> Cost:
    """Read the ledger of so many years."""
    return timed(lambda: len(Store(folder).pieces(SYMBOL.name, Kind.MINUTE, END - years * YEAR, END)))


def scan(folder: Path, years: int) -> Cost:
    """The bid's columns of so many years in memory."""
    columns = ["time", "bid_open", "bid_high", "bid_low", "bid_close", "bid_volume", "spread"]
    store = Store(folder)
    return timed(lambda: len(store.rows(SYMBOL.name, Kind.MINUTE, END - years * YEAR, END, columns)["time"]))


def to_hours(folder: Path, years: int) -> Cost:
    """Hours of the bid, span by span: memory holds a span and the hours."""
    store = Store(folder)
    return timed(lambda: len(stored_bars(store, SYMBOL, Kind.MINUTE, END - years * YEAR, END, timeframe=HOUR_BARS)))


def source(folder: Path, years: int) -> Cost:
    """What a run loads: hours, with every minute behind them checked."""
    request = BarRequest(SYMBOL, HOUR_BARS, start=END - years * YEAR, end=END, warmup=0)
    return timed(lambda: len(StoreSource(Store(folder)).load(request).bars))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--years", type=int, default=10)
    options.add_argument("--tick-days", type=int, default=200)
    options.add_argument("--keep", type=Path, help="folder of a store that is filled once and used again")
    chosen = options.parse_args()
    rows: list[tuple[str, str, Cost, int]] = []

    def row(what: str, span: str, work: Callable[[Path, int], Cost], number: int) -> None:
        with Contender() as contender:
            done = contender.run(work, folder, number)
        rows.append((what, span, done.answer, done.peak))

    with TemporaryDirectory() as name:
        folder = chosen.keep or Path(name)
        stored = Store(folder).kinds(SYMBOL.name)
        if Kind.MINUTE not in stored:
            row("put", f"{chosen.years} years", fill, chosen.years)
        if Kind.TICK not in stored:
            row("put ticks", f"{chosen.tick_days} days", fill_ticks, chosen.tick_days)
        for what, work in (("ledger", ledger), ("scan", scan), ("to hours", to_hours), ("source", source)):
            for years in dict.fromkeys((1, chosen.years)):
                row(what, "1 year" if years == 1 else f"{years} years", work, years)
        for days in dict.fromkeys((chosen.tick_days // 10, chosen.tick_days)):
            row("ticks to hours", f"{days} days", ticks_to_hours, days)
        sizes = [f"{holding.kind.value} {megabytes(holding.bytes)}" for holding in Store(folder).overview()]
    emit(f"{machine()}; on the disk: {', '.join(sizes)}")
    cells = [
        (what, span, f"{cost.rows:,}", f"{cost.wall:.2f} s", f"{cost.cpu:.2f} s", megabytes(peak))
        for what, span, cost, peak in rows
    ]
    emit_table(("what", "of", "rows", "wall", "CPU", "peak"), cells)


if __name__ == "__main__":
    main()
