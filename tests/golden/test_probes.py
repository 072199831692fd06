"""Probes of TradingView as whole scripts: every entry and exit of its lists, where PINEWRIGHT_PROBES has the folder.

The folder holds ``data`` and ``validation`` as pineforge-corpus does. The lists were made on two charts that began on
2025-03-31 and 2025-04-05 at 00:00 UTC, with nothing before: averages are seeded there. Their times are 8 hours ahead of
the bars'. Money is not compared, for these lists convert USDT.
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
from pinewright.market import HOUR, Bars
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import Program

FOLDER = os.environ.get("PINEWRIGHT_PROBES")
pytestmark = pytest.mark.skipif(not FOLDER, reason="PINEWRIGHT_PROBES names no folder of probes")

PROBES = """
bracket-atr-trailing-stop-state-01
bracket-exit-stop-limit-trail-same-bar-01
bracket-exit-three-way-set-once-entry-01
bracket-exit-tp-sl-fixed-01
bracket-partial-exit-qty-percent-01
bracket-same-id-exit-replace-01
bracket-tp-sl-oca-reduce-isolate-01
bracket-trail-points-with-offset-only-01
composite-4emarsi-integration-01
composite-4emarsi-quad-ema-stack-01
composite-4emarsi-rsi-pullback-latch-01
composite-ies-bb-kc-squeeze-release-01
composite-ies-integration-01
composite-ies-rsi-macd-momentum-01
composite-kanuck-kama-state-recurrence-01
composite-kanuck-max-bars-back-500-01
composite-kkb-integration-01
composite-kkb-margin-100-pct-01
composite-scalping-integration-01
composite-trendmaster-three-tier-ema-state-01
composite-trendmaster-trend-momentum-structure-gate-01
composite-vcp-cumulative-volume-delta-01
composite-vcp-vol-zscore-anomaly-01
composite-wunderscalper-alert-templates-01
input-source-runtime-override-high-01
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
stats-eventrades-zero-pnl-count-01
ta-chandelier-exit-direction-01
ta-donchian-channel-breakout-01
ta-dual-thrust-open-anchored-range-01
ta-elder-ray-bull-bear-power-01
ta-engulfing-candle-pattern-01
ta-inside-bar-engulfing-01
ta-keltner-channel-break-01
ta-macd-12-26-9-line-signal-cross-01
ta-macd-histogram-reversal-01
ta-momentum-roc-zero-cross-01
ta-rsi-ema-signal-cross-01
ta-rsi-macd-and-continuous-state-01
ta-rsi14-bands-30-70-01
ta-rsi14-cross-50-01
ta-rsi14-gt60-lt45-no-matrix-01
ta-sma-dual-cross-01
ta-stoch-slow-k-d-cross-01
ta-triple-sma-stack-latch-01
ta-volume-spike-atr-breakout-01
ta-wpr-14-bands-01
""".split()

CONVERTED = ("order-percent-equity-cash-commission-01", "composite-ies-equity-feedback-sizing-01")
"""Sizes in percent of an equity in USD, of a contract in USDT, at a rate that the bars do not hold."""

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


def compared(name: str, kernels: Path) -> Comparison:
    """The trades of the script of that name beside its list."""
    folder = Path(FOLDER or "") / "validation" / name
    program = compile_script(check((folder / "strategy.pine").read_text(encoding="utf-8")), name)
    listed = sorted(map(shifted, read_list(folder / "tv_trades.csv")), key=lambda trade: trade.entry_time)
    end = max(trade.exit_time or trade.entry_time for trade in listed)
    late = listed[0].entry_time >= moment("2025-04-05") and end < moment("2026-04-10")
    begin = moment("2025-04-05" if late else "2025-03-31")
    start, stop = (int(np.searchsorted(probe_bars().time, time)) for time in (begin, end + 1))
    bars = probe_bars().slice(start, stop)
    trades = Engine(program, bars, cache_dir=kernels).trades(inputs(program, name), first=0)
    return compare(trades, listed, money=False)


@pytest.mark.parametrize("name", PROBES)
def test_every_entry_and_exit_of_the_probe(kernels: Path, name: str) -> None:
    found = compared(name, kernels)
    assert found.first is None, str(found.first)
    assert found.equal


@pytest.mark.parametrize("name", CONVERTED)
def test_all_but_the_quantity_where_the_account_is_in_another_currency(kernels: Path, name: str) -> None:
    found = compared(name, kernels)
    assert found.paired == found.listed == found.ours
    assert {difference.field for difference in found.differences} == {"quantity"}
