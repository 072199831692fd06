"""What can go wrong, by rule: which share of the requests, for how many times, drawn from a seed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from hashlib import blake2b


class Flaw(Enum):
    """A way in which an answer is bad."""

    UNAVAILABLE = "503"
    TOO_MANY = "429 with Retry-After"
    FORBIDDEN = "403"
    CHALLENGE = "202 with a challenge page"
    NOT_FOUND = "404"
    PAGE = "200 with a page of HTML"
    EMPTY = "an empty payload in an open session"
    TRUNCATED = "half of the payload, its length told right"
    CUT = "half of the body, then the connection ends"
    WRONG_SCALE = "prices ten times too high"
    SLOW = "a body that drips"
    RESET = "the connection is reset before the answer"
    SILENT = "no answer at all"
    CHANGED = "a row less than at first"


@dataclass(frozen=True)
class Fault:
    """A rule: ``share`` of the requested periods have the flaw, the first ``times`` requests of each; then it heals.

    times: None never heals. where: a part of the path that must be there ("/v1/", "/datafeed/EURUSD/"), empty for all.
    both: both transports of a period are hit or neither. window: only the requests of these numbers (from, to), counted
    over the whole server from 0: a storm. seconds: Retry-After of TOO_MANY, and how long SLOW drips.
    CHANGED is the other way round: the first ``times`` answers are good, later ones lack a row.
    """

    flaw: Flaw
    share: float = 1.0
    times: int | None = 1
    where: str = ""
    both: bool = False
    window: tuple[int, int] | None = None
    seconds: float = 1.0

    def hits(self, seed: int, number: int, path: str, period: str, request_number: int, attempt: int) -> bool:
        """Whether this rule, the ``number``-th of its list, applies to a path's request; ``attempt`` counts from 0."""
        if self.where not in path:
            return False
        if self.window is not None and not self.window[0] <= request_number < self.window[1]:
            return False
        if self.flaw is Flaw.CHANGED:
            if attempt < (self.times or 1):
                return False
        elif self.times is not None and attempt >= self.times:
            return False
        return self.share >= 1.0 or draw(seed, number, period if self.both else path) < self.share


def draw(seed: int, number: int, text: str) -> float:
    """A number in [0, 1) that depends on nothing but its arguments."""
    digest = blake2b(f"{seed}/{number}/{text}".encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64


@dataclass(frozen=True)
class Faults:
    """Rules in order; the first that hits decides."""

    rules: Sequence[Fault] = field(default_factory=tuple)
    seed: int = 0

    def find(self, path: str, period: str, request_number: int, attempt: int) -> Fault | None:
        """The rule that hits this request, or None. period: the same text for both transports' paths."""
        for number, rule in enumerate(self.rules):
            if rule.hits(self.seed, number, path, period, request_number, attempt):
                return rule
        return None
