"""All options of a run together: native code and plain Python, threads, one set of inputs alone and among many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.backtest.blackout import Blackout, parse_blackout
from pinewright.backtest.engine import Engine
from pinewright.backtest.execution import Execution, Swap
from pinewright.backtest.window import WindowMaker
from pinewright.market import HOUR, Bars
from pinewright.program import StrategySettings

from . import plain
from .averages import crossover, random_bars
from .support import MONDAY, Command, cache_folder, engine, parameters, player
from .test_laws import _NUMBERS, ACCOUNTS, FEW, LENGTH, commands, walks
from .test_magnifier import own_way

BARS = random_bars(2_000)
PAIRS = np.array([(fast, slow, hour) for fast in (3, 5, 8) for slow in (13, 21, 34) for hour in (0, 9)], float)
ALL = Execution(
    fills="bid-ask", swap=Swap(long=-3, short=1), blackout=parse_blackout("Tue-Thu 03:00-07:00 Europe/Berlin")
)


def spread(over: Bars, width: float) -> Bars:
    return replace(over, spread=width * (1.0 + np.arange(len(over), dtype=np.float64) % 3))


def shaken(over: Bars, seed: int) -> Bars:
    """Finer bars that leave gaps and go beyond their bars, some of them missing."""
    inside, random = own_way(over), np.random.default_rng(seed)
    moved = {name: getattr(inside, name) + random.integers(-2, 3, len(inside)) for name in ("open", "close")}
    moved["high"] = np.maximum(inside.high + 1, np.maximum(moved["open"], moved["close"]))
    moved["low"] = np.minimum(inside.low - 1, np.minimum(moved["open"], moved["close"]))
    kept = np.flatnonzero(random.random(len(inside)) > 0.2)
    columns = {name: column[kept] for name, column in moved.items()}
    return replace(inside, time=inside.time[kept], volume=inside.volume[kept], **columns)


@settings(FEW, max_examples=40)
@given(
    walks(),
    st.lists(commands(), min_size=1, max_size=8),
    ACCOUNTS,
    st.booleans(),
    st.booleans(),
    st.sampled_from(["bars", "bid-ask"]),
    st.integers(0, 90),
    st.integers(1, 60),
    st.integers(2, LENGTH - 1),
)
def test_native_code_plain_python_and_a_shorter_future_agree(
    over: Bars,
    script: list[Command],
    account: StrategySettings,
    magnified: bool,
    again: bool,
    fills: str,
    start: int,
    length: int,
    end: int,
) -> None:
    account = replace(account, use_bar_magnifier=magnified, calc_on_order_fills=again)
    over, inside = spread(over, 1.0), shaken(over, start)
    shut = Blackout(((MONDAY + start * HOUR, MONDAY + (start + length) * HOUR),))
    execution = Execution(fills=fills, swap=Swap(-1, 2), blackout=shut)  # type: ignore[arg-type]
    row = parameters(script)
    tested = engine(over, account, others=[inside], execution=execution)
    native = tested.trades(row)
    found = [
        (1 if native.is_long[k] else -1, *(getattr(native, name)[k].item() for name in _NUMBERS))
        for k in range(len(native))
    ]
    assert found == plain.rows(player(account), account, over, row, 0, execution=execution, others=(inside,))
    seen = inside.slice(0, int(np.searchsorted(inside.time, over.time[end])))
    if magnified and len(seen) == 0:
        return
    shorter = engine(over.slice(0, end), account, others=[seen], execution=execution)
    assert list(shorter.trades(row)) == list(tested.trades(row, last=end))
    results = tested.run(row, daily=True)
    assert results.daily is not None
    assert results["profit_marked"][0] == pytest.approx(native.net_profit.sum(), abs=1e-6)
    assert results["profit_marked"][0] == pytest.approx(results.daily.sum(), abs=1e-6)
    assert tested.equity(row)[-1] - account.initial_capital == pytest.approx(native.net_profit.sum(), abs=1e-6)


def make(threads: int, *, magnified: bool = False, again: bool = False) -> Engine:
    over = spread(BARS, BARS.symbol.mintick)
    program = crossover()
    account = replace(program.settings, use_bar_magnifier=magnified, calc_on_order_fills=again)
    inside = own_way(over)
    return Engine(
        program, over, settings=account, threads=threads, cache_dir=cache_folder(), others=[inside], execution=ALL
    )


@pytest.mark.parametrize(("magnified", "again"), [(True, False), (False, True)])
def test_threads_and_company_change_nothing(magnified: bool, again: bool) -> None:
    expected = make(1, magnified=magnified, again=again).run(PAIRS, daily=True)
    assert (expected["trades"] > 5).all()
    assert (expected["swap"] != 0).any()
    found = make(2, magnified=magnified, again=again).run(PAIRS[::-1], daily=True)
    np.testing.assert_array_equal(found.metrics[::-1], expected.metrics)
    assert expected.daily is not None
    assert found.daily is not None
    np.testing.assert_array_equal(found.daily[::-1], expected.daily)
    alone = make(1, magnified=magnified, again=again).run(PAIRS[4])
    np.testing.assert_array_equal(alone.metrics[0], expected.metrics[4])


def test_each_option_costs_what_it_says() -> None:
    free, paid = Engine(crossover(), BARS, cache_dir=cache_folder()).run(PAIRS), make(1).run(PAIRS)
    assert (paid["net_profit"] < free["net_profit"]).mean() > 0.8
    assert (paid["net_profit_after_swap"] == paid["net_profit"] + paid["swap"]).all()
    assert (free["swap"] == 0).all()


def test_a_plain_run_has_no_way_of_points() -> None:
    maker = WindowMaker(BARS)
    assert not maker.detailed
    assert not maker.window(0, None).view["detailed"][0]
    # What buyers pay is the very memory of the one price.
    pairs = {"ask_candles": "candles", "ask_high": "fill_high", "ask_low": "fill_low"}
    assert all(maker.arrays[ask] is maker.arrays[bid] for ask, bid in pairs.items())
