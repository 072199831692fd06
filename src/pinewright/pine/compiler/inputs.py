"""The ``input.*`` calls of a script, as the program's inputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from pinewright.errors import PineUnsupportedError
from pinewright.pine import syntax as s
from pinewright.pine.builtins import Function
from pinewright.pine.compiler.colors import color_number
from pinewright.pine.compiler.graph import Const, Graph, Node, Value
from pinewright.pine.types import Kind
from pinewright.program import InputKind, ProgramInput

SOURCES = ("open", "high", "low", "close", "hl2", "hlc3", "ohlc4", "hlcc4")
_KINDS = {
    "input.int": (InputKind.INT, Kind.INT),
    "input.float": (InputKind.FLOAT, Kind.FLOAT),
    "input.price": (InputKind.FLOAT, Kind.FLOAT),
    "input.bool": (InputKind.BOOL, Kind.BOOL),
    "input.time": (InputKind.TIME, Kind.INT),
}
_OF_DEFAULT = {Kind.INT: "input.int", Kind.FLOAT: "input.float", Kind.BOOL: "input.bool", Kind.STRING: "input.string"}
"""What ``input()`` is, by the kind of its default."""
_TEXTS = frozenset("input.string input.text_area input.session input.timeframe input.symbol".split())
Refuse = Callable[[str], PineUnsupportedError]


class Inputs:
    """Inputs in the order in which the compiler meets them; a call site is one input, however often it is read.

    overrides: values by variable name or title that stand for the defaults of the source: words, numbers, bools; a
    tuple of words for a text without options makes them its options, behind its default.
    """

    def __init__(self, graph: Graph, overrides: Mapping[str, object] | None = None):
        self.graph = graph
        self.overrides = overrides or {}
        self.found: list[ProgramInput] = []
        self.names: dict[int, str] = {}
        """Variable to which a call (by id) is assigned, where it is."""
        self.enums: Mapping[str, tuple[str, ...]] = {}
        """Members of the script's enums."""
        self.titles: Mapping[str, str] = {}
        """Titles of those members, by ``Type.member``."""
        self._values: dict[int, Value] = {}

    def declare(
        self,
        function: Function,
        node: s.Call,
        values: dict[str, Value],
        options: tuple[Value, ...],
        unsupported: Refuse,
    ) -> Value:
        """The value of an input call; ``values`` are its arguments by name."""
        if id(node) not in self._values:
            self._values[id(node)] = self._declared(function.name, node, values, options, unsupported)
        return self._values[id(node)]

    def _declared(
        self, name: str, node: s.Call, values: dict[str, Value], options: tuple[Value, ...], unsupported: Refuse
    ) -> Value:
        default = values["defval"]
        given = self._override(node, values)
        if name == "input":
            name = _OF_DEFAULT.get(default.kind, "") if isinstance(default, Const) else "input.source"
        if name == "input.color" or (not name and default.kind is Kind.COLOR):
            return default if given is None else Const(color_number(str(given)), Kind.COLOR)
        if name == "input.source":
            return self._source(node, default, values, given, unsupported)
        if not isinstance(default, Const):
            return self._follows(default, given)
        if name == "input.enum":
            return self._enum(node, default, values, options, given, unsupported)
        if name in _TEXTS:
            words = tuple(item for item in options if isinstance(item, Const)) or (default,)
            return self._word(node, default, values, words, [str(word.value) for word in words], given)
        kind, pine_kind = _KINDS[name]
        legal = tuple(float(item.value) for item in options if isinstance(item, Const))
        value = float(default.value) if given is None else _as_number(given, unsupported)
        index = len(self.found)
        self._add(node, values, kind, value, legal)
        return self._node(index, pine_kind)

    def _override(self, node: s.Call, values: dict[str, Value]) -> object | None:
        """The value that stands for the default of the source."""
        title = values.get("title")
        for key in (self.names.get(id(node)), title.value if isinstance(title, Const) else None):
            if isinstance(key, str) and key in self.overrides:
                return self.overrides[key]
        return None

    def _follows(self, default: Value, given: object | None) -> Value:
        """An input whose default the source does not know, such as another input or a date in the zone of the chart:
        its value is the default, unless another one is compiled in."""
        if given is None:
            return default
        kind = default.kind
        if kind is Kind.STRING:
            return Const(str(given), kind)
        return Const(bool(given), kind) if kind is Kind.BOOL else Const(float(str(given)), kind)

    def at_least(self, node: Node, least: float) -> None:
        """Notes that the script stops where an input, given by its node, is below ``least``."""
        place = node.args[0]
        assert isinstance(place, Const)
        known = self.found[int(place.value)]
        if not known.options and (known.minimum is None or known.minimum < least):
            self.found[int(place.value)] = replace(known, minimum=least)

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
        self, node: s.Call, default: Value, values: dict[str, Value], given: object | None, unsupported: Refuse
    ) -> Value:
        nodes = [self.graph.node("bar", (Const(name, Kind.STRING),), Kind.FLOAT) for name in SOURCES]
        if given is not None:
            if given not in SOURCES:
                raise unsupported(f"the source `{given}`: legal are {', '.join(SOURCES)}")
            default = nodes[SOURCES.index(str(given))]
        if default not in nodes:
            raise unsupported("`input.source()` whose default is not a price of the bar")
        index = len(self.found)
        place = next(k for k, source in enumerate(nodes) if source is default)
        self._add(node, values, InputKind.SOURCE, float(place), SOURCES)
        return self._chosen(index, list(nodes), Kind.FLOAT)

    def _enum(
        self,
        node: s.Call,
        default: Const,
        values: dict[str, Value],
        options: tuple[Value, ...],
        given: object | None,
        unsupported: Refuse,
    ) -> Value:
        """An input of an enum: its options are the titles of the members, as TradingView's dialog shows them."""
        enum = str(default.value).rpartition(".")[0]
        words = tuple(item for item in options if isinstance(item, Const))
        if not words:
            words = tuple(Const(f"{enum}.{member}", Kind.ENUM) for member in self.enums[enum])
        texts = [self.titles[str(word.value)] for word in words]
        if given is not None and given not in texts:
            members = [str(word.value).rpartition(".")[2] for word in words]
            if str(given).rpartition(".")[2] not in members:
                raise unsupported(f"`{given}` for an input of {enum}: legal are {', '.join(texts)}")
            given = texts[members.index(str(given).rpartition(".")[2])]
        return self._word(node, default, values, words, texts, given)

    def _word(
        self,
        node: s.Call,
        default: Const,
        values: dict[str, Value],
        words: tuple[Const, ...],
        texts: list[str],
        given: object | None,
    ) -> Value:
        """A word among others; one that is not among them is compiled in and is the only one, several of them stand
        behind the default of the source."""
        if isinstance(given, tuple):
            texts = list(dict.fromkeys([str(default.value), *map(str, given)]))
            words, given = tuple(Const(text, default.kind) for text in texts), None
        place = next((k for k, word in enumerate(words) if word.value == default.value), 0)
        if given is not None and str(given) in texts:
            place = texts.index(str(given))
        elif given is not None:
            words, texts, place = (Const(str(given), default.kind),), [str(given)], 0
        index = len(self.found)
        self._add(node, values, InputKind.STRING, float(place), tuple(texts))
        return self._chosen(index, list(words), default.kind)

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


def _as_number(given: object, unsupported: Refuse) -> float:
    if isinstance(given, bool | int | float):
        return float(given)
    words = {"true": 1.0, "false": 0.0}
    try:
        return words[str(given).lower()] if str(given).lower() in words else float(str(given))
    except ValueError:
        raise unsupported(f"`{given}` for an input that is a number") from None
