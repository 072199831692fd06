"""Laws of merging: any order gives the same store, what is final stays, no row is lost, invented or there twice."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.data.store.kinds import Columns, Kind, empty
from pinewright.data.store.merge import Contents, by_partition, check_piece, merge, times, without
from pinewright.data.store.pieces import Piece, State, standing
from pinewright.errors import DataFormatError, DataQualityError
from pinewright.market import DAY, HOUR
from tests.data.store.rows import MONDAY, answer, columns, one_sided, same_rows

Pair = tuple[Piece, Columns]
NOTHING = Contents((), empty(Kind.TICK))


def checked(pair: tuple[Piece, Columns | None]) -> Pair:
    return check_piece(Kind.TICK, *pair, "EURUSD tick")


@st.composite
def natural(draw: st.DrawFn) -> Pair:
    """An answer for one hour of a day, among few hours so that they meet."""
    hour = draw(st.integers(0, 3))
    pair = answer(
        Kind.TICK,
        MONDAY + hour * HOUR,
        MONDAY + (hour + 1) * HOUR,
        draw(st.sampled_from(State)),
        rows=draw(st.integers(0, 4)),
        seed=draw(st.integers(0, 3)),
        fetched=draw(st.integers(0, 4)) * 1_000,
    )
    if pair[1] is not None and draw(st.booleans()):
        pair = one_sided(pair)
    return checked(pair)


@st.composite
def uneven(draw: st.DrawFn) -> Pair:
    """An answer for some quarters of an hour, of a source that cuts its periods in its own way.

    Every quarter has rows where the piece has any: whether an unfinished piece has rows decides its rank.
    """
    quarter = HOUR // 4
    first, length = draw(st.integers(0, 12)), draw(st.integers(1, 8))
    start, end = MONDAY + first * quarter, MONDAY + (first + length) * quarter
    seed, fetched = draw(st.integers(0, 50)), draw(st.integers(0, 50)) * 1_000
    piece, _ = answer(Kind.TICK, start, end, draw(st.sampled_from(State)), seed=seed, fetched=fetched)
    if piece.state not in (State.FINAL, State.OPEN):
        return checked((piece, None))
    parts = [columns(Kind.TICK, moment, moment + quarter, 2, seed) for moment in range(start, end, quarter)]
    found = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
    return checked((replace(piece, rows=len(found["time"])), found))


def merged(pairs: Sequence[Pair], *, at_once: bool = False) -> Contents:
    if at_once:
        return merge(Kind.TICK, NOTHING, pairs)
    found = NOTHING
    for pair in pairs:
        found = merge(Kind.TICK, found, [pair])
    return found


def whole(contents: Contents) -> None:
    """What holds of every partition: pieces disjoint and in order, each row in the piece that counts it."""
    assert sum(piece.rows for piece in contents.pieces) == len(contents.columns["time"])
    assert all(first.end <= second.start for first, second in itertools.pairwise(contents.pieces))
    time = times(contents.columns)
    assert (np.diff(time) >= 0).all()
    for piece in contents.pieces:
        assert np.count_nonzero((time >= piece.start) & (time < piece.end)) == piece.rows


@given(pairs=st.lists(natural(), max_size=8), data=st.data())
def test_any_order_of_puts_gives_the_same_partition(pairs: list[Pair], data: st.DataObject) -> None:
    shuffled = data.draw(st.permutations(pairs))
    first, second = merged(pairs), merged(shuffled)
    assert _told(first) == _told(second) == _told(merged(shuffled, at_once=True))
    assert same_rows(first.columns, second.columns)
    whole(first)


def _told(contents: Contents) -> list[dict[str, object]]:
    return [piece.as_dict() for piece in contents.pieces]


@settings(max_examples=200)
@given(pairs=st.lists(uneven(), max_size=6), data=st.data())
def test_uneven_periods_too(pairs: list[Pair], data: st.DataObject) -> None:
    first, second = merged(pairs), merged(data.draw(st.permutations(pairs)))
    assert same_rows(first.columns, second.columns)
    assert _moments(first) == _moments(second)
    whole(first)


def _moments(contents: Contents) -> dict[int, object]:
    """What stands in each quarter of an hour: a cut piece counts as what it was cut from."""
    quarter = HOUR // 4
    return {moment: standing(piece) for piece in contents.pieces for moment in range(piece.start, piece.end, quarter)}


@settings(max_examples=200)
@given(pairs=st.lists(uneven(), min_size=1, max_size=6))
def test_every_moment_has_the_greatest_answer_and_its_rows(pairs: list[Pair]) -> None:
    found = merged(pairs)
    stood = _moments(found)
    time = times(found.columns)
    for moment in range(MONDAY, MONDAY + 6 * HOUR, HOUR // 4):
        here = [pair for pair in pairs if pair[0].start <= moment < pair[0].end]
        assert (moment in stood) == bool(here)
        if not here:
            continue
        piece, rows = max(reversed(here), key=lambda pair: standing(pair[0]))
        assert stood[moment] == standing(piece)
        own = times(rows)
        low, high = np.searchsorted(own, (moment, moment + HOUR // 4))
        start, stop = np.searchsorted(time, (moment, moment + HOUR // 4))
        assert np.array_equal(own[low:high], time[start:stop])
        assert np.array_equal(rows["bid"][low:high], found.columns["bid"][start:stop])


@given(pairs=st.lists(natural(), min_size=1, max_size=8))
def test_what_is_settled_stays_settled(pairs: list[Pair]) -> None:
    found = NOTHING
    for pair in pairs:
        before = {piece.start: piece.state for piece in found.pieces}
        found = merge(Kind.TICK, found, [pair])
        for piece in found.pieces:
            old = before.get(piece.start)
            assert old is None or not old.settled or piece.state.settled
            assert old is not State.FINAL or piece.state is State.FINAL


@given(pairs=st.lists(natural(), max_size=6))
def test_the_same_answers_again_change_nothing(pairs: list[Pair]) -> None:
    found = merged(pairs)
    again = merge(Kind.TICK, found, pairs)
    assert again.pieces == found.pieces
    assert same_rows(again.columns, found.columns)


@given(pairs=st.lists(natural(), max_size=6), low=st.integers(-1, 20), length=st.integers(1, 20))
def test_taking_out_leaves_the_rest(pairs: list[Pair], low: int, length: int) -> None:
    found = merged(pairs)
    start, end = MONDAY + low * HOUR // 4, MONDAY + (low + length) * HOUR // 4
    rest = without(Kind.TICK, found, start, end)
    whole(rest)
    time = times(found.columns)
    kept = (time < start) | (time >= end)
    assert same_rows(rest.columns, {name: column[kept] for name, column in found.columns.items()})
    assert not any(piece.start < end and piece.end > start for piece in rest.pieces)
    assert all(piece.part(start, end, 0).start >= start for piece in found.pieces)


def test_a_piece_over_several_days_is_cut() -> None:
    pair = checked(answer(Kind.TICK, MONDAY + 23 * HOUR, MONDAY + 2 * DAY + HOUR, rows=500))
    parts = by_partition(Kind.TICK, [pair])
    assert list(parts) == [MONDAY, MONDAY + DAY, MONDAY + 2 * DAY]
    pieces = [part[0][0] for part in parts.values()]
    assert [(piece.start, piece.end) for piece in pieces] == [
        (MONDAY + 23 * HOUR, MONDAY + DAY),
        (MONDAY + DAY, MONDAY + 2 * DAY),
        (MONDAY + 2 * DAY, MONDAY + 2 * DAY + HOUR),
    ]
    assert sum(piece.rows for piece in pieces) == 500
    for part in parts.values():
        whole(merge(Kind.TICK, NOTHING, part))


def _bad(**changes: object) -> tuple[Piece, Columns]:
    piece, found = answer(Kind.MINUTE, MONDAY, MONDAY + DAY)
    assert found is not None
    return piece, {**found, **changes}  # type: ignore[dict-item]


def test_pieces_that_cannot_be_meant() -> None:
    piece, found = _bad()
    time = times(found)
    nan = np.full(piece.rows, np.nan)
    some = np.where(np.arange(piece.rows) == 3, np.nan, found["bid_low"])
    cases: list[tuple[Piece, Columns | None, type[Exception], str]] = [
        (replace(piece, end=MONDAY), found, DataFormatError, "ends before it begins"),
        (replace(piece, rows=7), found, DataFormatError, "20 rows where 7 are told"),
        (piece, None, DataFormatError, "0 rows where 20 are told"),
        (replace(piece, state=State.SUSPECT), found, DataFormatError, "rows in a period that is suspect"),
        (piece, {**found, "mood": nan}, DataFormatError, "columns are not those of 1m: mood"),
        (piece, {**found, "bid_low": nan[1:]}, DataFormatError, "different lengths"),
        (piece, {**found, "time": time[::-1]}, DataQualityError, "rows out of order at 2025-06-02"),
        (piece, {**found, "time": time + DAY}, DataQualityError, "outside of 2025-06-02 00:00 to 2025-06-03 00:00"),
        (piece, {**found, "time": np.append(time[1], time[1:])}, DataQualityError, "two candles at 2025-06-02"),
        (piece, {**found, "time": time + 1}, DataQualityError, "which begins no 1m"),
        (piece, {**found, "bid_low": some}, DataQualityError, "prices of the bid that are not finite"),
        (piece, {**found, "bid_low": nan}, DataQualityError, "prices of the bid that are not finite"),
        (piece, {**found, "spread": nan}, DataQualityError, "column spread"),
        (piece, {**found, "bid_volume": nan}, DataQualityError, "column bid_volume"),
        (piece, {name: nan if "_" in name else found[name] for name in found}, DataQualityError, "of either side"),
    ]
    for bad, rows, kind, text in cases:
        with pytest.raises(kind, match=text) as caught:
            check_piece(Kind.MINUTE, bad, rows, "EURUSD 1m")
        assert "EURUSD 1m, 2025-06-02 00:00 to" in str(caught.value)


def test_one_sided_rows_are_told() -> None:
    pair = answer(Kind.MINUTE, MONDAY, MONDAY + DAY)
    assert not check_piece(Kind.MINUTE, *pair, "x")[0].one_sided
    assert check_piece(Kind.MINUTE, *one_sided(pair), "x")[0].one_sided
    piece, found = pair
    assert found is not None
    half = {name: np.where(np.arange(piece.rows) < 5, np.nan, found[name]) for name in found if "ask" in name}
    half["ask_volume"] = found["ask_volume"]
    half["spread"] = half["ask_close"] - found["bid_close"]
    assert not check_piece(Kind.MINUTE, piece, {**found, **half}, "x")[0].one_sided


def test_integers_become_the_stores_types() -> None:
    piece, found = _bad()
    volume = found["bid_volume"].astype(np.int32)
    _, typed = check_piece(Kind.MINUTE, piece, {**found, "bid_volume": volume}, "x")
    assert typed["bid_volume"].dtype == np.float64
    assert tuple(typed) == Kind.MINUTE.columns
