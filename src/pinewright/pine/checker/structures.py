"""Types of if, switch and loops, and of the blocks in them."""

from __future__ import annotations

from abc import abstractmethod

from pinewright.pine import syntax as s
from pinewright.pine.checker.declared import Declared
from pinewright.pine.checker.scopes import IGNORED, TAIL, WANTED, Use, Variable
from pinewright.pine.types import NA, UNKNOWN, VOID, Kind, Qualifier, Type, accepts, common


class Structures(Declared):
    """Sixth layer of the check."""

    @abstractmethod
    def statement(self, node: s.Statement, used: Use = IGNORED) -> Type:
        """Check a statement; the type of its value, which is wanted when ``used``."""

    def structure(self, node: s.Expression, used: Use) -> Type:
        """Type of an if, switch or loop."""
        match node:
            case s.If():
                found = self._if(node, used)
            case s.Switch():
                found = self._switch(node, used)
            case s.For():
                found = self._for(node, used)
            case s.ForIn():
                found = self._for_in(node, used)
            case s.Once():
                found = self._once(node)
            case s.While():
                self.condition(self.expression(node.condition), node.condition)
                found = self._loop(node.body, {}, used, self.types[id(node.condition)].qualifier)
            case _:
                raise AssertionError(f"no rule for {type(node).__name__}")
        self.types[id(node)] = found
        return found

    def _if(self, node: s.If, used: Use) -> Type:
        branches: list[tuple[Type, s.Node]] = []
        qualifier = Qualifier.CONST
        inner: s.If | None = node
        while inner is not None:
            condition = self.expression(inner.condition)
            self.condition(condition, inner.condition)
            qualifier = max(qualifier, condition.qualifier)
            branches.append((self.block(inner.then, used, qualifier), _last(inner.then)))
            otherwise, link = inner.otherwise, inner.elif_
            inner = None
            if otherwise is not None:
                following = otherwise.statements[0] if link and otherwise.statements else None
                if isinstance(following, s.ExpressionStatement) and isinstance(following.value, s.If):
                    inner = following.value
                else:
                    branches.append((self.block(otherwise, used, qualifier), _last(otherwise)))
            else:
                branches.append((self._missing_branch([one for one, _ in branches]), node))
        return self._joined(branches, qualifier, used, "if", node)

    def _once(self, node: s.Once) -> Type:
        """``once``: a statement of v6, whose block runs on one bar and gives nothing."""
        if node.condition is not None:
            self.condition(self.expression(node.condition), node.condition)
        self.block(node.body, IGNORED, Qualifier.SERIES)
        return VOID

    def _missing_branch(self, others: list[Type]) -> Type:
        """What a branch that is not written gives: na, for a bool of v6 false, for nothing nothing."""
        kinds = {one.kind for one in others}
        if Kind.VOID in kinds:
            return VOID
        if Kind.BOOL in kinds and self.version >= 6:
            return Type(Kind.BOOL, Qualifier.CONST)
        tuples = next((one for one in others if one.kind is Kind.TUPLE), None)
        return tuples if tuples is not None else NA

    def _joined(
        self, branches: list[tuple[Type, s.Node]], qualifier: Qualifier, used: Use, what: str, node: s.Expression
    ) -> Type:
        kinds = {one.kind for one, _ in branches}
        if used is WANTED or (used is TAIL and Kind.VOID not in kinds):
            return self.meet(branches, qualifier, what, _head_span(node))
        return self.unify([one for one, _ in branches], qualifier)

    def _switch(self, node: s.Switch, used: Use) -> Type:
        subject = self.value(node.subject) if node.subject is not None else None
        qualifier = subject.qualifier if subject is not None else Qualifier.CONST
        branches: list[tuple[Type, s.Node]] = []
        complete = False
        for case in node.cases:
            if case.condition is not None:
                given = self.expression(case.condition)
                qualifier = max(qualifier, given.qualifier)
                self._case(given, subject, case.condition)
            else:
                complete = True
            branches.append((self.block(case.body, used, qualifier), _last(case.body)))
        if not complete:
            branches.append((self._missing_branch([one for one, _ in branches]), node))
        return self._joined(branches, qualifier, used, "switch", node)

    def _case(self, given: Type, subject: Type | None, node: s.Expression) -> None:
        if subject is None:
            self.condition(given, node)
        elif common(subject, given) is None and not accepts(subject, given, self.version):
            message = f'An arm of the "{given}" type is compared with a "{subject}" value'
            self.report("PW301", message, node.span, "arms have the type of the value behind `switch`")

    # Loops -----------------------------------------------------------------------------------------------------------

    def _for(self, node: s.For, used: Use) -> Type:
        bounds = [node.start, node.stop] + ([node.step] if node.step is not None else [])
        given = [self.value(bound) for bound in bounds]
        for kind, bound in zip(given, bounds, strict=True):
            if not kind.is_number:
                message = f'Cannot use a "{kind}" value as a bound of "for": a "series int" is expected'
                self.report("PW201", message, bound.span)
        whole = all(kind.kind is not Kind.FLOAT or kind.quotient for kind in (given[0], *given[2:]))
        counter = Type(Kind.INT if whole else Kind.FLOAT)
        if node.type is not None:
            counter = self.written_type(node.type)
        span = node.variable_span if node.variable_span != s.NOWHERE else node.span
        return self._loop(node.body, {node.variable: Variable(counter, span, role="counter")}, used)

    def _for_in(self, node: s.ForIn, used: Use) -> Type:
        given = self.value(node.iterable)
        types = self._items(given, node)
        spans = node.name_spans or (node.span,) * len(node.names)
        names = {
            name: Variable(kind, span, role="item")
            for name, kind, span in zip(node.names, types, spans, strict=True)
            if name != "_"
        }
        return self._loop(node.body, names, used)

    def _items(self, given: Type, node: s.ForIn) -> list[Type]:
        """Types of the names of ``for … in``."""
        count = len(node.names)
        if given.kind in (Kind.UNKNOWN, Kind.NA):
            return [UNKNOWN] * count
        if not given.is_collection:
            message = f'Cannot walk over a "{given}" value: an array, a matrix or a map is expected'
            self.report("PW201", message, node.iterable.span)
            return [UNKNOWN] * count
        if given.kind is Kind.MAP:
            if count == 2:
                return list(given.items)
            message = f'Cannot walk over a "{given}" value with one name: a map gives its keys and values'
            hint = f"write `for [key, {node.names[0]}] in {self.text(node.iterable)}`"
            self.report("PW201", message, node.iterable.span, hint)
            return [UNKNOWN]
        element = given.items[0] if given.kind is Kind.ARRAY else Type(Kind.ARRAY, items=given.items)
        return [Type(Kind.INT), element] if count == 2 else [element]

    def _loop(
        self, body: s.Block, names: dict[str, Variable], used: Use, qualifier: Qualifier = Qualifier.CONST
    ) -> Type:
        self.loops += 1
        self.scopes.append(names)
        found = self.block(body, used, qualifier)
        self.scopes.pop()
        self.loops -= 1
        # A loop that never runs gives na, so its value is known on each bar.
        return found.at(Qualifier.SERIES) if found.kind is not Kind.NA else UNKNOWN

    # Blocks ----------------------------------------------------------------------------------------------------------

    def block(self, block: s.Block, used: Use = IGNORED, qualifier: Qualifier = Qualifier.CONST) -> Type:
        """Check a block in a scope of its own, under a condition; the type of its last statement."""
        self.scopes.append({})
        self.conditions.append(qualifier)
        found = self.body(block, used)
        self.conditions.pop()
        self.scopes.pop()
        return found

    def body(self, block: s.Block, used: Use = IGNORED) -> Type:
        """Check the statements of a block in the scope that is open; the type of the last."""
        found = VOID
        last = len(block.statements) - 1
        for place, statement in enumerate(block.statements):
            found = self.statement(statement, used if place == last else IGNORED)
        return found


def _last(block: s.Block) -> s.Node:
    """Where the value of a block stands."""
    statement: s.Node = block.statements[-1] if block.statements else block
    return statement.value if isinstance(statement, s.ExpressionStatement) else statement


def _head_span(node: s.Node) -> s.Span:
    """The first line of a structure: a frame over many lines would say nothing."""
    span = node.span
    if span.end_line == span.line:
        return span
    word = {s.If: 2, s.Switch: 6, s.For: 3, s.ForIn: 3, s.While: 5, s.Once: 4}.get(type(node), 1)
    return s.Span(span.start, span.start + word, span.line, span.column, span.line, span.column + word)
