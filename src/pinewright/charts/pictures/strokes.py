"""Smooth lines and shapes on an array of pixels: drawn four times as large as a mask, made smaller, laid over."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.charts.pictures.lettering import RGB, Lettering
from pinewright.market import FloatArray

Pixels = npt.NDArray[np.uint8]
"""A picture [H, W, 3]."""
Place = tuple[float, float]
"""Across and down in pixels, from the picture's left upper corner; a pixel's middle is half a pixel further."""

_FINER: Final = 4
_FAINT: Final = 64
"""Cover of 255 up to which a letter's edge needs no rim."""


@dataclass(frozen=True)
class Box:
    """A rectangle of pixels, its right and bottom excluded."""

    left: int
    top: int
    right: int
    bottom: int

    @classmethod
    def around(cls, middle: Place, half: float) -> Box:
        """A square with that middle, ``half`` as far from it to each side."""
        x, y = middle
        return cls(round(x - half), round(y - half), round(x + half), round(y + half))

    @property
    def width(self) -> int:
        return self.right - self.left

    @property
    def height(self) -> int:
        return self.bottom - self.top

    def of(self, pixels: Pixels) -> Pixels:
        """The view of the picture that lies in it."""
        return pixels[self.top : self.bottom, self.left : self.right]

    def holds(self, other: Box) -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    def meets(self, other: Box) -> bool:
        """Whether they share a pixel."""
        return (
            self.left < other.right and other.left < self.right and self.top < other.bottom and other.top < self.bottom
        )

    def within(self, other: Box) -> Box:
        """What both share; without height or width where they share nothing."""
        left, top = max(self.left, other.left), max(self.top, other.top)
        return Box(left, top, max(left, min(self.right, other.right)), max(top, min(self.bottom, other.bottom)))


def line(pixels: Pixels, clip: Box, points: Sequence[Place], color: RGB, width: float, dash: float = 0.0) -> None:
    """A line through the points inside ``clip``; dash: pixels of a dash and of the gap behind it, 0 for none."""
    pieces = list(_dashes(points, dash)) if dash else [points]
    clip = _around(points, width, clip)
    if len(points) < 2 or not clip.width or not clip.height:
        return
    from PIL import Image, ImageDraw

    mask = Image.new("L", (clip.width * _FINER, clip.height * _FINER))
    draw = ImageDraw.Draw(mask)
    for piece in pieces:
        fine = [((x - clip.left) * _FINER - 0.5, (y - clip.top) * _FINER - 0.5) for x, y in piece]
        draw.line(fine, fill=255, width=max(1, round(width * _FINER)), joint="curve")
    _lay(clip.of(pixels), np.asarray(mask.reduce(_FINER)), color)


def polygon(
    pixels: Pixels, clip: Box, points: Sequence[Place], color: RGB, edge: RGB | None, width: float = 0.0
) -> None:
    """A filled polygon inside ``clip`` with an edge of that colour, drawn around it."""
    if edge is not None and width:
        # The edge lies outside, so that a small shape keeps its size.
        line(pixels, clip, [*points, *points[:2]], edge, 2 * width)
    clip = _around(points, 1, clip)
    if not clip.width or not clip.height:
        return
    from PIL import Image, ImageDraw

    mask = Image.new("L", (clip.width * _FINER, clip.height * _FINER))
    fine = [((x - clip.left) * _FINER - 0.5, (y - clip.top) * _FINER - 0.5) for x, y in points]
    ImageDraw.Draw(mask).polygon(fine, fill=255)
    _lay(clip.of(pixels), np.asarray(mask.reduce(_FINER)), color)


def letters(pixels: Pixels, font: Lettering, left: int, top: int, text: str, color: RGB) -> Box:
    """A text with its left upper corner there; the box that it takes. What lies outside the picture is not drawn."""
    cover = font.mask(text)
    box = Box(left, top, left + cover.shape[1], top + cover.shape[0])
    seen = box.within(Box(0, 0, pixels.shape[1], pixels.shape[0]))
    _lay(seen.of(pixels), cover[seen.top - top : seen.bottom - top, seen.left - left : seen.right - left], color)
    return box


def halo(pixels: Pixels, font: Lettering, left: int, top: int, text: str, color: RGB, width: int) -> None:
    """A rim of ``width`` pixels around the letters of a text, so that they are read over bars without hiding them."""
    cover = np.pad(font.mask(text), width)
    for axis in (0, 1):
        shifted = [np.roll(cover, shift, axis) for shift in range(-width, width + 1)]
        cover = np.maximum.reduce(shifted)
    box = Box(left - width, top - width, left - width + cover.shape[1], top - width + cover.shape[0])
    seen = box.within(Box(0, 0, pixels.shape[1], pixels.shape[0]))
    part = cover[seen.top - box.top : seen.bottom - box.top, seen.left - box.left : seen.right - box.left]
    # No soft edge: every bar's colour would come in as many shades.
    seen.of(pixels)[part > _FAINT] = color


def behind(view: Pixels, grounds: Sequence[RGB], color: RGB, where: npt.NDArray[np.bool_] | None = None) -> None:
    """Colour the pixels of a view [h, w, 3] that still show one of the ``grounds``: what lies behind the bars.

    where [h, w]: those that are meant, by default all.
    """
    free = shows(view, grounds)
    view[free if where is None else free & where] = color


def shade(pixels: Pixels, clip: Box, points: Sequence[Place], grounds: Sequence[RGB], color: RGB) -> None:
    """Colour the inside of a polygon where it still shows one of the ``grounds``."""
    clip = _around(points, 0, clip)
    if not clip.width or not clip.height:
        return
    mask = np.zeros((clip.height, clip.width, 3), dtype=np.uint8)
    inside = [(x - clip.left, y - clip.top) for x, y in points]
    polygon(mask, Box(0, 0, clip.width, clip.height), inside, (255, 255, 255), None)
    behind(clip.of(pixels), grounds, color, mask[:, :, 0] > 127)


def _codes(view: Pixels) -> npt.NDArray[np.uint32]:
    """Each pixel as one number [h, w]."""
    wide = view.astype(np.uint32)
    return np.asarray(wide[:, :, 0] << 16 | wide[:, :, 1] << 8 | wide[:, :, 2], dtype=np.uint32)


def shows(view: Pixels, grounds: Sequence[RGB]) -> npt.NDArray[np.bool_]:
    """Which pixels [h, w] of a view have one of those colours."""
    return np.isin(_codes(view), [_code(ground) for ground in grounds])


def _code(color: RGB) -> int:
    return color[0] << 16 | color[1] << 8 | color[2]


def runs(values: FloatArray) -> Iterator[slice]:
    """The stretches of finite values [N], oldest first."""
    known = np.isfinite(values).astype(np.int8)
    edges = np.diff(known, prepend=0, append=0)
    for start, stop in zip(np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist(), strict=True):
        yield slice(start, stop)


def _lay(view: Pixels, mask: npt.NDArray[np.uint8], color: RGB) -> None:
    """Lay a colour over a view where the mask covers it. Sixteen degrees of cover are as many as the eye tells, and
    keep most pictures within the 256 colours of a small file.
    """
    cover = ((mask.astype(np.uint16) * 15 + 127) // 255 * 17)[:, :, None]
    over = np.array(color, dtype=np.uint16) * cover
    view[:] = ((view * (255 - cover) + over + 127) // 255).astype(np.uint8)


def _around(points: Sequence[Place], width: float, clip: Box) -> Box:
    if not points:
        return Box(clip.left, clip.top, clip.left, clip.top)
    room = math.ceil(width) + 2
    across, down = [x for x, _ in points], [y for _, y in points]
    box = Box(
        math.floor(min(across)) - room,
        math.floor(min(down)) - room,
        math.ceil(max(across)) + room,
        math.ceil(max(down)) + room,
    )
    return box.within(clip)


def _dashes(points: Sequence[Place], dash: float) -> Iterator[list[Place]]:
    """The polyline in pieces ``dash`` long with gaps as long between them."""
    begin = 0.0
    for (x, y), (to_x, to_y) in itertools.pairwise(points):
        length = math.hypot(to_x - x, to_y - y)
        for count in range(int(begin / (2 * dash)), int((begin + length) / (2 * dash)) + 1):
            start, stop = max(0.0, 2 * dash * count - begin), min(length, 2 * dash * count + dash - begin)
            if stop > start:
                yield [(x + (to_x - x) * part / length, y + (to_y - y) * part / length) for part in (start, stop)]
        begin += length
