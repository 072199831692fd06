"""Probes of TradingView as whole scripts: every entry and exit of its lists, where PINEWRIGHT_PROBES has the folder.

The folder holds ``data`` and ``validation`` as pineforge-corpus does. The lists were made on two charts that began on
2025-03-31 and 2025-04-05 at 00:00 UTC, with nothing before: averages are seeded there. Their times are 8 hours ahead of
the bars'. Their accounts are in USD, their prices in USDT: the rate of each day is read off the lists.
"""

from __future__ import annotations

import functools
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from pinewright.backtest.compare import Comparison, ListedTrade, compare, read_list
from pinewright.backtest.engine import Engine
from pinewright.data import load_bars
from pinewright.errors import BacktestError
from pinewright.market import HOUR, Bars, Trades
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import Program

from .exchange import intervals, pair_bars

FOLDER = os.environ.get("PINEWRIGHT_PROBES")
pytestmark = pytest.mark.skipif(not FOLDER, reason="PINEWRIGHT_PROBES names no folder of probes")

PROBES = """
analyzer-parity-choch-bos-isolator-01
analyzer-parity-edge-margin-50-pct-01
analyzer-parity-percent-of-equity-sizing-01
analyzer-parity-small-equity-fraction-01
anomaly-equity-mirror-strategy-equity-01
bracket-atr-trailing-stop-state-01
bracket-exit-stop-limit-trail-same-bar-01
bracket-exit-three-way-set-once-entry-01
bracket-exit-tp-sl-fixed-01
bracket-partial-exit-qty-percent-01
bracket-same-id-exit-replace-01
bracket-tp-sl-oca-reduce-isolate-01
bracket-trail-points-with-offset-only-01
cap-max-intraday-filled-orders-isolate-01
composite-4emarsi-integration-01
composite-4emarsi-quad-ema-stack-01
composite-4emarsi-rsi-pullback-latch-01
composite-4emarsi-session-window-nbar-exit-01
composite-boscurv-integration-01
composite-boscurv-linreg-slope-channel-01
composite-boscurv-pivot-bos-trigger-01
composite-bracket-cap-range-pending-stop-01
composite-ies-bb-kc-squeeze-release-01
composite-ies-cooldown-daily-cap-01
composite-ies-equity-feedback-sizing-01
composite-ies-integration-01
composite-ies-rsi-macd-momentum-01
composite-kanuck-kama-state-recurrence-01
composite-kanuck-max-bars-back-500-01
composite-kkb-integration-01
composite-kkb-margin-100-pct-01
composite-liqsweep-pivot-hh-ll-01
composite-liqsweep-wick-pierce-close-back-01
composite-marketshift-integration-01
composite-marketshift-state-edge-detector-01
composite-scalping-integration-01
composite-trendmaster-line-new-projection-01
composite-trendmaster-three-tier-ema-state-01
composite-trendmaster-trend-momentum-structure-gate-01
composite-vcp-cumulative-volume-delta-01
composite-vcp-fvg-active-zones-01
composite-vcp-integration-01
composite-vcp-session-tz-newyork-01
composite-vcp-vol-zscore-anomaly-01
composite-wunderscalper-alert-templates-01
input-source-runtime-override-high-01
matrix-bool-mask-no-transpose-01
matrix-bool-mask-transpose-roundtrip-01
matrix-eigen-rank-deficient-cov-01
mtf-daily-array-median-percentrank-01
mtf-dual-tf-60-240-rising-01
mtf-htf-60-rsi14-inside-security-01
mtf-htf-60-sma20-inside-security-01
mtf-htf-60-volume-spike-01
mtf-htf-confluence-manual-trail-01
mtf-htf-confluence-static-bracket-01
mtf-htf-weekly-sma-cross-01
mtf-triple-tf-close-confluence-01
mtf-triple-tf-macd-hist-confluence-01
na-nz-fixnan-history-chain-01
oca-exit-bracket-internal-cancel-01
oca-multi-bracket-isolation-01
order-close-all-cancel-all-01
order-close-immediate-vs-next-bar-01
order-cross-exit-close-same-pass-01
order-deferred-flip-pooc-cross-bar-01
order-dual-stop-cancel-rotation-01
order-dual-stop-near-only-01
order-dual-stop-open-high-first-path-01
order-dual-stop-open-low-first-path-01
order-dual-stop-open-tie-01
order-dual-stop-source-order-long-first-01
order-dual-stop-source-order-short-first-01
order-entry-implicit-reversal-exit-01
order-flip-stop-no-paired-close-01
order-one-side-four-bar-far-opposite-01
order-opposite-entry-close-same-pass-01
order-process-on-close-false-01
order-process-on-close-true-01
order-range-expansion-pending-stop-01
order-same-id-stop-after-flat-01
order-same-id-stop-minute-zero-01
order-same-id-stop-raise-only-01
order-same-id-stop-window-four-bars-01
order-stop-entry-reversal-grouping-01
pyramid-deferred-flip-close-all-01
pyramid-flip-stop-pyramiding-2-01
risk-max-contracts-held-gate-pyramid-01
session-ny-spring-forward-dst-01
stats-eventrades-zero-pnl-count-01
ta-accdist-ema-cross-01
ta-chandelier-exit-direction-01
ta-closedtrades-risk-introspection-01
ta-cmo-9-zero-cross-01
ta-cog-10-signal-cross-01
ta-donchian-channel-breakout-01
ta-dual-ma-switch-dispatch-01
ta-dual-thrust-open-anchored-range-01
ta-elder-ray-bull-bear-power-01
ta-engulfing-candle-pattern-01
ta-hma-55-close-cross-01
ta-hma-fast-slow-cross-01
ta-inside-bar-engulfing-01
ta-keltner-channel-break-01
ta-linreg-stdev-channel-revert-01
ta-macd-12-26-9-line-signal-cross-01
ta-macd-histogram-reversal-01
ta-mfi-14-bands-20-80-01
ta-momentum-roc-zero-cross-01
ta-nvi-pvi-cross-01
ta-obv-ema-cross-01
ta-percentrank-mean-reversion-01
ta-pivot-confirmed-break-01
ta-rci-14-zero-cross-01
ta-rsi-ema-signal-cross-01
ta-rsi-macd-and-continuous-state-01
ta-rsi14-bands-30-70-01
ta-rsi14-cross-50-01
ta-rsi14-gt60-lt45-no-matrix-01
ta-sar-flip-entry-01
ta-sma-dual-cross-01
ta-stoch-slow-k-d-cross-01
ta-supertrend-adx-filter-01
ta-supertrend-direction-flip-01
ta-triple-sma-stack-latch-01
ta-volume-spike-atr-breakout-01
ta-wpr-14-bands-01
timeframe-main-period-self-adaptive-01
udt-method-default-param-kwargs-01
udt-method-drives-strategy-entry-01
udt-method-feeds-strategy-exit-prices-01
udt-method-in-for-loop-01
udt-method-in-switch-arms-01
udt-method-in-while-loop-01
udt-method-mutating-self-ref-01
udt-method-scalar-return-01
udt-method-tuple-return-destructure-01
udt-method-uses-history-globals-01
udt-method-uses-math-funcs-01
udt-method-uses-na-nz-fixnan-01
udt-regime-stack-stress-01
vwap-bands-breakout-1sigma-01
""".split()

FEES = {"order-percent-equity-cash-commission-01": 3.0}
"""Lists whose profits have a commission taken off, with that of entry and exit."""

RANGES = dict.fromkeys(
    """
    mtf-dual-tf-60-240-rising-01 mtf-htf-60-rsi14-inside-security-01 mtf-htf-60-sma20-inside-security-01
    mtf-htf-60-volume-spike-01
    """.split(),
    "2025-04-20T16:00",
)
"""Lists of a tester whose range began later than the chart: before that moment no order was placed."""

FINER = "ltf-bool-array-bull-majority-01"
"""A script that asks for bars of a minute, which the folder does not hold."""

EARLY = frozenset({"mtf-triple-tf-macd-hist-confluence-01"})
"""Lists of the earlier chart whose times fit the later one too."""

SOURCES = {"input-source-runtime-override-high-01": {"src": "high"}}
"""Lists that were made with another source than the default."""


def inputs(program: Program, name: str) -> list[float]:
    """The inputs with which the list of that name was made."""
    chosen = SOURCES.get(name, {})
    return [
        float(item.options.index(chosen[item.name])) if item.name in chosen else item.default for item in program.inputs
    ]


def moment(text: str) -> int:
    """Milliseconds of an ISO date, UTC."""
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@functools.cache
def probe_bars() -> Bars:
    path = Path(FOLDER or "") / "data" / "ohlcv_ETH-USDT-USDT_15m_warmup6m.csv"
    return load_bars(path, "ETHUSDT", timezone="UTC")[0]


def shifted(trade: ListedTrade) -> ListedTrade:
    end = None if trade.exit_time is None else trade.exit_time - 8 * HOUR
    return replace(trade, entry_time=trade.entry_time - 8 * HOUR, exit_time=end)


@functools.cache
def listed_trades(name: str) -> tuple[ListedTrade, ...]:
    """The list of that name in the order of its numbers, times as those of the bars."""
    return tuple(map(shifted, read_list(Path(FOLDER or "") / "validation" / name / "tv_trades.csv")))


def chart(listed: tuple[ListedTrade, ...], early: bool = False) -> tuple[int, int]:
    """First and last + 1 of the bars of the chart that a list was made on; ``early`` where that is known."""
    begin = min(trade.entry_time for trade in listed)
    end = max(trade.exit_time or trade.entry_time for trade in listed)
    late = not early and begin >= moment("2025-04-05") and end < moment("2026-04-10")
    times = (moment("2025-04-05" if late else "2025-03-31"), end + 1)
    start, stop = (int(place) for place in np.searchsorted(probe_bars().time, times))
    return start, stop


@functools.cache
def rates(names: tuple[str, ...]) -> dict[int, tuple[float, float]]:
    """The rates of exchange that the lists of those names show."""
    return intervals((listed_trades(name), FEES.get(name, 0.0)) for name in names)


def compare_probe(
    name: str, program: Program, kernels: Path | None, names: tuple[str, ...]
) -> tuple[Trades, Comparison]:
    """Trades of the script of that name, and they beside its list; money by the rates that ``names`` show."""
    listed = listed_trades(name)
    start, stop = chart(listed, name in EARLY)
    bars = probe_bars().slice(start, stop)
    first = int(np.searchsorted(bars.time, moment(RANGES[name]))) if name in RANGES else 0
    pair = pair_bars(rates(names), int(bars.time[0]))
    trades = Engine(program, bars, cache_dir=kernels, others=[pair]).trades(inputs(program, name), first=first)
    return trades, compare(trades, sorted(listed, key=lambda trade: trade.entry_time), money=False)


def test_bars_that_are_missing_are_named(kernels: Path) -> None:
    with pytest.raises(BacktestError, match=r"line 27: `request.security_lower_tf\(\)` asks for bars of ETHUSDT at 1m"):
        compare_probe(FINER, compiled(FINER), kernels, (FINER,))


def compiled(name: str) -> Program:
    source = (Path(FOLDER or "") / "validation" / name / "strategy.pine").read_text(encoding="utf-8")
    return compile_script(check(source), name)


@pytest.mark.parametrize("name", PROBES)
def test_every_entry_and_exit_of_the_probe_and_its_profit(kernels: Path, name: str) -> None:
    trades, found = compare_probe(name, compiled(name), kernels, (*PROBES, *FEES))
    assert found.first is None, str(found.first)
    assert found.equal
    closed = [trade for trade in listed_trades(name) if not trade.is_open]
    assert closed[-1].cumulative is not None
    ours = sum(trade.net_profit for trade in trades if not trade.is_open)
    assert ours == pytest.approx(closed[-1].cumulative.value, rel=1e-3, abs=0.05)


@pytest.mark.parametrize("name", FEES)
def test_sizes_of_a_budget_where_the_lists_leave_the_rate_open(kernels: Path, name: str) -> None:
    # On some days trades were too small to tell one price of five decimals from the next: sizes differ by a step or two.
    _, found = compare_probe(name, compiled(name), kernels, (*PROBES, *FEES))
    assert found.paired == found.listed == found.ours
    assert {difference.field for difference in found.differences} <= {"quantity"}
    assert len(found.differences) < found.listed / 10
    for difference in found.differences:
        assert difference.values[0] == pytest.approx(difference.values[1], rel=2.1e-5)
