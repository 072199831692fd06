"""From a Program to native code: the broker, the loop and the script as one module."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from pinewright.backtest import exits, loop, orders
from pinewright.backtest.state import BarView, Broker
from pinewright.machine.kernel import Module, Native, compile_module, source_key
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


def column_text(program: Program) -> str:
    """The function that calls a column's function by its number, in the kernel language."""
    parameters = "k: int, v: BarView, p: Floats, c: Columns, out: Floats, s: Floats, h: Columns, n: int"
    lines = [f"def fill_column({parameters}) -> None:"]
    for index, column in enumerate(program.columns):
        if isinstance(column, ProgramColumn):
            lines += [f"    if k == {index}:", f"        {column.function}(v, p, c, out, s, h, n)"]
    return "\n".join([*lines, "    return", ""])


def program_module(program: Program) -> Module:
    """The module of a program; an error names the line of ``Program.text``."""
    module = Module("backtest").add(loop.run_many, loop.run_column)
    names = {**NAMES, **program.helpers}
    module.add_source(f"{program.text}\n\n{column_text(program)}", names, file=f"<{program.name or 'program'}>")
    return module


def compile_program(program: Program, cache_dir: Path | bool | None = None) -> Native:
    """Native code of a program, from the cache where it was compiled before.

    cache_dir: folder of compiled objects, None for the user's, False for none. Raises KernelError.
    """
    own = source_key(*sorted(Path(__file__).parent.glob("*.py")))
    key = "\0".join((own, program.key, program.text, column_text(program)))
    return compile_module(lambda: program_module(program), ["run_many", "run_column"], key=key, cache=cache_dir)
