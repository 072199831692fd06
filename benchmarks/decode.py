"""Decoding Dukascopy's payloads beside the library alone that unpacks them: python -m benchmarks.decode [--rounds R].

bi5 beside ``lzma``, jetta beside ``orjson``: all hours of ticks in the folder of recorded data, and days of minutes; 14
days of a generated market where there is no such folder (PINEWRIGHT_SHARED names another). jetta has few recorded
hours, so it gets those of bi5, encoded again. One thread; a contender decodes all payloads, then the other does, and of
R rounds the fastest counts for each payload, so that a busy computer slows none of them more than the others.
"""

from __future__ import annotations

import argparse
import lzma
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter_ns
from typing import Final, NamedTuple

import orjson

from benchmarks.support.timing import machine
from pinewright.app.terminal.output import emit, emit_table
from pinewright.data.dukascopy.instruments import find_instrument
from pinewright.data.dukascopy.requests import Request, is_open, periods
from pinewright.data.dukascopy.transports import Bi5, Jetta
from pinewright.data.store.kinds import Kind
from pinewright.market import DAY
from tests.support.loopback import Market, encode, routes

FIRST_DAY: Final = 1_748_736_000_000  # 2025-06-01 00:00 UTC, a Sunday


class Payload(NamedTuple):
    """A request, the body that answers it, and the rows in it."""

    request: Request
    body: bytes
    rows: int


def recorded(folder: Path) -> list[Payload]:
    """Every bi5 file of the folder that has rows."""
    instruments = {name: find_instrument(name) for name in ("EURUSD", "GBPJPY")}
    found = []
    for path in sorted(folder.rglob("*.bi5")):
        asked = routes.parse(f"/datafeed/{path.relative_to(folder).as_posix()}", instruments)
        if asked is not None and asked.request is not None:
            body = path.read_bytes()
            rows = len(Bi5().decode(asked.request, body)["time"])
            found += [Payload(asked.request, body, rows)] if rows else []
    return found


def generated(days: int) -> list[Payload]:
    """Hours of ticks of a generated market."""
    market, instrument = Market(ticks_per_hour=2500), find_instrument("EURUSD")
    found = []
    for start, end in periods(Kind.TICK, FIRST_DAY, FIRST_DAY + days * DAY):
        if is_open(instrument, start, end):
            request = Request(instrument, Kind.TICK, None, start, end)
            columns = market.ticks(instrument, start, end)
            found.append(Payload(request, encode.bi5_ticks(columns, request), len(columns["time"])))
    return found


def as_json(payloads: Sequence[Payload]) -> list[Payload]:
    """The same hours of ticks as jetta would send them."""
    return [
        Payload(
            payload.request,
            encode.jetta_ticks(Bi5().decode(payload.request, payload.body), payload.request),
            payload.rows,
        )
        for payload in payloads
    ]


def fastest(payloads: Sequence[Payload], contenders: Sequence[Callable[[Payload], object]], rounds: int) -> list[float]:
    """Seconds of each contender for all payloads, the fastest of the rounds at each payload."""
    best = [[float("inf")] * len(payloads) for _ in contenders]
    numbers = list(range(len(contenders)))
    for turn in range(rounds):
        order = numbers[turn % len(numbers) :] + numbers[: turn % len(numbers)]
        for number in order:
            for place, payload in enumerate(payloads):
                start = perf_counter_ns()
                contenders[number](payload)
                best[number][place] = min(best[number][place], perf_counter_ns() - start)
    return [sum(times) / 1e9 for times in best]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--rounds", type=int, default=20)
    rounds = options.parse_args().rounds
    folder = (
        Path(os.environ.get("PINEWRIGHT_SHARED") or Path(__file__).resolve().parents[2] / "shared") / "data" / "bi5"
    )
    payloads = recorded(folder) if folder.is_dir() else generated(14)
    ticks = [payload for payload in payloads if payload.request.kind is Kind.TICK]
    candles = [payload for payload in payloads if payload.request.kind is Kind.MINUTE]
    bi5, jetta = Bi5(), Jetta()
    runs: list[tuple[str, list[Payload], str, Callable[[Payload], object], Callable[[Payload], object]]] = [
        (
            "bi5 ticks",
            ticks,
            "lzma",
            lambda payload: lzma.decompress(payload.body),
            lambda payload: bi5.decode(*payload[:2]),
        ),
        (
            "bi5 minutes",
            candles,
            "lzma",
            lambda payload: lzma.decompress(payload.body),
            lambda payload: bi5.decode(*payload[:2]),
        ),
        (
            "jetta ticks",
            as_json(ticks),
            "orjson",
            lambda payload: orjson.loads(payload.body),
            lambda payload: jetta.decode(*payload[:2]),
        ),
    ]
    table = []
    for name, chosen, library, alone, ours in runs:
        if chosen:
            seconds = fastest(chosen, (alone, ours), rounds)
            rows = sum(payload.rows for payload in chosen)
            speeds = [f"{rows / found / 1e6:.2f} M/s" for found in seconds]
            table.append((name, str(len(chosen)), f"{rows:,}", library, *speeds, f"{seconds[0] / seconds[1]:.1%}"))
    origin = "recorded" if folder.is_dir() else "generated"
    emit(f"{machine()}; one thread, fastest of {rounds} rounds; {origin} payloads")
    emit_table(("payloads", "number", "rows", "library", "library alone", "pinewright", "speed of the library"), table)


if __name__ == "__main__":
    main()
