"""`SyntheticPatternGenerator`: windows of bars with a known shape in them, or none, for training and for tests.

    label -> corners (drawn, warped in time) -> path with a texture between them -> a walk around it -> bars on the grid

The texture is that of real bars where some are given: a stretch of their moves, pinned at the corners, so that each
segment is a recombination of real parts. It is nothing at a corner, so the corners are where the truth says.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from pinewright.errors import UsageError, unknown_name_hint
from pinewright.machine.whole_file import whole_file
from pinewright.market import Bars, FloatArray, IntArray, Symbol
from pinewright.patterns.mining.outlines import NONE, OUTLINES, Outline, outline
from pinewright.patterns.mining.shape import Shape
from pinewright.patterns.pattern import Direction

if TYPE_CHECKING:
    import polars as pl

FEWEST_BARS: Final = 24
MOVE: Final = 1.5e-4
"""Deviation of a bar's log move where no bars are given."""
BEYOND: Final = 0.04
"""How far the texture may reach beyond the corners of its segment, in heights."""
BESIDE: Final = 0.5
"""Largest step of the walk beside a shape, in heights: a larger one would be what the window shows."""


@dataclass(frozen=True)
class Variation:
    """Limits within which windows vary.

    span: of the shape, in windows. height: of the shape, in deviations of a bar times the root of the span.
    noise: deviation of the texture's steps, in those of a bar. warp: log of the pace of a segment at most.
    after: bars behind the shape at most, as a share of the window.
    """

    span: tuple[float, float] = (0.55, 0.95)
    height: tuple[float, float] = (1.2, 2.5)
    noise: tuple[float, float] = (0.3, 1.0)
    warp: float = 0.3
    after: float = 0.05


@dataclass(frozen=True)
class ShapeTruth:
    """What is in one window: bars of its first and last corner (-1 for none), its height in price, noise and warp as
    drawn, and the corners: bars and closes.
    """

    label: str
    direction: Direction
    start: int
    end: int
    height: float
    noise: float
    warp: float
    key_bars: tuple[int, ...]
    key_prices: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class SyntheticWindows:
    """B windows: prices [B, bars, 4] float64, open, high, low, close; labels [B] int64 into ``names``; truth [B]."""

    prices: FloatArray
    labels: IntArray
    names: tuple[str, ...]
    truth: tuple[ShapeTruth, ...]
    symbol: Symbol
    seed: int

    def __len__(self) -> int:
        return len(self.labels)

    def table(self) -> pl.DataFrame:
        """A row for each window: its prices as four lists, its label and its truth."""
        import polars as pl

        columns = {
            name: pl.Series(self.prices[:, :, place].tolist())
            for place, name in enumerate(("open", "high", "low", "close"))
        }
        truth = self.truth
        return pl.DataFrame(
            {
                "window": np.arange(len(self), dtype=np.int64),
                "label": [one.label for one in truth],
                "label_number": self.labels,
                "direction": [one.direction.value for one in truth],
                **columns,
                "start": [one.start for one in truth],
                "end": [one.end for one in truth],
                "height": [one.height for one in truth],
                "noise": [one.noise for one in truth],
                "warp": [one.warp for one in truth],
                "key_bars": pl.Series([list(one.key_bars) for one in truth], dtype=pl.List(pl.Int64)),
                "key_prices": pl.Series([list(one.key_prices) for one in truth], dtype=pl.List(pl.Float64)),
            }
        )

    def write(self, path: Path) -> None:
        """The table as Parquet, compressed by zstd, whole or not at all; OutputError where it cannot be written."""
        with whole_file(path, "the windows cannot be written") as temporary:
            self.table().write_parquet(temporary, compression="zstd", compression_level=6)


class SyntheticPatternGenerator:
    """Makes windows of ``bars`` bars.

    labels: of ``OUTLINES`` or names of ``shapes``, and ``none``; all where None. shapes: mined ones, whose templates
    are varied like the outlines. background: real bars for price levels, sizes of moves and textures. Raises UsageError
    for windows under 24 bars, unknown labels and a background under ten windows.
    """

    def __init__(
        self,
        bars: int = 60,
        *,
        labels: Sequence[str] | None = None,
        shapes: Sequence[Shape] = (),
        background: Bars | None = None,
        symbol: str = "EURUSD",
        variation: Variation | None = None,
    ):
        if bars < FEWEST_BARS:
            raise UsageError(f"windows of {bars} bars are too short for a shape", hint=f"at least {FEWEST_BARS}")
        if background is not None and len(background) < 10 * bars:
            what = f"a background of {len(background)} bars"
            raise UsageError(what, hint=f"at least {10 * bars} for windows of {bars}")
        self.bars = bars
        self._mined = {shape.name: shape for shape in shapes}
        known = (NONE, *OUTLINES, *self._mined)
        for label in labels or ():
            if label not in known:
                raise UsageError(f"unknown label {label!r}", hint=unknown_name_hint(label, known))
        self.names = tuple(dict.fromkeys(labels)) if labels else known
        self.symbol = Symbol.get(symbol) if background is None else background.symbol
        self.variation = variation or Variation()
        self._closes = None if background is None else np.ascontiguousarray(np.log(background.close))

    def make(self, count: int, seed: int = 0) -> SyntheticWindows:
        """``count`` windows, the same number of each label but for one.

        The same seed gives the same bytes, and a longer list begins with the shorter one.
        """
        if count < 1:
            raise UsageError(f"{count} windows", hint="one at least")
        labels = np.concatenate(
            [
                np.random.default_rng([seed, 3, part]).permutation(len(self.names))
                for part in range(-(-count // len(self.names)))
            ]
        )[:count].astype(np.int64)
        prices = np.empty((count, self.bars, 4))
        truth = []
        for place, label in enumerate(labels.tolist()):
            generator = np.random.default_rng([seed, 5, place])
            prices[place], one = self._window(self.names[label], generator)
            truth.append(one)
        return SyntheticWindows(prices, labels, self.names, tuple(truth), self.symbol, seed)

    def _window(self, label: str, generator: np.random.Generator) -> tuple[FloatArray, ShapeTruth]:
        level, size = self._level_and_size(generator)
        v = self.variation
        noise, warp = generator.uniform(*v.noise), generator.uniform(0.0, v.warp)
        if label == NONE:
            path = level * np.exp(self._walk(self.bars, size, generator))
            path = self._rounded(path)
            return self._ohlc(path, size * level, generator), ShapeTruth(
                label, Direction.NEUTRAL, -1, -1, 0.0, noise, warp, (), ()
            )
        drawn = self._outline(label, generator)
        corners = len(drawn.positions)
        span = max(2 * (corners - 1), round(self.bars * generator.uniform(*v.span)))
        span = min(span, self.bars - 1)
        end = self.bars - 1 - int(generator.integers(0, max(1, min(self.bars - span, int(self.bars * v.after) + 1))))
        start = end - span
        places = start + _warped(drawn.positions, span, warp, generator)
        height = level * size * np.sqrt(span) * generator.uniform(*v.height)
        levels = self._rounded(level + (np.array(drawn.levels) - 0.5) * height)
        path = np.empty(self.bars)
        for left, right, a, b in zip(places[:-1], places[1:], levels[:-1], levels[1:], strict=True):
            path[left : right + 1] = self._segment(int(right - left), a, b, noise * size * level, height, generator)
        most = float(np.log1p(BESIDE * height / level))
        before = self._walk(start + 1, size, generator, most)
        path[: start + 1] = levels[0] * np.exp(before - before[-1])
        after = self._walk(self.bars - end, size, generator, most)
        path[end:] = levels[-1] * np.exp(after - after[0])
        path = self._rounded(path)
        keys = tuple(int(one) for one in places)
        truth = ShapeTruth(
            label, drawn.direction, start, end, float(height), float(noise), float(warp), keys,
            tuple(float(path[one]) for one in keys),
        )  # fmt: skip
        return self._ohlc(path, size * level, generator), truth

    def _outline(self, label: str, generator: np.random.Generator) -> Outline:
        if label not in self._mined:
            return outline(label, generator)
        shape = self._mined[label]
        # A template has a corner at every few closes: enough to keep its form, few enough to leave room for texture.
        count = min(shape.bars, max(4, self.bars // 4))
        at = np.unique(np.rint(np.linspace(0, shape.bars - 1, count)).astype(int))
        levels = np.array(shape.template)[at]
        levels = (levels - levels.min()) / (levels.max() - levels.min())
        return Outline(tuple(at / (shape.bars - 1)), tuple(levels), shape.direction)

    def _level_and_size(self, generator: np.random.Generator) -> tuple[float, float]:
        """A price and the deviation of a bar's log move."""
        if self._closes is None:
            return generator.uniform(1.0, 1.3), MOVE * float(np.exp(generator.normal(0.0, 0.4)))
        first = int(generator.integers(0, len(self._closes) - self.bars))
        stretch = self._closes[first : first + self.bars]
        step = self.symbol.mintick / float(np.exp(stretch[0]))
        return float(np.exp(stretch[0])), max(step, float(np.std(np.diff(stretch))))

    def _walk(self, count: int, size: float, generator: np.random.Generator, most: float = np.inf) -> FloatArray:
        """Log prices [count] of a walk whose moves have that deviation and none is above ``most``: real moves where
        there are bars.

        Real moves are measured over a stretch of a whole window, of which the walk takes the beginning: a few of them
        may be nearly equal, and brought to the deviation by themselves they would be blown up.
        """
        if count < 2:
            return np.zeros(count)
        if self._closes is None:
            moves = generator.standard_t(5, count - 1) * (size / np.sqrt(5 / 3))
        else:
            many = max(count, self.bars)
            first = int(generator.integers(0, len(self._closes) - many))
            moves = np.diff(self._closes[first : first + many]) * generator.choice((-1.0, 1.0))
            spread = float(np.std(moves))
            moves = moves * (size / spread) if spread > 0.0 else generator.normal(0.0, size, many - 1)
        return np.append(0.0, np.cumsum(np.clip(moves[: count - 1], -most, most)))

    def _segment(
        self, count: int, first: float, last: float, move: float, height: float, generator: np.random.Generator
    ) -> FloatArray:
        """Closes [count + 1] from a corner to the next: a bent line and a texture that is nothing at both ends.

        move: deviation of the texture's steps. The texture is made smaller where it would reach beyond the corners.
        """
        at = np.linspace(0.0, 1.0, count + 1) ** np.exp(generator.uniform(-0.25, 0.25))
        line = first + (last - first) * at
        walk = self._walk(count + 1, move, generator)
        bridge = walk - np.linspace(0.0, walk[-1], count + 1)
        room = np.where(bridge > 0.0, max(first, last) - line, line - min(first, last)) + BEYOND * height
        needed = np.abs(bridge)
        fit = float(np.min(np.divide(room, needed, out=np.ones_like(room), where=needed > room)))
        path = line + bridge * fit
        path[0], path[-1] = first, last
        return np.asarray(path, dtype=np.float64)

    def _rounded(self, prices: FloatArray) -> FloatArray:
        tick = self.symbol.mintick
        return np.asarray(np.round(np.rint(prices / tick) * tick, self.symbol.price_digits), dtype=np.float64)

    def _ohlc(self, close: FloatArray, move: float, generator: np.random.Generator) -> FloatArray:
        """Bars [bars, 4] around closes: each opens near the close before, its wicks are exponential."""
        count = len(close)
        before = np.append(close[0] + generator.normal(0.0, move), close[:-1])
        opened = self._rounded(before + generator.normal(0.0, 0.1 * move, count))
        wicks = generator.exponential(0.35 * move, (2, count))
        high = self._rounded(np.maximum(opened, close) + wicks[0])
        low = self._rounded(np.minimum(opened, close) - wicks[1])
        return np.column_stack([opened, high, low, close])


def _warped(positions: Sequence[float], span: int, warp: float, generator: np.random.Generator) -> IntArray:
    """Bars of the corners [K] from 0 to ``span``, each segment at a pace of its own and two bars long at least."""
    parts = np.diff(np.asarray(positions)) * np.exp(generator.uniform(-warp, warp, len(positions) - 1))
    free = span - 2 * len(parts)
    if free < 0:
        at = np.rint(np.linspace(0, span, len(parts) + 1))
        return np.asarray(at, dtype=np.int64)
    at = np.append(0.0, np.cumsum(2.0 + parts / parts.sum() * free))
    found = np.asarray(np.rint(at), dtype=np.int64)
    found[-1] = span
    return found
