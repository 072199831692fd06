"""All checks on one set: each is there, has its figure and bar, and says so when the data give no answer."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pinewright.market import Bars, FloatArray, Trades
from pinewright.optimize import SearchSettings, optimize_script, split
from pinewright.optimize.checks import STANDARDS, Standards
from pinewright.optimize.judge import Terms
from pinewright.optimize.proof import Outcome, Proof, Stress, Word
from pinewright.optimize.results import ScriptResult
from pinewright.optimize.space import Space
from pinewright.optimize.split import Split
from pinewright.program import Program, StrategySettings

Make = Callable[..., Any]
SETTINGS = SearchSettings(trials=200, seed=3, batch=64)
PLAIN = (
    "trades_in_sample", "trades_locked", "locked_interval", "superior_ability", "deflated_sharpe", "minimum_length",
    "overfitting", "walk_forward_anchored", "walk_forward_rolling", "purged_paths", "plateau", "sub_periods",
)  # fmt: skip
WITNESSED = (
    "monte_carlo_trades", "monte_carlo_bars", "random_entries", "shifted_entries", "best_trades", "best_hour",
)  # fmt: skip


class Witness:
    """Forty trades in closed form: every fifth day one, held for three bars."""

    def __init__(self, bars: Bars, profit: float = 1.0):
        self.bars, self.profit, self.slippage = bars, profit, 0.0

    def trades(self, parameters: FloatArray, first: int, last: int) -> Trades:
        entry = np.arange(first + 5, last - 5, 120, dtype=np.int64)
        count = len(entry)
        ones, net = np.ones(count), np.where(np.arange(count) % 3 == 0, -self.profit, self.profit)
        return Trades(
            entry, entry + 3, self.bars.time[entry], self.bars.time[entry + 3], np.ones(count, dtype=np.bool_),
            ones, ones, ones, net, ones, ones, 0.01 * ones, np.zeros(count, dtype=np.bool_),
            ("L",) * count, ("X",) * count, 1000.0,
        )  # fmt: skip

    def stresses(self, parameters: FloatArray, parts: Split) -> tuple[Stress, ...]:
        return (
            Stress("doubled_costs", "Doubled costs", 3.0, 5.0, 40, "twice the costs"),
            Stress("bid_ask", "Bid and ask", math.nan, 5.0, 0, "the bars have one side", known=False),
        )

    def redrawn(self, parameters: FloatArray, parts: Split, draws: int, seed: int) -> FloatArray:
        return np.linspace(-1.0, 3.0, draws)


def judged(surface: Any, bars: Bars, inputs: Any, standards: Standards = STANDARDS, **given: Any) -> ScriptResult:
    program = Program("mine", "", inputs, (), StrategySettings("Mine"), (), 0, 0, "key")
    terms, space = Terms(standards=standards), Space.of(inputs)
    return optimize_script(program, space, surface, split(bars), SETTINGS, terms=terms, **given)


def proof_of(result: ScriptResult) -> Proof:
    assert result.proof is not None
    return result.proof


def test_every_question_has_a_check(make_surface: Make, make_bars: Make, inputs: Any) -> None:
    bars = make_bars(200)
    proof = proof_of(judged(make_surface(edge=1.5, noise=0.7), bars, inputs, witness=Witness(bars)))
    assert tuple(one.name for one in proof.checks) == (*PLAIN, *WITNESSED, "doubled_costs", "bid_ask")
    for one in proof.checks:
        assert one.title
        assert one.words
        assert math.isnan(one.value) == (one.outcome is Outcome.UNKNOWN) or one.name == "monte_carlo_bars"
    told = proof.check("bid_ask")
    assert told is not None
    assert told.outcome is Outcome.UNKNOWN
    assert proof.check("nothing") is None
    assert [band.method for band in proof.bands] == ["shuffle", "bootstrap", "block"]
    assert proof.band is not None
    assert len(proof.random_profits) == 1_000
    assert len(proof.bars_band) == 20


def test_a_true_edge_passes_what_noise_fails(make_surface: Make, make_bars: Make, inputs: Any) -> None:
    bars = make_bars(300)
    wide = (40.0, 200.0, 6.0, 0.5)
    edge = proof_of(judged(make_surface(edge=0.6, width=wide), bars, inputs))
    names = ("superior_ability", "deflated_sharpe", "walk_forward_anchored", "purged_paths", "plateau", "sub_periods")
    for name in names:
        found = edge.check(name)
        assert found is not None
        assert found.outcome is Outcome.PASS, name
    noise = proof_of(judged(make_surface(edge=0.0, seed=4), bars, inputs))
    failed = [one.name for one in noise.checks if one.outcome is Outcome.FAIL]
    assert {"deflated_sharpe", "superior_ability"} <= set(failed)


def test_short_data_have_no_answer_rather_than_a_pass(make_surface: Make, make_bars: Make, inputs: Any) -> None:
    proof = proof_of(judged(make_surface(edge=1.0), make_bars(8), inputs))
    for name in ("superior_ability", "overfitting", "walk_forward_anchored", "walk_forward_rolling", "purged_paths"):
        found = proof.check(name)
        assert found is not None
        assert found.outcome is Outcome.UNKNOWN, name


def test_the_standards_are_the_users(make_surface: Make, make_bars: Make, inputs: Any) -> None:
    bars, surface = make_bars(200), make_surface(edge=1.5, noise=0.7)
    strict = judged(surface, bars, inputs, Standards(in_sample=10_000))
    plain = judged(surface, bars, inputs)
    assert strict.judgement is not None
    assert plain.judgement is not None
    assert (strict.judgement.word, plain.judgement.word) == (Word.UNPROVEN, Word.PROMISING)


def test_the_evidence_repeats(make_surface: Make, make_bars: Make, inputs: Any) -> None:
    bars = make_bars(100)
    first, second = (judged(make_surface(edge=0.5), bars, inputs, witness=Witness(bars)) for _ in range(2))
    assert repr(proof_of(first).checks) == repr(proof_of(second).checks)
    assert first.judgement == second.judgement


@pytest.mark.parametrize("days", [3, 30])
def test_what_the_witness_says_of_no_trades(make_surface: Make, make_bars: Make, inputs: Any, days: int) -> None:
    bars = make_bars(days)

    class Idle(Witness):
        def trades(self, parameters: FloatArray, first: int, last: int) -> Trades:
            some = super().trades(parameters, first, last)
            empty = {
                name: getattr(some, name)[:0]
                for name in (
                    "entry_bar", "exit_bar", "entry_time", "exit_time", "is_long", "quantity", "entry_price",
                    "exit_price", "net_profit", "favorable", "adverse", "commission", "is_open", "entry_signal",
                    "exit_signal",
                )
            }  # fmt: skip
            return replace(some, **empty)

    proof = proof_of(judged(make_surface(edge=0.5), bars, inputs, witness=Idle(bars)))
    for name in ("monte_carlo_trades", "random_entries", "shifted_entries", "best_trades", "best_hour"):
        found = proof.check(name)
        assert found is not None
        assert found.outcome is Outcome.UNKNOWN
    assert proof.band is None
