"""What `chart` prints: what was drawn, as JSON or as a table for those who cannot see the picture."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from pinewright.app.charts.charting import Chart, Look, Wish
from pinewright.app.charts.listed_trades import entries_on_bars
from pinewright.app.terminal import output
from pinewright.app.words import chart as words
from pinewright.app.words import common as texts
from pinewright.app.words.patterns import ANNOUNCED
from pinewright.backtest.listing import ListedTrade
from pinewright.data.periods import period_close
from pinewright.data.zones import iso_text, utc_offset
from pinewright.patterns.detector import patterns
from pinewright.patterns.pattern import PatternMark


def as_json(charts: Sequence[Chart], path: Path, look: Look) -> dict[str, object]:
    """What was drawn, for ``--json``; times are ISO 8601 in UTC."""
    return {
        "file": str(path),
        "width": look.width * look.scale,
        "height": look.height * look.scale,
        "palette": look.palette.name,
        "style": look.style.value,
        "charts": [_chart_json(chart) for chart in charts],
    }


def _chart_json(chart: Chart) -> dict[str, object]:
    bars, picture = chart.picture.bars, chart.picture
    return {
        "symbol": bars.symbol.name,
        "timeframe": str(bars.timeframe),
        "side": bars.side.value,
        "feed": bars.feed,
        "invented": bars.invented,
        "bars": len(bars),
        "from": output.utc(int(bars.time[0])),
        "to": output.utc(int(bars.time[-1])),
        "last": float(bars.close[-1]),
        "lines": [{"name": line.name, "last": line.last} for line in picture.lines],
        "panes": [[{"name": line.name, "last": line.last} for line in pane.lines] for pane in picture.panes],
        "conditions": [{"name": item.name, "bars": int(np.count_nonzero(item.holds))} for item in picture.conditions],
        "patterns": [_mark_json(chart, mark) for mark in chart.marks.marks],
        "patterns_left_out": chart.marks.left_out,
        "trades": [_trade_json(trade) for trade in chart.trades.listed],
        "trades_left_out": chart.trades.left_out,
    }


def _mark_json(chart: Chart, mark: PatternMark) -> dict[str, object]:
    """ "bar" is the open of the bar at whose close, "known", the pattern is there."""

    def moment(bar: int) -> str:
        return output.utc(int(chart.bars.time[min(max(bar, 0), len(chart.bars) - 1)]))

    return {
        "pattern": mark.pattern,
        "title": patterns()[mark.pattern].title,
        "direction": mark.direction.name.lower(),
        "from": moment(mark.start),
        "bar": moment(mark.bar),
        "known": output.utc(_known(chart, mark)),
        "confidence": mark.confidence,
        "points": [{"time": moment(bar), "price": price} for bar, price in mark.points],
        "levels": list(mark.levels),
    }


def _trade_json(trade: ListedTrade) -> dict[str, object]:
    return {
        "number": trade.number,
        "side": "long" if trade.is_long else "short",
        "entry": output.utc(trade.entry_time),
        "entry_price": trade.entry_price.value,
        "exit": None if trade.exit_time is None or trade.is_open else output.utc(trade.exit_time),
        "exit_price": None if trade.exit_price is None or trade.is_open else trade.exit_price.value,
    }


def _known(chart: Chart, mark: PatternMark) -> int:
    """The close of a pattern's bar in ms UTC; of a bar of days, the end of its last trading day."""
    bars = chart.bars
    return int(period_close(bars.time[mark.bar : mark.bar + 1], bars.timeframe, bars.symbol)[0])


def _clock(moment: int, zone: str) -> str:
    return iso_text(moment + int(utc_offset(np.array([moment], dtype=np.int64), zone)[0]))


def mark_rows(charts: Sequence[Chart], zone: str) -> list[tuple[str, ...]]:
    """The patterns drawn as rows of a table, times on the clock of the axis: for those who cannot see the picture."""
    return [
        (
            _clock(_known(chart, mark), zone),
            _clock(int(chart.bars.time[mark.bar]), zone),
            str(chart.bars.timeframe),
            mark.pattern,
            ANNOUNCED[mark.direction.value],
            f"{mark.confidence:.2f}",
        )
        for chart in charts
        for mark in chart.marks.marks
    ]


def tell(charts: Sequence[Chart], wish: Wish) -> None:
    """The bars, and the patterns that are drawn, on standard output."""
    for chart in charts:
        bars = chart.picture.bars
        count = texts.plural(words.BARS, len(bars))
        line = f"{bars.symbol.name} {bars.timeframe}, {count}, {bars.side.value}, {bars.feed}"
        output.emit(texts.DATA_LINE.format(line=line))
    zone = charts[0].picture.timezone
    rows = mark_rows(charts, zone)
    if rows:
        output.emit("")
        output.emit_table([word.format(zone=zone) for word in words.MARK_HEAD], rows)
    elif wish.patterns is not None:
        output.emit(words.NO_PATTERNS)


def warn(charts: Sequence[Chart], wish: Wish) -> None:
    """What was asked for and is not in the picture, on standard error."""
    bars = charts[0].picture.bars
    ends = [bar for trade in charts[0].trades.marks for bar in (trade.entry_bar, trade.exit_bar) if bar is not None]
    if wish.trades and not any(0 <= bar < len(bars) for bar in ends):
        end = int(bars.time[-1]) + bars.timeframe.milliseconds
        total, start = len(wish.trades), iso_text(int(bars.time[0]))
        said = words.NO_TRADES.format(count=f"{total:,}", timeframe=bars.timeframe, start=start, end=iso_text(end))
        output.message(said)
    on_bars, count = entries_on_bars(wish.trades, charts[0].bars)
    if 2 * on_bars < count:
        output.message(words.FEW_PRICES.format(on_bars=f"{on_bars:,}", count=f"{count:,}"))
    for chart in charts:
        if chart.picture.note:
            output.message(f"{chart.picture.bars.timeframe}: {chart.picture.note}")
