"""Holidays: dates by rule, and recorded years in which no expected hour is empty."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pinewright.data.calendar import SessionState
from pinewright.data.dukascopy.holidays import closed_days, easter, metal_early_ends, metal_holidays
from pinewright.data.dukascopy.instruments import find_instrument
from pinewright.data.dukascopy.requests import periods, session_states
from pinewright.data.store.kinds import Kind
from pinewright.market import HOUR, BoolArray

YEARS = np.arange(np.datetime64("2021-01-01"), np.datetime64("2026-01-01"))
DAYS = YEARS.astype(np.int64)


def dates(marked: BoolArray, year: int) -> list[str]:
    return [str(day)[5:] for day in YEARS[marked] if str(day).startswith(str(year))]


def test_easter() -> None:
    found = [easter(year) for year in (1818, 1943, 2000, 2008, 2018, 2024, 2025, 2038)]
    days = ((3, 22), (4, 25), (4, 23), (3, 23), (4, 1), (3, 31), (4, 20), (4, 25))
    assert [(one.month, one.day) for one in found] == list(days)
    assert all(one.weekday() == 6 for one in found)
    assert easter(2025) == date(2025, 4, 20)


def test_holidays_of_a_year() -> None:
    assert dates(closed_days(DAYS), 2025) == ["01-01", "12-25"]
    assert dates(metal_holidays(DAYS), 2025) == ["04-18"]
    early = ["01-20", "02-17", "05-26", "06-19", "07-04", "09-01", "11-27", "11-28", "12-24"]
    assert dates(metal_early_ends(DAYS), 2025) == early


def test_holidays_on_a_weekend_are_kept_beside_it() -> None:
    """In 2021 the Fourth of July was a Sunday, Christmas and the New Year after it Saturdays."""
    assert dates(metal_holidays(DAYS), 2021) == ["04-02", "12-24", "12-31"]
    assert "07-05" in dates(metal_early_ends(DAYS), 2021)
    assert "06-20" in dates(metal_early_ends(DAYS), 2022)
    assert len(metal_holidays(np.zeros(0, dtype=np.int64))) == 0


@pytest.mark.parametrize("name", ["EURUSD", "USDJPY", "XAUUSD"])
def test_no_expected_hour_of_2018_is_empty(shared: Path, name: str) -> None:
    """And no closed one has a minute: nothing is called a hole that is none, nothing closed that can be fetched."""
    frame = pl.read_parquet(shared / "data" / "m1" / f"{name}_histdata_m1_2018.parquet")
    time = frame[frame.columns[0]].dt.convert_time_zone("UTC").dt.epoch("ms").to_numpy()
    filled = set((time // HOUR).tolist())
    hours = periods(Kind.TICK, int(time[0]), int(time[-1]))
    states = session_states(find_instrument(name), hours)
    for (start, _), state in zip(hours, states, strict=True):
        assert state is not SessionState.EXPECTED or start // HOUR in filled
        assert state is not SessionState.CLOSED or start // HOUR not in filled
    assert states.count(SessionState.TOLERATED) < 370
