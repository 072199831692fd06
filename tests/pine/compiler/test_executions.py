"""When a script runs: again inside a bar after fills, on the chart's last bars alone, and what that changes in it."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from pinewright.backtest.engine import Engine
from pinewright.errors import BacktestError, PineUnsupportedError
from pinewright.market import HOUR, Bars, Symbol, Timeframe, Trade
from pinewright.pine.compiler import compile_script

from .support import checked_script

FOLDER = os.environ.get("PINEWRIGHT_PROBES")
MONDAY = 1_736_121_600_000  # 2025-01-06 00:00 UTC
TEST = Symbol("TEST", "TST", "USD", 1.0, 1.0, quantity_step=1.0, timezone="Etc/UTC", day_start_hour=0)
QUIET = (100.0, 101.0, 99.0, 100.0)
HIGH_FIRST, LOW_FIRST = (100.0, 103.0, 90.0, 95.0), (96.0, 110.0, 95.0, 108.0)


def bars(*prices: tuple[float, float, float, float]) -> Bars:
    table = np.array(prices)
    time = MONDAY + np.arange(len(table), dtype=np.int64) * HOUR
    opened, high, low, end = (np.ascontiguousarray(table[:, k]) for k in range(4))
    return Bars(TEST, Timeframe(60), time, opened, high, low, end, np.zeros(len(table)))


OVER = bars(QUIET, HIGH_FIRST, LOW_FIRST, QUIET)


def engine(arguments: str, body: str, over: Bars = OVER) -> Engine:
    declared = "default_qty_type = strategy.fixed, default_qty_value = 1, margin_long = 0, margin_short = 0"
    source = f'//@version=6\nstrategy("s", {declared}, {arguments})\n{body}\n'
    return Engine(compile_script(checked_script(source)), over)


def entered(tested: Engine) -> list[tuple[int, float, str]]:
    """Bar, price and signal of each entry."""
    return [((trade.entry_time - MONDAY) // HOUR, trade.entry_price, trade.entry_signal) for trade in trades(tested)]


def trades(tested: Engine) -> list[Trade]:
    return list(tested.trades(np.zeros(0)))


def test_the_manuals_example_runs_four_times_a_bar() -> None:
    # TradingView's manual, execution model: it turns its position on each run, and varip counts the runs.
    body = """varip int runs = -1
runs += 1
var int seen = -1
seen += 1
if strategy.position_size <= 0
    strategy.entry("L " + str.tostring(runs), strategy.long)
else
    strategy.entry("S " + str.tostring(seen), strategy.short)"""
    assert entered(engine("calc_on_order_fills = true", body)) == [
        (1, 100, "L 0"),
        (1, 100, "S 1"),
        (1, 103, "L 2"),
        (1, 90, "S 1"),
        (2, 96, "L 4"),
        (2, 96, "S 2"),
        (2, 95, "L 6"),
        (2, 110, "S 2"),
        (3, 100, "L 8"),
        (3, 100, "S 3"),
        (3, 99, "L 10"),
        (3, 101, "S 3"),
    ]
    assert entered(engine("calc_on_order_fills = false", body)) == [
        (1, 100, "L 0"),
        (2, 96, "S 1"),
        (3, 100, "L 2"),
    ]


def test_objects_and_windows_go_back_with_the_bar() -> None:
    # Every run on a bar sees as many elements, and as many executions of the window, as it has bars.
    body = """var seen = array.new<float>()
seen.push(close)
total = ta.cum(1)
if strategy.position_size <= 0
    strategy.entry("L " + str.tostring(seen.size()) + " " + str.tostring(total), strategy.long)
else
    strategy.entry("S " + str.tostring(seen.size()) + " " + str.tostring(total), strategy.short)"""
    signals = [signal[2:] for _, _, signal in entered(engine("calc_on_order_fills = true", body))]
    assert signals == ["1 1"] + ["2 2"] * 4 + ["3 3"] * 4 + ["4 4"] * 3


def test_the_run_inside_a_bar_sees_its_final_prices() -> None:
    # The manual's warning: the exit at the bar's high is known at its open.
    body = """varip int opened = 0
if opened != time
    strategy.entry("L", strategy.long)
    strategy.exit("X", limit = high)
opened := time"""
    found = trades(engine("calc_on_order_fills = true", body, bars(QUIET, HIGH_FIRST, QUIET)))
    assert (found[0].entry_price, found[0].exit_price) == (100, 103)


def test_varip_of_an_object_is_refused_where_it_would_go_back() -> None:
    body = (
        'varip seen = array.new<float>()\nseen.push(close)\nif seen.size() > 2\n    strategy.entry("L", strategy.long)'
    )
    with pytest.raises(PineUnsupportedError, match="`varip` of what is no number with `calc_on_order_fills`"):
        engine("calc_on_order_fills = true", body)
    assert len(trades(engine("calc_on_order_fills = false", body))) == 1


def test_a_shortened_history_begins_anew_and_counts_on() -> None:
    body = """fast = ta.sma(close, 2)
if bar_index == 3 or (not na(fast) and na(fast[1]))
    strategy.entry(str.tostring(bar_index) + " of " + str.tostring(last_bar_index), strategy.long)
if barstate.isfirst
    strategy.order("first", strategy.long, 2)
if strategy.opentrades > 0 and strategy.opentrades.entry_bar_index(0) == 4
    strategy.close_all()"""
    over = bars(*[QUIET] * 8)
    tested = engine("calc_bars_count = 5", body, over)
    found = trades(tested)
    # Bar 3 is the first that it sees; on bar 4, where the average is first there, it is in the market.
    assert [(signal, bar, price) for bar, price, signal in entered(tested)] == [("3 of 7", 4, 100), ("first", 4, 100)]
    assert [trade.exit_time for trade in found] == [MONDAY + 5 * HOUR] * 2
    assert tested.equity(np.zeros(0)).shape == (8,)
    assert tested.trades(np.zeros(0)).entry_bar.tolist() == [4, 4]
    assert tested.run(np.zeros((1, 0)), first=6)["trades"][0] == 0
    with pytest.raises(BacktestError, match="window"):
        tested.run(np.zeros((1, 0)), last=3)
    # More than there are changes nothing.
    assert entered(engine("calc_bars_count = 100", body, over)) == entered(engine("calc_bars_count = 0", body, over))


def test_indicators_begin_with_the_shortened_history() -> None:
    body = """up = close > ta.sar(0.02, 0.02, 0.2)
if up != up[1] or ta.change(close > open)
    strategy.order(str.tostring(bar_index) + (up ? " up" : " down"), strategy.long)"""
    turns = [(100.0, 101.0 + k, 99.0 - k % 3, 100.0 + (k * 7) % 5) for k in range(24)]
    whole = bars(*turns, QUIET)
    cut = engine("calc_bars_count = 15", body, whole)
    alone = engine("calc_bars_count = 0", body, whole.slice(10, 25))
    assert len(entered(cut)) > 5
    # The script counts as the chart does; what it computes is that of a chart that begins there.
    assert [(bar, price, signal.split()[1]) for bar, price, signal in entered(cut)] == [
        (bar, price, signal.split()[1]) for bar, price, signal in entered(alone)
    ]
    assert [int(signal.split()[0]) for _, _, signal in entered(cut)] == [
        10 + int(signal.split()[0]) for _, _, signal in entered(alone)
    ]


@pytest.mark.parametrize(
    "arguments",
    ["calc_on_every_tick = true", "fill_orders_on_standard_ohlc = true", "max_bars_back = 500"],
)
def test_what_concerns_no_historical_bar_of_standard_candles_is_taken(arguments: str) -> None:
    body = 'strategy.entry("L", strategy.long)'
    assert entered(engine(arguments, body)) == entered(engine("overlay = true", body)) == [(1, 100, "L")]


def test_the_bar_magnifier_wants_finer_bars() -> None:
    with pytest.raises(BacktestError, match="no finer bars to look into"):
        engine("use_bar_magnifier = true", 'strategy.entry("L", strategy.long)')


TRADINGVIEW = """\
04-01T00:15 1821.48 1824.48 TP 1829.36
04-01T08:15 1861.08 1864.08 TP 1885
04-01T12:15 1868.83 1865.83 TP 1863
04-01T16:15 1914.92 1917.92 TP 1919.7
04-01T20:15 1908.35 1905.35 TP 1900
04-02T00:15 1900.21 1903.21 TP 1904.46
04-02T04:15 1880.67 1877.67 TP 1876.19
04-02T08:15 1864.51 1867.51 TP 1869.36
04-02T12:15 1865.26 1862.26 TP 1857.06
04-02T16:15 1901.26 1904.26 TP 1907.4
04-02T20:15 1933.11 1930.11 TP 1872.48
04-03T00:15 1806.5 1809.5 TP 1819.26
04-03T04:15 1825.91 1822.91 TP 1820.18
04-03T08:15 1819.6 1822.6 TP 1823.49
04-03T12:15 1797.78 1794.78 TP 1785.03
04-03T16:15 1784.72 1787.72 TP 1788.86
04-03T20:15 1786.4 1783.4 TP 1779.68
04-04T00:15 1815.75 1818.75 TP 1822.69
04-04T04:15 1786.81 1783.81 TP 1783.08
04-04T08:15 1820.41 1823.41 TP 1834.7
04-04T12:15 1780.11 1777.11 TP 1772.81
04-04T16:15 1800 1803 TP 1819.28
04-04T20:15 1809.55 1806.55 TP 1806.43
"""
"""TradingView's list for the script below on BINANCE:ETHUSDT.P 15m, from tests/fixtures/coof_immediate_close/td-m1b of
pineforge-engine (Apache-2.0): entry (2025, UTC), its price, the exit of one unit by TP, the exit of the other.
"""


@pytest.mark.skipif(not FOLDER, reason="PINEWRIGHT_PROBES names no folder of probes")
def test_a_list_of_tradingview() -> None:
    body = """nClosed = strategy.closedtrades
lastExitHere = nClosed > 0 and strategy.closedtrades.exit_bar_index(nClosed - 1) == bar_index
lastExitWasTP = nClosed > 0 and strategy.closedtrades.exit_id(nClosed - 1) == "TP"
slot = minute(time) == 0 and hour(time, "UTC") % 4 == 0
if strategy.position_size == 0 and not lastExitHere and slot
    strategy.entry("P", hour(time, "UTC") % 8 == 0 ? strategy.long : strategy.short, qty = 2)
if strategy.position_size != 0
    avg = strategy.position_avg_price
    if math.abs(strategy.position_size) == 2
        strategy.exit("TP", "P", qty = 1, limit = strategy.position_size > 0 ? avg + 3 : avg - 3)
    if lastExitHere and lastExitWasTP
        strategy.close_all(comment = "IMM", immediately = true)
    if bar_index - strategy.opentrades.entry_bar_index(0) >= 12
        strategy.close_all(comment = "TIME")"""
    whole = read_corpus(Path(FOLDER or "") / "data" / "ohlcv_ETH-USDT-USDT_15m_warmup6m.csv")
    begin, end = (round(datetime(2025, 4, day, tzinfo=UTC).timestamp() * 1000) for day in (1, 5))
    over = whole.slice(int(np.searchsorted(whole.time, begin)), int(np.searchsorted(whole.time, end)))
    found = trades(engine("calc_on_order_fills = true, initial_capital = 10000000", body, over))
    told: dict[str, list[str]] = {}
    for trade in found:
        key = datetime.fromtimestamp(trade.entry_time / 1000, UTC).strftime("%m-%dT%H:%M")
        told.setdefault(key, [f"{trade.entry_price:g}"]).append(f"{trade.exit_price:g}")
    expected = [line.split() for line in TRADINGVIEW.splitlines()]
    assert {key: told.get(key) for key, *_ in expected} == {
        key: [f"{float(entry):g}", f"{float(first):g}", f"{float(rest):g}"] for key, entry, first, _, rest in expected
    }


def read_corpus(path: Path) -> Bars:
    table = np.genfromtxt(path, delimiter=",", skip_header=1)
    symbol = Symbol("ETHUSDT", "ETH", "USDT", 0.01, 0.1, quantity_step=1e-4, timezone="Etc/UTC", day_start_hour=0)
    opened, high, low, end, volume = (np.ascontiguousarray(table[:, k]) for k in range(1, 6))
    return Bars(symbol, Timeframe(15), table[:, 0].astype(np.int64), opened, high, low, end, volume)
