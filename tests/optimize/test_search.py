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
from pinewright.optimize.objective import parse_requirement
from pinewright.optimize.pareto import search_front
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
    assert len(list(tmp_path.glob("*.journal"))) == 1


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


@pytest.mark.parametrize("given", [{"method": "sobl"}, {"objectives": (objective("net_profit"),) * 2}])
def test_unknown_methods_and_doubled_objectives_are_told(given: dict[str, Any]) -> None:
    with pytest.raises(SearchError, match=r"did you mean 'sobol'|named twice"):
        SearchSettings(**given)


@pytest.mark.parametrize("method", ["auto", "sobol", "cma-es", "nsga-ii"])
@pytest.mark.parametrize("names", [("t_statistic",), ("net_profit", "max_drawdown")])
def test_every_method_gives_distinct_legal_trials(
    make_surface: Make, make_bars: Make, inputs: Inputs, method: str, names: tuple[str, ...]
) -> None:
    aims = tuple(objective(name) for name in names)
    settings = SearchSettings(trials=300, seed=2, batch=64, method=method, objectives=aims)
    found = run(make_surface(edge=0.5), make_bars(50), inputs, settings)
    assert found.trials == found.tried == 300
    assert len(np.unique(found.points, axis=0)) == 300
    assert found.space.legal(found.points).all()
    assert settings.objective is aims[0]
    assert found.goals is not None
    assert found.goals.shape == (300, len(aims))
    assert found.goals[:, 0].tolist() == found.scores.tolist()


def test_a_grid_that_does_not_fit_the_trials_is_told(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    with pytest.raises(SearchError, match="more legal ones than 300 trials"):
        run(make_surface(), make_bars(50), inputs, SearchSettings(trials=300, method="grid"))


def test_the_number_of_blind_trials_is_told(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    first, second = (
        run(make_surface(edge=0.5, seed=seed), make_bars(50), inputs, SearchSettings(trials=400, batch=64))
        for seed in (1, 2)
    )
    assert first.spread == second.spread == 200
    # Other results, the same points: nothing was looked at. After them the searches part.
    assert first.points[:200].tolist() == second.points[:200].tolist()
    assert first.points[200:].tolist() != second.points[200:].tolist()


def test_what_breaks_a_requirement_has_no_score_and_comes_last(
    make_surface: Make, make_bars: Make, inputs: Inputs
) -> None:
    wanted = parse_requirement("max_drawdown < 5")
    settings = SearchSettings(trials=300, batch=64, requirements=(wanted,))
    found = run(make_surface(edge=0.3), make_bars(60), inputs, settings)
    drawdown = found.evaluation.column("max_drawdown")
    broken = drawdown >= 5
    assert 0 < np.sum(broken) < 300
    assert (np.isfinite(found.scores) == ~broken).all()
    ordered = found.order
    assert not broken[ordered[: np.sum(~broken)]].any()
    # Less broken first.
    assert (np.diff(drawdown[ordered[np.sum(~broken) :]]) >= 0).all()


def test_two_runs_of_one_search_are_refused(
    make_surface: Make, make_bars: Make, inputs: Inputs, tmp_path: Path
) -> None:
    told: list[str] = []

    def progress(done: int, planned: int, best: float) -> None:
        if done == 64:
            with pytest.raises(SearchError, match="another run") as error:
                run(make_surface(edge=0.4), make_bars(50), inputs, folder=tmp_path)
            told.append(str(error.value.hint))

    run(make_surface(edge=0.4), make_bars(50), inputs, folder=tmp_path, progress=progress)
    assert told
    assert "--out" in told[0]
    other = SearchSettings(trials=64, seed=9, batch=64)
    run(make_surface(edge=0.4), make_bars(50), inputs, other, folder=tmp_path)


def test_long_searches_take_larger_batches() -> None:
    assert [SearchSettings(trials=count).at_once for count in (100, 1_024, 16_384, 100_000)] == [128, 128, 256, 1024]


def test_the_front_of_two_objectives(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    aims = (objective("net_profit"), objective("max_drawdown"))
    settings = SearchSettings(trials=600, batch=64, objectives=aims, fewest_trades=1)
    found = run(make_surface(edge=0.5), make_bars(60), inputs, settings)
    shown = search_front(found, settings, int(found.order[0]))
    assert shown is not None
    assert shown.names == ("net_profit", "max_drawdown")
    assert shown.larger == (True, False)
    assert shown.chosen == 0
    assert (np.diff(shown.values[:, 0]) <= 0).all()
    assert (np.diff(shown.values[:, 1]) <= 0).all()
    assert (shown.values[:, 1] >= 0).all()
    assert search_front(found, SearchSettings(), 0) is None
    assert len(search_front(found, settings, int(found.order[0]), most=3).values) == 3  # type: ignore[union-attr]


def test_several_objectives_spread_along_the_front(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    aims = (objective("net_profit"), objective("max_drawdown"))
    gains = []
    for seed in range(4):
        surface, bars = make_surface(edge=0.6, seed=seed), make_bars(60)
        volumes = []
        for method in ("auto", "sobol"):
            settings = SearchSettings(trials=500, seed=seed, batch=64, objectives=aims, method=method)
            goals = run(surface, bars, inputs, settings).goals
            assert goals is not None
            volumes.append(volume(goals))
        gains.append(volumes[0] / volumes[1])
    assert np.mean(gains) > 1.02


def volume(goals: FloatArray) -> float:
    """Area that profit and drawdown dominate above no profit and a drawdown of 40."""
    rows = goals[(goals[:, 0] > 0) & (goals[:, 1] > -40)]
    rows = rows[np.argsort(-rows[:, 0])]
    heights = np.maximum.accumulate(rows[:, 1] + 40)
    widths = rows[:, 0] - np.append(rows[1:, 0], 0.0)
    return float(np.sum(widths * heights))
