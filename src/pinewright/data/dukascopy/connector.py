"""The Dukascopy connector: plan first, then fetch into the store; what is settled there is never asked for again."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from pinewright.data.dukascopy.client import Clock, PoliteClient
from pinewright.data.dukascopy.coverage import instrument_report
from pinewright.data.dukascopy.fetch import Run
from pinewright.data.dukascopy.instruments import Instrument
from pinewright.data.dukascopy.metadata import InstrumentBook
from pinewright.data.dukascopy.plan import FetchPlan, make_plan, window
from pinewright.data.dukascopy.politeness import Politeness
from pinewright.data.dukascopy.report import FetchReport, ProgressCallback
from pinewright.data.dukascopy.transports import Bi5, Jetta, Transport
from pinewright.data.store.kinds import Kind
from pinewright.data.store.store import Store
from pinewright.data.zones import duration_text, iso_text
from pinewright.errors import UsageError

if TYPE_CHECKING:
    from pinewright.settings import Settings

T = TypeVar("T")

# A plan should be there at once: it may ask for metadata, but does not wait long for a network that is not there.
_PLAN_CONNECT_TIMEOUT: Final = 5.0
_PLAN_READ_TIMEOUT: Final = 10.0


class DukascopyConnector:
    """Ticks and candles (1m, 1h, 1d), always bid and ask, of any instruments and range, into a store.

    transports: in order of preference; by default jetta, then bi5. politeness, clock and seed (of the jitter): for
    tests and benchmarks. Not for two fetches at once, which would be twice as fast as is polite.
    """

    def __init__(
        self,
        store: Store,
        politeness: Politeness | None = None,
        transports: Sequence[Transport] | None = None,
        *,
        user_agent: str = "pinewright",
        clock: Clock | None = None,
        seed: int | None = None,
    ) -> None:
        self.store = store
        self.politeness = politeness or Politeness()
        self.transports = tuple(transports) if transports is not None else (Jetta(), Bi5())
        self._user_agent = user_agent
        self._clock = clock or Clock()
        self._jitter = random.Random(seed)
        self._book = InstrumentBook(store.root, self.transports)

    @classmethod
    def from_settings(cls, settings: Settings, store: Store | None = None) -> DukascopyConnector:
        """The connector of a user: addresses, rate and User-Agent of the settings, the store in ``data_dir``."""
        return cls(
            store or Store(settings.data_dir),
            Politeness.at_most(settings.requests_per_second),
            (
                Jetta(_with_path(settings.dukascopy_jetta_url, "v1")),
                Bi5(_with_path(settings.dukascopy_bi5_url, "datafeed")),
            ),
            user_agent=settings.user_agent,
        )

    def plan(
        self,
        names: Sequence[str],
        kind: Kind,
        start: int | None = None,
        end: int | None = None,
        days: float | None = None,
        *,
        offline: bool = False,
    ) -> FetchPlan:
        """What a fetch would ask for; start, end: ms UTC, by default the 14 days that end now.

        Metadata that are not kept yet are asked for, unless ``offline``; without a network the offline table does.
        SymbolError for an unknown name, UsageError for a range that is reversed or in the future, DataNotFoundError for
        one before the instrument's first tick.
        """
        return _run(self.plan_async(names, kind, start, end, days, offline=offline))

    def fetch(self, plan: FetchPlan, progress: ProgressCallback | None = None) -> FetchReport:
        """Fetch what a plan says. Ctrl-C is a normal end: what came is stored, and the report says so.

        Raises DataError (code "unreachable") where no host ever answered, OutputError where the store cannot be
        written. Anything else that goes wrong is in the report and in the store's ledger.
        """
        return _run(self.fetch_async(plan, progress))

    async def plan_async(
        self,
        names: Sequence[str],
        kind: Kind,
        start: int | None = None,
        end: int | None = None,
        days: float | None = None,
        *,
        offline: bool = False,
    ) -> FetchPlan:
        """``plan`` inside an event loop."""
        if not names:
            raise UsageError("no instrument is named", hint="for example EURUSD")
        hasty = replace(self.politeness, connect_timeout=_PLAN_CONNECT_TIMEOUT, read_timeout=_PLAN_READ_TIMEOUT)
        async with self._client(hasty) as client:
            found = await self._book.find(names, None if offline else client)
            now, clock_notes = client.now_ms(), _clock_notes(client)
        begin, finish, notes = window(start, end, days, now)
        told = (*clock_notes, *found.notes, *notes)
        return make_plan(found.instruments, kind, (begin, finish), self.store, self.politeness, now, told)

    async def fetch_async(self, plan: FetchPlan, progress: ProgressCallback | None = None) -> FetchReport:
        """``fetch`` inside an event loop; cancelling it is a normal end."""
        async with self._client(self.politeness) as client:
            ended = await Run(plan, self.store, client, self.transports, progress, self._jitter).go()
        return FetchReport(
            plan,
            tuple(
                instrument_report(self.store, part.instrument, plan.kind, part.start, part.end) for part in plan.parts
            ),
            client.asked,
            client.received,
            ended.seconds,
            ended.retries,
            ended.unasked,
            ended.stopped,
            ended.interrupted,
            tuple(dict.fromkeys((*plan.notes, *_clock_notes(client)))),
        )

    def instruments(self, names: Sequence[str]) -> tuple[Instrument, ...]:
        """The instruments of these names, without a network: kept metadata, else the offline table."""
        return _run(self._book.find(names, None)).instruments

    def _client(self, politeness: Politeness) -> PoliteClient:
        return PoliteClient(
            [transport.name for transport in self.transports], politeness, self._user_agent, clock=self._clock
        )


def _with_path(url: str, path: str) -> str:
    """The base URL of a transport from that of its host; one that ends in the path already is taken as it is."""
    plain = url.rstrip("/")
    return plain if plain.endswith(f"/{path}") else f"{plain}/{path}"


def _clock_notes(client: PoliteClient) -> tuple[str, ...]:
    error = client.clock_error
    if not error:
        return ()
    where = "ahead of" if error > 0 else "behind"
    now = iso_text(client.now_ms())
    return (f"this computer's clock is {duration_text(abs(error))} {where} Dukascopy's ({now} UTC), which counts",)


def _run(work: Coroutine[None, None, T]) -> T:
    """Runs it to its end, in a thread of its own where a loop runs already (notebooks)."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(work)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, work).result()
