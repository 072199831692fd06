"""A month of ticks through a storm of faults, and a fetch that is killed again and again."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pinewright.data.dukascopy.connector import DukascopyConnector
from pinewright.data.dukascopy.instruments import find_instrument
from pinewright.data.dukascopy.politeness import Politeness
from pinewright.data.dukascopy.report import FetchReport
from pinewright.data.dukascopy.requests import periods, session_states
from pinewright.data.dukascopy.transports import Bi5, Jetta
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.store.pieces import Piece, State
from pinewright.data.store.store import Store
from pinewright.market import DAY, HOUR
from tests.support.loopback import Fault, Faults, Flaw, Loopback, Market, Site

JUNE = 1_748_736_000_000  # 2025-06-01 00:00 UTC, a Sunday
JULY = JUNE + 30 * DAY
EURUSD = find_instrument("EURUSD")
MARKET = Market(ticks_per_hour=40)
HASTY = Politeness(
    rate=2000.0,
    most_rate=2000.0,
    least_rate=200.0,
    growth=10.0,
    pause=0.02,
    rest=0.02,
    backoff=0.005,
    longest_backoff=0.05,
    read_timeout=5.0,
)
"""The house's manners, some hundred times faster."""

STORM = (
    Flaw.UNAVAILABLE,
    Flaw.TOO_MANY,
    Flaw.CHALLENGE,
    Flaw.EMPTY,
    Flaw.TRUNCATED,
    Flaw.WRONG_SCALE,
    Flaw.SLOW,
    Flaw.RESET,
    Flaw.CUT,
)
SHARE = 1 - 0.8 ** (1 / len(STORM))
"""Of each flaw, so that a fifth of the answers is bad in some way."""


def fetch(server: Loopback, store: Store, start: int = JUNE, end: int = JULY) -> FetchReport:
    connector = DukascopyConnector(store, HASTY, (Jetta(server.jetta_url), Bi5(server.bi5_url)), seed=2)
    return connector.fetch(connector.plan(["EURUSD"], Kind.TICK, start, end))


def storm(seed: int, times: int | None, *, both: bool = False) -> Site:
    """A site of which a fifth of the answers is bad, each as often as that."""
    rules = [Fault(flaw, SHARE, times, "/2025/", both, seconds=0.05) for flaw in STORM]
    return Site(MARKET, Faults(rules, seed))


def ledger(store: Store) -> list[Piece]:
    """All pieces, without when they came and who had to bring them."""
    pieces = store.pieces("EURUSD", Kind.TICK)
    return [replace(piece, fetched=0, transport="", sha256=(), size=0) for piece in pieces]


def assert_same_rows(found: Columns, expected: Columns) -> None:
    for name, column in expected.items():
        assert np.array_equal(found[name], column), name


def hours_of(columns: Columns) -> set[int]:
    return set((columns["time"].astype(np.int64) // HOUR).tolist())


def test_a_storm_that_passes_leaves_no_trace(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with Loopback(storm(3, times=2)) as server:
        report = fetch(server, store)
        assert server.log().total > 1.15 * report.plan.requests
    assert report.complete, report.lines
    assert report.retries > 0.15 * report.plan.requests
    assert report.parts[0].gaps == ()
    assert_same_rows(store.rows("EURUSD", Kind.TICK), MARKET.ticks(EURUSD, JUNE, JULY))
    assert {piece.state for piece in store.pieces("EURUSD", Kind.TICK)} == {State.FINAL, State.CLOSED}
    assert store.verify() == []


def test_a_storm_that_stays_is_in_the_ledger_hour_by_hour(tmp_path: Path) -> None:
    """Flaws that hit both transports of an hour for ever: these hours are missing, and each says why."""
    store = Store(tmp_path)
    with Loopback(storm(4, times=None, both=True)) as server:
        report = fetch(server, store)
    expected = MARKET.ticks(EURUSD, JUNE, JULY)
    found = store.rows("EURUSD", Kind.TICK)
    pieces = store.pieces("EURUSD", Kind.TICK)
    # Every period of the month is in the ledger, once.
    assert [(piece.start, piece.end) for piece in pieces] == periods(Kind.TICK, JUNE, JULY)
    missing = {piece.start // HOUR for piece in pieces if piece.state in (State.SUSPECT, State.FAILED)}
    assert 30 < len(missing) < 150
    assert all(piece.cause for piece in pieces if not piece.state.settled)
    assert hours_of(expected) == hours_of(found) | missing
    assert not hours_of(found) & missing
    inside = np.isin(expected["time"].astype(np.int64) // HOUR, sorted(hours_of(found)))
    assert_same_rows(found, {name: column[inside] for name, column in expected.items()})
    assert {piece.start // HOUR for piece in report.parts[0].problems} == missing
    closed = [state.name == "CLOSED" for state in session_states(EURUSD, periods(Kind.TICK, JUNE, JULY))]
    assert [piece.state is State.CLOSED for piece in pieces] == closed
    # When the storm is over the same call mends it, and asks for nothing else.
    with Loopback(Site(MARKET)) as server:
        again = fetch(server, store)
    assert (again.complete, again.plan.requests) == (True, len(missing))
    assert_same_rows(store.rows("EURUSD", Kind.TICK), expected)


def start(server: Loopback, folder: Path, root: Path, rate: float, end: int) -> subprocess.Popen[str]:
    """A fetch in a process of its own, when it has made its plan."""
    module = ["-m", "tests.support.fetching", server.port, folder, JUNE, end, rate]
    command = [sys.executable, *map(str, module)]
    process = subprocess.Popen(command, cwd=root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert process.stdout is not None
    said = process.stdout.readline()
    assert said == "begun\n", said + process.stdout.read()
    return process


@pytest.mark.parametrize("kills", [20])
def test_killed_twenty_times_the_store_is_as_if_never(root: Path, tmp_path: Path, kills: int) -> None:
    end = JUNE + 9 * DAY
    with Loopback(Site(MARKET), process=True) as server:
        fetch(server, Store(tmp_path / "calm"), end=end)
        killed, random = Store(tmp_path / "killed"), np.random.default_rng(5)
        for _ in range(kills):
            # The rate makes a whole fetch take two thirds of a second.
            with start(server, killed.root, root, 225.0, end) as process:
                time.sleep(random.uniform(0.0, 0.15))
                process.kill()
            kept = killed.rows("EURUSD", Kind.TICK)
            assert_same_rows(kept, _between(MARKET.ticks(EURUSD, JUNE, end), kept))
        last = fetch(server, killed, end=end)
        assert last.complete
        log = server.log()
    calm = Store(tmp_path / "calm")
    assert ledger(killed) == ledger(calm)
    assert_same_rows(killed.rows("EURUSD", Kind.TICK), calm.rows("EURUSD", Kind.TICK))
    assert killed.verify() == []
    assert list(killed.root.rglob("*.part")) == []
    # A kill loses the days in flight at most: what was stored was not asked for again.
    assert log.total < 2 * last.plan.stored + kills * 3 * 24


def _between(expected: Columns, kept: Columns) -> Columns:
    """The expected ticks of the hours that are kept: whole hours or nothing."""
    inside = np.isin(expected["time"].astype(np.int64) // HOUR, sorted(hours_of(kept)))
    return {name: column[inside] for name, column in expected.items()}


def test_two_processes_fetch_into_one_store(root: Path, tmp_path: Path) -> None:
    end = JUNE + 9 * DAY
    with Loopback(Site(MARKET), process=True) as server:
        both = [start(server, tmp_path, root, 400.0, end) for _ in range(2)]
        said = [process.communicate(timeout=60)[0] for process in both]
    assert [text.split()[0] + text.split()[2] for text in said] == ["doneTrue", "doneTrue"], said
    store = Store(tmp_path)
    assert_same_rows(store.rows("EURUSD", Kind.TICK), MARKET.ticks(EURUSD, JUNE, end))
    assert store.verify() == []
