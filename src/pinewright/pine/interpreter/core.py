"""What an interpreted script is made of: its names, its history, and the run from bar to bar."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping

from pinewright.errors import PineError
from pinewright.market import Bars
from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.builtins import variables
from pinewright.pine.checker import CheckedScript
from pinewright.pine.interpreter.account import Account, BarOutcome, NoAccount, OrderCommand
from pinewright.pine.interpreter.bools import Bools
from pinewright.pine.interpreter.builtin_series import BuiltinSeries
from pinewright.pine.interpreter.frames import Frame, Past, Scope, Variable
from pinewright.pine.interpreter.objects import Failed, Member, Record
from pinewright.pine.interpreter.series import SERIES
from pinewright.pine.interpreter.values import NA, Value, floating, is_na, number, truth
from pinewright.pine.types import Kind
from pinewright.pine.walking import bare, walk

MOST_ROUNDS = 2_000_000
"""Rounds of loops on one bar at most."""


class Core(ABC):
    """First layer of the interpreter.

    inputs: values in place of defaults, by the variable that the ``input.*`` call is assigned to; a source is named.
    watch: global variables whose values at the end of each bar are wanted. account: what takes the orders.
    timezone: IANA zone of the script's clock, by default the symbol's. skip: which statements are left out.
    Raises PineError for a script with errors; a run raises Failed where the script fails.
    """

    def __init__(
        self,
        checked: CheckedScript,
        bars: Bars,
        *,
        inputs: Mapping[str, Value] | None = None,
        watch: tuple[str, ...] = (),
        account: Account | None = None,
        timezone: str | None = None,
        skip: Callable[[s.Statement], bool] | None = None,
    ):
        if not checked.ok:
            raise PineError("the script has errors", hint="check it first")
        self.tree = checked.tree
        self.version = checked.version
        self.types = checked.types
        self.bars_in = bars
        self.inputs = dict(inputs or {})
        self.watch = watch
        self.account: Account = account or NoAccount()
        self.timezone = timezone or bars.symbol.timezone
        self.series = BuiltinSeries(bars, self.timezone)
        self.skip = skip
        statements = self.tree.statements
        self.declared: dict[str, list[s.FunctionDeclaration]] = {}
        for node in statements:
            if isinstance(node, s.FunctionDeclaration):
                self.declared.setdefault(node.name, []).append(node)
        self.record_types = {n.name: n for n in statements if isinstance(n, s.TypeDeclaration)}
        self.enums = {n.name: n for n in statements if isinstance(n, s.EnumDeclaration)}
        self.assigned = {dotted_name(n.target) for n in walk(self.tree) if isinstance(n, s.Reassignment)}
        self.called_for = {
            id(n.value): n.name for n in walk(self.tree) if isinstance(n, s.Declaration) and isinstance(n.value, s.Call)
        }
        self.bools = Bools(self.tree, self.declared, self.types)
        self.script = Frame()
        self.frame = self.script
        self.bar = 0
        self.loops = 0
        """Loops around the present statement."""
        self.rounds = 0
        """Rounds of loops on this bar so far."""
        self.commands: list[OrderCommand] = []
        self._account_past: dict[str, list[float]] = {}
        self._remember = {dotted_name(n.value) or "" for n in walk(self.tree) if isinstance(n, s.Index)}

    def bars(self) -> Iterator[BarOutcome]:
        """What the script does at the close of each bar, from the first to the last."""
        remembered = [name for name in self._remember if name.startswith("strategy.")]
        for bar in range(len(self.bars_in)):
            self.bar = bar
            self.rounds = 0
            self.account.open_bar(bar)
            for name in remembered:
                self._account_past.setdefault(name, []).append(self.account.value(name, self.bar))
            self.commands = []
            root = self.script.root
            try:
                self.execute(self.script, root, self.tree.statements)
            except Failed as failure:
                failure.bar = bar
                raise
            self.account.close_bar(self.bar)
            values = tuple(root.names[name].value for name in self.watch)
            yield BarOutcome(self.bar, tuple(self.commands), values)

    @abstractmethod
    def statement(self, node: s.Statement) -> Value:
        """Carry out a statement; its value."""

    @abstractmethod
    def expression(self, node: s.Expression) -> Value:
        """The value of an expression."""

    def execute(
        self,
        frame: Frame,
        scope: Scope,
        statements: tuple[s.Statement, ...],
        given: Mapping[str, Variable] | None = None,
    ) -> Value:
        """One execution of the script, a function or a block; its value is that of the last statement."""
        outer, self.frame = self.frame, frame
        scope.enter()
        scope.names.update(given or {})
        frame.open.append(scope)
        value: Value = NA
        try:
            for statement in statements:
                value = NA if self.skip is not None and self.skip(statement) else self.statement(statement)
        finally:  # a break or continue ends an execution too
            scope.leave(self.bar)
            frame.open.pop()
            self.frame = outer
        return value

    def block(self, block: s.Block, given: Mapping[str, Variable] | None = None) -> Value:
        """One execution of a block in a scope of its own."""
        return self.execute(self.frame, self.frame.block(id(block)), block.statements, given)

    # Names -----------------------------------------------------------------------------------------------------------

    def typed(self, value: Value, kind: s.TypeName | None) -> Value:
        """A value in the written type of what takes it."""
        if kind is not None and kind.name == "bool":
            return self.as_bool(value)
        return floating(value) if kind is not None and kind.name == "float" else value

    def as_bool(self, value: Value) -> Value:
        """A value in a variable that is a bool: na stays na in v5."""
        return NA if self.version < 6 and is_na(value) else truth(value)

    def missing(self, is_bool: bool) -> Value:
        """What a value is that is not there: na, and false for a bool of v6."""
        return False if is_bool and self.version >= 6 else NA

    def name(self, name: str) -> Value:
        """What a name stands for."""
        scope = self.frame.find(name)
        return self.builtin(name) if scope is None else scope.names[name].value

    def member(self, node: s.Member) -> Value:
        """``a.b``: a field, a member of an enum, or a name of Pine."""
        full = dotted_name(node)
        if full is not None:
            head, _, rest = full.partition(".")
            if self.frame.find(head) is None:
                return self._enum_member(head, rest) if head in self.enums else self.builtin(full)
        found: Value = self.record(self.expression(node.value), node).fields[node.name]
        return found

    def record(self, value: Value, node: s.Node) -> Record:
        """The object that a value is."""
        if not isinstance(value, Record):
            raise self.failed(Failed("NO_RECORD"), node)
        return value

    def failed(self, failure: Failed, node: s.Node) -> Failed:
        """A failure at a node."""
        failure.line = failure.line or node.span.line
        return failure

    def _enum_member(self, enum: str, name: str) -> Member:
        (member,) = (one for one in self.enums[enum].members if one.name == name)
        title = member.title.value if isinstance(member.title, s.Literal) else name
        return Member(f"{enum}.{name}", str(title))

    def builtin(self, name: str) -> Value:
        """A variable or constant of Pine."""
        if name == "na":
            return NA
        if name.startswith("strategy.") and (known := variables()[name]).value is None:
            return self.account.value(known.name, self.bar)
        if name.startswith("barstate."):
            return {"isfirst": self.bar == 0, "isrealtime": False}.get(name.split(".")[1], True)
        if name in ("syminfo.mintick", "syminfo.pointvalue"):
            symbol = self.bars_in.symbol
            return symbol.mintick if name.endswith("mintick") else symbol.point_value
        if name == "ta.tr":
            return SERIES["ta.tr"]({}, self.series.bar(self.bar), {})[0]
        value = variables()[name].value
        if value is not None:
            return int(value) if variables()[name].type.kind is Kind.INT else value
        return self.series.value(name, self.bar)

    # History ---------------------------------------------------------------------------------------------------------

    def history(self, node: s.Index) -> Value:
        """Variables go back by executions of their scope, built-in series by bars, other values by evaluations."""
        offset = number(self.expression(node.offset))
        name = dotted_name(bare(node.value))
        if name is None or ("." in name and self.frame.find(name.split(".")[0]) is not None):
            return self._logged(node, offset)
        scope = self.frame.find(name)
        if scope is not None:
            found = scope.history(name, offset, self.bar)
            return self.missing(scope.names[name].is_bool) if found is None else found
        if not offset >= 0 or offset > self.bar:
            return self.missing(isinstance(self.builtin(name), bool))
        bar = self.bar - int(offset)
        if name in self._account_past:
            return self._account_past[name][bar]
        if name == "ta.tr":
            return SERIES["ta.tr"]({}, self.series.bar(bar), {})[0]
        if variables()[name].value is not None or name.startswith(("barstate.", "syminfo.")):
            return self.builtin(name)
        return self.series.value(name, bar)

    def _logged(self, node: s.Index, offset: float) -> Value:
        value = self.expression(node.value)
        log = self.frame.states.setdefault(id(node), Past())
        assert isinstance(log, Past)
        log.add(self.bar, value)
        found = value if 0 <= offset < 1 else log.back(offset, self.bar)
        return self.missing(isinstance(value, bool)) if found is None else found
