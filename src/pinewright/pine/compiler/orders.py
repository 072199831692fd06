"""Calls of ``strategy.*`` as calls of the broker's order functions, in the order of their parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pinewright.pine.compiler.graph import Const, Node, Value
from pinewright.pine.syntax import NOWHERE
from pinewright.pine.types import Kind

if TYPE_CHECKING:
    from pinewright.pine.compiler.values import Values

# function -> (broker's function, its parameters after b, view, i). w: a word's number or -1; f: a float or na;
# d: direction, true for long; o: type of the OCA group; b: a bool, false where it is left out; s: side that entries may
# open, +1, -1 or 0 for both; p: whether a limit of risk is a percentage.
_ENTRY = (("w", "id"), ("d", "direction"), ("f", "qty"), ("f", "limit"), ("f", "stop"), ("w", "oca_name"),
          ("o", "oca_type"), ("w", "comment"))  # fmt: skip
_ORDERS: dict[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "strategy.entry": ("order_entry", _ENTRY),
    "strategy.order": ("order_order", _ENTRY),
    "strategy.exit": (
        "order_exit",
        (
            ("w", "id"),
            ("w", "from_entry"),
            *(
                ("f", name)
                for name in (
                    "qty",
                    "qty_percent",
                    "profit",
                    "limit",
                    "loss",
                    "stop",
                    "trail_price",
                    "trail_points",
                    "trail_offset",
                )
            ),
            ("w", "oca_name"),
            ("w", "comment"),
            ("w", "comment_profit"),
            ("w", "comment_loss"),
            ("w", "comment_trailing"),
        ),
    ),
    "strategy.close": (
        "order_close",
        (("w", "id"), ("w", "comment"), ("f", "qty"), ("f", "qty_percent"), ("b", "immediately")),
    ),
    "strategy.close_all": ("order_close_all", (("w", "comment"), ("b", "immediately"))),
    "strategy.cancel": ("order_cancel", (("w", "id"),)),
    "strategy.cancel_all": ("order_cancel_all", ()),
    "strategy.risk.allow_entry_in": ("risk_allow_entry_in", (("s", "value"),)),
    "strategy.risk.max_position_size": ("risk_max_position_size", (("f", "contracts"),)),
    "strategy.risk.max_intraday_filled_orders": ("risk_max_intraday_filled_orders", (("f", "count"),)),
    "strategy.risk.max_cons_loss_days": ("risk_max_cons_loss_days", (("f", "count"),)),
    "strategy.risk.max_drawdown": ("risk_max_drawdown", (("f", "value"), ("p", "type"))),
    "strategy.risk.max_intraday_loss": ("risk_max_intraday_loss", (("f", "value"), ("p", "type"))),
}
_OCA = {"strategy.oca.none": 0, "strategy.oca.cancel": 1, "strategy.oca.reduce": 2}
_ALERTS = frozenset({"alert_message", "disable_alert", "alert_profit", "alert_loss", "alert_trailing"})


def matters(parameter: str) -> bool:
    """Whether a parameter of an order call changes a trade or its label: alerts do not."""
    return parameter not in _ALERTS


def is_known(name: str) -> bool:
    """Whether the broker has an order function for this call."""
    return name in _ORDERS


def order_text(name: str, values: dict[str, Value], lowering: Values) -> str:
    """The statement that places the order."""
    function, parameters = _ORDERS[name]
    texts = ["b", "view", "i"]
    texts += [_text(kind, values.get(parameter), lowering) for kind, parameter in parameters]
    return f"{function}({', '.join(texts)})"


def _text(kind: str, value: Value | None, lowering: Values) -> str:
    match kind:
        case "w":
            return _word(value, lowering)
        case "f":
            return lowering.text(value) if value is not None else "math.nan"
        case "b":
            return lowering.text(lowering.truth(value)) if value is not None else "False"
        case "d":
            if isinstance(value, Const):
                return "True" if str(value.value).endswith(".long") else "False"
            assert value is not None
            return f"({lowering.text(value)} == {lowering.string('strategy.long')}.0)"
        case "s":
            return _allowed(value, lowering)
        case "p":
            return _is(value, "strategy.percent_of_equity", lowering)
    if value is None:
        return "0"
    if not isinstance(value, Const):
        raise lowering.unsupported("an `oca_type` that is not a constant", NOWHERE)
    return str(_OCA.get(str(value.value), 0))


def _allowed(value: Value | None, lowering: Values) -> str:
    """Side of a word of ``strategy.direction``."""
    long, short = (_is(value, f"strategy.direction.{side}", lowering) for side in ("long", "short"))
    return f"(1 if {long} else (-1 if {short} else 0))"


def _is(value: Value | None, word: str, lowering: Values) -> str:
    """Whether a value is that word."""
    if value is None or isinstance(value, Const):
        return str(value is not None and value.value == word)
    return f"({lowering.text(value)} == {lowering.string(word)}.0)"


def _word(value: Value | None, lowering: Values) -> str:
    """Number of a word; -1 for none, na or the empty text."""
    if value is None or value.kind is Kind.NA or (isinstance(value, Const) and value.value == ""):
        return "-1"
    if isinstance(value, Const):
        return str(lowering.string(str(value.value)))
    if isinstance(value, Node):
        text = lowering.text(value)
        return f"int({text})" if _is_word(value) else f"(int({text}) if {text} == {text} else -1)"
    lowering.body.at(lowering.place.line)
    return f"text_for_broker(m, {lowering.text(value)})"


def _is_word(value: Value) -> bool:
    """Whether a text is a word of the source on every bar, never na."""
    waiting, seen = [value], set[int]()
    while waiting:
        one = waiting.pop()
        if isinstance(one, Node) and one.op == "select":
            waiting += [choice for choice in one.args[1:] if id(choice) not in seen]
            seen.update(map(id, one.args))
        elif not (isinstance(one, Const) and isinstance(one.value, str)):
            return False
    return True
