"""Probes of TradingView as whole scripts: every entry and exit of its lists, where PINEWRIGHT_PROBES has the folder.

``probes.py`` tells how the lists were made. Each script runs as it is and, converted to v5, once more.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pinewright.errors import BacktestError
from pinewright.program import Program

from .probes import FINER, NAMES, NOT_IN_FIVE, OPEN_RATES, Corpus, Rates, compiled, converted, same

PROBES = tuple(name for name in NAMES if name not in FINER and name not in OPEN_RATES)
"""Scripts whose list is met in all."""
IN_FIVE = tuple(name for name in PROBES if name not in NOT_IN_FIVE)
"""Those of them that v5 can say."""
FOLDER = os.environ.get("PINEWRIGHT_PROBES")
with_folder = pytest.mark.skipif(not FOLDER, reason="PINEWRIGHT_PROBES names no folder of probes")


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return Corpus(Path(FOLDER or ""))


@pytest.fixture(scope="module")
def rates(corpus: Corpus) -> Rates:
    return corpus.rates(NAMES)


def program_of(corpus: Corpus, name: str) -> Program:
    return compiled(corpus.source(name), name)


def test_the_shares_that_were_promised() -> None:
    """With the tests below, which hold the tables: all that have their bars run, and nearly all are met in all."""
    run = len(NAMES) - len(FINER)
    assert len(NAMES) == 149
    assert len(PROBES) >= 0.95 * run
    assert len(IN_FIVE) >= 20
    assert {*FINER, *OPEN_RATES, *NOT_IN_FIVE} <= set(NAMES)


@with_folder
@pytest.mark.parametrize("name", FINER)
def test_bars_that_are_missing_are_named(corpus: Corpus, rates: Rates, kernels: Path, name: str) -> None:
    words = r"asks for bars of ETHUSDT at 1m|asks for the bar magnifier, and there are no finer bars"
    with pytest.raises(BacktestError, match=words):
        corpus.run(name, program_of(corpus, name), rates, kernels)


@with_folder
@pytest.mark.parametrize("name", PROBES)
def test_every_entry_and_exit_of_the_probe_and_its_profit(
    corpus: Corpus, rates: Rates, kernels: Path, name: str
) -> None:
    probe = corpus.compared(name, corpus.run(name, program_of(corpus, name), rates, kernels))
    assert probe.found.first is None, str(probe.found.first)
    assert probe.found.equal
    assert probe.off <= 0.1 or abs(probe.ours - probe.theirs) <= 0.05


@with_folder
@pytest.mark.parametrize("name", IN_FIVE)
def test_it_trades_alike_in_v5(corpus: Corpus, rates: Rates, kernels: Path, name: str) -> None:
    five = compiled(converted(corpus.source(name)), name)
    trades = corpus.run(name, five, rates, kernels)
    assert same(trades, corpus.run(name, program_of(corpus, name), rates, kernels))


@with_folder
@pytest.mark.parametrize("name", sorted(NOT_IN_FIVE))
def test_what_v5_cannot_say_is_not_converted(corpus: Corpus, name: str) -> None:
    with pytest.raises(ValueError, match="end of this loop"):
        converted(corpus.source(name))


@with_folder
@pytest.mark.parametrize("name", sorted(OPEN_RATES))
def test_sizes_of_a_budget_where_the_lists_leave_the_rate_open(
    corpus: Corpus, rates: Rates, kernels: Path, name: str
) -> None:
    # On some days trades were too small to tell a price of five decimals from the next two: sizes differ by such steps.
    probe = corpus.compared(name, corpus.run(name, program_of(corpus, name), rates, kernels))
    found = probe.found
    assert found.paired == found.listed == found.ours
    assert {difference.field for difference in found.differences} <= {"quantity"}
    assert len(found.differences) < found.listed / 10
    for difference in found.differences:
        assert difference.values[0] == pytest.approx(difference.values[1], rel=2.1e-5)
    assert probe.off <= 0.1
