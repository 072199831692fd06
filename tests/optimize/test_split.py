"""The three parts: whole trading days, in order, without gap or overlap, the last fifth locked."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.data.calendar import trading_day
from pinewright.errors import SearchError
from pinewright.market import DAY, HOUR, Bars, Symbol, Timeframe
from pinewright.optimize import split

Make = Callable[..., Bars]


def euro(times: list[int], minutes: int = 60) -> Bars:
    stamps = np.array(times, dtype=np.int64)
    price = np.ones(len(stamps))
    return Bars(Symbol.get("EURUSD"), Timeframe(minutes), stamps, price, price, price, price, price)


def test_shares_of_a_hundred_days(make_bars: Make) -> None:
    parts = split(make_bars(100))
    assert [part.days for part in parts.parts] == [60, 20, 20]
    assert [(part.first, part.last) for part in parts.parts] == [(0, 1440), (1440, 1920), (1920, 2400)]
    assert parts.years == pytest.approx(100 / 365.25)
    assert parts.locked.end == 100 * DAY
    assert parts.limits == ()


def test_ten_trading_days_say_what_they_cannot(make_bars: Make) -> None:
    parts = split(make_bars(10))
    assert [part.days for part in parts.parts] == [6, 2, 2]
    assert any("cannot prove" in sentence for sentence in parts.limits)
    assert any("2 trading days" in sentence for sentence in parts.limits)


def test_warm_up_belongs_to_no_part(make_bars: Make) -> None:
    parts = split(make_bars(12, warmup=48))
    assert parts.search.first == 48
    assert sum(part.days for part in parts.parts) == 10


def test_too_short_is_told(make_bars: Make) -> None:
    for days in (1, 2):
        with pytest.raises(SearchError, match="cannot be split"):
            split(make_bars(days))
    assert [part.days for part in split(make_bars(3)).parts] == [1, 1, 1]
    assert any("one trading day" in sentence for sentence in split(make_bars(3)).limits)


def test_shares_must_leave_a_locked_part(make_bars: Make) -> None:
    with pytest.raises(SearchError, match="no locked part"):
        split(make_bars(10), 0.8, 0.2)


def test_borders_lie_at_seventeen_in_new_york_summer_and_winter() -> None:
    # Hours of two weeks around the change of clocks on 2025-03-09: 22:00 UTC before, 21:00 UTC after.
    start = 1_740_942_000_000  # 2025-03-02 19:00 UTC
    parts = split(euro([start + hour * HOUR for hour in range(24 * 14)]))
    hours = [(part.first, part.start // HOUR % 24) for part in parts.parts[1:]]
    assert [hour for _, hour in hours] == [21, 21]
    early = split(euro([start + hour * HOUR for hour in range(24 * 6)]))
    assert [part.start // HOUR % 24 for part in early.parts[1:]] == [22, 22]


@given(st.integers(3, 400), st.integers(0, 30), st.floats(0.1, 0.7), st.floats(0.05, 0.25))
def test_parts_tile_the_bars_on_day_borders(days: int, warmup: int, first: float, second: float) -> None:
    stamps = np.arange(days * 6, dtype=np.int64) * 4 * HOUR
    price = np.ones(len(stamps))
    symbol = Symbol.get("BTCUSD")
    bars = Bars(symbol, Timeframe(240), stamps, price, price, price, price, price, warmup=min(warmup, days * 6 - 18))
    parts = split(bars, first, second)
    assert parts.search.first == bars.warmup
    assert parts.search.last == parts.selection.first
    assert parts.selection.last == parts.locked.first
    assert parts.locked.last == len(bars)
    day = trading_day(bars.time, symbol)
    for part in parts.parts:
        assert part.days == len(np.unique(day[part.first : part.last])) >= 1
    for border in (parts.selection.first, parts.locked.first):
        assert day[border] != day[border - 1]
    count = sum(part.days for part in parts.parts)
    assert parts.locked.days >= (1 - first - second) * count - 1e-6 or parts.locked.days == count - 2
