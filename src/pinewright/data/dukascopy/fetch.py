"""One fetch on its way: workers ask for the periods of a plan in order, the desk writes what is whole."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import os
import random
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, ParamSpec, TypeVar

from pinewright.data.dukascopy.client import PoliteClient
from pinewright.data.dukascopy.desk import Desk, Settled
from pinewright.data.dukascopy.levels import Levels, stored_levels
from pinewright.data.dukascopy.outcome import Job, conclude, unasked_piece
from pinewright.data.dukascopy.payloads import Finding, Payload, Reader
from pinewright.data.dukascopy.plan import FetchPlan
from pinewright.data.dukascopy.report import Progress, ProgressCallback
from pinewright.data.dukascopy.requests import Request
from pinewright.data.dukascopy.transports import Transport
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.store.pieces import Piece
from pinewright.data.store.store import Store
from pinewright.errors import DataError, PinewrightError, SymbolError
from pinewright.log import get_logger

log = get_logger(__name__)

T = TypeVar("T")
P = ParamSpec("P")

DECODERS: Final = min(4, os.cpu_count() or 1)
_PROGRESS_SECONDS: Final = 0.2


@dataclass(frozen=True)
class Ended:
    """How a run ended: see ``FetchReport``."""

    seconds: float
    retries: int
    unasked: int
    stopped: str
    interrupted: bool


class Run:
    """Fetches the jobs of one plan, once. ``go`` returns when all is written; cancelling it is a normal end."""

    def __init__(
        self,
        plan: FetchPlan,
        store: Store,
        client: PoliteClient,
        transports: Sequence[Transport],
        progress: ProgressCallback | None = None,
        jitter: random.Random | None = None,
    ) -> None:
        self._plan = plan
        self._client = client
        self._store = store
        self._progress = progress
        self._jobs = plan.jobs
        self._next = 0
        self._again: list[Job] = []
        self._left: list[Job] = []
        self._done = self._rows = self._retries = 0
        self._interrupted = False
        self._begun = time.monotonic()
        self._decoding = ThreadPoolExecutor(DECODERS, "decode")
        self._writing = ThreadPoolExecutor(1, "store")
        self._reader = Reader(client, transports, self._decoding, jitter, self._count_retry)
        self._levels: dict[str, Levels] = {}

    async def go(self) -> Ended:
        """Raises DataError where no host could be reached at all, SymbolError for an instrument that none knows, and
        OutputError where the store cannot be written; what was had until then is stored."""
        try:
            return await self._go()
        finally:
            self._decoding.shutdown(wait=False, cancel_futures=True)
            # A partition that is being written is written to its end.
            self._writing.shutdown(wait=True)

    async def _go(self) -> Ended:
        for part in self._plan.parts:
            symbol, kind = part.instrument.symbol, self._plan.kind
            starts = [job.start for job in part.jobs]
            self._levels[symbol] = await self._in_order(stored_levels, self._store, symbol, kind, starts)
        desk = Desk(self._jobs, self._put, self._levels)
        for part in self._plan.parts:
            desk.close(part.instrument.symbol, self._plan.kind, part.unrecorded)
        ticker = asyncio.create_task(self._tick())
        try:
            await self._work(desk)
            if self._lost():
                await self._give_up(desk)
            else:
                await desk.record_closed()
        except asyncio.CancelledError:
            self._interrupted = True
            await desk.leave()
        except PinewrightError:
            with contextlib.suppress(PinewrightError):
                await desk.leave()
            raise
        finally:
            ticker.cancel()
        self._tell()
        unasked = len(self._jobs) - self._done
        stopped = self._client.trouble if self._lost() else ""
        return Ended(time.monotonic() - self._begun, self._retries, unasked, stopped, self._interrupted)

    async def _work(self, desk: Desk) -> None:
        count = max(1, min(2 * self._client.politeness.in_flight, len(self._jobs)))
        await _all([self._worker(desk) for _ in range(count)])
        # At the end some periods may have to be asked again whose neighbours came late.
        while (again := await desk.finish()) and not self._lost():
            self._ask_again(again)
            await _all([self._worker(desk) for _ in range(min(count, len(again)))])

    async def _worker(self, desk: Desk) -> None:
        while not self._lost():
            if self._again:
                job, again = self._again.pop(), True
            elif self._next < len(self._jobs):
                job, again = self._jobs[self._next], False
                self._next += 1
            else:
                return
            level = self._levels[job.instrument.symbol].near(job.start)
            payloads = await self._payloads(job, level)
            if self._lost() and any(payload.finding is Finding.FAILED for payload in payloads):
                self._left.append(job)  # not the period's fault: it counts as not asked
                return
            self._check_known(job, payloads)
            piece, columns = conclude(job, payloads, self._client.now_ms())
            doubted = await desk.take(Settled(job, piece, columns, again or level is not None))
            self._done += 1
            self._rows += piece.rows
            self._ask_again(doubted)

    async def _payloads(self, job: Job, level: float | None) -> tuple[Payload, ...]:
        settled = job.settled(self._client.now_ms())
        read = [self._reader.read(request, job.state, settled=settled, level=level) for request in job.requests]
        return (await read[0],) if len(read) == 1 else tuple(await asyncio.gather(*read))

    def _check_known(self, job: Job, payloads: tuple[Payload, ...]) -> None:
        """An instrument that the hosts do not know is not asked for a thousand times."""
        if all(payload.finding is Finding.UNKNOWN for payload in payloads):
            instrument = job.instrument
            raise SymbolError(
                f"Dukascopy does not know {instrument.code}",
                where=payloads[0].cause,
                hint="its list of instruments names the code, such as EUR-USD or DEU.IDX-EUR",
            )

    def _lost(self) -> bool:
        """Whether no host is left to ask."""
        return all(lane.lost for lane in self._client.lanes.values())

    async def _give_up(self, desk: Desk) -> None:
        """The hosts are away: an error where they never answered, else every period that is left gets its cause."""
        if not any(lane.answered for lane in self._client.lanes.values()):
            raise DataError(
                f"Dukascopy cannot be reached: {self._client.trouble}",
                code="unreachable",
                hint="look whether there is a network; what is stored can be used without one (pinewright data list)",
            )
        await desk.leave()
        left = (*self._left, *self._again, *self._jobs[self._next :])
        for symbol in self._plan.symbols:
            pieces = [
                (unasked_piece(job, self._client.trouble), None) for job in left if job.instrument.symbol == symbol
            ]
            if pieces:
                await self._put(symbol, self._plan.kind, pieces)

    async def _put(self, symbol: str, kind: Kind, pieces: Sequence[tuple[Piece, Columns | None]]) -> None:
        await self._in_order(self._store.put, symbol, kind, pieces)

    async def _in_order(self, work: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Work on the store, in the one thread that does that; what has begun is done even when the run is ended."""
        call = functools.partial(work, *args, **kwargs)
        return await asyncio.shield(asyncio.get_running_loop().run_in_executor(self._writing, call))

    def _ask_again(self, doubted: Sequence[Job]) -> None:
        """Periods whose prices lie on another scale than their neighbours'."""
        self._again += doubted
        self._done -= len(doubted)
        for job in doubted:
            self._count_retry(job.requests[0], "prices on another scale than those beside it")

    def _count_retry(self, request: Request, cause: str) -> None:
        self._retries += 1
        log.info("asked again", request=request.text, cause=cause)

    async def _tick(self) -> None:
        while True:
            self._tell()
            await asyncio.sleep(_PROGRESS_SECONDS)

    def _tell(self) -> None:
        if self._progress is None:
            return
        left = self._plan.requests * (1 - self._done / len(self._jobs)) if self._jobs else 0
        seconds = time.monotonic() - self._begun
        self._progress(
            Progress(
                self._done,
                len(self._jobs),
                self._rows,
                self._client.received,
                self._client.asked,
                self._plan.requests,
                seconds,
                max(left / self._client.limiter.rate, seconds / max(1, self._done) * (len(self._jobs) - self._done)),
                self._client.waiting,
            )
        )


async def _all(work: Sequence[Coroutine[None, None, None]]) -> None:
    """Does all of it at once; where one fails or this is cancelled, the others are ended first."""
    tasks = [asyncio.create_task(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
