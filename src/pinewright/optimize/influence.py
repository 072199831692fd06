"""Which inputs matter to a score, and how the score lies over two of them."""

from __future__ import annotations

import itertools
from typing import Final

import numpy as np

from pinewright.errors import SearchError, unknown_name_hint
from pinewright.market import FloatArray, IntArray
from pinewright.optimize.proof import HeatMap, Influence
from pinewright.optimize.space import Dimension, Space

_SHOWN: Final = 60
"""Values of an input that are told one by one; more are told in so many groups of neighbours."""
_GROUPS: Final = 20
_GROUP: Final = 8
"""Groups that a share is measured over, at most, and the points that each should have."""
_DRAWN: Final = 20_000
_FILLED: Final = 0.6
_COARSEST: Final = 5


def influences(space: Space, points: IntArray, scores: FloatArray) -> tuple[Influence, ...]:
    """How much of the variance of scores [P] each input explains alone, the most influential first.

    points [P, d]: where the scores were made; best those that were spread over the space, since around the best ones
    inputs move together. The share is the correlation ratio over groups of neighbouring values, corrected for their
    number (epsilon squared: Kelley, 1935, An unbiased correlation ratio measure, PNAS 21), so that noise is near 0; it
    leaves out what inputs do only together. Scores that are not finite (too few trades) are left out. An input of more
    than 60 values is told in 60 groups, each by the mean of its tried values. Shares are 0 where nothing can be said.
    """
    grid, known = _checked(space, points, scores)
    kept = np.isfinite(known)
    grid, known = grid[kept], known[kept]
    found = [_influence(one, grid[:, index], known) for index, one in enumerate(space.dimensions)]
    return tuple(sorted(found, key=lambda one: -one.share))


def heat_map(
    space: Space,
    points: IntArray,
    scores: FloatArray,
    chosen: IntArray | None = None,
    default: IntArray | None = None,
    x: str | None = None,
    y: str | None = None,
    most: int = 40,
) -> HeatMap | None:
    """Mean score of the tried points [P, d] in each cell of two inputs; None where two of them are not there.

    x, y: names of inputs; left out, the most influential numbers. chosen, default: points [d] to be marked. A cell is
    one value of each input, or several neighbours: at most ``most`` cells a side, and fewer where most of the cells
    that a set can fall into would be empty. ``tried`` counts all points, those without a score as well.
    SearchError for a name that does not vary.
    """
    grid, known = _checked(space, points, scores)
    sides = _sides(space, grid, known, x, y)
    if sides is None:
        return None
    one, other = (space.dimensions[side] for side in sides)
    cells = _cells(space, grid, sides, most)
    columns, rows = (_groups(dimension, cells) for dimension in (one, other))
    shape = (int(rows[-1]) + 1, int(columns[-1]) + 1)
    flat = rows[grid[:, sides[1]]] * shape[1] + columns[grid[:, sides[0]]]
    scored = np.isfinite(known)
    count = np.bincount(flat[scored], minlength=shape[0] * shape[1])
    total = np.bincount(flat[scored], known[scored], minlength=shape[0] * shape[1])
    means = np.where(count > 0, total / np.maximum(count, 1), np.nan).reshape(shape)
    return HeatMap(
        one.name,
        other.name,
        _centres(one, columns),
        _centres(other, rows),
        means,
        np.bincount(flat, minlength=shape[0] * shape[1]).reshape(shape).astype(np.int64),
        *(None if p is None else (int(columns[p[sides[0]]]), int(rows[p[sides[1]]])) for p in (chosen, default)),
    )


def _checked(space: Space, points: IntArray, scores: FloatArray) -> tuple[IntArray, FloatArray]:
    grid, known = np.asarray(points, dtype=np.int64), np.asarray(scores, dtype=np.float64)
    if grid.ndim != 2 or known.ndim != 1 or grid.shape != (len(known), len(space.dimensions)):
        raise SearchError(f"points of shape {grid.shape} with scores of shape {known.shape}")
    return grid, known


def _influence(dimension: Dimension, places: IntArray, scores: FloatArray) -> Influence:
    groups = _groups(dimension, _SHOWN)[places]
    named, group = np.unique(groups, return_inverse=True)
    tried = np.bincount(group, minlength=len(named)).astype(np.int64)
    values = np.bincount(group, dimension.values[places], minlength=len(named)) / tried
    means = np.bincount(group, scores, minlength=len(named)) / tried
    coarse = _groups(dimension, min(_GROUPS, max(2, len(scores) // _GROUP)))[places]
    return Influence(dimension.name, _share(coarse, scores), values, means, tried)


def _share(groups: IntArray, scores: FloatArray) -> float:
    """Epsilon squared of scores [P] by group [P]: 1 - (within / (P - groups)) / (all / (P - 1)), at least 0."""
    used, group = np.unique(groups, return_inverse=True)
    freedom = len(scores) - len(used)
    if len(used) < 2 or freedom < 1:
        return 0.0
    # Scores of every size: squares of the largest must not overflow.
    largest = float(np.max(np.abs(scores)))
    scaled = scores / largest if largest > 0 else scores
    centred = scaled - scaled.mean()
    total = float(centred @ centred)
    if not total > 1e-24 * len(scores):
        return 0.0
    size = np.bincount(group)
    rest = centred - (np.bincount(group, centred) / size)[group]
    return max(0.0, min(1.0, 1.0 - float(rest @ rest) / freedom / (total / (len(scores) - 1))))


def _groups(dimension: Dimension, most: int) -> IntArray:
    """Group of each value [V] of a grid: itself, or one of ``most`` runs of neighbours of nearly equal length.

    Options of a text have no neighbours and stay apart.
    """
    size = dimension.size
    if not dimension.graded or size <= most:
        return np.arange(size, dtype=np.int64)
    return (np.arange(size, dtype=np.int64) * most) // size


def _centres(dimension: Dimension, groups: IntArray) -> FloatArray:
    first = np.flatnonzero(np.diff(groups, prepend=-1))
    last = np.append(first[1:], dimension.size) - 1
    return np.asarray((dimension.values[first] + dimension.values[last]) / 2, dtype=np.float64)


def _sides(space: Space, points: IntArray, scores: FloatArray, x: str | None, y: str | None) -> tuple[int, int] | None:
    """Dimensions of the two axes."""
    names = [dimension.name for dimension in space.dimensions]
    for name in (x, y):
        if name is not None and name not in names:
            raise SearchError(f"no input {name!r} varies", hint=unknown_name_hint(name, names))
    graded = {dimension.name for dimension in space.dimensions if dimension.graded}
    best = [one.name for one in influences(space, points, scores) if one.name in graded]
    free = (name for name in best if name not in (x, y))
    one, other = (next(free, None) if name is None else name for name in (x, y))
    if one is None or other is None or one == other:
        return None
    return names.index(one), names.index(other)


def _cells(space: Space, points: IntArray, sides: tuple[int, int], most: int) -> int:
    """Most cells a side: as many as asked, or so few that most of those that a set can fall into hold a tried point."""
    units = np.random.default_rng(0).random((_DRAWN, len(space.dimensions)))
    drawn = space.points(units)
    reach = np.concatenate([drawn[space.legal(drawn)], points])
    counts = itertools.takewhile(
        lambda cells: cells > _COARSEST, (round(most * 0.8**step) for step in itertools.count())
    )
    for cells in counts:
        columns, rows = (_groups(space.dimensions[side], cells) for side in sides)
        tried, possible = (
            len(np.unique(rows[some[:, sides[1]]] * (columns[-1] + 1) + columns[some[:, sides[0]]]))
            for some in (points, reach)
        )
        if tried >= _FILLED * possible:
            return cells
    return min(most, _COARSEST)
