"""Lists of trades of any generation and language are read back as what they were written from."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.backtest.listing import ListedTrade, Printed, TradeList, read_list, read_trade_list
from pinewright.backtest.listing.numbers import decimal_sign
from pinewright.backtest.listing.times import parse_times
from pinewright.errors import DataFormatError, DataNotFoundError, UsageError
from pinewright.market import DAY, HOUR, MINUTE, Symbol

from .dialects import DIALECTS, ENGLISH_2023, ENGLISH_2025, LANGUAGES, NOBODYS, ONE_SIDED, Dialect, Row, workbook
from .support import MONDAY


def _trade(number: int, is_long: bool, begin: int, length: int, price: float, move: float, size: float) -> Row:
    end = round(price + move, 5)
    profit = round((end - price) * size * (1 if is_long else -1), 2)
    return Row(number, is_long, begin, price, begin + length, end, size, profit, abs(profit) + 1.5, -2.25)


KNOWN = [
    *(
        _trade(k + 1, k % 3 != 1, MONDAY + k * DAY + 5 * HOUR, (3 + k) * HOUR, 1.08 + k / 1000, move / 1000, 120_000.5)
        for k, move in enumerate((2.31, -1.5, 0.75, 4.2, -3.3, 0.64, -2.75, 1.2, 3.4, -0.9, 2.2, -1.1, 30.5))
    ),
    Row(14, False, MONDAY + 20 * DAY, 1.09123, None, 1.0915, 1_234.5, -0.33, 1.0, -2.0),
]
"""Thirteen closed trades of both sides, and one still open."""


def check_same(found: TradeList, rows: Sequence[Row], zone: str) -> None:
    trades = found.in_zone(zone)
    assert [trade.number for trade in trades] == [row.number for row in rows]
    for trade, row in zip(trades, rows, strict=True):
        assert (trade.is_long, trade.entry_time, trade.entry_signal) == (row.is_long, row.entry_time, row.entry_signal)
        assert trade.is_open is (row.exit_time is None)
        if row.exit_time is not None:
            assert (trade.exit_time, trade.exit_signal) == (row.exit_time, row.exit_signal)
        for printed, value, unit in (
            (trade.entry_price, row.entry_price, 1e-5),
            (trade.exit_price, row.exit_price, 1e-5),
            (trade.quantity, row.quantity, 0.1),
            (trade.profit, row.profit, 0.01),
        ):
            assert printed is not None
            assert abs(printed.value - value) <= 0.51 * unit


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.name)
def test_every_dialect_is_read_back(tmp_path: Path, dialect: Dialect) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(dialect.csv(KNOWN))
    found = read_trade_list(path)
    check_same(found, KNOWN, dialect.zone)
    assert found.language == dialect.name.split()[0]
    assert found.decimal == dialect.decimal
    assert (found.newest_first, found.exit_first) == (dialect.newest_first, dialect.exit_first)
    assert all(column.by_words for column in found.columns)
    assert found.account_currency == ("" if dialect.name == "English 2020" else "USD")
    closed = found.trades[0]
    assert closed.favorable is not None
    assert closed.adverse is not None
    assert closed.cumulative is not None
    assert closed.favorable.value == pytest.approx(KNOWN[0].favorable)
    assert closed.adverse.value == -2.25


@st.composite
def lists(draw: st.DrawFn) -> list[Row]:
    rows, begin = [], MONDAY
    for number in range(1, draw(st.integers(3, 25)) + 1):
        begin += draw(st.integers(1, 90)) * 15 * MINUTE
        price = draw(st.integers(50_000, 300_000)) / 1e5
        move = draw(st.integers(-900, 900).filter(lambda ticks: abs(ticks) > 20)) / 1e5
        size = draw(st.integers(1_000, 30_000_000)) / 10
        length = draw(st.integers(1, 40)) * 15 * MINUTE
        rows.append(_trade(number, draw(st.booleans()), begin, length, price, move, size))
    return rows


@given(rows=lists(), dialect=st.sampled_from(DIALECTS), turned=st.booleans(), first=st.booleans())
@settings(max_examples=150, deadline=None)
def test_any_list_in_any_dialect_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[Row], dialect: Dialect, turned: bool, first: bool
) -> None:
    path = tmp_path_factory.mktemp("lists") / "list.csv"
    path.write_bytes(replace(dialect, newest_first=turned, exit_first=first).csv(rows))
    check_same(read_trade_list(path), rows, dialect.zone)


@pytest.mark.parametrize("dialect", [NOBODYS, ONE_SIDED], ids=["four words", "two words"])
@pytest.mark.parametrize("exit_first", [True, False])
def test_unknown_words_are_told_by_what_the_columns_hold(tmp_path: Path, dialect: Dialect, exit_first: bool) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(replace(dialect, exit_first=exit_first).csv(KNOWN))
    found = read_trade_list(path)
    assert found.language == "unknown"
    assert {column.role for column in found.columns} >= {
        "number",
        "type",
        "time",
        "signal",
        "price",
        "quantity",
        "profit",
    }
    assert not any(column.by_words for column in found.columns)
    check_same(found, KNOWN, "UTC")


@pytest.mark.parametrize("dialect", [ENGLISH_2025, NOBODYS], ids=["English", "unknown"])
def test_the_sheet_of_a_workbook_is_found(tmp_path: Path, dialect: Dialect) -> None:
    pytest.importorskip("python_calamine", reason="the reader of workbooks is not installed")
    path = workbook(tmp_path / "report.xlsx", dialect, KNOWN, "Liste der Trades")
    found = read_trade_list(path)
    assert (found.kind, found.sheet) == ("xlsx", "Liste der Trades")
    check_same(found, KNOWN, "UTC")


def test_a_workbook_without_its_reader_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = workbook(tmp_path / "report.xlsx", ENGLISH_2025, KNOWN)
    real = builtins.__import__

    def missing(name: str, *rest: object, **named: object) -> object:
        if name == "python_calamine":
            raise ImportError(name)
        return real(name, *rest, **named)  # type: ignore[arg-type]  # handed on as it came

    monkeypatch.setattr(builtins, "__import__", missing)
    with pytest.raises(UsageError, match="python-calamine") as caught:
        read_trade_list(path)
    assert "pinewright[xlsx]" in str(caught.value.hint)


def test_a_broken_workbook_is_told(tmp_path: Path) -> None:
    pytest.importorskip("python_calamine", reason="the reader of workbooks is not installed")
    path = tmp_path / "report.xlsx"
    path.write_bytes(b"PK\x03\x04 not really")
    with pytest.raises(DataFormatError, match="cannot be read"):
        read_trade_list(path)


@pytest.mark.parametrize(
    ("text", "decimal", "value", "unit"),
    [
        ("-0.0003", ".", -0.0003, 1e-4),
        ("3e-05", ".", 3e-5, 1e-5),
        ("1,234.50", ".", 1234.5, 0.01),
        ("7", ".", 7, 1),
        ("1.234.567,89", ",", 1234567.89, 0.01),
        ("1\u202f234,5", ",", 1234.5, 0.1),
        ("−12,5", ",", -12.5, 0.1),
        ("1’234.5", ".", 1234.5, 0.1),
        ("(12.50)", ".", -12.5, 0.01),
        ("$1,000", ".", 1000, 1),
        ("3,5 %", ",", 3.5, 0.1),
        ("٣٫٥", ".", 3.5, 0.1),
    ],
)
def test_printed_numbers_know_their_last_digit(text: str, decimal: str, value: float, unit: float) -> None:
    printed = Printed.parse(text, decimal)
    assert printed is not None
    assert printed.value == value
    assert printed.unit == pytest.approx(unit)
    assert printed.fits(value + 0.9 * unit)
    assert not printed.fits(value + 1.1 * unit)


@pytest.mark.parametrize("text", [" ", "—", "N/A", "NaN", "-"])
def test_cells_without_a_number_are_empty(text: str) -> None:
    assert Printed.parse(text) is None


@pytest.mark.parametrize(
    ("cells", "separator", "decimal"),
    [
        (["1.5", "2"], ",", "."),
        (["1,5", "2"], ";", ","),
        (["1,234", "5,678"], ";", ","),
        (["1,234", "5,678"], ",", "."),
        (["1.234", "0,5"], ";", ","),
        (["1,234,567", "12"], ",", "."),
        (["1.234.567", "12"], ";", ","),
        (["0,123"], ",", ","),
    ],
)
def test_the_decimal_sign_is_told_by_the_whole_table(cells: list[str], separator: str, decimal: str) -> None:
    assert decimal_sign(cells, separator, "list") == decimal


def test_both_signs_in_one_table_are_refused() -> None:
    with pytest.raises(DataFormatError, match="mixed"):
        decimal_sign(["1.5", "2,5"], ";", "list")


@pytest.mark.parametrize(
    ("cells", "hours", "local"),
    [
        (["2025-01-06 05:00", "2025-01-06T06:00"], (5, 6), True),
        (["2025-01-06T05:00:00+02:00", "2025-01-06T06:00:00Z"], (3, 6), False),
        (["2025/1/6 5:00", "2025/1/6 16:00"], (5, 16), True),
        (["06.01.2025 05:00", "06.01.2025 06:00"], (5, 6), True),
        (["Jan 6, 2025, 05:00", "Jan 6, 2025, 06:00"], (5, 6), True),
        (["6. Januar 2025, 05:00", "6 janv. 2025, 06:00"], (5, 6), True),
        (["6 ene 2025 05:00", "6 de enero de 2025 06:00"], (5, 6), True),
        (["6 янв. 2025 г., 05:00", "6 января 2025, 06:00"], (5, 6), True),
        (["2025年1月6日 下午 5:00", "2025年1月6日 上午 6:00"], (17, 6), True),
        (["01/06/2025, 05:00 PM", "01/13/2025, 12:00 AM"], (17, 168), True),
        (["01/06/2025 05:00", "02/06/2025 05:00", "02/06/2025 09:00"], (-214 * 24 + 24 * 365 + 5, 0, 0), True),
        (["2025-01-06 05:00:30 UTC+8", "2025-01-06 06:00:30 GMT"], (-3, 6), False),
    ],
)
def test_times_of_many_spellings(cells: list[str], hours: tuple[int, ...], local: bool) -> None:
    found = parse_times(cells, [f"line {k}" for k in range(len(cells))], "list")
    assert found.local is local
    if cells[0].startswith("01/06/2025 05"):
        # Day first: the first of June, the second, the second; read the other way they would run as well.
        assert [int(time - found.time[0]) // HOUR for time in found.time] == [0, 24, 28]
        return
    assert [int(time - MONDAY) // HOUR for time in found.time] == list(hours)


def test_day_or_month_first_is_told_by_the_order_of_the_list() -> None:
    cells = ["03/01/2025 10:00", "03/02/2025 10:00", "03/10/2025 10:00", "04/01/2025 10:00"]
    time = parse_times(cells, cells, "list").time
    assert [int(step) // DAY for step in time[1:] - time[:-1]] == [1, 8, 22]


@pytest.mark.parametrize("cells", [["soon"], ["2025-13-01 10:00"], ["2025-01-06 10:00", "2025-01-06 10:00Z"]])
def test_what_is_no_time_is_told_with_its_place(cells: list[str]) -> None:
    with pytest.raises(DataFormatError, match=r"line 7|offset"):
        parse_times(cells, ["line 7"] * len(cells), "list")


def test_bare_dates_are_trading_days(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(replace(ENGLISH_2025, time=lambda moment: f"{moment:%Y-%m-%d}").csv(KNOWN))
    found = read_trade_list(path)
    assert found.dates_only
    first = found.in_zone("UTC", Symbol.get("EURUSD"))[0]
    assert first.entry_time == MONDAY - 2 * HOUR  # Sunday 17:00 New York


def test_times_without_an_offset_are_in_the_zone_of_the_chart(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(ENGLISH_2025.csv(KNOWN))
    assert read_list(path, "America/New_York")[0].entry_time == KNOWN[0].entry_time + 5 * HOUR


def test_prices_lie_on_the_finest_grid_of_their_column(tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(ENGLISH_2023.csv([replace(KNOWN[0], entry_price=1.08), *KNOWN[1:]]))
    assert read_list(path)[0].entry_price.unit == pytest.approx(1e-5)


def test_a_trade_without_its_exit_row_is_open(tmp_path: Path) -> None:
    lines = ENGLISH_2023.csv(KNOWN).decode("utf-8-sig").splitlines()
    path = tmp_path / "list.csv"
    path.write_text("\n".join(line for line in lines if not line.startswith("14,Exit")), encoding="utf-8")
    last: ListedTrade = read_list(path)[-1]
    assert (last.number, last.is_open, last.exit_time) == (14, True, None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda text: "", "empty"),
        (lambda text: "nothing of the kind", "no list of trades"),
        (lambda text: text.splitlines()[0], "no trade"),
        (lambda text: text.replace("1,Entry long,2025-01-06", "1,Entry long,06 of Jan"), "is not a time, line 3"),
        (lambda text: text.replace("Entry long", "both").replace("Exit long", "both"), "what the type 'both' is"),
        (lambda text: text.replace("1,Entry long", "one,Entry long"), "line 3"),
        (lambda text: text.replace("1,Entry long", "1,Exit long"), "0 entry rows and 2 exit rows"),
        (lambda text: text.replace("Price USD", "Cost").replace(",1.0", ",x"), "no column for price"),
        (lambda text: text.replace(",1.0", ",x.y"), "cannot be read"),
    ],
)
def test_lists_that_cannot_be_read(tmp_path: Path, change: object, message: str) -> None:
    path = tmp_path / "list.csv"
    text = ENGLISH_2023.csv(KNOWN[:3]).decode("utf-8-sig")
    path.write_text(change(text), encoding="utf-8")  # type: ignore[operator]  # one of the changes above
    with pytest.raises(DataFormatError, match=message):
        read_list(path)


def test_a_list_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(DataNotFoundError):
        read_list(tmp_path / "nothing.csv")


def test_at_least_four_languages_beside_english_are_known() -> None:
    assert {dialect.name for dialect in LANGUAGES} >= {"German", "Spanish", "French", "Russian"}
