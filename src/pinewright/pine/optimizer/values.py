"""What may be done with a value: shared with an equal one, computed earlier, or left out.

Only what is known here is touched; everything else is taken to have effects.
"""

from __future__ import annotations

from pinewright.pine import syntax as s
from pinewright.pine.binding import bind
from pinewright.pine.optimizer.closed import closed_function
from pinewright.pine.optimizer.facts import Facts, Symbol
from pinewright.pine.optimizer.tables import (
    CONVERSIONS,
    FROM_ZERO,
    LENGTH_INPUTS,
    MOVING_VARIABLES,
    NEW_ARRAYS,
    SAFE_TEXT,
    UNSAFE_TA,
    is_deterministic,
)
from pinewright.pine.types import Kind, Qualifier
from pinewright.pine.walking import bare

Form = tuple[object, ...]


def form(facts: Facts, node: s.Expression) -> Form | None:
    """What a value is made of: two values of one form are equal wherever both are computed with no assignment between.

    None for what has effects, may change within a bar, or is not known.
    """
    match node:
        case s.Parenthesis():
            return form(facts, node.value)
        case s.Literal():
            return ("literal", node.kind, node.value)
        case s.Name() | s.Member():
            return _named(facts, node)
        case s.Index():
            return _all("past", facts, node.value, node.offset)
        case s.Unary():
            return _all(node.operator, facts, node.operand)
        case s.Binary():
            return _spine(facts, node)
        case s.Ternary():
            return _all("?:", facts, node.condition, node.then, node.otherwise)
        case s.Tuple():
            return _all("tuple", facts, *node.items)
        case s.Call():
            return _call(facts, node)
    return None


def _all(word: str, facts: Facts, *parts: s.Expression) -> Form | None:
    forms = [form(facts, part) for part in parts]
    return None if None in forms else (word, *forms)


def _spine(facts: Facts, node: s.Binary) -> Form | None:
    """The form of a chain of operators, without a call for each link."""
    parts: list[s.Binary] = []
    inner: s.Expression = node
    while isinstance(inner, s.Binary):
        parts.append(inner)
        inner = inner.left
    made = form(facts, inner)
    for part in reversed(parts):
        right = form(facts, part.right)
        if made is None or right is None:
            return None
        made = (part.operator, made, right)
    return made


def _named(facts: Facts, node: s.Name | s.Member) -> Form | None:
    symbol = facts.symbol_of.get(id(node))
    if symbol is not None:
        return ("variable", id(symbol)) if facts.is_plain(facts.type(node)) else None
    full = facts.variable(node)
    return ("built-in", full) if full and full not in MOVING_VARIABLES else None


def _call(facts: Facts, node: s.Call) -> Form | None:
    name = facts.builtin(node)
    if not facts.is_plain(facts.type(node)):
        return None
    if not name:
        return _own_call(facts, node)
    if not is_deterministic(name):
        return None
    binding = bind(facts.builtin_functions[name], node)
    given: list[object] = []
    for key, value in sorted(binding.arguments.items()):
        # A source that only a short call stands for is no node of the script: its name is that of the language.
        short = isinstance(value, s.Name) and value.span == s.NOWHERE
        given.append((key, ("built-in", value.name) if short and isinstance(value, s.Name) else form(facts, value)))
    given += [form(facts, value) for value in binding.extra]
    if any(one is None or (isinstance(one, tuple) and one[-1] is None) for one in given):
        return None
    return ("call", name, *given)


def _own_call(facts: Facts, node: s.Call) -> Form | None:
    """The form of a call of a function of the script."""
    function = closed_function(facts, node)
    if function is None:
        return None
    names = [parameter.name for parameter in function.parameters]
    given = [
        (argument.name or names[place], form(facts, argument.value)) for place, argument in enumerate(node.arguments)
    ]
    return None if any(made is None for _, made in given) else ("own call", function.name, *sorted(given, key=_first))


def _first(pair: tuple[str, Form | None]) -> str:
    return pair[0]


# Leaving out ---------------------------------------------------------------------------------------------------------


def droppable(facts: Facts, node: s.Expression) -> bool:
    """Whether a value may be left uncomputed: it has no effect, and it cannot stop the script."""
    match node:
        case s.Parenthesis() | s.Unary():
            return droppable(facts, node.value if isinstance(node, s.Parenthesis) else node.operand)
        case s.Literal() | s.Name():
            return True
        case s.Member():
            return bool(facts.variable(node))
        case s.Index():
            offset = bare(node.offset)
            return isinstance(offset, s.Literal) and not facts.has_moving_history and droppable(facts, node.value)
        case s.Binary():
            return _droppable_spine(facts, node)
        case s.Ternary():
            return all(droppable(facts, part) for part in (node.condition, node.then, node.otherwise))
        case s.Call():
            return _droppable_call(facts, node)
    return False


def _droppable_spine(facts: Facts, node: s.Binary) -> bool:
    inner: s.Expression = node
    while isinstance(inner, s.Binary):
        if not droppable(facts, inner.right):
            return False
        inner = inner.left
    return droppable(facts, inner)


def _droppable_call(facts: Facts, node: s.Call) -> bool:
    name = facts.builtin(node)
    if not name or not all(droppable(facts, argument.value) for argument in node.arguments):
        return False
    space = name.partition(".")[0]
    if space == "ta" or name == "math.sum":
        return name not in UNSAFE_TA and not facts.has_moving_history and _counts_are_legal(facts, name, node)
    if name in NEW_ARRAYS:
        return all(isinstance(bare(argument.value), s.Literal) for argument in node.arguments[:1])
    if name in ("map.new", "matrix.new"):
        return not node.arguments
    return is_safe(name, node) or (space == "color" and _known_early(facts, node)) or name == "fixnan"


def is_safe(name: str, node: s.Call) -> bool:
    """Whether a call has no memory, no effect, and no argument that stops the script."""
    if name == "math.round":
        return len(node.arguments) == 1 or isinstance(bare(node.arguments[1].value), s.Literal)
    if name.startswith("math."):
        return name not in ("math.random", "math.sum")
    return name in SAFE_TEXT or name in CONVERSIONS


def _known_early(facts: Facts, node: s.Call) -> bool:
    return all(facts.type(argument.value).qualifier <= Qualifier.INPUT for argument in node.arguments)


def _counts_are_legal(facts: Facts, name: str, node: s.Call) -> bool:
    """Whether every length of a call is known to be one: 0 bars stop a script."""
    function = facts.builtin_functions[name]
    types = {parameter.name: parameter.type for one in function.overloads for parameter in one.parameters}
    for key, value in bind(function, node).arguments.items():
        if key in FROM_ZERO or (types[key].kind is Kind.INT and key not in ("source", "number", "condition")):
            least = _least(facts, value)
            if least is None or least < (0 if key in FROM_ZERO else 1):
                return False
    return True


def _least(facts: Facts, node: s.Expression) -> float | None:
    """The least that a length can be, where the script tells it."""
    node = bare(node)
    if isinstance(node, s.Literal) and isinstance(node.value, (int, float)):
        return node.value
    symbol = facts.symbol_of.get(id(node))
    if symbol is None or symbol.writes or not isinstance(symbol.node, s.Declaration):
        return None
    value = bare(symbol.node.value)
    if isinstance(value, s.Call) and facts.builtin(value) in LENGTH_INPUTS:
        bound = bind(facts.builtin_functions["input.int"], value).arguments.get("minval")
        return _least(facts, bound) if bound is not None else None
    return _least(facts, value)


# Moving out of loops -------------------------------------------------------------------------------------------------


def hoistable(facts: Facts, node: s.Expression, varying: set[Symbol]) -> bool:
    """Whether a value may be computed once before a loop in which ``varying`` change, even if the loop never runs."""
    match node:
        case s.Parenthesis():
            return hoistable(facts, node.value, varying)
        case s.Unary():
            return hoistable(facts, node.operand, varying)
        case s.Literal():
            return True
        case s.Name():
            symbol = facts.symbol_of.get(id(node))
            if symbol is None:
                return facts.variable(node) not in ("", *MOVING_VARIABLES)
            return symbol not in varying and facts.is_plain(facts.type(node))
        case s.Member():
            return facts.variable(node) not in ("", *MOVING_VARIABLES)
        case s.Index():
            symbol = facts.symbol_of.get(id(node.value))
            known = symbol.depth == 0 if symbol is not None else bool(facts.variable(node.value))
            return known and isinstance(bare(node.offset), s.Literal) and hoistable(facts, node.value, varying)
        case s.Binary():
            return hoistable(facts, node.left, varying) and hoistable(facts, node.right, varying)
        case s.Ternary():
            return all(hoistable(facts, part, varying) for part in (node.condition, node.then, node.otherwise))
        case s.Call():
            name = facts.builtin(node)
            return is_safe(name, node) and all(hoistable(facts, one.value, varying) for one in node.arguments)
    return False
