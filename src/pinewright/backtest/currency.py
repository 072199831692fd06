"""The account's currency: what one unit of the symbol's quote currency is worth in it, bar by bar.

TradingView takes the close of the day before of the pair of currencies, and nothing else: 62,900 trades in lists of 149
probes, a USD account on a USDT quote over 396 days, agree with one rate for each UTC day to all printed digits. Profit
counts at the rate of the exit's bar, excursions at those of their own bars. On the chart's first day, before which
there is no close, those lists count 1 USDT as 1 USD; between other currencies the first open of the pair stands in.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from pinewright.backtest.feeds import symbol_key
from pinewright.data.periods import period_close
from pinewright.data.resample import period_bars
from pinewright.errors import BacktestError
from pinewright.market import Bars, FloatArray, Timeframe

ONE: Final = np.ones(1)
"""Nothing is converted."""
PEGGED: Final = frozenset({"USD", "USDT", "USDC", "USDP", "BUSD", "TUSD", "FDUSD", "DAI"})
"""The dollar, and coins that stand for one."""
_DAY: Final = Timeframe(1440)


def exchange_rates(bars: Bars, others: Sequence[Bars], account: str) -> tuple[FloatArray, str]:
    """Rates [N] from the quote currency of ``bars`` to ``account``, or [1] where nothing is converted; and a note.

    The pair, or its reverse, is looked for among ``bars`` and ``others``; its last day that was over when a bar opened
    gives the bar's rate. Between the dollar and coins that stand for it a missing rate counts as 1, which the note
    tells. Raises BacktestError where no bars give the rate, or where they begin after the chart.
    """
    quote = bars.symbol.quote
    if account in ("", quote):
        return ONE, ""
    pegged = quote in PEGGED and account in PEGGED
    pair, turned = _pair(bars, others, quote, account)
    if pair is None:
        if pegged:
            return ONE, f"money counts 1 {quote} as 1 {account}: no bars of {quote}{account} were given"
        raise BacktestError(
            f"the account is in {account} and prices are in {quote}, and there are no bars of {quote}{account}",
            hint=f"give bars of {quote}{account} or {account}{quote} as well, or set the account to {quote}",
        )
    days = period_bars(pair, _DAY)
    ends = period_close(days.time, days.timeframe, days.symbol)
    place = np.searchsorted(ends, bars.time, side="right") - 1
    if not pegged and pair.time[0] > bars.time[0] and place[0] < 0:
        raise BacktestError(
            f"the bars of {pair.symbol.name} begin after those of {bars.symbol.name}: the first have no rate",
            hint="give the rate from the day before on",
        )
    first = 1.0 if pegged else pair.open[0]
    rates = np.where(place >= 0, days.close[np.maximum(place, 0)], first)
    return np.ascontiguousarray(1.0 / rates if turned else rates), ""


def _pair(bars: Bars, others: Sequence[Bars], quote: str, account: str) -> tuple[Bars | None, bool]:
    """Bars of a day or less of the pair, and whether they are of its reverse."""
    for name, turned in ((quote + account, False), (account + quote, True)):
        for found in (bars, *others):
            if symbol_key(found.symbol.name) == name and len(found) and found.timeframe <= _DAY:
                return found, turned
    return None, False
