"""The arguments of ``strategy()`` as settings of the account, with the defaults of the script's version and of a date.

TradingView has changed defaults within a version: a script that leaves them out trades otherwise from that day on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

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
NOT_EMULATED = {"calc_on_every_history_tick": "recalculation on every tick of past bars"}
"""Arguments that change trades and that the broker does not emulate: true is refused, by name.

Of the others that settings do not have, ``calc_on_every_tick`` concerns realtime bars alone (warning PW508),
``fill_orders_on_standard_ohlc`` charts whose bars are no standard candles, and history needs no ``max_bars_back``.
"""


@dataclass(frozen=True)
class Defaults:
    """What ``strategy()`` means where it says nothing, in one version of Pine from a date on."""

    version: int
    since: date
    initial_capital: float
    default_qty_type: str
    default_qty_value: float
    margin: float
    """``margin_long`` and ``margin_short``, percent."""


DEFAULTS: Final = (
    Defaults(5, date(2021, 10, 13), 1_000_000.0, "strategy.fixed", 1.0, 0.0),
    Defaults(6, date(2024, 11, 13), 1_000_000.0, "strategy.fixed", 1.0, 100.0),
    Defaults(6, date(2026, 10, 1), 100_000.0, "strategy.percent_of_equity", 100.0, 100.0),
)
"""Oldest first. The last is known from PyneCore's notes of October 2026; the day is that of the notice, or near it."""


def defaults_of(version: int, rules: date | None = None) -> Defaults:
    """The defaults of a version that were in force on a date, the latest without one.

    Before the first of a version its first count: the script could not have run then.
    """
    own = _of_version(version)
    return next((row for row in reversed(own) if rules is None or row.since <= rules), own[0])


def _of_version(version: int) -> list[Defaults]:
    return [row for row in DEFAULTS if row.version == (6 if version >= 6 else 5)]


def left_open(arguments: dict[str, Const], version: int, rules: date | None = None) -> tuple[str, ...]:
    """One warning that tells which defaults count, where the version of Pine has had others; else none."""
    row = defaults_of(version, rules)
    told = []
    for name in ("initial_capital", "default_qty_type", "default_qty_value"):
        value = getattr(row, name)
        if name not in arguments and any(getattr(other, name) != value for other in _of_version(version)):
            told.append(f"{name} = {value:,g}" if isinstance(value, float) else f"{name} = {value}")
    if not told:
        return ()
    return (f"strategy() leaves open what Pine v{version} has changed; as of {row.since}: {', '.join(told)}",)


def account(arguments: dict[str, Const], version: int, rules: date | None = None) -> StrategySettings:
    """Settings of a script; what it leaves out by the defaults that were in force on a date."""
    row = defaults_of(version, rules)

    def number(name: str, default: float) -> float:
        return float(arguments[name].value) if name in arguments else default

    def word(name: str, default: str) -> str:
        return str(arguments[name].value) if name in arguments else default

    def flag(name: str) -> bool:
        return name in arguments and bool(arguments[name].value)

    return StrategySettings(
        title=word("title", ""),
        initial_capital=number("initial_capital", row.initial_capital),
        quantity_type=_QUANTITY.get(word("default_qty_type", row.default_qty_type), QuantityType.FIXED),
        quantity_value=number("default_qty_value", row.default_qty_value),
        pyramiding=int(number("pyramiding", 0.0)),
        commission_type=_COMMISSION.get(word("commission_type", ""), CommissionType.PERCENT),
        commission_value=number("commission_value", 0.0),
        slippage=int(number("slippage", 0.0)),
        margin_long=number("margin_long", row.margin),
        margin_short=number("margin_short", row.margin),
        process_orders_on_close=flag("process_orders_on_close"),
        close_any=word("close_entries_rule", "FIFO") == "ANY",
        backtest_fill_limits=int(number("backtest_fill_limits_assumption", 0.0)),
        risk_free_rate=number("risk_free_rate", 2.0),
        currency=word("currency", "").removeprefix("currency.").replace("NONE", ""),
        use_bar_magnifier=flag("use_bar_magnifier"),
        calc_on_order_fills=flag("calc_on_order_fills"),
        calc_bars_count=int(number("calc_bars_count", 0.0)),
        trims_trades=version >= 6,
        nearest_exit=version >= 6,
        declared=frozenset(arguments),
    )
