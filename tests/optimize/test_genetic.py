"""NSGA-II: towards the front and along it, whole sets before broken ones."""

from __future__ import annotations

import numpy as np

from pinewright.market import FloatArray, IntArray
from pinewright.optimize import Evaluation, Space
from pinewright.optimize.front import front
from pinewright.optimize.genetic import Population
from pinewright.optimize.sampler import Sampler
from pinewright.optimize.trials import Trials
from pinewright.program import InputKind, ProgramInput

INPUTS = tuple(ProgramInput(f"p{place}", "P", InputKind.INT, 0, 0, 100, 1) for place in range(5))
SWITCH = ProgramInput("switch", "S", InputKind.BOOL, 0)


def goals_of(parameters: FloatArray) -> FloatArray:
    """ZDT1 turned to be maximised: along the first input on the front, the others must be 0."""
    x = parameters / 100
    rest = 1 + 9 * x[:, 1:5].mean(axis=1) + x[:, 5:].sum(axis=1)
    return np.column_stack([-x[:, 0], -rest * (1 - np.sqrt(x[:, 0] / rest))])


def evolve(trials: int, refine: bool, seed: int = 1, forbid: int = 101) -> Trials:
    space = Space.of((*INPUTS, SWITCH), ordered=())
    sampler, found = Sampler(space, seed), Trials(space, trials, 2)

    def tell(points: IntArray) -> None:
        rows = space.parameters(points)
        shortfall = np.maximum(0.0, rows[:, 0] - forbid) / 100
        goals = np.where(shortfall[:, None] == 0, goals_of(rows), -np.inf)
        table = Evaluation(("trades",), np.full((len(points), 1), 100.0))
        found.add(points, rows, table, goals[:, 0], shortfall, goals)

    tell(sampler.spread(100))
    population = Population(space, sampler, found, seed, 50)
    while len(found) < trials:
        count = min(50, trials - len(found))
        tell(population.ask(count) if refine else sampler.spread(count))
        population.tell()
    return found


def test_comes_near_the_front_and_along_it() -> None:
    refined, spread = evolve(2_000, True), evolve(2_000, False)
    best, other = (one.goals[front(one.goals)] for one in (refined, spread))
    # On the true front the second goal is sqrt(x) - 1.
    gap, other_gap = (np.mean(np.sqrt(-goals[:, 0]) - 1 - goals[:, 1]) for goals in (best, other))
    assert gap < 0.15
    assert other_gap > 5 * gap
    assert len(best) > 20
    assert np.ptp(best[:, 0]) > 0.8


def test_trials_are_distinct_and_the_same_each_time() -> None:
    first, second = evolve(800, True), evolve(800, True)
    assert len(np.unique(first.points, axis=0)) == 800
    assert first.points.tolist() == second.points.tolist()
    assert (first.points <= 100).all()
    assert (first.points >= 0).all()


def test_leaves_what_is_forbidden() -> None:
    found = evolve(1_200, True, forbid=30)
    assert np.mean(found.shortfall[-200:] == 0) > 0.7
    assert np.mean(found.shortfall[:100] == 0) < 0.5


def test_lives_where_nothing_is_whole() -> None:
    found = evolve(600, True, forbid=-1)
    assert (found.shortfall > 0).all()
    assert np.mean(found.points[-100:, 0]) < np.mean(found.points[:100, 0])
