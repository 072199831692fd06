"""A chart of which nothing is known: colours, bars, layers, then every candle, each step from what was seen before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from pinewright.machine.kernel import address
from pinewright.market import BoolArray, FloatArray, IntArray
from pinewright.patterns.picture import candle_parts, foreign, layers, scan
from pinewright.patterns.picture.axis import PriceAxis
from pinewright.patterns.picture.colours import Colours, Rgb, candle_colours, rgb, survey
from pinewright.patterns.picture.frame import inner
from pinewright.patterns.picture.hollow import close_rows, holes
from pinewright.patterns.picture.image import PictureError, Pixels
from pinewright.patterns.picture.lattice import LEAST_BARS, Lattice, find_lattice, widths
from pinewright.patterns.picture.orientation import first_is_up, with_sides
from pinewright.patterns.picture.reading import Candles, ChartReading, Found, Rectangle

LEAST_CONFIDENCE: Final = 0.5
MOST_MISSING: Final = 0.3
SURE_FIT: Final = 0.95
_LABELS = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class _Candle:
    """One candle colour: its pixels [H, W], the holes in it, which are hollow bodies, and filled labels, if known."""

    colour: int
    mask: BoolArray
    hole: BoolArray
    label: BoolArray | None = None


def read_unknown(pixels: Pixels, axis: PriceAxis | None = None, cache_dir: Path | bool | None = None) -> ChartReading:
    """The candles of a picture [H, W, 3]; PictureError where there are none that can be read."""
    colours = survey(pixels)
    likely = candle_colours(colours)
    frame = inner(colours, likely[:2])
    colours = replace(colours, packed=colours.packed[:, frame])
    chosen, every = likely[:2], [_candle(colours, colour) for colour in likely]
    candles = every[:2]
    lattice = _lattice(candles, every)
    if len(candles) > 1 and not candle_parts.belongs(colours, chosen[1], chosen[0], lattice):
        chosen, candles = chosen[:1], candles[:1]
        lattice = _lattice(candles, candles)
    more = candle_parts.further(colours, chosen, lattice)
    if more:
        candles += [_candle(colours, colour) for colour in more]
        # A border is not one run with its fill unless both are in one mask.
        body, wick = widths([_union(candles)], lattice.middles, lattice.pitch)
        lattice = replace(lattice, body=max(body, lattice.body), wick=min(wick, lattice.wick))
    lattice = _inside(lattice, colours.packed.shape[1])
    inside = lattice.columns(colours.packed.shape[1])
    labels = _labelled(colours, [_cleaned(item, lattice) for item in candles], lattice, inside)
    out = _scan(labels, lattice, cache_dir)
    return _reading(colours, labels, out, lattice, candles, frame.start, axis)


def _candle(colours: Colours, colour: int) -> _Candle:
    mask = colours.packed == colour
    return _Candle(colour, mask, holes(mask, colours.packed == colours.ground))


def _union(candles: list[_Candle]) -> BoolArray:
    return np.asarray(np.any([item.mask | item.hole for item in candles], axis=0))


def _lattice(candles: list[_Candle], every: list[_Candle]) -> Lattice:
    """Bars by each colour of its own, as neighbours of different colours may touch; else by all of them at once,
    where a border and its fill have two; else with all that may be candles; else by the likeliest alone. The first
    that fits well, else the best.
    """
    apart = [foreign.without_thin_lines(item.mask) | item.hole for item in candles]
    together = [[foreign.without_thin_lines(_union(group))] for group in (candles, every) if len(group) > 1]
    found: list[Lattice] = []
    refused: list[PictureError] = []
    for masks in (apart, *together, apart[:1]):
        try:
            found.append(find_lattice(masks))
        except PictureError as error:
            refused.append(error)
            continue
        if found[-1].fit >= SURE_FIT:
            return found[-1]
    if not found:
        raise refused[0]
    return max(found, key=lambda one: one.fit)


def _inside(lattice: Lattice, width: int) -> Lattice:
    """The bars whose bodies lie wholly in the plot; PictureError where too few are left."""
    kept = (lattice.left >= 0) & (lattice.left + lattice.body <= width)
    if kept.sum() < LEAST_BARS:
        raise PictureError(f"{int(kept.sum())} whole candles", hint=f"at least {LEAST_BARS} are needed")
    return lattice.pick(kept)


def _cleaned(item: _Candle, lattice: Lattice) -> _Candle:
    """Without what has the colour and is no candle; ``mask`` keeps it as False, so it counts as a cover."""
    label = foreign.wide(item.mask, round(2.5 * lattice.pitch) + 2)
    mask = item.mask & ~label
    mask &= ~foreign.price_lines(mask, lattice.left, lattice.body, lattice.pitch)
    mask &= ~foreign.standing(mask, lattice.wick_left)
    return replace(item, mask=mask, label=label)


def _labelled(colours: Colours, candles: list[_Candle], lattice: Lattice, inside: BoolArray) -> _LABELS:
    """A label for each pixel [H, W]; see ``scan``."""
    packed, left = colours.packed, lattice.left
    counts = candle_parts.bar_counts([item.mask for item in candles], left, left + lattice.body - 1)
    kinds = candle_parts.sides(counts)
    labels = np.full(packed.shape, scan.COVER, dtype=np.uint8)
    labels[packed == colours.ground] = scan.GROUND
    for item, kind in zip(candles, kinds, strict=True):
        labels[item.mask] = kind
    hole = np.any([item.hole for item in candles], axis=0)
    labels[hole & (labels == scan.GROUND)] = scan.HOLLOW
    candle = (labels != scan.GROUND) & (labels != scan.COVER)
    labels[foreign.gaps_of_a_line(candle, labels == scan.GROUND, inside, lattice.wick)] = scan.COVER
    known = [item.colour for item in candles]
    sided = [item.colour for item, kind in zip(candles, kinds, strict=True) if kind != scan.EITHER] or known[:1]
    veils = layers.veiled(colours, sided[:2], set(known), candle) if len(sided) > 1 else {}
    over, beneath = layers.over_colours(packed[:, inside], candle[:, inside], colours.ground)
    rest = (labels == scan.COVER) & inside & ~np.isin(packed, [colours.ground, *known])
    values, place = np.unique(packed[rest], return_inverse=True)
    common = np.array([c for c in colours.common[1:].tolist() if c not in set(over.tolist())], dtype=np.int64)
    beneath = np.union1d(beneath, common)
    kind_of = layers.labels_of(values, colours.ground, sided[:2], over[~np.isin(over, list(veils))], beneath)
    for colour, kind in veils.items():
        kind_of[values == colour] = kind
    labels[rest] = kind_of[place]
    for item in candles:
        if item.label is not None:
            labels[item.label] = scan.COVER  # its letters too, and their soft edges
    if hole.any():
        close_rows(labels, left, lattice.body, scan.HOLLOW)
    return labels


def _scan(labels: _LABELS, lattice: Lattice, cache_dir: Path | bool | None) -> IntArray:
    labels = np.ascontiguousarray(labels)
    height, width = labels.shape
    left, wick = lattice.left, lattice.wick_left
    right, wick_end = left + lattice.body - 1, wick + lattice.wick - 1
    out = np.empty((len(lattice), scan.FIELDS), dtype=np.int64)
    states = np.empty(2 * height, dtype=np.uint8)
    columns = (left, right, wick, wick_end)
    scan.native(cache_dir).function("read_bars")(
        address(labels),
        width,
        0,
        height - 1,
        len(lattice),
        *map(address, columns),
        address(states),
        height,
        address(out),
    )
    return out


def _reading(
    colours: Colours,
    labels: _LABELS,
    out: IntArray,
    lattice: Lattice,
    candles: list[_Candle],
    shift: int,
    axis: PriceAxis | None,
) -> ChartReading:
    seen = _seen(out[:, scan.FOUND], lattice.sure)
    rows, lattice = out[seen], lattice.pick(seen)
    side, doubt = with_sides(rows, lattice)
    shown = [rgb(item.colour) for item in candles[:2]]
    up = side if first_is_up(rows, side, shown, rgb(colours.ground)) else ~side
    up = np.where(doubt, _continued(rows, up), up)
    confidence = _confidence(labels, rows, lattice)
    high, low, left = rows[:, scan.TOP], rows[:, scan.BOTTOM], lattice.left + shift
    return ChartReading(
        _candles(rows, up, lattice.middles + shift),
        Rectangle(int(left[0]), int(high.min()), int(left[-1]) + lattice.body - 1, int(low.max())),
        Found(rgb(colours.ground), *_palette(candles, rows, up)),
        lattice.pitch,
        lattice.body,
        lattice.wick,
        confidence,
        labels.shape[0],
        axis,
    )


def _seen(state: IntArray, sure: BoolArray) -> BoolArray:
    """Which places hold a candle [n]; PictureError for too few and for too many gaps between them."""
    good = ((state == scan.WHOLE) | (state == scan.GUESSED)) & sure
    if good.sum() < LEAST_BARS:
        raise PictureError(f"{int(good.sum())} candles with a body", hint=f"at least {LEAST_BARS} are needed")
    part = _stretch(state, sure)
    seen = np.zeros(len(state), dtype=np.bool_)
    seen[part] = state[part] != scan.NOTHING
    missing = 1.0 - float(seen[part].mean())
    if missing > MOST_MISSING:
        what = f"{missing:.0%} of the places between the first and the last candle are empty"
        raise PictureError(what, hint="a chart of candles at equal distances")
    return seen


def _candles(rows: IntArray, up: BoolArray, middle: FloatArray) -> Candles:
    top, bottom = rows[:, scan.BODY_TOP], rows[:, scan.BODY_BOTTOM]
    return Candles(
        open=np.where(up, bottom, top),
        high=rows[:, scan.TOP],
        low=rows[:, scan.BOTTOM],
        close=np.where(up, top, bottom),
        up=up,
        middle=middle,
        certain=(rows[:, scan.FOUND] == scan.WHOLE) & (rows[:, scan.HIDDEN] == 0),
    )


def _confidence(labels: _LABELS, rows: IntArray, lattice: Lattice) -> float:
    """As ``ChartReading`` tells it; PictureError where it is too low."""
    left = lattice.left
    band = labels[rows[:, scan.TOP].min() : rows[:, scan.BOTTOM].max() + 1, left[0] : left[-1] + lattice.body]
    total = int(((band != scan.GROUND) & (band != scan.COVER)).sum())
    told = min(1.0, float(rows[:, scan.PIXELS].sum()) / max(total, 1))
    confidence = told * lattice.fit * float(np.mean(rows[:, scan.FOUND] == scan.WHOLE))
    if confidence < LEAST_CONFIDENCE:
        what = f"{len(rows)} candles account for too little of what is drawn (confidence {confidence:.2f})"
        raise PictureError(what, hint="a clean chart of candles; fewer lines and labels over them")
    return confidence


def _stretch(state: IntArray, sure: BoolArray) -> slice:
    """From the first candle to the last: those that voted, and further ones as long as each is whole."""
    whole = (state == scan.WHOLE) | (state == scan.GUESSED)
    inner = np.flatnonzero(whole & sure)
    first, last = int(inner[0]), int(inner[-1])
    while first > 0 and whole[first - 1]:
        first -= 1
    while last + 1 < len(state) and whole[last + 1]:
        last += 1
    return slice(first, last + 1)


def _continued(rows: IntArray, up: BoolArray) -> BoolArray:
    """Whether each candle rises, if it opens where the one before it closed [n]: for those that show no side."""
    top, bottom = rows[:, scan.BODY_TOP], rows[:, scan.BODY_BOTTOM]
    close = np.where(up, top, bottom)
    before = np.concatenate((bottom[:1], close[:-1]))
    return np.asarray(np.abs(before - bottom) <= np.abs(before - top))


def _palette(candles: list[_Candle], rows: IntArray, up: BoolArray) -> tuple[Rgb | None, Rgb | None]:
    shown = [rgb(item.colour) for item in candles[:2]]
    if len(shown) == 1:
        shown *= 2
    first = rows[:, scan.FIRSTS] + rows[:, scan.HOLLOWS] > rows[:, scan.SECONDS]
    rising_first = bool(np.mean(up == first) >= 0.5)
    rising, falling = shown if rising_first else shown[::-1]
    return (rising if up.any() else None), (falling if (~up).any() else None)
