"""Compiled scripts with a recorder in place of the broker, and the interpreter beside them on the same bars.

The account that a script reads is made up: a table of values by bar, the same for both. So every script can be compared
order by order, whatever the broker would make of the orders.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np

from pinewright.backtest.clock import Clock
from pinewright.backtest.columns import all_inputs
from pinewright.backtest.state import BarView
from pinewright.backtest.window import WindowMaker
from pinewright.errors import PineUnsupportedError
from pinewright.machine.heap import EXPORTS, FUEL, Failure, HeapStore, heap_objects
from pinewright.machine.kernel import (
    Module,
    Native,
    Object,
    address,
    addresses,
    compile_object,
    kernel_source,
    link,
)
from pinewright.market import Bars, FloatArray, Symbol, Timeframe
from pinewright.pine import syntax as s
from pinewright.pine.checker import CheckedScript, check
from pinewright.pine.compiler import compile_script
from pinewright.pine.compiler.slicing import order_statements
from pinewright.pine.diagnostics import frame
from pinewright.pine.interpreter import Failed, Interpreter, OrderCommand
from pinewright.program import AnyColumn, InputKind, Program, ProgramColumn

from ...machine.heap.support import Cells, PlainMachine, spelled
from .recorder import ACCOUNT, NAMES, RECORDED, Recorder, ended, run

TEST: Final = Symbol("TEST", "TST", "USD", 0.25, 0.25, quantity_step=0.01, timezone="Etc/UTC", day_start_hour=0)
MONDAY: Final = 1_736_121_600_000  # 2025-01-06 00:00 UTC
WIDTH: Final = 20
GARBAGE: Final = 7e77
CELLS: Final = 2**20
OBJECTS: Final = 2**12
"""Memory of a script's objects."""
MOST: Final = 60
"""Orders on a bar for which the log has room, on average."""
KINDS: Final = ("entry", "order", "exit", "close", "close_all", "cancel", "cancel_all")


Row = tuple[int, str, tuple[float | str | None, ...]]
"""Bar, kind of order, arguments in the broker's order: words, numbers (NaN for none), bools as 0 and 1."""

# kind -> parameters in the broker's order; w: word, f: number, d: direction, o: type of OCA group, b: bool
_ENTRY = "w id, d direction, f qty, f limit, f stop, w oca_name, o oca_type, w comment"
_PARAMETERS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    kind: tuple((item.split()[0], item.split()[1]) for item in text.split(", ") if item)
    for kind, text in {
        "entry": _ENTRY,
        "order": _ENTRY,
        "exit": "w id, w from_entry, f qty, f qty_percent, f profit, f limit, f loss, f stop, f trail_price, "
        "f trail_points, f trail_offset, w oca_name, w comment, w comment_profit, w comment_loss, w comment_trailing",
        "close": "w id, w comment, f qty, f qty_percent, b immediately",
        "close_all": "w comment, b immediately",
        "cancel": "w id",
        "cancel_all": "",
    }.items()
}
_OCA: Final = {None: 0.0, "strategy.oca.none": 0.0, "strategy.oca.cancel": 1.0, "strategy.oca.reduce": 2.0}


@dataclass(frozen=True)
class Case:
    """A script with bars, inputs [K] in the program's order, and a made-up account [13, N]."""

    checked: CheckedScript
    program: Program
    bars: Bars
    inputs: FloatArray
    account: FloatArray


def checked_script(source: str) -> CheckedScript:
    """The script, which must have no errors."""
    found = check(source)
    assert found.ok, "\n".join([source, *(frame(item, source, "script") for item in found.diagnostics)])
    return found


def case(source: str, bars: Bars, inputs: Mapping[str, float] | None = None, account: FloatArray | None = None) -> Case:
    """A script ready to be run both ways; ``inputs`` by name, in the program's units."""
    checked = checked_script(source)
    program = compile_script(checked)
    given = dict(inputs or {})
    values = np.array([given.pop(item.name, item.default) for item in program.inputs], dtype=np.float64)
    assert not given, f"no inputs {sorted(given)}"
    if account is None:
        account = np.zeros((len(ACCOUNT), len(bars)))
        account[1] = math.nan
    return Case(checked, program, bars, values, account)


def compiled(of: Case) -> list[Row]:
    """The orders that the native code gives."""
    program, size = of.program, len(of.bars)
    native = _native(program)
    window = WindowMaker(of.bars).window(0, None)
    state, memory = _memory(program, size)
    columns = [np.zeros(size) for _ in program.columns] or [np.zeros(size)]
    garbage = np.full(size, GARBAGE)
    logs, given = addresses(memory), addresses(list(of.account))
    reads = all_inputs(program)
    clock = _clock(of)
    for index, column in enumerate(program.columns):
        if not isinstance(column, ProgramColumn):
            columns[index] = _filled(clock, column)
            continue
        _clear(state, memory)
        table = addresses([columns[k] if k in column.columns else garbage for k in range(len(columns))])
        inputs = np.where(np.isin(np.arange(len(of.inputs)), reads[index]), of.inputs, GARBAGE)
        native.function(column.function)(
            window.address,
            address(inputs),
            address(table),
            address(columns[index]),
            address(state),
            address(logs),
            size,
        )
    _clear(state, memory)
    table = addresses([columns[k] if k in _kept(program) else garbage for k in range(len(columns))])
    log = np.zeros(WIDTH * size * MOST)
    recorder = np.zeros(1, Recorder.dtype())
    recorder["log"] = address(log)
    store = None
    if program.uses_heap:
        sizes = {"slots": program.slots, "buffers": program.reference_buffers, "mintick": of.bars.symbol.mintick}
        store = HeapStore(recorder["heap"], clock.words, **sizes, cells=CELLS, objects=OBJECTS)  # type: ignore[arg-type]
    native.function("run")(
        window.address, address(of.inputs), address(table), address(state), address(logs), address(recorder),
        address(given),
    )  # fmt: skip
    text = clock.words.__getitem__ if store is None else lambda number: store.text(float(number))
    rows = [_row(values, text) for values in log.reshape(-1, WIDTH)[: int(recorder["count"][0])].tolist()]
    heap = recorder["heap"][0]
    return _ended(rows, Failure(int(heap["error"])), int(heap["bar"]), int(heap["line"]))


def compiled_as_python(of: Case, *, most: int = MOST, fuel: int = FUEL) -> list[Row]:
    """The orders that the program's text gives when it runs as plain Python: the same text, without LLVM's time.

    most: orders on a bar for which there is room, on average; fuel: rounds of loops on a bar.
    """
    program, size = of.program, len(of.bars)
    source = kernel_source(program.text, {**NAMES, **program.helpers, "FUEL": fuel})
    window = WindowMaker(of.bars).window(0, None)
    arrays = {name: array.tolist() for name, array in window.arrays.items()}
    view = BarView(n=size, last=size, mintick=of.bars.symbol.mintick, point_value=of.bars.symbol.point_value, **arrays)
    inputs = of.inputs.tolist()
    clock = _clock(of)
    columns: list[list[float]] = []
    for column in program.columns:
        columns.append([0.0] * size if isinstance(column, ProgramColumn) else _filled(clock, column).tolist())
    garbage, reads = [GARBAGE] * size, all_inputs(program)
    for index, column in enumerate(program.columns):
        if isinstance(column, ProgramColumn):
            state, memory = Cells([0.0] * column.slots), [Cells([GARBAGE] * (size + 1)) for _ in range(column.buffers)]
            seen = [values if k in column.columns else garbage for k, values in enumerate(columns)]
            known = [value if k in reads[index] else GARBAGE for k, value in enumerate(inputs)]
            source[column.function](view, known, seen, columns[index], state, memory, size)
    state, memory = Cells([0.0] * program.slots), [Cells([GARBAGE] * (size + 1)) for _ in range(program.buffers)]
    columns = [values if k in _kept(program) else garbage for k, values in enumerate(columns)]
    recorder = Recorder(log=Cells([0.0] * (WIDTH * size * most)))
    machine = PlainMachine(clock.words, cells=CELLS, objects=OBJECTS) if program.uses_heap else None
    if machine is not None:
        heap = recorder.heap = machine.heap
        heap.slots, heap.mintick = program.slots, of.bars.symbol.mintick
        heap.buffers, heap.buffer_count = list(program.reference_buffers), len(program.reference_buffers)
    account = of.account.tolist()
    step_of_script = source["step"]
    for bar in range(size):
        for place, name in enumerate(ACCOUNT):
            setattr(recorder, name, int(account[place][bar]) if place >= 8 else account[place][bar])
        idle = program.acts and not source["acts"](view, bar, inputs, columns)
        before = (list(state), copy.deepcopy(memory), recorder.count) if idle else None
        step_of_script(view, bar, inputs, columns, state, memory, recorder)
        # Where ``acts`` says that there is nothing to do the engine leaves the step out.
        assert before is None or before == (state, memory, recorder.count), f"bar {bar} is not idle\n{program.text}"
        if machine is not None and ended(machine.heap, state, memory, bar):
            break
    log: list[float] = list(recorder.log)  # type: ignore[call-overload]

    def text(number: int) -> str:
        found = clock.words[number] if machine is None else spelled(machine, float(number))
        assert found is not None
        return found

    rows = [_row(log[k * WIDTH : (k + 1) * WIDTH], text) for k in range(recorder.count)]
    return rows if machine is None else _ended(rows, machine.failure, machine.heap.bar, machine.heap.line)


def interpreted(of: Case) -> list[Row]:
    """The orders that the interpreter gives.

    Statements that reach no order are not compiled, so a script that fails in one of them, or holds one that is not
    interpreted, is run again without them.
    """
    try:
        return _interpreted(of, None)
    except (Failed, PineUnsupportedError):
        kept = order_statements(of.checked.tree, types=of.checked.types)
        found: list[Row] = []
        try:
            return _interpreted(of, lambda statement: id(statement) not in kept, found)
        except Failed as failure:
            return _ended(found, Failure[failure.what], failure.bar, failure.line)


def _interpreted(of: Case, skip: Callable[[s.Statement], bool] | None, found: list[Row] | None = None) -> list[Row]:
    found = [] if found is None else found
    inputs = named_inputs(of.program, of.inputs)
    run = Interpreter(of.checked, of.bars, inputs=inputs, account=_Table(of.account), skip=skip)
    for outcome in run.bars():
        found += [_command(outcome.bar, command) for command in outcome.commands]
    return found


def _ended(rows: list[Row], failure: Failure, bar: int, line: int) -> list[Row]:
    """The orders; of a script that has failed those of the bars before, and then what failed, and in which line."""
    if failure is Failure.NONE:
        return rows
    where = 0.0 if failure is Failure.STEP_LIMIT else float(line)
    return [*(row for row in rows if row[0] < bar), (bar, "failed", (failure.name, where))]


def named_inputs(program: Program, values: Sequence[float] | FloatArray) -> dict[str, float | bool | str]:
    """A row of inputs as the interpreter takes them."""
    found: dict[str, float | bool | str] = {}
    for item, value in zip(program.inputs, values, strict=True):
        if item.kind in (InputKind.SOURCE, InputKind.STRING):
            found[item.name] = str(item.options[int(value)])
        else:
            found[item.name] = bool(value) if item.kind is InputKind.BOOL else float(value)
    return found


def agree(of: Case, run: Callable[[Case], list[Row]] = compiled_as_python) -> list[Row]:
    """Both ways give the same orders, bit for bit; those orders."""
    ours, theirs = run(of), interpreted(of)
    for k, (mine, other) in enumerate(zip(ours, theirs, strict=False)):
        assert same(mine, other), f"order {k}: compiled {mine}, interpreted {other}\n{of.checked.source}"
    assert len(ours) == len(theirs), of.checked.source
    return ours


def same(mine: Row, other: Row) -> bool:
    """Equal rows, NaN being equal to NaN."""
    return mine[:2] == other[:2] and all(
        a == b or (isinstance(a, float) and isinstance(b, float) and math.isnan(a) and math.isnan(b))
        for a, b in zip(mine[2], other[2], strict=True)
    )


def random_bars(seed: int, size: int = 200, symbol: Symbol = TEST) -> Bars:
    """Bars of a walk on a coarse tick grid: many ties, some flat bars, some gaps."""
    random = np.random.default_rng(seed)
    close = 400.0 + np.cumsum(random.integers(-3, 4, size))
    opened = np.concatenate([[400.0], close[:-1]]) + random.choice([0, 0, 0, 1, -2], size)
    high = np.maximum(opened, close) + random.integers(0, 4, size)
    low = np.minimum(opened, close) - random.integers(0, 4, size)
    flat = random.random(size) < 0.15
    for column in (opened, high, low):
        column[flat] = close[flat]
    prices: list[FloatArray] = [
        np.asarray(column * symbol.mintick, dtype=np.float64) for column in (opened, high, low, close)
    ]
    time = MONDAY + np.arange(size, dtype=np.int64) * 3_600_000
    volume: FloatArray = np.asarray(random.integers(0, 5, size) * 100.0, dtype=np.float64)
    return Bars(symbol, Timeframe(60), time, prices[0], prices[1], prices[2], prices[3], volume, feed="random")


def random_account(seed: int, size: int = 200) -> FloatArray:
    """A made-up account [13, N]: positions come and go."""
    random = np.random.default_rng(seed)
    table = np.zeros((len(ACCOUNT), size))
    table[0] = np.repeat(random.choice([0.0, 0.0, 1.0, -1.0, 2.0], size // 4 + 1), 4)[:size]
    table[1] = np.where(table[0] == 0, math.nan, 100.0 + random.integers(-20, 20, size) / 4)
    table[2:8] = np.cumsum(random.integers(-10, 11, (6, size)), axis=1) + 1000.0
    table[8:] = np.cumsum(random.integers(0, 2, (5, size)), axis=1)
    return table


def orders(source: str, bars: Bars | None = None, inputs: Mapping[str, float] | None = None) -> list[Row]:
    """The orders of a script on which both ways agree."""
    return agree(case(source, bars or random_bars(1), inputs))


@cache
def _recording() -> Object:
    """The recorder, compiled once for all scripts."""
    names = [function.name for function in RECORDED]
    return compile_object(Module("recorder").add(run, *RECORDED), ["run", *names])


def _native(program: Program) -> Native:
    module = Module("recorded").use(*RECORDED)
    names = {**NAMES, **program.helpers}
    if program.uses_heap:
        module.use(*(function for functions in EXPORTS.values() for function in functions))
    module.add_source(program.text, names, file="<program>")
    functions = [column.function for column in program.columns if isinstance(column, ProgramColumn)]
    script = compile_object(lambda: module, ["step", *functions], key=program.key, cache=False)
    return link(script, _recording(), *(heap_objects(script.imports) if program.uses_heap else ()))


def _memory(program: Program, size: int) -> tuple[FloatArray, list[FloatArray]]:
    """Working memory for the step and for any column."""
    columns = [column for column in program.columns if isinstance(column, ProgramColumn)]
    slots = max([1, program.slots, *(column.slots for column in columns)])
    buffers = max([1, program.buffers, *(column.buffers for column in columns)])
    return np.zeros(slots), [np.zeros(size + 1) for _ in range(buffers)]


def _kept(program: Program) -> Sequence[int]:
    """Columns that the step may read."""
    return range(len(program.columns)) if program.reads is None else program.reads


def _clock(of: Case) -> Clock:
    return Clock(of.bars, WindowMaker(of.bars).time_close, None, list(of.program.strings))


def _filled(clock: Clock, column: AnyColumn) -> FloatArray:
    """A column that the engine fills."""
    found = clock.column(column)
    assert found is not None
    return found


def _clear(state: FloatArray, memory: list[FloatArray]) -> None:
    """State starts at zero; logs are not cleared, and columns and inputs that are not declared hold anything."""
    state[:] = 0.0
    for array in memory:
        array[:] = GARBAGE


class _Table:
    """The made-up account as the interpreter reads it."""

    def __init__(self, values: FloatArray):
        self.values = {f"strategy.{name}": values[place].tolist() for place, name in enumerate(ACCOUNT)}

    def open_bar(self, bar: int) -> None:
        pass

    def value(self, name: str, bar: int) -> float:
        return float(self.values[name][bar])

    def order(self, command: OrderCommand, bar: int) -> None:
        pass

    def close_bar(self, bar: int) -> None:
        pass


def _row(values: list[float], text: Callable[[int], str]) -> Row:
    kind = KINDS[int(values[1])]
    found = tuple(
        ((text(int(value)) or None) if value >= 0 else None) if how == "w" else value
        for value, (how, _) in zip(values[2:], _PARAMETERS[kind], strict=False)
    )
    return int(values[0]), kind, found


def _command(bar: int, command: OrderCommand) -> Row:
    kind = command.function.removeprefix("strategy.")
    return bar, kind, tuple(_argument(command, how, name) for how, name in _PARAMETERS[kind])


def _argument(command: OrderCommand, how: str, name: str) -> float | str | None:
    given = dict(command.arguments).get(name)
    match how:
        case "w":
            return command.word(name)
        case "d":
            return 1.0 if given == "strategy.long" else 0.0
        case "o":
            return _OCA[command.word(name)]
        case "b":
            return 1.0 if given is True else 0.0
    return command.number(name)
