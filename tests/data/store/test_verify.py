"""Damaged files are found, named with the remedy, moved aside on request, and never merged or read in silence."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from pinewright.data.store import files, layout
from pinewright.data.store.kinds import Kind
from pinewright.data.store.merge import Contents
from pinewright.data.store.store import Store
from pinewright.errors import DataFormatError
from pinewright.market import DAY, HOUR
from tests.data.store.rows import MONDAY, answer, everything, hours


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = Store(tmp_path / "market")
    found.put("EURUSD", Kind.TICK, [pair for day in range(3) for pair in hours(MONDAY + day * DAY, seed=day)])
    return found


def _path(store: Store, day: int = 1) -> Path:
    return store.path("EURUSD", Kind.TICK, MONDAY + day * DAY)


def _rewrite(store: Store, change: Callable[[Contents], Contents]) -> None:
    """Write the second day anew with other contents, digests and all: a fault of a program, not of a disk."""
    place = layout.place_of(store.root, "EURUSD", Kind.TICK, MONDAY + DAY)
    contents = files.read(place, "EURUSD", Kind.TICK)
    assert contents is not None
    files.write(place, "EURUSD", Kind.TICK, change(contents))


def _frame(store: Store, change: Callable[[pl.DataFrame], pl.DataFrame], *, keep: bool = True) -> None:
    """Write the second day's frame as another program would, with our metadata or without."""
    path = _path(store)
    metadata = {key: text for key, text in pl.read_parquet_metadata(path).items() if key.startswith(files.KEY)}
    change(pl.read_parquet(path)).write_parquet(path, metadata=metadata if keep else {})


def _shorter(store: Store) -> None:
    body = _path(store).read_bytes()
    _path(store).write_bytes(body[: len(body) // 2])


def _empty(store: Store) -> None:
    _path(store).write_bytes(b"")


def _text(store: Store) -> None:
    _path(store).write_text("time,bid,ask\n")


def _foreign(store: Store) -> None:
    _frame(store, lambda frame: frame, keep=False)


def _other_day(store: Store) -> None:
    _path(store).write_bytes(_path(store, 2).read_bytes())


def _other_symbol(store: Store) -> None:
    store.put("GBPUSD", Kind.TICK, hours(MONDAY + DAY))
    _path(store).write_bytes(store.path("GBPUSD", Kind.TICK, MONDAY + DAY).read_bytes())


def _lacking(store: Store) -> None:
    _frame(store, lambda frame: frame.drop("ask"))


def _extra(store: Store) -> None:
    _frame(store, lambda frame: frame.with_columns(mood=pl.lit(1.0)))


def _typed(store: Store) -> None:
    _frame(store, lambda frame: frame.with_columns(pl.col("bid").cast(pl.Float32)))


def _changed(store: Store) -> None:
    _frame(store, lambda frame: frame.with_columns(pl.col("bid") + 1e-5))


def _cut(store: Store) -> None:
    _frame(store, lambda frame: frame.head(7))


def _miscounted(store: Store) -> None:
    def change(contents: Contents) -> Contents:
        first, second, *rest = contents.pieces
        return replace(contents, pieces=(replace(first, rows=first.rows - 1), replace(second, rows=21), *rest))

    _rewrite(store, change)


def _overlapping(store: Store) -> None:
    def change(contents: Contents) -> Contents:
        first, *rest = contents.pieces
        return replace(contents, pieces=(replace(first, end=first.end + 1), *rest))

    _rewrite(store, change)


def _disordered(store: Store) -> None:
    def change(contents: Contents) -> Contents:
        return replace(contents, columns={name: np.ascontiguousarray(c[::-1]) for name, c in contents.columns.items()})

    _rewrite(store, change)


DAMAGES = [
    (_shorter, "it cannot be read"),
    (_empty, "it cannot be read"),
    (_text, "it cannot be read"),
    (_foreign, "it has no ledger, so it was not written by Pinewright"),
    (_other_day, "its ledger tells of 2025-06-04 00:00 UTC, which is not its place"),
    (_other_symbol, "it holds GBPUSD tick, not EURUSD tick"),
    (_lacking, "of the columns it lacks ask"),
    (_extra, "of the columns it has also mood"),
    (_typed, "its columns have other types"),
    (_changed, "its rows are not those that were written"),
    (_cut, "its rows are not those that were written"),
    (_miscounted, "its ledger tells of 19 rows from 2025-06-03 00:00 UTC and it has 20"),
    (_overlapping, "its ledger has periods that overlap, at 2025-06-03 01:00 UTC"),
    (_disordered, "rows out of order at 2025-06-03"),
]


@pytest.mark.parametrize(("damage", "what"), DAMAGES, ids=[damage.__name__[1:] for damage, _ in DAMAGES])
def test_damage_is_found_named_and_moved_aside(store: Store, damage: Callable[[Store], None], what: str) -> None:
    whole = everything(store)
    assert store.verify() == []
    damage(store)
    body = _path(store).read_bytes()
    (fault,) = store.verify("EURUSD")
    assert fault.path == _path(store)
    assert fault.damaged
    assert re.search(what, fault.what), fault.what
    assert "pinewright data verify --repair" in fault.remedy
    assert json.loads(json.dumps(fault.as_dict()))["path"] == str(fault.path)
    (mended,) = store.verify("EURUSD", Kind.TICK, repair=True)
    assert mended.moved is not None
    assert mended.moved.read_bytes() == body
    assert store.verify() == []
    day = [(MONDAY + DAY + k * HOUR, MONDAY + DAY + (k + 1) * HOUR) for k in range(24)]
    assert store.missing("EURUSD", Kind.TICK, day) == day
    store.put("EURUSD", Kind.TICK, hours(MONDAY + DAY, seed=1))
    assert everything(store) == whole
    assert mended.moved.exists()


@pytest.mark.parametrize("damage", [_shorter, _empty, _text, _foreign, _other_symbol, _other_day])
def test_reading_a_damaged_file_names_it_and_the_remedy(store: Store, damage: Callable[[Store], None]) -> None:
    damage(store)
    for act in (
        lambda: store.pieces("EURUSD", Kind.TICK),
        lambda: store.rows("EURUSD", Kind.TICK),
        lambda: store.scan("EURUSD", Kind.TICK),
        lambda: store.missing("EURUSD", Kind.TICK, [(MONDAY, MONDAY + 3 * DAY)]),
    ):
        with pytest.raises(DataFormatError, match="a damaged file of the store") as caught:
            act()
        assert caught.value.where == str(_path(store))
        assert caught.value.code == "store-damaged"
        assert caught.value.hint == files.REPAIR
    holding = store.overview()[0]
    assert (holding.damaged, holding.files, holding.rows) == (1, 2, 960)


@pytest.mark.parametrize("damage", [_lacking, _typed])
def test_damage_that_only_the_rows_show(store: Store, damage: Callable[[Store], None]) -> None:
    damage(store)
    with pytest.raises(DataFormatError, match="a damaged file of the store") as caught:
        store.rows("EURUSD", Kind.TICK)
    assert caught.value.where == str(_path(store))


def test_pages_that_cannot_be_unpacked(store: Store) -> None:
    body = bytearray(_path(store).read_bytes())
    body[40:400] = bytes(360)
    _path(store).write_bytes(body)
    with pytest.raises(DataFormatError, match="a damaged file of the store") as caught:
        store.rows("EURUSD", Kind.TICK)
    assert caught.value.where == str(_path(store))


def test_no_damage_goes_unnoticed() -> None:
    kind = Kind.MINUTE
    piece, found = answer(kind, MONDAY, MONDAY + DAY, rows=100)
    assert found is not None
    body = files.encode("EURUSD", kind, Contents((piece,), found))
    whole = files.decode(body, "EURUSD", kind, "x")
    generator = np.random.default_rng(3)
    noticed = 0
    for number in range(400):
        broken = bytearray(body)
        if number % 4 == 0:
            del broken[int(generator.integers(len(body))) :]
        else:
            broken[int(generator.integers(len(body)))] ^= 1 << int(generator.integers(8))
        try:
            read = files.decode(bytes(broken), "EURUSD", kind, "x")
        except DataFormatError:
            noticed += 1
            continue
        # What is not noticed lies in bytes that say nothing, such as statistics.
        assert read.pieces == whole.pieces
        assert all(np.array_equal(column, whole.columns[name]) for name, column in read.columns.items())
    assert noticed > 300


def test_files_of_other_versions_are_not_touched(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "VERSION", 2)
    with pytest.raises(DataFormatError, match="a file of the store of version 1, not 2") as caught:
        store.pieces("EURUSD", Kind.TICK)
    assert "another version of Pinewright" in str(caught.value.hint)
    assert not any(fault.damaged for fault in store.verify(repair=True))
    monkeypatch.undo()
    assert len(store.pieces("EURUSD", Kind.TICK)) == 72


def test_strangers_are_told_and_left_alone(store: Store) -> None:
    folder = _path(store).parent
    names = ["notes.txt", "2025-06-03 (copy).parquet", "2025-07-03.parquet", "2025-06-31.parquet", "2025-06.parquet"]
    for name in names:
        (folder / name).write_bytes(_path(store).read_bytes())
    (store.root / "EURUSD" / "tick" / "2025-06-02.parquet").write_bytes(b"")
    before = store.rows("EURUSD", Kind.TICK)
    faults = store.verify(repair=True)
    assert {fault.path.name for fault in faults} == {*names, "2025-06-02.parquet"}
    assert all(fault.path.exists() and not fault.damaged and fault.moved is None for fault in faults)
    assert len(before["time"]) == 72 * 20


def test_leftovers_are_swept_by_a_repair(store: Store) -> None:
    part = layout.part_of(_path(store))
    part.write_bytes(b"half")
    assert [fault.gone for fault in store.verify()] == [False]
    assert part.exists()
    assert [fault.gone for fault in store.verify(repair=True)] == [True]
    assert not part.exists()
    assert store.verify() == []


def test_a_second_damaged_file_gets_another_name(store: Store) -> None:
    for _ in range(3):
        _text(store)
        store.verify(repair=True)
    names = sorted(path.name for path in _path(store).parent.iterdir())
    assert names == [
        "2025-06-02.parquet",
        "2025-06-03.parquet.damaged",
        "2025-06-03.parquet.damaged.2",
        "2025-06-03.parquet.damaged.3",
        "2025-06-04.parquet",
    ]
    assert store.verify() == []
    assert store.remove("EURUSD").files == 5
    assert not (store.root / "EURUSD").exists()
