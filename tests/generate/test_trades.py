"""What the scripts of all families do on bars: sizes, fixed stops and targets, the rollover window, the dates."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from pinewright.backtest.engine import Engine
from pinewright.data.zones import utc_offset
from pinewright.generate import FAMILIES, ScriptSettings, render
from pinewright.generate.script import FLAT_FROM, FLAT_UNTIL
from pinewright.market import DAY, HOUR, MINUTE, NEW_YORK, Bars, FloatArray, IntArray, Symbol, Timeframe, Trades
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script

START = 1_740_952_800_000  # Sunday 2025-03-02 17:00 New York, a week before the clocks change
TO = START + 80 * DAY


@cache
def bars() -> Bars:
    """90 days of quarter hours of a random walk on the tick grid, weekends left out."""
    every = START + np.arange(90 * 96, dtype=np.int64) * 15 * MINUTE
    local = every + utc_offset(every, NEW_YORK)
    day, hour = (local // DAY + 4) % 7, local // HOUR % 24
    time = every[~((day == 6) | ((day == 5) & (hour >= 17)) | ((day == 0) & (hour < 17)))]
    random = np.random.default_rng(11)
    close = 108_000 + np.cumsum(np.round(random.standard_normal(len(time)) * 40))
    opened = np.concatenate([[108_000.0], close[:-1]])
    high = np.maximum(opened, close) + random.integers(0, 30, len(time))
    low = np.minimum(opened, close) - random.integers(0, 30, len(time))
    opened, high, low, close = (np.round(column * 1e-5, 5) for column in (opened, high, low, close))
    return Bars(Symbol.get("EURUSD"), Timeframe(15), time, opened, high, low, close, np.zeros(len(time)))


@cache
def trades(name: str) -> Trades:
    settings = ScriptSettings(Timeframe(15), 0.00003, from_time=START + 5 * DAY, to_time=TO)
    program = compile_script(check(render(FAMILIES[name], None, settings)), name)
    found = Engine(program, bars()).trades([item.default for item in program.inputs])
    assert len(found) >= 20
    return found


def minute_of_day(time: IntArray) -> IntArray:
    return np.asarray((time + utc_offset(time, NEW_YORK)) // MINUTE % 1440, dtype=np.int64)


def average_true_range(length: int) -> FloatArray:
    """Wilder's, seeded by the mean of the first ``length`` ranges."""
    data = bars()
    previous = np.concatenate([[np.nan], data.close[:-1]])
    spans = np.stack([data.high - data.low, np.abs(data.high - previous), np.abs(data.low - previous)])
    ranges = np.nanmax(spans, axis=0)
    found = np.full(len(ranges), np.nan)
    found[length - 1] = ranges[:length].mean()
    for index in range(length, len(ranges)):
        found[index] = (found[index - 1] * (length - 1) + ranges[index]) / length
    return found


EVERY_FAMILY = pytest.mark.parametrize("name", list(FAMILIES))


@EVERY_FAMILY
def test_flat_in_the_rollover_window(name: str) -> None:
    found = trades(name)
    for time in (found.entry_time, found.exit_time):
        minute = minute_of_day(time)
        assert not ((minute >= FLAT_FROM) & (minute < FLAT_UNTIL)).any()
    window = minute_of_day(bars().time)
    inside = np.cumsum((window >= FLAT_FROM) & (window < FLAT_UNTIL))
    assert (inside[found.entry_bar] == inside[found.exit_bar]).all()


@EVERY_FAMILY
def test_trades_lie_inside_the_dates(name: str) -> None:
    found = trades(name)
    assert found.entry_time.min() >= START + 5 * DAY
    assert found.exit_time.max() < TO
    assert not found.is_open.any()
    assert {True, False} == set(found.is_long.tolist())


@EVERY_FAMILY
def test_stop_and_target_stay_where_the_signal_put_them(name: str) -> None:
    found, data = trades(name), bars()
    family = FAMILIES[name]
    signal = found.entry_bar - 1
    distance = average_true_range(int(family.input("atrLength").default))[signal]
    sign = np.where(found.is_long, 1.0, -1.0)
    stop = data.close[signal] - sign * family.input("stopMultiple").default * distance
    target = data.close[signal] + sign * family.input("targetMultiple").default * distance
    by_level = np.array([text.endswith(" exit") for text in found.exit_signal])
    assert by_level.sum() >= 5
    near = np.minimum(np.abs(found.exit_price - stop), np.abs(found.exit_price - target))
    at_open = found.exit_price == data.open[found.exit_bar]
    assert ((near <= 1e-5) | at_open)[by_level].all()
    # No bar of the trade before the last one reached either level.
    for index in np.flatnonzero(by_level):
        inner = slice(found.entry_bar[index], found.exit_bar[index])
        low, high = sorted((stop[index], target[index]))
        assert (data.low[inner] > low - 1e-5).all()
        assert (data.high[inner] < high + 1e-5).all()


@EVERY_FAMILY
def test_size_risks_half_a_percent_in_whole_thousands(name: str) -> None:
    found, data = trades(name), bars()
    signal = found.entry_bar - 1
    distance = FAMILIES[name].input("stopMultiple").default * average_true_range(14)[signal]
    equity = 10_000.0 + np.concatenate([[0.0], found.cumulative[:-1]])
    # A reversal is sized while the old position is still open: only entries from flat have this equity.
    flat = np.concatenate([[True], found.exit_bar[:-1] < found.entry_bar[1:]])
    risk = equity * 0.005 / distance
    margin = 0.95 * 30 * equity / data.close[signal]
    assert (found.quantity % 1000 == 0).all()
    assert (found.quantity >= 1000).all()
    assert found.quantity[flat].tolist() == (np.floor(np.minimum(risk, margin) / 1000) * 1000)[flat].tolist()


@EVERY_FAMILY
def test_costs_are_paid_on_both_sides(name: str) -> None:
    found = trades(name)
    assert found.commission == pytest.approx(2 * 0.00003 * found.quantity, abs=1e-6)
    gross = np.where(found.is_long, 1, -1) * (found.exit_price - found.entry_price) * found.quantity
    assert found.net_profit == pytest.approx(gross - found.commission, abs=1e-6)
