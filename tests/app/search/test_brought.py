"""Scripts that take part in a run: read, compiled, and refused before anything is searched."""

from __future__ import annotations

from pathlib import Path

import pytest

from pinewright.app.search.brought import brought_scripts
from pinewright.data.simulate import SimulatedSource
from pinewright.data.source import BarRequest, Loaded
from pinewright.errors import SearchError, UsageError
from pinewright.market import Symbol, Timeframe

SCRIPT = """//@version=6
strategy("Mine")
int length = input.int({default}, "Length", minval = 10, maxval = 50)
if close > ta.sma(close, length)
    strategy.entry("L", strategy.long)
else
    strategy.close("L")
"""


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return SimulatedSource(1).load(BarRequest(symbol=Symbol.get("EURUSD"), timeframe=Timeframe(60), days=20))


def test_a_script_comes_with_its_costs(tmp_path: Path, loaded: Loaded) -> None:
    path = tmp_path / "mine.pine"
    path.write_text(SCRIPT.format(default=20))
    found = brought_scripts([path, path], loaded, 0.8)
    assert [one.name for one in found] == ["mine"]
    assert found[0].account.commission_value == pytest.approx(0.00004)


def test_a_default_outside_of_its_range_is_told_with_its_line(tmp_path: Path, loaded: Loaded) -> None:
    path = tmp_path / "mine.pine"
    path.write_text(SCRIPT.format(default=5))
    with pytest.raises(SearchError, match="default of length, 5") as caught:
        brought_scripts([path], loaded, None)
    assert caught.value.where == f"{path}, line 3"


def test_a_name_of_a_family_is_taken(tmp_path: Path, loaded: Loaded) -> None:
    path = tmp_path / "macd.pine"
    path.write_text(SCRIPT.format(default=20))
    with pytest.raises(UsageError, match="named 'macd'"):
        brought_scripts([path], loaded, None)
