"""Bad input: one clear error each, exit code 2, no traceback, nothing half-written."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.journeys.conftest import Pinewright

SCRIPT = """//@version=6
strategy("t")
n = input.int(5, minval = 2)
if ta.crossover(close, ta.sma(close, n))
    strategy.entry("L", strategy.long)
"""
HEAD = "time,open,high,low,close\n"


def rows(count: int = 300, step: int = 900) -> list[str]:
    return [f"{1_700_000_000 // step * step + k * step},1.1,1.2,1.0,1.15" for k in range(count)]


def swapped() -> str:
    lines = rows()
    lines[10], lines[11] = lines[11], lines[10]
    return HEAD + "\n".join(lines)


def doubled() -> str:
    lines = rows()
    return HEAD + "\n".join([*lines[:20], lines[19], *lines[20:]])


def hole() -> str:
    lines = rows()
    lines[5] = lines[5].replace("1.15", "nan")
    return HEAD + "\n".join(lines)


BAD_BARS: dict[str, tuple[str | None, str]] = {
    "missing file": (None, "no such file"),
    "empty file": ("", "empty"),
    "wrong columns": ("a,b\n1,2\n", "column"),
    "unsorted times": (swapped(), "row"),
    "duplicated times": (doubled(), "twice"),
    "NaN price": (hole(), "close"),
}


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "t.pine"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", BAD_BARS)
@pytest.mark.parametrize("command", ["backtest", "optimize", "run"])
def test_bad_bars(pinewright: Pinewright, tmp_path: Path, script: Path, command: str, name: str) -> None:
    text, word = BAD_BARS[name]
    path, out = tmp_path / "EURUSD.csv", tmp_path / "out"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    arguments = [command, *([] if command == "run" else [script]), "--bars", path]
    arguments += ["--trades", out] if command == "backtest" else ["--out", out]
    answer = pinewright(*arguments)
    assert answer.code == 2
    assert answer.err.count("error[") == 1
    assert word in answer.err.lower()
    assert "Traceback" not in answer.err
    assert not out.exists()


def test_unknown_symbol_and_time_frame(pinewright: Pinewright, script: Path, bars_file: Path) -> None:
    symbol = pinewright("backtest", script, "--bars", bars_file, "--symbol", "EURUSF")
    assert (symbol.code, "EURUSD" in symbol.err) == (2, True)
    frame = pinewright("backtest", script, "--bars", bars_file, "--timeframe", "7x")
    assert (frame.code, "15m" in frame.err) == (2, True)
    finer = pinewright("backtest", script, "--bars", bars_file, "--timeframe", "1m")
    assert finer.code == 2


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="a super-user may write everywhere")
def test_folder_without_permission(pinewright: Pinewright, tmp_path: Path) -> None:
    tmp_path.joinpath("closed").mkdir(mode=0o500)
    answer = pinewright("run", "--budget", "small", "--out", tmp_path / "closed/out")
    assert (answer.code, "cannot be written" in answer.err) == (2, True)


def test_output_that_is_a_file(pinewright: Pinewright, tmp_path: Path, script: Path, bars_file: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine", encoding="utf-8")
    for arguments in (["run", "--budget", "small"], ["optimize", script, "--bars", bars_file]):
        answer = pinewright(*arguments, "--out", taken)
        assert answer.code == 2, answer.err
        assert "cannot be written" in answer.err
        assert taken.read_text(encoding="utf-8") == "mine"
    answer = pinewright("backtest", script, "--bars", bars_file, "--trades", tmp_path / "no/folder/x.csv")
    assert answer.code == 2
    assert not (tmp_path / "no").exists()


BAD_CALLS: dict[str, Callable[[Path, Path], list[object]]] = {
    "unknown command": lambda script, bars: ["backtset", script],
    "unknown option": lambda script, bars: ["backtest", script, "--bras", bars],
    "no bars": lambda script, bars: ["backtest", script],
    "unknown input": lambda script, bars: ["backtest", script, "--bars", bars, "--set", "m=3"],
    "input without a value": lambda script, bars: ["backtest", script, "--bars", bars, "--set", "n"],
    "input out of range": lambda script, bars: ["backtest", script, "--bars", bars, "--set", "n=1"],
    "input that is no number": lambda script, bars: ["backtest", script, "--bars", bars, "--set", "n=x"],
    "costs that are no number": lambda script, bars: ["backtest", script, "--bars", bars, "--costs", "cheap"],
    "negative costs": lambda script, bars: ["backtest", script, "--bars", bars, "--costs", "-1"],
    "unknown time zone": lambda script, bars: ["backtest", script, "--bars", bars, "--timezone", "Mars/Base"],
    "date that is none": lambda script, bars: ["backtest", script, "--bars", bars, "--from", "tomorrow"],
    "window without bars": lambda script, bars: ["backtest", script, "--bars", bars, "--from", "2035-01-01"],
    "unknown source": lambda script, bars: ["run", "--source", "dukascopi"],
    "source and bars": lambda script, bars: ["run", "--source", "simulated", "--bars", bars],
    "unknown budget": lambda script, bars: ["run", "--budget", "huge"],
    "days that are none": lambda script, bars: ["run", "--days", "0"],
    "script that is a folder": lambda script, bars: ["check", script.parent],
}


@pytest.mark.parametrize("name", BAD_CALLS)
@pytest.mark.parametrize("as_json", [False, True])
def test_bad_calls(
    pinewright: Pinewright, tmp_path: Path, script: Path, bars_file: Path, name: str, as_json: bool
) -> None:
    before = sorted(tmp_path.iterdir())
    answer = pinewright(*BAD_CALLS[name](script, bars_file), *(["--json"] if as_json else []))
    assert answer.code == 2, answer
    assert "Traceback" not in answer.err + answer.out
    if as_json:
        assert set(answer.json["error"]) == {"code", "what", "where", "hint"}  # type: ignore[index]
    else:
        assert answer.err.startswith("error[")
    assert sorted(tmp_path.iterdir()) == before


def test_a_syntax_error_is_a_finding_for_check_and_an_error_elsewhere(
    pinewright: Pinewright, tmp_path: Path, bars_file: Path
) -> None:
    script = tmp_path / "broken.pine"
    script.write_text('//@version=6\nstrategy("t"\nx = (1 + \n', encoding="utf-8")
    found = pinewright("check", script)
    assert found.code == 1
    assert f"{script}:" in found.out
    listed = pinewright("check", script, "--json")
    assert listed.code == 1
    place = {"file", "line", "column", "end_line", "end_column"}
    keys = place | {"code", "severity", "message", "hint", "fix", "fix_is_safe"}
    assert all(set(item) == keys for item in listed.json)  # type: ignore[attr-defined]
    tested = pinewright("backtest", script, "--bars", bars_file)
    assert tested.code == 2
    assert "PW0" in tested.err
