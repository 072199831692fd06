"""The figures of the hand-off card: what TradingView counts, and what it leaves out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pinewright.app.report.sections import last_trades

from .conftest import Example
from .evidence_example import make_hand_off


def test_open_trades_are_counted_apart(example: Example) -> None:
    trades = example.run.strategies[0].trades
    card = make_hand_off(trades, example.run.facts.periods, "x.pine")
    assert (card.closed, card.open) == (159, 1)
    assert card.net_profit == pytest.approx(float(np.sum(trades.net_profit[:-1])))
    assert card.net_profit + card.open_profit == pytest.approx(float(trades.cumulative[-1]))
    assert card.lines == 19


def test_trades_that_left_the_list_still_count(example: Example) -> None:
    plain = example.run.strategies[0].trades
    columns = {name: getattr(plain, name) for name in ("entry_bar", "exit_bar")}
    trades = replace(plain, **columns, dropped=5, dropped_profit=11.0)
    card = make_hand_off(trades, example.run.facts.periods, "x.pine")
    assert card.closed == 164
    assert card.net_profit == pytest.approx(float(np.sum(plain.net_profit[:-1])) + 11.0)
    assert [trade.number for trade in last_trades(trades)] == list(range(165, 155, -1))
