"""All patterns behind one call: one table, one order, one set of errors."""

from __future__ import annotations

import numpy as np
import pytest

from pinewright.errors import UsageError
from pinewright.patterns.detector import detect, pattern, patterns, signals
from pinewright.patterns.pattern import PatternKind
from tests.support.walks import walk_bars


def test_the_table_holds_what_was_asked_for() -> None:
    kinds = [one.kind for one in patterns().values()]
    assert kinds.count(PatternKind.CANDLE) >= 20
    structure = {name for name, one in patterns().items() if one.kind is PatternKind.STRUCTURE}
    for words in ("double_top", "double_bottom", "head_and_shoulders", "triangle", "flag", "wedge", "support", "line"):
        assert any(words in name for name in structure), words


def test_names_and_parameters_are_fit_for_pine() -> None:
    for name, one in patterns().items():
        assert name == one.name
        assert name.replace("_", "").isalnum()
        assert name.islower()
        assert one.meaning.endswith(".")
        for item in one.parameters:
            assert item.minimum <= item.default <= item.maximum, (name, item.name)
            steps = (item.default - item.minimum) / item.step
            assert steps == pytest.approx(round(steps), abs=1e-6), (name, item.name)


def test_marks_stand_where_signals_fire() -> None:
    bars = walk_bars(600, 5)
    fired = signals(bars)
    marks = detect(bars)
    places = {(mark.pattern, mark.bar) for mark in marks}
    rows = list(patterns())
    assert places == {(rows[row], int(bar)) for row, bar in zip(*np.nonzero(fired), strict=True)}
    assert [mark.bar for mark in marks] == sorted(mark.bar for mark in marks)
    assert all(0.0 <= mark.confidence <= 1.0 and 0 <= mark.start <= mark.bar for mark in marks)


def test_marks_of_chosen_bars_are_those_of_all() -> None:
    bars = walk_bars(600, 5)
    at = np.arange(600) % 3 == 0
    assert detect(bars, at=at) == tuple(mark for mark in detect(bars) if at[mark.bar])
    assert 0 < len(detect(bars, at=at)) < len(detect(bars))


def test_rows_follow_the_names_asked_for() -> None:
    bars = walk_bars(600, 5)
    rows = signals(bars, ["double_top", "doji", "inside_bar"])
    every = signals(bars)
    order = list(patterns())
    assert np.array_equal(rows, every[[order.index(name) for name in ("double_top", "doji", "inside_bar")]])


def test_parameters_reach_their_pattern() -> None:
    bars = walk_bars(600, 5)
    strict = signals(bars, ["doji"], {"doji": {"dojiBody": 0.05}})
    usual = signals(bars, ["doji"])
    assert strict.sum() < usual.sum()
    assert not (strict & ~usual).any()


@pytest.mark.parametrize(
    ("names", "parameters", "what"),
    [
        (["dojo"], None, "unknown pattern 'dojo'"),
        (["doji"], {"hammer": {}}, "parameters of hammer, which is not asked for"),
        (["doji"], {"doji": {"body": 1.0}}, "has no parameter 'body'"),
        (["doji"], {"doji": {"dojiBody": 9.0}}, "out of range"),
        (["doji"], {"doji": {"averageLength": 7.5}}, "no whole number"),
    ],
)
def test_what_cannot_be_asked(names: list[str], parameters: dict[str, dict[str, float]] | None, what: str) -> None:
    with pytest.raises(UsageError, match=what):
        signals(walk_bars(100, 5), names, parameters)


def test_a_near_name_is_offered() -> None:
    with pytest.raises(UsageError) as caught:
        pattern("bullish_engulfin")
    assert caught.value.hint is not None
    assert "bullish_engulfing" in caught.value.hint
