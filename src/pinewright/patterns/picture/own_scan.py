"""The kernel that reads many of our own charts: pixels to labels by the known colours, then each bar."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Final

from pinewright.machine.kernel import Bytes, Ints, Module, Native, compile_module, kernel, source_key
from pinewright.patterns.picture import ohlc_scan, scan
from pinewright.patterns.picture.ohlc_scan import read_ohlc_bars
from pinewright.patterns.picture.scan import read_bars


@kernel(inline=True)
def colour_at(image: Bytes, place: int, channels: int) -> int:
    if channels == 3:
        return image[3 * place] * 65536 + image[3 * place + 1] * 256 + image[3 * place + 2]
    return image[place] * 65793


@kernel(inline=False)
def label_image(
    image: Bytes, first: int, end: int, channels: int, colours: Ints, kinds: Bytes, known: int, labels: Bytes
) -> int:
    """Labels of the pixels from ``first`` to before ``end``; how many of them are candles. Runs of one colour are
    looked up once."""
    before = -1
    label = 0
    total = 0
    for place in range(first, end):
        colour = colour_at(image, place, channels)
        if colour != before:
            before = colour
            label = scan.COVER
            for k in range(known):
                if colours[k] == colour:
                    label = kinds[k]
        labels[place] = label
        if label == scan.FIRST or label == scan.SECOND:
            total += 1
    return total


@kernel
def read_images(
    images: Bytes,
    count: int,
    height: int,
    width: int,
    channels: int,
    colours: Ints,
    kinds: Bytes,
    known: int,
    top: int,
    bottom: int,
    bars: int,
    left: Ints,
    right: Ints,
    wick: Ints,
    ohlc: bool,
    labels: Bytes,
    states: Bytes,
    out: Ints,
    totals: Ints,
) -> None:
    """Pictures [B, H, W, C] of one layout into out [B, n, FIELDS].

    colours, kinds [known]: packed colours and the label of each; all other colours are covers. totals [B]: candle
    pixels between ``top`` and ``bottom``. ohlc: bars, not candles. states: room for 3 ``height``.
    """
    for b in range(count):
        image = images[b * height * width * channels :]
        totals[b] = label_image(image, top * width, (bottom + 1) * width, channels, colours, kinds, known, labels)
        found = out[scan.FIELDS * bars * b :]
        if ohlc:
            read_ohlc_bars(labels, width, top, bottom, bars, left, right, wick, wick, states, height, found)
        else:
            read_bars(labels, width, top, bottom, bars, left, right, wick, wick, states, height, found)


EXPORTS: Final = ["read_images"]


@functools.cache
def native(cache_dir: Path | bool | None = None) -> Native:
    """The compiled kernel, one for each folder in a process."""
    import sys

    key = source_key(sys.modules[__name__], scan, ohlc_scan)
    return compile_module(lambda: Module("picture_own").add(read_images), EXPORTS, key=key, cache=cache_dir)
