"""TradingView's export of a chart is bars: its name tells the symbol, its plots are left aside and told."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pinewright.data import load_bars
from pinewright.data.chart_export import chart_layout, chart_ticker
from pinewright.errors import SymbolError

ISO = """time,open,high,low,close,Basis,Volume,Plot,Plot,Spread
2022-01-02T17:00:00-05:00,1.13734,1.1376,1.13673,1.13744,NaN,2451,1,,0.3
2022-01-02T18:00:00-05:00,1.13741,1.13787,1.13695,1.1373,NaN,5655,2,,0.3
2022-01-02T19:00:00-05:00,1.1373,1.13759,1.13611,1.13621,1.13,4037,3,,0.3
"""
UNIX = """time,open,high,low,close
1641160800,1.13734,1.1376,1.13673,1.13744
1641164400,1.13741,1.13787,1.13695,1.1373
1641168000,1.1373,1.13759,1.13611,1.13621
"""


@pytest.mark.parametrize(
    ("name", "ticker"),
    [
        ("OANDA_EURUSD, 60.csv", "EURUSD"),
        ("FX_EURUSD, 15.csv", "EURUSD"),
        ("FX_IDC_EURUSD, 1D.csv", "EURUSD"),
        ("BINANCE_ETHUSDT.P, 15.csv", "ETHUSDT"),
        ("OANDA_XAUUSD, 240 (2).csv", "XAUUSD"),
        ("OANDA_EURUSD, 60_a1b2c.csv", "EURUSD"),
        ("NASDAQ_AAPL, 1D.csv", "AAPL"),
        ("EURUSD_15m.csv", None),
        ("ohlcv_ETH-USDT-USDT_15m.csv", None),
        ("my_trades, old.csv", None),
    ],
)
def test_the_ticker_in_the_name(name: str, ticker: str | None) -> None:
    assert chart_ticker(Path(name)) == ticker


def test_plots_are_left_aside_and_told(tmp_path: Path) -> None:
    path = tmp_path / "OANDA_EURUSD, 60_a1b2c.csv"
    path.write_text(ISO, encoding="utf-8")
    bars, report = load_bars(path)
    assert (bars.symbol.name, str(bars.timeframe)) == ("EURUSD", "1h")
    assert bars.spread is None
    assert bars.volume.tolist() == [2451, 5655, 4037]
    assert report.chart
    assert report.symbol_reason == "the chart's name"
    assert report.unused[0] == "Basis"
    assert "Spread" in report.unused
    assert "TradingView's chart, plots left aside: Basis, Plot, " in report.one_line()


def test_unix_times_and_offsets_are_the_same_bars(tmp_path: Path) -> None:
    for name, text in (("FX_EURUSD, 60.csv", ISO), ("FX_EURUSD, 60 (1).csv", UNIX)):
        (tmp_path / name).write_text(text, encoding="utf-8")
    first, second = (load_bars(tmp_path / name)[0] for name in ("FX_EURUSD, 60.csv", "FX_EURUSD, 60 (1).csv"))
    assert np.array_equal(first.time, second.time)
    assert np.array_equal(first.close, second.close)
    assert second.volume.tolist() == [0, 0, 0]


def test_a_chart_of_days_has_bare_dates(tmp_path: Path) -> None:
    path = tmp_path / "FX_EURUSD, 1D.csv"
    rows = [f"2022-01-{day:02d},1.13,1.14,1.12,1.135" for day in (3, 4, 5, 6, 7)]
    path.write_text("\n".join(["time,open,high,low,close", *rows]), encoding="utf-8")
    bars, _ = load_bars(path)
    assert str(bars.timeframe) == "1d"
    assert bars.time[0] == 1_641_160_800_000  # Sunday 17:00 New York


def test_the_same_columns_under_another_name_are_a_file_of_ones_own(tmp_path: Path) -> None:
    assert chart_layout(["time", "open", "high", "low", "close", "spread"], tmp_path / "EURUSD_60.csv") is None
    assert chart_layout(["time", "close"], tmp_path / "FX_EURUSD, 60.csv") is None


def test_a_ticker_that_is_not_known_is_named(tmp_path: Path) -> None:
    path = tmp_path / "NASDAQ_AAPL, 60.csv"
    path.write_text(UNIX, encoding="utf-8")
    with pytest.raises(SymbolError, match="AAPL"):
        load_bars(path)
    assert load_bars(path, "EURUSD")[0].symbol.name == "EURUSD"
