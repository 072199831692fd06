"""Bars as a command line asks for them: a file, or the simulator."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pinewright.app.given.fetching import source_named, tell_events
from pinewright.app.terminal import output, session
from pinewright.app.words import data as texts_data
from pinewright.data.files import FileSource, parse_side
from pinewright.data.histdata import HistDataSource, is_histdata_name
from pinewright.data.simulate import SimulatedSource
from pinewright.data.source import BarRequest, Loaded, parse_moment
from pinewright.data.treatment import Treatment
from pinewright.errors import UsageError
from pinewright.market import Bars, Side, Symbol, Timeframe
from pinewright.settings import ConfigurationManager


@dataclass(frozen=True)
class BarOptions:
    """What the user said about bars; None where nothing was said.

    symbol: its name, or the symbol itself. timeframe: as a word. start, end: dates as text, in ``timezone`` (UTC where
    none is given). days: length of the window. bars: a file; without one the simulator. clean, fill: names of rules and
    of a way to fill gaps.
    """

    bars: Path | None = None
    source: str | None = None
    symbol: str | Symbol | None = None
    timeframe: str | None = None
    timezone: str | None = None
    side: str | None = None
    start: str | None = None
    end: str | None = None
    days: float | None = None
    seed: int = 1
    clean: Sequence[str] = ()
    fill: str | None = None

    def load(self) -> Loaded:
        """The bars with their quality and spread; a DataError or UsageError tells what is wrong.

        What a treatment did is told on standard error.
        """
        return _told(self.found())

    def arguments(self, timeframe: Timeframe) -> str:
        """What `backtest` is given to test on these bars, which had that time frame; ``FILE`` stands for what no file
        held.
        """
        symbol = self.symbol.name if isinstance(self.symbol, Symbol) else self.symbol
        named = {
            "--bars": "FILE" if self.bars is None else str(self.bars),
            "--symbol": symbol,
            "--timeframe": str(timeframe),
            "--timezone": self.timezone,
            "--side": self.side,
            "--from": self.start,
            "--to": self.end,
            "--days": None if self.days is None else f"{self.days:g}",
            "--fill": self.fill,
        }
        words = [word for name, value in named.items() if value is not None for word in (name, value)]
        return shlex.join([*words, *(word for rule in self.clean for word in ("--clean", rule))])

    def found(self) -> Loaded:
        """``load`` without a word."""
        if self.bars is not None and self.source is not None:
            raise UsageError("--bars and --source are given at once", hint="leave one of the two away")
        zone = self.timezone or "UTC"
        request = BarRequest(
            symbol=Symbol.get(self.symbol) if isinstance(self.symbol, str) else self.symbol,
            timeframe=None if self.timeframe is None else Timeframe.parse(self.timeframe),
            start=None if self.start is None else parse_moment(self.start, zone),
            end=None if self.end is None else parse_moment(self.end, zone),
            days=self.days,
            treatment=Treatment.parse(self.clean, self.fill) if self.clean or self.fill is not None else None,
        )
        side = None if self.side is None else parse_side(self.side)
        if self.bars is not None and self.timezone is None and is_histdata_name(self.bars):
            return HistDataSource(self.bars, side).load(request)
        if self.bars is not None:
            return FileSource(self.bars, self.timezone, side).load(request)
        if request.treatment is not None and self.source in (None, "simulated"):
            raise UsageError(texts_data.NOTHING_TO_TREAT, where="--clean, --fill")
        if self.source is None or self.source == "simulated":
            return SimulatedSource(self.seed).load(request)
        source = source_named(self.source, session.load_settings().settings, side)
        try:
            return source.load(request)
        finally:
            tell_events(source)


def load_for_search(
    manager: ConfigurationManager,
    bars: Path | None,
    source: str | None,
    start: str | None,
    end: str | None,
    timezone: str | None,
    side: str | None,
    clean: Sequence[str] = (),
    fill: str | None = None,
) -> tuple[Loaded, Bars | None]:
    """Bars for a search, and those of the other side where the file has both. A setting that nobody chose gives way to
    what a file holds: its symbol, its whole length, its own time frame where that is coarser.
    """
    settings = manager.settings

    def chosen(name: str) -> bool:
        return manager.origin(name) != "default"

    options = BarOptions(
        bars=bars,
        source=source,
        symbol=settings.symbol if bars is None or chosen("symbol") else None,
        timeframe=settings.timeframe if bars is None or chosen("timeframe") else None,
        timezone=timezone,
        side=side,
        start=start,
        end=end,
        days=settings.days if (bars is None and (start is None or end is None)) or chosen("days") else None,
        seed=settings.seed,
        clean=clean,
        fill=fill,
    )
    loaded = options.found()
    wanted = Timeframe.parse(settings.timeframe)
    if loaded.bars.timeframe < wanted and options.timeframe is None:
        options = replace(options, timeframe=settings.timeframe)
        loaded = options.found()
    return _told(loaded), None if bars is None else other_side(loaded, options)


def _told(loaded: Loaded) -> Loaded:
    for line in () if loaded.treated is None else loaded.treated.lines:
        output.message(line)
    return loaded


def two_sided(loaded: Loaded) -> bool:
    """Whether the file has bid and ask."""
    if loaded.report is None:
        return False
    roles = {guess.role for guess in loaded.report.columns}
    return loaded.report.ticks or {"bid_close", "ask_close"} <= roles


def other_side(loaded: Loaded, options: BarOptions) -> Bars | None:
    """The other side of a file that has both."""
    own = loaded.bars.side
    if own is Side.MID or not two_sided(loaded):
        return None
    other = Side.ASK if own is Side.BID else Side.BID
    return replace(options, side=other.value).load().bars
