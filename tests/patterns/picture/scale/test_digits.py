"""Glyphs as digits: what Pillow's own font draws is read, in any size, light and bold, on any ground."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pinewright.patterns.picture.scale.digits import likeness, log_chances, pictures_of
from pinewright.patterns.picture.scale.ink import text_lines
from pinewright.patterns.picture.scale.labels import labels_of


def written(texts: list[str], size: int, bold: int = 0, dark: bool = False) -> list[str]:
    ground, ink = ("black", "#d0d0d0") if dark else ("white", "#202020")
    image = Image.new("RGB", (40 + 12 * size, 40 + 3 * size * len(texts)), ground)
    draw = ImageDraw.Draw(image)
    for place, text in enumerate(texts):
        draw.text((15, 15 + 3 * size * place), text, fill=ink, font=ImageFont.load_default(size), stroke_width=bold)
    pixels = np.asarray(image)
    return [str(label.best) for label in labels_of(text_lines(pixels, 0, pixels.shape[1]))]


@pytest.mark.parametrize("size", [11, 13, 16, 22, 30])
@pytest.mark.parametrize("dark", [False, True])
def test_digits_are_read(size: int, dark: bool) -> None:
    assert written(["12345", "67890", "90817"], size, dark=dark) == ["12345", "67890", "90817"]


def test_bold_digits_are_read() -> None:
    assert written(["12345", "67890"], 30, bold=1) == ["12345", "67890"]


def test_a_smaller_last_digit_belongs_to_the_number() -> None:
    image = Image.new("RGB", (160, 160), "white")
    draw = ImageDraw.Draw(image)
    for row in (10, 60, 110):
        draw.text((10, row), "1.2345", fill="black", font=ImageFont.load_default(20))
        draw.text((75, row + 1), "6", fill="black", font=ImageFont.load_default(14))
    labels = labels_of(text_lines(np.asarray(image), 0, 160))
    assert [(label.best, label.decimals) for label in labels] == [(123456, frozenset({5}))] * 3


def test_points_that_touch_digits_are_found() -> None:
    image = Image.new("RGB", (160, 160), "white")
    draw = ImageDraw.Draw(image)
    for row in (10, 60, 110):
        draw.text((10, row), "1.1117", fill="black", font=ImageFont.load_default(11))
    assert {label.decimals for label in labels_of(text_lines(np.asarray(image), 0, 160))} == {frozenset({4})}


def test_room_for_a_point_that_is_not_there_makes_no_number() -> None:
    image = Image.new("RGB", (200, 160), "white")
    draw = ImageDraw.Draw(image)
    for row in (10, 60, 110):
        draw.text((10, row), "1 1722", fill="black", font=ImageFont.load_default(16))
    assert labels_of(text_lines(np.asarray(image), 0, 200)) == []


def test_chances_add_up_to_one() -> None:
    image = Image.new("RGB", (160, 160), "white")
    draw = ImageDraw.Draw(image)
    for row in (10, 60, 110):
        draw.text((10, row), "4071", fill="black", font=ImageFont.load_default(14))
    glyphs = text_lines(np.asarray(image), 0, 160)[0].glyphs
    chances = log_chances(likeness(glyphs, pictures_of(glyphs)))
    assert np.allclose(np.exp(chances).sum(axis=1), 1.0)
