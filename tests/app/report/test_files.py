"""Files that are whole or absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from pinewright.app.report.files import write_files
from pinewright.errors import OutputError

FILES = {"report.html": b"page", "report.json": b"document", "trades.csv": b"table"}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_writes_all_and_nothing_else(tmp_path: Path) -> None:
    folder = tmp_path / "new" / "folder"
    paths = write_files(folder, FILES)
    assert [path.read_bytes() for path in paths] == list(FILES.values())
    assert names(folder) == sorted(FILES)


def test_replaces_what_was_there(tmp_path: Path) -> None:
    write_files(tmp_path, {"report.html": b"old"})
    write_files(tmp_path, FILES)
    assert (tmp_path / "report.html").read_bytes() == b"page"


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("mine")
    with pytest.raises(OutputError) as caught:
        write_files(tmp_path / "taken", FILES)
    assert caught.value.hint
    assert (tmp_path / "taken").read_text() == "mine"


def test_a_folder_in_the_place_of_a_file_stops_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "trades.csv").mkdir()
    with pytest.raises(OutputError):
        write_files(tmp_path, FILES)
    assert names(tmp_path) == ["trades.csv"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_forbidden_folder(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OutputError):
        write_files(tmp_path, FILES)
    tmp_path.chmod(0o700)
    assert names(tmp_path) == []


def test_a_full_disk_leaves_the_old_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_files(tmp_path, dict.fromkeys(FILES, b"old"))
    calls = []

    def full(descriptor: int) -> None:
        calls.append(descriptor)
        if len(calls) == 2:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left"):
        write_files(tmp_path, FILES)
    assert names(tmp_path) == sorted(FILES)
    assert {path.read_bytes() for path in tmp_path.iterdir()} == {b"old"}


@pytest.mark.parametrize("name", ["../outside", "a/b", "..", "/etc/outside"])
def test_only_plain_names(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError):
        write_files(tmp_path, {name: b""})
    assert names(tmp_path) == []
