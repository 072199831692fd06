"""`ChartRenderer`: windows of bars to arrays of pixels, by our own kernel or by torch, the same in every pixel."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from pinewright.charts.layout import Layout
from pinewright.charts.native import Images, KernelRaster
from pinewright.charts.raster_torch import TorchRaster, cuda_is_there
from pinewright.charts.spec import ChartSpec
from pinewright.charts.windows import Band, Lines, columns_of, given_scales, window_ends
from pinewright.errors import UsageError
from pinewright.machine.resources import budget_for, detect
from pinewright.market import Bars, FloatArray, IntArray

Engine = Literal["auto", "kernel", "torch"]


class ChartRenderer:
    """Draws charts of one spec.

    device: "cpu", "cuda" (also "cuda:1"), "mps", or "auto": cuda where torch is installed and sees one, else cpu.
    engine: "kernel" is our own native code, "torch" is torch; "auto" the kernel on the processor and torch elsewhere.
    All give the same bytes. cache_dir: folder of compiled kernels, None for the user's, False for none. UsageError
    where the spec does not fit, or torch or the device is missing. May be used by several threads at a time.

    What a reader of the pixels must know: overlays hide the bars beneath them, bars hide bands. Nothing else overlaps.
    """

    def __init__(
        self,
        spec: ChartSpec,
        device: str = "cpu",
        engine: Engine = "auto",
        *,
        cache_dir: Path | bool | None = None,
    ):
        if engine not in ("auto", "kernel", "torch"):
            raise UsageError(f"unknown engine {engine!r}", hint="legal: auto, kernel, torch")
        if device == "auto":
            device = "cuda" if engine != "kernel" and cuda_is_there() else "cpu"
        if engine == "kernel" and device != "cpu":
            raise UsageError(f"the kernel does not run on device {device!r}", hint='engine="torch", or device="cpu"')
        self.spec: Final = spec
        self.layout: Final = Layout(spec)
        self.device: Final = device
        self.engine: Final = "torch" if engine == "torch" or device != "cpu" else "kernel"
        self._kernel: Final = KernelRaster(self.layout, cache_dir)
        self._torch: Final = TorchRaster(self.layout, device) if self.engine == "torch" else None

    def render(
        self,
        bars: Bars,
        ends: npt.ArrayLike,
        overlays: Lines = (),
        bands: Sequence[Band] = (),
        panes: Sequence[Lines] = (),
        scales: npt.ArrayLike | None = None,
        *,
        threads: int = 1,
        out: Images | None = None,
    ) -> Images:
        """Charts [B, H, W, C] of uint8; chart b shows the ``spec.bars`` bars before index ``ends[b]``.

        So ends = t + 1 shows what is known at the close of bar t, and nothing after it. overlays, bands, panes: columns
        [N], as many as the spec has (a band is two, a pane as many as its lines); NaN and infinities are gaps. scales:
        low and high of the price [B, 2] or [2], by default those of ``scales``. threads: how many draw at a time; the
        charts do not depend on it, and torch has threads of its own. out: where to draw, instead of a new array.
        UsageError for counts, lengths, ends, scales and threads that do not fit.
        """
        if threads < 1:
            raise UsageError(f"{threads} threads", hint="at least 1")
        drawn = columns_of(self.spec, bars, overlays, bands, panes)
        windows = window_ends(self.spec, bars, ends)
        scale = self._kernel.measure(drawn, windows) if scales is None else given_scales(scales, len(windows))
        shape = (len(windows), *self.spec.shape)
        if out is None:
            out = np.empty(shape, dtype=np.uint8)
        elif out.shape != shape or out.dtype != np.uint8 or not (out.flags.c_contiguous and out.flags.writeable):
            raise UsageError(f"out is {out.dtype} of {out.shape}", hint=f"contiguous uint8 of {shape}, to be written")
        if self._torch is None:
            self._kernel.draw(drawn, windows, scale, out, threads)
        else:
            self._torch.draw(drawn, windows, scale, out)
        return out

    def batches(
        self,
        bars: Bars,
        ends: npt.ArrayLike,
        overlays: Lines = (),
        bands: Sequence[Band] = (),
        panes: Sequence[Lines] = (),
        scales: npt.ArrayLike | None = None,
        *,
        threads: int = 1,
        rows: int | None = None,
    ) -> Iterator[tuple[IntArray, Images]]:
        """The same in chunks of at most ``rows`` charts: (indices into ends, charts), first to last.

        rows: by default what the machine's budget gives one chunk, which is 4 to 256 MiB. Each chunk is a new array.
        """
        rows = budget_for(detect()).rows(self.spec.image_bytes) if rows is None else rows
        if rows < 1:
            raise UsageError(f"chunks of {rows} charts", hint="at least 1")
        windows = window_ends(self.spec, bars, ends)
        scale = None if scales is None else given_scales(scales, len(windows))
        for start in range(0, len(windows), rows):
            part = slice(start, start + rows)
            chosen = None if scale is None else scale[part]
            index = np.arange(start, min(start + rows, len(windows)))
            # No name here holds on to a chunk while the next one is drawn.
            yield index, self.render(bars, windows[part], overlays, bands, panes, chosen, threads=threads)

    def scales(self, bars: Bars, ends: npt.ArrayLike, overlays: Lines = (), bands: Sequence[Band] = ()) -> FloatArray:
        """Low and high [B, 2] of the price in each window: of the lows, highs, overlays and bands inside it.

        Zeros where a window holds no finite value.
        """
        drawn = columns_of(self.spec, bars, overlays, bands, None)
        return self._kernel.measure(drawn, window_ends(self.spec, bars, ends))
