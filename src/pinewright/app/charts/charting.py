"""From bars, expressions, patterns and trades to a picture: what `chart` draws, and the report for a trade."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from pinewright.app.charts.chart_marks import ChosenMarks, ChosenTrades, chart_marks, choose_marks, choose_trades
from pinewright.app.charts.chart_overlays import overlays_of
from pinewright.app.given.loading import BarOptions
from pinewright.app.terminal import output
from pinewright.app.words import chart as words
from pinewright.app.words import common as texts
from pinewright.backtest.listing import ListedTrade
from pinewright.charts.palette import BLUE_ORANGE, Palette
from pinewright.charts.pictures.contents import Picture
from pinewright.charts.pictures.marks import TradeMark
from pinewright.charts.pictures.picture import MOST_CHARTS, draw, draw_sheet
from pinewright.charts.spec import Style
from pinewright.data.resample import resample
from pinewright.errors import OutputError, PinewrightError, UsageError, unknown_name_hint
from pinewright.indicators.calculator import IndicatorCalculator
from pinewright.machine.whole_file import whole_file
from pinewright.market import DAY, Bars, Timeframe
from pinewright.patterns.detector import detect
from pinewright.patterns.pattern import PatternMark

DEFAULT_LAST: Final = 120
DEFAULT_SIZE: Final = (1280, 720)
MOST_BESIDE: Final = 150
"""Bars of a chart beside the first one at most."""
_PIXELS_A_PLACE: Final = 110
_PIXELS_A_TRADE: Final = 20
BEFORE_TRADE: Final = 40
MOST_BEFORE_TRADE: Final = 90
"""Bars before a trade, and as many at most where a pattern began earlier."""
ROOM_BEFORE: Final = 3
AFTER_TRADE: Final = 12


@dataclass(frozen=True)
class Look:
    """How a picture is drawn. scale: pixels of a unit; width and height count units."""

    width: int = DEFAULT_SIZE[0]
    height: int = DEFAULT_SIZE[1]
    palette: Palette = BLUE_ORANGE
    style: Style = Style.CANDLES
    scale: int = 1
    volume: bool = True


@dataclass(frozen=True)
class Wish:
    """What is to be drawn over the bars.

    patterns: names of those to be marked, empty for all, None for none. trades: of a list, in ms UTC. timezone: of the
    axis and of the expressions' clock, None for UTC and the symbol's.
    """

    expressions: tuple[str, ...] = ()
    patterns: tuple[str, ...] | None = None
    trades: tuple[ListedTrade, ...] = ()
    timezone: str | None = None


@dataclass(frozen=True)
class Chart:
    """One chart of the picture and what was chosen for it; marks count bars of ``bars``, whose part [first, ...) is
    drawn.
    """

    picture: Picture
    bars: Bars
    first: int
    marks: ChosenMarks
    trades: ChosenTrades


def parse_size(text: str) -> tuple[int, int]:
    """``1280x720`` as width and height; UsageError for anything else."""
    width, _, height = text.lower().partition("x")
    if not (width.strip().isdecimal() and height.strip().isdecimal()):
        raise UsageError(words.NO_SIZE.format(text=text), where="--size", hint=words.NO_SIZE_HINT)
    return int(width), int(height)


def style_named(name: str) -> Style:
    """The style of that name; UsageError for an unknown one."""
    known = {style.value: style for style in Style}
    if name not in known:
        raise UsageError(words.UNKNOWN_STYLE.format(name=name), where="--style", hint=unknown_name_hint(name, known))
    return known[name]


def require_png(path: Path) -> None:
    """OutputError where the file's name does not end in .png."""
    if path.suffix.lower() != ".png":
        what = words.NOT_PNG.format(kind=path.suffix or path.name)
        raise OutputError(what, where=str(path), hint=words.NOT_PNG_HINT)


def require_last(last: int | None) -> None:
    """UsageError for a count of bars that shows nothing."""
    if last is not None and last < 1:
        raise UsageError(words.NO_LAST.format(count=last), where="--last", hint=words.NO_LAST_HINT)


def first_shown(bars: Bars, last: int | None, *, windowed: bool) -> int:
    """Index of the first bar that is drawn: ``last`` from the end, all of a window that was asked for, or 120."""
    require_last(last)
    count = last if last is not None else len(bars) if windowed else DEFAULT_LAST
    return max(bars.warmup, len(bars) - count)


def require_timeframes(own: Timeframe, timeframes: Sequence[Timeframe]) -> None:
    """UsageError for too many time frames beside the bars' own, and for one that occurs twice."""
    if len(timeframes) >= MOST_CHARTS:
        hint = words.TOO_MANY_CHARTS_HINT.format(most=MOST_CHARTS - 1)
        raise UsageError(words.TOO_MANY_CHARTS.format(count=len(timeframes)), hint=hint)
    once = [own]
    for timeframe in timeframes:
        if timeframe in once:
            what = words.SAME_TIMEFRAME.format(timeframe=timeframe)
            raise UsageError(what, where="--with-timeframes", hint=words.SAME_TIMEFRAME_HINT)
        once.append(timeframe)


def with_history(options: BarOptions, bars: Bars, timeframes: Sequence[Timeframe]) -> Bars:
    """``bars`` of a window with those before them that charts of the coarser time frames need, up to the same moment.

    As many as the file or the simulator has; a feed is not asked again, which could take hours.
    """
    if not timeframes or (options.bars is None and options.source != "simulated"):
        return bars
    end = int(bars.time[-1]) + bars.timeframe.milliseconds
    # Five days of a week have bars, and some of them are holidays.
    start = end - round(DEFAULT_LAST * max(timeframes).milliseconds * 1.5) - 7 * DAY
    if start >= int(bars.time[0]):
        return bars
    asked = replace(options, start=output.utc(start), end=output.utc(end), days=None)
    try:
        longer = asked.found().bars
    except PinewrightError:
        return bars  # the simulator's years begin later than that
    return longer.slice(0, int(np.searchsorted(longer.time, int(bars.time[-1]), side="right")))


def charts_for(
    bars: Bars,
    first: int,
    timeframes: Sequence[Timeframe],
    wish: Wish,
    look: Look,
    calculator: IndicatorCalculator,
    *,
    history: Bars | None = None,
    count: int | None = None,
) -> list[Chart]:
    """The chart of the bars from ``first`` on, and one of each coarser time frame, up to the same moment.

    Charts beside the first one show lines over the price and no panes. history: the bars of which coarser ones are
    made, by default ``bars``. count: of coarser bars, by default as many as the first chart has. Errors as of
    ``require_timeframes``, of ``resample`` and of the expressions.
    """
    require_timeframes(bars.timeframe, timeframes)
    charts = [chart_of(bars, slice(first, len(bars)), wish, look, calculator)]
    count = min(len(bars) - first if count is None else count, MOST_BESIDE)
    for timeframe in timeframes:
        coarse = resample(bars if history is None else history, timeframe)
        part = slice(max(0, len(coarse) - count), len(coarse))
        charts.append(chart_of(coarse, part, wish, look, calculator, beside=True))
    return charts


def chart_of(
    bars: Bars, part: slice, wish: Wish, look: Look, calculator: IndicatorCalculator, *, beside: bool = False
) -> Chart:
    """A chart of the bars [start, stop) of ``bars``; those before them warm indicators and patterns up."""
    first, stop, _ = part.indices(len(bars))
    shown, known = bars.slice(first, stop), bars.slice(0, stop)
    width = look.width // 3 if beside else look.width
    over = overlays_of(known, slice(first, stop), wish.expressions, calculator, wish.timezone)
    seen = np.arange(stop) >= first
    found = () if wish.patterns is None else detect(known, wish.patterns or None, at=seen)
    marks = choose_marks(found, first, stop, max(4, width // _PIXELS_A_PLACE), together=bool(wish.patterns))
    trades = choose_trades(wish.trades, shown, max(10, width // _PIXELS_A_TRADE))
    left = [
        texts.plural(form, count)
        for form, count in ((words.PATTERNS_LEFT, marks.left_out), (words.TRADES_LEFT, trades.left_out))
        if count
    ]
    picture = Picture(
        shown,
        over.lines,
        over.bands,
        () if beside else over.panes,
        over.conditions,
        chart_marks(marks.marks, first),
        trades.marks,
        look.volume,
        "; ".join(left),
        wish.timezone or "UTC",
    )
    return Chart(picture, known, first, marks, trades)


def picture_bytes(charts: Sequence[Chart], look: Look) -> bytes:
    """The PNG of the charts in one sheet; UsageError where they do not fit."""
    return draw_sheet(
        [chart.picture for chart in charts],
        width=look.width,
        height=look.height,
        palette=look.palette,
        style=look.style,
        unit=look.scale,
    )


def write_picture(data: bytes, path: Path) -> None:
    """The file, whole or not at all; OutputError where it cannot be written."""
    with whole_file(path, words.CANNOT_WRITE, texts.OTHER_PLACE) as temporary:
        temporary.write_bytes(data)


def picture_of_trade(
    bars: Bars,
    entry_bar: int,
    exit_bar: int,
    marks: Sequence[PatternMark] = (),
    expressions: Sequence[str] = (),
    *,
    is_long: bool = True,
    entry_price: float | None = None,
    exit_price: float | None = None,
    won: bool | None = None,
    timezone: str | None = None,
    look: Look | None = None,
    calculator: IndicatorCalculator | None = None,
) -> bytes:
    """A small PNG, 640 by 360 unless ``look`` says otherwise, of the bars around a trade.

    entry_bar, exit_bar: indices into ``bars``. Prices are the entry bar's open and the exit bar's close where none are
    given; won is told by them. marks: patterns found in ``bars``, the most telling
    first; all are drawn. A trade longer than the picture has room for is cut
    before its exit. calculator: one for many trades, so that expressions are compiled once. UsageError for bars that
    are not there and what does not fit; errors of expressions.
    """
    if not 0 <= entry_bar <= exit_bar < len(bars):
        raise UsageError(f"a trade from bar {entry_bar} to {exit_bar} of {len(bars)}")
    look = look or Look(640, 360, volume=False)
    price = float(bars.open[entry_bar]) if entry_price is None else entry_price
    gone = float(bars.close[exit_bar]) if exit_price is None else exit_price
    began = min((mark.start - ROOM_BEFORE for mark in marks), default=entry_bar)
    first = max(0, entry_bar - MOST_BEFORE_TRADE, min(entry_bar - BEFORE_TRADE, began))
    stop = min(len(bars), exit_bar + 1 + AFTER_TRADE, first + max(2 * BEFORE_TRADE, look.width // 3))
    wish = Wish(tuple(expressions), timezone=timezone)
    chart = chart_of(bars, slice(first, stop), wish, look, calculator or IndicatorCalculator(False))
    inside = chart_marks([mark for mark in marks if first <= mark.bar < stop], first)
    ranked = tuple(replace(mark, weight=-float(rank)) for rank, mark in enumerate(inside))
    trade = TradeMark(
        entry_bar - first, price, exit_bar - first, gone, is_long, (gone > price) == is_long if won is None else won
    )
    picture = replace(chart.picture, marks=ranked, trades=(trade,))
    return draw(picture, width=look.width, height=look.height, palette=look.palette, style=look.style, unit=look.scale)
