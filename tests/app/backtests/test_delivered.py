"""The folder of a report read again: its scripts, their trades, and what is wrong with a folder that is none."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from pinewright.app.backtests.delivered import read_delivered
from pinewright.data.simulate import simulated_bars
from pinewright.errors import DataFormatError, DataNotFoundError
from pinewright.market import Bars

from .delivered_folder import COSTS, SCRIPT, trades_of, write_folder

TEXT = SCRIPT.format(costs=COSTS)


@pytest.fixture(scope="module")
def bars() -> Bars:
    return simulated_bars(5, "15m", days=30, warmup=0)


@pytest.fixture
def folder(tmp_path: Path, bars: Bars, kernels: Path) -> Path:
    second = TEXT.replace("input.int(20", "input.int(50")
    return write_folder(tmp_path / "out", bars, {"1_a.pine": TEXT, "2_b.pine": second}, kernels)


def test_scripts_come_with_their_closed_trades(folder: Path, bars: Bars, kernels: Path) -> None:
    found = read_delivered(folder)
    trades = trades_of(TEXT, bars, kernels)
    assert [script.file for script in found.scripts] == ["1_a.pine", "2_b.pine"]
    np.testing.assert_array_equal(found.scripts[0].profits, trades.net_profit[~trades.is_open])
    assert bool(trades.is_open.any())
    assert len(found.scripts[1].profits) != len(found.scripts[0].profits)
    assert (found.symbol.name, str(found.timeframe), found.days, found.pips) == ("EURUSD", "15m", 20, 0.4)
    assert found.end == int(bars.time[-1]) + 15 * 60_000


def test_a_table_of_invented_prices_has_a_line_above(folder: Path) -> None:
    count = len(read_delivered(folder).scripts[0].profits)
    table = folder / "trades.csv"
    table.write_text("# Demo on invented prices: nothing here is tradable\n" + table.read_text(encoding="utf-8"))
    assert len(read_delivered(folder).scripts[0].profits) == count


def test_what_was_taken_away_is_told_and_the_rest_is_read(folder: Path) -> None:
    (folder / "1_a.pine").unlink()
    found = read_delivered(folder)
    assert found.gone == ("1_a.pine",)
    assert [script.file for script in found.scripts] == ["2_b.pine"]
    (folder / "2_b.pine").unlink()
    with pytest.raises(DataNotFoundError, match=r"are gone: 1_a\.pine, 2_b\.pine"):
        read_delivered(folder)


def test_of_two_rows_of_one_file_the_first_was_delivered(folder: Path) -> None:
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    report["strategies"][1]["file"] = "1_a.pine"
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")
    assert [script.label for script in read_delivered(folder).scripts] == ["1. 1_a"]


def test_a_folder_without_a_delivery_says_why(tmp_path: Path, bars: Bars, kernels: Path) -> None:
    folder = write_folder(tmp_path / "out", bars, {"mine.pine": TEXT}, kernels, better=False)
    (folder / "mine.pine").unlink()
    with pytest.raises(DataNotFoundError, match="nothing better than the script's own defaults") as caught:
        read_delivered(folder)
    assert "pinewright backtest mine.pine" in str(caught.value.hint)


def test_folders_that_are_none(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(DataNotFoundError, match="no such folder"):
        read_delivered(tmp_path / "nowhere")
    with pytest.raises(DataNotFoundError, match=r"report\.json is missing"):
        read_delivered(tmp_path)
    (folder / "trades.csv").unlink()
    with pytest.raises(DataNotFoundError, match=r"trades\.csv is missing"):
        read_delivered(folder)


@pytest.mark.parametrize("text", ["not json", "[]", "{}", '{"schema": "pinewright/report/1"}'])
def test_a_report_of_something_else_is_refused(folder: Path, text: str) -> None:
    (folder / "report.json").write_text(text, encoding="utf-8")
    with pytest.raises(DataFormatError, match="cannot be read as a report"):
        read_delivered(folder)


def test_a_file_name_that_leaves_the_folder_is_not_followed(folder: Path) -> None:
    report = json.loads((folder / "report.json").read_text(encoding="utf-8"))
    for one in report["strategies"]:
        one["file"] = "../" + one["file"]
    (folder / "report.json").write_text(json.dumps(report), encoding="utf-8")
    with pytest.raises(DataNotFoundError, match="are gone"):
        read_delivered(folder)
