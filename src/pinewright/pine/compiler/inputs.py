"""The ``input.*`` calls of a script, as the program's inputs."""

from __future__ import annotations

from collections.abc import Callable

from pinewright.errors import PineUnsupportedError
from pinewright.pine import syntax as s
from pinewright.pine.builtins import Function
from pinewright.pine.compiler.graph import Const, Graph, Node, Value
from pinewright.pine.types import Kind
from pinewright.program import InputKind, ProgramInput

SOURCES = ("open", "high", "low", "close", "hl2", "hlc3", "ohlc4", "hlcc4")
_KINDS = {
    "input.int": (InputKind.INT, Kind.INT),
    "input.float": (InputKind.FLOAT, Kind.FLOAT),
    "input.bool": (InputKind.BOOL, Kind.BOOL),
    "input.time": (InputKind.TIME, Kind.INT),
}


class Inputs:
    """Inputs in the order in which the compiler meets them; a call site is one input, however often it is read."""

    def __init__(self, graph: Graph):
        self.graph = graph
        self.found: list[ProgramInput] = []
        self.names: dict[int, str] = {}
        """Variable to which a call (by id) is assigned, where it is."""
        self._values: dict[int, Value] = {}

    def declare(
        self,
        function: Function,
        node: s.Call,
        values: dict[str, Value],
        options: tuple[Value, ...],
        unsupported: Callable[[str], PineUnsupportedError],
    ) -> Value:
        """The value of an input call; ``values`` are its arguments by name."""
        if id(node) in self._values:
            return self._values[id(node)]
        index = len(self.found)
        default = values["defval"]
        if function.name == "input.source":
            value: Value = self._source(node, default, values, index, unsupported)
        elif function.name == "input.string":
            value = self._string(node, default, values, options, index, unsupported)
        elif function.name in _KINDS and isinstance(default, Const):
            kind, pine_kind = _KINDS[function.name]
            legal = tuple(float(item.value) for item in options if isinstance(item, Const))
            self._add(node, values, kind, float(default.value), legal)
            value = self._node(index, pine_kind)
        else:
            raise unsupported(f"`{function.name}()` with this default in a value that reaches an order")
        self._values[id(node)] = value
        return value

    def _node(self, index: int, kind: Kind) -> Node:
        return self.graph.node("input", (Const(str(index), Kind.STRING),), kind, own=frozenset({index}))

    def _add(
        self,
        node: s.Call,
        values: dict[str, Value],
        kind: InputKind,
        default: float,
        options: tuple[float | str, ...] = (),
    ) -> None:
        name = self.names.get(id(node), f"input{len(self.found) + 1}")
        title = values.get("title")
        self.found.append(
            ProgramInput(
                name=name,
                title=str(title.value) if isinstance(title, Const) else name,
                kind=kind,
                default=default,
                minimum=_number(values.get("minval")),
                maximum=_number(values.get("maxval")),
                step=_number(values.get("step")),
                options=options,
                line=node.span.line,
            )
        )

    def _source(
        self,
        node: s.Call,
        default: Value,
        values: dict[str, Value],
        index: int,
        unsupported: Callable[[str], PineUnsupportedError],
    ) -> Value:
        nodes = [self.graph.node("bar", (Const(name, Kind.STRING),), Kind.FLOAT) for name in SOURCES]
        if default not in nodes:
            raise unsupported("`input.source()` whose default is not a price of the bar")
        place = next(k for k, source in enumerate(nodes) if source is default)
        self._add(node, values, InputKind.SOURCE, float(place), SOURCES)
        return self._chosen(index, list(nodes), Kind.FLOAT)

    def _string(
        self,
        node: s.Call,
        default: Value,
        values: dict[str, Value],
        options: tuple[Value, ...],
        index: int,
        unsupported: Callable[[str], PineUnsupportedError],
    ) -> Value:
        if not isinstance(default, Const):
            raise unsupported("`input.string()` whose default is not a literal")
        words = [item for item in options if isinstance(item, Const)] or [default]
        texts = tuple(str(word.value) for word in words)
        place = float(texts.index(str(default.value))) if str(default.value) in texts else 0.0
        self._add(node, values, InputKind.STRING, place, texts)
        return self._chosen(index, list(words), Kind.STRING)

    def _chosen(self, index: int, values: list[Node] | list[Const], kind: Kind) -> Value:
        """The value whose place the input names: a chain of selections."""
        chosen: Value = values[-1]
        number = self._node(index, Kind.INT)
        for place in range(len(values) - 2, -1, -1):
            test = self.graph.node("int==", (number, Const(float(place), Kind.INT)), Kind.BOOL)
            chosen = self.graph.node("select", (test, values[place], chosen), kind)
        return chosen


def _number(value: Value | None) -> float | None:
    return float(value.value) if isinstance(value, Const) else None
