"""`ChartRenderer`: kernel and torch alike in every pixel, on anything; windows, scales, threads, chunks, refusals."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from pinewright.charts.layout import Layout
from pinewright.charts.native import empty_chart
from pinewright.charts.palette import PALETTES
from pinewright.charts.renderer import ChartRenderer
from pinewright.charts.spec import ChartSpec, PaneSpec, Style
from pinewright.data import load_bars
from pinewright.errors import UsageError
from pinewright.market import Bars, FloatArray, IntArray

from .support import bars_of

SHAPES = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@st.composite
def specs(draw: st.DrawFn) -> ChartSpec:
    """Specs of all sorts, small."""

    def pane() -> PaneSpec:
        fixed = draw(st.booleans())
        low, high = (-1.0, draw(st.sampled_from([0.5, 3.0]))) if fixed else (None, None)
        return PaneSpec(draw(st.integers(1, 3)), draw(st.floats(0.1, 0.3)), low, high, draw(st.booleans()))

    gutter = draw(st.tuples(*[st.integers(0, 6)] * 4))
    width = draw(st.integers(20, 80))
    try:
        spec = ChartSpec(
            width=width,
            height=draw(st.integers(40, 80)),
            bars=draw(st.integers(1, min(width - gutter[0] - gutter[2], 30))),
            style=draw(st.sampled_from(Style)),
            palette=PALETTES[draw(st.sampled_from(list(PALETTES)))],
            gray=draw(st.booleans()),
            overlays=draw(st.integers(0, 3)),
            bands=draw(st.integers(0, 2)),
            volume=draw(st.sampled_from([0.0, 0.2])),
            panes=tuple(pane() for _ in range(draw(st.integers(0, 2)))),
            margin=draw(st.integers(0, 2)),
            gutter=gutter,
        )
        return Layout(spec).spec
    except UsageError:
        assume(False)
        raise


def walk(seed: int, count: int, *, wild: bool) -> tuple[FloatArray, FloatArray]:
    """Prices [N, 4] on a grid, so that halves of rows occur, and volumes; wild: with gaps and what no market has."""
    random = np.random.default_rng(seed)
    close = np.cumsum(random.integers(-4, 5, count)) * 0.5
    opened = close + random.integers(-3, 4, count) * 0.5
    high = np.maximum(opened, close) + random.integers(0, 4, count) * 0.5
    low = np.minimum(opened, close) - random.integers(0, 4, count) * 0.5
    prices, volume = np.stack([opened, high, low, close], axis=1), random.integers(0, 5, count).astype(np.float64)
    if wild:
        for table in (prices, volume):
            table[random.random(table.shape) < 0.1] = np.nan
            table[random.random(table.shape) < 0.02] = random.choice([np.inf, -np.inf, 1e300, -1e300, 1e9, 5e-324])
    return prices, volume


def columns(seed: int, spec: ChartSpec, over: Bars) -> dict[str, Any]:
    """Overlays, bands and panes with gaps."""
    random = np.random.default_rng(seed + 1)

    def line() -> FloatArray:
        found = over.close + random.integers(-6, 7, len(over)) * 0.5
        found[random.random(len(over)) < 0.15] = np.nan
        found[random.random(len(over)) < 0.02] = random.choice([np.inf, 1e300, -1e5])
        return found

    return {
        "overlays": [line() for _ in range(spec.overlays)],
        "bands": [(line(), line()) for _ in range(spec.bands)],
        "panes": [[line() for _ in range(pane.lines)] for pane in spec.panes],
    }


@SHAPES
@given(spec=specs(), seed=st.integers(0, 2**32 - 2), wild=st.booleans(), fixed=st.booleans())
def test_torch_draws_the_same_and_nothing_lies_outside(
    kernels: Path, spec: ChartSpec, seed: int, wild: bool, fixed: bool
) -> None:
    over = bars_of(*walk(seed, spec.bars + 2, wild=wild))
    ends = np.arange(spec.bars, len(over) + 1)
    given_columns = columns(seed, spec, over)
    scales = np.array([[-1.0, 1.5]] * (len(ends) - 1) + [[2.0, 2.0]]) if fixed else None
    kernel = ChartRenderer(spec, cache_dir=kernels)
    torch = ChartRenderer(spec, engine="torch", cache_dir=kernels)
    images = kernel.render(over, ends, **given_columns, scales=scales)
    np.testing.assert_array_equal(images, torch.render(over, ends, **given_columns, scales=scales))
    outside = np.ones((spec.height, spec.width), dtype=bool)
    for part in kernel.layout.parts:
        outside[part.top : part.bottom + 1, part.left : part.right + 1] = False
    assert (images[:, outside] == empty_chart(kernel.layout)[outside]).all()


@SHAPES
@given(
    seed=st.integers(0, 2**32 - 2),
    width=st.integers(30, 120),
    height=st.integers(24, 120),
    style=st.sampled_from(Style),
    gray=st.booleans(),
)
def test_every_candle_can_be_read_back(
    kernels: Path, seed: int, width: int, height: int, style: Style, gray: bool
) -> None:
    """Rows of all four prices and the direction from the columns that the layout tells, and nothing else is there."""
    spec = ChartSpec(width, height, 10, style=style, gray=gray)
    renderer = ChartRenderer(spec, cache_dir=kernels)
    over = bars_of(*walk(seed, 10, wild=False))
    image = renderer.render(over, 10)[0]
    low, high = renderer.scales(over, 10)[0]
    opened, highest, lowest, closed = (
        renderer.layout.row_of(values, low, high) for values in (over.open, over.high, over.low, over.close)
    )
    colours = {True: spec.colours.up[: spec.channels], False: spec.colours.down[: spec.channels]}
    expected = empty_chart(renderer.layout)
    for i, column in enumerate(renderer.layout.columns):
        colour = colours[bool(over.close[i] >= over.open[i])]
        expected[highest[i] : lowest[i] + 1, column.wick] = colour
        if style is Style.CANDLES:
            top, bottom = sorted((opened[i], closed[i]))
            expected[top : bottom + 1, column.left : column.right + 1] = colour
        else:
            expected[opened[i], column.left : column.wick] = colour
            expected[closed[i], column.wick + 1 : column.right + 1] = colour
    np.testing.assert_array_equal(image, expected)


@pytest.fixture(scope="module")
def hours(shared: Path) -> Bars:
    """A thousand recorded hours of EUR/USD."""
    bars, _ = load_bars(shared / "data" / "h1" / "EURUSD_oanda_h1_2007_2014.parquet")
    ranges = 1e5 * (bars.high - bars.low)  # the feed has no volumes
    return replace(bars, volume=ranges).slice(20_000, 20_400)


def mean(bars: Bars, length: int) -> FloatArray:
    found = np.full(len(bars), np.nan)
    found[length - 1 :] = np.convolve(bars.close, np.full(length, 1 / length), "valid")
    return found


@pytest.mark.parametrize("gray", [False, True])
@pytest.mark.parametrize(("width", "height", "bars"), [(224, 224, 60), (96, 64, 24), (333, 200, 100)])
def test_recorded_bars(hours: Bars, kernels: Path, width: int, height: int, bars: int, gray: bool) -> None:
    panes = (PaneSpec(2, 0.2), PaneSpec(1, 0.2, 0.0, 100.0))
    spec = ChartSpec(width, height, bars, overlays=2, bands=1, volume=0.15, panes=panes, gray=gray, margin=1)
    fast, slow = mean(hours, 10), mean(hours, 30)
    given_columns: dict[str, Any] = {
        "overlays": [fast, slow],
        "bands": [(slow - 0.002, slow + 0.002)],
        "panes": [[fast - slow, slow - mean(hours, 50)], [50 + 10_000 * (fast - slow)]],
    }
    ends = np.arange(bars, len(hours), 37)
    images = [
        ChartRenderer(spec, engine=engine, cache_dir=kernels).render(hours, ends, **given_columns)
        for engine in ("kernel", "torch")
    ]
    np.testing.assert_array_equal(images[0], images[1])
    assert len(np.unique(images[0][-1].reshape(-1, spec.channels), axis=0)) >= 9


@pytest.fixture
def walked() -> Bars:
    return bars_of(*walk(5, 300, wild=False))


def test_a_chart_shows_the_bars_before_its_end_and_no_others(walked: Bars, kernels: Path) -> None:
    renderer = ChartRenderer(ChartSpec(80, 60, 20, volume=0.2), cache_dir=kernels)
    whole = renderer.render(walked, [150])
    np.testing.assert_array_equal(renderer.render(walked.slice(130, 150), 20), whole)
    changed = bars_of(*walk(5, 300, wild=False))
    changed.close[150:] = 1e9
    changed.high[:130] = -1e9
    np.testing.assert_array_equal(renderer.render(changed, [150]), whole)
    changed.close[149] += 2.0
    assert (renderer.render(changed, [150]) != whole).any()


def test_scales_are_those_of_all_that_is_drawn(walked: Bars, kernels: Path) -> None:
    renderer = ChartRenderer(ChartSpec(80, 60, 20, overlays=1, bands=1), cache_dir=kernels)
    line, flat = walked.close + 0.0, np.full(len(walked), np.nan)
    line[145], flat[140] = 1e3, -1e3
    scales = renderer.scales(walked, [20, 150], [line], [(flat, flat)])
    assert scales.tolist() == [[walked.low[:20].min(), walked.high[:20].max()], [-1e3, 1e3]]
    own = renderer.render(walked, [20, 150], [line], [(flat, flat)])
    np.testing.assert_array_equal(own, renderer.render(walked, [20, 150], [line], [(flat, flat)], scales=scales))


def test_threads_and_chunks_change_nothing(walked: Bars, kernels: Path) -> None:
    renderer = ChartRenderer(ChartSpec(80, 60, 20, overlays=1), cache_dir=kernels)
    ends, line = np.random.default_rng(1).integers(20, 301, 100), walked.close + 1.0
    whole = renderer.render(walked, ends, [line])
    for threads in (2, 3, 16):
        np.testing.assert_array_equal(renderer.render(walked, ends, [line], threads=threads), whole)
    out = np.empty_like(whole)
    assert renderer.render(walked, ends, [line], out=out) is out
    np.testing.assert_array_equal(out, whole)
    for scales in (None, (-5.0, 5.0)):
        chunks = list(renderer.batches(walked, ends, [line], scales=scales, rows=33))
        assert [len(images) for _, images in chunks] == [33, 33, 33, 1]
        assert np.concatenate([index for index, _ in chunks]).tolist() == list(range(100))
        expected = renderer.render(walked, ends, [line], scales=scales)
        np.testing.assert_array_equal(np.concatenate([images for _, images in chunks]), expected)
    assert len(list(renderer.batches(walked, ends, [line]))) == 1
    assert renderer.render(walked, [], [line]).shape == (0, 60, 80, 3)
    assert list(renderer.batches(walked, [], [line])) == []


def test_torch_in_pieces(walked: Bars, kernels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pinewright.charts.raster_torch.PIXELS_ON_PROCESSOR", 80 * 60 * 7)
    spec, ends = ChartSpec(80, 60, 20), np.arange(20, 60)
    images = ChartRenderer(spec, engine="torch", cache_dir=kernels).render(walked, ends)
    np.testing.assert_array_equal(images, ChartRenderer(spec, cache_dir=kernels).render(walked, ends))


@pytest.mark.parametrize(
    ("ends", "more", "words"),
    [
        ([19], {}, "windows that end before"),
        ([301], {}, "windows that end before"),
        ([20.5], {}, "whole number"),
        ([[20]], {}, "whole number"),
        ([20], {"overlays": []}, "0 overlays"),
        ([20], {"overlays": [np.zeros(299)]}, "beside 300 bars"),
        ([20], {"bands": [(np.zeros(300), np.zeros(300))]}, "1 bands"),
        ([20], {"panes": [[np.zeros(300)]]}, "1 panes"),
        ([20], {"scales": (1.0, np.inf)}, "not finite"),
        ([20], {"scales": [[1.0, 2.0], [1.0, 2.0]]}, "scales is"),
        ([20], {"threads": 0}, "0 threads"),
        ([20], {"out": np.empty((2, 60, 80, 3), np.uint8)}, "out is"),
        ([20], {"out": np.broadcast_to(np.uint8(0), (1, 60, 80, 3))}, "out is"),
        ([20], {"out": np.frombuffer(bytes(60 * 80 * 3), np.uint8).reshape(1, 60, 80, 3)}, "out is"),
    ],
)
def test_calls_that_cannot_be_meant(
    walked: Bars, kernels: Path, ends: list[int], more: dict[str, Any], words: str
) -> None:
    renderer = ChartRenderer(ChartSpec(80, 60, 20, overlays=1), cache_dir=kernels)
    with pytest.raises(UsageError, match=words):
        renderer.render(walked, ends, **{"overlays": [walked.close], **more})


def test_devices_and_engines(kernels: Path) -> None:
    spec = ChartSpec(80, 60, 20)
    assert ChartRenderer(spec, cache_dir=kernels).engine == "kernel"
    assert ChartRenderer(spec, "auto", cache_dir=kernels).device in ("cpu", "cuda")
    assert ChartRenderer(spec, "cpu", "torch", cache_dir=kernels).engine == "torch"
    with pytest.raises(UsageError, match="torch cannot use device 'fpga0'"):
        ChartRenderer(spec, "fpga0", cache_dir=kernels)
    with pytest.raises(UsageError, match="does not run on device 'cuda'"):
        ChartRenderer(spec, "cuda", "kernel", cache_dir=kernels)
    with pytest.raises(UsageError, match="unknown engine"):
        ChartRenderer(spec, "cpu", "jax", cache_dir=kernels)  # type: ignore[arg-type]


def test_without_torch_the_error_says_what_to_install(kernels: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(UsageError, match="torch is not installed") as caught:
        ChartRenderer(ChartSpec(), "cuda", cache_dir=kernels)
    assert "pinewright[gpu]" in str(caught.value.hint)
    assert ChartRenderer(ChartSpec(), "auto", cache_dir=kernels).engine == "kernel"


def test_ends_may_be_any_whole_numbers(walked: Bars, kernels: Path) -> None:
    renderer = ChartRenderer(ChartSpec(80, 60, 20), cache_dir=kernels)
    wide: IntArray = np.array([30, 0, 40, 0, 50], dtype=np.int64)[::2]
    narrow = wide.astype(np.uint16)
    np.testing.assert_array_equal(renderer.render(walked, wide), renderer.render(walked, narrow))
