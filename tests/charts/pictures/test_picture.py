"""Pictures for people: everything is there, at its place, inside the picture, and nothing is written over another."""

from __future__ import annotations

import io
import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from pinewright.charts.palette import BLUE_ORANGE, DARK, PALETTES
from pinewright.charts.pictures import foot, grid, heads, labels, picture
from pinewright.charts.pictures.annotations import Annotated
from pinewright.charts.pictures.axes import number_text
from pinewright.charts.pictures.contents import Line, Pane, Picture
from pinewright.charts.pictures.lettering import RGB, Lettering
from pinewright.charts.pictures.marks import Mark, Toward, TradeMark
from pinewright.charts.pictures.picture import draw, draw_sheet, encode, paint
from pinewright.charts.pictures.strokes import Box, Pixels, letters
from pinewright.charts.spec import Style
from pinewright.errors import UsageError
from tests.charts.pictures.pictured import bars, full, shape

Written = list[tuple[str, Box]]


def written(monkeypatch: pytest.MonkeyPatch) -> Written:
    """Every text that is drawn from now on, with its box."""
    found: Written = []

    def note(pixels: Pixels, font: Lettering, left: int, top: int, text: str, color: RGB) -> Box:
        box = letters(pixels, font, left, top, text, color)
        found.append((text, box))
        return box

    def again(pixels: Pixels, whole: Box, *others: Any, **options: Any) -> Annotated:
        # What was drawn there before is gone.
        found[:] = [(text, box) for text, box in found if not whole.meets(box)]
        return drawn(pixels, whole, *others, **options)

    drawn = picture._draw_part
    monkeypatch.setattr(picture, "_draw_part", again)
    for module in (foot, grid, heads, labels):
        monkeypatch.setattr(module, "letters", note)
    return found


def pixels_of(one: Picture, width: int = 800, height: int = 560, unit: int = 1) -> Pixels:
    return paint([one], width=width, height=height, palette=BLUE_ORANGE, style=Style.CANDLES, unit=unit)


def test_the_same_input_gives_the_same_bytes() -> None:
    assert draw(full(40), width=500, height=500) == draw(full(40), width=500, height=500)


@pytest.mark.parametrize("palette", PALETTES)
def test_a_png_of_the_asked_size(palette: str) -> None:
    style = Style.OHLC if palette == "dark" else Style.CANDLES
    data = draw(full(40), width=400, height=480, palette=PALETTES[palette], style=style, unit=2)
    image = Image.open(io.BytesIO(data)).convert("RGB")
    assert image.size == (800, 960)
    assert image.getpixel((0, 0)) == PALETTES[palette].background


def test_fewer_colours_change_no_pixel_much() -> None:
    pixels = pixels_of(full(60))
    read = np.asarray(Image.open(io.BytesIO(encode(pixels))).convert("RGB"))
    difference = np.abs(read.astype(int) - pixels).max(axis=2)
    assert np.mean(difference > 0) < 0.01
    assert difference.max() < 32
    for color in (BLUE_ORANGE.background, BLUE_ORANGE.up, BLUE_ORANGE.down):
        assert (read == color)[(pixels == color).all(axis=2)].all()


@settings(max_examples=15, deadline=None)
@given(
    width=st.integers(160, 1400),
    height=st.integers(160, 900),
    unit=st.integers(1, 2),
    count=st.integers(20, 300),
    charts=st.integers(1, 3),
)
def test_nothing_written_is_cut_or_covered(width: int, height: int, unit: int, count: int, charts: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        found = written(patch)
        one = full(count)
        refused = ""
        sheet = [one, *[replace(one, panes=())] * (charts - 1)]
        try:
            paint(sheet, width=width, height=height, palette=BLUE_ORANGE, style=Style.CANDLES, unit=unit)
        except UsageError as error:
            refused = error.hint or ""
            found.clear()
    assert bool(found) != any(word in refused for word in ("at least", "at most"))
    whole = Box(0, 0, width * unit, height * unit)
    assert all(whole.holds(box) for text, box in found if text)
    for (text, box), (other_text, other) in itertools.combinations(found, 2):
        # Masks reach down to the deepest letter: a pixel or two of them may meet without a letter doing so.
        tight, slack = (Box(b.left, b.top + 2 * unit, b.right, b.bottom - 2 * unit) for b in (box, other))
        assert not tight.meets(slack), (text, other_text)


def test_head_axes_and_legend_say_what_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    found = written(monkeypatch)
    pixels_of(full(60))
    texts = [text for text, _ in found]
    assert texts.count("EURUSD 15m") == 1
    for part in (
        "invented prices",
        "last ",
        "30 Oct 2026",
        " UTC",
        "60 bars",
        "simulated (seed 3), bid",
        "7 more patterns",
    ):
        assert any(part in text for text in texts), part
    for name in ("ta.sma(close, 10)", "upper", "wave", "close > open", "long entry", "short entry", "exit", "loss"):
        assert any(text.startswith(name) for text in texts), name
    for name in ("hammer", "doji", "three white soldiers", "#1"):
        assert name in texts
    assert "double top +1" in texts  # the bar falls by a candle pattern too


def test_prices_fall_and_hours_rise_along_the_axes(monkeypatch: pytest.MonkeyPatch) -> None:
    found = written(monkeypatch)
    one = Picture(bars(96))
    pixels_of(one)
    prices = [(box.top, float(text)) for text, box in found if text.startswith("1.") and len(text) == 7]
    last = number_text(float(one.bars.close[-1]), 5)
    assert any(text == last for text, _ in found)
    ordered = [price for _, price in sorted(prices)]
    assert len(ordered) > 4
    assert ordered == sorted(ordered, reverse=True)
    low, high = float(one.bars.low.min()), float(one.bars.high.max())
    assert low < ordered[len(ordered) // 2] < high
    hours = sorted((box.left, text) for text, box in found if len(text) == 5 and text[2] == ":")
    minutes = [int(text[:2]) * 60 + int(text[3:]) for _, text in hours]
    assert len(minutes) > 5
    assert sum(later < earlier for earlier, later in itertools.pairwise(minutes)) <= 1  # midnight alone


def test_an_axis_label_stands_at_its_price(monkeypatch: pytest.MonkeyPatch) -> None:
    """The row of the highest high, read off by the labels of the axis, is that price."""
    found = written(monkeypatch)
    one = Picture(bars(96), volume=False)
    pixels = pixels_of(one)
    labels = sorted(
        (box.top + (box.bottom - box.top) / 2, float(t)) for t, box in found if t[:2] == "1." and len(t) == 7
    )
    rows, prices = zip(*labels, strict=True)
    drawn = (pixels == BLUE_ORANGE.up).all(axis=2) | (pixels == BLUE_ORANGE.down).all(axis=2)
    right = min(box.left for text, box in found if text[:2] == "1." and len(text) == 7) - 8
    top = int(np.argmax(drawn[34:, :right].any(axis=1))) + 34
    slope = np.polyfit(rows, prices, 1)
    assert np.polyval(slope, top) == pytest.approx(float(one.bars.high.max()), abs=2.5 * abs(slope[0]))


@pytest.mark.parametrize("bar", [0, 4, 25, 49])
@pytest.mark.parametrize("unit", [1, 2])
def test_a_mark_stands_below_its_bar(bar: int, unit: int) -> None:
    """Where all bars fall, what is blue is the arrow."""
    shown = bars(50)
    high, low = np.maximum(shown.open, shown.close), np.minimum(shown.open, shown.close) - 1e-5
    falling = replace(shown, open=high, close=low, high=high, low=low)
    one = Picture(falling, marks=(Mark(bar, "hammer", Toward.UP),), volume=False)
    pixels = pixels_of(one, unit=unit)
    rows, columns = np.nonzero((pixels == BLUE_ORANGE.up).all(axis=2))
    left, right = 10 * unit, 800 * unit - Lettering(12 * unit).width("1.10000") - 12 * unit
    cell = (right - left) / 50
    assert abs(float(np.mean(columns)) - (left + (bar + 0.5) * cell)) < cell / 4
    orange = (pixels == BLUE_ORANGE.down).all(axis=2)
    body = np.flatnonzero(orange[:, round(left + (bar + 0.4) * cell)])
    assert body.max() < rows.min() < body.max() + 10 * unit


def test_trades_outside_the_picture_are_cut_off_and_not_an_error() -> None:
    shown = bars(50)
    trades = (
        TradeMark(-100, 1.0, 10, float(shown.open[10]), True, True),
        TradeMark(40, float(shown.open[40]), 900, 2.0, False, False),
        TradeMark(-5, 1.1, 90, 1.1, True),
    )
    plain, with_trades = pixels_of(Picture(shown)), pixels_of(Picture(shown, trades=trades))
    assert (plain != with_trades).any()
    assert (plain[-30:] == with_trades[-30:]).mean() > 0.99


def test_a_trade_at_another_price_does_not_stretch_the_scale() -> None:
    """Neither far away, nor a little: what the bars need is what is shown."""
    shown = bars(50)
    span = float(shown.high.max() - shown.low.min())
    plain, *others = (
        pixels_of(Picture(shown, trades=(TradeMark(20, price, None, None, True),)))
        for price in (float(shown.close[20]), 1.2e-3, 157.0, float(shown.high.max()) + 0.5 * span)
    )
    for drawn in others:
        assert np.mean((drawn != plain).any(axis=2)) < 0.01


def test_the_exit_of_a_reversal_is_seen_beside_the_next_entry() -> None:
    shown = bars(50)
    price = float(shown.open[30])
    long, short = TradeMark(5, price, 30, price, True, True), TradeMark(30, price, None, None, False)
    alone, both = (pixels_of(Picture(shown, trades=trades)) for trades in ((short,), (long, short)))
    # The triangle is whole: its colour is there as often as without the exit, which stands left of it.
    orange = [(pixels == BLUE_ORANGE.down).all(axis=2) for pixels in (alone, both)]
    cell = (800 - 20 - 60) / 50
    left = round(10 + 30.5 * cell) - 8
    assert orange[1][:400, left : left + 16].sum() >= 0.97 * orange[0][:400, left : left + 16].sum()


def test_a_structure_is_named_at_the_bar_at_which_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not at its corners, which may lie far from there; the arrow has its direction's colour."""
    shown = bars(120)
    high = float(shown.high.max())
    line = shape((5, high), (20, high), (30, high))
    found = written(monkeypatch)
    plain = pixels_of(Picture(shown, (), marks=(Mark(100, "", outline=line),)), width=1000)
    pixels = pixels_of(Picture(shown, marks=(Mark(100, "wedge", Toward.UP, line),)), width=1000)
    (box,) = (box for text, box in found if text == "wedge")
    across = 10 + 100.5 * (1000 - 10 - 66) / 120
    assert abs((box.left + box.right) / 2 - across) < 70
    blue = (pixels == BLUE_ORANGE.up).all(axis=2) & ~(plain == BLUE_ORANGE.up).all(axis=2)
    assert abs(float(np.median(np.nonzero(blue)[1])) - across) < 100


def test_names_over_bars_hide_little_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no room but over bars, a thin rim around the letters is all that they lose."""
    shown = bars(60)
    low, high = float(shown.low.min()), float(shown.high.max())
    full_of_bars = replace(shown, open=np.full(60, low), low=np.full(60, low), high=np.full(60, high))
    full_of_bars = replace(full_of_bars, close=np.full(60, high), volume=np.zeros(60))
    # An entry in the middle of the bars, so that its name has no other place than over them.
    trade = TradeMark(30, (low + high) / 2, None, None, True, label="a name of some length")
    bare = pixels_of(Picture(full_of_bars, trades=(replace(trade, label=""),)))
    found = written(monkeypatch)
    named = pixels_of(Picture(full_of_bars, trades=(trade,)))
    (box,) = (box for text, box in found if text == trade.label)
    blue = [int((box.of(pixels) == BLUE_ORANGE.up).all(axis=2).sum()) for pixels in (bare, named)]
    assert blue[0] > 0.3 * box.width * box.height
    assert blue[1] > 0.3 * blue[0]


def test_a_day_after_a_weekend_is_named_on_the_axis(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two hours of Sunday evening have no room for a label: it is Monday's that is written."""
    hours = bars(120, "1h")
    found = written(monkeypatch)
    pixels_of(Picture(hours), width=1280)
    labels = [text for _, text in sorted((box.left, text) for text, box in found if " " in text and len(text) <= 6)]
    assert labels == ["26 Oct", "27 Oct", "28 Oct", "29 Oct", "30 Oct"]


def test_a_flat_line_and_no_values_are_drawn() -> None:
    shown = bars(30)
    nothing = np.full(30, np.nan)
    flat = Pane((Line("flat", np.zeros(30)), Line("nothing", nothing)))
    assert draw(Picture(shown, (Line("none", nothing),), panes=(flat,)))
    still = replace(shown, open=shown.close, high=shown.close, low=shown.close)
    assert draw(Picture(replace(still.slice(0, 1))))


def test_one_bar() -> None:
    assert draw(Picture(bars(1)), width=320, height=240)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ({"width": 10}, "160 to"),
        ({"height": 100_000}, "160 to"),
        ({"unit": 9}, "1 to 4"),
        ({"width": 200, "height": 160}, "at least"),
    ],
)
def test_sizes_that_cannot_be_drawn(words: dict[str, int], said: str) -> None:
    with pytest.raises(UsageError) as caught:
        draw(full(30), **words)  # type: ignore[arg-type]
    assert said in str(caught.value)


def test_more_bars_than_columns_are_refused_with_the_limit() -> None:
    with pytest.raises(UsageError, match="at most 3") as caught:
        draw(Picture(bars(600)), width=400, height=300)
    limit = int(str(caught.value).partition("at most ")[2].split()[0])
    assert draw(Picture(bars(limit)), width=400, height=300)


def test_sheets() -> None:
    one, two = draw_sheet([Picture(bars(50))]), draw_sheet([Picture(bars(50)), Picture(bars(20, "1d"))])
    assert one == draw(Picture(bars(50)))
    assert one != two
    with pytest.raises(UsageError, match="charts in one picture"):
        draw_sheet([Picture(bars(20))] * 7)


def test_dark_letters_are_light() -> None:
    pixels = paint([Picture(bars(40))], width=600, height=400, palette=DARK, style=Style.CANDLES, unit=1)
    head = pixels[8:30, 10:120].astype(int).sum(axis=2)
    assert head.max() > 600
    assert head.min() == sum(DARK.background)


def test_what_does_not_belong_together_is_refused() -> None:
    shown = bars(30)
    with pytest.raises(UsageError, match="29 values over 30 bars"):
        Picture(shown, (Line("short", np.zeros(29)),))
    with pytest.raises(UsageError, match="9 lines"):
        Picture(shown, (Line("same", shown.close),) * 9)
    with pytest.raises(UsageError, match="without bars"):
        Picture(shown.slice(0, 0))
