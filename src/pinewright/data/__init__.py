"""Where bars come from: files, the simulator; calendar, resampling and quality.

    file ──> tables ──> times, columns, sides, checks ──┐
                                                        ├──> resample ──> window with warm-up ──> Bars
    simulate ───────────────────────────────────────────┘                      └──> quality, gaps

``load_bars`` and ``simulated_bars`` are the two doors; ``FileSource`` and ``SimulatedSource`` are the same behind
the ``Source`` protocol.
The readers load Polars only when they are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pinewright.data.columns import ColumnGuess as ColumnGuess
    from pinewright.data.files import FileSource as FileSource
    from pinewright.data.files import load_bars as load_bars
    from pinewright.data.gaps import Gap as Gap
    from pinewright.data.quality import QualityReport as QualityReport
    from pinewright.data.quality import check_quality as check_quality
    from pinewright.data.quality import median_spread as median_spread
    from pinewright.data.report import ReadReport as ReadReport
    from pinewright.data.resample import resample as resample
    from pinewright.data.resample import ticks_to_bars as ticks_to_bars
    from pinewright.data.simulate import CAUTION as CAUTION
    from pinewright.data.simulate import SimulatedSource as SimulatedSource
    from pinewright.data.simulate import simulated_bars as simulated_bars
    from pinewright.data.source import BarRequest as BarRequest
    from pinewright.data.source import Loaded as Loaded
    from pinewright.data.source import Source as Source
    from pinewright.data.source import parse_moment as parse_moment

_HOMES = {
    "BarRequest": "source",
    "CAUTION": "simulate",
    "ColumnGuess": "columns",
    "FileSource": "files",
    "Gap": "gaps",
    "Loaded": "source",
    "QualityReport": "quality",
    "ReadReport": "report",
    "SimulatedSource": "simulate",
    "Source": "source",
    "check_quality": "quality",
    "load_bars": "files",
    "median_spread": "quality",
    "parse_moment": "source",
    "resample": "resample",
    "simulated_bars": "simulate",
    "ticks_to_bars": "resample",
}
__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
