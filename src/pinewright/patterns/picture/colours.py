"""Which colours a chart is made of, which is its ground, and which make candles.

A candle is rectangles: neighbouring columns filled from the same row to the same row, and these rows differ from candle
to candle. Bars of volume and histograms are rectangles too, but stand on one row; grid lines and labels repeat one pair
of ends; lines are no rectangles. So a colour's candle score is the number of its pixels in tall rectangles, times how
much their upper ends vary, times how much their lower ends do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from pinewright.market import BoolArray, IntArray
from pinewright.patterns.picture import strokes
from pinewright.patterns.picture.image import PictureError, Pixels

Rgb = tuple[int, int, int]

MOST_COLOURS: Final = 64
LEAST_PIXELS: Final = 12
LEAST_GROUND: Final = 0.25
"""Share of the picture that its ground has at least."""
TALLEST: Final = 64
"""Columns of a body at most."""
LEAST_CONTRAST: Final = 24.0
"""Distance from the ground at least."""
FAINT: Final = 0.35
"""Distance from the ground at least, as a share of the strongest colour's: filled bands and volume are fainter."""
MOST_CANDLES: Final = 4
_SECOND: Final = 0.04
"""Score of a further candle colour at least, as a share of the first one's."""


@dataclass(frozen=True)
class Colours:
    """packed [H, W]: 65536 red + 256 green + blue. common [K]: the most common ones, most first; ``count`` [K] pixels.

    ground: the background, which is the most common of all.
    """

    packed: IntArray
    common: IntArray
    count: IntArray

    @property
    def ground(self) -> int:
        return int(self.common[0])


def rgb(packed: int) -> Rgb:
    return packed >> 16, (packed >> 8) & 255, packed & 255


def parts(packed: IntArray) -> IntArray:
    """Red, green and blue [..., 3]."""
    return np.stack((packed >> 16, (packed >> 8) & 255, packed & 255), axis=-1)


def distance(one: int, other: int) -> float:
    """Between two colours, 0 to 441."""
    return float(np.linalg.norm(np.subtract(rgb(one), rgb(other))))


def survey(pixels: Pixels) -> Colours:
    """The colours of a picture [H, W, 3]; PictureError where no plain ground fills a quarter of it."""
    packed = (pixels[:, :, 0].astype(np.int64) << 16) | (pixels[:, :, 1].astype(np.int64) << 8) | pixels[:, :, 2]
    values, count = np.unique(packed, return_counts=True)
    order = np.argsort(-count, kind="stable")[:MOST_COLOURS]
    common, count = values[order], count[order]
    share = count[0] / packed.size
    if share < LEAST_GROUND:
        what = f"no plain background: the most common of {len(values):,} colours fills {share:.0%} of the picture"
        raise PictureError(what, hint="a screenshot as PNG, not a photograph and not a gradient")
    if len(values) == 1:
        raise PictureError("the picture has one colour only", hint="is the chart loaded?")
    return Colours(packed, common, count)


def candle_colours(colours: Colours) -> list[int]:
    """Up to four colours that make candles, the best one first; PictureError where none does.

    Colours that always come together (a border and its fill) count as different ones here.
    """
    height, width = colours.packed.shape
    least = max(LEAST_PIXELS, int(1e-4 * height * width))
    scores: list[tuple[float, int]] = []
    for colour, count in zip(colours.common[1:].tolist(), colours.count[1:].tolist(), strict=True):
        if count >= least and distance(colour, colours.ground) >= LEAST_CONTRAST:
            scores.append((candle_score(colours.packed == colour), colour))
    strongest = max(
        (distance(colour, colours.ground) for score, colour in scores if score >= LEAST_PIXELS), default=0.0
    )
    scores = [one for one in scores if distance(one[1], colours.ground) >= FAINT * strongest]
    scores.sort(reverse=True)
    if not scores or scores[0][0] < LEAST_PIXELS:
        seen = ", ".join("#{:02x}{:02x}{:02x}".format(*rgb(colour)) for _, colour in scores[:4]) or "none"
        what = f"no colour in it makes candles (colours beside the background: {seen})"
        raise PictureError(
            what, hint="a chart of candles with bodies at least 3 pixels wide, not of lines or OHLC bars"
        )
    return [colour for score, colour in scores[:MOST_CANDLES] if score >= _SECOND * scores[0][0]]


def candle_score(mask: BoolArray) -> float:
    """How much a colour's pixels look like candles; see the head of this file."""
    runs = strokes.down(mask)
    tall = runs.length >= 3
    runs = strokes.Runs(runs.line[tall], runs.first[tall], runs.last[tall])
    if len(runs.line) < 6:
        return 0.0
    sides = strokes.rectangles(runs, TALLEST)
    first, last, weight = runs.first[sides], runs.last[sides], np.sqrt(runs.length[sides].astype(np.float64))
    columns = len(np.unique(runs.line[sides]))
    if columns < 6:
        return 0.0
    spread = strokes.variety(first, weight) * strokes.variety(last, weight)
    return float(runs.length[sides].sum()) * max(0.0, spread) ** 2
