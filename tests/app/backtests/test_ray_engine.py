"""Ray gives what threads give, to the last bit; without Ray a word says what to install."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Event

import numpy as np
import pytest

from pinewright.app.backtests.evaluation import EngineEvaluator, bars_key
from pinewright.app.backtests.ray_engine import RayEvaluator, _Recipe, _Worker
from pinewright.backtest.columns import ColumnCache
from pinewright.data.simulate import SIMULATED_END, SimulatedSource
from pinewright.data.source import BarRequest
from pinewright.errors import SearchError, UsageError
from pinewright.market import DAY, Bars, Timeframe
from pinewright.optimize import Part, SearchSettings, Space, Stopped, search
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script

SCRIPT = """//@version=6
strategy("Cross", initial_capital = 100000, default_qty_value = 1000)
fast = input.int(10, "Fast", minval = 2, maxval = 60)
slow = input.int(50, "Slow", minval = 20, maxval = 200)
if ta.crossover(ta.sma(close, fast), ta.sma(close, slow))
    strategy.entry("Long", strategy.long)
if ta.crossunder(ta.sma(close, fast), ta.sma(close, slow))
    strategy.entry("Short", strategy.short)
"""


def market(days: int = 40) -> Bars:
    request = BarRequest(timeframe=Timeframe(60), start=SIMULATED_END - days * DAY)
    return SimulatedSource(3).load(request).bars


def evaluator(folder: Path, stop: Event | None = None) -> EngineEvaluator:
    bars = market()
    program = compile_script(check(SCRIPT), "cross")
    return EngineEvaluator(
        program,
        bars,
        program.settings,
        bars_hash=bars_key(bars),
        threads=2,
        columns=ColumnCache(2**24, len(bars)),
        cache_dir=folder,
        stop=stop,
    )


@pytest.fixture(scope="module")
def spread(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RayEvaluator]:
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'pinewright[ray]'")
    folder = tmp_path_factory.mktemp("code")
    with RayEvaluator(evaluator(folder, Event()), SCRIPT, "cross", cache_dir=folder, workers=2) as found:
        yield found


# Ray warns of its own future; that is no business of this test.
@pytest.mark.filterwarnings("ignore")
def test_ray_gives_what_threads_give(spread: RayEvaluator) -> None:
    random = np.random.default_rng(1)
    sets = np.column_stack([random.integers(2, 61, 3_100), random.integers(20, 201, 3_100)]).astype(np.float64)
    last = len(spread.engine.bars)
    here, there = (one.evaluate(sets, 100, last, daily=True) for one in (spread.local, spread))
    assert there.names == here.names
    assert there.values.tobytes() == here.values.tobytes()
    assert here.daily is not None
    assert there.daily is not None
    assert there.daily.tobytes() == here.daily.tobytes()


@pytest.mark.filterwarnings("ignore")
def test_a_search_on_ray_is_the_search_on_threads(spread: RayEvaluator) -> None:
    bars = spread.engine.bars
    part = Part("search", 0, len(bars), int(bars.time[0]), int(bars.time[-1]), 28)
    settings = SearchSettings(trials=3_000, batch=spread.batch // 2, fewest_trades=5)
    space = Space.of(spread.engine.program.inputs)
    here, there = (search(space, one, part, settings) for one in (spread.local, spread))
    assert there.parameters.tobytes() == here.parameters.tobytes()
    assert there.scores.tobytes() == here.scores.tobytes()
    assert there.evaluation.values.tobytes() == here.evaluation.values.tobytes()


@pytest.mark.filterwarnings("ignore")
def test_errors_of_workers_and_a_stop_come_through(spread: RayEvaluator) -> None:
    sets = np.tile([10.0, 50.0], (2_000, 1))
    wrong = sets.copy()
    wrong[1_500, 0] = 10.5
    with pytest.raises(Exception, match="not a whole number"):
        spread.evaluate(wrong, 0, 500)
    assert spread.local.stop is not None
    spread.local.stop.set()
    with pytest.raises(Stopped):
        spread.evaluate(sets, 0, 500)
    spread.local.stop.clear()
    assert len(spread.evaluate(sets, 0, 500)) == 2_000


def test_without_ray_the_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UsageError, match=r"pinewright\[ray\]"):
        RayEvaluator(evaluator(tmp_path), SCRIPT, "cross")


def test_another_program_on_a_worker_is_told(tmp_path: Path) -> None:
    engine = evaluator(tmp_path).engine
    other = SCRIPT.replace("ta.sma(close, fast)", "ta.ema(close, fast)")
    recipe = _Recipe(other, "cross", engine.program.key, engine.settings, None, None, 2**20, tmp_path)
    with pytest.raises(SearchError, match="another program"):
        _Worker(recipe, engine.bars, ())
