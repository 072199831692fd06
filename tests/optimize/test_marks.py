"""Days are known again at every time frame, in every window, and by their prices alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pinewright.data.calendar import expected_bars, trading_day
from pinewright.data.resample import resample
from pinewright.market import DAY, Bars, Side, Symbol, Timeframe
from pinewright.optimize.marks import DataKey, day_marks
from pinewright.optimize.split import split


def minutes(days: int = 12, *, seed: int = 1, symbol: str = "EURUSD", step: int = 5) -> Bars:
    """Whole trading days of five-minute bars on the tick grid, from Monday 2024-01-08 (Sunday 22:00 UTC) on."""
    instrument, timeframe = Symbol.get(symbol), Timeframe(step)
    start = 1704664800000 + 7 * DAY
    time = expected_bars(start, start + 3 * 7 * DAY, timeframe, instrument)
    time = time[trading_day(time, instrument) <= np.unique(trading_day(time, instrument))[days - 1]]
    walk = np.cumsum(np.random.default_rng(seed).integers(-9, 10, len(time) + 1)) + 110_000
    prices = (walk * 1e-5).astype(np.float64)
    opened, close = prices[:-1], prices[1:]
    high, low = np.maximum(opened, close) + 2e-5, np.minimum(opened, close) - 2e-5
    return Bars(instrument, timeframe, time, opened, high, low, close, np.ones(len(time)))


@pytest.mark.parametrize("frame", ["15m", "1h", "4h", "1d"])
def test_the_same_days_at_every_time_frame(frame: str) -> None:
    bars = minutes()
    marks = day_marks(bars)
    assert len(set(marks.tolist())) == 12
    assert day_marks(resample(bars, Timeframe.parse(frame))).tolist() == marks.tolist()


def test_the_same_days_in_a_window() -> None:
    bars = minutes()
    days = trading_day(bars.time, bars.symbol)
    begin, end = np.searchsorted(days, [days[0] + 2, days[0] + 8])
    window = bars.slice(int(begin), int(end))
    assert day_marks(window).tolist() == day_marks(bars, int(begin), int(end)).tolist()
    assert set(day_marks(window).tolist()) < set(day_marks(bars).tolist())


def test_a_window_that_begins_within_a_day_differs_there_alone() -> None:
    bars = minutes()
    cut = day_marks(bars.slice(50, len(bars) - 50)).tolist()
    whole = day_marks(bars).tolist()
    assert cut[1:-1] == whole[1:-1]
    assert cut[0] != whole[0]
    assert cut[-1] != whole[-1]


def test_other_prices_symbols_and_sides_are_other_days() -> None:
    bars = minutes()
    marks = set(day_marks(bars).tolist())
    up = replace(bars, open=bars.open + 1e-5, high=bars.high + 1e-5, low=bars.low + 1e-5, close=bars.close + 1e-5)
    half = replace(bars, open=bars.open + 5e-6, high=bars.high + 5e-6, low=bars.low + 5e-6, close=bars.close + 5e-6)
    others = (
        up,
        replace(half, side=Side.MID),
        minutes(seed=2),
        replace(bars, symbol=Symbol.get("GBPUSD")),
        replace(bars, time=bars.time + 7 * DAY),
    )
    for other in others:
        assert marks.isdisjoint(day_marks(other).tolist())


def test_what_a_file_rounds_away_does_not_count() -> None:
    bars = minutes()
    noise = 1e-9
    near = replace(bars, open=bars.open + noise, high=bars.high - noise, low=bars.low + noise, close=bars.close - noise)
    assert day_marks(near).tolist() == day_marks(bars).tolist()


def test_bars_in_closed_hours_do_not_count() -> None:
    bars = minutes(5)
    filler = int(bars.time[-1]) + 3_600_000 * np.arange(1, 40, dtype=np.int64)
    flat = np.full(len(filler), bars.close[-1])
    columns = [np.concatenate([column, flat]) for column in (bars.open, bars.high, bars.low, bars.close)]
    time = np.concatenate([bars.time, filler])
    longer = Bars(bars.symbol, bars.timeframe, time, columns[0], columns[1], columns[2], columns[3], np.ones(len(time)))
    assert day_marks(longer).tolist() == day_marks(bars).tolist()
    weekend = longer.slice(len(bars), len(longer))
    assert day_marks(weekend).tolist() == []


def test_parts_of_a_split_share_no_day() -> None:
    bars = minutes(10)
    key = DataKey.of(bars, split(bars))
    assert (len(key.searched), len(key.locked)) == (8, 2)
    assert np.concatenate([key.searched, key.locked]).tolist() == day_marks(bars).tolist()


def test_warm_up_is_not_searched() -> None:
    bars = minutes(10)
    warm = int(np.searchsorted(bars.time, bars.time[0] + 2 * DAY))
    key = DataKey.of(replace(bars, warmup=warm), split(replace(bars, warmup=warm)))
    assert len(key.searched) + len(key.locked) == 8


def test_crypto_has_weekends() -> None:
    assert len(day_marks(minutes(14, symbol="BTCUSD"))) == 14
