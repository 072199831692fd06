"""Patterns at entries: only what was known when the trade was decided, the strategy's own first."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from pinewright.app.charts.sightings import FRESH, MOST_AT_A_TRADE, Sightings, parameters_of
from pinewright.app.report.evidence_model import Sighting
from pinewright.generate import FAMILIES
from pinewright.market import Bars, Trades
from pinewright.patterns.detector import detect, patterns
from pinewright.patterns.pattern import Values
from tests.support.walks import QUARTER_HOUR, trades_at, walk_bars


@pytest.fixture(scope="module")
def bars() -> Bars:
    return walk_bars(2_000, 23)


def at(bars: Bars, trades: Trades, parameters: Values | None = None) -> tuple[Sighting, ...]:
    return Sightings.over(bars, [trades]).seen(trades, parameters).sightings


def test_only_what_was_known_at_the_decision(bars: Bars) -> None:
    entries = np.arange(100, 1_900, 7, dtype=np.int64)
    found = at(bars, trades_at(bars, entries))
    assert len(found) > 100
    for one in found:
        decided = int(bars.time[entries[one.trade] - 1])
        assert decided - FRESH * QUARTER_HOUR <= one.known <= decided
        assert one.start <= one.known
        assert all(time <= one.known for line in one.lines for time, _ in line.points)
    counts = np.bincount([one.trade for one in found])
    assert counts.max() == MOST_AT_A_TRADE


def test_later_bars_change_nothing(bars: Bars) -> None:
    entries = np.arange(100, 900, 11, dtype=np.int64)
    whole = at(bars, trades_at(bars, entries))
    cut = at(bars.slice(0, 1_000), trades_at(bars, entries))
    assert whole == cut


def test_those_that_point_the_trades_way_come_first(bars: Bars) -> None:
    entries = np.arange(100, 1_900, 7, dtype=np.int64)
    first: dict[int, int] = {}
    for one in at(bars, trades_at(bars, entries, long=False)):
        first.setdefault(one.trade, one.direction)
    pointing = {mark.bar for mark in detect(bars) if mark.direction.value == -1}
    for trade, direction in first.items():
        decided = int(entries[trade]) - 1
        if any(bar in pointing for bar in range(decided - FRESH, decided + 1)):
            assert direction == -1


def test_a_strategys_own_patterns_are_looked_for_with_its_inputs(bars: Bars) -> None:
    family = FAMILIES["chart_pattern"]
    values = {item.name: item.default for item in family.inputs} | {"swingLength": 2.0, "height": 0.5}
    parameters = parameters_of(family, values)
    assert parameters["double_top"] == {"length": 2.0, "tolerance": 0.5, "height": 0.5}
    assert parameters["support_break"]["touches"] == 3.0
    assert "support_break" not in parameters_of(family, values | {"levels": 0.0})
    fired = [mark.bar for mark in detect(bars, ["double_bottom"], {"double_bottom": parameters["double_bottom"]})]
    usual = {mark.bar for mark in detect(bars, ["double_bottom"])}
    only = np.array([bar + 1 for bar in fired if not usual & set(range(bar - FRESH, bar + 1)) and bar < 1_990])
    assert len(only) > 3
    titles = {one.trade: one.title for one in reversed(at(bars, trades_at(bars, only), parameters))}
    own = {patterns()[name].title for name in parameters}
    assert set(titles.values()) <= own
    assert set(titles) == set(range(len(only)))


def test_families_without_patterns_have_none_of_their_own() -> None:
    assert parameters_of(FAMILIES["macd"], {}) == {}
    for family in FAMILIES.values():
        values = {item.name: item.default for item in family.inputs}
        for name, given in parameters_of(family, values).items():
            assert patterns()[name].values(given)


def test_the_picture_is_of_the_latest_closed_trade_that_the_chart_agreed_with(bars: Bars) -> None:
    entries = np.arange(100, 1_900, 7, dtype=np.int64)
    trades = trades_at(bars, entries)
    seen = Sightings.over(bars, [trades]).seen(trades)
    agreed = [one.trade for one in seen.sightings if one.direction == 1]
    assert seen.picture is not None
    assert seen.picture.number == agreed[-1] + 1
    assert seen.picture.png.startswith(b"\x89PNG")
    open_ = np.zeros(len(entries), dtype=np.bool_)
    open_[agreed[-1]] = True
    later = Sightings.over(bars, [trades]).seen(replace(trades, is_open=open_))
    assert later.picture is not None
    assert later.picture.number < seen.picture.number


def test_several_lists_are_looked_at_together(bars: Bars) -> None:
    one, two = (trades_at(bars, np.arange(first, 1_900, 13, dtype=np.int64)) for first in (100, 105))
    together = Sightings.over(bars, [one, two])
    assert together.seen(one) == Sightings.over(bars, [one]).seen(one)
    assert together.seen(two) == Sightings.over(bars, [two]).seen(two)


def test_no_trades_no_sightings(bars: Bars) -> None:
    assert at(bars, trades_at(bars, np.zeros(0, dtype=np.int64))) == ()
    assert at(replace(bars), trades_at(bars, np.array([1], dtype=np.int64))) == ()
