"""Visual confirmation: the picture's word at the entries, in the trade's direction, never from the locked part."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from threading import Event

import numpy as np
import pytest

from pinewright.app.search.confirming import ENTRIES, VisualConfirmation, reasons_of, spread
from pinewright.generate import FAMILIES
from pinewright.market import Bars, FloatArray, Trades
from pinewright.optimize.evaluation import Metrics, Stopped
from pinewright.optimize.proof import Stress
from pinewright.optimize.results import Candidate, PartResult
from pinewright.optimize.split import Split, split
from pinewright.patterns.pattern import PatternKind
from pinewright.patterns.picture.opinion import ChartOpinion
from tests.support.walks import trades_at, walk_bars


@pytest.fixture(scope="module")
def bars() -> Bars:
    return walk_bars(2_000, 23)


@dataclass
class Entries:
    """A witness whose trades are entered every so many bars; visual confirmation asks it for nothing else."""

    bars: Bars
    long: bool = True
    step: int = 9
    slippage: float = 0.0
    asked: list[tuple[int, int]] = field(default_factory=list)

    def trades(self, parameters: FloatArray, first: int, last: int) -> Trades:
        self.asked.append((first, last))
        return trades_at(self.bars, np.arange(first + 1, last - 1, self.step, dtype=np.int64), self.long)

    def stresses(self, parameters: FloatArray, parts: Split) -> tuple[Stress, ...]:
        raise NotImplementedError

    def redrawn(self, parameters: FloatArray, parts: Split, draws: int, seed: int) -> FloatArray:
        raise NotImplementedError


def candidate(parts: Split) -> Candidate:
    empty = PartResult(parts.search, Metrics((), ()), np.zeros(0))
    return Candidate("any", ("x",), (1.0,), 0.0, 0.0, empty, replace(empty, part=parts.selection), True)


def measure(bars: Bars, witness: Entries, stop: Event | None = None) -> float:
    parts = split(bars)
    return float(VisualConfirmation(bars, parts, {"any": witness}, False, stop or Event())([candidate(parts)])[0])


def test_the_other_side_hears_the_opposite(bars: Bars) -> None:
    long, short = measure(bars, Entries(bars)), measure(bars, Entries(bars, long=False))
    assert long == pytest.approx(-short)
    assert -1.0 <= long <= 1.0
    assert long != 0.0


def test_the_locked_part_is_never_looked_at(bars: Bars) -> None:
    witness = Entries(bars)
    measure(bars, witness)
    parts = split(bars)
    assert max(last for _, last in witness.asked) <= parts.locked.first
    other = bars.close.copy()
    other[parts.locked.first :] *= 2.0
    changed = replace(bars, close=other, high=np.maximum(bars.high, other))
    assert measure(changed, Entries(changed)) == measure(bars, Entries(bars))


def test_entries_that_follow_the_picture_are_confirmed(bars: Bars) -> None:
    places = np.arange(100, 1_200, dtype=np.int64)
    scores = ChartOpinion().scores(bars, places)
    assert (np.abs(scores) <= 1.0).all()
    good = places[scores > 0.4]

    @dataclass
    class Follower(Entries):
        def trades(self, parameters: FloatArray, first: int, last: int) -> Trades:
            return trades_at(self.bars, good[(good >= first) & (good < last)] + 1, True)

    assert measure(bars, Follower(bars)) > 0.4


def test_a_charts_word_does_not_depend_on_the_charts_beside_it(bars: Bars) -> None:
    places = np.arange(100, 700, 9, dtype=np.int64)
    opinion = ChartOpinion()
    alone = [opinion.scores(bars, places[k : k + 1])[0] for k in range(len(places))]
    assert opinion.scores(bars, places).tolist() == alone


def test_a_score_knows_no_later_bar(bars: Bars) -> None:
    places = np.array([200, 400, 599], dtype=np.int64)
    opinion = ChartOpinion()
    assert np.array_equal(opinion.scores(bars, places), opinion.scores(bars.slice(0, 600), places))


def test_an_entrys_own_reason_has_no_voice(bars: Bars) -> None:
    families = reasons_of(FAMILIES.values())
    assert families["candle_reversal"] == {PatternKind.CANDLE}
    assert families["chart_pattern"] == {PatternKind.STRUCTURE}
    assert families["macd"] == frozenset()
    parts = split(bars)
    every, structure = (
        VisualConfirmation(bars, parts, {"any": Entries(bars)}, False, reasons={"any": kinds})([candidate(parts)])[0]
        for kinds in (frozenset[PatternKind](), frozenset({PatternKind.CANDLE}))
    )
    assert every != structure
    nothing = frozenset({PatternKind.CANDLE, PatternKind.STRUCTURE})
    assert not ChartOpinion().scores(bars, np.arange(100, 200), nothing).any()


def test_too_few_bars_are_no_opinion(bars: Bars) -> None:
    scores = ChartOpinion().scores(bars, np.array([0, 58, 59], dtype=np.int64))
    assert np.isnan(scores[:2]).all()
    assert not np.isnan(scores[2])


def test_no_trade_has_no_figure(bars: Bars) -> None:
    @dataclass
    class Nobody(Entries):
        def trades(self, parameters: FloatArray, first: int, last: int) -> Trades:
            return trades_at(self.bars, np.zeros(0, dtype=np.int64))

    assert math.isnan(measure(bars, Nobody(bars)))


def test_a_stopped_run_ends(bars: Bars) -> None:
    stop = Event()
    stop.set()
    with pytest.raises(Stopped):
        measure(bars, Entries(bars), stop)


def test_entries_are_spread() -> None:
    assert spread(5, ENTRIES).tolist() == [0, 1, 2, 3, 4]
    many = spread(1_000, ENTRIES)
    assert (len(many), many[0], many[-1]) == (ENTRIES, 0, 999)
    assert np.ptp(np.diff(many)) <= 1
