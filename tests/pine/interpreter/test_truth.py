"""The second opinion has TradingView's numbers too: every value of its exported series, to the last bit."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest

from pinewright.market import Bars, FloatArray, Symbol, Timeframe
from pinewright.pine.checker import check
from pinewright.pine.interpreter import Interpreter

MEMBERS = {"base": 0, "upper": 1, "lower": 2, "dip": 0, "dim": 1, "adx": 2, "macd": 0, "signal": 1, "hist": 2}
CHECKED = (
    "sma ema rma wma bb bbw dmi macd rsi stoch highest lowest tr atr wpr cci".split(),
    ("ma", "bb", "dmi", "macd", "mfi+rsi+stoch", "highest+lowest", "tr", "wpr", "cci+cmo+cog"),
)
"""Functions of the subset, and the files that hold their values."""


def table(path: Path) -> dict[str, FloatArray]:
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def bars(columns: dict[str, FloatArray]) -> Bars:
    time = (columns["time"] * 1000).astype(np.int64)
    prices = [columns[name] for name in ("open", "high", "low", "close")]
    return Bars(
        Symbol.get("EURUSD"), Timeframe(30), time, prices[0], prices[1], prices[2], prices[3], columns["Volume"]
    )


def declaration(name: str, header: str) -> str:
    """The line that gives a variable the value which the header of a column names."""
    call, found, member = header.partition(").")
    if not found:
        return f"{name} = {header}"
    names = ["_", "_", "_"]
    names[MEMBERS[member]] = name
    return f"[{', '.join(names)}] = {call})"


@pytest.mark.parametrize("file", CHECKED[1])
def test_every_value_of_the_series(shared: Path, file: str) -> None:
    columns = table(shared / "ground_truth" / "series" / f"{file}.csv")
    headers = [h for h in columns if h.removeprefix("ta.").partition("(")[0] in CHECKED[0]]
    names = tuple(f"v{place}" for place in range(len(headers)))
    lines = [declaration(name, header) for name, header in zip(names, headers, strict=True)]
    checked = check("\n".join(["//@version=6", 'indicator("i")', *lines]) + "\n")
    found = [outcome.values for outcome in Interpreter(checked, bars(columns), watch=names).bars()]
    for place, header in enumerate(headers):
        ours = [row[place] for row in found]
        theirs = columns[header].tolist()
        unlike = [
            k for k, (a, b) in enumerate(zip(ours, theirs, strict=True)) if a != b and not (math.isnan(b) and a != a)
        ]
        assert unlike == [], f"{header}: bar {unlike[0]} is {ours[unlike[0]]} and not {theirs[unlike[0]]}"


def test_crossings(shared: Path) -> None:
    columns = table(shared / "ground_truth" / "series" / "cross.csv")
    source = """//@version=6
indicator("i")
ema1 = ta.ema(close, 5)
ema2 = ta.ema(close, 11)
over = ta.crossover(ema1, ema2)
under = ta.crossunder(ema1, ema2)
"""
    found = [outcome.values for outcome in Interpreter(check(source), bars(columns), watch=("over", "under")).bars()]
    assert [over for over, _ in found] == (columns["ta.crossover(ema1, ema2)"] == 1).tolist()
    assert [under for _, under in found] == (columns["ta.crossunder(ema1, ema2)"] == -1).tolist()
    assert sum(bool(over) for over, _ in found) > 3
