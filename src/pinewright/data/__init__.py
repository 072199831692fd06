"""Where bars come from: files, services, the simulator; calendar, resampling and quality.

    file ──> tables ──> times, columns, sides, checks ──┐
    dukascopy ──> store ──┬─────────────────────────────┼──> resample ──> window with warm-up ──> Bars
    histdata ─────────────┘                             │                      └──> quality, gaps
    oanda, simulate ────────────────────────────────────┘

``load_bars`` and ``simulated_bars`` are the two short doors; every source stands behind the ``Source`` protocol, and
``DataSourceFailover`` makes one of several. The readers load Polars, and what speaks to services httpx, only when they
are used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pinewright.data.columns import ColumnGuess as ColumnGuess
    from pinewright.data.dukascopy.connector import DukascopyConnector as DukascopyConnector
    from pinewright.data.dukascopy.source import DukascopySource as DukascopySource
    from pinewright.data.failover import DataSourceFailover as DataSourceFailover
    from pinewright.data.files import FileSource as FileSource
    from pinewright.data.files import load_bars as load_bars
    from pinewright.data.gaps import Gap as Gap
    from pinewright.data.histdata import HistDataSource as HistDataSource
    from pinewright.data.oanda import OandaSource as OandaSource
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
    from pinewright.data.store.bars import StoreSource as StoreSource
    from pinewright.data.store.store import Store as Store

_HOMES = {
    "BarRequest": "source",
    "CAUTION": "simulate",
    "ColumnGuess": "columns",
    "DataSourceFailover": "failover",
    "DukascopyConnector": "dukascopy.connector",
    "DukascopySource": "dukascopy.source",
    "FileSource": "files",
    "Gap": "gaps",
    "HistDataSource": "histdata",
    "Loaded": "source",
    "OandaSource": "oanda",
    "QualityReport": "quality",
    "ReadReport": "report",
    "SimulatedSource": "simulate",
    "Source": "source",
    "Store": "store.store",
    "StoreSource": "store.bars",
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
