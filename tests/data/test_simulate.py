"""The simulator: repeatable, on the grid, with the habits that it promises."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest

from pinewright.data.calendar import SessionState, calendar_part, session_minute, session_state
from pinewright.data.quality import off_grid_share, ohlc_violations
from pinewright.data.simulate import (
    CAUTION,
    SIMULATED_END,
    SIMULATED_START,
    SimulatedSource,
    _autoregression,
    simulated_bars,
)
from pinewright.data.source import BarRequest
from pinewright.errors import DataNotFoundError, SymbolError
from pinewright.market import DAY, NEW_YORK, Bars, Side, Symbol, Timeframe


@pytest.fixture(scope="module")
def year() -> Bars:
    return simulated_bars(7, "1m", days=365, warmup=0)


def digest(bars: Bars) -> str:
    columns = (bars.time, bars.open, bars.high, bars.low, bars.close, bars.volume, bars.spread)
    return hashlib.sha256(b"".join(np.asarray(column).tobytes() for column in columns)).hexdigest()


def test_the_caution_is_the_agreed_text() -> None:
    assert CAUTION == "Demo on invented prices: nothing here is tradable"


def test_the_seed_decides() -> None:
    assert digest(simulated_bars(1)) == digest(simulated_bars(1))
    assert digest(simulated_bars(1)) != digest(simulated_bars(2))
    assert digest(simulated_bars(-1)) != digest(simulated_bars(1))


def test_bars_are_marked_as_invented() -> None:
    bars = simulated_bars(5)
    assert (bars.invented, bars.feed, bars.side, str(bars.timeframe)) == (True, "simulated (seed 5)", Side.BID, "15m")
    assert bars.time[-1] + bars.timeframe.milliseconds == SIMULATED_END
    assert bars.warmup == 1000
    assert bars.time[bars.warmup] >= SIMULATED_END - 14 * DAY > bars.time[bars.warmup - 1]


def test_the_anchor_is_a_friday_at_17_new_york() -> None:
    ends = np.array([SIMULATED_START, SIMULATED_END], dtype=np.int64)
    assert calendar_part(ends, "dayofweek", NEW_YORK).tolist() == [1, 6]
    assert calendar_part(ends, "hour", NEW_YORK).tolist() == [17, 17]


@pytest.mark.parametrize(
    ("name", "length", "back"), [("1m", 4, 0), ("15m", 30, 17), ("4h", 100, 1), ("1d", 120, 120), ("1h", 5, 119)]
)
def test_the_window_never_changes_a_bar(name: str, length: int, back: int) -> None:
    end = SIMULATED_END - back * DAY
    part = simulated_bars(7, name, end=end, days=length, warmup=50)
    whole = simulated_bars(7, name, days=400, warmup=0)
    begin = int(np.searchsorted(whole.time, part.time[0]))
    assert digest(part) == digest(whole.slice(begin, begin + len(part)))


def test_every_open_minute_is_there_and_no_other(year: Bars) -> None:
    assert (session_state(year.time, year.symbol) == SessionState.EXPECTED).all()
    assert len(year) == 259 * 1440


def test_prices_are_possible_and_on_the_grid(year: Bars) -> None:
    assert not ohlc_violations(year.open, year.high, year.low, year.close).any()
    for column in (year.open, year.high, year.low, year.close, year.spread):
        assert column is not None
        assert off_grid_share(column, 1e-5) == 0.0
        assert column.min() > 0
    assert np.array_equal(year.close, np.array([float(f"{price:.5f}") for price in year.close]))
    assert year.volume.min() >= 1
    assert (year.volume == np.rint(year.volume)).all()


def test_habits_of_the_market(year: Bars) -> None:
    assert year.spread is not None
    mid = np.log(year.close + year.spread / 2)
    steps = np.diff(mid)
    hour = session_minute(year.time[1:], year.symbol) // 60
    assert 0.05 < steps.std() * np.sqrt(372_000) < 0.11  # a year's volatility
    assert steps[hour == 9].std() > 1.5 * steps[hour == 21].std()  # New York's morning against its evening
    size = np.abs(mid[60::60] - mid[:-60:60])
    assert np.corrcoef(size[1:], size[:-1])[0, 1] > 0.1  # volatility comes in clusters
    assert abs(np.corrcoef(steps[1:], steps[:-1])[0, 1]) < 0.05  # direction does not
    minute = session_minute(year.time, year.symbol)
    assert np.median(year.spread[(minute >= 17 * 60) & (minute < 17 * 60 + 15)]) == pytest.approx(11e-4, rel=0.1)
    assert np.median(year.spread[(minute >= 9 * 60) & (minute < 16 * 60)]) == pytest.approx(4e-5, rel=0.3)


def test_bid_bars_show_the_artefact_of_17_and_mid_does_not(year: Bars) -> None:
    assert year.spread is not None
    minute = session_minute(year.time, year.symbol)
    buy, sell = np.flatnonzero(minute == 17 * 60 + 5), np.flatnonzero(minute == 19 * 60)
    bid, mid = year.open, year.open + year.spread / 2
    assert np.mean(bid[sell] > bid[buy]) > 0.75
    assert np.mean(mid[sell] > mid[buy]) < 0.6


def test_autoregression_is_the_recursion() -> None:
    noise = np.random.default_rng(1).standard_normal((2, 900))
    slow = np.zeros_like(noise)
    value = np.zeros(2)
    for k in range(900):
        value = 0.97 * value + noise[:, k]
        slow[:, k] = value
    assert _autoregression(noise, 0.97) == pytest.approx(slow, abs=1e-9)


def test_source() -> None:
    loaded = SimulatedSource(3).load(BarRequest(timeframe=Timeframe(1440), days=60, warmup=20))
    assert (loaded.bars.warmup, loaded.report) == (20, None)
    assert loaded.median_spread == pytest.approx(4e-5)  # from the minutes, which daily bars do not show
    assert loaded.quality.timeframe == "1m"
    assert loaded.quality.completeness == 100.0


def test_what_is_not_simulated() -> None:
    with pytest.raises(SymbolError, match="makes EURUSD, not USDJPY"):
        SimulatedSource().load(BarRequest(symbol=Symbol.get("USDJPY")))
    with pytest.raises(DataNotFoundError, match="no simulated bars"):
        simulated_bars(end=SIMULATED_END + 1)
    with pytest.raises(DataNotFoundError, match="no simulated bars"):
        simulated_bars(start=SIMULATED_START - 1, end=SIMULATED_START + DAY)
