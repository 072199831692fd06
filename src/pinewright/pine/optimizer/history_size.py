"""PW605: how far back a history reaches, where its offset changes from bar to bar and the script tells a bound.

This is a hint and no rewrite: a larger buffer costs memory on every bar, and whether TradingView's guess is too small
shows on a chart alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.binding import bind, dotted_name
from pinewright.pine.optimizer.facts import Facts, Symbol
from pinewright.pine.types import Qualifier
from pinewright.pine.walking import bare

CODE: Final = "PW605"
_MOST_BARS: Final = 5000
"""The largest buffer that TradingView has."""

Bounds = tuple[float | None, float | None]
_UNKNOWN: Final[Bounds] = (None, None)


@dataclass(frozen=True)
class Hint:
    """Something that a person may add: ``line`` is where the reason stands, ``add`` the text, ``below`` its place."""

    code: str
    message: str
    line: int
    add: str
    below: int

    def as_dict(self) -> dict[str, str | int]:
        """The object that ``--json`` lists."""
        return {"code": self.code, "message": self.message, "line": self.line, "add": self.add, "below": self.below}


def history_hints(facts: Facts) -> tuple[Hint, ...]:
    """One hint for each variable whose history is read with a changing, bounded offset; in the order of the text."""
    sized = _sized(facts)
    if "" in sized:
        return ()
    found: dict[str, tuple[s.Index, int]] = {}
    for node in facts.nodes:
        if not isinstance(node, s.Index) or facts.type(node.offset).qualifier < Qualifier.SERIES:
            continue
        name = _remembered(facts, node.value)
        most = _bounds(facts, node.offset)[1]
        if name is None or name in sized or most is None or not 0 < most <= _MOST_BARS or _seen_at_once(facts, node):
            continue
        if name not in found or found[name][1] < most:
            found[name] = (found[name][0] if name in found else node, int(most))
    return tuple(_hint(facts, name, node, most) for name, (node, most) in found.items())


def _hint(facts: Facts, name: str, node: s.Index, most: int) -> Hint:
    symbol = facts.symbol_of.get(id(bare(node.value)))
    if symbol is not None and isinstance(symbol.node, s.Statement):
        below = symbol.node.span.end_line
    else:
        below = _declaration_line(facts)
    message = f"the history of `{name}` is read up to {most} bars back, with an offset that changes"
    return Hint(CODE, message, node.span.line, f"max_bars_back({name}, {most})", below)


def _declaration_line(facts: Facts) -> int:
    for statement in facts.tree.statements:
        value = statement.value if isinstance(statement, s.ExpressionStatement) else None
        if isinstance(value, s.Call) and facts.builtin(value) in ("indicator", "strategy", "library"):
            return statement.span.end_line
    return 1


def _sized(facts: Facts) -> set[str]:
    """Variables whose room the script tells already; an empty name when it tells that of all."""
    found = set()
    for node in facts.nodes:
        if not isinstance(node, s.Call):
            continue
        name = facts.builtin(node)
        if name == "max_bars_back" and node.arguments:
            found.add(dotted_name(bare(node.arguments[0].value)) or "?")
        elif name in ("indicator", "strategy") and any(one.name == "max_bars_back" for one in node.arguments):
            found.add("")
    return found


def _remembered(facts: Facts, node: s.Expression) -> str | None:
    """The name of a variable at the left margin, or of a built-in one."""
    node = bare(node)
    symbol = facts.symbol_of.get(id(node))
    if symbol is not None:
        return symbol.name if symbol.depth == 0 and isinstance(node, s.Name) else None
    return facts.variable(node) or None


def _seen_at_once(facts: Facts, node: s.Index) -> bool:
    """Whether the first bar reads as far back as any: by counters of loops at the left margin with constant bounds."""
    changing = [one for one in facts.symbols_in(node.offset) if not _is_early(facts, one)]
    return bool(changing) and all(_counts_at_once(facts, symbol.node) for symbol in changing)


def _is_early(facts: Facts, symbol: Symbol) -> bool:
    return all(facts.type(name).qualifier < Qualifier.SERIES for name in symbol.reads)


def _counts_at_once(facts: Facts, node: s.Node) -> bool:
    if not isinstance(node, s.For):
        return False
    if not any(isinstance(top, s.ExpressionStatement) and top.value is node for top in facts.tree.statements):
        return False
    return all(facts.type(bound).qualifier < Qualifier.SERIES for bound in (node.start, node.stop))


# Bounds --------------------------------------------------------------------------------------------------------------


def _bounds(facts: Facts, node: s.Expression, depth: int = 0) -> Bounds:
    """The least and greatest value that an offset can have, where the script tells them."""
    node = bare(node)
    if depth > 16:
        return _UNKNOWN
    match node:
        case s.Literal() if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
            return node.value, node.value
        case s.Unary(operator="-"):
            low, high = _bounds(facts, node.operand, depth + 1)
            return (None if high is None else -high), (None if low is None else -low)
        case s.Binary():
            left, right = (_bounds(facts, side, depth + 1) for side in (node.left, node.right))
            return _combined(node.operator, left, right)
        case s.Ternary():
            return _hull(_bounds(facts, node.then, depth + 1), _bounds(facts, node.otherwise, depth + 1))
        case s.Call():
            return _of_call(facts, node, depth)
        case s.Name():
            return _of_name(facts, node, depth)
    return _UNKNOWN


def _combined(operator: str, left: Bounds, right: Bounds) -> Bounds:
    (a, b), (c, d) = left, right
    match operator:
        case "+":
            return (None if a is None or c is None else a + c), (None if b is None or d is None else b + d)
        case "-":
            return (None if a is None or d is None else a - d), (None if b is None or c is None else b - c)
        case "*" if a is not None and c is not None and a >= 0 and c >= 0:
            return a * c, (None if b is None or d is None else b * d)
        case "%" if c is not None and d is not None and c > 0:
            return 0, d - 1
    return _UNKNOWN


def _hull(one: Bounds, other: Bounds) -> Bounds:
    low = None if one[0] is None or other[0] is None else min(one[0], other[0])
    return low, (None if one[1] is None or other[1] is None else max(one[1], other[1]))


def _of_call(facts: Facts, node: s.Call, depth: int) -> Bounds:
    name = facts.builtin(node)
    parts = [_bounds(facts, argument.value, depth + 1) for argument in node.arguments]
    lows, highs = [low for low, _ in parts], [high for _, high in parts]
    known_lows, known_highs = [x for x in lows if x is not None], [x for x in highs if x is not None]
    if name == "math.min" and parts:
        return (min(known_lows) if len(known_lows) == len(parts) else None), min(known_highs, default=None)
    if name == "math.max" and parts:
        return max(known_lows, default=None), (max(known_highs) if len(known_highs) == len(parts) else None)
    if name in ("int", "math.round", "math.floor", "math.ceil") and parts:
        return parts[0]
    if name == "nz" and parts:
        return _hull(parts[0], parts[1] if len(parts) > 1 else (0, 0))
    if name in ("input.int", "input"):
        given = bind(facts.builtin_functions["input.int"], node).arguments
        low, high = given.get("minval"), given.get("maxval")
        return (
            _bounds(facts, low, depth + 1)[0] if low is not None else None,
            _bounds(facts, high, depth + 1)[1] if high is not None else None,
        )
    return _UNKNOWN


def _of_name(facts: Facts, node: s.Name, depth: int) -> Bounds:
    symbol = facts.symbol_of.get(id(node))
    if symbol is None or symbol.writes:
        return _UNKNOWN
    if isinstance(symbol.node, s.For):
        return _hull(_bounds(facts, symbol.node.start, depth + 1), _bounds(facts, symbol.node.stop, depth + 1))
    if isinstance(symbol.node, s.Declaration) and symbol.node.mode is None:
        return _bounds(facts, symbol.node.value, depth + 1)
    return _UNKNOWN
