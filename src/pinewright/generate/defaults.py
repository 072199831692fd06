"""New default values for the inputs of any script, everything else byte for byte as it was."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import Final

from pinewright.errors import PineError, UsageError
from pinewright.generate.spelling import spell_bool, spell_float, spell_int, spell_string
from pinewright.pine.diagnostics import Severity
from pinewright.pine.edit import Edit, replace_text
from pinewright.pine.parser import parse
from pinewright.pine.syntax import (
    Argument,
    Call,
    Declaration,
    EnumDeclaration,
    Expression,
    Literal,
    Member,
    Name,
    Node,
    Parenthesis,
    Script,
    Unary,
)
from pinewright.program import InputKind, ProgramInput

_KINDS: Final = frozenset("int float bool time string source price text_area session timeframe symbol enum".split())


def with_defaults(source: str, program_inputs: Sequence[ProgramInput], values: Sequence[float]) -> str:
    """``source`` with the default of each input that changes replaced; the rest is left byte for byte.

    Parameters
    ----------
    program_inputs: K inputs as the compiler found them; values: [K] in their units (bool as 0 and 1, time as ms UTC,
    string and source as the index into ``options``). An input whose value equals its default keeps its spelling.

    Errors: UsageError when a changed default is no literal (another variable, a formula) or the value does not fit the
    kind of the input; PineError when the text does not parse.
    """
    if len(program_inputs) != len(values):
        raise UsageError(f"{len(values)} values for {len(program_inputs)} inputs")
    script, findings = parse(source)
    wrong = [finding for finding in findings if finding.severity is Severity.ERROR]
    if wrong:
        raise PineError(f"the script cannot be read: {wrong[0].message}", where=f"line {wrong[0].span.line}")
    declared = _input_calls(script)
    edits: list[Edit] = []
    for item, value in zip(program_inputs, values, strict=True):
        if float(value) == item.default:
            continue
        default = _default_of(_call_of(item, declared), item)
        member = _member(script, default, item, float(value))
        edits.append(Edit(default.span, _spell(item, float(value)) if member is None else member))
    return replace_text(source, edits)


def _input_calls(script: Script) -> list[tuple[str | None, Call]]:
    """Every ``input`` call of the tree with the variable that it is declared for, in source order."""
    found: list[tuple[str | None, Call]] = []
    for node, owner in _walk(script, None):
        if isinstance(node, Call) and _is_input(node.function):
            found.append((owner, node))
    return found


def _walk(node: Node, owner: str | None) -> Iterator[tuple[Node, str | None]]:
    yield node, owner
    direct = node.name if isinstance(node, Declaration) else None
    for field in dataclasses.fields(node):
        value = getattr(node, field.name)
        for child in value if isinstance(value, tuple) else (value,):
            if isinstance(child, Node):
                keeps = direct is not None or isinstance(node, Parenthesis)
                yield from _walk(child, (direct or owner) if keeps else None)


def _is_input(function: Expression) -> bool:
    if isinstance(function, Member):
        return isinstance(function.value, Name) and function.value.name == "input" and function.name in _KINDS
    return isinstance(function, Name) and function.name == "input"


def _call_of(item: ProgramInput, declared: list[tuple[str | None, Call]]) -> Call:
    named = [call for name, call in declared if name == item.name]
    # A name may be declared in two scopes, and an input may stand inside an expression: then its line decides.
    near = [call for call in named or [call for _, call in declared] if item.line in (0, call.span.line)]
    for found in (named, near):
        if len(found) == 1:
            return found[0]
    raise UsageError(f"the call that declares input {item.name!r} was not found", where=_where(item))


def _default_of(call: Call, item: ProgramInput) -> Expression:
    chosen: Argument | None = next((argument for argument in call.arguments if argument.name == "defval"), None)
    if chosen is None and call.arguments and call.arguments[0].name is None:
        chosen = call.arguments[0]
    if chosen is None:
        raise UsageError(f"input {item.name!r} has no default to replace", where=_where(item))
    if not _replaceable(chosen.value, item.kind):
        raise UsageError(
            f"the default of input {item.name!r} is an expression, not a value written out",
            where=_where(item),
            hint="write the value itself as the default of this input, or leave it as it is with --fix",
        )
    return chosen.value


def _replaceable(value: Expression, kind: InputKind) -> bool:
    if isinstance(value, Unary):
        return value.operator in "+-" and isinstance(value.operand, Literal)
    if kind is InputKind.SOURCE:
        return isinstance(value, Name)
    if kind is InputKind.STRING and isinstance(value, Member):
        return isinstance(value.value, Name)
    if kind is InputKind.TIME and isinstance(value, Call):
        arguments = value.arguments
        return value.function == Name("timestamp") and all(isinstance(one.value, Literal) for one in arguments)
    return isinstance(value, Literal)


def _member(script: Script, default: Expression, item: ProgramInput, value: float) -> str | None:
    """``Type.member`` whose title is the option of that place, where the input is of an enum of the script."""
    if not (isinstance(default, Member) and isinstance(default.value, Name)):
        return None
    enum = default.value.name
    for statement in script.statements:
        if isinstance(statement, EnumDeclaration) and statement.name == enum:
            for member in statement.members:
                title = member.title.value if isinstance(member.title, Literal) else member.name
                if title == item.options[int(value)]:
                    return f"{enum}.{member.name}"
    return None


def _spell(item: ProgramInput, value: float) -> str:
    try:
        if item.kind in (InputKind.STRING, InputKind.SOURCE):
            option = str(item.options[int(spell_int(value))])
            return spell_string(option) if item.kind is InputKind.STRING else option
        if item.kind is InputKind.BOOL:
            return spell_bool(value)
        if item.kind is InputKind.FLOAT:
            return spell_float(value)
        return spell_int(value)
    except (UsageError, IndexError) as error:
        raise UsageError(
            f"input {item.name!r} of kind {item.kind.value} cannot take {value!r}", where=_where(item)
        ) from error


def _where(item: ProgramInput) -> str:
    return f"line {item.line}" if item.line else f"input {item.name}"
