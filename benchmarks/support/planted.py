"""Markets of which the truth is known: a planted edge, no edge at all, and the dip of the bid at 17:00 New York.

    from benchmarks.support.planted import planted_edge, simulated_noise, real_noise, artefact

    case = planted_edge(seed=3)             # case.bars: two years of hours; case.script: Pine, with other defaults
    program = compile_script(check(case.script), case.name)
    case.truth                              # {"wickSize": 1.0, "atrLength": 30.0, "bodySize": 1.5}
    case.loaded                             # bars with quality and median spread, as the commands load them

All of it is seeded. Prices are bid on the tick grid, times ms UTC, costs those of the spread column. What
"by construction" means stands at ``planted_edge``.
"""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.support.walks import Market, on_grid, random_market, with_drift, with_pins
from pinewright.data.calendar import session_minute
from pinewright.data.files import load_bars
from pinewright.data.quality import check_quality, median_spread
from pinewright.data.resample import resample
from pinewright.data.source import Loaded
from pinewright.market import Bars, FloatArray, Side, Timeframe
from pinewright.optimize.reorder import shuffled

SPREAD_PIPS: Final = 0.8
EDGE_SPREAD: Final = 2.0
"""Of the market with an edge: what a small account pays in a bad hour."""
WIDE_PIPS: Final = 11.0
"""The spread just after 17:00 New York: what the simulator of the product has, after real quotes."""
RATIO: Final = 1.5
TRUTH: Final[Mapping[str, float]] = {"wickSize": 1.0, "atrLength": 30.0, "bodySize": 1.5}
WARMUP: Final = 400
YEARS: Final = 2.0
BLOCK_DAYS: Final = 5
"""Days that stay together when real bars are shuffled: weekdays keep their places."""

PINS: Final = """//@version=6
strategy("Pin bars", overlay = true, initial_capital = 100000, default_qty_type = strategy.fixed, \\
     default_qty_value = 50000)
float wickSize = input.float(0.3, "Least wick, in ATR", minval = 0.3, maxval = 1.3, step = 0.1)
int atrLength = input.int(10, "ATR length, bars", minval = 10, maxval = 60, step = 5)
float bodySize = input.float(2.0, "Largest body, in ATR", minval = 0.6, maxval = 2.0, step = 0.1)
float usual = ta.atr(atrLength)[1]
float least = wickSize * usual
bool small = math.abs(close - open) <= bodySize * usual
float below = math.min(open, close) - low
float above = high - math.max(open, close)
if small and below > least and below > above
    strategy.entry("Long", strategy.long)
if small and above > least and above > below
    strategy.entry("Short", strategy.short)
""".replace("\\\n", "\n")

DIP: Final = """//@version=6
strategy("Night dip", overlay = true, initial_capital = 100000, default_qty_type = strategy.fixed, \\
     default_qty_value = 50000)
int entryHour = input.int(9, "Hour of entry, New York", minval = 0, maxval = 23)
int holdBars = input.int(12, "Bars to hold", minval = 1, maxval = 12)
float stopPips = input.float(50.0, "Stop, pips", minval = 10.0, maxval = 100.0, step = 10.0)
bool begins = hour(time_close, "America/New_York") == entryHour and minute(time_close, "America/New_York") == 0
var int held = 0
held := strategy.position_size > 0 ? held + 1 : 0
if begins and strategy.position_size == 0
    strategy.entry("Night", strategy.long)
if strategy.position_size > 0
    strategy.exit("Stop", "Night", stop = strategy.position_avg_price - stopPips * 0.0001)
if held >= holdBars
    strategy.close("Night")
""".replace("\\\n", "\n")

REAL: Final = (
    ("h1/EURUSD_oanda_h1_2007_2014.parquet", "1h"),
    ("m1/EURUSD_histdata_m1_2018.parquet", "15m"),
    ("h1/XAUUSD_oanda_h1_2006_2014.parquet", "1h"),
    ("m1/USDJPY_histdata_m1_2018.parquet", "15m"),
)
REAL_BARS: Final = 12_400
"""Two years of hours, half a year of quarters."""


@dataclass(frozen=True)
class Case:
    """One market with its known truth.

    script: Pine of the shape that belongs to it, with defaults that miss the truth; truth: inputs of the rule that made
    the edge, none where there is none; ask: bars of the other side, where they were made.
    """

    name: str
    bars: Bars
    script: str
    truth: Mapping[str, float] = field(default_factory=dict)
    ask: Bars | None = None

    @cached_property
    def loaded(self) -> Loaded:
        """The bars as a source gives them."""
        return Loaded(self.bars, check_quality(self.bars), median_spread(self.bars))


def planted_edge(seed: int, *, ratio: float = RATIO, stretches: int = 10, years: float = YEARS) -> Case:
    """Hourly EUR/USD in which one rule earns: after a long wick below the price drifts up, after one above down.

    A fair coin draws the wicks (``walks.with_pins``), and from one to the next the drift is the same share of each
    bar's volatility. It is solved for each stretch so that the rule, always in the market, filled at the next open and
    charged the spread, earns just its share: over the whole period its realised ratio (mean over deviation of daily
    profits times sqrt(252)) is ``ratio``, and each of ``stretches`` equal stretches has the same profit. For normal
    noise that is the same as drawing it under the condition that the rule's luck is zero in each stretch.
    ``stretches=1`` leaves the luck inside the period as it falls. Other parameter sets are bound by nothing: they earn
    what they share with the rule, less costs, and luck. No ordinary wick is near the length of a pin, so that the truth
    is a plateau in two inputs, and it trades so much that what does not share it bleeds.
    """
    market, state = with_pins(random_market(seed, Timeframe(60), years, WARMUP), seed)
    drifting = replace(market, close=with_drift(market, state, ratio, stretches, EDGE_SPREAD))
    return Case(f"planted {seed}", _bars(drifting, f"planted (seed {seed})", EDGE_SPREAD), PINS, TRUTH)


def pins_alone(seed: int) -> Case:
    """The same market without the drift: wicks that tell nothing."""
    market, _ = with_pins(random_market(seed + 3_000_000, Timeframe(60), YEARS, WARMUP), seed)
    return Case(f"pins alone {seed}", _bars(market, f"pins alone (seed {seed})", EDGE_SPREAD), PINS)


def simulated_noise(seed: int) -> Case:
    """The same market without any drift: odd seeds two years of hours, even ones half a year of quarters.

    The product's own simulator is no noise: its trends last for hours, and a trend follower earns on them.
    """
    minutes, years = (60, YEARS) if seed % 2 else (15, YEARS / 4)
    market = random_market(seed + 1_000_000, Timeframe(minutes), years, WARMUP)
    return Case(f"simulated noise {seed}", _bars(market, f"simulated noise (seed {seed})"), PINS)


def real_noise(seed: int, folder: Path | None = None) -> Case:
    """A stretch of recorded bars with its days in another order, five at a time, and its whole drift taken out.

    folder: of the shared data; by default ``$PINEWRIGHT_SHARED`` or the folder ``shared`` beside the checkout. Hours,
    spreads and what happens inside a week stay; what lasts longer is gone, and so is the profit of holding.
    """
    file, timeframe = REAL[seed % len(REAL)]
    whole = _recorded(str(_shared(folder) / "data" / file), timeframe)
    random = np.random.default_rng([seed, 17])
    begin = int(random.integers(0, max(1, len(whole) - REAL_BARS)))
    bars = whole.slice(begin, min(len(whole), begin + REAL_BARS))
    return Case(f"real noise {seed}", shuffled_days(bars, seed), PINS)


def script_noise(seed: int, folder: Path | None = None) -> Case:
    """No edge for ``PINS``: pins alone, simulated noise and recorded EUR/USD hours with shuffled days, in turn."""
    if seed % 3 == 0:
        return pins_alone(seed)
    return simulated_noise(2 * seed + 1) if seed % 3 == 1 else real_noise(len(REAL) * (seed // 3), folder)


def shuffled_days(bars: Bars, seed: int, block: int = BLOCK_DAYS) -> Bars:
    """The bars with their trading days in another order, in blocks, without the drift of the whole."""
    found = shuffled(replace(bars, warmup=0), seed, block)
    level = np.log(found.prices[3])
    flat = np.exp(-(level[-1] - level[0]) * np.arange(len(level)) / max(1, len(level) - 1))
    opened, high, low, close = (on_grid(price * flat, bars.symbol) for price in found.prices)
    return replace(
        bars,
        time=found.time,
        open=opened,
        high=np.maximum(high, np.maximum(opened, close)),
        low=np.minimum(low, np.minimum(opened, close)),
        close=close,
        volume=bars.volume[found.rows],
        spread=None if bars.spread is None else bars.spread[found.rows],
        filled=None,
        warmup=WARMUP,
        feed=f"{Path(bars.feed).stem}, days shuffled (seed {seed})",
        invented=True,
    )


def artefact(seed: int, *, minutes: int = 60, spread: bool = True, wide: float = WIDE_PIPS) -> Case:
    """Bid bars of a market without an edge whose spread is ``wide`` pips for 15 minutes from 17:00 New York.

    The bid falls by half of that and comes back; the mid knows nothing of it. Bars of an hour show it in their open
    alone, their spread is that of their close; bars of a quarter show it whole. spread False: no such column. ``ask``
    has the other side.
    """
    market = random_market(seed + 2_000_000, Timeframe(minutes), YEARS if minutes >= 60 else YEARS / 2, WARMUP)
    symbol = market.symbol
    night = session_minute(market.time, symbol) == 17 * 60
    ordinary = np.full(len(night), SPREAD_PIPS * symbol.pip)
    size = wide * symbol.pip * np.exp(0.3 * np.random.default_rng([seed, 23]).standard_normal(len(night)))
    opened = np.where(night, np.maximum(size, ordinary), ordinary)
    closed = opened if minutes <= 15 else ordinary
    name = f"artefact {seed} ({minutes}m, {'with' if spread else 'without'} spread)"
    bid, ask = (_side(market, opened, closed, sign, name) for sign in (-0.5, 0.5))
    if spread:
        bid = replace(bid, spread=on_grid(closed, symbol))
    return Case(name, bid, DIP, ask=replace(ask, side=Side.ASK))


def _side(market: Market, opened: FloatArray, closed: FloatArray, sign: float, feed: str) -> Bars:
    """Bars of one side of the quotes: the mid moved by the spread of the open and of the rest of the bar."""
    bars = _bars(market, feed)
    open_ = on_grid(bars.open + sign * opened, market.symbol)
    high, low, close = (on_grid(price + sign * closed, market.symbol) for price in (bars.high, bars.low, bars.close))
    return replace(bars, open=open_, high=np.maximum(high, open_), low=np.minimum(low, open_), close=close, spread=None)


def _bars(market: Market, feed: str, spread_pips: float = SPREAD_PIPS) -> Bars:
    open_, high, low, close = market.prices()
    return Bars(
        symbol=market.symbol,
        timeframe=market.timeframe,
        time=market.time,
        open=open_,
        high=high,
        low=low,
        close=close,
        volume=np.full(len(close), 100.0),
        side=Side.BID,
        feed=feed,
        spread=np.full(len(close), on_grid(np.array([spread_pips * market.symbol.pip]), market.symbol)[0]),
        warmup=market.warmup,
        invented=True,
    )


@cache
def _recorded(path: str, timeframe: str) -> Bars:
    bars, _ = load_bars(path)
    return resample(bars, Timeframe.parse(timeframe))


def _shared(folder: Path | None) -> Path:
    root = Path(__file__).resolve().parents[2]
    return folder or Path(os.environ.get("PINEWRIGHT_SHARED") or root.parent / "shared")


def annual(daily: FloatArray) -> float:
    """Yearly ratio of daily profits [D]: mean over sample deviation times sqrt(252)."""
    return float(np.mean(daily) / np.std(daily, ddof=1) * math.sqrt(252))
