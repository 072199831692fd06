"""The broker as plain Python: the same functions, run by the interpreter on plain objects, as a second opinion."""

from __future__ import annotations

import numpy as np

from pinewright.backtest import loop, script
from pinewright.backtest.code import NAMES
from pinewright.backtest.execution import Execution
from pinewright.backtest.state import BarView, Bound, Broker, Lot, Order, TradeRow
from pinewright.backtest.window import WindowMaker
from pinewright.machine.kernel import kernel_source
from pinewright.market import Bars, FloatArray
from pinewright.program import Program, StrategySettings

Row = tuple[int, int, int, float, float, float, float, float, float]


def rows(
    program: Program,
    settings: StrategySettings,
    over: Bars,
    row: FloatArray,
    first: int,
    *,
    execution: Execution | None = None,
    others: tuple[Bars, ...] = (),
) -> list[Row]:
    """The trades of one set of inputs, open ones last: side, bars, quantity, prices, profit, excursions."""
    window = WindowMaker(over, execution, others, settings).window(first, None)
    scalars = {name: window.view[name][0].item() for name in BarView.dtype().names or () if name not in window.arrays}
    view = BarView(**scalars, **{name: array.tolist() for name, array in window.arrays.items()})
    symbol = over.symbol
    room = 200
    broker = Broker(
        initial_capital=settings.initial_capital,
        quantity_type=settings.quantity_type.value,
        quantity_value=settings.quantity_value,
        pyramiding=settings.pyramiding,
        commission_type=settings.commission_type.value,
        commission_value=settings.commission_value,
        slippage=settings.slippage * symbol.mintick,
        fill_beyond=settings.backtest_fill_limits * symbol.mintick,
        margin_long=settings.margin_long / 100.0,
        margin_short=settings.margin_short / 100.0,
        on_close=settings.process_orders_on_close,
        close_any=settings.close_any,
        nearest_exit=settings.nearest_exit,
        orders=[Order() for _ in range(room)],
        lots=[Lot() for _ in range(room)],
        bounds=[Bound() for _ in range(room)],
        trades=[TradeRow() for _ in range(room)],
        order_queue=list(range(room)),
        lot_queue=list(range(room)),
        bound_queue=list(range(room)),
        order_room=room,
        lot_room=room,
        trade_room=room,
    )
    source = kernel_source(program.text, NAMES)
    script.step.python = source["step"].python
    finished = loop.run_one(
        view, 0, False, row.tolist(), [], [], 0, [], broker, [0.0] * 1000, False, np.zeros(1, dtype=np.int64)
    )
    assert finished
    return [
        (t.side, t.entry_bar, t.exit_bar, t.quantity, t.entry_price, t.exit_price, t.profit, t.favorable, t.adverse)
        for t in broker.trades[: broker.trade_count]
    ]
