"""A fetch in a process of its own, to be killed: python -m tests.support.fetching PORT STORE START END RATE.

Prints ``begun`` when the plan is made and ``done`` with the number of requests at the end.
"""

from __future__ import annotations

import sys
from pathlib import Path

from pinewright.data.dukascopy.connector import DukascopyConnector
from pinewright.data.dukascopy.politeness import Politeness
from pinewright.data.dukascopy.transports import Bi5, Jetta
from pinewright.data.store.kinds import Kind
from pinewright.data.store.store import Store


def main() -> None:
    port, folder, start, end, rate = sys.argv[1:]
    host = f"http://127.0.0.1:{port}"
    connector = DukascopyConnector(
        Store(Path(folder)),
        Politeness(rate=float(rate), most_rate=float(rate), pause=0.01, rest=0.01, backoff=0.01),
        (Jetta(f"{host}/v1"), Bi5(f"{host}/datafeed")),
    )
    plan = connector.plan(["EURUSD"], Kind.TICK, int(start), int(end))
    print("begun", flush=True)
    report = connector.fetch(plan)
    print("done", report.requests, report.complete, flush=True)


if __name__ == "__main__":
    main()
