"""The memory of one thread: account, tables, working memory of the script; made once, enlarged where it must be."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pinewright.backtest.halting import RunError, run_error
from pinewright.backtest.state import FULL_ORDERS, FULL_TRADES, NONE, Bound, Broker, Lot, Order, TradeRow
from pinewright.errors import BacktestError
from pinewright.machine.heap import Failure, HeapStore
from pinewright.machine.kernel import address, addresses
from pinewright.market import FloatArray, Symbol
from pinewright.program import CLOSE_ALL_SIGNAL, Program, ProgramColumn, StrategySettings, close_signal

SMALL_TABLE = 64
LARGEST_TABLE = 65_536
_TEXTS = ("entry_id", "entry_comment", "exit_id", "exit_comment")
FIRST_TRADES = 1_024
MOST_TRADES = 2**21
"""Closed trades that a script may read: the first table of them, and the largest (300 MB)."""


class Account:
    """Native memory that one thread uses for run after run.

    size: bars N. The settings are written once; ``begin`` in the loop clears what a run changes.
    """

    def __init__(self, program: Program, settings: StrategySettings, symbol: Symbol, size: int):
        columns = [column for column in program.columns if isinstance(column, ProgramColumn)]
        self.slots = max([program.slots, *(column.slots for column in columns)])
        self.buffers = max([program.buffers, *(column.buffers for column in columns)])
        # Twice: a script that runs again inside a bar goes back to what the bar began with.
        self.slot_memory = np.zeros(max(2 * self.slots, 1))
        self.buffer_memory = [np.zeros(size + 1) for _ in range(self.buffers)]
        self.buffer_addresses = addresses(self.buffer_memory or [self.slot_memory])
        self.private_memory: dict[int, FloatArray] = {}
        self.broker = np.zeros(1, Broker.dtype())
        self.size = size
        self._tables: dict[str, np.ndarray[tuple[int], np.dtype[np.void]]] = {}
        self._queues: dict[str, np.ndarray[tuple[int], np.dtype[np.int64]]] = {}
        self._lasting = np.array(program.lasting or (0,), dtype=np.int64)
        self.broker["lasting"], self.broker["lasting_count"] = address(self._lasting), len(program.lasting)
        self._declare(settings, symbol)
        self._make_orders(SMALL_TABLE)
        self._make_lots(SMALL_TABLE)
        self.objects = self._heap(program, symbol, settings) if program.uses_heap else None
        self._history = FIRST_TRADES if program.keeps_trades else 0
        self._name_closes(program)
        self.broker["keeps_trades"], self.broker["trade_limit"] = program.keeps_trades, settings.order_limit or 0
        self.record(0)

    @property
    def bytes(self) -> int:
        """Memory of all of it, private columns apart."""
        arrays = [self.slot_memory, *self.buffer_memory, *self._tables.values(), *self._queues.values()]
        heap = 0 if self.objects is None else self.objects.cells.nbytes + self.objects.objects.nbytes
        return heap + sum(array.nbytes for array in arrays)

    def private(self, column: int) -> FloatArray:
        """Memory for a column that is computed anew for each set of inputs."""
        if column not in self.private_memory:
            self.private_memory[column] = np.empty(self.size)
        return self.private_memory[column]

    def record(self, room: int) -> np.ndarray[tuple[int], np.dtype[np.void]]:
        """Makes room for rows of trades, and gives them; 0 ends the recording, but for what the script itself reads."""
        room = max(room, self._history)
        rows = np.zeros(max(room, 1), TradeRow.dtype())
        self._tables["trades"] = rows
        self.broker["trades"], self.broker["trade_room"] = address(rows), room
        return rows

    def enlarge(self) -> None:
        """Enlarges what was too small; BacktestError where that has no end."""
        if not self.broker["overflow"][0]:
            assert self.objects is not None
            self.objects.enlarge()
        elif int(self.broker["overflow"][0]) == FULL_TRADES:
            self._make_history(2 * self._history)
        elif int(self.broker["overflow"][0]) == FULL_ORDERS:
            self._make_orders(2 * len(self._tables["orders"]))
        else:
            self._make_lots(2 * len(self._tables["lots"]))

    @property
    def overflow(self) -> bool:
        """Whether a table, or the memory of the script's objects, was too small."""
        return bool(self.broker["overflow"][0]) or (self.objects is not None and self.objects.short)

    @property
    def error(self) -> RunError | None:
        """What ended the last run, where the script has failed."""
        if self.objects is None or self.objects.failure is Failure.NONE:
            return None
        return run_error(self.objects)

    def know(self, words: Sequence[str]) -> None:
        """Tells the script's objects of words of the chart, which may have become more."""
        if self.objects is not None and len(words) > len(self.objects.words):
            self.objects.know(words)

    def texts(
        self, rows: np.ndarray[tuple[int], np.dtype[np.void]], words: Sequence[str]
    ) -> Sequence[str] | dict[int, str]:
        """The ids and comments in rows of trades by their numbers, after a run; ``words`` are those known before it."""
        if self.objects is None:
            return words
        numbers = {int(number) for name in _TEXTS for number in np.unique(rows[name])} - {NONE}
        return {number: self.objects.text(number) for number in numbers}

    def _heap(self, program: Program, symbol: Symbol, settings: StrategySettings) -> HeapStore:
        return HeapStore(
            self.broker["heap"],
            program.strings,
            slots=program.slots,
            buffers=program.reference_buffers,
            mintick=symbol.mintick,
            rewinds=settings.calc_on_order_fills,
        )

    def _declare(self, settings: StrategySettings, symbol: Symbol) -> None:
        for name, value in (
            ("initial_capital", settings.initial_capital),
            ("quantity_type", settings.quantity_type.value),
            ("quantity_value", settings.quantity_value),
            ("pyramiding", settings.pyramiding),
            ("commission_type", settings.commission_type.value),
            ("commission_value", settings.commission_value),
            ("slippage", settings.slippage * symbol.mintick),
            ("fill_beyond", settings.backtest_fill_limits * symbol.mintick),
            ("margin_long", settings.margin_long / 100.0),
            ("margin_short", settings.margin_short / 100.0),
            ("on_close", settings.process_orders_on_close),
            ("close_any", settings.close_any),
            ("nearest_exit", settings.nearest_exit),
            ("day_rate", settings.risk_free_rate / 36_500.0),
            ("month_rate", settings.risk_free_rate / 1_200.0),
        ):
            self.broker[name] = value

    def _name_closes(self, program: Program) -> None:
        """Texts of the orders of ``strategy.close``, which scripts that read closed trades may ask for."""
        numbers = {text: number for number, text in enumerate(program.strings)} if program.keeps_trades else {}
        self._close_texts = np.array([numbers.get(close_signal(text), NONE) for text in numbers] or [NONE])
        self.broker["close_texts"], self.broker["close_text_count"] = address(self._close_texts), len(numbers)
        self.broker["close_all_text"] = numbers.get(CLOSE_ALL_SIGNAL, NONE)

    def _make_history(self, room: int) -> None:
        if room > MOST_TRADES:
            raise BacktestError(
                f"a script that reads its closed trades made more than {MOST_TRADES:,} of them",
                hint="test a shorter time",
            )
        self._history = room
        self.record(0)

    def _make_orders(self, room: int) -> None:
        if room > LARGEST_TABLE:
            raise BacktestError(
                f"more than {LARGEST_TABLE:,} orders wait at once",
                hint="cancel orders that are no longer meant, or give them the same id",
            )
        self._table("orders", "order_queue", room, Order.dtype())
        self.broker["order_room"] = room

    def _make_lots(self, room: int) -> None:
        if room > LARGEST_TABLE:
            raise BacktestError(f"more than {LARGEST_TABLE:,} trades are open at once", hint="lower the pyramiding")
        self._table("lots", "lot_queue", room, Lot.dtype())
        self._table("bounds", "bound_queue", room, Bound.dtype())
        self.broker["lot_room"] = room

    def _table(self, name: str, queue: str, room: int, dtype: np.dtype[np.void]) -> None:
        self._tables[name] = np.zeros(room, dtype)
        self._queues[queue] = np.arange(room)
        self.broker[name] = address(self._tables[name])
        self.broker[queue] = address(self._queues[queue])
