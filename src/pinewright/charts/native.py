"""The kernel of ``raster``, compiled, and the record of a chart's geometry and colours that it reads."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from pinewright.charts import layout as layout_module
from pinewright.charts import raster, spans
from pinewright.charts.layout import Layout
from pinewright.charts.palette import Palette, Rgb
from pinewright.charts.spec import PaneSpec, Style
from pinewright.charts.windows import Drawn
from pinewright.machine.kernel import Native, address, addresses, compile_module, source_key
from pinewright.market import FloatArray, IntArray

Images = npt.NDArray[np.uint8]

LEAST_PIECE: Final = 8
"""Charts that a thread draws in one call, at least."""


class KernelRaster:
    """Draws charts of one layout with native code. cache_dir: as ``ChartRenderer`` has it."""

    def __init__(self, layout: Layout, cache_dir: Path | bool | None = None):
        spec = layout.spec
        self._native = _native(cache_dir)
        self._empty = empty_chart(layout)
        self._arrays: dict[str, npt.NDArray[Any]] = {
            "left": np.array([column.left for column in layout.columns], dtype=np.int64),
            "right": np.array([column.right for column in layout.columns], dtype=np.int64),
            "wick": layout.wicks,
            "colours": np.array(roles(spec.colours), dtype=np.uint8),
        }
        self._plan = np.zeros(1, spans.Plan.dtype())
        _write(self._plan[0], {name: address(array) for name, array in self._arrays.items()})
        _write(
            self._plan[0],
            {
                "width": spec.width,
                "channels": spec.channels,
                "image_bytes": spec.image_bytes,
                "bars": spec.bars,
                "ohlc": spec.style is Style.OHLC,
                "overlays": spec.overlays,
                "bands": spec.bands,
                "volume": layout.volume is not None,
                "panes": len(spec.panes),
            },
        )
        for place, values in zip(self._plan["parts"][0], _areas(layout), strict=False):
            _write(place, values)

    def measure(self, drawn: Drawn, ends: IntArray) -> FloatArray:
        """Low and high [B, 2] of the price in each window."""
        scales = np.empty((len(ends), 2))
        tables = [addresses(lines) for lines in (drawn.bars, drawn.overlays, drawn.bands)]
        self._native.function("measure")(
            address(self._plan), len(ends), address(ends), *(address(table) for table in tables), address(scales)
        )
        return scales

    def draw(self, drawn: Drawn, ends: IntArray, scales: FloatArray, out: Images, threads: int = 1) -> None:
        """Fills out [B, H, W, C]; which thread draws a chart changes nothing in it."""
        tables = [addresses(lines) for lines in (drawn.bars, drawn.overlays, drawn.bands, drawn.panes)]
        function = self._native.function("draw")

        def piece(part: slice) -> None:
            function(
                address(self._plan),
                len(ends[part]),
                address(ends[part]),
                address(scales[part]),
                *(address(table) for table in tables),
                address(self._empty),
                address(out[part]),
            )

        size = max(LEAST_PIECE, -(-len(ends) // (4 * threads))) if threads > 1 else max(1, len(ends))
        parts = [slice(start, start + size) for start in range(0, len(ends), size)]
        if len(parts) <= 1:
            piece(slice(None))
            return
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(piece, parts))


def roles(colours: Palette) -> list[Rgb]:
    """The colours in the order of the roles in ``spans``."""
    return [colours.up, colours.down, colours.volume_up, colours.volume_down, *colours.lines, *colours.bands]


def empty_chart(layout: Layout) -> Images:
    """The chart [H, W, C] before anything is drawn: background and separators."""
    colours, channels = layout.spec.colours, layout.spec.channels
    image = np.empty(layout.spec.shape, dtype=np.uint8)
    image[:] = colours.background[:channels]
    for row in layout.separators:
        image[row, layout.left : layout.right + 1] = colours.grid[:channels]
    return image


def _areas(layout: Layout) -> list[dict[str, float]]:
    """The fields of ``spans.Area`` of all parts, price first."""
    plain: list[PaneSpec | None] = [None] * (len(layout.parts) - len(layout.panes))
    found, first = [], 0
    for part, pane in zip(layout.parts, [*plain, *layout.spec.panes], strict=True):
        values: dict[str, float] = {name: getattr(part, name) for name in ("top", "bottom", "upper", "lower")}
        if pane is not None:
            values |= {"first": first, "lines": pane.lines, "histogram": pane.histogram}
            values |= {"fixed": pane.low is not None, "low": pane.low or 0.0, "high": pane.high or 0.0}
            first += pane.lines
        found.append(values)
    return found


def _write(record: np.void, values: Mapping[str, float]) -> None:
    for name, value in values.items():
        record[name] = value


@functools.cache
def _native(cache_dir: Path | bool | None) -> Native:
    """One for each folder in a process. FAR of the layout is part of the code."""
    return compile_module(
        raster.raster_module, raster.EXPORTS, key=source_key(raster, spans, layout_module), cache=cache_dir
    )
