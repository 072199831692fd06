"""The bars that a script of ours was made for, as its head tells them."""

from __future__ import annotations

import re
from typing import Final

from pinewright.errors import SymbolError
from pinewright.market import Timeframe

_HEADS: Final = (
    re.compile(r"// (?:Feed|Prices): (?P<symbol>[A-Za-z0-9._:]+) (?P<timeframe>\d+[mhdw]), "),
    re.compile(r"// [^\n]*, made for (?P<timeframe>\d+[mhdw]) bars of (?P<symbol>[A-Za-z0-9._:]+)\."),
)
_LINES: Final = 60
"""Lines in which the head is looked for."""


def made_for(text: str) -> tuple[str, Timeframe] | None:
    """Symbol and time frame that stand in the comment at the head of a delivered script; None for any other script."""
    head = "\n".join(line for line in text.splitlines()[:_LINES] if line.startswith("//"))
    for pattern in _HEADS:
        found = pattern.search(head)
        if found is not None:
            try:
                return found["symbol"], Timeframe.parse(found["timeframe"])
            except SymbolError:
                return None
    return None
