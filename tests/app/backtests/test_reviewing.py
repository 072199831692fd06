"""Delivered scripts on newer bars: which bars count, what is charged, and when a script is kept or retired."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pinewright.app.backtests import reviewing
from pinewright.app.backtests.delivered import read_delivered
from pinewright.app.backtests.review_output import notes, sentence
from pinewright.app.backtests.reviewing import Advice, NewBars, ScriptReview
from pinewright.app.cli import COMMANDS, MainApplication
from pinewright.app.commands.review import review as command
from pinewright.app.given.loading import BarOptions
from pinewright.data.simulate import simulated_bars
from pinewright.errors import DataNotFoundError, UsageError
from pinewright.generate import FAMILIES, ScriptSettings, render
from pinewright.market import DAY, Bars, FloatArray, Timeframe

from ...journeys.conftest import write_csv
from .delivered_folder import COSTS, SCRIPT, trades_of, write_folder

TEXT = SCRIPT.format(costs=COSTS)
FREE = SCRIPT.format(costs="")
OLD = 2_000


@pytest.fixture(scope="module")
def bars() -> Bars:
    return simulated_bars(5, "15m", days=50, warmup=0)


@pytest.fixture
def all_bars(bars: Bars, tmp_path: Path) -> Path:
    return write_csv(bars, tmp_path / "EURUSD_15m.csv")


def reviewed(folder: Path, path: Path, kernels: Path, **options: str) -> tuple[NewBars, tuple[ScriptReview, ...]]:
    report = read_delivered(folder)
    new = reviewing.load_since(report, BarOptions(path, **options))  # type: ignore[arg-type]  # fields of text alone
    return new, reviewing.review(report, new, cache_dir=kernels)


def test_a_script_that_trades_as_before_is_kept(bars: Bars, all_bars: Path, tmp_path: Path, kernels: Path) -> None:
    folder = write_folder(tmp_path / "out", bars.slice(0, OLD), {"a.pine": TEXT}, kernels)
    new, (found,) = reviewed(folder, all_bars, kernels)
    cut = replace(bars, warmup=OLD)
    trades = trades_of(TEXT, cut, kernels)
    closed = trades.net_profit[~trades.is_open]
    assert new.bars.warmup == OLD
    assert any("2,000 bars up to" in note for note in new.notes)
    assert found.advice is Advice.KEEP
    assert (found.trades, found.profit) == (len(closed), float(closed.sum()))
    assert found.low < found.profit < found.high
    assert sentence(found).startswith("a.pine: keep.")
    assert "What is still open is not counted." in notes(found, read_delivered(folder))


def test_one_that_lives_on_its_past_is_retired(bars: Bars, all_bars: Path, tmp_path: Path, kernels: Path) -> None:
    past = np.random.default_rng(1).normal(2.0, 1.0, 80)
    folder = write_folder(tmp_path / "out", bars.slice(0, OLD), {"a.pine": TEXT}, kernels, past=past)
    _, (found,) = reviewed(folder, all_bars, kernels)
    assert found.advice is Advice.RETIRE
    assert found.past == 80
    assert found.past_profit == pytest.approx(float(past.sum()))
    assert found.final < reviewing.LIMIT
    assert "a.pine: retire." in sentence(found)


def test_a_past_that_lost_is_no_praise(bars: Bars, all_bars: Path, tmp_path: Path, kernels: Path) -> None:
    past = np.random.default_rng(1).normal(-2.0, 1.0, 80)
    folder = write_folder(tmp_path / "out", bars.slice(0, OLD), {"a.pine": TEXT}, kernels, past=past)
    _, (found,) = reviewed(folder, all_bars, kernels)
    assert found.advice is Advice.KEEP
    assert any("It lost money in the report too" in note for note in notes(found, read_delivered(folder)))


def test_few_trades_say_nothing(bars: Bars, tmp_path: Path, kernels: Path) -> None:
    folder = write_folder(tmp_path / "out", bars.slice(0, OLD), {"a.pine": TEXT}, kernels)
    path = write_csv(bars.slice(0, OLD + 40), tmp_path / "EURUSD.csv")
    _, (found,) = reviewed(folder, path, kernels)
    assert found.advice is Advice.TOO_LITTLE
    assert found.trades < reviewing.FEWEST_SINCE
    assert "more trading days" in sentence(found)
    short = write_folder(tmp_path / "short", bars.slice(0, OLD), {"a.pine": TEXT}, kernels, past=np.ones(5))
    _, (found,) = reviewed(short, write_csv(bars, tmp_path / "EURUSD_all.csv"), kernels)
    assert found.advice is Advice.TOO_LITTLE
    assert "It made 5 trades in the report" in sentence(found)


def test_costs_of_the_script_else_of_the_report(bars: Bars, all_bars: Path, tmp_path: Path, kernels: Path) -> None:
    scripts = {"own.pine": TEXT, "free.pine": FREE}
    folder = write_folder(tmp_path / "out", bars.slice(0, OLD), scripts, kernels, pips=0.4)
    _, (own, free) = reviewed(folder, all_bars, kernels)
    assert own.profit == free.profit
    assert any("free.pine declares no costs" in note for note in notes(free, read_delivered(folder)))
    _, (own, free) = reviewed(
        write_folder(tmp_path / "none", bars.slice(0, OLD), scripts, kernels, pips=0.0), all_bars, kernels
    )
    assert own.profit < free.profit


def test_a_generated_script_trades_behind_its_own_dates(
    bars: Bars, all_bars: Path, tmp_path: Path, kernels: Path
) -> None:
    old = bars.slice(0, OLD)
    dates = ScriptSettings(Timeframe(15), 0.00003, from_time=int(old.time[0]), to_time=int(old.time[-1]))
    text = render(next(iter(FAMILIES.values())), None, dates)
    _, (found,) = reviewed(write_folder(tmp_path / "out", old, {"1_f.pine": text}, kernels), all_bars, kernels)
    assert found.trades > 0


def test_what_is_special_about_the_bars_is_told(bars: Bars, tmp_path: Path, kernels: Path) -> None:
    folder = write_folder(tmp_path / "out", bars.slice(0, OLD), {"a.pine": TEXT, "b.pine": TEXT}, kernels)
    (folder / "b.pine").unlink()
    late = int(np.searchsorted(bars.time, bars.time[OLD] + 6 * DAY))
    new, _ = reviewed(folder, write_csv(bars.slice(late, len(bars)), tmp_path / "new_ask.csv"), kernels)
    told = " ".join(new.notes)
    for words in (
        "taken for EURUSD",
        "no bars from before",
        "days between the report",
        "bid prices, these bars are ask",
    ):
        assert words in told
    assert "b.pine is no longer in the folder" in told


def test_bars_that_cannot_be_meant_are_refused(bars: Bars, tmp_path: Path, kernels: Path) -> None:
    folder = write_folder(tmp_path / "out", bars.slice(0, OLD), {"a.pine": TEXT}, kernels)
    with pytest.raises(UsageError, match="bars of GBPUSD, the report is on EURUSD"):
        reviewed(folder, write_csv(bars, tmp_path / "GBPUSD.csv"), kernels)
    with pytest.raises(UsageError, match="bars of USDJPY"):
        reviewed(folder, write_csv(bars, tmp_path / "EURUSD.csv"), kernels, symbol="usd/jpy")
    with pytest.raises(DataNotFoundError, match="no bar is newer than the report"):
        reviewed(folder, write_csv(bars.slice(0, OLD), tmp_path / "EURUSD_old.csv"), kernels)


@pytest.mark.parametrize("kind", ["plain", "skewed"])
def test_a_sound_script_is_rarely_retired_and_a_dead_one_mostly(kind: str) -> None:
    random = np.random.default_rng(5)

    def drawn(count: int) -> FloatArray:
        if kind == "plain":
            return random.normal(0.1, 1.0, count)
        return np.where(random.random(count) < 0.3, 2.6, -1.0) + random.normal(0.0, 0.1, count)

    sound = dead = 0
    for seed in range(40):
        past, later = drawn(200), drawn(80)
        sound += reviewing.advise(past, later, seed)[0] is Advice.RETIRE
        dead += reviewing.advise(past, later - 0.6, seed)[0] is Advice.RETIRE
    assert sound <= 4
    assert dead >= 34


def test_the_command(
    bars: Bars, all_bars: Path, tmp_path: Path, kernels: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    past = np.random.default_rng(1).normal(2.0, 1.0, 80)
    kept = write_folder(tmp_path / "kept", bars.slice(0, OLD), {"a.pine": TEXT, "b.pine": TEXT}, kernels)
    retired = write_folder(tmp_path / "retired", bars.slice(0, OLD), {"a.pine": TEXT}, kernels, past=past)
    program = MainApplication((*(one for one in COMMANDS if one is not command), command))
    assert program.run(["review", str(kept), "--bars", str(all_bars)]) == 0
    answer = capsys.readouterr()
    assert "2 to keep, 0 to retire" in answer.out
    assert "bars up to" in answer.err
    assert program.run(["review", str(retired), "--bars", str(all_bars), "--json"]) == 1
    document = json.loads(capsys.readouterr().out)
    (script,) = document["scripts"]
    assert (script["file"], script["verdict"], script["before"]["trades"]) == ("a.pine", "retire", 80)
    assert document["limit"] == reviewing.LIMIT
    assert program.run(["review", str(tmp_path / "nowhere"), "--bars", str(all_bars)]) == 2
