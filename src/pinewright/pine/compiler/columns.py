"""Pure values as text of the kernel language, and the columns in which they are shared.

A column is computed once for each distinct tuple of the inputs that it depends on. A value gets one where it has state
(a rolling window, a recursion), where its history is read, and where it is worth the memory: it depends on at most one
input while the function that wants it depends on more, so that it repeats over the sets of a search, and computing it
anew takes longer than reading it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pinewright.machine.kernel import MOST_ON_STACK
from pinewright.pine.compiler.body import Body
from pinewright.pine.compiler.clock import DATE_PARTS, clock_column
from pinewright.pine.compiler.graph import Const, Graph, Node, Value, lowest_first
from pinewright.pine.compiler.market import known_word, market_formula
from pinewright.pine.types import Kind
from pinewright.program import AnyColumn, MarketColumn, ProgramColumn, ZoneColumn

_BAR_TEXT = {
    "hl2": "((view.high[i] + view.low[i]) / 2.0)",
    "hlc3": "((view.high[i] + view.low[i] + view.close[i]) / 3.0)",
    "ohlc4": "((view.open[i] + view.high[i] + view.low[i] + view.close[i]) / 4.0)",
    "hlcc4": "((view.high[i] + view.low[i] + view.close[i] * 2.0) / 4.0)",
}

# op -> text; {0}, {1}, … are the arguments' texts
_TEXT = {
    "neg": "(-{0})",
    "add": "({0} + {1})",
    "sub": "({0} - {1})",
    "mul": "({0} * {1})",
    "div": "pine_div({0}, {1})",
    "mod": "pine_mod({0}, {1})",
    "==": "pine_eq({0}, {1})",
    "!=": "pine_ne({0}, {1})",
    "<": "pine_lt({0}, {1})",
    ">": "pine_lt({1}, {0})",
    "<=": "pine_le({0}, {1})",
    ">=": "pine_le({1}, {0})",
    "int==": "({0} == {1})",
    "int!=": "({0} < {1} or {0} > {1})",
    "int<": "({0} < {1})",
    "int>": "({0} > {1})",
    "int<=": "({0} <= {1})",
    "int>=": "({0} >= {1})",
    "bool==": "({0} == {1})",
    "bool!=": "({0} != {1})",
    "not": "(not {0})",
    "and": "({0} and {1})",
    "or": "({0} or {1})",
    "select": "({1} if {0} else {2})",
    "truth": "({0} != 0.0 and {0} == {0})",
    "number": "(1.0 if {0} else 0.0)",
    "math.abs": "abs({0})",
    "math.sign": "pine_sign({0})",
    "math.max": "pine_max({0}, {1})",
    "math.min": "pine_min({0}, {1})",
    "math.floor": "ffloor({0})",
    "math.ceil": "fceil({0})",
    "math.round": "pine_round({0}, {1})",
    "math.round_to_mintick": "pine_ticks({0}, view.mintick)",
    **{f"math.{name}": f"math.{name}({{0}})" for name in ("sqrt", "sin", "cos", "tan", "asin", "acos", "atan")},
    "math.todegrees": "pine_degrees({0})",
    "math.toradians": "pine_radians({0})",
    "math.pow": "pine_pow({0}, {1})",
    "math.exp": "math.exp({0})",
    "math.log": "math.log({0})",
    "math.log10": "math.log10({0})",
    "na": "({0} != {0})",
    "nz": "({1} if {0} != {0} else {0})",
    "int": "ftrunc({0})",
    **{f"date.{part}": f"pine_{part}({{0}}, {{1}})" for part in DATE_PARTS},
    "date.offset": "(pine_local({0}, {1}) - {1})",
    "date.timestamp": "pine_timestamp({0}, {1}, {2}, {3}, {4}, {5}, {6})",
    "window.day": "(i == 0 or view.day[i] != view.day[i - 1])",
}

_WINDOWS = {
    "sum": (4, 2),
    "highest": (3, 1),
    "highestbars": (3, 1),
    "pivot": (3, 1),
    "weighted": (2, 1),
    "gauss": (2, 3),
    "deviation": (1, 1),
    "line": (1, 1),
    "moment": (1, 1),
    "median": (3, 3),
    "mode": (3, 3),
    "percentile": (3, 3),
    "interpolated": (3, 3),
    "rank": (3, 3),
    "rci": (3, 4),
    "occasion": (1, 1),
    "cross": (3, 0),
    "random": (1, 0),
}
"""State slots and logs of each function of past values in ``runtime``; those with a log are told its size."""
WINDOW_SLOTS = {f"window.{name}": slots for name, (slots, _) in _WINDOWS.items()}
_WEIGHTS = {"div": 6, "mod": 10, "broker": 2, "not": 0, "number": 0}
"""Work of an operation in comparisons; one where it is not named."""
_WORTH_A_COLUMN = 4
_CHEAP = 3
"""One comparison of a column: computed rather than branched around."""
_TRIVIAL = frozenset({"input", "bar_index", "symbol", "market", "zone"})
_MOST_OPERATIONS = 60
_MOST_COLUMNS = 8
"""So many operations, or columns, are written from the last down to the first; of longer ways a part comes before."""
_STEP = Body(deps=None)
"""Stands for the step where only its being the step matters."""
_SIGNATURE = "(view: BarView, p: Floats, c: Columns, out: Floats, s: Floats, h: Columns, n: int) -> None:"


def operation(op: str, arguments: list[str]) -> str:
    """The text of an operation over texts."""
    return _TEXT[op].format(*arguments)


def window_text(op: str, body: Body, arguments: list[str]) -> str:
    """A call of a rolling window with state of its own in ``body``."""
    slots, count = _WINDOWS[op.removeprefix("window.")]
    logs = [f"h[{body.buffer()}]" for _ in range(count)]
    size = ["view.n"] if logs else []
    return f"{op.replace('.', '_')}(s[{body.slot(slots)}:], {', '.join([*logs, *arguments, *size])})"


@dataclass
class Columns:
    """The columns of a program, in an order in which each follows those that it reads."""

    graph: Graph
    inline: Callable[[Node, Body], Value]
    """Writes the body of a ``call`` node into a function and gives its value (the lowering's)."""
    constant: Callable[[Const], str]
    """Text of a constant; strings are numbered by the lowering."""
    found: list[AnyColumn | Node] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    _index: dict[int, int] = field(default_factory=dict)
    _prepared: Body | None = None
    """The body in which what lies deep has been written."""
    _costs: dict[int, int] = field(default_factory=dict)
    _works: dict[int, int] = field(default_factory=dict)

    def text(self, value: Value, body: Body, *, nested: bool = False) -> str:
        """Text of a pure value inside ``body``; with ``nested`` it is an argument and may come from a column."""
        if isinstance(value, Const):
            return self.constant(value)
        assert isinstance(value, Node)
        known = body.named(id(value))
        if known is not None:
            return known
        if nested and self._shares(value, body):
            found = self.load(value, body)
        else:
            if value.height > _MOST_OPERATIONS and self._prepared is not body:
                self._write_parts(value, body)
            found = self._own_text(value, body)
            if value.op not in _TRIVIAL:
                found = body.local(found)
        body.name(id(value), found)
        return found

    def _write_parts(self, value: Node, body: Body) -> None:
        """Make locals of parts of a value of many operations, the lowest first, so that what is left is not deep."""

        def is_at_hand(node: Node) -> bool:
            named = body.named(id(node)) is not None
            return named or node.height == 0 or node.op == "history" or (node is not value and self._shares(node, body))

        outer, self._prepared = self._prepared, body
        far: dict[int, int] = {}
        for one in lowest_first(value, is_at_hand):
            far[id(one)] = 1 + max((far.get(id(arg), 0) for arg in one.args), default=0)
            if far[id(one)] > _MOST_OPERATIONS and one is not value:
                self.text(one, body)
                far[id(one)] = 0
        self._prepared = outer

    def load(self, node: Node, body: Body) -> str:
        """A local that holds this bar's value of the node's column."""
        index = self.column(node)
        body.reads.add(index)
        return body.local(f"c[{index}][i] != 0.0" if node.kind is Kind.BOOL else f"c[{index}][i]")

    def column(self, node: Node) -> int:
        """Number of the node's column, which is written where there is none yet."""
        if id(node) in self._index:
            return self._index[id(node)]
        if node.columns > _MOST_COLUMNS:
            self._write_below(node)
        entry: AnyColumn | Node
        if node.op == "request":
            entry = node  # the program that answers it is finished last
        elif node.op == "clock":
            entry = clock_column(node)
        elif node.op == "zone":
            entry = ZoneColumn(known_word(node.args[0]))
        elif node.op == "market":
            entry = MarketColumn(market_formula(node))
        else:
            entry = self._write(node)
        self.found.append(entry)
        self._index[id(node)] = len(self.found) - 1
        return len(self.found) - 1

    def _write_below(self, node: Node) -> None:
        """Write columns far below a node, so that no column has many to be written for it."""
        far: dict[int, int] = {}
        for one in lowest_first(node, lambda below: below.columns <= _MOST_COLUMNS or id(below) in self._index):
            read = one.args[0] if one.op == "history" else one if one.stateful else None
            far[id(one)] = max((far.get(id(arg), 0) for arg in one.args), default=0) + (read is not None)
            if far[id(one)] > _MOST_COLUMNS and one is not node and isinstance(read, Node) and read.op != "bar":
                self.column(read)
                far[id(one)] = 0

    def _table(self, node: Node, body: Body) -> str:
        """A table that the engine makes: of a zone, or of one value of the chart."""
        index = self.column(node)
        body.reads.add(index)
        if node.op == "zone":
            return f"c[{index}]"
        return f"(c[{index}][0] != 0.0)" if node.kind is Kind.BOOL else f"c[{index}][0]"

    def _write(self, node: Node) -> ProgramColumn:
        body = Body(deps=node.deps, depth=2)
        if node.op == "window.cross":
            first, second = (self._array(arg, body) for arg in node.args)
            if first and second:
                return self._entry(node, body, [f"    window_crosses(out, {first}, {second}, n)"])
        if node.op == "call":
            value = self.inline(node, body)
            result = value.text if hasattr(value, "text") else self.text(value, body)
        elif node.op in WINDOW_SLOTS:
            arguments = [self.text(arg, body, nested=True) for arg in node.args]
            result = window_text(node.op, body, arguments)
        else:
            for arg in node.args:
                self._fold(arg, body)
            result = self._own_text(node, body)
        body.line(f"out[i] = 1.0 if {result} else 0.0" if node.kind is Kind.BOOL else f"out[i] = {result}")
        return self._entry(node, body, ["    for i in range(n):", *body.lines])

    def _fold(self, value: Value, body: Body) -> None:
        """Write a rolling window into the column of its only user, which runs on every bar, so that it needs no own.

        The numerator of a mean is read by nobody else: a column less to compute, to keep and to read.
        """
        if not isinstance(value, Node) or value.op not in WINDOW_SLOTS or id(value) in self._index:
            return
        if self.graph.uses[id(value)] == 1 and value.deps == body.deps:
            arguments = [self.text(arg, body, nested=True) for arg in value.args]
            body.name(id(value), body.local(window_text(value.op, body, arguments)))

    def _entry(self, node: Node, body: Body, lines: list[str]) -> ProgramColumn:
        name = f"column_{len(self.texts)}"
        if 0 < body.slots <= MOST_ON_STACK:
            # A column starts from nothing, so that its state may live in registers.
            lines = [f"    s = stack({body.slots})", *lines]
        self.texts.append("\n".join([f"def {name}{_SIGNATURE}", *lines]))
        reads = tuple(sorted(body.reads))
        return ProgramColumn(name, tuple(sorted(node.deps)), reads, body.slots, body.buffers, node.op)

    def _array(self, value: Value, body: Body) -> str:
        """A value of every bar as an array, where it is one anyhow; else nothing."""
        if isinstance(value, Node) and value.op == "bar" and _constant_text(value, 0) not in _BAR_TEXT:
            return f"view.{_constant_text(value, 0)}"
        if isinstance(value, Node) and self._shares(value, body):
            index = self.column(value)
            body.reads.add(index)
            return f"c[{index}]"
        return ""

    def _shares(self, node: Node, body: Body) -> bool:
        """Whether the node is better read from a column than computed again in ``body``."""
        if node.stateful or node.op == "clock":
            return True
        if node.live or node.op in ("bar", "history", *_TRIVIAL) or not node.varies:
            return False
        if node.height > _MOST_OPERATIONS and id(node) in self._index:
            return True
        return len(node.deps) <= 1 and node.deps != body.deps and self._work(node) >= _WORTH_A_COLUMN

    def _work(self, value: Value) -> int:
        """About how many operations a value takes, columns and prices at hand."""
        if not isinstance(value, Node) or _at_hand(value):
            return 0
        for one in lowest_first(value, lambda node: id(node) in self._works or _at_hand(node)):
            self._works[id(one)] = _WEIGHTS.get(one.op, 1) + sum(self._works.get(id(arg), 0) for arg in one.args)
        return self._works[id(value)]

    def _own_text(self, node: Node, body: Body) -> str:
        if node.stateful or node.op == "clock":
            return self.load(node, body)
        if node.op == "history":
            return self._history(node, body)
        if node.op == "bar":
            return self.bar(node)
        if node.op == "broker":
            return _constant_text(node, 0).format(*[self.text(arg, body, nested=True) for arg in node.args[1:]])
        if node.op in ("and", "or") and body.deps is None:
            return self._cheapest_first(node, body)
        if node.op == "bar_index":
            return "(i * 1.0)"
        if node.op in ("market", "zone"):
            return self._table(node, body)
        if node.op == "symbol":
            return f"view.{_constant_text(node, 0)}"
        if node.op == "input":
            index = int(_constant_text(node, 0))
            return f"(p[{index}] != 0.0)" if node.kind is Kind.BOOL else f"p[{index}]"
        return operation(node.op, [self.text(arg, body, nested=True) for arg in node.args])

    def _cheapest_first(self, node: Node, body: Body) -> str:
        """A chain of ``and`` or ``or`` in the step: cheap operands first, dear ones only where they still matter.

        The operands are pure, so their order does not change the value; most bars end at a column that says no.
        """
        operands = sorted(_operands(node, node.op), key=self.cost)
        result = ""
        for operand in operands:
            if not result:
                result = body.local(self.text(operand, body, nested=True))
            elif self.cost(operand) <= _CHEAP:
                result = body.local(f"{result} {node.op} {self.text(operand, body, nested=True)}")
            else:
                result = body.local(result)
                with body.block(f"if {result}:" if node.op == "and" else f"if not {result}:"):
                    body.line(f"{result} = {self.text(operand, body, nested=True)}")
        return result

    def cost(self, value: Value) -> int:
        """About how much work a value is in the step; a column is one load."""
        if not isinstance(value, Node) or self._is_load(value):
            return 1
        for one in lowest_first(value, lambda node: id(node) in self._costs or self._is_load(node)):
            self._costs[id(one)] = _WEIGHTS.get(one.op, 1) + sum(self._costs.get(id(arg), 1) for arg in one.args)
        return self._costs[id(value)]

    def _is_load(self, node: Node) -> bool:
        """Whether the step has the value at hand."""
        return node.op in ("bar", *_TRIVIAL) or self._shares(node, _STEP)

    def bar(self, node: Node) -> str:
        name = _constant_text(node, 0)
        return _BAR_TEXT.get(name, f"view.{name}[i]")

    def _history(self, node: Node, body: Body) -> str:
        value, offset = node.args
        assert isinstance(value, Node)
        return self.past(value, self.text(offset, body, nested=True), body)

    def past(self, value: Node, back: str, body: Body) -> str:
        """Text of the value ``back`` bars ago."""
        if value.op == "bar" and _constant_text(value, 0) not in _BAR_TEXT:
            return f"pine_at(view.{_constant_text(value, 0)}, i, {back})"
        index = self.column(value)
        body.reads.add(index)
        found = f"pine_at(c[{index}], i, {back})"
        return f"({found} == 1.0)" if value.kind is Kind.BOOL else found


def _operands(value: Value, op: str) -> list[Value]:
    """The operands of a chain of one operator, in the script's order."""
    found: list[Value] = []
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Node) and one.op == op:
            waiting += reversed(one.args)
        else:
            found.append(one)
    return found


def _at_hand(node: Node) -> bool:
    """Whether a value takes no operation: a column, a price, an input."""
    return node.stateful or node.op in ("bar", "clock", "history", *_TRIVIAL)


def _constant_text(node: Node, place: int) -> str:
    constant = node.args[place]
    assert isinstance(constant, Const)
    return str(constant.value)
