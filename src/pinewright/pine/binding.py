"""Which function a call names, and which argument goes to which parameter, in a script that was checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pinewright.pine.builtins import Function, Signature
from pinewright.pine.syntax import Call, Expression, Member, Name

_SHORT_SOURCE: Final = {
    **dict.fromkeys(("ta.highest", "ta.highestbars", "ta.pivothigh"), "high"),
    **dict.fromkeys(("ta.lowest", "ta.lowestbars", "ta.pivotlow"), "low"),
}
"""``ta.highest(10)`` stands for ``ta.highest(high, 10)``: the source where only what follows it is given."""


def dotted_name(expression: Expression) -> str | None:
    """``ta.sma`` for the member of a name, ``x`` for a name, None for anything else."""
    if isinstance(expression, Name):
        return expression.name
    if isinstance(expression, Member):
        head = dotted_name(expression.value)
        return None if head is None else f"{head}.{expression.name}"
    return None


@dataclass(frozen=True)
class Binding:
    """Arguments by parameter name; ``extra`` are those of a variadic function beyond its parameters."""

    arguments: dict[str, Expression]
    extra: tuple[Expression, ...]


def bind(function: Function, call: Call) -> Binding:
    """The arguments of ``call`` by the parameters of the overload that has room for all of them."""
    positional = [argument.value for argument in call.arguments if argument.name is None]
    named = {argument.name: argument.value for argument in call.arguments if argument.name is not None}
    short = _SHORT_SOURCE.get(function.name)
    if short is not None and "source" not in named and len(call.arguments) == len(function.parameters) - 1:
        rest = [parameter.name for parameter in function.parameters[1:]]
        return Binding({"source": Name(short), **dict(zip(rest, positional, strict=False)), **named}, ())
    names = [parameter.name for parameter in overload(function, call).parameters]
    found = dict(zip(names, positional, strict=False))
    return Binding({**found, **named}, tuple(positional[len(names) :]))


def overload(function: Function, call: Call) -> Signature:
    """The first overload that takes as many arguments and the names of ``call``, else the widest."""
    named = {argument.name for argument in call.arguments if argument.name is not None}
    positional = len(call.arguments) - len(named)
    for one in function.overloads:
        names = [parameter.name for parameter in one.parameters]
        required = sum(parameter.required for parameter in one.parameters)
        fits = named <= set(names[positional:]) and (positional <= len(names) or one.variadic)
        if fits and required <= positional + len(named):
            return one
    return function.widest
