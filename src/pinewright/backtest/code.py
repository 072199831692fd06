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


def column_text(program: Program) -> str:
    """The function that calls a column's function by its number, in the kernel language."""
    parameters = "k: int, v: BarView, p: Floats, c: Columns, out: Floats, s: Floats, h: Columns, n: int"
    lines = [f"def fill_column({parameters}) -> None:"]
    for index, column in enumerate(program.columns):
        if isinstance(column, ProgramColumn):
            lines += [f"    if k == {index}:", f"        {column.function}(v, p, c, out, s, h, n)"]
    return "\n".join([*lines, "    return", ""])


def script_module(program: Program) -> Module:
    """The module of a program alone; an error names the line of ``Program.text``."""
    module = Module("script").use(*ORDERS)
    names = {**NAMES, **program.helpers}
    module.add_source(f"{program.text}\n\n{column_text(program)}", names, file=f"<{program.name or 'program'}>")
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
    key = "\0".join((own, program.key, program.text, column_text(program)))
    return compile_module(
        lambda: script_module(program), ["step", "fill_column"], key=key, cache=cache_dir, libraries=[engine]
    )
