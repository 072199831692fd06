"""Statements of the kernel language, and whole functions, as LLVM IR."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pinewright.machine.kernel.emit import Place, Shared, Value
from pinewright.machine.kernel.expressions import Expressions
from pinewright.machine.kernel.functions import Function
from pinewright.machine.kernel.types import INT, NONE, Kind, Type


@dataclass(slots=True)
class _Loop:
    """Where ``break`` and ``continue`` go, and what is assigned at each ``break``."""

    leave: str
    again: str
    breaks: list[set[str]] = field(default_factory=list)


class Statements(Expressions):
    """Writes one function."""

    def __init__(self, function: Function[..., object], shared: Shared):
        super().__init__(function, shared)
        self.loops: list[_Loop] = []
        self.returns = function.signature.returns

    def text(self, symbol: str, *, exported: bool) -> str:
        """The function's definition."""
        node, _ = self.function.source
        signature = self.function.signature
        stored = {item.id for item in ast.walk(node) if isinstance(item, ast.Name) and isinstance(item.ctx, ast.Store)}
        self.local = stored | {name for name, _ in signature.parameters}
        self.assigned = {name for name, _ in signature.parameters}
        for name, type_ in signature.parameters:
            self._parameter(name, type_, rebound=name in stored)
        self.block(node.body)
        if self.blocks.open:
            if self.returns != NONE:
                self.fail(node, "the function can end without return", "return a value on every way")
            self.blocks.close("ret void")
        parameters = ", ".join(self._spelled(name, type_) for name, type_ in signature.parameters)
        inline = {True: " alwaysinline", False: " noinline", None: ""}[self.function.inline]
        linkage = "" if exported else "internal "
        head = f"define {linkage}{self.returns.returned} @{symbol}({parameters}) nounwind{inline} {{"
        return "\n".join([head, "entry:", *self.blocks.entry, *self.blocks.lines, "}"])

    def _spelled(self, name: str, type_: Type) -> str:
        mark = " noalias" if type_.is_pointer and self.function.noalias else ""
        return f"{type_.passed}{mark} %a.{name}"

    def _parameter(self, name: str, type_: Type, *, rebound: bool) -> None:
        value = Value(type_, f"%a.{name}")
        self.arguments[name] = value
        if rebound:
            self.store(self._variable(name, type_), value)

    def _variable(self, name: str, type_: Type) -> Place:
        place = Place(type_, self.blocks.slot(type_.memory))
        self.places[name] = place
        return place

    # Blocks -----------------------------------------------------------------------------------------------------

    def block(self, body: Sequence[ast.stmt]) -> None:
        """Writes statements up to the first that leaves the block."""
        for node in body:
            if not self.blocks.open:
                return
            write = _STATEMENTS.get(type(node))
            if write is None:
                self.fail(node, f"statement {type(node).__name__} is outside the kernel language")
            write(self, node)

    def _pass(self, node: ast.Pass) -> None:
        """Nothing to do."""

    def _expression_statement(self, node: ast.Expr) -> None:
        if isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            return
        if not isinstance(node.value, ast.Call):
            self.fail(node, "an expression alone does nothing")
        self.expression(node.value)

    def _return(self, node: ast.Return) -> None:
        if node.value is None or (isinstance(node.value, ast.Constant) and node.value.value is None):
            if self.returns != NONE:
                self.fail(node, f"the function returns {self.returns}")
            self.blocks.close("ret void")
            return
        if self.returns == NONE:
            self.fail(node, "the function returns None")
        value = self.of_type(node.value, self.returns, "result")
        self.blocks.close(f"ret {value.type.ir} {value.text}")

    def _if(self, node: ast.If) -> None:
        yes, no, end = (self.blocks.fresh(stem) for stem in ("then", "else", "after"))
        self.condition(node.test, yes, no)
        before = set(self.assigned)
        ends = []
        for label, body in ((yes, node.body), (no, node.orelse)):
            self.assigned = set(before)
            self.blocks.start(label)
            self.block(body)
            if self.blocks.open:
                ends.append(self.assigned)
                self.blocks.jump(end)
        self._join(end, ends)

    def _join(self, label: str, ends: list[set[str]]) -> None:
        """Goes on at ``label``, where what was assigned on all ways is assigned; or nowhere if no way leads there."""
        if ends:
            self.assigned = set.intersection(*ends)
            self.blocks.start(label)

    # Loops ------------------------------------------------------------------------------------------------------

    def _while(self, node: ast.While) -> None:
        if node.orelse:
            self.fail(node, "else of a loop is outside the kernel language")
        again, body, leave = (self.blocks.fresh(stem) for stem in ("while", "body", "after"))
        self.blocks.jump(again)
        self.blocks.start(again)
        endless = isinstance(node.test, ast.Constant) and node.test.value is True
        if endless:
            self.blocks.jump(body)
        else:
            self.condition(node.test, body, leave)
        self._body(node.body, _Loop(leave, again), body, again, ends=not endless)

    def _body(self, nodes: list[ast.stmt], loop: _Loop, body: str, after: str, *, ends: bool) -> None:
        before = set(self.assigned)
        self.loops.append(loop)
        self.blocks.start(body)
        self.block(nodes)
        if self.blocks.open:
            self.blocks.jump(after)
        self.loops.pop()
        self._join(loop.leave, [*loop.breaks, before] if ends else loop.breaks)

    def _for(self, node: ast.For) -> None:
        if node.orelse:
            self.fail(node, "else of a loop is outside the kernel language")
        if not isinstance(node.target, ast.Name):
            self.fail(node, "a loop counts one variable")
        start, stop, step = self._range(node)
        counter = Place(INT, self.blocks.slot("i64"))
        self.store(counter, start)
        again, check, body, leave = (self.blocks.fresh(stem) for stem in ("for", "next", "body", "after"))
        self.blocks.jump(again)
        self.blocks.start(again)
        now = self.load(counter)
        down = step.text.startswith("-")
        test = self.blocks.value(f"icmp {'sgt' if down else 'slt'} i64 {now.text}, {stop.text}")
        if step.text.startswith("%"):  # a step that is not positive runs no round
            positive = self.blocks.value(f"icmp sgt i64 {step.text}, 0")
            test = self.blocks.value(f"and i1 {test}, {positive}")
        self.blocks.branch(test, body, leave)
        self._counted_body(node, counter, now, step, _Loop(leave, check), body, again)

    def _counted_body(
        self, node: ast.For, counter: Place, now: Value, step: Value, loop: _Loop, body: str, again: str
    ) -> None:
        assert isinstance(node.target, ast.Name)
        before = set(self.assigned)
        self.loops.append(loop)
        self.blocks.start(body)
        self.assign_name(node.target, now)
        self.block(node.body)
        if self.blocks.open:
            self.blocks.jump(loop.again)
        self.loops.pop()
        self.blocks.start(loop.again)
        wrap = "nsw " if step.text in ("1", "-1") else ""
        following = self.blocks.value(f"add {wrap}i64 {now.text}, {step.text}")
        self.store(counter, Value(INT, following))
        self.blocks.jump(again)
        self._join(loop.leave, [*loop.breaks, before])

    def _range(self, node: ast.For) -> tuple[Value, Value, Value]:
        call = node.iter
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id != "range":
            self.fail(node, "a loop runs over range(...) only")
        if not 1 <= len(call.args) <= 3 or call.keywords:
            self.fail(node, "range takes one to three arguments")
        values = [self.of_type(item, INT, "argument of range") for item in call.args]
        zero, one = Value(INT, "0"), Value(INT, "1")
        if len(values) == 1:
            return zero, values[0], one
        step = values[2] if len(values) == 3 else one
        if step.text == "0":
            self.fail(node, "the step of range is 0")
        return values[0], values[1], step

    def _break(self, node: ast.Break) -> None:
        self.loops[-1].breaks.append(set(self.assigned))
        self.blocks.jump(self.loops[-1].leave)

    def _continue(self, node: ast.Continue) -> None:
        self.blocks.jump(self.loops[-1].again)

    # Assignment -------------------------------------------------------------------------------------------------

    def _assign(self, node: ast.Assign) -> None:
        if len(node.targets) != 1:
            self.fail(node, "one target only", "write a = x and b = x on two lines")
        target = node.targets[0]
        if not isinstance(target, ast.Tuple):
            self.assign(target, self.expression(node.value))
            return
        if not isinstance(node.value, ast.Tuple) or len(node.value.elts) != len(target.elts):
            self.fail(node, "a tuple takes a tuple of the same length")
        values = [self.expression(item) for item in node.value.elts]
        for item, value in zip(target.elts, values, strict=True):
            self.assign(item, value)

    def assign(self, target: ast.expr, value: Value) -> None:
        """Stores a value under a name, in a field or in an element."""
        if value.type == NONE:
            self.fail(target, "the call returns nothing")
        if isinstance(target, ast.Name):
            self.assign_name(target, value)
        elif isinstance(target, ast.Attribute | ast.Subscript):
            place = self.target(target)
            self.store(place, self.convert(value, place.type, target, f"`{ast.unparse(target)}`"))
        else:
            self.fail(target, f"{type(target).__name__} cannot be assigned")

    def assign_name(self, target: ast.Name, value: Value, type_: Type | None = None) -> None:
        """Stores a value in a local variable, whose type the first assignment fixes."""
        place = self.places.get(target.id) or self._variable(target.id, type_ or value.type)
        self.store(place, self.convert(value, place.type, target, f"local {target.id!r}"))
        self.assigned.add(target.id)

    def target(self, node: ast.Attribute | ast.Subscript) -> Place:
        """The place that an assignment writes."""
        place = self.member(node) if isinstance(node, ast.Attribute) else self.element(node)
        if place.constant or "!invariant" in place.tags:
            hint = "assign its fields or elements" if place.constant else "frozen structs and Columns are only read"
            self.fail(node, f"`{ast.unparse(node)}` cannot be assigned", hint)
        return place

    def _annotated(self, node: ast.AnnAssign) -> None:
        if not isinstance(node.target, ast.Name):
            self.fail(node, "only local variables are annotated")
        type_ = self.function.annotation(node.annotation, node)
        known = self.places.get(node.target.id)
        if type_.kind is Kind.NONE or (known is not None and known.type != type_):
            self.fail(node, f"{node.target.id!r} cannot be {type_} here")
        if known is None:
            self._variable(node.target.id, type_)
        if node.value is not None:
            self.assign_name(node.target, self.expression(node.value))

    def _augmented(self, node: ast.AugAssign) -> None:
        if isinstance(node.target, ast.Name):
            read = ast.copy_location(ast.Name(node.target.id, ast.Load()), node.target)
            self.assign_name(node.target, self.operate(node, node.op, read, node.value))
            return
        if not isinstance(node.target, ast.Attribute | ast.Subscript):
            self.fail(node, f"{type(node.target).__name__} cannot be assigned")
        place = self.target(node.target)
        old, value = self.load(place), self.number(node.value)
        if not old.type.is_number:
            self.fail(node, f"`{ast.unparse(node.target)}` is {old.type}, a number is wanted")
        if old.type != value.type:
            old, value = self.to_float(old), self.to_float(value)
        result = self.arithmetic(node, node.op, old, value)
        self.store(place, self.convert(result, place.type, node, f"`{ast.unparse(node.target)}`"))


_STATEMENTS: dict[type[ast.stmt], Callable[..., None]] = {
    ast.Pass: Statements._pass,
    ast.Expr: Statements._expression_statement,
    ast.Return: Statements._return,
    ast.If: Statements._if,
    ast.While: Statements._while,
    ast.For: Statements._for,
    ast.Break: Statements._break,
    ast.Continue: Statements._continue,
    ast.Assign: Statements._assign,
    ast.AnnAssign: Statements._annotated,
    ast.AugAssign: Statements._augmented,
}
