"""The engine: any Program over Bars for a whole matrix of inputs, on several threads, with equal results on each."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from pinewright.backtest.account import Account
from pinewright.backtest.columns import ColumnCache, plan
from pinewright.backtest.currency import exchange_rates
from pinewright.backtest.execution import Execution
from pinewright.backtest.jobs import Job, Runner, cut, share_out
from pinewright.backtest.metrics import METRIC_COUNT
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
    which engines over the same bars, others and clock may have in common.
    timezone: IANA zone of the script's clock where the script names none, by default the symbol's.
    others: bars that ``request.*`` may ask for: other symbols, and finer or longer ones of the same; of the finer ones
    the bar magnifier takes its own, and ``note`` tells which.
    execution: options of the run that are not TradingView's, such as fills at bid and ask.
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
        others: Sequence[Bars] = (),
        execution: Execution | None = None,
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
        seen = self.settings.calc_bars_count
        self._skipped = max(0, len(bars) - seen) if seen > 0 else 0
        if self._skipped:
            # Columns begin anew at the first bar that the script sees, so no other engine can share them.
            bars, columns = bars.slice(self._skipped, len(bars)), None
            execution = None if execution is None else execution.after(self._skipped)
        rates, self._rate_note = exchange_rates(bars, others, self.settings.currency)
        self._windows = WindowMaker(bars, execution, tuple(others), self.settings, self._skipped, rates)
        if columns is None:
            columns = ColumnCache(COLUMN_BYTES, len(bars))
        elif columns.length != len(bars):
            raise BacktestError(f"columns of {columns.length} bars for {len(bars)} bars")
        self._runner = Runner(
            program, bars, self.settings, self._windows.time_close, cache_dir, columns, timezone, others
        )

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
        window = self._window(first, last)
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

    def memory(self, parameters: npt.ArrayLike, *, daily: bool = False) -> int:
        """Bytes that ``run`` of these parameters [P, K] takes at most, besides the bars and the compiled code.

        Shared columns up to their budget, the columns, logs and tables of each thread, and the results: told before
        anything is allocated, so that a caller can cut a large search into pieces.
        """
        matrix = checked(self.program, parameters)
        chosen = plan(self.program, self._runner.reads, matrix)
        own = self._runner.account_bytes() + 8 * len(self.bars) * len(chosen.private)
        figures = METRIC_COUNT + (self._window(None, None).days if daily else 0)
        return self._runner.shared_bytes(matrix) + min(self.threads, len(matrix)) * own + 8 * len(matrix) * figures

    def trades(self, parameters: npt.ArrayLike, *, first: int | None = None, last: int | None = None) -> Trades:
        """The list of trades for one set of inputs [K], in order of closing; those still open at the end come last."""
        window = self._window(first, last)
        account = self._runner.borrow()
        try:
            self._alone(parameters, window, account=account, width=0)
            room = int(account.broker["closedtrades"][0] + account.broker["opentrades"][0])
            rows = account.record(room)
            self._alone(parameters, window, account=account, width=0)
            account.record(0)
            for name in ("entry_bar", "exit_bar"):
                rows[name] += self._skipped
            texts = account.texts(rows[:room], self._runner.clock.words)
        finally:
            self._runner.give_back(account)
        return trades_of(
            rows[:room],
            texts,
            self.bars,
            self.settings.initial_capital,
            dropped=self._beyond_limit(int(account.broker["closedtrades"][0])),
            currency=self.settings.currency,
        )

    def _beyond_limit(self, closed: int) -> int:
        """How many of so many closed trades the list no longer holds; BacktestError where the limit ends the run."""
        limit = self.settings.order_limit
        if limit is None or closed <= limit:
            return 0
        if not self.settings.trims_trades:
            raise BacktestError(
                f"TradingView stops this strategy after {limit:,} trades, and it made {closed:,}",
                hint="test a shorter time, or convert the script to v6, which drops the oldest trades instead",
            )
        return closed - limit

    def equity(self, parameters: npt.ArrayLike, *, first: int | None = None, last: int | None = None) -> FloatArray:
        """Account value at the close of every bar [N], open profit included, for one set of inputs [K].

        Before ``first`` it is the initial capital, from ``last`` on NaN.
        """
        window = self._window(first, last, every_bar=True)
        account = self._runner.borrow()
        try:
            results = self._alone(parameters, window, account=account, width=len(self.bars) - self._skipped)
        finally:
            self._runner.give_back(account)
        assert results.daily is not None
        before = np.full(self._skipped, self.settings.initial_capital)
        curve: FloatArray = np.concatenate([before, results.daily[0]])
        return curve

    def days(self, first: int | None = None, last: int | None = None) -> IntArray:
        """Trading days [D] (days since 1970-01-01) that the daily figures of a window belong to."""
        return self._window(first, last).day

    @property
    def note(self) -> str:
        """What the user should know of the way in which orders are carried out, empty for nothing."""
        return "; ".join(filter(None, (self._windows.note, self._rate_note)))

    def _window(self, first: int | None, last: int | None, *, every_bar: bool = False) -> Window:
        """A window by the numbers of the chart's bars."""
        if first is not None:
            first = max(0, first - self._skipped)
        return self._windows.window(first, None if last is None else last - self._skipped, every_bar=every_bar)

    def _alone(self, parameters: npt.ArrayLike, window: Window, *, account: Account, width: int) -> Results:
        """One set of inputs on one borrowed account."""
        matrix = checked(self.program, parameters)
        if len(matrix) != 1:
            raise BacktestError(f"{len(matrix)} sets of inputs where one is meant", hint="give one row")
        results = Results.empty(1, window.day, width)
        job = Job(np.arange(1), plan(self.program, self._runner.reads, matrix))
        self._runner.run(job, matrix, window, account, results, np.zeros(1, dtype=np.int64))
        if results.errors:
            raise results.errors[0].raised(self.bars)
        return results
