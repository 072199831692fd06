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

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

CLOSE_ALL_SIGNAL: Final = "Close position order"
"""How TradingView names the order of ``strategy.close_all``."""


def close_signal(id: str) -> str:
    """How it names the order of ``strategy.close`` of an id."""
    return f"Close entry(s) order {id}"


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
    """Account currency that the script asks for; empty means the symbol's."""
    use_bar_magnifier: bool = False
    """Finer bars show the way of the price inside each bar; the engine must be given some."""
    calc_on_order_fills: bool = False
    """The script runs again inside a bar after fills."""
    calc_bars_count: int = 0
    """The script sees so many of the chart's last bars alone; 0 for all."""
    order_limit: int | None = None
    """Closed trades that list and ``strategy.closedtrades.*`` keep, the latest; 9,000 on TradingView. None for all."""
    trims_trades: bool = True
    """What is beyond ``order_limit`` leaves the list (v6); else it stops the strategy with an error (v5)."""
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
class Formula:
    """A value of the chart: the same on every bar, and known as soon as symbol and time frame are.

    Without ``args`` op is a variable of Pine (``syminfo.ticker``, ``timeframe.multiplier``), else what is done with
    them: the operations of ``backtest.formulas``, or the functions timeframe.in_seconds, timeframe.from_seconds,
    timestamp (zone, year to second), syminfo.prefix, syminfo.ticker, str.tostring and cat (two texts).
    """

    op: str
    args: tuple[Formula | float | str, ...] = ()


Word = str | Formula
"""A text that the engine must know before it runs: written in the script, or of the chart."""


@dataclass(frozen=True)
class ClockColumn:
    """A column that the engine fills from the calendar: ``part`` of each bar's time, na where there is none.

    part: year, month, weekofyear, dayofmonth, dayofweek (Sunday is 1), hour, minute, second in ``timezone``;
    time_tradingday; session.isfirstbar, session.islastbar; timeframe.change of ``timeframe``; time or time_close: open
    or close of the bar of ``timeframe`` and ``session`` (in ``timezone``), counted back by ``bars_back`` bars of the
    chart and by ``steps`` bars of the time frame. time_close alone is the chart's. An empty timezone is the exchange's,
    an empty time frame the chart's, an empty session the symbol's.
    """

    part: str
    timezone: Word = ""
    timeframe: Word = ""
    session: Word = ""
    bars_back: int = 0
    steps: int = 0


@dataclass(frozen=True)
class MarketColumn:
    """A table of one value: a formula of the chart, texts by their numbers."""

    formula: Formula


@dataclass(frozen=True)
class ZoneColumn:
    """A table of a time zone for the kernel, in the form of ``data.zones.zone_table``; empty means the exchange's."""

    timezone: Word = ""


class Seen(Enum):
    """From when on a bar of another symbol or time frame is seen, by its close value."""

    CLOSED = "closed"
    """At the close of the bar with which, or before which, it closes."""
    OPENED = "opened"
    """From its own open on: ``barmerge.lookahead_on``. Of shorter bars the first within the bar."""
    BEFORE = "before"
    """On bars that open when it has closed: TradingView's daily rates of currencies."""


HEIKIN_ASHI: Final = "heikinashi:"
"""Stands before the symbol whose Heikin Ashi bars are asked for. (TradingView's own form is not meant to be read.)"""

RATE: Final = "request.currency_rate"
"""``Request.function`` of a rate; its symbol is ``FROM/TO``, and bars of the reverse pair will do."""


class RequestPart(Enum):
    """What a request's column holds: see ``Request``."""

    VALUE = "value"
    """An output at each of the run's own bars [N]."""
    RAW = "raw"
    """An output at each of the other bars [M]."""
    BEGIN = "begin"
    """Number of the first of the other bars that open within each of the run's own bars [N]."""
    END = "end"
    """The same of the bar after the last."""


@dataclass(frozen=True)
class Request:
    """Bars of another symbol or time frame, and a program that is run over them.

    symbol: its name, empty for the run's own; with ``HEIKIN_ASHI`` before it the bars are Heikin Ashi bars. timeframe:
    as Pine spells it, empty for the run's own. program: its step writes a value a bar into each buffer of
    ``Program.outputs``; it has the inputs and the strings of the program that asks. gaps: a value is seen on the first
    bar only on which it can be. most: so many of the last bars alone, None for all. currency: the one in which prices
    are asked for, empty for the symbol's own. function, line: the call that asks, for errors.
    """

    symbol: Word
    timeframe: Word
    program: Program
    seen: Seen = Seen.CLOSED
    gaps: bool = False
    most: int | None = None
    currency: Word = ""
    function: str = "request.security"
    line: int = 0


@dataclass(frozen=True)
class RequestColumn:
    """A column that the engine fills by running a program over other bars.

    output: place in ``Request.program.outputs``. inputs: all that the request depends on. empty: the value where there
    is none, NaN or (for bools) 0. text: whether the values are numbers of texts.
    """

    request: Request
    part: RequestPart
    output: int
    inputs: tuple[int, ...]
    empty: float = math.nan
    text: bool = False


AnyColumn = ProgramColumn | ClockColumn | MarketColumn | ZoneColumn | RequestColumn


@dataclass(frozen=True)
class Program:
    """A compiled script, ready for the engine.

    ``columns`` are in an order in which each follows those it reads; an entry is either computed by a function or, for
    the calendar and for requests, filled by the engine. ``strings`` are the ids and comments of orders, by the number
    under which the code passes them. ``key`` identifies text and compiler, for the cache of native code.
    """

    name: str
    text: str
    inputs: tuple[ProgramInput, ...]
    columns: tuple[AnyColumn, ...]
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
    keeps_trades: bool = False
    """Whether the step reads closed trades: they are kept while it runs."""
    outputs: tuple[int, ...] = ()
    """Buffers into which the step writes a value at each bar, where the program answers a request."""
    uses_heap: bool = False
    """Whether the step works on objects in the heap, or can fail: it names ``b.heap``."""
    reference_buffers: tuple[int, ...] = ()
    """Buffers that hold references to such objects, or texts made while the script runs."""
    lasting: tuple[int, ...] = ()
    """State slots of ``varip`` variables: they go on where the script runs more than once on a bar."""
