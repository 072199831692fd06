"""A repair that may be meant, and the place in a script that it is meant for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pinewright.pine import lexer
from pinewright.pine.diagnostics import Diagnostic
from pinewright.pine.fixer.workbench import Change, Workbench
from pinewright.pine.lexer import Token


@dataclass(frozen=True)
class Candidate:
    """Changes of the text under a title that says what they do ("close the bracket").

    ``cost`` grows with what has to be assumed; 1 is one slip of the keyboard. ``certain`` marks a class of which a lone
    survivor counts as safe.
    """

    title: str
    changes: tuple[Change, ...]
    cost: float
    certain: bool = False
    plain: bool = False
    """The text has no other reading, so that it may be mended whatever else comes to light by it: ``&&``."""
    margin: float = 1.2
    """What another candidate may cost more and still be a rival: less where the cost tells much."""


VALUES = frozenset([lexer.NAME, lexer.INT, lexer.FLOAT, lexer.STRING, lexer.COLOR, "true", "false"])
"""Kinds of tokens that are values by themselves."""
ENDS_VALUE = VALUES | {")", "]"}
BEGINS_VALUE = VALUES | {"(", "[", "-", "not"}


_UNKNOWN: Final = frozenset("PW101 PW103 PW104 PW105 PW106 PW107".split())
"""Findings about a name that stands for nothing; at any other finding the name is one, and another is a guess."""


class Scene:
    """A finding and the tokens around it, for the makers of candidates."""

    def __init__(self, bench: Workbench, target: Diagnostic):
        self.bench = bench
        self.target = target
        self.source = bench.source
        self.tokens = bench.tokens
        self.line = bench.line_at(target.span.start)
        self.is_unknown = target.code in _UNKNOWN

    def near_lines(self) -> Iterator[tuple[range, float]]:
        """Lines of statements where the cause may stand, with what it costs to look there."""
        lines = self.bench.lines
        for step, cost in ((0, 0.0), (-1, 0.6), (1, 0.8)):
            if 0 <= self.line + step < len(lines):
                yield lines[self.line + step], cost

    def after(self, place: int) -> str:
        """Kind of the token behind this one; empty at the end."""
        return self.tokens[place + 1].kind if place + 1 < len(self.tokens) else ""

    def before(self, place: int) -> str:
        """Kind of the token before this one; empty at the beginning."""
        return self.tokens[place - 1].kind if place else ""

    def touches(self, place: int) -> bool:
        """Whether the next token follows without a space."""
        return place + 1 < len(self.tokens) and self.tokens[place + 1].start == end_of(self.tokens[place])

    def ends_line(self, place: int) -> bool:
        """Whether no token follows on the same line of the text."""
        return place + 1 >= len(self.tokens) or self.tokens[place + 1].line > self.tokens[place].line


def end_of(token: Token) -> int:
    """Offset behind a token."""
    return token.start + len(token.text)


def insert(place: int, text: str) -> tuple[Change, ...]:
    """The change that puts a text in."""
    return ((place, place, text),)


def put(token: Token, text: str) -> tuple[Change, ...]:
    """The change that replaces a token."""
    return ((token.start, end_of(token), text),)
