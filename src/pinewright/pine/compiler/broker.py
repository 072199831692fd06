"""What scripts read of their account, as the step reads it: ``strategy.*``, open and closed trades."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from pinewright.program import CLOSE_ALL_SIGNAL, close_signal

VARIABLES: Final[dict[str, str]] = {
    **{
        f"strategy.{name}": f"b.{name}"
        for name in (
            "position_size",
            "position_avg_price",
            "initial_capital",
            "netprofit",
            "grossprofit",
            "max_contracts_held_long",
            "max_contracts_held_short",
        )
    },
    **{
        f"strategy.{name}": f"(b.{name} * 1.0)"
        for name in ("opentrades", "closedtrades", "wintrades", "losstrades", "eventrades")
    },
    **{
        f"strategy.{name}": f"{function}(b, view, i)"
        for name, function in (
            ("equity", "broker_equity"),
            ("openprofit", "broker_openprofit"),
            ("openprofit_percent", "account_openprofit_percent"),
            ("max_drawdown", "account_max_drawdown"),
            ("max_drawdown_percent", "account_max_drawdown_percent"),
            ("max_runup", "account_max_runup"),
            ("max_runup_percent", "account_max_runup_percent"),
            ("position_entry_name", "account_entry_name"),
            ("margin_liquidation_price", "account_liquidation_price"),
            ("opentrades.capital_held", "account_capital_held"),
            ("closedtrades.first_index", "account_first_index"),
        )
    },
    "strategy.max_contracts_held_all": "b.max_contracts_held",
    # The commission of open trades counts as a loss (PyneCore, measured on TradingView).
    "strategy.grossloss": "(b.grossloss + b.open_commission)",
    "strategy.netprofit_percent": "(100.0 * b.netprofit / b.initial_capital)",
    "strategy.grossprofit_percent": "(100.0 * b.grossprofit / b.initial_capital)",
    "strategy.grossloss_percent": "(100.0 * (b.grossloss + b.open_commission) / b.initial_capital)",
    "strategy.avg_trade": "mean_of(b.netprofit, b.closedtrades)",
    "strategy.avg_winning_trade": "mean_of(b.grossprofit, b.wintrades)",
    "strategy.avg_losing_trade": "mean_of(b.grossloss + b.open_commission, b.losstrades)",
    "strategy.avg_trade_percent": "mean_of(b.percent_sum, b.closedtrades)",
    "strategy.avg_winning_trade_percent": "mean_of(b.win_percent_sum, b.wintrades)",
    "strategy.avg_losing_trade_percent": "mean_of(b.loss_percent_sum, b.losstrades)",
}
"""Variables by their names, as text of the kernel language."""

_CLOSED = (
    "profit profit_percent commission size max_runup max_runup_percent max_drawdown max_drawdown_percent entry_price "
    "exit_price entry_time exit_time entry_bar_index exit_bar_index entry_id entry_comment exit_id exit_comment"
)
_OPEN = (
    "profit profit_percent commission size max_runup max_runup_percent max_drawdown max_drawdown_percent entry_price "
    "entry_time entry_bar_index entry_id entry_comment"
)
FUNCTIONS: Final[dict[str, str]] = {
    **{f"strategy.closedtrades.{name}": f"closed_{name}(b, view, i, {{0}})" for name in _CLOSED.split()},
    **{f"strategy.opentrades.{name}": f"open_{name}(b, view, i, {{0}})" for name in _OPEN.split()},
    "strategy.default_entry_qty": "account_default_quantity(b, view, i, {0})",
    "strategy.convert_to_account": "({0} * b.rate)",
    "strategy.convert_to_symbol": "({0} / b.rate)",
}
"""Functions by their names; the text of the argument stands for ``{0}``."""


def keeps_trades(text: str) -> bool:
    """Whether the text of a step reads closed trades one by one."""
    return re.search(r"\bclosed_\w+\(b, view, i, ", text) is not None


def broker_words(words: Sequence[str], text: str) -> list[str]:
    """The words of a program, and those that only the broker gives: names of closing orders, where a step asks them."""
    if "closed_exit_id(b, view, i, " not in text:
        return list(words)
    return list(dict.fromkeys([*words, CLOSE_ALL_SIGNAL, *map(close_signal, words)]))
