"""Strategies of TradingView's exported lists as Programs written by hand, and the bars they ran on."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.market import Bars, Symbol, Timeframe
from pinewright.program import (
    ClockColumn,
    InputKind,
    Program,
    ProgramColumn,
    ProgramInput,
    QuantityType,
    StrategySettings,
)

STEP: Final = "def step(view: BarView, i: int, p: Floats, c: Columns, s: Floats, h: Columns, b: Broker) -> None:\n"
COLUMN: Final = "(view: BarView, p: Floats, c: Columns, out: Floats, s: Floats, h: Columns, n: int) -> None:\n"
MARKET: Final = "math.nan, math.nan, math.nan, -1, 0"

_MACD: Final = f"""
def ema(x: Floats, length: int, out: Floats, n: int) -> None:
    total = 0.0
    seen = 0
    value = math.nan
    for i in range(n):
        if x[i] == x[i]:
            seen += 1
            total += x[i]
            if seen == length:
                value = total / length
            elif seen > length:
                value = value + 2.0 / (length + 1) * (x[i] - value)
        out[i] = value

def fast{COLUMN}    ema(view.close, int(p[0]), out, n)

def slow{COLUMN}    ema(view.close, int(p[1]), out, n)

def line{COLUMN}
    for i in range(n):
        out[i] = c[0][i] - c[1][i]

def delta{COLUMN}
    ema(c[2], int(p[2]), out, n)
    for i in range(n):
        out[i] = c[2][i] - out[i]

{STEP}
    if i > 0 and c[3][i] > 0.0 and c[3][i - 1] <= 0.0:
        order_entry(b, view, i, 0, True, {MARKET}, 0)
    if i > 0 and c[3][i] < 0.0 and c[3][i - 1] >= 0.0:
        order_entry(b, view, i, 1, False, {MARKET}, 1)
"""

_CHANNEL: Final = f"""
def top{COLUMN}
    for i in range(n):
        value = math.nan
        if i >= int(p[0]) - 1:
            value = view.high[i]
            for k in range(int(p[0])):
                value = max(value, view.high[i - k])
        out[i] = value

def bottom{COLUMN}
    for i in range(n):
        value = math.nan
        if i >= int(p[0]) - 1:
            value = view.low[i]
            for k in range(int(p[0])):
                value = min(value, view.low[i - k])
        out[i] = value

{STEP}
    if i >= int(p[0]):
        order_entry(b, view, i, 0, True, math.nan, math.nan, c[0][i] + view.mintick, -1, 0, 0)
    order_entry(b, view, i, 1, False, math.nan, math.nan, c[1][i] - view.mintick, -1, 0, 1)
"""

_BAR_UP: Final = f"""
{STEP}
    if i > 0 and view.close[i] > view.open[i] + 1e-10 and view.open[i] > view.close[i - 1] + 1e-10:
        order_entry(b, view, i, 0, True, {MARKET}, -1)
    if i > 0 and view.close[i] < view.open[i] - 1e-10 and view.open[i] < view.close[i - 1] - 1e-10:
        order_entry(b, view, i, 1, False, {MARKET}, -1)
"""

_TURNS: Final = f"""
{STEP}
    since = i - int(p[1])
    if since >= 0 and since % int(p[0]) == 0:
        if since // int(p[0]) % 2 == 0:
            order_entry(b, view, i, 0, True, {MARKET}, -1)
        else:
            order_entry(b, view, i, 1, False, {MARKET}, -1)
"""


def _program(
    name: str,
    text: str,
    inputs: Iterable[tuple[str, float]],
    columns: tuple[ProgramColumn | ClockColumn, ...],
    settings: StrategySettings,
    strings: tuple[str, ...],
) -> Program:
    declared = tuple(ProgramInput(title, title, InputKind.INT, value, 1) for title, value in inputs)
    return Program(name, text, declared, columns, settings, strings, 0, 0, name)


def _column(name: str, inputs: tuple[int, ...], columns: tuple[int, ...] = ()) -> ProgramColumn:
    return ProgramColumn(name, inputs, columns)


LISTS: Final = {
    "macd": _program(
        "macd",
        _MACD,
        (("fast", 12), ("slow", 26), ("smooth", 9)),
        (_column("fast", (0,)), _column("slow", (1,)), _column("line", (), (0, 1)), _column("delta", (2,), (2,))),
        StrategySettings(),
        ("MacdLE", "MacdSE"),
    ),
    "channelbreakout": _program(
        "channelbreakout",
        _CHANNEL,
        (("length", 5),),
        (_column("top", (0,)), _column("bottom", (0,))),
        StrategySettings(),
        ("ChBrkLE", "ChBrkSE"),
    ),
    "barupdn": _program(
        "barupdn",
        _BAR_UP,
        (),
        (),
        StrategySettings(quantity_type=QuantityType.PERCENT_OF_EQUITY, quantity_value=10),
        ("BarUp", "BarDn"),
    ),
    "slippage_direction": _program(
        "slippage_direction",
        _TURNS,
        (("interval", 10), ("first", 20)),
        (),
        StrategySettings(initial_capital=10_000, slippage=15, commission_value=0.1),
        ("Long", "Short"),
    ),
}
"""The four lists of shared ground truth; their scripts lie beside them as Pine."""


def read_bars(path: Path, symbol: str, timeframe: str) -> Bars:
    """Bars of a CSV with the columns time (ISO 8601) or timestamp (ms), open, high, low, close and volume."""
    with path.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    if "time" in rows[0]:
        time = [round(datetime.fromisoformat(row["time"]).timestamp() * 1000) for row in rows]
    else:
        time = [int(row["timestamp"]) for row in rows]
    volume = "Volume" if "Volume" in rows[0] else "volume"
    names = ("open", "high", "low", "close", volume)
    opened, high, low, close, traded = (np.array([float(row[name]) for row in rows]) for name in names)
    stamps = np.array(time, dtype=np.int64)
    return Bars(Symbol.get(symbol), Timeframe.parse(timeframe), stamps, opened, high, low, close, traded)


def clocked(name: str, body: str, settings: StrategySettings) -> Program:
    """A program of a step alone, with the UTC clock, the position and the bar at hand.

    Texts in quotes become numbers of strings, ``nan`` is an argument that is not given, and ``ENTRY(``, ``EXIT(``,
    ``CLOSE(``, ``CLOSE_ALL(`` and ``CANCEL(`` stand for the order functions with their first three arguments.
    """
    strings: list[str] = []

    def number(match: re.Match[str]) -> str:
        if match[1] not in strings:
            strings.append(match[1])
        return str(strings.index(match[1]))

    body = re.sub(r'"([^"]*)"', number, body)
    body = re.sub(r"\bnan\b", "math.nan", body)
    body = re.sub(r"\b([A-Z_]+)\(", lambda match: f"order_{match[1].lower()}(b, view, i, ", body)
    head = """
    hour = c[0][i]
    minute = c[1][i]
    position = b.position_size
    average = b.position_avg_price
    close = view.close[i]
    high = view.high[i]
    low = view.low[i]
    start = view.open[i]
    tick = view.mintick
"""
    text = STEP + head + "\n".join(f"    {line}" for line in body.strip("\n").splitlines()) + "\n"
    clock = tuple(ClockColumn(part, "UTC") for part in ("hour", "minute"))
    return Program(name, text, (), clock, settings, tuple(strings), 0, 0, name)
