"""Columns without orders: what a program computes from the bars alone, compiled without the broker."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.backtest import loop, script, state
from pinewright.backtest.clock import Clock
from pinewright.backtest.code import NAMES, column_text
from pinewright.backtest.jobs import SeriesRunner
from pinewright.backtest.parameters import checked, defaults
from pinewright.backtest.requests import Requests
from pinewright.backtest.window import WindowMaker
from pinewright.errors import BacktestError
from pinewright.machine.kernel import Module, address, addresses, compile_module, source_key
from pinewright.market import Bars, FloatArray
from pinewright.program import Program, ProgramColumn, RequestColumn

_SOURCES: Final[tuple[ModuleType, ...]] = (loop, script, state)
"""All of this room that the native code of columns is made from."""


class ColumnEngine:
    """The columns of one program over any bars, warm-up included.

    cache_dir: folder of compiled programs, None for the user's, False for none. Raises KernelError where the program
    cannot be compiled. May be used from several threads at a time: each call has its own memory.
    """

    def __init__(self, program: Program, *, cache_dir: Path | bool | None = None):
        self.program = program
        self._cache_dir = cache_dir
        key = "\0".join(("columns", source_key(*_SOURCES), program.key, program.text, column_text(program)))
        self._native = compile_module(self._module, ["run_column"], key=key, cache=cache_dir)
        functions = [column for column in program.columns if isinstance(column, ProgramColumn)]
        self._slots = max((column.slots for column in functions), default=0)
        self._buffers = max((column.buffers for column in functions), default=0)

    def compute(
        self,
        bars: Bars,
        columns: Sequence[int],
        inputs: npt.ArrayLike | None = None,
        *,
        timezone: str | None = None,
        others: Sequence[Bars] = (),
    ) -> tuple[FloatArray, ...]:
        """The columns of those numbers, [N] each; NaN is na, bools are 0.0 and 1.0.

        Value i is known at the close of bar i and reads nothing after it. inputs [K]: the defaults where none are
        given. timezone: IANA zone of the script's clock where the script names none, by default the symbol's. others:
        bars that ``request.*`` may ask for. Raises BacktestError where there are no bars, for numbers that the program
        has not, for illegal inputs and for requests that no bars answer.
        """
        if len(bars) == 0:
            raise BacktestError("there are no bars", hint="load some first")
        wanted = self._with_those_below(columns)
        row = checked(self.program, defaults(self.program) if inputs is None else inputs)
        maker = WindowMaker(bars)
        view = maker.window(0, None)
        slots = np.zeros(max(self._slots, 1))
        logs = [np.zeros(len(bars) + 1) for _ in range(max(self._buffers, 1))]
        logs_table = addresses(logs)
        table = np.zeros(max(len(self.program.columns), 1), dtype=np.uintp)
        found: dict[int, FloatArray] = {}
        settings, closes = self.program.settings, maker.time_close.astype(np.int64)
        clock = Clock(bars, maker.time_close, timezone, list(self.program.strings))
        requests = Requests(
            self.program,
            bars,
            closes,
            others,
            lambda asked, given: SeriesRunner(asked, given, settings, self._cache_dir, clock, (bars, *others)),
            clock.text,
        )
        for index in wanted:
            column = self.program.columns[index]
            out = clock.column(column)
            if isinstance(column, RequestColumn):
                out = np.empty(len(bars))
                requests.fill(index, row[0], out)
            elif out is None:
                out = np.empty(len(bars))
                self._native.function("run_column")(
                    view.address,
                    index,
                    address(row),
                    address(table),
                    address(out),
                    address(slots),
                    self._slots,
                    address(logs_table),
                )
            found[index] = out
            table[index] = address(out)
        return tuple(found[index] for index in columns)

    def _with_those_below(self, columns: Sequence[int]) -> list[int]:
        """The columns and all that they read, each after those it reads."""
        wanted: set[int] = set()
        waiting = list(columns)
        while waiting:
            index = waiting.pop()
            if not 0 <= index < len(self.program.columns):
                raise BacktestError(f"{self.program.name!r} has no column {index}")
            if index not in wanted:
                wanted.add(index)
                column = self.program.columns[index]
                waiting += column.columns if isinstance(column, ProgramColumn) else ()
        return sorted(wanted)

    def _module(self) -> Module:
        names = {**NAMES, **self.program.helpers}
        module = Module("columns").add(loop.run_column)
        module.add_source(f"{self.program.text}\n\n{column_text(self.program)}", names, file=f"<{self.program.name}>")
        return module
