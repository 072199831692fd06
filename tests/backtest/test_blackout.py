"""Hours without entries: the file, and what does not happen in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.backtest.blackout import Blackout, parse_blackout, read_blackout
from pinewright.backtest.execution import Execution
from pinewright.errors import DataFormatError, DataNotFoundError
from pinewright.market import HOUR, Bars
from pinewright.program import StrategySettings

from .support import MONDAY, Command, bars, brief, close, engine, entry, exit_, order, parameters, play
from .test_laws import ACCOUNTS, FEW, commands, walks

QUIET = (100.0, 101.0, 99.0, 100.0)


def moment(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def hours(*spans: tuple[float, float]) -> Execution:
    """A blackout in hours since the first bar."""
    moved = tuple((MONDAY + round(a * HOUR), MONDAY + round(b * HOUR)) for a, b in spans)
    return Execution(blackout=Blackout(moved))


def test_the_file_has_moments_and_rules_for_each_week(tmp_path: Path) -> None:
    path = tmp_path / "news.csv"
    path.write_text(
        "start,end\n"
        "2025-01-07T13:25Z, 2025-01-07T13:40Z  # payrolls\n\n"
        "2025-01-08 08:00:00 -05:00,2025-01-08T15:00:00+01:00\n"
        "Fri 16:00-17:00 America/New_York\n"
        "Sun - Mon 23:00-01:00 UTC+1\n",
        encoding="utf-8",
    )
    found = read_blackout(path)
    starts, ends = found.between(moment("2025-01-06T00:00"), moment("2025-01-12T00:00"))
    inside = (starts >= moment("2025-01-06T00:00")) & (starts < moment("2025-01-12T00:00"))
    spans = [
        (datetime.fromtimestamp(a / 1000, UTC), datetime.fromtimestamp(b / 1000, UTC))
        for a, b in zip(starts[inside], ends[inside], strict=True)
    ]
    assert [(f"{a:%a %H:%M}", f"{b:%a %H:%M}") for a, b in spans] == [
        ("Mon 22:00", "Tue 00:00"),
        ("Tue 13:25", "Tue 13:40"),
        ("Wed 13:00", "Wed 14:00"),
        ("Fri 21:00", "Fri 22:00"),
    ]


def test_the_clock_of_a_rule_follows_its_zone() -> None:
    found = parse_blackout("Fri 16:00-17:00 America/New_York")
    moments = np.array(
        [moment(text) for text in ("2025-01-10T21:00", "2025-01-10T22:00", "2025-07-11T20:00", "2025-07-11T19:59")]
    )
    assert found.holds(moments).tolist() == [True, False, True, False]


def test_spans_that_overlap_are_one() -> None:
    found = Blackout(((0, 100), (50, 80), (90, 120), (200, 210)))
    starts, ends = found.between(0, 1_000)
    assert (starts.tolist(), ends.tolist()) == ([0, 200], [120, 210])
    opens = np.array([-10, 0, 110, 120, 150, 205, 300])
    assert found.touches(opens, opens + 10).tolist() == [False, True, True, False, False, True, False]
    assert Blackout().holds(opens).tolist() == [False] * 7
    assert found.holds(np.zeros(0, dtype=np.int64)).tolist() == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("2025-01-07T13:25,2025-01-07T13:40", "2025-01-07T13:25 has no zone"),
        ("\n\n2025-01-07T13:25Z", "news:3: '2025-01-07T13:25Z' is not a span"),
        ("start,end\nstart,end", "news:2: 'start' is not a time"),
        ("2025-01-07T13:25Z,yesterday", "'yesterday' is not a time"),
        ("2025-01-07T13:25Z,2025-01-07T13:25Z", "does not come after"),
        ("Fry 16:00-17:00 UTC", "unknown day 'Fry'"),
        ("Sunn 16:00-17:00 UTC", "unknown day 'Sunn'"),
        ("Fri 16:00-17:00 America/New_Yrok", "unknown time zone"),
        ("Fri 16:00-25:00 UTC", "25:00 is no time of day"),
        ("Fri 16:60-17:00 UTC", "16:60 is no time of day"),
        ("Fri 16:00-16:00 UTC", "the span is empty"),
        ("Fri 16:00-17:00", "is not a span"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_line(text: str, what: str) -> None:
    with pytest.raises(DataFormatError, match=what) as found:
        parse_blackout(text, "news")
    assert found.value.hint


def test_a_file_that_is_not_there_or_not_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataNotFoundError, match="no such file"):
        read_blackout(tmp_path / "none.csv")
    (tmp_path / "bad.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(DataFormatError, match="not UTF-8 text"):
        read_blackout(tmp_path / "bad.csv")
    with pytest.raises(DataFormatError, match="cannot be read"):
        read_blackout(tmp_path)


def test_entries_are_not_placed_inside_and_are_before_and_after() -> None:
    over = bars(*[QUIET] * 6)
    # A command at the close of bar k runs at hour k + 1.
    for when, expected in ((0, 1), (1, 0), (2, 0), (3, 1)):
        for script in (entry(when, "L", 1), order(when, "L", 1), entry(when, "L", 1, stop=101)):
            assert len(play(over, script, execution=hours((2, 4)))) == expected, when
    assert brief(play(over, entry(3, "L", 1), execution=hours((2, 4)))) == [("long", 1, 4, 100, -1, 100)]


def test_exits_work_inside() -> None:
    over = bars(QUIET, QUIET, (100, 101, 95, 100), QUIET, QUIET)
    shut = hours((2, 5))
    assert brief(play(over, entry(0, "L", 2), close(1, "L"), execution=shut)) == [("long", 2, 1, 100, 2, 100)]
    assert brief(play(over, entry(0, "L", 2), order(1, "S", -1), execution=shut))[0] == ("long", 1, 1, 100, 2, 100)
    assert brief(play(over, entry(0, "L", 2), exit_(0, "X", "L", stop=96), execution=shut)) == [
        ("long", 2, 1, 100, 2, 96)
    ]
    # What would turn the position is an entry as a whole.
    for turning in (entry(1, "S", -1), order(1, "S", -3)):
        assert brief(play(over, entry(0, "L", 2), turning, execution=shut)) == [("long", 2, 1, 100, -1, 100)]


def test_pending_entries_wait_for_the_end() -> None:
    over = bars(QUIET, QUIET, (100, 106, 99, 105), (105, 107, 104, 106), (106, 107, 100, 101))
    assert brief(play(over, entry(0, "L", 1, stop=104)))[0][2:4] == (2, 104)
    # Passed meanwhile: at the first open after the hours, as after a gap.
    assert brief(play(over, entry(0, "L", 1, stop=104), execution=hours((2, 4))))[0][2:4] == (4, 106)
    # A bar of which a part lies inside counts, but not its open where that comes before.
    assert brief(play(over, entry(0, "L", 1, stop=104), execution=hours((2.5, 2.75))))[0][2:4] == (3, 105)
    assert brief(play(over, entry(0, "L", 1), execution=hours((1.5, 4))))[0][2:4] == (1, 100)


def test_a_market_entry_whose_open_lies_inside_is_dropped() -> None:
    # Given on Friday, before the hours that begin with the market's open on Sunday.
    made = bars(QUIET, QUIET, QUIET, QUIET)
    over = replace(made, time=made.time + np.array([0, 0, 2, 2]) * 24 * HOUR)
    shut = hours((48, 50.5))
    assert play(over, entry(1, "L", 1), execution=shut) == []
    assert brief(play(over, entry(1, "L", 1)))[0][3] == 100
    assert brief(play(over, entry(0, "L", 1), close(1, "L"), execution=shut))[0][4:] == (50, 100)


def test_under_the_bar_magnifier_finer_bars_count() -> None:
    over = bars(QUIET, (100, 110, 90, 100), QUIET)
    inside = bars((100, 105, 100, 105), (105, 110, 104, 104), (104, 104, 90, 90), (90, 106, 90, 100), minutes=15)
    inside = replace(inside, time=inside.time + HOUR)
    account = StrategySettings(use_bar_magnifier=True)
    script = entry(0, "L", 1, stop=103)
    assert play(over, script, settings=account, others=[inside], execution=hours((1.3, 2)))[0].entry_price == 103
    # Shut while it rises, open again at 104.
    assert play(over, script, settings=account, others=[inside], execution=hours((1.1, 1.5)))[0].entry_price == 104
    assert play(over, script, execution=hours((1.1, 1.5))) == []


@FEW
@given(walks(), st.lists(commands(), min_size=1, max_size=8), ACCOUNTS, st.integers(0, 80), st.integers(1, 40))
def test_no_position_grows_inside(
    over: Bars, script: list[Command], account: StrategySettings, start: int, length: int
) -> None:
    shut = hours((start, start + length))
    for trade in engine(over, account, execution=shut).trades(parameters(script)):
        opened = (trade.entry_time - MONDAY) / HOUR
        # A bar that is entered at its open, or at its close, is touched elsewhere at most.
        assert not (start <= opened and opened + 4 < start + length)


@FEW
@given(walks(), st.lists(commands(), min_size=1, max_size=8), ACCOUNTS)
def test_hours_without_bars_change_nothing(over: Bars, script: list[Command], account: StrategySettings) -> None:
    row = parameters(script)
    shut = Execution(blackout=parse_blackout("Sat 10:00-11:00 UTC"))
    assert list(engine(over, account, execution=shut).trades(row)) == list(engine(over, account).trades(row))
    np.testing.assert_array_equal(
        engine(over, account, execution=shut).run(row).metrics, engine(over, account).run(row).metrics
    )
