"""One picture: what it shows in a sentence, the drawing, how to read its signs, and the table behind it."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

Row = tuple[str, ...]
"""Cells of a table as they are printed."""


@dataclass(frozen=True)
class Picture:
    """``name``: stable key; ``words``: what this one says; ``head`` and ``rows``: its table, every row as long as the
    head; ``signs``: kind of sign (a class of the page) and its meaning; broad: takes two columns where there is room.
    """

    name: str
    title: str
    words: str
    drawing: Markup
    head: Row
    rows: tuple[Row, ...]
    signs: tuple[tuple[str, str], ...] = ()
    broad: bool = False
