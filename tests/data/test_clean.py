"""Rules take away what they name and nothing else; each row taken is counted and listed."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.data import load_bars, simulated_bars
from pinewright.data.clean import clean_bars, clean_ticks, describe
from pinewright.data.cleaning_rules import BAR_RULES, TICK_RULES
from pinewright.data.quality import check_quality
from pinewright.data.source import parse_moment
from pinewright.data.tick_quality import check_ticks
from pinewright.errors import UsageError
from pinewright.market import DAY, Bars, Symbol, Ticks
from tests.data.quotes import make_ticks

Make = Callable[..., Bars]
COLUMNS = ("time", "bid", "ask", "bid_size", "ask_size")


def spoiled(ticks: Ticks, rows: list[int], **columns: object) -> Ticks:
    """The ticks with other values in some rows."""
    changed: dict[str, Any] = {}
    for name, value in columns.items():
        column = getattr(ticks, name).copy()
        column[rows] = value
        changed[name] = column
    return replace(ticks, **changed)


@pytest.fixture(scope="module")
def ticks() -> Ticks:
    """Ten thousand good ticks."""
    return make_ticks(10_000)


def removed(ticks: Ticks, rule: str) -> list[int]:
    """Rows that one rule takes from ticks; the rest stays as it is, column by column."""
    cleaned = clean_ticks(ticks, [rule])
    (removal,) = cleaned.removals
    kept = np.delete(np.arange(len(ticks)), removal.rows)
    for name in COLUMNS:
        assert np.array_equal(getattr(cleaned.kept, name), getattr(ticks, name)[kept], equal_nan=True)
    assert np.array_equal(removal.times, ticks.time[removal.rows])
    assert cleaned.count == removal.count == len(removal.rows)
    return [int(row) for row in removal.rows]


@pytest.mark.parametrize("rule", TICK_RULES)
def test_good_ticks_stay(ticks: Ticks, rule: str) -> None:
    assert removed(ticks, rule) == []
    assert clean_ticks(ticks, [rule]).kept is ticks
    assert clean_ticks(make_ticks(0), [rule]).count == 0
    assert clean_ticks(make_ticks(1), [rule]).count == 0


def test_ticks_in_disorder(ticks: Ticks) -> None:
    early = spoiled(ticks, [500], time=ticks.time[400])
    assert removed(early, "disorder") == [500]
    future = spoiled(ticks, [500], time=ticks.time[0] + 365 * DAY)
    assert removed(future, "disorder") == [500]
    assert (np.diff(clean_ticks(future, ["disorder"]).kept.time) >= 0).all()
    assert removed(spoiled(ticks, [500], time=ticks.time[499]), "disorder") == []


@given(st.lists(st.integers(0, 9), max_size=12))
def test_disorder_takes_the_fewest(times: list[int]) -> None:
    short = replace(make_ticks(len(times)), time=np.array(times, dtype=np.int64))
    cleaned = clean_ticks(short, ["disorder"])
    assert (np.diff(cleaned.kept.time) >= 0).all()
    longest = [1] * len(times)
    for row in range(len(times)):
        longest[row] = 1 + max((longest[k] for k in range(row) if times[k] <= times[row]), default=0)
    assert len(cleaned.kept) == max(longest, default=0)


def test_duplicate_ticks_leave_the_first(ticks: Ticks) -> None:
    again = [7, 8, 8, 2]
    columns: dict[str, Any] = {
        name: np.concatenate([getattr(ticks, name), getattr(ticks, name)[again]]) for name in COLUMNS
    }
    doubled = replace(ticks, **columns)
    assert removed(doubled, "duplicates") == [10_000, 10_001, 10_002, 10_003]
    other = spoiled(doubled, [10_001], ask_size=1.0)
    assert removed(other, "duplicates") == [10_000, 10_002, 10_003]


@pytest.mark.parametrize(
    ("rule", "columns"),
    [
        ("impossible", {"bid": np.nan}),
        ("impossible", {"ask": np.inf}),
        ("impossible", {"bid": 0.0}),
        ("crossed", {"ask": 1.0}),
        ("scale", {"bid": 11.0, "ask": 11.0}),
        ("scale", {"ask": 110.0}),
        ("spikes", {"bid": 1.2, "ask": 1.20001}),
        ("spikes", {"ask": 1.3}),
        ("wide-spread", {"ask": 1.3}),
    ],
)
def test_a_rule_takes_its_fault(ticks: Ticks, rule: str, columns: dict[str, float]) -> None:
    assert removed(spoiled(ticks, [4_000, 6_000], **columns), rule) == [4_000, 6_000]


def test_ticks_without_spread(ticks: Ticks) -> None:
    rows = [10, 11, 500]
    assert removed(spoiled(ticks, rows, ask=ticks.bid[rows]), "no-spread") == rows


def test_ticks_outside_the_session() -> None:
    friday = make_ticks(120, parse_moment("2025-06-06T20:59"))
    assert removed(friday, "outside-session") == list(range(60, 120))
    assert removed(replace(friday, symbol=Symbol.get("BTCUSD")), "outside-session") == []


def test_a_rule_looks_over_impossible_ticks(ticks: Ticks) -> None:
    """Other faults beside it are found all the same, and none of the rules fails."""
    bad = spoiled(spoiled(ticks, [4_000], bid=11.0, ask=11.0), [3_999, 4_001, 5_000], bid=np.nan)
    assert removed(bad, "scale") == [4_000]
    for rule in TICK_RULES:
        removed(bad, rule)


def test_rules_one_after_the_other(ticks: Ticks) -> None:
    bad = spoiled(spoiled(ticks, [100, 200], ask=1.0), [300], bid=np.nan)
    cleaned = clean_ticks(bad, ["impossible", "crossed", "spikes"])
    assert [(one.rule, one.rows.tolist()) for one in cleaned.removals] == [
        ("impossible", [300]),
        ("crossed", [100, 200]),
        ("spikes", []),
    ]
    assert cleaned.one_line() == "3 rows removed of 10,000 (impossible 1, crossed 2, spikes 0)"
    assert cleaned.removals[1].examples[0] == f"2025-06-02 00:01:40 bid {bad.bid[100]:.10g} ask 1"
    listed = json.loads(json.dumps(cleaned.removals[1].as_dict()))
    assert listed["times"] == ["2025-06-02 00:01:40", "2025-06-02 00:03:20"]
    assert check_ticks(cleaned.kept).impossible == 0
    assert clean_ticks(bad, []).one_line() == "0 rows removed of 10,000 (no rule)"


def test_examples_are_few_and_the_list_is_whole(ticks: Ticks) -> None:
    rows = list(range(0, 1000, 10))
    (removal,) = clean_ticks(spoiled(ticks, rows, ask=1.0), ["crossed"]).removals
    assert (len(removal.examples), removal.count, len(removal.as_dict()["times"])) == (5, 100, 100)  # type: ignore[arg-type]


def test_unknown_rules(ticks: Ticks, bars: Make) -> None:
    with pytest.raises(UsageError, match="unknown rule 'crosed'") as raised:
        clean_ticks(ticks, ["crosed"])
    assert raised.value.hint is not None
    assert "did you mean 'crossed'" in raised.value.hint
    with pytest.raises(UsageError, match="unknown rule 'no-spread'"):
        clean_bars(bars(10), ["no-spread"])
    with pytest.raises(UsageError, match="asked for twice"):
        clean_ticks(ticks, ["crossed", "spikes", "crossed"])


def test_every_rule_says_what_it_takes() -> None:
    for rules in (TICK_RULES, BAR_RULES):
        words = describe(rules)
        assert list(words) == list(rules)
        assert all(text.endswith(".") for text in words.values())


def bars_removed(bars: Bars, rule: str) -> list[int]:
    """Rows that one rule takes from bars."""
    cleaned = clean_bars(bars, [rule])
    (removal,) = cleaned.removals
    kept = np.delete(np.arange(len(bars)), removal.rows)
    for name in ("time", "open", "high", "low", "close", "volume", "spread"):
        if getattr(bars, name) is not None:
            assert np.array_equal(getattr(cleaned.kept, name), getattr(bars, name)[kept], equal_nan=True)
    return [int(row) for row in removal.rows]


def with_values(bars: Bars, row: int, **values: float) -> Bars:
    """The bars with other values in one row."""
    changed: dict[str, Any] = {name: np.array(getattr(bars, name)) for name in values}
    for name, value in values.items():
        changed[name][row] = value
    return replace(bars, **changed)


@pytest.mark.parametrize("rule", BAR_RULES)
def test_good_bars_stay(bars: Make, rule: str) -> None:
    assert bars_removed(bars(2_000), rule) == []
    assert bars_removed(simulated_bars(3, "1m", days=14, warmup=0), rule) == []
    assert bars_removed(bars(200, spread=False), rule) == []
    assert bars_removed(bars(0), rule) == []
    assert bars_removed(bars(1), rule) == []


@pytest.mark.parametrize(
    ("rule", "values"),
    [
        ("impossible", {"close": np.nan}),
        ("impossible", {"high": 1.0}),
        ("impossible", {"low": 0.0}),
        ("crossed", {"spread": -1e-5}),
        ("wide-spread", {"spread": 0.05}),
        ("scale", {"open": 110.0, "high": 110.0, "low": 110.0, "close": 110.0}),
        ("scale", {"low": 0.11}),
        ("spikes", {"open": 1.2, "high": 1.2, "low": 1.2, "close": 1.2}),
        ("wicks", {"high": 1.2}),
        ("wicks", {"low": 1.0}),
        ("flat", {"open": 1.1, "high": 1.1, "low": 1.1, "close": 1.1, "volume": 0.0}),
    ],
)
def test_a_rule_takes_its_bar(bars: Make, rule: str, values: dict[str, float]) -> None:
    assert bars_removed(with_values(bars(2_000), 700, **values), rule) == [700]


def test_a_move_with_company_is_no_wick(bars: Make) -> None:
    one = with_values(bars(2_000), 700, high=1.2)
    assert bars_removed(with_values(one, 701, high=1.19), "wicks") == []
    assert bars_removed(with_values(one, 701, high=1.12), "wicks") == [700]


def test_bars_twice_and_in_disorder(bars: Make) -> None:
    good = bars(100)
    twice = with_values(good, 50, time=int(good.time[49]))
    assert bars_removed(twice, "duplicates") == [50]
    early = with_values(good, 50, time=int(good.time[10]) + 1)
    assert bars_removed(early, "disorder") == [50]


def test_bars_of_a_weekend(bars: Make, monday: int) -> None:
    assert bars_removed(bars(120, start=monday - 2 * DAY), "outside-session") == list(range(120))


def test_no_volume_at_all_tells_nothing_of_flat_bars(bars: Make) -> None:
    good = bars(100)
    flat = replace(good, open=good.close, high=good.close, low=good.close, volume=np.zeros(100))
    assert bars_removed(flat, "flat") == []


def test_warm_up_and_marks_go_along(bars: Make) -> None:
    good = bars(100)
    marks = np.arange(100) % 3 == 0
    crossed = with_values(with_values(replace(good, warmup=50, filled=marks), 10, spread=-1.0), 60, spread=-1.0)
    kept = clean_bars(crossed, ["crossed"]).kept
    assert (len(kept), kept.warmup) == (98, 49)
    assert kept.filled is not None
    assert np.array_equal(kept.filled, np.delete(marks, [10, 60]))


def test_recorded_quotes_that_are_crossed(shared: Path) -> None:
    """FXCM's crossed minutes go, OANDA's bars stay as they are."""
    folder = shared / "data" / "m1"
    fxcm = clean_bars(load_bars(folder / "EURUSD_fxcm_m1_201405.parquet")[0], ["crossed", "outside-session"])
    assert [one.count for one in fxcm.removals] == [374, 177]
    quality = check_quality(fxcm.kept)
    assert quality.spread is not None
    assert (quality.spread.crossed_share, quality.outside_session) == (0.0, 0)
    oanda = load_bars(folder / "EURUSD_oanda_m1_201405.parquet")[0]
    assert clean_bars(oanda, ["disorder", "duplicates", "impossible", "crossed", "scale", "spikes"]).kept is oanda
