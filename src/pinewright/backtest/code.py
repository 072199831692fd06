"""From a Program to native code: the broker and the loop as one object, each script as another, linked in process."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pinewright.backtest import exits, history, loop, orders, outputs, readings, risk
from pinewright.backtest.state import BarView, Broker
from pinewright.machine import heap
from pinewright.machine.kernel import Function, Module, Native, Object, compile_object, is_stored, link, source_key
from pinewright.program import Program, ProgramColumn

NAMES: Final[dict[str, object]] = {
    "BarView": BarView,
    "Broker": Broker,
    "order_exit": exits.order_exit,
    **{function.name: function for function in (*history.CLOSED, *readings.READINGS)},
    **{command.name: command for command in risk.COMMANDS},
    **{
        name: getattr(orders, name)
        for name in (
            "broker_equity",
            "broker_openprofit",
            "order_cancel",
            "order_cancel_all",
            "order_close",
            "order_close_all",
            "order_entry",
            "order_order",
        )
    },
}
"""What the free names of ``Program.text`` mean."""

ORDERS: Final = tuple(value for value in NAMES.values() if isinstance(value, Function))
"""The functions among them."""

NEAR: Final = 12
"""Bars that are looked at one by one, which is best where much happens."""
AHEAD: Final = 16
"""Bars that are looked at together, in vector registers, before the script is called for one of them."""


def column_text(program: Program) -> str:
    """The function that calls a column's function by its number, in the kernel language."""
    parameters = "k: int, v: BarView, p: Floats, c: Columns, out: Floats, s: Floats, h: Columns, n: int"
    lines = [f"def fill_column({parameters}) -> None:"]
    for index, column in enumerate(program.columns):
        if isinstance(column, ProgramColumn):
            lines += [f"    if k == {index}:", f"        {column.function}(v, p, c, out, s, h, n)"]
    return "\n".join([*lines, "    return", ""])


def ahead_text(program: Program) -> str:
    """The function that finds the next bar with something to do, many bars at a time; see ``script.ahead``."""
    parameters = "v: BarView, i: int, end: int, p: Floats, c: Columns, low: float, high: float"
    if not program.acts:
        return f"def ahead({parameters}) -> int:\n    return i\n"
    watched = "stirs(v, {}, p, c, low, high)"
    scans = (_scan("calm", parameters, "acts(v, {}, p, c)"), _scan("watchful", parameters, watched))
    return "\n".join((_STIRS, *scans, _AHEAD.format(parameters=parameters)))


def _scan(name: str, parameters: str, test: str) -> str:
    """The function ``name``: the first bar on which ``test`` holds, bar by bar near the start, then many at a time."""
    return f"""
def {name}({parameters}) -> int:
    near = min(end, i + {NEAR})
    while i < near and not {test.format("i")}:
        i += 1
    if i < near or i == end:
        return i
    while i + {AHEAD} <= end:
        found = 0
        for k in range({AHEAD}):
            found = found | (1 if {test.format("i + k")} else 0)
        if found != 0:
            break
        i += {AHEAD}
    while i < end and not {test.format("i")}:
        i += 1
    return i
"""


_STIRS: Final = """
def stirs(v: BarView, i: int, p: Floats, c: Columns, low: float, high: float) -> bool:
    a = acts(v, i, p, c)
    l = v.fill_low[i] <= low
    h = v.ask_high[i] >= high
    return a or l or h
"""
# Where no price is waited for, the prices need not be read: half the memory of a scan.
_AHEAD: Final = """
def ahead({parameters}) -> int:
    if low == -math.inf and high == math.inf:
        return calm(v, i, end, p, c, low, high)
    return watchful(v, i, end, p, c, low, high)
"""


def script_text(program: Program) -> str:
    """All that is compiled for a program besides the engine."""
    return "\n\n".join((program.text, column_text(program), ahead_text(program)))


def script_module(program: Program) -> Module:
    """The module of a program alone; an error names the line of ``Program.text``."""
    module = Module("script").use(*ORDERS)
    names = {**NAMES, **program.helpers}
    if program.uses_heap:
        names |= heap.NAMES
        for functions in heap.EXPORTS.values():
            module.use(*functions)
    module.add_source(script_text(program), names, file=f"<{program.name or 'program'}>")
    return module


def engine_module() -> Module:
    """The broker and the loop, which are the same for every script."""
    return Module("engine").add(loop.run_many, loop.run_column, outputs.run_series, *ORDERS)


def compile_program(program: Program, cache_dir: Path | bool | None = None) -> Native:
    """Native code of a program, from the cache where it was compiled before.

    The engine is compiled once for all scripts, which takes half a second; a script then takes a few hundredths of one
    and runs as fast as in one module with the engine. cache_dir: folder of compiled objects, None for the user's, False
    for none. Raises KernelError.
    """
    exports = ["run_many", "run_column", "run_series", *(order.name for order in ORDERS)]
    engine = compile_object(engine_module, exports, key=_engine_key(), cache=cache_dir)
    script = script_object(program, cache_dir)
    return link(script, engine, *(heap.heap_objects(script.imports, cache_dir) if program.uses_heap else ()))


def script_object(program: Program, cache_dir: Path | bool | None = None) -> Object:
    """The part of ``compile_program`` that is the script's own: to have it in the cache before it is asked for."""
    return compile_object(lambda: script_module(program), _SCRIPT, key=_script_key(program), cache=cache_dir)


def is_compiled(program: Program, cache_dir: Path | None = None) -> bool:
    """Whether the script's own part is in the cache."""
    return is_stored(_SCRIPT, key=_script_key(program), cache=cache_dir)


_SCRIPT: Final = ("step", "fill_column", "ahead")
"""What a script's object exports."""


def _engine_key() -> str:
    return source_key(*sorted(Path(__file__).parent.glob("*.py"))) + heap.heap_key()


def _script_key(program: Program) -> str:
    return "\0".join((_engine_key(), program.key, script_text(program)))
