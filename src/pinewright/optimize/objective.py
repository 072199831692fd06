"""What a search maximises: a number for each parameter set, and whether it traded enough to be believed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.errors import SearchError, unknown_name_hint
from pinewright.market import BoolArray, FloatArray
from pinewright.optimize.evaluation import Evaluation

_FEWEST: Final = 5
_MOST: Final = 30


def minimum_trades(days: int) -> int:
    """Trades that a result needs over ``days`` trading days: one in two days, at least 5, at most 30.

    Thirty is where a mean becomes roughly normal; short windows cannot give that many, and get a lower bar, not none.
    """
    return max(_FEWEST, min(_MOST, math.ceil(days / 2)))


@dataclass(frozen=True)
class Objective:
    """A named score, larger is better: ``function`` maps an Evaluation to scores [P], ``title`` names it in reports."""

    name: str
    title: str
    function: Callable[[Evaluation], FloatArray]

    def scores(self, evaluation: Evaluation) -> FloatArray:
        """Scores [P] of all sets, -inf where the metric is undefined (no trade, no variation)."""
        found = np.asarray(self.function(evaluation), dtype=np.float64)
        # An infinite profit factor says that nothing was lost yet, not that the strategy is without risk.
        return np.where(np.isfinite(found), found, -np.inf)


def eligible(evaluation: Evaluation, fewest: int) -> BoolArray:
    """[P] True where at least ``fewest`` trades were made."""
    return np.asarray(evaluation.column("trades") >= fewest, dtype=np.bool_)


def _metric(name: str, sign: float = 1.0) -> Callable[[Evaluation], FloatArray]:
    return lambda evaluation: sign * evaluation.column(name)


def _profit_over_drawdown(evaluation: Evaluation) -> FloatArray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return evaluation.column("net_profit") / np.abs(evaluation.column("max_drawdown"))


OBJECTIVES: Final[dict[str, Objective]] = {
    item.name: item
    for item in (
        Objective("t_statistic", "t-statistic of net daily profit", _metric("t_statistic_daily")),
        Objective("net_profit", "net profit", _metric("net_profit")),
        Objective("profit_factor", "profit factor", _metric("profit_factor")),
        Objective("max_drawdown", "smallest drawdown", lambda table: -np.abs(table.column("max_drawdown"))),
        Objective("profit_over_drawdown", "net profit over drawdown", _profit_over_drawdown),
        Objective("sharpe", "Sharpe ratio, as TradingView shows it", _metric("sharpe")),
        Objective("sortino", "Sortino ratio, as TradingView shows it", _metric("sortino")),
        Objective("sharpe_daily", "Sharpe ratio of daily profit", _metric("sharpe_daily")),
        Objective("win_rate", "share of winning trades", _metric("win_rate")),
        Objective("avg_trade", "mean profit a trade", _metric("avg_trade")),
    )
}


def objective(name: str = "t_statistic") -> Objective:
    """The objective of that name, else SearchError with the legal names."""
    if name not in OBJECTIVES:
        raise SearchError(f"unknown objective {name!r}", hint=unknown_name_hint(name, OBJECTIVES))
    return OBJECTIVES[name]
