"""Bars by the words of the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from pinewright.app.given.loading import BarOptions
from pinewright.data.simulate import simulated_bars
from pinewright.errors import DataError, UsageError
from tests.app.commands.test_fetch import histdata_zip
from tests.journeys.conftest import write_csv


def test_a_file_of_histdata_is_known_by_its_name_and_read_by_its_clock(tmp_path: Path) -> None:
    bars = simulated_bars(5, "1m", end=1_485_820_800_000, days=2, warmup=0)
    found = BarOptions(histdata_zip(bars, tmp_path)).load().bars
    assert found.time.tolist() == bars.time.tolist()
    assert found.feed.startswith("HistData")


def test_a_source_that_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINEWRIGHT_DATA_DIR", str(tmp_path / "market"))
    with pytest.raises(UsageError, match="unknown source 'dukascopi'"):
        BarOptions(source="dukascopi").load()
    with pytest.raises(UsageError, match="at once"):
        BarOptions(tmp_path / "EURUSD.csv", source="stored").load()
    with pytest.raises(DataError) as caught:
        BarOptions(source="stored", symbol="EURUSD").load()
    assert "pinewright fetch EURUSD" in (caught.value.hint or "")


def test_a_treatment_is_told_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bars = simulated_bars(5, "1m", start=1_748_822_400_000, days=2, warmup=0)
    path = write_csv(bars, tmp_path / "EURUSD_bid_1m.csv")
    BarOptions(path, clean=("spikes",), fill="previous-close").load()
    said = capsys.readouterr().err
    assert said.count("cleaned: ") == said.count("filled: ") == 1
    with pytest.raises(UsageError, match="nothing to clean"):
        BarOptions(clean=("all",)).load()
