"""The form in which a strategy reaches the engine: what the compiler hands over and the engine runs.

The compiler (room ``pine``) and the engine (room ``backtest``) know this file and not each other. A program is text in
the kernel language of ``machine.kernel`` plus tables that say how to call it:

``column functions``
    ``def NAME(view: BarView, p: Floats, c: Columns, out: Floats, s: Floats, h: Columns, n: int) -> None``
    write one value a bar into ``out[0:n]``. A column depends on the bars, on the inputs it lists and on other columns,
    never on orders: the engine computes it once for each distinct tuple of those inputs and shares it.
``step``
    ``def step(view: BarView, i: int, p: Floats, c: Columns, s: Floats, h: Columns, b: Broker) -> None``
    runs the script at the close of bar ``i`` and calls the broker's order functions.

``acts``, where there is one
    ``def acts(view: BarView, i: int, p: Floats, c: Columns) -> bool``
    False promises that the step would do nothing at the close of bar ``i``, whatever account and state are.

``p`` holds the inputs of one parameter set, ``c[k]`` column k, ``s`` the script's zero-initialised state slots,
``h[k]`` buffers of N+1 values that hold anything until they are written. A column may be asked for its first n bars
alone. Numbers are float64 throughout, na is NaN, bools are 0.0 and 1.0 where they are stored.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class InputKind(Enum):
    """The ``input.*`` call that declared an input."""

    INT = "int"
    FLOAT = "float"
    BOOL = "bool"
    TIME = "time"
    STRING = "string"
    SOURCE = "source"


@dataclass(frozen=True)
class ProgramInput:
    """One input of a script.

    name: the variable it is assigned to; title: what TradingView's dialog shows. default, minimum, maximum, step in the
    input's own unit (bool as 0 and 1, time as ms UTC; string and source as the index into ``options``).
    line: 1-based line of the call.
    """

    name: str
    title: str
    kind: InputKind
    default: float
    minimum: float | None = None
    maximum: float | None = None
    step: float | None = None
    options: tuple[float | str, ...] = ()
    line: int = 0


class QuantityType(Enum):
    """Meaning of ``default_qty_value``."""

    FIXED = 0
    CASH = 1
    PERCENT_OF_EQUITY = 2


class CommissionType(Enum):
    """Meaning of ``commission_value``: percent of value, money per unit, money per order."""

    PERCENT = 0
    CASH_PER_CONTRACT = 1
    CASH_PER_ORDER = 2


@dataclass(frozen=True)
class StrategySettings:
    """What a script declares of its account in ``strategy()``; defaults are those of Pine v5.

    slippage and backtest_fill_limits in ticks; margins in percent of the position's value, 0 for no check.
    """

    title: str = ""
    initial_capital: float = 1_000_000.0
    quantity_type: QuantityType = QuantityType.FIXED
    quantity_value: float = 1.0
    pyramiding: int = 0
    commission_type: CommissionType = CommissionType.PERCENT
    commission_value: float = 0.0
    slippage: int = 0
    margin_long: float = 0.0
    margin_short: float = 0.0
    process_orders_on_close: bool = False
    close_any: bool = False
    backtest_fill_limits: int = 0
    risk_free_rate: float = 2.0
    """Percent a year; for TradingView's Sharpe and Sortino ratios."""
    currency: str = ""
    """Account currency that the script asks for; empty means the symbol's. Money is not converted."""
    nearest_exit: bool = False
    """Of an exit level given in ticks and as a price, the one reached first counts (v6); else the price does (v5)."""
    declared: frozenset[str] = frozenset()
    """Names of the ``strategy()`` arguments that the script wrote out."""


@dataclass(frozen=True)
class ProgramColumn:
    """One shared column: its function, the inputs and columns that it reads, and the sizes of its working memory."""

    function: str
    inputs: tuple[int, ...]
    columns: tuple[int, ...]
    slots: int = 0
    buffers: int = 0
    name: str = ""


@dataclass(frozen=True)
class ClockColumn:
    """A column that the engine fills from the calendar: ``part`` of the bar's time in ``timezone``.

    part: year, month, weekofyear, dayofmonth, dayofweek (Sunday is 1), hour, minute, second, or time_close.
    """

    part: str
    timezone: str


@dataclass(frozen=True)
class Program:
    """A compiled script, ready for the engine.

    ``columns`` are in an order in which each follows those it reads; an entry is either computed by a function or, for
    the calendar, filled by the engine. ``strings`` are the ids and comments of orders, by the number under which the
    code passes them. ``key`` identifies text and compiler, for the cache of native code.
    """

    name: str
    text: str
    inputs: tuple[ProgramInput, ...]
    columns: tuple[ProgramColumn | ClockColumn, ...]
    settings: StrategySettings
    strings: tuple[str, ...]
    slots: int
    buffers: int
    key: str
    helpers: Mapping[str, object] = field(default_factory=dict, compare=False)
    """Kernel functions that ``text`` calls beside the broker's, by name."""
    reads: tuple[int, ...] | None = None
    """Columns that ``step`` and ``acts`` themselves read; None means all. The others serve columns and are not kept."""
    acts: bool = False
    """Whether ``text`` defines ``acts``: on bars where it says no the engine leaves the step out."""
    warnings: tuple[str, ...] = ()
