"""Pictures that were scaled or compressed with loss are refused, as drawn ones never are."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from pinewright.patterns.picture.analyzer import VisualPatternAnalyzer
from pinewright.patterns.picture.image import PictureError, Pixels

from .drawn import Paint, paint, walk_rows


def chart(seed: int, look: Paint | None = None) -> Pixels:
    rows, up = walk_rows(60, 320, seed)
    return paint(rows, up, look or Paint(pitch=11.0, body=7), 320)


def resized(share: float, way: Image.Resampling) -> Callable[[Pixels], Pixels]:
    def change(pixels: Pixels) -> Pixels:
        size = round(share * pixels.shape[1]), round(share * pixels.shape[0])
        return np.asarray(Image.fromarray(pixels).resize(size, way))

    return change


def compressed(quality: int) -> Callable[[Pixels], Pixels]:
    def change(pixels: Pixels) -> Pixels:
        held = io.BytesIO()
        Image.fromarray(pixels).save(held, "JPEG", quality=quality)
        with Image.open(held) as image:
            return np.asarray(image.convert("RGB"))

    return change


COPIES = {
    "smaller": resized(0.8, Image.Resampling.BILINEAR),
    "smaller, sharp": resized(0.8, Image.Resampling.LANCZOS),
    "larger": resized(1.3, Image.Resampling.BILINEAR),
    "larger, sharp": resized(1.3, Image.Resampling.LANCZOS),
    "JPEG 95": compressed(95),
    "JPEG 85": compressed(85),
}


@pytest.mark.parametrize("change", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("look", [Paint(pitch=11.0, body=7), Paint(pitch=16.3, body=11, ground=(19, 23, 34))])
def test_copies_are_refused_and_told_why(change: Callable[[Pixels], Pixels], look: Paint) -> None:
    with pytest.raises(PictureError, match="scaled") as told:
        VisualPatternAnalyzer().read(change(chart(1, look)))
    assert "PNG" in str(told.value.hint)


def test_whole_multiples_are_as_clean_as_what_was_drawn() -> None:
    drawn = chart(2)
    doubled = np.repeat(np.repeat(drawn, 2, axis=0), 2, axis=1)
    one, two = VisualPatternAnalyzer().read(drawn), VisualPatternAnalyzer().read(doubled)
    assert np.array_equal(two.candles.high, 2 * one.candles.high)
    assert np.array_equal(two.candles.low, 2 * one.candles.low + 1)
