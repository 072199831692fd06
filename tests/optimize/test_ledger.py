"""Every trial on the same days is counted once, through kills, two processes and damaged lines."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.errors import OutputError, SearchError
from pinewright.optimize.ledger import FILE, Entry, Ledger, Tally
from pinewright.optimize.ledger_lines import size, spans
from pinewright.optimize.marks import DataKey, Marks

HISTORY: Marks = np.random.default_rng(1).integers(1, 2**63, 1000).astype(np.uint64)


def entry(key: str, first: int = 0, last: int = 100, *, locked: int = 0, **given: Any) -> Entry:
    """A run over days [first, last) of the history with ``locked`` days behind them."""
    base = Entry(key, 1000, "run", ("trend",), 200, 1, "1h", HISTORY[first:last], HISTORY[last : last + locked])
    return replace(base, **given)


def test_empty(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "none")
    assert ledger.count(HISTORY) == Tally()
    assert ledger.openings(HISTORY) == ()
    assert not (tmp_path / "none").exists()


def test_counts_over_families_time_frames_seeds_and_runs(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.record(entry("a"))
    ledger.record(entry("b", names=("mean",), timeframe="15m", seed=2, when=500))
    ledger.record(entry("c", 500, 600))
    found = Ledger(tmp_path).count(HISTORY[:100])
    assert found == Tally(400, 2, 400, ("mean", "trend"), ("15m", "1h"), 500)
    assert ledger.count(HISTORY[:100], without="a").trials == 200


def test_a_repeated_run_does_not_count_twice(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    assert ledger.record(entry("a"))
    assert not ledger.record(entry("a", when=2000))
    assert not Ledger(tmp_path).record(entry("a", trials=150))
    assert ledger.count(HISTORY[:100]).trials == 200
    assert len((tmp_path / FILE).read_bytes().splitlines()) == 1


def test_a_run_that_goes_on_raises_its_trials(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.record(entry("a", trials=50, locked=20))
    assert ledger.openings(HISTORY[100:120]) == ()
    assert ledger.record(entry("a", trials=200, locked=20, opened=True, when=3000))
    for each in (ledger, Ledger(tmp_path)):
        assert each.count(HISTORY[:100]) == Tally(200, 1, 200, ("trend",), ("1h",), 3000)
        assert [(one.when, one.days, one.searched) for one in each.openings(HISTORY[100:120])] == [(3000, 20, False)]
    assert not ledger.record(entry("a", trials=200, locked=20, when=4000))


@pytest.mark.parametrize(
    ("first", "last", "trials"),
    [(0, 100, 200), (40, 60, 200), (0, 1000, 200), (90, 190, 20), (99, 199, 2), (50, 150, 100), (100, 200, 0)],
)
def test_trials_count_by_the_share_of_days(tmp_path: Path, first: int, last: int, trials: int) -> None:
    ledger = Ledger(tmp_path)
    ledger.record(entry("a", first, last))
    found = ledger.count(HISTORY[:100])
    assert found.trials == trials
    assert found.whole == (200 if trials else 0)


def test_openings_tell_who_opened_and_who_searched(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.record(entry("opened", 0, 80, locked=20, opened=True, when=86_400_000))
    ledger.record(entry("shut", 0, 80, locked=20, when=2))
    ledger.record(entry("searched", 50, 90, when=3, names=("a", "b"), timeframe="15m"))
    found = ledger.openings(HISTORY[80:100])
    assert [(one.when, one.days, one.searched) for one in found] == [(3, 10, True), (86_400_000, 20, False)]
    assert found[0].words == "1970-01-01: 10 days of it searched by a, b on 15m"
    assert found[1].words == "1970-01-02: 20 days of it opened as a locked part by trend on 1h"
    assert replace(found[1], names=tuple("abcde")).words.endswith("by a, b, c and 2 more on 1h")
    assert ledger.openings(HISTORY[80:100], without="opened") == found[:1]
    assert ledger.openings(HISTORY[200:300]) == ()


def test_prior(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.record(entry("a", 0, 80, locked=20, opened=True))
    prior = ledger.prior(DataKey(HISTORY[:80], HISTORY[80:100]), without="b")
    assert (prior.trials, prior.runs, len(prior.openings)) == (200, 1, 1)
    assert ledger.prior(DataKey(HISTORY[:80], HISTORY[80:100]), without="a").runs == 0


def test_a_torn_last_line_is_dropped(tmp_path: Path) -> None:
    whole = Ledger(tmp_path)
    whole.record(entry("a"))
    whole.record(entry("b", 50, 150))
    text = (tmp_path / FILE).read_bytes()
    end = text.index(b"\n") + 1
    for cut in range(end, len(text)):
        (tmp_path / FILE).write_bytes(text[:cut])
        assert Ledger(tmp_path).count(HISTORY[:100]).runs == 1
    again = Ledger(tmp_path)
    again.record(entry("b", 50, 150))
    assert (tmp_path / FILE).read_bytes() == text


def test_a_damaged_line_is_told_and_the_rest_stands(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    for number, (first, last) in enumerate([(0, 100), (100, 200), (200, 300)]):
        ledger.record(entry(f"{number}", first, last))
    lines = (tmp_path / FILE).read_bytes().splitlines(keepends=True)
    lines[1] = lines[1].replace(b'"trials":200', b'"trials":201')
    (tmp_path / FILE).write_bytes(b"".join(lines))
    found = Ledger(tmp_path).count(HISTORY)
    assert (found.runs, found.damaged) == (2, 1)
    assert Ledger(tmp_path).count(HISTORY[200:300]).trials == 200
    assert Ledger(tmp_path).count(HISTORY[100:200]).trials == 0
    again = Ledger(tmp_path)
    assert again.record(entry("1", 100, 200))
    assert again.count(HISTORY[100:200]).trials == 200


def test_a_damaged_line_whose_days_later_lines_stand_on(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.record(entry("0", 0, 100))
    ledger.record(entry("1", 0, 100))
    lines = (tmp_path / FILE).read_bytes().splitlines(keepends=True)
    (tmp_path / FILE).write_bytes(b"X" + lines[0] + lines[1])
    again = Ledger(tmp_path)
    assert again.damaged == 1
    assert again.count(HISTORY).trials == 0
    assert again.openings(HISTORY) == ()
    assert again.record(entry("2", 0, 100))
    assert Ledger(tmp_path).count(HISTORY[:100]).trials == 200


def test_another_ledger_sees_what_was_written_since(tmp_path: Path) -> None:
    one, other = Ledger(tmp_path), Ledger(tmp_path)
    one.record(entry("a"))
    assert other.count(HISTORY).runs == 1
    one.record(entry("b", 50, 150))
    other.record(entry("c", 140, 200))
    assert one.count(HISTORY).runs == other.count(HISTORY).runs == 3
    assert one.count(HISTORY[150:200]).trials == 200


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40), st.integers(1, 9)), max_size=8), st.data())
def test_counts_as_sets_do(tmp_path_factory: pytest.TempPathFactory, runs: Any, data: st.DataObject) -> None:
    folder = tmp_path_factory.mktemp("ledger")
    ledger = Ledger(folder)
    for number, (first, days, trials) in enumerate(runs):
        ledger.record(entry(f"{number}", first, first + days, trials=trials))
    asked = data.draw(st.lists(st.integers(0, 60), unique=True, max_size=30))
    wanted = set(asked)
    expected, sharing = 0.0, 0
    for first, days, trials in runs:
        own = set(range(first, first + days))
        if own & wanted:
            expected += trials * len(own & wanted) / min(len(own), len(wanted))
            sharing += 1
    found = Ledger(folder).count(HISTORY[asked])
    assert found.runs == sharing
    assert expected - 1e-6 <= found.trials < expected + 1


@given(st.sets(st.integers(0, 50)))
def test_spans_are_the_places(places: set[int]) -> None:
    found = spans(np.array(sorted(places), dtype=np.int64))
    assert [place for start, stop in found for place in range(start, stop)] == sorted(places)
    assert size(found) == len(places)


def test_windows_of_one_history_stay_small(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.record(entry("all", 0, 1000))
    first = (tmp_path / FILE).stat().st_size
    for number in range(50):
        ledger.record(entry(f"{number}", number, number + 400, locked=100))
    assert (tmp_path / FILE).stat().st_size - first < 50 * 300


WRITER = """
import sys
from pathlib import Path
import numpy as np
from pinewright.optimize.ledger import Entry, Ledger
history = np.random.default_rng(1).integers(1, 2**63, 1000).astype(np.uint64)
ledger = Ledger(Path(sys.argv[1]))
for number in range(int(sys.argv[3])):
    first = 7 * number % 500
    days = history[first : first + 300]
    ledger.record(Entry(f"{sys.argv[2]}{number}", 1, "run", ("f",), 3, 1, "1h", days, days[:0]))
    print(number, flush=True)
"""


def writer(folder: Path, name: str, count: int) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), name, str(count)], stdout=subprocess.PIPE, text=True
    )


def test_two_processes_write_every_entry(tmp_path: Path) -> None:
    both = [writer(tmp_path, name, 25) for name in "ab"]
    for process in both:
        process.communicate()
        assert process.returncode == 0
    found = Ledger(tmp_path).count(HISTORY)
    assert (found.runs, found.trials, found.damaged) == (50, 150, 0)


def test_a_killed_process_loses_no_entry_that_was_written(tmp_path: Path) -> None:
    process = writer(tmp_path, "a", 100_000)
    assert process.stdout is not None
    for _ in range(25):
        process.stdout.readline()
    process.kill()
    told = [*process.stdout]
    process.wait()
    process.stdout.close()
    ledger = Ledger(tmp_path)
    ledger.record(entry("after"))
    found = ledger.count(HISTORY)
    assert found.damaged == 0
    assert found.runs >= 25 + len(told) + 1


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="cannot be written"):
        Ledger(tmp_path / "file").record(entry("a"))
    (tmp_path / FILE).mkdir()
    with pytest.raises(OutputError, match="cannot be read"):
        Ledger(tmp_path).count(HISTORY)


def test_an_entry_needs_a_key() -> None:
    with pytest.raises(SearchError, match="a key"):
        entry("")
