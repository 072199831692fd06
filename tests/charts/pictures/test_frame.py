"""The parts of a picture lie beside each other, never over each other."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.charts.palette import BLUE_ORANGE
from pinewright.charts.pictures.frame import LEAST_PANE, LEAST_PRICE, Piece, flow, lay_out
from pinewright.charts.pictures.strokes import Box
from pinewright.charts.pictures.theme import theme_for
from pinewright.errors import UsageError


@settings(max_examples=40)
@given(
    width=st.integers(100, 2000),
    height=st.integers(100, 1500),
    unit=st.integers(1, 3),
    panes=st.integers(0, 6),
    bars=st.integers(1, 2500),
    lines=st.integers(1, 4),
    foot=st.integers(0, 4),
)
def test_parts_do_not_meet(width: int, height: int, unit: int, panes: int, bars: int, lines: int, foot: int) -> None:
    theme = theme_for(BLUE_ORANGE, width, unit)
    whole = Box(0, 0, width * unit, height * unit)
    axis = theme.small.width("1.10000")
    try:
        frame = lay_out(whole, theme, titles=lines, legend=lines, panes=panes, axis=axis, bars=bars, foot=foot)
    except UsageError as error:
        # What the hint asks for is enough, and the next smaller is not.
        if "needs" in (error.hint or ""):
            wide, high = (int(part) for part in (error.hint or "").split()[2].split("x"))
            enough = Box(0, 0, wide * unit, high * unit)
            lay_out(enough, theme, titles=lines, legend=lines, panes=panes, axis=axis, bars=1, foot=foot)
        return
    parts = [*frame.titles, *frame.legend, frame.plot, frame.times, *frame.foot]
    parts += [box for pane in frame.panes for box in (pane.head, pane.plot)]
    assert all(whole.holds(part) for part in parts)
    assert not any(one.meets(other) for one, other in itertools.combinations(parts, 2))
    assert not any(frame.axis.meets(part) for part in (frame.plot, *(pane.plot for pane in frame.panes), frame.times))
    assert frame.plot.height >= LEAST_PRICE * unit
    assert all(pane.plot.height >= LEAST_PANE * unit for pane in frame.panes)
    assert frame.plot.width % unit == 0
    assert frame.bars_left >= frame.plot.left
    assert frame.plot.right - frame.bars_left >= bars * unit


@given(
    widths=st.lists(st.integers(1, 100), max_size=30),
    room=st.integers(100, 400),
    gap=st.integers(0, 20),
    most=st.integers(1, 4),
)
def test_pieces_flow_in_order_and_fit(widths: list[int], room: int, gap: int, most: int) -> None:
    pieces = [Piece(str(place), width) for place, width in enumerate(widths)]
    lines, missing = flow(pieces, room, gap, most)
    kept = [piece for line in lines for piece in line]
    assert kept == pieces[: len(kept)]
    assert missing == len(pieces) - len(kept)
    assert len(lines) <= most
    for line in lines:
        assert sum(piece.width for piece in line) + gap * (len(line) - 1) <= room
