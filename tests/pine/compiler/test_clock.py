"""Time in scripts: which columns are asked for, and what values there are around the changes of the clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from pinewright.backtest.engine import Engine
from pinewright.backtest.series import ColumnEngine
from pinewright.data.calendar import expected_bars
from pinewright.errors import PineUnsupportedError
from pinewright.market import Bars, FloatArray, Symbol, Timeframe
from pinewright.pine.compiler import compile_script, compile_series
from pinewright.pine.compiler.clock import END_VARIABLES
from pinewright.program import ClockColumn, Formula, MarketColumn, Program, ZoneColumn

from .support import checked_script

HEAD = 'strategy("s", initial_capital = 1000, default_qty_type = strategy.fixed, default_qty_value = 1)'
NEW_YORK = "America/New_York"
ORDER = '\nif x > 0\n    strategy.entry("L", strategy.long)\n'


def utc(*parts: int) -> int:
    return int(datetime(*parts, tzinfo=UTC).timestamp()) * 1000  # type: ignore[arg-type,misc]


def bars(
    symbol: str = "EURUSD", timeframe: str = "1h", start: int = utc(2025, 3, 5), end: int = utc(2025, 4, 5)
) -> Bars:
    own, frame = Symbol.get(symbol), Timeframe.parse(timeframe)
    time = expected_bars(start, end, frame, own)
    price: FloatArray = np.asarray(1.0 + np.arange(len(time)) % 7 * own.mintick, dtype=np.float64)
    return Bars(own, frame, time, price, price + own.mintick, price - own.mintick, price, price)


def values(
    source: str, of: Bars | None = None, version: int = 6, inputs: Mapping[str, float] | None = None
) -> FloatArray:
    """The variable x of a script on every bar."""
    made = compile_series(checked_script(f'//@version={version}\nindicator("s")\n{source}\n'), ("x",))
    row = [(inputs or {}).get(item.name, item.default) for item in made.program.inputs]
    return ColumnEngine(made.program).compute(of or bars(), made.columns, row)[0]


def program(source: str, version: int = 6) -> Program:
    return compile_script(checked_script(f"//@version={version}\n{HEAD}\n{source}\n"))


def clocks(source: str) -> list[ClockColumn]:
    return [column for column in program(source + ORDER).columns if isinstance(column, ClockColumn)]


def refused(source: str) -> PineUnsupportedError:
    with pytest.raises(PineUnsupportedError) as caught:
        program(source + ORDER)
    assert ", line 3" in str(caught.value)
    return caught.value


class TestBarTimes:
    @pytest.mark.parametrize(
        ("call", "asked"),
        [
            ('time("D")', ClockColumn("time", timeframe="D")),
            ('time_close("240")', ClockColumn("time_close", timeframe="240")),
            ('time("D", "0930-1600")', ClockColumn("time", timeframe="D", session="0930-1600")),
            ('time("", "24x7", "UTC+3")', ClockColumn("time", "UTC+3", "", "24x7")),
            ('time("60", 2)', ClockColumn("time", timeframe="60", bars_back=2)),
            ('time("60", -2)', ClockColumn("time", timeframe="60", bars_back=-2)),
            ('time("60", "", "UTC", 1)', ClockColumn("time", timeframe="60", bars_back=1)),
            ('time("60", "0000-0000", 3)', ClockColumn("time", timeframe="60", session="0000-0000", bars_back=3)),
            ('time("60", timeframe_bars_back = 1)', ClockColumn("time", timeframe="60", steps=1)),
            ('time(timeframe.period, "0930-1600")', ClockColumn("time", session="0930-1600")),
            ('time(session = "0930-1600", timeframe = "60")', ClockColumn("time", timeframe="60", session="0930-1600")),
            ('time("", "0930-1600", syminfo.timezone)', ClockColumn("time", session="0930-1600")),
        ],
    )
    def test_calls_of_every_form(self, call: str, asked: ClockColumn) -> None:
        assert clocks(f"x = {call}") == [asked]

    def test_the_charts_own_time_needs_no_column(self) -> None:
        for call in ('time("")', "time(timeframe.period)", 'time_close("", "")', "time_close(timeframe.period)"):
            assert clocks(f"x = {call}") == []
        assert values('x = time("") == time and time_close(timeframe.period) == time_close ? 1 : 0').all()

    def test_equal_calls_share_a_column(self) -> None:
        assert len(clocks('x = time("D") - nz(time("D")[1]) + (na(time("D")) ? 0 : 1)')) == 1

    def test_a_session_moves_with_new_yorks_clock(self) -> None:
        inside = values(f'x = na(time("", "0800-1600", "{NEW_YORK}")) ? 0 : 1')
        hours = {datetime.fromtimestamp(t / 1000, ZoneInfo(NEW_YORK)).hour for t in bars().time[inside == 1]}
        assert hours == set(range(8, 16))

    def test_a_session_from_inputs(self) -> None:
        source = f"""s = input.session("0800-1200", options = ["0800-1200", "1300-1700"])
z = input.string("UTC", options = ["UTC", "{NEW_YORK}"])
x = na(time(timeframe.period, s, z)) ? 0 : 1"""
        for session, zone in ((0, 0), (1, 0), (0, 1), (1, 1)):
            words = ("0800-1200", "1300-1700")[session], ("UTC", NEW_YORK)[zone]
            expected = values(f'x = na(time(timeframe.period, "{words[0]}", "{words[1]}")) ? 0 : 1')
            assert values(source, inputs={"s": session, "z": zone}).tolist() == expected.tolist()

    def test_days_joined_to_a_session(self) -> None:
        source = 's = input.session("0800-1200")\nd = input.string("23", options = ["23", "456"])\n'
        found = clocks(source + 'x = na(time("", s + ":" + d)) ? 0 : 1')
        assert [column.session for column in found] == ["0800-1200:23", "0800-1200:456"]

    def test_a_session_that_depends_on_the_day(self) -> None:
        """The manual's example of a dynamic session."""
        source = """weekday = input.session("0800-1900:23456")
other = input.session("1000-1200:17")
chosen = dayofweek >= dayofweek.monday and dayofweek <= dayofweek.friday ? weekday : other
x = na(time(timeframe.period, chosen)) ? 0 : 1"""
        coins = bars("BTCUSD")
        there = [datetime.fromtimestamp(t / 1000, UTC) for t in coins.time]
        expected = [8 <= t.hour < 19 if t.weekday() < 5 else 10 <= t.hour < 12 for t in there]
        assert (values(source, coins) == 1).tolist() == expected

    def test_a_time_frame_of_the_chart(self) -> None:
        source = 'x = time(timeframe.isintraday ? "D" : "M")'
        assert clocks(source)[0].timeframe == Formula("select", (Formula("timeframe.isintraday"), "D", "M"))
        assert values(source).tolist() == values('x = time("D")').tolist()
        assert values(source, bars(timeframe="1d")).tolist() == values('x = time("M")', bars(timeframe="1d")).tolist()
        longer = values("x = time(timeframe.from_seconds(timeframe.in_seconds() * 4))")
        assert longer.tolist() == values('x = time("240")').tolist()

    def test_in_a_function(self) -> None:
        source = f'inside(string s) => not na(time(timeframe.period, s, "{NEW_YORK}"))\nx = inside("0800-1600") ? 1 : 0'
        assert values(source).tolist() == values(f'x = na(time("", "0800-1600", "{NEW_YORK}")) ? 0 : 1').tolist()

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            ('time("60", "0930-16")', "'0930-16' is no session"),
            ('time("4h")', "'4h' is no time frame"),
            ('time("30S")', "finer than a minute"),
            ('time("60", "0930-1600", "New York")', "unknown time zone 'New York'"),
            ('time("60", bar_index)', "`bars_back` of a number that is no literal"),
            ('time("60", -501)', "at most 500 bars ahead"),
            ('time("60", "0930-1600", timeframe_bars_back = 1)', "a session and `timeframe_bars_back`"),
        ],
    )
    def test_what_cannot_be_is_refused_with_its_line(self, call: str, words: str) -> None:
        assert words in str(refused(f"x = {call}"))

    def test_words_made_while_the_script_runs(self) -> None:
        text = 'var string t = "2025"\nif close > open\n    t := t + "1"\n'
        for call, words in (
            ('time("60", t)', "a session that is put together while the script runs, line 6"),
            ("time(t)", "a time frame that is put together while the script runs, line 6"),
            ("timestamp(t)", "`timestamp()` of a text that is no literal, line 6"),
        ):
            with pytest.raises(PineUnsupportedError) as caught:
                program(f"{text}x = {call}{ORDER}")
            assert words in str(caught.value)

    def test_too_many_words(self) -> None:
        hours = ", ".join(f'"{hour:02}00"' for hour in range(24))
        source = f'a = input.string("0000", options = [{hours}]), b = input.string("0100", options = [{hours}])\n'
        with pytest.raises(PineUnsupportedError, match="a session"):
            program(source + 'x = time("", a + "-" + b)' + ORDER)


class TestDates:
    @pytest.mark.parametrize("zone", [NEW_YORK, "Europe/London", "Australia/Sydney", "UTC+3", "GMT-5"])
    def test_parts_of_any_time(self, zone: str) -> None:
        coins = bars("BTCUSD", start=utc(2025, 3, 8), end=utc(2025, 4, 7))
        found = values(f'x = 100 * hour(time_close, "{zone}") + dayofweek(time - 3600000 * 30, "{zone}")', coins)
        own = values(f'x = 100 * hour(time + 3600000, "{zone}") + dayofweek(time[30], "{zone}")', coins)
        assert found[30:].tolist() == own[30:].tolist()
        assert (values(f'x = hour(time, "{zone}")', coins) == values(f'x = hour(time + 0, "{zone}")', coins)).all()

    def test_a_bars_own_time_is_a_column_and_any_other_a_table(self) -> None:
        assert clocks('x = hour(time, "UTC") + hour') == [ClockColumn("hour", "UTC"), ClockColumn("hour")]
        made = program("x = hour(time_close) + minute(time - 1)" + ORDER)
        assert [column for column in made.columns if isinstance(column, ZoneColumn)] == [ZoneColumn("")]

    def test_na_has_no_date(self) -> None:
        found = values("x = hour(time[2])")
        assert np.isnan(found[:2]).all()
        assert not np.isnan(found[2:]).any()

    def test_a_zone_from_an_input(self) -> None:
        source = 'z = input.string("UTC", options = ["UTC", "Asia/Tokyo"])\nx = hour(time_close, z)'
        utc_hours = values(source)
        assert values(source, inputs={"z": 1}).tolist() == ((utc_hours + 9) % 24).tolist()

    def test_the_start_of_each_day(self) -> None:
        source = 'x = timestamp("{0}", year(time, "{0}"), month(time, "{0}"), dayofmonth(time, "{0}"), 9, 30)'
        for zone in (NEW_YORK, "Europe/London", "Australia/Sydney"):
            for stamp, moment in zip(bars().time, values(source.format(zone)), strict=True):
                day = datetime.fromtimestamp(stamp / 1000, ZoneInfo(zone))
                assert moment == day.replace(hour=9, minute=30, second=0).timestamp() * 1000

    def test_without_a_zone_a_date_is_the_exchanges_and_a_text_is_utc(self) -> None:
        assert values("x = timestamp(2025, 1, 1)")[0] == utc(2025, 1, 1, 5)
        assert values("x = timestamp(2025, 7, 1, 12, 30, 15)")[0] == utc(2025, 7, 1, 16, 30, 15)
        assert values('x = timestamp("2025-01-01")')[0] == utc(2025, 1, 1)
        assert values('x = timestamp("UTC", 2025, 1, 1)')[0] == utc(2025, 1, 1)
        assert values('x = timestamp(timezone = "UTC+1", year = 2025, month = 1, day = 1)')[0] == utc(2024, 12, 31, 23)
        assert values('x = timestamp(dateString = "1 Jan 2025 00:00 +0100")')[0] == utc(2024, 12, 31, 23)

    def test_fixed_dates_are_no_work_on_a_bar(self) -> None:
        made = program('x = time > timestamp(2025, 1, 1) and time < timestamp("UTC", 2026, 1, 1) ? 1 : 0' + ORDER)
        assert "pine_timestamp" not in made.text
        assert [column for column in made.columns if isinstance(column, MarketColumn)] == [
            MarketColumn(Formula("timestamp", ("", 2025.0, 1.0, 1.0, 0.0, 0.0, 0.0)))
        ]

    def test_dates_of_inputs_and_of_variables(self) -> None:
        source = "y = input.int(2024)\nx = timestamp(y, 1, 1)"
        assert values(source, inputs={"y": 2025})[0] == utc(2025, 1, 1, 5)

    @pytest.mark.parametrize(
        ("call", "words"),
        [
            ('timestamp("some day")', 'the date "some day" is of no form that is read'),
            ('hour(time_close, "Mars")', "unknown time zone 'Mars'"),
            ('timestamp("Mars", 2025, 1, 1)', "unknown time zone 'Mars'"),
        ],
    )
    def test_what_cannot_be_is_refused_with_its_line(self, call: str, words: str) -> None:
        assert words in str(refused(f"x = {call}"))


class TestChart:
    @pytest.mark.parametrize(
        ("condition", "expected"),
        [
            ('timeframe.period == "60"', True),
            ('timeframe.period == "15"', False),
            ('timeframe.main_period != "15"', True),
            ('syminfo.currency == "USD"', True),
            ("syminfo.currency == syminfo.basecurrency", False),
            ('syminfo.ticker == "EUR" + syminfo.currency', True),
            ('syminfo.type == "forex"', True),
            ("syminfo.session == session.regular", True),
            ("timeframe.multiplier == 60", True),
            ("timeframe.isintraday and not timeframe.isdwm", True),
            ('timeframe.in_seconds("1D") / timeframe.in_seconds() == 24', True),
            ('timeframe.from_seconds(14400) == "240"', True),
            ('syminfo.prefix("NYSE:IBM") == "NYSE"', True),
            ("na(syminfo.employees)", True),
            ("syminfo.minmove / syminfo.pricescale == syminfo.mintick", True),
            ("chart.is_standard and not chart.is_renko", True),
            ("session.ismarket and not session.ispremarket", True),
            ("barstate.isconfirmed and barstate.ishistory and barstate.isnew and not barstate.isrealtime", True),
            ('str.tostring(timeframe.multiplier) + "S" == "60S"', True),
        ],
    )
    def test_conditions(self, condition: str, expected: bool) -> None:
        assert values(f"x = {condition} ? 1 : 0")[5] == expected

    def test_version_five_spells_a_day_without_the_one(self) -> None:
        daily = bars(timeframe="1d")
        assert values('x = timeframe.period == "D" ? 1 : 0', daily, version=5)[0] == 1
        assert values('x = timeframe.period == "1D" ? 1 : 0', daily, version=6)[0] == 1

    def test_the_past_of_what_never_changes(self) -> None:
        found = values("x = timeframe.multiplier[2]")
        assert np.isnan(found[:2]).all()
        assert (found[2:] == 60).all()

    def test_a_word_chosen_by_a_switch(self) -> None:
        source = 'x = switch timeframe.period\n    "15" => 1\n    "60" => 2\n    => 3'
        assert values(source)[0] == 2
        assert values(source, bars(timeframe="15m"))[0] == 1
        assert values(source, bars(timeframe="5m"))[0] == 3

    def test_words_as_ids_of_orders(self) -> None:
        made = program("strategy.entry(syminfo.ticker, strategy.long, comment = timeframe.period)")
        trades = Engine(made, bars()).trades([])
        assert {trade.entry_signal for trade in trades} <= {"EURUSD", "60"}
        assert len(trades) == 1

    def test_what_only_a_screen_has_is_refused_by_name(self) -> None:
        assert "`chart.left_visible_bar_time`" in str(refused("x = chart.left_visible_bar_time"))

    def test_the_first_bar_of_the_day(self) -> None:
        first = values("x = session.isfirstbar and session.isfirstbar_regular ? 1 : 0")
        hours = {datetime.fromtimestamp(t / 1000, ZoneInfo(NEW_YORK)).hour for t in bars().time[first == 1]}
        assert hours == {17}


class TestEndOfData:
    def script(self, condition: str) -> Program:
        return program(f'if {condition}\n    strategy.entry("L", strategy.long)')

    @pytest.mark.parametrize(
        ("condition", "bar"),
        [
            ("barstate.islast[1]", None),
            ("bar_index == last_bar_index - 2", 17),
            ("time == last_bar_time - 4 * 3600000", 15),
            ("timenow - time_close == 3600000", 18),
            ("barstate.isfirst", 0),
        ],
    )
    def test_the_last_bar_is_that_of_the_run(self, condition: str, bar: int | None) -> None:
        engine = Engine(self.script(condition), bars("BTCUSD").slice(0, 100))
        found = [trade.entry_time for trade in engine.trades([], last=20)]
        assert found == ([] if bar is None else [int(bars("BTCUSD").time[bar + 1])])

    def test_they_are_told_of(self) -> None:
        for name in END_VARIABLES:
            condition = f"{name} and close > 1" if name.startswith("barstate") else f"{name} > 1"
            (warning,) = self.script(condition).warnings
            assert warning.startswith(f"line 3: `{name}` tells where the data end")
        assert self.script("barstate.isfirst").warnings == ()

    def test_in_a_function_too(self) -> None:
        made = program(
            'near(int n) => last_bar_index - bar_index < n\nif near(4)\n    strategy.entry("L", strategy.long)'
        )
        engine = Engine(made, bars("BTCUSD").slice(0, 100))
        assert [t.entry_time for t in engine.trades([], last=20)] == [int(bars("BTCUSD").time[17])]
        assert [t.entry_time for t in engine.trades([], last=50)] == [int(bars("BTCUSD").time[47])]
