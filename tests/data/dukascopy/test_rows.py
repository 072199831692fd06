"""Both sides of candles joined, and the sentry of scales."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.data.dukascopy.rows import CANDLE_PRICES, check_scale, join_sides, no_rows
from pinewright.data.store.kinds import Columns, Kind
from pinewright.errors import DataFormatError
from pinewright.market import MINUTE, Side
from tests.support.dukascopy import request
from tests.support.loopback import Market

TICKS = request("2025-06-03T13")
MINUTES = request("2025-06-03", Kind.MINUTE, Side.BID)


def side(times: list[int], close: list[float], volume: float = 1.0) -> Columns:
    """Flat candles at so many minutes of the day."""
    prices = np.array(close)
    return {
        "time": MINUTES.start + np.array(times, dtype=np.int64) * MINUTE,
        **dict.fromkeys(CANDLE_PRICES, prices),
        "volume": np.full(len(times), volume),
    }


def test_joined_sides() -> None:
    found, alone = join_sides(side([0, 1, 3], [1.1, 1.2, 1.3]), side([0, 2, 3], [1.10002, 1.2, 1.30003], 2.0))
    assert alone == 2
    assert tuple(found) == Kind.MINUTE.columns
    assert ((found["time"].astype(np.int64) - MINUTES.start) // MINUTE).tolist() == [0, 3]
    assert found["bid_close"].tolist() == [1.1, 1.3]
    assert found["ask_open"].tolist() == [1.10002, 1.30003]
    assert found["spread"].tolist() == [2e-5, 3e-5]
    assert (found["bid_volume"].tolist(), found["ask_volume"].tolist()) == ([1.0, 1.0], [2.0, 2.0])
    assert {column.dtype.name for name, column in found.items() if name != "time"} == {"float64"}


def test_sides_without_a_row() -> None:
    found, alone = join_sides(no_rows(Kind.MINUTE), side([0], [1.1]))
    assert (alone, len(found["time"]), found["time"].dtype.name) == (1, 0, "int64")
    assert tuple(found) == Kind.MINUTE.columns


@given(st.sets(st.integers(0, 50)), st.sets(st.integers(0, 50)))
def test_a_row_has_both_sides_or_is_counted(first: set[int], second: set[int]) -> None:
    bid, ask = (side(sorted(times), [1.0 + time / 100 for time in sorted(times)]) for times in (first, second))
    found, alone = join_sides(bid, ask)
    stamps = ((found["time"].astype(np.int64) - MINUTES.start) // MINUTE).tolist()
    assert stamps == sorted(first & second)
    assert alone == len(first ^ second)
    assert found["bid_close"].tolist() == [1.0 + time / 100 for time in stamps] == found["ask_close"].tolist()


def quotes() -> Columns:
    return Market(ticks_per_hour=60).ticks(TICKS.instrument, TICKS.start, TICKS.end)


@pytest.mark.parametrize("neighbour", [None, 1.1, 0.5, 2.9])
def test_prices_of_one_scale_pass(neighbour: float | None) -> None:
    check_scale(quotes(), TICKS, neighbour)
    check_scale(no_rows(Kind.TICK), TICKS, neighbour)


@pytest.mark.parametrize("neighbour", [11.0, 0.11, 110.0, 0.3])
def test_another_scale_than_beside(neighbour: float) -> None:
    with pytest.raises(DataFormatError, match=f"wrong scale: .* and {neighbour:g} here and beside it") as caught:
        check_scale(quotes(), TICKS, neighbour)
    assert caught.value.where == TICKS.text
    assert "prices have 5 decimals" in str(caught.value.hint)


def test_another_scale_of_one_side() -> None:
    columns = quotes()
    columns["ask"] = columns["ask"] * 10.0
    with pytest.raises(DataFormatError, match=r"wrong scale: .* bid and ask"):
        check_scale(columns, TICKS)


def test_a_scale_that_changes_on_the_way() -> None:
    columns = side(list(range(40)), [1.1] * 25 + [11.0] * 15)
    with pytest.raises(DataFormatError, match="before and after 2025-06-03 00:25"):
        check_scale(columns, MINUTES)


@pytest.mark.parametrize("place", [0, 20, 39])
def test_one_stray_price_is_no_scale(place: int) -> None:
    prices = [1.1] * 40
    prices[place] = 11.0
    check_scale(side(list(range(40)), prices), MINUTES, 1.1)


def test_a_rise_over_a_year_is_no_scale() -> None:
    """Bitcoin rose from 7,000 to 29,000 in 2020, which the year before and after must not be measured by."""
    asked = request("2020-01-01", Kind.DAY, Side.BID, "BTCUSD")
    prices = np.geomspace(900.0, 20_000.0, 365)
    columns: Columns = {"time": asked.start + np.arange(365) * asked.step, "close": prices}
    for neighbour in (850.0, 4_000.0, 24_000.0):
        check_scale(columns, asked, neighbour)
    with pytest.raises(DataFormatError, match="wrong scale"):
        check_scale(columns, asked, 90_000.0)


def test_joined_candles_are_compared_by_their_closes() -> None:
    found, _ = join_sides(side([0, 1], [1.1, 1.2]), side([0, 1], [11.1, 12.1]))
    with pytest.raises(DataFormatError, match="bid and ask"):
        check_scale(found, MINUTES)
