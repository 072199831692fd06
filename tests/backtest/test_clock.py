"""The engine's clock: bars of other time frames and sessions, first and last bars, words of the chart."""

from __future__ import annotations

import csv
import math
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from pinewright.backtest.clock import Clock
from pinewright.backtest.window import WindowMaker
from pinewright.data.calendar import expected_bars
from pinewright.errors import BacktestError, SymbolError, UsageError
from pinewright.market import DAY, HOUR, MINUTE, Bars, FloatArray, IntArray, Symbol, Timeframe
from pinewright.program import ClockColumn, Formula, MarketColumn, ProgramColumn, ZoneColumn

EURUSD = Symbol.get("EURUSD")
BITCOIN = Symbol.get("BTCUSD")
NEW_YORK = "America/New_York"


def utc(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * 1000  # type: ignore[arg-type,misc]


def bars_at(time: IntArray, symbol: Symbol, timeframe: str) -> Bars:
    price = np.full(len(time), 1.0)
    return Bars(symbol, Timeframe.parse(timeframe), time, price, price, price, price, price)


def bars(symbol: Symbol, timeframe: str, start: int, end: int) -> Bars:
    return bars_at(expected_bars(start, end, Timeframe.parse(timeframe), symbol), symbol, timeframe)


def clock(of: Bars, timezone: str | None = None, words: list[str] | None = None) -> Clock:
    return Clock(of, WindowMaker(of).time_close, timezone, [] if words is None else words)


def column(of: Bars, asked: ClockColumn) -> FloatArray:
    found = clock(of).column(asked)
    assert found is not None
    assert found.shape == (len(of),)
    return found


def times(of: Bars, timeframe: str, session: str = "", zone: str = "", **more: int) -> tuple[FloatArray, FloatArray]:
    """``time()`` and ``time_close()``."""
    found = [column(of, ClockColumn(part, zone, timeframe, session, **more)) for part in ("time", "time_close")]
    return found[0], found[1]


def at(of: Bars, *parts: int) -> int:
    (place,) = np.flatnonzero(of.time == utc(*parts))
    return int(place)


class TestOtherTimeFrames:
    """``time(timeframe)`` without a session."""

    forex = bars(EURUSD, "15m", utc(2025, 3, 5), utc(2025, 4, 5))

    def test_days_of_forex_begin_in_the_evening_of_new_york(self) -> None:
        begin, end = times(self.forex, "D")
        for stamp, opened in (((2025, 3, 7, 12), (2025, 3, 6, 22)), ((2025, 3, 10, 12), (2025, 3, 9, 21))):
            assert begin[at(self.forex, *stamp)] == utc(*opened)
        # The clock is put on in the night of the weekend: the week that follows closes an hour earlier in UTC.
        assert end[at(self.forex, 2025, 3, 6, 12)] == utc(2025, 3, 6, 22)
        assert end[at(self.forex, 2025, 3, 10, 12)] == utc(2025, 3, 10, 21)

    def test_hours_are_counted_from_the_start_of_the_day(self) -> None:
        begin, end = times(self.forex, "240")
        place = at(self.forex, 2025, 3, 10, 12)
        assert (begin[place], end[place]) == (utc(2025, 3, 10, 9), utc(2025, 3, 10, 13))
        assert times(self.forex, "420")[1][at(self.forex, 2025, 3, 10, 20)] == utc(2025, 3, 10, 21)  # cut by the day

    def test_weeks_and_months(self) -> None:
        begin, end = times(self.forex, "W")
        place = at(self.forex, 2025, 3, 12, 12)
        assert (begin[place], end[place]) == (utc(2025, 3, 9, 21), utc(2025, 3, 14, 21))
        begin, end = times(self.forex, "1M")
        assert begin[place] == utc(2025, 2, 28, 22) + 2 * DAY  # the 1st of March is a Saturday
        assert end[place] == utc(2025, 3, 31, 21)

    def test_the_charts_own(self) -> None:
        begin, end = times(self.forex, "")
        assert begin.tolist() == self.forex.time.tolist()
        assert end.tolist() == WindowMaker(self.forex).time_close.tolist()
        assert times(self.forex, "15")[0].tolist() == begin.tolist()

    def test_bars_before_are_those_that_were_there(self) -> None:
        begin, end = times(self.forex, "", bars_back=2)
        assert np.isnan(begin[:2]).all()
        assert begin[2:].tolist() == self.forex.time[:-2].tolist()
        assert end[at(self.forex, 2025, 3, 9, 21)] == utc(2025, 3, 7, 21, 45)  # Friday's last but one

    def test_bars_to_come_are_those_of_the_calendar(self) -> None:
        begin, end = times(self.forex, "", bars_back=-2)
        assert begin[at(self.forex, 2025, 3, 7, 21, 45)] == utc(2025, 3, 9, 21, 15)
        assert end[at(self.forex, 2025, 3, 7, 12)] == utc(2025, 3, 7, 12, 45)
        assert not np.isnan(begin).any()
        assert times(self.forex, "D", bars_back=-96)[0][at(self.forex, 2025, 3, 6, 12)] == utc(2025, 3, 6, 22)

    def test_steps_of_the_time_frame(self) -> None:
        whole = times(self.forex, "240")[0]
        assert times(self.forex, "240", steps=1)[0][at(self.forex, 2025, 3, 10, 12)] == utc(2025, 3, 10, 5)
        assert times(self.forex, "D", steps=1)[0][at(self.forex, 2025, 3, 10, 12)] == utc(2025, 3, 6, 22)
        assert times(self.forex, "D", steps=-1)[0][at(self.forex, 2025, 3, 7, 12)] == utc(2025, 3, 9, 21)
        assert times(self.forex, "240", steps=1)[0][0] == whole[0] - 4 * HOUR  # before the first bar
        assert times(self.forex, "1M", steps=2)[0][at(self.forex, 2025, 3, 10, 12)] == utc(2024, 12, 31, 22)

    def test_days_of_coins_are_those_of_utc(self) -> None:
        coins = bars(BITCOIN, "1h", utc(2024, 12, 29), utc(2025, 1, 3))
        place = at(coins, 2025, 1, 1, 13)
        assert times(coins, "D")[0][place] == utc(2025, 1, 1)
        assert (times(coins, "W")[0][place], times(coins, "W")[1][place]) == (utc(2024, 12, 30), utc(2025, 1, 6))
        assert (times(coins, "3M")[0][place], times(coins, "3M")[1][place]) == (utc(2025, 1, 1), utc(2025, 4, 1))
        assert times(coins, "5D")[0][place] == utc(2025, 1, 1)  # counted from the start of the year


class TestSessions:
    """``time(timeframe, session, zone)``: measured on BINANCE:BTCUSDT (PyneCore 6.11)."""

    coins = bars(BITCOIN, "30m", utc(2024, 12, 20), utc(2025, 3, 20))

    def test_a_day_is_the_run_of_the_session(self) -> None:
        begin, end = times(self.coins, "D", "0300-1200", NEW_YORK)
        place = at(self.coins, 2025, 1, 6, 10)
        assert (begin[place], end[place]) == (utc(2025, 1, 6, 8), utc(2025, 1, 6, 17))
        for outside in ((2025, 1, 6, 7, 30), (2025, 1, 6, 17)):
            assert np.isnan(begin[at(self.coins, *outside)])
        begin, end = times(self.coins, "1D", "1700-0200", NEW_YORK)
        place = at(self.coins, 2025, 1, 7, 3)
        assert (begin[place], end[place]) == (utc(2025, 1, 6, 22), utc(2025, 1, 7, 7))

    def test_shorter_bars_are_counted_from_its_start(self) -> None:
        begin, end = times(self.coins, "60", "0930-1600")
        for stamp, opened, closed in (
            ((2025, 1, 6, 9, 30), (2025, 1, 6, 9, 30), (2025, 1, 6, 10, 30)),
            ((2025, 1, 6, 10), (2025, 1, 6, 9, 30), (2025, 1, 6, 10, 30)),
            ((2025, 1, 6, 15, 30), (2025, 1, 6, 15, 30), (2025, 1, 6, 16)),
        ):
            place = at(self.coins, *stamp)
            assert (begin[place], end[place]) == (utc(*opened), utc(*closed))
        place = at(self.coins, 2025, 1, 6, 11)
        assert times(self.coins, "60", "0900-1130")[1][place] == utc(2025, 1, 6, 11, 30)

    def test_the_charts_bar_decides_whatever_the_time_frame(self) -> None:
        inside = [~np.isnan(times(self.coins, name, "0930-1600:23456", NEW_YORK)[0]) for name in ("", "60", "D")]
        assert (inside[0] == inside[1]).all()
        assert (inside[0] == inside[2]).all()
        assert 0 < inside[0].sum() < len(self.coins)

    @pytest.mark.parametrize(
        ("timeframe", "session", "stamp", "opened", "closed"),
        [
            ("W", "1700-0200:23456", (2025, 1, 8, 12), (2025, 1, 5, 22), (2025, 1, 12, 22)),
            ("W", "1700-0200:23456", (2025, 1, 5, 21, 30), (2024, 12, 29, 22), (2025, 1, 5, 22)),
            ("W", "0000-0000:23456", (2025, 1, 6, 4, 30), (2024, 12, 30, 5), (2025, 1, 6, 5)),
            ("M", "1700-0200:23456", (2025, 1, 8, 12), (2024, 12, 31, 22), (2025, 2, 2, 22)),
            ("M", "0000-0000:23456", (2025, 2, 8, 12), (2025, 2, 3, 5), (2025, 3, 3, 5)),
            ("M", "0930-1600:23456", (2025, 2, 8, 12), (2025, 2, 3, 14, 30), (2025, 3, 3, 14, 30)),
        ],
    )
    def test_weeks_and_months_run_from_one_first_session_to_the_next(
        self, timeframe: str, session: str, stamp: tuple[int, ...], opened: tuple[int, ...], closed: tuple[int, ...]
    ) -> None:
        begin, end = times(self.coins, timeframe, session, NEW_YORK)
        place = at(self.coins, *stamp)
        assert (begin[place], end[place]) == (utc(*opened), utc(*closed))
        assert not np.isnan(begin).any()

    def test_several_days_heed_no_session(self) -> None:
        assert times(self.coins, "3D", "0930-1600")[0].tolist() == times(self.coins, "3D")[0].tolist()

    def test_bars_back_move_the_bar_that_decides(self) -> None:
        now, before = (times(self.coins, "", "0930-1600", NEW_YORK, bars_back=back)[0] for back in (0, 3))
        assert np.array_equal(before[3:], now[:-3], equal_nan=True)
        ahead = times(self.coins, "", "0930-1600", NEW_YORK, bars_back=-3)[0]
        assert np.array_equal(ahead[:-3], now[3:], equal_nan=True)


class TestDays:
    def test_first_and_last_bars_of_a_day(self) -> None:
        forex = bars(EURUSD, "1h", utc(2025, 3, 6), utc(2025, 3, 12))
        first, last = (column(forex, ClockColumn(f"session.{name}")) for name in ("isfirstbar", "islastbar"))
        assert forex.time[first == 1].tolist() == [
            utc(2025, 3, 6, 22), utc(2025, 3, 9, 21), utc(2025, 3, 10, 21), utc(2025, 3, 11, 21)
        ]  # fmt: skip
        assert forex.time[last == 1].tolist() == [
            utc(2025, 3, 6, 21), utc(2025, 3, 7, 21), utc(2025, 3, 10, 20), utc(2025, 3, 11, 20)
        ]  # fmt: skip

    def test_a_day_whose_first_bars_are_missing(self) -> None:
        whole = bars(EURUSD, "5m", utc(2025, 3, 10, 12), utc(2025, 3, 12))
        forex = bars_at(whole.time[whole.time != utc(2025, 3, 10, 21)], EURUSD, "5m")
        first = column(forex, ClockColumn("session.isfirstbar"))
        assert forex.time[first == 1].tolist() == [utc(2025, 3, 10, 21, 5), utc(2025, 3, 11, 21)]

    def test_a_daily_bar_is_both(self) -> None:
        forex = bars(EURUSD, "1d", utc(2025, 3, 6), utc(2025, 4, 1))
        for name in ("isfirstbar", "islastbar"):
            assert column(forex, ClockColumn(f"session.{name}")).all()

    def test_the_trading_day_is_a_date(self) -> None:
        forex = bars(EURUSD, "1h", utc(2025, 3, 6), utc(2025, 3, 12))
        day = column(forex, ClockColumn("time_tradingday"))
        assert day[at(forex, 2025, 3, 6, 21)] == utc(2025, 3, 6)
        assert day[at(forex, 2025, 3, 6, 22)] == utc(2025, 3, 7)
        assert day[at(forex, 2025, 3, 9, 22)] == utc(2025, 3, 10)

    @pytest.mark.parametrize("name", ["timeframe.csv", "timeframe2.csv"])
    def test_changes_of_time_frames_as_on_tradingview(self, shared: Path, name: str) -> None:
        with (shared / "ground_truth" / "series" / "timeframe" / name).open() as lines:
            rows = list(csv.DictReader(lines))
        time = np.array([int(datetime.fromisoformat(row["time"]).timestamp() * 1000) for row in rows], dtype=np.int64)
        forex = bars_at(time, EURUSD, "5m" if name == "timeframe.csv" else "4h")
        for title in rows[0]:
            if title.startswith("tf_change_"):
                expected = [float(row[title]) != 0.0 for row in rows]
                asked = ClockColumn("timeframe.change", timeframe=title.removeprefix("tf_change_"))
                assert column(forex, asked).astype(bool).tolist() == expected, title


ASKED = (
    ClockColumn("time", timeframe="D"),
    ClockColumn("time_close", timeframe="W"),
    ClockColumn("time", NEW_YORK, "60", "0930-1600:23456"),
    ClockColumn("time_close", NEW_YORK, "M", "1700-1700"),
    ClockColumn("time", bars_back=-5),
    ClockColumn("time", timeframe="240", bars_back=7),
    ClockColumn("time", timeframe="D", steps=-3),
    ClockColumn("time", timeframe="D", steps=3),
    ClockColumn("timeframe.change", timeframe="3D"),
    ClockColumn("session.isfirstbar"),
    ClockColumn("session.islastbar"),
    ClockColumn("time_tradingday"),
    ClockColumn("hour", "Australia/Sydney"),
)


@pytest.mark.parametrize("asked", ASKED, ids=str)
@pytest.mark.parametrize("symbol", [EURUSD, BITCOIN], ids=["forex", "coins"])
def test_the_future_changes_nothing(asked: ClockColumn, symbol: Symbol) -> None:
    whole = bars(symbol, "1h", utc(2025, 2, 20), utc(2025, 4, 10))
    full = column(whole, asked)
    for size in (1, 2, 30, 333):
        assert np.array_equal(column(whole.slice(0, size), asked), full[:size], equal_nan=True)


def test_columns_of_others_are_left_to_them() -> None:
    assert clock(bars(BITCOIN, "1h", utc(2025, 1, 1), utc(2025, 1, 2))).column(ProgramColumn("f", (), ())) is None


class TestWords:
    of = bars(EURUSD, "15m", utc(2025, 3, 10), utc(2025, 3, 11))

    def test_equal_words_have_equal_numbers(self) -> None:
        words = ["L", "USD"]
        made = clock(self.of, words=words)
        found = [
            made.column(MarketColumn(Formula(op))) for op in ("syminfo.currency", "timeframe.period", "syminfo.ticker")
        ]
        assert [float(table[0]) for table in found if table is not None] == [1.0, 2.0, 3.0]
        assert words == ["L", "USD", "15", "EURUSD"]
        assert made.column(MarketColumn(Formula("timeframe.period"))) == [2.0]

    def test_bars_of_a_request_share_them(self) -> None:
        made = clock(self.of)
        daily = bars(EURUSD, "1d", utc(2025, 3, 1), utc(2025, 3, 11))
        other = made.beside(daily, WindowMaker(daily).time_close)
        assert other.words is made.words
        assert other.text(Formula("timeframe.period")) == "1D"
        assert other.text(Formula("timeframe.main_period")) == "15"

    def test_zones(self) -> None:
        assert clock(self.of).text(Formula("syminfo.timezone")) == NEW_YORK
        assert clock(self.of, "Europe/London").text(Formula("syminfo.timezone")) == "Europe/London"
        own, named = (clock(self.of, "Europe/London").column(ZoneColumn(zone)) for zone in ("", "Europe/London"))
        assert own is not None
        assert named is not None
        assert own.tolist() == named.tolist()
        with pytest.raises(UsageError, match="unknown time zone"):
            clock(self.of, "Mars")

    def test_words_that_are_none_are_refused(self) -> None:
        with pytest.raises(SymbolError, match="no time frame"):
            column(self.of, ClockColumn("time", timeframe=Formula("syminfo.ticker")))
        with pytest.raises(UsageError, match="is no session"):
            column(self.of, ClockColumn("time", session=Formula("syminfo.ticker")))
        with pytest.raises(BacktestError, match="another version"):
            column(self.of, ClockColumn("weekday"))


def test_minutes_of_one_bar() -> None:
    one = bars(BITCOIN, "1m", utc(2025, 1, 1), utc(2025, 1, 1) + MINUTE)
    assert len(one) == 1
    assert math.isnan(times(one, "", bars_back=1)[0][0])
    assert times(one, "", bars_back=-1)[0][0] == utc(2025, 1, 1, 0, 1)
    assert column(one, ClockColumn("timeframe.change", timeframe="D")).tolist() == [0.0]
