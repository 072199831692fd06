"""A run in the ledger: once for its work, whoever asks again; and told when the ledger cannot be had."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pinewright.app.search.earlier import Earlier, run_key
from pinewright.data.simulate import SimulatedSource
from pinewright.data.source import BarRequest
from pinewright.market import Bars, FloatArray, Symbol, Timeframe
from pinewright.optimize import Evaluation, SearchSettings, Space, split
from pinewright.program import InputKind, ProgramInput


class Still:
    key = "still"

    def evaluate(self, parameters: FloatArray, first: int, last: int, *, daily: bool = False) -> Evaluation:
        return Evaluation(("trades",), np.zeros((len(parameters), 1)))


@pytest.fixture(scope="module")
def bars() -> Bars:
    return SimulatedSource(1).load(BarRequest(symbol=Symbol.get("EURUSD"), timeframe=Timeframe(60), days=40)).bars


def earlier(folder: Path | None, bars: Bars, key: str) -> Earlier:
    return Earlier(folder, key, bars, split(bars), f"pinewright {key}", (key,), 1)


def test_a_run_counts_once_and_does_not_count_itself(tmp_path: Path, bars: Bars) -> None:
    first, second = earlier(tmp_path, bars, "one"), earlier(tmp_path, bars, "two")
    assert first.opening(100).trials == 0
    assert first.opening(100).trials == 0
    prior = second.opening(50)
    assert (prior.trials, prior.runs) == (100, 1)
    assert any("opened" in words and "one" in words for words in prior.openings)
    assert earlier(tmp_path, bars, "three").opening(1).trials == 150


def test_a_stopped_run_counts_and_opens_nothing(tmp_path: Path, bars: Bars) -> None:
    earlier(tmp_path, bars, "one").stopped(30)
    earlier(tmp_path, bars, "nothing").stopped(0)
    prior = earlier(tmp_path, bars, "two").opening(1)
    assert (prior.trials, prior.runs) == (30, 1)
    assert not any("opened" in words for words in prior.openings)


def test_other_data_know_nothing_of_it(tmp_path: Path, bars: Bars) -> None:
    earlier(tmp_path, bars, "one").opening(100)
    request = BarRequest(symbol=Symbol.get("EURUSD"), timeframe=Timeframe(60), days=40)
    other = SimulatedSource(2).load(request).bars
    assert earlier(tmp_path, other, "two").opening(1).trials == 0


def test_without_a_ledger_the_run_goes_on(tmp_path: Path, bars: Bars, capsys: pytest.CaptureFixture[str]) -> None:
    assert earlier(None, bars, "one").opening(5).trials == 0
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    assert earlier(blocked, bars, "one").opening(5).trials == 0
    earlier(blocked, bars, "one").stopped(5)
    assert "ledger of trials was left alone" in capsys.readouterr().err


def test_a_damaged_line_is_told(tmp_path: Path, bars: Bars, capsys: pytest.CaptureFixture[str]) -> None:
    earlier(tmp_path, bars, "one").opening(100)
    earlier(tmp_path, bars, "two").opening(50)
    assert capsys.readouterr().err == ""
    path = tmp_path / "ledger.jsonl"
    path.write_bytes(path.read_bytes().replace(b"one", b"0ne", 1))
    # The days of both stood in the line that is lost: what is told is a lower bound, and said to be one.
    assert earlier(tmp_path, bars, "three").opening(7).trials == 0
    assert "1 lines of the ledger" in capsys.readouterr().err
    assert earlier(tmp_path, bars, "four").opening(1).trials == 7


def test_the_key_is_of_the_work(bars: Bars) -> None:
    item = ProgramInput("length", "Length", InputKind.INT, 10, 2, 50, 1)
    space, parts = Space.of([item]), split(bars)
    same = [run_key([Still()], [space], parts, SearchSettings(trials=10)) for _ in range(2)]
    assert same[0] == same[1]
    assert run_key([Still()], [space], parts, SearchSettings(trials=11)) != same[0]
    assert run_key([Still()], [space], parts, SearchSettings(trials=10, seed=2)) != same[0]
