"""The body of `patterns --pine`: functions, an indicator, or a strategy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pinewright.app.given.costs import market_costs, parse_costs
from pinewright.app.given.scripts import write_script
from pinewright.app.search.experiment import MICRO_LOT, default_capital
from pinewright.app.terminal import output
from pinewright.app.words import patterns as words
from pinewright.data.source import parse_moment
from pinewright.errors import DataFormatError, DataNotFoundError, UsageError, unknown_name_hint
from pinewright.generate import ScriptSettings, family
from pinewright.generate.pattern_script import VisualPattern, VisualPatternToPineScript
from pinewright.generate.visual.shape import shape_pine
from pinewright.market import Symbol, Timeframe
from pinewright.patterns.detector import patterns as known
from pinewright.patterns.mining.shape import Shape, shape_pattern
from pinewright.patterns.pattern import Direction

FORMS: Final = ("functions", "indicator", "strategy")
Dates = tuple[int | None, int | None]


@dataclass(frozen=True)
class PineRequest:
    """What a script is to hold: names of patterns, those of each side where they were told apart, and the chart.

    dates: from and to, ms UTC, None for no border. costs: as the user wrote them. shapes: the file of mined ones.
    """

    names: tuple[str, ...]
    long: tuple[str, ...]
    short: tuple[str, ...]
    family: str | None
    symbol: str
    timeframe: str
    dates: Dates
    costs: str | None
    rollover: bool
    shapes: Path | None = None


def read_shapes(path: Path) -> tuple[VisualPattern, ...]:
    """The shapes that `mine` wrote, refused ones too; DataError where the file is none of its own."""
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))["shapes"]
        shapes = [Shape.from_dict(row) for row in rows]
    except OSError as error:
        raise DataNotFoundError(words.NO_SHAPES.format(reason=error.strerror), where=str(path)) from error
    except (ValueError, KeyError, TypeError, UsageError) as error:
        raise DataFormatError(words.NOT_SHAPES, where=str(path), hint=words.NOT_SHAPES_HINT) from error
    return tuple(VisualPattern(shape_pattern(shape), shape_pine(shape)) for shape in shapes)


def dates(start: str | None, end: str | None, timezone: str | None) -> Dates:
    """``--from`` and ``--to`` as moments; the errors of ``parse_moment``."""
    found = [None if text is None else parse_moment(text, timezone or "UTC") for text in (start, end)]
    return found[0], found[1]


def write_pine(form: str, asked: PineRequest, out: Path | None, *, as_json: bool) -> None:
    """The script to ``out``, or to standard output."""
    if form not in FORMS:
        raise UsageError(words.WRONG_PINE.format(given=form), hint=unknown_name_hint(form, FORMS))
    names = tuple(dict.fromkeys((*asked.names, *asked.long, *asked.short)))
    if not names:
        raise UsageError(words.NO_NAMES.format(count=len(known())), hint=words.NO_NAMES_HINT)
    writer = VisualPatternToPineScript(() if asked.shapes is None else read_shapes(asked.shapes))
    if form == "functions":
        text = writer.functions(names)
    elif form == "indicator":
        text = writer.indicator(names)
    else:
        text = _strategy(writer, asked)
    if out is not None:
        write_script(out, text)
    if as_json:
        written = None if out is None else str(out)
        output.emit_json({"form": form, "patterns": list(names), "file": written, "pine": text})
    elif out is None:
        output.emit(text.removesuffix("\n"))
    else:
        said = words.FUNCTIONS_WRITTEN if form == "functions" else words.PINE_WRITTEN
        output.message(said.format(what=form, count=", ".join(names), path=out))


def _strategy(writer: VisualPatternToPineScript, asked: PineRequest) -> str:
    symbol, timeframe = Symbol.get(asked.symbol), Timeframe.parse(asked.timeframe)
    settings = ScriptSettings(
        timeframe=timeframe,
        commission=market_costs(symbol, parse_costs(asked.costs), None).commission,
        symbol=symbol.name,
        currency=symbol.quote,
        initial_capital=default_capital(symbol),
        rollover=asked.rollover,
        from_time=asked.dates[0],
        to_time=asked.dates[1],
        lot_step=symbol.lot * MICRO_LOT,
    )
    ways = {one: writer.pattern(one).direction for one in asked.names}
    long = asked.long or tuple(one for one, way in ways.items() if way is Direction.UP)
    short = asked.short or tuple(one for one, way in ways.items() if way is Direction.DOWN)
    idle = [one for one in asked.names if one not in (*long, *short)]
    if idle:
        raise UsageError(words.NO_SIDE.format(names=", ".join(idle)), hint=words.NO_SIDE_HINT)
    base = None if asked.family is None else family(asked.family)
    return writer.strategy(settings, long=long, short=short, filtered=base)
