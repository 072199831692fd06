"""`pinewright mine` and `pinewright synthesize`: what they tell, what they write, what they refuse."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from benchmarks.support.shape_market import planted
from pinewright.app.cli import MainApplication
from pinewright.app.patterns.mining import SHAPES_FILE
from pinewright.data.files import FileSource
from pinewright.data.resample import resample
from pinewright.data.source import BarRequest
from pinewright.market import Bars, Timeframe
from pinewright.patterns.mining.outlines import OUTLINES
from pinewright.patterns.mining.shape import Shape
from pinewright.pine.checker import check
from tests.support.walks import walk_bars

FAST = ("--lengths", "32", "--most", "6", "--threads", "1", "--seed", "3")


def run(*words: str) -> int:
    return MainApplication().run(list(words))


def write(bars: Bars, path: Path) -> Path:
    columns = {name: getattr(bars, name) for name in ("open", "high", "low", "close")}
    pl.DataFrame({"time": bars.time // 1000, **columns}).write_csv(path)
    return path


@pytest.fixture(scope="module")
def file(shared: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    minutes = FileSource(shared / "data/m1/EURUSD_histdata_m1_2018.parquet").load(BarRequest()).bars
    bars, _ = planted(resample(minutes, Timeframe(15)), 3)
    return write(bars, tmp_path_factory.mktemp("bars") / "EURUSD_15m.csv")


def test_finds_tells_and_writes(file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "mined"
    assert run("mine", "--bars", str(file), "--costs", "0.6", "--out", str(out), "--keep-refused", "1", *FAST) == 0
    told = capsys.readouterr()
    assert "stays unseen" in told.err
    assert "on 1 thread." in told.err
    assert "pairs of windows" in told.err
    assert "p: chance of the unseen result by luck" in told.out
    assert "shapes found" in told.out
    assert "peak memory" in told.out
    assert " kept" in told.out
    written = json.loads((out / SHAPES_FILE).read_text())
    assert written["kept"] >= 1
    assert written["found"] == len(written["shapes"])
    shapes = [Shape.from_dict(one) for one in written["shapes"]]
    for told_of, shape in zip(written["shapes"], shapes, strict=True):
        assert told_of["kept"] == (not told_of["refused"])
        assert all(one["sentence"] for one in told_of["refused"])
        assert shape.statistics is not None
    assert (out / "shapes.png").read_bytes().startswith(b"\x89PNG")
    scripts = sorted(out.glob("*.pine"))
    assert len(scripts) == written["kept"] + 1
    for script in scripts:
        checked = check(script.read_text())
        assert checked.ok
        assert not checked.diagnostics
        assert "Costs: 0.60 pips" in checked.source
    assert sum("// Refused:" in script.read_text() for script in scripts) == 1


def test_json_repeats_and_stands_alone(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = []
    for _ in range(2):
        assert run("mine", "--bars", str(file), "--costs", "0.6", "--json", *FAST) == 0
        answer = json.loads(capsys.readouterr().out)
        del answer["seconds"], answer["peak_bytes"]
        answers.append(answer)
    assert answers[0] == answers[1]
    assert answers[0]["costs"]["pips"] == 0.6
    assert answers[0]["complete"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--lengths", "16,x"), "no list of whole numbers"),
        (("--lengths", "2"), "lengths"),
        (("--timeframes", "7x"), "unknown time frame"),
        (("--timeframes", "5m"), "cannot be made"),
        (("--discovery", "0.99"), "discovery part"),
        ((), "too few to mine"),
    ],
)
def test_what_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str) -> None:
    file = write(walk_bars(800, 7), tmp_path / "EURUSD_15m.csv")
    assert run("mine", "--bars", str(file), *words) == 2
    told = capsys.readouterr().err
    assert said in told
    assert "hint:" in told


def test_synthesize_writes_what_it_tells(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "windows.parquet"
    assert run("synthesize", "34", "--out", str(out), "--length", "40", "--seed", "5", "--json") == 0
    answer = json.loads(capsys.readouterr().out)
    table = pl.read_parquet(out)
    assert answer["windows"] == len(table) == 34
    assert answer["labels"] == dict.fromkeys(("none", *OUTLINES), 2) | answer["labels"]
    assert np.array(table["close"].to_list()).shape == (34, 40)
    assert run("synthesize", "4", "--out", str(out), "--labels", "double_top,none") == 0
    assert "double_top" in capsys.readouterr().out


def test_synthesize_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("synthesize", "4", "--out", str(tmp_path / "windows.csv")) == 2
    assert "Parquet only" in capsys.readouterr().err
    assert run("synthesize", "4", "--out", str(tmp_path / "w.parquet"), "--labels", "double_tap") == 2
    assert "did you mean 'double_top'" in capsys.readouterr().err
