"""14 days of EUR/USD ticks from a Dukascopy on this computer, beside other libraries: python -m benchmarks.fetch.

The limiter is off. 336 hours, of which 244 are open in the weeks chosen; 0 and 100 ms until an answer. Each download is
a process of its own that starts with nothing on disk, each round runs all of them in turn, and all must find the same
ticks. Seconds are from the call to all ticks in memory; tick-vault keeps the files it got, pinewright Parquet with a
ledger, dukascopy-python nothing.

--python EXECUTABLE: the Python that has the peers (pip install tick-vault dukascopy-python); by default this one. A
peer that is not there is left out.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from benchmarks.support import fetch_peer
from benchmarks.support.freeserv import ChartSite
from benchmarks.support.timing import machine
from pinewright.app.terminal.output import emit, emit_table
from pinewright.data.dukascopy.instruments import find_instrument
from pinewright.data.dukascopy.requests import Request, periods
from pinewright.data.store.kinds import Kind
from pinewright.market import DAY
from tests.support.loopback import Loopback, Market

START: Final = 1_748_736_000_000  # 2025-06-01, a Sunday
END: Final = START + 14 * DAY
TICKS_AN_HOUR: Final = 2_520  # as in the fortnight of facts/dukascopy.md: 613,943 in 244 open hours
LATENCIES: Final = (0.0, 0.1)
OURS: Final = "pinewright"


class Download(NamedTuple):
    """What one process told."""

    seconds: float
    cpu: float
    rows: int
    bids: int


def download(name: str, python: str, base: str, folder: Path) -> Download | str:
    """One download; a text says why there is none."""
    script = [sys.executable if name.startswith(OURS) else python, str(Path(fetch_peer.__file__))]
    arguments = [name, base, str(START), str(END), str(folder)]
    done = subprocess.run([*script, *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        return (done.stderr.strip().splitlines() or ["no message"])[-1]
    return Download(**json.loads(done.stdout.strip().splitlines()[-1]))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--python", default=sys.executable, help="Python that has the peers")
    options.add_argument("--rounds", type=int, default=3)
    options.add_argument("--only", default="", help="names of contenders, with commas between them")
    chosen = options.parse_args()
    names = [name.strip() for name in chosen.only.split(",") if name] or list(fetch_peer.LIBRARIES)
    instrument = find_instrument("EURUSD")
    site = ChartSite(
        Market(ticks_per_hour=TICKS_AN_HOUR),
        [Request(instrument, Kind.TICK, None, *period) for period in periods(Kind.TICK, START, END)],
    )
    emit(f"{machine()}; {chosen.rounds} rounds, median (and least) seconds from the call to all ticks in memory")
    for latency in LATENCIES:
        measure(site, latency, names, chosen.python, chosen.rounds)


def measure(site: ChartSite, latency: float, names: list[str], python: str, rounds: int) -> None:
    """All contenders in turn, as often as there are rounds, and a table of them."""
    found: dict[str, list[Download]] = {name: [] for name in names}
    with Loopback(site, latency=latency, process=True) as server, tempfile.TemporaryDirectory() as scratch:
        base = f"http://127.0.0.1:{server.port}"
        for number in range(rounds):
            for name in list(found):
                answer = download(name, python, base, Path(scratch) / f"{name}{number}")
                if isinstance(answer, str):
                    emit(f"{name}: left out ({answer})")
                    del found[name]
                else:
                    found[name].append(answer)
    same = {(each.rows, each.bids) for downloads in found.values() for each in downloads}
    emit(f"\n{1000 * latency:g} ms until an answer; ticks and sum of bids: {sorted(same)}")
    emit_table(
        ("", "median", "least", "CPU"),
        [
            (
                name,
                f"{statistics.median(times):.2f} s",
                f"{min(times):.2f} s",
                f"{statistics.median(one.cpu for one in each):.2f} s",
            )
            for name, each in found.items()
            for times in [[one.seconds for one in each]]
        ],
        numbers=True,
    )
    emit_ratios({name: each for name, each in found.items() if each})


def emit_ratios(found: dict[str, list[Download]]) -> None:
    """How many times as fast as the fastest peer: by median, by the least of all rounds, and by CPU time."""
    figures: dict[str, Callable[[list[Download]], float]] = {
        "median": lambda each: statistics.median(one.seconds for one in each),
        "least": lambda each: min(one.seconds for one in each),
        "CPU": lambda each: statistics.median(one.cpu for one in each),
    }
    peers = [each for name, each in found.items() if not name.startswith(OURS)]
    for name, each in found.items() if peers else ():
        if name.startswith(OURS):
            ratios = [f"{min(map(figure, peers)) / figure(each):.1f} by {what}" for what, figure in figures.items()]
            emit(f"{name}, times as fast as the fastest peer: {', '.join(ratios)}")


if __name__ == "__main__":
    main()
