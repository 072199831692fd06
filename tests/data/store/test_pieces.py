"""Kinds, partitions, and the order of pieces."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pinewright.data.store.kinds import Kind, count, empty
from pinewright.data.store.pieces import Piece, State, after, partition_of, standing
from pinewright.data.zones import iso_text
from pinewright.errors import DataFormatError, UsageError
from pinewright.market import DAY

TIMES = st.integers(-2_000_000_000_000, 4_000_000_000_000)


def test_kinds() -> None:
    assert [str(kind.timeframe) for kind in Kind] == ["None", "1m", "1h", "1d"]
    assert Kind.TICK.columns == ("time", "bid", "ask", "bid_volume", "ask_volume")
    assert Kind.HOUR.columns[0] == "time"
    assert Kind.HOUR.columns[-1] == "spread"
    assert Kind.HOUR.prices("ask") == ("ask_open", "ask_high", "ask_low", "ask_close")
    assert Kind.TICK.prices("bid") == ("bid",)
    for kind in Kind:
        columns = empty(kind)
        assert tuple(columns) == kind.columns
        assert count(columns) == 0
        assert [column.dtype.name for column in columns.values()] == ["int64", *["float64"] * (len(columns) - 1)]
    assert count(None) == 0


@pytest.mark.parametrize("text", ["tick", "ticks", "Ticks"])
def test_kinds_by_name(text: str) -> None:
    assert Kind.parse(text) is Kind.TICK
    assert Kind.parse("1H") is Kind.HOUR


def test_an_unknown_kind() -> None:
    with pytest.raises(UsageError, match="unknown kind of data '5m'") as caught:
        Kind.parse("5m")
    assert caught.value.hint is not None
    assert "1m" in caught.value.hint


@pytest.mark.parametrize(
    ("kind", "start", "end"),
    [
        (Kind.TICK, "2024-02-29 00:00", "2024-03-01 00:00"),
        (Kind.MINUTE, "2024-02-29 00:00", "2024-03-01 00:00"),
        (Kind.HOUR, "2024-02-01 00:00", "2024-03-01 00:00"),
        (Kind.DAY, "2024-01-01 00:00", "2025-01-01 00:00"),
    ],
)
def test_partitions(kind: Kind, start: str, end: str) -> None:
    found = partition_of(kind, 1_709_236_799_999)  # 2024-02-29 19:59:59.999
    assert tuple(iso_text(moment) for moment in found) == (start, end)


@given(kind=st.sampled_from(Kind), time=TIMES)
def test_partitions_tile_time(kind: Kind, time: int) -> None:
    start, end = partition_of(kind, time)
    assert start <= time < end
    assert start % DAY == end % DAY == 0
    assert partition_of(kind, start) == partition_of(kind, end - 1) == (start, end)
    assert partition_of(kind, end)[0] == end


def test_no_time_of_a_market() -> None:
    with pytest.raises(DataFormatError, match="no time of a market"):
        partition_of(Kind.DAY, 10**18)


PIECES = st.builds(
    Piece,
    start=st.just(0),
    end=st.just(DAY),
    state=st.sampled_from(State),
    source=st.sampled_from(("dukascopy", "histdata", "")),
    transport=st.sampled_from(("jetta", "bi5", "")),
    fetched=st.integers(0, 3),
    rows=st.integers(0, 2),
    sha256=st.sampled_from(((), ("a",), ("b",), ("a", "b"))),
    size=st.integers(0, 2),
    cause=st.sampled_from(("", "503", "one-sided minutes: 3")),
    one_sided=st.booleans(),
)


@given(piece=PIECES)
def test_a_piece_survives_json(piece: Piece) -> None:
    assert Piece.from_dict(json.loads(json.dumps(piece.as_dict()))) == piece


def test_fields_of_other_versions_do_not_hurt() -> None:
    piece = Piece(1, 2, State.OPEN)
    assert Piece.from_dict({**piece.as_dict(), "mood": "fine"}) == piece
    assert Piece.from_dict({"start": 1, "end": 2, "state": "not final"}) == piece
    with pytest.raises(ValueError, match="excellent"):
        Piece.from_dict({**piece.as_dict(), "state": "excellent"})


@given(first=PIECES, second=PIECES)
def test_settled_stands_before_unsettled(first: Piece, second: Piece) -> None:
    if first.state.settled and not second.state.settled:
        assert standing(first) > standing(second)
    if first.state is State.FINAL and second.state is not State.FINAL:
        assert standing(first) > standing(second)


def test_what_stands() -> None:
    def better(first: Piece, second: Piece) -> bool:
        return standing(first) > standing(second)

    def piece(state: State, rows: int = 0, fetched: int = 5, one_sided: bool = False) -> Piece:
        return Piece(0, DAY, state, "dukascopy", "jetta", fetched, rows, one_sided=one_sided)

    assert better(piece(State.OPEN, rows=3), piece(State.SUSPECT, fetched=9))  # rows are not lost to an empty answer
    assert better(piece(State.SUSPECT, fetched=9), piece(State.OPEN))  # the later of two that say nothing
    assert better(piece(State.SUSPECT), piece(State.FAILED, fetched=9))
    assert better(piece(State.OPEN, rows=3, fetched=9), piece(State.OPEN, rows=9))
    assert better(piece(State.FINAL, rows=3), piece(State.FINAL, rows=3, fetched=9, one_sided=True))
    assert better(piece(State.FINAL, rows=3, fetched=9), piece(State.FINAL, rows=3))


def test_a_final_piece_tells_what_it_replaced() -> None:
    old = Piece(0, DAY, State.FINAL, "histdata", "", 60_000, 5, ("a",))
    new = Piece(0, DAY, State.FINAL, "dukascopy", "jetta", 120_000, 6, ("b",), cause="one-sided minutes: 3")
    told = after(new, [old])
    assert told.cause == "one-sided minutes: 3; changed since 1970-01-01 00:01 UTC (histdata)"
    assert after(told, [old]) == told
    assert after(new, [Piece(0, DAY, State.SUSPECT, fetched=7)]) == new
    again = Piece(0, DAY, State.FINAL, "dukascopy", "jetta", 180_000, 6, ("b",))
    assert after(again, [new]) == again  # the same bytes are no change
    assert after(again, [told]).cause == "changed since 1970-01-01 00:01 UTC (histdata)"
