"""Names: over neither bars nor lines nor each other; a number and a key where there is no room; none lost untold."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.charts.palette import BLUE_ORANGE
from pinewright.charts.pictures import picture
from pinewright.charts.pictures.annotations import Annotated
from pinewright.charts.pictures.contents import Picture
from pinewright.charts.pictures.foot import draw_foot
from pinewright.charts.pictures.labels import Label
from pinewright.charts.pictures.marks import Mark, Toward
from pinewright.charts.pictures.picture import paint
from pinewright.charts.pictures.strokes import Box, Pixels
from pinewright.charts.pictures.theme import Theme
from pinewright.charts.spec import Style
from tests.charts.pictures.pictured import bars, shape

BARS = 60


@dataclass(frozen=True)
class Written:
    """label, box: of a name or a number. hidden: pixels of bars and outlines in its place before."""

    label: Label
    box: Box
    hidden: int


def labels_of(one: Picture, width: int, height: int) -> tuple[list[Written], int]:
    """Every label of the finished picture, and how many names its foot counts."""
    found: list[Written] = []
    untold: list[int] = []
    colors = np.array([BLUE_ORANGE.up, BLUE_ORANGE.down, *BLUE_ORANGE.lines[:3]])
    write, part, foot = Label.write, picture._draw_part, draw_foot

    def noting(self: Label, pixels: Pixels, theme: Theme, box: Box, *, over_bars: bool = False) -> None:
        hidden = (box.of(pixels)[:, :, None, :] == colors).all(axis=3).any()
        found.append(Written(self, box, int(hidden)))
        write(self, pixels, theme, box, over_bars=over_bars)

    def again(*given: Any, **named: Any) -> Annotated:
        found.clear()
        return part(*given, **named)

    def told(*given: Any) -> int:
        untold.append(foot(*given))
        return untold[-1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Label, "write", noting)
        patch.setattr(picture, "_draw_part", again)
        patch.setattr("pinewright.charts.pictures.picture.draw_foot", told)
        paint([one], width=width, height=height, palette=BLUE_ORANGE, style=Style.CANDLES, unit=1)
    return found, untold[-1]


def crowded(places: list[tuple[int, Toward]], shapes: int) -> Picture:
    """Marks on the same few bars, and shapes over them; each name is there once."""
    shown = bars(BARS)
    marks = [Mark(bar, f"pattern number {count}", toward) for count, (bar, toward) in enumerate(places)]
    for count in range(shapes):
        start = 5 + 15 * count
        corners = (start, float(shown.high[start])), (start + 6, float(shown.low[start + 6]))
        line = shape(*corners, (start + 14, float(shown.high[start + 14])))
        marks.append(Mark(start + 14, f"shape number {count}", Toward.UP, line, 0.5))
    return Picture(shown, marks=tuple(marks), volume=False)


picture_of = st.builds(
    crowded,
    st.lists(st.tuples(st.integers(0, BARS - 1), st.sampled_from(Toward)), max_size=30, unique_by=lambda item: item),
    st.integers(0, 3),
)


@settings(max_examples=20, deadline=None)
@given(one=picture_of, width=st.integers(330, 1200), height=st.integers(240, 700))
def test_names_hide_neither_bars_nor_lines_nor_each_other(one: Picture, width: int, height: int) -> None:
    found, _ = labels_of(one, width, height)
    assert not [item.label.text for item in found if item.label.number is None and item.hidden]
    for count, item in enumerate(found):
        assert not [other for other in found[:count] if item.box.meets(other.box)]


@settings(max_examples=20, deadline=None)
@given(one=picture_of, width=st.integers(330, 1200), height=st.integers(240, 700))
def test_every_name_is_written_or_told_by_a_number_or_counted(one: Picture, width: int, height: int) -> None:
    found, missing = labels_of(one, width, height)
    arrows = {(mark.bar, mark.toward is Toward.UP) for mark in one.marks if mark.toward is not Toward.NEITHER}
    named = [item.label for item in found if item.label.number is None]
    numbers = [item.label for item in found if item.label.number is not None]
    # Each number stands in the chart and in the key, there before its name.
    half = len(numbers) // 2
    assert numbers[:half] == numbers[half:]
    assert [label.number for label in numbers[:half]] == list(range(1, half + 1))
    assert {label.text for label in numbers} <= {label.text for label in named}
    assert len(named) + missing >= len(arrows)
    told = sum(len(re.findall("number", label.text)) for label in named)
    more = sum(int(count) for label in named for count in re.findall(r"\+(\d+)", label.text))
    assert missing or told + more == len(one.marks)


def test_the_most_telling_names_stay_where_the_key_has_no_room() -> None:
    places = [(bar, toward) for bar in range(0, BARS, 2) for toward in (Toward.UP, Toward.DOWN)]
    found, missing = labels_of(crowded(places, 2), 400, 260)
    assert missing > 20
    assert any("shape number 0" in item.label.text for item in found)
    assert any("shape number 1" in item.label.text for item in found)
    # Of equals the latest.
    written = [int(text) for item in found for text in re.findall(r"pattern number (\d+)", item.label.text)]
    assert np.mean(written) > len(places) / 2


def test_a_shape_has_a_colour_of_its_own_before_its_name() -> None:
    found, _ = labels_of(crowded([], 3), 1000, 600)
    colors = [part.color for item in found for part in item.label.parts]
    assert len(colors) == 3
    assert set(colors) == set(BLUE_ORANGE.lines[:3])
