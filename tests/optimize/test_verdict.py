"""The sentences: each says what the numbers say, and no more."""

from __future__ import annotations

import numpy as np
import pytest

from pinewright.market import DAY
from pinewright.optimize import Metrics, Part, PartResult, Split
from pinewright.optimize.statistics import Interval
from pinewright.optimize.verdict import length_sentence, luck_sentence, proven, result_sentence, script_verdict

NAN = float("nan")
NONE = Interval(NAN, NAN, 0.9, "none")
ABOVE, ACROSS, BELOW = (Interval(low, high, 0.9, "bootstrap") for low, high in ((1, 9), (-4, 9), (-9, -1)))


def part(net: float, trades: float = 3.0, days: int = 20) -> PartResult:
    place = Part("locked", 0, days, 0, days * DAY, days)
    return PartResult(place, Metrics(("net_profit", "trades"), (net, trades)), np.full(days, net / days))


def split(days: int) -> Split:
    borders = (0, days * 3 // 5, days * 4 // 5, days)
    parts = [
        Part(name, first, last, first * DAY, last * DAY, last - first)
        for name, first, last in zip(("search", "selection", "locked"), borders, borders[1:], strict=False)
    ]
    return Split(parts[0], parts[1], parts[2], ())


def test_result() -> None:
    assert result_sentence("It", part(-12.5), ACROSS, "USD") == (
        "It lost 12.50 USD after costs in the locked part (3 trades in 20 trading days that nothing was chosen on); "
        "90 % interval -4.00 USD to +9.00 USD."
    )
    assert "made 0.00 USD" in result_sentence("It", part(0.0, 0.0), ACROSS, "USD")
    assert "(no trade in 1 trading day that" in result_sentence("It", part(0.0, NAN, 1), NONE, "USD")
    assert result_sentence("It", part(1.0, 1.0, 1), NONE, "USD").endswith("too short for an interval.")


@pytest.mark.parametrize(
    ("interval", "deflated", "words"),
    [
        (ABOVE, 0.99, ("does not explain", "alone lies above zero")),
        (ACROSS, 0.5, ("may look like this by luck", "cannot be told from zero")),
        (BELOW, NAN, ("too few", "lies below zero")),
        (NONE, 0.5, ("by luck", "cannot tell its result from zero")),
    ],
)
def test_luck(interval: Interval, deflated: float, words: tuple[str, ...]) -> None:
    sentence = luck_sentence(interval, deflated, 1234)
    assert sentence.startswith("1,234 parameter sets were tried")
    assert all(word in sentence for word in words)


def test_proof_needs_all_four() -> None:
    assert proven(part(5.0), ABOVE, 0.96)
    assert not proven(part(5.0), ACROSS, 0.96)
    assert not proven(part(5.0), ABOVE, 0.94)
    assert not proven(part(5.0), ABOVE, NAN)
    assert not proven(part(5.0, days=9), ABOVE, 0.96)


def test_length() -> None:
    assert length_sentence(14 / 365.25, 1000).startswith("14 days can rank, they cannot prove: after 1,000 trials")
    assert "10.6 years" in length_sentence(1.0, 1000)
    assert length_sentence(20.0, 1000) == ""
    assert length_sentence(0.1, 1) == ""


@pytest.mark.parametrize(
    ("new", "difference", "word"),
    [
        (8.0, ABOVE, "better on the selection part and in the locked part"),
        (4.0, ACROSS, "3.00 USD worse, which may be chance"),
        (-8.0, BELOW, "keep the old"),
        (4.0, NONE, "may be chance"),
    ],
)
def test_script_with_new_defaults(new: float, difference: Interval, word: str) -> None:
    sentences = script_verdict(True, part(new), part(1.0), ACROSS, difference, 0.5, split(4000), 10, "USD", "")
    assert word in sentences[2]
    assert "can rank" not in sentences[2]


def test_script_that_stays() -> None:
    sentences = script_verdict(False, None, part(1.0), ACROSS, None, 0.5, split(20), 100, "USD", "no reason")
    assert sentences[0] == "Nothing better than the default was found: no reason."
    assert sentences[1].startswith("The script as it is made 1.00 USD")
    assert sentences[2].startswith("100 parameter sets tried, the defaults stay; 20 days can rank")
