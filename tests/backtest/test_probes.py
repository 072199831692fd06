"""Brackets, trailing stops and competing stops against probes of TradingView, where PINEWRIGHT_PROBES has the folder.

The folder holds ``data`` and ``validation`` as pineforge-corpus does. Money is not compared: these lists convert USDT.
"""

from __future__ import annotations

import functools
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from pinewright.backtest.compare import ListedTrade, compare, read_list
from pinewright.backtest.engine import Engine
from pinewright.market import HOUR, Bars
from pinewright.program import StrategySettings

from .support import cache_folder
from .truth import clocked, read_bars

FOLDER = os.environ.get("PINEWRIGHT_PROBES")
pytestmark = pytest.mark.skipif(not FOLDER, reason="PINEWRIGHT_PROBES names no folder of probes")

ACCOUNT = StrategySettings(pyramiding=1, margin_long=100, margin_short=100, nearest_exit=True)
BEGIN = round(datetime(2025, 3, 31, tzinfo=UTC).timestamp() * 1000)
NO_TEXTS = "-1, -1, -1"


def _two_stops(long: str, short: str, flat: str, *, only: str = "True", short_first: bool = False) -> str:
    lines = [
        f'    ENTRY("LE", True, nan, nan, close * 1.002, -1, 0, "{long}")',
        f'    ENTRY("SE", False, nan, nan, close * 0.998, -1, 0, "{short}")',
    ]
    return "\n".join(
        [
            f"if hour == 2 and minute == 45 and position == 0.0 and {only}:",
            *(reversed(lines) if short_first else lines),
            "if position != 0.0 and hour == 6 and minute == 15:",
            f'    CLOSE_ALL("{flat}", False)',
        ]
    )


PROBES = {
    "bracket-exit-tp-sl-fixed-01": f"""
if hour == 0 and minute == 15 and position == 0.0:
    ENTRY("L", True, 1.0, nan, nan, -1, 0, "periodic long")
if position > 0.0:
    EXIT("LX", "L", nan, nan, nan, average * 1.004, nan, average * 0.996, nan, nan, nan, -1, "bracket", {NO_TEXTS})
if position > 0.0 and hour == 6 and minute == 15:
    CLOSE("L", "timeout", nan, nan, False)
""",
    "bracket-exit-three-way-set-once-entry-01": f"""
if hour == 8 and minute == 0 and position == 0.0:
    ENTRY("L", True, 1.0, nan, nan, -1, 0, "entry long")
    EXIT("LX", "L", nan, nan, nan, close * 1.02, nan, close * 0.99, nan, 20.0, nan, -1, "3-way set once", {NO_TEXTS})
if hour == 20 and minute == 0 and position == 0.0:
    ENTRY("S", False, 1.0, nan, nan, -1, 0, "entry short")
    EXIT("SX", "S", nan, nan, nan, close * 0.98, nan, close * 1.01, nan, 20.0, nan, -1, "3-way set once", {NO_TEXTS})
""",
    "bracket-partial-exit-qty-percent-01": f"""
if hour == 1 and minute == 15 and position == 0.0:
    ENTRY("L", True, 2.0, nan, nan, -1, 0, "two lots")
if position > 0.0:
    EXIT("HALF_TP", "L", nan, 50.0, nan, average * 1.003, nan, nan, nan, nan, nan, -1, "half tp", {NO_TEXTS})
    EXIT("REST_SL", "L", nan, nan, nan, nan, nan, average * 0.994, nan, nan, nan, -1, "rest stop", {NO_TEXTS})
if position > 0.0 and hour == 9 and minute == 15:
    CLOSE("L", "timeout", nan, nan, False)
""",
    "bracket-same-id-exit-replace-01": f"""
if hour == 8 and minute == 15 and position == 0.0:
    ENTRY("L", True, 1.0, nan, nan, -1, 0, "long for exit replace")
if position > 0.0:
    EXIT("X", "L", nan, nan, nan, average * 1.01, nan, average * 0.99, nan, nan, nan, -1, "first exit", {NO_TEXTS})
    up = average * 1.003
    EXIT("X", "L", nan, nan, nan, up, nan, average * 0.997, nan, nan, nan, -1, "replacement exit", {NO_TEXTS})
if position > 0.0 and hour == 16 and minute == 15:
    CLOSE("L", "timeout", nan, nan, False)
""",
    "bracket-trail-points-with-offset-only-01": f"""
if hour == 9 and minute == 15 and position == 0.0:
    ENTRY("L", True, 1.0, nan, nan, -1, 0, "trail long")
if hour == 15 and minute == 15 and position == 0.0:
    ENTRY("S", False, 1.0, nan, nan, -1, 0, "trail short")
if position > 0.0:
    EXIT("LX", "L", nan, nan, nan, nan, nan, nan, nan, 80.0, 40.0, -1, "trail long", {NO_TEXTS})
if position < 0.0:
    EXIT("SX", "S", nan, nan, nan, nan, nan, nan, nan, 80.0, 40.0, -1, "trail short", {NO_TEXTS})
if position != 0.0 and hour == 23 and minute == 45:
    CLOSE_ALL("timeout", False)
""",
    "order-dual-stop-cancel-rotation-01": """
if hour < 12:
    ENTRY("LE", True, nan, nan, high + tick, -1, 0, "rotating long stop")
    CANCEL("SE")
else:
    ENTRY("SE", False, nan, nan, low - tick, -1, 0, "rotating short stop")
    CANCEL("LE")
if position > 0.0 and not (hour < 12):
    CLOSE("LE", "long regime close", nan, nan, False)
if position < 0.0 and hour < 12:
    CLOSE("SE", "short regime close", nan, nan, False)
""",
    "order-opposite-entry-close-same-pass-01": """
if hour == 0 and minute == 15 and position == 0.0:
    ENTRY("L", True, 1.0, nan, nan, -1, 0, "open long")
if hour == 0 and minute == 45 and position > 0.0:
    ENTRY("S", False, 1.0, nan, low - tick, -1, 0, "opposite stop first")
    CLOSE("L", "close long second", nan, nan, False)
if hour == 6 and minute == 15 and position == 0.0:
    ENTRY("L2", True, 1.0, nan, nan, -1, 0, "open long2")
if hour == 6 and minute == 45 and position > 0.0:
    CLOSE("L2", "close long first", nan, nan, False)
    ENTRY("S2", False, 1.0, nan, low - tick, -1, 0, "opposite stop second")
if hour == 12 and minute == 15 and position < 0.0:
    CLOSE_ALL("cleanup short", False)
""",
    "order-dual-stop-near-only-01": _two_stops("near long stop", "near short stop", "morning flat"),
    "order-dual-stop-open-high-first-path-01": _two_stops(
        "long stop", "short stop", "flat", only="abs(high - start) < abs(start - low)"
    ),
    "order-dual-stop-open-low-first-path-01": _two_stops(
        "long stop", "short stop", "flat", only="abs(start - low) < abs(high - start)"
    ),
    "order-dual-stop-source-order-long-first-01": _two_stops("long first", "short second", "flat"),
    "order-dual-stop-source-order-short-first-01": _two_stops("long second", "short first", "flat", short_first=True),
    "order-dual-stop-open-tie-01": """
if hour == 4 and minute == 45 and position == 0.0:
    ENTRY("LE", True, nan, nan, close, -1, 0, "long stop at close")
    ENTRY("SE", False, nan, nan, close, -1, 0, "short stop at close")
if position != 0.0 and hour == 8 and minute == 15:
    CLOSE_ALL("flat after open tie", False)
if hour == 16 and minute == 45 and position == 0.0:
    ENTRY("SE2", False, nan, nan, close, -1, 0, "short first at close")
    ENTRY("LE2", True, nan, nan, close, -1, 0, "long second at close")
if position != 0.0 and hour == 20 and minute == 15:
    CLOSE_ALL("flat after reverse tie", False)
""",
}
"""Scripts of the probes, carried over by hand."""


@functools.cache
def probe_bars() -> Bars:
    return read_bars(Path(FOLDER or "") / "data" / "ohlcv_ETH-USDT-USDT_15m_warmup6m.csv", "ETHUSDT", "15m")


def shifted(trade: ListedTrade) -> ListedTrade:
    """The lists' times are 8 hours ahead of the bars'."""
    end = None if trade.exit_time is None else trade.exit_time - 8 * HOUR
    return replace(trade, entry_time=trade.entry_time - 8 * HOUR, exit_time=end)


@pytest.mark.parametrize("name", PROBES)
def test_every_entry_and_exit_of_the_probe(name: str) -> None:
    over = probe_bars()
    listed = [shifted(trade) for trade in read_list(Path(FOLDER or "") / "validation" / name / "tv_trades.csv")]
    end = max(trade.exit_time or trade.entry_time for trade in listed)
    first, last = (int(np.searchsorted(over.time, moment)) for moment in (BEGIN, end + 1))
    tested = Engine(clocked(name, PROBES[name], ACCOUNT), over, cache_dir=cache_folder())
    found = compare(tested.trades([[]], first=first, last=last), listed, money=False)
    assert found.first is None, str(found.first)
    assert found.matched == found.listed == len(listed)
