"""From nothing to five checked scripts by one command; stopped, it goes on; the seed decides, not the threads."""

from __future__ import annotations

import csv
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pinewright.data.simulate import CAUTION
from pinewright.generate import FAMILIES
from pinewright.market import Bars
from tests.journeys.conftest import Pinewright, Shared

SMALL = ("--budget", "small", "--days", "10", "--seed", "3")
FEW = ("--family", "trend_cross", "--family", "candle_reversal", "--family", "chart_pattern")
"""Where a law holds for any family, three are enough: one by numbers, one by candles, one by structure."""
ONE = (*SMALL, *FEW, "--threads", "1")
"""The run that several tests compare with."""


def scripts_in(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.glob("*.pine"))}


def test_the_demo_gives_five_scripts_that_check_accepts(pinewright: Pinewright, shared_run: Shared) -> None:
    answer, out = shared_run(*SMALL)
    assert answer.code == 0, answer.err
    assert answer.out.startswith(CAUTION)
    scripts = scripts_in(out)
    assert [name[:2] for name in scripts] == ["1_", "2_", "3_", "4_", "5_"]
    assert len(set(scripts.values())) == 5
    assert all(CAUTION.encode() in text.splitlines()[1] for text in scripts.values())
    checked = pinewright("check", *(out / name for name in scripts), "--json")
    assert (checked.code, checked.json) == (0, [])
    page = (out / "report.html").read_text(encoding="utf-8")
    assert CAUTION in page
    document: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert document["caution"] == CAUTION
    assert len(document["verdict"]) == 3
    assert document["trials"]["total"] >= len(FAMILIES) * 256 * 0.9


def test_the_expected_trades_are_those_of_the_delivered_script(shared_run: Shared) -> None:
    answer, out = shared_run(*SMALL)
    assert answer.code == 0, answer.err
    lines = (out / "trades.csv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == f"# {CAUTION}"
    counted: dict[str, set[str]] = {}
    for row in csv.DictReader(lines[1:]):
        counted.setdefault(row["Strategy"], set()).add(row["Trade #"])
    for (label, numbers), (_, text) in zip(sorted(counted.items()), scripts_in(out).items(), strict=True):
        assert f"Expected in the strategy tester on the same bars: {len(numbers):,} trades" in text.decode(), label


def test_the_same_seed_gives_the_same_bytes_on_one_thread_and_on_two(
    pinewright: Pinewright, shared_run: Shared, tmp_path: Path
) -> None:
    one, first = shared_run(*ONE)
    assert one.code == 0, one.err
    assert pinewright("run", *SMALL, *FEW, "--threads", 2, "--out", tmp_path / "2").code == 0
    assert scripts_in(first) == scripts_in(tmp_path / "2")
    assert pinewright("run", *SMALL[:-1], "4", *FEW, "--out", tmp_path / "other").code == 0
    assert scripts_in(tmp_path / "other") != scripts_in(first)


def test_a_stopped_run_goes_on_and_ends_as_if_it_had_not_been_stopped(
    pinewright: Pinewright, shared_run: Shared, tmp_path: Path
) -> None:
    answer, whole = shared_run(*ONE)
    assert answer.code == 0, answer.err
    out = tmp_path / "stopped"
    command = [
        sys.executable,
        "-c",
        "from pinewright.app.cli import main; main()",
        "run",
        *SMALL,
        *FEW,
        "--out",
        str(out),
    ]
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 120
    while not list(out.glob("search-state/*.journal")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=120)
    if process.returncode == 0:
        pytest.skip("the run was over before the signal came")
    assert process.returncode == 130, err
    assert "the same command goes on" in err
    assert not list(out.glob("*.pine"))
    assert pinewright("run", *SMALL, *FEW, "--out", out).code == 0
    assert scripts_in(out) == scripts_in(whole)


def test_json_is_alone_on_standard_output(pinewright: Pinewright, tmp_path: Path) -> None:
    answer = pinewright("run", *SMALL, "--out", tmp_path / "out", "--json")
    document: Any = answer.json
    assert answer.code == 0
    assert document["report"]["caution"] == CAUTION
    assert {Path(name).name for name in document["files"]} >= {"report.html", "report.json", "trades.csv"}


@pytest.mark.parametrize("timeframe", ["15m", "1m"])
def test_three_months_of_real_minutes_with_gaps(
    pinewright: Pinewright, tmp_path: Path, shared: Path, timeframe: str
) -> None:
    bars = shared / "data/m1/EURUSD_histdata_m1_bidask_2025q2.parquet"
    out = tmp_path / "out"
    families = FEW if timeframe == "1m" else ()
    given = ("--timeframe", timeframe, "--budget", "small", *families)
    answer = pinewright("run", "--bars", bars, *given, "--out", out)
    assert answer.code == 0, answer.err
    assert "2 gaps" in answer.err
    assert len(scripts_in(out)) == 5
    document: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert document["caution"] is None
    assert document["data"]["side"] == "mid"
    assert "median spread" in document["costs"]["origin"]
    following = shlex.split(document["next_command"])[1:]
    tested: Any = pinewright(*following, "--json")
    expected = document["strategies"][0]["hand_off"]
    assert tested.json["metrics"]["trades"] == expected["total_trades"]
    assert tested.json["metrics"]["net_profit"] == pytest.approx(expected["net_profit"])
    elsewhere = pinewright("backtest", following[1], "--bars", bars, "--timeframe", "30m")
    assert f"was made for EURUSD {timeframe} and is tested on EURUSD 30m" in elsewhere.err
    assert "was made for" not in tested.err


def test_a_folder_holds_the_scripts_of_one_report(pinewright: Pinewright, shared_run: Shared, tmp_path: Path) -> None:
    first, whole = shared_run(*ONE)
    assert first.code == 0, first.err
    out = shutil.copytree(whole, tmp_path / "out")
    for seed in ("3", "4"):
        if seed != "3":
            assert pinewright("run", *SMALL[:-1], seed, *FEW, "--out", out).code == 0
        document: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
        assert list(scripts_in(out)) == sorted(item["file"] for item in document["strategies"])


def test_what_cannot_be_written_leaves_nothing_behind(pinewright: Pinewright, tmp_path: Path) -> None:
    out = tmp_path / "out"
    answer = pinewright("run", "--timeframe", "1d", "--days", "60", "--out", out)
    assert answer.code == 2
    assert "--rollover" in answer.err
    assert not out.exists()


def test_the_delivered_script_gives_the_figures_of_the_report(
    pinewright: Pinewright, tmp_path: Path, bars: Bars, bars_file: Path
) -> None:
    out = tmp_path / "out"
    # Held over weekends, so that the ends of the parts matter.
    assert pinewright("run", "--bars", bars_file, "--rollover", "--budget", "small", "--out", out).code == 0
    document: dict[str, Any] = json.loads((out / "report.json").read_text(encoding="utf-8"))
    strategy = document["strategies"][0]
    for part, period in document["parts"].items():
        start = int(datetime.fromisoformat(period["start"]).timestamp() * 1000) + bars.timeframe.milliseconds
        end = int(datetime.fromisoformat(period["end"]).timestamp() * 1000)
        dates = ("--set", f"fromTime={start}", "--set", f"toTime={end}")
        answer: Any = pinewright("backtest", out / strategy["file"], "--bars", bars_file, *dates, "--json").json
        for name in ("net_profit", "trades", "win_rate", "max_drawdown"):
            found, told = answer["metrics"][name], strategy["results"][part][name]
            assert found == told or found == pytest.approx(told, abs=1e-6), (part, name)
