"""A large script for the compiler, as long as long strategies of the public probes: objects, loops, a method."""

from __future__ import annotations

from typing import Final

PARTS: Final = 12
INDICATORS: Final = (
    "ta.ema(close, {length})",
    "ta.rsi(close, {length})",
    "ta.wma(hl2, {length})",
    "ta.atr({length})",
    "ta.cci(close, {length})",
    "ta.stdev(close, {length})",
    "ta.linreg(close, {length}, 0)",
)

_HEAD: Final = """//@version=6
strategy("Large", initial_capital = 10000, default_qty_type = strategy.fixed, default_qty_value = 1000)
type Level
    float price
    int bar
    int touches = 0
method isNear(Level this, float reach) =>
    math.abs(close - this.price) <= reach
float score = 0
"""
_PART: Final = """
// Part {k}
length{k} = input.int({first}, "Length {k}", minval = 1)
value{k} = {indicator}
smooth{k} = ta.sma(value{k}, 5)
var levels{k} = array.new<Level>()
if ta.cross(value{k}, smooth{k})
    levels{k}.push(Level.new(close, bar_index))
    if levels{k}.size() > 10
        levels{k}.shift()
near{k} = 0
for level in levels{k}
    if level.isNear(10 * syminfo.mintick)
        level.touches += 1
        near{k} += level.touches
score += value{k} > smooth{k} ? near{k} : -near{k}
"""
_FOOT: Final = """
if score > 3 and strategy.position_size <= 0
    strategy.entry("Long", strategy.long)
if score < -3 and strategy.position_size >= 0
    strategy.entry("Short", strategy.short)
strategy.exit("Out", "Long", profit = 200, loss = 100)
strategy.exit("Out", "Short", profit = 200, loss = 100)
"""


def large_script() -> str:
    """Pine v6 of some 210 lines: parts that differ in their indicator, its length and their levels."""
    parts = []
    for k in range(PARTS):
        indicator = INDICATORS[k % len(INDICATORS)].format(length=f"length{k}")
        parts.append(_PART.format(k=k, first=10 + k, indicator=indicator))
    return "".join((_HEAD, *parts, _FOOT))
