"""Loops: ``for``, ``for … in`` and ``while`` as loops of the step, ``once`` as a branch that is taken once.

Each round takes from the fuel of the bar, so that no script runs for ever, and no round begins after an error. A loop's
value is that of its last round, na where it ran none.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Sequence
from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.compiler.body import Branch, ascii_name
from pinewright.pine.compiler.choices import Choices, Result
from pinewright.pine.compiler.graph import VOID_CONST, Code, Const, Items, Value, type_of
from pinewright.pine.compiler.idle import NEVER
from pinewright.pine.types import Kind, Type

HERE: Final = s.Node()
"""Stands for a node of no place: failures then name the line of the statement."""
_ENDLESS: Final = "9223372036854775807"
_FUEL: Final = (
    "m.fuel = m.fuel - 1",
    "if m.fuel < 0:",
    "    m.place = {line}",
    "    loop_limit(m)",
    "if m.error != 0:",
    "    break",
)
Names = dict[str, Value]


class Loops(Choices):
    """Fourth layer of the lowering."""

    @abstractmethod
    def heap_value(self, name: str, texts: Sequence[str], returns: Type, node: s.Node = HERE) -> Value:
        """A call of a function of the heap with these arguments; what it gives is a local of its own."""

    def loop(self, node: s.For | s.ForIn | s.While) -> Value:
        """The value of a loop."""
        match node:
            case s.For():
                return self._for(node)
            case s.ForIn():
                return self._for_in(node)
        return self._rounds("while True:", lambda: self._while(node.condition), node.body)

    def _rounds(self, head: str, begin: Callable[[], Names], block: s.Block) -> Value:
        """A loop with this head; ``begin`` writes what each round begins with and gives the names of the round."""
        body, outer = self.body, self.conditional
        effect = body.effect
        body.uses_loops = True
        body.loops += 1
        self.conditional = True
        with body.captured() as lines:
            names = begin()
            for line in _FUEL:
                body.line(line.format(line=self.place.line))
            self.frame.scopes.append(dict(names))
            value = self.block(block)
            self.frame.scopes.pop()
            results = self._results([value, VOID_CONST])  # no round, no value
            named = [Result(one.kind, one.type, body.fresh()) for one in results or ()]
            self.give(named, value)
        body.loops -= 1
        self.conditional, body.effect = outer, effect
        for one in named:
            body.line(f"{one.name} = {'False' if one.kind is Kind.BOOL else 'math.nan'}")
        body.line(head)
        body.lines += lines
        if not named:
            return VOID_CONST
        return Items(tuple(one.value for one in named)) if isinstance(value, Items) else named[0].value

    def _break_unless(self, text: str) -> None:
        self.body.line(f"if not ({text}):")
        self.body.line("    break")

    def _while(self, condition: s.Expression) -> Names:
        self._break_unless(self.text(self.truth(self.expression(condition))))
        return {}

    # for -------------------------------------------------------------------------------------------------------------

    def _for(self, node: s.For) -> Value:
        """``for``: v6 asks for the end before each round; the direction is that of the first answer."""
        body = self.body
        start, step = self.expression(node.start), Const(1.0, Kind.INT)
        given: Value = self.expression(node.step) if node.step is not None else step
        whole = start.kind is not Kind.FLOAT and given.kind is not Kind.FLOAT
        kind = Kind(node.type.name) if node.type is not None else Kind.INT if whole else Kind.FLOAT
        stop = self.expression(node.stop) if self.version < 6 else None
        fixed = self._direction(start, stop, node.stop)
        counter = body.local(self.text(start), f"v_{ascii_name(node.variable)}_")
        size = f"abs({self.text(given)})" if not isinstance(given, Const) else repr(abs(float(given.value)))
        by = body.local(size)
        down = body.local("False") if fixed is None else ""
        end = "" if stop is None else body.local(self.text(stop)) if isinstance(stop, Code) else self.text(stop)
        turn = body.fresh("k")

        def begin() -> Names:
            last = end or self.text(self.expression(node.stop))
            if fixed is None:
                body.line(f"if {turn} == 0:")
                body.line(f"    {down} = {last} < {counter}")
                body.line("else:")
                body.line(f"    {counter} = {counter} - {by} if {down} else {counter} + {by}")
                self._break_unless(f"{counter} >= {last} if {down} else {counter} <= {last}")
            else:
                body.line(f"if {turn} > 0:")
                body.line(f"    {counter} = {counter} {'-' if fixed else '+'} {by}")
                self._break_unless(f"{counter} {'>=' if fixed else '<='} {last}")
            return {node.variable: Code(counter, kind)}

        return self._rounds(f"for {turn} in range({_ENDLESS}):", begin, node.body)

    def _direction(self, start: Value, stop: Value | None, node: s.Expression) -> bool | None:
        """Whether a loop counts down, where the source tells."""
        if stop is None and isinstance(node, s.Literal):
            stop = self.expression(node)
        if isinstance(start, Const) and isinstance(stop, Const):
            return float(stop.value) < float(start.value)
        return None

    # for … in --------------------------------------------------------------------------------------------------------

    def _for_in(self, node: s.ForIn) -> Value:
        whole = self.expression(node.iterable)
        type_ = type_of(whole)
        if not type_.is_collection:
            raise self.unsupported(f"a loop over {type_}", node.span)
        subject = self.body.local(self.text(whole))
        walked, size = subject, f"{type_.kind.value}.{'rows' if type_.kind is Kind.MATRIX else 'size'}"
        if type_.kind is Kind.MAP:
            keys = Type(Kind.ARRAY, items=type_.items[:1])
            walked, size = self.text(self.heap_value("map.keys", [subject], keys, node.iterable)), "array.size"
        turn = self.body.fresh("k")

        def begin() -> Names:
            count = self.heap_value(size, [walked], Type(Kind.INT), node.iterable)
            self._break_unless(f"{turn} < {self.text(count)}")
            place = self.body.local(f"{turn} * 1.0")
            if type_.kind is Kind.MATRIX:
                row = Type(Kind.ARRAY, items=type_.items)
                found = [Code(place, Kind.INT), self.heap_value("matrix.row", [subject, place], row, node)]
            else:
                item = self.heap_value("array.get", [walked, place, "False"], type_.items[0], node)
                found = [Code(place, Kind.INT), item]
            if type_.kind is Kind.MAP:
                value = self.heap_value("map.get", [subject, self.number(found[1])], type_.items[1], node)
                found = [found[1], value]
            return dict(zip(node.names, found[-len(node.names) :], strict=True))

        return self._rounds(f"for {turn} in range({_ENDLESS}):", begin, node.body)

    # once ------------------------------------------------------------------------------------------------------------

    def once(self, node: s.Once) -> Value:
        """``once``: its block runs on the first bar on which the condition holds."""
        done = self.body.slot()
        open_ = Code(self.body.local(f"s[{done}] == 0.0"), Kind.BOOL)

        def run() -> Value:
            self.body.line(f"s[{done}] = 1.0")
            self.block(node.body)
            return VOID_CONST

        def ask() -> Value:
            if node.condition is None:
                return run()
            test = self.truth(self.expression(node.condition))
            self.join(test, self.branch(run), Branch(VOID_CONST, [], NEVER))
            return VOID_CONST

        self.join(open_, self.branch(ask), Branch(VOID_CONST, [], NEVER))
        return VOID_CONST
