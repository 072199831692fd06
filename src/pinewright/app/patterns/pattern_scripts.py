"""The body of `patterns --pine`: functions, an indicator, or a strategy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
class Chart:
    """The symbol and the time frame of the settings, and whether each of them was asked for by an option."""

    symbol: str
    timeframe: str
    symbol_asked: bool = False
    timeframe_asked: bool = False


@dataclass(frozen=True)
class PineRequest:
    """What a script is to hold: names of patterns, those of each side where they were told apart, and the chart.

    dates: from and to, ms UTC, None for no border. costs: as the user wrote them. shapes: the file of mined ones.
    """

    names: tuple[str, ...]
    long: tuple[str, ...]
    short: tuple[str, ...]
    family: str | None
    chart: Chart
    dates: Dates
    costs: str | None
    rollover: bool
    shapes: Path | None = None

    @property
    def all(self) -> tuple[str, ...]:
        """Every name once."""
        return tuple(dict.fromkeys((*self.names, *self.long, *self.short)))


@dataclass(frozen=True)
class MinedShapes:
    """What `mine` wrote: the shapes, the time frames of those that have one, and the symbol of the bars."""

    patterns: tuple[VisualPattern, ...] = ()
    timeframes: Mapping[str, Timeframe] = field(default_factory=dict)
    symbol: str | None = None

    def timeframe(self, names: Sequence[str], asked: str | None) -> Timeframe | None:
        """That of the shapes among these names, None for none.

        UsageError where two differ, and where another one is ``asked`` for: a shape is one of its own bars.
        """
        framed = [name for name in names if name in self.timeframes]
        if not framed:
            return None
        one, own = framed[0], self.timeframes[framed[0]]
        for other in framed:
            if self.timeframes[other] != own:
                second = self.timeframes[other]
                what = words.TWO_FRAMES.format(one=one, first=own, other=other, second=second)
                raise UsageError(what, hint=words.TWO_FRAMES_HINT)
        if asked is not None and Timeframe.parse(asked) != own:
            what = words.OTHER_FRAME.format(name=one, own=own, asked=Timeframe.parse(asked))
            raise UsageError(what, where="--timeframe", hint=words.OTHER_FRAME_HINT.format(own=own))
        return own


def read_shapes(path: Path) -> MinedShapes:
    """The shapes that `mine` wrote, refused ones too; DataError where the file is none of its own."""
    try:
        document = json.loads(path.read_text(encoding="utf-8"))
        shapes = [Shape.from_dict(row) for row in document["shapes"]]
        symbol = document.get("bars", {}).get("symbol")
    except OSError as error:
        raise DataNotFoundError(words.NO_SHAPES.format(reason=error.strerror), where=str(path)) from error
    except (ValueError, KeyError, TypeError, AttributeError, UsageError) as error:
        raise DataFormatError(words.NOT_SHAPES, where=str(path), hint=words.NOT_SHAPES_HINT) from error
    return MinedShapes(
        tuple(VisualPattern(shape_pattern(shape), shape_pine(shape)) for shape in shapes),
        {shape.name: shape.timeframe for shape in shapes if shape.timeframe is not None},
        None if symbol is None else str(symbol),
    )


def dates(start: str | None, end: str | None, timezone: str | None) -> Dates:
    """``--from`` and ``--to`` as moments; the errors of ``parse_moment``."""
    found = [None if text is None else parse_moment(text, timezone or "UTC") for text in (start, end)]
    return found[0], found[1]


def write_pine(form: str, asked: PineRequest, out: Path | None, *, as_json: bool) -> None:
    """The script to ``out``, or to standard output."""
    if form not in FORMS:
        raise UsageError(words.WRONG_PINE.format(given=form), hint=unknown_name_hint(form, FORMS))
    names = asked.all
    if not names:
        raise UsageError(words.NO_NAMES, hint=words.NO_NAMES_HINT.format(count=len(known())))
    mined = MinedShapes() if asked.shapes is None else read_shapes(asked.shapes)
    writer = VisualPatternToPineScript(mined.patterns)
    if form == "functions":
        text = writer.functions(names)
    elif form == "indicator":
        text = writer.indicator(names)
    else:
        text = _strategy(writer, asked, mined)
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


def _chart(asked: PineRequest, mined: MinedShapes) -> tuple[Symbol, Timeframe]:
    """The market that was asked for, else that of the mined shapes among the names, else that of the settings."""
    chart = asked.chart
    shapes = {one.pattern.name for one in mined.patterns} & set(asked.all)
    symbol = mined.symbol if shapes and mined.symbol and not chart.symbol_asked else chart.symbol
    own = mined.timeframe(asked.all, chart.timeframe if chart.timeframe_asked else None)
    return Symbol.get(symbol), Timeframe.parse(chart.timeframe) if own is None else own


def _strategy(writer: VisualPatternToPineScript, asked: PineRequest, mined: MinedShapes) -> str:
    symbol, timeframe = _chart(asked, mined)
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
    idle = [one for one in ways if one not in (*long, *short)]
    if idle:
        raise UsageError(words.NO_SIDE.format(names=", ".join(idle)), hint=words.NO_SIDE_HINT)
    base = None if asked.family is None else family(asked.family)
    return writer.strategy(settings, long=long, short=short, filtered=base)
