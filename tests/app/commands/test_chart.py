"""`pinewright chart`: a PNG from a file of bars, what it says, and what is refused before a file is there."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from PIL import Image

from pinewright.app.cli import MainApplication
from pinewright.backtest.trades import write_trades
from pinewright.charts.palette import BLUE_ORANGE
from pinewright.market import Symbol, Trades
from pinewright.patterns.detector import pattern as pattern_named

MONDAY = 1_736_121_600  # 2025-01-06 00:00 UTC


@pytest.fixture(autouse=True)
def _compiled_once(kernels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PINEWRIGHT_CACHE_DIR", str(kernels))


@pytest.fixture
def bars(tmp_path: Path) -> Path:
    """400 bars of a quarter of an hour, over a weekend's gap too."""
    generator = np.random.default_rng(3)
    steps = generator.integers(-20, 21, (400, 4)) * 1e-5
    opened = 1.1 + np.concatenate([[0.0], np.cumsum(steps[:-1].sum(axis=1))])
    path = opened[:, None] + np.cumsum(steps, axis=1)
    rows = ["time,open,high,low,close,volume"]
    for place, (first, walk) in enumerate(zip(opened, path, strict=True)):
        high, low = max(first, *walk), min(first, *walk)
        rows.append(f"{MONDAY + 900 * place},{first:.5f},{high:.5f},{low:.5f},{walk[-1]:.5f},{10 + place % 7}")
    file = tmp_path / "EURUSD_15m.csv"
    file.write_text("\n".join(rows) + "\n")
    return file


@pytest.fixture
def trades(tmp_path: Path) -> Path:
    """Ten trades, written as ``backtest --trades`` writes them: every 40 bars one of 20, long and short in turn."""
    entry = np.arange(0, 400, 40)
    time, price = (MONDAY + 900 * entry) * 1000, np.full(10, 1.1)
    profit, one, nothing = np.where(entry % 80 == 0, 5.0, -5.0), np.full(10, 1000.0), np.zeros(10)
    made = Trades(
        *(entry, entry + 20, time, time + 20 * 900_000, entry % 80 == 0, one, price, price, profit),
        *(nothing, nothing, nothing, np.zeros(10, dtype=np.bool_), ("in",) * 10, ("out",) * 10, 1e5),
    )
    file = tmp_path / "trades.csv"
    write_trades(made, Symbol.get("EURUSD"), file)
    return file


def run(*words: object) -> int:
    return MainApplication().run(["chart", *map(str, words)])


def test_a_picture_with_everything(bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "chart.png"
    words = ["--bars", bars, "--indicators", "ta.sma(close, 20)", "bb = ta.bb(close, 20, 2)", "--indicators"]
    words += ["ta.rsi(close, 14)", "ta.macd(close, 12, 26, 9)", "ta.crossover(close, ta.sma(close, 20))", "--patterns"]
    assert run(*words, "--with-timeframes", "1h,4h", "--out", out, "--json") == 0
    captured = capsys.readouterr()
    answer = json.loads(captured.out)
    assert "1280x720 pixels" in captured.err
    with Image.open(out) as image:
        assert image.size == (1280, 720) == (answer["width"], answer["height"])
    assert [item["timeframe"] for item in answer["charts"]] == ["15m", "1h", "4h"]
    first, hours, _ = answer["charts"]
    assert (first["bars"], first["from"], first["to"]) == (
        120,
        "2025-01-08T22:00:00+00:00",
        "2025-01-10T03:45:00+00:00",
    )
    names = ["ta.sma(close, 20)", "bb.middle", "bb.upper", "bb.lower"]
    assert [line["name"] for line in first["lines"]] == names
    assert [line["name"] for line in hours["lines"]] == names
    assert [[line["name"].rpartition(").")[2] for line in pane] for pane in first["panes"]] == [
        ["ta.rsi(close, 14)"],
        ["line", "signal", "histogram"],
    ]
    assert hours["panes"] == []
    assert first["conditions"][0]["bars"] > 0
    assert hours["to"] <= first["to"]
    assert first["patterns"]
    for mark in first["patterns"]:
        assert first["from"] <= mark["bar"] <= first["to"]
        assert mark["direction"] in ("up", "down", "neutral")
        assert mark["title"] == pattern_named(mark["pattern"]).title


def test_the_same_call_gives_the_same_bytes(bars: Path, tmp_path: Path) -> None:
    for name in ("a.png", "b.png"):
        assert run("--bars", bars, "--last", 50, "--size", "500x300", "--patterns", "--out", tmp_path / name) == 0
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_the_patterns_are_told_as_a_table(bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--bars", bars, "--pattern", "doji", "--pattern", "inside_bar", "--out", tmp_path / "x.png") == 0
    out = capsys.readouterr().out
    assert "bars: EURUSD 15m, 120 bars" in out
    assert "confidence" in out
    assert "known at (UTC)" in out
    rows = [line.split("  ") for line in out.splitlines() if line.startswith("2025")]
    assert rows
    for known, opened in ((row[0], row[1]) for row in rows):
        assert datetime.fromisoformat(known) - datetime.fromisoformat(opened.strip()) == timedelta(minutes=15)
    assert "said to announce" in out
    for row in (line.split() for line in out.splitlines() if line.startswith("2025")):
        assert row[5] in ("doji", "inside_bar")  # the name as --pattern takes it
        assert row[6] == "-"


def test_known_is_the_close_of_the_bar_on_the_clock_of_the_axis(
    bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["--bars", bars, "--pattern", "doji", "--out", tmp_path / "x.png"]
    assert run(*words, "--json") == 0
    marks = json.loads(capsys.readouterr().out)["charts"][0]["patterns"]
    assert marks
    for mark in marks:
        opened, known = (datetime.fromisoformat(mark[key]) for key in ("bar", "known"))
        assert known - opened == timedelta(minutes=15)
    # The file's times are seconds since 1970, so that the zone changes the clock alone: 15 minutes later, 5 hours less.
    assert run(*words, "--timezone", "America/New_York") == 0
    out = capsys.readouterr().out
    assert "known at (America/New_York)" in out
    told = [line[:16] for line in out.splitlines() if line.startswith("2025")]
    assert told == [
        (datetime.fromisoformat(mark["known"]) - timedelta(hours=5)).strftime("%Y-%m-%d %H:%M") for mark in marks
    ]


def test_a_daily_bar_is_known_at_its_trading_days_end(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--source", "simulated", "--days", 90, "--timeframe", "1d", "--pattern", "doji", "--pattern", "inside_bar"]
    assert run(*words, "--out", tmp_path / "x.png", "--json") == 0
    marks = json.loads(capsys.readouterr().out)["charts"][0]["patterns"]
    assert marks
    for mark in marks:
        opened, known = (datetime.fromisoformat(mark[key]) for key in ("bar", "known"))
        assert known - opened == timedelta(days=1)
        assert known.astimezone(ZoneInfo("America/New_York")).hour == 17


def test_one_bar_is_no_bars(bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--bars", bars, "--last", 1, "--out", tmp_path / "x.png") == 0
    assert "EURUSD 15m, 1 bar, bid" in capsys.readouterr().out


@pytest.mark.parametrize(("last", "counts"), [((), [24, 96, 23]), (("--last", 10), [10, 10, 10])])
def test_charts_beside_a_window_are_filled_from_before_it(
    bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], last: tuple[object, ...], counts: list[int]
) -> None:
    """Six hours are 24 quarters, with all whole bars since Monday's midnight beside them: they are context."""
    words = ["--bars", bars, "--from", "2025-01-09T18:00", "--to", "2025-01-10T00:00", "--with-timeframes", "1h,4h"]
    assert run(*words, *last, "--out", tmp_path / "x.png", "--json") == 0
    charts = json.loads(capsys.readouterr().out)["charts"]
    assert [chart["bars"] for chart in charts] == counts
    assert [chart["to"][:16] for chart in charts] == ["2025-01-09T23:45", "2025-01-09T23:00", "2025-01-09T18:00"]


def test_context_reaches_beyond_the_warm_up_of_a_window(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A thousand quarters before a window are ten days: a chart of days has 120 nevertheless."""
    words = ["--source", "simulated", "--from", "2026-09-01", "--to", "2026-09-02", "--with-timeframes", "1d"]
    assert run(*words, "--out", tmp_path / "x.png", "--json") == 0
    quarters, days = json.loads(capsys.readouterr().out)["charts"]
    assert (quarters["bars"], days["bars"]) == (96, 120)
    assert days["to"] < quarters["to"]


def test_a_window_is_drawn_whole(bars: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--bars", bars, "--from", "2025-01-07", "--to", "2025-01-07T12:00", "--out", tmp_path / "x.png", "--json"]
    assert run(*words) == 0
    first = json.loads(capsys.readouterr().out)["charts"][0]
    assert (first["bars"], first["from"]) == (48, "2025-01-07T00:00:00+00:00")
    assert run(*words, "--last", 10) == 0
    assert json.loads(capsys.readouterr().out)["charts"][0]["from"] == "2025-01-07T09:30:00+00:00"


def test_scale_draws_the_same_with_more_pixels(bars: Path, tmp_path: Path) -> None:
    sizes = []
    for scale in (1, 3):
        out = tmp_path / f"{scale}.png"
        assert run("--bars", bars, "--size", "400x300", "--scale", scale, "--no-volume", "--out", out) == 0
        with Image.open(out) as image:
            pixels = np.asarray(image.convert("RGB"))
        assert pixels.shape == (300 * scale, 400 * scale, 3)
        sizes.append(int((pixels == BLUE_ORANGE.up).all(axis=2).sum()) / scale**2)
    assert sizes[1] == pytest.approx(sizes[0], rel=0.1)


def test_trades_of_a_list(bars: Path, trades: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "x.png"
    words = ["--bars", bars, "--timezone", "UTC", "--size", "900x500", "--out", out, "--json"]
    assert run(*words) == 0
    plain = out.read_bytes()
    capsys.readouterr()
    assert run(*words, "--trades", trades) == 0
    drawn = json.loads(capsys.readouterr().out)["charts"][0]
    assert [(trade["number"], trade["side"]) for trade in drawn["trades"]] == [
        (8, "short"),
        (9, "long"),
        (10, "short"),
    ]
    assert drawn["trades"][0]["entry"] == "2025-01-08T22:00:00+00:00" == drawn["from"]
    assert out.read_bytes() != plain


def test_trades_of_a_report(bars: Path, trades: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A report's list holds several strategies, and its times are UTC."""
    rows = list(csv.reader(io.StringIO(trades.read_text())))
    both = [["Strategy", *rows[0]], *(["one", *row] for row in rows[1:]), *(["two", *row] for row in rows[1:])]
    report = tmp_path / "report.csv"
    with report.open("w", newline="") as file:
        file.write("# Demo on invented prices\n")
        csv.writer(file).writerows(both)
    words = ["--bars", bars, "--out", tmp_path / "x.png", "--json"]
    assert run(*words, "--trades", report, "--strategy", "two") == 0
    assert len(json.loads(capsys.readouterr().out)["charts"][0]["trades"]) == 3
    for more, said in (
        (["--trades", report], "choose one with --strategy: 'one', 'two'"),
        (["--trades", report, "--strategy", "tow"], "did you mean 'two'?"),
        (["--trades", trades, "--strategy", "two"], "--strategy belongs to a list of several strategies"),
    ):
        assert run(*words, *more) == 2
        assert said in capsys.readouterr().out


def test_a_damaged_line_of_a_report_is_named_by_its_own_place(
    bars: Path, trades: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = list(csv.reader(io.StringIO(trades.read_text())))
    both = [["Strategy", *rows[0]], *(["one", *row] for row in rows[1:]), *(["two", *row] for row in rows[1:])]
    last = len(both) - 1
    both[last] = [cell if place < 2 else "?" for place, cell in enumerate(both[last])]
    report = tmp_path / "report.csv"
    with report.open("w", newline="") as file:
        file.write("# Demo on invented prices\n")
        csv.writer(file).writerows(both)
    words = ["--bars", bars, "--out", tmp_path / "x.png", "--json", "--trades", report]
    assert run(*words, "--strategy", "two") == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert str(report) in error["where"]
    assert f"line {last + 2}" in f"{error['where']} {error['what']}"
    assert run(*words, "--strategy", "one") == 0


def test_trades_elsewhere_are_told(
    bars: Path, trades: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--bars", bars, "--last", 5, "--trades", trades, "--out", tmp_path / "x.png") == 0
    assert "none of the 10 trades of the list begins or ends in 15m bars from 2025-01-10" in capsys.readouterr().err


def test_trades_of_another_symbol_are_refused(
    bars: Path, trades: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where no listed price lies on the bars, a picture without a mark would be the answer."""
    other = tmp_path / "USDJPY_15m.csv"
    head, *rows = bars.read_text().splitlines()
    moved = []
    for row in rows:
        time, *prices, volume = row.split(",")
        moved.append(",".join([time, *(f"{float(price) * 100:.3f}" for price in prices), volume]))
    other.write_text("\n".join([head, *moved]) + "\n")
    out = tmp_path / "x.png"
    assert run("--bars", other, "--timezone", "UTC", "--trades", trades, "--out", out) == 2
    said = capsys.readouterr().err
    assert "0 of 10 listed entry prices lie on these bars (USDJPY 15m)" in said
    assert "--timezone" in said
    assert not out.exists()


def test_prices_that_hardly_lie_on_the_bars_are_told(
    bars: Path, trades: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--bars", bars, "--timezone", "UTC", "--trades", trades, "--out", tmp_path / "x.png") == 0
    assert "of 10 listed entry prices lie on these bars" in capsys.readouterr().err


def test_simulated_bars_say_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--source", "simulated", "--seed", 4, "--days", 4, "--out", tmp_path / "x.png", "--json") == 0
    first = json.loads(capsys.readouterr().out)["charts"][0]
    assert (first["invented"], first["feed"], first["bars"]) == (True, "simulated (seed 4)", 120)
    assert run("--out", tmp_path / "y.png") == 2
    assert "--source simulated" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--out", "chart.jpg"], "pictures are written as .png, not as .jpg"),
        (["--last", "0"], "--last 0 shows nothing"),
        (["--palette", "drak"], "did you mean 'dark'?"),
        (["--style", "candle"], "did you mean 'candles'?"),
        (["--size", "wide"], "is no size"),
        (["--size", "12x12"], "160 to"),
        (["--size", "160x160"], "at least"),
        (["--size", "300x300", "--last", "400"], "at most 2"),
        (["--size", "300x300", "--last", "400"], "coarser time frame (--timeframe)"),
        (["--scale", "7"], "1 to 4"),
        (["--indicators", "ta.smaa(close, 20)"], "did you mean `ta.sma`"),
        (["--indicators", "close", "--indicators", "close"], "occurs twice"),
        (["--pattern", "dojy"], "did you mean 'doji'?"),
        (["--with-timeframes", "15m"], "is there twice"),
        (["--with-timeframes", "5m"], "cannot be made into bars of 5m"),
        (["--with-timeframes", "1h,7q"], "unknown time frame"),
        (["--with-timeframes", "30m,1h,2h,4h,8h,12h"], "at most 5"),
        (["--trades", "none.csv"], "none.csv"),
        (["--strategy", "one"], "--strategy does nothing alone"),
        (["--out", "nowhere/chart.png"], "cannot be written"),
        (["--bars", "none.csv"], "no such file"),
        (["--timezone", "Mars"], "unknown time zone"),
    ],
)
def test_refusals(
    bars: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    given = [*(["--bars", str(bars)] if "--bars" not in words else [])]
    given += ["--out", "chart.png"] if "--out" not in words else []
    assert run(*given, *words) == 2
    captured = capsys.readouterr()
    assert said.lower() in captured.err.lower()
    assert captured.out == ""
    assert not list(tmp_path.glob("*.png*"))
