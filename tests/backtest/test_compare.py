"""Reading TradingView's lists of several years, and naming the first difference to ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from pinewright.backtest.compare import Printed, compare, read_list
from pinewright.errors import DataFormatError, DataNotFoundError
from pinewright.market import HOUR, Trades

from .support import MONDAY, bars, close, engine, entry, parameters

FLAT = (100.0, 101.0, 99.0, 100.0)
OLD = """\
Trade #,Type,Date/Time,Signal,Price USD,Contracts,Profit USD,Profit %,Run-up USD,Run-up %,Drawdown USD,Drawdown %
1,Entry long,2025-01-06T01:00:00+00:00,L,100,1,5,5,7,7,-1,-1
1,Exit long,2025-01-06T03:00:00+00:00,Close entry(s) order L,105,1,5,5,7,7,-1,-1
2,Entry short,2025-01-06T05:00:00+00:00,S,100,2,0,0,0,0,0,0
2,Exit short,2025-01-06T06:00:00+00:00,Open,100,2,0,0,0,0,0,0
"""
NEW = """\ufeffTrade #,Type,Date and time,Signal,Price USDT,Size (qty),Size (value),Net P&L USDT,Net P&L %,Favorable excursion USDT,Favorable excursion %,Adverse excursion USDT,Adverse excursion %,Cumulative P&L USDT,Cumulative P&L %
2,Exit short,2025-01-06 06:00,Open,100,2,200,0,0,0,0,0,0,5,0
2,Entry short,2025-01-06 05:00,S,100,2,200,0,0,0,0,0,0,5,0
1,Exit long,2025-01-06 03:00,Close entry(s) order L,105,1,100,5,5.00,7,7.00,-1,-1.00,5,0
1,Entry long,2025-01-06 01:00,L,100,1,100,5,5.00,7,7.00,-1,-1.00,5,0
"""  # noqa: E501 - the header is TradingView's


def ours(exit_bar: int = 2, size: float = 2) -> Trades:
    over = bars(FLAT, FLAT, (100, 107, 99, 105), (105, 107, 104, 105), FLAT, FLAT, FLAT)
    return engine(over).trades(parameters([entry(0, "L", 1), close(exit_bar, "L"), entry(4, "S", -size)]))


@pytest.mark.parametrize("text", [OLD, NEW])
def test_lists_of_both_generations_are_read_alike(tmp_path: Path, text: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    first, second = read_list(path)
    assert (first.number, first.is_long, first.entry_time, first.exit_time) == (
        1,
        True,
        MONDAY + HOUR,
        MONDAY + 3 * HOUR,
    )
    assert (first.entry_price.value, first.exit_signal, first.is_open) == (100, "Close entry(s) order L", False)
    assert first.favorable == Printed(7, 1)
    assert second.is_open
    assert compare(ours(), (first, second)).equal


def test_times_without_an_offset_are_in_the_zone_of_the_chart(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(NEW, encoding="utf-8")
    assert read_list(path, "America/New_York")[0].entry_time == MONDAY + 6 * HOUR


def test_the_first_difference_is_named(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(OLD, encoding="utf-8")
    listed = read_list(path)
    later = compare(ours(exit_bar=3), listed)
    assert (later.matched, later.paired) == (1, 2)
    assert later.first is not None
    assert (later.first.number, later.first.field) == (1, "exit time")
    assert "trade 1: exit time" in str(later.first)
    bigger = compare(ours(size=3), listed)
    assert [difference.field for difference in bigger.differences] == ["quantity"]
    missing = compare(ours(), (*listed, read_list(path)[1]))
    assert (len(missing.missing), len(missing.extra), missing.equal) == (1, 0, False)
    extra = compare(ours(), listed[:1])
    assert extra.first is not None
    assert (extra.first.ours, extra.first.theirs) == ("made", "not listed")


def test_of_a_trade_still_open_only_the_entry_counts(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_text(OLD.replace("06:00:00+00:00,Open,100", "09:33:00+00:00,Open,120"), encoding="utf-8")
    assert compare(ours(), read_list(path)).equal


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [("-0.0003", -0.0003, 1e-4), ("3e-05", 3e-5, 1e-5), ("1,234.50", 1234.5, 0.01), ("7", 7, 1)],
)
def test_printed_numbers_know_their_last_digit(text: str, value: float, unit: float) -> None:
    printed = Printed.parse(text)
    assert printed is not None
    assert printed.value == value
    assert printed.unit == pytest.approx(unit)
    assert printed.fits(value + 0.9 * unit)
    assert not printed.fits(value + 1.1 * unit)
    assert Printed.parse(" ") is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "empty"),
        ("Nr,Typ,Datum,Signal,Preis\n", "no column for number, type, time, price"),
        (OLD.replace("Entry long", "Einstieg"), "type 'Einstieg'"),
        (OLD.replace("2025-01-06T01", "06.01.2025"), "cannot be read"),
        (OLD.replace("1,Entry long,2025-01-06T01:00:00+00:00,L,100,1,5,5,7,7,-1,-1\n", ""), "no entry row"),
    ],
)
def test_lists_that_cannot_be_read(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFormatError, match=message):
        read_list(path)
    with pytest.raises(DataNotFoundError):
        read_list(tmp_path / "nothing.csv")
