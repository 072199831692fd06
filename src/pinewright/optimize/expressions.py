"""Formulas that a user writes: constraints over inputs, objectives and requirements over metrics.

    formula    = number | name | true | false | formula OPERATOR formula | - formula | (formula)
               | min(formula, formula, ...) | max(...) | abs(formula) | sqrt(formula) | log(formula)
    OPERATOR   = + - * / ** | < <= > >= == != | and or; `not` stands before what it denies

Operators bind as in Python: ``-x ** 2`` is -(x²), and ``5 < fast < slow`` compares twice. The text is read by Python's
``ast`` and every node checked against this list; nothing is ever run by ``eval``. A formula works on whole columns.
"""

from __future__ import annotations

import ast
import keyword
import re
import warnings
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, NoReturn

import numpy as np

from pinewright.errors import SearchError, unknown_name_hint
from pinewright.market import BoolArray, FloatArray

TOLERANCE: Final = 1e-12
"""Values so near to each other, as a share of the larger or of 1, are equal: 0.1 + 0.2 is 0.3 to whoever wrote it."""
_LONGEST: Final = 1_000
_DEEPEST: Final = 100
_SHOWN: Final = 200
"""Characters of a formula that an error shows."""
_WORD: Final = re.compile(r"[^\W\d]\w*")
_FREE: Final = "k__{}"
"""Stands for a name that Python keeps for itself, as ``from`` and ``lambda``; Pine lets a script use them."""

_ARITHMETIC: Final[dict[type[ast.operator], str]] = {
    ast.Add: "+",
    ast.Sub: "-",
    ast.Mult: "*",
    ast.Div: "/",
    ast.Pow: "**",
}
_COMPARISONS: Final[dict[type[ast.cmpop], str]] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}
_OPERATIONS: Final[dict[str, Callable[..., FloatArray]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "**": np.power,
    "negative": np.negative,
    "min": np.minimum,
    "max": np.maximum,
    "abs": np.abs,
    "sqrt": np.sqrt,
    "log": np.log,
}
_ONE: Final = frozenset({"abs", "sqrt", "log"})
_MANY: Final = frozenset({"min", "max"})
_COUNTS: Final = ("two or more values", "one value")
_LOGIC: Final = frozenset({"and", "or", "not"})
_OTHER_SPELLINGS: Final = (
    (re.compile(r"&&?"), "`and` joins two conditions"),
    (re.compile(r"\|\|?"), "`or` joins two conditions"),
    (re.compile(r"!(?!=)"), "`not` denies a condition"),
    (re.compile(r"(?<![<>=!])=(?!=)"), "`==` asks whether two values are equal"),
    (re.compile(r"\^"), "`**` raises to a power"),
    (re.compile(r"\?"), "`min`, `max` or a factor such as `(a < b) * c` stand for a choice"),
)
_LEGAL: Final = (
    "a formula has numbers, names, + - * / **, < <= > >= == !=, and, or, not, parentheses, min, max, abs, sqrt, log"
)


@dataclass(frozen=True)
class _Node:
    """A number (``value``), a name (operator ``name``, in ``text``), or an operator over ``parts``."""

    operator: str
    parts: tuple[_Node, ...] = ()
    value: float = 0.0
    text: str = ""


@dataclass(frozen=True)
class Expression:
    """A formula that was read. Equal by its text, cheap to pickle.

    text: as written, runs of white space made one. names: those it uses, in order of appearance. boolean: whether it is
    a condition (a comparison, ``and``, ``or``, ``not``) and not a number.
    """

    text: str
    names: tuple[str, ...]
    boolean: bool
    _root: _Node = field(repr=False, compare=False)

    def values(self, columns: Mapping[str, FloatArray]) -> FloatArray:
        """Values [P] from the columns [P] of the names it uses; conditions give 0 and 1.

        A division by zero is infinite or NaN, a root or logarithm of a negative number NaN, without a warning. A
        comparison with NaN is 0 whichever it is, and NaN counts as false. SearchError when a column is missing.
        """
        with np.errstate(all="ignore"):
            return _broadcast(_value(self._root, columns), columns, self.names)

    def missed(self, columns: Mapping[str, FloatArray]) -> FloatArray:
        """How far each row [P] is from fulfilling a condition: 0 where it holds, above 0 where not, infinite at NaN.

        A comparison is missed by the difference of its sides as a share of the larger one; ``and`` adds up, ``or``
        takes the least, and what is denied by ``not`` or no condition misses by 1. For ranking what is illegal.
        """
        with np.errstate(all="ignore"):
            return _broadcast(_missed(self._root, columns), columns, self.names)


def parse(text: str, names: Collection[str], *, where: str) -> Expression:
    """The formula of a text over ``names``; ``where`` tells in errors who asked (``--where``).

    ``true`` and ``false`` are 1 and 0. SearchError for what is no formula, for an unknown name (with the nearest legal
    ones), and for a formula without any name, which would be the same for every parameter set.
    """
    words = " ".join(text.split())
    tree = _python(words, names, where)
    found = _Reader(words, names, where).read(tree)
    used = tuple(dict.fromkeys(_names(found)))
    if not used:
        raise SearchError(f"`{_cut(words)}` names nothing", where=where, hint=unknown_name_hint("", names))
    return Expression(words, used, found.operator in _LOGIC or found.operator in _COMPARISONS.values(), found)


def _python(words: str, names: Collection[str], where: str) -> ast.expr:
    """The text as Python reads it; names that are words of Python stand under another name."""
    if not words:
        raise SearchError("an empty formula", where=where, hint=_LEGAL)
    if len(words) > _LONGEST:
        raise SearchError(f"a formula of {len(words):,} characters", where=where, hint=f"at most {_LONGEST:,}")

    taken = {name for name in names if keyword.iskeyword(name)} - _LOGIC

    def freed(match: re.Match[str]) -> str:
        word = match.group()
        return _FREE.format(word) if word in taken else word

    try:
        if "#" in words:
            raise SyntaxError("a comment")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(_WORD.sub(freed, words), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # The words of Python's own message name Python, which the user did not write.
        raise SearchError(f"`{_cut(words)}` is not a formula", where=where, hint=_other_spelling(words)) from None


def _other_spelling(words: str) -> str:
    """What to write instead of an operator of another language; else all that is legal."""
    return next((hint for sign, hint in _OTHER_SPELLINGS if sign.search(words)), _LEGAL)


def _cut(words: str) -> str:
    return words if len(words) <= _SHOWN else words[:_SHOWN] + "…"


@dataclass(frozen=True)
class _Reader:
    """Turns Python's tree into ours, and refuses what is not on the list."""

    words: str
    names: Collection[str]
    where: str

    def read(self, node: ast.expr, depth: int = 0) -> _Node:
        if depth > _DEEPEST:
            raise SearchError(f"a formula more than {_DEEPEST} levels deep", where=self.where)
        parts: list[ast.expr]
        match node:
            case ast.Constant(value=bool() as switch):
                self._refuse(f"`{switch}` is not allowed", f"write {str(switch).lower()}")
            case ast.Constant(value=int() | float() as number):
                return self._number(number)
            case ast.Name(id=name):
                return self._name(name)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand, depth + 1)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                operator, parts = "negative", [operand]
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                operator, parts = "not", [operand]
            case ast.BinOp(left=left, op=op, right=right) if type(op) in _ARITHMETIC:
                operator, parts = _ARITHMETIC[type(op)], [left, right]
            case ast.BoolOp(op=op, values=values):
                operator, parts = "and" if isinstance(op, ast.And) else "or", values
            case ast.Compare():
                return self._comparison(node, depth)
            case ast.Call():
                operator, parts = self._function(node), node.args
            case _:
                self._refuse(f"`{self._text(node)}` is not allowed", _other_spelling(self.words))
        return _Node(operator, tuple(self.read(part, depth + 1) for part in parts))

    def _number(self, value: float) -> _Node:
        try:
            return _Node("number", value=float(value))
        except OverflowError:
            self._refuse("a number is too large", None)

    def _name(self, name: str) -> _Node:
        plain = next((word for word in self.names if name in (word, _FREE.format(word))), None)
        if plain is not None:
            return _Node("name", text=plain)
        if name in ("true", "false"):
            return _Node("number", value=float(name == "true"))
        self._refuse(f"unknown name {name!r}", unknown_name_hint(name, self.names))

    def _comparison(self, node: ast.Compare, depth: int) -> _Node:
        sides = [self.read(part, depth + 1) for part in (node.left, *node.comparators)]
        if any(type(op) not in _COMPARISONS for op in node.ops):
            self._refuse(f"`{self._text(node)}` is not allowed", "comparisons are < <= > >= == !=")
        pairs = zip(node.ops, sides, sides[1:], strict=False)
        found = tuple(_Node(_COMPARISONS[type(op)], (left, right)) for op, left, right in pairs)
        return found[0] if len(found) == 1 else _Node("and", found)

    def _function(self, node: ast.Call) -> str:
        name = node.func.id if isinstance(node.func, ast.Name) else self._text(node.func)
        if name not in _ONE | _MANY:
            self._refuse(f"unknown function {name!r}", unknown_name_hint(name, _ONE | _MANY))
        starred = node.keywords or any(isinstance(part, ast.Starred) for part in node.args)
        if starred or (len(node.args) != 1 if name in _ONE else len(node.args) < 2):
            self._refuse(f"`{self._text(node)}` is not allowed", f"{name} takes {_COUNTS[name in _ONE]}")
        return name

    def _text(self, node: ast.expr) -> str:
        return ast.unparse(node).replace(_FREE.format(""), "")

    def _refuse(self, what: str, hint: str | None) -> NoReturn:
        raise SearchError(f"{what} in the formula `{_cut(self.words)}`", where=self.where, hint=hint)


def _names(node: _Node) -> list[str]:
    own = [node.text] if node.operator == "name" else []
    return own + [name for part in node.parts for name in _names(part)]


def _value(node: _Node, columns: Mapping[str, FloatArray]) -> FloatArray:
    if node.operator == "number":
        return np.array(node.value)
    if node.operator == "name":
        if node.text not in columns:
            raise SearchError(f"there are no values of {node.text!r}", hint=unknown_name_hint(node.text, columns))
        return np.asarray(columns[node.text], dtype=np.float64)
    parts = [_value(part, columns) for part in node.parts]
    if node.operator in _COMPARISONS.values():
        return _compared(node.operator, *parts).astype(np.float64)
    if node.operator in _LOGIC:
        true = [(part != 0) & ~np.isnan(part) for part in parts]
        if node.operator == "not":
            return np.asarray(~true[0], dtype=np.float64)
        joined: BoolArray = true[0]
        for part in true[1:]:
            joined = joined & part if node.operator == "and" else joined | part
        return joined.astype(np.float64)
    found = parts[0]
    if len(parts) == 1:
        return np.asarray(_OPERATIONS[node.operator](found), dtype=np.float64)
    for part in parts[1:]:
        found = _OPERATIONS[node.operator](found, part)
    return np.asarray(found, dtype=np.float64)


def _compared(operator: str, left: FloatArray, right: FloatArray) -> BoolArray:
    scale = np.maximum(1.0, np.maximum(np.abs(left), np.abs(right)))
    # Infinite values have no tolerance: it would be infinite as well.
    equal = (left == right) | (np.isfinite(scale) & (np.abs(left - right) <= TOLERANCE * scale))
    known = ~(np.isnan(left) | np.isnan(right))
    match operator:
        case "==":
            found = equal
        case "!=":
            found = ~equal
        case "<":
            found = (left < right) & ~equal
        case ">":
            found = (left > right) & ~equal
        case "<=":
            found = (left < right) | equal
        case _:
            found = (left > right) | equal
    return np.asarray(found & known, dtype=np.bool_)


def _missed(node: _Node, columns: Mapping[str, FloatArray]) -> FloatArray:
    if node.operator in ("and", "or"):
        found = _missed(node.parts[0], columns)
        for part in node.parts[1:]:
            other = _missed(part, columns)
            found = found + other if node.operator == "and" else np.minimum(found, other)
        return found
    holds = _value(node, columns) != 0
    if node.operator not in _COMPARISONS.values():
        return np.where(holds, 0.0, 1.0)
    left, right = (_value(part, columns) for part in node.parts)
    larger = np.maximum(np.abs(left), np.abs(right))
    gap = np.where(np.isfinite(larger), np.abs(left - right) / np.where(larger > 0, larger, 1.0), np.inf)
    # Sides that are equal where they must not be miss by the least there is.
    return np.where(holds, 0.0, np.maximum(gap, TOLERANCE))


def _broadcast(found: FloatArray, columns: Mapping[str, FloatArray], names: tuple[str, ...]) -> FloatArray:
    shape = np.broadcast_shapes(found.shape, *(np.shape(columns[name]) for name in names))
    return np.array(np.broadcast_to(found, shape), dtype=np.float64)
