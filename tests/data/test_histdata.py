"""HistData: names, zips, lines, its two clocks, bars of both kinds of file, and the way into the store."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.data.files import FileSource
from pinewright.data.histdata import HistDataSource, is_histdata_name
from pinewright.data.histdata.archives import find_files
from pinewright.data.histdata.clock import histdata_to_utc
from pinewright.data.histdata.imports import store_histdata
from pinewright.data.histdata.names import read_name
from pinewright.data.resample import ticks_to_bars
from pinewright.data.source import BarRequest, Source
from pinewright.data.store.bars import StoreSource
from pinewright.data.store.kinds import Kind
from pinewright.data.store.pieces import Piece, State
from pinewright.data.store.store import Store
from pinewright.data.zones import iso_text
from pinewright.errors import DataError, DataFormatError, DataNotFoundError, DataQualityError, SymbolError, UsageError
from pinewright.market import DAY, HOUR, MINUTE, IntArray, Side, Symbol, Ticks, Timeframe

EURUSD = Symbol.get("EURUSD")
NEW_YORK, ZURICH = ZoneInfo("America/New_York"), ZoneInfo("Europe/Zurich")
BAR = "20180102 030000;1.200370;1.201000;1.200370;1.201000;0"

Write = Callable[..., Path]


def ms(text: str) -> int:
    """ms UTC of ``2018-12-16 00:00``."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def stamps(*texts: str) -> IntArray:
    return np.array([ms(text) for text in texts], dtype=np.int64)


@pytest.fixture
def write_zip(tmp_path: Path) -> Write:
    """Write lines as HistData does: a zip named after symbol, kind and period, with one CSV and a report on gaps."""

    def writer(
        lines: str, symbol: str = "EURUSD", kind: str = "M1", period: str = "2018", folder: Path = tmp_path
    ) -> Path:
        path = folder / f"HISTDATA_COM_ASCII_{symbol}_{kind}{period}.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.writestr(f"DAT_ASCII_{symbol}_{kind}_{period}.csv", lines)
            archive.writestr(f"DAT_ASCII_{symbol}_{kind}_{period}.txt", "HistData.com (c) Status report")
        return path

    return writer


def file_clock(time: pl.Expr) -> pl.Expr:
    """UTC on the files' clock, by Polars' own time zones."""
    old = time.dt.convert_time_zone("America/New_York").dt.replace_time_zone(None)
    new = time.dt.convert_time_zone("Europe/Zurich").dt.replace_time_zone(None) - pl.duration(hours=6)
    return pl.when(old < pl.datetime(2018, 12, 16)).then(old).otherwise(new)


def minute_lines(frame: pl.DataFrame) -> str:
    """Bars (time, open, high, low, close) as HistData writes them."""
    stamp = file_clock(pl.col("time")).dt.strftime("%Y%m%d %H%M%S")
    rows = frame.select(stamp, "open", "high", "low", "close", volume=pl.lit(0))
    return rows.write_csv(include_header=False, separator=";", line_terminator="\r\n", float_precision=6)


def tick_lines(frame: pl.DataFrame) -> str:
    """Ticks (time, bid, ask) as HistData writes them."""
    stamp = file_clock(pl.col("time")).dt.strftime("%Y%m%d %H%M%S%3f")
    rows = frame.select(stamp, "bid", "ask", volume=pl.lit(0))
    return rows.write_csv(include_header=False, line_terminator="\r\n", float_precision=6)


def bars_from(start: str, count: int) -> pl.DataFrame:
    """Minute bars without a gap from a moment of UTC on."""
    first = datetime.fromisoformat(start).replace(tzinfo=UTC)
    close = [round(1.2 + 1e-5 * (k * 7919 % 40), 5) for k in range(count)]
    return pl.DataFrame(
        {
            "time": [first + timedelta(minutes=k) for k in range(count)],
            "open": [1.2, *close[:-1]],
            "high": [max(pair) + 1e-5 for pair in zip([1.2, *close[:-1]], close, strict=True)],
            "low": [min(pair) - 1e-5 for pair in zip([1.2, *close[:-1]], close, strict=True)],
            "close": close,
        },
        schema_overrides={"time": pl.Datetime("ms", "UTC")},
    )


def ticks_from(start: str, count: int, step: int = 7_001) -> pl.DataFrame:
    """Ticks ``step`` ms apart from a moment of UTC on."""
    first = datetime.fromisoformat(start).replace(tzinfo=UTC)
    bid = [round(1.2 + 1e-5 * (k * 7919 % 40), 5) for k in range(count)]
    return pl.DataFrame(
        {
            "time": [first + timedelta(milliseconds=step * k) for k in range(count)],
            "bid": bid,
            "ask": [round(price + 1e-5 * (k % 5 + 1), 5) for k, price in enumerate(bid)],
        },
        schema_overrides={"time": pl.Datetime("ms", "UTC")},
    )


def times(frame: pl.DataFrame) -> IntArray:
    return frame["time"].dt.cast_time_unit("ms").to_physical().to_numpy()


class TestClock:
    @pytest.mark.parametrize(
        ("shown", "utc"),
        [
            ("2018-01-01 17:00", "2018-01-01 22:00"),  # winter of New York
            ("2018-03-16 17:00", "2018-03-16 21:00"),  # New York has changed, Europe has not
            ("2018-07-02 09:30", "2018-07-02 13:30"),
            ("2018-10-30 17:00", "2018-10-30 21:00"),  # Europe has changed back, New York has not
            ("2018-12-15 23:59", "2018-12-16 04:59"),  # the last minute of the old rule
            ("2018-12-16 00:00", "2018-12-16 05:00"),  # the first of the new one: both are five hours behind
            ("2019-01-07 17:00", "2019-01-07 22:00"),
            ("2019-03-17 16:00", "2019-03-17 21:00"),  # the week opens at 16:00 on the files' clock
            ("2019-03-29 15:59", "2019-03-29 20:59"),
            ("2019-03-31 17:00", "2019-03-31 21:00"),  # Europe has changed too
            ("2019-07-01 09:30", "2019-07-01 13:30"),
            ("2019-10-29 16:00", "2019-10-29 21:00"),  # Europe has changed back, New York has not
            ("2019-11-05 17:00", "2019-11-05 22:00"),
        ],
    )
    def test_both_rules(self, shown: str, utc: str) -> None:
        assert iso_text(int(histdata_to_utc(stamps(shown))[0])) == utc

    @given(st.integers(ms("2000-01-01 00:00"), ms("2026-01-01 00:00")))
    def test_it_turns_the_clocks_of_the_zones_round(self, moment: int) -> None:
        utc = datetime.fromtimestamp(moment / 1000, UTC)
        local = utc.astimezone(NEW_YORK).replace(tzinfo=None)
        if local >= datetime(2018, 12, 16):
            local = utc.astimezone(ZURICH).replace(tzinfo=None) - timedelta(hours=6)
        found = int(histdata_to_utc(np.array([round(local.replace(tzinfo=UTC).timestamp() * 1000)]))[0])
        # Of an hour that the clock shows twice one stamp alone cannot tell the second showing.
        assert found in (moment, moment - HOUR)
        if found != moment:
            zone = NEW_YORK if local < datetime(2018, 12, 16) else ZURICH
            assert utc.astimezone(zone).fold == 1

    @pytest.mark.parametrize(
        ("hour", "first"),
        [("2017-11-05 01", "2017-11-05 05:00"), ("2019-10-26 20", "2019-10-27 00:00")],
    )
    def test_an_hour_shown_twice(self, hour: str, first: str) -> None:
        before = ms(f"{hour}:00") - 30 * MINUTE
        shown = [before + k * 10 * MINUTE for k in range(9)] + [ms(f"{hour}:00") + k * 10 * MINUTE for k in range(9)]
        utc = histdata_to_utc(np.array(shown))
        assert np.diff(utc).tolist() == [10 * MINUTE] * 17
        assert int(utc[3]) == ms(first)

    def test_an_hour_shown_twice_with_one_showing_alone_is_the_first(self) -> None:
        assert iso_text(int(histdata_to_utc(stamps("2017-11-05 01:30"))[0])) == "2017-11-05 05:30"

    def test_disorder_within_the_hour_stays_disorder(self) -> None:
        shown = stamps("2017-11-05 01:30", "2017-11-05 01:10", "2017-11-05 01:40", "2017-11-05 01:20")
        assert (np.diff(histdata_to_utc(shown)) < 0).any()

    def test_no_times(self) -> None:
        assert histdata_to_utc(np.zeros(0, dtype=np.int64)).tolist() == []

    def test_the_weeks_of_2018_open_at_17_00_new_york(self, shared: Path) -> None:
        frame = pl.read_parquet(shared / "data" / "m1" / "EURUSD_histdata_m1_2018.parquet")
        shown = frame.select(file_clock(pl.col("time"))).to_series()
        opens = shown.filter(shown.diff().dt.total_hours() > 24)
        assert len(opens) > 45
        assert set(opens.dt.hour().to_list()) == {17}
        assert set(opens.dt.minute().to_list()) <= set(range(6))


class TestNames:
    @pytest.mark.parametrize(
        ("name", "symbol", "ticks", "period", "start"),
        [
            ("HISTDATA_COM_ASCII_EURUSD_M12018.zip", "EURUSD", False, "2018", "2018-01-01 05:00"),
            ("HISTDATA_COM_ASCII_EURUSD_M1202603.zip", "EURUSD", False, "2026-03", "2026-03-01 05:00"),
            ("HISTDATA_COM_ASCII_USDJPY_T201807.zip", "USDJPY", True, "2018-07", "2018-07-01 04:00"),
            ("DAT_ASCII_XAUUSD_M1_2018.csv", "XAUUSD", False, "2018", "2018-01-01 05:00"),
            ("DAT_ASCII_XAUUSD_T_201801.csv", "XAUUSD", True, "2018-01", "2018-01-01 05:00"),
            ("histdata_com_ascii_eurnok_m12018 (2).ZIP", "EURNOK", False, "2018", "2018-01-01 05:00"),
        ],
    )
    def test_what_a_name_tells(self, name: str, symbol: str, ticks: bool, period: str, start: str) -> None:
        found = read_name(Path("folder") / name)
        assert (found.symbol.name, found.ticks, found.period) == (symbol, ticks, period)
        assert iso_text(found.start) == start
        assert is_histdata_name(Path(name))

    @pytest.mark.parametrize(
        ("name", "kind", "message"),
        [
            ("EURUSD.zip", DataFormatError, "is not a name that HistData gives"),
            ("HISTDATA_COM_MT_EURUSD_M12018.zip", DataFormatError, "format MT M1, which is not read"),
            ("DAT_NT_EURUSD_T_BID_201801.csv", DataFormatError, "format NT T_BID"),
            ("HISTDATA_COM_ASCII_EURUSD_M1201813.zip", DataFormatError, "201813 .* is no year or month"),
            ("HISTDATA_COM_ASCII_EURUSD_M10018.zip", DataFormatError, "0018 .* is no year or month"),
            ("HISTDATA_COM_ASCII_EURUDS_M12018.zip", SymbolError, "unknown symbol 'EURUDS' in the file's name"),
        ],
    )
    def test_names_that_cannot_be_used(self, tmp_path: Path, name: str, kind: type[DataError], message: str) -> None:
        (tmp_path / name).write_bytes(b"x")
        with pytest.raises(kind, match=message) as caught:
            HistDataSource(tmp_path / name).load(BarRequest())
        assert caught.value.where == str(tmp_path / name)
        assert caught.value.hint is not None

    def test_the_nearest_symbol_is_named(self) -> None:
        with pytest.raises(SymbolError, match="did you mean EURUSD"):
            read_name(Path("HISTDATA_COM_ASCII_EURUDS_M12018.zip"))


class TestFolder:
    def test_one_file_for_the_same_rows(self, tmp_path: Path, write_zip: Write) -> None:
        year = write_zip(BAR, period="2018")
        write_zip(BAR, period="201801")
        next_year = write_zip(BAR, period="201901")
        for name in ("DAT_ASCII_EURUSD_M1_2018.csv", "DAT_ASCII_EURUSD_M1_201901.csv", "notes.txt"):
            (tmp_path / name).write_text(BAR)
        assert [file.path for file in find_files(tmp_path).files] == [year, next_year]

    def test_a_name_that_cannot_be_used_does_not_stop_the_others(self, tmp_path: Path, write_zip: Write) -> None:
        write_zip(BAR)
        write_zip(BAR, symbol="SPXXXX")
        assert len(HistDataSource(tmp_path).load(BarRequest()).bars) == 1
        with pytest.raises(DataNotFoundError, match="no file of GBPUSD") as caught:
            HistDataSource(tmp_path).load(BarRequest(Symbol.get("GBPUSD")))
        assert "unknown symbol 'SPXXXX'" in str(caught.value)

    def test_nothing_there(self, tmp_path: Path) -> None:
        with pytest.raises(DataNotFoundError, match="holds no file of HistData"):
            HistDataSource(tmp_path).load(BarRequest())
        with pytest.raises(DataNotFoundError, match="no such file or folder"):
            HistDataSource(tmp_path / "HISTDATA_COM_ASCII_EURUSD_M12018.zip").load(BarRequest())

    def test_several_symbols(self, tmp_path: Path, write_zip: Write) -> None:
        write_zip(BAR)
        write_zip(BAR, symbol="GBPUSD")
        with pytest.raises(UsageError, match="2 symbols and none is asked for"):
            HistDataSource(tmp_path).load(BarRequest())
        assert HistDataSource(tmp_path).load(BarRequest(EURUSD)).bars.symbol is EURUSD


class TestZips:
    def test_no_zip(self, tmp_path: Path) -> None:
        path = tmp_path / "HISTDATA_COM_ASCII_EURUSD_M12018.zip"
        path.write_text("<!DOCTYPE html><title>Download</title>")
        with pytest.raises(DataFormatError, match=r"is no zip archive \(a page of the site\)") as caught:
            HistDataSource(path).load(BarRequest())
        assert str(path) in str(caught.value)

    @pytest.mark.parametrize("cut", [0.3, 0.7, 0.98])
    def test_a_zip_cut_off(self, write_zip: Write, cut: float) -> None:
        path = write_zip(minute_lines(bars_from("2018-01-02 08:00", 500)))
        content = path.read_bytes()
        path.write_bytes(content[: int(cut * len(content))])
        with pytest.raises(DataFormatError, match="a damaged zip archive"):
            HistDataSource(path).load(BarRequest())

    def test_a_zip_with_a_wrong_byte(self, write_zip: Write) -> None:
        path = write_zip(minute_lines(bars_from("2018-01-02 08:00", 500)))
        content = bytearray(path.read_bytes())
        content[200] ^= 0xFF
        path.write_bytes(bytes(content))
        with pytest.raises(DataFormatError, match="a damaged zip archive"):
            HistDataSource(path).load(BarRequest())

    def test_two_tables(self, write_zip: Write) -> None:
        path = write_zip(BAR)
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("DAT_ASCII_EURUSD_M1_2017.csv", BAR)
        with pytest.raises(DataFormatError, match=r"holds 2 CSV files, not one: .*_2017.csv, .*_2018.csv"):
            HistDataSource(path).load(BarRequest())

    def test_no_table(self, tmp_path: Path) -> None:
        path = tmp_path / "HISTDATA_COM_ASCII_EURUSD_M12018.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("readme.txt", "hello")
        with pytest.raises(DataFormatError, match=r"holds no CSV file: readme.txt"):
            HistDataSource(path).load(BarRequest())

    def test_another_symbol_inside(self, tmp_path: Path, write_zip: Write) -> None:
        path = write_zip(BAR, symbol="GBPUSD")
        renamed = path.rename(tmp_path / "HISTDATA_COM_ASCII_EURUSD_M12018.zip")
        with pytest.raises(DataFormatError, match="named after EURUSD M1 2018, and holds GBPUSD M1 2018"):
            HistDataSource(renamed).load(BarRequest())

    def test_an_empty_table(self, write_zip: Write) -> None:
        with pytest.raises(DataFormatError, match="the file is empty"):
            HistDataSource(write_zip("\r\n")).load(BarRequest())


class TestLines:
    @pytest.mark.parametrize(
        ("lines", "message"),
        [
            (f"{BAR}\n20180102 0301", "line 2 is not a line of HistData: '20180102 0301'"),
            (f"{BAR}\n20180102 030100;1.2;1.2;1.2;1.2", "line 2 is not a line of HistData"),
            (f"{BAR}\n20180102 030100;1.2;1.2;1.2;1.2;", "line 2 is not a line of HistData"),
            (f"{BAR}\n20180102 030100;1.2;1.2;1.2;1.2;0;7", "line 2 is not a line of HistData"),
            (f"{BAR}\n20180102 030100;1.2;1.2;dear;1.2;0", "line 2 is not a line of HistData"),
            (f"{BAR}\n20180102 030100,1.2,1.2,1.2,1.2,0", "line 2 is not a line of HistData"),
            (f"{BAR}\n\n\n20180102 30100;1.2;1.2;1.2;1.2;0", "line 4 is not a line of HistData"),
            (f"Date;Open;High;Low;Close;Volume\n{BAR}", "line 1 is not a line of HistData"),
            ("2018.01.02,03:00,1.2,1.2,1.2,1.2,0", "line 1 is not a line of HistData"),
            (f"{BAR}\n20180132 030100;1.2;1.2;1.2;1.2;0", "line 2: '20180132 030100' is no time"),
            (f"{BAR}\n20180102 036100;1.2;1.2;1.2;1.2;0", "line 2: '20180102 036100' is no time"),
            (f"{BAR}\n20190102 030100;1.2;1.2;1.2;1.2;0", "line 2: 2019-01-02 03:01:00 lies outside 2018"),
            ("\xff\xfe\x00", "line 1 is not a line of HistData"),
        ],
    )
    def test_lines_that_are_none(self, write_zip: Write, lines: str, message: str) -> None:
        path = write_zip(lines)
        with pytest.raises(DataFormatError) as caught:
            HistDataSource(path).load(BarRequest())
        assert message in caught.value.what
        assert caught.value.where == f"{path} (DAT_ASCII_EURUSD_M1_2018.csv)"

    @pytest.mark.parametrize(
        ("lines", "message"),
        [
            (f"{BAR}\n\n20180102 025900;1.2;1.2;1.2;1.2;0", "times go back at line 3"),
            (f"{BAR}\n{BAR}", "stands twice, again at line 2"),
            (f"{BAR}\n20180102 030100;1.2;1.1;1.2;1.2;0", "impossible bar at line 2"),
            (f"{BAR}\n20180102 030100;1.2;1.2;0.0;1.2;0", "low is 0 at line 2"),
            (f"{BAR}\n20180102 030100;1.2;1.2;nan;1.2;0", "low is not a number (NaN) at line 2"),
        ],
    )
    def test_what_no_market_made(self, write_zip: Write, lines: str, message: str) -> None:
        with pytest.raises(DataQualityError) as caught:
            HistDataSource(write_zip(lines)).load(BarRequest())
        assert message in caught.value.what

    def test_a_line_of_ticks_cut_off(self, write_zip: Write) -> None:
        path = write_zip("20180102 030000123,1.2,1.3,0\r\n20180102 0300", kind="T", period="201801")
        with pytest.raises(DataFormatError, match="line 2 is not a line of HistData"):
            HistDataSource(path).load(BarRequest())

    def test_blank_lines_and_any_line_end(self, write_zip: Write) -> None:
        path = write_zip(f"\r\n{BAR}\r\n\r\n20180102 030100;1.2;1.2;1.2;1.2;0")
        assert len(HistDataSource(path).load(BarRequest()).bars) == 2


class TestBars:
    @pytest.mark.parametrize("symbol", ["EURUSD", "USDJPY", "XAUUSD"])
    def test_a_recorded_year(self, shared: Path, write_zip: Write, symbol: str) -> None:
        frame = pl.read_parquet(shared / "data" / "m1" / f"{symbol}_histdata_m1_2018.parquet")
        loaded = HistDataSource(write_zip(minute_lines(frame), symbol=symbol)).load(BarRequest())
        bars = loaded.bars
        assert (bars.symbol.name, bars.side, bars.feed) == (symbol, Side.BID, "HistData M1")
        assert bars.spread is None
        np.testing.assert_array_equal(bars.time, times(frame))
        for name in ("open", "high", "low", "close"):
            np.testing.assert_array_equal(getattr(bars, name), frame[name].to_numpy())
        assert loaded.quality.completeness > 98.5
        assert loaded.quality.outside_session == 0
        assert loaded.quality.hour_shift is None

    def test_it_is_a_source(self, write_zip: Write) -> None:
        one: Source = HistDataSource(write_zip(BAR))
        assert one.name.startswith("HistData (")

    def test_a_csv_that_was_taken_out(self, tmp_path: Path) -> None:
        path = tmp_path / "DAT_ASCII_EURUSD_M1_2018.csv"
        path.write_text(minute_lines(bars_from("2018-07-02 08:00", 60)))
        bars = HistDataSource(path).load(BarRequest(timeframe=Timeframe(15))).bars
        assert [iso_text(moment) for moment in bars.time.tolist()] == [f"2018-07-02 08:{k:02}" for k in (0, 15, 30, 45)]

    def test_the_bars_are_those_of_the_same_rows_as_a_users_file(self, shared: Path, tmp_path: Path) -> None:
        frame = pl.read_parquet(shared / "data" / "m1" / "EURUSD_histdata_m1_2018.parquet").head(30_000)
        path = tmp_path / "DAT_ASCII_EURUSD_M1_2018.csv"
        path.write_text(minute_lines(frame))
        window = (ms("2018-01-15 00:00"), ms("2018-01-19 00:00"))
        for request in (
            BarRequest(),
            BarRequest(timeframe=Timeframe(15), days=3),
            BarRequest(timeframe=Timeframe(60), start=window[0], end=window[1], warmup=30),
            BarRequest(timeframe=Timeframe(1440), end=window[1], warmup=0),
        ):
            ours, file = HistDataSource(path).load(request), FileSource(path, "America/New_York").load(request)
            assert ours.bars.warmup == file.bars.warmup
            for name in ("time", "open", "high", "low", "close"):
                np.testing.assert_array_equal(getattr(ours.bars, name), getattr(file.bars, name))
            assert replace(ours.quality, description="") == replace(file.quality, description="")

    def test_a_window_with_warmup_out_of_two_years(self, tmp_path: Path, write_zip: Write) -> None:
        write_zip(minute_lines(bars_from("2018-12-31 10:00", 11 * 60)), period="2018")
        later = bars_from("2019-01-02 10:00", 600)
        write_zip(minute_lines(later), period="2019")
        request = BarRequest(EURUSD, Timeframe(5), start=ms("2019-01-02 12:00"), end=ms("2019-01-02 14:00"), warmup=100)
        bars = HistDataSource(tmp_path).load(request).bars
        assert (len(bars), bars.warmup) == (124, 100)
        assert iso_text(int(bars.time[0])) == "2018-12-31 14:40"
        assert iso_text(int(bars.time[-1])) == "2019-01-02 13:55"

    def test_files_outside_the_window_are_not_read(self, tmp_path: Path, write_zip: Write) -> None:
        write_zip("no bars at all", period="2016")
        write_zip(minute_lines(bars_from("2018-07-02 08:00", 60)), period="2018")
        request = BarRequest(EURUSD, Timeframe(1), days=0.02, warmup=10)
        assert len(HistDataSource(tmp_path).load(request).bars) > 30

    def test_a_window_that_no_file_holds(self, tmp_path: Path, write_zip: Write) -> None:
        write_zip(BAR)
        request = BarRequest(EURUSD, start=ms("2020-01-01 00:00"), end=ms("2020-02-01 00:00"))
        with pytest.raises(DataNotFoundError, match="no rows from 2020-01-01 00:00 to 2020-02-01 00:00 UTC") as caught:
            HistDataSource(tmp_path).load(request)
        assert "the files hold EURUSD 2018" in str(caught.value)

    def test_ask_is_not_in_minute_bars(self, write_zip: Write) -> None:
        with pytest.raises(DataNotFoundError, match="no ask prices"):
            HistDataSource(write_zip(BAR), Side.ASK).load(BarRequest())


class TestTicks:
    @pytest.mark.parametrize("side", list(Side))
    def test_minutes_of_recorded_ticks(self, shared: Path, write_zip: Write, side: Side) -> None:
        frame = pl.read_parquet(shared / "data" / "ticks" / "EURUSD_oanda_ticks_201405.parquet")
        frame = frame.filter(pl.col("time") >= datetime(2014, 5, 1, 4, tzinfo=UTC)).head(100_000)
        path = write_zip(tick_lines(frame), kind="T", period="201405")
        bars = HistDataSource(path, side).load(BarRequest()).bars
        time = times(frame)
        assert int(bars.time[-1]) == int(time[-1]) // MINUTE * MINUTE - MINUTE  # that of the last tick is not whole
        same = ticks_to_bars(Ticks(EURUSD, time, frame["bid"].to_numpy(), frame["ask"].to_numpy()), Timeframe(1), side)
        assert bars.spread is not None
        assert same.spread is not None
        rows = slice(int(np.searchsorted(bars.time, same.time[0])), None)
        np.testing.assert_array_equal(bars.time[rows], same.time)
        for name in ("open", "high", "low", "close", "volume", "spread"):
            np.testing.assert_array_equal(getattr(bars, name)[rows], getattr(same, name))
        assert (bars.feed, bars.side) == ("HistData ticks", side)

    def test_no_minute_is_lost_between_two_months(self, tmp_path: Path, write_zip: Write) -> None:
        frame = ticks_from("2018-08-01 03:00", 1_200)
        august = frame["time"] >= datetime(2018, 8, 1, 4, tzinfo=UTC)
        write_zip(tick_lines(frame.filter(~august)), kind="T", period="201807")
        write_zip(tick_lines(frame.filter(august)), kind="T", period="201808")
        bars = HistDataSource(tmp_path).load(BarRequest(EURUSD)).bars
        assert set(np.diff(bars.time).tolist()) == {MINUTE}
        assert float(bars.volume.sum()) == np.count_nonzero(times(frame) < int(bars.time[-1]) + MINUTE)

    def test_the_last_minute_before_a_weekend_is_whole_where_more_follows(
        self, tmp_path: Path, write_zip: Write
    ) -> None:
        write_zip(tick_lines(ticks_from("2018-06-29 20:50", 85)), kind="T", period="201806")  # until 20:59:48
        alone = HistDataSource(tmp_path).load(BarRequest(EURUSD)).bars
        assert iso_text(int(alone.time[-1])) == "2018-06-29 20:58"
        write_zip(tick_lines(ticks_from("2018-07-01 21:00", 20)), kind="T", period="201807")
        bars = HistDataSource(tmp_path).load(BarRequest(EURUSD)).bars
        assert [iso_text(moment) for moment in bars.time[9:11].tolist()] == ["2018-06-29 20:59", "2018-07-01 21:00"]

    def test_minute_bars_before_ticks_unless_the_other_side_is_asked(self, tmp_path: Path, write_zip: Write) -> None:
        write_zip(minute_lines(bars_from("2018-07-02 08:00", 60)), period="2018")
        write_zip(tick_lines(ticks_from("2018-07-02 08:00", 600)), kind="T", period="201807")
        feeds = [HistDataSource(tmp_path, side).load(BarRequest(EURUSD)).bars.feed for side in (None, Side.BID)]
        assert feeds == ["HistData M1", "HistData M1"]
        assert HistDataSource(tmp_path, Side.ASK).load(BarRequest(EURUSD)).bars.feed == "HistData ticks"

    def test_too_few_ticks(self, write_zip: Write) -> None:
        path = write_zip("20180102 030000123,1.2,1.3,0", kind="T", period="201801")
        with pytest.raises(DataNotFoundError, match="do not fill one minute"):
            HistDataSource(path).load(BarRequest())


class TestStore:
    NOW = ms("2026-01-01 00:00")

    def test_minutes_with_their_provenance(self, tmp_path: Path, write_zip: Write) -> None:
        frame = bars_from("2018-07-02 00:00", 2 * 1440 + 600)
        path = write_zip(minute_lines(frame), period="201807")
        store = Store(tmp_path / "store")
        (done,) = store_histdata(store, path, now=self.NOW)
        assert (done.rows, done.stored, done.fault) == (frame.height, frame.height, None)
        pieces = {iso_text(piece.start)[:10]: piece for piece in store.pieces("EURUSD", Kind.MINUTE, *_july())}
        first = pieces["2018-07-02"]
        assert (first.state, first.source, first.transport, first.rows) == (State.FINAL, "histdata", "", 1440)
        assert (first.fetched, first.size, first.one_sided) == (self.NOW, path.stat().st_size, True)
        assert len(first.sha256) == 1
        # The third day breaks off at 10:00, the fourth has nothing though the market is open, Saturday is closed.
        assert (pieces["2018-07-04"].state, pieces["2018-07-04"].rows) == (State.OPEN, 600)
        assert pieces["2018-07-04"].cause == "the source ends at 2018-07-04 09:59 UTC"
        assert (pieces["2018-07-05"].state, pieces["2018-07-07"].state) == (State.SUSPECT, State.CLOSED)
        assert dict(done.states)[State.FINAL] == 2
        rows = store.scan("EURUSD", Kind.MINUTE, *_july()).collect()
        assert rows["time"].to_list() == times(frame).tolist()
        assert rows["bid_close"].to_list() == frame["close"].to_list()
        assert rows["ask_close"].is_nan().all()

    @pytest.mark.parametrize("kind", ["M1", "T"])
    def test_the_store_gives_the_same_bars(self, tmp_path: Path, write_zip: Write, kind: str) -> None:
        if kind == "M1":
            path = write_zip(minute_lines(bars_from("2018-07-02 00:00", 2 * 1440)), period="201807")
        else:
            path = write_zip(tick_lines(ticks_from("2018-07-02 00:00", 5_000)), kind="T", period="201807")
        store = Store(tmp_path / "store")
        store_histdata(store, path, now=self.NOW)
        request = BarRequest(EURUSD, Timeframe(5), start=ms("2018-07-02 02:00"), end=ms("2018-07-02 09:00"), warmup=10)
        ours, stored = HistDataSource(path).load(request).bars, StoreSource(store).load(request).bars
        assert ours.warmup == stored.warmup == 10
        for name in ("time", "open", "high", "low", "close"):
            np.testing.assert_array_equal(getattr(ours, name), getattr(stored, name))
        assert "histdata" in stored.feed
        assert (stored.spread is None) == (kind == "M1")

    def test_ticks_by_hour(self, tmp_path: Path, write_zip: Write) -> None:
        frame = ticks_from("2018-07-02 08:00", 1_100)  # ends at 10:08, the rest of the hour is missing
        path = write_zip(tick_lines(frame), kind="T", period="201807")
        store = Store(tmp_path / "store")
        store_histdata(store, path, now=self.NOW)
        pieces = store.pieces("EURUSD", Kind.TICK, ms("2018-07-02 07:00"), ms("2018-07-02 12:00"))
        states = [(iso_text(piece.start)[11:], piece.state) for piece in pieces]
        assert states[:4] == [
            ("07:00", State.SUSPECT),
            ("08:00", State.FINAL),
            ("09:00", State.FINAL),
            ("10:00", State.OPEN),
        ]
        rows = store.scan("EURUSD", Kind.TICK, *_july()).collect()
        assert rows["time"].to_list() == times(frame).tolist()
        assert rows["ask"].to_list() == frame["ask"].to_list()
        assert not any(piece.one_sided for piece in pieces)

    def test_what_has_not_happened_yet_is_not_missing(self, tmp_path: Path, write_zip: Write) -> None:
        frame = bars_from("2018-07-02 00:00", 1440)
        store = Store(tmp_path / "store")
        store_histdata(store, write_zip(minute_lines(frame), period="201807"), now=ms("2018-07-03 00:00"))
        assert store.pieces("EURUSD", Kind.MINUTE, ms("2018-07-03 00:00"), ms("2018-08-01 00:00")) == []

    def test_rows_of_another_source_stay(self, tmp_path: Path, write_zip: Write) -> None:
        path = write_zip(tick_lines(ticks_from("2018-07-02 08:00", 1_200)), kind="T", period="201807")
        store = Store(tmp_path / "store")
        hour = (ms("2018-07-02 08:00"), ms("2018-07-02 09:00"))
        there = Piece(*hour, State.FINAL, "dukascopy", "jetta", 1, 1, ("aa",), 9)
        columns = {name: np.ones(1) for name in Kind.TICK.columns} | {"time": np.array([hour[0] + 5])}
        store.put("EURUSD", Kind.TICK, [(there, columns)])
        (kept,) = store_histdata(store, path, now=self.NOW)
        assert kept.stored < kept.rows
        assert [piece.source for piece in store.pieces("EURUSD", Kind.TICK, *hour)] == ["dukascopy"]
        (replaced,) = store_histdata(store, path, now=self.NOW, replace=True)
        assert replaced.stored == replaced.rows
        (piece,) = store.pieces("EURUSD", Kind.TICK, *hour)
        assert piece.source == "histdata"
        assert "changed since" in piece.cause

    def test_one_side_does_not_stand_before_another(self, tmp_path: Path, write_zip: Write) -> None:
        path = write_zip(minute_lines(bars_from("2018-07-02 00:00", 1440)), period="201807")
        store = Store(tmp_path / "store")
        day = (ms("2018-07-02 00:00"), ms("2018-07-03 00:00"))
        columns = {name: np.ones(1) for name in Kind.MINUTE.columns} | {"time": np.array([day[0]])}
        columns |= {name: np.full(1, np.nan) for name in columns if name.startswith("ask_") and name != "ask_volume"}
        store.put("EURUSD", Kind.MINUTE, [(Piece(*day, State.FINAL, "old", fetched=1, rows=1), columns)])
        (done,) = store_histdata(store, path, now=self.NOW)
        assert done.stored == 1440
        assert [piece.source for piece in store.pieces("EURUSD", Kind.MINUTE, *day)] == ["histdata"]

    def test_again_changes_nothing(self, tmp_path: Path, write_zip: Write) -> None:
        path = write_zip(minute_lines(bars_from("2018-07-02 00:00", 1440)), period="201807")
        store = Store(tmp_path / "store")
        ledgers = []
        for _ in range(2):
            store_histdata(store, path, now=self.NOW)
            ledgers.append(store.pieces("EURUSD", Kind.MINUTE, *_july()))
        assert ledgers[0] == ledgers[1]

    def test_one_bad_file_does_not_stop_the_others(self, tmp_path: Path, write_zip: Write) -> None:
        folder = tmp_path / "files"
        folder.mkdir()
        write_zip("nothing", period="201712", folder=folder)
        write_zip(BAR, period="201801", folder=folder)
        told: list[object] = []
        bad, good = store_histdata(Store(tmp_path / "store"), folder, now=self.NOW, progress=told.append)
        assert isinstance(bad.fault, DataFormatError)
        assert (good.fault, good.rows) == (None, 1)
        assert told == [bad, good]

    def test_nothing_that_can_be_read(self, tmp_path: Path, write_zip: Write) -> None:
        path = write_zip("nothing")
        with pytest.raises(DataFormatError, match="line 1 is not a line"):
            store_histdata(Store(tmp_path / "store"), path, now=self.NOW)
        with pytest.raises(DataNotFoundError, match="no file of GBPUSD"):
            store_histdata(Store(tmp_path / "store"), path, Symbol.get("GBPUSD"), now=self.NOW)


def _july() -> tuple[int, int]:
    return ms("2018-07-01 00:00"), ms("2018-08-01 00:00") + DAY
