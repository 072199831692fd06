"""Recorded data and TradingView's exports: every file is read, and brokers' own bars equal ours."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pinewright.data import load_bars
from pinewright.data.zones import iso_text
from pinewright.market import DAY, HOUR, Side

BARS = (
    ("h1/EURUSD_fxcm_h1_2007_2014", "1h", "bid", 48_147),
    ("h1/EURUSD_oanda_h1_2007_2014", "1h", "bid", 49_806),
    ("h1/USDJPY_ejt_h1_2012_2022_brokertime", "1h", "bid", 57_600),
    ("h1/XAUUSD_oanda_h1_2006_2014", "1h", "bid", 52_676),
    ("m1/EURUSD_fxcm_m1_201405", "1m", "bid", 15_857),
    ("m1/EURUSD_histdata_m1_2018", "1m", "bid", 372_607),
    ("m1/EURUSD_histdata_m1_bidask_2025q2", "1m", "mid", 81_766),
    ("m1/EURUSD_oanda_m1_201405", "1m", "bid", 15_366),
    ("m1/USDJPY_fxcm_m1_201302", "1m", "bid", 28_761),
    ("m1/USDJPY_histdata_m1_2018", "1m", "bid", 371_800),
    ("m1/XAUUSD_histdata_m1_2018", "1m", "bid", 353_778),
)


@pytest.mark.parametrize(("name", "timeframe", "side", "rows"), BARS, ids=[row[0] for row in BARS])
def test_recorded_bars(shared: Path, name: str, timeframe: str, side: str, rows: int) -> None:
    bars, report = load_bars(shared / "data" / f"{name}.parquet")
    assert (str(bars.timeframe), bars.side.value, len(bars)) == (timeframe, side, rows)
    assert report.symbol == name.split("/")[1][:6]
    assert report.quality.completeness > 87


def test_the_quarter_with_gaps(shared: Path) -> None:
    path = shared / "data" / "m1" / "EURUSD_histdata_m1_bidask_2025q2.parquet"
    bars, report = load_bars(path, timeframe="15m", days=14)
    assert report.side_reason == "its open is the mid of the bid and ask beside it"
    assert report.median_spread == pytest.approx(4e-5, rel=0.2)
    assert bars.warmup == 1000
    quality = load_bars(path)[1].quality
    assert [iso_text(gap.start)[:10] for gap in quality.gaps] == ["2025-04-28", "2025-06-01"]
    assert quality.gaps[1].missing == 5 * 1440 + 180
    assert quality.spread is not None
    assert quality.spread.rollover == pytest.approx(11e-4, rel=0.1)


def test_broker_time_is_noticed(shared: Path) -> None:
    path = shared / "data" / "h1" / "USDJPY_ejt_h1_2012_2022_brokertime.parquet"
    quality = load_bars(path)[1].quality
    assert quality.hour_shift in (-2, -3)
    right = load_bars(path)[0]
    assert right.feed == path.name


@pytest.mark.parametrize("broker", ["oanda", "fxcm"])
@pytest.mark.parametrize("side", [Side.BID, Side.ASK])
def test_ticks_make_the_brokers_own_minutes(shared: Path, broker: str, side: Side) -> None:
    ours, report = load_bars(shared / "data" / "ticks" / f"EURUSD_{broker}_ticks_201405.parquet", side=side)
    theirs, _ = load_bars(shared / "data" / "m1" / f"EURUSD_{broker}_m1_201405.parquet", side=side)
    assert report.ticks
    common = np.intersect1d(ours.time, theirs.time)
    assert len(common) > 0.99 * len(theirs)
    for name in ("open", "high", "low", "close"):
        mine = getattr(ours, name)[np.isin(ours.time, common)]
        broker_own = getattr(theirs, name)[np.isin(theirs.time, common)]
        assert np.mean(np.abs(mine - broker_own) < 1e-9) > 0.99, name


@pytest.mark.parametrize("name", ["EURUSD_60_ohlcv.csv", "slippage_direction_ohlcv.csv"])
def test_tradingview_bars(shared: Path, name: str) -> None:
    bars, report = load_bars(shared / "ground_truth" / "trades" / name, "EURUSD", "1h")
    assert len(bars) in (23_054, 23_055)
    assert report.quality.completeness > 99.9
    assert iso_text(int(bars.time[0])) == "2022-01-02 22:00"


def test_tradingview_series(shared: Path) -> None:
    files = sorted((shared / "ground_truth" / "series").rglob("*.csv"))
    assert len(files) > 25
    for path in files:
        bars, report = load_bars(path, "EURUSD")
        assert len(bars) == report.rows
        assert report.unused, path.name


def test_our_hours_are_those_of_their_days(shared: Path) -> None:
    """Days made of TradingView's hours begin at 17:00 New York and hold 24 of them."""
    path = shared / "ground_truth" / "trades" / "EURUSD_60_ohlcv.csv"
    hours, days = load_bars(path)[0], load_bars(path, timeframe="1d")[0]
    counts = np.diff(np.searchsorted(hours.time, days.time))
    assert np.median(counts) == 24
    assert set(((days.time % DAY) // HOUR).tolist()) == {21, 22}
