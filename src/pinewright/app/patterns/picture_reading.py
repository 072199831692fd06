"""The body of `read`: what was found, as tables, as JSON, and drawn into the picture."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from pinewright.app.terminal import output
from pinewright.app.words import common as texts
from pinewright.app.words import read as words
from pinewright.charts.palette import Rgb
from pinewright.charts.pictures.strokes import Box, Place, line, polygon
from pinewright.errors import OutputError
from pinewright.machine.whole_file import whole_file
from pinewright.patterns.pattern import Direction, PatternKind

if TYPE_CHECKING:
    from pinewright.patterns.picture.analyzer import ChartFindings
    from pinewright.patterns.picture.image import Pixels
    from pinewright.patterns.picture.reading import ChartReading

LEVEL_COLOUR: Final = (123, 31, 162)
LINE_COLOUR: Final = (194, 24, 91)
MARK_COLOUR: Final = (245, 166, 35)
CANDLE_COLOUR: Final = (255, 0, 255)
_EDGE: Final = (20, 20, 20)


def require_other(out: Path, image: Path) -> None:
    """OutputError where ``out`` is no PNG file or the picture itself."""
    if out.suffix.lower() != ".png":
        raise OutputError(words.NOT_PNG.format(name=out.name), where=str(out), hint=words.NOT_PNG_HINT)
    if out.resolve() == image.resolve():
        raise OutputError(words.SAME_FILE, where=str(out), hint=words.SAME_FILE_HINT)


def tell(findings: ChartFindings, out: Path | None) -> None:
    """What was found, for people."""
    reading = findings.reading
    output.emit(
        words.CANDLES.format(
            count=len(reading),
            pitch=reading.pitch,
            body=reading.body,
            confidence=reading.confidence,
            certain=int(reading.candles.certain.sum()),
        )
    )
    shown = {name: _hex(getattr(reading.found, name)) for name in ("ground", "up", "down")}
    output.emit(words.COLOURS.format(**shown))
    if reading.steps is not None:
        output.emit(words.STEP.format(step=reading.steps.step))
    _tell_axis(reading)
    bars = reading.bars()
    marks = [
        (
            str(mark.bar + 1),
            f"{findings.column_of(mark.bar):.0f}",
            mark.pattern,
            words.POINTS[mark.direction.value],
            _price(findings, float(bars.close[mark.bar])),
        )
        for mark in findings.marks
    ]
    if marks:
        output.emit("")
        output.emit_table(words.MARK_HEAD, marks)
    _tell_levels(findings)
    if out is not None:
        output.message(words.WRITTEN.format(path=out))


def _tell_axis(reading: ChartReading) -> None:
    """Where prices come from."""
    from pinewright.patterns.picture.axis import NoScale, PriceScale

    scale = reading.scale
    if isinstance(scale, PriceScale):
        output.emit(
            words.AXIS_READ.format(agree=scale.agree, decimals=scale.decimals, step=scale.step, residual=scale.residual)
        )
    elif isinstance(scale, NoScale):
        output.emit(words.NO_AXIS[scale.value])
    if reading.axis is None:
        output.emit(words.IN_ROWS)


def _tell_levels(findings: ChartFindings) -> None:
    reading = findings.reading
    if findings.levels:
        output.emit("")
        rows = [
            (
                words.KINDS[level.kind.value],
                f"{float(reading.row_of(level.price)):.1f}",
                _price(findings, level.price),
                str(level.touches),
                f"{level.strength:.2f}",
            )
            for level in findings.levels
        ]
        output.emit_table(words.LEVEL_HEAD, rows)
    if findings.trend_lines:
        output.emit("")
        lines = []
        for item in findings.trend_lines:
            ends = _ends(findings, item.first, item.price(item.first), item.last, item.price(item.last))
            places = [words.PLACE.format(column=x, row=y) for x, y in ends]
            lines.append((words.SIDES[item.kind.value], *places, str(item.touches), words.YES_NO[item.broken]))
        output.emit_table(words.LINE_HEAD, lines)


def tell_json(findings: ChartFindings, image: Path, out: Path | None) -> None:
    """The same as JSON; rows and columns in pixels, prices None without an axis."""
    reading, candles = findings.reading, findings.reading.candles
    known = reading.axis is not None
    columns = {name: getattr(candles, name).tolist() for name in ("open", "high", "low", "close")}
    bars = reading.bars()
    prices = {name: getattr(bars, name).tolist() for name in columns}
    output.emit_json(
        {
            "file": str(image),
            "marked": None if out is None else str(out),
            "confidence": reading.confidence,
            "candles": len(reading),
            "pitch": reading.pitch,
            "body": reading.body,
            "wick": reading.wick,
            "step_rows": None if reading.steps is None else reading.steps.step,
            "plot": reading.plot,
            "colours": {name: _hex(getattr(reading.found, name)) for name in ("ground", "up", "down")},
            "columns": candles.middle.tolist(),
            "up": candles.up.tolist(),
            "certain": candles.certain.tolist(),
            "rows": columns,
            "prices": prices if known else None,
            "axis": _axis_json(reading),
            "patterns": _patterns_json(findings),
            "levels": _levels_json(findings),
            "trend_lines": _lines_json(findings),
        }
    )


def _axis_json(reading: ChartReading) -> dict[str, object]:
    """The axis and where it is from: ``given``, ``labels``, or ``none`` with the reason."""
    from pinewright.patterns.picture.axis import NoScale, PriceScale

    axis, scale = reading.axis, reading.scale
    if axis is None:
        return {"from": "none", "reason": scale.value if isinstance(scale, NoScale) else None}
    known: dict[str, object] = {"from": "given", "rows": list(axis.row), "prices": list(axis.price)}
    if isinstance(scale, PriceScale):
        known |= {"from": "labels", "labels": scale.labels, "agree": scale.agree, "grid_lines": scale.grid}
        known |= {"residual_rows": scale.residual, "decimals": scale.decimals, "step": scale.step}
    return known


def _patterns_json(findings: ChartFindings) -> list[dict[str, object]]:
    return [
        {
            "pattern": mark.pattern,
            "direction": mark.direction.name.lower(),
            "first_candle": mark.start,
            "candle": mark.bar,
            "column": findings.column_of(mark.bar),
            "confidence": mark.confidence,
        }
        for mark in findings.marks
    ]


def _levels_json(findings: ChartFindings) -> list[dict[str, object]]:
    reading = findings.reading
    return [
        {
            "kind": words.KINDS[level.kind.value],
            "row": float(reading.row_of(level.price)),
            "price": level.price if reading.axis is not None else None,
            "touches": level.touches,
            "strength": level.strength,
            "broken": level.broken,
        }
        for level in findings.levels
    ]


def _lines_json(findings: ChartFindings) -> list[dict[str, object]]:
    return [
        {
            "side": words.SIDES[item.kind.value],
            "places": _ends(findings, item.first, item.price(item.first), item.last, item.price(item.last)),
            "touches": item.touches,
            "broken": item.broken,
        }
        for item in findings.trend_lines
    ]


# The marked picture ---------------------------------------------------------------------------------------------------


def write_marked(findings: ChartFindings, pixels: Pixels, out: Path) -> None:
    """The picture with what was found; OutputError where the file cannot be written."""
    from PIL import Image

    marked = Image.fromarray(marked_picture(findings, pixels))
    with whole_file(out, words.CANNOT_WRITE, texts.OTHER_PLACE) as temporary:
        marked.save(temporary, "PNG")


def marked_picture(findings: ChartFindings, pixels: Pixels) -> Pixels:
    """The picture [H, W, 3] with a tick at each high and low that was read, triangles at candle patterns, levels as
    dashed lines from their first touch, trend lines, and the outlines of structure patterns.
    """
    from pinewright.charts.pictures.outlines import Pen
    from pinewright.patterns.detector import patterns
    from pinewright.patterns.structure.outline import outline_of

    reading, known = findings.reading, patterns()
    shown = np.array(pixels)
    clip = Box(0, 0, shown.shape[1], shown.shape[0])
    right = float(reading.plot.right)
    for level in findings.levels:
        row = float(reading.row_of(level.price)) + 0.5
        line(shown, clip, [(findings.column_of(level.first), row), (right, row)], LEVEL_COLOUR, 1.5, 5.0)
    for item in findings.trend_lines:
        last = item.last if item.broken else len(reading) - 1
        line(shown, clip, _ends(findings, item.first, item.price(item.first), last, item.price(last)), LINE_COLOUR, 1.5)
    for mark in findings.marks:
        if known[mark.pattern].kind is PatternKind.STRUCTURE:
            for stroke in outline_of(mark).strokes:
                corners = [_place(findings, bar, price) for bar, price in stroke.points]
                line(shown, clip, corners, MARK_COLOUR, 1.5, 5.0 if stroke.pen is Pen.LEVEL else 0.0)
    _tick_candles(findings, shown)
    candle_bars = {(mark.bar, mark.direction) for mark in findings.marks}
    for bar, direction in sorted(candle_bars, key=lambda one: (one[0], one[1].value)):
        _triangle(findings, shown, clip, bar, direction)
    return shown


def _tick_candles(findings: ChartFindings, shown: Pixels) -> None:
    candles = findings.reading.candles
    for middle, high, low in zip(candles.middle.tolist(), candles.high.tolist(), candles.low.tolist(), strict=True):
        columns = slice(max(0, int(middle) - 1), int(middle + 0.5) + 2)
        for row in (high, low):
            if 0 <= row < len(shown):
                shown[row, columns] = CANDLE_COLOUR


def _triangle(findings: ChartFindings, shown: Pixels, clip: Box, bar: int, direction: Direction) -> None:
    """Beneath the candle where tradition says up, above it where it says down; a diamond above for neither."""
    candles, size = findings.reading.candles, max(3.0, min(6.0, findings.reading.pitch / 2.5))
    x = findings.column_of(bar) + 0.5
    color: Rgb = MARK_COLOUR
    if direction is Direction.UP:
        y = float(candles.low[bar]) + 4
        points: list[Place] = [(x, y), (x - size, y + 1.6 * size), (x + size, y + 1.6 * size)]
    elif direction is Direction.DOWN:
        y = float(candles.high[bar]) - 3
        points = [(x, y), (x - size, y - 1.6 * size), (x + size, y - 1.6 * size)]
    else:
        y, half = float(candles.high[bar]) - 3 - 2.6 * size, size / 2
        points = [(x, y - half), (x + half, y), (x, y + half), (x - half, y)]
    polygon(shown, clip, points, color, _EDGE, 0.6)


def _place(findings: ChartFindings, bar: int, price: float) -> Place:
    return findings.column_of(bar) + 0.5, float(findings.reading.row_of(price)) + 0.5


def _ends(findings: ChartFindings, first: int, start: float, last: int, end: float) -> list[Place]:
    return [_place(findings, first, start), _place(findings, last, end)]


def _price(findings: ChartFindings, value: float) -> str:
    from pinewright.patterns.picture.axis import PriceScale

    axis, scale = findings.reading.axis, findings.reading.scale
    if axis is None:
        return f"{value:.1f}"
    shown = scale.decimals if isinstance(scale, PriceScale) else 0
    return f"{value:.{min(8, max(shown, int(np.ceil(-np.log10(axis.step)))))}f}"


def _hex(colour: Rgb | None) -> str:
    return words.NO_COLOUR if colour is None else "#{:02x}{:02x}{:02x}".format(*colour)
