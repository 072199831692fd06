"""Mining: python -m benchmarks.mining --bars FILE [--peer] [--year] [--noise SEEDS] [--planted SEEDS].

--peer: windows joined with themselves beside stumpy, on 20,000 closes: values and CPU seconds, one thread each.
--year: all of the file, four time frames: time, memory, shapes found and kept, and how they did on unseen bars.
--noise: walks with the file's volatility and its days in another order, on 15-minute bars: how much is kept.
--planted: the same walks with a shape planted 160 times and a rise after it: how often it is found and kept.
Without any of them all are run, with few seeds. Costs are 0.6 pips a round turn unless --pips says otherwise.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from benchmarks.support.shape_market import planted, shuffled_days, signed_walk
from benchmarks.support.timing import Contender, machine, megabytes
from pinewright.app.patterns.mining import tell_result
from pinewright.app.terminal.output import emit, emit_table
from pinewright.data.files import FileSource
from pinewright.data.resample import resample
from pinewright.data.source import BarRequest
from pinewright.market import Bars, FloatArray, IntArray, Timeframe
from pinewright.patterns.mining.miner import HistoricalPatternMiner, MiningResult, MiningSettings
from pinewright.patterns.mining.selfjoin import self_join
from pinewright.patterns.mining.series import series_of
from pinewright.patterns.pattern import Direction

FRAMES: Final = tuple(Timeframe(minutes) for minutes in (1, 5, 15, 60))
NEAR: Final = 8
"""Bars from the end of an insertion within which an entry counts as the planted shape."""
ENTERED: Final = 1 / 3
"""Share of the unseen insertions that a kept shape must enter, upwards, to be the planted one."""


@dataclass(frozen=True)
class Tally:
    """Of one mined market: shapes found, tested and kept; of the kept ones those that are the planted shape."""

    found: int
    tested: int
    kept: int
    planted: int


def load(path: Path) -> Bars:
    return FileSource(path).load(BarRequest()).bars


def ours(closes: FloatArray, length: int) -> FloatArray:
    # stumpy leaves out a quarter of the length, its own half excluded.
    return self_join(closes, length, least=0.9, apart=int(np.ceil(length / 4)) + 1).distance


def stumpys(closes: FloatArray, length: int) -> FloatArray:
    import numba
    import stumpy

    numba.set_num_threads(1)
    return np.asarray(stumpy.stump(closes, length)[:, 0], dtype=np.float64)


def peer(bars: Bars, count: int = 20_000) -> None:
    """Our join beside stumpy's, on the same closes."""
    closes = bars.close[:count]
    rows = []
    answers: dict[str, list[FloatArray]] = {}
    for name, work in (("pinewright", ours), ("stumpy", stumpys)):
        with Contender() as contender:
            contender.run(work, closes[:2_000], 32)  # compiles
            for length in (16, 32, 64):
                timed = contender.run(work, closes, length)
                answers.setdefault(name, []).append(timed.answer)
                rows.append((name, str(length), f"{timed.cpu:.2f} s", megabytes(timed.peak)))
    emit_table(("join", "length", "CPU", "memory peak"), rows)
    pairs = zip(answers["pinewright"], answers["stumpy"], strict=True)
    # Flat windows are told apart: stumpy gives two of them a distance of 0, here they are like nothing.
    differences = [float(np.max(np.abs(a - b)[b > 0.0])) for a, b in pairs]
    emit(f"largest difference of a distance: {max(differences):.1e}")


def mined(bars: Bars, settings: MiningSettings) -> MiningResult:
    return HistoricalPatternMiner(settings).mine(bars)


def year(bars: Bars, pips: float, threads: int) -> None:
    """The whole file, four time frames."""
    settings = MiningSettings(cost=pips * bars.symbol.pip, timeframes=FRAMES, threads=threads, seed=1)
    with Contender() as contender:
        timed = contender.run(mined, bars, settings)
    emit(f"{bars.description}: {timed.cpu:.0f} CPU seconds on {threads} threads, peak {megabytes(timed.peak)}")
    tell_result(bars, timed.answer)


def judged(bars: Bars, ends: IntArray, settings: MiningSettings) -> Tally:
    """Mines one market; ends: last bars of what was planted."""
    result = mined(bars, settings)
    series = series_of(bars, bars.timeframe, settings.discovery)
    late = ends[ends >= series.border + max(settings.lengths)]
    hits = 0
    for verdict in result.kept:
        places = series.unseen(verdict.shape, series.signals(verdict.shape))
        near = np.abs(late[:, None] - places[None, :]).min(axis=1, initial=2**31) <= NEAR
        hits += bool(len(late) and verdict.shape.direction is Direction.UP and np.mean(near) >= ENTERED)
    return Tally(len(result.verdicts), result.tested, len(result.kept), hits)


def markets(bars: Bars, make: Callable[[Bars, int], Any], seeds: int, pips: float) -> list[Tally]:
    found = []
    for seed in range(1, seeds + 1):
        made = make(bars, seed)
        market, ends = made if isinstance(made, tuple) else (made, np.zeros(0, dtype=np.int64))
        found.append(judged(market, ends, small(pips * bars.symbol.pip, seed)))
    return found


def small(cost: float, seed: int) -> MiningSettings:
    return MiningSettings(cost=cost, lengths=(24, 32, 48), seed=seed)


def told(name: str, tallies: list[Tally]) -> tuple[str, ...]:
    shapes, kept = sum(one.found for one in tallies), sum(one.kept for one in tallies)
    seeds = sum(one.kept > 0 for one in tallies)
    hits = sum(one.planted > 0 for one in tallies)
    return (
        name,
        str(len(tallies)),
        f"{shapes:,}",
        f"{sum(one.tested for one in tallies):,}",
        f"{kept} ({kept / max(1, shapes):.1%})",
        f"{seeds} ({seeds / len(tallies):.0%})",
        str(hits),
    )


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bars", type=Path, required=True)
    options.add_argument("--peer", action="store_true")
    options.add_argument("--year", action="store_true")
    options.add_argument("--noise", type=int, default=0)
    options.add_argument("--planted", type=int, default=0)
    options.add_argument("--pips", type=float, default=0.6)
    options.add_argument("--threads", type=int, default=2)
    chosen = options.parse_args()
    every = not (chosen.peer or chosen.year or chosen.noise or chosen.planted)
    bars = load(chosen.bars)
    emit(machine())
    if chosen.peer or every:
        peer(bars)
    if chosen.year or every:
        year(bars, chosen.pips, chosen.threads)
    quarter = resample(bars, Timeframe(15))
    rows = []
    if chosen.noise or every:
        seeds = chosen.noise or 5
        for pips in dict.fromkeys((0.0, chosen.pips)):
            rows.append(told(f"walk, {pips:g} pips", markets(quarter, signed_walk, seeds, pips)))
            rows.append(told(f"shuffled days, {pips:g} pips", markets(quarter, shuffled_days, seeds, pips)))
    if chosen.planted or every:
        rows.append(told(f"planted, {chosen.pips:g} pips", markets(quarter, planted, chosen.planted or 3, chosen.pips)))
    if rows:
        head = ("market", "seeds", "shapes found", "tested", "kept", "seeds with a kept one", "seeds with the planted")
        emit_table(head, rows)


if __name__ == "__main__":
    main()
