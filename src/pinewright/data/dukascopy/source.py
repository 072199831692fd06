"""Dukascopy as a source of bars: what is missing is fetched into the store, and the store answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from pinewright.data.answers import reach_back
from pinewright.data.dukascopy.connector import DukascopyConnector
from pinewright.data.dukascopy.plan import DEFAULT_DAYS, FetchPlan
from pinewright.data.dukascopy.report import FetchReport
from pinewright.data.source import BarRequest, Loaded
from pinewright.data.store.bars import StoreSource
from pinewright.data.store.kinds import Kind
from pinewright.errors import UsageError
from pinewright.market import DAY, HOUR, Side, Timeframe

Fetch = Callable[[DukascopyConnector, FetchPlan], FetchReport]

LONG: Final = 400 * DAY
"""Windows from here on are made of candles of an hour, where the time frame allows: thirty days a request, not one."""


def _now() -> int:
    return round(time.time() * 1000)


@dataclass(frozen=True)
class DukascopySource:
    """Bars of Dukascopy, bid and ask, by way of the store.

    side: of the prices; None means bid. fetch: carries out a plan, so that a caller can show it and its progress; by
    default nothing is shown. clock: now, ms UTC.
    """

    connector: DukascopyConnector
    side: Side | None = None
    fetch: Fetch = lambda connector, plan: connector.fetch(plan)
    clock: Callable[[], int] = _now

    @property
    def name(self) -> str:
        return "Dukascopy"

    def load(self, request: BarRequest) -> Loaded:
        """The bars asked for, by default of the 14 days that end now; what the store has is not asked for again.

        UsageError without a symbol; errors of the connector, and of the store where it has no rows afterwards.
        """
        symbol = request.symbol
        if symbol is None:
            raise UsageError("Dukascopy needs a symbol", hint="name one (--symbol EURUSD)")
        timeframe = request.timeframe or Timeframe(15)
        now = self.clock()
        if request.start is None and request.days is None:
            request = replace(request, days=float(DEFAULT_DAYS))
        start, end = request.window(now, now)
        kind = kind_for(timeframe, end - start)
        begin = reach_back(start, timeframe, request.warmup)
        plan = self.connector.plan([symbol.name], kind, begin, end)
        if plan.requests:
            self.fetch(self.connector, plan)
        asked = replace(request, timeframe=timeframe, start=start, end=min(end, now), days=None)
        return StoreSource(self.connector.store, self.side).load(asked)


def kind_for(timeframe: Timeframe, length: int = 0) -> Kind:
    """The kind of candles that bars of a time frame are made of, over a window of so many ms: minutes, but hours where
    the time frame is made of whole ones and the window is long. Days of UTC make no trading days.
    """
    return Kind.HOUR if length >= LONG and timeframe.milliseconds % HOUR == 0 else Kind.MINUTE
