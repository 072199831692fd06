"""One payload, asked for until it is had or known not to be there: transports in order, retries, empties doubted."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from pinewright.data.calendar import SessionState
from pinewright.data.dukascopy.answers import Answer, Meaning
from pinewright.data.dukascopy.client import NoHostError, PoliteClient
from pinewright.data.dukascopy.levels import check_level
from pinewright.data.dukascopy.requests import Request
from pinewright.data.dukascopy.rows import no_rows
from pinewright.data.dukascopy.transports import Transport
from pinewright.data.store.kinds import Columns
from pinewright.errors import DataFormatError

_BESIDE: Final = frozenset({"bi5"})  # transports whose decoder lets go of the GIL


class Finding(Enum):
    """How the asking ended. LATE: not published yet. UNKNOWN: no such instrument."""

    ROWS = "rows"
    EMPTY = "empty"
    LATE = "not yet published"
    UNKNOWN = "unknown instrument"
    FAILED = "failed"


@dataclass(frozen=True)
class Payload:
    """The last word about a request. columns: as decoded, without a row unless ``finding`` is ROWS. fetched: ms UTC.

    transport: who gave it, or said that it is empty. empties: answers that said so. cause: what else was answered.
    """

    request: Request
    finding: Finding
    columns: Columns
    transport: str = ""
    fetched: int = 0
    sha256: str = ""
    size: int = 0
    empties: int = 0
    cause: str = ""


@dataclass
class _Asking:
    """The state of one question between its tries."""

    request: Request
    expected: bool
    settled: bool
    tries: Counter[str] = field(default_factory=Counter)
    empties: Counter[str] = field(default_factory=Counter)
    given_up: set[str] = field(default_factory=set)
    causes: dict[str, str] = field(default_factory=dict)
    late: bool = False
    unknown: bool = False
    last_empty: Payload | None = None


class Reader:
    """Asks for payloads over some transports, the first one first.

    decoding: where LZMA is decoded, which lets go of the GIL and so runs beside the network; None, and JSON: at once.
    random: draws the jitter. on_retry: told of each answer that was of no use.
    """

    def __init__(
        self,
        client: PoliteClient,
        transports: Sequence[Transport],
        decoding: Executor | None = None,
        jitter: random.Random | None = None,
        on_retry: Callable[[Request, str], None] | None = None,
    ) -> None:
        self._client = client
        self._transports = {transport.name: transport for transport in transports}
        self._decoding = decoding
        self._random = jitter or random.Random()
        self._on_retry = on_retry

    async def read(
        self, request: Request, state: SessionState, *, settled: bool = True, level: float | None = None
    ) -> Payload:
        """The payload, or why there is none. Never raises for what a host answers.

        state: what the calendar promises: an empty answer in an open session is asked for again, and of the other
        transport. settled: whether the period is over for good; before that an empty answer is believed. level: a price
        of the neighbourhood, against which the scale is checked.
        """
        asking = _Asking(request, state is SessionState.EXPECTED, settled)
        while True:
            names = self._order(asking)
            if not names:
                break
            await self._back_off(asking, names[0])
            try:
                name = await self._client.choose(names)
                asking.tries[name] += 1
                answer = await self._client.ask(name, self._transports[name].url(request))
            except NoHostError:
                continue  # lost hosts are no longer in the order
            found = await self._judge(asking, answer, level)
            if found is not None:
                return found
        return self._last_word(asking)

    def _order(self, asking: _Asking) -> list[str]:
        """Transports that may still be asked, the best first: two tries of one, then two of the other."""
        limits = self._client.politeness
        enough = self._enough(asking)
        if sum(asking.empties.values()) >= enough:
            return []
        left = [
            name
            for name, transport in self._transports.items()
            if transport.serves(asking.request)
            and name not in asking.given_up
            and asking.tries[name] < limits.tries
            and not self._client.lanes[name].lost
            and not (asking.expected and asking.empties[name] >= limits.empty_tries)
        ]
        # Where one empty answer of each host is enough, the other host is asked next.
        return sorted(left, key=lambda name: (not asking.expected and asking.empties[name], asking.tries[name] // 2))

    def _enough(self, asking: _Asking) -> int:
        """Empty answers that are believed: one of a period under way, two on a holiday, more in an open session."""
        if not asking.settled:
            return 1
        return len(self._transports) * self._client.politeness.empty_tries if asking.expected else 2

    async def _back_off(self, asking: _Asking, name: str) -> None:
        limits = self._client.politeness
        if asking.tries[name]:
            most = min(limits.longest_backoff, limits.backoff * 2.0 ** (asking.tries[name] - 1))
            await self._client.clock.sleep(self._random.uniform(0.0, most))

    async def _judge(self, asking: _Asking, answer: Answer, level: float | None) -> Payload | None:
        """The payload that an answer is; None where it must be asked for again."""
        request, name = asking.request, answer.host
        if answer.meaning is Meaning.BODY:
            try:
                columns, digest = await self._decode(name, request, answer.body, level)
            except DataFormatError as error:
                self._client.reject(answer, error.what)
                self._note(asking, name, error.what)
                return None
            rows = len(columns["time"])
            self._client.accept(answer, steady=asking.settled and rows > 0)
            finding = Finding.ROWS if rows else Finding.EMPTY
            payload = Payload(request, finding, columns, name, answer.received, digest, answer.size)
            if rows:
                return payload
            asking.last_empty = payload
            self._note(asking, name, "empty")
        elif answer.meaning is Meaning.MISSING:
            empty = no_rows(request.kind)
            asking.last_empty = Payload(request, Finding.EMPTY, empty, name, answer.received, size=answer.size)
            self._note(asking, name, answer.cause)
        elif answer.meaning in (Meaning.LATE, Meaning.UNKNOWN):
            asking.late = asking.late or answer.meaning is Meaning.LATE
            asking.unknown = asking.unknown or answer.meaning is Meaning.UNKNOWN
            asking.given_up.add(name)
            self._note(asking, name, answer.cause)
            return None
        else:
            self._note(asking, name, answer.cause)
            return None
        asking.empties[name] += 1
        return None

    async def _decode(self, name: str, request: Request, body: bytes, level: float | None) -> tuple[Columns, str]:
        work = self._transports[name]
        if self._decoding is None or name not in _BESIDE:
            return decode(work, request, body, level)
        return await asyncio.get_running_loop().run_in_executor(self._decoding, decode, work, request, body, level)

    def _note(self, asking: _Asking, name: str, cause: str) -> None:
        asking.causes[name] = cause
        if self._on_retry is not None:
            self._on_retry(asking.request, f"{name}: {cause}")

    def _last_word(self, asking: _Asking) -> Payload:
        for name in self._transports:
            if self._client.lanes[name].lost and name not in asking.causes:
                asking.causes[name] = self._client.lanes[name].cause
        cause = "; ".join(f"{name}: {told}" for name, told in asking.causes.items())
        empties = sum(asking.empties.values())
        if asking.late:
            finding = Finding.LATE
        elif asking.last_empty is not None and (asking.last_empty.sha256 or not asking.unknown):
            last = asking.last_empty
            return Payload(
                last.request, Finding.EMPTY, last.columns, last.transport, last.fetched, last.sha256, last.size,
                empties, cause,
            )  # fmt: skip
        else:
            finding = Finding.UNKNOWN if asking.unknown else Finding.FAILED
        fetched = self._client.now_ms() if asking.tries else 0
        return Payload(asking.request, finding, no_rows(asking.request.kind), fetched=fetched, cause=cause)


def decode(transport: Transport, request: Request, body: bytes, level: float | None) -> tuple[Columns, str]:
    """Columns of a body, their scale checked, and its SHA-256; DataFormatError where it is of no use."""
    columns = transport.decode(request, body)
    check_level(columns, request, level)
    return columns, hashlib.sha256(body).hexdigest()
