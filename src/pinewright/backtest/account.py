"""The memory of one thread: account, tables, working memory of the script; made once, enlarged where it must be."""

from __future__ import annotations

import numpy as np

from pinewright.backtest.state import FULL_ORDERS, Bound, Broker, Lot, Order, TradeRow
from pinewright.errors import BacktestError
from pinewright.machine.kernel import address, addresses
from pinewright.market import FloatArray, Symbol
from pinewright.program import Program, ProgramColumn, StrategySettings

SMALL_TABLE = 64
LARGEST_TABLE = 65_536


class Account:
    """Native memory that one thread uses for run after run.

    size: bars N. The settings are written once; ``begin`` in the loop clears what a run changes.
    """

    def __init__(self, program: Program, settings: StrategySettings, symbol: Symbol, size: int):
        columns = [column for column in program.columns if isinstance(column, ProgramColumn)]
        self.slots = max([program.slots, *(column.slots for column in columns)])
        self.buffers = max([program.buffers, *(column.buffers for column in columns)])
        self.slot_memory = np.zeros(max(self.slots, 1))
        self.buffer_memory = [np.zeros(size + 1) for _ in range(self.buffers)]
        self.buffer_addresses = addresses(self.buffer_memory or [self.slot_memory])
        self.private_memory: dict[int, FloatArray] = {}
        self.broker = np.zeros(1, Broker.dtype())
        self.size = size
        self._tables: dict[str, np.ndarray[tuple[int], np.dtype[np.void]]] = {}
        self._queues: dict[str, np.ndarray[tuple[int], np.dtype[np.int64]]] = {}
        self._declare(settings, symbol)
        self._make_orders(SMALL_TABLE)
        self._make_lots(SMALL_TABLE)

    def private(self, column: int) -> FloatArray:
        """Memory for a column that is computed anew for each set of inputs."""
        if column not in self.private_memory:
            self.private_memory[column] = np.empty(self.size)
        return self.private_memory[column]

    def record(self, room: int) -> np.ndarray[tuple[int], np.dtype[np.void]]:
        """Makes room for rows of trades, and gives them; 0 ends the recording."""
        rows = np.zeros(max(room, 1), TradeRow.dtype())
        self._tables["trades"] = rows
        self.broker["trades"], self.broker["trade_room"] = address(rows), room
        return rows

    def enlarge(self) -> None:
        """Doubles the table that was too small; BacktestError where that has no end."""
        if int(self.broker["overflow"][0]) == FULL_ORDERS:
            self._make_orders(2 * len(self._tables["orders"]))
        else:
            self._make_lots(2 * len(self._tables["lots"]))

    @property
    def overflow(self) -> bool:
        return bool(self.broker["overflow"][0])

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
