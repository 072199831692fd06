"""`IndicatorCalculator`: many indicators over bars, in native code made from the Pine prelude."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from pinewright.backtest.series import ColumnEngine
from pinewright.errors import PineUnsupportedError, UsageError, unknown_name_hint
from pinewright.indicators.expression import HEAD, Expression, not_compiled, read_expression
from pinewright.market import Bars, FloatArray, IntArray
from pinewright.pine.checker import check
from pinewright.pine.compiler import NotCompiledError, SeriesProgram, compile_series


@dataclass(frozen=True)
class IndicatorTable:
    """Indicators in columns over the same N bars.

    time [N] int64 ms UTC, the bars' opens. ``columns[k]`` [N] float64 belongs to ``names[k]``: NaN is na, bools are 0.0
    and 1.0. Value i is known at the close of bar i and does not change when later bars come.
    """

    time: IntArray
    names: tuple[str, ...]
    columns: tuple[FloatArray, ...]

    def __len__(self) -> int:
        return len(self.time)

    def __getitem__(self, name: str) -> FloatArray:
        """One column [N] by name; UsageError for an unknown one."""
        if name not in self.names:
            raise UsageError(f"no column {name!r}", hint=unknown_name_hint(name, self.names))
        return self.columns[self.names.index(name)]

    def known_from(self, name: str) -> int:
        """Number of bars before the first value that is not na: N where all are."""
        known = ~np.isnan(self[name])
        return int(np.argmax(known)) if known.any() else len(self)

    def matrix(self) -> FloatArray:
        """All columns side by side [N, K], a copy."""
        table: FloatArray = np.column_stack(self.columns)
        return table


class IndicatorCalculator:
    """Computes Pine expressions over bars; each list of expressions is compiled once.

    cache_dir: folder of compiled programs, None for the user's, False for none.
    """

    def __init__(self, cache_dir: Path | bool | None = None):
        self._cache_dir = cache_dir
        self._compiled: dict[tuple[str, ...], _Compiled] = {}

    def calculate(self, bars: Bars, expressions: Sequence[str], *, timezone: str | None = None) -> IndicatorTable:
        """Columns of all expressions over all bars, the warm-up included.

        An expression is Pine v6 over the bars, ``ta.rsi(close, 14)`` or ``NAME = ta.rsi(close, 14)``. Its column has
        the given name, else the expression itself; a tuple gives a column a member: ``ta.macd(close, 12, 26, 9).line``,
        ``.signal``, ``.histogram``. timezone: IANA zone of ``hour`` and the like, by default the symbol's.

        Raises UsageError for no expression, a text that is none and names that occur twice; PineError with frames for
        unknown names, wrong arguments and types; PineUnsupportedError for what depends on more than the bars;
        BacktestError where there are no bars.
        """
        key = tuple(expressions)
        if key not in self._compiled:
            self._compiled[key] = _compile(key, self._cache_dir)
        compiled = self._compiled[key]
        columns = compiled.engine.compute(bars, compiled.series.columns, timezone=timezone)
        return IndicatorTable(bars.time, compiled.names, columns)


@dataclass(frozen=True)
class _Compiled:
    names: tuple[str, ...]
    series: SeriesProgram
    engine: ColumnEngine


def _compile(texts: tuple[str, ...], cache_dir: Path | bool | None) -> _Compiled:
    if not texts:
        raise UsageError("no expression to calculate", hint='give some, such as "ta.rsi(close, 14)"')
    expressions = [read_expression(text) for text in texts]
    names = tuple(name for expression in expressions for name in expression.columns)
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise UsageError(f"the column {twice[0]!r} occurs twice", hint="name one of the two: NAME = expression")
    try:
        series = _series(expressions)
    except PineUnsupportedError:
        for expression in expressions:
            _series([expression])  # the one that cannot be compiled raises again, with its own text
        raise
    return _Compiled(names, series, ColumnEngine(series.program, cache_dir=cache_dir))


def _series(expressions: Sequence[Expression]) -> SeriesProgram:
    declared = [expression.declared(f"column{number}") for number, expression in enumerate(expressions, 1)]
    variables = tuple(name for _, names in declared for name in names)
    source = HEAD + "".join(f"{line}\n" for line, _ in declared)
    label = expressions[0].text if len(expressions) == 1 else "indicators"
    try:
        return compile_series(check(source), variables, label)
    except NotCompiledError as error:
        if len(expressions) > 1:
            raise
        raise not_compiled(expressions[0], error.finding) from error
