"""What goes wrong while writing: kills, two processes, a full disk, a store that cannot be written."""

from __future__ import annotations

import errno
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pinewright.data.store import files, layout
from pinewright.data.store.kinds import Kind
from pinewright.data.store.pieces import State
from pinewright.data.store.store import Store
from pinewright.errors import DataFormatError, OutputError
from pinewright.market import DAY, HOUR
from tests.data.store.rows import MONDAY, answer, everything, hours, same_rows, write_days

KILLS = 5


def _writer(root: Path, folder: Path, seed: int, *days: int) -> subprocess.Popen[str]:
    """A process that puts days of ticks, an hour a put, and tells each hour that is stored."""
    command = [sys.executable, "-m", "tests.data.store.rows", str(root), str(seed), *map(str, days)]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)


def _told(process: subprocess.Popen[str]) -> list[int]:
    """The hours that a killed process told as stored; a line that the kill tore counts as not told."""
    assert process.stdout is not None
    text = process.stdout.read()
    process.stdout.close()
    return [int(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


@pytest.mark.skipif(sys.platform == "win32", reason="kills by signal")
def test_a_killed_writer_loses_nothing_that_was_stored(tmp_path: Path, root: Path) -> None:
    store = Store(tmp_path / "killed")
    generator = random.Random(5)
    for seed in range(KILLS):
        process = _writer(store.root, root, seed, 0)
        assert process.stdout is not None
        told = [int(process.stdout.readline())]  # it is at work
        time.sleep(generator.random() * 0.2)
        process.send_signal(signal.SIGKILL)
        process.wait()
        told += _told(process)
        assert not [fault for fault in store.verify() if fault.damaged]
        expected = {piece.start: piece for piece, _ in hours(MONDAY, seed)}
        found = {piece.start: piece for piece in store.pieces("EURUSD", Kind.TICK)}
        assert all(found[hour].sha256 == expected[hour].sha256 for hour in told)
    process = _writer(store.root, root, KILLS, 0)
    process.communicate()
    assert process.returncode == 0
    whole = Store(tmp_path / "whole")
    write_days(whole.root, [0], KILLS)
    assert same_rows(store.rows("EURUSD", Kind.TICK), whole.rows("EURUSD", Kind.TICK))
    bytes_of = [[piece.sha256 for piece in one.pieces("EURUSD", Kind.TICK)] for one in (store, whole)]
    assert bytes_of[0] == bytes_of[1]
    assert [path.name for path in layout.walk(store.root / "EURUSD")] == ["2025-06-02.parquet"]


def test_two_processes_write_the_same_day(tmp_path: Path, root: Path) -> None:
    store = Store(tmp_path / "two")
    process = _writer(store.root, root, 1, 0)
    assert process.stdout is not None
    process.stdout.readline()  # it is at work
    write_days(store.root, [0], 1)
    process.communicate()
    assert process.returncode == 0
    alone = Store(tmp_path / "one")
    write_days(alone.root, [0], 1)
    assert everything(store) == everything(alone)


def test_threads_that_write_the_same_day_lose_nothing(tmp_path: Path) -> None:
    pairs = hours(MONDAY)
    stores = [Store(tmp_path / "threads") for _ in range(4)]

    def work(number: int) -> None:
        for pair in pairs[number::4]:
            stores[number].put("EURUSD", Kind.TICK, [pair])

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert stores[0].pieces("EURUSD", Kind.TICK) == [piece for piece, _ in pairs]
    assert stores[0].verify() == []


def test_readers_see_the_old_or_the_new_while_somebody_writes(tmp_path: Path) -> None:
    store = Store(tmp_path / "read")
    versions = [hours(MONDAY, seed=seed, fetched=1_000 * (seed + 1)) for seed in range(12)]
    store.put("EURUSD", Kind.TICK, versions[0])
    allowed = {tuple(piece.sha256 for piece, _ in version) for version in versions}
    done = threading.Event()
    seen: list[bool] = []

    def read() -> None:
        while not done.is_set():
            pieces = store.pieces("EURUSD", Kind.TICK)
            seen.append(tuple(piece.sha256 for piece in pieces) in allowed)
            seen.append(len(store.rows("EURUSD", Kind.TICK)["time"]) == 480)

    reader = threading.Thread(target=read)
    reader.start()
    for version in versions[1:]:
        store.put("EURUSD", Kind.TICK, version)
    done.set()
    reader.join()
    assert seen
    assert all(seen)


class _Failing:
    """A system call that fails from its n-th call on."""

    def __init__(self, real: Callable[..., Any], number: int, after: int = 0) -> None:
        self.real, self.number, self.left = real, number, after

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.left > 0:
            self.left -= 1
            return self.real(*args, **kwargs)
        raise OSError(self.number, os.strerror(self.number))


CASES = [
    (errno.ENOSPC, "the disk is full", "make room"),
    (errno.EDQUOT, "the disk is full", "make room"),
    (errno.EROFS, "the store cannot be written", "permissions"),
    (errno.EIO, "the store cannot be written", "another folder"),
]


@pytest.mark.parametrize(("number", "what", "hint"), CASES)
@pytest.mark.parametrize("call", ["fsync", "replace"])
def test_a_disk_that_refuses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int, what: str, hint: str
) -> None:
    store = Store(tmp_path / "market")
    store.put("EURUSD", Kind.TICK, hours(MONDAY))
    before = everything(store)
    monkeypatch.setattr(os, call, _Failing(getattr(os, call), number))
    with pytest.raises(OutputError, match=what) as caught:
        store.put("EURUSD", Kind.TICK, hours(MONDAY, seed=1, fetched=9_000))
    assert str(store.path("EURUSD", Kind.TICK, MONDAY)) == caught.value.where
    assert hint in str(caught.value.hint)
    monkeypatch.undo()
    assert everything(store) == before
    assert [path.name for path in layout.walk(store.root / "EURUSD")] == ["2025-06-02.parquet"]
    assert store.verify() == []


def test_what_was_written_before_the_disk_was_full_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "market")
    days = [pair for day in range(3) for pair in hours(MONDAY + day * DAY, rows=2)]
    monkeypatch.setattr(os, "replace", _Failing(os.replace, errno.ENOSPC, after=2))
    with pytest.raises(OutputError, match="the disk is full"):
        store.put("EURUSD", Kind.TICK, days)
    monkeypatch.undo()
    assert store.pieces("EURUSD", Kind.TICK) == [piece for piece, _ in days[:48]]
    assert store.verify() == []
    store.put("EURUSD", Kind.TICK, days)
    assert store.pieces("EURUSD", Kind.TICK) == [piece for piece, _ in days]


LIMITED = """
import resource, signal, sys
from pathlib import Path
from pinewright.data.store.store import Store
from pinewright.errors import OutputError
from tests.data.store.rows import MONDAY, hours
from pinewright.data.store.kinds import Kind
store = Store(Path(sys.argv[1]))
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
try:
    store.put("EURUSD", Kind.TICK, hours(MONDAY, rows=900, seed=1, fetched=9_000))
except OutputError as error:
    print(error.what)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="limits of a process")
def test_the_system_itself_stops_a_file_in_its_middle(tmp_path: Path, root: Path) -> None:
    store = Store(tmp_path / "market")
    store.put("EURUSD", Kind.TICK, hours(MONDAY))
    before = everything(store)
    command = [sys.executable, "-c", LIMITED, str(store.root)]
    answered = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert answered.stdout == f"the store cannot be written ({os.strerror(errno.EFBIG)})\n"
    assert everything(store) == before
    assert [path.name for path in layout.walk(store.root / "EURUSD")] == ["2025-06-02.parquet"]


READ_ONLY = """
import os, sys
from pathlib import Path
from pinewright.data.store.store import Store
from pinewright.errors import DataFormatError, OutputError
from tests.data.store.rows import MONDAY, hours
from pinewright.data.store.kinds import Kind
store = Store(Path(sys.argv[1]))
store.rows("EURUSD", Kind.TICK)
Store(Path(sys.argv[2])).put("EURUSD", Kind.TICK, hours(MONDAY))  # all is imported: nobody may not read our libraries
if os.geteuid() == 0:
    os.seteuid(65534)
print(len(store.pieces("EURUSD", Kind.TICK)), len(store.rows("EURUSD", Kind.TICK)["time"]))
for act in (
    lambda: store.put("EURUSD", Kind.TICK, hours(MONDAY, seed=1, fetched=9_000)),
    lambda: store.remove("EURUSD"),
    lambda: Store(store.root / "new").put("EURUSD", Kind.TICK, hours(MONDAY)),
):
    try:
        act()
    except OutputError as error:
        print(error.what)
for act in (lambda: store.pieces("GBPUSD", Kind.TICK), lambda: store.rows("GBPUSD", Kind.TICK)):
    try:
        act()
    except DataFormatError as error:
        print(error.code)
print([fault.damaged for fault in store.verify("GBPUSD", repair=True)])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="modes of folders")
def test_a_read_only_store_is_read_and_says_so_when_written(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("only")
    store = Store(folder / "market")
    for name in ("EURUSD", "GBPUSD"):
        store.put(name, Kind.TICK, hours(MONDAY))
    for path in sorted(store.root.rglob("*"), reverse=True):
        path.chmod(0o555 if path.is_dir() else 0o444)
    store.root.chmod(0o555)
    store.path("GBPUSD", Kind.TICK, MONDAY).chmod(0)
    # Somebody else must be able to come to it; the base folder of pytest is its owner's alone.
    opened = [one for one in folder.parents if one.name.startswith(("pytest-", "popen-"))] + [folder]
    modes = {parent: parent.stat().st_mode for parent in opened}
    try:
        for parent in opened:
            parent.chmod(0o755)
        command = [sys.executable, "-c", READ_ONLY, str(store.root), str(folder / "other")]
        answered = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    finally:
        for parent, mode in modes.items():
            parent.chmod(mode)
        for path in [store.root, *store.root.rglob("*")]:
            path.chmod(0o755 if path.is_dir() else 0o644)
    refused = f"the store cannot be written ({os.strerror(errno.EACCES)})"
    assert answered.stdout.splitlines() == ["24 480", *[refused] * 3, *["store-unreadable"] * 2, "[False]"]
    assert len(store.pieces("EURUSD", Kind.TICK)) == 24


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "market").write_text("mine")
    with pytest.raises(OutputError, match="the store cannot be written"):
        Store(tmp_path / "market").put("EURUSD", Kind.TICK, hours(MONDAY))
    assert Store(tmp_path / "market").symbols() == []


def test_a_partition_that_another_process_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path / "market")
    place = layout.place_of(store.root, "EURUSD", Kind.TICK, MONDAY)
    with (
        files.locked(store.root, place),
        pytest.raises(OutputError, match="has been writing for 0 s"),
        files.locked(store.root, place, seconds=0.05),
    ):
        pass
    store.put("EURUSD", Kind.TICK, hours(MONDAY))


def test_leftovers_of_a_kill_are_swept_and_work_in_progress_is_not(tmp_path: Path) -> None:
    store = Store(tmp_path / "market")
    store.put("EURUSD", Kind.TICK, hours(MONDAY))
    places = [layout.place_of(store.root, "EURUSD", Kind.TICK, MONDAY + day * DAY) for day in (0, 1)]
    parts = [layout.part_of(place.path) for place in places]
    for part in parts:
        part.write_bytes(b"half")
    assert len(store.pieces("EURUSD", Kind.TICK)) == 24
    faults = store.verify()
    assert [fault.path for fault in faults] == parts
    assert not any(fault.damaged for fault in faults)
    with files.locked(store.root, places[1]):
        Store(store.root).put("EURUSD", Kind.TICK, hours(MONDAY + 5 * DAY))
        assert [part.exists() for part in parts] == [False, True]
    Store(store.root).put("EURUSD", Kind.TICK, hours(MONDAY))
    assert not parts[1].exists()


def test_an_interrupted_write_leaves_no_half_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(handle: int) -> None:
        raise KeyboardInterrupt

    store = Store(tmp_path / "market")
    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        store.put("EURUSD", Kind.TICK, hours(MONDAY))
    monkeypatch.undo()
    assert list(layout.walk(store.root / "EURUSD")) == []
    store.put("EURUSD", Kind.TICK, hours(MONDAY))  # and the lock is free


def test_a_put_does_not_touch_a_damaged_file(tmp_path: Path) -> None:
    store = Store(tmp_path / "market")
    store.put("EURUSD", Kind.TICK, hours(MONDAY))
    path = store.path("EURUSD", Kind.TICK, MONDAY)
    path.write_bytes(path.read_bytes()[:-100])
    broken = path.read_bytes()
    with pytest.raises(DataFormatError, match="a damaged file of the store") as caught:
        store.put("EURUSD", Kind.TICK, [answer(Kind.TICK, MONDAY, MONDAY + HOUR, State.FINAL, seed=9)])
    assert caught.value.where == str(path)
    assert "pinewright data verify --repair" in str(caught.value.hint)
    assert path.read_bytes() == broken
