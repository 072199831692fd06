"""A script handed back: its own bytes but for defaults, costs and the head, and it trades as it was tested."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.backtest.engine import Engine
from pinewright.data.simulate import simulated_bars
from pinewright.errors import PineError, UsageError
from pinewright.generate import FAMILIES, ScriptSettings, render
from pinewright.generate.handed_back import (
    BEGIN,
    END,
    hand_back,
    strategy_arguments,
    with_arguments,
    without_head,
)
from pinewright.market import Timeframe
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import CommissionType, Program, QuantityType, StrategySettings

OWN = """//@version=5
// This source is mine.
// Do not touch it.

strategy('Odd  spacing',overlay=true ,
\t initial_capital=5000,   // pocket money
\t pyramiding = 0)   // end of the head
length\t=input.int( 14 , "Length", minval=1)
other = input.float(defval = 2, title="Other", step=0.5)
useIt = input(true, "Use it")
base = ta.sma(close, length)
if ta.crossover(close, base) and useIt
    strategy.entry("L", strategy.long, qty = other)   // buy
if ta.crossunder(close, base)
    strategy.close("L")"""
SPREAD = {"commission_type": "strategy.commission.cash_per_contract", "commission_value": "0.00004"}
HEAD = ("Feed: EURUSD 15m, bid", "Verdict: unproven")


def compiled(source: str) -> Program:
    return compile_script(check(source))


def returned(source: str, values: list[float], arguments: dict[str, str], comment: tuple[str, ...] = ()) -> str:
    return hand_back(source, compiled(source).inputs, values, arguments, comment)


def test_nothing_to_change_changes_no_byte() -> None:
    assert returned(OWN, [14, 2, 1], {}) == OWN


def test_defaults_costs_and_head_and_nothing_else() -> None:
    expected = (
        OWN.replace("input.int( 14 ,", "input.int( 21 ,")
        .replace(
            "pyramiding = 0)",
            "pyramiding = 0,\n\t commission_type = strategy.commission.cash_per_contract,\n"
            "\t commission_value = 0.00004)",
        )
        .replace("Do not touch it.\n", f"Do not touch it.\n{BEGIN}\n// {HEAD[0]}\n// {HEAD[1]}\n{END}\n")
    )
    assert returned(OWN, [21, 2, 1], SPREAD, HEAD) == expected


def test_an_argument_that_is_there_takes_the_new_value_in_its_place() -> None:
    text = with_arguments('//@version=6\nstrategy("x", slippage=2 , commission_value=0.1)\n', {"slippage": "0"})
    assert text == '//@version=6\nstrategy("x", slippage=0 , commission_value=0.1)\n'


def test_an_argument_by_its_place_is_found() -> None:
    text = with_arguments(
        '//@version=6\nstrategy("x", "x", true, format.price, 2, scale.right, 3)\n', {"pyramiding": "0"}
    )
    assert text == '//@version=6\nstrategy("x", "x", true, format.price, 2, scale.right, 0)\n'


@pytest.mark.parametrize("value", ["5000", "5000.0"])
def test_the_same_value_keeps_its_spelling(value: str) -> None:
    assert with_arguments(OWN, {"initial_capital": value}) == OWN


def test_a_call_without_arguments_that_stand_on_lines_gets_them_beside_the_last() -> None:
    text = with_arguments('//@version=6\nstrategy("x")\n', SPREAD)
    first, last = (f"{name} = {value}" for name, value in SPREAD.items())
    assert text == f'//@version=6\nstrategy("x", {first}, {last})\n'


@pytest.mark.parametrize(
    ("source", "place"),
    [
        ('//@version=6\nstrategy("x")\n', 1),
        ('// mine\n//@version=6\n// still mine\nstrategy("x")\n', 3),
        ('// mine\n\n//@version=6\n\nstrategy("x")\n', 3),
        ('//@version=6\n// mine\n//@type A point.\ntype P\n    int x\nstrategy("x")\n', 2),
        ('  //  @version=6\nstrategy("x")\n', 1),
        ('strategy("x")\n', 0),
    ],
)
def test_the_block_stands_below_the_version_and_its_comments(source: str, place: int) -> None:
    text = hand_back(source, (), (), {}, ["tested"])
    assert text.split("\n")[place : place + 3] == [BEGIN, "// tested", END]
    assert check(text).tree.version == check(source).tree.version
    assert without_head(text) == source


def test_a_byte_order_mark_stays_first() -> None:
    for source in ('\ufeff//@version=6\nstrategy("x")\n', '\ufeffstrategy("x")\n'):
        text = hand_back(source, (), (), {}, ["tested"])
        assert text.startswith("\ufeff")
        assert text.count("\ufeff") == 1
        assert without_head(text) == source


def test_no_line_of_the_block_is_read_as_a_version_or_a_mark() -> None:
    text = hand_back('//@version=6\nstrategy("x")\n', (), (), {}, ["@version=4", BEGIN[3:], END[3:], "a\nb"])
    assert check(text).tree.version == 6
    assert without_head(text) == '//@version=6\nstrategy("x")\n'
    assert "// a b\n" in text


def test_a_new_block_takes_the_place_of_the_old_one() -> None:
    once = returned(OWN, [14, 2, 1], {}, ("first",))
    twice = returned(once, [14, 2, 1], {}, ("second", "line"))
    assert twice == returned(OWN, [14, 2, 1], {}, ("second", "line"))
    assert returned(twice, [14, 2, 1], {}) == OWN


def test_a_block_without_its_end_is_left_alone() -> None:
    source = f'//@version=6\n{BEGIN}\n// mine\nstrategy("x")\n'
    assert without_head(source) == source


def test_long_lines_of_the_block_are_wrapped() -> None:
    text = hand_back('//@version=6\nstrategy("x")\n', (), (), {}, ["word " * 100])
    assert max(map(len, text.split("\n"))) <= 120


def test_what_cannot_be_set_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(UsageError, match="no argument 'slipage'") as caught:
        with_arguments(OWN, {"slipage": "1"})
    assert "slippage" in str(caught.value.hint)
    with pytest.raises(UsageError, match="no strategy"):
        with_arguments('//@version=6\nindicator("x")\nplot(close)\n', SPREAD)
    with pytest.raises(PineError, match="cannot be read"):
        hand_back("//@version=6\nstrategy(\n", (), (), {}, ())


accounts = st.builds(
    StrategySettings,
    initial_capital=st.sampled_from([10_000.0, 2_500.5]),
    quantity_type=st.sampled_from(QuantityType),
    quantity_value=st.sampled_from([1.0, 1000.0, 2.5]),
    pyramiding=st.integers(0, 3),
    commission_type=st.sampled_from(CommissionType),
    commission_value=st.sampled_from([0.0, 0.00003, 1.0]),
    slippage=st.integers(0, 5),
    margin_long=st.sampled_from([0.0, 3.3333]),
    margin_short=st.sampled_from([0.0, 100.0]),
    process_orders_on_close=st.booleans(),
    close_any=st.booleans(),
    backtest_fill_limits=st.integers(0, 2),
    risk_free_rate=st.sampled_from([2.0, 0.0]),
    currency=st.sampled_from(["", "EUR"]),
    calc_on_order_fills=st.booleans(),
)


@cache
def family_texts() -> tuple[str, ...]:
    settings = ScriptSettings(Timeframe(15), 0.00003, lot_step=1_000)
    return (OWN, *(render(family, None, settings) for family in FAMILIES.values()))


@settings(max_examples=60, deadline=None)
@given(
    source=st.sampled_from(family_texts()),
    account=accounts,
    end=st.sampled_from(["\n", "\r\n"]),
    marked=st.booleans(),
    comment=st.lists(st.text(max_size=150), max_size=3),
    data=st.data(),
)
def test_what_comes_back_is_the_program_that_was_tested(
    source: str, account: StrategySettings, end: str, marked: bool, comment: list[str], data: st.DataObject
) -> None:
    source = ("\ufeff" if marked else "") + source.replace("\n", end)
    program = compiled(source)
    values = [item.default for item in program.inputs]
    for place, item in enumerate(program.inputs):
        if item.minimum is not None and item.maximum is not None:
            values[place] = data.draw(st.sampled_from([item.minimum, item.default, item.maximum]))
    # What strategy() cannot say, or says by its version, is the script's own.
    own = program.settings
    account = replace(account, title=own.title, trims_trades=own.trims_trades, nearest_exit=own.nearest_exit)
    text = hand_back(source, program.inputs, values, strategy_arguments(own, account), comment)
    back = compiled(text)
    assert replace(back.settings, declared=frozenset()) == replace(account, declared=frozenset())
    assert back.text == program.text
    assert [item.default for item in back.inputs] == values
    assert hand_back(text, back.inputs, values, strategy_arguments(back.settings, account), comment) == text
    assert text.startswith("\ufeff") == marked
    if end == "\r\n":
        assert "\n" not in text.replace("\r\n", "")


def test_it_trades_as_the_engine_did_with_those_settings(kernels: Path) -> None:
    bars = simulated_bars(5, "15m", days=40, warmup=0)
    program = compiled(OWN)
    account = replace(
        program.settings,
        commission_type=CommissionType.CASH_PER_CONTRACT,
        commission_value=0.00004,
        slippage=1,
        initial_capital=777.0,
    )
    tested = Engine(program, bars, settings=account, cache_dir=kernels).trades([21, 3.5, 1])
    text = hand_back(OWN, program.inputs, [21, 3.5, 1], strategy_arguments(program.settings, account), HEAD)
    back = compiled(text)
    again = Engine(back, bars, cache_dir=kernels).trades([item.default for item in back.inputs])
    assert len(tested) > 20
    np.testing.assert_array_equal(again.net_profit, tested.net_profit)
    np.testing.assert_array_equal(again.entry_price, tested.entry_price)
