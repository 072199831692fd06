"""Values of a script on each bar, read off the trades of a real run: each bar buys a quantity that tells the value."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from pinewright.backtest.engine import Engine
from pinewright.market import Bars
from pinewright.pine.compiler import compile_script
from pinewright.program import Program

from .support import TEST, checked_script, random_bars

SYMBOL = replace(TEST, quantity_step=1e-6)
BARS = random_bars(4, 40, SYMBOL)
SHIFT = 1_000_000.0
"""Added to each value, so that quantities are positive; na is a quantity of 1."""


def program_of(
    body: str, values: tuple[str, ...], version: int = 6, overrides: Mapping[str, object] | None = None
) -> Program:
    """The program of a script that shows these values."""
    head = 'strategy("s", process_orders_on_close = true, initial_capital = 1e15, margin_long = 0, margin_short = 0)'
    lines = [f"//@version={version}", head, *body.strip().splitlines()]
    for place, value in enumerate(values):
        lines.append(f"float shown_{place} = {value}")
        quantity = f"na(shown_{place}) ? 1.0 : shown_{place} + {SHIFT}"
        lines.append(f'strategy.order("{place}", strategy.long, qty = {quantity})')
    return compile_script(checked_script("\n".join(lines) + "\n"), overrides=overrides)


def shown(
    body: str, *values: str, version: int = 6, bars: Bars = BARS, overrides: Mapping[str, object] | None = None
) -> list[list[float]]:
    """Each value on each bar."""
    program = program_of(body, values, version, overrides)
    inputs = np.array([item.default for item in program.inputs], dtype=np.float64)
    found = [[math.nan] * len(bars) for _ in values]
    bar_of = {int(time): bar for bar, time in enumerate(bars.time)}
    for trade in Engine(program, bars).trades(inputs, first=0):
        shown_value = trade.quantity - SHIFT if trade.quantity > 1.0 else math.nan
        found[int(trade.entry_signal)][bar_of[trade.entry_time]] = shown_value
    return found


def same(ours: list[float], theirs: list[float]) -> bool:
    """Equal lists, na being equal to na."""
    return [None if math.isnan(x) else x for x in ours] == [None if math.isnan(x) else float(x) for x in theirs]
