"""Probes of TradingView: how the lists of the public pineforge-corpus were made, and a script beside its list.

A folder of probes holds ``data`` and ``validation`` as that corpus does; ``PINEWRIGHT_PROBES`` names it for the tests.
The lists were made on two charts that began on 2025-03-31 and 2025-04-05 at 00:00 UTC, with nothing before: averages
are seeded there. Their times are 8 hours ahead of the bars'. Their accounts are in USD, their prices in USDT: the rate
of each day is read off the lists. ``NAMES`` are the scripts that were worked with; the others are kept for acceptance.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.backtest.compare import Comparison, ListedTrade, compare, read_list
from pinewright.backtest.engine import Engine
from pinewright.data import load_bars
from pinewright.market import HOUR, Bars, Trades
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.pine.diagnostics import Severity
from pinewright.pine.migrate import migrate
from pinewright.program import Program

from .exchange import intervals, pair_bars

NAMES: Final = tuple((Path(__file__).parent / "probes.txt").read_text(encoding="utf-8").split())
"""The scripts that were worked with."""

FINER: Final = {
    "barstate-isconfirmed-magnifier-on-01a": "bar magnifier",
    "ltf-bool-array-bull-majority-01": "`request.security_lower_tf`",
    "magnifier-tick-dist-endpoints-01": "bar magnifier",
    "magnifier-tick-dist-endpoints-rsi-cross-08a": "bar magnifier",
    "recompute-alma-sar-corr-magnifier-01": "bar magnifier",
}
"""Scripts that ask for bars of one minute, which the corpus does not hold, and what they want with them."""

OPEN_RATES: Final = frozenset({"order-percent-equity-cash-commission-01"})
"""Lists whose sizes hang on rates of exchange that no list tells exactly."""

NOT_IN_FIVE: Final = frozenset({"composite-vcp-fvg-active-zones-01", "composite-vcp-integration-01"})
"""Scripts that v5 cannot say: a loop whose end v6 works out on each pass."""

FEES: Final = {"order-percent-equity-cash-commission-01": 3.0}
"""Lists whose profits have a commission taken off, with that of entry and exit."""

RANGES: Final = dict.fromkeys(
    """
    mtf-dual-tf-60-240-rising-01 mtf-htf-60-rsi14-inside-security-01 mtf-htf-60-sma20-inside-security-01
    mtf-htf-60-volume-spike-01
    """.split(),
    "2025-04-20T16:00",
)
"""Lists of a tester whose range began later than the chart: before that moment no order was placed."""

EARLY: Final = frozenset({"mtf-triple-tf-macd-hist-confluence-01"})
"""Lists of the earlier chart whose times fit the later one too."""

SOURCES: Final = {"input-source-runtime-override-high-01": {"src": "high"}}
"""Lists that were made with another source than the default."""

ENTRY: Final = ("entry time", "entry price", "quantity")
EXIT: Final = ("exit time", "exit price")
"""Fields of a trade that make its entry and its exit."""

Rates = dict[int, tuple[float, float]]
"""Lowest and highest rate by UTC day since 1970 (``exchange.intervals``)."""


@dataclass(frozen=True)
class Probe:
    """A script's trades beside its list. trades: ours; theirs: the list's net profit."""

    trades: Trades
    found: Comparison
    theirs: float

    @property
    def ours(self) -> float:
        """Our net profit, of closed trades."""
        return float(sum(trade.net_profit for trade in self.trades if not trade.is_open))

    @property
    def off(self) -> float:
        """Difference of the net profits in percent of the list's."""
        return 100.0 * abs(self.ours - self.theirs) / max(abs(self.theirs), 1e-9)

    def alike(self, fields: Iterable[str]) -> float:
        """Share of trades, of the list's or of ours where those are more, in which none of the fields differs."""
        wrong = set(fields)
        alike = sum(not any(d.field in wrong for d in pair.differences) for pair in self.found.pairs)
        return alike / max(self.found.listed, self.found.ours)


@dataclass(frozen=True)
class Corpus:
    """A folder of probes."""

    folder: Path

    @property
    def bars_file(self) -> Path:
        return self.folder / "data" / "ohlcv_ETH-USDT-USDT_15m_warmup6m.csv"

    def source(self, name: str) -> str:
        return (self.folder / "validation" / name / "strategy.pine").read_text(encoding="utf-8")

    def listed(self, name: str) -> tuple[ListedTrade, ...]:
        """The list of that name in the order of its numbers, times as those of the bars."""
        return _listed(self.folder / "validation" / name / "tv_trades.csv")

    def bars(self, name: str) -> Bars:
        """The bars of the chart that the list of that name was made on, up to the list's last trade."""
        listed = self.listed(name)
        begin = min(trade.entry_time for trade in listed)
        end = max(trade.exit_time or trade.entry_time for trade in listed)
        late = name not in EARLY and begin >= moment("2025-04-05") and end < moment("2026-04-10")
        bars = _bars(self.bars_file)
        times = (moment("2025-04-05" if late else "2025-03-31"), end + 1)
        start, stop = (int(place) for place in np.searchsorted(bars.time, times))
        return bars.slice(start, stop)

    def rates(self, names: Iterable[str]) -> Rates:
        """The rates of exchange that the lists of those names show."""
        return intervals((self.listed(name), FEES.get(name, 0.0)) for name in names)

    def run(self, name: str, program: Program, rates: Rates, kernels: Path | None = None) -> Trades:
        """Trades of the program on the chart, with the inputs and in the range with which that list was made."""
        bars = self.bars(name)
        first = int(np.searchsorted(bars.time, moment(RANGES[name]))) if name in RANGES else 0
        engine = Engine(program, bars, cache_dir=kernels, others=[pair_bars(rates, int(bars.time[0]))])
        return engine.trades(inputs(program, name), first=first)

    def compared(self, name: str, trades: Trades) -> Probe:
        """Trades beside the list of that name; single profits are not compared, the list prints few digits of them."""
        listed = self.listed(name)
        found = compare(trades, sorted(listed, key=lambda trade: trade.entry_time), money=False)
        last = [trade.cumulative for trade in listed if not trade.is_open][-1]
        return Probe(trades, found, float("nan") if last is None else last.value)


@functools.cache
def _bars(path: Path) -> Bars:
    return load_bars(path, "ETHUSDT", timezone="UTC")[0]


@functools.cache
def _listed(path: Path) -> tuple[ListedTrade, ...]:
    return tuple(map(shifted, read_list(path)))


def shifted(trade: ListedTrade) -> ListedTrade:
    end = None if trade.exit_time is None else trade.exit_time - 8 * HOUR
    return replace(trade, entry_time=trade.entry_time - 8 * HOUR, exit_time=end)


def moment(text: str) -> int:
    """Milliseconds of an ISO date, UTC."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def inputs(program: Program, name: str) -> list[float]:
    """The inputs with which the list of that name was made."""
    chosen = SOURCES.get(name, {})
    return [
        float(item.options.index(chosen[item.name])) if item.name in chosen else item.default for item in program.inputs
    ]


def compiled(source: str, name: str) -> Program:
    return compile_script(check(source), name)


def converted(source: str) -> str:
    """A script of v6 in v5; ValueError where a statement has no counterpart there, or the result has an error."""
    found = migrate(source, to=5)
    left = [f"line {item.span.line}: {item.message}" for item in found.not_carried]
    if not left:
        errors = (item for item in check(found.source, warn=False).diagnostics if item.severity is Severity.ERROR)
        left = [item.message for item in errors]
    if left:
        raise ValueError(left[0])
    return found.source


def same(one: Trades, other: Trades) -> bool:
    """Whether trades are equal in every column, to the last bit."""
    columns = (
        *("entry_time", "exit_time", "is_long", "quantity", "entry_price", "exit_price", "net_profit", "is_open"),
        *("entry_signal", "exit_signal"),
    )
    return all(np.array_equal(getattr(one, column), getattr(other, column)) for column in columns)
