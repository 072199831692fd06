"""What v5 still finds in a script that came from v4 or older, mended where only one thing can be meant."""

from __future__ import annotations

from pinewright.pine import syntax as s
from pinewright.pine.draft import Edits
from pinewright.pine.migrate.stage import Stage
from pinewright.pine.migrate.tree import is_na, leaves, part
from pinewright.pine.types import UNKNOWN, Kind, Qualifier, Type, common
from pinewright.pine.walking import bare

_WRITTEN = frozenset([Kind.INT, Kind.FLOAT, Kind.BOOL, Kind.STRING, Kind.COLOR, Kind.OBJECT])


def type_variables(stage: Stage) -> None:
    """Give ``x = na``, and an int that takes floats later, the type that its later values have.

    What hangs on another such variable waits for the next round; what nothing tells becomes a bool or a float.
    """
    unknown: list[s.Declaration] = []
    found = False
    lines = {item.span.line for item in stage.checked.diagnostics if item.code == "PW304"}
    wrong = {name for name, items in stage.names.assigned.items() if any(item.span.line in lines for item in items)}
    for name, declarations in stage.names.declarations.items():
        for node in declarations:
            if not isinstance(node, s.Declaration) or node.type is not None:
                continue
            later = _later_type(stage, name)
            if is_na(node.value) or stage.type(node.value).kind is Kind.NA:
                if later.kind in _WRITTEN:
                    found = _write_type(stage, node, later.plain) or found
                else:
                    unknown.append(node)
            elif name in wrong and stage.type(node.value).kind is Kind.INT and later.kind is Kind.FLOAT:
                found = _write_type(stage, node, "float") or found
    if found:
        stage.draft.postponed |= bool(unknown)
        return
    for node in unknown:
        _write_type(stage, node, _by_use(stage, node.name) or "float")


def _write_type(stage: Stage, node: s.Declaration, text: str) -> bool:
    edits = Edits().before(node.name_span, f"{text} ")
    return stage.draft.change("PW729", f"`{node.name}` got its type, {text}", node.name_span, edits)


def _later_type(stage: Stage, name: str) -> Type:
    """What the values that a variable is given have in common."""
    found: Type | None = None
    for item in stage.names.assigned.get(name, []):
        for leaf in leaves(item.value):
            kind = stage.type(leaf)
            if kind.kind not in (Kind.NA, Kind.UNKNOWN):
                found = kind if found is None else common(found, kind) or found
    return found or UNKNOWN


def _by_use(stage: Stage, name: str) -> str | None:
    """bool for a name that stands as a condition."""
    for node in stage.nodes:
        if not isinstance(node, s.Name) or node.name != name:
            continue
        parent = stage.parents.get(id(node))
        conditional = isinstance(parent, (s.If, s.Ternary, s.While)) and parent.condition is node
        logical = isinstance(parent, s.Binary) and parent.operator in ("and", "or")
        if conditional or logical or (isinstance(parent, s.Unary) and parent.operator == "not"):
            return "bool"
    return None


def numbers_of_bools(stage: Stage) -> None:
    """A bool where a number is asked, which old versions took: ``cond ? 1 : 0``."""
    wrong = {(item.span.start, item.span.end) for item in stage.checked.diagnostics if item.code in ("PW201", "PW301")}
    for node in stage.nodes:
        if not isinstance(node, s.Expression) or not stage.is_bool(bare(node)):
            continue
        parent = stage.parents.get(id(node))
        operand = isinstance(parent, s.Binary) and parent.operator in ("+", "-", "*", "/", "<", ">", "<=", ">=")
        place = (node.span.start, node.span.end)
        if not operand and not (isinstance(parent, s.Argument) and place in wrong):
            continue
        edits = Edits()
        if isinstance(node, s.Ternary):
            edits.wrap(node.span, "(", ")")
        edits.wrap(node.span, "(" if operand else "", " ? 1 : 0" + (")" if operand else ""))
        stage.change("PW753", "a bool as a number became `? 1 : 0`", node, edits)


def formula_of_rsi(stage: Stage) -> None:
    """``rsi(up, down)`` of v4 with a series as its second argument, as its formula."""
    for call in stage.calls:
        if stage.builtin(call) != "ta.rsi" or len(call.arguments) != 2:
            continue
        up, down = (item.value for item in call.arguments)
        kind = stage.type(down)
        if kind.kind is not Kind.FLOAT or kind.qualifier is not Qualifier.SERIES:
            continue
        text = f"(100 - 100 / (1 + {_operand(stage, up)} / {_operand(stage, down)}))"
        edits = Edits().replace(call.span, text)
        stage.change("PW725", "`rsi()` of two series became its formula", call, edits)


def _operand(stage: Stage, node: s.Expression) -> str:
    text = stage.text(node)
    return text if isinstance(node, (s.Name, s.Call, s.Index, s.Parenthesis, s.Literal, s.Member)) else f"({text})"


def drop_void_names(stage: Stage) -> None:
    """``x = plotcandle(...)``: a name for what gives nothing, where nothing reads it."""
    read = {node.name for node in stage.nodes if isinstance(node, s.Name)}
    for node in stage.nodes:
        if not isinstance(node, s.Declaration) or node.name in read or not isinstance(node.value, s.Call):
            continue
        if stage.type(node.value).kind is Kind.VOID:
            edits = Edits().replace(part(node.span, node.span.start, node.value.span.start), "")
            stage.change("PW754", f"`{node.name}` named what gives nothing", node, edits)
