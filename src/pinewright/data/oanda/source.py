"""OANDA v20 as a source of bars, bid and ask, by the user's own key."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from pinewright.data.answers import answer, reach_back
from pinewright.data.oanda.candles import GRANULARITIES, as_columns, read_page
from pinewright.data.oanda.client import MOST_CANDLES, OandaClient, Patience
from pinewright.data.source import BarRequest, Loaded
from pinewright.data.store.kinds import PRICES, Columns, Kind, empty
from pinewright.data.zones import iso_text
from pinewright.errors import DataNotFoundError, UsageError
from pinewright.market import Bars, FloatArray, Side, Symbol, Timeframe

if TYPE_CHECKING:
    from pydantic import SecretStr

FEED: Final = "OANDA"
DEFAULT_DAYS: Final = 14.0
_DECIMALS: Final = 10  # of a spread: more than any price has, and less than the noise of a difference


def _now() -> int:
    return round(time.time() * 1000)


@dataclass(frozen=True)
class OandaSource:
    """Candles of OANDA's v20 service as a source.

    key: of an account that ``url`` serves; it is in no text that this source gives. side: of the prices, None means
    bid; the spread comes with all of them. Volume is the number of prices. clock: now, ms UTC.
    """

    key: SecretStr | None = field(repr=False)
    url: str = "https://api-fxpractice.oanda.com"
    user_agent: str = "pinewright"
    side: Side | None = None
    patience: Patience = field(default_factory=Patience)
    clock: Callable[[], int] = _now
    sleep: Callable[[float], None] = time.sleep

    @property
    def name(self) -> str:
        return "OANDA"

    def load(self, request: BarRequest) -> Loaded:
        """Bars for a request: by default 15m, the last 14 days. Minutes are asked for, hours for time frames of whole
        hours, days for days (17:00 New York, as OANDA cuts them).

        UsageError without a symbol; the errors of ``OandaClient`` and ``read_page``; DataNotFoundError for a window in
        the future, or without a candle.
        """
        symbol = request.symbol
        if symbol is None:
            raise UsageError("OANDA needs a symbol", hint="name one (--symbol EURUSD)")
        timeframe = request.timeframe or Timeframe(15)
        now = self.clock()
        asked = BarRequest(
            symbol,
            timeframe,
            request.start,
            request.end,
            DEFAULT_DAYS if request.start is None and request.days is None else request.days,
            request.warmup,
        )
        start, end = asked.window(0, now)
        if start >= now:
            what = f"the window starts at {iso_text(start)} UTC, in the future"
            raise DataNotFoundError(what, where=self.name, hint="ask for an earlier window")
        kind = kind_of(timeframe)
        columns = self.fetch(symbol, kind, reach_back(start, timeframe, request.warmup), min(end, now))
        if len(columns["time"]) == 0:
            what = f"no candle from {iso_text(start)} to {iso_text(end)} UTC"
            raise DataNotFoundError(what, where=self.name, hint="ask for a later window")
        window = BarRequest(symbol, timeframe, start, end, warmup=request.warmup)
        return answer(_bars(symbol, kind, columns, self.side or Side.BID), window, self.name)

    def fetch(self, symbol: Symbol, kind: Kind, start: int, end: int) -> Columns:
        """Every ended candle that opens in [start, end) ms UTC, in the store's columns; pages of 5,000.

        UsageError for ticks, which the service does not have.
        """
        if kind not in GRANULARITIES:
            raise UsageError("OANDA has no past ticks", hint="legal: 1m, 1h, 1d")
        instrument, granularity = oanda_name(symbol), GRANULARITIES[kind]
        length = Timeframe.parse(kind.value).milliseconds
        parts = []
        with OandaClient(self.key, self.url, self.user_agent, patience=self.patience, sleep=self.sleep) as client:
            begin = max(start, 0)
            while begin < min(end, self.clock()):
                # Closed hours have no candles, so that a page may reach beyond the end: what lies there is cut off.
                count = min(MOST_CANDLES, max(2, -(-(end - begin) // length)))
                page = read_page(
                    client.candles(instrument, granularity, begin, count), instrument, granularity, self.name
                )
                parts.append(as_columns(page, kind))
                # A page may be shorter than asked for; only an empty one, or an unfinished candle, is the end.
                if len(page.time) == 0 or not page.whole.all() or int(page.time[-1]) < begin:
                    break
                begin = int(page.time[-1]) + length
        return _cut(kind, parts, start, end)


def oanda_name(symbol: Symbol) -> str:
    """OANDA's name of a symbol: ``EUR_USD``."""
    return f"{symbol.base}_{symbol.quote}"


def kind_of(timeframe: Timeframe) -> Kind:
    """The candles to ask for: days for whole days, hours for whole hours, else minutes."""
    if timeframe.minutes % 1440 == 0:
        return Kind.DAY
    return Kind.HOUR if timeframe.minutes % 60 == 0 else Kind.MINUTE


def _cut(kind: Kind, parts: list[Columns], start: int, end: int) -> Columns:
    if not parts:
        return empty(kind)
    joined = {name: np.concatenate([part[name] for part in parts]) for name in kind.columns}
    # Each page begins behind the last candle of the one before; a server that repeats one is told by the first of them.
    _, first = np.unique(joined["time"], return_index=True)
    time = joined["time"][first]
    keep = first[(time >= start) & (time < end)]
    return {name: column[keep] for name, column in joined.items()}


def _bars(symbol: Symbol, kind: Kind, columns: Columns, side: Side) -> Bars:
    def prices(name: str) -> FloatArray:
        bid, ask = (columns[f"{one}_{name}"].astype(np.float64) for one in ("bid", "ask"))
        chosen: FloatArray = {Side.BID: bid, Side.ASK: ask, Side.MID: (bid + ask) / 2}[side]
        return chosen

    open_, high, low, close = (prices(name) for name in PRICES)
    return Bars(
        symbol,
        Timeframe.parse(kind.value),
        columns["time"].astype(np.int64),
        open_,
        high,
        low,
        close,
        columns["bid_volume"].astype(np.float64),
        side,
        f"{FEED} {GRANULARITIES[kind]}",
        spread=columns["spread"].astype(np.float64).round(_DECIMALS),
    )
