"""Choices: ``if``, ``switch``, ``?:`` and the lazy operators, as selections of pure values or as branches."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.compiler.body import Branch
from pinewright.pine.compiler.graph import (
    BOOL_TYPE,
    NA_CONST,
    VOID_CONST,
    Code,
    Const,
    Items,
    Node,
    Value,
    is_bool,
    kept_type,
)
from pinewright.pine.compiler.history import History
from pinewright.pine.compiler.idle import NEVER, both, either, widened
from pinewright.pine.types import Kind, Type
from pinewright.pine.walking import bare

_LONG: Final = 8
"""So many arms are nested in each other; the arms of a longer chain stand below each other."""
_DEEPEST: Final = 80
"""Python reads no more than 100 levels of blocks."""
_NOTHING: Final = (Kind.VOID, Kind.NA)
Part = s.Expression | s.Block
Test = Callable[[], Value]


@dataclass(frozen=True)
class Result:
    """One local that takes the value of whichever branch is taken."""

    kind: Kind
    type: Type | None
    name: str = ""

    @property
    def three(self) -> bool:
        """Whether it is a bool of three values."""
        return self.value.three

    @property
    def value(self) -> Code:
        return Code(self.name, self.kind, self.type)


class Choices(History):
    """Third layer of the lowering. ``kept`` are the ids of the statements, and of the calls in them, that do something
    for an order."""

    kept: frozenset[int]

    @abstractmethod
    def block(self, block: s.Block) -> Value:
        """The statements of a block in a scope of their own; the value of the last."""

    @abstractmethod
    def is_kept(self, statement: s.Statement) -> bool:
        """Whether a statement reaches an order."""

    def logical(self, node: s.Binary) -> Value:
        """``and`` and ``or``."""
        left = self.truth(self.expression(node.left))
        if self.version < 6 and not self.in_prelude:
            # v5 evaluates both sides always: calls on the right advance whatever the left says.
            return self.operate(node.operator, Kind.BOOL, left, self.truth(self.expression(node.right)))
        outer = self.conditional
        self.conditional = outer or not self.in_prelude
        with self.body.captured() as lines:
            right = self.truth(self.expression(node.right))
            settled = right if isinstance(right, Node | Const) else Code(self.text(right), Kind.BOOL)
        self.conditional = outer
        if not lines:
            return self.operate(node.operator, Kind.BOOL, left, settled)
        result = self.body.local(self.text(left))
        with self.body.block(f"if {result}:" if node.operator == "and" else f"if not {result}:"):
            self.body.lines += lines
            self.body.line(f"{result} = {settled.text if isinstance(settled, Code) else self.text(settled)}")
        return Code(result, Kind.BOOL)

    def choice(self, node: s.If | s.Ternary) -> Value:
        """``if`` and ``?:``; as a value the branch that is taken, na (v6: false for bools) without an else."""
        arms: list[tuple[Test, Part]] = []
        following: s.If | s.Ternary | None = node
        otherwise: Part | None = None
        while following is not None:
            arms.append((self._condition(following.condition), following.then))
            otherwise = following.otherwise
            following = self._following(otherwise)
        return self._chain(arms, otherwise)

    def switch(self, node: s.Switch) -> Value:
        """``switch``: its subject is compared with one arm after another."""
        subject = self.expression(node.subject) if node.subject is not None else None
        arms: list[tuple[Test, Part]] = []
        default: Part | None = None
        for case in node.cases:
            if case.condition is None:
                default = case.body
            else:
                arms.append((self._condition(case.condition, subject), case.body))
        return self._chain(arms, default)

    def _condition(self, node: s.Expression, subject: Value | None = None) -> Test:
        if subject is None:
            return lambda: self.truth(self.expression(node))
        return lambda: self.truth(self.binary("==", subject, self.expression(node)))

    def _following(self, otherwise: Part | None) -> s.If | s.Ternary | None:
        """The choice that stands behind ``else`` or ``:`` alone."""
        if isinstance(otherwise, s.Expression):
            inner = bare(otherwise)
            return inner if isinstance(inner, s.Ternary) else None
        if otherwise is None or len(otherwise.statements) != 1:
            return None
        (only,) = otherwise.statements
        if isinstance(only, s.ExpressionStatement) and isinstance(only.value, s.If) and self.is_kept(only):
            return only.value
        return None

    def _chain(self, arms: Sequence[tuple[Test, Part]], default: Part | None) -> Value:
        """The value of the first arm whose test holds."""
        if len(arms) > _LONG:
            return self._long_chain(arms, default)
        if not arms:
            return VOID_CONST if default is None else self._taken(default)
        (first_test, body), *rest = arms
        test = first_test()
        if isinstance(test, Const):
            return self._taken(body) if test.value else self._chain(rest, default)
        first = self.branch(lambda: self._taken(body))
        second = Branch(VOID_CONST, [], NEVER)
        if rest or default is not None:
            second = self.branch(lambda: self._chain(rest, default))
        return self.join(test, first, second)

    def _taken(self, part: Part) -> Value:
        return self.block(part) if isinstance(part, s.Block) else self.expression(part)

    def branch(self, write: Callable[[], Value]) -> Branch:
        """What ``write`` writes, kept apart."""
        body, outer, before = self.body, self.conditional, self.body.effect
        if body.depth > _DEEPEST:
            raise self.unsupported("blocks that are nested this deeply", s.NOWHERE)
        self.conditional, body.effect = True, NEVER
        with body.captured() as lines:
            value = write()
        found = Branch(value, lines, body.effect)
        self.conditional, body.effect = outer, before
        return found

    def join(self, test: Value, first: Branch, second: Branch) -> Value:
        """The value of one of two branches, both of them written where they have lines."""
        results = self._results([first.value, second.value])
        if not first.lines and not second.lines:
            if results is None:
                return _nothing(first.value, second.value)
            return self._selected(test, first.value, second.value, results)
        results = self._opened(results)
        with self.body.block(f"if {self.text(test)}:"):
            self._place(first, results)
        if second.lines or results:
            with self.body.block("else:"):
                self._place(second, results)
        inside = both(self.graph, widened(self.graph, test, self.columns.cost), first.effect)
        self.body.effect = either(self.graph, self.body.effect, either(self.graph, inside, second.effect))
        return _whole(results, first.value, second.value)

    def _selected(self, test: Value, first: Value, second: Value, results: list[Result]) -> Value:
        """Pure values, one of which a test selects."""
        pairs = zip(_members(first, len(results)), _members(second, len(results)), strict=True)
        found = tuple(
            self._typed(
                self.operate(
                    "select",
                    result.kind,
                    test,
                    *(self.missing(one, result.kind) for one in pair),
                    three=result.three,
                ),
                result,
            )
            for result, pair in zip(results, pairs, strict=True)
        )
        return Items(found) if _has_tuple(first, second) else found[0]

    def _typed(self, value: Value, result: Result) -> Value:
        return Code(value.text, value.kind, result.type) if isinstance(value, Code) else value

    def _long_chain(self, arms: Sequence[tuple[Test, Part]], default: Part | None) -> Value:
        """A chain whose arms stand below each other, each behind a test that none before it was taken."""
        written: list[tuple[list[str], Value, str, Branch]] = []
        outer = self.conditional
        for test, body in arms:
            with self.body.captured() as head:
                condition = test()
                plain = not head and not isinstance(condition, Code)
                branch = self.branch(partial(self._taken, body))
                text = self.text(condition)
            written.append((head, condition if plain else Code(text, Kind.BOOL), text, branch))
            self.conditional = True
        self.conditional = outer
        last = Branch(VOID_CONST, [], NEVER)
        if default is not None:
            with self.body.captured():
                last = self.branch(lambda: self._taken(default))
        branches = [*(branch for _, _, _, branch in written), last]
        results = self._results([branch.value for branch in branches])
        pure = all(not isinstance(condition, Code) for _, condition, _, _ in written)
        if pure and not any(branch.lines for branch in branches):
            chosen = last.value
            for _, condition, _, branch in reversed(written):
                chosen = self.join(condition, branch, Branch(chosen, [], NEVER))
            return chosen
        results = self._opened(results)
        still = self.body.local("True")
        for head, _, text, branch in written:
            with self.body.block(f"if {still}:"):
                self.body.lines += head
                with self.body.block(f"if {text}:"):
                    self.body.line(f"{still} = False")
                    self._place(branch, results)
            self.body.effect = either(self.graph, self.body.effect, branch.effect)
        if last.lines or results:
            with self.body.block(f"if {still}:"), self.body.block("if True:"):
                self._place(last, results)
            self.body.effect = either(self.graph, self.body.effect, last.effect)
        return _whole(results, *(branch.value for branch in branches))

    # Results ---------------------------------------------------------------------------------------------------------

    def _results(self, values: Sequence[Value]) -> list[Result] | None:
        """What branches with these values give together, member by member; None where that is nothing."""
        count = next((len(value.items) for value in values if isinstance(value, Items)), 1)
        unlike = any(len(v.items) != count if isinstance(v, Items) else v.kind not in _NOTHING for v in values)
        if unlike and _has_tuple(*values):
            return None
        found = []
        for place in range(count):
            members = [_members(value, count)[place] for value in values]
            result = _three(members) if self.three_valued else None
            result = result or _common(members)
            if result.kind is Kind.NA and count > 1:
                result = Result(Kind.FLOAT, None)
            if result.kind in _NOTHING:
                return None
            found.append(result)
        return found

    def _opened(self, results: list[Result] | None) -> list[Result]:
        """Locals for the results, na (false for bools) so far."""
        return [
            Result(one.kind, one.type, self.body.local("False" if one.kind is Kind.BOOL else "math.nan"))
            for one in results or ()
        ]

    def _place(self, branch: Branch, results: Sequence[Result]) -> None:
        self.body.lines += branch.lines
        self.give(results, branch.value)

    def give(self, results: Sequence[Result], value: Value) -> None:
        """Put a branch's value into the locals of the whole."""
        for result, member in zip(results, _members(value, len(results)), strict=True):
            self.body.line(f"{result.name} = {self.text(self.missing(member, result.kind))}")

    def missing(self, value: Value, kind: Kind) -> Value:
        """The value of a branch in the kind of the whole: nothing is na, and false for a bool."""
        if value.kind in _NOTHING:
            return Const(False, Kind.BOOL) if kind is Kind.BOOL else Const(math.nan, kind)
        return self.typed(self.counted(value) if kind is Kind.FLOAT else value, kind)


def _nothing(first: Value, second: Value) -> Value:
    """The value of two branches that give no common one."""
    return NA_CONST if {first.kind, second.kind} in ({Kind.NA}, {Kind.NA, Kind.VOID}) else VOID_CONST


def _whole(results: Sequence[Result], *values: Value) -> Value:
    """The locals of a choice as its value."""
    if not results:
        return VOID_CONST
    found = tuple(result.value for result in results)
    return Items(found) if _has_tuple(*values) else found[0]


def _has_tuple(*values: Value) -> bool:
    return any(isinstance(value, Items) for value in values)


def _members(value: Value, count: int) -> tuple[Value, ...]:
    """The members of a tuple; a single value is one, nothing is na in each place."""
    if isinstance(value, Items):
        return value.items
    return (value,) if count == 1 else (NA_CONST,) * count


def _three(values: Sequence[Value]) -> Result | None:
    """A bool that is na where a branch gives nothing; None where no branch gives one, or all one of two values."""
    nothing = any(value.kind in _NOTHING for value in values)
    if not all(is_bool(value) or value.kind in _NOTHING for value in values) or not any(map(is_bool, values)):
        return None
    return Result(Kind.FLOAT, BOOL_TYPE) if nothing or any(value.three for value in values) else None


def _common(values: Sequence[Value]) -> Result:
    """The kind of a value that is one of several."""
    result = Result(Kind.NA, None)
    for value in values:
        kind = _common_kind(result.kind, value.kind)
        type_ = result.type
        own = kept_type(value)
        if own is not None:
            if type_ is not None and value.kind is kind and str(type_) != str(own):
                return Result(Kind.VOID, None)
            type_ = own
        result = Result(kind, type_ if kind not in _NOTHING else None)
    return result


def _common_kind(left: Kind, right: Kind) -> Kind:
    """The kind of a value that is one or the other; VOID where they have nothing in common."""
    if left is right:
        return left
    kinds = {left, right}
    for absorbed in (Kind.VOID, Kind.NA):
        if absorbed in kinds:
            (kind,) = kinds - {absorbed}
            return kind
    return Kind.FLOAT if kinds == {Kind.INT, Kind.FLOAT} else Kind.VOID
