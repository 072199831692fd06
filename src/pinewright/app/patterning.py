"""The body of `patterns`: lists, counts on bars, and scripts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from pinewright.app import output, texts
from pinewright.app import texts_patterns as words
from pinewright.app.columns import require_kind, write_table
from pinewright.app.costs import market_costs
from pinewright.app.experiment import MICRO_LOT, default_capital
from pinewright.app.scripts import write_script
from pinewright.errors import UsageError, unknown_name_hint
from pinewright.generate import ScriptSettings, family
from pinewright.generate.pattern_script import VisualPatternToPineScript
from pinewright.market import Bars, Symbol, Timeframe
from pinewright.patterns.detector import detect, pattern
from pinewright.patterns.detector import patterns as known
from pinewright.patterns.pattern import Direction, Pattern, PatternMark

if TYPE_CHECKING:
    import polars as pl

    from pinewright.data.source import Loaded

FORMS: Final = ("functions", "indicator", "strategy")
_CAPITAL: Final = 10_000.0

__all__ = ["FORMS", "PineRequest", "require_kind", "tell_counts", "tell_patterns", "write_pine"]


@dataclass(frozen=True)
class PineRequest:
    """What a script is to hold: names of patterns, those of each side where they were told apart, and the chart."""

    names: tuple[str, ...]
    long: tuple[str, ...]
    short: tuple[str, ...]
    family: str | None
    symbol: str
    timeframe: str
    pips: float | None
    rollover: bool


def tell_patterns(names: Sequence[str], *, as_json: bool) -> None:
    """The table of patterns; of named ones the parameters as well."""
    chosen = [pattern(name) for name in names] or list(known().values())
    if as_json:
        output.emit_json([_as_json(one) for one in chosen])
        return
    rows = [(one.name, one.kind.value, words.POINTS[one.direction.value], one.meaning) for one in chosen]
    output.emit_table(words.LIST_HEAD, rows)
    if not names:
        return
    output.emit("")
    output.emit_table(
        words.PARAMETER_HEAD,
        [
            (
                one.name,
                item.name,
                item.title,
                f"{item.default:g}",
                words.RANGE.format(low=item.minimum, high=item.maximum, step=item.step),
            )
            for one in chosen
            for item in one.parameters
        ],
    )


def tell_counts(loaded: Loaded, names: Sequence[str] | None, out: Path | None, *, as_json: bool) -> None:
    """How often each pattern fired after the warm-up; every place to ``out``."""
    bars = loaded.bars
    marks = [mark for mark in detect(bars, names) if mark.bar >= bars.warmup]
    chosen = [pattern(name) for name in names] if names else list(known().values())
    if out is not None:
        write_table(_table(bars, marks), out)
    used = len(bars) - bars.warmup
    places = {one.name: [mark.bar for mark in marks if mark.pattern == one.name] for one in chosen}
    if as_json:
        output.emit_json(
            {
                "bars": {"symbol": bars.symbol.name, "timeframe": str(bars.timeframe), "bars": used},
                "patterns": [
                    {
                        "name": one.name,
                        "fired": len(places[one.name]),
                        "last": output.utc(int(bars.time[places[one.name][-1]])) if places[one.name] else None,
                    }
                    for one in chosen
                ],
                "file": None if out is None else str(out),
            }
        )
        return
    output.emit(texts.DATA_LINE.format(line=bars.description))
    output.emit(texts.QUALITY_LINE.format(line=loaded.quality.one_line()))
    output.emit("")
    rows = [
        (
            one.name,
            words.POINTS[one.direction.value],
            f"{len(found):,}",
            f"{1e4 * len(found) / used:.1f}",
            output.utc(int(bars.time[found[-1]])) if found else words.NEVER,
        )
        for one, found in ((one, places[one.name]) for one in chosen)
    ]
    output.emit_table(words.COUNT_HEAD, rows)
    if out is not None:
        output.message(words.MARKS_WRITTEN.format(rows=f"{len(marks):,}", path=out))


def write_pine(form: str, asked: PineRequest, out: Path | None, *, as_json: bool) -> None:
    """The script to ``out``, or to standard output."""
    if form not in FORMS:
        raise UsageError(words.WRONG_PINE.format(given=form), hint=unknown_name_hint(form, FORMS))
    names = tuple(dict.fromkeys((*asked.names, *asked.long, *asked.short)))
    if not names:
        raise UsageError(words.NO_NAMES.format(count=len(known())), hint=words.NO_NAMES_HINT)
    writer = VisualPatternToPineScript()
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
        output.message(words.PINE_WRITTEN.format(what=form, count=", ".join(names), path=out))


def _strategy(writer: VisualPatternToPineScript, asked: PineRequest) -> str:
    symbol, timeframe = Symbol.get(asked.symbol), Timeframe.parse(asked.timeframe)
    settings = ScriptSettings(
        timeframe=timeframe,
        commission=market_costs(symbol, asked.pips, None).commission,
        symbol=symbol.name,
        currency=symbol.quote,
        initial_capital=default_capital(symbol, _CAPITAL),
        rollover=asked.rollover,
        lot_step=symbol.lot * MICRO_LOT,
    )
    rest = [one for one in asked.names if one not in (*asked.long, *asked.short)]
    long = (*asked.long, *(one for one in rest if pattern(one).direction is Direction.UP))
    short = (*asked.short, *(one for one in rest if pattern(one).direction is Direction.DOWN))
    if not long and not short:
        raise UsageError(words.NO_SIDE.format(names=", ".join(rest)), hint=words.NO_SIDE_HINT)
    base = None if asked.family is None else family(asked.family)
    return writer.strategy(settings, long=long, short=short, filtered=base)


def _as_json(one: Pattern) -> dict[str, object]:
    return {
        "name": one.name,
        "title": one.title,
        "kind": one.kind.value,
        "direction": one.direction.value,
        "bars": one.bars,
        "meaning": one.meaning,
        "parameters": [
            {
                "name": item.name,
                "meaning": item.title,
                "default": item.default,
                "minimum": item.minimum,
                "maximum": item.maximum,
                "step": item.step,
            }
            for item in one.parameters
        ],
    }


def _table(bars: Bars, marks: Sequence[PatternMark]) -> pl.DataFrame:
    """A row for each place: open times (UTC) of the bar at whose close it was known and of its first bar."""
    import polars as pl

    def time(places: Sequence[int]) -> pl.Series:
        return pl.Series(bars.time[np.asarray(places, dtype=np.int64)]).cast(pl.Datetime("ms", "UTC"))

    return pl.DataFrame(
        {
            "time": time([mark.bar for mark in marks]),
            "pattern": [mark.pattern for mark in marks],
            "direction": [mark.direction.value for mark in marks],
            "confidence": [mark.confidence for mark in marks],
            "start": time([mark.start for mark in marks]),
            "bars": [mark.bar - mark.start + 1 for mark in marks],
        }
    )
