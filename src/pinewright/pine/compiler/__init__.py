"""From a checked script to a ``Program``: typed tree, slice that reaches orders, text in the kernel language.

    checked = check(source)
    program = compile_script(checked, name="my strategy")

``compile_series`` does the same for indicators: the named variables of a script as columns.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib import resources
from pathlib import Path

from pinewright.errors import PineError, PineUnsupportedError
from pinewright.machine.heap import NAMES
from pinewright.pine import syntax as s
from pinewright.pine.binding import bind, dotted_name
from pinewright.pine.builtins import functions
from pinewright.pine.checker import CheckedScript
from pinewright.pine.compiler.account import NOT_EMULATED, account, left_open
from pinewright.pine.compiler.body import Body
from pinewright.pine.compiler.broker import broker_words, keeps_trades
from pinewright.pine.compiler.context import inputs_read, reads_account, write_outputs
from pinewright.pine.compiler.frames import Cell
from pinewright.pine.compiler.graph import STRUCTURED, Code, Const, Node, Value
from pinewright.pine.compiler.idle import worth_testing
from pinewright.pine.compiler.lower import Lowering
from pinewright.pine.compiler.runtime import HELPERS
from pinewright.pine.compiler.slicing import order_statements
from pinewright.pine.compiler.three_values import asks_for_na
from pinewright.pine.compiler.unsupported import NotCompiledError
from pinewright.pine.diagnostics import Diagnostic, Severity, frame
from pinewright.pine.parser import parse
from pinewright.pine.types import Kind
from pinewright.program import Program, ProgramColumn, Request, RequestColumn, RequestPart, StrategySettings

_ACTS = "def acts(view: BarView, i: int, p: Floats, c: Columns) -> bool:"
_STEP = "def step(view: BarView, i: int, p: Floats, c: Columns, s: Floats, h: Columns, b: Broker) -> None:"


@dataclass(frozen=True)
class SeriesProgram:
    """A script's variables as columns: ``columns[k]`` is the column of ``names[k]``."""

    program: Program
    names: tuple[str, ...]
    columns: tuple[int, ...]


def compile_script(
    checked: CheckedScript,
    name: str = "script",
    *,
    rules: date | None = None,
    overrides: Mapping[str, object] | None = None,
    declared: Mapping[str, float | bool | str] | None = None,
) -> Program:
    """The program of a strategy.

    overrides: values by variable name or title that stand for the defaults of inputs: for texts, symbols, sessions,
    time frames, colours and enums beyond the listed options, which the program cannot take when it runs.
    declared: arguments of ``strategy()`` that count instead of the script's own, words as Pine spells them.
    rules: date whose defaults count for what ``strategy()`` leaves out, the latest where there is none; a warning of
    the program tells them where they have changed.
    Raises PineError with the frames of all findings where the script has errors or is no strategy, and
    PineUnsupportedError naming line and construct where something that reaches an order cannot be compiled.
    """
    _require_ok(checked, name)
    lowering = _lowering(checked, order_statements(checked.tree, types=checked.types), overrides)
    with _bounded(lowering):
        settings = _settings(checked, lowering, rules, declared or {})
        lowering.currency = settings.currency
        lowering.settings = settings
        lowering.run()
        return _program(name, checked, lowering, settings)


def uncompiled(checked: CheckedScript) -> list[Diagnostic]:
    """What reaches an order in a strategy without errors and cannot be compiled: at most one finding, a note.

    The script is right; it is Pinewright that cannot run it yet.
    """
    if not any(_is_declaration(statement) for statement in checked.tree.statements):
        return []
    try:
        compile_script(checked)
    except NotCompiledError as error:
        return [replace(error.finding, severity=Severity.NOTE)]
    return []


def _is_declaration(statement: s.Statement) -> bool:
    """Whether the statement is the ``strategy()`` call."""
    value = statement.value if isinstance(statement, s.ExpressionStatement) else None
    return isinstance(value, s.Call) and dotted_name(value.function) == "strategy"


def compile_series(checked: CheckedScript, names: tuple[str, ...], name: str = "series") -> SeriesProgram:
    """The global variables ``names`` of a script as columns; bools are 0.0 and 1.0. Errors as in ``compile_script``.

    Variables that are assigned to while the script runs are columns that answer a request of the very bars. In a script
    of v5 that asks a bool whether it is na, bools may be.
    """
    _require_ok(checked, name)
    lowering = _lowering(checked, order_statements(checked.tree, frozenset(names), types=checked.types, orders=False))
    with _bounded(lowering):
        lowering.run()
        return _series(name, names, checked, lowering)


def _series(name: str, names: tuple[str, ...], checked: CheckedScript, lowering: Lowering) -> SeriesProgram:
    """The variables of a script that has been written."""
    columns: dict[str, int] = {}
    stepped: dict[str, Code] = {}
    for variable in names:
        found = lowering.globals.find(variable)
        value = found.value if isinstance(found, Cell) else found
        if isinstance(value, Const) and not isinstance(value.value, str):
            number = Const(float(value.value), Kind.FLOAT)
            value = lowering.graph.node("nz", (number, number), Kind.FLOAT)
        if isinstance(value, Node) and value.op == "market":
            # A value of the chart is a table of one: as a series it is the same on every bar.
            value = lowering.graph.node("select", (Const(True, Kind.BOOL), value, value), value.kind)
        if isinstance(value, Code) and value.kind not in STRUCTURED:
            stepped[variable] = value
        elif not isinstance(value, Node):
            raise PineUnsupportedError(f"`{variable}` is no number: not a series of the bars", where=name)
        elif not value.live:
            columns[variable] = lowering.columns.column(value)
        if reads_account(lowering, (value,)):
            raise PineUnsupportedError(f"`{variable}` reads the account: not a series of the bars alone", where=name)
    buffers = write_outputs(lowering, tuple(stepped.values()))
    program = _program(name, checked, lowering, StrategySettings(), buffers)
    if stepped:
        columns |= {variable: len(program.columns) + place for place, variable in enumerate(stepped)}
        program = _answering(program, tuple(stepped.values()), inputs_read(lowering))
    return SeriesProgram(program, names, tuple(columns[variable] for variable in names))


def _answering(program: Program, values: tuple[Code, ...], inputs: frozenset[int]) -> Program:
    """The program with its own outputs as further columns."""
    request = Request("", "", program)
    answers = tuple(
        RequestColumn(
            request,
            RequestPart.VALUE,
            place,
            tuple(sorted(inputs)),
            0.0 if value.kind is Kind.BOOL else math.nan,
            value.kind is Kind.STRING,
        )
        for place, value in enumerate(values)
    )
    return replace(program, columns=(*program.columns, *answers), outputs=())


@cache
def prelude() -> dict[str, s.FunctionDeclaration]:
    """The functions of the prelude by name, from all its files."""
    functions: dict[str, s.FunctionDeclaration] = {}
    for file in sorted(resources.files("pinewright.pine.compiler").joinpath("prelude").iterdir(), key=lambda f: f.name):
        text = file.read_text(encoding="utf-8")
        tree, found = parse(text)
        own = {node.name: node for node in tree.statements if isinstance(node, s.FunctionDeclaration)}
        if found or own.keys() & functions.keys():
            frames = "\n".join(frame(item, text, file.name) for item in found)
            raise PineError(f"{file.name} of the prelude has findings, or declares a function again\n{frames}")
        functions |= own
    return functions


@cache
def compiler_version() -> str:
    """Hash of this package's own sources: programs of another compiler have another key."""
    digest = hashlib.sha256()
    for path in sorted(Path(str(resources.files("pinewright.pine"))).rglob("*")):
        if path.suffix in (".py", ".pine"):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _require_ok(checked: CheckedScript, name: str) -> None:
    errors = [finding for finding in checked.diagnostics if finding.severity is Severity.ERROR]
    if errors:
        frames = "\n".join(frame(finding, checked.source, name) for finding in errors)
        raise PineError(f"{len(errors)} error{'s' * (len(errors) > 1)} in the script\n{frames}", where=name)


@contextmanager
def _bounded(lowering: Lowering) -> Iterator[None]:
    """What is nested too deeply for Python, such as functions that are written out inside each other, names a line."""
    try:
        yield
    except RecursionError:
        raise lowering.unsupported("values or calls that are nested this deeply", s.NOWHERE) from None


def _lowering(checked: CheckedScript, kept: frozenset[int], overrides: Mapping[str, object] | None = None) -> Lowering:
    lowering = Lowering(checked.tree, checked.source, prelude(), kept, overrides)
    lowering.types = checked.types
    lowering.asks_for_na = checked.version < 6 and asks_for_na(checked.tree, checked.types)
    for statement in checked.tree.statements:
        if isinstance(statement, s.Declaration) and isinstance(statement.value, s.Call):
            lowering.inputs.names[id(statement.value)] = statement.name
    return lowering


def _settings(
    checked: CheckedScript, lowering: Lowering, rules: date | None, declared: Mapping[str, float | bool | str]
) -> StrategySettings:
    for statement in checked.tree.statements:
        if isinstance(statement, s.ExpressionStatement) and isinstance(statement.value, s.Call):
            call = statement.value
            if not _is_declaration(statement):
                continue
            binding = bind(functions()["strategy"], call)
            values: dict[str, Value] = {key: lowering.expression(node) for key, node in binding.arguments.items()}
            constants = {key: value for key, value in values.items() if isinstance(value, Const)}
            constants |= {key: Const(value, _kind(value)) for key, value in declared.items()}
            for key, what in NOT_EMULATED.items():
                if key in constants and constants[key].value not in (False, 0.0):
                    raise lowering.unsupported(f"`{key}`: {what}", call.span)
            lowering.warnings += left_open(constants, checked.version, rules)
            return account(constants, checked.version, rules)
    raise PineError("the script is an indicator: it places no orders", hint="declare strategy() to test or optimise it")


def _kind(value: float | bool | str) -> Kind:
    if isinstance(value, str):
        return Kind.STRING
    return Kind.BOOL if isinstance(value, bool) else Kind.FLOAT


def _program(
    name: str,
    checked: CheckedScript,
    lowering: Lowering,
    settings: StrategySettings,
    outputs: tuple[int, ...] = (),
) -> Program:
    step = "\n".join([_STEP, *_heap_lines(lowering.body), *(lowering.body.lines or ["    pass"])])
    acts, reads = _acts(lowering)
    text = "\n\n".join([*lowering.columns.texts, *acts, step]) + "\n"
    uses_heap = lowering.body.uses_heap or lowering.body.uses_loops
    inputs = tuple(lowering.inputs.found)
    columns = tuple(
        lowering.requests.column(
            entry, lambda asked: _program(name, checked, asked.lowering, StrategySettings(), asked.buffers)
        )
        if isinstance(entry, Node)
        else entry
        for entry in lowering.columns.found
    )
    # Columns of other kinds have no text of their own, and what is computed from them is kept under the key.
    others = [repr(column) for column in columns if not isinstance(column, ProgramColumn)]
    key = hashlib.sha256("\0".join([compiler_version(), text, *others]).encode()).hexdigest()
    return Program(
        name=name,
        text=text,
        inputs=inputs,
        columns=columns,
        settings=settings,
        strings=tuple(broker_words(lowering.strings, step)),
        slots=lowering.body.slots,
        buffers=lowering.body.buffers,
        key=key,
        helpers={**HELPERS, **NAMES} if uses_heap else HELPERS,
        reads=tuple(sorted(lowering.body.reads | reads)),
        acts=bool(acts),
        uses_heap=uses_heap,
        reference_buffers=tuple(sorted(lowering.body.references)),
        lasting=tuple(sorted(lowering.body.lasting)),
        warnings=tuple(lowering.warnings),
        keeps_trades=keeps_trades(step),
        outputs=outputs,
    )


def _heap_lines(body: Body) -> list[str]:
    """The beginning of a step that works on objects or has loops."""
    lines = ["    m = b.heap"] if body.uses_heap or body.uses_loops else []
    return [*lines, "    m.fuel = FUEL"] if body.uses_loops else lines


def _acts(lowering: Lowering) -> tuple[list[str], set[int]]:
    """The text of ``acts``, none where the step must run on every bar, and the columns that it loads."""
    if not worth_testing(lowering.body.effect, lowering.columns.cost):
        return [], set()
    # Dependencies that no column has: the values are shared as the step shares them, without its lazy chains.
    body = Body(deps=frozenset({-1}))
    result = lowering.columns.text(lowering.body.effect, body)
    return ["\n".join([_ACTS, *body.lines, f"    return {result}"])], body.reads


__all__ = [
    "NotCompiledError",
    "SeriesProgram",
    "compile_script",
    "compile_series",
    "compiler_version",
    "prelude",
    "uncompiled",
]
