"""Small pieces with rows for the tests of the store, and a process that writes them."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from pinewright.data.store.kinds import Columns, Kind, count
from pinewright.data.store.pieces import Piece, State, partition_of
from pinewright.data.store.store import Store
from pinewright.market import DAY, HOUR, MINUTE

MONDAY = 1_748_822_400_000  # 2025-06-02 00:00 UTC
STEP = {Kind.TICK: 1_000, Kind.MINUTE: MINUTE, Kind.HOUR: HOUR, Kind.DAY: DAY}


def columns(kind: Kind, start: int, end: int, rows: int = 20, seed: int = 0) -> Columns:
    """At most so many rows in [start, end) on the kind's grid, both sides, on the tick grid; the same for one seed."""
    generator = np.random.default_rng(seed)
    slots = (end - start) // STEP[kind]
    chosen = np.sort(generator.choice(slots, min(rows, slots), replace=False)) if slots else np.zeros(0, np.int64)
    found: Columns = {"time": start + chosen.astype(np.int64) * STEP[kind]}
    size = len(chosen)
    bid = np.round(1.1 + 1e-5 * np.cumsum(generator.integers(-5, 6, size)), 5)
    spread = 1e-5 * generator.integers(1, 9, size)
    if kind is Kind.TICK:
        found |= {"bid": bid, "ask": np.round(bid + spread, 5)}
    else:
        for side, close in (("bid", bid), ("ask", np.round(bid + spread, 5))):
            opened = np.round(close + 1e-5 * generator.integers(-3, 4, size), 5)
            found[f"{side}_open"] = opened
            found[f"{side}_high"] = np.round(np.maximum(opened, close) + 1e-5 * generator.integers(0, 3, size), 5)
            found[f"{side}_low"] = np.round(np.minimum(opened, close) - 1e-5 * generator.integers(0, 3, size), 5)
            found[f"{side}_close"] = close
    for side in ("bid", "ask"):
        found[f"{side}_volume"] = generator.integers(1, 100, size) * 1e4
    if kind is not Kind.TICK:
        found["spread"] = found["ask_close"] - found["bid_close"]
    return {name: found[name] for name in kind.columns}


def answer(
    kind: Kind, start: int, end: int, state: State = State.FINAL, rows: int = 20, seed: int = 0, fetched: int = 1_000
) -> tuple[Piece, Columns | None]:
    """A piece with rows (none in states that have none), as a fetch hands it over."""
    if state not in (State.FINAL, State.OPEN):
        cause = "" if state in (State.CLOSED, State.HOLIDAY) else f"cause {seed}"
        return Piece(start, end, state, "dukascopy", "jetta", fetched, cause=cause), None
    found = columns(kind, start, end, rows, seed)
    body = b"".join(column.tobytes() for column in found.values())
    sha256 = (hashlib.sha256(body).hexdigest(),)
    return Piece(start, end, state, "dukascopy", "jetta", fetched, count(found), sha256, len(body)), found


def hours(day: int, seed: int = 0, rows: int = 20, fetched: int = 1_000) -> list[tuple[Piece, Columns | None]]:
    """A day of tick hours."""
    return [
        answer(Kind.TICK, day + hour * HOUR, day + (hour + 1) * HOUR, rows=rows, seed=24 * seed + hour, fetched=fetched)
        for hour in range(24)
    ]


def one_sided(pair: tuple[Piece, Columns | None]) -> tuple[Piece, Columns | None]:
    """The same answer of a source that knows the bid alone."""
    piece, found = pair
    assert found is not None
    absent = {name: np.full(piece.rows, np.nan) for name in found if name.startswith("ask") and "volume" not in name}
    spread = {"spread": np.full(piece.rows, np.nan)} if "spread" in found else {}
    zero = {f"{side}_volume": np.zeros(piece.rows) for side in ("bid", "ask")}
    return replace(piece, source="histdata", transport=""), {**found, **absent, **spread, **zero}


def everything(store: Store, symbol: str = "EURUSD") -> dict[Kind, tuple[list[Piece], dict[str, bytes]]]:
    """Ledger and rows of a symbol, ready to be compared."""
    return {
        kind: (
            store.pieces(symbol, kind),
            {name: column.tobytes() for name, column in store.rows(symbol, kind).items()},
        )
        for kind in store.kinds(symbol)
    }


def same_rows(first: Columns, second: Columns) -> bool:
    """Whether two sets of columns are equal, NaN and order included."""
    return list(first) == list(second) and all(
        np.array_equal(first[name], second[name], equal_nan=True) for name in first
    )


def write_days(root: Path, numbers: Sequence[int], seed: int) -> None:
    """Put so many days of ticks, hour by hour, telling after each hour that it is stored; a later seed came later."""
    store = Store(root)
    for number in numbers:
        for piece, found in hours(MONDAY + number * DAY, seed, fetched=1_000 * (seed + 1)):
            store.put("EURUSD", Kind.TICK, [(piece, found)])
            print(piece.start, flush=True)


def all_days(first: int, last: int) -> list[int]:
    """Starts of the partitions of days from one moment to another."""
    found = []
    while first < last:
        first, end = partition_of(Kind.TICK, first)
        found.append(first)
        first = end
    return found


if __name__ == "__main__":
    write_days(Path(sys.argv[1]), [int(number) for number in sys.argv[3:]], int(sys.argv[2]))
