"""Columns equal to what TradingView exported: na on the same bars, and every value to the last bit."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from pinewright.indicators import IndicatorCalculator
from pinewright.market import Bars, FloatArray, Symbol, Timeframe

MEMBERS = {"base": "middle", "dip": "plus", "dim": "minus", "macd": "line", "hist": "histogram"}
"""TradingView's own tuples have no names: the files' names for the members, and ours."""

BITS: dict[str, dict[str, int]] = {
    "ma": {
        "ta.sma(close, 10)": 141,
        "ta.sma(hl2, 20)": 131,
        "ta.sma(hlc3, 15)": 136,
        "ta.ema(close, 20)": 131,
        "ta.ema(ohlc4, 10)": 141,
        "ta.rma(hlcc4, 5)": 146,
        "ta.rma(high, 15)": 136,
        "ta.wma(close, 5)": 146,
        "ta.wma(close, 20)": 131,
    },
    "bb": {
        "ta.bb(close, 20, 2).base": 131,
        "ta.bb(close, 20, 2).upper": 131,
        "ta.bb(close, 20, 2).lower": 131,
        "ta.bbw(close, 20, 2.1)": 131,
    },
    "dmi": {"ta.dmi(17, 14).dip": 183, "ta.dmi(17, 14).dim": 183, "ta.dmi(17, 14).adx": 170},
    "macd": {
        "ta.macd(close, 12, 26, 9).macd": 175,
        "ta.macd(close, 12, 26, 9).signal": 167,
        "ta.macd(close, 12, 26, 9).hist": 167,
    },
    "mfi+rsi+stoch": {"ta.rsi(close, 14)": 186, "ta.stoch(close, high, low, 20)": 181},
    "highest+lowest": {
        "ta.highest(10)": 141,
        "ta.highest(close, 10)": 141,
        "ta.lowest(10)": 141,
        "ta.lowest(close, 10)": 141,
    },
    "tr": {"ta.tr(false)": 99, "ta.tr(true)": 100, "ta.tr": 99, "ta.atr(14)": 87},
    "wpr": {"ta.wpr(20)": 131},
    "cci+cmo+cog": {"ta.cci(close, 20)": 131},
}
"""File -> column -> number of values that are equal bit for bit: in each of these, all that are not na."""


def read(file: Path) -> dict[str, FloatArray]:
    with file.open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def as_bars(table: dict[str, FloatArray]) -> Bars:
    time = (table["time"] * 1000).astype(np.int64)
    open_, high, low, close, volume = (table[name] for name in ("open", "high", "low", "close", "Volume"))
    return Bars(Symbol.get("EURUSD"), Timeframe(60), time, open_, high, low, close, volume)


def column(calculator: IndicatorCalculator, bars: Bars, header: str) -> FloatArray:
    call, found, member = header.partition(").")
    if not found:
        return calculator.calculate(bars, [header])[header]
    return calculator.calculate(bars, [f"{call})"])[f"{call}).{MEMBERS.get(member, member)}"]


@pytest.fixture(scope="module")
def calculator(tmp_path_factory: pytest.TempPathFactory) -> IndicatorCalculator:
    return IndicatorCalculator(cache_dir=tmp_path_factory.mktemp("kernels"))


@pytest.mark.parametrize("name", BITS)
def test_equal_to_tradingview(shared: Path, calculator: IndicatorCalculator, name: str) -> None:
    table = read(shared / "ground_truth" / "series" / f"{name}.csv")
    bars = as_bars(table)
    for header, bits in BITS[name].items():
        ours, theirs = column(calculator, bars, header), table[header]
        known = ~np.isnan(theirs)
        assert (np.isnan(ours) == ~known).all(), f"{header}: na on other bars"
        np.testing.assert_allclose(ours[known], theirs[known], rtol=1e-10, atol=1e-12, err_msg=header)
        assert int((ours == theirs)[known].sum()) == bits == int(known.sum()), header
