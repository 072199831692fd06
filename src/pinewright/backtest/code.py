"""From a Program to native code: the broker and the loop as one object, each script as another, linked in process."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pinewright.backtest import exits, loop, orders
from pinewright.backtest.state import BarView, Broker
from pinewright.machine.kernel import Function, Module, Native, compile_module, compile_object, source_key
from pinewright.program import Program, ProgramColumn

NAMES: Final[dict[str, object]] = {
    "BarView": BarView,
    "Broker": Broker,
    "order_exit": exits.order_exit,
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
    """The function that finds the next bar with something to do, many bars at a time; see ``loop.ahead``."""
    parameters = "v: BarView, i: int, end: int, p: Floats, c: Columns, low: float, high: float"
    if not program.acts:
        return f"def ahead({parameters}) -> int:\n    return i\n"
    return f"""
def stirs(v: BarView, i: int, p: Floats, c: Columns, low: float, high: float) -> bool:
    a = acts(v, i, p, c)
    l = v.fill_low[i] <= low
    h = v.fill_high[i] >= high
    return a or l or h

def ahead({parameters}) -> int:
    near = min(end, i + {NEAR})
    while i < near and not stirs(v, i, p, c, low, high):
        i += 1
    if i < near or i == end:
        return i
    while i + {AHEAD} <= end:
        found = 0
        for k in range({AHEAD}):
            found = found | (1 if stirs(v, i + k, p, c, low, high) else 0)
        if found != 0:
            break
        i += {AHEAD}
    while i < end and not stirs(v, i, p, c, low, high):
        i += 1
    return i
"""


def script_text(program: Program) -> str:
    """All that is compiled for a program besides the engine."""
    return "\n\n".join((program.text, column_text(program), ahead_text(program)))


def script_module(program: Program) -> Module:
    """The module of a program alone; an error names the line of ``Program.text``."""
    module = Module("script").use(*ORDERS)
    names = {**NAMES, **program.helpers}
    module.add_source(script_text(program), names, file=f"<{program.name or 'program'}>")
    return module


def engine_module() -> Module:
    """The broker and the loop, which are the same for every script."""
    return Module("engine").add(loop.run_many, loop.run_column, *ORDERS)


def compile_program(program: Program, cache_dir: Path | bool | None = None) -> Native:
    """Native code of a program, from the cache where it was compiled before.

    The engine is compiled once for all scripts, which takes half a second; a script then takes a few hundredths of one
    and runs as fast as in one module with the engine. cache_dir: folder of compiled objects, None for the user's, False
    for none. Raises KernelError.
    """
    own = source_key(*sorted(Path(__file__).parent.glob("*.py")))
    exports = ["run_many", "run_column", *(order.name for order in ORDERS)]
    engine = compile_object(engine_module, exports, key=own, cache=cache_dir)
    key = "\0".join((own, program.key, script_text(program)))
    return compile_module(
        lambda: script_module(program), ["step", "fill_column", "ahead"], key=key, cache=cache_dir, libraries=[engine]
    )
