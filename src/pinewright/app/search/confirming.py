"""The criterion "visual confirmation": does what the chart shows at a strategy's entries point their way?"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import Final

import numpy as np

from pinewright.generate import Family
from pinewright.market import Bars, FloatArray, IntArray
from pinewright.optimize.evaluation import Stopped, Witness
from pinewright.optimize.results import Candidate
from pinewright.optimize.split import Split
from pinewright.patterns.detector import pattern
from pinewright.patterns.pattern import PatternKind
from pinewright.patterns.picture.opinion import NOTHING, ChartOpinion

ENTRIES: Final = 60
"""Entries of a candidate that are looked at in each part, evenly spread over it."""
_CHUNK: Final = 2_048
"""Charts between two looks at ``stop``."""


@dataclass(frozen=True)
class _Entries:
    """Bars at whose close a candidate's entries were decided [E], their sides, and the kinds that it enters on."""

    places: IntArray
    sides: FloatArray
    own: frozenset[PatternKind]


@dataclass
class VisualConfirmation:
    """A source for ``criteria.ranking``: the mean over entries of the picture's word in the trade's direction.

    Looks at search and selection part, never at the locked one. A picture shows the bars up to the one at whose close
    the trade was decided. 1: every picture pointed the trade's way; -1: every one against it; NaN without an entry that
    has a whole picture behind it. witnesses: by family. A set ``stop`` ends it with ``Stopped``.

    reasons: kinds of patterns that a family itself enters on. They have no voice on its entries: a picture that shows
    the entry's own reason confirms nothing.
    """

    bars: Bars
    parts: Split
    witnesses: Mapping[str, Witness]
    cache_dir: Path | bool | None = None
    stop: Event = field(default_factory=Event)
    reasons: Mapping[str, frozenset[PatternKind]] = field(default_factory=dict)
    _seen: dict[tuple[int, frozenset[PatternKind]], float] = field(default_factory=dict)
    _opinion: ChartOpinion | None = None

    def __call__(self, candidates: Sequence[Candidate]) -> FloatArray:
        """Of each candidate [C]. All entries are collected first: many share a bar, and charts are read in batches."""
        entries = [self._entries(one) for one in candidates]
        for kinds in {one.own for one in entries}:
            self._look(np.concatenate([one.places for one in entries if one.own == kinds]), kinds)
        return np.array([self._mean(one) for one in entries], dtype=np.float64)

    def _entries(self, candidate: Candidate) -> _Entries:
        if self.stop.is_set():
            raise Stopped
        witness = self.witnesses[candidate.family]
        row = np.array(candidate.parameters, dtype=np.float64)
        places, sides = [], []
        for part in (self.parts.search, self.parts.selection):
            trades = witness.trades(row, part.first, part.last)
            chosen = spread(len(trades), ENTRIES)
            places.append(trades.entry_bar[chosen] - 1)
            sides.append(np.where(trades.is_long[chosen], 1.0, -1.0))
        own = self.reasons.get(candidate.family, NOTHING)
        return _Entries(np.concatenate(places), np.concatenate(sides), own)

    def _look(self, places: IntArray, without: frozenset[PatternKind]) -> None:
        """Draw, read and keep what was not seen yet."""
        missing = np.array([one for one in np.unique(places).tolist() if (one, without) not in self._seen], dtype=int)
        if self._opinion is None:
            self._opinion = ChartOpinion(cache_dir=self.cache_dir)
        for start in range(0, len(missing), _CHUNK):
            if self.stop.is_set():
                raise Stopped
            chunk = missing[start : start + _CHUNK]
            found = self._opinion.scores(self.bars, chunk, without)
            self._seen.update({(place, without): score for place, score in zip(chunk.tolist(), found, strict=True)})

    def _mean(self, entries: _Entries) -> float:
        told = np.array([self._seen[place, entries.own] for place in entries.places.tolist()], dtype=np.float64)
        values = told * entries.sides
        values = values[~np.isnan(values)]
        return float(np.mean(values)) if len(values) else math.nan


def reasons_of(families: Iterable[Family]) -> dict[str, frozenset[PatternKind]]:
    """Kinds of the patterns that each family enters on, by its name."""
    return {one.name: frozenset(pattern(use.pattern).kind for use in one.patterns) for one in families}


def spread(count: int, most: int) -> IntArray:
    """Indices of at most ``most`` of ``count`` in order, evenly spread, first and last among them."""
    if count <= most:
        return np.arange(count, dtype=np.int64)
    return np.unique(np.rint(np.linspace(0, count - 1, most)).astype(np.int64))
