"""A seeded EUR/USD simulator: invented minute bars with the habits of the real market.

The prices are nobody's. The model, a week at a time, so that a longer history never changes the later weeks:

* log mid price: normal steps whose size is the product of an hour-of-day curve (Asia quiet, London, New York), a level
  of the week, and two log-normal clusters of volatility (half-lives of a day and of half an hour); rare jumps at 8:30
  and 10:00 New York; a gap over the weekend;
* regimes of about twelve hours: trend up, trend down (a drift), or range (pull back to a moving centre);
* high and low of a minute: the law of the extremes of a Brownian bridge between open and close;
* spread: 0.4 pip times a log-normal, more when it is wild; 11 pips from 17:00 to 17:14 New York, fading until 18:00;
* bid = mid minus half a spread on the tick grid, so bid bars dip after 17:00 New York as real ones do.

25 December and 1 January are closed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from pinewright.data.calendar import MONDAY_OFFSET, SessionState, session_state, trading_day, trading_day_start
from pinewright.data.quality import check_quality, median_spread
from pinewright.data.resample import resample
from pinewright.data.source import WARMUP_BARS, BarRequest, Loaded, cut_end, cut_start
from pinewright.data.zones import iso_text
from pinewright.errors import DataNotFoundError, SymbolError
from pinewright.market import DAY, MINUTE, Bars, FloatArray, IntArray, Side, Symbol, Timeframe

CAUTION: Final = "Demo on invented prices: nothing here is tradable"

# Friday 2026-10-30, 17:00 New York. Fixed, so that a run repeats on any day.
SIMULATED_END: Final = 1_793_394_000_000
# Monday 2000-01-03 as a trading day.
SIMULATED_START: Final = 946_850_400_000
DEFAULT_TIMEFRAME: Final = Timeframe(15)
DEFAULT_DAYS: Final = 14.0

_LAST_PRICE: Final = 1.10
_WEEK: Final = 5 * 1440
_WEEKS_AT_ONCE: Final = 52
_YEARLY_VOLATILITY: Final = 0.075
_MINUTES_A_YEAR: Final = 372_000
# Volatility by hour after 17:00 New York, from 17:00 round to 17:00.
_HOURLY: Final = (
    *(0.40, 0.45, 0.60, 0.75, 0.75, 0.65, 0.60, 0.65, 0.75, 1.00),
    *(1.35, 1.30, 1.15, 1.05, 1.10, 1.50, 1.60, 1.65, 1.45, 1.10, 0.85, 0.65, 0.55, 0.45, 0.40),
)
_SPREAD_PIPS: Final = 0.4
_ROLLOVER_FACTOR: Final = 27.0
_REGIME_MINUTES: Final = 720
_TREND_DRIFT: Final = 0.03  # of a minute's sigma
_RANGE_PULL: Final = 1 / 180
_GAP_SIGMAS: Final = 12.0


@dataclass(frozen=True)
class SimulatedSource:
    """The simulator as a source; bars are bid with a spread column and are marked as invented."""

    seed: int = 0

    @property
    def name(self) -> str:
        return f"simulated (seed {self.seed})"

    def load(self, request: BarRequest) -> Loaded:
        """EUR/USD bars for a request: by default 15m, the last 14 days before the fixed end of the simulation.

        SymbolError for another symbol, DataNotFoundError for a window outside 2000-01-02 to 2026-10-30.
        """
        if request.symbol is not None and request.symbol.name != "EURUSD":
            what = f"the simulator makes EURUSD, not {request.symbol.name}"
            raise SymbolError(what, where=self.name, hint="bring a file of bars (--bars)")
        timeframe = request.timeframe or DEFAULT_TIMEFRAME
        if request.start is None and request.days is None:
            request = replace(request, days=DEFAULT_DAYS)
        start, end = request.window(SIMULATED_START, SIMULATED_END)
        if start < SIMULATED_START or end > SIMULATED_END:
            raise DataNotFoundError(
                f"no simulated bars from {iso_text(start)} to {iso_text(end)} UTC",
                where=self.name,
                hint=f"the simulation runs from {iso_text(SIMULATED_START)} to {iso_text(SIMULATED_END)} UTC",
            )
        # Closed days take two sevenths of the calendar; one week more covers holidays and the first partial bar.
        reach = request.warmup * timeframe.milliseconds * 7 // 5 + 7 * DAY
        minutes = cut_end(_minutes(self.seed, max(SIMULATED_START, start - reach), self.name), end)
        bars = cut_start(resample(minutes, timeframe), start, request.warmup, self.name)
        rows = minutes.slice(int(np.searchsorted(minutes.time, bars.time[0])), len(minutes))
        return Loaded(bars, check_quality(rows), median_spread(rows))


def simulated_bars(
    seed: int = 0,
    timeframe: str | Timeframe = DEFAULT_TIMEFRAME,
    *,
    symbol: str | Symbol = "EURUSD",
    start: int | None = None,
    end: int | None = None,
    days: float | None = DEFAULT_DAYS,
    warmup: int = WARMUP_BARS,
) -> Bars:
    """Invented EUR/USD bars: bid with spread, ``invented=True``, feed ``simulated (seed N)``.

    start, end: ms UTC; days: length of the window back from ``end``, by default the fixed 2026-10-30 21:00 UTC; ignored
    when start and end are both given. The same seed gives the same bars, whatever the window.
    """
    request = BarRequest(
        symbol=Symbol.get(symbol) if isinstance(symbol, str) else symbol,
        timeframe=Timeframe.parse(timeframe) if isinstance(timeframe, str) else timeframe,
        start=start,
        end=end,
        days=None if start is not None and end is not None else days,
        warmup=warmup,
    )
    return SimulatedSource(seed).load(request).bars


def _minutes(seed: int, start: int, feed: str) -> Bars:
    """Minute bars of whole weeks from that of ``start`` to the fixed end, made a year at a time, backwards."""
    symbol = Symbol.get("EURUSD")
    edges = trading_day(np.array([start, SIMULATED_END - 1], dtype=np.int64), symbol)
    first, last = ((edges + MONDAY_OFFSET) // 7).tolist()
    parts: list[list[FloatArray]] = []
    times: list[IntArray] = []
    level = float(np.log(_LAST_PRICE))
    for stop in range(last + 1, first, -_WEEKS_AT_ONCE):
        weeks = np.arange(max(first, stop - _WEEKS_AT_ONCE), stop, dtype=np.int64)
        time = (trading_day_start(weeks * 7 - MONDAY_OFFSET, symbol)[:, None] + np.arange(_WEEK) * MINUTE).ravel()
        columns, level = _weeks(_Noise.of_weeks(seed, weeks), level, symbol)
        keep = np.flatnonzero(session_state(time, symbol) == SessionState.EXPECTED)
        times.append(time[keep])
        parts.append([column.ravel()[keep] for column in columns])
    joined = [np.concatenate(column[::-1]) for column in zip(*parts, strict=True)]
    time = np.concatenate(times[::-1])
    open_, high, low, close, volume, spread = joined
    return Bars(
        symbol, Timeframe(1), time, open_, high, low, close, volume, Side.BID, feed, spread=spread, invented=True
    )


def _weeks(noise: _Noise, level: float, symbol: Symbol) -> tuple[list[FloatArray], float]:
    """Bid open, high, low, close, volume, spread [W, 7200], and the log price at the start, given that at the end."""
    wildness = _wildness(noise)
    sigma = _YEARLY_VOLATILITY / np.sqrt(_MINUTES_A_YEAR) * _season() * wildness
    paths, level = _paths(noise, sigma * _regimes(noise), sigma, level)
    spread = _spread(noise, wildness, symbol)
    prices = [_on_grid(path - spread / 2, symbol) for path in paths]
    volume = np.maximum(1.0, np.rint(70.0 * _season() * wildness * np.exp(0.4 * noise.volume)))
    return [*prices, volume, spread], level


@dataclass(frozen=True)
class _Noise:
    """Independent draws for W weeks of 7,200 minutes, each [W, 7200] unless told otherwise.

    step, slow, fast, spread, volume, open: standard normal; high, low: uniform in (0, 1]; change, kind: uniform, for
    changes of regime and the new regime; level, news: one and ten normals a week; week: [W] week numbers.
    """

    step: FloatArray
    slow: FloatArray
    fast: FloatArray
    spread: FloatArray
    volume: FloatArray
    open: FloatArray
    high: FloatArray
    low: FloatArray
    change: FloatArray
    kind: FloatArray
    level: FloatArray
    news: FloatArray

    @classmethod
    def of_weeks(cls, seed: int, weeks: IntArray) -> _Noise:
        """Each week has a generator of its own, from the seed and the number of the week."""
        normal = np.empty((len(weeks), 6, _WEEK))
        uniform = np.empty((len(weeks), 4, _WEEK))
        extra = np.empty((len(weeks), 11))
        for row, week in enumerate(weeks.tolist()):
            generator = np.random.Generator(np.random.PCG64(np.random.SeedSequence([abs(seed), int(seed < 0), week])))
            generator.standard_normal(out=normal[row])
            generator.random(out=uniform[row])
            generator.standard_normal(out=extra[row])
        uniform = 1.0 - uniform
        return cls(
            step=normal[:, 0],
            slow=normal[:, 1],
            fast=normal[:, 2],
            spread=normal[:, 3],
            volume=normal[:, 4],
            open=normal[:, 5],
            high=uniform[:, 0],
            low=uniform[:, 1],
            change=uniform[:, 2],
            kind=uniform[:, 3],
            level=extra[:, 0],
            news=extra[:, 1:],
        )


def _season() -> FloatArray:
    """Relative volatility [7200] of the minutes of a week, by New York's clock; its mean square is 1."""
    day = np.interp(np.arange(1440) / 60.0, np.arange(25), _HOURLY)
    curve: FloatArray = np.tile(day / np.sqrt(np.mean(day**2)), 5)
    return curve


def _autoregression(noise: FloatArray, factor: float) -> FloatArray:
    """x[t] = factor x[t-1] + noise[t] along the last axis, x[-1] = 0, without a loop over the minutes.

    In blocks short enough that factor**-length stays small: there the sum of noise[s] factor**(t-s) is a running sum.
    """
    block = 300
    powers = factor ** np.arange(block)
    shaped = noise.reshape(*noise.shape[:-1], -1, block)
    inside = np.cumsum(shaped / powers, axis=-1) * powers
    carry = np.zeros(noise.shape[:-1])
    for k in range(shaped.shape[-2]):
        inside[..., k, :] += carry[..., None] * (powers * factor)
        carry = inside[..., k, -1]
    result: FloatArray = inside.reshape(noise.shape)
    return result


def _cluster(noise: FloatArray, half_life: float, size: float) -> FloatArray:
    """Log volatility [W, 7200]: an autoregression with that half-life in minutes and that standard deviation."""
    factor = 0.5 ** (1.0 / half_life)
    scaled = noise * (size * np.sqrt(1.0 - factor**2))
    scaled[:, 0] = noise[:, 0] * size
    return _autoregression(scaled, factor)


def _wildness(noise: _Noise) -> FloatArray:
    """Volatility relative to the season [W, 7200], with news; its mean square is about 1 without news."""
    slow, fast, level = 0.35, 0.25, 0.20
    clusters = _cluster(noise.slow, 1440, slow) + _cluster(noise.fast, 30, fast)
    wild = np.exp(clusters + level * noise.level[:, None] - (slow**2 + fast**2 + level**2))
    after = 3.0 * np.exp(-np.arange(30) / 8.0)
    for event in range(10):
        minute = event // 2 * 1440 + (15 * 60 + 30 if event % 2 == 0 else 17 * 60)
        happens = noise.news[:, event] > 1.0
        wild[:, minute : minute + 30] *= 1.0 + happens[:, None] * after
    return wild


def _regimes(noise: _Noise) -> FloatArray:
    """Steps in sigmas [W, 7200]: noise with the drift of a trend or the pull of a range, a gap first."""
    changes = np.cumsum(noise.change < 1.0 / _REGIME_MINUTES, axis=1, dtype=np.int64)
    kind = np.take_along_axis(noise.kind, changes, axis=1)
    drift = np.where(kind < 0.25, -1.0, np.where(kind < 0.5, 1.0, 0.0)) * _TREND_DRIFT
    centred = _autoregression(noise.step, 1.0 - _RANGE_PULL)
    pull = np.zeros_like(centred)
    pull[:, 1:] = -_RANGE_PULL * centred[:, :-1]
    steps = noise.step + drift + np.where(kind >= 0.5, pull, 0.0)
    steps[:, 0] = noise.step[:, 0] * _GAP_SIGMAS
    return steps


def _paths(
    noise: _Noise, steps: FloatArray, sigma: FloatArray, level: float
) -> tuple[tuple[FloatArray, FloatArray, FloatArray, FloatArray], float]:
    """Mid open, high, low, close [W, 7200] that end at the log price ``level``, and the log price that they start from.

    Summed backwards from the end: a longer history leaves the later weeks as they are.
    """
    edges = np.cumsum(np.append(level, -steps.ravel()[::-1]))[::-1]
    close, before = edges[1:].reshape(steps.shape), edges[:-1].reshape(steps.shape).copy()
    start = float(edges[0])
    before[:, 0] = close[:, 0] - steps[:, 0] / _GAP_SIGMAS  # the weekend's gap lies before the open
    open_ = before + 0.1 * sigma * noise.open
    move = (close - open_) ** 2
    top = (open_ + close + np.sqrt(move - 2.0 * sigma**2 * np.log(noise.high))) / 2
    bottom = (open_ + close - np.sqrt(move - 2.0 * sigma**2 * np.log(noise.low))) / 2
    return (np.exp(open_), np.exp(top), np.exp(bottom), np.exp(close)), start


def _spread(noise: _Noise, wildness: FloatArray, symbol: Symbol) -> FloatArray:
    """Ask minus bid [W, 7200] in price units, whole ticks, one at least."""
    minute = np.tile(np.arange(1440), 5)
    fading = 0.2 * np.exp(-(minute - 15) / 12.0)
    widening = 1.0 + _ROLLOVER_FACTOR * np.where(minute < 15, 1.0, np.where(minute < 60, fading, 0.0))
    size = np.where(minute < 15, 0.6, 0.25)
    pips = _SPREAD_PIPS * widening * np.exp(size * noise.spread) * wildness**0.3
    return _on_grid(np.maximum(pips * symbol.pip, symbol.mintick), symbol)


def _on_grid(price: FloatArray, symbol: Symbol) -> FloatArray:
    """Prices on the tick grid, as the float64 nearest to their decimal text (1.10003, not 1.1000300000000001)."""
    return np.rint(price / symbol.mintick) / round(1 / symbol.mintick)
