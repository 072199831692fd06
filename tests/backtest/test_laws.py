"""What must hold for every run: money is conserved, the future changes nothing, threads change nothing."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinewright.market import Bars, Trades
from pinewright.program import CommissionType, QuantityType, StrategySettings

from . import plain
from .support import (
    EACH,
    NA,
    Command,
    bars,
    cancel,
    cancel_all,
    close,
    close_all,
    engine,
    entry,
    exit_,
    order,
    parameters,
    player,
)

LENGTH = 24
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def walks(draw: st.DrawFn) -> Bars:
    """Bars around 100 with jumps, some of them flat."""
    made = []
    last = 100
    for _ in range(LENGTH):
        start = last + draw(st.sampled_from([0, 0, 0, -1, 1, -4, 4]))
        end = start + draw(st.integers(-5, 5))
        high = max(start, end) + draw(st.integers(0, 4))
        low = min(start, end) - draw(st.integers(0, 4))
        made.append((float(start), float(high), float(low), float(end)))
        last = end
    return bars(*made, minutes=240)


LEVELS = st.one_of(st.just(NA), st.integers(90, 110).map(float))
TICKS = st.one_of(st.just(NA), st.integers(0, 8).map(float))
WHEN = st.one_of(st.just(EACH), st.integers(0, LENGTH - 2))
IDS = st.sampled_from(["L", "S", "X"])
GROUP = st.sampled_from([(None, 0), ("group", 1), ("group", 2)])


@st.composite
def commands(draw: st.DrawFn) -> Command:
    """Any command."""
    kind, when, id = draw(st.integers(0, 9)), draw(WHEN), draw(IDS)
    if kind <= 3:
        make = entry if kind <= 2 else order
        quantity = draw(st.sampled_from([1.0, 2.0, 3.0, -1.0, -2.0, NA, -NA]))
        oca, how = draw(GROUP)
        return make(when, id, quantity, limit=draw(LEVELS), stop=draw(LEVELS), oca=oca, how=how)
    if kind <= 6:
        return exit_(
            when,
            draw(st.sampled_from(["A", "B"])),
            draw(st.one_of(st.none(), IDS)),
            percent=draw(st.sampled_from([NA, 50.0, 100.0])),
            profit=draw(TICKS),
            limit=draw(LEVELS),
            loss=draw(TICKS),
            stop=draw(LEVELS),
            trail_points=draw(TICKS),
            trail_offset=draw(TICKS),
            oca=draw(st.sampled_from([None, "group"])),
        )
    if kind == 7:
        return close(when, id, percent=draw(st.sampled_from([NA, 50.0])), immediately=draw(st.booleans()))
    if kind == 8:
        return close_all(when, immediately=draw(st.booleans()))
    return draw(st.sampled_from([cancel(when, id), cancel_all(when)]))


ACCOUNTS = st.builds(
    StrategySettings,
    initial_capital=st.sampled_from([400.0, 10_000.0]),
    quantity_type=st.sampled_from(list(QuantityType)),
    quantity_value=st.just(5.0),
    pyramiding=st.integers(0, 3),
    commission_type=st.sampled_from(list(CommissionType)),
    commission_value=st.sampled_from([0.0, 0.5]),
    slippage=st.integers(0, 2),
    margin_long=st.sampled_from([0.0, 50.0, 100.0]),
    margin_short=st.sampled_from([0.0, 50.0]),
    process_orders_on_close=st.booleans(),
    close_any=st.booleans(),
    nearest_exit=st.booleans(),
)


@FEW
@given(walks(), st.lists(commands(), min_size=1, max_size=8), ACCOUNTS)
def test_money_is_conserved(over: Bars, script: list[Command], account: StrategySettings) -> None:
    tested = engine(over, account)
    row = parameters(script)
    results = tested.run(row, daily=True)
    trades = tested.trades(row)
    closed = ~trades.is_open
    found = results.row(0)
    assert results.daily is not None
    assert found["net_profit"] == pytest.approx(trades.net_profit[closed].sum(), abs=1e-6)
    assert found["gross_profit"] - found["gross_loss"] == pytest.approx(found["net_profit"], abs=1e-6)
    assert found["trades"] == closed.sum() == found["wins"] + found["losses"] + found["evens"]
    assert found["profit_marked"] == pytest.approx(trades.net_profit.sum(), abs=1e-6)
    assert found["profit_marked"] == pytest.approx(results.daily.sum(), abs=1e-6)
    assert tested.equity(row)[-1] - account.initial_capital == pytest.approx(found["profit_marked"], abs=1e-6)
    assert found["commission_paid"] == pytest.approx(trades.commission.sum(), abs=1e-6)
    assert (trades.quantity > 0).all()
    assert found["max_drawdown"] >= -min(0.0, found["net_profit"]) - 1e-6
    assert (trades.favorable >= 0).all()
    assert (trades.adverse <= 0).all()


@FEW
@given(walks(), st.lists(commands(), min_size=1, max_size=8), ACCOUNTS, st.integers(2, LENGTH - 1))
def test_the_future_changes_no_past_trade(
    over: Bars, script: list[Command], account: StrategySettings, end: int
) -> None:
    whole, cut = engine(over, account).trades(parameters(script)), engine(over.slice(0, end), account)
    ended = engine(over, account).trades(parameters(script), last=end)
    shorter = cut.trades(parameters(script))
    for name in (field.name for field in fields(Trades) if field.name != "initial_capital"):
        assert_equal(getattr(shorter, name), getattr(ended, name))
    closed = int((~shorter.is_open).sum())
    for name in (
        "entry_bar",
        "exit_bar",
        "quantity",
        "entry_price",
        "exit_price",
        "net_profit",
        "favorable",
        "adverse",
    ):
        assert_equal(getattr(whole, name)[:closed], getattr(shorter, name)[:closed])


@settings(FEW, max_examples=40)
@given(walks(), st.lists(commands(), min_size=1, max_size=8), ACCOUNTS, st.integers(0, 3))
def test_native_code_and_plain_python_agree(
    over: Bars, script: list[Command], account: StrategySettings, first: int
) -> None:
    row = parameters(script)
    native = engine(over, account).trades(row, first=first)
    expected = plain.rows(player(account), account, over, row, first)
    found = [
        (1 if native.is_long[k] else -1, *(getattr(native, name)[k].item() for name in _NUMBERS))
        for k in range(len(native))
    ]
    assert found == expected


@FEW
@given(walks(), st.lists(commands(), min_size=1, max_size=8), ACCOUNTS, st.sampled_from([4.0, 0.25]))
def test_a_scale_of_prices_and_ticks_scales_profit(
    over: Bars, script: list[Command], account: StrategySettings, scale: float
) -> None:
    """Powers of two, so that every price and all money is scaled without rounding."""
    symbol = replace(over.symbol, mintick=over.symbol.mintick * scale)
    prices = {name: getattr(over, name) * scale for name in ("open", "high", "low", "close")}
    by_price = account.commission_type is CommissionType.PERCENT
    scaled_account = replace(
        account,
        initial_capital=account.initial_capital * scale,
        quantity_value=account.quantity_value * (scale if account.quantity_type is QuantityType.CASH else 1.0),
        commission_value=account.commission_value * (1.0 if by_price else scale),
    )
    scaled_script = [_scaled(command, scale) for command in script]
    trades = engine(over, account).trades(parameters(script))
    scaled = engine(replace(over, symbol=symbol, **prices), scaled_account).trades(parameters(scaled_script))
    for name in ("is_long", "entry_bar", "exit_bar", "quantity", "is_open"):
        assert_equal(getattr(scaled, name), getattr(trades, name))
    for name in ("entry_price", "exit_price", "net_profit", "commission", "favorable", "adverse"):
        assert_equal(getattr(scaled, name), getattr(trades, name) * scale)


def _scaled(command: Command, scale: float) -> Command:
    """The command with its prices scaled; levels in ticks are not prices."""
    places = {0: (5, 6), 1: (5, 6), 2: (7, 9, 10)}.get(int(command[1]), ())
    return [value * scale if k in places and value != NA else value for k, value in enumerate(command)]


_NUMBERS = (
    "entry_bar",
    "exit_bar",
    "quantity",
    "entry_price",
    "exit_price",
    "net_profit",
    "favorable",
    "adverse",
)


def assert_equal(left: object, right: object) -> None:
    """Arrays equal bit for bit, anything else equal."""
    if isinstance(left, np.ndarray):
        np.testing.assert_array_equal(left, np.asarray(right))
    else:
        assert left == right
