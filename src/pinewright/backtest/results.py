"""What a run of many sets of inputs gives back."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from pinewright.backtest.halting import RunError
from pinewright.backtest.metrics import METRIC_COUNT, METRIC_INDEX
from pinewright.errors import BacktestError, unknown_name_hint
from pinewright.market import BoolArray, FloatArray, IntArray


@dataclass(frozen=True)
class Results:
    """Metrics [P, M] in the order of ``METRICS``; NaN where a figure is not defined or a row was not finished.

    finished [P]: False where a stop came first. day [D]: trading days (days since 1970-01-01) of ``daily`` [P, D], the
    net profit of each day, marked to market at its last close, after commission; None where it was not asked for.
    errors: what ended the runs of rows that failed, by row; such rows are finished, and all their figures are NaN.
    """

    metrics: FloatArray
    finished: BoolArray
    day: IntArray
    daily: FloatArray | None = None
    errors: dict[int, RunError] = field(default_factory=dict)

    @classmethod
    def empty(cls, sets: int, day: IntArray, width: int) -> Results:
        """Results to be filled in, with ``width`` daily figures a row."""
        return cls(
            np.full((sets, METRIC_COUNT), np.nan),
            np.zeros(sets, dtype=np.bool_),
            day,
            np.full((sets, width), np.nan) if width else None,
        )

    def __len__(self) -> int:
        return len(self.metrics)

    def __contains__(self, name: object) -> bool:
        return name in METRIC_INDEX

    def __getitem__(self, name: str) -> FloatArray:
        """One metric [P] by name; BacktestError for an unknown one."""
        if name not in METRIC_INDEX:
            raise BacktestError(f"unknown metric {name!r}", hint=unknown_name_hint(name, METRIC_INDEX))
        column: FloatArray = self.metrics[:, METRIC_INDEX[name]]
        return column

    def row(self, index: int) -> dict[str, float]:
        """All metrics of one set by name, for display."""
        return {name: float(self.metrics[index, place]) for name, place in METRIC_INDEX.items()}
