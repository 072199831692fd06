"""Values of the market: time frames, symbols, bars, ticks and trades.

Legend of shapes, used in docstrings throughout: N bars, T ticks or trades, P parameter sets, K inputs, M metrics,
D trading days. Times are int64 milliseconds since 1970-01-01 UTC; a bar's stamp is its *open*; what a bar holds is
known at its close. Prices are float64 in the quote currency. Values are frozen and hold arrays in columns; nobody
writes into the arrays of a value that was handed over.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum
from functools import cached_property
from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.errors import DataQualityError, SymbolError, unknown_name_hint

FloatArray = npt.NDArray[np.float64]
IntArray = npt.NDArray[np.int64]
BoolArray = npt.NDArray[np.bool_]

_Chosen = slice | BoolArray

MINUTE: Final = 60_000
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

NEW_YORK: Final = "America/New_York"


class Side(Enum):
    """Which price a bar is made of. Fills at mid or bid alone are cheaper than a market is."""

    BID = "bid"
    ASK = "ask"
    MID = "mid"


@dataclass(frozen=True, order=True)
class Timeframe:
    """Length of a bar in whole minutes; 1,440 and more are whole trading days (17:00 to 17:00 New York).

    ``months`` above 0 means so many calendar months of trading days; ``minutes`` is then their mean length, 730 hours
    each, by which time frames are compared. ``days`` is 7, 14, ... where so many days are meant and not weeks, else 0.
    """

    minutes: int
    months: int = 0
    days: int = 0

    def __post_init__(self) -> None:
        if self.minutes < 1:
            raise SymbolError(f"a time frame of {self.minutes} minutes", hint="a time frame is one minute or longer")

    @classmethod
    def parse(cls, text: str) -> Timeframe:
        """From ``15m``, ``1h``, ``1d`` or TradingView's ``15``, ``60``, ``D``; SymbolError for anything else."""
        match = re.fullmatch(r"(\d*)\s*(m|min|h|d|w|)", text.strip().lower())
        if match is None or not (match[1] or match[2] in ("d", "w")):
            raise SymbolError(f"unknown time frame {text!r}", hint=f"legal: {', '.join(TIMEFRAMES)}")
        unit = {"": 1, "m": 1, "min": 1, "h": 60, "d": 1440, "w": 7 * 1440}[match[2]]
        minutes = int(match[1] or "1") * unit
        if minutes == 0 or minutes > 7 * 1440:
            raise SymbolError(f"unknown time frame {text!r}", hint=f"legal: {', '.join(TIMEFRAMES)}")
        return cls(minutes)

    @classmethod
    def from_pine(cls, text: str) -> Timeframe:
        """From Pine's spelling alone: ``60``, ``D``, ``2W``, ``3M`` (months); SymbolError for anything else.

        Time frames of seconds and ticks are known and refused: bars here are a minute long at least.
        """
        match = re.fullmatch(r"(\d*)([STDWM]?)", text.strip().upper())
        if match is None or not text.strip() or int(match[1] or "1") == 0:
            hint = 'minutes as "60", days, weeks and months as "1D", "1W", "3M"'
            raise SymbolError(f"{text!r} is no time frame of Pine", hint=hint)
        count, unit = int(match[1] or "1"), match[2]
        if unit in ("S", "T"):
            raise SymbolError(f"time frame {text!r} is finer than a minute", hint="bars are a minute long at least")
        if count > {"": 1440, "D": 365, "W": 52, "M": 12}[unit]:
            raise SymbolError(f"time frame {text!r} is too long", hint='at most "1440", "365D", "52W", "12M"')
        if unit == "M":
            return cls(730 * 60 * count, count)
        days = count if unit == "D" and count % 7 == 0 else 0
        return cls(count * {"": 1, "D": 1440, "W": 7 * 1440}[unit], days=days)

    @property
    def milliseconds(self) -> int:
        return self.minutes * MINUTE

    def divides(self, longer: Timeframe) -> bool:
        """Whether whole bars of this time frame make up every bar of ``longer``; bars begin anew with the trading day.

        Months are made of days, and of months that divide them; years end every count of days, weeks and months, so
        two counts above one must be alike.
        """
        if self == longer:
            return True
        if self.months or self.minutes >= 2 * 1440:
            return False
        if longer.months or longer.minutes >= 1440:
            return 1440 % self.minutes == 0
        return longer.minutes % self.minutes == 0

    @property
    def pine(self) -> str:
        """The spelling of Pine's ``timeframe.period``: ``15``, ``60``, ``240``, ``1D``, ``1W``, ``1M``."""
        if self.months:
            return f"{self.months}M"
        if self.minutes % (7 * 1440) == 0 and not self.days:
            return f"{self.minutes // (7 * 1440)}W"
        return f"{self.minutes // 1440}D" if self.minutes % 1440 == 0 else str(self.minutes)

    def __str__(self) -> str:
        if self.months:
            return f"{self.months}mo"
        for unit, name in ((1440, "d"),) if self.days else ((7 * 1440, "w"), (1440, "d"), (60, "h")):
            if self.minutes % unit == 0:
                return f"{self.minutes // unit}{name}"
        return f"{self.minutes}m"


TIMEFRAMES: Final = ("1m", "5m", "15m", "1h", "4h", "1d")


@dataclass(frozen=True)
class Symbol:
    """An instrument.

    mintick: smallest price step (quote currency). pip: the step in which traders count spreads. point_value: money
    per unit and price unit (1 in FX). quantity_step: smallest step of a quantity, in units (TradingView's lists on
    EUR/USD show 0.1). lot: units of a standard lot. session: IANA zone and hour at which a trading day begins.
    prefix, description, type: what ``syminfo`` tells of it beside; the exchange's name is empty where none is known.
    """

    name: str
    base: str
    quote: str
    mintick: float
    pip: float
    point_value: float = 1.0
    quantity_step: float = 0.1
    lot: float = 100_000.0
    timezone: str = NEW_YORK
    day_start_hour: int = 17
    prefix: str = ""
    description: str = ""
    type: str = "forex"

    @classmethod
    def get(cls, name: str) -> Symbol:
        """The known symbol of that name (case, ``/``, ``-`` and a feed prefix do not matter), else SymbolError."""
        key = cls.plain_name(name)
        if key not in SYMBOLS:
            raise SymbolError(f"unknown symbol {name!r}", hint=unknown_name_hint(key, SYMBOLS))
        return SYMBOLS[key]

    @staticmethod
    def plain_name(name: str) -> str:
        """A name as the known symbols are spelled: capitals, without a feed's prefix, ``/``, ``-`` and ``_``."""
        return name.rsplit(":", 1)[-1].upper().replace("/", "").replace("-", "").replace("_", "")

    @property
    def price_digits(self) -> int:
        """Decimals needed to print a price on the tick grid."""
        return max(0, -int(np.floor(np.log10(self.mintick) + 1e-9)))


def _fx(name: str, mintick: float = 1e-5) -> Symbol:
    return Symbol(name, name[:3], name[3:], mintick, 10 * mintick)


def _crypto(name: str, quote: str, mintick: float, quantity_step: float) -> Symbol:
    return Symbol(
        name,
        name.removesuffix(quote),
        quote,
        mintick,
        10 * mintick,
        quantity_step=quantity_step,
        lot=1.0,
        timezone="Etc/UTC",
        day_start_hour=0,
        type="crypto",
    )


SYMBOLS: Final[dict[str, Symbol]] = {
    symbol.name: symbol
    for symbol in (
        *(_fx(name) for name in ("EURUSD", "GBPUSD", "AUDUSD", "NZDUSD", "USDCHF", "USDCAD", "EURGBP", "EURCHF")),
        *(_fx(name, 1e-3) for name in ("USDJPY", "EURJPY", "GBPJPY", "AUDJPY", "CHFJPY", "CADJPY")),
        Symbol("XAUUSD", "XAU", "USD", 1e-3, 1e-2, quantity_step=0.01, lot=100.0, type="commodity"),
        Symbol("XAGUSD", "XAG", "USD", 1e-3, 1e-2, quantity_step=0.01, lot=5_000.0, type="commodity"),
        _crypto("BTCUSD", "USD", 1e-1, 1e-6),
        _crypto("ETHUSD", "USD", 1e-2, 1e-4),
        _crypto("ETHUSDT", "USDT", 1e-2, 1e-4),
    )
}


@dataclass(frozen=True)
class Bars:
    """N bars of one symbol in columns, oldest first.

    time [N] int64 ms UTC, bar open, strictly rising; open, high, low, close [N] float64 prices of ``side``;
    volume [N] (zeros where the feed has none); spread [N] ask minus bid in price units, or None.
    ``feed`` names who made the prices. ``warmup`` leading bars lie before the asked window: indicators may read them,
    no order may be placed on them. ``invented`` marks simulated prices: everything made from them must say so. filled
    [N] marks bars that stand in for missing ones, on which no order fills; None where there are none.
    """

    symbol: Symbol
    timeframe: Timeframe
    time: IntArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    close: FloatArray
    volume: FloatArray
    side: Side = Side.BID
    feed: str = "unknown"
    spread: FloatArray | None = None
    warmup: int = 0
    invented: bool = False
    filled: BoolArray | None = None

    def __post_init__(self) -> None:
        size = len(self.time)
        columns = {name: getattr(self, name) for name in ("open", "high", "low", "close", "volume")}
        if self.spread is not None:
            columns["spread"] = self.spread
        for name, column in columns.items():
            if column.shape != (size,) or column.dtype != np.float64:
                raise DataQualityError(
                    f"column {name} has shape {column.shape} and type {column.dtype}, not [{size}] float64"
                )
        if self.time.dtype != np.int64:
            raise DataQualityError(f"column time has type {self.time.dtype}, not int64 milliseconds")
        if self.filled is not None and (self.filled.shape != (size,) or self.filled.dtype != np.bool_):
            raise DataQualityError(f"column filled has type {self.filled.dtype} and shape {self.filled.shape}")
        if not 0 <= self.warmup <= size:
            raise DataQualityError(f"{self.warmup} warm-up bars of {size}")

    def __len__(self) -> int:
        return len(self.time)

    def slice(self, start: int, stop: int) -> Bars:
        """Bars [start, stop) as views, no copy; warm-up shrinks with the start."""
        part = slice(start, stop)
        return self._rows(part, min(max(0, self.warmup - start), len(self.time[part])))

    def pick(self, kept: BoolArray) -> Bars:
        """The bars [N] that are kept; warm-up is what is left of it."""
        return self._rows(kept, int(np.count_nonzero(kept[: self.warmup])))

    def _rows(self, chosen: _Chosen, warmup: int) -> Bars:
        return replace(
            self,
            time=self.time[chosen],
            open=self.open[chosen],
            high=self.high[chosen],
            low=self.low[chosen],
            close=self.close[chosen],
            volume=self.volume[chosen],
            spread=None if self.spread is None else self.spread[chosen],
            filled=None if self.filled is None else self.filled[chosen],
            warmup=warmup,
        )

    @property
    def description(self) -> str:
        """Symbol, time frame, side, feed and number of bars in one phrase."""
        count = f"{len(self) - self.warmup:,} bars"
        if self.warmup:
            count += f" after {self.warmup:,} of warm-up"
        return f"{self.symbol.name} {self.timeframe}, {count}, {self.side.value}, {self.feed}"


@dataclass(frozen=True)
class Ticks:
    """T quotes in columns, oldest first: time [T] int64 ms UTC, bid and ask [T] prices, sizes in units or None."""

    symbol: Symbol
    time: IntArray
    bid: FloatArray
    ask: FloatArray
    bid_size: FloatArray | None = None
    ask_size: FloatArray | None = None
    feed: str = "unknown"
    invented: bool = False

    def __len__(self) -> int:
        return len(self.time)

    def pick(self, kept: BoolArray | IntArray) -> Ticks:
        """The ticks [T] that are kept: a mask, or the rows in the order wanted."""
        return replace(
            self,
            time=self.time[kept],
            bid=self.bid[kept],
            ask=self.ask[kept],
            bid_size=None if self.bid_size is None else self.bid_size[kept],
            ask_size=None if self.ask_size is None else self.ask_size[kept],
        )


@dataclass(frozen=True)
class Trade:
    """One trade as a row; money in the account currency, excursions as positive (favourable) and negative (adverse)."""

    number: int
    is_long: bool
    entry_time: int
    entry_price: float
    entry_signal: str
    exit_time: int
    exit_price: float
    exit_signal: str
    quantity: float
    net_profit: float
    net_profit_percent: float
    favorable: float
    favorable_percent: float
    adverse: float
    adverse_percent: float
    cumulative_profit: float
    cumulative_percent: float
    is_open: bool = False


@dataclass(frozen=True)
class Trades:
    """T trades in columns, in order of their numbers; ``trade(k)`` gives one as a row.

    entry_bar, exit_bar [T] int64 indices into the bars tested; quantity in units, always positive; net_profit after
    commission; favorable and adverse: largest open profit and loss inside the trade's bars, money. ``is_open`` marks
    trades that the last bar still held; their exit is that bar's close. Percentages are of the entry's value and its
    commission (``entry_commission`` [T], None for none), as TradingView prints them; the cumulative one is of the
    initial capital. Money is in ``currency``, the symbol's quote currency where that is empty; ``cost`` [T] is that
    value in it, where it is another. ``dropped`` trades before the first, with their profit, are not in the list.
    """

    entry_bar: IntArray
    exit_bar: IntArray
    entry_time: IntArray
    exit_time: IntArray
    is_long: BoolArray
    quantity: FloatArray
    entry_price: FloatArray
    exit_price: FloatArray
    net_profit: FloatArray
    favorable: FloatArray
    adverse: FloatArray
    commission: FloatArray
    is_open: BoolArray
    entry_signal: tuple[str, ...]
    exit_signal: tuple[str, ...]
    initial_capital: float
    point_value: float = 1.0
    entry_commission: FloatArray | None = None
    cost: FloatArray | None = None
    dropped: int = 0
    dropped_profit: float = 0.0
    currency: str = ""
    cumulative: FloatArray = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "cumulative", self.dropped_profit + np.cumsum(self.net_profit))

    def __len__(self) -> int:
        return len(self.entry_bar)

    @cached_property
    def value(self) -> FloatArray:
        """What each entry cost [T], its commission included: percentages are of it. NaN for nothing."""
        value = self.cost
        if value is None:
            fee = 0.0 if self.entry_commission is None else self.entry_commission
            value = self.entry_price * self.quantity * self.point_value + fee
        return np.where(value == 0.0, np.nan, value)

    def trade(self, index: int) -> Trade:
        value = float(self.value[index])
        favorable, adverse, net = (float(a[index]) for a in (self.favorable, self.adverse, self.net_profit))
        total = float(self.cumulative[index])
        return Trade(
            number=self.dropped + index + 1,
            is_long=bool(self.is_long[index]),
            entry_time=int(self.entry_time[index]),
            entry_price=float(self.entry_price[index]),
            entry_signal=self.entry_signal[index],
            exit_time=int(self.exit_time[index]),
            exit_price=float(self.exit_price[index]),
            exit_signal=self.exit_signal[index],
            quantity=float(self.quantity[index]),
            net_profit=net,
            net_profit_percent=100.0 * net / value,
            favorable=favorable,
            favorable_percent=100.0 * favorable / value,
            adverse=adverse,
            adverse_percent=100.0 * adverse / value,
            cumulative_profit=total,
            cumulative_percent=100.0 * total / self.initial_capital,
            is_open=bool(self.is_open[index]),
        )

    def __iter__(self) -> Iterator[Trade]:
        return (self.trade(index) for index in range(len(self)))
