"""What a report says must not contradict itself."""

from __future__ import annotations

import numpy as np
import pytest

from pinewright.app.search.reporting import part_metrics
from pinewright.market import Symbol, Trades
from pinewright.optimize.evaluation import Metrics
from pinewright.optimize.results import PartResult
from pinewright.optimize.split import Part


def test_pips_are_weighted_by_size_and_have_the_sign_of_the_money() -> None:
    # Ten pips won with 1,000 units, four lost with 10,000: money was lost, though the plain mean of pips is positive.
    quantity = np.array([1_000.0, 10_000.0])
    net = np.array([1.0, -4.0])
    index, zero = np.array([0, 1]), np.zeros(2)
    trades = Trades(
        entry_bar=index,
        exit_bar=index,
        entry_time=index,
        exit_time=index,
        is_long=np.array([True, True]),
        quantity=quantity,
        entry_price=np.ones(2),
        exit_price=np.ones(2),
        net_profit=net,
        favorable=zero,
        adverse=zero,
        commission=quantity * 0.5e-4,
        is_open=np.array([False, False]),
        entry_signal=("L", "L"),
        exit_signal=("X", "X"),
        initial_capital=10_000.0,
    )
    part = PartResult(Part("locked", 0, 2, 0, 1, 1), Metrics(("trades",), (2.0,)), net)
    found = part_metrics(part, trades, Symbol.get("EURUSD"))
    assert found.net_profit == -3.0
    assert found.pips_per_trade == pytest.approx(-3.0 / 11_000 / 1e-4)
    assert found.cost_per_trade_pips == pytest.approx(0.5)
