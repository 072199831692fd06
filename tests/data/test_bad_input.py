"""Each kind of bad file is one clear error: what, where, and what to do."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.data import load_bars
from pinewright.errors import (
    DataError,
    DataFormatError,
    DataNotFoundError,
    DataQualityError,
    PinewrightError,
    SymbolError,
    UsageError,
)

HEADER = "time,open,high,low,close,volume\n"
GOOD = [f"2025-06-02 10:{m:02},1.1,1.2,1.0,1.15,10\n" for m in range(6)]


def rows(**changed: str) -> str:
    """Six good rows with some of them replaced: ``row3="..."``."""
    return HEADER + "".join(
        changed.get(f"row{k}", row + "\n").rstrip("\n") + "\n" for k, row in enumerate(map(str.strip, GOOD))
    )


CASES: list[tuple[str, str, type[PinewrightError], str]] = [
    ("empty", "", DataFormatError, "the file is empty"),
    ("blank", " \n\n", DataFormatError, "the file is empty"),
    ("header only", HEADER, DataFormatError, "a header without rows"),
    ("prose", "Dear reader,\nthis is no table.\n", DataFormatError, "is not a table: its first line is 'Dear reader,'"),
    ("html", "<!DOCTYPE html>\n<html><body>404</body></html>\n", DataFormatError, "is not a table"),
    ("no close", "time,open,high,low\n2025-06-02,1,1,1\n", DataFormatError, "no column for close"),
    ("no time", "a,open,high,low,close\n1,1,1,1,1\n", DataFormatError, "no column for time; the columns are: a, open"),
    ("other table", "name,age,town\nAda,36,London\n", DataFormatError, "no column for time, open, high, low, close"),
    ("two columns", "2025-06-02 10:00;1\n", DataFormatError, "is not a table"),
    (
        "ragged",
        HEADER + GOOD[0] + "2025-06-02 10:01,1,1,1,1,1,1,1,1\n",
        DataFormatError,
        "line 3 has 9 columns, the first has 6",
    ),
    (
        "open quote",
        HEADER.replace("low", 'low"') + GOOD[0] + GOOD[1],
        DataFormatError,
        "cannot be read|no row|no column",
    ),
    ("unsorted", rows(row2=GOOD[5]), DataQualityError, "times go back at line 5: 2025-06-02 10:03 UTC follows"),
    ("duplicate", rows(row2=GOOD[1]), DataQualityError, "10:01 UTC stands twice, again at line 4"),
    ("newest first", HEADER + "".join(GOOD[::-1]), DataQualityError, r"times go back at line 3.*\(5 such rows\)"),
    (
        "NaN",
        rows(row4="2025-06-02 10:04,1.1,1.2,1.0,NaN,10"),
        DataQualityError,
        r"close is not a number \(NaN\) at line 6",
    ),
    ("hole", rows(row4="2025-06-02 10:04,1.1,1.2,,1.15,10"), DataQualityError, "no value in column 'low', line 6"),
    ("negative", rows(row1="2025-06-02 10:01,1.1,1.2,-1.0,1.15,10"), DataQualityError, "low is -1 at line 3"),
    ("zero", rows(row1="2025-06-02 10:01,0,1.2,1.0,1.15,10"), DataQualityError, "open is 0 at line 3"),
    ("infinite", rows(row1="2025-06-02 10:01,1.1,inf,1.0,1.15,10"), DataQualityError, "high is inf at line 3"),
    ("high below low", rows(row0="2025-06-02 10:00,1.1,1.0,1.2,1.15,10"), DataQualityError, "impossible bar at line 2"),
    (
        "close above high",
        rows(row3="2025-06-02 10:03,1.1,1.2,1.0,1.25,10"),
        DataQualityError,
        "impossible bar at line 5",
    ),
    (
        "word for a price",
        rows(row3="2025-06-02 10:03,1.1,1.2,n/a,1.15,10"),
        DataFormatError,
        "'n/a' in column 'low', line 5",
    ),
    (
        "word for a time",
        rows(row3="yesterday,1.1,1.2,1.0,1.15,10"),
        DataFormatError,
        "'yesterday' is not a time like .*, line 5",
    ),
    ("no time in a row", rows(row3=",1.1,1.2,1.0,1.15,10"), DataFormatError, "no time, line 5"),
    ("first time bad", rows(row0="soon,1.1,1.2,1.0,1.15,10"), DataFormatError, "'soon' is not a time, line 2"),
    (
        "impossible date",
        rows(row3="2025-06-31 10:03,1.1,1.2,1.0,1.15,10"),
        DataFormatError,
        "'2025-06-31 10:03' is not a time",
    ),
    (
        "far future",
        HEADER + "9025-06-02 10:00,1.1,1.2,1.0,1.15,10\n",
        DataFormatError,
        "is not a time between 1900 and 2100",
    ),
    ("bad volume", rows(row2="2025-06-02 10:02,1.1,1.2,1.0,1.15,NaN"), DataQualityError, "volume is not a number"),
    ("one row", HEADER + GOOD[0], DataFormatError, "one row does not tell its time frame"),
    (
        "seconds",
        HEADER + "".join(f"2025-06-02 10:00:{s:02},1,1,1,1,1\n" for s in range(9)),
        DataFormatError,
        "1 s apart",
    ),
    (
        "mixed frames",
        HEADER
        + "".join(f"2025-06-02 1{m // 60}:{m % 60:02},1,1,1,1,1\n" for m in (0, 5, 10, 15, 16, 17, 20, 25, 30, 35, 40)),
        DataFormatError,
        "are mixed",
    ),
]

ALPHABET = '0123456789,;\t\n"-:. TZ+eNa\x00é|'
SOUND = (
    rows(),
    "".join(f"20180103 17{m:02}00;1,1;1,2;1,0;1,15;0\n" for m in range(9)),
    "time,bid,ask\n" + "".join(f"{1_748_858_400_000 + 20_000 * k},1.1,1.2\n" for k in range(12)),
    "<DATE>\t<TIME>\t<OPEN>\t<HIGH>\t<LOW>\t<CLOSE>\t<SPREAD>\n"
    + "".join(f"2025.06.01\t21:{m:02}:00\t1.1\t1.2\t1.0\t1.15\t7\n" for m in range(9)),
)


@pytest.mark.parametrize(("text", "kind", "message"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_one_clear_error(write: Callable[..., Path], text: str, kind: type[PinewrightError], message: str) -> None:
    path = write(text)
    with pytest.raises(DataError, match=message) as caught:
        load_bars(path)
    assert type(caught.value) is kind
    assert caught.value.where == str(path)
    assert caught.value.hint
    assert "\n" not in caught.value.what


def test_missing_file_names_its_neighbours(write: Callable[..., Path]) -> None:
    path = write(HEADER)
    with pytest.raises(DataNotFoundError, match="no such file") as caught:
        load_bars(path.with_name("EURUS.csv"))
    assert "EURUSD.csv" in str(caught.value.hint)


def test_folder(tmp_path: Path) -> None:
    with pytest.raises(DataFormatError, match="is a folder"):
        load_bars(tmp_path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"PK\x03\x04rest", "a zip archive or a spreadsheet"),
        (b"\x1f\x8brest", "a gzip archive"),
        (b"\x89PNG\0\0\0", "a binary file"),
        (b"PAR1 but nothing more", "a Parquet file that cannot be read"),
    ],
)
def test_foreign_files(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "EURUSD.csv"
    path.write_bytes(content)
    with pytest.raises(DataFormatError, match=message):
        load_bars(path)


def test_parquet_faults(tmp_path: Path) -> None:
    path = tmp_path / "EURUSD.parquet"
    columns = {name: [1.0, 1.0] for name in ("open", "high", "low", "close")}
    pl.DataFrame({"time": [], **{name: [] for name in columns}}).write_parquet(path)
    with pytest.raises(DataFormatError, match="without rows"):
        load_bars(path)
    pl.DataFrame({"time": [1_748_811_600, 1_748_811_600], **columns}).write_parquet(path)
    with pytest.raises(DataQualityError, match="stands twice, again at row 2"):
        load_bars(path)
    pl.DataFrame({"time": [1_748_811_600, None], **columns}).write_parquet(path)
    with pytest.raises(DataFormatError, match="no time, row 2"):
        load_bars(path)
    pl.DataFrame({"time": [True, False], **columns}).write_parquet(path)
    with pytest.raises(DataFormatError, match="holds Boolean, not times"):
        load_bars(path)
    pl.DataFrame({"time": [1_748_811_600, 1_748_811_660], **columns, "volume": [[1], [2]]}).write_parquet(path)
    with pytest.raises(DataFormatError, match="not numbers"):
        load_bars(path)


def test_ticks_may_share_a_time_and_never_go_back(write: Callable[..., Path]) -> None:
    head = "time,bid,ask\n2025-06-02 10:00:00.000,1.1,1.2\n2025-06-02 10:00:00.000,1.1,1.2\n"
    more = "".join(f"2025-06-02 10:0{m}:00.000,1.1,1.2\n" for m in (1, 2, 3))
    assert len(load_bars(write(head + more))[0]) == 3
    with pytest.raises(DataQualityError, match="times go back at line 7"):
        load_bars(write(head + more + "2025-06-02 10:00:00.000,1.1,1.2\n"))
    with pytest.raises(DataQualityError, match="bid is 0 at line 7"):
        load_bars(write(head + more + "2025-06-02 10:04:00.000,0,1.2\n"))


def test_unknown_symbol(write: Callable[..., Path]) -> None:
    path = write(rows(), "prices.csv")
    with pytest.raises(SymbolError, match="holds no known symbol") as caught:
        load_bars(path)
    assert "EURUSD" in str(caught.value.hint)
    with pytest.raises(SymbolError, match="unknown symbol 'EURUSB'") as caught:
        load_bars(path, "EURUSB")
    assert "'EURUSD'" in str(caught.value.hint)
    assert load_bars(path, "eur/usd")[1].symbol_reason == "as asked"


def test_unknown_time_frame_zone_and_window(write: Callable[..., Path]) -> None:
    path = write(rows())
    with pytest.raises(SymbolError, match="unknown time frame '15x'"):
        load_bars(path, timeframe="15x")
    with pytest.raises(UsageError, match="unknown time zone 'Mars'"):
        load_bars(path, timezone="Mars")
    with pytest.raises(UsageError, match="-1 days"):
        load_bars(path, days=-1)
    with pytest.raises(UsageError, match="at once"):
        load_bars(path, days=1, start=0, end=1)
    with pytest.raises(UsageError, match="starts at 1970-01-01 00:01 and ends at"):
        load_bars(path, start=60_000, end=0)


def test_coarser_rows_name_both_time_frames(write: Callable[..., Path]) -> None:
    text = HEADER + "".join(f"2025-06-02 {h:02}:00,1.1,1.2,1.0,1.15,10\n" for h in range(6))
    with pytest.raises(DataFormatError, match="bars of 1h cannot be made into bars of 15m") as caught:
        load_bars(write(text), timeframe="15m")
    assert "EURUSD.csv" in str(caught.value.where)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damage_never_ends_in_another_error(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Random edits of good files are read or refused with an error of ours."""
    text = list(data.draw(st.sampled_from(SOUND)))
    for _ in range(data.draw(st.integers(1, 5))):
        place, length = data.draw(st.integers(0, max(0, len(text) - 1))), data.draw(st.integers(0, 30))
        text[place : place + length] = data.draw(st.text(ALPHABET, max_size=3))
    path = tmp_path_factory.getbasetemp() / "EURUSD.csv"
    path.write_bytes("".join(text).encode())
    timeframe = data.draw(st.sampled_from((None, "1m", "5m")))
    with contextlib.suppress(PinewrightError):
        bars, report = load_bars(path, timeframe=timeframe)
        assert len(bars) > 0
        assert report.one_line()
        assert report.as_dict()
