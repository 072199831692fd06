"""Which function a call names, and which argument goes to which parameter."""

from __future__ import annotations

from dataclasses import dataclass

from pinewright.errors import nearest
from pinewright.pine.builtins import Function
from pinewright.pine.diagnostics import Diagnostic
from pinewright.pine.syntax import Argument, Call, Expression, Member, Name


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
    problems: tuple[Diagnostic, ...]


def bind(function: Function, call: Call) -> Binding:
    """Assign the arguments of ``call`` to the parameters of ``function``; what does not fit comes back as problems."""
    names = [parameter.name for parameter in function.parameters]
    found: dict[str, Expression] = {}
    extra: list[Expression] = []
    problems: list[Diagnostic] = []
    if function.loose:
        return Binding({}, tuple(argument.value for argument in call.arguments), ())
    positional = [argument for argument in call.arguments if argument.name is None]
    if function.short_source is not None and len(positional) == len(call.arguments) == 1:
        return Binding({names[0]: Name(function.short_source), names[1]: positional[0].value}, (), ())
    for place, argument in enumerate(positional):
        if place < len(names):
            found[names[place]] = argument.value
        elif function.variadic:
            extra.append(argument.value)
        else:
            problems.append(_too_many(function, call, argument))
            break
    for argument in call.arguments:
        if argument.name is None:
            continue
        if argument.name not in names:
            problems.append(_unknown_parameter(function, argument))
        elif argument.name in found:
            message = f'The "{argument.name}" parameter of "{function.name}()" is given twice'
            problems.append(Diagnostic("PW205", message, argument.span, "leave one of the two out"))
        else:
            found[argument.name] = argument.value
    if not problems:
        problems += [
            Diagnostic(
                "PW202",
                f'No value assigned to the "{parameter.name}" parameter in "{function.name}()"',
                call.span,
                f"the call is {function.signature}",
            )
            for parameter in function.parameters
            if parameter.required and parameter.name not in found
        ]
    return Binding(found, tuple(extra), tuple(problems))


def _too_many(function: Function, call: Call, argument: Argument) -> Diagnostic:
    message = (
        f'Too many arguments passed into the "{function.name}()" function call. '
        f"Passed {len(call.arguments)} arguments but expected {len(function.parameters)}"
    )
    return Diagnostic("PW204", message, argument.span, f"the call is {function.signature}")


def _unknown_parameter(function: Function, argument: Argument) -> Diagnostic:
    names = [parameter.name for parameter in function.parameters]
    near = nearest(argument.name or "", names, 1)
    removed = {"when": "put the call into an `if` block with that condition", "transp": "use color.new()"}
    hint = removed.get(argument.name or "") or (f"did you mean {near[0]!r}?" if near else f"legal: {', '.join(names)}")
    message = f'The "{function.name}" function does not have an argument with the name "{argument.name}"'
    return Diagnostic("PW203", message, argument.span, hint)
