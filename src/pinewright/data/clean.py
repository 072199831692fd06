"""Cleaning on request, by named rules: rows are taken away, never changed, and each of them is counted and listed.

    rules = ["duplicates", "crossed"]
    cleaned = clean_ticks(ticks, rules)
    cleaned.kept, cleaned.removals, cleaned.one_line()

The rules themselves are ``TICK_RULES`` and ``BAR_RULES``; their docstrings say what they take away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

import numpy as np

from pinewright.data.cleaning_rules import BAR_RULES, TICK_RULES
from pinewright.data.phrases import counted
from pinewright.data.zones import iso_text
from pinewright.errors import UsageError, unknown_name_hint
from pinewright.market import Bars, BoolArray, IntArray, Ticks

EXAMPLES: Final = 5
_Rows = TypeVar("_Rows", Bars, Ticks)


@dataclass(frozen=True)
class Removal:
    """What one rule took away: rows [K] of the series as it was given, and their times [K] in ms UTC.

    examples: the first of them in words.
    """

    rule: str
    rows: IntArray
    times: IntArray
    examples: tuple[str, ...]

    @property
    def count(self) -> int:
        return len(self.rows)

    def as_dict(self) -> dict[str, object]:
        """Rule, count, the first rows in words, and the time of every one as ISO text (UTC), ready for JSON."""
        times = [iso_text(time) for time in self.times.tolist()]
        return {"rule": self.rule, "count": self.count, "examples": list(self.examples), "times": times}


@dataclass(frozen=True)
class Cleaned(Generic[_Rows]):
    """Rows without those that the rules took away, and one removal a rule in the order asked for, empty ones too."""

    kept: _Rows
    removals: tuple[Removal, ...]

    @property
    def count(self) -> int:
        """Rows taken away in all."""
        return sum(removal.count for removal in self.removals)

    def one_line(self) -> str:
        """What was taken away, by rule."""
        by_rule = ", ".join(f"{one.rule} {one.count:,}" for one in self.removals)
        return f"{counted(self.count, 'row')} removed of {self.count + len(self.kept):,} ({by_rule or 'no rule'})"


def clean_bars(bars: Bars, rules: Sequence[str]) -> Cleaned[Bars]:
    """Bars without the rows of ``BAR_RULES``, one rule after the other; each sees what those before it have left.

    Bars taken away are gaps from then on. UsageError, with the nearest name, for an unknown rule or one asked twice.
    """
    return _clean(bars, rules, BAR_RULES, _bar_text)


def clean_ticks(ticks: Ticks, rules: Sequence[str]) -> Cleaned[Ticks]:
    """Ticks without the rows of ``TICK_RULES``, one rule after the other; each sees what those before it have left.

    UsageError, with the nearest name, for an unknown rule or one asked twice.
    """
    return _clean(ticks, rules, TICK_RULES, _tick_text)


def describe(rules: Mapping[str, Callable[..., BoolArray]]) -> dict[str, str]:
    """What each rule takes away: the first line of its docstring."""
    return {name: (rule.__doc__ or "").strip().splitlines()[0] for name, rule in rules.items()}


def _clean(
    series: _Rows,
    names: Sequence[str],
    rules: Mapping[str, Callable[[_Rows], BoolArray]],
    text: Callable[[_Rows, int], str],
) -> Cleaned[_Rows]:
    for place, name in enumerate(names):
        if name not in rules:
            raise UsageError(f"unknown rule {name!r}", hint=unknown_name_hint(name, rules))
        if name in names[:place]:
            raise UsageError(f"the rule {name!r} is asked for twice", hint="name each rule once")
    place_of = np.arange(len(series), dtype=np.int64)
    removals = []
    for name in names:
        marks = rules[name](series)
        rows = np.flatnonzero(marks)
        examples = tuple(text(series, row) for row in rows[:EXAMPLES].tolist())
        removals.append(Removal(name, place_of[rows], series.time[rows], examples))
        if len(rows):
            place_of, series = place_of[~marks], series.pick(~marks)
    return Cleaned(series, tuple(removals))


def _tick_text(ticks: Ticks, row: int) -> str:
    return f"{iso_text(int(ticks.time[row]))} bid {ticks.bid[row]:.10g} ask {ticks.ask[row]:.10g}"


def _bar_text(bars: Bars, row: int) -> str:
    columns = (("o", bars.open), ("h", bars.high), ("l", bars.low), ("c", bars.close), ("v", bars.volume))
    return f"{iso_text(int(bars.time[row]))} " + " ".join(f"{name} {column[row]:.10g}" for name, column in columns)
