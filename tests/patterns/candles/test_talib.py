"""Beside TA-Lib: the same bars where both mean the same, and differences that are ties alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.support.candle_peers import PEERS, START, CandlePeer, compare, whole
from pinewright.patterns.candles import CANDLES
from tests.patterns.candles.support import random_bars, recorded

EQUAL = [peer for peer in PEERS if peer.equal]
FILES = (("m1/EURUSD_histdata_m1_2018", 100_000), ("h1/EURUSD_oanda_h1_2007_2014", 100_000))


def named(peer: CandlePeer) -> str:
    return f"{peer.name}-{peer.function}"


def test_every_pattern_that_talib_has_is_compared() -> None:
    own = {*("bullish_pin_bar bearish_pin_bar inside_bar bullish_outside_bar bearish_outside_bar".split())}
    assert {peer.name for peer in PEERS} | own | {"tweezer_bottom", "tweezer_top"} == set(CANDLES)


@pytest.mark.parametrize("peer", EQUAL, ids=named)
@pytest.mark.parametrize(("name", "size"), FILES, ids=["minutes", "hours"])
def test_equal_on_recorded_bars_in_ticks(shared: Path, peer: CandlePeer, name: str, size: int) -> None:
    found = compare(peer, whole(recorded(shared, name, size)))
    assert found.equal, found
    assert found.both > 500


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 2**32 - 1))
def test_equal_on_drawn_bars_in_ticks(seed: int) -> None:
    for peer in EQUAL:
        assert compare(peer, whole(random_bars(seed))).equal, peer


@pytest.mark.parametrize("peer", EQUAL, ids=named)
def test_plain_prices_answer_as_whole_ones_do_here_and_nearly_there(shared: Path, peer: CandlePeer) -> None:
    """TA-Lib compares without tolerance: rounding decides its ties, which whole prices show."""
    bars = recorded(shared, *FILES[0])
    exact = whole(bars)
    np.testing.assert_array_equal(peer.ours(bars), peer.ours(exact))
    changed = peer.theirs(bars) != peer.theirs(exact)
    differs = peer.theirs(bars) != peer.ours(bars)
    assert not (differs & ~changed)[START:].any()
    assert differs.mean() < 0.02


@pytest.mark.parametrize("peer", [peer for peer in PEERS if peer.covers], ids=named)
def test_stars_with_gaps_are_stars(shared: Path, peer: CandlePeer) -> None:
    found = compare(peer, whole(recorded(shared, *FILES[0])))
    assert found.ours > found.theirs == found.both > 400
