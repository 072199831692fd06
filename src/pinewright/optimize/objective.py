"""What a search maximises: a number for each parameter set, and what a set must fulfil to be believed at all."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.backtest.metrics import METRICS
from pinewright.errors import SearchError, unknown_name_hint
from pinewright.market import BoolArray, FloatArray
from pinewright.optimize.evaluation import Evaluation
from pinewright.optimize.expressions import Expression, parse

_FEWEST: Final = 5
_MOST: Final = 30
_SMALLER: Final = frozenset(
    "gross_loss losses max_drawdown max_drawdown_percent commission_paid largest_loss margin_calls avg_loss "
    "longest_losing_streak refused_orders".split()
)
"""Metrics of which less is better when they are asked for by their bare name."""
UNKNOWN_SHORTFALL: Final = 1e6
"""Shortfall where a figure of a requirement is not defined: worse than any that is."""


def minimum_trades(days: int) -> int:
    """Trades that a result needs over ``days`` trading days: one in two days, at least 5, at most 30.

    Thirty is where a mean becomes roughly normal; short windows cannot give that many, and get a lower bar, not none.
    """
    return max(_FEWEST, min(_MOST, math.ceil(days / 2)))


@dataclass(frozen=True)
class Objective:
    """A named score, larger is better: ``function`` maps an Evaluation to scores [P], ``title`` names it in reports.

    larger: whether people read it as better when larger; a drawdown is told as a positive number, less is better.
    """

    name: str
    title: str
    function: Callable[[Evaluation], FloatArray]
    larger: bool = True

    def scores(self, evaluation: Evaluation) -> FloatArray:
        """Scores [P] of all sets, -inf where the metric is undefined (no trade, no variation)."""
        found = np.asarray(self.function(evaluation), dtype=np.float64)
        # An infinite profit factor says that nothing was lost yet, not that the strategy is without risk.
        return np.where(np.isfinite(found), found, -np.inf)

    def told(self, scores: FloatArray) -> FloatArray:
        """Scores [P] as people read them."""
        return scores if self.larger else -scores


@dataclass(frozen=True)
class Requirement:
    """A condition on metrics that a set must fulfil (``trades >= 100``)."""

    text: str
    expression: Expression

    def met(self, evaluation: Evaluation) -> BoolArray:
        """[P] True where it holds; a comparison with an undefined figure does not."""
        found = self.expression.values(_columns(self.expression, evaluation))
        return np.asarray(found == 1.0, dtype=np.bool_)

    def shortfall(self, evaluation: Evaluation) -> FloatArray:
        """How far each set [P] is from it: 0 where it holds, else above 0, finite; see ``Expression.missed``."""
        found = self.expression.missed(_columns(self.expression, evaluation))
        return np.where(np.isfinite(found), found, UNKNOWN_SHORTFALL)


def eligible(evaluation: Evaluation, fewest: int) -> BoolArray:
    """[P] True where at least ``fewest`` trades were made."""
    return np.asarray(evaluation.column("trades") >= fewest, dtype=np.bool_)


# Small classes, where functions would do: they compare by value and can be sent to another process.


@dataclass(frozen=True)
class _Metric:
    name: str
    sign: float = 1.0

    def __call__(self, evaluation: Evaluation) -> FloatArray:
        return self.sign * evaluation.column(self.name)


@dataclass(frozen=True)
class _Drawdown:
    def __call__(self, evaluation: Evaluation) -> FloatArray:
        return -np.abs(evaluation.column("max_drawdown"))


@dataclass(frozen=True)
class _ProfitOverDrawdown:
    def __call__(self, evaluation: Evaluation) -> FloatArray:
        with np.errstate(divide="ignore", invalid="ignore"):
            return evaluation.column("net_profit") / np.abs(evaluation.column("max_drawdown"))


@dataclass(frozen=True)
class _Formula:
    expression: Expression

    def __call__(self, evaluation: Evaluation) -> FloatArray:
        return self.expression.values(_columns(self.expression, evaluation))


OBJECTIVES: Final[dict[str, Objective]] = {
    item.name: item
    for item in (
        Objective("t_statistic", "t-statistic of net daily profit", _Metric("t_statistic_daily")),
        Objective("net_profit", "net profit", _Metric("net_profit")),
        Objective("profit_factor", "profit factor", _Metric("profit_factor")),
        Objective("max_drawdown", "smallest drawdown", _Drawdown(), larger=False),
        Objective("profit_over_drawdown", "net profit over drawdown", _ProfitOverDrawdown()),
        Objective("sharpe", "Sharpe ratio, as TradingView shows it", _Metric("sharpe")),
        Objective("sortino", "Sortino ratio, as TradingView shows it", _Metric("sortino")),
        Objective("sharpe_daily", "Sharpe ratio of daily profit", _Metric("sharpe_daily")),
        Objective("win_rate", "share of winning trades", _Metric("win_rate")),
        Objective("avg_trade", "mean profit a trade", _Metric("avg_trade")),
    )
}
_METRIC_NAMES: Final = tuple(metric.name for metric in METRICS)
_NAMES: Final = (*_METRIC_NAMES, *(name for name in OBJECTIVES if name not in _METRIC_NAMES))
"""What formulas may name: every metric of the engine, and the objectives that have no metric of their name."""


def objective(name: str = "t_statistic") -> Objective:
    """The objective of that name, else SearchError with the legal names."""
    if name not in OBJECTIVES:
        raise SearchError(f"unknown objective {name!r}", hint=unknown_name_hint(name, OBJECTIVES))
    return OBJECTIVES[name]


def parse_objective(text: str, *, where: str = "--objective") -> Objective:
    """An objective from text: a name of OBJECTIVES, any metric of the engine, or a formula of metrics.

    A bare metric of which less is better (``gross_loss``) is made small; in a formula every name is the plain figure,
    so that the smallest drawdown is ``-max_drawdown``. SearchError for an unknown name or a condition.
    """
    words = " ".join(text.split())
    if words in OBJECTIVES:
        return OBJECTIVES[words]
    if words in _METRIC_NAMES:
        larger = words not in _SMALLER
        title = words.replace("_", " ")
        return Objective(words, title, _Metric(words, 1.0 if larger else -1.0), larger)
    found = parse(words, _NAMES, where=where)
    if found.boolean:
        raise SearchError(
            f"`{found.text}` is a condition, not a number to maximise",
            where=where,
            hint="a condition belongs to --require",
        )
    return Objective(found.text, found.text, _Formula(found))


def parse_requirement(text: str, *, where: str = "--require") -> Requirement:
    """A requirement from text, a condition on metrics: ``trades >= 100``, ``max_drawdown < 0.2 * net_profit``.

    SearchError for an unknown name or a formula that is no condition.
    """
    found = parse(text, _NAMES, where=where)
    if not found.boolean:
        raise SearchError(f"`{found.text}` is a number, not a condition", where=where, hint="compare it: trades >= 100")
    return Requirement(found.text, found)


def shortfalls(evaluation: Evaluation, fewest: int, requirements: Collection[Requirement]) -> FloatArray:
    """How far each set [P] is from being believed: 0 where it trades enough and fulfils every requirement."""
    trades = np.nan_to_num(evaluation.column("trades"), nan=0.0)
    found = np.maximum(0.0, fewest - trades) / max(1, fewest)
    for one in requirements:
        found = found + one.shortfall(evaluation)
    return np.asarray(found, dtype=np.float64)


def _columns(expression: Expression, evaluation: Evaluation) -> dict[str, FloatArray]:
    """The columns that a formula uses; a metric comes before an objective of its name."""
    return {
        name: evaluation.column(name) if name in _METRIC_NAMES else OBJECTIVES[name].function(evaluation)
        for name in expression.names
    }
