"""Markets of which the truth is known, and what the verdict says of them: the table of docs/explanation/truth.md in
small. ``python -m benchmarks.truth`` makes the whole one.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from benchmarks.support.planted import (
    Case,
    annual,
    artefact,
    pins_alone,
    planted_edge,
    shuffled_days,
    simulated_noise,
)
from benchmarks.truth import CALLED, Found, interval, rows, run_seed
from pinewright.app.given.costs import script_costs
from pinewright.backtest.engine import Engine
from pinewright.backtest.parameters import defaults
from pinewright.data.calendar import trading_day
from pinewright.market import Bars, FloatArray
from pinewright.optimize.proof import Word
from pinewright.optimize.split import split
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script


def ratios(case: Case, folder: Path, part: tuple[int, int] | None = None) -> tuple[float, float]:
    """Yearly ratios of the planted rule and of the script's own defaults, by the engine, after costs."""
    program = compile_script(check(case.script), case.name)
    costs = script_costs(case.bars.symbol, program.settings, None, case.loaded.median_spread, own=False)
    engine = Engine(program, case.bars, settings=costs.applied(program.settings), cache_dir=folder)
    own = defaults(program)
    names = [item.name for item in program.inputs]
    true = own.copy()
    for name, value in case.truth.items():
        true[names.index(name)] = value
    first, last = part or (None, None)
    daily = engine.run(np.stack([true, own]), first=first, last=last, daily=True).daily
    assert daily is not None
    return annual(daily[0]), annual(daily[1])


@pytest.mark.parametrize("seed", range(4))
def test_the_planted_rule_has_its_ratio_after_costs_in_every_part(seed: int, kernels: Path) -> None:
    case = planted_edge(seed)
    true, own = ratios(case, kernels)
    assert true == pytest.approx(1.5, abs=0.1)
    assert own < 0.5
    for part in split(case.bars).parts:
        assert ratios(case, kernels, (part.first, part.last))[0] == pytest.approx(1.5, abs=0.4)


def test_another_ratio_is_planted_as_well_and_none_without_a_drift(kernels: Path) -> None:
    assert ratios(planted_edge(1, ratio=3.0), kernels)[0] == pytest.approx(3.0, abs=0.15)
    assert ratios(pins_alone(1), kernels)[0] < 0.5


def _returns(bars: Bars) -> FloatArray:
    found: FloatArray = np.diff(np.log(bars.close))
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_has_clusters_and_no_memory_of_direction(seed: int) -> None:
    moves = _returns(simulated_noise(seed).bars)
    root = np.sqrt(len(moves))
    assert abs(moves.mean() / moves.std() * root) < 3.0
    assert abs(np.corrcoef(moves[1:], moves[:-1])[0, 1] * root) < 4.0
    assert np.corrcoef(np.abs(moves[1:]), np.abs(moves[:-1]))[0, 1] * root > 5.0


def test_shuffled_days_are_the_same_days_in_another_order_without_their_drift() -> None:
    bars = simulated_noise(3).bars
    found = shuffled_days(bars, 5)
    assert np.all(np.diff(found.time) > 0)
    days, counts = np.unique(trading_day(bars.time, bars.symbol), return_counts=True)
    new_days, new_counts = np.unique(trading_day(found.time, found.symbol), return_counts=True)
    np.testing.assert_array_equal(days, new_days)
    assert sorted(counts.tolist()) == sorted(new_counts.tolist())
    assert _returns(found).sum() == pytest.approx(0.0, abs=1e-4)
    assert _returns(found).std() == pytest.approx(_returns(bars).std(), rel=1e-3)
    assert not np.array_equal(found.close, bars.close)
    assert np.all(found.high >= np.maximum(found.open, found.close))
    assert np.all(found.low <= np.minimum(found.open, found.close))


@pytest.mark.parametrize("seed", [0, 1])
def test_the_artefact_is_of_the_bid_alone(seed: int) -> None:
    case = artefact(seed, minutes=15, spread=True)
    assert case.ask is not None
    middle = (case.bars.open + case.ask.open) / 2
    assert case.bars.spread is not None
    night = case.bars.spread > 0.0003
    jump = np.abs(np.diff(middle))
    assert np.count_nonzero(night) > 200
    assert jump[night[1:]].mean() < 2 * jump[~night[1:]].mean()
    dip = np.diff(case.bars.open)[night[1:]]
    assert dip.mean() < -0.0003


def test_the_same_seed_gives_the_same_market() -> None:
    first, second = planted_edge(2).bars, planted_edge(2).bars
    np.testing.assert_array_equal(first.close, second.close)
    assert not np.array_equal(first.close, planted_edge(3).bars.close)


def test_the_interval_is_that_of_clopper_and_pearson() -> None:
    # Tables: 0 of 200 goes up to 1.83 %, 36 of 40 reach from 76.3 to 97.2 %.
    np.testing.assert_allclose(interval(0, 200), (0.0, 0.0183), atol=1e-4)
    np.testing.assert_allclose(interval(36, 40), (0.7634, 0.9721), atol=1e-4)


def test_a_run_counts_by_the_best_that_it_offers() -> None:
    both = Found("noise", 0, "", (Word.UNPROVEN.value, Word.PROMISING.value), (), (), 1.0)
    none = Found("noise", 1, "", (Word.UNPROVEN.value, Word.WORSE.value), (), (), 2.0)
    assert both.called
    assert not none.called
    assert rows([both, none])[0][:6] == ("noise, all families", "2", "0", "1", "1", "0")


@pytest.mark.parametrize("seed", [0, 1])
def test_a_planted_edge_is_found_and_called(seed: int) -> None:
    assert run_seed("planted", seed, "small").word in CALLED


@pytest.mark.parametrize("seed", range(4))
def test_the_dip_of_the_bid_is_refused(seed: int) -> None:
    assert run_seed("artefact", seed, "small").word is Word.WORSE


@pytest.mark.parametrize("seed", [0, 1])
def test_wicks_that_tell_nothing_are_not_called(seed: int) -> None:
    assert run_seed("script-noise", 3 * seed, "small").word not in CALLED


def test_noise_is_not_called_by_any_of_the_five() -> None:
    assert run_seed("noise", 1, "small").word not in CALLED
