"""Which variables may stand for the same object, and what changes objects: for the slicing.

Names are told apart by the function that declares them. Two names are of one class where a reference can get from one
to the other: by assignment, through a function's parameters and result, into a collection or a field and out again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.builtins import functions
from pinewright.pine.compiler.frames import declared_names, own_names
from pinewright.pine.types import Kind, Type
from pinewright.pine.walking import bare, walk

Key = tuple[int, str]
"""A name and the id of the function that declares it, 0 for the script."""
_RESULT: Final = "=>"
_PLAIN: Final = frozenset({Kind.INT, Kind.FLOAT, Kind.BOOL, Kind.STRING, Kind.COLOR, Kind.ENUM, Kind.NA, Kind.VOID})
_COLLECTIONS: Final = frozenset({"array", "map", "matrix"})
MUTATORS: Final = frozenset(
    "set push pop shift unshift insert remove clear fill concat reverse sort put put_all add_row add_col remove_row "
    "remove_col swap_rows swap_columns reshape delete merge_cells cell".split()
)
"""Names of built-in methods that change their object; those that begin with set_ or cell_ do too."""


def is_mutator(name: str) -> bool:
    """Whether a built-in method of this name changes its object."""
    return name in MUTATORS or name.startswith(("set_", "cell_"))


class Aliases:
    """The names of one script, in classes; ``types`` are those that the check found, by the id of the expression.

    In a function without written types they are those of the call that was checked last, and are not asked.
    """

    def __init__(self, script: s.Script, types: Mapping[int, Type]):
        self.types = types
        declared = [node for node in script.statements if isinstance(node, s.FunctionDeclaration)]
        self.functions: dict[str, list[s.FunctionDeclaration]] = {}
        for node in declared:
            self.functions.setdefault(node.name, []).append(node)
        self.own: dict[int, frozenset[str]] = {0: frozenset()}
        self._vague: set[int] = set()
        self._records = {node.name for node in script.statements if isinstance(node, s.TypeDeclaration)}
        self._imports = {node.name for node in script.statements if isinstance(node, s.Import)}
        self._above: dict[Key, Key] = {}
        self._globals = declared_names(
            statement for statement in script.statements if not isinstance(statement, s.FunctionDeclaration)
        )
        for node in declared:
            self.own[id(node)] = own_names(node)
            if any(parameter.type is None for parameter in node.parameters):
                self._vague.add(id(node))
        for statement in script.statements:
            if not isinstance(statement, s.FunctionDeclaration):
                self._read(statement, 0)
        for node in declared:
            self._read(node.body, id(node))
            self._join([(id(node), _RESULT), *self.roots(_tail(node.body), id(node))])

    def key(self, name: str, owner: int) -> Key:
        """The variable of this name as a function sees it."""
        return (owner, name) if name in self.own[owner] else (0, name)

    def representative(self, key: Key) -> Key:
        """One name for the whole class."""
        while key in self._above:
            key = self._above[key]
        return key

    def called(self, node: s.Call) -> list[s.FunctionDeclaration]:
        """The functions of the script that a call may mean."""
        function = node.function
        if isinstance(function, s.Member):
            return [one for one in self.functions.get(function.name, ()) if one.method]
        return self.functions.get(function.name, []) if isinstance(function, s.Name) else []

    def roots(self, node: s.Node | None, owner: int) -> list[Key]:
        """The variables from which a reference that the value is, or holds, can come."""
        if node is None:
            return []
        if isinstance(node, s.Expression):
            node = bare(node)
            if not self._may_refer(node, owner):
                return []
        match node:
            case s.Name(name=name):
                # A variable of Pine, such as `high`, refers to nothing.
                return [self.key(name, owner)] if name in self.own[owner] or name in self._globals else []
            case s.Member(value=value) | s.Index(value=value):
                return self.roots(value, owner)
            case s.Call():
                return self._roots_of_call(node, owner)
            case s.Ternary(then=then, otherwise=otherwise):
                return [*self.roots(then, owner), *self.roots(otherwise, owner)]
            case s.Tuple(items=items):
                return [key for item in items for key in self.roots(item, owner)]
            case s.If() | s.Switch() | s.For() | s.ForIn() | s.While():
                return [key for tail in _tails(node) for key in self.roots(tail, owner)]
        return []

    def _roots_of_call(self, node: s.Call, owner: int) -> list[Key]:
        found: list[Key] = [(id(one), _RESULT) for one in self.called(node)]
        if found and isinstance(node.function, s.Name):
            return found
        return [*found, *(key for value in self.arguments(node) for key in self.roots(value, owner))]

    def _may_refer(self, node: s.Expression, owner: int) -> bool:
        """Whether a value may be a reference; in a function without types anything may be one."""
        if isinstance(node, s.Literal | s.Binary | s.Unary):
            return False
        if isinstance(node, s.Tuple | s.If | s.Switch | s.For | s.ForIn | s.While) or owner in self._vague:
            return True
        known = self.types.get(id(node))
        return known is None or known.kind not in _PLAIN

    # Where references go ---------------------------------------------------------------------------------------------

    def _join(self, keys: Iterable[Key]) -> None:
        found = [self.representative(key) for key in keys]
        for one in found[1:]:
            first, other = self.representative(found[0]), self.representative(one)
            if first != other:
                self._above[other] = first

    def _read(self, tree: s.Node, owner: int) -> None:
        for node in walk(tree):
            match node:
                case s.Declaration(name=name, value=value):
                    self._join([self.key(name, owner), *self.roots(value, owner)])
                case s.TupleDeclaration(names=names, value=value):
                    roots = self.roots(value, owner)
                    if roots:
                        self._join([*roots, *(self.key(name, owner) for name in names)])
                case s.Reassignment(target=target, value=value):
                    self._join([*self.roots_of_target(target, owner), *self.roots(value, owner)])
                case s.ForIn(names=names, iterable=iterable):
                    self._join([*self.roots(iterable, owner), *(self.key(name, owner) for name in names)])
                case s.Call():
                    self._read_call(node, owner)

    def roots_of_target(self, target: s.Expression, owner: int) -> list[Key]:
        """The variable that is assigned to, or whose object is changed."""
        inner = bare(target)
        while isinstance(inner, s.Member | s.Index):
            inner = bare(inner.value)
        if isinstance(inner, s.Name):
            return [self.key(inner.name, owner)]
        return self.roots(inner, owner)

    def _read_call(self, node: s.Call, owner: int) -> None:
        called = self.called(node)
        named = {argument.name: argument.value for argument in node.arguments if argument.name is not None}
        positional = [value for value in self.arguments(node) if not any(value is one for one in named.values())]
        for function in called:
            names = [parameter.name for parameter in function.parameters]
            for name, value in {**dict(zip(names, positional, strict=False)), **named}.items():
                roots = self.roots(value, owner)
                if roots:
                    self._join([(id(function), name), *roots])
        if not called or isinstance(node.function, s.Member):
            self._join([key for value in self.arguments(node) for key in self.roots(value, owner)])

    def changed(self, node: s.Node, owner: int) -> list[Key]:
        """The variables whose object a node changes itself."""
        if isinstance(node, s.Reassignment) and not isinstance(node.target, s.Name):
            return self.roots_of_target(node.target, owner)
        if not isinstance(node, s.Call) or not isinstance(node.function, s.Member):
            return []
        if (dotted_name(node.function) or "").partition(".")[0] in self._imports:
            return [key for value in self.arguments(node) for key in self.roots(value, owner)]
        if not is_mutator(node.function.name):
            return []
        named = [argument.value for argument in node.arguments if argument.name in ("id", "table_id")]
        given = [*named, *self.arguments(node)]
        return self.roots_of_target(given[0], owner) if given else []

    def _is_type(self, node: s.Expression) -> bool:
        return isinstance(node, s.Name) and node.name in self._records

    def arguments(self, node: s.Call) -> Iterator[s.Expression]:
        """The values that a call is given, that before the dot of a method first."""
        function = node.function
        if isinstance(function, s.Member) and not _is_namespace(function) and not self._is_type(function.value):
            yield function.value
        for argument in node.arguments:
            yield argument.value


def _is_namespace(function: s.Member) -> bool:
    """Whether the whole name is that of a built-in function: what stands before the dot is then no value."""
    return functions().find(dotted_name(function) or "") is not None


def _tail(block: s.Block) -> s.Node | None:
    """Where the value of a block stands."""
    if not block.statements:
        return None
    last = block.statements[-1]
    if isinstance(last, s.ExpressionStatement | s.Declaration | s.Reassignment | s.TupleDeclaration):
        return last.value
    return None


def _tails(node: s.Node) -> Iterator[s.Node]:
    """Where the values of a structure stand."""
    match node:
        case s.If(then=then, otherwise=otherwise):
            blocks = [then] if otherwise is None else [then, otherwise]
        case s.Switch(cases=cases):
            blocks = [case.body for case in cases]
        case s.For(body=body) | s.ForIn(body=body) | s.While(body=body):
            blocks = [body]
        case _:
            blocks = []
    for block in blocks:
        found = _tail(block)
        if found is not None:
            yield found
