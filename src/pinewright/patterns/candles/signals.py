"""Candlestick patterns over bars: on which bars they fire, and the marks of those places."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from pinewright.machine.kernel import address, addresses
from pinewright.market import Bars, BoolArray, FloatArray
from pinewright.patterns.candles.averages import averages
from pinewright.patterns.candles.catalogue import RULES
from pinewright.patterns.candles.scan import native
from pinewright.patterns.pattern import FULL, PatternMark, Values, asked


def candle_signals(bars: Bars, names: Sequence[str] | None = None, parameters: Values | None = None) -> BoolArray:
    """Whether each pattern fires at the close of each bar [P, N], in the order of ``names``, None for all.

    A pattern fires on its last bar, at the close of which it is known; nothing depends on later bars, and nothing fires
    before the averages are there. Raises UsageError for unknown names of patterns and of parameters and for values out
    of range.
    """
    rules = asked(RULES, "candlestick", names, parameters)
    fired = np.zeros((len(rules), len(bars)), dtype=np.bool_)
    columns = _Columns(bars)
    for place, (rule, values) in enumerate(rules):
        table = columns.of(rule.mirrored, int(values[0]))
        numbers = np.array(values)
        scan = native().function(f"scan_{rule.rule}")
        scan(rule.first(values), len(bars), address(table), address(numbers), address(fired[place]))
    return fired


def candle_marks(
    bars: Bars,
    names: Sequence[str] | None = None,
    parameters: Values | None = None,
    at: BoolArray | None = None,
) -> tuple[PatternMark, ...]:
    """Every place where a pattern fires, by the bar at whose close it is known. Errors as of ``candle_signals``.

    at: bars [N] that are of interest, None for all.
    """
    patterns = [rule.pattern for rule, _ in asked(RULES, "candlestick", names, parameters)]
    fired = candle_signals(bars, names, parameters)
    ends, places = np.nonzero((fired if at is None else fired & at).T)
    return tuple(
        PatternMark(one.name, one.direction, bar - one.bars + 1, bar, FULL)
        for bar, one in ((bar, patterns[place]) for bar, place in zip(ends.tolist(), places.tolist(), strict=True))
    )


class _Columns:
    """What rules read, as tables of addresses: prices, mirrored prices, and averages by their length."""

    def __init__(self, bars: Bars):
        prices = tuple(np.ascontiguousarray(item) for item in (bars.open, bars.high, bars.low, bars.close))
        self._bars = bars
        self._prices = {False: prices, True: tuple(-prices[place] for place in (0, 2, 1, 3))}
        self._averages: dict[int, tuple[FloatArray, FloatArray]] = {}

    def of(self, mirrored: bool, length: int) -> npt.NDArray[np.uintp]:
        """Addresses of the columns, by the constants of ``single_bar``; valid as long as this object lives."""
        if length not in self._averages:
            self._averages[length] = averages(self._bars, length)
        return addresses([*self._prices[mirrored], *self._averages[length]])
