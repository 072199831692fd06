"""All named patterns behind one call: what there is, on which bars it fires, and where it is to be drawn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from pinewright.errors import UsageError, unknown_name_hint
from pinewright.market import Bars, BoolArray
from pinewright.patterns.candles import CANDLES, candle_marks, candle_signals
from pinewright.patterns.pattern import Pattern, PatternMark, Values
from pinewright.patterns.structure import STRUCTURES, structure_marks, structure_signals


@cache
def patterns() -> Mapping[str, Pattern]:
    """Every named pattern: candles, then structure."""
    return {**CANDLES, **STRUCTURES}


def pattern(name: str) -> Pattern:
    """The pattern of that name, else UsageError with the nearest names."""
    known = patterns()
    if name not in known:
        raise UsageError(f"unknown pattern {name!r}", hint=unknown_name_hint(name, known))
    return known[name]


def signals(bars: Bars, names: Sequence[str] | None = None, parameters: Values | None = None) -> BoolArray:
    """Whether each pattern fires at the close of each bar [P, N], in the order of ``names``, None for all.

    The warm-up bars are read and answered as well. Nothing of a bar depends on later bars. UsageError for unknown
    names, of patterns and of parameters, and for values out of range.
    """
    asked = _asked(names, parameters)
    fired = np.zeros((len(asked), len(bars)), dtype=np.bool_)
    for known, compute in ((CANDLES, candle_signals), (STRUCTURES, structure_signals)):
        places = [place for place, name in enumerate(asked) if name in known]
        if places:
            chosen = [asked[place] for place in places]
            fired[places] = compute(bars, chosen, _only(parameters, chosen))
    return fired


def detect(
    bars: Bars,
    names: Sequence[str] | None = None,
    parameters: Values | None = None,
    at: BoolArray | None = None,
) -> tuple[PatternMark, ...]:
    """Every place where a pattern fires, by the bar at whose close it is known, then in the order of the table.

    at: bars [N] that are of interest, None for all: on long bars most places are nobody's business, and each mark is an
    object. Errors as of ``signals``.
    """
    asked = _asked(names, parameters)
    found: list[PatternMark] = []
    for known, compute in ((CANDLES, candle_marks), (STRUCTURES, structure_marks)):
        chosen = [name for name in asked if name in known]
        if chosen:
            found += compute(bars, chosen, _only(parameters, chosen), at)
    order = {name: place for place, name in enumerate(patterns())}
    return tuple(sorted(found, key=lambda mark: (mark.bar, order[mark.pattern])))


def _asked(names: Sequence[str] | None, parameters: Values | None) -> list[str]:
    asked = list(patterns()) if names is None else [pattern(name).name for name in names]
    for name in parameters or {}:
        pattern(name)
        if name not in asked:
            raise UsageError(f"parameters of {name}, which is not asked for", hint=f"asked: {', '.join(asked)}")
    return asked


def _only(parameters: Values | None, names: Sequence[str]) -> Values | None:
    return None if parameters is None else {name: parameters[name] for name in names if name in parameters}
