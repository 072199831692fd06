"""v5 to v6: numbers are no longer bools, and a bool is never na."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.builtins import functions
from pinewright.pine.draft import Edits
from pinewright.pine.migrate.stage import Stage
from pinewright.pine.migrate.tree import is_na, leaves, part
from pinewright.pine.types import Kind
from pinewright.pine.walking import bare

_LOGIC: Final = ("and", "or")
_COMPARES: Final = frozenset(["==", "!=", "<", "<=", ">", ">="])
_NEVER: Final = "false"


def cast_numbers(stage: Stage) -> None:
    """Write ``bool(x)`` where a number stands for a bool, and ``false`` where na does."""
    seen: set[int] = set()
    for value in _asked(stage):
        for leaf in leaves(value):
            if id(leaf) in seen:
                continue
            seen.add(id(leaf))
            if is_na(leaf):
                _no_na(stage, leaf)
            elif stage.is_number(leaf):
                _cast(stage, leaf)


def _cast(stage: Stage, leaf: s.Expression) -> None:
    if isinstance(leaf, s.Literal) and leaf.kind in (s.LiteralKind.INT, s.LiteralKind.FLOAT):
        word = "true" if leaf.value else "false"
        stage.change("PW710", f"`{leaf.text}` as a bool is `{word}`", leaf, Edits().replace(leaf.span, word))
        return
    edits = Edits().wrap(leaf.span, "bool(", ")")
    stage.change("PW710", "a number as a bool became `bool()`: na and 0 are false, as before", leaf, edits)


def _no_na(stage: Stage, leaf: s.Expression) -> None:
    message = "a bool has no na in v6: `false`, which `na()` no longer tells from other false values"
    stage.change("PW711", message, leaf, Edits().replace(leaf.span, "false"))


def _asked(stage: Stage) -> Iterator[s.Expression]:
    """Every value that must be a bool in v6."""
    for node in stage.nodes:
        if isinstance(node, (s.If, s.While, s.Ternary)):
            yield node.condition
        if isinstance(node, s.Unary) and node.operator == "not":
            yield node.operand
        elif isinstance(node, s.Binary) and node.operator in _LOGIC:
            yield from (node.left, node.right)
        elif isinstance(node, s.Binary) and node.operator in ("==", "!="):
            yield from _compared_with_bool(stage, node)
        elif isinstance(node, s.Switch) and node.subject is None:
            yield from (case.condition for case in node.cases if case.condition is not None)
        elif isinstance(node, s.Call):
            yield from _bool_arguments(stage, node)
        elif isinstance(node, (s.Declaration, s.Reassignment)):
            if _is_bool_variable(stage, node):
                yield node.value
        elif isinstance(node, (s.Parameter, s.Field)) and node.default is not None and _is_bool_type(node.type):
            yield node.default
        if isinstance(node, (s.Ternary, s.If, s.Switch)) and stage.is_bool(node):
            yield node


def _compared_with_bool(stage: Stage, node: s.Binary) -> Iterator[s.Expression]:
    """The number that a bool is compared with."""
    for one, other in ((node.left, node.right), (node.right, node.left)):
        if stage.is_bool(one) and stage.is_number(other):
            yield other


def _is_bool_variable(stage: Stage, node: s.Declaration | s.Reassignment) -> bool:
    if isinstance(node, s.Reassignment):
        return node.operator == ":=" and stage.is_bool(node.target)
    return _is_bool_type(node.type)


def _is_bool_type(node: s.TypeName | None) -> bool:
    return node is not None and node.name == "bool" and not node.arguments


def _bool_arguments(stage: Stage, call: s.Call) -> Iterator[s.Expression]:
    """Arguments for parameters that are bool and nothing else."""
    if id(call) in stage.checked.calls:
        yield from _builtin_bools(stage, call)
        return
    if _makes_object(stage, call):
        yield from _field_bools(stage, call)
        return
    called = call.function.name if isinstance(call.function, (s.Name, s.Member)) else ""
    own = stage.names.functions.get(called, [])
    for place, item in enumerate(call.arguments):
        # Of overloads it is not known which one is meant: all of them must ask for a bool.
        if own and all(_asks_bool(declaration, call, place, item) for declaration in own):
            yield item.value


def _asks_bool(declaration: s.FunctionDeclaration, call: s.Call, place: int, item: s.Argument) -> bool:
    """Whether a function of the script's own takes an argument as a bool."""
    skip = int(declaration.method and isinstance(call.function, s.Member))
    order = declaration.parameters[skip:]
    asked = [one for one in declaration.parameters if one.name == item.name] if item.name else order[place : place + 1]
    return any(one.type is not None and one.type.name == "bool" for one in asked)


def _makes_object(stage: Stage, call: s.Call) -> bool:
    """Whether a call is ``Type.new()``: a library may have a function ``new`` of its own beside it."""
    made = call.function
    if not isinstance(made, s.Member) or made.name != "new" or not isinstance(made.value, s.Name):
        return False
    name = made.value.name
    return any(isinstance(node, s.TypeDeclaration) and node.name == name for node in stage.tree.statements)


def _builtin_bools(stage: Stage, call: s.Call) -> Iterator[s.Expression]:
    name = stage.checked.calls[id(call)]
    function = functions(5).find(name)
    if function is None:
        return
    # A method's first parameter stands before the dot.
    skip = int(isinstance(call.function, s.Member) and stage.text(call.function) != name)
    orders = [[*overload.parameters[skip:]] for overload in function.overloads]
    for place, item in enumerate(call.arguments):
        found = []
        for order in orders:
            named = [parameter for parameter in order if parameter.name == item.name]
            found += [parameter.type.kind for parameter in (named if item.name else order[place : place + 1])]
        of_bools = name == "array.new" and [item.name for item in call.template] == ["bool"]
        if (name == "array.new_bool" or of_bools) and (place == 1 or item.name == "initial_value"):
            found = [Kind.BOOL]
        if found and all(kind is Kind.BOOL for kind in found):
            yield item.value


def _field_bools(stage: Stage, call: s.Call) -> Iterator[s.Expression]:
    """Arguments of ``Type.new()`` for fields that are bool."""
    made = call.function.value if isinstance(call.function, s.Member) else None
    for node in stage.tree.statements:
        if isinstance(node, s.TypeDeclaration) and isinstance(made, s.Name) and node.name == made.name:
            order = [field.name for field in node.fields]
            bools = {field.name for field in node.fields if field.type.name == "bool"}
            for place, item in enumerate(call.arguments):
                if (item.name or (order[place] if place < len(order) else "")) in bools:
                    yield item.value


def drop_na_tests(stage: Stage) -> None:
    """``na()``, ``nz()`` and ``fixnan()`` of a bool, which v6 refuses."""
    for call in stage.calls:
        name, given = stage.builtin(call), call.arguments
        if name not in ("na", "nz", "fixnan") or not given or not stage.is_bool(given[0].value):
            continue
        value, asked = given[0].value, _when_na(stage, given[0].value)
        if name == "nz" and (len(given) == 1 or _is_false(given[1].value)):
            edits = Edits().replace(part(call.span, call.span.start, value.span.start), "(")
            edits.replace(part(call.span, value.span.end, call.span.end), ")")
            stage.change("PW712", "`nz()` of a bool is gone: what was na is false in v6", call, edits)
            continue
        if asked is None or (name == "fixnan" and asked != _NEVER):
            hint = "keep what is not known yet in an int, such as -1, 0 and 1"
            stage.refuse("PW791", f"`{name}()` of a bool: v6 has no na of it to be told from false", call, hint)
            continue
        text = _NEVER if asked == _NEVER else f"({asked})"
        if name != "na":
            text = f"({stage.text(value)})"
            if name == "nz" and asked != _NEVER:
                text = f"({asked} ? {stage.text(given[1].value)} : {stage.text(value)})"
        stage.change("PW712", f"`{name}()` of a bool became `{text}`", call, Edits().replace(call.span, text))


def _when_na(stage: Stage, node: s.Expression) -> str | None:
    """A condition that tells when a value was na in v5; None where no text tells it.

    Of a comparison: when one of its sides was. Public scripts of v4 and v5 count on that.
    """
    node = bare(node)
    if isinstance(node, s.Binary) and node.operator in _COMPARES:
        sides = [_when_na(stage, side) for side in (node.left, node.right)]
        if None in sides:
            return None
        return " or ".join(side for side in sides if side and side != _NEVER) or _NEVER
    if isinstance(node, (s.Literal, s.Binary, s.Unary)) and stage.is_bool(node):
        return _NEVER
    if stage.is_bool(node):
        back = _steps_back(node)
        if isinstance(node, s.Call) and _known_bool(stage, node):
            return _NEVER
        if back is None or _may_be_na(stage, node):
            return None
        return f"bar_index < {back}" if back else _NEVER
    return _NEVER if isinstance(node, s.Literal) else f"na({stage.text(node)})"


def _is_false(node: s.Expression) -> bool:
    node = bare(node)
    return isinstance(node, s.Literal) and node.value is False


def _steps_back(node: s.Expression) -> int | None:
    """How far back a value looks: 0 for a variable; None where that is not written."""
    node = bare(node)
    if isinstance(node, s.Index):
        offset, inner = bare(node.offset), _steps_back(node.value)
        known = isinstance(offset, s.Literal) and isinstance(offset.value, int) and inner is not None
        return inner + int(offset.value) if known and inner is not None and isinstance(offset, s.Literal) else None
    return 0 if isinstance(node, (s.Name, s.Binary, s.Unary)) else None


def _may_be_na(stage: Stage, node: s.Expression) -> bool:
    """Whether the script itself makes a variable na, or gets it from where that is not known."""
    node = bare(node)
    if isinstance(node, s.Index):
        return _may_be_na(stage, node.value)
    if not isinstance(node, s.Name):
        return False
    declarations = stage.names.declarations.get(node.name, [])
    values = [item.value for item in declarations if isinstance(item, s.Declaration)]
    values += [item.value for item in stage.names.assigned.get(node.name, [])]
    if len(values) < len(declarations) or not values:
        return True
    found = [leaf for value in values for leaf in leaves(value)]
    # What a round before this one made of na does not count as a comparison, so na tests are judged first.
    return any(is_na(leaf) or (isinstance(leaf, (s.Call, s.Name)) and not _known_bool(stage, leaf)) for leaf in found)


def _known_bool(stage: Stage, leaf: s.Expression) -> bool:
    if isinstance(leaf, s.Call):
        return stage.builtin(leaf).startswith("ta.") or stage.builtin(leaf) in ("na", "input.bool")
    return isinstance(leaf, s.Name) and not _may_be_na(stage, leaf)
