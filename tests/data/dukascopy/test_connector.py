"""Plan and fetch against a Dukascopy on this computer, over both transports."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from pinewright.data.dukascopy.client import Clock
from pinewright.data.dukascopy.connector import DukascopyConnector
from pinewright.data.dukascopy.instruments import find_instrument
from pinewright.data.dukascopy.politeness import Politeness
from pinewright.data.dukascopy.report import FetchReport, Progress
from pinewright.data.dukascopy.transports import Bi5, Jetta
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.store.pieces import State
from pinewright.data.store.store import Store
from pinewright.errors import DataError, DataFormatError, OutputError, SymbolError, UsageError
from pinewright.market import DAY, HOUR, MINUTE, Side
from pinewright.settings import ConfigurationManager
from tests.support.loopback import Fault, Faults, Flaw, Loopback, Market, Site

MONDAY = 1_748_822_400_000  # 2025-06-02 00:00 UTC
EURUSD = find_instrument("EURUSD")
MARKET = Market(ticks_per_hour=120)
FAST = Politeness(
    rate=1e6, most_rate=1e6, pause=0.01, rest=0.01, backoff=0.001, longest_backoff=0.01, connect_timeout=2.0,
    read_timeout=3.0, answer_timeout=9.0,
)  # fmt: skip


class FixedClock(Clock):
    """This computer's clock stands at a moment."""

    def __init__(self, now: int) -> None:
        self._now = now

    def wall(self) -> int:
        return self._now


@contextmanager
def dukascopy(*faults: Fault, now: int | None = None) -> Iterator[Loopback]:
    with Loopback(Site(MARKET, Faults(faults, seed=5), now=now)) as server:
        yield server


@pytest.fixture(scope="module")
def healthy() -> Iterator[Loopback]:
    """A server without faults, for tests that do not read its log."""
    with dukascopy() as server:
        yield server


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


def connector(server: Loopback, store: Store, now: int | None = None) -> DukascopyConnector:
    return DukascopyConnector(
        store,
        FAST,
        (Jetta(server.jetta_url), Bi5(server.bi5_url)),
        user_agent="pinewright/test",
        clock=None if now is None else FixedClock(now),
        seed=1,
    )


def fetch(
    server: Loopback, store: Store, kind: Kind = Kind.TICK, start: int = MONDAY, end: int = MONDAY + DAY
) -> FetchReport:
    """Plan and fetch EUR/USD."""
    with_store = connector(server, store)
    return with_store.fetch(with_store.plan(["EURUSD"], kind, start, end))


def assert_the_market(store: Store, start: int, end: int, symbol: str = "EURUSD") -> None:
    """The store has exactly the ticks of the generated market."""
    found = store.rows(symbol, Kind.TICK, start, end)
    expected = MARKET.ticks(find_instrument(symbol), start, end)
    assert_same(found, expected)


def assert_same(found: Columns, expected: Columns) -> None:
    assert set(found) == set(expected)
    for name, column in expected.items():
        assert np.array_equal(found[name], column), name


def test_ticks_come_whole_and_once(store: Store) -> None:
    with dukascopy() as server:
        report = fetch(server, store, start=MONDAY - DAY, end=MONDAY + 2 * DAY)
        assert_the_market(store, MONDAY - DAY, MONDAY + 2 * DAY)
        asked = server.log()
        again = fetch(server, store, start=MONDAY - DAY, end=MONDAY + 2 * DAY)
        assert server.log().total == asked.total
    assert report.complete
    assert (report.requests, report.retries, again.requests) == (3 + 48, 0, 0)
    assert asked.user_agents == {"pinewright/test"}
    assert asked.most_in_flight <= 4
    assert set(asked.counts.values()) == {1}
    assert report.parts[0].states == {State.CLOSED: 21, State.FINAL: 51}
    assert report.parts == again.parts
    assert report.lines[0].endswith("0 gaps, UTC, bid and ask, jetta")


def test_pieces_tell_where_they_come_from(healthy: Loopback, store: Store) -> None:
    report = fetch(healthy, store, end=MONDAY + HOUR)
    (piece,) = store.pieces("EURUSD", Kind.TICK)
    assert (piece.state, piece.source, piece.transport, piece.cause) == (State.FINAL, "dukascopy", "jetta", "")
    assert (piece.start, piece.end, piece.rows) == (MONDAY, MONDAY + HOUR, report.parts[0].rows)
    assert len(piece.sha256[0]) == 64
    assert 0 < piece.size <= report.bytes
    assert piece.fetched > MONDAY


@pytest.mark.parametrize("kind", [Kind.MINUTE, Kind.HOUR])
def test_candles_of_both_sides_with_their_spread(healthy: Loopback, store: Store, kind: Kind) -> None:
    start, end = MONDAY, MONDAY + 2 * DAY
    report = fetch(healthy, store, kind, start, end)
    assert report.complete
    found = store.rows("EURUSD", kind, start, end)
    for side in (Side.BID, Side.ASK):
        expected = MARKET.candles(EURUSD, kind, side, start, end)
        for name in ("open", "high", "low", "close", "volume"):
            assert np.allclose(found[f"{side.value}_{name}"], expected[name], rtol=1e-12), name
    assert np.allclose(found["spread"], found["ask_close"] - found["bid_close"])
    assert len(store.pieces("EURUSD", kind)[0].sha256) == 2


def test_several_instruments_in_one_call(healthy: Loopback, store: Store) -> None:
    together = connector(healthy, store)
    plan = together.plan(["EURUSD", "usd/jpy", "BTC-USD"], Kind.TICK, MONDAY - 2 * DAY, MONDAY - DAY + 22 * HOUR)
    report = together.fetch(plan)
    assert [part.symbol for part in report.parts] == ["EURUSD", "USDJPY", "BTCUSD"]
    for symbol in ("EURUSD", "USDJPY", "BTCUSD"):
        assert_the_market(store, MONDAY - 2 * DAY, MONDAY - DAY + 22 * HOUR, symbol)
    assert [len(part.jobs) for part in plan.parts] == [1, 1, 46]


def test_files_where_the_api_is_away_and_the_other_way_round(tmp_path: Path) -> None:
    rows = {}
    for name, where in (("jetta", "/v1/"), ("bi5", "/datafeed/")):
        store = Store(tmp_path / name)
        with dukascopy(Fault(Flaw.UNAVAILABLE, times=None, where=where)) as server:
            report = fetch(server, store, end=MONDAY + 4 * HOUR)
        other = "bi5" if name == "jetta" else "jetta"
        assert list(report.parts[0].transports) == [other]
        assert report.parts[0].line.endswith(f"bid and ask, {other}")
        rows[other] = store.rows("EURUSD", Kind.TICK)
    assert_same(rows["bi5"], rows["jetta"])


@pytest.mark.parametrize(
    "flaw", [Flaw.UNAVAILABLE, Flaw.TOO_MANY, Flaw.CHALLENGE, Flaw.PAGE, Flaw.TRUNCATED, Flaw.CUT, Flaw.RESET,
             Flaw.WRONG_SCALE, Flaw.EMPTY, Flaw.NOT_FOUND, Flaw.SILENT]
)  # fmt: skip
def test_one_bad_answer_for_each_hour_is_mended(flaw: Flaw, store: Store) -> None:
    hours = 2 if flaw is Flaw.SILENT else 10
    share = 0.2 if flaw is Flaw.WRONG_SCALE else 1.0  # the scale of most hours is the right one
    with dukascopy(Fault(flaw, share=share, where="/ticks/", seconds=0.01)) as server:
        report = fetch(server, store, end=MONDAY + hours * HOUR)
    assert report.complete, report.lines
    assert report.retries > 0
    assert_the_market(store, MONDAY, MONDAY + hours * HOUR)


def test_a_wrong_scale_that_stays_is_told_and_not_stored(store: Store) -> None:
    where = "2025/6/2/3"
    rules = [Fault(Flaw.WRONG_SCALE, times=None, where=text) for text in (where, "2025/05/02/03h")]
    with dukascopy(*rules) as server:
        report = fetch(server, store, end=MONDAY + 8 * HOUR)
        assert not report.complete
        (piece,) = report.parts[0].problems
        assert (piece.start, piece.state) == (MONDAY + 3 * HOUR, State.FAILED)
        assert "wrong scale" in piece.cause
        assert report.lines[1].startswith("EURUSD tick: 1 hour failed, the first 2025-06-02 03:00 UTC (jetta: wrong")
    prices = store.rows("EURUSD", Kind.TICK)["bid"]
    assert prices.astype(float).max() < 2
    with dukascopy() as server:
        assert fetch(server, store, end=MONDAY + 8 * HOUR).requests == 1
    assert_the_market(store, MONDAY, MONDAY + 8 * HOUR)


def test_empty_in_an_open_session_stays_suspect_until_it_is_not(store: Store) -> None:
    rules = [Fault(Flaw.EMPTY, times=None, where=text) for text in ("2025/6/2/3", "2025/05/02/03h")]
    with dukascopy(*rules) as server:
        report = fetch(server, store, end=MONDAY + 5 * HOUR)
        (piece,) = report.parts[0].problems
        assert (piece.state, piece.cause) == (State.SUSPECT, "jetta: empty; bi5: empty")
        assert server.log().counts["/v1/ticks/EUR-USD/2025/6/2/3"] == 2
        assert [gap.missing for gap in report.parts[0].gaps] == [60]
    with dukascopy() as server:
        assert fetch(server, store, end=MONDAY + 5 * HOUR).complete
    assert_the_market(store, MONDAY, MONDAY + 5 * HOUR)


def test_christmas_and_the_pause_of_metals_are_holidays(healthy: Loopback, store: Store) -> None:
    christmas = 1_735_084_800_000  # 2024-12-25 00:00 UTC
    report = fetch(healthy, store, start=christmas + 6 * HOUR, end=christmas + 12 * HOUR)
    assert report.complete
    assert report.parts[0].states == {State.HOLIDAY: 6}
    assert report.parts[0].expected == 0
    metal = connector(healthy, store)
    found = metal.fetch(metal.plan(["XAUUSD"], Kind.TICK, MONDAY + 20 * HOUR, MONDAY + 23 * HOUR))
    assert found.parts[0].states == {State.FINAL: 2, State.HOLIDAY: 1}


def test_the_hour_under_way_is_open_and_asked_again(store: Store) -> None:
    now = MONDAY + 10 * HOUR + 20 * MINUTE
    with dukascopy(now=now) as server:
        first = connector(server, store, now)
        report = first.fetch(first.plan(["EURUSD"], Kind.TICK, days=0.25))
        states = {(piece.start - MONDAY) // HOUR: piece.state for piece in store.pieces("EURUSD", Kind.TICK)}
        assert states == {**dict.fromkeys(range(4, 9), State.FINAL), 9: State.OPEN, 10: State.OPEN}
        assert report.complete
        assert report.parts[0].gaps == ()
        assert_the_market(store, MONDAY + 4 * HOUR, now)
    later = now + 3 * HOUR
    with dukascopy(now=later) as server:
        second = connector(server, store, later)
        again = second.fetch(second.plan(["EURUSD"], Kind.TICK, MONDAY + 4 * HOUR, MONDAY + 12 * HOUR))
        assert again.requests == 3
    assert_the_market(store, MONDAY + 4 * HOUR, MONDAY + 12 * HOUR)
    assert all(piece.state is State.FINAL for piece in store.pieces("EURUSD", Kind.TICK))


@pytest.mark.parametrize("error", [3 * HOUR, -3 * HOUR])
def test_a_wrong_clock_is_told_and_the_hosts_clock_counts(store: Store, error: int) -> None:
    now = MONDAY + 10 * HOUR + 20 * MINUTE
    with dukascopy(now=now) as server:
        wrong = connector(server, store, now + error)
        plan = wrong.plan(["EURUSD"], Kind.TICK, days=0.1)
        report = wrong.fetch(plan)
    assert abs(plan.end - now) <= 1000  # a host's clock tells seconds
    where = "ahead of" if error > 0 else "behind"
    assert report.notes[0].startswith(f"this computer's clock is 3 h {where} Dukascopy's")
    assert store.pieces("EURUSD", Kind.TICK)[-1].state is State.OPEN
    assert abs(store.pieces("EURUSD", Kind.TICK)[-1].fetched - now) < MINUTE


def test_progress_is_told_and_ends_with_everything(healthy: Loopback, store: Store) -> None:
    seen: list[Progress] = []
    one = connector(healthy, store)
    plan = one.plan(["EURUSD"], Kind.TICK, MONDAY, MONDAY + 12 * HOUR)
    report = one.fetch(plan, seen.append)
    assert (seen[0].done, seen[0].total, seen[0].planned) == (0, 12, 12)
    last = seen[-1]
    assert (last.done, last.rows, last.bytes, last.requests) == (12, report.parts[0].rows, report.bytes, 12)
    assert last.left == 0.0


def test_without_a_network_it_says_so_at_once(store: Store) -> None:
    nowhere = DukascopyConnector(store, transports=(Jetta("http://127.0.0.1:9/v1"), Bi5("http://127.0.0.1:9/datafeed")))
    plan = nowhere.plan(["EURUSD"], Kind.TICK, MONDAY, MONDAY + 14 * DAY)
    assert plan.requests == 240
    assert any("offline table" in note for note in plan.notes)
    with pytest.raises(
        DataError, match="Dukascopy cannot be reached: jetta: Connection refused; bi5: Connection"
    ) as raised:
        nowhere.fetch(plan)
    assert raised.value.code == "unreachable"
    assert raised.value.hint is not None
    assert store.symbols() == []


def test_hosts_that_go_away_leave_what_came_and_the_cause_of_the_rest(store: Store) -> None:
    with dukascopy(Fault(Flaw.RESET, times=None, window=(30, 10**9))) as server:
        one = connector(server, store)
        report = one.fetch(one.plan(["EURUSD"], Kind.TICK, MONDAY, MONDAY + 3 * DAY))
    assert "the connection ended before the answer" in report.stopped or "reset" in report.stopped
    assert report.unasked > 30
    assert not report.complete
    part = report.parts[0]
    assert part.states[State.FINAL] + part.states[State.FAILED] == 72
    assert 20 <= part.states[State.FINAL] <= 30
    assert any(piece.cause.startswith("not asked: jetta") for piece in part.problems)
    with dukascopy() as server:
        assert fetch(server, store, end=MONDAY + 3 * DAY).complete
    assert_the_market(store, MONDAY, MONDAY + 3 * DAY)


def test_an_instrument_that_the_service_does_not_know_is_asked_once(store: Store) -> None:
    with Loopback(Site(MARKET, instruments=[find_instrument("GBPUSD")])) as server:
        one = connector(server, store)
        plan = one.plan(["EURUSD"], Kind.TICK, MONDAY, MONDAY + DAY)
        with pytest.raises(SymbolError, match="Dukascopy does not know EUR-USD"):
            one.fetch(plan)
        assert server.log().total < 30
        with pytest.raises(SymbolError, match="unknown instrument 'EURUSX'") as raised:
            one.plan(["EURUSX"], Kind.TICK)
    assert raised.value.hint is not None
    assert "did you mean EURUSD" in raised.value.hint


def test_questions_that_cannot_be_meant(healthy: Loopback, store: Store) -> None:
    one = connector(healthy, store)
    with pytest.raises(UsageError, match="no instrument"):
        one.plan([], Kind.TICK)
    with pytest.raises(UsageError, match="in the future"):
        one.plan(["EURUSD"], Kind.TICK, start=9_000_000_000_000)
    with pytest.raises(UsageError, match="begins at"):
        one.plan(["EURUSD"], Kind.TICK, start=MONDAY, end=MONDAY - HOUR)


@pytest.fixture
def heard() -> Iterator[None]:
    """Ctrl-C reaches this process, also where a shell began it in the background with the signal ignored."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_ctrl_c_keeps_what_came_and_the_same_call_goes_on(store: Store) -> None:
    with dukascopy() as server:
        one = connector(server, store)
        one.politeness = replace(FAST, rate=10.0, most_rate=10.0)
        plan = one.plan(["EURUSD"], Kind.TICK, MONDAY, MONDAY + 4 * DAY)
        pressed = threading.Event()

        def press(progress: Progress) -> None:
            if progress.done >= 10 and not pressed.is_set():
                pressed.set()
                os.kill(os.getpid(), signal.SIGINT)

        report = one.fetch(plan, press)
        assert report.interrupted
        assert not report.complete
        kept = len(store.pieces("EURUSD", Kind.TICK))
        assert kept >= 10
        assert report.unasked == 96 - kept
        one.politeness = FAST
        rest = one.plan(["EURUSD"], Kind.TICK, MONDAY, MONDAY + 4 * DAY)
        assert rest.requests == 96 - kept
        assert one.fetch(rest).complete
        assert max(server.log().counts.values()) <= 2  # what was under way is asked again
    assert_the_market(store, MONDAY, MONDAY + 4 * DAY)


def test_inside_a_running_loop_as_in_a_notebook(healthy: Loopback, store: Store) -> None:
    async def cell() -> FetchReport:
        return fetch(healthy, store, end=MONDAY + 2 * HOUR)

    assert asyncio.run(cell()).complete


def read_only(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store.root.mkdir()
    store.root.chmod(stat.S_IRUSR | stat.S_IXUSR)
    if os.geteuid() == 0:  # root may write anywhere: the system's answer is made up
        real = os.replace

        def refuse(source: Path, target: Path) -> None:
            if str(target).endswith(".parquet"):
                raise PermissionError(13, "Permission denied")
            real(source, target)

        monkeypatch.setattr(os, "replace", refuse)


def disk_full(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)


@pytest.mark.parametrize("trouble", [read_only, disk_full])
def test_a_store_that_cannot_be_written(
    healthy: Loopback, store: Store, monkeypatch: pytest.MonkeyPatch, trouble: Callable[..., None]
) -> None:
    trouble(store, monkeypatch)
    with pytest.raises(OutputError) as raised:
        fetch(healthy, store)
    assert raised.value.hint is not None
    monkeypatch.undo()
    if store.root.exists():
        store.root.chmod(0o755)
    assert list(store.root.rglob("*.part")) == []
    assert fetch(healthy, store).complete


def test_a_damaged_file_is_named_with_the_remedy_and_costs_no_other_day(healthy: Loopback, store: Store) -> None:
    fetch(healthy, store, end=MONDAY + 3 * DAY)
    path = store.path("EURUSD", Kind.TICK, MONDAY + DAY)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(DataFormatError, match="damaged") as raised:
        fetch(healthy, store, end=MONDAY + 3 * DAY)
    assert raised.value.where == str(path)
    assert "pinewright data verify --repair" in str(raised.value.hint)
    assert len(store.verify(repair=True)) == 1
    assert fetch(healthy, store, end=MONDAY + 3 * DAY).requests == 24
    assert_the_market(store, MONDAY, MONDAY + 3 * DAY)


def test_a_file_that_is_damaged_while_it_is_fetched(healthy: Loopback, store: Store) -> None:
    """The plan saw a sound store; the day that cannot be merged is told, and the others are written."""
    one = connector(healthy, store)
    plan = one.plan(["EURUSD"], Kind.TICK, MONDAY, MONDAY + 3 * DAY)
    path = store.path("EURUSD", Kind.TICK, MONDAY)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"PAR1 not at all")
    with pytest.raises(DataFormatError, match="damaged"):
        one.fetch(plan)
    assert path.read_bytes() == b"PAR1 not at all"
    path.unlink()
    assert fetch(healthy, store, end=MONDAY + 3 * DAY).complete


def test_settings_name_addresses_rate_and_agent(tmp_path: Path) -> None:
    with dukascopy() as server:
        host = f"http://127.0.0.1:{server.port}"
        flags = {"data_dir": tmp_path, "requests_per_second": 5, "user_agent": "me/1"}
        flags |= dict.fromkeys(("dukascopy_jetta_url", "dukascopy_bi5_url"), host)
        settings = ConfigurationManager(flags=flags, files=[]).settings
        one = DukascopyConnector.from_settings(settings)
        assert one.politeness == Politeness.at_most(5)
        assert [transport.name for transport in one.transports] == ["jetta", "bi5"]
        report = one.fetch(one.plan(["EURUSD"], Kind.TICK, MONDAY, MONDAY + 2 * HOUR))
        assert server.log().user_agents == {"me/1"}
    assert report.complete
    assert Store(tmp_path).symbols() == ["EURUSD"]
    assert [found.code for found in one.instruments(["EURUSD"])] == ["EUR-USD"]
