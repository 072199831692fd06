"""The journal: whole batches or none, whatever was cut off or damaged, and one run at a time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from pinewright.errors import OutputError, SearchError
from pinewright.market import FloatArray
from pinewright.optimize import Evaluation
from pinewright.optimize.journal import Journal

NAMES = ("net_profit", "trades")


def batch(number: int, rows: int = 5) -> tuple[FloatArray, Evaluation]:
    random = np.random.default_rng(number)
    return random.random((rows, 3)), Evaluation(NAMES, random.random((rows, 2)))


def written(folder: Path, count: int = 6) -> Path:
    with Journal(folder, "search-a") as journal:
        for number in range(count):
            journal.write(0, 100, *batch(number))
    return journal.path


def readable(folder: Path, count: int = 6) -> list[bool]:
    with Journal(folder, "search-a") as journal:
        found = [journal.read(0, 100, batch(number)[0]) for number in range(count)]
    for number, one in enumerate(found):
        assert one is None or one.values.tobytes() == batch(number)[1].values.tobytes()
        assert one is None or one.names == NAMES
    return [one is not None for one in found]


def test_batches_come_back_for_their_bars_and_parameters_alone(tmp_path: Path) -> None:
    written(tmp_path)
    assert readable(tmp_path) == [True] * 6
    with Journal(tmp_path, "search-a") as journal:
        assert journal.read(0, 99, batch(1)[0]) is None
        assert journal.read(0, 100, batch(1)[0][:4]) is None
        assert journal.read(0, 100, np.nextafter(batch(1)[0], 2)) is None
    with Journal(tmp_path, "search-b") as journal:
        assert journal.read(0, 100, batch(1)[0]) is None


def test_missing_figures_survive(tmp_path: Path) -> None:
    table = Evaluation(NAMES, np.array([[np.nan, -np.inf], [-0.0, 1e-300]]))
    with Journal(tmp_path, "k") as journal:
        journal.write(0, 1, np.zeros((2, 1)), table)
        found = journal.read(0, 1, np.zeros((2, 1)))
    assert found is not None
    assert found.values.tobytes() == table.values.tobytes()


@settings(max_examples=60, deadline=None)
@given(share=some.floats(0, 1))
def test_any_cut_leaves_the_whole_batches_before_it(tmp_path_factory: pytest.TempPathFactory, share: float) -> None:
    folder = tmp_path_factory.mktemp("cut")
    path = written(folder)
    data = path.read_bytes()
    cut = int(share * len(data))
    path.write_bytes(data[:cut])
    size = (len(data) - 20) // 6
    whole = min(6, max(0, cut - 20) // size)
    assert readable(folder) == [number < whole for number in range(6)]
    # What was half there is gone, and the file grows on from a clean end.
    assert written(folder) == path
    assert readable(folder) == [True] * 6


@settings(max_examples=60, deadline=None)
@given(place=some.integers(0, 10**6), flip=some.integers(1, 255))
def test_a_damaged_byte_costs_one_batch_at_most(
    tmp_path_factory: pytest.TempPathFactory, place: int, flip: int
) -> None:
    folder = tmp_path_factory.mktemp("flip")
    path = written(folder)
    data = bytearray(path.read_bytes())
    data[place % len(data)] ^= flip
    path.write_bytes(bytes(data))
    assert sum(readable(folder)) >= 5


def test_a_file_of_something_else_is_begun_anew(tmp_path: Path) -> None:
    (tmp_path / "search-a.journal").write_bytes(b"not a journal at all")
    assert readable(tmp_path) == [False] * 6
    written(tmp_path)
    assert readable(tmp_path) == [True] * 6


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with Journal(tmp_path, "k"):
        with pytest.raises(SearchError, match="another run"):
            Journal(tmp_path, "k")
        with Journal(tmp_path, "other"):
            pass
    with Journal(tmp_path, "k"):
        pass


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError, match="cannot make the folder"):
        Journal(tmp_path / "file", "k")
    (tmp_path / "k.journal").mkdir()
    with pytest.raises(OutputError, match="cannot read the state"):
        Journal(tmp_path, "k")
