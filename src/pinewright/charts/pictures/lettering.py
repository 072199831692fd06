"""Text on a picture: Pillow's own scalable font, measured before it is drawn, cut where it would not fit."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

CUT: Final = "…"
RGB = tuple[int, int, int]
_SPACE: Final = 0.26
"""Of a letter's size between two words."""
_MISSING: Final = "\uffff"


@dataclass(frozen=True)
class Lettering:
    """A font of one size in pixels (ascenders and descenders together take ``height``)."""

    size: int

    @property
    def height(self) -> int:
        """Pixels from the top of the tallest letter to the bottom of the deepest."""
        above, below = _font(self.size).getmetrics()
        return int(above + below)

    def width(self, text: str) -> int:
        """Pixels that the text takes across; what is drawn never goes beyond them."""
        return max((left + _wide(self.size, word) for left, word in _words(self.size, plain(text))), default=0)

    def fit(self, text: str, room: int) -> str:
        """The text, or its beginning with an ellipsis, in at most ``room`` pixels; empty where nothing fits."""
        text = plain(text)
        if self.width(text) <= room:
            return text
        low, high = 0, len(text)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self.width(text[:middle].rstrip() + CUT) <= room else (low, middle - 1)
        return text[:low].rstrip() + CUT if low else ""

    def mask(self, text: str) -> npt.NDArray[np.uint8]:
        """How much of each pixel [height, width] the text covers, 0 to 255."""
        return _mask(self.size, plain(text), self.width(text), self.height)


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """The text in letters that the font has: accents fall away, others become a question mark, spaces are one."""
    text = " ".join(text.split())
    return text if text.isascii() else "".join(_known(letter) for letter in text)


def _known(letter: str) -> str:
    if _has(letter):
        return letter
    base = unicodedata.normalize("NFKD", letter)[:1]
    dashes = {"\u2010": "-", "\u2013": "-", "\u2014": "-", "\u2212": "-"}
    return dashes.get(letter) or (base if base != letter and _has(base) else "?")


@lru_cache(maxsize=4096)
def _has(letter: str) -> bool:
    font = _font(24)
    drawn, missing = font.getmask(letter), font.getmask(_MISSING)
    return drawn.size != missing.size or bytes(drawn) != bytes(missing)


@lru_cache(maxsize=1024)
def _mask(size: int, text: str, width: int, height: int) -> npt.NDArray[np.uint8]:
    from PIL import Image, ImageDraw

    image = Image.new("L", (max(1, width), height))
    for left, word in _words(size, text):
        ImageDraw.Draw(image).text((left, 0), word, fill=255, font=_font(size))
    return np.asarray(image)


@lru_cache(maxsize=4096)
def _words(size: int, text: str) -> tuple[tuple[int, str], ...]:
    """Each word and the pixel at which it begins. The font's own pairs would draw ``4 m`` and ``Y 5`` without a gap."""
    found, left = [], 0
    for word in text.split():
        found.append((left, word))
        left += round(_font(size).getlength(word)) + max(2, round(_SPACE * size))
    return tuple(found)


def _wide(size: int, word: str) -> int:
    font = _font(size)
    return int(max(font.getlength(word), font.getbbox(word)[2]) + 0.999)


@lru_cache(maxsize=64)
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont

    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)  # Pillow's wheels all hold FreeType
    return font
