"""`pinewright indicators`: columns from a file of bars, and what is refused before any work."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pinewright.app.cli import MainApplication

MONDAY = 1_736_121_600  # 2025-01-06 00:00 UTC


@pytest.fixture
def bars(tmp_path: Path) -> Path:
    close = 1.1 + np.cumsum(np.random.default_rng(3).integers(-20, 21, 120)) * 1e-5
    rows = ["time,open,high,low,close,volume"]
    rows += [
        f"{MONDAY + 900 * i},{value:.5f},{value + 1e-4:.5f},{value - 1e-4:.5f},{value:.5f},1"
        for i, value in enumerate(close)
    ]
    file = tmp_path / "EURUSD_15m.csv"
    file.write_text("\n".join(rows) + "\n")
    return file


def test_a_table_and_a_file(bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "columns.csv"
    words = ["indicators", "--bars", str(bars), "ta.rsi(close, 14)", "m = ta.macd(close, 12, 26, 9)", "--out", str(out)]
    assert MainApplication().run(words) == 0
    captured = capsys.readouterr()
    assert "ta.rsi(close, 14)  2025-01-06T03:30:00+00:00" in captured.out
    assert "120 rows written" in captured.err
    frame = pl.read_csv(out)
    assert frame.columns == ["time", "ta.rsi(close, 14)", "m.line", "m.signal", "m.histogram"]
    assert frame["time"][0] == "2025-01-06T00:00:00+00:00"
    assert frame["m.signal"].null_count() == 33


def test_parquet_holds_the_same(bars: Path, tmp_path: Path) -> None:
    for name in ("a.csv", "a.parquet"):
        assert (
            MainApplication().run(["indicators", "--bars", str(bars), "x = ta.atr(7)", "--out", f"{tmp_path / name}"])
            == 0
        )
    text, binary = pl.read_csv(tmp_path / "a.csv"), pl.read_parquet(tmp_path / "a.parquet")
    assert text["x"].to_list() == binary["x"].to_list()
    assert binary["time"].dtype == pl.Datetime("ms", "UTC")


def test_json(bars: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert MainApplication().run(["indicators", "--bars", str(bars), "ta.sma(close, 3)", "na", "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["bars"]["bars"] == 120
    first, second = answer["columns"]
    assert first["known_from"] == "2025-01-06T00:30:00+00:00"
    assert second == {"name": "na", "known_from": None, "last": None}


def test_the_functions_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert MainApplication().run(["indicators"]) == 0
    assert "ta.rsi(close, 14)" in capsys.readouterr().out
    assert MainApplication().run(["indicators", "--json"]) == 0
    rows = {row["name"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["ta.macd"]["members"] == ["line", "signal", "histogram"]
    assert rows["ta.rsi"]["ranges"] == {"length": {"minimum": 3, "maximum": 40, "step": 1.0}}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ta.rsi(close, 14)"], "no bars to compute over"),
        (["--bars", "BARS"], "no expression to compute"),
        (["--bars", "BARS", "ta.rsii(close, 14)"], "did you mean `ta.rsi`"),
        (["--bars", "BARS", "close", "--out", "columns.txt"], "not written as .txt"),
        (["--bars", "BARS", "close", "--out", "nowhere/columns.csv"], "cannot be written"),
        (["--bars", "BARS", "time", "--out", "columns.csv"], "named time"),
        (["--bars", "none.csv", "close"], "no such file"),
    ],
)
def test_refusals(
    bars: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert MainApplication().run(["indicators", *(str(bars) if word == "BARS" else word for word in words)]) == 2
    captured = capsys.readouterr()
    assert said in captured.err.lower()
    assert captured.out == ""
    assert sorted(path.name for path in tmp_path.iterdir() if "columns" in path.name) == []
