"""The body of `patterns`: the list of them, and counts on bars."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pinewright.app.terminal import output
from pinewright.app.terminal.columns import require_kind, write_table
from pinewright.app.words import common as texts
from pinewright.app.words import patterns as words
from pinewright.data.periods import period_close
from pinewright.market import Bars, IntArray
from pinewright.patterns.detector import detect, pattern, signals
from pinewright.patterns.detector import patterns as known
from pinewright.patterns.pattern import Pattern, PatternMark

if TYPE_CHECKING:
    import polars as pl

    from pinewright.data.source import Loaded


def require_known(names: Sequence[str], out: Path | None) -> None:
    """UsageError and OutputError for what would fail after the bars were read."""
    for name in names:
        pattern(name)
    if out is not None:
        require_kind(out)


def tell_patterns(names: Sequence[str], *, as_json: bool) -> None:
    """The table of patterns; of named ones the parameters as well."""
    chosen = [pattern(name) for name in names] or list(known().values())
    if as_json:
        output.emit_json([_as_json(one) for one in chosen])
        return
    rows = [(one.name, one.kind.value, words.ANNOUNCED[one.direction.value], one.meaning) for one in chosen]
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
    chosen = [pattern(name) for name in names] if names else list(known().values())
    fired = signals(bars, [one.name for one in chosen])
    fired[:, : bars.warmup] = False
    places = {one.name: np.flatnonzero(row) for one, row in zip(chosen, fired, strict=True)}
    marks: list[PatternMark] = []
    if out is not None:
        marks = [mark for mark in detect(bars, names) if mark.bar >= bars.warmup]
        write_table(_table(bars, marks), out)
    closes = period_close(bars.time, bars.timeframe, bars.symbol)
    used = len(bars) - bars.warmup
    if as_json:
        output.emit_json(
            {
                "bars": {"symbol": bars.symbol.name, "timeframe": str(bars.timeframe), "bars": used},
                "patterns": [
                    {
                        "name": one.name,
                        "fired": len(places[one.name]),
                        "last_known": output.utc(int(closes[places[one.name][-1]])) if len(places[one.name]) else None,
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
            words.ANNOUNCED[one.direction.value],
            f"{len(found):,}",
            f"{1e4 * len(found) / used:.1f}",
            output.utc(int(closes[found[-1]])) if len(found) else words.NEVER,
        )
        for one, found in ((one, places[one.name]) for one in chosen)
    ]
    output.emit_table(words.COUNT_HEAD, rows)
    if out is not None:
        rows_written = words.ROWS[len(marks) != 1].format(count=f"{len(marks):,}")
        output.message(words.MARKS_WRITTEN.format(rows=rows_written, path=out))


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
    """A row for each place: when it was known, the open of the bar at whose close that was, that of its first bar."""
    import polars as pl

    def moments(column: IntArray, places: Sequence[int]) -> pl.Series:
        return pl.Series(column[np.asarray(places, dtype=np.int64)]).cast(pl.Datetime("ms", "UTC"))

    closes = period_close(bars.time, bars.timeframe, bars.symbol)
    known_on = [mark.bar for mark in marks]

    return pl.DataFrame(
        {
            "known": moments(closes, known_on),
            "bar": moments(bars.time, known_on),
            "pattern": [mark.pattern for mark in marks],
            "direction": [mark.direction.value for mark in marks],
            "confidence": [mark.confidence for mark in marks],
            "start": moments(bars.time, [mark.start for mark in marks]),
            "bars": [mark.bar - mark.start + 1 for mark in marks],
        }
    )
