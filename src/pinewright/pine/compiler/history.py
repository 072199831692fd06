"""History: values of earlier bars, of earlier executions where the text does not run on every bar.

A pure value has a column, which goes back by bars. What was assigned to is logged: a variable of the script at the end
of each bar, one of a function at the end of each execution, one of a block whenever it changes. What runs several times
on a bar, in a loop, leaves its last value there.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.compiler.frames import Cell, Clock, Frame
from pinewright.pine.compiler.graph import (
    NA_CONST,
    STRUCTURED,
    Code,
    Const,
    Items,
    Node,
    Value,
    is_shareable,
    kept_type,
)
from pinewright.pine.compiler.values import Values
from pinewright.pine.types import Kind
from pinewright.pine.walking import bare

_MAY_BE_REFERENCE = STRUCTURED | {Kind.STRING}


class History(Values, ABC):
    """Second layer of the lowering. ``frame`` is the execution being written, ``globals`` that of the script."""

    frame: Frame
    globals: Frame
    conditional: bool
    """Whether the text stands in a block that does not run on every bar."""
    account_logs: dict[int, tuple[Node, int]]
    """Values that read the account and whose history is wanted, by id, with the buffers of their logs."""
    declared_at: dict[str, int]
    """Where the variables of the script are declared: a function sees those above it."""

    @abstractmethod
    def expression(self, node: s.Expression) -> Value:
        """The value of an expression."""

    @abstractmethod
    def missing(self, value: Value, kind: Kind) -> Value:
        """The value of a branch in the kind of the whole: nothing is na, and false for a bool."""

    def lookup(self, name: str) -> tuple[Value | Cell | None, Frame]:
        """What a name stands for, and in which execution; None for a name that is no variable here."""
        found = self.frame.find(name)
        if found is not None or self.in_prelude:
            return found, self.frame
        # Not what a block around the call has under that name.
        found = self.globals.scopes[0].get(name)
        function = self.frame.function
        if function is not None and self.declared_at.get(name, -1) > function.span.start:
            found = None
        return found, self.globals

    def buffer(self, kind: Kind) -> int:
        """A buffer for a log of values of this kind."""
        number = self.body.buffer()
        if kind in _MAY_BE_REFERENCE:
            self.body.references.add(number)
        return number

    def new_clock(self) -> Clock:
        """A new count of executions at this place."""
        return Clock(self.body.slot(), self.body.slot() if self.body.loops else None)

    def tick(self, clock: Clock) -> None:
        """Count an execution; of several on a bar the first counts."""
        step = f"s[{clock.count}] = s[{clock.count}] + 1.0"
        if clock.mark is None:
            self.body.line(step)
            return
        with self.body.block(f"if s[{clock.mark}] != i + 1.0:"):
            self.body.line(f"s[{clock.mark}] = i + 1.0")
            self.body.line(step)

    # Reading ---------------------------------------------------------------------------------------------------------

    def index(self, node: s.Index) -> Value:
        """``value[offset]``."""
        offset = self.expression(node.offset)
        inner = bare(node.value)
        found, owner = self.lookup(inner.name) if isinstance(inner, s.Name) else (None, self.frame)
        if isinstance(found, Cell):
            return self._logged(found, offset, owner)
        value = self.expression(inner)
        value = self.with_na(value) if self.three_valued else value
        if isinstance(value, Items):
            raise self.unsupported("the history of a tuple", node.span)
        if isinstance(offset, Const) and offset.value == 0.0:
            return value
        if isinstance(value, Code) or (self.conditional and dotted_name(inner) is None):
            return self._evaluated_before(value, offset)
        if isinstance(value, Const) or value.op == "market":
            return self._constant_before(value, offset)
        if value.live:
            return self._account_before(value, offset)
        if is_shareable(offset):
            return self.graph.node("history", (value, offset), value.kind, three=value.three)
        past = self.columns.past(value, self.text(offset), self.body)
        return Code(self.body.local(past), value.kind, kept_type(value))

    def _evaluated_before(self, value: Node | Code | Const, offset: Value) -> Value:
        """History of an expression that is not evaluated on every bar: it goes back by evaluations."""
        buffer, clock = self.buffer(value.kind), self.new_clock()
        count = f"s[{clock.count}]"
        if clock.mark is None:
            self.body.line(f"h[{buffer}][int({count})] = {self.number(value)}")
            self.tick(clock)
        else:
            self.tick(clock)
            self.body.line(f"h[{buffer}][int({count}) - 1] = {self.number(value)}")
        type_ = kept_type(value)
        return self.loaded(f"pine_logged(h, {buffer}, {count}, {self.text(offset)} + 1.0)", value.kind, type_)

    def _constant_before(self, value: Const | Node, offset: Value) -> Value:
        """The history of what never changes: na (or false) before the first bar, as of any other value."""
        if value.kind not in (Kind.BOOL, Kind.INT, Kind.FLOAT):
            return value
        known = self.truth(self.binary("<=", offset, self.graph.node("bar_index", (), Kind.INT)))
        before = self.missing(NA_CONST, value.kind)
        return self.operate("select", value.kind, known, value, before, three=value.three)

    def _account_before(self, node: Node, offset: Value) -> Value:
        """History of what reads the account: by bars wherever the text stands, for the end of every bar writes it."""
        if id(node) not in self.account_logs:
            self.account_logs[id(node)] = (node, self.body.buffer())
        back = self.text(offset)
        past = f"pine_logged(h, {self.account_logs[id(node)][1]}, (i * 1.0), {back})"
        text = past if isinstance(offset, Const) else f"({self.number(node)} if {back} == 0.0 else {past})"
        return self.loaded(text, node.kind, kept_type(node))

    def _logged(self, cell: Cell, offset: Value, owner: Frame) -> Value:
        if isinstance(offset, Const) and offset.value == 0.0:
            return cell.value
        if cell.log is None:
            raise self.unsupported("this history", s.NOWHERE)
        if cell.own is None and owner.function is not None and owner.clock.count is None:
            owner.clock = self.new_clock()
        back = self.text(offset)
        past = f"pine_logged(h, {cell.log}, {(cell.own or owner.clock).earlier}, {back})"
        text = past if isinstance(offset, Const) else f"({self.number(cell.value)} if {back} == 0.0 else {past})"
        return self.loaded(text, cell.kind, cell.type)

    # Writing ---------------------------------------------------------------------------------------------------------

    def remember(self, cell: Cell) -> None:
        """Give a variable whose past is read the log of its values."""
        cell.log = self.buffer(cell.kind)
        if len(self.frame.scopes) == 1:
            self.frame.logged.append(cell)
            return
        cell.own = self.new_clock()
        cell.own.begins = True
        self.tick(cell.own)
        self.write_own(cell)

    def write_own(self, cell: Cell) -> None:
        """Log the value of a variable that keeps its own count."""
        if cell.own is not None:
            self.body.line(f"h[{cell.log}][int(s[{cell.own.count}]) - 1] = {self.number(cell.value)}")

    def write_logs(self, frame: Frame) -> None:
        """At the end of an execution: each remembered variable's value goes into its log."""
        clock = frame.clock
        if frame is self.globals:
            for node, buffer in self.account_logs.values():
                self.body.line(f"h[{buffer}][i] = {self.number(node)}")
        if not frame.logged or (frame.function is not None and clock.count is None):
            return
        if clock.mark is not None:
            self.tick(clock)
        place = "i" if clock.count is None else f"int(s[{clock.count}])" + (" - 1" if clock.mark is not None else "")
        for cell in frame.logged:
            self.body.line(f"h[{cell.log}][{place}] = {self.number(cell.value)}")
        if clock.count is not None and clock.mark is None:
            self.tick(clock)
