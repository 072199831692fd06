"""The neighbourhood of a period: nearest prices on both sides, those of the store too."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from pinewright.data.dukascopy.instruments import find_instrument
from pinewright.data.dukascopy.levels import Levels, stored_levels
from pinewright.data.dukascopy.requests import Request
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.store.pieces import Piece, State
from pinewright.data.store.store import Store
from pinewright.market import HOUR

MONDAY = 1_748_822_400_000  # 2025-06-02 00:00 UTC


def ticks(start: int, *prices: float) -> Columns:
    column = np.array(prices)
    time = start + np.arange(len(prices))
    return {"time": time, "bid": column, "ask": column + 1e-5, "bid_volume": column, "ask_volume": column}


def filled(prices: dict[int, float]) -> Levels:
    levels = Levels()
    for hour, price in prices.items():
        levels.add(MONDAY + hour * HOUR, ticks(MONDAY + hour * HOUR, price, price))
    return levels


def test_nearest_prices_before_and_after_without_its_own() -> None:
    levels = filled({0: 9.0, 1: 1.0, 2: 2.0, 3: 3.0, 4: 99.0, 5: 4.0, 6: 5.0, 7: 6.0, 8: 9.0})
    assert levels.near(MONDAY + 4 * HOUR) == 3.0
    levels.discard(MONDAY + 4 * HOUR)
    levels.discard(MONDAY + 44 * HOUR)
    assert len(levels) == 8


def test_the_last_price_before_and_the_first_after_count() -> None:
    levels = Levels()
    levels.add(MONDAY, ticks(MONDAY, 1.0, 2.0))
    levels.add(MONDAY + 2 * HOUR, ticks(MONDAY, 3.0, 4.0))
    assert levels.near(MONDAY + HOUR) in (2.0, 3.0)


def test_too_few_neighbours_judge_nothing() -> None:
    levels = filled({0: 1.1})
    assert levels.near(MONDAY + HOUR) is None
    request = Request(find_instrument("EURUSD"), Kind.TICK, None, MONDAY + HOUR, MONDAY + 2 * HOUR)
    assert levels.doubts(request, ticks(MONDAY + HOUR, 11.0)) == ""
    levels.add(MONDAY + 3 * HOUR, ticks(MONDAY, 1.1))
    assert "wrong scale" in levels.doubts(request, ticks(MONDAY + HOUR, 11.0))
    assert levels.doubts(request, ticks(MONDAY + HOUR, 1.2)) == ""


def test_one_wrong_neighbour_among_several_does_not_judge() -> None:
    levels = filled({0: 1.1, 1: 11.0, 3: 1.1, 4: 1.1})
    assert levels.near(MONDAY + 2 * HOUR) == 1.1


def test_stored_neighbours(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert len(stored_levels(store, "EURUSD", Kind.TICK, [MONDAY])) == 0
    pieces: list[tuple[Piece, Columns | None]] = []
    for hour in (*range(6), *range(8, 14)):
        start = MONDAY + hour * HOUR
        pieces.append((Piece(start, start + HOUR, State.FINAL, rows=2), ticks(start, 1 + hour / 100, 2 + hour / 100)))
    pieces.append((Piece(MONDAY + 7 * HOUR, MONDAY + 8 * HOUR, State.FAILED), None))
    store.put("EURUSD", Kind.TICK, pieces)
    levels = stored_levels(store, "EURUSD", Kind.TICK, [MONDAY + 7 * HOUR, MONDAY + 6 * HOUR])
    assert len(levels) == 6
    assert levels.near(MONDAY + 6 * HOUR) in (1.10, 2.03)
    assert len(stored_levels(store, "EURUSD", Kind.TICK, [])) == 0
