"""From a checked script to a ``Program``: typed tree, slice that reaches orders, text in the kernel language.

    checked = check(source)
    program = compile_script(checked, name="my strategy")

``compile_series`` does the same for indicators: the named variables of a script as columns.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from pathlib import Path

from pinewright.errors import PineError, PineUnsupportedError
from pinewright.pine import syntax as s
from pinewright.pine.binding import bind, dotted_name
from pinewright.pine.builtins import functions
from pinewright.pine.checker import CheckedScript
from pinewright.pine.compiler.account import NOT_EMULATED, account
from pinewright.pine.compiler.body import Body
from pinewright.pine.compiler.graph import Const, Node, Value
from pinewright.pine.compiler.idle import worth_testing
from pinewright.pine.compiler.lower import Lowering
from pinewright.pine.compiler.runtime import HELPERS
from pinewright.pine.compiler.slicing import order_statements
from pinewright.pine.compiler.unsupported import NotCompiledError
from pinewright.pine.diagnostics import Diagnostic, Severity, frame
from pinewright.pine.parser import parse
from pinewright.pine.types import Kind
from pinewright.program import Program, StrategySettings

_ACTS = "def acts(view: BarView, i: int, p: Floats, c: Columns) -> bool:"
_STEP = "def step(view: BarView, i: int, p: Floats, c: Columns, s: Floats, h: Columns, b: Broker) -> None:"


@dataclass(frozen=True)
class SeriesProgram:
    """A script's variables as columns: ``columns[k]`` is the column of ``names[k]``."""

    program: Program
    names: tuple[str, ...]
    columns: tuple[int, ...]


def compile_script(checked: CheckedScript, name: str = "script") -> Program:
    """The program of a strategy.

    Raises PineError with the frames of all findings where the script has errors or is no strategy, and
    PineUnsupportedError naming line and construct where something that reaches an order cannot be compiled.
    """
    _require_ok(checked, name)
    lowering = _lowering(checked, order_statements(checked.tree))
    settings = _settings(checked, lowering)
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
    """The global variables ``names`` of a script as columns; bools are 0.0 and 1.0. Errors as in ``compile_script``."""
    _require_ok(checked, name)
    lowering = _lowering(checked, order_statements(checked.tree, frozenset(names)))
    lowering.run()
    columns = []
    for variable in names:
        value = lowering.globals.find(variable)
        if isinstance(value, Const) and not isinstance(value.value, str):
            number = Const(float(value.value), Kind.FLOAT)
            value = lowering.graph.node("nz", (number, number), Kind.FLOAT)
        if not isinstance(value, Node):
            what = f"`{variable}` is assigned to while the script runs, or no number: not a series of the bars alone"
            raise PineUnsupportedError(what, where=name)
        if value.live:
            raise PineUnsupportedError(f"`{variable}` reads the account: not a series of the bars alone", where=name)
        columns.append(lowering.columns.column(value))
    program = _program(name, checked, lowering, StrategySettings())
    return SeriesProgram(program, names, tuple(columns))


@cache
def prelude() -> dict[str, s.FunctionDeclaration]:
    """The functions of prelude.pine by name."""
    text = resources.files("pinewright.pine.compiler").joinpath("prelude.pine").read_text(encoding="utf-8")
    tree, found = parse(text)
    if found:
        raise PineError("prelude.pine has findings:\n" + "\n".join(frame(item, text, "prelude.pine") for item in found))
    return {node.name: node for node in tree.statements if isinstance(node, s.FunctionDeclaration)}


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


def _lowering(checked: CheckedScript, kept: frozenset[int]) -> Lowering:
    lowering = Lowering(checked.tree, checked.source, prelude(), kept)
    for statement in checked.tree.statements:
        if isinstance(statement, s.Declaration) and isinstance(statement.value, s.Call):
            lowering.inputs.names[id(statement.value)] = statement.name
    return lowering


def _settings(checked: CheckedScript, lowering: Lowering) -> StrategySettings:
    for statement in checked.tree.statements:
        if isinstance(statement, s.ExpressionStatement) and isinstance(statement.value, s.Call):
            call = statement.value
            if not _is_declaration(statement):
                continue
            binding = bind(functions()["strategy"], call)
            values: dict[str, Value] = {key: lowering.expression(node) for key, node in binding.arguments.items()}
            constants = {key: value for key, value in values.items() if isinstance(value, Const)}
            for key, what in NOT_EMULATED.items():
                if key in constants and constants[key].value not in (False, 0.0):
                    raise lowering.unsupported(f"`{key}`: {what}", call.span)
            return account(constants, checked.version)
    raise PineError("the script is an indicator: it places no orders", hint="declare strategy() to test or optimise it")


def _program(name: str, checked: CheckedScript, lowering: Lowering, settings: StrategySettings) -> Program:
    step = "\n".join([_STEP, *(lowering.body.lines or ["    pass"])])
    acts, reads = _acts(lowering)
    text = "\n\n".join([*lowering.columns.texts, *acts, step]) + "\n"
    inputs = tuple(lowering.inputs.found)
    key = hashlib.sha256("\0".join([compiler_version(), text]).encode()).hexdigest()
    return Program(
        name=name,
        text=text,
        inputs=inputs,
        columns=tuple(lowering.columns.found),
        settings=settings,
        strings=tuple(lowering.strings),
        slots=lowering.body.slots,
        buffers=lowering.body.buffers,
        key=key,
        helpers=HELPERS,
        reads=tuple(sorted(lowering.body.reads | reads)),
        acts=bool(acts),
    )


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
