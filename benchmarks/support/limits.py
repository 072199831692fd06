"""Figures beside the limits that were promised for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, NamedTuple

from pinewright.app.terminal.output import emit_table

MEMORY: Final = 500.0
"""Most memory of a matrix of backtests, in MB."""


class Limited(NamedTuple):
    """A figure, the most that it may be, and the unit of both."""

    what: str
    found: float
    most: float
    unit: str


def emit_limits(rows: Sequence[Limited]) -> None:
    """A table that says of each figure whether its limit is kept."""
    emit_table(
        ("limit of", "found", "at most", "kept"),
        [
            (row.what, _spelled(row.found, row.unit), _spelled(row.most, row.unit), "yes" if _kept(row) else "NO")
            for row in rows
        ],
    )


def _spelled(value: float, unit: str) -> str:
    return f"{value:,.0f} {unit}"


def _kept(row: Limited) -> bool:
    return row.found < row.most
