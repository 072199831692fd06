"""`pinewright patterns`: the table, counts on bars, scripts, and what is refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pinewright.app.cli import MainApplication
from pinewright.app.terminal import output
from pinewright.app.words.patterns import FILTER_HELP
from pinewright.generate import FAMILIES
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
        (["--pine", "strategy"], "--pine does not say which patterns"),
        (["--pine", "indicator"], "--pine does not say which patterns"),
        (
            ["doji", "--pine", "strategy", "--long", "doji", "--short", "doji"],
            "doji would buy and sell on the same bars",
        ),
        (["doji", "--pine", "strategy"], "not said which side to take on doji"),
        (["hammer", "--pine", "strategy", "--long", "shooting_star"], "not said which side to take on hammer"),
        (["hammer", "--pine", "functions", "--costs", "1"], "--costs belongs to --pine strategy"),
        (["hammer", "--pine", "indicator", "--from", "2025-01-01"], "--from is of no use with --pine indicator"),
        (["hammer", "--pine", "functions", "--symbol", "EURUSD"], "--symbol is of no use with --pine functions"),
        (["hammer", "--from", "2025-01-01"], "--from says something of bars"),
        (["hammer", "--side", "ask"], "--side says something of bars"),
        (["hammer", "--pine", "library"], "there is no --pine 'library'"),
        (["hammer", "--pine", "library", "--symbol", "EURUSD"], "there is no --pine 'library'"),
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


def test_the_way_out_of_a_refusal(capsys: pytest.CaptureFixture[str]) -> None:
    """What a hint says to do is no other error."""
    assert run("hammer", "--pine", "functions", "--symbol", "EURUSD") == 2
    assert "hint: leave it away" in capsys.readouterr().err
    assert run("--pine", "indicator") == 2
    assert "hint: name them, such as hammer shooting_star" in capsys.readouterr().err
    assert run("hammer", "shooting_star", "--pine", "indicator") == 0
    assert capsys.readouterr().err == ""
    assert set(FAMILIES) <= set(re.findall("[a-z_]+", FILTER_HELP))


def test_tables_show_names_that_can_be_typed_and_what_they_announce(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("hammer", "hanging_man", "doji") == 0
    head, *rows = capsys.readouterr().out.split("\n\n")[0].splitlines()
    assert "said to announce" in head
    assert [row.split()[0] for row in rows] == ["hammer", "hanging_man", "doji"]
    for row, said in zip(rows, (" a rise ", " a fall ", " - "), strict=True):
        assert said in row


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


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    """Shapes mined from USDJPY, of two time frames."""
    template = template_of(np.sin(np.linspace(0.0, 6.0, 16)))
    one = Shape("shape_1h_16_1", template, 0.5, Direction.UP, 8, Timeframe(60))
    two = Shape("shape_5m_16_1", template, 0.5, Direction.DOWN, 8, Timeframe(5))
    path = tmp_path / "shapes.json"
    path.write_text(json.dumps({"bars": {"symbol": "USDJPY"}, "shapes": [one.as_dict(), two.as_dict()]}))
    return path


@pytest.mark.parametrize(
    ("words", "made_for"),
    [
        (["shape_1h_16_1"], "1h bars of USDJPY"),
        (["shape_5m_16_1", "--timeframe", "5m"], "5m bars of USDJPY"),
        (["shape_1h_16_1", "--symbol", "EURUSD"], "1h bars of EURUSD"),
        (["shape_1h_16_1", "hammer"], "1h bars of USDJPY"),
        (["--long", "shape_1h_16_1", "--filter", "macd"], "1h bars of USDJPY"),
        (["hammer"], "15m bars of EURUSD"),
        (["hammer", "--timeframe", "1h"], "1h bars of EURUSD"),
    ],
)
def test_a_mined_shape_keeps_its_market(
    shapes: Path, words: list[str], made_for: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words, "--pine", "strategy", "--shapes", str(shapes)) == 0
    text = capsys.readouterr().out
    assert f", made for {made_for}.\n" in text
    assert f"currency = currency.{'JPY' if 'USDJPY' in made_for else 'USD'}" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["shape_1h_16_1", "--timeframe", "15m"], "shape_1h_16_1 was mined from 1h bars: on 15m bars"),
        (["shape_1h_16_1", "shape_5m_16_1"], "shape_1h_16_1 is a shape of 1h bars, shape_5m_16_1 one of 5m"),
    ],
)
def test_a_mined_shape_of_another_time_frame_is_refused(
    shapes: Path, words: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words, "--pine", "strategy", "--shapes", str(shapes)) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "hint:" in told
    assert run(*words[:1], "--pine", "indicator", "--shapes", str(shapes)) == 0
