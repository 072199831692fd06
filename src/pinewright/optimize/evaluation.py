"""What a search asks of an engine: many parameter sets over a stretch of bars, metrics in columns by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from pinewright.errors import SearchError, unknown_name_hint
from pinewright.market import Bars, FloatArray, Trades

if TYPE_CHECKING:
    from pinewright.optimize.proof import Stress
    from pinewright.optimize.split import Split


@dataclass(frozen=True)
class Evaluation:
    """Results of P parameter sets: ``values`` [P, M] under ``names`` [M], net profit a trading day in ``daily`` [P, D].

    Metric names are the engine's: net_profit, trades, win_rate (percent), profit_factor, max_drawdown, sharpe, sortino,
    sharpe_daily, t_statistic_daily, avg_trade, commission_paid, exposure, long_trades, days. Money is net of costs.
    """

    names: tuple[str, ...]
    values: FloatArray
    daily: FloatArray | None = None

    def __post_init__(self) -> None:
        if self.values.ndim != 2 or self.values.shape[1] != len(self.names):
            raise SearchError(f"metrics of shape {self.values.shape} under {len(self.names)} names")
        if self.daily is not None and (self.daily.ndim != 2 or len(self.daily) != len(self.values)):
            raise SearchError(f"daily profits of shape {self.daily.shape} for {len(self.values)} parameter sets")

    def __len__(self) -> int:
        return len(self.values)

    def column(self, name: str) -> FloatArray:
        """One metric [P]; SearchError for a name that the engine does not give."""
        if name not in self.names:
            raise SearchError(f"no metric {name!r}", hint=unknown_name_hint(name, self.names))
        return np.asarray(self.values[:, self.names.index(name)], dtype=np.float64)

    def row(self, index: int) -> Metrics:
        """The metrics of one parameter set."""
        return Metrics(self.names, tuple(float(value) for value in self.values[index]))


@dataclass(frozen=True)
class Metrics:
    """Metrics of one parameter set over one part: ``values`` under ``names``."""

    names: tuple[str, ...]
    values: tuple[float, ...]

    def get(self, name: str) -> float:
        """One metric; NaN where the engine does not give it."""
        return self.values[self.names.index(name)] if name in self.names else float("nan")

    def as_dict(self) -> dict[str, float]:
        """For ``report.json``."""
        return dict(zip(self.names, self.values, strict=True))


class Stopped(Exception):  # noqa: N818 - a signal to end, not an error
    """Raised by an evaluator whose run was stopped from outside: the batch is dropped, earlier ones stand."""


class Evaluator(Protocol):
    """One program over one set of bars with one account, ready to be run.

    ``key`` names program, bars, account and engine: results under an equal key are interchangeable, so that a search
    may go on where it stopped.
    """

    @property
    def key(self) -> str: ...

    def evaluate(self, parameters: FloatArray, first: int, last: int, *, daily: bool = False) -> Evaluation:
        """Runs parameters [P, K] over bars [first, last): flat at the start, earlier bars feed the indicators only.

        ``daily`` asks for the profits of each trading day as well. A call must give the same numbers each time.
        """
        ...


class Witness(Protocol):
    """What the evidence asks of an engine beside metrics: one parameter set [K] at a time."""

    @property
    def bars(self) -> Bars: ...

    @property
    def slippage(self) -> float:
        """By how much, in price, an order that fills at a bar's open may fill off it."""
        ...

    def trades(self, parameters: FloatArray, first: int, last: int) -> Trades:
        """Trades over bars [first, last), flat at the start; bar numbers count from the first of all bars."""
        ...

    def stresses(self, parameters: FloatArray, parts: Split) -> tuple[Stress, ...]:
        """The same inputs under other circumstances, over all parts."""
        ...

    def redrawn(self, parameters: FloatArray, parts: Split, draws: int, seed: int) -> FloatArray:
        """Net profit [draws] over all parts on bars whose days were drawn again in blocks."""
        ...
