"""Market data for the command line: sources by name, a fetch with its plan and progress, files into the store."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pinewright.app.terminal import output
from pinewright.app.terminal.progress import bar_or_lines
from pinewright.app.words import data as words
from pinewright.errors import DataError, SettingsError, UsageError, unknown_name_hint
from pinewright.market import HOUR, Side, Timeframe

if TYPE_CHECKING:
    from pinewright.data.dukascopy.connector import DukascopyConnector
    from pinewright.data.dukascopy.plan import FetchPlan
    from pinewright.data.dukascopy.report import FetchReport, Progress, ProgressCallback
    from pinewright.data.source import Source
    from pinewright.data.store.kinds import Kind
    from pinewright.settings import Settings

SOURCES: Final = ("auto", "dukascopy", "histdata", "oanda", "stored")
"""Names of sources that need no file, besides the simulator."""
UNREACHABLE: Final = "unreachable"
_LINE_SECONDS: Final = 10.0


def source_named(name: str, settings: Settings, side: Side | None = None, quiet: bool = False) -> Source:
    """A source by its name, ready to load; UsageError for an unknown one.

    ``auto`` is the first that has the bars of Dukascopy, OANDA where a key is set, HistData where a folder is, and what
    is stored.
    """
    from pinewright.data.dukascopy.connector import DukascopyConnector
    from pinewright.data.dukascopy.source import DukascopySource
    from pinewright.data.failover import DataSourceFailover
    from pinewright.data.histdata import HistDataSource
    from pinewright.data.oanda import OandaSource
    from pinewright.data.store.bars import StoreSource
    from pinewright.data.store.store import Store

    store = Store(settings.data_dir)

    def followed(connector: DukascopyConnector, plan: FetchPlan) -> FetchReport:
        report = carry_out(connector, plan, quiet=quiet)
        if report.interrupted:
            raise KeyboardInterrupt
        for line in () if quiet else report.lines:
            output.message(line)
        return report

    def dukascopy() -> Source:
        return DukascopySource(DukascopyConnector.from_settings(settings, store), side, followed)

    def oanda() -> Source:
        return OandaSource(settings.oanda_key, settings.oanda_url, settings.user_agent, side)

    if name == "dukascopy":
        return dukascopy()
    if name == "oanda":
        return oanda()
    if name == "stored":
        return StoreSource(store, side)
    if name == "histdata":
        return HistDataSource(histdata_folder(settings), side)
    if name == "auto":
        further = [oanda()] if settings.oanda_key is not None else []
        further += [] if settings.histdata_dir is None else [HistDataSource(settings.histdata_dir, side)]
        return DataSourceFailover([dukascopy(), *further, StoreSource(store, side)])
    hint = unknown_name_hint(name, SOURCES) + "; a file is given with --bars FILE"
    raise UsageError(words.UNKNOWN_SOURCE.format(name=name), where="--source", hint=hint)


def tell_events(source: Source) -> None:
    """What happened to the sources of a failover, but for the one that answered."""
    from pinewright.data.failover import DataSourceFailover, Happening

    if isinstance(source, DataSourceFailover):
        for event in source.events:
            if event.what is not Happening.ANSWERED:
                output.message(event.text)


def histdata_folder(settings: Settings) -> Path:
    """The folder of HistData's files; SettingsError where none is set."""
    if settings.histdata_dir is None:
        raise SettingsError(words.NO_HISTDATA, where="--source histdata", hint=words.NO_HISTDATA_HINT)
    return settings.histdata_dir


def carry_out(connector: DukascopyConnector, plan: FetchPlan, *, quiet: bool = False) -> FetchReport:
    """Fetch a plan, told first and followed on standard error; DataError where nobody answered."""
    if not quiet:
        output.message(plan.text)
        for note in plan.notes:
            output.message(note)
    try:
        with fetch_progress(quiet) as show:
            report = connector.fetch(plan, show)
    except DataError as error:
        if error.code != UNREACHABLE:
            raise
        raise DataError(error.what, where=error.where, hint=words.NO_NETWORK_HINT, code=UNREACHABLE) from error
    if report.stopped and not quiet:
        output.message(report.stopped)
    return report


def kind_asked(ticks: bool, timeframe: str | None) -> tuple[Kind, str]:
    """What is fetched for the words of the command line, and a note where that is not the time frame itself."""
    from pinewright.data.store.kinds import Kind

    if ticks and timeframe is not None:
        raise UsageError(words.TICKS_OR_CANDLES, where="--ticks")
    if ticks:
        return Kind.TICK, ""
    asked = Timeframe(1) if timeframe is None else Timeframe.parse(timeframe)
    for kind in (Kind.MINUTE, Kind.HOUR, Kind.DAY):
        if kind.timeframe == asked:
            return kind, words.UTC_DAYS if kind is Kind.DAY else ""
    kind = Kind.HOUR if asked.milliseconds % HOUR == 0 else Kind.MINUTE
    return kind, words.MADE_OF.format(timeframe=asked, kind=kind.value)


def fetch_progress(quiet: bool = False) -> AbstractContextManager[ProgressCallback]:
    """A bar on standard error where that is a terminal, else a line now and then; nothing when ``quiet``."""
    return nullcontext(lambda _: None) if quiet else bar_or_lines(_bar, _lines)


@contextmanager
def _bar() -> Iterator[ProgressCallback]:
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn
    from rich.progress import Progress as Bars

    columns = (TextColumn(words.FETCHING), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[told]}"))
    with Bars(*columns, console=output.console(), transient=True) as bars:
        task = bars.add_task("", total=None, told="")

        def show(now: Progress) -> None:
            bars.update(task, completed=now.done, total=now.total, told=_told(now))

        yield show


def _lines() -> ProgressCallback:
    told = [time.monotonic()]

    def show(now: Progress) -> None:
        if time.monotonic() - told[0] >= _LINE_SECONDS:
            told[0] = time.monotonic()
            output.message(words.FETCHED_SO_FAR.format(done=now.done, total=now.total, told=_told(now)))

    return show


def _told(now: Progress) -> str:
    from pinewright.data.dukascopy.plan import seconds_text

    said = words.PROGRESS.format(rows=f"{now.rows:,}", size=output.size(now.bytes))
    if now.waiting:
        return said + words.WAITING.format(why=now.waiting)
    return said + (words.LEFT.format(left=seconds_text(now.left)) if math.isfinite(now.left) else "")


@dataclass(frozen=True)
class Stored:
    """What came of one file: rows that are stored now, and why nothing came of it."""

    name: str
    rows: int
    fault: str = ""


def store_files(path: Path, symbols: Sequence[str], settings: Settings) -> list[Stored]:
    """Put a user's file of bars, or HistData's files, into the store; errors of reading where nothing can be read."""
    from pinewright.data.histdata import is_histdata_name
    from pinewright.data.histdata.imports import store_histdata
    from pinewright.data.imports import store_bars_file
    from pinewright.data.store.store import Store
    from pinewright.market import Symbol

    store = Store(settings.data_dir)
    if len(symbols) > 1:
        raise UsageError(words.ONE_SYMBOL, where="--source")
    symbol = Symbol.get(symbols[0]) if symbols else None
    if path.is_dir() or is_histdata_name(path):
        found = store_histdata(store, path, symbol)
        return [Stored(one.file.path.name, one.stored, "" if one.fault is None else str(one.fault)) for one in found]
    return [Stored(path.name, store_bars_file(store, path, symbol))]
