"""`pinewright read`: candles, patterns, levels and trend lines from a picture of a chart."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pinewright.app.terminal import session
from pinewright.app.terminal.output import JsonOption
from pinewright.app.words import read as words


def read(
    image: Annotated[Path, typer.Argument(help=words.IMAGE_HELP, metavar="IMAGE")],
    top: Annotated[str | None, typer.Option("--top", help=words.TOP_HELP, metavar="PRICE@ROW")] = None,
    bottom: Annotated[str | None, typer.Option("--bottom", help=words.BOTTOM_HELP, metavar="PRICE@ROW")] = None,
    pattern: Annotated[list[str] | None, typer.Option("--pattern", help=words.PATTERN_HELP, metavar="NAME")] = None,
    out: Annotated[Path | None, typer.Option("--out", help=words.OUT_HELP, metavar="FILE")] = None,
    json: JsonOption = False,
) -> None:
    """Read a chart's picture: candles, patterns, levels and lines.

    Nothing need be known of the picture: prices are those of the labels beside the plot, where three of them agree, or
    those of --top and --bottom. What is no chart of candles is refused, with what was seen instead.
    """
    from pinewright.app.patterns import picture_reading
    from pinewright.errors import UsageError
    from pinewright.patterns.detector import pattern as pattern_named
    from pinewright.patterns.picture.analyzer import VisualPatternAnalyzer
    from pinewright.patterns.picture.axis import PriceAxis
    from pinewright.patterns.picture.image import pixels_of

    if (top is None) != (bottom is None):
        raise UsageError(words.ONE_PRICE, hint=words.ONE_PRICE_HINT)
    axis = None if top is None or bottom is None else PriceAxis.parse(top, bottom)
    names = tuple(pattern_named(name).name for name in pattern or ()) or None
    if out is not None:
        picture_reading.require_other(out, image)
    pixels = pixels_of(image)
    analyzer = VisualPatternAnalyzer(cache_dir=session.load_settings().settings.cache_dir)
    findings = analyzer.analyze(pixels, axis, names)
    if out is not None:
        picture_reading.write_marked(findings, pixels, out)
    if json:
        picture_reading.tell_json(findings, image, out)
    else:
        picture_reading.tell(findings, out)
