"""The broker emulator as plain Python for an interpreted script: no native code anywhere in the run."""

from __future__ import annotations

from pinewright.backtest import exits, loop, orders, path
from pinewright.backtest.state import BarView, Bound, Broker, Lot, Order, TradeRow
from pinewright.backtest.window import WindowMaker
from pinewright.market import Bars
from pinewright.pine.interpreter import OrderCommand
from pinewright.program import StrategySettings

ROOM = 400
_OCA = {None: 0, "strategy.oca.none": 0, "strategy.oca.cancel": 1, "strategy.oca.reduce": 2}

Row = tuple[bool, int, int, float, float, float]
"""Long, entry bar, exit bar, quantity, entry price, exit price."""


class PlainBroker:
    """An account of the settings over bars; orders live from bar ``first`` on."""

    def __init__(self, settings: StrategySettings, bars: Bars, first: int = 0):
        window = WindowMaker(bars).window(first, None)
        names = [name for name in BarView.dtype().names or () if name not in window.arrays]
        scalars = {name: window.view[name][0].item() for name in names}
        self.view = BarView(**scalars, **{name: array.tolist() for name, array in window.arrays.items()})
        self.words: list[str] = []
        self.broker = Broker(
            initial_capital=settings.initial_capital,
            quantity_type=settings.quantity_type.value,
            quantity_value=settings.quantity_value,
            pyramiding=settings.pyramiding,
            commission_type=settings.commission_type.value,
            commission_value=settings.commission_value,
            slippage=settings.slippage * bars.symbol.mintick,
            fill_beyond=settings.backtest_fill_limits * bars.symbol.mintick,
            margin_long=settings.margin_long / 100.0,
            margin_short=settings.margin_short / 100.0,
            on_close=settings.process_orders_on_close,
            close_any=settings.close_any,
            nearest_exit=settings.nearest_exit,
            orders=[Order() for _ in range(ROOM)],
            lots=[Lot() for _ in range(ROOM)],
            bounds=[Bound() for _ in range(ROOM)],
            trades=[TradeRow() for _ in range(ROOM)],
            order_queue=list(range(ROOM)),
            lot_queue=list(range(ROOM)),
            bound_queue=list(range(ROOM)),
            order_room=ROOM,
            lot_room=ROOM,
            trade_room=ROOM,
        )
        loop.begin(self.broker, self.view)

    def open_bar(self, bar: int) -> None:
        if self.broker.active:
            path.broker_bar(self.broker, self.view, bar)

    def close_bar(self, bar: int) -> None:
        if self.broker.at_close:
            path.broker_close(self.broker, self.view, bar)

    def value(self, name: str, bar: int) -> float:
        match name:
            case "strategy.equity":
                return orders.broker_equity(self.broker, self.view, bar)
            case "strategy.openprofit":
                return orders.broker_openprofit(self.broker, self.view, bar)
        return float(getattr(self.broker, name.removeprefix("strategy.")))

    def order(self, command: OrderCommand, bar: int) -> None:
        b, v, number = self.broker, self.view, command.number

        def word(name: str) -> int:
            return self.word(command.word(name))

        given = dict(command.arguments)
        match command.function:
            case "strategy.entry" | "strategy.order":
                place = orders.order_entry if command.function.endswith("entry") else orders.order_order
                place(
                    b, v, bar, word("id"), given["direction"] == "strategy.long", number("qty"), number("limit"),
                    number("stop"), word("oca_name"), _OCA[command.word("oca_type")], word("comment"),
                )  # fmt: skip
            case "strategy.exit":
                exits.order_exit(
                    b, v, bar, word("id"), word("from_entry"), number("qty"), number("qty_percent"), number("profit"),
                    number("limit"), number("loss"), number("stop"), number("trail_price"), number("trail_points"),
                    number("trail_offset"), word("oca_name"), word("comment"), word("comment_profit"),
                    word("comment_loss"), word("comment_trailing"),
                )  # fmt: skip
            case "strategy.close":
                part = number("qty"), number("qty_percent")
                orders.order_close(b, v, bar, word("id"), word("comment"), *part, given.get("immediately") is True)
            case "strategy.close_all":
                orders.order_close_all(b, v, bar, word("comment"), given.get("immediately") is True)
            case "strategy.cancel":
                orders.order_cancel(b, v, bar, word("id"))
            case _:
                orders.order_cancel_all(b, v, bar)

    def word(self, text: str | None) -> int:
        """Number of a word, -1 for none."""
        if text is None:
            return -1
        if text not in self.words:
            self.words.append(text)
        return self.words.index(text)

    def trades(self) -> list[Row]:
        """The closed trades, in the order of their closing, then the open ones at the last close."""
        loop.finish(self.broker, self.view)
        assert self.broker.overflow == 0
        assert self.broker.trade_count < ROOM
        return [
            (trade.side > 0, trade.entry_bar, trade.exit_bar, trade.quantity, trade.entry_price, trade.exit_price)
            for trade in self.broker.trades[: self.broker.trade_count]
        ]
