"""The search of one program: batches of parameter sets, first spread over the space, then where the best ones are.

Nothing here depends on time or on threads: space, seed and settings decide every batch, so a run that was interrupted
draws the same batches again and takes the finished ones from its journal.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Event

import numpy as np

from pinewright.optimize.batches import Batches
from pinewright.optimize.evaluation import Evaluator, Stopped
from pinewright.optimize.journal import Journal
from pinewright.optimize.search_settings import METHODS, SearchResult, SearchSettings
from pinewright.optimize.space import Space
from pinewright.optimize.split import Part

__all__ = ["METHODS", "Progress", "SearchResult", "SearchSettings", "search"]

Progress = Callable[[int, int, float], None]
"""Called after each batch with trials done, trials planned and the best score so far (-inf while there is none)."""


def search(
    space: Space,
    evaluator: Evaluator,
    part: Part,
    settings: SearchSettings,
    *,
    progress: Progress | None = None,
    stop: Event | None = None,
    folder: Path | None = None,
) -> SearchResult:
    """Evaluates ``settings.trials`` distinct parameter sets of ``space`` over ``part``.

    ``stop`` ends it after the running batch (or inside it, where the evaluator raises Stopped) and gives what there is,
    which may be no trial at all. With ``folder``, finished batches are kept there and a search with the same program,
    bars, space and settings goes on after them; SearchError when another run is at that search.
    """
    with ExitStack() as stack:
        journal = None
        if folder is not None:
            journal = stack.enter_context(Journal(folder, _key(space, evaluator, part, settings)))
        batches = Batches(space, evaluator, part, settings, journal)
        if progress is not None:
            progress(0, settings.trials, -np.inf)
        if stop is None or not stop.is_set():
            try:
                for _ in batches.run():
                    if progress is not None:
                        progress(batches.done, settings.trials, batches.trials.best)
                    if stop is not None and stop.is_set():
                        break
            except Stopped:
                pass
        return batches.result()


def _key(space: Space, evaluator: Evaluator, part: Part, settings: SearchSettings) -> str:
    # The number of trials is not part of it: it does not change the batches before the refinement, and the journal
    # knows each batch by its parameters anyway.
    aims = [one.name for one in settings.goals], [one.text for one in settings.requirements]
    text = repr(
        (
            evaluator.key,
            space.key,
            part.first,
            part.last,
            settings.seed,
            settings.batch,
            aims,
            settings.method,
            settings.halving,
        )
    )
    return "search-" + hashlib.sha256(text.encode()).hexdigest()[:24]
