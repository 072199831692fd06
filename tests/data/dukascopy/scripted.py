"""A client without a network: answers by script, and a clock that moves only when somebody sleeps."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import TypeVar

from pinewright.data.dukascopy.client import Clock, PoliteClient
from pinewright.data.dukascopy.connections import ConnectionTroubleError, RawAnswer
from pinewright.data.dukascopy.politeness import Politeness

NOW = 1_748_822_400_000  # 2025-06-02 00:00 UTC
DATE = "Mon, 02 Jun 2025 00:00:00 GMT"

T = TypeVar("T")
Script = Callable[[str, int], "RawAnswer | str"]
"""From an address and the number of the request to the answer, or to the trouble in words."""


class FakeClock(Clock):
    """The time of an event loop that never waits: where it would sleep, its time moves on. offset: ms of the wall."""

    def __init__(self) -> None:
        self.time = 0.0
        self.offset = 0

    def now(self) -> float:
        return self.time

    def wall(self) -> int:
        return NOW + round(1000 * self.time) + self.offset

    def run(self, work: Coroutine[None, None, T]) -> T:
        """What ``asyncio.run`` does, under this clock."""
        with asyncio.Runner(loop_factory=lambda: _Loop(self)) as runner:
            return runner.run(work)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self, clock: FakeClock) -> None:
        self._fake = clock
        super().__init__(_Selector(clock))

    def time(self) -> float:
        return self._fake.time


class _Selector(selectors.DefaultSelector):
    def __init__(self, clock: FakeClock) -> None:
        super().__init__()
        self._fake = clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        if timeout is None or timeout <= 0:
            return super().select(timeout)
        found = super().select(0)
        if not found:
            self._fake.time += timeout
        return found


@dataclass
class Hosts:
    """All hosts of a client: every request with its moment, and how many were under way at once."""

    script: Script
    clock: FakeClock = field(default_factory=FakeClock)
    seconds: float = 0.0
    urls: list[str] = field(default_factory=list)
    moments: list[float] = field(default_factory=list)
    under_way: int = 0
    most_under_way: int = 0
    opened: int = 0

    def client(self, politeness: Politeness | None = None, names: tuple[str, ...] = ("jetta", "bi5")) -> PoliteClient:
        return PoliteClient(names, politeness, "test", clock=self.clock, connect=self._connect)

    def _connect(self, url: str) -> _Connection:
        self.opened += 1
        return _Connection(self)


class _Connection:
    def __init__(self, hosts: Hosts) -> None:
        self._hosts = hosts

    async def get(self, url: str) -> RawAnswer:
        hosts = self._hosts
        number = len(hosts.urls)
        hosts.urls.append(url)
        hosts.moments.append(hosts.clock.now())
        hosts.under_way += 1
        hosts.most_under_way = max(hosts.most_under_way, hosts.under_way)
        try:
            await hosts.clock.sleep(hosts.seconds)
        finally:
            hosts.under_way -= 1
        answer = hosts.script(url, number)
        if isinstance(answer, str):
            raise ConnectionTroubleError(answer)
        return answer

    async def close(self) -> None:
        pass


def raw(status: int = 200, body: bytes = b"x", **headers: str) -> RawAnswer:
    """An answer; headers by name with ``_`` for ``-``."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return RawAnswer(status, named, body, len(body))
