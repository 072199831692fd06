"""Bars equal the ticks they were made of, or the difference is named."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pinewright.data import load_bars, ticks_to_bars
from pinewright.data.source import parse_moment
from pinewright.data.tick_bars import compare_ticks_with_bars
from pinewright.errors import DataQualityError
from pinewright.market import DAY, HOUR, MINUTE, Bars, Side, Symbol, Ticks, Timeframe
from tests.data.quotes import MONDAY, make_ticks, recorded_minutes, recorded_ticks


@pytest.fixture(scope="module")
def ticks() -> Ticks:
    """Two hours, a tick a second."""
    return make_ticks(7_200)


def bars_of(ticks: Ticks, minutes: int = 1, side: Side = Side.BID) -> Bars:
    """All bars of the ticks."""
    return ticks_to_bars(ticks, Timeframe(minutes), side, until=int(ticks.time[-1]) // HOUR * HOUR + HOUR)


@pytest.mark.parametrize("side", [Side.BID, Side.ASK])
@pytest.mark.parametrize("minutes", [1, 15, 60])
def test_bars_equal_their_ticks(ticks: Ticks, minutes: int, side: Side) -> None:
    check = compare_ticks_with_bars(ticks, bars_of(ticks, minutes, side))
    assert (check.compared, check.equal, check.volume_differing, check.worst) == (120 // minutes, 120 // minutes, 0, ())
    assert check.is_equal
    assert (
        check.one_line()
        == f"{120 // minutes} of {120 // minutes} {side.value} bars of {Timeframe(minutes)} equal their ticks"
    )


def test_a_difference_is_named(ticks: Ticks) -> None:
    bars = bars_of(ticks)
    high, low = bars.high.copy(), bars.low.copy()
    high[30] += 1e-5
    low[40] -= 3e-5
    high[40] += 1e-5
    check = compare_ticks_with_bars(ticks, replace(bars, high=high, low=low))
    assert (check.compared, check.equal, check.differing) == (120, 118, 2)
    assert not check.is_equal
    assert [(one.time, one.column) for one in check.worst] == [
        (int(bars.time[40]), "low"),
        (int(bars.time[30]), "high"),
    ]
    assert check.worst[0].from_ticks - check.worst[0].from_bars == pytest.approx(3e-5)
    assert "118 of 120 bid bars of 1m equal their ticks; the worst at 2025-06-02 00:40: low" in check.one_line()
    assert json.loads(json.dumps(check.as_dict()))["worst"][0]["time"] == "2025-06-02 00:40"


def test_volumes_are_compared_where_both_have_them(ticks: Ticks) -> None:
    bars = bars_of(ticks)
    volume = bars.volume.copy()
    volume[7] += 1e6
    check = compare_ticks_with_bars(ticks, replace(bars, volume=volume))
    assert (check.equal, check.volume_differing, check.is_equal) == (120, 1, False)
    assert compare_ticks_with_bars(ticks, replace(bars, volume=np.zeros(120))).volume_differing is None
    plain = replace(ticks, bid_size=None, ask_size=None)
    assert compare_ticks_with_bars(plain, bars).volume_differing is None


def test_what_only_one_of_them_has(ticks: Ticks) -> None:
    bars = bars_of(ticks)
    holed = bars.pick(np.arange(120) != 50)
    check = compare_ticks_with_bars(ticks, holed)
    assert (check.compared, check.only_ticks, check.only_bars, check.is_equal) == (119, 1, 0, False)
    assert "1 bar missing" in check.one_line()
    quiet = ticks.pick(ticks.time // MINUTE != MONDAY // MINUTE + 50)
    check = compare_ticks_with_bars(quiet, bars)
    assert (check.compared, check.only_ticks, check.only_bars, check.is_equal) == (119, 0, 1, False)
    assert "1 bar without ticks" in check.one_line()


def test_flat_bars_without_volume_need_no_ticks(ticks: Ticks) -> None:
    """bi5 fills minutes without a trade."""
    bars, quiet = bars_of(ticks), ticks.pick(ticks.time // MINUTE != MONDAY // MINUTE + 50)
    columns = {name: getattr(bars, name).copy() for name in ("open", "high", "low", "close", "volume")}
    for name in ("open", "high", "low", "close"):
        columns[name][50] = bars.close[49]
    columns["volume"][50] = 0.0
    check = compare_ticks_with_bars(quiet, replace(bars, **columns))
    assert (check.compared, check.only_bars, check.is_equal) == (119, 0, True)
    marks = np.arange(120) == 50
    assert compare_ticks_with_bars(quiet, replace(bars, filled=marks)).is_equal


def test_only_whole_bars_inside_the_period(ticks: Ticks) -> None:
    bars = bars_of(ticks)
    check = compare_ticks_with_bars(ticks, bars, MONDAY + 90_000, MONDAY + HOUR + 30_000)
    assert check.compared == 58
    late = ticks.pick(ticks.time >= MONDAY + 10 * MINUTE + 1)
    assert compare_ticks_with_bars(late, bars).only_bars == 10  # by default whole hours are said to be complete
    assert compare_ticks_with_bars(late, bars, MONDAY + 11 * MINUTE).is_equal


def test_nothing_to_compare(ticks: Ticks) -> None:
    bars = bars_of(ticks)
    for check in (
        compare_ticks_with_bars(make_ticks(0), bars),
        compare_ticks_with_bars(ticks, bars.slice(0, 0)),
        compare_ticks_with_bars(ticks, bars, MONDAY + DAY, MONDAY + 2 * DAY),
    ):
        assert (check.compared, check.is_equal) == (0, False)
        assert check.one_line() == "no bid bar of 1m to compare with ticks"


def test_what_cannot_be_compared(ticks: Ticks) -> None:
    bars = bars_of(ticks)
    with pytest.raises(DataQualityError, match="mid bars are not made of ticks"):
        compare_ticks_with_bars(ticks, replace(bars, side=Side.MID))
    with pytest.raises(DataQualityError, match="ticks of EURUSD and bars of GBPUSD"):
        compare_ticks_with_bars(ticks, replace(bars, symbol=Symbol.get("GBPUSD")))
    with pytest.raises(DataQualityError, match="bars of 1d"):
        compare_ticks_with_bars(ticks, replace(bars, timeframe=Timeframe(1440)))
    with pytest.raises(DataQualityError, match="out of order"):
        compare_ticks_with_bars(ticks.pick(np.arange(len(ticks))[::-1]), bars)
    with pytest.raises(DataQualityError, match="out of order"):
        compare_ticks_with_bars(ticks, replace(bars, time=bars.time[::-1]))


@pytest.mark.parametrize("side", [Side.BID, Side.ASK])
def test_recorded_minutes_equal_their_ticks(shared: Path, side: Side) -> None:
    start = parse_moment("2019-02-04")
    ticks = recorded_ticks(shared, "EURUSD", start, start + DAY)
    check = compare_ticks_with_bars(ticks, recorded_minutes(shared, "EURUSD", side, start, start + DAY))
    assert (check.start, check.end) == (start, start + DAY)
    assert (check.compared, check.equal, check.volume_differing, check.is_equal) == (1440, 1440, 0, True)


@pytest.mark.parametrize(("broker", "minutes"), [("oanda", 15_366), ("fxcm", 15_857)])
def test_brokers_minutes_equal_their_ticks(shared: Path, broker: str, minutes: int) -> None:
    import polars as pl

    frame = pl.read_parquet(shared / "data" / "ticks" / f"EURUSD_{broker}_ticks_201405.parquet")
    columns = (frame["time"].dt.epoch("ms").to_numpy(), frame["bid"].to_numpy(), frame["ask"].to_numpy())
    ticks = Ticks(Symbol.get("EURUSD"), *columns)
    for side in ("bid", "ask"):
        bars, _ = load_bars(shared / "data" / "m1" / f"EURUSD_{broker}_m1_201405.parquet", side=side)
        check = compare_ticks_with_bars(ticks, bars)
        assert (check.compared, check.is_equal) == (minutes, True)
