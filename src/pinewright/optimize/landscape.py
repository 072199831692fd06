"""A search from above: which inputs matter, the scores over two of them, the front of its objectives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.optimize.influence import heat_map, influences
from pinewright.optimize.pareto import search_front
from pinewright.optimize.proof import Front, HeatMap, Influence
from pinewright.optimize.search import SearchResult, SearchSettings

_IDLE: Final = 0.02
_LEAST_SCORED: Final = 32
"""Sets with a score below which nothing can be said of inputs."""


@dataclass(frozen=True, eq=False)
class Landscape:
    """``influences`` descending; no heat map with under two number inputs, no front for one objective."""

    influences: tuple[Influence, ...] = ()
    heat_map: HeatMap | None = None
    front: Front | None = None

    @property
    def idle(self) -> tuple[str, ...]:
        """Inputs that explain next to nothing of the scores, where others do."""
        idle = tuple(one.name for one in self.influences if one.share < _IDLE)
        return idle if len(idle) < len(self.influences) else ()


def landscape(found: SearchResult, settings: SearchSettings, chosen: int) -> Landscape:
    """Of a finished search; chosen: the trial that was judged. Its default is trial 0.

    What inputs explain is told of the trials that were spread, where 32 of them have a score: around the best ones
    inputs move together.
    """
    if not found.trials:
        return Landscape()
    spread = max(1, found.spread)
    scored = int(np.count_nonzero(np.isfinite(found.scores[:spread])))
    return Landscape(
        influences(found.space, found.points[:spread], found.scores[:spread]) if scored >= _LEAST_SCORED else (),
        heat_map(found.space, found.points, found.scores, found.points[chosen], found.points[0]),
        search_front(found, settings, chosen),
    )
