"""The arguments of ``strategy()`` as settings of the account, with the defaults of the script's version."""

from __future__ import annotations

from pinewright.pine.compiler.graph import Const
from pinewright.program import CommissionType, QuantityType, StrategySettings

_QUANTITY = {
    "strategy.fixed": QuantityType.FIXED,
    "strategy.cash": QuantityType.CASH,
    "strategy.percent_of_equity": QuantityType.PERCENT_OF_EQUITY,
}
_COMMISSION = {
    "strategy.commission.percent": CommissionType.PERCENT,
    "strategy.commission.cash_per_contract": CommissionType.CASH_PER_CONTRACT,
    "strategy.commission.cash_per_order": CommissionType.CASH_PER_ORDER,
}
NOT_EMULATED = {
    "calc_on_order_fills": "recalculation after each fill",
    "calc_on_every_tick": "recalculation on every tick",
    "calc_on_every_history_tick": "recalculation on every tick of past bars",
    "use_bar_magnifier": "the bar magnifier",
    "fill_orders_on_standard_ohlc": "fills on standard candles",
    "calc_bars_count": "a shortened history",
}
"""Arguments that change trades and that the broker does not emulate yet: true (or set) is refused, by name."""


def account(arguments: dict[str, Const], version: int) -> StrategySettings:
    """Settings of a script. Margins are 100 % by default in v6 and unchecked in v5 (facts of TradingView's manual)."""

    def number(name: str, default: float) -> float:
        return float(arguments[name].value) if name in arguments else default

    def word(name: str, default: str) -> str:
        return str(arguments[name].value) if name in arguments else default

    margin = 100.0 if version >= 6 else 0.0
    return StrategySettings(
        title=word("title", ""),
        initial_capital=number("initial_capital", 1_000_000.0),
        quantity_type=_QUANTITY.get(word("default_qty_type", "strategy.fixed"), QuantityType.FIXED),
        quantity_value=number("default_qty_value", 1.0),
        pyramiding=int(number("pyramiding", 0.0)),
        commission_type=_COMMISSION.get(word("commission_type", ""), CommissionType.PERCENT),
        commission_value=number("commission_value", 0.0),
        slippage=int(number("slippage", 0.0)),
        margin_long=number("margin_long", margin),
        margin_short=number("margin_short", margin),
        process_orders_on_close=bool(arguments["process_orders_on_close"].value)
        if "process_orders_on_close" in arguments
        else False,
        close_any=word("close_entries_rule", "FIFO") == "ANY",
        backtest_fill_limits=int(number("backtest_fill_limits_assumption", 0.0)),
        risk_free_rate=number("risk_free_rate", 2.0),
        currency=word("currency", "").removeprefix("currency.").replace("NONE", ""),
        nearest_exit=version >= 6,
        declared=frozenset(arguments),
    )
