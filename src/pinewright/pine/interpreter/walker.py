"""The interpreter: walks the tree of a checked script once for each bar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from pinewright.data.calendar import calendar_part
from pinewright.errors import PineError, PineUnsupportedError
from pinewright.market import Bars
from pinewright.pine import syntax as s
from pinewright.pine.binding import bind, dotted_name
from pinewright.pine.builtins import Function, Role, functions, variables
from pinewright.pine.checker import CheckedScript
from pinewright.pine.compiler.timestamps import parse_timestamp
from pinewright.pine.interpreter.account import Account, BarOutcome, NoAccount, OrderCommand
from pinewright.pine.interpreter.bools import COMPARISONS, Bools
from pinewright.pine.interpreter.builtin_series import BuiltinSeries
from pinewright.pine.interpreter.frames import Frame, Scope, Variable
from pinewright.pine.interpreter.series import SERIES
from pinewright.pine.interpreter.values import (
    FORMULAS,
    NA,
    Value,
    calculate,
    compare,
    floating,
    is_na,
    negate,
    number,
    round_half_up,
    truth,
)
from pinewright.pine.types import Kind
from pinewright.pine.walking import walk

_ALERTS = ("alert_message", "disable_alert", "alert_profit", "alert_loss", "alert_trailing")


class Interpreter:
    """Runs one script over bars.

    inputs: values in place of defaults, by the variable that the ``input.*`` call is assigned to; a source is named.
    watch: global variables whose values at the end of each bar are wanted. account: what takes the orders.
    timezone: IANA zone of the script's clock, by default the symbol's.
    Raises PineError for a script with errors.
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
    ):
        if not checked.ok:
            raise PineError("the script has errors", hint="check it first")
        self.tree = checked.tree
        self.version = checked.version
        self.bars_in = bars
        self.inputs = dict(inputs or {})
        self.watch = watch
        self.account: Account = account or NoAccount()
        self.timezone = timezone or bars.symbol.timezone
        self.series = BuiltinSeries(bars, self.timezone)
        self.declared = {n.name: n for n in self.tree.statements if isinstance(n, s.FunctionDeclaration)}
        self.assigned = {dotted_name(n.target) for n in walk(self.tree) if isinstance(n, s.Reassignment)}
        self.called_for = {
            id(n.value): n.name for n in walk(self.tree) if isinstance(n, s.Declaration) and isinstance(n.value, s.Call)
        }
        self.bools = Bools(self.tree, self.declared)
        self.script = Frame()
        self.frame = self.script
        self.bar = 0
        self.commands: list[OrderCommand] = []
        self._account_past: dict[str, list[float]] = {}
        self._remember = {dotted_name(n.value) or "" for n in walk(self.tree) if isinstance(n, s.Index)}

    def bars(self) -> Iterator[BarOutcome]:
        """What the script does at the close of each bar, from the first to the last."""
        remembered = [name for name in self._remember if name.startswith("strategy.")]
        for bar in range(len(self.bars_in)):
            self.bar = bar
            self.account.open_bar(bar)
            for name in remembered:
                self._account_past.setdefault(name, []).append(self.account.value(name, self.bar))
            self.commands = []
            root = self.script.root
            self._execute(self.script, root, self.tree.statements)
            self.account.close_bar(self.bar)
            values = tuple(root.names[name].value for name in self.watch)
            yield BarOutcome(self.bar, tuple(self.commands), values)

    # Statements ------------------------------------------------------------------------------------------------------

    def _execute(
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
        for statement in statements:
            value = self.statement(statement)
        scope.leave()
        frame.open.pop()
        self.frame = outer
        return value

    def statement(self, node: s.Statement) -> Value:
        match node:
            case s.Declaration():
                return self._declare(node)
            case s.TupleDeclaration():
                found = self.expression(node.value)
                for name, value in zip(node.names, found if isinstance(found, tuple) else (), strict=True):
                    self._bind(name, value, isinstance(value, bool))
                return found
            case s.Reassignment():
                return self._reassign(node)
            case s.ExpressionStatement():
                return self.expression(node.value)
            case s.FunctionDeclaration():
                return NA
        raise PineUnsupportedError(f"`{type(node).__name__}` is not interpreted, line {node.span.line}")

    def _declare(self, node: s.Declaration) -> Value:
        scope = self.frame.open[-1]
        if node.mode is not None and id(node) in scope.kept:
            scope.names[node.name] = scope.kept[id(node)]
            return scope.names[node.name].value
        value = self._typed(self.expression(node.value), node.type)
        variable = self._bind(node.name, value, self.bools.declares(node, self.frame))
        if node.mode is not None:
            variable.value = floating(value)
            scope.kept[id(node)] = variable
        return variable.value

    def _bind(self, name: str, value: Value, is_bool: bool) -> Variable:
        variable = Variable(floating(value) if name in self.assigned else value, is_bool)
        self.frame.open[-1].names[name] = variable
        return variable

    def _reassign(self, node: s.Reassignment) -> Value:
        name = dotted_name(node.target) or ""
        value = self.expression(node.value)
        scope = self.frame.find(name)
        if scope is None or (self.frame is not self.script and scope is self.script.root):
            raise PineUnsupportedError(f"changing `{name}` here is not interpreted, line {node.span.line}")
        variable = scope.names[name]
        if node.operator != ":=":
            value = calculate(node.operator[0], variable.value, value, self.version)
        variable.value = truth(value) if variable.is_bool else floating(value)
        return variable.value

    def _typed(self, value: Value, kind: s.TypeName | None) -> Value:
        if kind is not None and kind.name == "bool":
            return truth(value)
        if kind is not None and kind.name == "float":
            return floating(value)
        return value

    def _block(self, block: s.Block) -> Value:
        return self._execute(self.frame, self.frame.block(id(block)), block.statements)

    # Expressions -----------------------------------------------------------------------------------------------------

    def expression(self, node: s.Expression) -> Value:
        match node:
            case s.Literal():
                return node.value
            case s.Parenthesis():
                return self.expression(node.value)
            case s.Name() | s.Member():
                return self._name(dotted_name(node) or "")
            case s.Call():
                return self._call(node)
            case s.Index():
                return self._history(node)
            case s.Unary():
                value = self.expression(node.operand)
                if node.operator == "not":
                    return not truth(value)
                return negate(value) if node.operator == "-" else value
            case s.Binary(operator="and" | "or"):
                return self._logic(node)
            case s.Binary():
                left, right = self.expression(node.left), self.expression(node.right)
                if node.operator in COMPARISONS:
                    return compare(node.operator, left, right)
                return calculate(node.operator, left, right, self.version)
            case s.Ternary():
                return self._ternary(node)
            case s.Tuple():
                return tuple(self.expression(item) for item in node.items)
            case s.If():
                return self._if(node)
            case s.Switch():
                return self._switch(node)
        raise PineUnsupportedError(f"`{type(node).__name__.lower()}` is not interpreted, line {node.span.line}")

    def _logic(self, node: s.Binary) -> bool:
        left = truth(self.expression(node.left))
        if self.version >= 6 and left == (node.operator == "or"):
            return left
        right = truth(self.expression(node.right))
        return (left and right) if node.operator == "and" else (left or right)

    def _ternary(self, node: s.Ternary) -> Value:
        taken = node.then if truth(self.expression(node.condition)) else node.otherwise
        value = self.expression(taken)
        known = isinstance(node.condition, s.Literal)
        return self._settled(value if known else floating(value), node)

    def _if(self, node: s.If) -> Value:
        value: Value = NA
        if truth(self.expression(node.condition)):
            value = self._block(node.then)
        elif node.otherwise is not None:
            value = self._block(node.otherwise)
        return self._settled(floating(value), node)

    def _switch(self, node: s.Switch) -> Value:
        subject = self.expression(node.subject) if node.subject is not None else None
        value: Value = NA
        for case in node.cases:
            if case.condition is not None:
                given = self.expression(case.condition)
                if not (truth(given) if node.subject is None else compare("==", subject, given)):
                    continue
            value = self._block(case.body)
            break
        return self._settled(floating(value), node)

    def _settled(self, value: Value, node: s.Expression) -> Value:
        """A missing bool is false."""
        return False if is_na(value) and self.bools.gives(node, self.frame) else value

    def _name(self, name: str) -> Value:
        scope = self.frame.find(name)
        return self._builtin(name) if scope is None else scope.names[name].value

    def _builtin(self, name: str) -> Value:
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

    def _history(self, node: s.Index) -> Value:
        """Variables go back by executions of their scope, built-in series by bars, other values by evaluations."""
        offset = number(self.expression(node.offset))
        name = dotted_name(node.value)
        if name is None:
            return self._logged(node, offset)
        scope = self.frame.find(name)
        if scope is not None:
            return scope.history(name, offset)
        if not offset >= 0 or offset > self.bar:
            return False if isinstance(self._builtin(name), bool) else NA
        bar = self.bar - int(offset)
        if name in self._account_past:
            return self._account_past[name][bar]
        if name == "ta.tr":
            return SERIES["ta.tr"]({}, self.series.bar(bar), {})[0]
        if variables()[name].value is not None or name.startswith(("barstate.", "syminfo.")):
            return self._builtin(name)
        return self.series.value(name, bar)

    def _logged(self, node: s.Index, offset: float) -> Value:
        value = self.expression(node.value)
        log = self.frame.states.setdefault(id(node), [])
        assert isinstance(log, list)
        log.append(value)
        if 0 <= offset < len(log):
            found: Value = log[-1 - int(offset)]
            return found
        return False if isinstance(value, bool) else NA

    # Calls -----------------------------------------------------------------------------------------------------------

    def _call(self, node: s.Call) -> Value:
        name = dotted_name(node.function) or ""
        if name in self.declared:
            return self._invoke(self.declared[name], node)
        function = functions(self.version).find(name)
        if function is None or function.role in (Role.DISPLAY, Role.DECLARATION):
            return None
        if function.role is Role.CHECKED:
            if function.returns.kind in (Kind.STRING, Kind.OBJECT, Kind.VOID):
                return None  # texts and drawings reach no order
            raise PineUnsupportedError(f"`{name}()` is not interpreted, line {node.span.line}")
        match function.role:
            case Role.INPUT:
                return self._input(function, node)
            case Role.ORDER:
                return self._order(function, node)
            case Role.CLOCK:
                return self._clock(function, node)
            case Role.PRELUDE:
                arguments = {key: self.expression(value) for key, value in bind(function, node).arguments.items()}
                state = self.frame.states.setdefault(id(node), {})
                assert isinstance(state, dict)
                found = SERIES[name](state, self.series.bar(self.bar), arguments)
                return found if len(found) > 1 else found[0]
        return self._formula(function, node)

    def _formula(self, function: Function, node: s.Call) -> Value:
        bound = bind(function, node)
        given = [self.expression(value) for value in (*bound.arguments.values(), *bound.extra)]
        match function.name:
            case "timestamp":
                return float(parse_timestamp(str(given[0]), PineUnsupportedError).value)
            case "na":
                return given[0] is None or is_na(given[0])
            case "nz":
                return (given[1] if len(given) > 1 else 0.0) if is_na(given[0]) else given[0]
            case "bool":
                return truth(given[0])
            case "math.round_to_mintick":
                mintick = self.bars_in.symbol.mintick
                return round_half_up(number(given[0]) / mintick) * mintick
        return FORMULAS[function.name](*(number(value) for value in given))

    def _clock(self, function: Function, node: s.Call) -> Value:
        zone = bind(function, node).arguments.get("timezone")
        time = self.expression(bind(function, node).arguments["time"])
        place = str(self.expression(zone)) if zone is not None else self.timezone
        if is_na(time):
            return NA
        return float(calendar_part(np.array([int(number(time))]), function.name, place)[0])

    def _input(self, function: Function, node: s.Call) -> Value:
        arguments = bind(function, node).arguments
        name = self.called_for.get(id(node), "")
        if name in self.inputs:
            chosen = self.inputs[name]
            return self._builtin(str(chosen)) if function.name == "input.source" else floating(chosen)
        return floating(self.expression(arguments["defval"]))

    def _order(self, function: Function, node: s.Call) -> Value:
        arguments = bind(function, node).arguments
        given = tuple((k, floating(self.expression(v))) for k, v in arguments.items() if k not in _ALERTS)
        command = OrderCommand(function.name, given)
        self.commands.append(command)
        self.account.order(command, self.bar)
        return NA

    def _invoke(self, function: s.FunctionDeclaration, node: s.Call) -> Value:
        """A call of a user function, in the frame of this call site."""
        names = [parameter.name for parameter in function.parameters]
        given = {a.name or names[k]: self.expression(a.value) for k, a in enumerate(node.arguments)}
        bound: dict[str, Variable] = {}
        for parameter in function.parameters:
            value = given.get(parameter.name, NA)
            if parameter.name not in given and parameter.default is not None:
                value = self.expression(parameter.default)
            value = self._typed(value, parameter.type)
            bound[parameter.name] = Variable(value, isinstance(value, bool))
        frame = self.frame.call(id(node), self.script)
        return self._execute(frame, frame.root, function.body.statements, bound)
