"""`pinewright fetch` and `run --source`: the plan, the fetch, one line, and what is said without a network."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pinewright.data.simulate import simulated_bars
from pinewright.data.source import BarRequest
from pinewright.data.store.bars import StoreSource
from pinewright.data.store.kinds import Kind
from pinewright.data.store.pieces import State
from pinewright.data.store.store import Store
from pinewright.market import Bars, Side, Symbol, Timeframe
from tests.journeys.conftest import Pinewright, write_csv
from tests.journeys.conftest import pinewright as pinewright
from tests.support.loopback import Loopback, Market, Site

EURUSD = Symbol.get("EURUSD")
NOWHERE = "http://127.0.0.1:9"
RANGE = ("--from", "2025-06-02", "--to", "2025-06-04")


@pytest.fixture(scope="module")
def server() -> Iterator[Loopback]:
    with Loopback(Site(Market())) as running:
        yield running


@pytest.fixture
def store(server: Loopback, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    monkeypatch.setenv("PINEWRIGHT_DATA_DIR", str(tmp_path / "market"))
    monkeypatch.setenv("PINEWRIGHT_DUKASCOPY_JETTA_URL", f"http://127.0.0.1:{server.port}")
    monkeypatch.setenv("PINEWRIGHT_DUKASCOPY_BI5_URL", f"http://127.0.0.1:{server.port}")
    return Store(tmp_path / "market")


def test_the_plan_alone(pinewright: Pinewright, store: Store) -> None:
    answer = pinewright("fetch", "EURUSD", "GBPUSD", *RANGE, "--dry-run")
    assert answer.code == 0
    assert answer.out.startswith("EURUSD, GBPUSD 1m, 2025-06-02 00:00 to 2025-06-04 00:00 UTC: 8 requests, about")
    plan: Any = pinewright("fetch", "EURUSD", *RANGE, "--ticks", "--dry-run", "--json").json
    assert (plan["kind"], plan["requests"]) == ("tick", 48)
    assert store.symbols() == []


def test_fetched_once_and_told_in_one_line(pinewright: Pinewright, store: Store) -> None:
    answer = pinewright("fetch", "EURUSD", *RANGE)
    assert answer.code == 0, answer.err
    assert answer.out == "EURUSD 1m: 100 % of bars, 0 gaps, UTC, bid and ask, jetta\n"
    assert "4 requests" in answer.err
    again: Any = pinewright("fetch", "EURUSD", *RANGE, "--json").json
    assert (again["requests"], again["complete"], again["plan"]["stored"]) == (0, True, 2)
    assert store.missing("EURUSD", Kind.MINUTE, [(1_748_822_400_000, 1_748_995_200_000)]) == []


def test_time_frames_that_are_made_of_others_are_told(pinewright: Pinewright, store: Store) -> None:
    call = ("fetch", "EURUSD", *RANGE, "--dry-run")
    assert "15m is made of 1m" in pinewright(*call, "--timeframe", "15m").err
    assert "4h is made of 1h" in pinewright(*call, "--timeframe", "4h").err
    assert "days of UTC" in pinewright(*call, "--timeframe", "1d").err


@pytest.mark.parametrize(
    ("arguments", "what"),
    [
        (("EURUSQ",), "did you mean EURUSD"),
        ((), "no symbol is named"),
        (("EURUSD", "--ticks", "--timeframe", "1m"), "--ticks and --timeframe"),
        (("EURUSD", "--from", "2025-06-04", "--to", "2025-06-02"), "must lie before the end"),
        (("EURUSD", "--from", "2999-01-01"), "in the future"),
        (("EURUSD", "--from", "1990-01-01", "--to", "1990-02-01"), "begins at 2003-05-04"),
        (("EURUSD", "--source", "dukascopi"), "did you mean"),
        (("EURUSD", "--source", "histdata"), "histdata_dir"),
    ],
)
def test_calls_that_cannot_be_meant(
    pinewright: Pinewright, store: Store, arguments: tuple[str, ...], what: str
) -> None:
    answer = pinewright("fetch", *arguments)
    assert answer.code == 2
    assert what in answer.err
    assert store.symbols() == []


def test_without_a_network_both_ways_on_are_named(
    pinewright: Pinewright, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("JETTA", "BI5"):
        monkeypatch.setenv(f"PINEWRIGHT_DUKASCOPY_{name}_URL", NOWHERE)
    answer = pinewright("run", "--source", "dukascopy")
    assert answer.code == 2
    assert "error[unreachable]: Dukascopy cannot be reached" in answer.err
    assert "--bars FILE" in answer.err
    assert "--source simulated" in answer.err


def histdata_zip(bars: Bars, folder: Path) -> Path:
    """Minute bars as HistData has them: New York's clock, five hours behind UTC in winter."""
    rows = []
    for moment, *prices in zip(bars.time - 5 * 3_600_000, bars.open, bars.high, bars.low, bars.close, strict=True):
        stamp = str(np.datetime64(int(moment), "ms")).replace("-", "").replace(":", "").replace("T", " ")[:15]
        rows.append(";".join((stamp, *(f"{price:.6f}" for price in prices), "0")))
    path = folder / "HISTDATA_COM_ASCII_EURUSD_M12017.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("DAT_ASCII_EURUSD_M1_2017.csv", "\n".join(rows) + "\n")
    return path


def test_histdata_s_files_stand_in_where_nobody_answers(
    pinewright: Pinewright, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "histdata"
    folder.mkdir()
    histdata_zip(simulated_bars(5, "1m", end=1_485_820_800_000, days=2, warmup=0), folder)
    monkeypatch.setenv("PINEWRIGHT_HISTDATA_DIR", str(folder))
    for name in ("JETTA", "BI5"):
        monkeypatch.setenv(f"PINEWRIGHT_DUKASCOPY_{name}_URL", NOWHERE)
    answer = pinewright("fetch", "EURUSD", "--from", "2017-01-29", "--to", "2017-01-31")
    assert answer.code == 0, answer.err
    assert "cannot be reached" in answer.err
    assert "HistData's files" in answer.err
    assert "rows stored" in answer.out
    (held,) = store.overview()
    assert held.sources == ("histdata",)


def test_a_file_of_one_s_own_is_stored_with_its_provenance(
    pinewright: Pinewright, store: Store, tmp_path: Path
) -> None:
    bars = simulated_bars(5, "1m", start=1_748_822_400_000, days=1, warmup=0)
    path = write_csv(bars, tmp_path / "EURUSD_bid_1m.csv")
    answer = pinewright("fetch", "--source", path)
    assert answer.code == 0, answer.err
    assert answer.out == f"EURUSD_bid_1m.csv: {len(bars):,} rows stored\n"
    pieces = [piece for piece in store.pieces("EURUSD", Kind.MINUTE) if piece.rows]
    assert {piece.source for piece in pieces} == {"EURUSD_bid_1m.csv"}
    assert all(piece.one_sided and piece.state in (State.FINAL, State.OPEN) for piece in pieces)
    back = StoreSource(store, Side.BID).load(BarRequest(EURUSD, Timeframe(1), warmup=0)).bars
    assert np.array_equal(back.close, bars.close)
    assert back.spread is None or np.isnan(back.spread).all()
    refused = pinewright("fetch", "--source", write_csv(simulated_bars(5, "15m", days=5), tmp_path / "EURUSD_15m.csv"))
    assert refused.code == 2
    assert "--bars FILE" in refused.err
