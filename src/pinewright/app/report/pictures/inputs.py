"""Which inputs matter: the share of the scores that each explains alone, and the scores along its values."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pinewright.app.report.figures import count, number, percent, plain
from pinewright.app.report.model import InputValue
from pinewright.app.report.pictures.canvas import WIDTH, Canvas, Scale, short
from pinewright.app.report.pictures.picture import Picture
from pinewright.optimize.proof import Influence

MOST_PROFILES = 6
"""Inputs whose scores are drawn value by value; the rest are in the table of shares."""
_IDLE = 0.02
_LONGEST = 24


def titled(name: str, inputs: Sequence[InputValue]) -> str:
    """What the dialog calls an input."""
    return next((one.title or one.name for one in inputs if one.name == name), name)


def numeric(value: object) -> float:
    """A number of an input, NaN for what is none."""
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else math.nan


def draw_influences(found: Sequence[Influence], inputs: Sequence[InputValue]) -> Picture | None:
    """A bar for each input, the most telling first."""
    if not found:
        return None
    idle = [titled(one.name, inputs) for one in found if not one.share >= _IDLE]
    words = "Share of the differences between scores that each input explains alone; "
    words += "the rest is how inputs act together, and luck."
    if len(idle) == len(found):
        words += " None explains much alone: a search that sees little but noise looks like this."
    elif idle:
        words += f" Next to nothing hangs on {', '.join(idle)}: fixed, they would leave fewer trials to be lucky in."
    step = 32.0
    canvas = Canvas(step * len(found) + 42, words)
    scale = Scale(0, max(0.1, *(one.share for one in found if math.isfinite(one.share))), 14, WIDTH - 62)
    for place, one in enumerate(found):
        y = 6 + place * step
        share = one.share if math.isfinite(one.share) else 0.0
        canvas.text(14, y + 10, titled(one.name, inputs), kind="label")
        canvas.box(14, y + 15, WIDTH - 76, 10, "track")
        canvas.box(14, y + 15, max(1.0, scale(share) - 14), 10, "gain" if share >= _IDLE else "rest")
        canvas.text(WIDTH - 56, y + 24, percent(100 * one.share, 1), kind="label")
    canvas.height = 6 + step * len(found)
    rows = tuple(
        (titled(one.name, inputs), percent(100 * one.share, 1), count(len(one.values)), count(int(np.sum(one.tried))))
        for one in found
    )
    head = ("Input", "Share explained alone", "Values tried", "Points")
    return Picture("influences", "Which inputs matter", words, canvas.drawing(), head, rows)


def draw_profiles(found: Sequence[Influence], inputs: Sequence[InputValue], score: str) -> tuple[Picture, ...]:
    """Mean score at each value of the most telling inputs."""
    pictures = [_profile(one, inputs, score) for one in found[:MOST_PROFILES]]
    return tuple(one for one in pictures if one is not None)


def _profile(one: Influence, inputs: Sequence[InputValue], score: str) -> Picture | None:
    good = np.isfinite(one.scores) & np.isfinite(one.values)
    if np.count_nonzero(good) < 2:
        return None
    values, scores = one.values[good], one.scores[good]
    mine = next((item for item in inputs if item.name == one.name), None)
    best = float(values[int(np.argmax(scores))])
    words = f"Mean {score} of all tried sets at each value; the highest mean lies at {plain(best)}."
    canvas = Canvas(206, f"{titled(one.name, inputs)}: {words}")
    across = Scale.over(values.tolist(), 52, WIDTH - 12, edge=0.02)
    up = Scale.over(scores.tolist(), 160, 26, edge=0.1)
    canvas.up(up, 52, WIDTH - 8, most=4, name=f"mean {score}")
    for value in across.ticks(6):
        canvas.text(across(value), 175, short(value), at="middle", kind="tick")
    canvas.text((52 + WIDTH) / 2, 194, titled(one.name, inputs)[:_LONGEST], at="middle", kind="name")
    points = [(across(x), up(y)) for x, y in zip(values.tolist(), scores.tolist(), strict=True)]
    canvas.path(points, "line first")
    if len(points) <= 40:
        canvas.dots(points, "dots small")
    signs = []
    for told, kind, shape, words_of in _marks(mine):
        if across.low <= told <= across.high:
            canvas.line(across(told), 26, across(told), 160, "guide")
            canvas.sign(across(told), up(float(np.interp(told, values, scores))), shape, kind, 5)
            signs.append((shape.replace("circle", "ring"), words_of))
    rows = tuple(
        (plain(float(value)), number(float(mean), 3), count(int(tried)))
        for value, mean, tried in zip(one.values, one.scores, one.tried, strict=True)
    )
    return Picture(
        f"profile_{one.name}",
        titled(one.name, inputs),
        words,
        canvas.drawing(),
        ("Value", f"Mean {score}", "Points"),
        rows,
        tuple(signs),
    )


def _marks(mine: InputValue | None) -> list[tuple[float, str, str, str]]:
    """Value, class, shape and meaning of the default and the chosen value; one mark where they are the same."""
    if mine is None:
        return []
    chosen = (numeric(mine.value), "real", "diamond", "chosen")
    if numeric(mine.default) == numeric(mine.value):
        return [chosen]
    return [(numeric(mine.default), "ring", "circle", "default"), chosen]
