"""The Pareto front of a search for several objectives: sets that no other set beats in all of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pinewright.app.report.figures import number, plain, plural
from pinewright.app.report.model import InputValue
from pinewright.app.report.pictures.canvas import WIDTH, Canvas, Scale
from pinewright.app.report.pictures.inputs import titled
from pinewright.app.report.pictures.picture import Picture
from pinewright.optimize.proof import Front

MOST_ROWS = 60
_MOST_PICTURES = 3


def draw_front(found: Front, inputs: Sequence[InputValue]) -> tuple[Picture, ...]:
    """The first objective against each of the others, at most three of them."""
    if len(found.names) < 2 or not len(found.values):
        return ()
    return tuple(_against(found, other, inputs) for other in range(1, min(len(found.names), 1 + _MOST_PICTURES)))


def _against(found: Front, other: int, inputs: Sequence[InputValue]) -> Picture:
    names = [name.replace("_", " ") for name in found.names]
    better = ["larger is better" if larger else "smaller is better" for larger in found.larger]
    words = f"{plural(len(found.values), 'set')} that no tried set beats in all of {', '.join(names)} at once."
    words += (
        " The diamond is the one that was delivered." if found.chosen >= 0 else " The delivered set is not among them."
    )
    canvas = Canvas(256, words)
    across = Scale.over(found.values[:, 0].tolist(), 56, WIDTH - 14)
    up = Scale.over(found.values[:, other].tolist(), 206, 28)
    canvas.up(up, 56, WIDTH - 8, name=f"{names[other]}, {better[other]}")
    canvas.across(across, 206, 22, name=f"{names[0]}, {better[0]}")
    order = np.argsort(found.values[:, 0], kind="stable")
    points = [(across(float(found.values[k, 0])), up(float(found.values[k, other]))) for k in order]
    if len(found.names) == 2:
        canvas.path(points, "link")
    canvas.dots(points, "dots big")
    if found.chosen >= 0:
        row = found.values[found.chosen]
        canvas.sign(across(float(row[0])), up(float(row[other])), "diamond", "real", 6)
    head, rows = _table(found, names, inputs)
    title = f"Pareto front: {names[0]} and {names[other]}"
    return Picture(
        f"front_{other}",
        title,
        words,
        canvas.drawing(),
        head,
        rows,
        (("dot", "on the front"), ("diamond", "delivered")),
    )


def _table(
    found: Front, names: Sequence[str], inputs: Sequence[InputValue]
) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """The best rows of the first objective; the delivered one is marked."""
    order = np.argsort(found.values[:, 0], kind="stable")
    order = order[::-1] if found.larger[0] else order
    apart = found.parameters.shape[1] == len(inputs)
    labels = tuple(titled(one.name, inputs) for one in inputs) if apart else ("Inputs",)
    rows = []
    for k in order[:MOST_ROWS].tolist():
        values = [plain(float(value)) for value in found.parameters[k]]
        mark = "delivered" if k == found.chosen else ""
        figures = tuple(number(float(value), 3) for value in found.values[k])
        rows.append((*figures, *(values if apart else [", ".join(values)]), mark))
    return (*names, *labels, ""), tuple(rows)
