"""Bring your own script: better defaults where there are any, a plain no where there are none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Event
from typing import Any

import numpy as np
import pytest

from pinewright.market import Bars
from pinewright.optimize import ScriptResult, SearchSettings, optimize_script, split
from pinewright.optimize.judge import Terms
from pinewright.optimize.objective import parse_requirement
from pinewright.optimize.proof import Word
from pinewright.optimize.results import Prior
from pinewright.optimize.space import Space
from pinewright.program import Program, ProgramInput, StrategySettings

Inputs = tuple[ProgramInput, ...]
Make = Callable[..., Any]
SETTINGS = SearchSettings(trials=200, seed=3, batch=64)


def program(inputs: Inputs, **defaults: float) -> Program:
    rows = tuple(
        ProgramInput(
            item.name,
            item.title,
            item.kind,
            defaults.get(item.name, item.default),
            item.minimum,
            item.maximum,
            item.step,
        )
        for item in inputs
    )
    return Program("mine", "", rows, (), StrategySettings("Mine"), (), 0, 0, "key")


def run(surface: Any, bars: Bars, inputs: Inputs, **given: Any) -> ScriptResult:
    made = program(inputs, **given.pop("defaults", {}))
    space = Space.of(made.inputs, vary=given.pop("vary", None))
    return optimize_script(made, space, surface, split(bars), SETTINGS, **given)


def test_better_defaults_are_given_and_judged_on_the_locked_part(
    make_surface: Make, make_bars: Make, inputs: Inputs
) -> None:
    surface = make_surface(edge=1.5, noise=0.7)
    result = run(surface, make_bars(200), inputs)
    assert result.accepted
    assert result.reasons == ()
    assert result.best is not None
    assert result.parameters == result.best.parameters != tuple(item.default for item in inputs)
    assert abs(result.parameters[0] - 20) <= 10
    assert result.best_locked is not None
    assert result.default_locked is not None
    assert result.best_locked.net_profit > result.default_locked.net_profit
    assert result.difference is not None
    assert result.difference.low > 0
    assert "new defaults" in result.verdict[0]
    assert "Its old ones" in result.verdict[0]
    assert result.judgement is not None
    assert result.judgement.word is Word.PROMISING
    assert result.better
    assert "years of data" in result.verdict[2]
    assert result.names == tuple(item.name for item in inputs)
    locked = result.split.locked
    assert [call for call in surface.calls if call[2] > locked.first] == [(2, locked.first, locked.last)]


def test_the_locked_part_takes_the_word_away(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    """A market that turns round in the locked part: accepted before it was opened, refused after."""

    class Turned:
        def __init__(self, surface: Any, first: int):
            self.surface, self.first, self.key = surface, first, "turned"

        def evaluate(self, parameters: Any, first: int, last: int, *, daily: bool = False) -> Any:
            found = self.surface.evaluate(parameters, first, last, daily=daily)
            if first < self.first or found.daily is None:
                return found
            return type(found)(found.names, -found.values, -found.daily)

    bars = make_bars(200)
    result = run(Turned(make_surface(edge=1.5, noise=0.7), split(bars).locked.first), bars, inputs)
    assert result.accepted
    assert result.judgement is not None
    assert result.judgement.word is Word.WORSE
    assert not result.better


def test_few_trades_are_unproven_whatever_they_earn(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    result = run(make_surface(edge=1.5, noise=0.7, trades_a_day=0.6), make_bars(200), inputs)
    assert result.judgement is not None
    assert result.judgement.word is Word.UNPROVEN
    assert "too little to judge by" in result.verdict[1]


def test_fourteen_days_cannot_prove(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    result = run(make_surface(edge=3.0, noise=0.5, trades_a_day=40.0), make_bars(14), inputs)
    assert result.judgement is not None
    assert result.judgement.word is Word.UNPROVEN
    assert "14 trading days can rank, they cannot prove" in result.verdict[1]


def test_earlier_trials_count(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    asked: list[int] = []

    def prior(trials: int) -> Prior:
        asked.append(trials)
        return Prior(100_000, 3, ())

    alone = run(make_surface(edge=0.5), make_bars(200), inputs)
    again = run(make_surface(edge=0.5), make_bars(200), inputs, terms=Terms(prior=prior))
    assert asked == [again.family.trials]
    assert again.parameters == alone.parameters
    assert again.deflated < alone.deflated
    assert f"{100_000 + again.family.trials:,} parameter sets" in " ".join(again.verdict)


def test_good_defaults_stay(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    surface = make_surface(edge=2.0, noise=0.5)
    best = {"fastLength": 20.0, "slowLength": 100.0, "stopMultiple": 3.0, "reverse": 0.0}
    result = run(surface, make_bars(200), inputs, defaults=best)
    assert not result.accepted
    assert result.parameters == (20.0, 100.0, 3.0, 0.0, 0.0)
    assert result.verdict[0].startswith("The script as it is")
    assert result.verdict[1].startswith("The default is better, and the script is left as it was: on search")
    assert result.default_locked is not None
    assert not result.better


def test_noise_seldom_changes_defaults(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    accepted = [run(make_surface(edge=0.0, seed=seed), make_bars(100), inputs) for seed in range(12)]
    assert sum(result.accepted for result in accepted) <= 5
    believed = [one for one in accepted if one.judgement and one.judgement.word in (Word.PROMISING, Word.ROBUST)]
    assert len(believed) <= 1


def test_losing_less_is_not_better(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    class Costly:
        key = "costly"

        def __init__(self, surface: Any):
            self.surface = surface

        def evaluate(self, parameters: Any, first: int, last: int, *, daily: bool = False) -> Any:
            found = self.surface.evaluate(parameters, first, last, daily=True)
            days = found.daily.shape[1]
            values = found.values.copy()
            values[:, 0] -= 3.0 * days
            values[:, 4] = values[:, 0] / days / np.std(found.daily, axis=1, ddof=1) * np.sqrt(days)
            return type(found)(found.names, values, found.daily - 3.0 if daily else None)

    result = run(Costly(make_surface(edge=1.0, noise=0.5)), make_bars(100), inputs)
    assert not result.accepted
    assert any("lose money after costs" in reason for reason in result.reasons)


def test_interrupted(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    stop = Event()
    surface = make_surface(edge=1.0)
    result = run(surface, make_bars(100), inputs, stop=stop, progress=lambda *_: stop.set())
    assert result.interrupted
    assert not result.accepted
    assert result.verdict == ()
    assert result.parameters == tuple(item.default for item in inputs)


@pytest.mark.parametrize("vary", [["fastLength"], ["stopMultiple", "reverse"]])
def test_only_the_chosen_inputs_vary(make_surface: Make, make_bars: Make, inputs: Inputs, vary: list[str]) -> None:
    result = run(make_surface(edge=1.5, noise=0.5), make_bars(100), inputs, vary=vary)
    assert result.best is not None
    for item, value in zip(inputs, result.best.parameters, strict=True):
        assert item.name in vary or value == item.default


def test_repeatable(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    first, second = (run(make_surface(edge=0.5), make_bars(100), inputs) for _ in range(2))
    assert (first.parameters, first.verdict, first.locked_interval) == (
        second.parameters,
        second.verdict,
        second.locked_interval,
    )


def test_a_requirement_that_nothing_fulfils_is_the_reason(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    settings = replace(SETTINGS, requirements=(parse_requirement("trades >= 100000"),))
    surface = make_surface(edge=1.5, noise=0.7)
    result = optimize_script(program(inputs), Space.of(inputs), surface, split(make_bars(100)), settings)
    assert result.reasons[0] == "no other parameter set keeps to what was required"
    assert not result.better
