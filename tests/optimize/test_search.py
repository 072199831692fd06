"""Search: distinct legal points, better than chance, the same each time, and able to go on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from pinewright.errors import OutputError, SearchError
from pinewright.market import Bars, FloatArray
from pinewright.optimize import Evaluation, SearchResult, SearchSettings, Space, Stopped, objective, search, split
from pinewright.optimize.sampler import Sampler, neighbours
from pinewright.program import InputKind, ProgramInput

Inputs = tuple[ProgramInput, ...]
Make = Callable[..., Any]
SETTINGS = SearchSettings(trials=400, seed=3, batch=64)


def run(surface: Any, bars: Bars, inputs: Inputs, settings: SearchSettings = SETTINGS, **given: Any) -> SearchResult:
    return search(Space.of(inputs), surface, split(bars).search, settings, **given)


def test_counts_distinct_legal_trials_and_starts_with_the_default(
    make_surface: Make, make_bars: Make, inputs: Inputs
) -> None:
    surface = make_surface(edge=0.5)
    found = run(surface, make_bars(60), inputs)
    assert found.trials == 400 == sum(count for count, _, _ in surface.calls)
    assert found.complete
    assert not found.exhausted
    assert len(np.unique(found.points, axis=0)) == 400
    assert found.space.legal(found.points).all()
    assert found.parameters[0].tolist() == [item.default for item in inputs]
    assert {(first, last) for _, first, last in surface.calls} == {(0, 36 * 24)}


def test_finds_what_chance_does_not(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    surface = make_surface(edge=1.0, noise=0.3)
    found = run(surface, make_bars(100), inputs)
    best = found.parameters[found.order[0]]
    assert abs(best[0] - 20) <= 8
    assert abs(best[1] - 100) <= 40
    assert best[3] == 0


def test_refinement_beats_spreading_all_trials(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    gains = []
    for seed in range(6):
        surface, bars = make_surface(edge=1.0, noise=0.3, seed=seed), make_bars(100)
        refined, spread = (
            run(surface, bars, inputs, SearchSettings(trials=400, seed=seed, batch=64, spread=share)).best
            for share in (0.6, 1.0)
        )
        gains.append(refined - spread)
    assert np.mean(gains) > 0.5


def test_the_same_seed_the_same_trials(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    first, second = (run(make_surface(edge=0.4), make_bars(50), inputs) for _ in range(2))
    assert first.parameters.tobytes() == second.parameters.tobytes()
    assert first.scores.tobytes() == second.scores.tobytes()
    other = run(make_surface(edge=0.4), make_bars(50), inputs, SearchSettings(trials=400, seed=4, batch=64))
    assert other.parameters.tobytes() != first.parameters.tobytes()


def test_a_small_grid_is_searched_whole(make_surface: Make, make_bars: Make) -> None:
    rows = (
        ProgramInput("fast", "F", InputKind.INT, 3, 1, 5, 1),
        ProgramInput("slow", "S", InputKind.INT, 4, 1, 5, 1),
        ProgramInput("stop", "St", InputKind.FLOAT, 1.0, 1.0, 1.0, 1.0),
        ProgramInput("reverse", "R", InputKind.BOOL, 0),
    )
    found = run(make_surface(), make_bars(20), rows)
    assert found.trials == 10 * 2
    assert found.complete
    assert found.exhausted


def test_a_default_beside_the_grid_is_still_the_first_trial(
    make_surface: Make, make_bars: Make, inputs: Inputs
) -> None:
    rows = (ProgramInput("fastLength", "F", InputKind.INT, 11, 2, 50, 4), *inputs[1:])
    found = run(make_surface(), make_bars(20), rows)
    assert found.parameters[0, 0] == 11


def test_too_few_trades_have_no_score(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    found = run(make_surface(edge=1.0, trades_a_day=0.2), make_bars(50), inputs)
    assert found.best == -np.inf
    assert sorted(found.order.tolist()) == list(range(400))
    fewer = SearchSettings(trials=64, seed=3, batch=64, fewest_trades=1)
    assert np.isfinite(run(make_surface(edge=1.0, trades_a_day=0.2), make_bars(50), inputs, fewer).best)


def test_progress_and_stop(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    seen: list[tuple[int, int, float]] = []
    stop = Event()

    def progress(done: int, planned: int, best: float) -> None:
        seen.append((done, planned, best))
        if done >= 128:
            stop.set()

    found = run(make_surface(edge=0.5), make_bars(50), inputs, progress=progress, stop=stop)
    assert [done for done, _, _ in seen] == [0, 64, 128]
    assert seen[0][2] == -np.inf
    assert {planned for _, planned, _ in seen} == {400}
    assert found.trials == 128
    assert not found.complete
    assert found.best == seen[-1][2]


def test_a_stop_before_the_start_gives_nothing(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    stop = Event()
    stop.set()
    found = run(make_surface(), make_bars(50), inputs, stop=stop)
    assert found.trials == 0
    assert not found.complete
    assert len(found.order) == 0


class Failing:
    """Stops inside a batch after so many calls, as an engine does when Ctrl-C reaches it."""

    def __init__(self, surface: Any, calls: int):
        self.surface, self.left = surface, calls

    @property
    def key(self) -> str:
        return str(self.surface.key)

    def evaluate(self, parameters: FloatArray, first: int, last: int, *, daily: bool = False) -> Evaluation:
        self.left -= 1
        if self.left < 0:
            raise Stopped
        found: Evaluation = self.surface.evaluate(parameters, first, last, daily=daily)
        return found


def test_goes_on_where_it_stopped(make_surface: Make, make_bars: Make, inputs: Inputs, tmp_path: Path) -> None:
    whole = run(make_surface(edge=0.4), make_bars(50), inputs)
    part = run(Failing(make_surface(edge=0.4), 3), make_bars(50), inputs, folder=tmp_path)
    assert part.trials == 192
    assert not part.complete
    surface = make_surface(edge=0.4)
    again = run(surface, make_bars(50), inputs, folder=tmp_path)
    assert again.parameters.tobytes() == whole.parameters.tobytes()
    assert again.scores.tobytes() == whole.scores.tobytes()
    assert sum(count for count, _, _ in surface.calls) == 400 - 192
    third = make_surface(edge=0.4)
    run(third, make_bars(50), inputs, folder=tmp_path)
    assert third.calls == []
    assert not list(tmp_path.rglob("*.partial"))


@pytest.mark.parametrize("damage", ["cut", "empty", "gone"])
def test_a_damaged_batch_is_computed_again(
    make_surface: Make, make_bars: Make, inputs: Inputs, tmp_path: Path, damage: str
) -> None:
    whole = run(make_surface(edge=0.4), make_bars(50), inputs, folder=tmp_path)
    victim = sorted(tmp_path.rglob("*.npz"))[2]
    if damage == "gone":
        victim.unlink()
    else:
        victim.write_bytes(victim.read_bytes()[:200] if damage == "cut" else b"")
    surface = make_surface(edge=0.4)
    again = run(surface, make_bars(50), inputs, folder=tmp_path)
    assert len(surface.calls) == 1
    assert again.scores.tobytes() == whole.scores.tobytes()


def test_other_settings_never_mix(make_surface: Make, make_bars: Make, inputs: Inputs, tmp_path: Path) -> None:
    run(make_surface(edge=0.4), make_bars(50), inputs, folder=tmp_path)
    for surface, settings in (
        (make_surface(edge=0.5), SETTINGS),
        (make_surface(edge=0.4), SearchSettings(trials=400, seed=4, batch=64)),
        (make_surface(edge=0.4), SearchSettings(trials=400, seed=3, batch=64, objective=objective("net_profit"))),
    ):
        alone = run(surface, make_bars(50), inputs, settings)
        surface.calls.clear()
        mixed = run(surface, make_bars(50), inputs, settings, folder=tmp_path)
        assert mixed.parameters.tobytes() == alone.parameters.tobytes()
        assert mixed.scores.tobytes() == alone.scores.tobytes()
        assert sum(count for count, _, _ in surface.calls) == 400


def test_more_trials_reuse_the_batches_they_share(
    make_surface: Make, make_bars: Make, inputs: Inputs, tmp_path: Path
) -> None:
    run(make_surface(edge=0.4), make_bars(50), inputs, folder=tmp_path)
    surface = make_surface(edge=0.4)
    larger = SearchSettings(trials=800, seed=3, batch=64)
    found = run(surface, make_bars(50), inputs, larger, folder=tmp_path)
    alone = run(make_surface(edge=0.4), make_bars(50), inputs, larger)
    assert found.scores.tobytes() == alone.scores.tobytes()
    assert sum(count for count, _, _ in surface.calls) < 800


def test_a_folder_that_cannot_be_made_is_told(
    make_surface: Make, make_bars: Make, inputs: Inputs, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    with pytest.raises(OutputError, match="cannot make the folder"):
        run(make_surface(), make_bars(50), inputs, folder=blocked)


@pytest.mark.parametrize("given", [{"trials": 0}, {"batch": 0}, {"spread": 0.0}, {"seed": -1}])
def test_wrong_settings_are_told(given: dict[str, Any]) -> None:
    with pytest.raises(SearchError):
        SearchSettings(**given)


def test_unknown_objectives_and_metrics_are_told(make_surface: Make) -> None:
    with pytest.raises(SearchError, match="did you mean 't_statistic'"):
        objective("t_statistics")
    table = make_surface().evaluate(np.array([[20, 100, 3, 0, 0]], dtype=float), 0, 240)
    with pytest.raises(SearchError, match="no metric 'sharpe'"):
        objective("sharpe").scores(table)
    assert np.isfinite(objective("profit_over_drawdown").scores(table)).all()
    assert (objective("max_drawdown").scores(table) < 0).all()


def test_sobol_points_cover_every_eighth_of_each_dimension(inputs: Inputs) -> None:
    space = Space.of(inputs, ordered=())
    points = Sampler(space, 5).spread(256)
    for index, dimension in enumerate(space.dimensions[:3]):
        counts = np.histogram(points[:, index] / dimension.size, bins=8, range=(0, 1))[0]
        assert counts.min() >= 20


def test_points_do_not_depend_on_the_batches_that_ask_for_them(inputs: Inputs) -> None:
    space = Space.of(inputs)
    whole, parts = Sampler(space, 5), Sampler(space, 5)
    asked = [1, 100, 28, 127]
    assert np.concatenate([parts.spread(count) for count in asked]).tolist() == whole.spread(sum(asked)).tolist()


def test_neighbours_are_close_legal_and_leave_switches_alone(inputs: Inputs) -> None:
    space = Space.of(inputs)
    point = space.nearest([20, 22, 0.5, 0, 0])
    found = space.parameters(neighbours(space, point))
    assert (found[:, 3] == 0).all()
    # 22 - 10 steps of the slow length lies under the fast one, the stop has nothing below its minimum
    assert found[:, :3].tolist() == [[18, 22, 0.5], [20, 32, 0.5], [20, 22, 0.75]]
