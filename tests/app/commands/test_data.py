"""`pinewright data`: listed, verified, removed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.store.pieces import Piece, State
from pinewright.data.store.store import Store
from pinewright.market import DAY, MINUTE
from tests.journeys.conftest import Answer, Pinewright
from tests.journeys.conftest import pinewright as pinewright

START = 20_000 * DAY


def minutes(start: int, count: int = 1440) -> Columns:
    time = start + MINUTE * np.arange(count, dtype=np.int64)
    price = 1.1 + 1e-5 * np.arange(count)
    columns: Columns = dict.fromkeys(Kind.MINUTE.columns, price)
    return columns | {"time": time}


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Two days of minutes, the second suspect."""
    root = tmp_path / "market"
    monkeypatch.setenv("PINEWRIGHT_DATA_DIR", str(root))
    store = Store(root)
    first = Piece(START, START + DAY, State.FINAL, "dukascopy", "jetta", 1, 1440, ("a", "b"), 99)
    second = Piece(START + DAY, START + 2 * DAY, State.SUSPECT, "dukascopy", "jetta", 1, cause="empty")
    store.put("EURUSD", Kind.MINUTE, [(first, minutes(START)), (second, None)])
    return store


def test_what_there_is(pinewright: Pinewright, store: Store) -> None:
    answer = pinewright("data", "list")
    assert answer.code == 0
    assert "EURUSD  1m    2024-10-04 00:00  2024-10-04 23:59  1,440" in answer.out
    assert "1 final, 1 suspect" in answer.out
    assert "dukascopy jetta" in answer.out
    listed: Any = pinewright("data", "list", "eur/usd", "--json").json
    (one,) = listed
    assert (one["symbol"], one["rows"], one["states"]) == ("EURUSD", 1440, {"final": 1, "suspect": 1})
    assert pinewright("data", "list", "--kind", "tick").out == ""


def test_an_empty_store_says_how_to_fill_it(
    pinewright: Pinewright, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PINEWRIGHT_DATA_DIR", str(tmp_path / "none"))
    for action in ("list", "verify"):
        answer = pinewright("data", action)
        assert answer.code == 0
        assert "pinewright fetch EURUSD" in answer.err


def test_verify_finds_and_repairs(pinewright: Pinewright, store: Store) -> None:
    sound = pinewright("data", "verify")
    assert sound.code == 0
    assert "sound: 2 files, 1,440 rows" in sound.out
    path = store.path("EURUSD", Kind.MINUTE, START)
    path.write_bytes(path.read_bytes()[:100])
    broken = pinewright("data", "verify")
    assert broken.code == 1
    assert str(path) in broken.out
    assert "--repair" in broken.out
    repaired = pinewright("data", "verify", "--repair", "--json")
    assert repaired.code == 1
    found: Any = repaired.json
    assert Path(found[0]["moved"]).exists()
    assert pinewright("data", "verify").code == 0
    assert store.missing("EURUSD", Kind.MINUTE, [(START, START + DAY)]) == [(START, START + DAY)]


def test_remove_asks_first(pinewright: Pinewright, store: Store) -> None:
    refused = pinewright("data", "remove", "EURUSD")
    assert (refused.code, "--yes" in refused.err) == (2, True)
    assert pinewright("data", "remove").code == 2
    done = pinewright("data", "remove", "EURUSD", "--to", "2024-10-05", "--yes")
    assert done.code == 0
    assert done.out.startswith("removed 1 files")
    assert [one.rows for one in store.overview()] == [0]


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("lst",), "unknown action 'lst'"),
        (("list", "--repair"), "--repair belongs to verify"),
        (("list", "--yes"), "--yes belongs to remove"),
        (("list", "--kind", "2m"), "unknown kind of data '2m'"),
        (("remove", "../x", "--yes"), "no name of a symbol"),
        (("verify", "EURUSQ"), "nothing is stored of EURUSQ"),
        (("list", "GBPUSD"), "nothing is stored of GBPUSD"),
    ],
)
def test_calls_that_cannot_be_meant(
    pinewright: Pinewright, store: Store, arguments: tuple[str, ...], what: str
) -> None:
    answer: Answer = pinewright("data", *arguments)
    assert answer.code == 2
    assert what in answer.err
