"""Pictures of labels beside an empty plot, lettered by Pillow's own font, with the rows of their prices."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from pinewright.patterns.picture.image import Pixels
from pinewright.patterns.picture.reading import Rectangle

PLOT = Rectangle(10, 20, 399, 380)
Rgb = tuple[int, int, int]


def plain(decimals: int) -> Callable[[float], str]:
    return lambda price: f"{price:.{decimals}f}"


def lettered(
    prices: list[float],
    row_of: Callable[[float], float],
    text_of: Callable[[float], str],
    *,
    size: int = 13,
    ground: Rgb = (255, 255, 255),
    ink: Rgb = (60, 60, 60),
    grid: Rgb | None = None,
    left: bool = False,
) -> Pixels:
    """A picture of 500 by 400 with the texts of prices in the middle of their rows, right of the plot or left."""
    image = Image.new("RGB", (500, 400), ground)
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size)
    for price in prices:
        row = row_of(price)
        text = text_of(price)
        _, top, _, bottom = font.getbbox("0")
        draw.text((2 if left else 410, round(row + 0.5 - (top + bottom) / 2)), text, fill=ink, font=font)
        if grid is not None:
            at = int(np.floor(row + 0.5))
            draw.line((0 if not left else 100, at, 399 if not left else 499, at), fill=grid)
    return np.asarray(image)
