"""Each figure against the list of trades and the equity curve, by other code than the engine's."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pinewright.backtest.engine import Engine
from pinewright.backtest.metrics import METRIC_COUNT, METRIC_INDEX, METRICS
from pinewright.market import FloatArray, IntArray

from .averages import crossover, random_bars
from .support import bars, cache_folder, close, engine, entry, parameters

PERIODS = {4: 2_400, 1: 600}  # months that the bars touch -> hourly bars


def test_every_metric_has_one_column_and_a_meaning() -> None:
    assert len(METRICS) == METRIC_COUNT == len(METRIC_INDEX)
    assert all(metric.meaning.endswith(".") and metric.unit for metric in METRICS)


def test_counts_and_money() -> None:
    over = random_bars(2_400)
    tested = Engine(crossover(), over, cache_dir=cache_folder())
    row, trades = tested.run([5, 20, 0]).row(0), tested.trades([5, 20, 0])
    closed = ~trades.is_open
    net = trades.net_profit[closed]
    assert row["trades"] == len(net) > 50
    assert row["net_profit"] == pytest.approx(net.sum())
    assert row["net_profit_percent"] == pytest.approx(net.sum() / 100)
    assert row["gross_profit"] == pytest.approx(net[net > 0].sum())
    assert row["gross_loss"] == pytest.approx(-net[net < 0].sum())
    assert row["profit_factor"] == pytest.approx(net[net > 0].sum() / -net[net < 0].sum())
    assert row["win_rate"] == pytest.approx(100 * (net > 0).mean())
    assert row["avg_trade"] == pytest.approx(net.mean())
    assert row["largest_win"] == pytest.approx(net.max())
    assert row["largest_loss"] == pytest.approx(-net.min())
    assert row["long_trades"] == (trades.is_long & closed).sum()
    assert row["avg_bars_in_trade"] == pytest.approx((trades.exit_bar - trades.entry_bar + 1)[closed].mean())
    assert row["commission_paid"] == pytest.approx(trades.commission.sum())
    assert row["expectancy"] == pytest.approx(net.mean() / -net[net < 0].mean())
    assert row["open_profit"] == pytest.approx((trades.net_profit + trades.commission)[~closed].sum())
    assert row["buy_and_hold_percent"] == pytest.approx(100 * (over.close[-1] / over.open[0] - 1))
    assert row["longest_losing_streak"] == _longest(net < 0)
    held = np.zeros(len(over), dtype=bool)
    for first, last in zip(trades.entry_bar, np.where(closed, trades.exit_bar, len(over)), strict=True):
        held[first:last] = True
    assert row["exposure"] == pytest.approx(100 * held.mean())


def test_drawdown_runs_from_realised_highs_to_the_worst_mark_inside_a_bar() -> None:
    tested = Engine(crossover(), random_bars(2_400), cache_dir=cache_folder())
    row, trades = tested.run([5, 20, 0]).row(0), tested.trades([5, 20, 0])
    before = 10_000 + np.append(0, trades.cumulative[:-1])
    worst, best = before + trades.adverse, before + trades.favorable
    high, low = np.maximum.accumulate(before), np.minimum.accumulate(before - trades.entry_commission)
    realised = before[1:]
    drawdown = max((high - worst).max(), (np.maximum.accumulate(before)[:-1] - realised).max())
    assert row["max_drawdown"] == pytest.approx(drawdown)
    percent = max((100 * (high - worst) / high).max(), (100 * (high[:-1] - realised) / high[:-1]).max())
    assert row["max_drawdown_percent"] == pytest.approx(percent)
    assert row["max_runup"] == pytest.approx((best - low).max())
    assert row["max_runup"] > 0


@pytest.mark.parametrize("months", PERIODS)
def test_sharpe_and_sortino_of_tradingview(months: int) -> None:
    over = random_bars(PERIODS[months], seed=3)
    tested = Engine(crossover(), over, cache_dir=cache_folder())
    row, trades = tested.run([5, 20, 0]).row(0), tested.trades([5, 20, 0])
    closed = ~trades.is_open
    realised = 10_000 + np.array([trades.net_profit[closed & (trades.exit_bar <= k)].sum() for k in range(len(over))])
    month = over.time.astype("datetime64[ms]").astype("datetime64[M]").astype(np.int64)
    key, rate = (month, 0.02 / 12) if months >= 3 else (tested._windows.day, 0.02 / 365)
    excess = _returns(realised, key) - rate
    assert row["sharpe"] == pytest.approx(excess.mean() / excess.std())
    assert row["sortino"] == pytest.approx(excess.mean() / math.sqrt((np.minimum(excess, 0) ** 2).mean()))


def test_daily_ratios() -> None:
    results = Engine(crossover(), random_bars(2_400), cache_dir=cache_folder()).run([5, 20, 0], daily=True)
    assert results.daily is not None
    row, daily = results.row(0), results.daily[0]
    deviation = daily.std(ddof=1)
    assert row["days"] == len(daily) == len(results.day)
    assert row["sharpe_daily"] == pytest.approx(daily.mean() / deviation * math.sqrt(252))
    assert row["t_statistic_daily"] == pytest.approx(daily.mean() / deviation * math.sqrt(len(daily)))
    downside = math.sqrt((np.minimum(daily, 0) ** 2).mean())
    assert row["sortino_daily"] == pytest.approx(daily.mean() / downside * math.sqrt(252))
    assert row["calmar"] == pytest.approx(daily.mean() * 252 / row["max_drawdown"])


def test_without_trades_ratios_are_not_defined() -> None:
    row = engine(bars(*[(100.0, 101.0, 99.0, 100.0)] * 60)).run(parameters([])).row(0)
    for name in ("profit_factor", "win_rate", "avg_trade", "largest_win", "sharpe_daily", "calmar", "expectancy"):
        assert math.isnan(row[name]), name
    for name in ("net_profit", "trades", "max_drawdown", "exposure", "commission_paid"):
        assert row[name] == 0, name


def test_even_trades_neither_win_nor_lose_nor_end_a_streak() -> None:
    flat, down = (100.0, 101.0, 99.0, 100.0), (99.0, 101.0, 99.0, 99.0)
    over = bars(flat, flat, down, flat, flat, flat, down, flat)
    script = [entry(0, "L", 1), close(1, "L"), entry(2, "L", 1), close(3, "L"), entry(4, "L", 1), close(5, "L")]
    row = engine(over).run(parameters(script)).row(0)
    assert (row["trades"], row["wins"], row["losses"], row["evens"]) == (3, 0, 2, 1)
    assert row["longest_losing_streak"] == 2


def _longest(mask: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> int:
    best = run = 0
    for value in mask:
        run = run + 1 if value else 0
        best = max(best, run)
    return best


def _returns(equity: FloatArray, key: IntArray) -> FloatArray:
    ends = equity[np.append(np.diff(key) != 0, True)]
    change: FloatArray = ends / np.append(10_000, ends[:-1]) - 1
    return change
