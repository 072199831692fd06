"""Which function a call names, and which argument goes to which parameter, in a script that was checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pinewright.pine.builtins import Function
from pinewright.pine.syntax import Call, Expression, Member, Name

_SHORT_SOURCE: Final = {"ta.highest": "high", "ta.lowest": "low"}
"""``ta.highest(10)`` stands for ``ta.highest(high, 10)``: the source where only a length is given."""


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
    if short is not None and len(call.arguments) == 1:
        (length,) = (*positional, *named.values())
        return Binding({"source": Name(short), "length": length}, ())
    names = _names(function, len(positional), named)
    found = dict(zip(names, positional, strict=False))
    return Binding({**found, **named}, tuple(positional[len(names) :]))


def _names(function: Function, positional: int, named: dict[str, Expression]) -> list[str]:
    """Parameters of the first overload that takes this many arguments and these names, else of the widest."""
    for overload in function.overloads:
        names = [parameter.name for parameter in overload.parameters]
        required = sum(parameter.required for parameter in overload.parameters)
        fits = named.keys() <= set(names[positional:]) and (positional <= len(names) or overload.variadic)
        if fits and required <= positional + len(named):
            return names
    return [parameter.name for parameter in function.parameters]
