"""Generated ticks: any day of any instrument from a seed, without the days before it; candles are made of them."""

from __future__ import annotations

import zlib
from functools import lru_cache
from typing import Final

import numpy as np

from pinewright.data.calendar import SessionState
from pinewright.data.dukascopy.instruments import Instrument
from pinewright.data.dukascopy.requests import minute_states
from pinewright.data.dukascopy.rows import no_rows
from pinewright.data.store.kinds import Columns, Kind
from pinewright.market import DAY, MINUTE, FloatArray, IntArray, Side

# The period (in days) and size (as a share of the price) of the waves that a price is the sum of.
_WAVES: Final = ((173.0, 0.03), (29.3, 0.012), (3.7, 0.004), (0.31, 0.0012), (0.043, 0.0004))
_PRICES: Final = {"USDJPY": 148.0, "GBPJPY": 190.0, "XAUUSD": 2400.0, "BTCUSD": 60_000.0, "GBPUSD": 1.27}


class Market:
    """Ticks [T] and candles [N] of every instrument, the same for the same seed.

    Weekends are closed, and so are 25 December, 1 January, the listed holidays and the daily pause of metals.
    ticks_per_hour is a mean. Prices lie on the grid of the instrument's decimals, volumes are whole units.
    """

    def __init__(self, seed: int = 7, ticks_per_hour: int = 600) -> None:
        self.seed = seed
        self.ticks_per_hour = ticks_per_hour
        self._day = lru_cache(maxsize=64)(self._make_day)

    def __reduce__(self) -> tuple[type[Market], tuple[int, int]]:
        return Market, (self.seed, self.ticks_per_hour)

    def ticks(self, instrument: Instrument, start: int, end: int) -> Columns:
        """Ticks with start <= time < end, ms UTC; columns of ``Kind.TICK``."""
        days = [self._day(instrument, day) for day in range(start // DAY * DAY, end, DAY)]
        if not days:
            return no_rows(Kind.TICK)
        columns = days[0] if len(days) == 1 else {name: np.concatenate([day[name] for day in days]) for name in days[0]}
        first, last = np.searchsorted(columns["time"], (start, end)).tolist()
        return {name: column[first:last] for name, column in columns.items()}

    def candles(self, instrument: Instrument, kind: Kind, side: Side, start: int, end: int) -> Columns:
        """Candles of one side with start <= open < end: time, open, high, low, close, volume, made of the ticks."""
        ticks = self.ticks(instrument, start, end)
        if len(ticks["time"]) == 0 or kind.timeframe is None:
            return no_rows(Kind.MINUTE)
        price = ticks[side.value]
        stamps = ticks["time"].astype(np.int64) // kind.timeframe.milliseconds * kind.timeframe.milliseconds
        first = np.flatnonzero(np.diff(stamps, prepend=-1))
        return {
            "time": stamps[first],
            "open": price[first],
            "high": np.maximum.reduceat(price, first),
            "low": np.minimum.reduceat(price, first),
            "close": price[np.append(first[1:], len(price)) - 1],
            "volume": np.add.reduceat(ticks[f"{side.value}_volume"], first),
        }

    def _make_day(self, instrument: Instrument, start: int) -> Columns:
        minutes = start + np.arange(1440, dtype=np.int64) * MINUTE
        is_open = minute_states(minutes, instrument) == SessionState.EXPECTED
        generator = np.random.default_rng((self.seed, zlib.crc32(instrument.code.encode()), start // DAY))
        count = int(generator.poisson(24 * self.ticks_per_hour)) if is_open.any() else 0
        time = np.sort(generator.integers(0, DAY, count)) + start
        time = time[is_open[(time - start) // MINUTE]]
        scale = 10**instrument.decimals
        bid = np.rint(self._level(instrument, time) * scale) + generator.integers(-3, 4, len(time))
        ask = bid + generator.integers(1, 9, len(time))
        sizes = generator.integers(1, 60, (2, len(time))) * 10_000.0
        return {"time": time, "bid": bid / scale, "ask": ask / scale, "bid_volume": sizes[0], "ask_volume": sizes[1]}

    def _level(self, instrument: Instrument, time: IntArray) -> FloatArray:
        """Price [T] at each time, before it is put on the grid."""
        phases = np.random.default_rng((self.seed, zlib.crc32(instrument.code.encode()))).uniform(0, 7, len(_WAVES))
        level = np.full(len(time), 1.0)
        for (days, size), phase in zip(_WAVES, phases.tolist(), strict=True):
            level += size * np.sin(2 * np.pi * (time / DAY) / days + phase)
        return _PRICES.get(instrument.symbol, 1.1) * level
