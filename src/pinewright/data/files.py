"""Bars from a CSV or Parquet file: read, understood, checked, resampled and cut to the window."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from pinewright.data.answers import cut_window
from pinewright.data.calendar import trading_day_start
from pinewright.data.chart_export import chart_ticker
from pinewright.data.checks import check_numbers, check_order, check_prices, detect_timeframe
from pinewright.data.quality import QualityReport, check_quality, median_spread, tick_step
from pinewright.data.report import ReadReport
from pinewright.data.resample import check_coarser, ticks_to_bars
from pinewright.data.sides import read_quotes
from pinewright.data.source import WARMUP_BARS, BarRequest, Loaded, cut_end
from pinewright.data.tables import Table, read_table
from pinewright.data.times import ParsedTimes, parse_times
from pinewright.data.zones import iso_text, utc_offset
from pinewright.errors import DataFormatError, DataNotFoundError, SymbolError, UsageError
from pinewright.market import DAY, SYMBOLS, Bars, FloatArray, Side, Symbol, Ticks, Timeframe


@dataclass(frozen=True)
class FileSource:
    """A file of bars or ticks as a source.

    timezone: of times that name none; None means UTC, reported as assumed. side: of the prices wanted; None means what
    the file holds, bid where it has both.
    """

    path: Path
    timezone: str | None = None
    side: Side | None = None

    @property
    def name(self) -> str:
        return str(self.path)

    def load(self, request: BarRequest) -> Loaded:
        """Read the file for a request; the errors of ``load_bars``."""
        table = read_table(self.path)
        symbol, symbol_reason = file_symbol(self.path, request.symbol)
        times = parse_times(table, self.timezone)
        # What a treatment takes away need not be refused.
        rules = () if request.treatment is None else request.treatment.rules
        if "disorder" not in rules:
            equal_allowed = table.layout.ticks or "duplicates" in rules
            check_order(times.time, str(self.path), table.place, equal_allowed=equal_allowed)
        if table.layout.ticks:
            source = _from_ticks(table, times, symbol, self.side)
        else:
            source = _from_rows(table, times, symbol, self.side, request.timeframe, "impossible" not in rules)
        treated = None
        if request.treatment is not None:
            treated = request.treatment.apply(source.bars)
            check_order(treated.rows.time, str(self.path), "row {} of what is left".format)
            source = replace(source, bars=treated.rows)
        timeframe = request.timeframe or source.bars.timeframe
        check_coarser(source.bars.timeframe, timeframe, str(self.path))
        bars, rows = _window(source.bars, timeframe, request, str(self.path))
        quality = check_quality(rows, request.start, request.end)
        report = _report(table, times, source, symbol_reason, timeframe, median_spread(rows), quality)
        return Loaded(bars, quality, report.median_spread, report, treated)


@dataclass(frozen=True)
class _Understood:
    """The rows of a file as bars of its own time frame, and how side and spread were known."""

    bars: Bars
    side_reason: str
    spread_unit: str | None


def _report(
    table: Table,
    times: ParsedTimes,
    source: _Understood,
    symbol_reason: str,
    timeframe: Timeframe,
    spread: float | None,
    quality: QualityReport,
) -> ReadReport:
    return ReadReport(
        path=table.path,
        kind=table.kind,
        ticks=table.layout.ticks,
        rows=table.frame.height,
        first=int(times.time[0]),
        last=int(times.time[-1]),
        separator=table.separator,
        decimal=table.decimal,
        encoding=table.encoding,
        header=table.header,
        columns=table.layout.guesses,
        unused=table.layout.unused,
        chart=table.layout.chart,
        time_format=times.format,
        timezone=times.zone,
        timezone_reason=times.zone_reason,
        symbol=source.bars.symbol.name,
        symbol_reason=symbol_reason,
        side=source.bars.side.value,
        side_reason=source.side_reason,
        source_timeframe="tick" if table.layout.ticks else str(source.bars.timeframe),
        timeframe=str(timeframe),
        spread_unit=source.spread_unit,
        median_spread=spread,
        tick_step=tick_step(source.bars.close),
        quality=quality,
    )


def load_bars(
    path: str | Path,
    symbol: str | Symbol | None = None,
    timeframe: str | Timeframe | None = None,
    *,
    timezone: str | None = None,
    side: str | Side | None = None,
    start: int | None = None,
    end: int | None = None,
    days: float | None = None,
    warmup: int = WARMUP_BARS,
) -> tuple[Bars, ReadReport]:
    """Bars from a CSV or Parquet file, and how the file was understood.

    symbol: by default guessed from the file's name. timeframe: by default that of the rows (1m for ticks); finer rows
    are resampled. timezone: IANA name or ``UTC+2`` for times that name none, by default UTC. side: bid, ask or mid.
    start, end: ms UTC; days: length of the window, counted back from ``end`` or from the last bar; without any of them
    the whole file is the window. Up to ``warmup`` bars before the window come with it, counted in ``Bars.warmup``.

    Raises DataNotFoundError (no file, no rows in the window), DataFormatError (no table, columns, times, time frame),
    DataQualityError (order, duplicates, NaN, impossible prices), SymbolError, UsageError (time zone, window, side).
    """
    request = BarRequest(
        symbol=Symbol.get(symbol) if isinstance(symbol, str) else symbol,
        timeframe=Timeframe.parse(timeframe) if isinstance(timeframe, str) else timeframe,
        start=start,
        end=end,
        days=days,
        warmup=warmup,
    )
    loaded = FileSource(Path(path), timezone, parse_side(side) if isinstance(side, str) else side).load(request)
    assert loaded.report is not None
    return loaded.bars, loaded.report


def parse_side(text: str) -> Side:
    """bid, ask or mid; UsageError for anything else."""
    try:
        return Side(text.strip().lower())
    except ValueError:
        raise UsageError(f"unknown side {text!r}", hint="legal: bid, ask, mid") from None


def file_symbol(path: Path, asked: Symbol | None = None) -> tuple[Symbol, str]:
    """The symbol of a file's rows, and how it was known; SymbolError where its name holds none and none was asked."""
    if asked is not None:
        return asked, "as asked"
    ticker = chart_ticker(path)
    if ticker is not None:
        return Symbol.get(ticker), "the chart's name"
    stem = "".join(char for char in path.stem.upper() if char.isalnum())
    for name in sorted(SYMBOLS, key=len, reverse=True):
        if name in stem:
            return SYMBOLS[name], "the file's name"
    raise SymbolError(
        "the file's name holds no known symbol",
        where=str(path),
        hint=f"name it (--symbol); known: {', '.join(SYMBOLS)}",
    )


def _from_ticks(table: Table, times: ParsedTimes, symbol: Symbol, side: Side | None) -> _Understood:
    bid, ask = (_needed(table, role) for role in ("bid", "ask"))
    check_prices({"bid": bid, "ask": ask}, str(table.path), table.place)
    sizes = [table.numbers(role) for role in ("bid_size", "ask_size")]
    check_numbers({f"size {k}": s for k, s in enumerate(sizes) if s is not None}, str(table.path), table.place)
    ticks = Ticks(symbol, times.time, bid, ask, sizes[0], sizes[1], feed=table.path.name)
    try:
        bars = ticks_to_bars(ticks, Timeframe(1), side or Side.BID)
    except DataNotFoundError as error:
        raise DataNotFoundError(error.what, where=str(table.path), hint=error.hint) from None
    return _Understood(bars, "as asked" if side else "of ticks", "price")


def _needed(table: Table, role: str) -> FloatArray:
    column = table.numbers(role)
    if column is None:
        raise DataFormatError(f"no column for {role}", where=str(table.path))
    return column


def _from_rows(
    table: Table, times: ParsedTimes, symbol: Symbol, side: Side | None, asked: Timeframe | None, strict: bool
) -> _Understood:
    timeframe = detect_timeframe(times.time, str(table.path)) or asked
    if timeframe is None:
        hint = "name the time frame (--timeframe)"
        raise DataFormatError("one row does not tell its time frame", where=str(table.path), hint=hint)
    time = times.time
    if times.dates_only and timeframe.minutes >= 1440:
        # A bare date names a trading day, which begins on the evening before.
        time = trading_day_start((time + utc_offset(time, times.zone)) // DAY, symbol)
    quotes = read_quotes(table, symbol, side, strict=strict)
    volume = table.numbers("volume")
    if volume is not None:
        check_numbers({"volume": volume}, str(table.path), table.place)
    bars = Bars(
        symbol,
        timeframe,
        time,
        *quotes.prices,
        np.zeros(len(time)) if volume is None else volume,
        side=quotes.side,
        feed=table.path.name,
        spread=quotes.spread,
    )
    return _Understood(bars, quotes.reason, quotes.spread_unit)


def _window(fine: Bars, timeframe: Timeframe, request: BarRequest, where: str) -> tuple[Bars, Bars]:
    """The bars asked for, and the file's own rows that they were made of."""
    start, end = request.window(int(fine.time[0]), int(fine.time[-1]) + fine.timeframe.milliseconds)
    rows = cut_end(fine, end)
    if len(rows) == 0 or int(rows.time[-1]) < start - timeframe.milliseconds:
        have = f"{iso_text(int(fine.time[0]))} to {iso_text(int(fine.time[-1]))}"
        raise DataNotFoundError(
            f"no rows from {iso_text(start)} to {iso_text(end)} UTC",
            where=where,
            hint=f"the file holds {have} UTC",
        )
    return cut_window(rows, timeframe, start, request.warmup, where)
