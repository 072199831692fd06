"""Charts per CPU second, one thread: python -m benchmarks.render [--charts N] [--rounds R] [--pictures FOLDER].

60 candles with two moving averages in 224 x 224 pixels, RGB, to arrays in memory. The same windows of a simulated
market are drawn by our kernel, by our code for torch on the processor, by a loop written by hand for numba, by Pillow's
ImageDraw and by mplfinance, which draws what it draws (anti-aliased, in its own proportions). Contenders take turns;
slow ones draw fewer charts. The last column tells how many pixels of the first charts are ours.
"""

from __future__ import annotations

import argparse
import statistics
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import cache
from pathlib import Path
from time import process_time
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from benchmarks.support.market import invented_bars
from benchmarks.support.timing import Contender, machine
from pinewright.app.terminal.output import emit, emit_table
from pinewright.charts.layout import Layout
from pinewright.charts.palette import BLUE_ORANGE
from pinewright.charts.renderer import ChartRenderer
from pinewright.charts.spec import ChartSpec, PaneSpec, Style
from pinewright.market import FloatArray, IntArray

Images = npt.NDArray[np.uint8]

SPEC: Final = ChartSpec(width=224, height=224, bars=60, overlays=2)
LENGTHS: Final = (10, 30)
CHUNK: Final = 64
"""Charts at a time: what a model is fed with."""
FIRST: Final = 8
"""Charts that are compared."""
BARS: Final = 50_000


@cache
def lines() -> list[FloatArray]:
    """Moving averages of the closes [N]."""
    close = invented_bars(BARS).close
    found = []
    for length in LENGTHS:
        column = np.full(len(close), np.nan)
        column[length - 1 :] = np.convolve(close, np.full(length, 1.0 / length), "valid")
        found.append(column)
    return found


def windows(count: int) -> IntArray:
    """Ends of windows that are spread over the bars."""
    return np.linspace(SPEC.bars + max(LENGTHS), BARS, count).astype(np.int64)


def chunks(count: int) -> Iterator[slice]:
    return (slice(start, min(count, start + CHUNK)) for start in range(0, count, CHUNK))


@cache
def renderer(engine: Any) -> ChartRenderer:
    return ChartRenderer(SPEC, engine=engine)


def last(chosen: ChartRenderer, ends: IntArray) -> Images:
    """Draws all in chunks, and the last chunk."""
    chunks = chosen.batches(invented_bars(BARS), ends, lines(), rows=CHUNK)
    return deque(chunks, maxlen=1).pop()[1]


def kernel(ends: IntArray) -> Images:
    """Ours, into the same array again and again; the last chunk."""
    out = np.empty((CHUNK, *SPEC.shape), dtype=np.uint8)
    drawn = out
    for part in chunks(len(ends)):
        drawn = renderer("kernel").render(invented_bars(BARS), ends[part], lines(), out=out[: part.stop - part.start])
    return drawn


def kernel_anew(ends: IntArray) -> Images:
    """Ours, each chunk in an array of its own, which the system has to clear first."""
    return last(renderer("kernel"), ends)


def torch(ends: IntArray) -> Images:
    """Ours for graphics cards, on the processor."""
    import torch as library

    library.set_num_threads(1)
    return last(renderer("torch"), ends)


@cache
def _hand_loop() -> Any:
    from benchmarks.support.hand_raster import compiled

    return compiled()


def numba(ends: IntArray) -> Images:
    """The loop by hand, into the same array again and again."""
    bars, layout = invented_bars(BARS), Layout(SPEC)
    prices, overlays = np.stack([bars.open, bars.high, bars.low, bars.close]), np.stack(lines())
    columns = np.array([(column.left, column.wick, column.right) for column in layout.columns], dtype=np.int64)
    price, palette = layout.price, BLUE_ORANGE
    colours = np.array([palette.up, palette.down, *palette.lines[:2]], dtype=np.uint8)
    empty = np.full(SPEC.shape, palette.background, dtype=np.uint8).reshape(-1)
    out = np.empty((CHUNK, *SPEC.shape), dtype=np.uint8)
    rows = (price.top, price.upper, price.lower, price.bottom)
    for part in chunks(len(ends)):
        _hand_loop()(prices, overlays, ends[part], columns, rows, colours, empty, out)
    return out[: (len(ends) - 1) % CHUNK + 1]


def pillow(ends: IntArray) -> Images:
    """ImageDraw: rectangles and polylines in the places that our layout tells."""
    from PIL import Image, ImageDraw

    bars, layout, palette = invented_bars(BARS), Layout(SPEC), BLUE_ORANGE
    out = np.empty((CHUNK, *SPEC.shape), dtype=np.uint8)
    scales = renderer("kernel").scales(bars, ends, lines())
    columns, wicks = layout.columns, layout.wicks.tolist()
    for index, (end, (low, high)) in enumerate(zip(ends.tolist(), scales, strict=True)):
        image = Image.new("RGB", (SPEC.width, SPEC.height), palette.background)
        draw = ImageDraw.Draw(image)
        part = slice(end - SPEC.bars, end)
        values = [bars.open[part], bars.high[part], bars.low[part], bars.close[part], *(x[part] for x in lines())]
        opened, top, bottom, closed, *points = layout.row_of(np.stack(values), low, high).tolist()
        up = (bars.close[part] >= bars.open[part]).tolist()
        for i, column in enumerate(columns):
            colour = palette.up if up[i] else palette.down
            draw.line((column.wick, top[i], column.wick, bottom[i]), fill=colour)
            first, last = (opened[i], closed[i]) if opened[i] <= closed[i] else (closed[i], opened[i])
            draw.rectangle((column.left, first, column.right, last), fill=colour)
        for k, rows in enumerate(points):
            draw.line(list(zip(wicks, rows, strict=True)), fill=palette.lines[k])
        out[index % CHUNK] = np.asarray(image)
    return out[: (len(ends) - 1) % CHUNK + 1]


def mplfinance(ends: IntArray) -> Images:
    """mplfinance on matplotlib's Agg canvas, without axes."""
    import matplotlib

    matplotlib.use("Agg")
    import mplfinance as library
    import pandas
    from matplotlib import pyplot

    bars, palette = invented_bars(BARS), BLUE_ORANGE
    names = [f"#{red:02x}{green:02x}{blue:02x}" for red, green, blue in (palette.up, palette.down, *palette.lines[:2])]
    colours = library.make_marketcolors(up=names[0], down=names[1], edge="inherit", wick="inherit")
    style = library.make_mpf_style(marketcolors=colours)
    out = np.empty((CHUNK, *SPEC.shape), dtype=np.uint8)
    for index, end in enumerate(ends.tolist()):
        part = slice(end - SPEC.bars, end)
        values = {name.title(): getattr(bars, name)[part] for name in ("open", "high", "low", "close", "volume")}
        frame = pandas.DataFrame(values, index=pandas.to_datetime(bars.time[part], unit="ms"))
        added = [
            library.make_addplot(line[part], color=colour, width=0.7)
            for line, colour in zip(lines(), names[2:], strict=True)
        ]
        size = (SPEC.width / 100, SPEC.height / 100)
        figure, _ = library.plot(
            frame,
            type="candle",
            style=style,
            addplot=added,
            axisoff=True,
            returnfig=True,
            figsize=size,
            tight_layout=True,
        )
        figure.set_dpi(100)
        figure.canvas.draw()
        out[index % CHUNK] = np.asarray(figure.canvas.buffer_rgba())[: SPEC.height, : SPEC.width, :3]
        pyplot.close(figure)
    return out[: (len(ends) - 1) % CHUNK + 1]


SIZES: Final[tuple[tuple[str, ChartSpec], ...]] = (
    ("224 x 224, 60 bars, 2 lines", SPEC),
    ("the same, gray", replace(SPEC, gray=True)),
    ("the same, OHLC bars", replace(SPEC, style=Style.OHLC)),
    ("the same, band, volume and a pane", replace(SPEC, bands=1, volume=0.15, panes=(PaneSpec(low=-1.0, high=1.0),))),
    ("64 x 96, 20 bars, 2 lines, gray", replace(SPEC, width=64, height=96, bars=20, gray=True)),
    ("336 x 336, 100 bars, 2 lines", replace(SPEC, width=336, height=336, bars=100)),
    ("640 x 640, 60 bars, 2 lines", replace(SPEC, width=640, height=640)),
)


def sized(spec: ChartSpec, charts: int, rounds: int) -> float:
    """Charts per CPU second of our kernel, the median of the rounds, into the same array again and again."""
    chosen, bars = ChartRenderer(spec), invented_bars(BARS)
    fast, slow = lines()
    more: dict[str, Any] = {
        "overlays": [fast, slow],
        "bands": [(fast, slow)] * spec.bands,
        "panes": [[np.sin(0.1 * np.arange(BARS))]] * len(spec.panes),
    }
    rows = max(1, CHUNK * SPEC.image_bytes // spec.image_bytes)
    ends = np.linspace(150, BARS, rows).astype(np.int64)
    out = chosen.render(bars, ends, **more)
    speeds = []
    for _ in range(rounds):
        start, calls = process_time(), max(1, charts // rows)
        for _ in range(calls):
            chosen.render(bars, ends, **more, out=out)
        speeds.append(calls * rows / (process_time() - start))
    return statistics.median(speeds)


CONTENDERS: Final[tuple[tuple[str, Callable[[IntArray], Images], int], ...]] = (
    ("pinewright, kernel", kernel, 1),
    ("pinewright, kernel, new arrays", kernel_anew, 1),
    ("numba, by hand", numba, 1),
    ("Pillow", pillow, 8),
    ("pinewright, torch on the processor", torch, 16),
    ("mplfinance", mplfinance, 400),
)
"""Name, work, and which share of the charts it draws."""


def timed(work: Callable[[IntArray], Images], count: int) -> tuple[float, Images]:
    """CPU seconds of so many charts, warm, and the first ones."""
    first = work(windows(count)[:FIRST])
    start = process_time()
    work(windows(count))
    return process_time() - start, first[:FIRST]


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--charts", type=int, default=12_800)
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--pictures", type=Path, help="a folder for one chart of each")
    given = options.parse_args()
    speeds: dict[str, list[float]] = {name: [] for name, _, _ in CONTENDERS}
    images: dict[str, Images] = {}
    with ExitStack() as stack:
        processes = {name: stack.enter_context(Contender()) for name in speeds}
        for _ in range(given.rounds):
            for name, work, share in CONTENDERS:
                count = max(FIRST, given.charts // share)
                seconds, images[name] = processes[name].run(timed, work, count).answer
                speeds[name].append(count / seconds)
    emit(f"{machine()}; {given.charts:,} charts, {given.rounds} rounds, one thread, charts per CPU second")
    own = statistics.median(speeds[CONTENDERS[0][0]])
    rows = []
    for name, found in speeds.items():
        median = statistics.median(found)
        same = float((images[name][:1] == images[CONTENDERS[0][0]][:1]).all(-1).mean())
        rows.append((name, f"{median:,.0f}", f"{min(found):,.0f}", f"{own / median:,.2f}", f"{100 * same:.2f} %"))
    emit_table(("", "median", "least", "ours is so many times faster", "pixels alike"), rows, numbers=True)
    with Contender() as process:
        answers = [(name, process.run(sized, spec, given.charts, given.rounds).answer) for name, spec in SIZES]
    emit("")
    emit_table(
        ("our kernel", "charts per CPU second"), [(name, f"{found:,.0f}") for name, found in answers], numbers=True
    )
    if given.pictures is not None:
        pictures(given.pictures, images)


def pictures(folder: Path, images: dict[str, Images]) -> None:
    """One chart of each contender, four times as large."""
    from PIL import Image

    folder.mkdir(parents=True, exist_ok=True)
    for name, found in images.items():
        image = Image.fromarray(found[0]).resize((4 * SPEC.width, 4 * SPEC.height), Image.Resampling.NEAREST)
        image.save(folder / f"{name.replace(', ', '-').replace(' ', '-')}.png")


if __name__ == "__main__":
    main()
