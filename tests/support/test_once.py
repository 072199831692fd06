"""Made once: one call, the same answer for all, and a failure that is nobody else's."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from tests.support.once import made_once


def test_many_ask_and_one_makes(tmp_path: Path) -> None:
    calls: list[Path] = []
    answers: list[list[int]] = []
    ready = threading.Barrier(4)

    def make(folder: Path) -> list[int]:
        calls.append(folder)
        (folder / "file").write_text("made", encoding="utf-8")
        return [1, 2]

    def ask() -> None:
        ready.wait()
        answers.append(made_once(tmp_path / "a" / "one", make))

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [[1, 2]] * 4
    assert calls == [tmp_path / "a" / "one"]


def test_who_fails_says_so_and_the_next_tries(tmp_path: Path) -> None:
    def fail(folder: Path) -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        made_once(tmp_path / "one", fail)
    assert made_once(tmp_path / "one", lambda folder: 7) == 7
    assert made_once(tmp_path / "one", fail) == 7
