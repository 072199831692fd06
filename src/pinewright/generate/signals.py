"""Conditions in a script by expression or by name: what ``--long``, ``--short`` and ``--exit`` of an indicator mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from pinewright.errors import UsageError, nearest
from pinewright.pine import syntax as s
from pinewright.pine.binding import bind, dotted_name
from pinewright.pine.builtins import functions
from pinewright.pine.checker import CheckedScript, check
from pinewright.pine.diagnostics import Severity
from pinewright.pine.edit import line_end_of
from pinewright.pine.migrate.tree import fresh, is_na, words_of
from pinewright.pine.types import UNKNOWN, Kind
from pinewright.pine.walking import bare, walk

MARKS: Final = {"plotshape": "series", "plotchar": "series", "alertcondition": "condition"}
"""Calls that have a title and a condition, with the name of that argument."""
_OPPOSITE: Final = {"ta.crossover": "ta.crossunder", "ta.crossunder": "ta.crossover"}
_WORDS: Final = re.compile(r"(?!.*\b(?:and|or|not)\b)[\w .:#-]+")
_LISTED: Final = 12
_DEEPEST: Final = 8
_NEXT_LINE: Final = re.compile(r"\r\n|\r|\n|\Z")


@dataclass(frozen=True)
class Condition:
    """A condition: its text, its tree, and the source that the spans of the tree refer to.

    below: offset of the line below the mark that it was taken from, None for an expression. number: it is a number,
    true where it is neither na nor 0; absolute: true where it is not na.
    """

    text: str
    node: s.Expression
    origin: str
    below: int | None = None
    number: bool = False
    absolute: bool = False

    def lines(self, name: str, value: str) -> list[str]:
        """Lines of Pine that give the condition a name; ``value``: a name for the number behind it."""
        text = f"({self.text})" if "\n" in self.text or "\r" in self.text else self.text
        if not self.number:
            return [f"{name} = {text}"]
        test = f"not na({value})" if self.absolute else f"not na({value}) and {value} != 0"
        return [f"{value} = {text}", f"{name} = {test}"]


@dataclass(frozen=True)
class _Mark:
    """A call that marks bars: its name for people, and the statement that it is."""

    title: str
    statement: s.Statement
    function: str
    value: s.Expression
    absolute: bool


class SignalFinder:
    """Finds conditions in a script that was checked without errors."""

    def __init__(self, checked: CheckedScript):
        self.checked = checked
        self.source = checked.source
        self.marks = tuple(_marks(checked.tree))
        targets = (node.target for node in walk(checked.tree) if isinstance(node, s.Reassignment))
        self._changed = {target.name for target in targets if isinstance(target, s.Name)}
        self._declared = {
            node.name: node.value
            for node in checked.tree.statements
            if isinstance(node, s.Declaration) and node.mode is None and node.name not in self._changed
        }

    def find(self, text: str, where: str) -> Condition:
        """The condition that a text means: an expression of Pine, else the name of a mark; UsageError for neither."""
        text = text.strip()
        try:
            return self._expression(text, where)
        except UsageError as problem:
            marks = self._named(text, where)
            if marks is None:
                raise problem from None
            return self._of_mark(marks, where)

    def opposite(self, condition: Condition) -> str | None:
        """The crossing the other way of the one that a condition holds, also through names; None where it has none."""
        return self._opposite(condition.node, condition.origin, _DEEPEST)

    def _opposite(self, node: s.Expression, text: str, depth: int) -> str | None:
        node = bare(node)
        if depth == 0:
            return None
        if isinstance(node, s.Name) and node.name in self._declared:
            return self._opposite(self._declared[node.name], self.source, depth - 1)
        if isinstance(node, s.Binary) and node.operator == "and":
            return self._opposite(node.left, text, depth - 1) or self._opposite(node.right, text, depth - 1)
        if isinstance(node, s.Ternary) and is_na(node.otherwise):
            return self._opposite(node.condition, text, depth - 1)
        name = dotted_name(node.function) if isinstance(node, s.Call) else None
        if not isinstance(node, s.Call) or name not in _OPPOSITE:
            return None
        read = {one.name for item in node.arguments for one in walk(item) if isinstance(one, s.Name)}
        if read & self._changed:
            return None
        return f"{_OPPOSITE[name]}({', '.join(text[item.span.start : item.span.end] for item in node.arguments)})"

    def _expression(self, text: str, where: str) -> Condition:
        if not text or "\n" in text or "\r" in text:
            raise UsageError("a condition is one line of Pine", where=where, hint="such as ta.crossover(fast, slow)")
        name = fresh("condition", words_of(self.source) | words_of(text))
        end = line_end_of(self.source)
        head = self.source + ("" if self.source.endswith(("\n", "\r")) else end) + f"{name} = "
        probe = check(f"{head}({text}){end}", warn=False)
        last = probe.tree.statements[-1] if probe.tree.statements else None
        errors = [one for one in probe.diagnostics if one.severity is Severity.ERROR]
        if errors or not isinstance(last, s.Declaration) or last.name != name:
            raise self._no_condition(text, where, errors[0].message if errors else "it is no single value")
        kind = probe.types.get(id(last.value), UNKNOWN)
        if kind.kind not in (Kind.BOOL, Kind.UNKNOWN):
            hint = f"compare it, such as {text} > 0; or name one of {self._listed()}"
            raise UsageError(f"{text!r} is a {kind}, not a condition", where=where, hint=hint)
        return Condition(text, bare(last.value), probe.source)

    def _no_condition(self, text: str, where: str, reason: str) -> UsageError:
        names = self._names()
        near = nearest(text, names, 1)
        listed = self._listed()
        hint = f"did you mean {near[0]!r}? there are: {listed}" if near else f"there are: {listed}"
        if _WORDS.fullmatch(text):  # it was meant as a name
            return UsageError(f"nothing in the script is called {text!r}", where=where, hint=hint)
        return UsageError(f"{text!r} is no condition in this script: {reason}", where=where, hint=hint)

    def _names(self) -> list[str]:
        """Titles of marks and names of conditions at the left margin, in the order of the script."""
        own = [
            node.name
            for node in self.checked.tree.statements
            if isinstance(node, s.Declaration) and self.checked.types.get(id(node.value), UNKNOWN).kind is Kind.BOOL
        ]
        return list(dict.fromkeys([*(mark.title for mark in self.marks), *own]))

    def _listed(self) -> str:
        names = self._names()
        if not names:
            return "no marks and no conditions with a name; write an expression, such as ta.crossover(a, b)"
        return ", ".join(map(repr, names[:_LISTED])) + (f", … ({len(names)} in all)" if len(names) > _LISTED else "")

    def _named(self, text: str, where: str) -> _Mark | None:
        """The mark of that name, spelled alike or but for capitals; UsageError where several mean different things."""
        same = [mark for mark in self.marks if mark.title == text]
        found = same or [mark for mark in self.marks if mark.title.casefold() == text.casefold()]
        if any(mark.value != found[0].value for mark in found):
            lines = ", ".join(str(mark.statement.span.line) for mark in found)
            hint = "write the condition of the one that you mean"
            raise UsageError(f"several are called {text!r}, on lines {lines}", where=where, hint=hint)
        return found[0] if found else None

    def _of_mark(self, mark: _Mark, where: str) -> Condition:
        span = mark.value.span
        end = _NEXT_LINE.search(self.source, mark.statement.span.end)
        assert end is not None
        kind = self.checked.types.get(id(mark.value), UNKNOWN).kind
        if kind is Kind.NA:
            what = f"the mark {mark.title!r} on line {mark.statement.span.line} is always na: it is never there"
            raise UsageError(what, where=where, hint=f"there are: {self._listed()}")
        number = kind not in (Kind.BOOL, Kind.UNKNOWN)
        return Condition(self.source[span.start : span.end], mark.value, self.source, end.end(), number, mark.absolute)


def _marks(tree: s.Script) -> Iterator[_Mark]:
    """The marks at the left margin, the only place where they may stand."""
    for statement in tree.statements:
        call = statement.value if isinstance(statement, s.ExpressionStatement) else None
        function = dotted_name(call.function) if isinstance(call, s.Call) else None
        if not isinstance(call, s.Call) or function not in MARKS:
            continue
        given = bind(functions()[function], call).arguments
        value = given.get(MARKS[function])
        words = [given.get(name) for name in ("title", "text", "char")]
        title = next((str(one.value) for one in words if isinstance(one, s.Literal) and str(one.value).strip()), "")
        if value is not None and title:
            absolute = dotted_name(given.get("location", s.Name(name=""))) == "location.absolute"
            yield _Mark(title, statement, function, value, absolute)
