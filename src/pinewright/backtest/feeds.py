"""Which bars a request is answered from: the run's own, or others that the engine was given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pinewright.data.periods import period_close
from pinewright.data.resample import heikin_ashi, period_bars
from pinewright.errors import BacktestError, SymbolError
from pinewright.market import Bars, IntArray, Timeframe
from pinewright.program import HEIKIN_ASHI, Request, Seen, Word


def symbol_key(name: str) -> str:
    """A symbol's name without feed and separators, in capitals: ``OANDA:EUR/USD`` and ``EURUSD`` are the same."""
    plain = name.rsplit(":", 1)[-1].upper()
    return "".join(letter for letter in plain if letter not in "/-_ ")


@dataclass(frozen=True)
class Wanted:
    """What a request asks for, its words worked out: symbol as written or empty, time frame, and the call that asks."""

    symbol: str
    timeframe: Timeframe
    currency: str
    most: int | None
    function: str
    line: int


def wanted(request: Request, own: Bars, text: Callable[[Word], str]) -> Wanted:
    """What a request of a program over ``own`` asks for; BacktestError for a word that is no time frame.

    text: works a word out.
    """
    spelled = text(request.timeframe)
    try:
        timeframe = Timeframe.from_pine(spelled) if spelled else own.timeframe
    except SymbolError as error:
        raise BacktestError(f"line {request.line}: `{request.function}()`: {error.what}", hint=error.hint) from None
    symbol, currency = text(request.symbol), text(request.currency)
    return Wanted(symbol, timeframe, currency, request.most, request.function, request.line)


def requested_bars(asked: Wanted, own: Bars, others: Sequence[Bars]) -> Bars:
    """The bars [M] that a request of a program over ``own`` is answered from.

    Of all bars of the symbol those are taken whose time frame is the one asked for, else the longest ones that make it
    up; the run's own before others. Raises BacktestError naming the call's line, what is missing and how to give it.
    """
    symbol = symbol_key(asked.symbol.removeprefix(HEIKIN_ASHI) or own.symbol.name)
    feeds = [bars for bars in (own, *others) if symbol_key(bars.symbol.name) == symbol and len(bars) > 0]
    fitting = [bars for bars in feeds if bars.timeframe.divides(asked.timeframe)]
    if not fitting:
        raise _missing(asked, symbol, feeds)
    bars = max(fitting, key=lambda bars: (bars.timeframe == asked.timeframe, bars.timeframe, bars is own))
    if asked.currency and asked.currency != bars.symbol.quote:
        raise BacktestError(
            f"line {asked.line}: `{asked.function}()` asks for {bars.symbol.name} in {asked.currency}",
            hint=f"leave `currency` away: prices are in {bars.symbol.quote}",
        )
    found = period_bars(bars, asked.timeframe)
    if asked.most is not None:
        found = found.slice(max(0, len(found) - asked.most), len(found))
    if len(found) == 0:
        raise BacktestError(f"line {asked.line}: `{asked.function}()` asks for 0 bars", hint="ask for one or more")
    found = replace(found, warmup=0)
    return heikin_ashi(found) if asked.symbol.startswith(HEIKIN_ASHI) else found


def _missing(asked: Wanted, symbol: str, feeds: Sequence[Bars]) -> BacktestError:
    """The error of a request that no bars answer."""
    what = f"line {asked.line}: `{asked.function}()` asks for bars of {symbol} at {asked.timeframe}"
    if not feeds:
        text = f"{what}, and there are none of that symbol"
    elif all(bars.timeframe > asked.timeframe for bars in feeds):
        shortest = min(bars.timeframe for bars in feeds)
        text = f"{what}, and there are none so short: {symbol} is here at {shortest}"
    else:
        text = f"{what}, which those at {', '.join(str(bars.timeframe) for bars in feeds)} do not make up"
    return BacktestError(text, hint=f"give bars of {symbol} at {asked.timeframe} or finer as well: --also FILE")


def rate_pair(asked: Wanted, own: Bars, others: Sequence[Bars]) -> tuple[Wanted, bool]:
    """The request of a rate, ``FROM/TO``, at bars that are there, and whether their price must be turned over.

    Without bars of the pair or its reverse the request as it is, whose error names the pair.
    """
    names = {symbol_key(bars.symbol.name) for bars in (own, *others)}
    reverse = "/".join(reversed(asked.symbol.split("/")))
    if symbol_key(asked.symbol) not in names and symbol_key(reverse) in names:
        return replace(asked, symbol=reverse), True
    return asked, False


def places(own: Bars, own_close: IntArray, other: Bars, seen: Seen) -> npt.NDArray[np.intp]:
    """For each of the run's own bars the number [N] of the other bar that is seen on it, -1 for none.

    own_close [N]: ends of the own bars, ms UTC. A bar that ends within a hole of the own bars is seen on the next one;
    what a bar holds is never seen before the end of its last session, but for ``Seen.OPENED``.
    """
    if seen is Seen.OPENED:
        holding = np.searchsorted(other.time, own_close - 1, side="right") - 1
        if other.timeframe >= own.timeframe:
            return holding
        return np.minimum(np.searchsorted(other.time, own.time, side="left"), holding)
    moments = own_close if seen is Seen.CLOSED else own.time
    return np.searchsorted(ends(other), moments, side="right") - 1


def ends(bars: Bars) -> IntArray:
    """When each bar [N] is over, ms UTC."""
    return period_close(bars.time, bars.timeframe, bars.symbol)


def bounds(own: Bars, own_close: IntArray, other: Bars) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """First and last + 1 of the other bars that open within each of the run's own bars, two arrays [N]."""
    return (
        np.searchsorted(other.time, own.time, side="left"),
        np.searchsorted(other.time, own_close, side="left"),
    )


def is_fresh(own: Bars, other: Bars, place: npt.NDArray[np.intp]) -> npt.NDArray[np.bool_]:
    """Whether the other bar seen on each own bar [N] was not to be seen on the bar before.

    On the first bar that is so for bars that were not over when it opened.
    """
    fresh: npt.NDArray[np.bool_] = np.diff(place, prepend=-1) != 0
    if place[0] >= 0:
        fresh[0] = bool(ends(other.slice(place[0], place[0] + 1))[0] > own.time[0])
    return fresh & (place >= 0)
