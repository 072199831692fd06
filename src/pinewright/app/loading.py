"""Bars as a command line asks for them: a file, or the simulator."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pinewright.data.files import FileSource, parse_side
from pinewright.data.simulate import SimulatedSource
from pinewright.data.source import BarRequest, Loaded, parse_moment
from pinewright.errors import UsageError, unknown_name_hint
from pinewright.market import Symbol, Timeframe


@dataclass(frozen=True)
class BarOptions:
    """What the user said about bars; None where nothing was said.

    timeframe, symbol: names. start, end: dates as text, in ``timezone`` (UTC where none is given). days: length of the
    window. bars: a file; without one the simulator.
    """

    bars: Path | None = None
    source: str | None = None
    symbol: str | None = None
    timeframe: str | None = None
    timezone: str | None = None
    side: str | None = None
    start: str | None = None
    end: str | None = None
    days: float | None = None
    seed: int = 1

    def load(self) -> Loaded:
        """The bars with their quality and spread; a DataError or UsageError tells what is wrong."""
        if self.source is not None and self.source != "simulated":
            hint = unknown_name_hint(self.source, ["simulated"]) + "; a file is given with --bars FILE"
            raise UsageError(f"unknown source {self.source!r}", where="--source", hint=hint)
        if self.bars is not None and self.source is not None:
            raise UsageError("--bars and --source are given at once", hint="leave one of the two away")
        zone = self.timezone or "UTC"
        request = BarRequest(
            symbol=None if self.symbol is None else Symbol.get(self.symbol),
            timeframe=None if self.timeframe is None else Timeframe.parse(self.timeframe),
            start=None if self.start is None else parse_moment(self.start, zone),
            end=None if self.end is None else parse_moment(self.end, zone),
            days=self.days,
        )
        if self.bars is None:
            return SimulatedSource(self.seed).load(request)
        side = None if self.side is None else parse_side(self.side)
        return FileSource(self.bars, self.timezone, side).load(request)
