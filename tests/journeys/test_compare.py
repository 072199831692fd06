"""A list of TradingView beside a script: equal, or the first difference with its likely cause."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from pinewright.data.simulate import simulated_bars
from pinewright.market import Bars
from tests.journeys.conftest import Pinewright, write_csv

SCRIPT = """//@version=5
strategy("Cross", default_qty_type = strategy.fixed, default_qty_value = 10000)
fast = input.int(5, "Fast", minval = 2)
slow = input.int(20, "Slow", minval = 3)
if ta.crossover(ta.sma(close, fast), ta.sma(close, slow))
    strategy.entry("L", strategy.long)
if ta.crossunder(ta.sma(close, fast), ta.sma(close, slow))
    strategy.entry("S", strategy.short)
"""
GERMAN = (
    "Trade #;Typ;Datum und Uhrzeit;Signal;Preis USD;Größe (Menge);Größe (Wert);G&V netto USD;G&V netto %;"
    "Positive Exkursion USD;Positive Exkursion %;Negative Exkursion USD;Negative Exkursion %;"
    "Kumulativer G&V USD;Kumulativer G&V %"
).split(";")
WORDS = {"Entry": "Einstieg", "Exit": "Ausstieg", "long": "Long", "short": "Short"}


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "cross.pine"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


@pytest.fixture
def export(pinewright: Pinewright, script: Path, bars_file: Path, tmp_path: Path) -> Path:
    """The list of the script's own trades, in TradingView's columns."""
    path = tmp_path / "list.csv"
    assert pinewright("backtest", script, "--bars", bars_file, "--trades", path).code == 0
    return path


def german(export: Path, path: Path) -> Path:
    """The same list as a German chart in Berlin writes it: semicolons, decimal commas, the clock of the wall."""
    rows: Sequence[Sequence[str]] = list(csv.reader(export.read_text(encoding="utf-8").splitlines()))

    def line(cells: Sequence[str]) -> list[str]:
        kind, side = cells[1].split()
        moment = datetime.fromisoformat(cells[2]).astimezone(ZoneInfo("Europe/Berlin"))
        numbers = [f"{float(cell):.5f}".rstrip("0").rstrip(".").replace(".", ",") for cell in cells[4:]]
        signal = "Offen" if cells[3] == "Open" else cells[3]
        return [cells[0], f"{WORDS[side]}-{WORDS[kind]}", f"{moment:%d.%m.%Y %H:%M}", signal, *numbers]

    lines = [GERMAN, *(line(cells) for cells in rows[1:])]
    path.write_text("\n".join(";".join(cells) for cells in lines), encoding="utf-16")
    return path


def test_the_own_list_is_equal(pinewright: Pinewright, script: Path, bars_file: Path, export: Path) -> None:
    answer = pinewright("compare", script, "--bars", bars_file, "--trades", export)
    assert answer.code == 0
    assert "Cross beside TradingView's list list.csv" in answer.out
    assert "with their offsets; 100 % of the listed prices lie on the bars" in answer.out
    assert "equal as printed" in answer.out
    assert "likely cause" not in answer.out


def test_a_german_list_without_a_zone(
    pinewright: Pinewright, script: Path, bars_file: Path, export: Path, tmp_path: Path
) -> None:
    path = german(export, tmp_path / "liste.csv")
    answer = pinewright("compare", script, "--bars", bars_file, "--trades", path)
    assert answer.code == 0, answer.out
    assert "headers in German, decimal comma, money in USD" in answer.out
    assert "Europe/Berlin, guessed: 100 %" in answer.out
    wrong = pinewright("compare", script, "--bars", bars_file, "--trades", path, "--timezone", "Asia/Tokyo")
    assert wrong.code == 1
    assert "likely cause: time zone: in Asia/Tokyo" in wrong.out
    assert "give --timezone Europe/Berlin" in wrong.out
    named = pinewright("compare", script, "--bars", bars_file, "--trades", path, "--timezone", "Europe/Berlin")
    assert named.code == 0


def test_the_cause_of_the_first_difference(
    pinewright: Pinewright, script: Path, bars_file: Path, export: Path, tmp_path: Path
) -> None:
    free = tmp_path / "costly.pine"
    free.write_text(SCRIPT.replace("10000)", "10000, slippage = 3)"), encoding="utf-8")
    answer = pinewright("compare", free, "--bars", bars_file, "--trades", export)
    assert answer.code == 1
    assert "first difference: trade 1 of the list" in answer.out
    assert "  entry price" in answer.out
    assert "likely cause: costs: with slippage = 0 instead of slippage = 3" in answer.out
    report: Any = pinewright("compare", free, "--bars", bars_file, "--trades", export, "--json").json
    assert report["equal"] is False
    assert report["first"]["field"] == "entry price"
    assert report["likely_cause"]["kind"] == "costs"
    assert report["likely_cause"]["change"] == {"here": "slippage = 3", "listed": "slippage = 0"}
    assert report["trades"]["different"] == report["trades"]["listed"]
    assert report["rules"]["different"] == report["trades"]["different"]
    assert report["feeds"]["listed"] == 0
    assert len(report["differences"]) > report["trades"]["different"]


def test_inputs_and_the_chart_s_first_bar(
    pinewright: Pinewright, script: Path, bars_file: Path, tmp_path: Path
) -> None:
    path = tmp_path / "other.csv"
    arguments = ("--bars", bars_file, "--set", "fast=8")
    assert pinewright("backtest", script, *arguments, "--trades", path).code == 0
    other = pinewright("compare", script, "--bars", bars_file, "--trades", path)
    assert other.code == 1
    assert "likely cause: decision" in other.out
    assert pinewright("compare", script, *arguments, "--trades", path).code == 0
    # A chart that began in the middle: averages are seeded there.
    report: Any = pinewright(
        "compare", script, *arguments, "--trades", path, "--from", "2026-10-10T21:00Z", "--json"
    ).json
    assert report["bars"]["from"].startswith("2026-10-1")
    assert report["trades"]["before_bars"] > 0
    assert report["likely_cause"]["kind"] == "before the bars"


def test_a_chart_s_export_is_bars_for_every_command(
    pinewright: Pinewright, script: Path, bars_file: Path, export: Path, tmp_path: Path
) -> None:
    lines = bars_file.read_text(encoding="utf-8").splitlines()
    head = lines[0].replace("volume", "Volume") + ",Fast,Plot,Spread"
    chart = tmp_path / "OANDA_EURUSD, 15_f00d1.csv"
    chart.write_text("\n".join([head, *(f"{line},NaN,,7" for line in lines[1:])]), encoding="utf-8")
    answer = pinewright("compare", script, "--bars", chart, "--trades", export)
    assert answer.code == 0
    assert "TradingView's chart, plots left aside: Fast, Plot, Spread" in answer.err
    assert pinewright("backtest", script, "--bars", chart).code == 0
    assert pinewright("indicators", "ta.sma(close, 5)", "--bars", chart).code == 0


def test_the_page_shows_what_the_command_says(
    pinewright: Pinewright, script: Path, bars: Bars, root: Path, tmp_path: Path
) -> None:
    chart = write_csv(bars, tmp_path / "OANDA_EURUSD, 15.csv")
    paid = tmp_path / "paid.pine"
    paid.write_text(SCRIPT.replace("10000)", "10000, commission_value = 0.02)"), encoding="utf-8")
    assert pinewright("backtest", paid, "--bars", chart, "--trades", tmp_path / "own.csv").code == 0
    listed = german(tmp_path / "own.csv", tmp_path / "list.csv")
    answer = pinewright("compare", script, "--bars", chart, "--trades", listed)
    page = (root / "docs/howto/compare-with-tradingview.md").read_text(encoding="utf-8")
    shown = page.split("```text\n")[1].split("```")[0]
    assert shown.split() == answer.out.split()


def test_what_cannot_be_compared_is_told(
    pinewright: Pinewright, script: Path, bars_file: Path, export: Path, tmp_path: Path
) -> None:
    nothing = pinewright("compare", script, "--bars", bars_file, "--trades", tmp_path / "nothing.csv")
    assert nothing.code == 2
    assert "the list cannot be read" in nothing.err
    bars = pinewright("compare", script, "--bars", bars_file, "--trades", bars_file)
    assert bars.code == 2
    assert "no column for number, type" in bars.err
    zone = pinewright("compare", script, "--bars", bars_file, "--trades", export, "--timezone", "Berlin")
    assert zone.code == 2
    assert "Europe/Berlin" in zone.err


@pytest.mark.parametrize(
    ("name", "trades"),
    [("macd", 1808), ("channelbreakout", 2946), ("barupdn", 5550), ("slippage_direction", 2304)],
)
def test_every_list_of_tradingview(pinewright: Pinewright, shared: Path, name: str, trades: int) -> None:
    folder = shared / "ground_truth/trades"
    bars = folder / ("slippage_direction_ohlcv.csv" if name == "slippage_direction" else "EURUSD_60_ohlcv.csv")
    found = pinewright(
        "compare",
        folder / f"{name}.pine",
        "--bars",
        bars,
        "--symbol",
        "EURUSD",
        "--trades",
        folder / f"{name}_trades.csv",
        "--json",
    )
    report: Any = found.json
    assert found.code == 0, report["first"]
    counts = report["trades"]
    assert (counts["listed"], counts["equal"], counts["here"]) == (trades, trades, trades)
    assert counts["entries_equal"] == trades
    assert counts["other_names"] == (trades if name == "slippage_direction" else 0)


def test_account_and_further_bars_as_on_the_chart(
    pinewright: Pinewright, script: Path, bars_file: Path, tmp_path: Path
) -> None:
    """The list was made with other properties and a request of another symbol: the same flags make it equal again."""
    other = write_csv(simulated_bars(6, "1h", days=40, warmup=0), tmp_path / "GBPUSD_1h.csv")
    script.write_text(
        SCRIPT.replace("if ta.crossover(", 'if request.security("GBPUSD", "60", close) > 0 and ta.crossover('),
        encoding="utf-8",
    )
    path = tmp_path / "list.csv"
    flags = ("--account", "slippage=2", "--also", f"GBPUSD={other}", "--set", "fast=6")
    assert pinewright("backtest", script, "--bars", bars_file, "--trades", path, *flags).code == 0
    answer = pinewright("compare", script, "--bars", bars_file, "--trades", path, *flags)
    assert answer.code == 0, answer.out + answer.err
    without = pinewright("compare", script, "--bars", bars_file, "--trades", path, *flags[:-2])
    assert without.code == 1
