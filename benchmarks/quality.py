"""The checks of ticks beside eight of them in Polars: python -m benchmarks.quality [--ticks T] [--rounds R].

A generated month of EUR/USD, weekends closed, without faults. Ours are all checks of ``check_ticks``; the eight of
Polars are order, duplicates of stamps, crossed and zero spread, a spread and a return beyond 30 robust sigmas, rows
outside the session by the hour, and minutes with ticks. Fastest of R rounds that take turns, CPU time of all threads
beside the clock's: a busy computer shows in the difference.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from time import perf_counter, process_time

import numpy as np
import polars as pl

from benchmarks.support.timing import machine
from pinewright.app.terminal.output import emit, emit_table
from pinewright.data.calendar import in_session
from pinewright.data.source import parse_moment
from pinewright.data.tick_quality import check_ticks
from pinewright.market import DAY, HOUR, MINUTE, Symbol, Ticks


def generated(count: int) -> Ticks:
    """Ticks at random moments of open hours in June 2025, on the tick grid."""
    generator, symbol = np.random.default_rng(1), Symbol.get("EURUSD")
    time = parse_moment("2025-06-01T21:00") + np.sort(generator.integers(0, 30 * DAY, 2 * count))
    time = time[in_session(time, symbol)][:count]
    bid = np.round(1.1 + 1e-5 * np.cumsum(generator.choice([-2, -1, 0, 1, 2], len(time))), 5)
    ask = np.round(bid + 1e-5 * generator.integers(1, 6, len(time)), 5).astype(np.float64)
    bid_size, ask_size = 1e6 * generator.integers(1, 5, (2, len(time))).astype(np.float64)
    return Ticks(symbol, time, bid, ask, bid_size, ask_size, feed="generated")


def eight_checks(frame: pl.DataFrame) -> pl.DataFrame:
    """Eight counts in one lazy query."""
    step, spread = pl.col("time").diff(), pl.col("ask") - pl.col("bid")
    change = pl.col("bid").diff() / pl.col("bid")

    def far(values: pl.Expr) -> pl.Expr:
        distance = (values - values.median()).abs()
        return (distance > 30 * 1.4826 * distance.median()).sum()

    hour_of_week = (pl.col("time") // HOUR + 4 * 24) % (7 * 24)  # from Sunday 00:00 UTC
    return (
        frame.lazy()
        .select(
            (step < 0).sum().alias("disorder"),
            (step == 0).sum().alias("duplicates"),
            (spread < 0).sum().alias("crossed"),
            (spread == 0).sum().alias("no_spread"),
            far(spread).alias("wide"),
            far(change).alias("outliers"),
            ((hour_of_week < 21) | (hour_of_week >= 5 * 24 + 21)).sum().alias("outside"),
            (pl.col("time") // MINUTE).n_unique().alias("minutes"),
        )
        .collect()
    )


def fastest(works: list[Callable[[], object]], rounds: int) -> list[tuple[float, float]]:
    """Seconds by the clock and of CPU time of each, the fastest round by either."""
    best = [[float("inf")] * 2 for _ in works]
    for _ in range(rounds):
        for place, work in enumerate(works):
            clock, cpu = perf_counter(), process_time()
            work()
            taken = perf_counter() - clock, process_time() - cpu
            best[place] = [min(pair) for pair in zip(best[place], taken, strict=True)]
    return [(clock, cpu) for clock, cpu in best]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--ticks", type=int, default=1_300_000)
    options.add_argument("--rounds", type=int, default=30)
    chosen = options.parse_args()
    ticks = generated(chosen.ticks)
    frame = pl.DataFrame({"time": ticks.time, "bid": ticks.bid, "ask": ticks.ask})
    report = check_ticks(ticks)
    found = eight_checks(frame).row(0, named=True)
    assert (report.crossed, report.zero_spread, report.duplicates) == (
        found["crossed"],
        found["no_spread"],
        found["duplicates"],
    )
    times = fastest([lambda: check_ticks(ticks), lambda: eight_checks(frame)], chosen.rounds)
    emit(f"{machine()}; {len(ticks):,} ticks, fastest of {chosen.rounds} rounds")
    emit(report.one_line())
    names = ("pinewright, all checks", "Polars, eight checks")
    rows = [
        (name, f"{1e3 * clock:.0f} ms", f"{1e3 * cpu:.0f} ms") for name, (clock, cpu) in zip(names, times, strict=True)
    ]
    emit_table(("", "clock", "CPU"), rows)


if __name__ == "__main__":
    main()
