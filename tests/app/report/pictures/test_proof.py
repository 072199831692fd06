"""Pictures of the evidence say what the arrays say, and stand where there is little or nothing to say."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from pinewright.app.report.model import InputValue
from pinewright.app.report.pictures.circumstances import draw_stability, draw_stresses
from pinewright.app.report.pictures.of_strategy import proof_pictures, real_profit
from pinewright.app.report.pictures.spread import draw_bars, draw_overfitting, draw_paths, draw_random
from pinewright.app.report.pictures.trades import draw_bands, draw_fan
from pinewright.app.report.pictures.walk import draw_walk
from pinewright.optimize.evidence import equity_band, stability, trade_bands
from pinewright.optimize.proof import Proof, Stress, Walk, WalkWindow

from ..conftest import Example
from .support import check, count, texts


@pytest.fixture(scope="module")
def proof(example: Example) -> Proof:
    found = example.proved_run.strategies[0].proof
    assert found is not None
    return found


def test_a_whole_proof_has_all_pictures(proof: Proof) -> None:
    pictures = proof_pictures(proof, "USD")
    names = [one.name for one in pictures]
    wanted = "walk_anchored walk_rolling paths overfitting random bars bands fan stresses stability"
    assert names == wanted.split()
    for one in pictures:
        check(one)


def test_an_empty_proof_has_none() -> None:
    assert proof_pictures(Proof(), "USD") == ()
    assert math.isnan(real_profit(Proof()))


def test_a_proof_of_what_has_no_answer_still_draws(proof: Proof) -> None:
    nan = np.full(9, np.nan)
    nothing = trade_bands(np.empty(0), seed=1)
    unknown = Proof(
        walks=(Walk("rolling", (), math.nan, math.nan),),
        paths=nan,
        bands=(nothing,),
        band=equity_band(np.array([1.0, math.nan]), 10, seed=1),
        bars_band=nan,
        random_profits=nan,
        stability=stability(np.ones(3), 4),
        stresses=(Stress("bid_ask", "Bid and ask", math.nan, math.nan, 0, "one side only", known=False),),
    )
    pictures = proof_pictures(unknown, "USD")
    assert [one.name for one in pictures] == ["stresses"]
    assert "no answer" in " ".join(texts(check(pictures[0])))


def test_windows_are_counted_and_shaped_by_their_sign() -> None:
    day = 86_400_000
    windows = tuple(
        WalkWindow(0, 10 * day, 11 * day, (15 + k) * day, (9.0, 21.5), inside, outside)
        for k, (inside, outside) in enumerate([(10.0, 5.0), (8.0, -2.0), (-1.0, 3.0), (4.0, math.nan)])
    )
    picture = draw_walk(Walk("anchored", windows, 0.125, 0.5), "USD")
    assert picture is not None
    root = check(picture)
    assert (count(root, "ring"), count(root, "gain"), count(root, "loss"), count(root, "tested")) == (4, 2, 1, 4)
    assert "2 of 4 windows earned" in picture.words
    assert picture.rows[0] == (
        "1970-01-01 to 1970-01-11",
        "1970-01-12 to 1970-01-16",
        "+10.00",
        "+5.00",
        "50\u00a0%",
        "9, 21.5",
    )
    inputs = (InputValue("fast", 9, "Fast length", 9, 5, 60), InputValue("stop", 21.5, "", 21.5, 1.0, 40.0))
    named = draw_walk(Walk("anchored", windows, 0.125, 0.5), "USD", inputs)
    assert named is not None
    assert named.rows[0][-1] == "Fast length = 9; stop = 21.5"
    assert picture.rows[2][4] == "–", "a loss inside has no share that was kept"
    none = draw_walk(Walk("rolling", windows, math.nan, math.nan), "USD")
    assert none is not None
    assert "no window earned inside" in none.words


def test_paths_are_sorted_and_losing_ones_counted() -> None:
    picture = draw_paths(np.array([30.0, -10.0, 5.0]), "USD")
    assert picture is not None
    root = check(picture)
    assert [row[1] for row in picture.rows] == ["\u221210.00", "+5.00", "+30.00"]
    assert (count(root, "loss"), count(root, "gain")) == (1, 2)
    assert "1 lost" in picture.words


def test_the_real_result_stands_in_its_distribution() -> None:
    drawn = np.arange(-50.0, 51.0)
    picture = draw_random(drawn, 0.11, "USD")
    assert picture is not None
    assert "own entries +41" in texts(check(picture))
    assert "11.0\u00a0% of them do as well" in picture.words
    assert picture.rows[-1] == ("own entries", "+41.00")
    for chance in (1 / 102, 1.0):
        edge = draw_random(drawn, chance, "USD")
        assert edge is not None
        check(edge)
    unknown = draw_random(drawn, math.nan, "USD")
    assert unknown is not None
    assert count(check(unknown), "real") == 0
    bars = draw_bars(np.arange(-50.0, 50.0), 40.0, "USD")
    assert bars is not None
    assert "real +40" in texts(check(bars))
    assert "10.0\u00a0% of the redrawn histories as much or more" in bars.words
    few = draw_bars(np.array([1.0, 2.0, 2.0, math.nan]), math.nan, "USD")
    assert few is not None
    assert count(check(few), "rest-dots") == 1
    assert "real" not in few.words


def test_halves_are_thinned_to_what_can_be_seen(proof: Proof) -> None:
    assert proof.overfitting is not None
    logits, inside, outside = (
        np.resize(values, 12_870)
        for values in (proof.overfitting.logits, proof.overfitting.inside, proof.overfitting.outside)
    )
    many = replace(proof.overfitting, logits=logits, inside=inside, outside=outside)
    picture = draw_overfitting(many)
    assert picture is not None
    assert "12,870 halves" in picture.words
    check(picture)
    assert len(picture.drawing) < 20_000


def test_bands_and_fan_hold_the_quantiles() -> None:
    profits = np.array([10.0, -5.0, 20.0, -8.0, 4.0] * 8)
    bands = [trade_bands(profits, seed=2, method=how, draws=200) for how in ("shuffle", "bootstrap", "block")]
    picture = draw_bands(bands, "USD")
    assert picture is not None
    check(picture)
    assert len(picture.rows) == 6
    assert picture.rows[0][-1] == "+168.00"
    assert "In another order" in picture.words
    fan = draw_fan(equity_band(profits, 50, seed=2, draws=200), "USD")
    assert fan is not None
    check(fan)
    assert fan.rows[-1][0] == "50"


def test_circumstances_that_are_not_known_say_so() -> None:
    stresses = (
        Stress("doubled_costs", "Doubled costs", -20.0, 100.0, 30, "twice"),
        Stress("mid_prices", "Mid prices", 120.0, 100.0, 30, "mid"),
        Stress("bid_ask", "True bid and ask", math.nan, 100.0, 0, "one side only", known=False),
    )
    picture = draw_stresses(stresses, "USD")
    assert picture is not None
    root = check(picture)
    assert "1 of 2 other circumstances still earn" in picture.words
    assert "True bid and ask: no answer" in texts(root)
    assert picture.rows[2] == ("True bid and ask", "–", "+100.00", "–", "one side only")
    assert draw_stresses((), "USD") is None


def test_parts_of_the_time() -> None:
    picture = draw_stability(stability(np.array([1.0, 2.0, -5.0, 1.0, 2.0, 2.0, 0.5, 0.2]), 4), "USD")
    assert picture is not None
    root = check(picture)
    assert (count(root, "gain"), count(root, "loss")) == (3, 1)
    assert "3 of 4 equal parts" in picture.words
