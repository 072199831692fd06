"""v5 to v6: a bool that the script asks for na becomes an int of three values: 1, 0 and na."""

from __future__ import annotations

from dataclasses import dataclass, field

from pinewright.pine import syntax as s
from pinewright.pine.draft import Edits
from pinewright.pine.migrate.stage import Stage
from pinewright.pine.migrate.tree import bound, is_na, leaves, part
from pinewright.pine.types import Kind

ASKS = frozenset(["na", "nz", "fixnan"])


@dataclass(frozen=True)
class _Holder:
    """A variable by its name, or a field by that of its type and its own."""

    name: str
    type: str = ""


@dataclass
class _Places:
    """Where a holder is declared and written, and every place that reads it."""

    declared: list[s.Declaration | s.Field] = field(default_factory=list)
    written: list[s.Expression] = field(default_factory=list)
    read: list[s.Expression] = field(default_factory=list)


def keep_three_values(stage: Stage) -> None:
    """Turn bools that are na at times, and are asked for it by ``na()`` or ``nz()``, into ints."""
    asked: dict[_Holder, s.Call] = {}
    for call in stage.calls:
        if stage.builtin(call) in ASKS and call.arguments and stage.is_bool(call.arguments[0].value):
            holder = _holder(stage, _inside(call.arguments[0].value))
            if holder is not None and _is_na_at_times(stage, holder):
                asked.setdefault(holder, call)
    for holder, call in asked.items():
        places = _places(stage, holder)
        edits = _edits(stage, places) if places is not None else None
        if edits is not None:
            message = f"`{holder.name}` is an int now, with 1, 0 and na: a bool has two values in v6"
            stage.change("PW712", message, call, edits)


def _inside(node: s.Expression) -> s.Expression:
    """The value below parentheses and histories."""
    while isinstance(node, (s.Parenthesis, s.Index)):
        node = node.value
    return node


def _holder(stage: Stage, node: s.Expression) -> _Holder | None:
    if isinstance(node, s.Name) and id(node) in stage.names.variables:
        return _Holder(node.name)
    if isinstance(node, s.Member) and stage.type(node.value).kind is Kind.UDT:
        return _Holder(node.name, stage.type(node.value).name)
    return None


def _fields(stage: Stage, holder: _Holder) -> list[s.Field]:
    kinds = [node for node in stage.tree.statements if isinstance(node, s.TypeDeclaration) and node.name == holder.type]
    return [item for node in kinds for item in node.fields if item.name == holder.name]


def _is_na_at_times(stage: Stage, holder: _Holder) -> bool:
    """Whether the script gives na to a holder itself."""
    if holder.type:
        return any(item.default is None or is_na(item.default) for item in _fields(stage, holder))
    declared = stage.names.declarations.get(holder.name, [])
    values = [item.value for item in declared if isinstance(item, s.Declaration)]
    values += [item.value for item in stage.names.assigned.get(holder.name, [])]
    return any(is_na(leaf) for value in values for leaf in leaves(value))


def _places(stage: Stage, holder: _Holder) -> _Places | None:
    """All places of a holder; None where some are not known to be all."""
    found = _Places()
    if holder.type:
        found.declared += _fields(stage, holder)
    else:
        for node in stage.names.declarations.get(holder.name, []):
            if not isinstance(node, s.Declaration):
                return None
            found.declared.append(node)
            found.written.append(node.value)
    targets = set()
    for node in stage.nodes:
        if isinstance(node, s.Reassignment) and _is(stage, node.target, holder):
            if node.operator != ":=":
                return None
            targets.add(id(node.target))
            found.written.append(node.value)
        elif isinstance(node, s.Call) and holder.type:
            found.written += _constructed(stage, node, holder)
        elif isinstance(node, (s.Name, s.Member)) and id(node) not in targets and _is(stage, node, holder):
            found.read.append(node)
        elif _may_be(stage, node, holder):
            return None
    return found if found.declared else None


def _may_be(stage: Stage, node: s.Node, holder: _Holder) -> bool:
    """Whether a member may be the field, though nobody knows of what it is a member."""
    if not holder.type or not isinstance(node, s.Member) or node.name != holder.name:
        return False
    return stage.type(node.value).kind is Kind.UNKNOWN and not isinstance(node.value, s.Name)


def _is(stage: Stage, node: s.Expression, holder: _Holder) -> bool:
    return _holder(stage, node) == holder


def _constructed(stage: Stage, call: s.Call, holder: _Holder) -> list[s.Expression]:
    """What ``Type.new()`` gives to the field."""
    made = call.function
    if not isinstance(made, s.Member) or made.name != "new" or not isinstance(made.value, s.Name):
        return []
    if made.value.name != holder.type:
        return []
    kinds = [node for node in stage.tree.statements if isinstance(node, s.TypeDeclaration) and node.name == holder.type]
    order = tuple(item.name for node in kinds for item in node.fields)
    item = bound(call, order).get(holder.name)
    return [item.value] if item is not None else []


def _edits(stage: Stage, places: _Places) -> Edits | None:
    """The edits of all places; None where one of them cannot be told na from false otherwise."""
    edits = Edits()
    plain: set[int] = set()
    for declared in places.declared:
        if declared.type is not None:
            span = declared.type.span
            edits.replace(part(span, span.end - len("bool"), span.end), "int")
    for value in places.written:
        _count(stage, edits, value, places, plain)
    for node in places.read:
        if id(node) in plain:
            continue
        whole = _whole(stage, node)
        parent = stage.parents.get(id(whole))
        call = stage.parents.get(id(parent)) if isinstance(parent, s.Argument) else None
        if isinstance(call, s.Call) and stage.builtin(call) in ASKS and call.arguments[0] is parent:
            if stage.builtin(call) != "na" and id(call) not in plain:
                if len(call.arguments) > 1:
                    _count(stage, edits, call.arguments[1].value, places, plain)
                edits.wrap(call.span, "bool(", ")")
        elif isinstance(parent, s.Binary) and parent.operator in ("==", "!="):
            return None
        else:
            edits.wrap(whole.span, "bool(", ")")
    return edits


def _whole(stage: Stage, node: s.Expression) -> s.Expression:
    """A value with its histories: ``x[1]`` of ``x``."""
    while True:
        parent = stage.parents.get(id(node))
        if not isinstance(parent, s.Index) or parent.value is not node:
            return node
        node = parent


def _count(stage: Stage, edits: Edits, value: s.Expression, places: _Places, plain: set[int]) -> None:
    """Write a bool as 1, 0 or na; what is read of the holder itself stays as it is."""
    own = {id(node) for node in places.read}
    for leaf in leaves(value):
        inner = _inside(leaf)
        if isinstance(leaf, s.Literal) and leaf.kind is s.LiteralKind.BOOL:
            edits.replace(leaf.span, "1" if leaf.value else "0")
        elif id(inner) in own:
            plain.add(id(inner))
        elif isinstance(leaf, s.Call) and stage.builtin(leaf) in ASKS - {"na"} and leaf.arguments:
            first = _inside(leaf.arguments[0].value)
            if id(first) in own:
                plain |= {id(first), id(leaf)}
                for item in leaf.arguments[1:]:
                    _count(stage, edits, item.value, places, plain)
            else:
                edits.wrap(leaf.span, "(", " ? 1 : 0)")
        elif not is_na(leaf):
            edits.wrap(leaf.span, "(", " ? 1 : 0)")
