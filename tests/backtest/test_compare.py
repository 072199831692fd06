"""Trades beside a list: what pairs, what is missing or extra, and which difference comes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pinewright.backtest.compare import Comparison, ListedTrade, Printed, compare
from pinewright.market import HOUR, Trade, Trades

from .support import MONDAY, bars, close, engine, entry, exit_, parameters

FLAT = (100.0, 101.0, 99.0, 100.0)


def listed_from(trades: Trades | Sequence[Trade]) -> list[ListedTrade]:
    """Trades as TradingView would list them."""
    return [
        ListedTrade(
            number=trade.number,
            is_long=trade.is_long,
            entry_time=trade.entry_time,
            entry_price=Printed(trade.entry_price, 1e-2),
            entry_signal=trade.entry_signal,
            exit_time=trade.exit_time,
            exit_price=Printed(trade.exit_price, 1e-2),
            exit_signal="Open" if trade.is_open else trade.exit_signal,
            quantity=Printed(trade.quantity, 1.0),
            profit=Printed(round(trade.net_profit, 2), 1e-2),
            favorable=Printed(round(trade.favorable, 2), 1e-2),
            adverse=Printed(round(trade.adverse, 2), 1e-2),
            open_end=trade.is_open,
        )
        for trade in trades
    ]


def ours(exit_bar: int = 2, size: float = 2) -> Trades:
    over = bars(FLAT, FLAT, (100, 107, 99, 105), (105, 107, 104, 105), FLAT, FLAT, FLAT)
    return engine(over).trades(parameters([entry(0, "L", 1), close(exit_bar, "L"), entry(4, "S", -size)]))


def fields(found: Comparison) -> list[str]:
    return [difference.field for difference in found.differences]


def test_a_list_of_our_own_trades_is_equal() -> None:
    trades = ours()
    found = compare(trades, listed_from(trades))
    assert found.equal
    assert found.first is None
    assert (found.matched, found.entries_equal, found.apart, found.agreement) == (2, 2, 0, 1.0)


def test_the_first_difference_is_named() -> None:
    listed = listed_from(ours())
    later = compare(ours(exit_bar=3), listed)
    assert (later.matched, later.paired) == (1, 2)
    assert later.first is not None
    assert (later.first.number, later.first.field, later.first.bar) == (1, "exit time", listed[0].exit_time)
    assert "trade 1: exit time is 2025-01-06 04:00 here and 2025-01-06 03:00" in str(later.first)
    bigger = compare(ours(size=3), listed)
    assert fields(bigger) == ["quantity"]
    assert bigger.differences[0].values == (3.0, 2.0)


def test_missing_and_extra_trades() -> None:
    listed = listed_from(ours())
    missing = compare(ours(), [*listed, replace(listed[1], number=3, entry_time=MONDAY)])
    assert (len(missing.missing), len(missing.extra), missing.equal, missing.apart) == (1, 0, False, 1)
    extra = compare(ours(), listed[:1])
    assert extra.first is not None
    assert (extra.first.ours, extra.first.theirs) == ("made", "not listed")


def test_a_trade_that_is_missing_in_between_shifts_no_other() -> None:
    over = bars(*([FLAT] * 12))
    commands = [c for bar in range(0, 10, 2) for c in (entry(bar, "L", 1), close(bar + 1, "L"))]
    trades = list(engine(over).trades(parameters(commands)))
    assert len(trades) == 5
    listed = listed_from(trades)
    for gone in range(5):
        lacking = compare(trades, listed[:gone] + listed[gone + 1 :])
        assert (lacking.matched, len(lacking.extra), len(lacking.missing)) == (4, 1, 0)
        lost = compare(trades[:gone] + trades[gone + 1 :], listed)
        assert (lost.matched, len(lost.extra), len(lost.missing)) == (4, 0, 1)
        assert lost.missing[0].number == gone + 1


def test_a_missing_part_of_a_position_shifts_no_other_part() -> None:
    over = bars(FLAT, FLAT, (100, 103, 99, 101), (101, 106, 100, 104), (104, 111, 103, 110), FLAT)
    parts = [exit_(0, name, "L", qty=1, limit=limit) for name, limit in (("A", 102), ("B", 105), ("X", 110))]
    trades = list(engine(over).trades(parameters([entry(0, "L", 3), *parts])))
    assert [trade.exit_price for trade in trades] == [102, 105, 110]
    for gone in range(3):
        found = compare(trades[:gone] + trades[gone + 1 :], listed_from(trades))
        assert found.matched == 2
        assert [trade.number for trade in found.missing] == [gone + 1]


def test_trades_that_enter_a_few_bars_apart_are_paired_within_reach() -> None:
    listed = listed_from(ours())
    late = [replace(trade, entry_time=trade.entry_time + HOUR) for trade in listed]
    apart = compare(ours(), late)
    assert (apart.paired, len(apart.missing), len(apart.extra)) == (0, 2, 2)
    near = compare(ours(), late, reach=3 * HOUR)
    assert (near.paired, len(near.missing), len(near.extra)) == (0, 0, 0)
    assert [pair.shifted for pair in near.pairs] == [True, True]
    assert fields(near) == ["entry time", "entry time"]
    assert near.agreement == 0.0
    assert near.entries_equal == 0
    other_side = [replace(trade, is_long=not trade.is_long) for trade in late]
    assert len(compare(ours(), other_side, reach=HOUR).missing) == 2


def test_of_a_trade_still_open_only_the_entry_counts() -> None:
    listed = listed_from(ours())
    moved = replace(listed[1], exit_time=MONDAY + 99 * HOUR, exit_price=Printed(120, 1), profit=Printed(-40, 1))
    assert compare(ours(), [listed[0], moved]).equal


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"entry_price": Printed(100.02, 0.01)}, ["entry price"]),
        ({"entry_price": Printed(100.004, 0.01)}, []),
        ({"entry_signal": "other"}, ["entry signal"]),
        ({"exit_signal": "other"}, ["exit signal"]),
        ({"profit": Printed(4.98, 0.01)}, ["net profit"]),
        ({"profit": Printed(4.99, 0.01)}, []),
        ({"profit": None, "favorable": None, "adverse": None, "quantity": None}, []),
        ({"favorable": Printed(9, 0.01), "adverse": Printed(-9, 0.01)}, ["favorable excursion", "adverse excursion"]),
    ],
)
def test_fields_are_compared_at_their_printed_precision(change: dict[str, Printed], names: list[str]) -> None:
    listed = listed_from(ours())
    found = compare(ours(), [replace(listed[0], **change), listed[1]])  # type: ignore[arg-type]  # fields by name
    assert fields(found) == names
    money = [name for name in names if name in ("net profit", "favorable excursion", "adverse excursion")]
    assert fields(compare(ours(), [replace(listed[0], **change), listed[1]], money=False)) == [  # type: ignore[arg-type]
        name for name in names if name not in money
    ]
    if names:
        assert found.pairs[0].only_money is (money == names)


def test_ten_thousand_trades_that_do_not_meet_are_paired_in_a_moment() -> None:
    trade = next(iter(ours()))
    mine = [replace(trade, number=k, entry_time=MONDAY + 2 * k * HOUR) for k in range(10_000)]
    late = [replace(item, entry_time=item.entry_time + HOUR) for item in listed_from(mine)]
    found = compare(mine, late, reach=3 * HOUR)
    assert len(found.pairs) == 10_000
