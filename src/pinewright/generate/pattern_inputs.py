"""Inputs for the parameters of patterns: one for parameters that are alike, names and titles that are told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pinewright.generate.families import MONEY_INPUTS, TIME_INPUTS, FamilyInput
from pinewright.generate.spelling import camel
from pinewright.patterns.pattern import Pattern, PatternParameter
from pinewright.program import InputKind

_TAKEN: Final = ("time", "close", "closed", "atr", "quantity", *(item.name for item in MONEY_INPUTS), *TIME_INPUTS)
_SHARED: Final = "Patterns"
"""What stands before the title of an input that several patterns share."""


@dataclass(frozen=True)
class PatternInputs:
    """The inputs, and the names of those that each pattern's function is called with."""

    rows: tuple[FamilyInput, ...]
    arguments: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, chosen: Sequence[Pattern], taken: Sequence[FamilyInput] = ()) -> PatternInputs:
        """One input where patterns have a parameter that is alike in all but its use; others get their own.

        taken: inputs that the script has besides. No two inputs have the same name or, in TradingView's dialog, which
        shows nothing else, the same title.
        """
        names: dict[str, PatternParameter | None] = dict.fromkeys((*_TAKEN, *(item.name for item in taken)))
        rows: dict[str, FamilyInput] = {}
        users: dict[str, list[str]] = {}
        arguments = {}
        for one in chosen:
            given = []
            for parameter in one.parameters:
                name = parameter.name
                if name in names and names[name] != parameter:
                    name = f"{camel(one.name)}{name[:1].upper()}{name[1:]}"
                if name not in names:
                    names[name] = parameter
                    rows[name] = _input(parameter, name)
                users.setdefault(name, []).append(one.title)
                given.append(name)
            arguments[one.name] = tuple(given)
        return cls(_told_apart(rows, users, [item.title for item in (*taken, *MONEY_INPUTS)]), arguments)


def _told_apart(
    rows: Mapping[str, FamilyInput], users: Mapping[str, Sequence[str]], others: Sequence[str]
) -> tuple[FamilyInput, ...]:
    """The rows with titles that are there once, also beside ``others``: what one pattern has alone names it."""
    count = Counter((*others, *(row.title for row in rows.values())))
    found = []
    for name, row in rows.items():
        alone = len(users[name]) == 1
        if count[row.title] > 1 and (alone or row.title in others):
            row = replace(row, title=_prefixed(users[name][0] if alone else _SHARED, row.title))
        found.append(row)
    return tuple(found)


def _prefixed(owner: str, title: str) -> str:
    """``Hammer: least body, in average bodies``; an abbreviation keeps its capitals."""
    begin = title[:1] if title[1:2].isupper() else title[:1].lower()
    return f"{owner}: {begin}{title[1:]}"


def _input(item: PatternParameter, name: str) -> FamilyInput:
    kind = InputKind.INT if item.whole else InputKind.FLOAT
    return FamilyInput(name, item.title, kind, item.default, item.minimum, item.maximum, item.step)
