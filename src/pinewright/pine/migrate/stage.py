"""A script on its way: its text now, the tree of that text, what its names and values are, and the draft of changes."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property

from pinewright.pine import syntax as s
from pinewright.pine.checker import CheckedScript, check
from pinewright.pine.draft import Draft, Edits
from pinewright.pine.migrate.scopes import Names, names_of
from pinewright.pine.migrate.tree import parents_of, text_of, words_of
from pinewright.pine.parser import parse
from pinewright.pine.types import UNKNOWN, Kind, Type
from pinewright.pine.walking import walk


class Stage:
    """One round over a text in ``version``. Everything is worked out when it is first asked for."""

    def __init__(self, source: str, version: int, first: int):
        self.source = source
        self.version = version
        self.first = first
        """The version that the script came in."""
        self.draft = Draft(source)

    @cached_property
    def checked(self) -> CheckedScript:
        """The script and its findings; of use from v5 on."""
        return check(self.source, warn=False)

    @cached_property
    def tree(self) -> s.Script:
        """The tree; from v5 on that of ``checked``, whose types are keyed by its nodes."""
        return self.checked.tree if self.version >= 5 else parse(self.source)[0]

    @cached_property
    def nodes(self) -> list[s.Node]:
        """All nodes, heads first."""
        return list(walk(self.tree))

    @cached_property
    def calls(self) -> list[s.Call]:
        """All calls, outer ones first."""
        return [node for node in self.nodes if isinstance(node, s.Call)]

    @cached_property
    def names(self) -> Names:
        """Which names are the script's own."""
        return names_of(self.tree, self.version)

    @cached_property
    def parents(self) -> dict[int, s.Node]:
        """The node above each node."""
        return parents_of(self.tree)

    @cached_property
    def taken(self) -> set[str]:
        """Every word of the script."""
        return words_of(self.source)

    def text(self, node: s.Node) -> str:
        """The text of a node, as it stands now."""
        return text_of(self.source, node)

    def type(self, node: s.Expression) -> Type:
        """The type that the checker found; UNKNOWN for what it did not reach."""
        return self.checked.types.get(id(node), UNKNOWN)

    def is_bool(self, node: s.Expression) -> bool:
        """Whether a value is known to be a bool."""
        return self.type(node).kind is Kind.BOOL

    def is_number(self, node: s.Expression) -> bool:
        """Whether a value is known to be an int or a float."""
        return self.type(node).kind in (Kind.INT, Kind.FLOAT)

    def builtin(self, call: s.Call) -> str:
        """The full name of the built-in function that a call means; nothing for a function of the script's own."""
        if id(call) in self.names.calls:
            return ""
        name = self.checked.calls.get(id(call)) if self.version >= 5 else None
        if name is not None:
            return name
        function, parts = call.function, []
        while isinstance(function, s.Member):
            parts.append(function.name)
            function = function.value
        if not isinstance(function, s.Name) or (parts and id(function) in self.names.variables):
            return ""
        return ".".join([function.name, *reversed(parts)])

    def change(self, code: str, message: str, node: s.Node, edits: Edits) -> bool:
        """Take a change; see ``Draft.change``."""
        return self.draft.change(code, message, node.span, edits)

    def refuse(self, code: str, message: str, node: s.Node, hint: str) -> None:
        """Note what cannot be carried over."""
        self.draft.refuse(code, message, node.span, hint)


Rule = Callable[[Stage], None]
"""Reads a stage and puts changes into its draft. Run again on the changed text it finds nothing more to do."""
