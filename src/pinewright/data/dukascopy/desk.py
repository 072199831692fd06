"""Where answers are collected until a partition is whole, doubted by their neighbours, and then written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field

from pinewright.data.dukascopy.levels import Levels
from pinewright.data.dukascopy.outcome import Job, closed_piece
from pinewright.data.store.kinds import Columns, Kind
from pinewright.data.store.pieces import Piece, partition_of
from pinewright.errors import PinewrightError

Put = Callable[[str, Kind, Sequence[tuple[Piece, Columns | None]]], Awaitable[None]]
_Key = tuple[str, int]  # symbol and start of a partition

JUDGES = 3  # levels beside a period's own that must be known before its partition is written


@dataclass
class Settled:
    """One period that was asked for: its piece and rows. judged: its scale was checked against neighbours."""

    job: Job
    piece: Piece
    columns: Columns | None
    judged: bool


@dataclass
class _Partition:
    """What came of one partition; closed: its closed periods that the ledger does not know yet."""

    awaited: int
    settled: list[Settled] = field(default_factory=list)
    closed: list[tuple[int, int]] = field(default_factory=list)


class Desk:
    """Collects the periods of a plan and writes each partition of the store once, as soon as it is whole.

    A period whose prices lie on another scale than its neighbours' is not taken: ``take`` gives it back, to be asked
    for again. That can only be judged when a few neighbours are known, until then a partition waits.
    """

    def __init__(self, jobs: Iterable[Job], put: Put, levels: dict[str, Levels]) -> None:
        self._put = put
        self._levels = levels
        awaited = Counter(_key(job) for job in jobs)
        self._partitions = {key: _Partition(count) for key, count in awaited.items()}
        self._only_closed: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._waiting: list[_Key] = []
        self._kind = Kind.TICK

    def close(self, symbol: str, kind: Kind, spans: Iterable[tuple[int, int]]) -> None:
        """Closed periods to be recorded: with the rows of their partition, or for themselves where it has no others."""
        self._kind = kind
        for span in spans:
            partition = self._partitions.get((symbol, partition_of(kind, span[0])[0]))
            (self._only_closed[symbol] if partition is None else partition.closed).append(span)

    async def take(self, settled: Settled) -> list[Job]:
        """A period is had; writes what is whole by now. Gives the jobs whose prices are doubted, to be asked again."""
        # Now it is known that somebody answers, and to write while the network is waited for costs no time. Nothing
        # below waits until the period is in its place: other tasks take theirs meanwhile.
        await self.record_closed()
        key = _key(settled.job)
        if settled.columns is not None:
            self._levels[settled.job.instrument.symbol].add(settled.job.start, settled.columns)
        partition = self._partitions[key]
        partition.settled.append(settled)
        if len(partition.settled) == partition.awaited:
            self._waiting.append(key)
        return await self._write_waiting(at_the_end=False)

    async def finish(self) -> list[Job]:
        """Judge and write all partitions that are whole, whatever is known of their neighbours."""
        return await self._write_waiting(at_the_end=True)

    async def leave(self) -> None:
        """Write everything that is there, whole partitions or not: the run ends here. Doubted periods are left out.

        A partition that cannot be written does not keep the others from it; the first error is raised at the end.
        """
        errors: list[PinewrightError] = []
        for key, partition in list(self._partitions.items()):
            self._doubted(partition)
            if partition.settled:
                try:
                    await self._write(key)
                except PinewrightError as error:
                    errors.append(error)
        if errors:
            raise errors[0]

    async def record_closed(self) -> None:
        """Record closed periods of partitions that have no others."""
        while self._only_closed:
            symbol, spans = self._only_closed.popitem()
            await self._put(symbol, self._kind, [(closed_piece(*span), None) for span in spans])

    async def _write_waiting(self, *, at_the_end: bool) -> list[Job]:
        again: list[Job] = []
        for key in list(self._waiting):
            if key not in self._waiting:
                continue  # written by another task while this one waited for the disk
            partition = self._partitions[key]
            if not (at_the_end or len(self._levels[key[0]]) > JUDGES or _all_judged(partition)):
                continue
            self._waiting.remove(key)
            doubted = self._doubted(partition)
            again += doubted
            if not doubted:
                await self._write(key)
        return again

    def _doubted(self, partition: _Partition) -> list[Job]:
        """Takes the periods out of a partition whose scale is not that of their neighbours."""
        again = []
        for settled in list(partition.settled):
            levels = self._levels[settled.job.instrument.symbol]
            if settled.columns is None or settled.judged:
                continue
            if levels.doubts(settled.job.requests[0], settled.columns):
                levels.discard(settled.job.start)
                partition.settled.remove(settled)
                again.append(settled.job)
            settled.judged = levels.near(settled.job.start) is not None
        return again

    async def _write(self, key: _Key) -> None:
        partition = self._partitions.pop(key)
        pieces: list[tuple[Piece, Columns | None]] = [(settled.piece, settled.columns) for settled in partition.settled]
        pieces += [(closed_piece(*span), None) for span in partition.closed]
        await self._put(key[0], partition.settled[0].job.kind, pieces)


def _key(job: Job) -> _Key:
    return job.instrument.symbol, partition_of(job.kind, job.start)[0]


def _all_judged(partition: _Partition) -> bool:
    return all(settled.judged or settled.columns is None for settled in partition.settled)
