"""OHLC bars, and pictures that are not pixel-clean, read back: python -m benchmarks.unclean --bars FILE [FILE...].

Windows of real bars, chosen by a seed. First OHLC bars: ``--own`` of our own renders, one bar for each 8 columns, half
of them with averages, some with volume, with their spec and with nothing known; then as many ``--screenshots`` of bars
as asked at each of the device scales 1 and 2, thin and thick ones, in the looks of ``benchmarks.pixels`` (which has no
candles whose colour is the ground's: such bars cannot be seen). Then screenshots of candles: at device scales of 1.25
and 1.5; and those of scale 1 resized by 0.8 and by 1.3, bilinear and by Lanczos's way, and as JPEG of quality 95 and
85. Last bars without ticks for the open, which must be refused.

A bar counts as read when all four rows are within one row of those that drew it; a resized picture's rows are the
nearest to where they came to lie. Bars of refused pictures are told apart from bars that were read wrong.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Final

import numpy as np

from benchmarks.pixels import LENGTHS, SIDES, averages, loaded, look
from benchmarks.support.reading_score import PRICES, Score, Truth
from benchmarks.support.screenshots import Look, Pixels, Screenshot, Screenshots
from benchmarks.support.timing import machine
from pinewright.app.terminal.output import emit
from pinewright.charts.palette import BLUE_ORANGE, DARK, TRADINGVIEW
from pinewright.charts.renderer import ChartRenderer
from pinewright.charts.spec import ChartSpec, Style
from pinewright.errors import PinewrightError
from pinewright.market import Bars, FloatArray
from pinewright.patterns.picture.analyzer import VisualPatternAnalyzer
from pinewright.patterns.picture.image import PictureError

Change = Callable[[Pixels], Pixels]


@dataclass(frozen=True)
class BarLook(Look):
    """A chart of OHLC bars. thin: lines of one CSS pixel; opens: whether they have ticks for the open."""

    thin: bool = True
    opens: bool = True

    def options(self) -> dict[str, object]:
        return {**super().options(), "thinBars": self.thin, "openVisible": self.opens}


def own_chart(bars: Bars, lines: dict[int, FloatArray], rng: np.random.Generator) -> tuple[ChartSpec, Pixels, Truth]:
    """A render of OHLC bars: its spec, its pixels and what it shows."""
    width, height = (int(rng.choice(SIDES)) for _ in range(2))
    picked = rng.choice(LENGTHS, rng.choice((0, 1, 2), p=(0.5, 0.25, 0.25)), replace=False)
    overlays = tuple(lines[int(length)] for length in picked)
    spec = ChartSpec(
        width,
        height,
        width // 8,
        style=Style.OHLC,
        palette=(BLUE_ORANGE, TRADINGVIEW, DARK)[rng.integers(3)],
        gray=bool(rng.random() < 0.15),
        overlays=len(overlays),
        volume=float(rng.choice((0.0, 0.15))),
    )
    end = int(rng.integers(1_000, len(bars)))
    renderer = ChartRenderer(spec)
    pixels = renderer.render(bars, [end], overlays)[0]
    low, high = renderer.scales(bars, [end], overlays)[0].tolist()
    part, window = renderer.layout.price, bars.slice(end - spec.bars, end)
    rows = np.array([part.row_of(getattr(window, name), low, high) for name in PRICES])
    middle = renderer.layout.wicks.astype(np.float64)
    return spec, pixels, Truth(window, rows, middle, ((float(part.lower), low), (float(part.upper), high)))


def screenshots(files: Sequence[Bars], count: int, seed: int, scale: float, **chosen: object) -> Iterator[Screenshot]:
    """So many screenshots at a scale; with ``series="bars"`` of OHLC bars, thin and thick ones."""
    rng = np.random.default_rng(seed)
    with Screenshots(scale) as browser:
        for number in range(count):
            bars, one = files[number % len(files)], look(rng)
            if chosen:
                while one.up == one.background:
                    one = look(rng)
                shared = {field.name: getattr(one, field.name) for field in fields(one)}
                one = BarLook(**{**shared, "thin": bool(rng.random() < 0.6), **chosen})
            length = int((one.width - 70) / rng.uniform(6.0, 16.0))
            start = int(rng.integers(0, len(bars) - length))
            yield browser.take(replace(one, scale=scale), bars.slice(start, start + length))


def resized(share: float, way: str) -> Change:
    def change(pixels: Pixels) -> Pixels:
        from PIL import Image

        size = round(pixels.shape[1] * share), round(pixels.shape[0] * share)
        return np.asarray(Image.fromarray(pixels).resize(size, Image.Resampling[way]))

    return change


def compressed(quality: int) -> Change:
    def change(pixels: Pixels) -> Pixels:
        from PIL import Image

        held = io.BytesIO()
        Image.fromarray(pixels).save(held, "JPEG", quality=quality)
        with Image.open(held) as image:
            return np.asarray(image.convert("RGB"))

    return change


CHANGES: Final[dict[str, Change]] = {
    "resized by 0.8, bilinear": resized(0.8, "BILINEAR"),
    "resized by 0.8, Lanczos": resized(0.8, "LANCZOS"),
    "resized by 1.3, bilinear": resized(1.3, "BILINEAR"),
    "resized by 1.3, Lanczos": resized(1.3, "LANCZOS"),
    "JPEG of quality 95": compressed(95),
    "JPEG of quality 85": compressed(85),
}


def changed(shot: Screenshot, change: Change) -> tuple[Pixels, Truth]:
    """The picture after a change, and what it shows where."""
    pixels = change(shot.pixels)
    down, across = (new / old for new, old in zip(pixels.shape[:2], shot.pixels.shape[:2], strict=True))
    exact = np.array([shot.open, shot.high, shot.low, shot.close])
    rows = np.floor((exact + 0.5) * down).astype(np.int64)
    prices = tuple(((row + 0.5) * down - 0.5, price) for row, price in shot.price_rows)
    return pixels, Truth(shot.bars, rows, (shot.centre + 0.5) * across - 0.5, (prices[0], prices[1]))


def add(score: Score, pixels: Pixels, truth: Truth, name: str, analyzer: VisualPatternAnalyzer | None = None) -> None:
    try:
        score.add(truth, (analyzer or VisualPatternAnalyzer()).read(pixels), name)
    except PinewrightError as error:
        score.refuse(truth, error, name)


def same(pixels: Pixels) -> Pixels:
    return pixels


def tell(title: str, score: Score) -> None:
    """One row: pictures, refused ones, bars within a row (of all, and of the pictures that were read)."""
    unread = sum(score.hits.values()) + sum(score.missed.values())
    emit(
        f"{title}: {score.pictures} pictures, {score.candles:,} bars; {score.refused} refused; within one row "
        f"{score.within / max(1, score.candles):.2%}, exact {score.exact / max(1, score.candles):.2%}; "
        f"patterns F1 {score.f1:.3f} of {unread:,}"
    )
    for text, number in score.errors.most_common(3):
        emit(f"  refused {number} times: {text}")
    if score.candles and score.pictures > score.refused:
        emit(f"  errors of more than a row: {dict(score.wrong.most_common())}")


def measure_own(files: Sequence[Bars], count: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    lines = [averages(bars) for bars in files]
    told, untold = Score(), Score()
    for number in range(count):
        spec, pixels, truth = own_chart(files[number % len(files)], lines[number % len(files)], rng)
        add(told, pixels, truth, str(number), VisualPatternAnalyzer(spec))
        add(untold, pixels, truth, str(number))
    tell("OHLC bars, own renders, spec given", told)
    tell("OHLC bars, own renders, nothing given", untold)


def measure_bars(files: Sequence[Bars], count: int, seed: int) -> None:
    for scale in (1, 2):
        score = Score()
        for shot in screenshots(files, count, seed, scale, series="bars"):
            add(score, *changed(shot, same), str(shot.look))
        tell(f"OHLC bars, screenshots at scale {scale}", score)
    refused = 0
    for shot in screenshots(files, count, seed, 1, series="bars", opens=False):
        try:
            VisualPatternAnalyzer().read(shot.pixels)
        except PictureError:
            refused += 1
    emit(f"bars without ticks for the open: {refused} of {count} refused")


def measure_copies(files: Sequence[Bars], count: int, seed: int) -> None:
    for scale in (1.25, 1.5):
        score = Score()
        for shot in screenshots(files, count, seed, scale):
            add(score, *changed(shot, same), str(shot.look))
        tell(f"candles, screenshots at scale {scale}", score)
    scores = {name: Score() for name in ("as they are", *CHANGES)}
    for shot in screenshots(files, count, seed, 1):
        for name, score in scores.items():
            add(score, *changed(shot, CHANGES.get(name, same)), str(shot.look))
    for name, score in scores.items():
        tell(f"candles, screenshots {name}", score)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--bars", type=Path, nargs="+", required=True)
    options.add_argument("--own", type=int, default=200)
    options.add_argument("--screenshots", type=int, default=60, help="of each kind")
    options.add_argument("--seed", type=int, default=1)
    chosen = options.parse_args()
    files = [loaded(path, chosen.seed) for path in chosen.bars]
    emit(machine())
    for bars in files:
        emit(bars.description)
    if chosen.own:
        measure_own(files, chosen.own, chosen.seed)
    if chosen.screenshots:
        measure_bars(files, chosen.screenshots, chosen.seed)
        measure_copies(files, chosen.screenshots, chosen.seed)


if __name__ == "__main__":
    main()
