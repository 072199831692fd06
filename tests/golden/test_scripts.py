"""Scripts beside lists of trades that TradingView exported for them: checked, compiled and run, trade by trade."""

from __future__ import annotations

from pathlib import Path

import pytest

from .lists import COUNTS, compared


@pytest.mark.parametrize("name", COUNTS)
def test_every_trade_of_the_list(shared: Path, kernels: Path, name: str) -> None:
    found = compared(shared, name, kernels)
    assert found.first is None, str(found.first)
    assert found.equal
    assert found.matched == COUNTS[name]
