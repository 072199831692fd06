"""Warnings that save money: scripts that TradingView takes and that do not do what they seem to do.

Each file holds one kind of mistake, as a function from ``Facts`` to findings. They look at scripts without errors.
"""

from __future__ import annotations

from collections.abc import Iterator

from pinewright.pine.diagnostics import Diagnostic
from pinewright.pine.warnings.defaults import defaults
from pinewright.pine.warnings.facts import Facts
from pinewright.pine.warnings.memory import memory
from pinewright.pine.warnings.orders import orders
from pinewright.pine.warnings.realtime import realtime
from pinewright.pine.warnings.requests import requests
from pinewright.pine.warnings.shadowing import shadowing
from pinewright.pine.warnings.unused import unused


def warnings(facts: Facts) -> Iterator[Diagnostic]:
    """All warnings of a script without errors, in no particular order."""
    for rule in (requests, memory, unused, shadowing):
        yield from rule(facts)
    if facts.declaration == "strategy":
        for rule in (orders, defaults, realtime):
            yield from rule(facts)


__all__ = ["Facts", "warnings"]
