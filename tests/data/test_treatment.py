"""Cleaning and filling on the way from a source to bars: only on request, each removal told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pinewright.data.files import FileSource
from pinewright.data.simulate import simulated_bars
from pinewright.data.source import BarRequest
from pinewright.data.treatment import Treatment
from pinewright.errors import DataQualityError, UsageError
from pinewright.market import Bars, Timeframe
from tests.journeys.conftest import write_csv

BARS = simulated_bars(5, "1m", start=1_748_822_400_000, days=2, warmup=0)


def pick(bars: Bars, rows: np.ndarray[tuple[int], np.dtype[np.intp]]) -> Bars:
    names = ("time", "open", "high", "low", "close", "volume", "spread")
    return replace(bars, **{name: getattr(bars, name)[rows] for name in names})


def load(
    bars: Bars, folder: Path, rules: tuple[str, ...] = (), fill: str | None = None
) -> tuple[Bars, tuple[str, ...]]:
    path = write_csv(bars, folder / "EURUSD_bid_1m.csv")
    treatment = Treatment.parse(rules, fill) if rules or fill else None
    found = FileSource(path).load(BarRequest(timeframe=Timeframe(5), warmup=0, treatment=treatment))
    return found.bars, () if found.treated is None else found.treated.lines


def test_a_row_that_no_market_made_is_refused_or_taken_away(tmp_path: Path) -> None:
    high = BARS.high.copy()
    high[100] = BARS.low[100] / 2
    broken = replace(BARS, high=high)
    with pytest.raises(DataQualityError, match="impossible bar"):
        load(broken, tmp_path)
    bars, lines = load(broken, tmp_path, ("impossible",))
    assert lines[0] == "cleaned: 1 rows removed (impossible 1)"
    assert "impossible: " in lines[1]
    assert len(bars) == len(BARS) // 5


def test_rows_twice_and_out_of_order(tmp_path: Path) -> None:
    rows = np.arange(len(BARS))
    rows[50] = 49
    rows[200], rows[201] = 201, 200
    with pytest.raises(DataQualityError, match="times go back"):
        load(pick(BARS, rows), tmp_path)
    bars, lines = load(pick(BARS, rows), tmp_path, ("all",))
    assert "disorder 1" in lines[0]
    assert "duplicates 1" in lines[0]
    assert (np.diff(bars.time) > 0).all()


def test_stand_ins_are_marked_and_told(tmp_path: Path) -> None:
    rows = np.delete(np.arange(len(BARS)), np.s_[100:110])
    holed = pick(BARS, rows)
    plain, said = load(holed, tmp_path)
    assert said == ()
    assert plain.filled is None
    bars, lines = load(holed, tmp_path, fill="previous-close")
    assert lines == ("filled: 10 rows by previous-close; no order fills on bars made of them alone",)
    assert len(bars) == len(plain) + 2
    assert bars.filled is not None
    marked = np.flatnonzero(bars.filled)
    assert marked.tolist() == [20, 21]
    assert (bars.close[marked] == BARS.close[99]).all()


@pytest.mark.parametrize(("rules", "fill"), [(("spike",), None), ((), "linear")])
def test_words_that_name_nothing(rules: tuple[str, ...], fill: str | None) -> None:
    with pytest.raises(UsageError) as caught:
        Treatment.parse(rules, fill)
    assert caught.value.hint
