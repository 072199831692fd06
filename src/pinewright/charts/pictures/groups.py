"""Marks of one bar share an arrow and a label: who comes first, and what it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from pinewright.charts.pictures.contents import Picture
from pinewright.charts.pictures.labels import Label, Words
from pinewright.charts.pictures.lettering import RGB
from pinewright.charts.pictures.marks import Mark, Toward
from pinewright.charts.pictures.theme import Theme

_LONGEST: Final = 26
"""Letters of two names in one label."""
_FEW: Final = 3
"""So many marks in a picture are all named, however long their label is."""


@dataclass(frozen=True)
class Group:
    """Marks on the same side of one bar. below: on which side. shapes: those of them with an outline. short: names
    those alone and counts the others, for a place away from the bar.
    """

    bar: int
    below: bool
    toward: Toward
    label: Label
    short: Label
    shapes: tuple[Mark, ...]


def outline_colors(picture: Picture, theme: Theme) -> dict[Mark, RGB]:
    """A colour for each mark with an outline, which no line over the price has as long as there are enough."""
    lines = theme.palette.lines
    shapes = dict.fromkeys(mark for mark in picture.marks if not mark.is_place)
    return {mark: lines[(len(picture.lines) + place) % len(lines)] for place, mark in enumerate(shapes)}


def groups_of(picture: Picture, theme: Theme) -> list[Group]:
    """The marked bars of the picture: those of lines, then those with the most weight, then the latest first. A mark
    that points nowhere stands above its bar, or below where only that side is free.
    """
    found: dict[tuple[int, bool], list[Mark]] = {}
    marks = [mark for mark in picture.marks if 0 <= mark.bar < len(picture.bars)]
    for mark in sorted(marks, key=lambda item: (item.toward is Toward.NEITHER, -item.weight, -item.bar, item.name)):
        below = mark.toward is Toward.UP
        if mark.toward is Toward.NEITHER:
            below = (mark.bar, False) in found and (mark.bar, True) not in found
        found.setdefault((mark.bar, below), []).append(mark)
    colors = outline_colors(picture, theme)
    groups = [_group(bar, below, group, colors, named=len(marks) <= _FEW) for (bar, below), group in found.items()]
    weight = {(bar, below): max(mark.weight for mark in group) for (bar, below), group in found.items()}
    return sorted(
        groups, key=lambda group: (not group.shapes, -weight[group.bar, group.below], -group.bar, group.below)
    )


def _group(bar: int, below: bool, marks: Sequence[Mark], colors: dict[Mark, RGB], *, named: bool) -> Group:
    """Outlines are all named; of places one, or two where their names are short, and how many more there are; all
    where they are to be ``named``.
    """
    shapes = {mark.name: Words(mark.name, colors[mark]) for mark in marks if not mark.is_place}
    places = [name for name in dict.fromkeys(mark.name for mark in marks) if name not in shapes]
    told = 0 if shapes else 1
    if named or (len(shapes) + len(places) == 2 and len(" ".join((*shapes, *places))) <= _LONGEST):
        told = len(places)
    label, short = (_label([*shapes.values()], places, count) for count in (told, 0))
    return Group(bar, below, marks[0].toward, label, short, tuple(mark for mark in marks if not mark.is_place))


def _label(shapes: Sequence[Words], places: Sequence[str], told: int) -> Label:
    """All shapes, the first ``told`` places, and how many more there are."""
    words = [*shapes, *([Words(", ".join(places[:told]))] if told else [])]
    words = [*(Words(f"{one.text},", one.color) for one in words[:-1]), *words[-1:]]
    if words and len(places) > told:
        words[-1] = Words(f"{words[-1].text} +{len(places) - told}", words[-1].color)
    return Label(tuple(words))
