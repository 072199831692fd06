"""Expressions of a script as values: literals, operators, names of the script and of Pine."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.builtins import variables
from pinewright.pine.compiler.broker import VARIABLES as BROKER
from pinewright.pine.compiler.clock import CLOCK_VARIABLES, clock_variable
from pinewright.pine.compiler.colors import color_number
from pinewright.pine.compiler.frames import Cell
from pinewright.pine.compiler.graph import NA_CONST, Const, Items, Value
from pinewright.pine.compiler.market import MARKET_VARIABLES, market_variable
from pinewright.pine.compiler.records import Records
from pinewright.pine.types import Kind

_BAR_NAMES = frozenset("open high low close volume hl2 hlc3 ohlc4 hlcc4 time time_close".split())
_SYMBOL = {"syminfo.mintick": "mintick", "syminfo.pointvalue": "point_value"}
PRELUDE_VARIABLES = frozenset(f"ta.{name}" for name in "tr vwap obv accdist iii nvi pvi pvt wad wvad".split())
"""Variables of Pine that are functions of the prelude, called without arguments on every bar."""
COMPILED_VARIABLES = frozenset(
    [
        *_BAR_NAMES,
        *CLOCK_VARIABLES,
        *MARKET_VARIABLES,
        *_SYMBOL,
        *BROKER,
        *PRELUDE_VARIABLES,
        "strategy.account_currency",
        "bar_index",
        "na",
    ]
)
"""Built-in variables that the compiler reads; constants come on top."""


class Expressions(Records, ABC):
    """Sixth layer of the lowering."""

    @abstractmethod
    def call(self, node: s.Call) -> Value:
        """The value of a call."""

    @abstractmethod
    def prelude_call(self, name: str, values: Sequence[Value | None]) -> Value:
        """The value of a function of the prelude; what is None or left out has the function's default, or is na."""

    def expression(self, node: s.Expression) -> Value:
        match node:
            case s.Literal():
                return self._literal(node)
            case s.Parenthesis():
                return self.expression(node.value)
            case s.Name():
                return self._name(node)
            case s.Member():
                found = self.member(node)
                return found if found is not None else self.builtin(dotted_name(node) or "", node)
            case s.Call():
                return self.call(node)
            case s.Index():
                return self.index(node)
            case s.Unary():
                value = self.expression(node.operand)
                if node.operator == "not":
                    return self.operate("not", Kind.BOOL, self.truth(value))
                return value if node.operator == "+" else self.operate("neg", value.kind, value)
            case s.Binary(operator="and" | "or"):
                return self.logical(node)
            case s.Binary():
                return self._binary(node)
            case s.Tuple():
                return Items(tuple(self.expression(item) for item in node.items))
            case s.If() | s.Ternary():
                return self.choice(node)
            case s.Switch():
                return self.switch(node)
            case s.For() | s.ForIn() | s.While():
                return self.loop(node)
            case s.Once():
                return self.once(node)
        raise self.unsupported(f"`{type(node).__name__.lower()}`", node.span)

    def _literal(self, node: s.Literal) -> Const:
        if node.kind is s.LiteralKind.COLOR:
            return Const(color_number(str(node.value)), Kind.COLOR)
        number = node.kind in (s.LiteralKind.INT, s.LiteralKind.FLOAT)
        return Const(float(node.value) if number else node.value, Kind(node.kind.value))

    def _binary(self, node: s.Binary) -> Value:
        # The left spine in a loop: long sums are deep trees.
        spine: list[s.Binary] = []
        inner: s.Expression = node
        while isinstance(inner, s.Binary) and inner.operator not in ("and", "or"):
            spine.append(inner)
            inner = inner.left
        value = self.expression(inner)
        for one in reversed(spine):
            value = self.binary(one.operator, value, self.expression(one.right))
        return value

    def _name(self, node: s.Name) -> Value:
        found, _ = self.lookup(node.name)
        if isinstance(found, Cell):
            return found.value
        return found if found is not None else self.builtin(node.name, node)

    def builtin(self, name: str, node: s.Expression) -> Value:
        if name in _BAR_NAMES:
            kind = Kind.INT if name.startswith("time") else Kind.FLOAT
            return self.graph.node("bar", (Const(name, Kind.STRING),), kind)
        if name in ("bar_index", "last_bar_index") and self.settings.calc_bars_count > 0 and not self.in_prelude:
            # The script sees the last bars alone, by the numbers that they have on the chart.
            hidden = self.graph.node("symbol", (Const("origin", Kind.STRING),), Kind.INT)
            own = clock_variable(self, name) or self.graph.node("bar_index", (), Kind.INT)
            return self.graph.node("add", (own, hidden), Kind.INT)
        found = clock_variable(self, name) or market_variable(self.graph, name, 6 if self.in_prelude else self.version)
        if found is not None:
            return found
        if name in BROKER:
            return self.graph.node(
                "broker", (Const(BROKER[name], Kind.STRING),), variables(self.version)[name].type.kind
            )
        if name == "strategy.account_currency":
            return Const(self.currency, Kind.STRING) if self.currency else self.builtin("syminfo.currency", node)
        if name == "bar_index":
            return self.graph.node("bar_index", (), Kind.INT)
        if name in _SYMBOL:
            field_name = _SYMBOL[name]
            return self.graph.node("symbol", (Const(field_name, Kind.STRING),), Kind.FLOAT)
        if name in PRELUDE_VARIABLES:
            outer, self.conditional = self.conditional, False
            value = self.prelude_call(name.removeprefix("ta."), [])
            self.conditional = outer
            return value
        if name == "na":
            return NA_CONST
        variable = variables(6 if self.in_prelude else self.version).get(name)
        if variable is not None and variable.value is not None:
            # Words such as strategy.long are compared by their names, whatever type Pine gives them.
            kind = Kind.STRING if variable.type.kind is Kind.OBJECT else variable.type.kind
            return Const(color_number(name) if kind is Kind.COLOR else variable.value, kind)
        raise self.unsupported(f"`{name}`", node.span)
