"""Native calls: sets of inputs shared out over threads, their columns found or computed, their rows written."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pinewright.backtest.account import Account
from pinewright.backtest.clock import Clock
from pinewright.backtest.code import compile_program
from pinewright.backtest.columns import ColumnCache, Lease, Plan, all_inputs, all_shared, distinct
from pinewright.backtest.metrics import METRIC_COUNT
from pinewright.backtest.requests import Requests
from pinewright.backtest.results import Results
from pinewright.backtest.window import Window, WindowMaker
from pinewright.machine.kernel import address
from pinewright.market import Bars, FloatArray, IntArray
from pinewright.program import Program, ProgramColumn, RequestColumn, StrategySettings

Work = Callable[["Job"], None]

CHUNK_BARS = 2**18
"""One native call runs about so many bars: long enough to hide the call, short enough to share out the work."""
LEAST_BARS = 2**17
"""Nor fewer, where there are more sets: on short data looking up columns would take longer than the backtests."""
MOST_SETS = 256
"""Sets of inputs in one native call at most."""
SERIES_BYTES = 64 * 2**20
"""Budget of the shared columns of a program that answers a request."""
WATCH_SECONDS = 0.05
"""How often a waiting run looks at its stop event."""


@dataclass(frozen=True)
class Job:
    """One native call: numbers of the sets of inputs, and how their columns are come by."""

    rows: npt.NDArray[np.intp]
    plan: Plan


class Runner:
    """The compiled program over one set of bars, with what threads share and what each has of its own."""

    def __init__(
        self,
        program: Program,
        bars: Bars,
        settings: StrategySettings,
        time_close: FloatArray,
        cache_dir: Path | bool | None,
        columns: ColumnCache,
        timezone: str | None = None,
        others: Sequence[Bars] = (),
        clock: Clock | None = None,
    ):
        self.program = program
        self.bars = bars
        self.settings = settings
        self.reads = all_inputs(program)
        self._cache = columns
        self.clock = Clock(bars, time_close, timezone, list(program.strings)) if clock is None else clock
        self._clock = [self.clock.column(column) for column in program.columns]
        self._requests = Requests(
            program,
            bars,
            time_close.astype(np.int64),
            others,
            lambda asked, found: SeriesRunner(asked, found, settings, cache_dir, self.clock, (bars, *others)),
            self.clock.text,
        )
        self._native = compile_program(program, cache_dir)
        self._run_many = self._native.function("run_many")
        self._run_column = self._native.function("run_column")
        self._accounts: list[Account] = []
        self._lock = threading.Lock()

    def borrow(self) -> Account:
        """An account that no other thread uses; give it back."""
        with self._lock:
            if self._accounts:
                return self._accounts.pop()
        return Account(self.program, self.settings, self.bars.symbol, len(self.bars))

    def account_bytes(self) -> int:
        """What each thread has of its own, columns apart."""
        account = self.borrow()
        self.give_back(account)
        return account.bytes

    def shared_bytes(self, inputs: FloatArray) -> int:
        """What the shared columns of these inputs [P, K] take, their budget at most."""
        count = sum(
            distinct(inputs[:, self.reads[index]])
            for index, column in enumerate(self.program.columns)
            if isinstance(column, ProgramColumn | RequestColumn) and len(self.reads[index]) <= 1
        )
        return 8 * self._cache.length * min(count, self._cache.most)

    def give_back(self, account: Account) -> None:
        with self._lock:
            self._accounts.append(account)

    def run(
        self, job: Job, inputs: FloatArray, window: Window, account: Account, results: Results, flag: IntArray
    ) -> None:
        """Runs the sets of a job and writes their rows; again where a table was too small."""
        lease = Lease()
        try:
            self._run(job, np.ascontiguousarray(inputs[job.rows]), lease, window, account, results, flag)
        finally:
            self._cache.give_back(lease)

    def _run(
        self,
        job: Job,
        mine: FloatArray,
        lease: Lease,
        window: Window,
        account: Account,
        results: Results,
        flag: IntArray,
    ) -> None:
        table = self._columns(job.plan, mine, lease, window, account)
        account.know(self.clock.words)
        todo = np.array(job.plan.private or (0,), dtype=np.int64)
        out = np.empty((len(mine), METRIC_COUNT))
        width = 0 if results.daily is None else results.daily.shape[1]
        daily = np.full((len(mine), max(width, 1)), np.nan)
        # Before the first bar with orders a step without a memory does nothing that lasts.
        start = 0 if self.program.slots or self.program.buffers else window.first
        done = 0
        while done < len(mine):
            done += self._run_many(
                window.address,
                start,
                self.program.acts,
                len(mine) - done,
                address(mine[done:]),
                mine.shape[1],
                address(table[done:]),
                table.shape[1],
                address(todo),
                len(job.plan.private),
                address(account.slot_memory),
                account.slots,
                address(account.buffer_addresses),
                address(account.broker),
                address(out[done:]),
                address(daily[done:]),
                width,
                width > 0,
                address(flag),
            )
            if done < len(mine):
                if account.overflow:
                    account.enlarge()
                elif (error := account.error) is not None:
                    results.errors[int(job.rows[done])] = error
                    out[done] = daily[done] = np.nan
                    done += 1
                else:
                    break
        rows = job.rows[:done]
        results.metrics[rows] = out[:done]
        results.finished[rows] = True
        if results.daily is not None:
            results.daily[rows] = daily[:done, :width]

    def _columns(
        self, plan: Plan, inputs: FloatArray, lease: Lease, window: Window, account: Account
    ) -> npt.NDArray[np.uintp]:
        """Addresses of the columns [P, C] of some sets of inputs, valid until the lease is given back."""
        table = np.zeros((len(inputs), max(len(self.program.columns), 1)), dtype=np.uintp)
        for index, clock in enumerate(self._clock):
            if clock is not None:
                table[:, index] = address(clock)
        for index in plan.private:
            table[:, index] = address(account.private(index))
        for index in plan.raw:
            for row in range(len(inputs)):
                lease.held.append(self._requests.raw(index, inputs[row]))
                table[row, index] = address(lease.held[-1])
        for index in plan.shared:
            width = 8 * len(self.reads[index])
            read = inputs[:, list(self.reads[index])].tobytes()
            values = [read[row * width : (row + 1) * width] for row in range(len(inputs))]
            first = {value: row for row, value in reversed(list(enumerate(values)))}
            places = self._cache.places(lease, [(self.program.key, index, value) for value in first])
            known = dict(zip(first, places, strict=True))
            for value, row in first.items():
                if known[value] == 0:
                    known[value] = address(self._shared(index, value, inputs[row], lease, window, account))
            table[:, index] = [known[value] for value in values]
        return table

    def _shared(
        self, index: int, values: bytes, inputs: FloatArray, lease: Lease, window: Window, account: Account
    ) -> FloatArray:
        """A shared column, from the cache or computed now; two threads do not compute the same one.

        values: those among ``inputs`` [K] that the column depends on.
        """

        def compute(out: FloatArray) -> None:
            below = Lease()
            row = np.zeros(len(self.program.columns), dtype=np.uintp)
            column = self.program.columns[index]
            if isinstance(column, RequestColumn):
                self._requests.fill(index, inputs, out)
                return
            assert isinstance(column, ProgramColumn)
            for number in column.columns:
                clock = self._clock[number]
                if clock is None:
                    reads = inputs[list(self.reads[number])].tobytes()
                    clock = self._shared(number, reads, inputs, below, window, account)
                row[number] = address(clock)
            self._run_column(
                window.address,
                index,
                address(inputs),
                address(row),
                address(out),
                address(account.slot_memory),
                account.slots,
                address(account.buffer_addresses),
            )
            self._cache.give_back(below)

        return self._cache.get(lease, (self.program.key, index, values), compute)


class SeriesRunner(Runner):
    """A program that answers a request, made ready over the bars asked for; ``clock`` is that of the one who asks."""

    def __init__(
        self,
        program: Program,
        bars: Bars,
        settings: StrategySettings,
        cache_dir: Path | bool | None,
        clock: Clock,
        others: Sequence[Bars],
    ):
        maker = WindowMaker(bars)
        columns = ColumnCache(SERIES_BYTES, len(bars))
        own = clock.beside(bars, maker.time_close)
        super().__init__(program, bars, settings, maker.time_close, cache_dir, columns, None, others, own)
        self._window = maker.window(0, None)
        self._plan = all_shared(program)
        self._run_series = self._native.function("run_series")

    def series(self, inputs: FloatArray) -> FloatArray:
        """The outputs [O, M] of the program for one set of inputs [K]."""
        account, lease = self.borrow(), Lease()
        row = np.ascontiguousarray(inputs).reshape(1, -1)
        try:
            table = self._columns(self._plan, row, lease, self._window, account)
            account.know(self.clock.words)
            self._run_through(row, table, account)
            while account.overflow:
                account.enlarge()
                self._run_through(row, table, account)
            if account.error is not None:
                raise account.error.raised(self.bars)
            size = len(self.bars)
            return np.array([account.buffer_memory[buffer][:size] for buffer in self.program.outputs])
        finally:
            self._cache.give_back(lease)
            self.give_back(account)

    def _run_through(self, row: FloatArray, table: npt.NDArray[np.uintp], account: Account) -> None:
        self._run_series(
            self._window.address,
            address(row),
            address(table),
            address(account.slot_memory),
            account.slots,
            address(account.buffer_addresses),
            address(account.broker),
        )


def cut(plan: Plan, count: int, bars: int, threads: int) -> list[Job]:
    """The sets of a run in pieces of about ``CHUNK_BARS`` bars, small enough that every thread gets some."""
    fair = max(-(-count // (4 * threads)), LEAST_BARS // max(bars, 1))
    size = max(1, min(MOST_SETS, CHUNK_BARS // max(bars, 1), fair))
    return [Job(plan.order[start : start + size], plan) for start in range(0, count, size)]


def share_out(
    jobs: Sequence[Job],
    work: Work,
    threads: int,
    flag: IntArray,
    stop: threading.Event | None,
) -> None:
    """Runs all jobs on so many threads; ``flag`` tells native code to stop when the event is set or work fails."""
    if len(jobs) == 1 and stop is None:
        work(jobs[0])
        return
    with ThreadPoolExecutor(max_workers=threads, thread_name_prefix="backtest") as pool:
        waiting: set[Future[None]] = {pool.submit(work, job) for job in jobs}
        try:
            while waiting:
                done, waiting = wait(waiting, timeout=WATCH_SECONDS if stop else None, return_when=FIRST_EXCEPTION)
                for future in done:
                    future.result()
                if stop is not None and stop.is_set():
                    flag[0] = 1
        except BaseException:
            flag[0] = 1
            for future in waiting:
                future.cancel()
            raise
