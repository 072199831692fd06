"""Successive halving: only where it saves work, the full part last, no figure of a short stretch among trials."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from pinewright.optimize import Evaluation, SearchSettings, Space, search
from pinewright.optimize.halving import ladder
from pinewright.optimize.split import Part
from pinewright.program import ProgramInput

HOUR = 3_600_000
Make = Callable[..., Any]


def part(bars: int, days: int, first: int = 0) -> Part:
    return Part("search", first, first + bars, first * HOUR, (first + bars) * HOUR, days)


def test_rungs_grow_threefold_to_the_full_part() -> None:
    whole = part(100_000, 1_000)
    rungs = ladder(whole, 900)
    assert [rung.sets for rung in rungs] == [900, 300, 100]
    assert [rung.part.last for rung in rungs] == [11_111, 33_333, 100_000]
    assert rungs[-1].part == whole
    assert [rung.part.days for rung in rungs] == [111, 333, 1_000]
    assert all(rung.part.first == 0 for rung in rungs)


def test_short_parts_and_long_warm_ups_are_run_in_full() -> None:
    assert len(ladder(part(10_000, 500), 900)) == 1
    assert len(ladder(part(100_000, 60), 900)) == 1
    # Every run begins at bar 0: behind a long warm-up nothing is saved.
    assert len(ladder(part(30_000, 1_000, first=2_000_000), 900)) == 1
    assert len(ladder(part(30_000, 1_000, first=3_000), 900)) == 2


class Long:
    """A surface of days over bars of minutes, and the work that was asked of it."""

    def __init__(self, surface: Any):
        self.surface, self.bars = surface, 0

    @property
    def key(self) -> str:
        return str(self.surface.key)

    def evaluate(self, parameters: Any, first: int, last: int, *, daily: bool = False) -> Evaluation:
        self.bars += len(parameters) * last
        found: Evaluation = self.surface.evaluate(parameters, first // 20, last // 20, daily=daily)
        return found


def test_trials_are_full_runs_and_work_is_saved(make_surface: Make, inputs: tuple[ProgramInput, ...]) -> None:
    space, whole = Space.of(inputs), part(20 * 24 * 400, 400)
    engine = Long(make_surface(edge=0.4))
    settings = SearchSettings(trials=1_000, seed=2, batch=64, halving=True, spread=0.8)
    found = search(space, engine, whole, settings)
    assert found.complete
    assert found.tried == 1_000
    assert found.trials + found.shorter == 1_000
    assert found.trials < 400
    assert found.spread == 1
    assert engine.bars < 0.6 * 1_000 * whole.last
    alone = Long(make_surface(edge=0.4)).evaluate(found.parameters, whole.first, whole.last)
    assert alone.values.tobytes() == found.evaluation.values.tobytes()
    assert found.parameters[0].tolist() == [item.default for item in inputs]
    assert len(np.unique(found.points, axis=0)) == found.trials


def test_finds_as_well_as_full_runs(make_surface: Make, inputs: tuple[ProgramInput, ...]) -> None:
    space, whole = Space.of(inputs), part(20 * 24 * 400, 400)
    best = []
    for halving in (True, False):
        settings = SearchSettings(trials=600, seed=2, batch=64, halving=halving)
        best.append([search(space, Long(make_surface(edge=0.6, seed=seed)), whole, settings).best for seed in range(3)])
    assert np.mean(best[0]) > 0.97 * np.mean(best[1])


def test_progress_never_goes_back(make_surface: Make, inputs: tuple[ProgramInput, ...]) -> None:
    seen: list[int] = []
    settings = SearchSettings(trials=500, seed=2, batch=64, halving=True)
    space, whole = Space.of(inputs), part(20 * 24 * 400, 400)
    search(space, Long(make_surface()), whole, settings, progress=lambda done, planned, best: seen.append(done))
    assert seen == sorted(seen)
    assert seen[-1] == 500
