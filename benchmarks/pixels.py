"""Charts read from their pixels, against the numbers: python -m benchmarks.pixels --bars FILE [FILE...].

Windows of real bars, chosen by a seed. First ``--own`` of our own renders, 224 to 640 pixels each way, in all palettes,
one bar for each 8 columns (28 to 80 bars), half of them with moving averages over the candles, some with bands, volume
and a pane: read with their spec, and once more with nothing known. Then ``--screenshots`` of lightweight-charts in a
headless Chromium: its default look, TradingView's colours on dark and light, other colours, borders, gray wicks, black
and white hollow candles; five sizes, device scales 1 and 2, 6 to 16 CSS pixels a bar, most with the price line, half
with volume in a strip or a pane, most with one or two averages, some with a watermark and a cut left edge. Last the
speed of ``read_batch`` on 224 by 224, 60 bars, two averages. Volumes are invented where a file has none.

A candle counts as read when all four rows are within one row of those that drew it. A pattern counts when it fires on
the same candle as the detector on the window's own bars. A level counts when one was read within two rows of it.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any, Final

import numpy as np

from benchmarks.support.reading_score import PRICES, Score, Truth
from benchmarks.support.screenshots import Look, Screenshot, Screenshots
from benchmarks.support.timing import machine
from pinewright.app.given.loading import BarOptions
from pinewright.app.terminal.output import emit
from pinewright.charts.palette import BLUE_ORANGE, DARK, TRADINGVIEW
from pinewright.charts.renderer import ChartRenderer
from pinewright.charts.spec import ChartSpec, PaneSpec
from pinewright.errors import PinewrightError
from pinewright.market import Bars, FloatArray
from pinewright.patterns.picture.analyzer import VisualPatternAnalyzer

LENGTHS: Final = (5, 9, 13, 21, 34)
SIDES: Final = (224, 256, 320, 384, 448, 512, 640)
SIZES: Final = ((800, 500), (1280, 720), (640, 400), (1000, 600), (960, 540))
THEMES: Final[tuple[dict[str, Any], ...]] = (
    {},
    {},
    {"background": "#131722", "text": "#d1d4dc", "grid": "#2a2e39", "up": "#089981", "down": "#f23645"},
    {"background": "#222222", "text": "#dddddd", "grid": "#444444"},
    {"up": "#1565c0", "down": "#e91e63"},
    {"up": "#4caf50", "down": "#f44336", "border_up": "#1b5e20", "border_down": "#b71c1c"},
    {"wick_up": "#737375", "wick_down": "#737375"},
    {"up": "#ffffff", "down": "#000000", "border_up": "#000000", "border_down": "#000000"},
    {"background": "#000000", "text": "#cccccc", "grid": "#1c1c1c", "up": "#00c853", "down": "#ff1744"},
    {"background": "#f8f4e3", "grid": "#e8e0c8", "up": "#0b7285", "down": "#e8590c"},
)
"""Twice the default; see the head of this file."""


def averages(bars: Bars) -> dict[int, FloatArray]:
    """Moving averages of the closes by length, NaN where they have too few."""
    found = {}
    total = np.concatenate(([0.0], np.cumsum(bars.close)))
    for length in LENGTHS:
        column = np.full(len(bars), np.nan)
        column[length - 1 :] = (total[length:] - total[:-length]) / length
        found[length] = column
    return found


def own_chart(bars: Bars, lines: dict[int, FloatArray], rng: np.random.Generator) -> tuple[ChartSpec, Any, Truth]:
    """A render of our own: its spec, its pixels and what it shows."""
    width = int(rng.choice(SIDES))
    height = int(rng.choice([side for side in SIDES if abs(side - width) <= 192]))
    count = width // 8
    picked = rng.choice(LENGTHS, rng.choice((0, 1, 2), p=(0.5, 0.25, 0.25)), replace=False)
    overlays = tuple(lines[int(length)] for length in picked)
    banded, paned = bool(overlays) and rng.random() < 0.3, rng.random() < 0.3
    spec = ChartSpec(
        width,
        height,
        count,
        palette=(BLUE_ORANGE, TRADINGVIEW, DARK)[rng.integers(3)],
        gray=bool(rng.random() < 0.15),
        overlays=len(overlays),
        bands=int(banded),
        volume=float(rng.choice((0.0, 0.15))),
        panes=(PaneSpec(share=0.2),) if paned else (),
    )
    end = int(rng.integers(1_000, len(bars)))
    renderer = ChartRenderer(spec)
    half = 2.0 * float(np.median(bars.high - bars.low))
    bands = ((lines[21] + half, lines[21] - half),) if banded else ()
    panes = ((bars.high - bars.low,),) if paned else ()
    pixels = renderer.render(bars, [end], overlays, bands, panes)[0]
    low, high = renderer.scales(bars, [end], overlays, bands)[0].tolist()
    part, window = renderer.layout.price, bars.slice(end - count, end)
    rows = np.array([part.row_of(getattr(window, name), low, high) for name in PRICES])
    middle = np.array([(column.left + column.right) / 2.0 for column in renderer.layout.columns])
    return spec, pixels, Truth(window, rows, middle, ((float(part.lower), low), (float(part.upper), high)))


def look(rng: np.random.Generator) -> Look:
    """How the next screenshot looks."""
    width, height = SIZES[rng.integers(len(SIZES))]
    lengths = rng.choice(LENGTHS, rng.choice((0, 1, 2), p=(0.4, 0.3, 0.3)), replace=False)
    return Look(
        width=width,
        height=height,
        scale=2 if rng.random() < 0.25 else 1,
        **THEMES[rng.integers(len(THEMES))],
        price_line=bool(rng.random() < 0.8),
        volume=("", "strip", "pane")[rng.choice(3, p=(0.5, 0.3, 0.2))],
        volume_on_top=bool(rng.random() < 0.3),
        averages=tuple(int(length) for length in lengths),
        line_width=int(rng.choice((1, 2, 2))),
        watermark=bool(rng.random() < 0.2),
        edge=float(rng.choice((0.0, 0.0, rng.uniform(2, 9)))),
        room=float(rng.choice((0.0, 0.0, 4.0))),
    )


def screenshots(files: Sequence[Bars], count: int, seed: int) -> Iterator[Screenshot]:
    """So many screenshots, those of scale 1 first; one browser for each scale."""
    rng = np.random.default_rng(seed)
    jobs = []
    for number in range(count):
        bars, chosen = files[number % len(files)], look(rng)
        length = int((chosen.width - 70) / rng.uniform(6.0, 16.0))
        start = int(rng.integers(0, len(bars) - length))
        jobs.append((chosen, bars.slice(start, start + length)))
    for scale in (1, 2):
        with Screenshots(scale) as browser:
            for chosen, window in jobs:
                if chosen.scale == scale:
                    yield browser.take(chosen, window)


def measure_own(files: Sequence[Bars], count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    lines = [averages(bars) for bars in files]
    told, untold = Score(), Score()
    for number in range(count):
        place = number % len(files)
        spec, pixels, truth = own_chart(files[place], lines[place], rng)
        name = f"{number} {spec.width}x{spec.height} {spec.palette.name}"
        told.add(truth, VisualPatternAnalyzer(spec).read(pixels), name)
        _try(untold, truth, pixels, name)
    for title, score in (("own renders, spec given", told), ("own renders, nothing given", untold)):
        _tell(title, score)


def measure_screenshots(files: Sequence[Bars], count: int, seed: int) -> None:
    score, kinds = Score(), {name: Score() for name in ("scale 1", "scale 2", "no lines", "lines", "hollow")}
    spent = 0.0
    for number, shot in enumerate(screenshots(files, count, seed)):
        rows = np.array([shot.open, shot.high, shot.low, shot.close])
        truth = Truth(shot.bars, rows, shot.centre, shot.price_rows)
        chosen = shot.look
        groups = [f"scale {chosen.scale}", "lines" if chosen.averages else "no lines"]
        groups += ["hollow"] if chosen.up == chosen.background else []
        start = process_time()
        try:
            found = VisualPatternAnalyzer().analyze(shot.pixels)
        except PinewrightError as error:
            for one in (score, *(kinds[group] for group in groups)):
                one.refuse(truth, error, f"{number} {chosen}")
        else:
            spent += process_time() - start
            for one in (score, *(kinds[group] for group in groups)):
                one.add(truth, found.reading, f"{number} {chosen}")
    _tell("screenshots of lightweight-charts", score)
    emit(f"  {1000 * spent / max(1, count):.0f} ms of CPU a picture, patterns and levels included")
    for group, one in kinds.items():
        share = one.within / max(1, one.candles)
        emit(f"  {group}: {one.pictures} pictures, within one row {share:.2%}, F1 {one.f1:.3f}")
    for share, name in sorted(score.worst)[:5]:
        emit(f"  {share:.1%} of {name}")


def measure_speed(bars: Bars, count: int, seed: int) -> None:
    spec = ChartSpec(overlays=2)
    lines = averages(bars)
    ends = np.random.default_rng(seed).integers(1_000, len(bars), count)
    images = ChartRenderer(spec).render(bars, ends, (lines[9], lines[21]))
    analyzer = VisualPatternAnalyzer(spec)
    analyzer.read_batch(images[:1])
    best = float("inf")
    for _ in range(5):
        start = process_time()
        analyzer.read_batch(images)
        best = min(best, process_time() - start)
    emit(f"read_batch: {count / best:,.0f} renders of 224 x 224, 60 bars, 2 lines a CPU second")


def _try(score: Score, truth: Truth, pixels: Any, name: str) -> None:
    try:
        score.add(truth, VisualPatternAnalyzer().read(pixels), name)
    except PinewrightError as error:
        score.refuse(truth, error, name)


def _tell(title: str, score: Score) -> None:
    emit(title)
    for line in score.lines():
        emit(f"  {line}")


def loaded(path: Path, seed: int) -> Bars:
    """The bars of a file, with invented volumes where it has none."""
    bars = BarOptions(path).load().bars
    if bars.volume.any():
        return bars
    return replace(bars, volume=np.random.default_rng(seed).gamma(2.0, 50.0, len(bars)))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bars", type=Path, nargs="+", required=True)
    options.add_argument("--own", type=int, default=500)
    options.add_argument("--screenshots", type=int, default=200)
    options.add_argument("--speed", type=int, default=1_000, help="renders for the speed of read_batch, 0 for none")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    files = [loaded(path, chosen.seed) for path in chosen.bars]
    emit(machine())
    for bars in files:
        emit(bars.description)
    if chosen.own:
        measure_own(files, chosen.own, chosen.seed)
    if chosen.screenshots:
        measure_screenshots(files, chosen.screenshots, chosen.seed)
    if chosen.speed:
        measure_speed(files[0], chosen.speed, chosen.seed)


if __name__ == "__main__":
    main()
