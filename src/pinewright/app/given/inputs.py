"""Values of a script's inputs as people write and read them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pinewright.backtest.parameters import with_values
from pinewright.data.source import parse_moment
from pinewright.errors import UsageError, unknown_name_hint
from pinewright.market import FloatArray
from pinewright.pine import syntax as s
from pinewright.pine.binding import bind, dotted_name
from pinewright.pine.builtins import functions
from pinewright.pine.checker import CheckedScript
from pinewright.pine.compiler.colors import color_number
from pinewright.program import InputKind, Program, ProgramInput

InputText = float | int | bool | str
Compile = Callable[[Mapping[str, object]], Program]
"""Makes the program with some values in place of the defaults of inputs."""
_WORDS = {"true": 1.0, "1": 1.0, "yes": 1.0, "false": 0.0, "0": 0.0, "no": 0.0}


@dataclass(frozen=True)
class DeclaredInput:
    """An input as the script declares it, whether or not it reaches an order. function: ``input.color`` and so on."""

    name: str
    title: str
    function: str


@dataclass(frozen=True)
class Chosen:
    """A program with values for its inputs [K]. idle: names of inputs that were set and change nothing."""

    program: Program
    row: FloatArray
    idle: tuple[str, ...] = ()


def choose(checked: CheckedScript, compile: Compile, settings: Sequence[str]) -> Chosen:
    """The program of a script with ``NAME=VALUE`` texts applied, by variable name or title.

    Texts beyond listed options (sessions, time frames, symbols, colours) are compiled in; all others are values of a
    run. UsageError for an unknown name or an illegal value, with what is legal; ``compile`` raises what it raises.
    """
    program = compile({})
    if not settings:
        return Chosen(program, with_values(program, {}))
    declared = {key: item for item in declared_inputs(checked) for key in (item.title, item.name)}
    known = {key: item for item in program.inputs for key in (item.title, item.name)}
    overrides: dict[str, object] = {}
    values: dict[str, float] = {}
    idle: list[str] = []
    for name, text in map(_parted, settings):
        item, source = known.get(name), declared.get(name)
        if item is not None and not _is_free(item, source, text):
            values[item.name] = _value(item, text)
        elif item is not None:
            overrides[item.name] = text
        elif source is not None:
            overrides[source.name] = _object(source, text)
            if compile({source.name: overrides[source.name]}) == program:
                idle.append(name)
        else:
            raise UsageError(f"the script has no input {name!r}", where="--set", hint=_known(declared.values(), name))
    if overrides:
        program = compile(overrides)
        left = {item.name for item in program.inputs}
        values = {name: value for name, value in values.items() if name in left}
    return Chosen(program, with_values(program, values), tuple(idle))


def declared_inputs(checked: CheckedScript) -> Iterator[DeclaredInput]:
    """The inputs that a script assigns to variables, in its order."""
    for statement in checked.tree.statements:
        if not isinstance(statement, s.Declaration) or not isinstance(statement.value, s.Call):
            continue
        function = dotted_name(statement.value.function) or ""
        if function.partition(".")[0] != "input" or function not in functions():
            continue
        title = bind(functions()[function], statement.value).arguments.get("title")
        words = title.value if isinstance(title, s.Literal) else statement.name
        yield DeclaredInput(statement.name, str(words), function)


def input_text(item: ProgramInput, value: float) -> InputText:
    """A value in the input's own form: words for sources and strings, true and false for switches."""
    match item.kind:
        case InputKind.BOOL:
            return value != 0.0
        case InputKind.INT | InputKind.TIME:
            return int(value)
        case InputKind.STRING | InputKind.SOURCE:
            return str(item.options[int(value)])
    return value


def _parted(text: str) -> tuple[str, str]:
    name, separator, value = text.partition("=")
    if not separator:
        raise UsageError(f"{text!r} is not NAME=VALUE", where="--set", hint="such as --set length=20")
    return name.strip(), value.strip()


def _known(declared: Iterable[DeclaredInput], name: str) -> str:
    names = list(dict.fromkeys(item.name for item in declared))
    return unknown_name_hint(name, names) if names else "it has no inputs"


def _is_free(item: ProgramInput, source: DeclaredInput | None, text: str) -> bool:
    """Whether a text is legal that is not among the options: they are no list, or name the members of an enum."""
    if item.kind is not InputKind.STRING or text in item.options:
        return False
    return len(item.options) == 1 or (source is not None and source.function == "input.enum" and "." in text)


def _object(source: DeclaredInput, text: str) -> object:
    """A value for an input that is no parameter of the program, checked by its kind."""
    what = f"{source.name} = {text!r}"
    if source.function == "input.color":
        try:
            color_number(text)
        except (KeyError, ValueError):
            hint = "such as #FF5252 or color.red"
            raise UsageError(f"{what} is not a colour", where="--set", hint=hint) from None
    elif source.function == "input.bool":
        return bool(_switch(what, text))
    elif source.function in ("input.int", "input.float", "input.price", "input.time"):
        return _number(what, text, moment=source.function == "input.time")
    return text


def _switch(what: str, text: str) -> float:
    if text.lower() not in _WORDS:
        raise UsageError(f"{what} is not true or false", where="--set")
    return _WORDS[text.lower()]


def _number(what: str, text: str, *, moment: bool) -> float:
    try:
        return float(text)
    except ValueError:
        if moment:
            return float(parse_moment(text))
        raise UsageError(f"{what} is not a number", where="--set") from None


def _value(item: ProgramInput, text: str) -> float:
    what = f"{item.name} = {text!r}"
    if item.kind is InputKind.BOOL:
        return _switch(what, text)
    if item.kind in (InputKind.STRING, InputKind.SOURCE):
        words = {str(option): float(place) for place, option in enumerate(item.options)}
        if text in words:
            return words[text]
        raise UsageError(f"{what} is not an option", where="--set", hint=unknown_name_hint(text, words))
    value = _number(what, text, moment=item.kind is InputKind.TIME)
    if item.kind is InputKind.INT and value % 1.0 != 0.0:
        raise UsageError(f"{what} is not a whole number", where="--set")
    low, high = item.minimum, item.maximum
    if (low is not None and value < low) or (high is not None and value > high):
        limits = f"from {'-∞' if low is None else f'{low:g}'} to {'∞' if high is None else f'{high:g}'}"
        raise UsageError(f"{what} is out of range", where="--set", hint=f"legal: {limits}")
    if item.options and value not in [float(option) for option in item.options]:
        legal = ", ".join(f"{float(option):g}" for option in item.options)
        raise UsageError(f"{what} is not one of its options", where="--set", hint=f"legal: {legal}")
    return value
