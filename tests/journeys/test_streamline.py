"""Scripts that do less work: shown, written, compared, and told as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.journeys.conftest import Pinewright

SCRIPT = """//@version=6
strategy("Cross")
unread = math.max(open, close)
// the two averages
if ta.crossover(ta.sma(close, 5), ta.sma(close, 20))
    strategy.entry("L", strategy.long, qty = 1000)
if ta.crossunder(ta.sma(close, 5), ta.sma(close, 20))
    strategy.entry("S", strategy.short, qty = 1000)
plot(close[bar_index % 50])
"""
AFTER = """//@version=6
strategy("Cross")
// the two averages
sma5 = ta.sma(close, 5)
sma20 = ta.sma(close, 20)
if ta.crossover(sma5, sma20)
    strategy.entry("L", strategy.long, qty = 1000)
if ta.crossunder(sma5, sma20)
    strategy.entry("S", strategy.short, qty = 1000)
plot(close[bar_index % 50])
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "cross.pine"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def test_the_script_is_printed_and_the_rewrites_told(pinewright: Pinewright, script: Path) -> None:
    answer = pinewright("streamline", script)
    assert (answer.code, answer.out) == (0, AFTER)
    assert script.read_text(encoding="utf-8") == SCRIPT
    assert answer.err.splitlines() == [
        f"{script}:3: PW604: nothing reads `unread`",
        f"{script}:5: PW601: `ta.sma(close, 5)` stands 2 times: computed once, as `sma5`",
        f"{script}:5: PW601: `ta.sma(close, 20)` stands 2 times: computed once, as `sma20`",
        "hint[PW605]: the history of `close` is read up to 49 bars back, with an offset that changes: you may add "
        "max_bars_back(close, 49) below line 2 of the result",
        f"{script}: 3 rewrites, 1 hint",
    ]


def test_trades_stay_the_same(pinewright: Pinewright, script: Path, bars_file: Path, tmp_path: Path) -> None:
    def backtest(path: Path) -> object:
        trades = tmp_path / f"{path.stem}.csv"
        plain: Any = pinewright("backtest", path, "--bars", bars_file, "--trades", trades, "--json").json
        return plain["metrics"], trades.read_text(encoding="utf-8")

    lean = tmp_path / "lean.pine"
    assert pinewright("streamline", script, "--output", lean).code == 0
    assert lean.read_text(encoding="utf-8") == AFTER
    assert backtest(lean) == backtest(script)


def test_in_place_and_again(pinewright: Pinewright, script: Path) -> None:
    assert pinewright("streamline", "--check", script).code == 1
    first = pinewright("streamline", "--in-place", script)
    assert (first.code, first.out) == (0, "")
    assert script.read_text(encoding="utf-8") == AFTER
    second = pinewright("streamline", "--check", script)
    assert (second.code, second.out) == (0, "")
    assert "0 rewrites" in second.err


def test_diff_and_json_write_nothing(pinewright: Pinewright, script: Path) -> None:
    answer = pinewright("streamline", "--diff", "--in-place", script)
    assert f"--- {script}\n+++ {script} (streamlined)\n" in answer.out
    assert "-unread = math.max(open, close)\n" in answer.out
    assert "+sma5 = ta.sma(close, 5)\n" in answer.out
    rows: Any = pinewright("streamline", "--json", script).json
    (row,) = rows
    assert row["source"] == AFTER
    assert (row["changed"], row["written"], row["diff"]) == (True, False, None)
    assert [(one["code"], one["line"]) for one in row["rewrites"]] == [("PW604", 3), ("PW601", 5), ("PW601", 5)]
    assert row["hints"][0]["add"] == "max_bars_back(close, 49)"
    assert script.read_text(encoding="utf-8") == SCRIPT


def test_calls_that_cannot_be_meant(pinewright: Pinewright, script: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.pine"
    broken.write_text('//@version=6\nindicator("b")\nplot(clsoe)\n', encoding="utf-8")
    answer = pinewright("streamline", broken)
    assert answer.code == 2
    assert "broken.pine:3:6: error[PW101]" in answer.err
    assert pinewright("streamline", script, script).code == 2
    assert pinewright("streamline", script, "--in-place", "--output", tmp_path / "x.pine").code == 2
    nowhere = pinewright("streamline", script, "--output", tmp_path / "no" / "x.pine")
    assert nowhere.code == 2
    assert "error[output]" in nowhere.err
