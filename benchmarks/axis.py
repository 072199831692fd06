"""Price axes read from labels, against the charts' own: python -m benchmarks.axis --bars FILE [FILE...].

Windows of real bars, chosen by a seed: the files in turn, and the last of them once more at prices of four and of five
digits, with and without marks at thousands. First ``--screenshots`` of lightweight-charts in a headless Chromium for
each group of fonts: those that the reader was made with, and those held out, to which ``--fonts`` adds files of fonts;
10 to 16 CSS pixels, device scales 1, 1.5 and 2, all looks of benchmarks.pixels. Then so many more on a logarithmic and
a percent scale, which must give no axis, or one that is right. Last ``--own`` PNGs as ``pinewright chart`` draws them.

An axis is right when the rows of the highest and the lowest price are within one row of where the chart drew them. For
our own charts the candles as read stand for the truth: half of them must lie within a row of the axis.
"""

from __future__ import annotations

import argparse
import io
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.pixels import SIZES, loaded, look
from benchmarks.support.reading_score import AxisScore
from benchmarks.support.screenshots import Look, Screenshot, Screenshots
from benchmarks.support.timing import machine
from pinewright.app.terminal.output import emit
from pinewright.charts.palette import PALETTES
from pinewright.charts.pictures.contents import Picture
from pinewright.charts.pictures.picture import draw
from pinewright.errors import PinewrightError
from pinewright.market import Bars
from pinewright.patterns.picture.analyzer import VisualPatternAnalyzer

KNOWN: Final = ("", "Liberation Sans", "DejaVu Sans Mono")
"""Families that the reader's limits were set with; empty: the browser's own."""
HELD_OUT: Final = ("DejaVu Sans", "DejaVu Serif", "Liberation Serif", "Liberation Mono", "Liberation Sans Narrow")
SCALES: Final = (1, 1.5, 2)
BIGGER: Final = (3.17, 20.3)
"""What the last file's prices are multiplied by for those of four and five digits."""


def windows(files: Sequence[Bars], rng: np.random.Generator, number: int, length: int) -> tuple[Bars, int, bool]:
    """The next window, its decimals, and whether its prices have thousands."""
    kind = number % (len(files) + len(BIGGER))
    bars = files[min(kind, len(files) - 1)]
    start = int(rng.integers(0, len(bars) - length))
    window = bars.slice(start, start + length)
    if kind < len(files):
        return window, min(bars.symbol.price_digits, 2 if float(window.close[0]) > 500 else 9), False
    factor = BIGGER[kind - len(files)]
    columns = {name: np.round(getattr(window, name) * factor, 2) for name in ("open", "high", "low", "close")}
    return replace(window, **columns), 2, True


def screenshots(
    files: Sequence[Bars], fonts: Sequence[str], held: Sequence[Path], count: int, seed: int, mode: int
) -> Iterator[Screenshot]:
    """So many screenshots, by device scale; a browser for each scale."""
    rng = np.random.default_rng(seed)
    jobs: list[tuple[Look, Bars]] = []
    for number in range(count):
        chosen = look(rng)
        length = int((chosen.width - 100) / rng.uniform(6.0, 16.0))
        window, decimals, big = windows(files, rng, number, length)
        chosen = replace(
            chosen,
            scale=SCALES[int(rng.integers(3))],
            font=fonts[int(rng.integers(len(fonts)))],
            letters=int(rng.integers(10, 17)),
            decimals=decimals,
            numbers=("thousands", "spaced", "plain")[rng.integers(3)] if big else "plain",
            scale_mode=mode,
            left=bool(rng.random() < 0.15),
        )
        jobs.append((chosen, window))
    for scale in SCALES:
        with Screenshots(scale, held) as browser:
            for chosen, window in jobs:
                if chosen.scale == scale:
                    yield browser.take(chosen, window)


def measure(title: str, shots: Iterator[Screenshot]) -> None:
    """Scores of some screenshots: of all, by family and by size of letters."""
    every, groups = AxisScore(), defaultdict[str, AxisScore](AxisScore)
    for number, shot in enumerate(shots):
        chosen = shot.look
        small = "letters of 10 and 11" if chosen.letters < 12 else "letters of 12 and more"
        scores = (every, groups[chosen.font or "browser's own"], groups[small])
        try:
            reading = VisualPatternAnalyzer().read(shot.pixels)
        except PinewrightError:
            for one in scores:
                one.refuse()
            continue
        for one in scores:
            one.add(reading, shot.price_rows, chosen.decimals, f"{number} {chosen}")
    emit(f"{title}: {every.line()}")
    for name in sorted(groups):
        emit(f"  {name}: {groups[name].line()}")
    for wrong in every.wrong:
        emit(f"  wrong: {wrong}")


def measure_own(files: Sequence[Bars], count: int, seed: int) -> None:
    """Our own charts for people, in all palettes and several sizes, a third of them at twice the pixels."""
    rng, score = np.random.default_rng(seed), AxisScore()
    for number in range(count):
        bars, length = files[number % len(files)], int(rng.integers(40, 110))
        start = int(rng.integers(0, len(bars) - length))
        window = bars.slice(start, start + length)
        width, height = SIZES[rng.integers(len(SIZES))]
        palette, unit = list(PALETTES)[rng.integers(len(PALETTES))], int(rng.choice((1, 1, 2)))
        png = draw(Picture(window), width=width, height=height, palette=PALETTES[palette], unit=unit)
        try:
            reading = VisualPatternAnalyzer().read(_pixels(png))
        except PinewrightError:
            score.refuse()
            continue
        if len(reading) != length:
            score.refuse()
            continue
        rows = reading.candles
        pairs = []
        for column, prices in ((rows.high, window.high), (rows.low, window.low)):
            slope, base = np.polyfit(prices, column, 1)
            price = float(np.median(prices))
            pairs.append((float(slope * price + base), price))
        score.add(
            reading,
            (pairs[0], pairs[1]),
            bars.symbol.price_digits,
            f"{number} {width}x{height} {palette} x{unit}",
            unit,
        )
    emit(f"our own charts: {score.line()}")
    for wrong in score.wrong:
        emit(f"  wrong: {wrong}")


def _pixels(png: bytes) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    from PIL import Image

    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB"))


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bars", type=Path, nargs="+", required=True)
    options.add_argument("--fonts", type=Path, nargs="*", default=[], help="files of fonts, held out")
    options.add_argument("--screenshots", type=int, default=200)
    options.add_argument("--others", type=int, default=30, help="on a logarithmic, and on a percent scale")
    options.add_argument("--own", type=int, default=100)
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    files = [loaded(path, chosen.seed) for path in chosen.bars]
    emit(machine())
    held = (*HELD_OUT, *(path.stem for path in chosen.fonts))
    for title, fonts, count, mode in (
        ("fonts that the reader was made with", KNOWN, chosen.screenshots, 0),
        ("fonts held out", held, chosen.screenshots, 0),
        ("logarithmic", KNOWN, chosen.others, 1),
        ("percent", KNOWN, chosen.others, 2),
    ):
        if count:
            measure(title, screenshots(files, fonts, chosen.fonts, count, chosen.seed, mode))
    if chosen.own:
        measure_own(files, chosen.own, chosen.seed)


if __name__ == "__main__":
    main()
