"""The Pareto front of a finished search for several objectives, as a report draws it."""

from __future__ import annotations

from typing import Final

import numpy as np

from pinewright.optimize.front import crowding, front
from pinewright.optimize.proof import Front
from pinewright.optimize.search import SearchResult, SearchSettings

MOST: Final = 200


def search_front(found: SearchResult, settings: SearchSettings, chosen: int, most: int = MOST) -> Front | None:
    """The trials that no other beats in every objective, best leading score first; None for one objective.

    Sets that fall short take no part. Of a front with more than ``most`` rows the least crowded ones are shown, and the
    chosen trial where it lies on it.
    """
    goals = settings.goals
    if len(goals) < 2 or found.goals is None:
        return None
    whole = np.flatnonzero(np.isfinite(found.goals).all(axis=1))
    rows = whole[front(found.goals[whole])]
    if len(rows) > most:
        room = crowding(found.goals[rows])
        room[rows == chosen] = np.inf
        rows = rows[np.sort(np.lexsort((rows != chosen, -room))[:most])]
    rows = rows[np.argsort(-found.goals[rows, 0], kind="stable")]
    values = np.column_stack([one.told(found.goals[rows, place]) for place, one in enumerate(goals)])
    place = np.flatnonzero(rows == chosen)
    return Front(
        tuple(one.name for one in goals),
        tuple(one.larger for one in goals),
        values,
        found.parameters[rows],
        int(place[0]) if len(place) else -1,
    )
