"""A mined shape as Pine: the distance of the last closes to a template, on exactly the bars of the detector.

The template stands as unrolled terms: an array and a loop take a line less and cost fifty times as much on each bar.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pinewright.errors import UsageError
from pinewright.generate.header import Header
from pinewright.generate.spelling import camel, spell_float, spell_string
from pinewright.generate.visual.pine_pattern import PineFunction, PinePattern, definitions
from pinewright.patterns.mining.shape import Shape, shape_pattern
from pinewright.patterns.pattern import Direction, title_of

WIDTH: Final = 110


def shape_pine(shape: Shape) -> PinePattern:
    """A function of the tolerance that is true where ``shape_signals`` is.

    The sum runs from the newest close to the oldest, as the kernel of ``shape_signals`` does, and divides by the same
    ``ta.stdev``.
    """
    newest_first = shape.template[::-1]
    # The newest close is what all others are measured from, so its own term is nothing.
    terms = [(newest_first[back], f"(close[{back}] - close)") for back in range(1, shape.bars)]
    name = f"{camel(shape.name)}Near"
    lines = (
        f"// Correlation r of the last {shape.bars} closes with the mined template; their distance is sqrt(2 - 2r).",
        f"{name}(float tolerance) =>",
        f"    float deviation = ta.stdev(close, {shape.bars})",
        *_sum("    float products = ", terms),
        f"    float similarity = products / ({spell_float(shape.norm)} * deviation)",
        "    deviation > 0.0 and similarity >= 1.0 - tolerance * tolerance / 2.0",
    )
    return PinePattern(shape.name, (PineFunction(name, lines),))


def _sum(head: str, terms: list[tuple[float, str]]) -> list[str]:
    """One expression over as many lines as it needs; Pine continues a line that is not indented by a multiple of 4."""
    lines, line = [], head + _product(*terms[0])
    for weight, step in terms[1:]:
        term = f"{'-' if weight < 0.0 else '+'} {_product(abs(weight), step)}"
        if len(line) + len(term) + 1 > WIDTH:
            lines.append(line)
            line = "      " + term
        else:
            line += " " + term
    return [*lines, line]


def _product(weight: float, step: str) -> str:
    return f"{spell_float(weight)} * {step}"


@dataclass(frozen=True)
class ShapeAccount:
    """What a strategy trades with: capital and currency of the account, units a trade, commission a unit and side."""

    capital: float
    currency: str
    units: float
    commission: float


def shape_strategy(shape: Shape, account: ShapeAccount, header: Header) -> str:
    """A strategy that enters by the shape and leaves after its horizon; the trades are those that were counted.

    The order given at the close of the bar on which the shape fires is filled at the next open; the one that closes it
    is given ``horizon`` bars later. UsageError for a shape without a direction.
    """
    if shape.direction is Direction.NEUTRAL:
        raise UsageError("a shape without a direction is no entry", where=shape.name)
    side = "strategy.long" if shape.direction is Direction.UP else "strategy.short"
    pine = shape_pine(shape)
    tolerance = shape_pattern(shape).parameters[0]
    lines = [
        "//@version=6",
        *(f"// {line}" for line in header.lines()),
        f"strategy({spell_string(title_of(shape.name))}, overlay = true,",
        f"  initial_capital = {spell_float(account.capital)}, currency = currency.{account.currency},",
        f"  default_qty_type = strategy.fixed, default_qty_value = {spell_float(account.units)},",
        "  commission_type = strategy.commission.cash_per_contract,",
        f"  commission_value = {spell_float(account.commission)}, margin_long = 100, margin_short = 100)",
        "",
        f"tolerance = input.float({spell_float(shape.tolerance)}, {spell_string(tolerance.title)},"
        f" minval = {spell_float(tolerance.minimum)}, maxval = {spell_float(tolerance.maximum)}, step = 0.05)",
        f'horizon = input.int({shape.horizon}, "Bars in the market", minval = 1, maxval = 500)',
        "",
        *definitions([pine]),
        "",
        f"seen = {pine.call(['tolerance'])}",
        "",
        "var int signalBar = na",
        f"spacing = math.max(horizon + 1, {(shape.bars + 1) // 2})",
        "if not na(signalBar) and bar_index - signalBar == horizon",
        '    strategy.close("Shape")',
        "if seen and (na(signalBar) or bar_index - signalBar >= spacing)",
        "    signalBar := bar_index",
        f'    strategy.entry("Shape", {side})',
    ]
    return "\n".join(lines) + "\n"
