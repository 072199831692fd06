"""Which calls remember or change something: skipping one of them on a bar changes what comes later."""

from __future__ import annotations

from functools import cached_property
from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.migrate.old_names import FUNCTIONS_4
from pinewright.pine.migrate.stage import Stage
from pinewright.pine.migrate.tree import dotted
from pinewright.pine.walking import bare, children, walk

_REMEMBERS: Final = frozenset(["math.sum", "math.random", "fixnan"])
_HOLDERS: Final = frozenset("array map matrix line label box table polyline linefill chart log".split())
_CHANGES: Final = frozenset(
    "new push pop shift unshift insert remove set put put_all clear fill sort reverse concat delete add_row add_col "
    "remove_row remove_col swap_rows swap_columns info warning error".split()
)
_STORED: Final = frozenset(
    "open high low close volume hl2 hlc3 ohlc4 hlcc4 time time_close bar_index year month dayofmonth dayofweek hour "
    "minute second".split()
)


class State:
    """The calls with state of one script."""

    def __init__(self, stage: Stage):
        self.stage = stage

    @cached_property
    def imported(self) -> frozenset[str]:
        """Names of imported libraries, whose functions nobody here knows."""
        return frozenset(node.name for node in self.stage.tree.statements if isinstance(node, s.Import))

    @cached_property
    def functions(self) -> frozenset[str]:
        """The script's functions and methods that have state, by what they hold and by what they call."""
        bodies = {
            name: [node for item in items for node in walk(item.body)]
            for name, items in self.stage.names.functions.items()
        }
        found: set[str] = set()
        while True:
            more = {
                name for name, nodes in bodies.items() if name not in found and any(self._has(n, found) for n in nodes)
            }
            if not more:
                return frozenset(found)
            found |= more

    def _has(self, node: s.Node, found: set[str]) -> bool:
        if isinstance(node, s.Declaration):
            return node.mode is not None
        if isinstance(node, s.Index):
            return not (isinstance(node.value, s.Name) and node.value.name in _STORED)
        return isinstance(node, s.Call) and (self._builtin_has(node) or self._called(node) in found)

    def _called(self, call: s.Call) -> str:
        """The script's own function or method that a call may mean."""
        if isinstance(call.function, s.Member):
            return call.function.name
        return call.function.name if isinstance(call.function, s.Name) else ""

    def _builtin_has(self, call: s.Call) -> bool:
        name = self.stage.builtin(call)
        if self.stage.version < 5:
            name = FUNCTIONS_4.get(name, name)
        head, _, rest = name.partition(".")
        if head in self.imported:
            return True
        return head == "ta" or name in _REMEMBERS or (head in _HOLDERS and rest in _CHANGES)

    def has(self, call: s.Call) -> bool:
        """Whether a call must run on every bar that it ran on before."""
        return self._builtin_has(call) or self._called(call) in self.functions

    def parts(self, node: s.Expression) -> list[s.Expression]:
        """The largest parts of a value that have state and are worked out whenever the value is."""
        if isinstance(node, s.Call) and self.has(node):
            return [node]
        if isinstance(node, s.Index) and not isinstance(bare(node.value), (s.Name, s.Member, s.Literal)):
            return [node]
        if isinstance(node, s.Ternary) and (self.parts(node.then) or self.parts(node.otherwise)):
            return [node]
        if isinstance(node, s.Ternary):
            return self.parts(node.condition)
        below = (child.value if isinstance(child, s.Argument) else child for child in children(node))
        return [part for child in below if isinstance(child, s.Expression) for part in self.parts(child)]

    def name_for(self, node: s.Expression) -> str:
        """A word for the value: the function that it calls."""
        node = bare(node)
        if isinstance(node, s.Call):
            name = dotted(node.function).rpartition(".")[2] if dotted(node.function) else ""
            return name or "value"
        return self.name_for(node.value) if isinstance(node, s.Index) else "value"
