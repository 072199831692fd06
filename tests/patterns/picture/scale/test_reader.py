"""The axis that labels show: right within a row, or none with the reason."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageFont

from pinewright.patterns.picture.axis import NoScale, PriceScale
from pinewright.patterns.picture.reading import Rectangle
from pinewright.patterns.picture.scale.reader import read_scale

from .lettered import PLOT, lettered, plain


def linear(low: float, high: float) -> tuple[float, float]:
    """Slope and base of the rows of prices that fill the plot."""
    slope = (20.0 - 380.0) / (high - low)
    return slope, 380.0 - slope * low


def found(pixels: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], plot: Rectangle = PLOT) -> PriceScale:
    scale = read_scale(pixels, plot)
    assert isinstance(scale, PriceScale), scale
    return scale


@given(
    first=st.integers(1000, 99000),
    step=st.sampled_from([5, 10, 20, 25, 50, 100, 500]),
    decimals=st.integers(0, 5),
    size=st.integers(11, 20),
    dark=st.booleans(),
    grid=st.booleans(),
)
@settings(max_examples=25, deadline=None)
def test_the_axis_is_right_or_there_is_none(
    first: int, step: int, decimals: int, size: int, dark: bool, grid: bool
) -> None:
    first -= first % step
    prices = [(first + place * step) / 10**decimals for place in range(8)]
    slope, base = linear(prices[0], prices[-1])
    ground, ink, lines = ((19, 23, 34), (209, 212, 220), (42, 46, 57)) if dark else ((255,) * 3, (25,) * 3, (230,) * 3)
    pixels = lettered(
        prices,
        lambda price: slope * price + base,
        plain(decimals),
        size=size,
        ground=ground,
        ink=ink,
        grid=lines if grid else None,
    )
    scale = read_scale(pixels, PLOT)
    if isinstance(scale, NoScale):
        return
    off = [abs(float(scale.axis.row_of(price)) - slope * price - base) for price in (prices[0], prices[-1])]
    assert max(off) <= 1.0
    assert scale.decimals == decimals
    assert scale.agree >= 3


@pytest.mark.parametrize("left", [False, True])
@pytest.mark.parametrize("grid", [None, (230, 230, 230)])
def test_labels_on_either_side(left: bool, grid: tuple[int, int, int] | None) -> None:
    prices = [1.1550 + 0.0005 * place for place in range(7)]
    slope, base = linear(prices[0], prices[-1])
    pixels = lettered(prices, lambda price: slope * price + base, plain(5), grid=grid, left=left)
    plot = Rectangle(100, 20, 490, 380) if left else PLOT
    scale = found(pixels, plot)
    assert (scale.left, scale.decimals, scale.agree, scale.labels) == (left, 5, 7, 7)
    assert scale.step == pytest.approx(0.0005)
    assert scale.grid == (0 if grid is None else 7)
    assert float(scale.axis.row_of(1.156)) == pytest.approx(slope * 1.156 + base, abs=0.6)


@pytest.mark.parametrize(
    ("text", "decimals"),
    [
        (lambda price: f"{price:,.2f}", 2),
        (lambda price: f"{price:,.2f}".replace(",", " ").replace(".", ","), 2),
        (lambda price: f"{price:,.2f}".replace(",", "'"), 2),
    ],
    ids=["comma", "space", "apostrophe"],
)
def test_thousands_do_not_mislead(text: object, decimals: int) -> None:
    prices = [4180.0 + 10 * place for place in range(7)]
    slope, base = linear(prices[0], prices[-1])
    assert callable(text)
    scale = found(lettered(prices, lambda price: slope * price + base, text))
    assert scale.decimals == decimals
    assert float(scale.axis.price_of(380)) == pytest.approx(4180, abs=0.5)


def test_a_comma_before_three_digits_is_no_guess() -> None:
    prices = [112.0 + 0.05 * place for place in range(7)]
    slope, base = linear(prices[0], prices[-1])
    pixels = lettered(prices, lambda price: slope * price + base, lambda price: f"{price:.3f}".replace(".", ","))
    assert read_scale(pixels, PLOT) is NoScale.DECIMALS


def test_logarithmic_labels_are_refused_with_the_reason() -> None:
    prices = [100.0, 150.0, 200.0, 300.0, 400.0, 600.0, 800.0, 1200.0, 1600.0]
    bottom, top = np.log(100.0), np.log(1600.0)
    pixels = lettered(prices, lambda price: float(380 - 360 * (np.log(price) - bottom) / (top - bottom)), plain(2))
    assert read_scale(pixels, PLOT) is NoScale.NOT_LINEAR


def test_per_cent_are_no_prices() -> None:
    prices = [0.25 * place for place in range(1, 8)]
    slope, base = linear(prices[0], prices[-1])
    pixels = lettered(prices, lambda price: slope * price + base, lambda price: f"{price:.2f}%")
    assert isinstance(read_scale(pixels, PLOT), NoScale)


def test_two_labels_are_too_few() -> None:
    slope, base = linear(1.15, 1.16)
    pixels = lettered([1.15, 1.16], lambda price: slope * price + base, plain(5))
    assert isinstance(read_scale(pixels, PLOT), NoScale)
    blank = np.full((400, 500, 3), 255, dtype=np.uint8)
    assert read_scale(blank, PLOT) is NoScale.NO_LABELS


def test_a_price_in_a_box_over_a_label_does_no_harm() -> None:
    prices = [1.1550 + 0.0005 * place for place in range(7)]
    slope, base = linear(prices[0], prices[-1])
    image = Image.fromarray(lettered(prices, lambda price: slope * price + base, plain(5)))
    draw = ImageDraw.Draw(image)
    draw.rectangle((402, 192, 480, 210), fill=(239, 83, 80))
    draw.text((410, 194), "1.15639", fill=(255, 255, 255), font=ImageFont.load_default(13))
    scale = found(np.asarray(image))
    assert scale.agree == 6
    assert float(scale.axis.row_of(1.156)) == pytest.approx(slope * 1.156 + base, abs=0.6)


def test_labels_of_a_pane_below_are_not_those_of_the_price() -> None:
    prices = [1.1550 + 0.0005 * place for place in range(5)]
    image = Image.fromarray(lettered(prices, lambda price: 40 + (1.157 - price) * 1e5, plain(5)))
    draw = ImageDraw.Draw(image)
    for row, text in ((290, "300"), (320, "200"), (350, "100"), (380, "0")):
        draw.text((410, row), text, fill=(60, 60, 60), font=ImageFont.load_default(13))
    scale = found(np.asarray(image), Rectangle(10, 45, 399, 230))
    assert (scale.agree, scale.decimals) == (5, 5)
    assert float(scale.axis.row_of(1.1565)) == pytest.approx(90, abs=1.0)
