"""Structure patterns over bars: on which bars they fire, and the marks of those places."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from pinewright.machine.kernel import address, addresses
from pinewright.market import Bars, BoolArray, FloatArray
from pinewright.patterns.pattern import PatternMark, Values, asked
from pinewright.patterns.structure.catalogue import RULES, StructureRule
from pinewright.patterns.structure.columns import pivots
from pinewright.patterns.structure.corridors import Corridor
from pinewright.patterns.structure.scan import BARS, COUNT, LEVEL, LINE, PRICES, ROW, native
from pinewright.patterns.structure.setup import Setup
from pinewright.patterns.structure.swings import Swings

_ROWS: Final = 1_024
"""Rows of the log at first; a pattern that fires more often is scanned again."""


def structure_signals(bars: Bars, names: Sequence[str] | None = None, parameters: Values | None = None) -> BoolArray:
    """Whether each pattern fires at the close of each bar [P, N], in the order of ``names``, None for all.

    A pattern fires on the first close beyond its line. Nothing of a bar depends on later bars. Raises UsageError for
    unknown names of patterns and of parameters and for values out of range.
    """
    rules = asked(RULES, "structure", names, parameters)
    fired = np.zeros((len(rules), len(bars)), dtype=np.bool_)
    columns = _Columns(bars)
    for place, (rule, values) in enumerate(rules):
        _scan(rule, values, columns, fired[place], np.zeros((0, ROW)))
    return fired


def structure_marks(
    bars: Bars,
    names: Sequence[str] | None = None,
    parameters: Values | None = None,
    at: BoolArray | None = None,
) -> tuple[PatternMark, ...]:
    """Every place where a pattern fires, oldest first.

    Points are its swings, of a trend line the touches alone, and where its line is crossed. The level is the line's
    price at that bar, where the line is flat. A bar without prices (NaN) separates histories: what is marked behind it
    is what would be marked without the bars before. at: bars [N] that are of interest, None for all.
    Errors as of ``structure_signals``.
    """
    found: list[PatternMark] = []
    columns = _Columns(bars)
    fired = np.zeros(len(bars), dtype=np.bool_)
    log = np.zeros((_ROWS, ROW))
    for rule, values in asked(RULES, "structure", names, parameters):
        count = _scan(rule, values, columns, fired, log)
        if count > len(log):
            log = np.zeros((count, ROW))
            _scan(rule, values, columns, fired, log)
        found += [_mark(rule, row) for row in log[:count] if at is None or at[int(row[0])]]
    return tuple(sorted(found, key=lambda mark: mark.bar))


class _Columns:
    """The columns that patterns read, kept by the length of pivots."""

    def __init__(self, bars: Bars):
        self._bars = bars
        self._found: dict[int, tuple[FloatArray, ...]] = {}

    def of(self, length: int) -> tuple[FloatArray, ...]:
        """Columns [7][N] in the order of the kernel's constants."""
        if length not in self._found:
            bars, known = self._bars, pivots(self._bars, length)
            given = (bars.open, bars.high, bars.low, bars.close, known.atr, known.top, known.bottom)
            self._found[length] = tuple(np.ascontiguousarray(column, dtype=np.float64) for column in given)
        return self._found[length]


def _scan(rule: StructureRule, values: tuple[float, ...], columns: _Columns, fired: BoolArray, log: FloatArray) -> int:
    arrays = columns.of(int(values[0]))
    table = addresses(arrays)
    numbers = np.array(values)
    records = [np.zeros(1, struct.dtype()) for struct in (Swings, Setup, Corridor)]
    found = native().function("scan")(
        len(fired),
        rule.kind,
        rule.sign,
        address(numbers),
        address(table),
        *(address(record) for record in records),
        address(fired),
        len(log),
        address(log),
    )
    return int(found)


def _mark(rule: StructureRule, row: FloatArray) -> PatternMark:
    count, bar, line = int(row[COUNT]), int(row[0]), float(row[LEVEL])
    # The newest first; a trend line touches every other swing.
    swings = range(0, count, 2 if rule.kind == LINE else 1)
    points = [(int(row[BARS + k]), float(row[PRICES + k])) for k in reversed(swings)]
    pattern, levels = rule.pattern, (line,) if rule.flat else ()
    corners = (*points, (bar, line))
    return PatternMark(pattern.name, pattern.direction, points[0][0], bar, float(row[1]), corners, levels)
