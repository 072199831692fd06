"""A search space as a file that a user edits and gives back with ``--space``: all inputs, varied and held.

The form is that of ``space_entries``. What is written gives the same space when it is read, whatever the defaults of a
later version would be.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from pinewright.optimize.asked import Asked, parse_asked
from pinewright.optimize.ranges import NUMBERS, WORDS, Range, grid, text_of
from pinewright.optimize.space import Dimension, Space
from pinewright.program import InputKind, ProgramInput

_HEAD: Final = """\
# What a search varies. Edit it and give it back: pinewright optimize SCRIPT --space THIS_FILE
# A range is { low = 5, high = 50, step = 1 }, {} the range of the script, [3, 5, 8] or ["SMA", "EMA"] a list.
# Only inputs under [vary] vary; to hold one, move it to [fix] with one value.

# Conditions that every set must fulfil, such as "fast + 5 <= slow".
"""
_BARE: Final = re.compile(r"[A-Za-z0-9_-]+")
_SHOWN: Final = 60
_LATEST: Final = 253_402_300_799_000
"""Last second of the year 9999: times beyond are written as milliseconds."""


def read_space(path: Path) -> Asked:
    """What a file asks for; SearchError, with the place in it, for what is not of the form."""
    return parse_asked((), (), (), path)


def write_space(space: Space, inputs: Sequence[ProgramInput]) -> str:
    """The space of these inputs as TOML, every range written out: read again, it gives the same space.

    Inputs of one name (in several scopes of the script) share one line.
    """
    varied = {dimension.name: dimension for dimension in space.dimensions}
    lines = [_HEAD + f"where = {_listed([_quoted(rule) for rule in space.rules])}", "", "[vary]"]
    seen: set[str] = set()
    still = []
    for column, item in enumerate(inputs):
        if item.name in seen:
            continue
        seen.add(item.name)
        if item.name in varied:
            lines += ["", *_told(item), f"{_key(item.name)} = {_values(varied[item.name], item)}"]
        else:
            still += ["", *_told(item), f"{_key(item.name)} = {_value(item, space.defaults[column])}"]
    return "\n".join([*lines, "", "[fix]", *still, ""])


def _told(item: ProgramInput) -> Iterator[str]:
    """Comment: title, kind, default, what the script says of the range, line."""
    title = "".join(letter if letter.isprintable() else " " for letter in " ".join(item.title.split()))
    title = title if len(title) <= _SHOWN else title[: _SHOWN - 1] + "…"
    facts = [item.kind.value, f"default {_value(item, item.default)}"]
    named = (("minval", item.minimum), ("maxval", item.maximum), ("step", item.step))
    facts += [f"{name} {value:g}" for name, value in named if value is not None]
    if item.kind in WORDS and len(item.options) > 1:
        facts.append(f"options {_listed([_quoted(str(option)) for option in item.options])}")
    elif item.kind in NUMBERS and item.options:
        facts.append(f"options {_listed([f'{float(option):g}' for option in item.options])}")
    yield "# " + "; ".join([title, ", ".join(facts), *([f"line {item.line}"] if item.line else [])])


def _values(dimension: Dimension, item: ProgramInput) -> str:
    if item.kind in NUMBERS and not item.options and dimension.size > 2:
        first, second, last = dimension.grid[0], dimension.grid[1], dimension.grid[-1]
        for step in (item.step, round(second - first, 12), second - first):
            # A range is written only where it makes the very same numbers.
            if step and grid(item, Range(item.name, first, last, step)) == dimension.grid:
                low, high, each = (_value(item, number) for number in (first, last, step))
                return f"{{ low = {low}, high = {high}, step = {each} }}"
    return _listed([_value(item, number) for number in dimension.grid])


def _value(item: ProgramInput, value: float) -> str:
    """A value as TOML, from which ``ranges.value_of`` makes the same."""
    if item.kind in WORDS:
        return _quoted(text_of(item, value))
    if item.kind is InputKind.TIME and value % 1000 == 0 and 0 <= value <= _LATEST:
        return _quoted(datetime.fromtimestamp(value / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))
    return text_of(item, value)


def _listed(texts: Sequence[str]) -> str:
    return f"[{', '.join(texts)}]"


def _key(name: str) -> str:
    return name if _BARE.fullmatch(name) else _quoted(name)


def _quoted(text: str) -> str:
    # JSON escapes what TOML asks to be escaped, but for the delete character.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
