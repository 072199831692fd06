"""Choices and loops of an interpreted script."""

from __future__ import annotations

from collections.abc import Callable

from pinewright.errors import PineUnsupportedError
from pinewright.pine import syntax as s
from pinewright.pine.interpreter.collections import array_of
from pinewright.pine.interpreter.core import MOST_ROUNDS, Core
from pinewright.pine.interpreter.frames import Variable
from pinewright.pine.interpreter.objects import Failed, Map
from pinewright.pine.interpreter.values import NA, Value, compare, floating, is_na, number, truth
from pinewright.pine.types import Kind


class Break(Exception):  # noqa: N818 - a jump
    """``break``: ends the innermost loop."""


class Continue(Exception):  # noqa: N818 - a jump
    """``continue``: ends the round of the innermost loop."""


class Structures(Core):
    """Second layer of the interpreter."""

    def structure(self, node: s.Expression) -> Value:
        """The value of an if, a switch or a loop."""
        match node:
            case s.If():
                return self._if(node)
            case s.Switch():
                return self._switch(node)
            case s.For():
                return self._for(node)
            case s.ForIn():
                return self._for_in(node)
            case s.While():
                return self._rounds(node, lambda turn: {} if truth(self.expression(node.condition)) else None)
            case s.Once():
                return self._once(node)
        raise AssertionError(f"no rule for {type(node).__name__}")

    def _if(self, node: s.If) -> Value:
        value: Value = NA
        if truth(self.expression(node.condition)):
            value = self.block(node.then)
        elif node.otherwise is not None:
            value = self.block(node.otherwise)
        return self.settled(floating(value), node)

    def _switch(self, node: s.Switch) -> Value:
        subject = self.expression(node.subject) if node.subject is not None else None
        value: Value = NA
        for case in node.cases:
            if case.condition is not None:
                given = self.expression(case.condition)
                if not (truth(given) if node.subject is None else truth(compare("==", subject, given, self.version))):
                    continue
            value = self.block(case.body)
            break
        return self.settled(floating(value), node)

    def settled(self, value: Value, node: s.Expression) -> Value:
        """A missing bool is false in v6."""
        return self.missing(self.bools.gives(node, self.frame)) if is_na(value) else value

    def _once(self, node: s.Once) -> Value:
        """Its block runs on the first bar on which the condition holds."""
        if id(node) not in self.frame.states and (node.condition is None or truth(self.expression(node.condition))):
            self.frame.states[id(node)] = True
            self.block(node.body)
        return NA

    # Loops -----------------------------------------------------------------------------------------------------------

    def _rounds(self, node: s.For | s.ForIn | s.While, names: Callable[[int], dict[str, Variable] | None]) -> Value:
        """Rounds until there are no ``names`` for one more; the value is that of the last that came to its end."""
        value: Value = NA
        turn = 0
        self.loops += 1
        try:
            while (given := names(turn)) is not None:
                turn += 1
                self.rounds += 1
                if self.rounds > MOST_ROUNDS:
                    raise Failed("STEP_LIMIT")
                try:
                    value = self.block(node.body, given)
                except Continue:
                    continue
        except Break:
            pass
        finally:
            self.loops -= 1
        return self.settled(floating(value), node)

    def _for(self, node: s.For) -> Value:
        """v6 asks for the end before each round, v5 once; the direction is that of the first answer."""
        counter = number(self.expression(node.start))
        by = abs(number(self.expression(node.step))) if node.step is not None else 1.0
        fixed = number(self.expression(node.stop)) if self.version < 6 else NA
        down = False

        def names(turn: int) -> dict[str, Variable] | None:
            nonlocal counter, down
            stop = number(self.expression(node.stop)) if self.version >= 6 else fixed
            if turn == 0:
                down = stop < counter
            else:
                counter += -by if down else by
            reached = counter >= stop if down else counter <= stop
            return {node.variable: Variable(float(counter))} if reached else None

        return self._rounds(node, names)

    def _for_in(self, node: s.ForIn) -> Value:
        walked = self.expression(node.iterable)
        keys = [pair[0] for pair in walked.pairs.values()] if isinstance(walked, Map) else []

        def names(turn: int) -> dict[str, Variable] | None:
            if isinstance(walked, Map):
                if turn >= len(keys):
                    return None
                found: tuple[Value, ...] = (keys[turn], walked.get(keys[turn]))
            else:
                elements = self._elements(walked, node)
                if turn >= len(elements):
                    return None
                found = (float(turn), elements[turn])
            shown = found[-len(node.names) :]
            pairs = zip(node.names, shown, strict=True)
            return {name: Variable(value, isinstance(value, bool)) for name, value in pairs}

        return self._rounds(node, names)

    def _elements(self, value: Value, node: s.ForIn) -> list[Value]:
        kind = self.types[id(node.iterable)].kind
        if kind is Kind.MATRIX:
            raise PineUnsupportedError(f"a loop over a matrix is not interpreted, line {node.span.line}")
        try:
            if kind is Kind.MAP:
                raise Failed("NO_MAP")
            return array_of(value).elements()
        except Failed as failure:
            raise self.failed(failure, node.iterable) from None
