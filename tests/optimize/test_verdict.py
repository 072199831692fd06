"""The four words: what each takes, and what takes it away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pinewright.market import DAY
from pinewright.optimize import Candidate, Metrics, Part, PartResult, SearchSettings, Split, search
from pinewright.optimize.evaluation import Evaluator
from pinewright.optimize.judge import Case, Terms
from pinewright.optimize.proof import Check, Outcome, Proof, Stress, Word
from pinewright.optimize.rehearsal import rehearse
from pinewright.optimize.sample import sample
from pinewright.optimize.space import Space
from pinewright.optimize.statistics import Interval
from pinewright.optimize.verdict import ROBUST, VETOES, Beside, beside_sentence, conclude, result_sentence

NAN = float("nan")
NONE = Interval(NAN, NAN, 0.9, "none")
ABOVE, ACROSS = (Interval(low, high, 0.9, "bootstrap") for low, high in ((1, 9), (-4, 9)))
Make = Callable[..., Any]
FIRST = "It made money."


def part(net: float, trades: float = 60.0, days: int = 100, name: str = "locked", start: int = 0) -> PartResult:
    place = Part(name, start, start + days, start * DAY, (start + days) * DAY, days)
    wave = np.where(np.arange(days) % 2 == 0, 1.0, -1.0)
    return PartResult(place, Metrics(("net_profit", "trades"), (net, trades)), net / days + wave)


@pytest.fixture
def case(make_surface: Make, inputs: Any) -> Case:
    """A set that earned in 500 days, found among 64."""
    evaluator: Evaluator = make_surface(edge=0.5)
    parts = Split(
        replace(part(0, days=300, name="search").part, last=300 * 24),
        Part("selection", 300 * 24, 400 * 24, 300 * DAY, 400 * DAY, 100),
        Part("locked", 400 * 24, 500 * 24, 400 * DAY, 500 * DAY, 100),
        (),
    )
    found = search(Space.of(inputs), evaluator, parts.search, SearchSettings(trials=64, batch=32))
    drawn = sample(found, evaluator, parts, SearchSettings(trials=64, batch=32))
    candidate = Candidate("f", (), (), 1.0, 0.9, part(60, days=300), part(20), True, trial=1)
    ratios = np.linspace(-0.1, 0.1, 64)
    return Case(candidate, part(20.0), ABOVE, found, rehearse(drawn, found, parts), parts, 0.01, 64, ratios, 1, Terms())


def proof(**outcomes: Outcome) -> Proof:
    """All checks passed but those named."""
    names = ("trades_in_sample", "trades_locked", "superior_ability", *ROBUST, *VETOES)
    checks = [
        Check(name, name.replace("_", " "), 0.01, "a bar", outcomes.get(name, Outcome.PASS), f"words of {name}")
        for name in dict.fromkeys(names)
    ]
    return Proof(tuple(checks))


def word(case: Case, found: Proof, beside: Beside | None = None) -> Word:
    judgement = conclude(case, found, Beside() if beside is None else beside, FIRST)
    assert judgement.reasons[0] == FIRST
    assert len(judgement.reasons) == 3
    assert all(reason.endswith(".") for reason in judgement.reasons)
    return judgement.word


def test_all_passed_is_robust(case: Case) -> None:
    assert word(case, proof()) is Word.ROBUST


@pytest.mark.parametrize("name", ROBUST)
def test_one_failure_of_these_leaves_it_promising(case: Case, name: str) -> None:
    found = proof(**{name: Outcome.FAIL})
    assert word(case, found) in ((Word.PROMISING, Word.UNPROVEN) if name in VETOES else (Word.PROMISING,))


@pytest.mark.parametrize("name", ["superior_ability", "trades_in_sample", "trades_locked", *VETOES])
def test_one_failure_of_these_leaves_it_unproven(case: Case, name: str) -> None:
    assert word(case, proof(**{name: Outcome.FAIL})) is Word.UNPROVEN


def test_no_answer_on_length_or_luck_is_no_pass(case: Case) -> None:
    assert word(case, proof(minimum_length=Outcome.UNKNOWN)) is Word.PROMISING
    assert word(case, proof(superior_ability=Outcome.UNKNOWN)) is Word.UNPROVEN
    assert word(case, proof(doubled_costs=Outcome.UNKNOWN)) is Word.ROBUST


def test_a_loss_in_the_locked_part_is_never_promising(case: Case) -> None:
    assert word(replace(case, locked=part(-1.0)), proof()) is Word.UNPROVEN


def test_few_days_cannot_prove(case: Case) -> None:
    few = replace(case.candidate, search=part(9, days=30), selection=part(9, days=9))
    assert word(replace(case, candidate=few, locked=part(9, days=10)), proof()) is Word.UNPROVEN


@pytest.mark.parametrize(("worse", "expected"), [(True, Word.WORSE), (False, Word.UNPROVEN)])
def test_a_default_that_stays(case: Case, worse: bool, expected: Word) -> None:
    assert word(case, proof(), Beside("nothing better was found", worse)) is expected


def test_a_default_that_does_clearly_better_in_the_locked_part(case: Case) -> None:
    better = part(20.0).daily + np.where(np.arange(100) % 4 == 0, 0.1, 0.0)
    assert word(case, proof(), Beside(locked=replace(part(20.0), daily=better))) is Word.WORSE
    assert word(case, proof(), Beside(locked=replace(part(20.0), daily=np.zeros(100)))) is Word.ROBUST


@pytest.mark.parametrize(
    ("profits", "expected"),
    [
        ({"mid_prices": -1.0, "bid_ask": -2.0}, Word.WORSE),
        ({"mid_prices": 4.0, "bid_ask": 3.0}, Word.ROBUST),
        ({"outside_rollover": -1.0}, Word.WORSE),
        ({"outside_rollover": 2.0, "mid_prices": 3.0}, Word.ROBUST),
    ],
)
def test_an_edge_of_one_side_is_refused(case: Case, profits: Mapping[str, float], expected: Word) -> None:
    stresses = tuple(Stress(name, name, profit, 5.0, 60, "") for name, profit in profits.items())
    assert word(case, replace(proof(), stresses=stresses)) is expected


def test_what_would_change_it_is_said(case: Case) -> None:
    failed = proof(superior_ability=Outcome.FAIL, doubled_costs=Outcome.FAIL)
    found = conclude(case, failed, Beside(), FIRST, idle=("stopAtr",))
    said = " ".join(found.changes)
    assert "stopAtr" in said
    assert "doubled costs" in said
    assert "years" in said or "Another rule" in said


def test_result() -> None:
    assert result_sentence("It", part(-12.5, 3, 20), ACROSS, "USD") == (
        "It lost 12.50 USD after costs in the locked part (3 trades in 20 trading days that nothing was chosen on); "
        "90 % interval -4.00 USD to +9.00 USD."
    )
    assert "(no trade in 1 trading day that" in result_sentence("It", part(0.0, NAN, 1), NONE, "USD")
    assert result_sentence("It", part(1.0, 1.0, 1), NONE, "USD").endswith("too short for an interval.")
    assert beside_sentence("Its old ones", part(-3.0), "USD") == "Its old ones lost 3.00 USD there."
