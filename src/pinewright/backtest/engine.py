"""The engine: any Program over Bars for a whole matrix of inputs, on several threads, with equal results on each."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pinewright.backtest.account import Account
from pinewright.backtest.columns import ColumnCache, plan
from pinewright.backtest.jobs import Job, Runner, cut, share_out
from pinewright.backtest.parameters import checked
from pinewright.backtest.results import Results
from pinewright.backtest.trades import trades_of
from pinewright.backtest.window import Window, WindowMaker
from pinewright.errors import BacktestError
from pinewright.market import Bars, FloatArray, IntArray, Trades
from pinewright.program import Program, StrategySettings

COLUMN_BYTES = 512 * 2**20
"""Budget of shared columns where the caller names none."""


class Engine:
    """Backtests of one program over one set of bars.

    settings: an account instead of the one that the script declares. threads: native calls at a time. cache_dir:
    folder of compiled programs, None for the user's, False for none. columns: shared columns,
    which engines over the same bars and clock may have in common.
    timezone: IANA zone of the script's clock where the script names none, by default the symbol's.
    Raises BacktestError for a program and bars that do not go together, KernelError where it cannot be compiled.
    An engine serves one caller at a time.
    """

    def __init__(
        self,
        program: Program,
        bars: Bars,
        *,
        settings: StrategySettings | None = None,
        threads: int = 1,
        cache_dir: Path | bool | None = None,
        columns: ColumnCache | None = None,
        timezone: str | None = None,
    ):
        if len(bars) == 0:
            raise BacktestError("there are no bars", hint="load some before a backtest")
        if threads < 1:
            raise BacktestError(f"{threads} threads", hint="one or more")
        self.program = program
        self.bars = bars
        self.settings = program.settings if settings is None else settings
        if not self.settings.initial_capital > 0:
            raise BacktestError(f"initial capital of {self.settings.initial_capital:g}", hint="it must be above 0")
        self.threads = threads
        self._windows = WindowMaker(bars)
        if columns is None:
            columns = ColumnCache(COLUMN_BYTES, len(bars))
        elif columns.length != len(bars):
            raise BacktestError(f"columns of {columns.length} bars for {len(bars)} bars")
        self._runner = Runner(program, bars, self.settings, self._windows.time_close, cache_dir, columns, timezone)

    def run(
        self,
        parameters: npt.ArrayLike,
        *,
        first: int | None = None,
        last: int | None = None,
        daily: bool = False,
        stop: threading.Event | None = None,
    ) -> Results:
        """Backtests for parameters [P, K]: metrics [P, M], and net daily profits [P, D] where ``daily`` asks for them.

        Orders live on bars [first, last), by default from the end of the warm-up on; the script runs from bar 0, and
        nothing from ``last`` on is seen. Rows do not depend on each other, on their order or on the number of threads.
        A set ``stop`` ends the run early: ``Results.finished`` tells which rows are there.
        """
        matrix = checked(self.program, parameters)
        window = self._windows.window(first, last)
        results = Results.empty(len(matrix), window.day, window.days if daily else 0)
        chosen = plan(self.program, self._runner.reads, matrix)
        flag = np.zeros(1, dtype=np.int64)

        def work(job: Job) -> None:
            if flag[0] or (stop is not None and stop.is_set()):
                return
            account = self._runner.borrow()
            try:
                self._runner.run(job, matrix, window, account, results, flag)
            finally:
                self._runner.give_back(account)

        share_out(cut(chosen, len(matrix), window.last, self.threads), work, self.threads, flag, stop)
        return results

    def trades(self, parameters: npt.ArrayLike, *, first: int | None = None, last: int | None = None) -> Trades:
        """The list of trades for one set of inputs [K], in order of closing; those still open at the end come last."""
        window = self._windows.window(first, last)
        account = self._runner.borrow()
        try:
            self._alone(parameters, window, account=account, width=0)
            room = int(account.broker["closedtrades"][0] + account.broker["opentrades"][0])
            rows = account.record(room)
            self._alone(parameters, window, account=account, width=0)
            account.record(0)
        finally:
            self._runner.give_back(account)
        return trades_of(rows[:room], self.program.strings, self.bars, self.settings.initial_capital)

    def equity(self, parameters: npt.ArrayLike, *, first: int | None = None, last: int | None = None) -> FloatArray:
        """Account value at the close of every bar [N], open profit included, for one set of inputs [K].

        Before ``first`` it is the initial capital, from ``last`` on NaN.
        """
        window = self._windows.window(first, last, every_bar=True)
        account = self._runner.borrow()
        try:
            results = self._alone(parameters, window, account=account, width=len(self.bars))
        finally:
            self._runner.give_back(account)
        assert results.daily is not None
        curve: FloatArray = results.daily[0]
        return curve

    def days(self, first: int | None = None, last: int | None = None) -> IntArray:
        """Trading days [D] (days since 1970-01-01) that the daily figures of a window belong to."""
        return self._windows.window(first, last).day

    def _alone(self, parameters: npt.ArrayLike, window: Window, *, account: Account, width: int) -> Results:
        """One set of inputs on one borrowed account."""
        matrix = checked(self.program, parameters)
        if len(matrix) != 1:
            raise BacktestError(f"{len(matrix)} sets of inputs where one is meant", hint="give one row")
        results = Results.empty(1, window.day, width)
        job = Job(np.arange(1), plan(self.program, self._runner.reads, matrix))
        self._runner.run(job, matrix, window, account, results, np.zeros(1, dtype=np.int64))
        return results
