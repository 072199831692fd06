"""Objectives and requirements from text: names, metrics and formulas, and what is told when they cannot be meant."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from pinewright.errors import SearchError
from pinewright.optimize import Evaluation, objective
from pinewright.optimize.objective import OBJECTIVES, parse_objective, parse_requirement, shortfalls

NAMES = ("net_profit", "trades", "max_drawdown", "gross_loss", "t_statistic_daily")
TABLE = Evaluation(
    NAMES,
    np.array(
        [
            [100.0, 200.0, 50.0, 300.0, 2.0],
            [80.0, 50.0, 20.0, 100.0, 1.5],
            [0.0, 0.0, 0.0, 0.0, np.nan],
            [-10.0, 90.0, 400.0, 500.0, -0.2],
        ]
    ),
)


def test_names_metrics_and_formulas() -> None:
    assert parse_objective("t_statistic") is OBJECTIVES["t_statistic"]
    assert parse_objective("net_profit / max_drawdown").scores(TABLE).tolist() == [2.0, 4.0, -np.inf, -0.025]
    assert parse_objective("-max_drawdown").scores(TABLE).tolist() == [-50.0, -20.0, 0.0, -400.0]
    assert parse_objective("t_statistic + 0 * trades").scores(TABLE)[0] == 2.0


def test_less_is_better_of_some_metrics() -> None:
    loss = parse_objective("gross_loss")
    assert loss.scores(TABLE).tolist() == [-300.0, -100.0, 0.0, -500.0]
    assert loss.told(loss.scores(TABLE)).tolist() == [300.0, 100.0, 0.0, 500.0]
    assert not loss.larger
    assert parse_objective("trades").larger
    assert objective("max_drawdown").told(objective("max_drawdown").scores(TABLE)).tolist() == [50.0, 20.0, 0.0, 400.0]


def test_requirements() -> None:
    wanted = parse_requirement("trades >= 100 and max_drawdown < 0.6 * net_profit")
    assert wanted.met(TABLE).tolist() == [True, False, False, False]
    found = wanted.shortfall(TABLE)
    assert found[0] == 0
    assert (found[1:] > 0).all()
    assert np.isfinite(found).all()
    assert parse_requirement("t_statistic_daily > 1").shortfall(TABLE)[2] > 1000


def test_shortfalls_add_up_and_count_trades() -> None:
    wanted = parse_requirement("max_drawdown < 100")
    assert shortfalls(TABLE, 100, ()).tolist() == [0.0, 0.5, 1.0, 0.1]
    both = shortfalls(TABLE, 100, (wanted,))
    assert both[0] == 0
    assert both[3] == pytest.approx(0.1 + 0.75)


@pytest.mark.parametrize(
    ("parse", "text", "word"),
    [
        (parse_objective, "net_profits", "did you mean 'net_profit'"),
        (parse_objective, "trades > 5", "is a condition"),
        (parse_objective, "", "empty"),
        (parse_objective, "__import__('os')", "unknown function"),
        (parse_requirement, "trades", "not a condition"),
        (parse_requirement, "trade > 5", "did you mean 'trades'"),
        (parse_requirement, "trades => 5", "not a formula"),
    ],
)
def test_what_cannot_be_meant_is_told(parse: Callable[[str], Any], text: str, word: str) -> None:
    with pytest.raises(SearchError, match=word):
        parse(text)


def test_unknown_names_and_metrics_are_told() -> None:
    with pytest.raises(SearchError, match="did you mean 't_statistic'"):
        objective("t_statistics")
    with pytest.raises(SearchError, match="no metric 'sharpe'"):
        objective("sharpe").scores(TABLE)


@pytest.mark.parametrize("text", ["t_statistic", "gross_loss", "net_profit / max_drawdown", "profit_over_drawdown"])
def test_objectives_travel_to_other_processes(text: str) -> None:
    one = parse_objective(text)
    again = pickle.loads(pickle.dumps(one))
    assert again == one
    assert again.scores(TABLE).tolist() == one.scores(TABLE).tolist()
