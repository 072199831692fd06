"""The charts of ``raster`` drawn by torch, for graphics cards: the same bytes, column by column for all charts at once.

Every layer is one span a column: rows first to last [B, W], or none. Layers are painted one over the other into a map
of colour numbers [B, H, W], which the palette turns into colours at the end. Rows are computed in float64; on devices
that lack it ("mps") the processor computes them, and the device paints.
"""

from __future__ import annotations

import importlib.util
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from pinewright.charts.layout import FAR, Layout, Part
from pinewright.charts.native import Images, empty_chart, roles
from pinewright.charts.raster import FARTHEST
from pinewright.charts.spans import BANDS, DOWN, LINES, UP, VOLUME_DOWN, VOLUME_UP
from pinewright.charts.spec import PaneSpec, Style
from pinewright.charts.windows import Drawn
from pinewright.errors import UsageError
from pinewright.market import FloatArray, IntArray

if TYPE_CHECKING:
    from torch import Tensor
else:
    Tensor = Any

PIXELS_ON_CARD: Final = 1 << 24
"""Pixels that are drawn together; each needs about 16 bytes on the device."""
PIXELS_ON_PROCESSOR: Final = 1 << 20
"""The same where the caches count: 1,000 charts a CPU second of 224 x 224, against 800 with 1 << 18 or 1 << 24."""


def cuda_is_there() -> bool:
    """Whether torch is installed and sees a card of NVIDIA's (or one that says it is)."""
    if importlib.util.find_spec("torch") is None:
        return False
    import torch

    return bool(torch.cuda.is_available())


class TorchRaster:
    """Draws charts of one layout on a device of torch's: "cpu", "cuda", "cuda:1", "mps".

    UsageError where torch is not installed or does not have the device.
    """

    def __init__(self, layout: Layout, device: str):
        try:
            import torch
        except ImportError as error:
            hint = 'pip install "pinewright[gpu]", or device="cpu" with the kernel, which draws the same'
            raise UsageError("torch is not installed", where=f"device {device}", hint=hint) from error
        try:
            self._device = torch.device(device)
            torch.zeros(1, device=self._device)
        except (RuntimeError, AssertionError) as error:
            what = f"torch cannot use device {device!r}: {str(error).splitlines()[0]}"
            raise UsageError(what, hint='device="cpu", or a build of torch for the card') from error
        self._torch = torch
        self._layout = layout
        self._exact = torch.device("cpu") if self._device.type == "mps" else self._device
        self._make_columns()
        self._make_colours()

    def draw(self, drawn: Drawn, ends: IntArray, scales: FloatArray, out: Images) -> None:
        """Fills out [B, H, W, C] with the windows that end before ``ends`` [B], on scales [B, 2]."""
        spec = self._layout.spec
        pixels = PIXELS_ON_PROCESSOR if self._device.type == "cpu" else PIXELS_ON_CARD
        size = max(1, pixels // (spec.width * spec.height))
        for start in range(0, len(ends), size):
            part = slice(start, start + size)
            out[part] = self._images(drawn, ends[part], scales[part]).cpu().numpy()

    def _make_columns(self) -> None:
        """For each of the W columns: the bar whose body lies there and on which side, and the bar of lines."""
        torch, spec, columns = self._torch, self._layout.spec, self._layout.columns
        bar, side = np.zeros(spec.width, dtype=np.int64), np.full(spec.width, _NOTHING)
        for index, column in enumerate(columns):
            bar[column.left : column.right + 1] = index
            side[column.left : column.wick] = _LEFT
            side[column.wick] = _WICK
            side[column.wick + 1 : column.right + 1] = _RIGHT
        wicks = self._layout.wicks
        x = np.arange(spec.width)
        before = np.clip(np.searchsorted(wicks, x, side="right") - 1, 0, None)
        after = np.minimum(before + 1, spec.bars - 1)

        def tensor(values: np.ndarray[Any, Any]) -> Tensor:
            return torch.from_numpy(np.ascontiguousarray(values)).to(self._exact)

        self._bar, self._side = tensor(bar), tensor(side)
        self._before, self._after = tensor(before), tensor(after)
        self._along = tensor(x - wicks[before])
        self._apart = tensor(np.maximum(wicks[after] - wicks[before], 1))
        self._at_point = tensor(x == wicks[before])
        self._between = tensor((x >= wicks[0]) & (x < wicks[-1]))

    def _make_colours(self) -> None:
        """The palette's colours by number, and the numbers of the empty chart."""
        spec = self._layout.spec
        empty = empty_chart(self._layout).reshape(-1, spec.channels)
        found, numbers = np.unique(empty, axis=0, return_inverse=True)
        drawn = np.array(roles(spec.colours), dtype=np.uint8)[:, : spec.channels]
        colours = self._torch.from_numpy(np.concatenate([drawn, found])).to(self._device)
        self._colours = colours
        empty_map = (numbers.reshape(spec.height, spec.width) + len(drawn)).astype(np.uint8)
        self._empty = self._torch.from_numpy(empty_map).to(self._device)

    def _images(self, drawn: Drawn, ends: IntArray, scales: FloatArray) -> Tensor:
        torch, layout, spec = self._torch, self._layout, self._layout.spec
        index = ends[:, None] + np.arange(-spec.bars, 0)
        bars = [self._window(column, index) for column in drawn.bars]
        low, high = (torch.from_numpy(scales[:, k : k + 1].copy()).to(self._exact) for k in (0, 1))
        chart = self._empty.repeat(len(ends), 1, 1)
        for k in range(spec.bands):
            first, second = (self._window(column, index) for column in drawn.bands[2 * k : 2 * k + 2])
            self._band(chart, layout.price, first, second, low, high, BANDS + k)
        self._candles(chart, layout.price, bars, low, high)
        for k, column in enumerate(drawn.overlays):
            self._line(chart, layout.price, self._window(column, index), low, high, LINES + k)
        if layout.volume is not None:
            self._strip(chart, layout.volume, bars)
        lines = [self._window(column, index) for column in drawn.panes]
        for part, pane in zip(layout.panes, spec.panes, strict=True):
            self._pane(chart, part, pane, lines[: pane.lines])
            lines = lines[pane.lines :]
        pixels = torch.index_select(self._colours, 0, chart.view(-1).int())
        return pixels.view(len(ends), *spec.shape)

    def _window(self, column: FloatArray, index: IntArray) -> Tensor:
        """Values [B, n] of the windows."""
        return self._torch.from_numpy(column[index]).to(self._exact)

    def _paint(self, chart: Tensor, part: Part, first: Tensor, last: Tensor, there: Tensor, role: Tensor | int) -> None:
        """One span in each column: rows first to last [B, W] in either order, where ``there`` [B, W] says so."""
        torch = self._torch
        top = torch.where(there, torch.minimum(first, last), FAR).clamp(part.top, part.bottom + 1)
        bottom = torch.where(there, torch.maximum(first, last), -FAR).clamp(part.top - 1, part.bottom)
        top, bottom = (rows.short().to(self._device)[:, None, :] for rows in (top, bottom))
        rows = torch.arange(part.top, part.bottom + 1, dtype=torch.int16, device=self._device)[None, :, None]
        inside = (rows >= top) & (rows <= bottom)
        place = chart[:, part.top : part.bottom + 1]
        if isinstance(role, int):
            place.masked_fill_(inside, role)
        else:
            place.copy_(torch.where(inside, role.to(place)[:, None, :], place))

    def _rows(self, part: Part, values: Tensor, low: Tensor, high: Tensor) -> Tensor:
        """Rows [B, n] of values; those of values that are not finite mean nothing."""
        torch = self._torch
        extent = high - low
        # A plain number over a tensor is the reciprocal times the number in torch, which rounds twice.
        factor = torch.full_like(extent, part.lower - part.upper) / extent
        flat = ~((high > low) & torch.isfinite(extent) & torch.isfinite(factor))
        steps = torch.floor(torch.clamp((values - low) * factor + 0.5, -FAR, FAR))
        steps = torch.where(flat, (part.lower - part.upper) // 2, torch.nan_to_num(steps))
        return part.lower - steps.long()

    def _candles(self, chart: Tensor, part: Part, bars: list[Tensor], low: Tensor, high: Tensor) -> None:
        torch = self._torch
        opened, highest, lowest, closed = bars[:4]
        finite = torch.isfinite(torch.stack(bars[:4])).all(0)
        start, end = (self._rows(part, values, low, high) for values in (opened, closed))
        top = torch.minimum(self._rows(part, highest, low, high), torch.minimum(start, end))
        bottom = torch.maximum(self._rows(part, lowest, low, high), torch.maximum(start, end))
        top, bottom, start, end, finite, role = (
            values[:, self._bar] for values in (top, bottom, start, end, finite, _up(bars, UP, DOWN))
        )
        wick, left, right = (self._side == side for side in (_WICK, _LEFT, _RIGHT))
        ticks = self._layout.spec.style is Style.OHLC
        first = torch.where(wick, top, torch.where(right & ticks, end, start))
        last = torch.where(wick, bottom, torch.where(left & ticks, start, end))
        self._paint(chart, part, first, last, finite & (self._side != _NOTHING), role)

    def _line(self, chart: Tensor, part: Part, values: Tensor, low: Tensor, high: Tensor, role: int) -> None:
        torch = self._torch
        finite = torch.isfinite(values)
        rows = self._rows(part, values, low, high)
        connected = finite[:, self._before] & finite[:, self._after] & self._between
        here, following = self._between_points(rows, 0), self._between_points(rows, 1)
        stop = torch.where(following > here, following - 1, torch.minimum(following + 1, here))
        there = connected | (finite[:, self._before] & self._at_point)
        self._paint(chart, part, here, torch.where(connected, stop, here), there, role)

    def _between_points(self, rows: Tensor, ahead: int) -> Tensor:
        """Rows [B, W] of a line in each column, or in the one ``ahead`` of it."""
        start = rows[:, self._before]
        rise = 2 * (rows[:, self._after] - start) * (self._along + ahead) + self._apart
        return start + self._torch.div(rise, 2 * self._apart, rounding_mode="floor")

    def _band(
        self, chart: Tensor, part: Part, first: Tensor, second: Tensor, low: Tensor, high: Tensor, role: int
    ) -> None:
        torch = self._torch
        finite = torch.isfinite(first) & torch.isfinite(second)
        one, other = (self._between_points(self._rows(part, values, low, high), 0) for values in (first, second))
        connected = finite[:, self._after] & self._between
        self._paint(chart, part, one, other, finite[:, self._before] & (connected | self._at_point), role)

    def _strip(self, chart: Tensor, part: Part, bars: list[Tensor]) -> None:
        torch, volume = self._torch, bars[4]
        there = (volume > 0.0) & torch.isfinite(volume)
        most = torch.where(there, volume, 0.0).amax(1, keepdim=True)
        self._columns(chart, part, volume, torch.zeros_like(most), most, there, _up(bars, VOLUME_UP, VOLUME_DOWN))

    def _pane(self, chart: Tensor, part: Part, pane: PaneSpec, lines: list[Tensor]) -> None:
        torch = self._torch
        values = torch.cat(lines, 1)
        finite = torch.isfinite(values)
        low, high = (
            torch.where(finite, values, sign * FARTHEST).__getattribute__(edge)(1, keepdim=True)
            for edge, sign in (("amin", 1.0), ("amax", -1.0))
        )
        if pane.low is not None and pane.high is not None:
            low, high = torch.full_like(low, pane.low), torch.full_like(high, pane.high)
        elif pane.histogram:
            low, high = torch.clamp(low, max=0.0), torch.clamp(high, min=0.0)
        for k, line in enumerate(lines):
            if k == 0 and pane.histogram:
                role = torch.where(line >= 0.0, VOLUME_UP, VOLUME_DOWN)
                self._columns(chart, part, line, low, high, torch.isfinite(line), role)
            else:
                self._line(chart, part, line, low, high, LINES + k)

    def _columns(
        self, chart: Tensor, part: Part, values: Tensor, low: Tensor, high: Tensor, there: Tensor, role: Tensor
    ) -> None:
        """Bars as wide as bodies, from zero."""
        torch = self._torch
        rows = self._rows(part, values, low, high)
        zero = self._rows(part, torch.zeros_like(values), low, high)
        rows, zero, there, role = (item[:, self._bar] for item in (rows, zero, there, role))
        self._paint(chart, part, rows, zero, there & (self._side != _NOTHING), role)


_NOTHING, _LEFT, _WICK, _RIGHT = range(4)


def _up(bars: list[Tensor], up: int, down: int) -> Tensor:
    """One number or the other for each bar [B, n]: up where it closes at its open or above it."""
    import torch

    return torch.where(bars[3] >= bars[0], up, down)
