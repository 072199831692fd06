"""Values that TradingView exported, and the Pine that gives them: python -m tests.indicators.tradingview FOLDER.

FOLDER holds one CSV for each of ``CASES``: bars from the first of their chart and a column for each expression. As a
program it prints a line for each column: how many values are not na, na on the same bars, equal within the rule (1e-10
relative, 1e-12 near zero), equal bit for bit.
"""

from __future__ import annotations

import csv
import sys
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path

import numpy as np

from pinewright.backtest.series import ColumnEngine
from pinewright.market import Bars, FloatArray, Symbol, Timeframe
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_series

NO_VALUE = 1e100
"""Stands for na in one of the files."""
_CHANGES = "ta.vwap(close, timeframe.change(&quot;{}&quot;)"
_LEVELS = ("P", "R1", "S1", "R2", "S2", "R3", "S3", "R4", "S4", "R5", "S5")


@dataclass(frozen=True)
class Case:
    """A file: statements that come first, and Pine by header of the column where it is not the header itself."""

    minutes: int
    before: str = ""
    pine: dict[str, str] = field(default_factory=dict)


def _pivots() -> Case:
    """The prelude's own functions as the script's: they give the levels as a tuple, and an array is no column."""
    source = resources.files("pinewright.pine.compiler").joinpath("prelude/pivots.pine").read_text(encoding="utf-8")
    types = {"trad": "Traditional", "fib": "Fibonacci", "dm": "DM", "cam": "Camarilla", "woodie": "Woodie"}
    calls = (
        f"[{', '.join(f'{level}_{short}' for level in _LEVELS)}] = "
        f'pivot_point_levels("{name}", timeframe.change("D"), false)'
        for short, name in types.items()
    )
    return Case(30, "\n".join([source, *calls]))


CASES: dict[str, Case] = {
    "accdist+pvi+pvt+wad+wvad": Case(60),
    "bb": Case(
        60,
        "[base, upper, lower] = ta.bb(close, 20, 2)",
        {f"ta.bb(close, 20, 2).{name}": name for name in ("base", "upper", "lower")},
    ),
    "cci+cmo+cog": Case(60),
    "correlation": Case(60, "", {"correlation": "ta.correlation(ta.sma(close, 20), ta.ema(close, 10), 20)"}),
    "cross": Case(
        60,
        "ema1 = ta.ema(close, 5)\nema2 = ta.ema(close, 11)",
        {
            "ta.cross(ema1, ema2)": "ta.cross(ema1, ema2) ? 0.5 : 0",
            "ta.crossover(ema1, ema2)": "ta.crossover(ema1, ema2) ? 1 : 0",
            "ta.crossunder(ema1, ema2)": "ta.crossunder(ema1, ema2) ? -1 : 0",
        },
    ),
    "dmi": Case(
        60,
        "[dip, dim, adx] = ta.dmi(17, 14)",
        {f"ta.dmi(17, 14).{name}": name for name in ("dip", "dim", "adx")},
    ),
    "falling+rising": Case(
        60,
        "ema = ta.ema(close, 20)",
        {
            "ta.falling(ema, 5)": "ta.falling(ema, 5) ? -1 : 0",
            "ta.rising(ema, 5)": "ta.rising(ema, 5) ? 1 : 0",
        },
    ),
    "highest+lowest": Case(60),
    "iii+nvi+obv": Case(60),
    "kc": Case(
        60,
        "[base, upper, lower] = ta.kc(close, 20, 2)",
        {f"ta.kc(close, 20, 2).{name}": name for name in ("base", "upper", "lower")},
    ),
    "linreg": Case(30),
    "ma": Case(60),
    "macd": Case(
        60,
        "[macd, signal, hist] = ta.macd(close, 12, 26, 9)",
        {f"ta.macd(close, 12, 26, 9).{name}": name for name in ("macd", "signal", "hist")},
    ),
    "mfi+rsi+stoch": Case(60),
    "min+max+median+mode": Case(
        60,
        "",
        {
            "min(close)": "ta.min(close)",
            "max(close)": "ta.max(close)",
            "median(close)": "ta.median(close, 20)",
            "mode(close)": "ta.mode(close, 20)",
        },
    ),
    "pivot": Case(30),
    "pivot_point_levels": _pivots(),
    # The headers of this file name other percentages than the script that was exported had.
    "ppp": Case(
        30,
        "",
        {
            "ta.percentile_linear_interpolation(close, 20, 30)": "ta.percentile_linear_interpolation(close, 20, 20)",
            "ta.percentile_nearest_rank(close, 20, 0)": "ta.percentile_nearest_rank(close, 20, 20)",
        },
    ),
    "range": Case(60),
    "rci": Case(30),
    "sar": Case(30),
    "supertrend": Case(
        30,
        "[line, direction] = ta.supertrend(3, 10)",
        {
            "ta.supertrend(3, 10).up": "direction < 0 ? line : na",
            "ta.supertrend(3, 10).down": "direction < 0 ? na : line",
        },
    ),
    "tr": Case(60),
    "tsi": Case(60),
    "valuewhen": Case(60, "slow = ta.sma(close, 7)\nfast = ta.sma(close, 14)"),
    "valuewhen_na": Case(
        30,
        "",
        {
            **{f"v{k}": f"ta.valuewhen(bar_index % 3 == 0, bar_index % 2 == 0 ? na : close, {k})" for k in range(3)},
            "w0": "ta.valuewhen(bar_index % 3 == 0, close, 0)",
        },
    ),
    "vwap": Case(
        15,
        '[vwap, upper_band, lower_band] = ta.vwap(close, timeframe.change("360"), 2.0)',
        {
            _CHANGES.format("240") + ")": 'ta.vwap(close, timeframe.change("240"))',
            **{f"{_CHANGES.format('360')}, 2.0).{name}": name for name in ("vwap", "upper_band", "lower_band")},
        },
    ),
    "wpr": Case(60),
}


@dataclass(frozen=True)
class Outcome:
    """One column: values that are not na, bars where na stands on one side alone, values near enough, equal ones."""

    known: int
    misplaced: int
    near: int
    bits: int


def read(file: Path) -> dict[str, FloatArray]:
    with file.open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def as_bars(table: dict[str, FloatArray], minutes: int) -> Bars:
    time = (table["time"] * 1000).astype(np.int64)
    open_, high, low, close, volume = (table[name] for name in ("open", "high", "low", "close", "Volume"))
    return Bars(Symbol.get("EURUSD"), Timeframe(minutes), time, open_, high, low, close, volume)


def compared(folder: Path, name: str) -> dict[str, Outcome]:
    """Every column of a file beside ours, by its header."""
    case, table = CASES[name], read(folder / f"{name}.csv")
    own = {"time", "open", "high", "low", "close", "Volume", "hl2"}
    headers = [header for header in table if header not in own]
    lines = [f"column{k} = {case.pine.get(header, header)}" for k, header in enumerate(headers)]
    names = tuple(f"column{k}" for k in range(len(headers)))
    checked = check("\n".join(['//@version=6\nindicator("columns")', case.before, *lines, ""]))
    series = compile_series(checked, names)
    found = ColumnEngine(series.program).compute(as_bars(table, case.minutes), series.columns)
    return {header: _outcome(ours, table[header]) for header, ours in zip(headers, found, strict=True)}


def _outcome(ours: FloatArray, exported: FloatArray) -> Outcome:
    theirs = np.where(exported == NO_VALUE, np.nan, exported)
    both = ~np.isnan(theirs) & ~np.isnan(ours)
    near = np.abs(ours - theirs)[both] <= np.maximum(1e-12, 1e-10 * np.abs(theirs[both]))
    misplaced = int((np.isnan(ours) != np.isnan(theirs)).sum())
    return Outcome(int((~np.isnan(theirs)).sum()), misplaced, int(near.sum()), int((ours == theirs)[both].sum()))


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__)
        return 2
    total = Outcome(0, 0, 0, 0)
    for name in CASES:
        for header, found in compared(Path(arguments[0]), name).items():
            print(f"{name:25} {header:75} {found.known:6} {found.misplaced:4} {found.near:6} {found.bits:6}")
            total = Outcome(*(a + b for a, b in zip(vars(total).values(), vars(found).values(), strict=True)))
    print(f"{total.known} values, {total.misplaced} na elsewhere, {total.near} near, {total.bits} equal bit for bit")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
