"""`pinewright patterns`: the table, counts on bars, scripts, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pinewright.app.cli import MainApplication
from pinewright.app.terminal import output
from pinewright.market import Timeframe
from pinewright.patterns.detector import detect, patterns
from pinewright.patterns.mining.shape import Shape, template_of
from pinewright.patterns.pattern import Direction
from pinewright.pine.checker import check
from tests.support.walks import walk_bars


def run(*words: str) -> int:
    return MainApplication().run(["patterns", *words])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    bars = walk_bars(800, 7)
    columns = {"time": bars.time // 1000, "open": bars.open, "high": bars.high, "low": bars.low, "close": bars.close}
    path = tmp_path / "EURUSD_15m.csv"
    pl.DataFrame(columns).write_csv(path)
    return path


def test_lists_all_and_tells_of_named_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert run() == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(patterns()) + 1
    assert run("hammer") == 0
    told = capsys.readouterr().out
    assert "0.5 to 0.8, step 0.05" in told
    assert run("hammer", "--json") == 0
    (row,) = json.loads(capsys.readouterr().out)
    assert row["direction"] == 1
    assert [item["name"] for item in row["parameters"]] == [item.name for item in patterns()["hammer"].parameters]


def test_counts_and_places(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "marks.csv"
    assert run("--bars", str(file), "--out", str(out), "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    marks = detect(walk_bars(800, 7))
    assert sum(row["fired"] for row in answer["patterns"]) == len(marks) > 100
    table = pl.read_csv(out)
    assert len(table) == len(marks)
    assert table["pattern"].to_list() == [mark.pattern for mark in marks]
    bars = walk_bars(800, 7)
    assert table["bar"].to_list() == [f"{output.utc(int(bars.time[mark.bar]))}" for mark in marks]
    assert table["known"].to_list() == [f"{output.utc(int(bars.time[mark.bar]) + 900_000)}" for mark in marks]
    assert table["bars"].to_list() == [mark.bar - mark.start + 1 for mark in marks]
    assert run("doji", "double_top", "--bars", str(file)) == 0
    told = capsys.readouterr().out
    assert "per 10,000 bars" in told
    assert "hammer" not in told


@pytest.mark.parametrize("form", ["functions", "indicator", "strategy"])
def test_writes_pine_that_passes_the_check(form: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "x.pine"
    assert run("bullish_engulfing", "double_top", "--pine", form, "--out", str(out)) == 0
    told = capsys.readouterr().err
    assert ("pinewright check" in told) == (form != "functions")
    text = out.read_text()
    if form == "functions":
        text = f'//@version=6\nindicator("x")\n{text}\nplot(doubleTop(5, 0.5, 2.0) ? 1 : 0)\n'
        text += "plot(bullishEngulfing(10, 1.0, 0.1) ? 1 : 0)\n"
    assert check(text).diagnostics == ()


def test_dates_reach_the_strategy(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("hammer", "--pine", "strategy", "--from", "2025-01-01", "--to", "2025-02-01") == 0
    text = capsys.readouterr().out
    assert "// Dates: 2025-01-01 00:00 UTC to 2025-02-01 00:00 UTC." in text
    assert "strategy.short" not in text


def test_sides_filters_and_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--pine", "strategy", "--long", "doji", "--filter", "rsi_reversal", "--timeframe", "1h") == 0
    text = capsys.readouterr().out
    assert "RSI reversal, filtered by patterns EURUSD 1h" in text
    assert "longConfirmed = longEvent and longPatternAge <= patternWithin" in text
    assert check(text).diagnostics == ()


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (["hamer"], "unknown pattern 'hamer'"),
        (["--pine", "strategy"], "would be hard to read"),
        (["doji", "--pine", "strategy"], "not said which side to take on doji"),
        (["hammer", "--pine", "strategy", "--long", "shooting_star"], "not said which side to take on hammer"),
        (["hammer", "--pine", "functions", "--costs", "1"], "--costs belongs to --pine strategy"),
        (["hammer", "--pine", "indicator", "--from", "2025-01-01"], "--from says something of bars"),
        (["hammer", "--side", "ask"], "--side says something of bars"),
        (["hammer", "--pine", "library"], "there is no --pine 'library'"),
        (["hammer", "--long", "hammer"], "--long belongs to --pine strategy"),
        (["hammer", "--out", "x.csv"], "--out needs something to write"),
        (["hammer", "--pine", "strategy", "--filter", "rsi"], "unknown family 'rsi'"),
    ],
)
def test_what_is_refused(words: list[str], what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*words) == 2
    told = capsys.readouterr().err
    assert what in told
    assert "hint:" in told


def test_one_thing_at_a_time_and_kinds_of_files(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--bars", str(file), "--pine", "indicator") == 2
    assert "one at a time" in capsys.readouterr().err
    assert run("--bars", str(file), "--out", "marks.xlsx") == 2
    assert "hint:" in capsys.readouterr().err


def test_mined_shapes_are_patterns_too(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    template = tuple(float(value) for value in np.sin(np.linspace(0.0, 6.0, 16)))
    shape = Shape("shape_15m_16_1", template_of(template), 0.5, Direction.UP, 8, Timeframe(15))
    file = tmp_path / "shapes.json"
    file.write_text(json.dumps({"shapes": [shape.as_dict()]}))
    for words in (["shape_15m_16_1"], ["--long", "shape_15m_16_1", "--short", "hammer", "--filter", "macd"]):
        assert run(*words, "--pine", "strategy", "--shapes", str(file), "--timeframe", "15m") == 0
        text = capsys.readouterr().out
        assert "shape1516" in text.replace("m", "").replace("_", "").lower()
        assert check(text).diagnostics == ()
    file.write_text("{}")
    assert run("hammer", "--pine", "strategy", "--shapes", str(file)) == 2
    assert "no file of mined shapes" in capsys.readouterr().err
    assert run("hammer", "--pine", "strategy", "--shapes", str(tmp_path / "none.json")) == 2
    assert "cannot be read" in capsys.readouterr().err
    assert run("hammer", "--shapes", str(file)) == 2
    assert "--shapes belongs to --pine" in capsys.readouterr().err
