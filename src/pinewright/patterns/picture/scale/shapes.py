"""The ten digits as pictures to compare with: pen strokes of our own in several forms, and Pillow's own font.

A form is a list of strokes in a box from (0, 0), upper left, to (1, 1). Pens are thin, plain and heavy, and broad pens
whose upright strokes are heavier than the flat ones, as in type with serifs. Nothing here comes from a font that charts
are drawn with, but for Pillow's, with which our own charts are lettered.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np

from pinewright.market import FloatArray, IntArray

ROWS, COLUMNS = 20, 14
"""Size of a digit once its edges have been brought to those of a box."""
Stroke = list[tuple[float, float]]
_PENS: Final = ((0.07, 0.07), (0.11, 0.11), (0.16, 0.16), (0.22, 0.18), (0.17, 0.06), (0.13, 0.05))
"""Width and height of a pen, as shares of a digit's height."""
_WIDE: Final = 0.62
"""Width of a digit, as a share of its height."""
_NARROW_ONE: Final = 0.38
_DRAWN: Final = 120
_SIZES: Final = (7, 9, 11, 14, 20, 28)
_FONT_SIZES: Final = (9, 10, 11, 12, 13, 14, 16, 18, 20, 24, 32)


def _arc(x: float, y: float, wide: float, high: float, start: float, end: float) -> Stroke:
    """Part of an ellipse; degrees run clockwise from three o'clock."""
    angle = np.radians(np.linspace(start, end, 40))
    return list(zip((x + wide * np.cos(angle)).tolist(), (y + high * np.sin(angle)).tolist(), strict=True))


def _box(x: float, y: float, wide: float, high: float) -> Stroke:
    """A rounded rectangle."""
    angle = np.linspace(0, 2 * np.pi, 60)
    cos, sin = np.cos(angle), np.sin(angle)
    return list(
        zip(
            (x + wide * np.sign(cos) * np.abs(cos) ** 0.6).tolist(),
            (y + high * np.sign(sin) * np.abs(sin) ** 0.6).tolist(),
            strict=True,
        )
    )


_ZERO: Final = _arc(0.5, 0.5, 0.5, 0.5, 0, 360)
_TOP_OF_TWO: Final = _arc(0.49, 0.28, 0.45, 0.28, 195, 385)
_SIX: Final = [
    _arc(0.5, 0.68, 0.5, 0.32, 0, 360),
    [(0.0, 0.68), (0.0, 0.5), *_arc(0.52, 0.48, 0.52, 0.48, 180, 310)],
]
_SIX_STRAIGHT: Final = [_arc(0.5, 0.66, 0.5, 0.34, 0, 360), [(0.06, 0.52), (0.58, 0.0)]]
_SIX_CURLED: Final = [
    _arc(0.5, 0.68, 0.5, 0.32, 0, 360),
    [(0.0, 0.68), (0.0, 0.45), *_arc(0.48, 0.45, 0.48, 0.45, 180, 250), (0.85, 0.01)],
]

_FORMS: Final[dict[int, tuple[list[Stroke], ...]]] = {
    0: (
        [_ZERO],
        [_box(0.5, 0.5, 0.5, 0.5)],
        [_ZERO, [(0.3, 0.68), (0.7, 0.32)]],
        [_ZERO, [(0.5, 0.44), (0.5, 0.56)]],
        [_box(0.5, 0.5, 0.5, 0.5), [(0.5, 0.45), (0.5, 0.55)]],
    ),
    1: (
        [[(1.0, 0.0), (1.0, 1.0)], [(1.0, 0.0), (0.6, 0.14), (0.0, 0.22)]],
        [[(1.0, 0.0), (1.0, 1.0)], [(1.0, 0.02), (0.0, 0.25)]],
        [[(0.55, 0.0), (0.55, 1.0)], [(0.55, 0.0), (0.05, 0.14)], [(0.0, 1.0), (1.0, 1.0)]],
        [[(0.55, 0.0), (0.55, 1.0)], [(0.55, 0.0), (0.05, 0.24)], [(0.0, 1.0), (1.0, 1.0)]],
        [[(0.55, 0.0), (0.55, 1.0)], [(0.55, 0.0), (0.1, 0.12)], [(0.1, 1.0), (0.95, 1.0)]],
    ),
    2: (
        [[*_TOP_OF_TWO, (0.75, 0.55), (0.02, 1.0)], [(0.0, 1.0), (1.0, 1.0)]],
        [[*_TOP_OF_TWO, (0.4, 0.7), (0.02, 0.9), (0.02, 1.0)], [(0.0, 1.0), (1.0, 1.0)]],
        [[(0.03, 0.12), *_arc(0.46, 0.27, 0.45, 0.27, 250, 390), (0.02, 1.0)], [(0.0, 1.0), (1.0, 1.0)]],
    ),
    3: (
        [_arc(0.45, 0.26, 0.47, 0.26, 200, 440), _arc(0.46, 0.73, 0.54, 0.27, -80, 160)],
        [
            [(0.05, 0.06), *_arc(0.45, 0.25, 0.47, 0.25, 260, 440), (0.3, 0.48)],
            [(0.3, 0.48), *_arc(0.46, 0.73, 0.54, 0.27, -80, 100), (0.0, 0.95)],
        ],
        [[(0.05, 0.0), (0.92, 0.0), (0.45, 0.4)], _arc(0.46, 0.7, 0.54, 0.3, -90, 150)],
    ),
    4: (
        [[(0.75, 0.0), (0.0, 0.7), (1.0, 0.7)], [(0.75, 0.0), (0.75, 1.0)]],
        [[(0.68, 0.0), (0.0, 0.76), (1.0, 0.76)], [(0.7, 0.0), (0.7, 1.0)]],
        [[(0.7, 0.0), (0.0, 0.72), (1.0, 0.72)], [(0.72, 0.0), (0.72, 1.0)], [(0.5, 1.0), (0.95, 1.0)]],
        [[(0.55, 0.0), (0.0, 0.75), (1.0, 0.75)], [(0.76, 0.4), (0.76, 1.0)]],
    ),
    5: (
        [
            [
                (0.92, 0.0),
                (0.15, 0.0),
                (0.06, 0.48),
                *_arc(0.47, 0.67, 0.53, 0.33, 215, 430),
                *_arc(0.45, 0.67, 0.46, 0.33, 80, 155),
            ]
        ],
        [[(0.9, 0.0), (0.1, 0.0), (0.1, 0.42), *_arc(0.45, 0.69, 0.55, 0.31, 260, 460), (0.0, 0.94)]],
        [[(0.95, 0.02), (0.2, 0.02), (0.06, 0.42), *_arc(0.4, 0.7, 0.6, 0.32, 270, 440), (0.05, 0.96)]],
    ),
    6: (_SIX, _SIX_STRAIGHT, _SIX_CURLED),
    7: (
        [[(0.0, 0.0), (1.0, 0.0), (0.3, 1.0)]],
        [[(0.0, 0.0), (1.0, 0.0), (0.65, 0.4), (0.42, 0.75), (0.36, 1.0)]],
        [[(0.0, 0.18), (0.03, 0.0), (1.0, 0.0), (0.35, 1.0)]],
        [[(0.0, 0.0), (1.0, 0.0), (0.3, 1.0)], [(0.3, 0.5), (0.85, 0.5)]],
    ),
    8: (
        [_arc(0.5, 0.25, 0.44, 0.25, 0, 360), _arc(0.5, 0.74, 0.5, 0.26, 0, 360)],
        [_arc(0.5, 0.23, 0.42, 0.23, 0, 360), _arc(0.5, 0.72, 0.5, 0.28, 0, 360)],
        [
            [(0.3, 0.4), *_arc(0.48, 0.24, 0.42, 0.24, 140, 400), (0.3, 0.5)],
            [(0.3, 0.42), *_arc(0.5, 0.76, 0.5, 0.24, -40, 220), (0.3, 0.42)],
        ],
    ),
    9: tuple([[(1 - x, 1 - y) for x, y in stroke] for stroke in form] for form in (_SIX, _SIX_STRAIGHT, _SIX_CURLED)),
}


@lru_cache(maxsize=1)
def masters() -> tuple[tuple[int, FloatArray], ...]:
    """Every digit in every form and by every pen: the digit, and its cover [h, w], large."""
    found = []
    for digit, forms in _FORMS.items():
        for form in forms:
            # A one without a foot is a narrow glyph; one with a foot is as wide as the rest.
            narrow = digit == 1 and len(form) == 2
            for pen in _PENS:
                found.append((digit, _drawn(form, pen, _NARROW_ONE if narrow else _WIDE)))
    return tuple(found)


def _drawn(form: list[Stroke], pen: tuple[float, float], wide: float) -> FloatArray:
    from PIL import Image, ImageDraw

    across, down = pen[0] * _DRAWN, pen[1] * _DRAWN
    width, height = wide * _DRAWN, float(_DRAWN)
    image = Image.new("L", (round(width), round(height)))
    draw = ImageDraw.Draw(image)
    for stroke in form:
        places = np.array(stroke)
        along = np.concatenate(([0.0], np.cumsum(np.hypot(*np.diff(places, axis=0).T))))
        steps = np.linspace(0.0, along[-1], max(2, int(along[-1] * 60)))
        x = across / 2 + np.interp(steps, along, places[:, 0]) * (width - across)
        y = down / 2 + np.interp(steps, along, places[:, 1]) * (height - down)
        for one, other in zip(x.tolist(), y.tolist(), strict=True):
            draw.ellipse((one - across / 2, other - down / 2, one + across / 2, other + down / 2), fill=255)
    return np.asarray(image, dtype=np.float64) / 255.0


@lru_cache(maxsize=4)
def _written() -> tuple[tuple[int, FloatArray], ...]:
    """The digits of Pillow's own font in several sizes, as it draws them."""
    from PIL import Image, ImageDraw, ImageFont

    found = []
    for size in _FONT_SIZES:
        font = ImageFont.load_default(size)
        for digit in range(10):
            image = Image.new("L", (2 * size, 2 * size))
            ImageDraw.Draw(image).text((size // 2, size // 4), str(digit), fill=255, font=font)
            found.append((digit, np.asarray(image, dtype=np.float64) / 255.0))
    return tuple(found)


@lru_cache(maxsize=1)
def templates() -> tuple[IntArray, IntArray, FloatArray]:
    """Digits [N], heights in pixels [N] and pictures [N, ROWS * COLUMNS], centred and of length 1.

    Each is drawn as small as a chart draws it and then brought to one size, as the glyphs of a picture are.
    """
    digits, heights, pictures = [], [], []
    for digit, cover in _written():
        own = trimmed(cover)
        digits.append(digit)
        heights.append(len(own[0]))
        pictures.append(normal(*own))
    for digit, master in masters():
        for size in _SIZES:
            own = trimmed(_small(master, size))
            digits.append(digit)
            heights.append(len(own[0]))
            pictures.append(normal(*own))
    return np.array(digits, dtype=np.int64), np.array(heights, dtype=np.int64), np.array(pictures)


def _small(master: FloatArray, rows: int) -> FloatArray:
    """A large digit as one of so many rows and a half, off the pixels' edges by a third, its edges soft."""
    height, width = master.shape
    down = height / (rows + 0.5)
    columns = int(width / down) + 3
    rows_of = _shares(height, rows + 2, down, 0.35)
    columns_of = _shares(width, columns, down, 0.35)
    return np.asarray(rows_of @ master @ columns_of.T)


def _shares(size: int, count: int, step: float, shift: float) -> FloatArray:
    """How much of each of ``count`` pixels, ``step`` long, each of ``size`` points fills [count, size]."""
    starts = (np.arange(count) - shift) * step
    point = np.arange(size)
    share = np.minimum(starts[:, None] + step, point + 1) - np.maximum(starts[:, None], point)
    return np.asarray(np.clip(share, 0.0, 1.0) / step)


def trimmed(cover: FloatArray) -> tuple[FloatArray, tuple[float, float, float, float]]:
    """A cover without empty rows and columns, and the part of it that is filled: left, top, right, bottom."""
    rows, columns = np.flatnonzero(cover.max(axis=1) > 0.08), np.flatnonzero(cover.max(axis=0) > 0.08)
    own = cover[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    own = own / own.max()
    edges = own[:, 0].max(), own[0].max(), own[:, -1].max(), own[-1].max()
    left, top, right, bottom = (float(min(1.0, max(0.05, edge))) for edge in edges)
    return own, (1 - left, 1 - top, own.shape[1] - 1 + right, own.shape[0] - 1 + bottom)


def normal(cover: FloatArray, box: tuple[float, float, float, float]) -> FloatArray:
    """The part of a cover inside a box as a picture of ROWS by COLUMNS, flat, centred, of length 1."""
    left, top, right, bottom = box
    rows = np.linspace(top, bottom, ROWS + 1)
    columns = np.linspace(left, right, COLUMNS + 1)
    total = np.zeros((cover.shape[0] + 1, cover.shape[1] + 1))
    total[1:, 1:] = cover.cumsum(axis=0).cumsum(axis=1)
    # The sum over any part of the cover is linear in its edges between whole pixels.
    down = _between(total, rows)
    both = _between(down.T, columns).T
    picture = np.diff(np.diff(both, axis=0), axis=1).ravel()
    picture = picture - picture.mean()
    return np.asarray(picture / max(1e-9, float(np.linalg.norm(picture))))


def _between(total: FloatArray, places: FloatArray) -> FloatArray:
    """Rows of a table at places between them."""
    low = np.clip(np.floor(places).astype(np.int64), 0, len(total) - 2)
    share = (places - low)[:, None]
    return np.asarray(total[low] * (1 - share) + total[low + 1] * share)
