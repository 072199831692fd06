"""Every column equal to what TradingView exported: na on the same bars, and every value to the last bit."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.tradingview import CASES, compared


@pytest.fixture
def folder(shared: Path) -> Path:
    return shared / "ground_truth" / "series"


@pytest.mark.parametrize("name", CASES)
def test_equal_to_tradingview(folder: Path, name: str) -> None:
    for header, found in compared(folder, name).items():
        assert found.misplaced == 0, f"{header}: na on other bars"
        assert found.near == found.known, f"{header}: {found}"
        assert found.bits == found.known > 0, f"{header}: {found}"


def test_every_file_is_compared(folder: Path) -> None:
    assert set(CASES) == {file.stem for file in folder.glob("*.csv")}
