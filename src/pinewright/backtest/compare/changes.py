"""Other values of ``strategy()``'s arguments that a list points to: read off its fees, prices, sizes and trades."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pinewright.backtest.compare.matching import MONEY, Comparison, Pair
from pinewright.backtest.listing import ListedTrade
from pinewright.market import FloatArray, Symbol
from pinewright.program import CommissionType, QuantityType, StrategySettings

_CAPITALS: Final = (1_000_000.0, 100_000.0, 10_000.0, 1_000.0, 500.0)
"""Capitals that TradingView's dialog has begun with over the years, and those that people like."""
_VERSIONS: Final = (
    (QuantityType.FIXED, 1.0, 1_000_000.0),
    (QuantityType.PERCENT_OF_EQUITY, 100.0, 100_000.0),
)
"""Sizes and capitals of a script that says nothing, until September 2026 and since."""
_MOST: Final = 0.95
"""Share of the trades that a rule must account for: a first or a last one may be another case."""
_QUANTITY: Final = {
    QuantityType.FIXED: "strategy.fixed",
    QuantityType.CASH: "strategy.cash",
    QuantityType.PERCENT_OF_EQUITY: "strategy.percent_of_equity",
}
_COMMISSION: Final = {
    CommissionType.PERCENT: "strategy.commission.percent",
    CommissionType.CASH_PER_CONTRACT: "strategy.commission.cash_per_contract",
    CommissionType.CASH_PER_ORDER: "strategy.commission.cash_per_order",
}


@dataclass(frozen=True)
class Change:
    """Another account, or another first bar, than the script and the bars say.

    arguments: names of the ``strategy()`` arguments; ours, theirs: them with their values, as Pine writes them. start:
    index of the bar from which the script runs.
    """

    arguments: tuple[str, ...]
    ours: str
    theirs: str
    settings: StrategySettings
    start: int = 0

    def left_out(self, declared: frozenset[str]) -> bool:
        """Whether the script writes none of the arguments."""
        return not declared.intersection(self.arguments)


def changes(settings: StrategySettings, found: Comparison, symbol: Symbol) -> Iterator[Change]:
    """Accounts other than ``settings`` that the pairs of a comparison point to, and the switches that cost nothing.

    Each is a guess: whether it explains anything is for a run to show.
    """
    yield from _switches(settings, found)
    yield from _commission(settings, found, symbol)
    yield from _slippage(settings, found, symbol)
    yield from _quantity(settings, found, symbol)


def _change(settings: StrategySettings, theirs: StrategySettings, *arguments: str) -> Change:
    ours, other = (", ".join(f"{name} = {_pine(name, of)}" for name in arguments) for of in (settings, theirs))
    return Change(arguments, ours, other, theirs)


def _pine(argument: str, settings: StrategySettings) -> str:
    """The value of an argument as Pine writes it."""
    values = {
        "process_orders_on_close": str(settings.process_orders_on_close).lower(),
        "calc_on_order_fills": str(settings.calc_on_order_fills).lower(),
        "use_bar_magnifier": str(settings.use_bar_magnifier).lower(),
        "close_entries_rule": '"ANY"' if settings.close_any else '"FIFO"',
        "margin_long": f"{settings.margin_long:g}",
        "margin_short": f"{settings.margin_short:g}",
        "pyramiding": str(settings.pyramiding),
        "slippage": str(settings.slippage),
        "commission_type": _COMMISSION[settings.commission_type],
        "commission_value": f"{settings.commission_value:.10g}",
        "default_qty_type": _QUANTITY[settings.quantity_type],
        "default_qty_value": f"{settings.quantity_value:.10g}",
        "initial_capital": f"{settings.initial_capital:.10g}",
        "backtest_fill_limits_assumption": str(settings.backtest_fill_limits),
    }
    return values[argument]


def _switches(settings: StrategySettings, found: Comparison) -> Iterator[Change]:
    on_close = replace(settings, process_orders_on_close=not settings.process_orders_on_close)
    yield _change(settings, on_close, "process_orders_on_close")
    for margin in (0.0, 100.0):
        if (settings.margin_long, settings.margin_short) != (margin, margin):
            other = replace(settings, margin_long=margin, margin_short=margin)
            yield _change(settings, other, "margin_long", "margin_short")
    again = replace(settings, calc_on_order_fills=not settings.calc_on_order_fills)
    yield _change(settings, again, "calc_on_order_fills")
    finer = replace(settings, use_bar_magnifier=not settings.use_bar_magnifier)
    yield _change(settings, finer, "use_bar_magnifier")
    entries = most_at_once([pair.their for pair in found.pairs] + list(found.missing))
    if max(entries, 1) != max(settings.pyramiding, 1):
        yield _change(settings, replace(settings, pyramiding=entries), "pyramiding")
    yield _change(settings, replace(settings, close_any=not settings.close_any), "close_entries_rule")
    for ticks in (0, 1, 2):
        if ticks != settings.backtest_fill_limits:
            yield _change(settings, replace(settings, backtest_fill_limits=ticks), "backtest_fill_limits_assumption")


def most_at_once(listed: Sequence[ListedTrade]) -> int:
    """The most entries that a list holds open at the same time; parts of one entry count once."""
    steps: Counter[int] = Counter()
    spans: dict[tuple[int, bool, str], int] = {}
    for trade in listed:
        end = trade.exit_time if trade.exit_time is not None and not trade.is_open else 2**62
        key = trade.entry_time, trade.is_long, trade.entry_signal
        spans[key] = max(end, spans.get(key, 0))
    for (begin, _, _), end in spans.items():
        steps[begin] += 1
        steps[end] -= 1
    most = held = 0
    for moment in sorted(steps):
        held += steps[moment]
        most = max(most, held)
    return most


def _commission(settings: StrategySettings, found: Comparison, symbol: Symbol) -> Iterator[Change]:
    """A commission that turns the listed trades' moves into their listed profits."""
    rows = [row for pair in found.pairs if (row := _fee(pair, symbol)) is not None]
    if not rows:
        return
    fees, values, sizes, units = (np.array(column) for column in zip(*rows, strict=True))
    bases = {
        CommissionType.PERCENT: values / 100.0,
        CommissionType.CASH_PER_CONTRACT: 2.0 * sizes,
        CommissionType.CASH_PER_ORDER: np.full(len(fees), 2.0),
    }
    for kind, base in bases.items():
        rate = _rate(fees, base, units)
        # An order that reverses a position is one order for two trades.
        rates = (rate, 2.0 * rate) if rate and kind is CommissionType.CASH_PER_ORDER else (rate,)
        same = kind is settings.commission_type
        names = ("commission_value",) if same else ("commission_type", "commission_value")
        for value in rates:
            if value is not None and (not same or value != settings.commission_value):
                yield _change(settings, replace(settings, commission_type=kind, commission_value=value), *names)


def _fee(pair: Pair, symbol: Symbol) -> tuple[float, float, float, float] | None:
    """Fee, value of both orders, quantity and printed unit of a closed listed trade whose fills are ours."""
    their = pair.their
    if their.is_open or their.exit_price is None or their.quantity is None or their.profit is None:
        return None
    if any(difference.field not in MONEY for difference in pair.differences):
        return None
    size = their.quantity.value * symbol.point_value
    begin, end = their.entry_price.value, their.exit_price.value
    gross = (end - begin if their.is_long else begin - end) * size
    return gross - their.profit.value, (begin + end) * size, their.quantity.value, their.profit.unit


def _rate(fees: FloatArray, base: FloatArray, units: FloatArray) -> float | None:
    """The number that makes ``fees`` of ``base`` within the printed digits, in as few digits as it takes; else None."""
    if float(np.mean(np.abs(fees) <= units)) > _MOST:
        return 0.0
    exact = (float(fees.sum() / base.sum()), float(np.median(fees / base)))
    values = [float(f"{rate:.{digits}g}") for digits in range(1, 7) for rate in exact if rate > 0.0]
    misses = {value: np.abs(value * base - fees) for value in values}
    fitting = {value: float(miss.mean()) for value, miss in misses.items() if np.mean(miss <= 1.01 * units) > _MOST}
    least = min(fitting.values(), default=0.0)
    return next((value for value, miss in fitting.items() if miss <= 1.2 * least + 1e-12), None)


def _slippage(settings: StrategySettings, found: Comparison, symbol: Symbol) -> Iterator[Change]:
    """A slippage that moves most of the entries which differ onto their listed prices."""
    ticks: Counter[int] = Counter()
    for pair in found.pairs:
        for difference in pair.differences:
            if difference.field == "entry price" and not pair.shifted:
                ours, theirs = difference.values
                adverse = theirs - ours if pair.their.is_long else ours - theirs
                ticks[round(adverse / symbol.mintick)] += 1
    if settings.slippage:
        yield _change(settings, replace(settings, slippage=0), "slippage")
    if ticks:
        value, count = ticks.most_common(1)[0]
        slippage = settings.slippage + value
        if value and slippage > 0 and count > 0.5 * ticks.total():
            yield _change(settings, replace(settings, slippage=slippage), "slippage")


def _quantity(settings: StrategySettings, found: Comparison, symbol: Symbol) -> Iterator[Change]:
    """Sizes that the listed quantities follow: one number, one value, or one part of the equity."""
    for kind, value, capital in _VERSIONS:
        if (kind, value, capital) != (settings.quantity_type, settings.quantity_value, settings.initial_capital):
            yield _sized(settings, kind, value, capital)
    trades = sorted((pair.their for pair in found.pairs), key=lambda trade: (trade.entry_time, trade.number))
    sized = [(trade, trade.quantity.value) for trade in trades if trade.quantity is not None]
    if len(sized) < 2 or not any(d.field == "quantity" for d in found.differences):
        return
    size = np.array([quantity for _, quantity in sized])
    value = size * np.array([trade.entry_price.value for trade, _ in sized]) * symbol.point_value
    if np.ptp(size) == 0.0:
        yield _sized(settings, QuantityType.FIXED, float(size[0]))
        return
    steady = _steady(value)
    if steady is not None:
        yield _sized(settings, QuantityType.CASH, steady)
    won = _won_before([trade for trade, _ in sized])
    capitals = dict.fromkeys((settings.initial_capital, *_CAPITALS))
    for capital in capitals:
        percent = _steady(100.0 * value / (capital + won)) if (capital + won > 0.0).all() else None
        if percent is not None:
            yield _sized(settings, QuantityType.PERCENT_OF_EQUITY, percent, capital)


def _sized(settings: StrategySettings, kind: QuantityType, value: float, capital: float | None = None) -> Change:
    other = replace(
        settings,
        quantity_type=kind,
        quantity_value=value,
        initial_capital=settings.initial_capital if capital is None else capital,
    )
    names = [
        name
        for name, differs in (
            ("default_qty_type", kind is not settings.quantity_type),
            ("default_qty_value", value != settings.quantity_value),
            ("initial_capital", other.initial_capital != settings.initial_capital),
        )
        if differs
    ]
    return _change(settings, other, *names)


def _steady(values: FloatArray) -> float | None:
    """The round number that all values are near, floors of a lot allowed for; None where they are not near one."""
    middle = float(np.median(values))
    spread = float(np.quantile(np.abs(values - middle), 0.9))
    if not middle > 0.0 or spread > 0.02 * middle:
        return None
    digits = next(d for d in range(1, 7) if d == 6 or math.isclose(float(f"{middle:.{d}g}"), middle, rel_tol=0.01))
    return float(f"{middle:.{digits}g}")


def _won_before(trades: Sequence[ListedTrade]) -> FloatArray:
    """Listed profit of the trades that were closed when each one [T] was entered."""
    closed = sorted(
        (trade.exit_time, trade.profit.value)
        for trade in trades
        if trade.exit_time is not None and not trade.is_open and trade.profit is not None
    )
    ends = np.array([moment for moment, _ in closed], dtype=np.int64)
    total = np.concatenate(([0.0], np.cumsum([profit for _, profit in closed])))
    before: FloatArray = total[np.searchsorted(ends, [trade.entry_time for trade in trades], side="right")]
    return before
