"""One download by one library in a process of its own: python fetch_peer.py LIBRARY BASE_URL START END FOLDER.

Prints JSON: seconds from the call to all ticks in memory, CPU seconds of the process in them, rows, and the sum of bids
in points. Every library is imported first. A peer runs as it is, with its limiter off where it has one, but asks the
loopback server: only its base URL is another. Apart from pinewright nothing of this project is imported, so that the
peers may live in another environment.
"""

from __future__ import annotations

import asyncio
import importlib
import json
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

Work = Callable[[], tuple[int, float]]


def pinewright(base: str, start: int, end: int, folder: Path) -> Work:
    """Plan and fetch into the store, then read all columns back. jetta first, as for a user."""
    from pinewright.data.dukascopy.transports import Bi5, Jetta

    return _ours((Jetta(f"{base}/v1"), Bi5(f"{base}/datafeed")), start, end, folder)


def pinewright_bi5(base: str, start: int, end: int, folder: Path) -> Work:
    """The same over the files alone, which are what tick-vault reads."""
    from pinewright.data.dukascopy.transports import Bi5

    return _ours((Bi5(f"{base}/datafeed"),), start, end, folder)


def _ours(transports: Any, start: int, end: int, folder: Path) -> Work:
    from pinewright.data.dukascopy.connector import DukascopyConnector
    from pinewright.data.dukascopy.politeness import Politeness
    from pinewright.data.store.kinds import Kind
    from pinewright.data.store.store import Store

    # What it imports when it is used: the imports of the others are not timed either.
    for name in ("filelock", "h11", "numpy.ma", "orjson", "polars"):
        importlib.import_module(name)

    def work() -> tuple[int, float]:
        connector = DukascopyConnector(Store(folder), Politeness.unlimited(), transports)
        report = connector.fetch(connector.plan(["EURUSD"], Kind.TICK, start, end))
        assert report.complete, report.lines
        frame = connector.store.scan("EURUSD", Kind.TICK, start, end).collect()
        return frame.height, float(frame["bid"].sum())

    return work


def tick_vault(base: str, start: int, end: int, folder: Path) -> Work:
    """Download all hours, then read them as one table. Ten connections, its default."""
    library: Any = importlib.import_module("tick_vault")
    chunk: Any = importlib.import_module("tick_vault.chunk")
    chunk.DUKASCOPY_DATA_FEED_BASE = f"{base}/datafeed/"
    library.reload_config(base_directory=folder, base_log_level="ERROR", console_log_level="ERROR")
    # Its modules have taken the first settings by name.
    config: Any = importlib.import_module("tick_vault.config")
    for name, module in sys.modules.items():
        if name.startswith("tick_vault.") and hasattr(module, "CONFIG"):
            setattr(module, "CONFIG", config.CONFIG)  # noqa: B010 - mypy knows no CONFIG of a module
    first, last = _date(start), _date(end)

    def work() -> tuple[int, float]:
        asyncio.run(library.download_range("EURUSD", first, last))
        frame = library.read_tick_data("EURUSD", first, last)
        return len(frame), float(frame["bid"].sum())

    return work


def dukascopy_python(base: str, start: int, end: int, folder: Path) -> Work:
    """Pages of 30,000 ticks from the chart's service, one after the other; it keeps nothing on disk."""
    library: Any = importlib.import_module("dukascopy_python")
    ask = library.requests.get

    def get(url: str, headers: dict[str, str], params: dict[str, str]) -> object:
        return ask(url.replace("https://freeserv.dukascopy.com", base), headers=headers, params=params)

    library.requests.get = get

    def work() -> tuple[int, float]:
        frame = library.fetch("EUR/USD", library.INTERVAL_TICK, library.OFFER_SIDE_BID, _date(start), _date(end - 1))
        return len(frame), float(frame["bidPrice"].sum())

    return work


def _date(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


LIBRARIES: dict[str, Callable[[str, int, int, Path], Work]] = {
    "pinewright": pinewright,
    "pinewright over bi5": pinewright_bi5,
    "tick-vault": tick_vault,
    "dukascopy-python": dukascopy_python,
}


def main() -> None:
    name, base, start, end, folder = sys.argv[1:]
    work = LIBRARIES[name](base, int(start), int(end), Path(folder))
    cpu, begun = time.process_time(), time.perf_counter()
    rows, bids = work()
    seconds, cpu = time.perf_counter() - begun, time.process_time() - cpu
    print(json.dumps({"seconds": seconds, "cpu": cpu, "rows": rows, "bids": round(1e5 * bids)}))


if __name__ == "__main__":
    main()
