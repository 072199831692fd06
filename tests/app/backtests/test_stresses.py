"""The stresses against sums done by hand, and the edge of one-sided quotes against markets that have nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.support.planted import Case, artefact, planted_edge
from pinewright.app.backtests.evaluation import DATES
from pinewright.app.backtests.stresses import assumed_swap, coarser, mid_bars, one_sided, stresses
from pinewright.app.given.costs import charged_costs, charges, market_costs, read_costs, script_costs
from pinewright.backtest.engine import Engine
from pinewright.backtest.execution import Swap
from pinewright.backtest.parameters import defaults
from pinewright.data.calendar import expected_bars, session_minute
from pinewright.errors import BacktestError
from pinewright.generate import FAMILIES, ScriptSettings, render
from pinewright.market import DAY, Bars, Side, Symbol, Timeframe
from pinewright.optimize.proof import Stress
from pinewright.optimize.split import split
from pinewright.optimize.stress import outside_rollover
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import Program

EURUSD = Symbol.get("EURUSD")
MONDAY = 19_723 * DAY  # 2024-01-01
UNITS = 1_000.0

# Long for three bars from a given hour of New York on.
SCRIPT = """//@version=6
strategy("hour", initial_capital = 100000, default_qty_type = strategy.fixed, default_qty_value = 1000)
int begin = input.int(9, "hour", minval = 0, maxval = 23)
int hold = input.int(3, "bars", minval = 1, maxval = 30)
var int held = 0
held := strategy.position_size > 0 ? held + 1 : 0
if hour(time_close, "America/New_York") == begin and strategy.position_size == 0
    strategy.entry("L", strategy.long)
if held >= hold
    strategy.close("L")
"""


def hours(days: int = 20, *, seed: int = 1, spread: float | None = 0.0001, minutes: int = 60) -> Bars:
    """Random bid bars, closed at weekends."""
    time = expected_bars(MONDAY, MONDAY + days * DAY, Timeframe(minutes), EURUSD)
    random = np.random.default_rng(seed)
    ticks = 110_000 + np.cumsum(random.integers(-30, 31, len(time)))
    close = ticks / 100_000
    open_ = np.concatenate([close[:1], close[:-1]])
    reach = random.integers(0, 20, len(time)) / 100_000
    return Bars(
        EURUSD,
        Timeframe(minutes),
        time,
        open_,
        np.maximum(open_, close) + reach,
        np.minimum(open_, close) - reach,
        close,
        np.ones(len(time)),
        spread=None if spread is None else np.full(len(time), spread),
    )


@pytest.fixture(scope="module")
def program() -> Program:
    return compile_script(check(SCRIPT), "hour")


Stressed = Callable[..., dict[str, Stress]]


@pytest.fixture
def stressed(program: Program, kernels: Path) -> Stressed:
    """The stresses of (hour, bars to hold) by name, with costs of a pip unless told otherwise."""

    def run(
        bars: Bars,
        begin: int = 9,
        hold: int = 3,
        *,
        pips: float = 1.0,
        swap: Swap | None = None,
        opposite: Bars | None = None,
    ) -> dict[str, Stress]:
        costs = market_costs(bars.symbol, pips, None)
        account = costs.applied(program.settings)
        row = np.array([begin, hold], dtype=np.float64)
        found = stresses(
            program,
            bars,
            account,
            costs,
            row,
            split(bars),
            swap=swap,
            opposite=opposite,
            cache_dir=kernels,
        )
        return {one.name: one for one in found}

    return run


def of_case(case: Case, row: tuple[float, ...], folder: Path, opposite: Bars | None = None) -> tuple[Stress, ...]:
    program = compile_script(check(case.script), case.name)
    costs = script_costs(case.bars.symbol, program.settings, None, case.loaded.median_spread, own=False)
    account = costs.applied(program.settings)
    where = split(case.bars)
    return stresses(program, case.bars, account, costs, np.array(row), where, opposite=opposite, cache_dir=folder)


def test_there_are_seven_in_a_fixed_order(stressed: Stressed) -> None:
    assert list(stressed(hours())) == [
        "doubled_costs",
        "delayed_entry",
        "mid_prices",
        "bid_ask",
        "after_swap",
        "coarser_bars",
        "outside_rollover",
    ]


def test_doubled_costs_take_the_costs_once_more(stressed: Stressed) -> None:
    found = stressed(hours(), pips=1.0)["doubled_costs"]
    assert found.trades > 10
    assert found.plain - found.net_profit == pytest.approx(found.trades * UNITS * 0.0001)


def test_nothing_cannot_be_doubled(stressed: Stressed) -> None:
    found = stressed(hours(), pips=0.0)["doubled_costs"]
    assert not found.known
    assert np.isnan(found.net_profit)


def test_a_delayed_entry_is_the_next_open_with_the_same_exit(
    stressed: Stressed, program: Program, kernels: Path
) -> None:
    bars = hours()
    account = market_costs(EURUSD, 1.0, None).applied(program.settings)
    trades = Engine(program, bars, settings=account, cache_dir=kernels).trades([9, 3], first=0)
    later = bars.open[trades.entry_bar + 1]
    wanted = float(np.sum((trades.exit_price - later) * UNITS - UNITS * 0.0001))
    found = stressed(bars)["delayed_entry"]
    assert found.trades == len(trades)
    assert found.net_profit == pytest.approx(wanted)
    assert found.plain == pytest.approx(float(np.sum(trades.net_profit)))


def test_a_trade_of_one_bar_is_over_before_a_delayed_entry(stressed: Stressed) -> None:
    found = stressed(hours(), 9, 1)["delayed_entry"]
    assert found.known
    assert found.trades == 0
    assert found.net_profit == 0.0
    assert "left out" in found.words


def test_an_even_spread_changes_nothing_at_mid_prices_or_at_bid_and_ask(stressed: Stressed) -> None:
    found = stressed(hours(spread=0.0001), pips=1.0)
    assert found["mid_prices"].net_profit == pytest.approx(found["mid_prices"].plain)
    assert found["bid_ask"].net_profit == pytest.approx(found["bid_ask"].plain)


def test_a_spread_given_by_file_is_not_paid_twice(tmp_path: Path, kernels: Path) -> None:
    """As `--costs FILE` has it: spread and commission in one figure, of which fills at the sides pay the one part."""
    file = tmp_path / "costs.toml"
    file.write_text('[costs]\nspread = 1.0\ncommission_type = "cash_per_contract"\ncommission_value = 0.00002\n')
    terms, bars = read_costs([str(file)]), hours(spread=0.0001)
    charged = compile_script(check(SCRIPT), "hour", declared=charges(terms, bars.symbol, "bars"))
    costs = charged_costs(bars.symbol, charged.settings, terms, "bars")
    assert charged.settings.commission_value == pytest.approx(0.00007)
    assert costs.at_sides(costs.applied(charged.settings)).commission_value == 0.00002
    row = np.array([9.0, 3.0])
    found = stresses(charged, bars, costs.applied(charged.settings), costs, row, split(bars), cache_dir=kernels)
    sides = next(one for one in found if one.name == "bid_ask")
    assert sides.net_profit == pytest.approx(sides.plain)
    assert "beside it" in sides.words


def test_a_script_that_asks_for_shorter_bars_than_the_coarser_ones_says_so(kernels: Path) -> None:
    script = SCRIPT + 'float later = request.security(syminfo.tickerid, "240", close)\n'
    script += 'if close > later\n    strategy.close("L")\n'
    asking, bars = compile_script(check(script), "asking"), hours(60, minutes=240)
    costs = market_costs(bars.symbol, 1.0, None)
    row = np.array([9.0, 3.0])
    found = stresses(asking, bars, costs.applied(asking.settings), costs, row, split(bars), cache_dir=kernels)
    coarse = next(one for one in found if one.name == "coarser_bars")
    assert not coarse.known
    assert "request.security" in coarse.words
    assert [one.name for one in found if one.known and np.isnan(one.net_profit)] == []


def test_one_side_alone_gives_no_mid_and_no_ask(stressed: Stressed) -> None:
    found = stressed(hours(spread=None))
    assert not found["mid_prices"].known
    assert not found["bid_ask"].known
    assert found["outside_rollover"].known


def test_the_mid_of_both_sides() -> None:
    bid = hours(spread=None)
    wide = np.asarray(0.0002 + 0.0001 * (np.arange(len(bid)) % 3), dtype=np.float64)
    ask = replace(bid, open=bid.open + wide, high=bid.high + wide, low=bid.low + wide, close=bid.close + wide)
    ask = replace(ask, side=Side.ASK)
    made = mid_bars(bid, ask)
    other = mid_bars(ask, bid)
    assert made is not None
    assert other is not None
    assert made.side is Side.MID
    np.testing.assert_allclose(made.close, bid.close + wide / 2)
    np.testing.assert_allclose(made.close, other.close)
    assert mid_bars(made) is made
    of_spread = mid_bars(replace(bid, spread=wide))
    assert of_spread is not None
    np.testing.assert_allclose(of_spread.open, made.open)
    of_ask = mid_bars(replace(ask, spread=wide))
    assert of_ask is not None
    np.testing.assert_allclose(of_ask.open, made.open)
    with pytest.raises(BacktestError, match="other stamps"):
        mid_bars(bid, ask.slice(1, len(ask)))


def test_mid_bars_have_no_side_to_lean_on(stressed: Stressed) -> None:
    found = stressed(replace(hours(spread=None), side=Side.MID))
    assert found["mid_prices"].net_profit == found["mid_prices"].plain
    assert not found["outside_rollover"].known


def test_swap_is_paid_for_each_night(stressed: Stressed, program: Program, kernels: Path) -> None:
    bars = hours()
    found = stressed(bars, 9, 10, swap=Swap(-5.0, -5.0))["after_swap"]
    account = market_costs(EURUSD, 1.0, None).applied(program.settings)
    trades = Engine(program, bars, settings=account, cache_dir=kernels).trades([9, 10], first=0)
    # Entered at nine and held for ten hours: over one night each, three of them on Wednesdays.
    weekday = (trades.entry_time // DAY + 3) % 7
    nights = np.where(weekday == 2, 3, 1)
    held = session_minute(trades.exit_time, EURUSD) >= 17 * 60
    assert found.plain - found.net_profit == pytest.approx(float(np.sum(nights[held])) * UNITS * 5e-5)
    assert "-5 points" in found.words


def test_an_assumed_swap_is_half_a_pip_and_said(stressed: Stressed) -> None:
    assert assumed_swap(EURUSD) == Swap(-5.0, -5.0)
    assert assumed_swap(Symbol.get("XAUUSD")).long == pytest.approx(-200.0)
    assert "assumed" in stressed(hours(), 9, 10)["after_swap"].words
    assert "no position was held" in stressed(hours(), 9, 3)["after_swap"].words


@pytest.mark.parametrize(
    ("minutes", "longer"), [(1, 2), (5, 10), (15, 30), (60, 120), (240, 480), (480, 1440), (1440, None)]
)
def test_coarser_bars_divide_the_day(minutes: int, longer: int | None) -> None:
    assert coarser(Timeframe(minutes)) == (None if longer is None else Timeframe(longer))


def test_coarser_bars_are_of_the_same_time(stressed: Stressed) -> None:
    found = stressed(hours(), 9, 3)["coarser_bars"]
    assert found.known
    assert found.words.endswith("bars of 2h")
    assert 0 < found.trades <= 20


def test_a_generated_script_has_its_bars_written_in(kernels: Path) -> None:
    bars = hours(60)
    program = compile_script(check(render(FAMILIES["macd"], None, ScriptSettings(bars.timeframe, 0.00004))), "macd")
    row = defaults(program)
    costs = market_costs(EURUSD, 0.8, None)
    found = stresses(program, bars, program.settings, costs, row, split(bars), cache_dir=kernels, dates=DATES)
    by_name = {one.name: one for one in found}
    assert not by_name["coarser_bars"].known
    assert "1h" in by_name["coarser_bars"].words
    assert by_name["doubled_costs"].trades > 0
    # The script itself stays out of the rollover hour.
    assert by_name["outside_rollover"].net_profit == pytest.approx(by_name["outside_rollover"].plain)


def test_trades_of_the_rollover_are_left_out(stressed: Stressed) -> None:
    bars = hours()
    away, inside, into = (stressed(bars, *row)["outside_rollover"] for row in ((9, 3), (17, 3), (15, 2)))
    assert away.net_profit == pytest.approx(away.plain)
    assert inside.trades == 0
    # One may be held by the last bar: its entry lies before the rollover, and it has no exit.
    assert into.trades <= 1


def test_symbols_without_a_rollover(program: Program, kernels: Path) -> None:
    bars = replace(hours(), symbol=Symbol.get("BTCUSD"))
    trades = Engine(program, hours(), cache_dir=kernels).trades([9, 3], first=0)
    assert outside_rollover(trades, bars) is None


def test_fills_of_daily_bars_are_moved_to_the_close_before(kernels: Path) -> None:
    source = """//@version=6
strategy("days", initial_capital = 100000, default_qty_type = strategy.fixed, default_qty_value = 1000)
int every = input.int(2, "every", minval = 2, maxval = 9)
if bar_index % every == 0
    strategy.entry("L", strategy.long)
else
    strategy.close("L")
"""
    days = hours(40, minutes=1440, spread=None)
    # The open stands ten pips below the close before it, as the bid does at 17:00.
    dip = days.close[:-1] - 0.001
    opened = np.concatenate([days.open[:1], dip])
    dipped = replace(days, open=opened, low=np.minimum(days.low, opened), high=np.maximum(days.high, opened))
    program = compile_script(check(source), "days")
    trades = Engine(program, dipped, cache_dir=kernels).trades([2], first=0)
    found = outside_rollover(trades, dipped)
    assert found is not None
    assert found.repriced
    moved = (days.close[trades.exit_bar - 1] - days.close[trades.entry_bar - 1]) * UNITS
    closed = ~trades.is_open
    assert found.tally.trades == len(trades)
    assert closed.sum() > 10
    rest = float(np.sum((trades.net_profit + (trades.entry_price - days.close[trades.entry_bar - 1]) * UNITS)[~closed]))
    assert found.tally.net_profit == pytest.approx(float(np.sum(moved[closed])) + rest)


@pytest.mark.parametrize("minutes", [60, 15])
@pytest.mark.parametrize("spread", [True, False])
def test_the_dip_at_17_is_one_sided(minutes: int, spread: bool, kernels: Path) -> None:
    found = of_case(artefact(5, minutes=minutes, spread=spread), (17.0, 1.0, 50.0), kernels)
    assert found[0].plain > 0
    assert one_sided(found)


def test_both_sides_tell_it_at_mid_prices(kernels: Path) -> None:
    case = artefact(5, minutes=60, spread=True)
    found = {one.name: one for one in of_case(case, (17.0, 1.0, 50.0), kernels, case.ask)}
    assert found["mid_prices"].net_profit < 0 < found["mid_prices"].plain
    assert found["bid_ask"].net_profit < 0
    assert not found["outside_rollover"].known
    assert one_sided(tuple(found.values()))


def test_an_edge_of_the_market_is_not_one_sided(kernels: Path) -> None:
    case = planted_edge(1)
    assert not one_sided(of_case(case, tuple(case.truth.values()), kernels))


def test_no_profit_is_not_one_sided() -> None:
    assert not one_sided(())
    assert not one_sided(
        (Stress("mid_prices", "", -5.0, -3.0, 9, ""), Stress("outside_rollover", "", -5.0, 0.0, 9, ""))
    )
    assert one_sided((Stress("mid_prices", "", 20.0, 100.0, 9, ""),))
    assert not one_sided((Stress("mid_prices", "", 60.0, 100.0, 9, ""),))
    assert not one_sided((Stress("mid_prices", "", float("nan"), 100.0, 0, "", known=False),))
