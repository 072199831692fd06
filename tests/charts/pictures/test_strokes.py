"""Lines, dashes and shapes as pixels; what lies behind; room for names."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.charts.pictures.room import Room
from pinewright.charts.pictures.strokes import Box, Pixels, behind, line, polygon, runs

WHITE, BLACK, RED = (255, 255, 255), (0, 0, 0), (255, 0, 0)
WHOLE = Box(0, 0, 60, 40)


def blank() -> Pixels:
    return np.full((40, 60, 3), 255, dtype=np.uint8)


def test_a_level_line_covers_its_rows_alone() -> None:
    pixels = blank()
    line(pixels, WHOLE, [(5.0, 20.0), (55.0, 20.0)], BLACK, 2.0)
    assert set(np.nonzero((pixels != 255).any(axis=2))[0]) == {19, 20}
    assert (pixels[19:21, 6:54] == 0).all()


@settings(max_examples=40)
@given(
    points=st.lists(st.tuples(st.floats(-500, 500), st.floats(-500, 500)), min_size=0, max_size=6),
    dash=st.sampled_from([0.0, 3.0]),
)
def test_nothing_leaves_the_clip(points: list[tuple[float, float]], dash: float) -> None:
    pixels, clip = blank(), Box(10, 10, 30, 25)
    line(pixels, clip, points, BLACK, 2.5, dash)
    polygon(pixels, clip, points, RED, BLACK, 1.0) if len(points) > 2 else None
    clip.of(pixels)[:] = 255
    assert (pixels == 255).all()


def test_dashes_leave_gaps_of_their_own_length() -> None:
    pixels = blank()
    line(pixels, WHOLE, [(0.0, 10.0), (60.0, 10.0)], BLACK, 2.0, 5.0)
    dark = pixels[10, :, 0] < 128
    assert dark[1:4].all()
    assert not dark[6:9].any()
    assert dark[11:14].all()


def test_behind_changes_the_ground_alone() -> None:
    pixels = blank()
    pixels[10] = BLACK
    behind(pixels[5:15], [WHITE], RED)
    assert (pixels[10] == BLACK).all()
    assert (pixels[9] == RED).all()
    assert (pixels[20] == WHITE).all()


def test_runs_are_the_finite_stretches() -> None:
    nan = float("nan")
    assert list(runs(np.array([nan, 1, 2, nan, float("inf"), 3]))) == [slice(1, 3), slice(5, 6)]
    assert list(runs(np.array([]))) == []


def test_room() -> None:
    pixels = blank()
    pixels[:, 30:] = BLACK
    room = Room(pixels, Box(5, 5, 55, 35), [WHITE])
    assert room.is_free(Box(5, 5, 15, 15))
    assert not room.is_free(Box(0, 5, 15, 15))  # beyond the plot
    assert not room.is_free(Box(25, 5, 35, 15))
    assert room.is_free(Box(25, 5, 35, 15), over_bars=True)
    room.put(Box(10, 10, 20, 20))
    assert not room.is_free(Box(5, 5, 15, 15), over_bars=True)
    way = Box(22, 5, 23, 30)
    room.keep(way)
    assert room.is_kept(Box(20, 10, 25, 12))
    assert not room.is_kept(Box(20, 10, 25, 12), own=way)
