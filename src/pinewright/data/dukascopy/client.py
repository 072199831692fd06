"""The polite HTTP client: one limiter over all hosts, a lane for each, and every answer told as what it means."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from types import TracebackType
from typing import Final

from pinewright.data.dukascopy.answers import Answer, Meaning, host_clock, meaning_of, seconds_of
from pinewright.data.dukascopy.connections import (
    Connect,
    Connection,
    ConnectionMaker,
    ConnectionTroubleError,
    RawAnswer,
)
from pinewright.data.dukascopy.politeness import NEVER, Lane, Limiter, Politeness
from pinewright.errors import DataError
from pinewright.log import get_logger
from pinewright.market import MINUTE

log = get_logger(__name__)

CLOCK_TOLERANCE: Final = 5 * MINUTE
# s; how often a waiting request looks whether another one has opened its lane: while it rests, while it is probed
_LOOK_AGAIN: Final = 0.5
_PROBE_SOON: Final = 0.05


class Clock:
    """The time and the waiting of a client; tests bring their own."""

    def now(self) -> float:
        """Seconds that only go forward."""
        return time.monotonic()

    def wall(self) -> int:
        """ms UTC by this computer's clock."""
        return time.time_ns() // 1_000_000

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class NoHostError(DataError):
    """No host is left that could be asked: each is away or asks for a longer rest than a run waits."""

    code = "unreachable"


class PoliteClient:
    """Asks hosts over HTTP, one request at a time and address, as ``Politeness`` says. An async context manager.

    hosts: names of the lanes. connect: makes a connection for an address, for tests. ``ask`` sends a request once and
    keeps the books; whether a body was of any use only its reader knows, who says so by ``accept`` or ``reject``.
    """

    def __init__(
        self,
        hosts: Sequence[str],
        politeness: Politeness | None = None,
        user_agent: str = "pinewright",
        *,
        clock: Clock | None = None,
        connect: Connect | None = None,
    ) -> None:
        self.politeness = politeness or Politeness()
        self.clock = clock or Clock()
        self.lanes = {name: Lane(name, self.politeness) for name in hosts}
        self.limiter = Limiter(self.politeness)
        self.asked = 0
        self.refused = 0
        self.received = 0
        self.waiting = ""
        self._connect = connect or ConnectionMaker(self.politeness, user_agent)
        self._slots = asyncio.Semaphore(self.politeness.in_flight)
        self._idle: dict[str, list[Connection]] = {name: [] for name in hosts}
        self._offset: int | None = None
        self._known: dict[str, tuple[str, bytes]] = {}  # by host an address and the body that it gives

    async def __aenter__(self) -> PoliteClient:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        for idle in self._idle.values():
            while idle:
                await idle.pop().close()

    @property
    def clock_error(self) -> int:
        """ms by which this computer's clock is ahead of the hosts' (behind: negative); 0 where 5 minutes or less."""
        offset = self._offset or 0
        return -offset if abs(offset) > CLOCK_TOLERANCE else 0

    def now_ms(self) -> int:
        """ms UTC: by this computer's clock, or by the hosts' where that one is wrong."""
        return self.clock.wall() - self.clock_error

    @property
    def trouble(self) -> str:
        """The last trouble of each host that has any, for messages."""
        return "; ".join(f"{name}: {lane.cause}" for name, lane in self.lanes.items() if lane.cause)

    async def choose(self, names: Sequence[str]) -> str:
        """The first of the hosts, in order of preference, that may be asked now; waits until one may.

        NoHostError when each of them is lost to this run.
        """
        while True:
            now = self.clock.now()
            moments = {name: self.lanes[name].free_at() for name in names}
            for name, moment in moments.items():
                if moment <= now:
                    self.waiting = ""
                    return name
            if all(self.lanes[name].lost for name in names):
                raise NoHostError(
                    f"Dukascopy cannot be asked: {self.trouble or 'no host is left'}",
                    hint="look whether there is a network, then run the same command again: what came is kept",
                )
            wait = min(moments.values()) - now
            if wait > 1.0 and wait < NEVER:
                self.waiting = f"waiting {wait:.0f} s ({self.trouble})"
            probed = any(self.lanes[name].probing for name in names)
            await self.clock.sleep(max(0.0, min(wait, _PROBE_SOON if probed else _LOOK_AGAIN)))

    async def ask(self, host: str, url: str) -> Answer:
        """The host's answer to one GET, sent when the rate allows it; network trouble is an answer too.

        Redirections are not followed, bodies are bounded in bytes and time. SettingsError for an address that is none.
        """
        lane = self.lanes[host]
        while True:
            async with self._slots:
                # Another request may be refused while this one waits: then its turn is lost, and we are the slower.
                if await self._its_turn(lane) and (not lane.on_trial or await self._is_well_again(lane)):
                    return await self._ask_now(lane, url)
            await self.choose([host])

    def accept(self, answer: Answer, *, steady: bool = False) -> None:
        """The body was good. steady: the same address will give the same body again."""
        self.lanes[answer.host].good()
        self.limiter.faster()
        if steady:
            self._known[answer.host] = (answer.url, answer.body)

    def reject(self, answer: Answer, cause: str) -> None:
        """The body was of no use: truncated, of another kind, or empty where it cannot be."""
        self.lanes[answer.host].bad(self.clock.now(), cause, answer.url, answered=True)

    async def _ask_now(self, lane: Lane, url: str) -> Answer:
        lane.begin()
        sent = self.clock.now()
        try:
            answer = await self._send(lane.name, url)
        except BaseException:
            lane.dropped()
            raise
        self._keep_books(lane, answer, sent)
        return answer

    async def _is_well_again(self, lane: Lane) -> bool:
        """Probes a host after its rest by what it could answer before: the present question may be the one that it
        never can. Where it has answered nothing yet, or the probe is good, the question itself may be asked."""
        if lane.name not in self._known:
            return True
        known, body = self._known[lane.name]
        answer = await self._ask_now(lane, known)
        if answer.meaning is Meaning.BODY and answer.body == body:
            lane.good()
        elif answer.meaning is Meaning.BODY:
            self.reject(answer, "another body than before")
        return not lane.on_trial and await self._its_turn(lane)

    async def _its_turn(self, lane: Lane) -> bool:
        """Waits for the rate; whether the host may still be asked then."""
        if lane.free_at() <= self.clock.now():
            await self._await_turn()
        return lane.free_at() <= self.clock.now()

    async def _await_turn(self) -> None:
        moment = self.limiter.reserve(self.clock.now())
        wait = moment - self.clock.now()
        if wait > 0:
            await self.clock.sleep(wait)

    async def _send(self, host: str, url: str) -> Answer:
        idle = self._idle[host]
        connection = idle.pop() if idle else self._connect(url)
        self.asked += 1
        try:
            async with asyncio.timeout(self.politeness.answer_timeout):
                raw = await connection.get(url)
        except TimeoutError:
            cause = f"the answer was not whole after {self.politeness.answer_timeout:g} s"
            return self._no_answer(host, url, cause)
        except ConnectionTroubleError as error:
            return self._no_answer(host, url, str(error))
        finally:
            idle.append(connection)
        return self._told(host, url, raw)

    def _told(self, host: str, url: str, raw: RawAnswer) -> Answer:
        meaning, cause = meaning_of(raw.status, raw.body, raw.headers.get("location", ""))
        received = self.clock.wall()
        date = host_clock(raw.headers)
        if date is not None:
            # Kept answers look older than they are, so the latest clock of all is nearest to the truth.
            offset = date + 500 - received
            self._offset = offset if self._offset is None else max(offset, self._offset)
        self.received += raw.size
        told = raw.headers.get("retry-after")
        retry_after = None if told is None else seconds_of(told, received)
        return Answer(host, url, meaning, raw.status, raw.body, raw.size, self.now_ms(), date, retry_after, cause)

    def _no_answer(self, host: str, url: str, cause: str) -> Answer:
        return Answer(host, url, Meaning.NOTHING, received=self.now_ms(), cause=cause)

    def _keep_books(self, lane: Lane, answer: Answer, sent: float) -> None:
        meaning, now = answer.meaning, self.clock.now()
        if meaning is Meaning.BODY:
            return
        log.debug("answer", host=answer.host, url=answer.url, meaning=meaning.value, cause=answer.cause)
        if meaning is Meaning.REFUSED:
            self.refused += 1
            if lane.refused(now, sent, answer.cause, answer.url, answer.retry_after):
                self.limiter.slower()
        elif meaning in (Meaning.BROKEN, Meaning.NOTHING):
            lane.bad(now, answer.cause, answer.url, answered=meaning is Meaning.BROKEN)
        else:
            lane.good()
