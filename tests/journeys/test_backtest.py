"""Scripts over one file: figures, inputs, costs, the list of trades, and how failures end."""

from __future__ import annotations

import csv
import dataclasses
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pinewright.data.resample import resample
from pinewright.market import Bars, Timeframe
from tests.journeys.conftest import Pinewright, write_csv

SCRIPT = """//@version=6
strategy("Cross", initial_capital = 10000)
fast = input.int(5, "Fast", minval = 2)
slow = input.int(20, "Slow", minval = 3)
source = input.source(close, "Source")
up = ta.crossover(ta.sma(source, fast), ta.sma(source, slow))
down = ta.crossunder(ta.sma(source, fast), ta.sma(source, slow))
if up
    strategy.entry("L", strategy.long, qty = 1000)
if down
    strategy.entry("S", strategy.short, qty = 1000)
"""


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "cross.pine"
    path.write_text(SCRIPT, encoding="utf-8")
    return path


def test_figures_inputs_and_costs(pinewright: Pinewright, script: Path, bars_file: Path) -> None:
    plain: Any = pinewright("backtest", script, "--bars", bars_file, "--json").json
    assert plain["inputs"] == {"fast": 5, "slow": 20, "source": "close"}
    assert plain["metrics"]["trades"] > 50
    assert plain["metrics"]["commission_paid"] == 0
    assert "declares no commission" in plain["costs"]["words"]
    changed: Any = pinewright(
        "backtest", script, "--bars", bars_file, "--set", "fast=8", "--set", "Source=hl2", "--costs", "1", "--json"
    ).json
    assert changed["inputs"] == {"fast": 8, "slow": 20, "source": "hl2"}
    trades = changed["metrics"]["trades"]
    # One pip a round turn of 1,000 units is 0.10; a trade still open has paid half of it.
    assert changed["metrics"]["commission_paid"] == pytest.approx(0.1 * trades, abs=0.051)


def test_the_list_of_trades_adds_up(pinewright: Pinewright, script: Path, bars_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "trades.csv"
    answer: Any = pinewright("backtest", script, "--bars", bars_file, "--trades", path, "--json").json
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    kinds = [row["Type"].split()[0] for row in rows]
    assert kinds == ["Entry", "Exit"] * (len(rows) // 2)
    exits = [row for row in rows if row["Type"].startswith("Exit")]
    closed = [row for row in exits if row["Signal"] != "Open"]
    assert len(closed) == answer["metrics"]["trades"]
    assert sum(float(row["Net P&L USD"]) for row in closed) == pytest.approx(answer["metrics"]["net_profit"])
    assert all(datetime.fromisoformat(row["Date and time"]).tzinfo is not None for row in rows)


def test_a_window_has_its_warm_up(pinewright: Pinewright, script: Path, bars_file: Path) -> None:
    answer: Any = pinewright("backtest", script, "--bars", bars_file, "--from", "2026-10-20", "--json").json
    assert answer["bars"]["warmup"] == 1000
    assert answer["bars"]["from"].startswith("2026-10-20T00:00")


@pytest.mark.parametrize(("name", "trades"), [("macd", 1808), ("channelbreakout", 2946)])
def test_every_trade_of_tradingview(
    pinewright: Pinewright, tmp_path: Path, shared: Path, name: str, trades: int
) -> None:
    folder = shared / "ground_truth/trades"
    path = tmp_path / "trades.csv"
    zone = "America/New_York"
    arguments = ("--bars", folder / "EURUSD_60_ohlcv.csv", "--timezone", zone, "--trades", path, "--json")
    assert pinewright("backtest", folder / f"{name}.pine", *arguments).code == 0
    ours = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    theirs = list(csv.DictReader((folder / f"{name}_trades.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert len(theirs) == 2 * trades
    for mine, truth in zip(ours, theirs, strict=True):
        if truth["Signal"] == "Open":
            continue
        stamp = datetime.strptime(truth["Date/Time"], "%Y-%m-%dT%H:%M:%S%z")
        assert datetime.fromisoformat(mine["Date and time"]) == stamp
        assert (mine["Type"], mine["Signal"]) == (truth["Type"], truth["Signal"])
        assert float(mine["Price USD"]) == float(truth["Price USD"])
        assert float(mine["Size (qty)"]) == float(truth["Position size (qty)"])
        if mine["Type"].startswith("Entry"):
            continue
        digits = len(truth["Net P&L USD"].partition(".")[2])
        assert abs(float(mine["Net P&L USD"]) - float(truth["Net P&L USD"])) <= 1.0000001 * 10.0**-digits


def test_refused_entries_and_a_foreign_account_are_told(
    pinewright: Pinewright, tmp_path: Path, bars_file: Path
) -> None:
    script = tmp_path / "large.pine"
    text = SCRIPT.replace("initial_capital = 10000", "initial_capital = 1000, currency = currency.EUR")
    script.write_text(text.replace("qty = 1000", "qty = 100000"), encoding="utf-8")
    answer = pinewright("backtest", script, "--bars", bars_file)
    assert answer.code == 0
    assert "entries refused: the account cannot pay them" in answer.err
    assert "account is in EUR" in answer.err
    assert "EUR" in answer.out


FAILING = """//@version=6
strategy("Failing")
a = array.new<float>(2, 0.0)
if bar_index == 50
    array.set(a, 5, 1.0)
if close > array.get(a, 0)
    strategy.entry("L", strategy.long, qty = 1)
"""
ENDLESS = """//@version=6
strategy("Endless")
x = 0
while x >= 0
    x += 1
if x > 5
    strategy.entry("L", strategy.long)
"""
RAISING = """//@version=6
strategy("Raising")
if bar_index == 70
    runtime.error("too far: " + str.tostring(bar_index))
if close > open
    strategy.entry("L", strategy.long, qty = 1)
"""
FAILURES = {
    "array out of bounds": (FAILING, "array.set: index 5 is out of bounds", "line 5, bar 50 ("),
    "endless loop": (ENDLESS, "passes", "line 4, bar 0 ("),
    "the script's own": (RAISING, "too far: 70", "line 4, bar 70 ("),
}


@pytest.mark.parametrize("name", FAILURES)
def test_a_script_that_fails_while_it_runs(pinewright: Pinewright, tmp_path: Path, bars_file: Path, name: str) -> None:
    text, what, where = FAILURES[name]
    script, trades = tmp_path / "failing.pine", tmp_path / "t.csv"
    script.write_text(text, encoding="utf-8")
    answer = pinewright("backtest", script, "--bars", bars_file, "--trades", trades)
    assert answer.code == 1
    assert "error[script-failed]" in answer.err
    assert what in answer.err
    assert where in answer.err
    assert "Traceback" not in answer.err
    assert answer.out == ""
    assert not trades.exists()
    error: Any = pinewright("backtest", script, "--bars", bars_file, "--json").json
    assert what in error["error"]["what"]


def test_a_failing_script_does_not_stop_the_others(
    pinewright: Pinewright, script: Path, tmp_path: Path, bars_file: Path
) -> None:
    failing, broken = tmp_path / "failing.pine", tmp_path / "broken.pine"
    failing.write_text(FAILING, encoding="utf-8")
    broken.write_text("//@version=6\nstrategy(", encoding="utf-8")
    calls = (failing, script, broken, tmp_path / "missing.pine", script)
    answer = pinewright("backtest", *calls, "--bars", bars_file, "--trades", tmp_path / "{script}_t.csv")
    assert answer.code == 1
    rows = {line.split()[0]: line for line in answer.out.splitlines() if ".pine" in line}
    assert list(rows) == ["failing.pine", "cross.pine", "broken.pine", "missing.pine"]
    assert "failed" in rows["broken.pine"]
    assert "USD" in rows["cross.pine"]
    for code in ("script-failed", "pine", "data-not-found"):
        assert f"error[{code}]" in answer.err
    assert (tmp_path / "cross_t.csv").exists()
    assert not (tmp_path / "failing_t.csv").exists()
    listed: Any = pinewright("backtest", *calls, "--bars", bars_file, "--json").json
    assert [("error" in item) for item in listed] == [True, False, True, True]
    assert listed[1]["strategy_tester"]["net_profit"]["all"] == listed[1]["metrics"]["net_profit"]
    both = pinewright("backtest", script, failing, "--bars", bars_file, "--trades", tmp_path / "one.csv")
    assert both.code == 2
    assert "{script}" in both.err


def test_the_table_is_tradingviews(pinewright: Pinewright, script: Path, bars_file: Path) -> None:
    answer = pinewright("backtest", script, "--bars", bars_file)
    names = [line.split("  ")[0] for line in answer.out.splitlines()]
    for name in ("Net profit", "Max equity run-up", "Total closed trades", "Ratio avg win / avg loss", "Sharpe ratio"):
        assert name in names
    assert "sharpe_daily" in names
    assert "Swap" not in names
    assert all(len(line) < 125 for line in answer.out.splitlines())


def test_equity_is_written_bar_by_bar(pinewright: Pinewright, script: Path, bars_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "equity.csv"
    answer: Any = pinewright("backtest", script, "--bars", bars_file, "--equity", path, "--json").json
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    assert len(rows) == answer["bars"]["bars"]
    assert float(rows[0]["equity"]) == 10_000
    assert float(rows[-1]["equity"]) == pytest.approx(10_000 + answer["metrics"]["profit_marked"])
    assert rows[0]["time"] == answer["bars"]["from"]
    assert pinewright("backtest", script, "--bars", bars_file, "--equity", tmp_path / "e.txt").code == 2


BROKER = """
[costs]
spread = 1.0
swap_long = -5
swap_short = 1

[strategy]
initial_capital = 5000
"""


def test_costs_from_a_file(pinewright: Pinewright, script: Path, bars_file: Path, tmp_path: Path) -> None:
    broker = tmp_path / "broker.toml"
    broker.write_text(BROKER, encoding="utf-8")
    plain: Any = pinewright("backtest", script, "--bars", bars_file, "--costs", "1", "--json").json
    filed: Any = pinewright("backtest", script, "--bars", bars_file, "--costs", broker, "--json").json
    assert filed["metrics"]["net_profit"] == pytest.approx(plain["metrics"]["net_profit"])
    assert filed["costs"]["origin"] == "broker.toml"
    assert filed["account"]["initial_capital"] == 5000
    assert filed["overridden"][0] == {
        "name": "initial_capital",
        "value": 5000.0,
        "origin": "broker.toml",
        "script": "10000",
    }
    metrics = filed["metrics"]
    assert metrics["swap"] < 0
    assert metrics["net_profit_after_swap"] == pytest.approx(metrics["net_profit"] + metrics["swap"])
    said = pinewright("backtest", script, "--bars", bars_file, "--costs", broker, "--account", "initial_capital=700")
    assert "initial_capital = 700 (--account; the script says 10000)" in said.out
    assert "Net profit after swap" in said.out


def test_bid_and_ask(pinewright: Pinewright, script: Path, bars_file: Path, bars: Bars, tmp_path: Path) -> None:
    spread = pinewright("backtest", script, "--bars", bars_file, "--fills", "bid-ask", "--costs", "1", "--json")
    paid: Any = spread.json
    free: Any = pinewright("backtest", script, "--bars", bars_file, "--json").json
    lost = free["metrics"]["profit_marked"] - paid["metrics"]["profit_marked"]
    # A pip of 1,000 units is 0.10 for each trade, the open one's included.
    trades = free["metrics"]["trades"] + free["metrics"]["open_trades"]
    assert lost == pytest.approx(0.1 * trades, abs=0.011)
    ask = dataclasses.replace(
        bars, open=bars.open + 1e-4, high=bars.high + 1e-4, low=bars.low + 1e-4, close=bars.close + 1e-4
    )
    other = write_csv(ask, tmp_path / "EURUSD_ask_15m.csv")
    sides: Any = pinewright(
        "backtest", script, "--bars", bars_file, "--fills", "bid-ask", "--also", other, "--json"
    ).json
    assert sides["metrics"]["profit_marked"] == pytest.approx(paid["metrics"]["profit_marked"], abs=0.02)
    wrong = pinewright("backtest", script, "--bars", bars_file, "--fills", "bid-ask")
    assert (wrong.code, "spread" in wrong.err) == (2, True)


def test_further_bars_serve_requests_and_the_magnifier(
    pinewright: Pinewright, tmp_path: Path, bars: Bars, bars_file: Path
) -> None:
    hourly = write_csv(resample(bars, Timeframe(60)), tmp_path / "EURUSD_1h.csv")
    script = tmp_path / "fine.pine"
    script.write_text(
        """//@version=6
strategy("Fine", initial_capital = 10000, default_qty_type = strategy.fixed, default_qty_value = 1000,
     use_bar_magnifier = true)
lows = request.security_lower_tf(syminfo.tickerid, "15", low)
if array.size(lows) == 4 and ta.crossover(close, ta.sma(close, 10))
    strategy.entry("L", strategy.long)
    strategy.exit("X", "L", profit = 50, loss = 50)
""",
        encoding="utf-8",
    )
    missing = pinewright("backtest", script, "--bars", hourly)
    assert missing.code == 2
    answer = pinewright("backtest", script, "--bars", hourly, "--also", bars_file)
    assert answer.code == 0
    assert "15m bars inside 1h bars" in answer.err
    assert pinewright("backtest", script, "--bars", hourly, "--also", tmp_path / "no.csv").code == 2
    named = pinewright("backtest", script, "--bars", hourly, "--also", f"EURUSD={bars_file}")
    assert named.out == answer.out


def test_a_blackout_has_no_entries(pinewright: Pinewright, script: Path, bars_file: Path, tmp_path: Path) -> None:
    hours = tmp_path / "hours.txt"
    hours.write_text("Mon-Sun 00:00-24:00 UTC\n", encoding="utf-8")
    answer = pinewright("backtest", script, "--bars", bars_file, "--blackout", hours)
    assert answer.code == 0
    assert "no trades" in answer.err
    assert "blackout" in answer.out


def test_the_day_of_the_rules_and_what_is_left_open(pinewright: Pinewright, tmp_path: Path, bars_file: Path) -> None:
    script = tmp_path / "open.pine"
    script.write_text(SCRIPT.replace(", initial_capital = 10000", "").replace(", qty = 1000", ""), encoding="utf-8")
    new, old = (
        pinewright("backtest", script, "--bars", bars_file, "--rules-date", day, "--json")
        for day in ("2026-11-01", "2026-01-01")
    )
    first, second = new.json, old.json
    assert first["account"]["initial_capital"] == 100_000  # type: ignore[index]
    assert second["account"]["initial_capital"] == 1_000_000  # type: ignore[index]
    assert new.err.count("strategy() leaves open") == 1
    assert pinewright("backtest", script, "--bars", bars_file, "--rules-date", "soon").code == 2


def test_texts_of_inputs(pinewright: Pinewright, tmp_path: Path, bars_file: Path) -> None:
    script = tmp_path / "hours.pine"
    text = SCRIPT.replace("source = input", 'hours = input.session("0000-2400", "Hours")\nsource = input')
    script.write_text(text.replace("if up", "if up and not na(time(timeframe.period, hours))"), encoding="utf-8")
    all_day, morning = (
        pinewright("backtest", script, "--bars", bars_file, "--set", f"Hours={hours}", "--json").json
        for hours in ("0000-2400", "0800-1000")
    )
    assert morning["inputs"]["hours"] == "0800-1000"  # type: ignore[index]
    long = "strategy_tester", "closed_trades", "long"
    few, many = (found[long[0]][long[1]][long[2]] for found in (morning, all_day))  # type: ignore[index]
    assert 0 < few < many


def test_a_chart_export_with_plots(pinewright: Pinewright, script: Path, bars: Bars, tmp_path: Path) -> None:
    path = write_csv(bars, tmp_path / "OANDA_EURUSD, 15_a1b2c.csv")
    lines = path.read_text(encoding="utf-8").splitlines()
    plotted = [line.rpartition(",")[0] + f",{place},{place}" for place, line in enumerate(lines)]
    plotted[0] = "time,open,high,low,close,Spread,Plot"
    path.write_text("\n".join(plotted) + "\n", encoding="utf-8")
    answer = pinewright("backtest", script, "--bars", path, "--json")
    found: Any = answer.json
    assert (found["bars"]["symbol"], found["bars"]["timeframe"]) == ("EURUSD", "15m")
    assert found["metrics"]["trades"] > 50
    assert "no spread" in found["bars"]["quality"]
    shown = pinewright("backtest", script, "--bars", path)
    assert "plots left aside: Spread, Plot" in shown.err


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_bars(pinewright: Pinewright, script: Path, bars_file: Path, count: int) -> None:
    lines = bars_file.read_text(encoding="utf-8").splitlines()
    bars_file.write_text("\n".join(lines[: count + 1]) + "\n", encoding="utf-8")
    answer = pinewright("backtest", script, "--bars", bars_file, "--timeframe", "15m")
    assert answer.code == 0
    assert "no trades: no order was filled" in answer.err


def test_prices_off_the_tick_are_told(pinewright: Pinewright, script: Path, bars_file: Path, tmp_path: Path) -> None:
    broker = tmp_path / "b.toml"
    broker.write_text("[symbol]\nmintick = 0.0001\n", encoding="utf-8")
    parted = pinewright("backtest", script, "--bars", bars_file, "--costs", broker)
    assert "of prices between ticks (in steps of 0.00001)" in parted.out
    assert "off the tick" not in parted.err
    # The prices' step is no part of this tick: fills are rounded to it.
    broker.write_text("[symbol]\nmintick = 0.000025\n", encoding="utf-8")
    rounded = pinewright("backtest", script, "--bars", bars_file, "--costs", broker)
    assert "of the closes lie off the tick of 0.000025" in rounded.err
    plain = pinewright("backtest", script, "--bars", bars_file)
    assert "off the tick" not in plain.err
    assert "between ticks" not in plain.out


def test_the_list_ends_where_tradingview_s_servers_end_it(pinewright: Pinewright, bars_file: Path) -> None:
    Path("often.pine").write_text(
        '//@version=6\nstrategy("Often", default_qty_type = strategy.fixed, default_qty_value = 1)\n'
        'strategy.entry("A", close > open ? strategy.long : strategy.short)\n',
        encoding="utf-8",
    )
    call = ("backtest", "often.pine", "--bars", bars_file, "--trades", "list.csv")
    whole: Any = pinewright(*call, "--json").json
    assert whole["metrics"]["trades"] > 100
    answer = pinewright(*call, "--account", "order_limit=100")
    assert "order_limit = 100 (--account)" in answer.out
    rows = Path("list.csv").read_text(encoding="utf-8").splitlines()[1:]
    assert len({row.split(",")[0] for row in rows}) == 101  # the one still open is no closed trade
