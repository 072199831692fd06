"""A whole strategy as Pine v6 text: head, account, inputs, clock, indicators, size, orders, plots."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pinewright.errors import UsageError, unknown_name_hint
from pinewright.generate.families import MONEY_INPUTS, TIME_INPUTS, Family, FamilyInput
from pinewright.generate.header import Header
from pinewright.generate.indicators import IndicatorCodeBuilder
from pinewright.generate.logic import StrategyLogic, StrategyLogicGenerator
from pinewright.generate.spelling import spell_bool, spell_float, spell_int, spell_string, utc_date
from pinewright.market import Timeframe
from pinewright.program import InputKind

FLAT_FROM: Final = 16 * 60 + 55
"""Minute of the New York day from which no position may be held."""
FLAT_UNTIL: Final = 18 * 60 + 15
"""Minute of the New York day at which an order may fill again."""
_QUIET_MINUTES: Final = 5
"""Shortest notice of the close-out: frames below five minutes miss bars around 17:00, when nobody quotes."""
_FAR_FUTURE: Final = 4_102_444_800_000  # 2100-01-01, for a script without an end


_NO_HEADER: Final = Header()


@dataclass(frozen=True)
class ScriptSettings:
    """What a script is written for.

    commission: money per unit and side, half the spread of a round turn. slippage in ticks. from_time and to_time: ms
    UTC, orders fill in [from_time, to_time) only; None means no border. rollover: positions may be held through
    16:55 to 18:15 New York. lot_step: quantities are whole multiples of it, in units. leverage: largest position value
    over equity. symbol: name for the title.
    """

    timeframe: Timeframe
    commission: float
    symbol: str = "EURUSD"
    currency: str = "USD"
    initial_capital: float = 10_000.0
    slippage: int = 0
    rollover: bool = False
    from_time: int | None = None
    to_time: int | None = None
    lot_step: float = 1_000
    leverage: float = 30.0
    header: Header = _NO_HEADER

    def __post_init__(self) -> None:
        if not self.commission >= 0.0:
            raise UsageError(f"a commission of {self.commission}", hint="money per unit and side, 0 or more")
        if self.lot_step <= 0 or self.leverage <= 0 or self.initial_capital <= 0 or self.slippage < 0:
            raise UsageError("lot step, leverage and capital must be above 0, slippage 0 or more")
        if self.timeframe.minutes >= 1440 and not self.rollover:
            raise UsageError(
                f"{self.timeframe} bars open at 17:00 New York, inside the window in which no order may fill",
                hint="give --rollover, or a time frame below one day",
            )

    @property
    def close_out_minute(self) -> int:
        """Minute of the New York day from which a fill is the last one that leaves a position flat before 16:55.

        An order sent at the close of a bar fills at the open of the next one, at minute f. The order after that fills
        at f + bar length at the earliest. So a position must be closed, and none be opened, once f + bar length
        reaches 16:55: f >= 16:55 - bar length.
        """
        return FLAT_FROM - max(self.timeframe.minutes, _QUIET_MINUTES)


class PineScriptGenerator:
    """Writes the script of a family; the same family, values and settings give the same bytes.

    Rules that all families share: a market order at a signal, filled at the next open; an opposite signal reverses the
    position; stop and target are fixed at the signal's close, so they never move during a trade; size risks a percent
    of equity over the stop distance.
    """

    def __init__(self, logic: StrategyLogicGenerator | None = None) -> None:
        self._logic = logic or StrategyLogicGenerator()

    def script(self, family: Family, settings: ScriptSettings, values: Mapping[str, float] | None = None) -> str:
        """The text. ``values`` replaces defaults of inputs by name; UsageError for a name that the family lacks."""
        return self.compose(
            family, self._logic.logic(family), IndicatorCodeBuilder().for_family(family), settings, values
        )

    def compose(
        self,
        family: Family,
        logic: StrategyLogic,
        code: IndicatorCodeBuilder,
        settings: ScriptSettings,
        values: Mapping[str, float] | None = None,
    ) -> str:
        """The text of an idea that is in no table: its inputs, its logic, and the lines that the logic reads."""
        defaults = _defaults(family, values or {})
        functions = (_section("The patterns, as functions", code.functions),) if code.functions else ()
        parts = (
            _head(family, settings),
            _inputs(family, settings, defaults),
            *functions,
            _section("What the idea looks at", code.lines),
            _section("What happened on this bar", logic.lines) if logic.events else (),
            _clock(settings),
            _size(settings),
            _orders(logic),
            code.plots,
        )
        return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def render(family: Family, defaults: Mapping[str, float] | None, settings: ScriptSettings) -> str:
    """The script of ``family`` with ``defaults`` (by input name; None for the family's own) as Pine v6 text."""
    return PineScriptGenerator().script(family, settings, defaults)


def _defaults(family: Family, values: Mapping[str, float]) -> dict[str, float]:
    names = [item.name for item in family.inputs]
    for name in values:
        if name not in names and name not in TIME_INPUTS:
            raise UsageError(f"family {family.name} has no input {name!r}", hint=unknown_name_hint(name, names))
    defaults = {item.name: float(values.get(item.name, item.default)) for item in family.inputs}
    for item in family.inputs:
        # Half a grid step of room: 0.1 * 3 is not 0.3.
        room = 1e-9 * max(1.0, abs(item.maximum))
        if not item.minimum - room <= defaults[item.name] <= item.maximum + room:
            raise UsageError(
                f"{item.name} = {defaults[item.name]} is out of range", hint=f"{item.minimum} to {item.maximum}"
            )
    for low, high in family.ordered:
        if not defaults[low] < defaults[high]:
            raise UsageError(f"{low} = {defaults[low]} is not below {high} = {defaults[high]}")
    return defaults | {name: float(values[name]) for name in TIME_INPUTS if name in values}


def _section(title: str, lines: tuple[str, ...]) -> tuple[str, ...]:
    return (f"// {title}.", *lines)


def _head(family: Family, settings: ScriptSettings) -> tuple[str, ...]:
    account = (
        f"title = {spell_string(f'{family.title} {settings.symbol} {settings.timeframe}')}",
        f"overlay = {spell_bool(family.overlay)}",
        f"initial_capital = {spell_float(settings.initial_capital)}",
        f"currency = currency.{settings.currency}",
        "default_qty_type = strategy.fixed",
        f"default_qty_value = {_quantity(settings.lot_step)}",
        "pyramiding = 0",
        "commission_type = strategy.commission.cash_per_contract",
        f"commission_value = {spell_float(settings.commission)}",
        f"slippage = {settings.slippage}",
        f"margin_long = {spell_float(round(100 / settings.leverage, 4))}",
        f"margin_short = {spell_float(round(100 / settings.leverage, 4))}",
        "process_orders_on_close = false",
        "calc_on_order_fills = false",
        "calc_on_every_tick = false",
        'close_entries_rule = "FIFO"',
        "backtest_fill_limits_assumption = 0",
        "use_bar_magnifier = false",
        "fill_orders_on_standard_ohlc = false",
        "risk_free_rate = 2.0",
    )
    facts = settings.header.lines()
    return (
        "//@version=6",
        *(f"// {line}" for line in facts),
        *(("//",) if facts else ()),
        f"// {family.title}, made for {settings.timeframe} bars of {settings.symbol}.",
        *(f"// {line}" for line in family.idea),
        "// The commission below is half the spread of a round turn, paid per unit on each side.",
        *_call("strategy", account),
    )


def _call(name: str, arguments: tuple[str, ...]) -> tuple[str, ...]:
    """A call over several lines. Five spaces: TradingView long took a multiple of four for a block, not for a wrap."""
    *others, last = arguments
    return (f"{name}(", *(f"     {line}," for line in others), f"     {last})")


def _inputs(family: Family, settings: ScriptSettings, defaults: dict[str, float]) -> tuple[str, ...]:
    start = int(defaults.get("fromTime", settings.from_time or 0))
    end = int(defaults.get("toTime", _FAR_FUTURE if settings.to_time is None else settings.to_time))
    if start >= end:
        raise UsageError(f"the script would begin at {utc_date(start)} and end at {utc_date(end)}")
    return (
        "// Settings of the idea.",
        *(input_line(item, defaults[item.name]) for item in family.signals),
        "// Settings of stop, target and size.",
        *(input_line(item, defaults[item.name]) for item in MONEY_INPUTS),
        f"// Dates: {utc_date(start)} to {utc_date(end)}.",
        f'fromTime = input.time({start}, "From")',
        f'toTime = input.time({end}, "To")',
    )


def input_line(item: FamilyInput, default: float) -> str:
    title = spell_string(item.title)
    if item.kind is InputKind.BOOL:
        return f"{item.name} = input.bool({spell_bool(default)}, {title})"
    spell = spell_int if item.kind is InputKind.INT else spell_float
    limits = f"minval = {spell(item.minimum)}, maxval = {spell(item.maximum)}, step = {spell(item.step)}"
    return f"{item.name} = input.{item.kind.value}({spell(default)}, {title}, {limits})"


def _clock(settings: ScriptSettings) -> tuple[str, ...]:
    length = settings.timeframe.minutes
    dates = (
        "// An order sent at the close of this bar fills at the open of the next one, at nextOpen.",
        f"barLength = {length} * 60 * 1000",
        "nextOpen = time + barLength",
        "// Outside the dates nothing is opened; what is open is closed one bar before the end.",
        "inDates = nextOpen >= fromTime and nextOpen + barLength < toTime",
    )
    if settings.rollover:
        return (*dates, "// Positions may be held overnight; swap is not counted.", "mustBeFlat = not inDates")
    return (
        *dates,
        "// Around 17:00 New York dealers hardly quote: spreads widen, and prices there are no prices.",
        "// So all is closed before 16:55, and orders fill again from 18:15 on. As minutes of the day: from the first",
        "// number below on a fill would leave no further one before 16:55, and the second is 18:15.",
        f'nextMinute = (hour(time, "America/New_York") * 60 + minute(time, "America/New_York") + {length}) % 1440',
        f"rollover = nextMinute >= {settings.close_out_minute} and nextMinute < {FLAT_UNTIL}",
        "mustBeFlat = rollover or not inDates",
    )


def _size(settings: ScriptSettings) -> tuple[str, ...]:
    step = _quantity(settings.lot_step)
    # A position of the full margin would be called away by its first losing tick.
    return (
        "// Size: the stop may cost riskPercent of equity, in whole lots of "
        f"{settings.lot_step:,g} units; never more than 95 % of what the",
        f"// margin of 1:{settings.leverage:g} allows, so that the stop comes before a margin call.",
        "atr = ta.atr(atrLength)",
        "stopDistance = stopMultiple * atr",
        "targetDistance = targetMultiple * atr",
        "riskQuantity = strategy.equity * riskPercent / 100 / stopDistance",
        f"marginQuantity = 0.95 * strategy.equity * {spell_float(settings.leverage)} / close",
        f"quantity = math.floor(math.min(riskQuantity, marginQuantity) / {step}) * {step}",
        f"canTrade = not mustBeFlat and quantity >= {step}",
    )


def _quantity(units: float) -> str:
    """A quantity without a needless decimal point: ``1000``, ``0.01``."""
    return spell_int(units) if units == int(units) else spell_float(units)


def _orders(logic: StrategyLogic) -> tuple[str, ...]:
    sides = (("Long", logic.long_signal), ("Short", logic.short_signal))
    lines = [
        "// Orders. Stop and target are fixed here, at the close of the signal's bar, and stay until the trade ends.",
        "if mustBeFlat",
    ]
    lines += [f'    strategy.close("{side}")' for side, signal in sides if signal is not None]
    for side, signal, sign, held in (
        ("Long", logic.long_signal, "-+", "<="),
        ("Short", logic.short_signal, "+-", ">="),
    ):
        if signal is None:
            continue
        lines += [
            f"else if canTrade and {signal} and strategy.position_size {held} 0",
            f'    strategy.entry("{side}", strategy.{side.lower()}, qty = quantity)',
            f'    strategy.exit("{side} exit", "{side}", stop = close {sign[0]} stopDistance, '
            f"limit = close {sign[1]} targetDistance)",
        ]
    for side, condition, held in (("Long", logic.exit_long, ">"), ("Short", logic.exit_short, "<")):
        if condition is not None:
            lines += [
                f"else if strategy.position_size {held} 0 and {condition}",
                f'    strategy.close("{side}")',
            ]
    return tuple(lines)
