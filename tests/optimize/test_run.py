"""The whole way: search, plateau, selection, five that differ, the locked part opened once, an honest verdict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Event
from typing import Any

import numpy as np
import pytest

from pinewright.errors import SearchError
from pinewright.market import Bars, FloatArray
from pinewright.optimize import Evaluation, Job, RunResult, SearchSettings, Stopped, search_families, split
from pinewright.optimize.choice import choose, correlation
from pinewright.optimize.criteria import CRITERIA
from pinewright.optimize.proof import Word
from pinewright.optimize.select import most_neighbours
from pinewright.optimize.space import Space
from pinewright.program import InputKind, ProgramInput

Inputs = tuple[ProgramInput, ...]
Make = Callable[..., Any]
SETTINGS = SearchSettings(trials=160, seed=3, batch=64)


def run(surfaces: dict[str, Any], bars: Bars, inputs: Inputs, **given: Any) -> RunResult:
    jobs = [Job(name, inputs, surface) for name, surface in surfaces.items()]
    return search_families(jobs, split(bars), given.pop("settings", SETTINGS), **given)


def noise(make: Make, count: int = 3) -> dict[str, Any]:
    return {f"family_{number}": make(edge=0.0, seed=number) for number in range(count)}


def test_delivers_five_that_differ(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    result = run(noise(make_surface), make_bars(100), inputs)
    assert [one.rank for one in result.delivered] == [1, 2, 3, 4, 5]
    assert len({one.candidate.key for one in result.delivered}) == 5
    strict = [one.candidate for one in result.delivered if not one.relaxed]
    assert len(strict) >= 3
    for index, one in enumerate(strict):
        for other in strict[:index]:
            series = [np.concatenate([each.search.daily, each.selection.daily]) for each in (one, other)]
            assert correlation(*series) < 0.7
    for family in {one.family for one in strict}:
        assert sum(one.family == family for one in strict) <= 2


def test_the_locked_part_is_opened_once_for_the_five(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    surfaces = noise(make_surface)
    result = run(surfaces, make_bars(100), inputs)
    locked = result.split.locked
    opened = [call for surface in surfaces.values() for call in surface.calls if call[2] > locked.first]
    assert len(opened) == 5
    # The candidate and its family's default beside it, or the default alone.
    assert all(call in ((1, locked.first, locked.last), (2, locked.first, locked.last)) for call in opened)
    for surface in surfaces.values():
        seen = [index for index, (_, _, last) in enumerate(surface.calls) if last > locked.first]
        assert all(index >= min(seen) for index in seen)
        assert not seen or seen == list(range(min(seen), len(surface.calls)))


def test_ranking_does_not_look_at_the_locked_part(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    """A market that turns round in the locked part delivers the same five in the same order."""

    class Turned:
        def __init__(self, surface: Any, first: int):
            self.surface, self.first, self.key = surface, first, surface.key

        def evaluate(self, parameters: FloatArray, first: int, last: int, *, daily: bool = False) -> Evaluation:
            found: Evaluation = self.surface.evaluate(parameters, first, last, daily=daily)
            if first < self.first or found.daily is None:
                return found
            return Evaluation(found.names, -found.values, -found.daily)

    bars = make_bars(100)
    plain = run(noise(make_surface), bars, inputs)
    first = plain.split.locked.first
    turned = run({name: Turned(surface, first) for name, surface in noise(make_surface).items()}, bars, inputs)
    assert [one.candidate.key for one in turned.delivered] == [one.candidate.key for one in plain.delivered]
    assert [one.locked.net_profit for one in turned.delivered] == [-one.locked.net_profit for one in plain.delivered]


def test_every_evaluated_set_is_a_trial(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    surfaces = noise(make_surface)
    result = run(surfaces, make_bars(100), inputs)
    search = result.split.search
    evaluated = 0
    for surface in surfaces.values():
        batches = [count for count, first, last in surface.calls if (first, last) == (search.first, search.last)]
        # The last run over the search part asks for the daily profits of candidates that were counted before.
        evaluated += sum(batches) - batches[-1]
    assert result.trials == evaluated == sum(family.trials for family in result.families)
    assert result.trials > 3 * 160
    graded = sum(dimension.size >= 3 for dimension in Space.of(inputs).dimensions)
    assert result.trials <= len(surfaces) * (160 + most_neighbours(graded))  # what a plan tells


def test_noise_is_called_noise(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    proven = 0
    for seed in range(6):
        surfaces = {f"family_{number}": make_surface(edge=0.0, seed=100 * seed + number) for number in range(2)}
        result = run(surfaces, make_bars(100), inputs)
        assert len(result.verdict) == 3
        assert all(sentence.endswith(".") for sentence in result.verdict)
        proven += any(one.judgement.word in (Word.ROBUST, Word.PROMISING) for one in result.delivered)
        assert "parameter sets were tried" in " ".join(result.verdict)
    assert proven == 0


def test_a_true_edge_is_found_and_believed(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    wide = (100.0, 500.0, 15.0, 5.0)
    surfaces = {"good": make_surface(edge=0.5, seed=1, width=wide), "bad": make_surface(edge=0.0, seed=2)}
    result = run(surfaces, make_bars(400), inputs)
    first = result.delivered[0]
    assert first.candidate.family == "good"
    assert first.interval.low > 0
    assert first.deflated > 0.95
    assert first.judgement.word in (Word.ROBUST, Word.PROMISING)
    assert result.judgement is first.judgement
    assert "locked part" in result.verdict[0]
    assert {walk.kind for walk in first.proof.walks} == {"anchored", "rolling"}
    assert all(check.words for check in first.proof.checks)


def test_criteria_are_at_least_seven_and_weigh_one(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    result = run(noise(make_surface, 2), make_bars(100), inputs)
    assert len(result.criteria) >= 7
    assert sum(weight for _, weight in result.criteria) == pytest.approx(1.0)
    assert not any("visual" in name for name, _ in result.criteria)
    assert any("visual" in sentence for sentence in result.unavailable)
    for candidate in result.candidates:
        assert [score.name for score in candidate.criteria] == [criterion.name for criterion in CRITERIA]
        total = sum(score.place * score.weight for score in candidate.criteria)
        assert candidate.rank_score == pytest.approx(total)
        assert all(0 <= score.place <= 1 for score in candidate.criteria)
    ranks = [(not one.enough_trades, -one.rank_score) for one in result.candidates]
    assert ranks == sorted(ranks)


def test_a_peak_has_a_lower_plateau_than_a_hill(make_bars: Make, make_surface: Make) -> None:
    """Two humps of equal height, one sharp: the candidate on the broad one shows the better neighbourhood."""
    rows = (
        ProgramInput("fastLength", "F", InputKind.INT, 10, 2, 60, 1),
        ProgramInput("slowLength", "S", InputKind.INT, 100, 10, 200, 2),
        ProgramInput("stopMultiple", "St", InputKind.FLOAT, 3.0, 0.5, 6.0, 0.25),
        ProgramInput("reverse", "R", InputKind.BOOL, 0),
    )
    sharp = make_surface(edge=1.0, noise=0.5, width=(1.0, 50.0, 1.5, 0.5))
    broad = make_surface(edge=1.0, noise=0.5, width=(12.0, 50.0, 1.5, 0.5))
    result = run({"sharp": sharp, "broad": broad}, make_bars(100), rows)
    ratio = {
        family: max((one for one in result.candidates if one.family == family), key=lambda one: one.score)
        for family in ("sharp", "broad")
    }
    assert ratio["broad"].plateau / ratio["broad"].score > ratio["sharp"].plateau / ratio["sharp"].score


def test_repeatable(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    first, second = (run(noise(make_surface), make_bars(100), inputs) for _ in range(2))
    assert first.verdict == second.verdict
    assert [one.candidate.key for one in first.delivered] == [one.candidate.key for one in second.delivered]
    assert [one.interval for one in first.delivered] == [one.interval for one in second.delivered]


def test_five_even_from_one_family_of_lookalikes(make_surface: Make, make_bars: Make) -> None:
    rows = (
        ProgramInput("fastLength", "F", InputKind.INT, 20, 20, 25, 1),
        ProgramInput("slowLength", "S", InputKind.INT, 100, 100, 100, 1),
        ProgramInput("stopMultiple", "St", InputKind.FLOAT, 3.0, 3.0, 3.0, 1.0),
        ProgramInput("reverse", "R", InputKind.BOOL, 0, 0, 0),
    )
    result = run({"only": make_surface()}, make_bars(30), rows)
    assert len(result.delivered) == 5
    assert result.delivered[0].relaxed == ""
    assert all("for lack of others" in one.relaxed for one in result.delivered[2:])


def test_no_trades_anywhere_still_delivers_and_says_so(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    class Idle:
        key = "idle"

        def evaluate(self, parameters: FloatArray, first: int, last: int, *, daily: bool = False) -> Evaluation:
            days = (last - first) // 24
            names = ("net_profit", "trades", "profit_factor", "max_drawdown", "t_statistic_daily", "days")
            values = np.tile([0.0, 0.0, np.nan, 0.0, np.nan, float(days)], (len(parameters), 1))
            return Evaluation(names, values, np.zeros((len(parameters), days)) if daily else None)

    result = run({"idle": Idle()}, make_bars(60), inputs)
    assert len(result.delivered) == 5
    assert "no trade in" in result.verdict[0]
    assert "interval" not in result.verdict[0]
    assert "made no trade" in result.verdict[1]
    assert all(one.judgement.word is Word.UNPROVEN for one in result.delivered)


def test_three_days_run_to_the_end(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    result = run({"short": make_surface(trades_a_day=6.0)}, make_bars(3), inputs)
    assert len(result.delivered) == 5
    assert "too short for an interval" in result.verdict[0]
    assert "too little to judge" in result.verdict[1]


def test_progress_counts_over_all_families(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    seen: list[tuple[str, int, int, float]] = []
    run(noise(make_surface, 2), make_bars(60), inputs, progress=lambda *given: seen.append(given))
    assert seen[0][:3] == ("family_0", 0, 320)
    assert seen[-1][:3] == ("family_1", 320, 320)
    assert [row[1] for row in seen] == sorted(row[1] for row in seen)


def test_a_stopped_run_leaves_the_locked_part_shut_and_goes_on(
    make_surface: Make, make_bars: Make, inputs: Inputs, tmp_path: Path
) -> None:
    bars, stop = make_bars(100), Event()
    whole = run(noise(make_surface), bars, inputs)

    def progress(family: str, done: int, planned: int, best: float) -> None:
        if done > 250:
            stop.set()

    surfaces = noise(make_surface)
    part = run(surfaces, bars, inputs, progress=progress, stop=stop, folder=tmp_path)
    assert part.interrupted
    assert part.delivered == ()
    assert part.verdict == ()
    assert len(part.families) == 2
    assert part.trials < whole.trials
    assert all(last <= part.split.locked.first for one in surfaces.values() for _, _, last in one.calls)
    again = run(noise(make_surface), bars, inputs, folder=tmp_path)
    assert not again.interrupted
    assert [one.candidate.key for one in again.delivered] == [one.candidate.key for one in whole.delivered]
    assert again.verdict == whole.verdict


def test_a_stop_inside_selection_is_an_interrupt(make_surface: Make, make_bars: Make, inputs: Inputs) -> None:
    class Stopping:
        key = "stopping"

        def __init__(self, surface: Any):
            self.surface = surface

        def evaluate(self, parameters: FloatArray, first: int, last: int, *, daily: bool = False) -> Evaluation:
            if daily:
                raise Stopped
            found: Evaluation = self.surface.evaluate(parameters, first, last)
            return found

    result = run({"a": Stopping(make_surface())}, make_bars(60), inputs)
    assert result.interrupted
    assert result.delivered == ()


def test_nothing_to_search_is_told(make_bars: Make) -> None:
    with pytest.raises(SearchError, match="no family"):
        search_families([], split(make_bars(10)), SETTINGS)


def test_correlation_by_hand() -> None:
    assert correlation(np.array([1.0, 2.0, 3.0]), np.array([2.0, 4.0, 6.0])) == pytest.approx(1.0)
    assert correlation(np.array([1.0, 2.0, 3.0]), np.array([3.0, 2.0, 1.0])) == pytest.approx(-1.0)
    assert correlation(np.zeros(3), np.zeros(3)) == 1.0
    assert correlation(np.zeros(3), np.array([1.0, 2.0, 3.0])) == 0.0


def test_choose_of_nothing_is_nothing() -> None:
    assert choose([]) == []
