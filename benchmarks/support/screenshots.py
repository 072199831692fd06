"""Screenshots of lightweight-charts, the library behind TradingView's look, with the rows at which it drew each price.

One page in a headless Chromium draws one chart after the other. The truth is the library's own: the coordinates that
``priceToCoordinate`` and ``timeToCoordinate`` give, times the scale of the device, rounded as it rounds them to draw.
"""

from __future__ import annotations

import base64
import io
import json
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pinewright.app.report.charts_library import charts_library
from pinewright.market import Bars, FloatArray, IntArray
from tests.app.report.browser import Browser, programs

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Look:
    """How a chart looks: all that a reader of its pixels is not told.

    width, height: in CSS pixels; scale: of the device. series: ``candles`` or ``bars`` (OHLC). up, down: colours of
    bodies; borders and wicks have the same
    where they are None. volume: ``""``, ``strip`` (over the lower part of the price), or ``pane``; drawn before
    the candles unless ``volume_on_top``. averages: lengths
    of moving averages drawn over the candles. edge: bars that lie beyond the left edge, and part of one. font, letters:
    family and size in CSS pixels of the labels, the library's own family where empty. decimals: of the prices.
    numbers: ``plain``, ``thousands`` (4,212.50) or ``spaced`` (4 212,50). scale_mode: 0 for linear, 1 for logarithmic,
    2 for percent. left: whether the prices stand left of the plot.
    """

    width: int
    height: int
    scale: float = 1
    series: str = "candles"
    background: str = "#ffffff"
    text: str = "#191919"
    grid: str = "#f0f3fa"
    up: str = "#26a69a"
    down: str = "#ef5350"
    border_up: str | None = None
    border_down: str | None = None
    wick_up: str | None = None
    wick_down: str | None = None
    price_line: bool = True
    volume: str = ""
    volume_opacity: float = 0.5
    volume_on_top: bool = False
    averages: tuple[int, ...] = ()
    line_width: int = 2
    watermark: bool = False
    edge: float = 0.0
    room: float = 0.0
    font: str = ""
    letters: int = 12
    decimals: int = 5
    numbers: str = "plain"
    scale_mode: int = 0
    left: bool = False

    def options(self) -> dict[str, object]:
        """Of the series; OHLC bars have no borders and no wicks."""
        if self.series == "bars":
            return {"upColor": self.up, "downColor": self.down, **self._shared()}
        border_up, border_down = self.border_up or self.up, self.border_down or self.down
        return {
            "upColor": self.up,
            "downColor": self.down,
            "borderUpColor": border_up,
            "borderDownColor": border_down,
            "wickUpColor": self.wick_up or border_up,
            "wickDownColor": self.wick_down or border_down,
            **self._shared(),
        }

    def _shared(self) -> dict[str, object]:
        return {
            "priceLineVisible": self.price_line,
            "priceFormat": {"type": "price", "precision": self.decimals, "minMove": float(f"1e-{self.decimals}")},
            "priceScaleId": "left" if self.left else "right",
        }


@dataclass(frozen=True)
class Screenshot:
    """The picture [H, W, 3] with the bars that lie wholly in it, their rows [n] and the columns [n] of their middles.

    price_rows: two pairs of a row (with its fraction) and the price that lies there.
    """

    look: Look
    pixels: Pixels
    bars: Bars
    centre: FloatArray
    open: IntArray
    high: IntArray
    low: IntArray
    close: IntArray
    price_rows: tuple[tuple[float, float], tuple[float, float]]


class _Scaled(Browser):
    """A browser whose pixels may be smaller than CSS pixels."""

    def window(self, width: int, height: int) -> None:
        # 0: the device's own scale, of the flag. One set here would reach the page's size but not its canvases.
        self._send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=0, mobile=False)

    def shot(self) -> Pixels:
        from PIL import Image

        found = self._send("Page.captureScreenshot", format="png")
        with Image.open(io.BytesIO(base64.b64decode(found["data"]))) as image:
            return np.asarray(image.convert("RGB"))


_PAGE: Final = """<!doctype html><meta charset="utf-8"><style>html,body{margin:0;overflow:hidden} %f</style>
<div id="place"></div><script>%s</script><script>
let chart = null;
const grouped = (look, price) => {
  const [whole, rest] = price.toFixed(look.decimals).split(".");
  const [group, point] = look.numbers === "thousands" ? [",", "."] : ["\u00a0", ","];
  return whole.replace(/\\B(?=(\\d{3})+$)/g, group) + (rest ? point + rest : "");
};
window.draw = (job) => {
  if (chart) chart.remove();
  const L = LightweightCharts, look = job.look, bars = job.bars;
  chart = L.createChart(document.getElementById("place"), {
    width: look.width, height: look.height,
    layout: { background: { type: "solid", color: look.background }, textColor: look.text, fontSize: look.letters,
      ...(look.font ? { fontFamily: look.font } : {}) },
    leftPriceScale: { visible: look.left, mode: look.scale_mode },
    rightPriceScale: { visible: !look.left, mode: look.scale_mode },
    ...(look.numbers === "plain" ? {} : { localization: { priceFormatter: (price) => grouped(look, price) } }),
    grid: { vertLines: { color: look.grid }, horzLines: { color: look.grid } },
    timeScale: { timeVisible: true, secondsVisible: false },
  });
  const fade = (color, part) => {
    const n = parseInt(color.slice(1), 16);
    return `rgba(${n >> 16}, ${(n >> 8) & 255}, ${n & 255}, ${part})`;
  };
  const drawVolume = () => {
    const options = { priceFormat: { type: "volume" }, lastValueVisible: false, priceLineVisible: false };
    if (look.volume === "strip") options.priceScaleId = "";
    const volume = chart.addSeries(L.HistogramSeries, options, look.volume === "pane" ? 1 : 0);
    if (look.volume === "strip") volume.priceScale().applyOptions({ scaleMargins: { top: 0.8, bottom: 0 } });
    volume.setData(bars.map((b) => ({
      time: b.time, value: b.volume, color: fade(b.close >= b.open ? look.up : look.down, look.volume_opacity),
    })));
  };
  if (look.volume && !look.volume_on_top) drawVolume();
  const series = chart.addSeries(look.series === "bars" ? L.BarSeries : L.CandlestickSeries, job.options);
  series.setData(bars);
  if (look.volume && look.volume_on_top) drawVolume();
  const inks = ["#2962ff", "#ff6d00", "#7e57c2", "#f0b90b"];
  look.averages.forEach((length, place) => {
    const line = chart.addSeries(L.LineSeries, {
      color: inks[place], lineWidth: look.line_width, lastValueVisible: false, priceLineVisible: false });
    const points = [];
    for (let i = length - 1, sum = 0; i < bars.length; i += 1) {
      sum = 0;
      for (let k = 0; k < length; k += 1) sum += bars[i - k].close;
      points.push({ time: bars[i].time, value: sum / length });
    }
    line.setData(points);
  });
  if (look.watermark) L.createTextWatermark(chart.panes()[0], { horzAlign: "center", vertAlign: "center",
    lines: [{ text: "EURUSD", color: "rgba(120, 123, 134, 0.18)", fontSize: 48 }] });
  chart.timeScale().setVisibleLogicalRange({ from: look.edge - 0.5, to: bars.length - 0.5 + look.room });
  window.truth = () => {
    const rows = (name) => bars.map((b) => series.priceToCoordinate(b[name]));
    return { x: bars.map((b) => chart.timeScale().timeToCoordinate(b.time)), open: rows("open"), high: rows("high"),
      low: rows("low"), close: rows("close"), spacing: chart.timeScale().options().barSpacing,
      width: chart.timeScale().width(), shift: look.left ? chart.priceScale("left").width() : 0 };
  };
};
</script>"""


class Screenshots:
    """A browser that draws charts at one scale of the device; a context.

    fonts: files of fonts beside those that the machine has; the family of each is the name of its file. RuntimeError
    where there is no Chromium or no chart library.
    """

    def __init__(self, scale: float = 1, fonts: Sequence[Path] = ()) -> None:
        library = charts_library()
        program = next((found for name in programs() if (found := shutil.which(name))), None)
        if library is None or program is None:
            raise RuntimeError("no Chromium, or no lightweight-charts (the package litecharts)")
        self._folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        folder = Path(self._folder.name)
        page = folder / "page.html"
        page.write_text(_PAGE.replace("%f", _faces(fonts)).replace("%s", library.source), encoding="utf-8")
        self.scale = scale
        self._browser = _Scaled(str(_scaled(program, folder, scale)), folder)
        self._browser.open(page)
        for font in fonts:
            self._browser.run(f"document.fonts.load('16px \"{font.stem}\"').then(() => 1)")

    def __enter__(self) -> Screenshots:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._browser.close()
        self._folder.cleanup()

    def take(self, look: Look, bars: Bars) -> Screenshot:
        """The chart of all the bars but those that ``look.edge`` leaves beyond the left edge."""
        assert look.scale == self.scale, "one browser for each scale"
        self._browser.window(look.width, look.height)
        job = {"look": look.__dict__, "options": look.options(), "bars": list(_rows(bars))}
        self._browser.run(f"window.draw({json.dumps(job)})")
        self._browser.frame()
        pixels = self._browser.shot()
        return _with_truth(look, bars, pixels, self._browser.run("window.truth()"))


def _faces(fonts: Sequence[Path]) -> str:
    """Style rules that hold the fonts themselves."""
    rule = '@font-face {{ font-family: "{name}"; src: url(data:font/{kind};base64,{data}); }}'
    held = ((font, base64.b64encode(font.read_bytes()).decode("ascii")) for font in fonts)
    return "\n".join(rule.format(name=font.stem, kind=font.suffix[1:], data=data) for font, data in held)


def _scaled(program: str, folder: Path, scale: float) -> Path:
    """The browser, told the scale of its device."""
    script = folder / "browser.sh"
    script.write_text(f'#!/bin/sh\nexec "{program}" --force-device-scale-factor={scale} "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    return script


def _rows(bars: Bars) -> Iterator[dict[str, float]]:
    columns = (bars.open, bars.high, bars.low, bars.close, bars.volume)
    for place, values in enumerate(zip(*columns, strict=True)):
        row = dict(zip(("open", "high", "low", "close", "volume"), (float(value) for value in values), strict=True))
        yield {"time": int(bars.time[place]) // 1000, **row}


def _with_truth(look: Look, bars: Bars, pixels: Pixels, told: dict[str, Any]) -> Screenshot:
    x = look.scale * (np.array(told["x"], dtype=np.float64) + told["shift"])
    half = look.scale * told["spacing"] / 2
    whole = np.flatnonzero(
        (x - half >= look.scale * told["shift"]) & (x + half <= look.scale * (told["shift"] + told["width"]))
    )
    first, last = int(whole[0]), int(whole[-1]) + 1
    exact = {name: look.scale * np.array(told[name], dtype=np.float64) for name in ("open", "high", "low", "close")}
    # Rounded halves up, as JavaScript's Math.round does.
    rows = {name: np.floor(values + 0.5).astype(np.int64)[first:last] for name, values in exact.items()}
    top = first + int(np.argmin(exact["high"][first:last]))
    bottom = first + int(np.argmax(exact["low"][first:last]))
    return Screenshot(
        look,
        pixels,
        bars.slice(first, last),
        np.floor(x[first:last] + 0.5),
        **rows,
        price_rows=(
            (float(exact["high"][top]), float(bars.high[top])),
            (float(exact["low"][bottom]), float(bars.low[bottom])),
        ),
    )
