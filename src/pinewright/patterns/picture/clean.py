"""Whether a picture is as a chart was drawn, pixel by pixel: neither scaled nor compressed with loss.

Charts draw bars on whole pixels. Two traces tell that a picture is another's copy. Scaling leaves upright edges that
are blends of the ground and of what stands there. JPEG, and sharp ways of scaling, leave many rare colours that hardly
differ from the ground. Candles read from such copies are wrong by several rows without any sign of it, so they are
refused (docs/explanation/from-pixels.md).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from pinewright.market import BoolArray, IntArray
from pinewright.patterns.picture import strokes
from pinewright.patterns.picture.colours import Colours, parts
from pinewright.patterns.picture.image import PictureError, Pixels

MOST_NOISE: Final = 0.058
"""Pixels that nearly are the ground, in rare colours, at most, per strong pixel beside them; screenshots have up to
0.038, JPEG of quality 95 0.088 and more, pictures scaled by Lanczos's way 0.081."""
MOST_SOFT: Final = 0.25
"""Share of upright edges that are blends at most; screenshots have up to 0.064, small pictures of ours with letters and
steep smooth lines 0.197, candles scaled in straight lines between pixels 0.309 and more."""
NEARLY: Final = 12
"""Difference from the ground in one channel at most, of what nearly is the ground."""
BESIDE: Final = 3
"""Pixels from what is drawn in which its copy leaves traces."""
STRONG: Final = 60
"""The same at least, of what stands behind an edge; the edge itself has 24."""
COMMON: Final = 24
"""Colours of a chart that are not rare."""
LEAST_PIXELS: Final = 100
"""Pixels that are not ground, and pixels of edges, below which nothing is told."""
TALL: Final = 6
"""Rows that an edge goes straight down at least."""


def demand_clean(pixels: Pixels, colours: Colours) -> None:
    """PictureError for a picture [H, W, 3] that was scaled or compressed with loss."""
    strength = _strength(pixels, colours)
    if noise(strength, colours) > MOST_NOISE:
        what = "around what is drawn there are many shades of the background: compressed with loss (JPEG), or scaled"
    elif softness(pixels, strength, colours) > MOST_SOFT:
        what = "the edges of what is drawn lie between pixels: the picture was scaled"
    else:
        return
    raise PictureError(what, hint="a screenshot as PNG in its own size; zoom in on the chart, not on its picture")


def _strength(pixels: Pixels, colours: Colours) -> Pixels:
    """The largest difference of a channel from the ground [H, W]."""
    ground = parts(np.array([colours.ground]))[0].astype(np.uint8)
    found = np.zeros(pixels.shape[:2], dtype=np.uint8)
    for channel, level in enumerate(ground):
        part = pixels[:, :, channel]
        np.maximum(found, np.where(part > level, part - level, level - part), out=found)
    return found


def noise(strength: Pixels, colours: Colours) -> float:
    """Pixels beside strong ones that nearly are the ground, in colours other than the common ones, per strong one.

    Beside strong ones, as letters that can hardly be seen are near the ground, too, and stand alone.
    """
    strong = strength >= STRONG
    drawn = int(np.count_nonzero(strong))
    near = (strength > 0) & (strength <= NEARLY) & _grown(strong)
    rare = ~np.isin(colours.packed[near], colours.common[:COMMON])
    return float(rare.sum()) / drawn if drawn >= LEAST_PIXELS else 0.0


def _grown(mask: BoolArray) -> BoolArray:
    """With the pixels up to ``BESIDE`` away, up and down, then left and right."""
    upright = mask.copy()
    for step in range(1, BESIDE + 1):
        upright[step:] |= mask[:-step]
        upright[:-step] |= mask[step:]
    found = upright.copy()
    for step in range(1, BESIDE + 1):
        found[:, step:] |= upright[:, :-step]
        found[:, :-step] |= upright[:, step:]
    return found


def softness(pixels: Pixels, strength: Pixels, colours: Colours) -> float:
    """Share of the pixels of upright edges beside the ground that blend it with what stands behind them."""
    ground = parts(np.array([colours.ground]))[0]
    soft = total = 0
    for way in (slice(None), slice(None, None, -1)):
        rows, columns = _edges(pixels[:, way], strength[:, way])
        here, behind = (pixels[:, way][rows, columns + step].astype(np.int64) - ground for step in (0, 1))
        share = (here * behind).sum(axis=1) / np.maximum((behind * behind).sum(axis=1), 1)
        off = np.abs(here - share[:, None] * behind).max(axis=1, initial=0.0)
        blends = (np.abs(behind).max(axis=1, initial=0) >= STRONG) & (share > 0.1) & (share < 0.9) & (off <= 30)
        soft, total = soft + int(blends.sum()), total + len(blends)
    return soft / total if total >= LEAST_PIXELS else 0.0


def _edges(pixels: Pixels, strength: Pixels) -> tuple[IntArray, IntArray]:
    """Rows and columns of the pixels of straight upright edges whose left neighbour is ground."""
    edge = (strength[:, :-2] <= NEARLY) & (strength[:, 1:-1] >= 24)
    rows, columns = np.nonzero(edge[1:] & edge[:-1])
    columns += 1
    step = np.abs(pixels[rows + 1, columns].astype(np.int64) - pixels[rows, columns]).max(axis=1, initial=0)
    straight = np.zeros(strength.shape, dtype=np.bool_)
    straight[rows[step <= 16] + 1, columns[step <= 16]] = True
    runs = strokes.down(straight)
    kept = runs.length >= TALL
    length = runs.length[kept]
    columns = np.repeat(runs.line[kept], length)
    before = np.repeat(np.cumsum(length) - length, length)
    return np.repeat(runs.first[kept], length) + np.arange(len(columns)) - before, columns
