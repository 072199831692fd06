"""The scores over two inputs, with the chosen and the default cell and the plateau around the chosen one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pinewright.app.report.figures import NONE, number, percent, plain
from pinewright.app.report.model import InputValue
from pinewright.app.report.pictures.canvas import WIDTH, Canvas, short
from pinewright.app.report.pictures.inputs import titled
from pinewright.app.report.pictures.picture import Picture
from pinewright.market import BoolArray, FloatArray
from pinewright.optimize.proof import HeatMap

_STEPS = 6
_LEVEL = 0.8
"""The rule of ``evidence.plateau``: that share of the way from the median score to the best."""
_LEFT, _TOP, _BOTTOM = 50.0, 24.0, 250.0
_ROBUST = (2, 98)


def draw_heat_map(found: HeatMap, inputs: Sequence[InputValue], score: str) -> Picture | None:
    """None where no cell has a score."""
    known = np.isfinite(found.scores)
    if not known.any():
        return None
    plateau = plateau_cells(found)
    words = _words(found, plateau, score)
    columns = tuple(plain(float(value)) for value in found.x_values)
    rows = tuple(
        (
            plain(float(found.y_values[y])),
            *(number(float(value), 3) if value == value else NONE for value in found.scores[y]),
        )
        for y in reversed(range(len(found.y_values)))
    )
    signs = [("diamond", "chosen"), ("ring", "default")]
    if plateau.any():
        signs.append(("outline-box", "plateau"))
    return Picture(
        name="heat_map",
        title=f"{titled(found.x, inputs)} against {titled(found.y, inputs)}",
        words=words,
        drawing=_drawing(found, known, plateau, inputs, words).drawing(),
        head=(f"{titled(found.y, inputs)} \\ {titled(found.x, inputs)}", *columns),
        rows=rows,
        signs=tuple(signs),
        broad=True,
    )


def plateau_cells(found: HeatMap) -> BoolArray:
    """[Y, X] cells around the chosen one that hang together on a plateau; none where that one stands on none.

    As ``evidence.plateau`` has it: a cell stands for the mean of its neighbourhood, and belongs to the plateau from
    ``_LEVEL`` of the way from the median score to the best such mean.
    """
    inside = np.zeros(found.scores.shape, dtype=np.bool_)
    known = found.scores[np.isfinite(found.scores)]
    if found.chosen is None or not len(known):
        return inside
    means = _neighbourhoods(found.scores)
    base = float(np.median(known))
    with np.errstate(invalid="ignore"):
        high = means >= base + _LEVEL * (float(np.nanmax(means)) - base)
    x, y = found.chosen
    waiting = [(y, x)] if high[y, x] else []
    while waiting:
        y, x = waiting.pop()
        if inside[y, x]:
            continue
        inside[y, x] = True
        for near_y in range(max(0, y - 1), min(len(high), y + 2)):
            for near_x in range(max(0, x - 1), min(high.shape[1], x + 2)):
                if high[near_y, near_x] and not inside[near_y, near_x]:
                    waiting.append((near_y, near_x))
    return inside


def _neighbourhoods(scores: FloatArray) -> FloatArray:
    """Mean [Y, X] of the tried cells among the nine around each; NaN where fewer than three were tried."""
    tried = np.isfinite(scores)
    sums, counts = np.pad(np.where(tried, scores, 0.0), 1), np.pad(tried.astype(np.float64), 1)
    rows, columns = scores.shape
    windows = [(y, x) for y in range(3) for x in range(3)]
    total = np.sum([sums[y : y + rows, x : x + columns] for y, x in windows], axis=0)
    count = np.sum([counts[y : y + rows, x : x + columns] for y, x in windows], axis=0)
    return np.where(count >= min(3, scores.size), total / np.maximum(count, 1), np.nan)


def _words(found: HeatMap, plateau: BoolArray, score: str) -> str:
    words = f"Mean {score} of all sets tried in each cell; other inputs vary freely within it."
    tried = np.isfinite(found.scores)
    known = found.scores[tried]
    if found.chosen is None:
        return words
    value = float(found.scores[found.chosen[1], found.chosen[0]])
    if value == value:
        below = percent(100 * float(np.mean(known < value)), 0)
        words += f" The chosen cell scores {number(value)}, better than {below} of the cells."
    if not plateau.any():
        return words + " Over these two inputs alone no plateau hangs together around it."
    share = percent(100 * float((plateau & tried).sum()) / len(known), 0)
    return f"{words} {share} of the tried cells hang together with it on a plateau."


def _drawing(found: HeatMap, known: BoolArray, plateau: BoolArray, inputs: Sequence[InputValue], words: str) -> Canvas:
    rows, columns = found.scores.shape
    canvas = Canvas(_BOTTOM + 78, words, cells=(_LEFT, _TOP, WIDTH - 10, _BOTTOM, columns, rows))
    wide, tall = (WIDTH - 10 - _LEFT) / columns, (_BOTTOM - _TOP) / rows

    def corner(x: int, y: int) -> tuple[float, float]:
        return _LEFT + x * wide, _BOTTOM - (y + 1) * tall

    canvas.box(_LEFT, _TOP, WIDTH - 10 - _LEFT, _BOTTOM - _TOP, "blank")
    steps, ends = shades(found.scores)
    for step in range(-_STEPS, _STEPS + 1):
        cells = [corner(int(x), int(y)) for y, x in np.argwhere(known & (steps == step))]
        if step:
            canvas.boxes(cells, wide - 0.5, tall - 0.5, f"{'gain' if step > 0 else 'loss'} heat{abs(step)}")
        else:
            canvas.boxes(cells, wide - 0.5, tall - 0.5, "level")
    if ends[0] < 0 < ends[1]:
        # Losses are struck through, so that colour is not alone.
        losing = [corner(int(x), int(y)) for y, x in np.argwhere(known & (steps < 0))]
        strokes = "".join(f"M{left:.1f} {top + tall:.1f}l{wide:.1f} -{tall:.1f}" for left, top in losing)
        canvas.parts.append(f'<path class="strike" d="{strokes}"/>')
    _outline(canvas, plateau, corner, wide, tall)
    for place, shape, kind in ((found.default, "circle", "ring"), (found.chosen, "diamond", "real")):
        if place is not None:
            left, top = corner(*place)
            canvas.sign(left + wide / 2, top + tall / 2, shape, f"{kind} on-cells", 6)
    _axes(canvas, found, inputs, wide, tall)
    _key(canvas, ends)
    return canvas


def shades(scores: FloatArray) -> tuple[FloatArray, tuple[float, float]]:
    """Step of each cell [Y, X], -6 to 6, and the scores at the ends: zero is in the middle where scores have both
    signs, else the steps go from the lowest to the highest. Ends leave out the outer 2 % of cells.
    """
    known = scores[np.isfinite(scores)]
    low, high = (float(value) for value in np.percentile(known, _ROBUST))
    filled = np.where(np.isfinite(scores), scores, low)
    if low < 0 < high:
        most = max(-low, high)
        part = np.clip(filled / most, -1, 1)
        return np.sign(part) * np.ceil(np.abs(part) * _STEPS), (-most, most)
    part = np.clip((filled - low) / ((high - low) or 1.0), 0, 1)
    if high <= 0:
        return -np.maximum(1, np.ceil((1 - part) * _STEPS)), (low, high)
    return np.maximum(1, np.ceil(part * _STEPS)), (low, high)


def _outline(canvas: Canvas, inside: BoolArray, corner: object, wide: float, tall: float) -> None:
    """The border of the plateau, edge by edge."""
    assert callable(corner)
    steps = []
    padded = np.pad(inside, 1)
    for y, x in np.argwhere(inside):
        left, top = corner(int(x), int(y))
        for beyond, edge in (
            (padded[y + 2, x + 1], f"M{left:.1f} {top:.1f}h{wide:.1f}"),
            (padded[y, x + 1], f"M{left:.1f} {top + tall:.1f}h{wide:.1f}"),
            (padded[y + 1, x], f"M{left:.1f} {top:.1f}v{tall:.1f}"),
            (padded[y + 1, x + 2], f"M{left + wide:.1f} {top:.1f}v{tall:.1f}"),
        ):
            if not beyond:
                steps.append(edge)
    if steps:
        text = "".join(steps)
        canvas.parts.append(f'<path class="outline-halo" d="{text}"/><path class="outline" d="{text}"/>')


def _axes(canvas: Canvas, found: HeatMap, inputs: Sequence[InputValue], wide: float, tall: float) -> None:
    for values, place in ((found.x_values, "x"), (found.y_values, "y")):
        every = max(1, -(-len(values) // 7))
        for k in range(0, len(values), every):
            if place == "x":
                canvas.text(_LEFT + (k + 0.5) * wide, _BOTTOM + 14, short(float(values[k])), at="middle", kind="tick")
            else:
                canvas.text(_LEFT - 5, _BOTTOM - (k + 0.5) * tall + 4, short(float(values[k])), at="end", kind="tick")
    canvas.text((_LEFT + WIDTH - 10) / 2, _BOTTOM + 30, titled(found.x, inputs), at="middle", kind="name")
    canvas.text(2, _TOP - 9, titled(found.y, inputs), kind="name")


def _key(canvas: Canvas, ends: tuple[float, float]) -> None:
    """The colours with the scores at their ends."""
    low, high = ends
    signs = range(-_STEPS, _STEPS + 1) if low < 0 < high else range(-_STEPS, 0) if high <= 0 else range(1, _STEPS + 1)
    shown = [step for step in signs if step]
    size, y = 16.0, _BOTTOM + 50
    left = (_LEFT + WIDTH - 10 - size * len(shown)) / 2
    for place, step in enumerate(shown):
        canvas.box(left + place * size, y, size - 0.5, 10, f"{'gain' if step > 0 else 'loss'} heat{abs(step)}")
        if step < 0 < high:
            canvas.line(left + place * size, y + 10, left + (place + 1) * size, y, "strike")
    canvas.text(left - 6, y + 9, short(low), at="end", kind="tick")
    canvas.text(left + size * len(shown) + 6, y + 9, short(high), kind="tick")
    if low < 0 < high:
        canvas.text(left + size * len(shown) / 2, y + 23, "0", at="middle", kind="tick")
