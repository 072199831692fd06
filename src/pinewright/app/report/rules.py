"""The rule behind a trade: which call of a script gives the orders that the list of trades names, and when."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from pinewright.app.report.evidence_model import Place, Rule
from pinewright.pine.binding import bind, dotted_name
from pinewright.pine.builtins import functions
from pinewright.pine.parser import parse
from pinewright.pine.syntax import (
    Binary,
    Call,
    Case,
    Declaration,
    Expression,
    If,
    Literal,
    LiteralKind,
    Member,
    Name,
    Node,
    Reassignment,
    Span,
    Statement,
    Switch,
    TupleDeclaration,
    While,
)
from pinewright.pine.walking import children, walk
from pinewright.program import CLOSE_ALL_SIGNAL, close_signal

MOST_NAMES: Final = 12
"""Lines of definitions that a rule shows."""
_ORDERS: Final = ("strategy.entry", "strategy.order", "strategy.exit", "strategy.close", "strategy.close_all")
_COMMENTS: Final = ("comment", "comment_profit", "comment_loss", "comment_trailing")
_LONGEST: Final = 200


def rules_of(source: str) -> tuple[Rule, ...]:
    """A rule for each signal that the orders of a script can leave in the list of trades, in the order of its lines.

    Signals are known where their text stands in the script (literals, also behind a name or in a choice between
    several); those that are computed have none. Of a script that does not parse nothing is known.
    """
    script, _ = parse(source)
    reader = _Reader(source, script.version or 6)
    for statement in script.statements:
        reader.read(statement, ())
    found: dict[tuple[str, int], Rule] = {}
    for signals, call, conditions, statement in reader.orders:
        for signal in signals:
            rule = reader.rule(signal, call, conditions, statement)
            found.setdefault((signal, rule.order.line), rule)
    return tuple(found.values())


@dataclass(frozen=True)
class _Must:
    """A condition as it is told, and what its names are looked for in."""

    text: str
    nodes: tuple[Expression, ...] = ()


_Around = tuple[_Must, ...]


@dataclass
class _Reader:
    """Walks the statements with the conditions around them; collects orders and where names are set."""

    source: str
    version: int
    orders: list[tuple[tuple[str, ...], Call, _Around, Statement]] = field(default_factory=list)
    defined: dict[str, list[Statement]] = field(default_factory=lambda: defaultdict(list))

    def read(self, node: Node, around: _Around, statement: Statement | None = None) -> None:
        if isinstance(node, Statement):
            statement = node
            self._define(node)
        if isinstance(node, Call) and statement is not None:
            self._order(node, around, statement)
        if isinstance(node, If):
            self.read(node.condition, around, statement)
            told = self.text(node.condition.span)
            self.read(node.then, (*around, self._must(node.condition)), statement)
            if node.otherwise is not None:
                self.read(node.otherwise, (*around, _Must(f"not ({told})", (node.condition,))), statement)
        elif isinstance(node, Switch):
            for case in node.cases:
                self._case(case, node.subject, around, statement)
        elif isinstance(node, While):
            self.read(node.body, (*around, self._must(node.condition)), statement)
        elif not isinstance(node, Binary | Member):  # no order stands in a sum, and long ones are deep
            for below in children(node):
                self.read(below, around, statement)

    def _case(self, case: Case, subject: Expression | None, around: _Around, statement: Statement | None) -> None:
        if case.condition is None:
            told = _Must("none of the cases above")
        elif subject is None:
            told = self._must(case.condition)
        else:
            words = f"{self.text(subject.span)} == {self.text(case.condition.span)}"
            told = _Must(words, (subject, case.condition))
        self.read(case.body, (*around, told), statement)

    def _define(self, node: Statement) -> None:
        if isinstance(node, Declaration):
            self.defined[node.name].append(node)
        elif isinstance(node, TupleDeclaration):
            for name in node.names:
                self.defined[name].append(node)
        elif isinstance(node, Reassignment) and isinstance(node.target, Name):
            self.defined[node.target.name].append(node)

    def _order(self, call: Call, around: _Around, statement: Statement) -> None:
        name = dotted_name(call.function)
        function = functions(self.version).get(name or "")
        if name not in _ORDERS or function is None:
            return
        given = bind(function, call).arguments
        if "when" in given:
            around = (*around, self._must(given["when"]))
        ids = self._texts(given.get("id"))
        said = tuple(text for key in _COMMENTS for text in self._texts(given.get(key)) if text)
        if name == "strategy.close":
            signals = said or tuple(close_signal(text) for text in ids)
        elif name == "strategy.close_all":
            signals = said or (CLOSE_ALL_SIGNAL,)
        else:
            # An exit may have a comment for its profit and none for its stop: the list then names its id.
            signals = said if "comment" in given else (*said, *ids)
        self.orders.append((signals, call, around, statement))

    def _texts(self, value: Expression | None, depth: int = 0) -> tuple[str, ...]:
        """The literals that an expression can be."""
        if value is None or depth > 4:
            return ()
        found: list[str] = []
        for node in walk(value):
            if isinstance(node, Literal) and node.kind is LiteralKind.STRING:
                found.append(str(node.value))
            elif isinstance(node, Name):
                for statement in self.defined.get(node.name, ()):
                    if isinstance(statement, Declaration) and isinstance(statement.value, Literal):
                        found += self._texts(statement.value, depth + 1)
        return tuple(dict.fromkeys(found))

    def rule(self, signal: str, call: Call, around: _Around, statement: Statement) -> Rule:
        starts: list[Node] = [call, *(node for one in around for node in one.nodes)]
        conditions = tuple(one.text for one in around)
        return Rule(signal, self._place(call.span), conditions, tuple(self._names(starts, statement)))

    def _must(self, condition: Expression) -> _Must:
        return _Must(self.text(condition.span), (condition,))

    def _names(self, starts: list[Node], statement: Statement) -> Iterator[Place]:
        """Lines that set the names used in ``starts``, and those used there, the nearest first up to the limit."""
        waiting, seen, lines = list(starts), set[str](), dict[int, Place]()
        while waiting and len(lines) < MOST_NAMES:
            for node in walk(waiting.pop(0)):
                if not isinstance(node, Name) or node.name in seen:
                    continue
                seen.add(node.name)
                for where in self.defined.get(node.name, ()):
                    if where is not statement and where.span.line not in lines and len(lines) < MOST_NAMES:
                        lines[where.span.line] = self._place(where.span)
                        waiting.append(where)
        yield from (lines[line] for line in sorted(lines))

    def _place(self, span: Span) -> Place:
        return Place(span.line, self.text(span))

    def text(self, span: Span) -> str:
        """The source of a span on one line, cut where it is very long."""
        text = " ".join(self.source[span.start : span.end].split())
        return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
