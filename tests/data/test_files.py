"""Every usual spelling of a file of bars is read, and each guess is told."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pinewright.data import load_bars
from pinewright.data.zones import iso_text
from pinewright.errors import DataFormatError, DataNotFoundError, UsageError
from pinewright.market import DAY, HOUR, MINUTE, Side

Write = Callable[..., Path]

TRADINGVIEW = """time,open,high,low,close,Volume,"ta.bb(close, 20, 2).base"
2025-06-01T17:00:00-04:00,1.1,1.2,1.0,1.15,10,NaN
2025-06-01T18:00:00-04:00,1.15,1.25,1.05,1.2,11,NaN
2025-06-01T19:00:00-04:00,1.2,1.3,1.1,1.25,12,1.2
"""
SUNDAY_EVENING = "2025-06-01 21:00"


def spelled(stamps: list[str], separator: str = ",", header: str | None = "time,open,high,low,close,volume") -> str:
    rows = [separator.join((stamp, "1.1", "1.2", "1.0", "1.15", "10")) for stamp in stamps]
    first = [] if header is None else [header.replace(",", separator)]
    return "\n".join([*first, *rows]) + "\n"


def test_tradingview_export(write: Write) -> None:
    bars, report = load_bars(write(TRADINGVIEW))
    assert [iso_text(int(t)) for t in bars.time] == [SUNDAY_EVENING, "2025-06-01 22:00", "2025-06-01 23:00"]
    assert bars.close.tolist() == [1.15, 1.2, 1.25]
    assert bars.volume.tolist() == [10, 11, 12]
    assert (bars.symbol.name, str(bars.timeframe), bars.side, bars.feed) == ("EURUSD", "1h", Side.BID, "EURUSD.csv")
    assert (report.timezone_reason, report.side_reason) == ("an offset in the values", "assumed")
    assert report.symbol_reason == "the file's name"
    assert [guess.column for guess in report.columns if guess.role == "volume"] == ["Volume"]
    assert report.unused == ("ta.bb(close, 20, 2).base",)
    assert report.one_line().startswith("EURUSD.csv: 3 rows of 1h, EURUSD (the file's name), bid (assumed), times UTC")
    assert report.as_dict()["path"] == "EURUSD.csv"


@pytest.mark.parametrize(
    "stamps",
    [
        ["2025-06-01T21:00:00Z", "2025-06-01T21:15:00Z"],
        ["2025-06-01T21:00:00.000Z", "2025-06-01T21:15:00.000Z"],
        ["2025-06-01T23:00:00+02:00", "2025-06-01T23:15:00+02:00"],
        ["2025-06-01T23:00+0200", "2025-06-01T23:15+0200"],
        ["2025-06-01 23:00:00+02", "2025-06-01 23:15:00+02"],
        ["2025-06-01 21:00:00 UTC", "2025-06-01 21:15:00 UTC"],
        ["2025-06-01 21:00:00", "2025-06-01 21:15:00"],
        ["2025-06-01 21:00:00.000000", "2025-06-01 21:15:00.000000"],
        ["2025-06-01 21:00", "2025-06-01 21:15"],
        ["2025.06.01 21:00", "2025.06.01 21:15"],
        ["2025/06/01 21:00:00", "2025/06/01 21:15:00"],
        ["01.06.2025 21:00:00.000", "01.06.2025 21:15:00.000"],
        ["01.06.2025 23:00:00.000 GMT+0200", "01.06.2025 23:15:00.000 GMT+0200"],
        ["06/01/2025 21:00", "06/01/2025 21:15"],
        ["6/1/2025 9:00 PM", "6/1/2025 9:15 PM"],
        ["20250601 210000", "20250601 211500"],
        ["20250601 21:00:00", "20250601 21:15:00"],
        ["1748811600", "1748812500"],
        ["1748811600.0", "1748812500.0"],
        ["1748811600000", "1748812500000"],
        ["1748811600000000", "1748812500000000"],
        ["1748811600000000000", "1748812500000000000"],
    ],
)
def test_spellings_of_time(write: Write, stamps: list[str]) -> None:
    bars, _ = load_bars(write(spelled(stamps)))
    assert [iso_text(int(t)) for t in bars.time] == [SUNDAY_EVENING, "2025-06-01 21:15"]


def test_day_first_with_slashes_when_a_value_says_so(write: Write) -> None:
    bars, report = load_bars(write(spelled(["31/05/2025 10:00", "01/06/2025 10:00"])))
    assert [iso_text(int(t)) for t in bars.time] == ["2025-05-31 10:00", "2025-06-01 10:00"]
    assert report.time_format == "%d/%m/%Y %H:%M"


def test_naive_times_take_the_zone_asked_for(write: Write) -> None:
    path = write(spelled(["2025-01-05 17:00", "2025-01-05 17:15"]))
    bars, report = load_bars(path, timezone="America/New_York")
    assert iso_text(int(bars.time[0])) == "2025-01-05 22:00"
    assert (report.timezone, report.timezone_reason) == ("America/New_York", "as asked")
    _, report = load_bars(path)
    assert (report.timezone, report.timezone_reason) == ("UTC", "assumed")


def test_gmt_in_the_name_of_the_column_is_told(write: Write) -> None:
    header = "Gmt time,Open,High,Low,Close,Volume"
    _, report = load_bars(write(spelled(["01.06.2025 21:00:00.000", "01.06.2025 21:01:00.000"], header=header)))
    assert report.timezone_reason == "the column's name"


def test_metatrader_5(write: Write) -> None:
    text = (
        "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<TICKVOL>\t<VOL>\t<SPREAD>\n"
        "2025.06.01\t21:00:00\t1.1\t1.2\t1.0\t1.15\t7\t0\t4\n"
        "2025.06.01\t21:01:00\t1.1\t1.2\t1.0\t1.15\t8\t0\t6\n"
    )
    bars, report = load_bars(write(text, "EURUSD_M1.csv", "utf-16"))
    assert iso_text(int(bars.time[0])) == SUNDAY_EVENING
    assert bars.volume.tolist() == [7, 8]
    assert bars.spread == pytest.approx([4e-5, 6e-5])
    assert (report.separator, report.spread_unit, report.encoding) == ("\t", "points", "utf-16")


def test_metatrader_4_without_header(write: Write) -> None:
    text = "2025.06.01,21:00,1.1,1.2,1.0,1.15,7\n2025.06.01,21:05,1.1,1.2,1.0,1.15,8\n"
    bars, report = load_bars(write(text, "EURUSD5.csv"))
    assert (str(bars.timeframe), bars.volume.tolist()) == ("5m", [7, 8])
    assert not report.header


def test_histdata_bars_and_ticks(write: Write) -> None:
    bars, report = load_bars(
        write(
            "20180101 170000;1.1;1.2;1.0;1.15;0\n20180101 170100;1.1;1.2;1.0;1.16;0\n", "DAT_ASCII_EURUSD_M1_2018.csv"
        ),
        timezone="UTC-5",
    )
    assert iso_text(int(bars.time[0])) == "2018-01-01 22:00"
    assert bars.close.tolist() == [1.15, 1.16]
    assert report.time_format == "%Y%m%d %H%M%S"
    ticks = "".join(f"20180103 17{m:02}{s:02}123,1.1{s:02},1.2{s:02},0\n" for m in range(3) for s in range(1, 60, 7))
    bars, report = load_bars(write("20180103 165959999,1.1,1.2,0\n" + ticks, "DAT_ASCII_EURUSD_T_201801.csv"))
    assert report.ticks
    assert (report.source_timeframe, report.side) == ("tick", "bid")
    assert [iso_text(int(t)) for t in bars.time] == ["2018-01-03 17:00", "2018-01-03 17:01"]
    assert bars.spread == pytest.approx([0.1, 0.1])


def test_german_decimals(write: Write) -> None:
    text = "Zeit;Open;High;Low;Close\n01.06.2025 21:00;1,1;1,2;1,0;1,15\n01.06.2025 22:00;1,1;1,2;1,0;1,16\n"
    bars, report = load_bars(write(text.replace("Zeit", "time")))
    assert bars.close.tolist() == [1.15, 1.16]
    assert (report.separator, report.decimal) == (";", ",")
    assert bars.volume.tolist() == [0, 0]
    assert "decimal comma" in report.one_line()


def test_quoted_cells_with_decimal_commas(write: Write) -> None:
    rows = ('2025-06-01 21:00,"1,1","1,2","1,0","1,15"', '2025-06-01 22:00,"1,1","1,2","1,0","1,16"')
    text = "\n".join(("time,open,high,low,close", *rows))
    assert load_bars(write(text))[0].close.tolist() == [1.15, 1.16]


TWO_SIDED = "time,bid_open,bid_high,bid_low,bid_close,ask_open,ask_high,ask_low,ask_close\n" + "".join(
    f"2025-06-02 10:{m:02},1.1,1.2,1.0,1.15,1.1002,1.2002,1.0002,1.1503\n" for m in range(3)
)


def test_bid_and_ask_columns(write: Write) -> None:
    path = write(TWO_SIDED)
    bars, report = load_bars(path)
    assert (bars.side, report.side_reason) == (Side.BID, "of bid and ask columns")
    assert bars.close[0] == 1.15
    assert bars.spread == pytest.approx([3e-4] * 3)
    assert report.median_spread == pytest.approx(3e-4)
    assert load_bars(path, side="ask")[0].close[0] == 1.1503
    mid = load_bars(path, side=Side.MID)[0]
    assert mid.open[0] == pytest.approx(1.1001)
    assert mid.side is Side.MID


def test_mid_is_known_by_the_open_of_both_sides(write: Write) -> None:
    text = "time,open,high,low,close,avg_spread,avg_spread_pips,open_bid,open_ask\n" + "".join(
        f"2025-06-02 10:{m:02},1.1005,1.2,1.0,1.15,0.0001,1.0,1.1000,1.1010\n" for m in range(3)
    )
    bars, report = load_bars(write(text))
    assert (bars.side, report.side) == (Side.MID, "mid")
    assert report.spread_unit == "price"
    assert bars.spread == pytest.approx([1e-4] * 3)
    with pytest.raises(DataFormatError, match="holds mid prices"):
        load_bars(write(text), side="ask")


def test_mid_is_known_by_half_ticks(write: Write) -> None:
    rows = "".join(f"{1_748_858_400 + 60 * k},1.1,1.2,1.0,{1.1 + 5e-6 * k:.6f}\n" for k in range(60))
    report = load_bars(write("time,open,high,low,close\n" + rows))[1]
    assert (report.side, report.side_reason) == ("mid", "half of its closes lie between two ticks")
    assert report.tick_step == 5e-6


def test_side_by_the_name_of_the_file(write: Write) -> None:
    path = write(spelled(["2025-06-02 10:00", "2025-06-02 10:01"]), "EURUSD_Candlestick_1_M_ASK_01.06.2025.csv")
    assert load_bars(path)[1].side == "ask"
    assert load_bars(path, side="ask")[1].side == "ask"


def test_side_as_asked_where_nothing_speaks_against_it(write: Write) -> None:
    path = write(spelled(["2025-06-02 10:00", "2025-06-02 10:01"]))
    assert load_bars(path, side="mid")[0].side is Side.MID
    with pytest.raises(UsageError, match="unknown side 'middle'"):
        load_bars(path, side="middle")


@pytest.mark.parametrize(
    ("name", "value", "factor"), [("spread_pips", 0.7, 1e-4), ("spread", 7, 1e-5), ("spread", 7e-5, 1)]
)
def test_unit_of_a_spread(write: Write, name: str, value: float, factor: float) -> None:
    text = f"time,open,high,low,close,{name}\n" + "".join(
        f"2025-06-02 10:{m:02},1.1,1.2,1.0,1.15,{value}\n" for m in range(3)
    )
    assert load_bars(write(text))[0].spread == pytest.approx([value * factor] * 3)


def _parquet(path: Path, time: pl.Series) -> Path:
    pl.DataFrame(
        {
            "time": time,
            "open": [1.1, 1.1],
            "high": [1.2, 1.2],
            "low": [1.0, 1.0],
            "close": [1.15, 1.16],
            "volume": [1, 2],
        }
    ).write_parquet(path)
    return path


@pytest.mark.parametrize(
    "dtype", [pl.Datetime("ms"), pl.Datetime("us"), pl.Datetime("ns", "UTC"), pl.Datetime("us", "America/New_York")]
)
def test_parquet_with_datetimes(tmp_path: Path, dtype: pl.Datetime) -> None:
    moments = [datetime(2025, 6, 1, 21, minute, tzinfo=UTC) for minute in (0, 15)]
    time = pl.Series(moments, dtype=pl.Datetime("us", "UTC"))
    time = time.dt.replace_time_zone(None) if dtype.time_zone is None else time.dt.convert_time_zone(dtype.time_zone)
    bars, report = load_bars(_parquet(tmp_path / "eur_usd.parquet", time.cast(dtype)))
    assert [iso_text(int(t)) for t in bars.time] == [SUNDAY_EVENING, "2025-06-01 21:15"]
    assert report.kind == "parquet"
    assert bars.volume.tolist() == [1, 2]


@pytest.mark.parametrize(
    ("dtype", "factor"), [(pl.Int64, 1), (pl.UInt32, 1), (pl.Float64, 1), (pl.Int64, 1000), (pl.Int64, 10**9)]
)
def test_parquet_with_unix_times(tmp_path: Path, dtype: type[pl.DataType], factor: int) -> None:
    time = pl.Series([1_748_811_600 * factor, 1_748_812_500 * factor], dtype=dtype)
    assert iso_text(int(load_bars(_parquet(tmp_path / "EURUSD.bin", time))[0].time[0])) == SUNDAY_EVENING


def test_bare_dates_are_trading_days(write: Write, tmp_path: Path) -> None:
    days = ["2025-06-02", "2025-06-03", "2025-06-04"]
    bars, _ = load_bars(write(spelled(days, header="date,open,high,low,close,volume")), timezone="Europe/Berlin")
    assert [iso_text(int(t)) for t in bars.time] == [f"2025-06-0{d} 21:00" for d in (1, 2, 3)]
    path = _parquet(tmp_path / "EURUSD.parquet", pl.Series([date(2025, 6, 2), date(2025, 6, 3)]))
    assert load_bars(path)[0].time.tolist() == bars.time[:2].tolist()


def minutes(count: int, start: int = 1_748_822_400) -> str:
    return spelled([str(start + 60 * k) for k in range(count)])


def test_finer_rows_are_resampled(write: Write) -> None:
    bars, report = load_bars(write(minutes(60)), timeframe="15m")
    assert (len(bars), str(bars.timeframe), report.source_timeframe, report.timeframe) == (4, "15m", "1m", "15m")
    assert bars.volume.tolist() == [150.0] * 4
    assert report.quality.bars == 60
    assert "1m made into 15m" in report.one_line()


def test_window_and_warm_up(write: Write, monday: int) -> None:
    path = write(minutes(600))
    bars, _ = load_bars(path, timeframe="15m", start=monday + 5 * HOUR, end=monday + 6 * HOUR)
    assert (len(bars), bars.warmup) == (24, 20)
    assert bars.time[bars.warmup] == monday + 5 * HOUR
    assert bars.time[-1] == monday + 6 * HOUR - 15 * MINUTE
    bars, report = load_bars(path, start=monday + 5 * HOUR, end=monday + 6 * HOUR, warmup=30)
    assert (len(bars), bars.warmup, report.quality.bars) == (90, 30, 90)
    bars, _ = load_bars(path, days=1 / 24)
    assert (len(bars) - bars.warmup, bars.warmup) == (60, 540)
    bars, _ = load_bars(path, days=1 / 24, start=monday)
    assert (len(bars), bars.warmup) == (60, 0)


def test_the_last_bar_of_a_window_is_complete(write: Write, monday: int) -> None:
    bars, _ = load_bars(write(minutes(600)), timeframe="1h", end=monday + 3 * HOUR + 59 * MINUTE)
    assert iso_text(int(bars.time[-1])) == "2025-06-02 02:00"


def test_a_window_without_rows(write: Write, monday: int) -> None:
    path = write(minutes(60))
    for window in ({"start": monday + DAY}, {"end": monday - DAY}, {"start": monday + 70 * MINUTE, "days": 3.0}):
        with pytest.raises(DataNotFoundError) as caught:
            load_bars(path, **window)
        assert "2025-06-02 00:00" in f"{caught.value}"


def test_ten_rows_more_do_not_change_what_was_read(write: Write) -> None:
    short, long = load_bars(write(minutes(60)))[0], load_bars(write(minutes(70)))[0]
    assert np.array_equal(short.close, long.close[:60])


def test_blank_lines_are_no_rows(write: Write) -> None:
    good = spelled(["2025-06-01 21:00", "2025-06-01 21:15"]).replace("\n2025-06-01 21:15", "\n\n2025-06-01 21:15")
    assert len(load_bars(write("\n" + good + "\n\n"))[0]) == 2
    with pytest.raises(DataFormatError, match=r"'x' in column 'open', line 5"):
        load_bars(write("\n" + good.replace("21:15,1.1", "21:15,x")))


def test_windows_line_ends_and_letters(write: Write) -> None:
    text = spelled(["2025-06-01 21:00", "2025-06-01 21:15"], header="time,open,high,low,close,Größe")
    bars, report = load_bars(write(text.replace("\n", "\r\n"), encoding="cp1252"))
    assert (len(bars), report.encoding, report.unused) == (2, "windows-1252", ("Größe",))
