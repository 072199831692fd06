"""The folder: what is put is found again, read lazily, listed and removed."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.data.store import layout
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.store.pieces import Piece, State
from pinewright.data.store.store import Store
from pinewright.errors import DataQualityError, SymbolError, UsageError
from pinewright.market import DAY, HOUR
from tests.data.store.rows import MONDAY, all_days, answer, columns, everything, hours, one_sided, same_rows

YEAR = 1_735_689_600_000  # 2025-01-01
NEXT_YEAR = 1_767_225_600_000


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "market")


def test_an_empty_store_answers(store: Store) -> None:
    assert store.symbols() == []
    assert store.kinds("EURUSD") == []
    assert store.pieces("EURUSD", Kind.TICK) == []
    assert store.overview() == []
    assert store.verify() == []
    assert store.extent("EURUSD", Kind.TICK) is None
    assert store.missing("EURUSD", Kind.TICK, []) == []
    assert store.missing("EURUSD", Kind.TICK, [(0, HOUR)]) == [(0, HOUR)]
    assert store.scan("EURUSD", Kind.DAY).collect().columns == list(Kind.DAY.columns)
    assert store.remove("EURUSD").files == 0
    assert not store.root.exists()


def test_where_things_lie(store: Store) -> None:
    where = {kind: store.path("eur/usd", kind, MONDAY).relative_to(store.root).as_posix() for kind in Kind}
    assert where == {
        Kind.TICK: "EURUSD/tick/2025/06/2025-06-02.parquet",
        Kind.MINUTE: "EURUSD/1m/2025/06/2025-06-02.parquet",
        Kind.HOUR: "EURUSD/1h/2025/2025-06.parquet",
        Kind.DAY: "EURUSD/1d/2025.parquet",
    }


@pytest.mark.parametrize("kind", Kind)
def test_what_is_put_is_found(store: Store, kind: Kind) -> None:
    end = NEXT_YEAR if kind in (Kind.HOUR, Kind.DAY) else YEAR + 5 * DAY
    pair = answer(kind, YEAR, end, rows=300)
    store.put("EURUSD", kind, [pair])
    found = store.rows("EURUSD", kind)
    assert pair[1] is not None
    assert same_rows(found, pair[1])
    assert store.pieces("EURUSD", kind)[0].start == YEAR
    assert store.pieces("EURUSD", kind)[-1].end == end
    assert sum(piece.rows for piece in store.pieces("EURUSD", kind)) == 300
    assert store.symbols() == ["EURUSD"]
    assert store.kinds("eurusd") == [kind]
    assert store.verify() == []


def test_a_file_holds_rows_and_ledger(store: Store) -> None:
    store.put("EURUSD", Kind.TICK, hours(MONDAY))
    path = store.path("EURUSD", Kind.TICK, MONDAY)
    assert pl.read_parquet(path).columns == list(Kind.TICK.columns)
    ledger = json.loads(pl.read_parquet_metadata(path)["pinewright"])
    assert (ledger["symbol"], ledger["kind"], len(ledger["pieces"])) == ("EURUSD", "tick", 24)
    assert [file.name for file in layout.walk(store.root / "EURUSD")] == ["2025-06-02.parquet"]


def test_a_partition_without_rows_is_a_file(store: Store) -> None:
    closed = [answer(Kind.TICK, MONDAY + k * HOUR, MONDAY + (k + 1) * HOUR, State.CLOSED) for k in range(24)]
    store.put("EURUSD", Kind.TICK, closed)
    assert store.path("EURUSD", Kind.TICK, MONDAY).exists()
    assert len(store.pieces("EURUSD", Kind.TICK)) == 24
    assert len(store.rows("EURUSD", Kind.TICK)["time"]) == 0
    assert store.extent("EURUSD", Kind.TICK) is None


@settings(max_examples=30, deadline=None)
@given(low=st.integers(-30, 80), length=st.integers(0, 60))
def test_scans_give_the_range_asked(tmp_path_factory: pytest.TempPathFactory, low: int, length: int) -> None:
    folder = tmp_path_factory.getbasetemp() / "scanned"
    store = Store(folder)
    pairs = [pair for day in range(3) for pair in hours(MONDAY + day * DAY, seed=day, rows=5)]
    if not folder.exists():
        store.put("EURUSD", Kind.TICK, pairs)
    whole = {name: np.concatenate([part[name] for _, part in pairs if part]) for name in Kind.TICK.columns}
    start, end = MONDAY + low * HOUR + 1, MONDAY + (low + length) * HOUR
    kept = (whole["time"] >= start) & (whole["time"] < end)
    expected = {name: column[kept] for name, column in whole.items()}
    assert same_rows(store.rows("EURUSD", Kind.TICK, start, end), expected)
    assert store.scan("EURUSD", Kind.TICK, start, end).collect()["bid"].to_list() == expected["bid"].tolist()
    touched = store.pieces("EURUSD", Kind.TICK, start, end)
    assert touched == [piece for piece, _ in pairs if piece.start < end and piece.end > start]
    some = store.rows("EURUSD", Kind.TICK, start, end, ["time", "ask"])
    assert list(some) == ["time", "ask"]
    assert np.array_equal(some["ask"], expected["ask"])


def test_scans_open_only_the_partitions_of_the_range(store: Store) -> None:
    for day in range(3):
        store.put("EURUSD", Kind.TICK, hours(MONDAY + day * DAY, rows=2))
    store.path("EURUSD", Kind.TICK, MONDAY).write_bytes(b"broken")
    assert len(store.rows("EURUSD", Kind.TICK, MONDAY + DAY)["time"]) == 96


@settings(max_examples=50)
@given(data=st.data())
def test_missing_is_what_is_not_settled(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    store = Store(tmp_path_factory.mktemp("missing"))
    states = data.draw(st.lists(st.one_of(st.none(), st.sampled_from(State)), min_size=6, max_size=6))
    first = MONDAY + 21 * HOUR  # over midnight
    spans = [(first + k * HOUR, first + (k + 1) * HOUR) for k in range(6)]
    store.put(
        "EURUSD",
        Kind.TICK,
        [answer(Kind.TICK, *span, state, rows=2) for span, state in zip(spans, states, strict=True) if state],
    )
    settled = [state is not None and state.settled for state in states]
    expected = [span for span, known in zip(spans, settled, strict=True) if not known]
    assert store.missing("EURUSD", Kind.TICK, spans) == expected
    whole = (spans[0][0], spans[-1][1])
    assert store.missing("EURUSD", Kind.TICK, [whole]) == ([] if all(settled) else [whole])
    assert store.missing("EURUSD", Kind.TICK, [(whole[0] - HOUR, whole[1])]) != []


@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_any_order_of_puts_gives_the_same_files_byte_by_byte(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    """Hours on both sides of midnight, several answers for each, one or more of them in a put."""
    hour = st.integers(22, 25)
    answers = data.draw(st.lists(st.tuples(hour, st.sampled_from(State), st.integers(0, 3)), min_size=1, max_size=8))
    pairs = [
        answer(Kind.TICK, MONDAY + at * HOUR, MONDAY + (at + 1) * HOUR, state, 3, seed, 1_000 * seed)
        for at, state, seed in answers
    ]
    folders = []
    for order in (pairs, data.draw(st.permutations(pairs))):
        store = Store(tmp_path_factory.mktemp("order"))
        step = data.draw(st.integers(1, 3))
        for first in range(0, len(order), step):
            store.put("EURUSD", Kind.TICK, order[first : first + step])
        folders.append({path.name: path.read_bytes() for path in layout.walk(store.root / "EURUSD")})
    assert folders[0] == folders[1]


def test_a_final_answer_is_never_lost_to_a_worse_one(store: Store) -> None:
    good = answer(Kind.TICK, MONDAY, MONDAY + HOUR, fetched=1_000)
    store.put("EURUSD", Kind.TICK, [good])
    for state in (State.SUSPECT, State.FAILED, State.OPEN, State.CLOSED):
        store.put("EURUSD", Kind.TICK, [answer(Kind.TICK, MONDAY, MONDAY + HOUR, state, seed=3, fetched=9_000)])
    assert store.pieces("EURUSD", Kind.TICK) == [good[0]]
    changed = answer(Kind.TICK, MONDAY, MONDAY + HOUR, seed=5, fetched=60_000)
    store.put("EURUSD", Kind.TICK, [changed])
    (piece,) = store.pieces("EURUSD", Kind.TICK)
    assert piece.sha256 == changed[0].sha256
    assert piece.cause == "changed since 1970-01-01 00:00:01 UTC (dukascopy)"
    assert changed[1] is not None
    assert same_rows(store.rows("EURUSD", Kind.TICK), changed[1])


def test_one_side_does_not_replace_both(store: Store) -> None:
    both = answer(Kind.MINUTE, MONDAY, MONDAY + DAY, fetched=1_000)
    store.put("EURUSD", Kind.MINUTE, [one_sided(answer(Kind.MINUTE, MONDAY, MONDAY + DAY, seed=1, fetched=9_000))])
    assert [piece.source for piece in store.pieces("EURUSD", Kind.MINUTE)] == ["histdata"]
    store.put("EURUSD", Kind.MINUTE, [both])
    (piece,) = store.pieces("EURUSD", Kind.MINUTE)
    assert (piece.source, piece.cause) == ("dukascopy", "changed since 1970-01-01 00:00:09 UTC (histdata)")


def test_unchanged_partitions_are_not_written_again(store: Store) -> None:
    store.put("EURUSD", Kind.TICK, hours(MONDAY))
    before = store.path("EURUSD", Kind.TICK, MONDAY).stat()
    store.put("EURUSD", Kind.TICK, hours(MONDAY))
    assert store.path("EURUSD", Kind.TICK, MONDAY).stat().st_ino == before.st_ino
    store.put("EURUSD", Kind.TICK, hours(MONDAY, seed=1, fetched=2_000))
    assert store.path("EURUSD", Kind.TICK, MONDAY).stat().st_ino != before.st_ino


def test_a_bad_piece_leaves_nothing_behind(store: Store) -> None:
    good = answer(Kind.TICK, MONDAY, MONDAY + HOUR)
    piece, found = answer(Kind.TICK, MONDAY + HOUR, MONDAY + 2 * HOUR)
    assert found is not None
    bad: Columns = {**found, "time": found["time"][::-1]}
    with pytest.raises(DataQualityError, match="out of order"):
        store.put("EURUSD", Kind.TICK, [good, (piece, bad)])
    assert not store.root.exists()


@pytest.mark.parametrize("name", ["", "../EURUSD", "EUR USD", ".EURUSD", "a\0b", "X" * 50])
def test_names_that_are_no_symbols(store: Store, name: str) -> None:
    for act in (lambda: store.put(name, Kind.TICK, []), lambda: store.pieces(name, Kind.TICK)):
        with pytest.raises(SymbolError, match="no name of a symbol"):
            act()


def test_other_folders_are_no_symbols(store: Store) -> None:
    (store.root / "instruments").mkdir(parents=True)
    (store.root / "EMPTY").mkdir()
    store.put("USA500.IDXUSD", Kind.TICK, hours(MONDAY, rows=1))
    assert store.symbols() == ["USA500.IDXUSD"]


def test_the_overview(store: Store) -> None:
    pairs = hours(MONDAY, rows=3)
    pairs[3] = answer(Kind.TICK, MONDAY + 3 * HOUR, MONDAY + 4 * HOUR, State.SUSPECT)
    pairs[5] = answer(Kind.TICK, MONDAY + 5 * HOUR, MONDAY + 6 * HOUR, State.CLOSED)
    piece, found = pairs[7]
    pairs[7] = replace(piece, transport="bi5"), found
    store.put("EURUSD", Kind.TICK, pairs)
    store.put("GBPUSD", Kind.DAY, [answer(Kind.DAY, YEAR, NEXT_YEAR, rows=9)])
    ticks, days = store.overview()
    assert (ticks.symbol, ticks.kind, ticks.rows, ticks.files, ticks.damaged) == ("EURUSD", Kind.TICK, 66, 1, 0)
    assert ticks.states == {State.FINAL: 22, State.CLOSED: 1, State.SUSPECT: 1}
    assert ticks.sources == ("dukascopy jetta", "dukascopy bi5")
    assert ticks.bytes == store.path("EURUSD", Kind.TICK, MONDAY).stat().st_size
    time = store.rows("EURUSD", Kind.TICK)["time"]
    assert (ticks.first, ticks.last) == (time[0], time[-1])
    assert store.extent("EURUSD", Kind.TICK) == (time[0], time[-1] + 1)
    assert (days.symbol, days.rows, days.sources) == ("GBPUSD", 9, ("dukascopy jetta",))
    assert json.loads(json.dumps(ticks.as_dict()))["states"] == {"final": 22, "closed": 1, "suspect": 1}


def test_removing_a_part(store: Store) -> None:
    for day in range(3):
        store.put("EURUSD", Kind.TICK, hours(MONDAY + day * DAY, seed=day))
    before = store.rows("EURUSD", Kind.TICK)
    low, high = MONDAY + DAY - 90 * 60_000, MONDAY + 2 * DAY
    removed = store.remove("EURUSD", Kind.TICK, low, high)
    assert (removed.files, removed.cut) == (1, 1)
    assert removed.bytes > 0
    kept = (before["time"] < low) | (before["time"] >= high)
    assert same_rows(store.rows("EURUSD", Kind.TICK), {name: column[kept] for name, column in before.items()})
    periods = [(MONDAY + k * HOUR, MONDAY + (k + 1) * HOUR) for k in range(72)]
    assert store.missing("EURUSD", Kind.TICK, periods) == periods[22:48]
    assert store.verify() == []
    assert store.remove("EURUSD", Kind.TICK, low, high).files == 0
    store.put("EURUSD", Kind.TICK, [pair for day in range(2) for pair in hours(MONDAY + day * DAY, seed=day)])
    assert same_rows(store.rows("EURUSD", Kind.TICK), before)


def test_removing_everything_leaves_strangers(store: Store) -> None:
    store.put("EURUSD", Kind.TICK, [pair for day in range(2) for pair in hours(MONDAY + day * DAY)])
    store.put("EURUSD", Kind.DAY, [answer(Kind.DAY, YEAR, NEXT_YEAR)])
    store.put("GBPUSD", Kind.DAY, [answer(Kind.DAY, YEAR, NEXT_YEAR)])
    notes = store.root / "EURUSD" / "1d" / "notes.txt"
    notes.write_text("mine")
    sizes = sum(file.stat().st_size for file in layout.walk(store.root / "EURUSD")) - 4
    removed = store.remove("EURUSD")
    assert (removed.files, removed.bytes, removed.cut) == (3, sizes, 0)
    assert not (store.root / "EURUSD" / "tick").exists()
    assert notes.read_text() == "mine"
    assert store.remove("GBPUSD", Kind.DAY).files == 1
    assert not (store.root / "GBPUSD").exists()


def test_a_range_that_ends_before_it_begins(store: Store) -> None:
    with pytest.raises(UsageError, match="the range starts at 2025-06-03 00:00 and ends at 2025-06-02 00:00"):
        store.remove("EURUSD", Kind.TICK, MONDAY + DAY, MONDAY)


def test_a_removal_inside_one_piece_cuts_it(store: Store) -> None:
    store.put("EURUSD", Kind.HOUR, [answer(Kind.HOUR, MONDAY - DAY, MONDAY + 29 * DAY, rows=200)])
    store.remove("EURUSD", Kind.HOUR, MONDAY, MONDAY + DAY)
    pieces = store.pieces("EURUSD", Kind.HOUR)
    assert [(piece.start, piece.end) for piece in pieces] == [
        (MONDAY - DAY, MONDAY),
        (MONDAY + DAY, MONDAY + 29 * DAY),
    ]
    assert len({piece.sha256 for piece in pieces}) == 1
    assert store.verify() == []


def test_days_are_partitions(store: Store) -> None:
    first = MONDAY - 40 * DAY
    for day in all_days(first, MONDAY):
        store.put("EURUSD", Kind.TICK, [answer(Kind.TICK, day, day + HOUR, rows=1)])
    starts = [place.start for place in layout.places(store.root, "EURUSD", Kind.TICK)]
    assert starts == all_days(first, MONDAY)
    assert [place.start for place in layout.places(store.root, "EURUSD", Kind.TICK, MONDAY - DAY, MONDAY)] == [
        MONDAY - DAY
    ]
    assert layout.places(store.root, "EURUSD", Kind.TICK, 10**15, 10**17) == []
    assert layout.places(store.root, "EURUSD", Kind.TICK, -(10**17), None) == layout.places(
        store.root, "EURUSD", Kind.TICK
    )


def test_kinds_do_not_meet(store: Store) -> None:
    store.put("EURUSD", Kind.MINUTE, [answer(Kind.MINUTE, MONDAY, MONDAY + DAY)])
    before = everything(store)
    store.put("EURUSD", Kind.TICK, hours(MONDAY))
    assert everything(store)[Kind.MINUTE] == before[Kind.MINUTE]
    assert columns(Kind.TICK, MONDAY, MONDAY + HOUR)["time"].dtype == np.int64


def test_making_a_store_loads_no_polars() -> None:
    code = "import sys, pinewright.data.store.bars; print({'polars', 'filelock', 'scipy'} & set(sys.modules))"
    answered = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answered.stdout.strip() == "set()"


def test_pieces_are_values() -> None:
    piece = Piece(0, DAY, State.CLOSED)
    assert piece == replace(piece)
    assert len({piece, replace(piece)}) == 1
