"""How fast a service may be asked, and when to leave it alone: plain arithmetic of moments, without a network.

All moments are seconds of a monotonic clock that the caller reads; nothing here sleeps.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Final

NEVER: Final = math.inf


@dataclass(frozen=True)
class Politeness:
    """Every number by which requests are spaced, repeated and given up; seconds, and requests a second.

    rate, most_rate, least_rate: where the rate begins, and its bounds. growth: what one good answer adds to it.
    in_flight: requests at once, over all hosts. pause, longest_pause: rest of a host that answered "too many" without
    a Retry-After, doubled each time in a row; one that asks for a longer rest than the longest is left for this run.
    tries: answers of one host to one question that may be bad. empty_tries: empty answers in an open session until
    they are believed. backoff, longest_backoff: full jitter before a host is asked the same thing again. failures: bad
    answers in a row, to as many addresses, that open the circuit breaker for ``rest``, doubled each time. hopeless:
    requests without an answer after which a host that never gave one is left for this run; trips: openings of the
    breaker in a row after which any is. body_limit: bytes.
    """

    rate: float = 3.0
    most_rate: float = 8.0
    least_rate: float = 0.25
    growth: float = 0.05
    in_flight: int = 4
    pause: float = 60.0
    longest_pause: float = 600.0
    tries: int = 4
    empty_tries: int = 2
    backoff: float = 1.0
    longest_backoff: float = 30.0
    failures: int = 8
    rest: float = 60.0
    hopeless: int = 3
    trips: int = 3
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    answer_timeout: float = 120.0
    body_limit: int = 64 << 20

    @classmethod
    def at_most(cls, rate: float) -> Politeness:
        """The usual manners with another highest rate (requests a second)."""
        usual = cls()
        return replace(usual, most_rate=rate, rate=min(usual.rate, rate), least_rate=min(usual.least_rate, rate))

    @classmethod
    def unlimited(cls) -> Politeness:
        """No manners at all: for servers of one's own, in tests and benchmarks."""
        return cls(rate=NEVER, most_rate=NEVER, in_flight=32, pause=0.0, backoff=0.0, rest=0.0)

    def seconds(self, requests: int) -> float:
        """How long so many requests take when every answer is good and none is waited for."""
        if math.isinf(self.rate):
            return 0.0
        # The rate is r after n answers with r = rate + n * growth, so that the time is the sum of 1 / r.
        if self.growth <= 0:
            return requests / self.rate
        growing = min(requests, math.ceil(max(0.0, self.most_rate - self.rate) / self.growth))
        reached = self.rate + growing * self.growth
        return math.log(reached / self.rate) / self.growth + (requests - growing) / self.most_rate


class Limiter:
    """Spaces requests evenly at a rate that good answers raise slowly and a refusal halves."""

    def __init__(self, politeness: Politeness) -> None:
        self._politeness = politeness
        self.rate = politeness.rate
        self._next = -math.inf

    def reserve(self, now: float) -> float:
        """The moment at which one more request may start; it is taken."""
        start = max(now, self._next)
        self._next = start + 1.0 / self.rate
        return start

    def faster(self) -> None:
        """After a good answer."""
        self.rate = min(self._politeness.most_rate, self.rate + self._politeness.growth)

    def slower(self) -> None:
        """After an answer that said "too many"."""
        self.rate = max(self._politeness.least_rate, self.rate / 2)


class Lane:
    """What is known of one host: whether it rests, and for how long.

    A host rests after it refused (as long as it asks for), and after bad answers to many addresses in a row (circuit
    breaker): one address that is asked again and again says nothing about its host, be it broken or refused. After a
    rest the host is ``on_trial``: one request alone tries it, a good answer opens the lane, another bad one closes it
    for twice as long. A lane that is ``lost`` is not asked again by this run; ``cause`` tells the last trouble.
    """

    def __init__(self, name: str, politeness: Politeness) -> None:
        self.name = name
        self.cause = ""
        self.lost = False
        self.answered = False
        self.probing = False
        self.on_trial = False
        self._politeness = politeness
        self._free_at = -math.inf
        self._bad: set[str] = set()
        self._unanswered = 0
        self._opened = 0
        self._refusals = 0
        self._goods = 0
        self._refused: dict[str, int] = {}  # by address: good answers of the host until its first refusal

    def free_at(self) -> float:
        """The moment from which the host may be asked; NEVER where it is lost or a probe is under way."""
        return NEVER if self.lost or self.probing else self._free_at

    def begin(self) -> None:
        """A request starts; after a rest it is the probe that the others wait for."""
        self.probing = self.on_trial

    def good(self) -> None:
        """An answer that can be used, or one that says plainly that there is nothing."""
        self.answered = True
        self.probing = self.on_trial = False
        self._bad.clear()
        self._refusals = self._opened = 0
        self._goods += 1

    def bad(self, now: float, cause: str, url: str, *, answered: bool) -> None:
        """An answer that cannot be used, or none (not ``answered``)."""
        self.cause = cause
        self.answered = self.answered or answered
        self._unanswered += not self.answered
        self.probing = False
        self._bad.add(url)
        if self._unanswered >= self._politeness.hopeless:
            self.lost = True
        elif self._opened or len(self._bad) >= self._politeness.failures:
            self._opened += 1
            self._bad.clear()
            self.lost = self.lost or self._opened > self._politeness.trips
            self._rest(now, self._politeness.rest * 2 ** (self._opened - 1))

    def refused(self, now: float, sent: float, cause: str, url: str, retry_after: float | None) -> bool:
        """An answer that says "too many"; whether it is news: one that was sent before the rest began is not, nor one
        from an address that was refused before while the host has answered others since."""
        news = sent >= self._free_at and self._refused.setdefault(url, self._goods) >= self._goods
        self.bad(now, cause, url, answered=True)
        if news:
            self._refusals += 1
            usual = min(self._politeness.pause * 2 ** (self._refusals - 1), self._politeness.longest_pause)
            pause = usual if retry_after is None else retry_after
            self.lost = self.lost or pause > self._politeness.longest_pause
            self._rest(now, pause)
        elif retry_after is not None:
            self._rest(now, retry_after)
        return news

    def dropped(self) -> None:
        """A request was taken back before its answer came."""
        self.probing = False

    def _rest(self, now: float, seconds: float) -> None:
        self._free_at = max(self._free_at, now + min(seconds, self._politeness.longest_pause))
        self.on_trial = True
