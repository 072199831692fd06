"""One line of the ledger as text: JSON with a checksum in front, days as places in a table that grows with the lines.

    {"sum":"9f3c01aa","body":{"key":...,"searched":[[0,417]],"locked":[[417,522]],"base":0,"fresh":"<base64>"}}

A history of twenty years is 5,200 days of 8 bytes. They are written once, with the first line that has them; every
later line names spans of the table, as a window of a history is a handful of spans.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Final
from zlib import crc32

import numpy as np

from pinewright.market import IntArray
from pinewright.optimize.marks import Marks

_HEAD: Final = b'{"sum":"%08x","body":'
_HEAD_SIZE: Final = len(_HEAD % 0)
_NO_DAYS: Final = np.empty(0, dtype=np.uint64)


Spans = tuple[tuple[int, int], ...]
"""Ascending places of the table as half-open spans."""


def spans(places: IntArray) -> Spans:
    """Of places [D], ascending and without repeats."""
    if len(places) == 0:
        return ()
    cuts = np.flatnonzero(np.diff(places) > 1)
    starts, stops = places[np.append(0, cuts + 1)], places[np.append(cuts, len(places) - 1)] + 1
    return tuple(zip(starts.tolist(), stops.tolist(), strict=True))


def size(history: Spans) -> int:
    """Places in all."""
    return sum(stop - start for start, stop in history)


@dataclass(frozen=True, eq=False)
class Line:
    """One line: an entry, the days that it brings to the table at ``base``, and its own days as spans of it."""

    key: str
    when: int
    command: str
    names: tuple[str, ...]
    trials: int
    seed: int
    timeframe: str
    opened: bool
    base: int
    fresh: Marks
    searched: Spans
    locked: Spans


def to_text(line: Line) -> bytes:
    """The line with its end."""
    import orjson

    body = orjson.dumps(
        {
            "key": line.key,
            "when": line.when,
            "command": line.command,
            "names": line.names,
            "trials": line.trials,
            "seed": str(line.seed),
            "timeframe": line.timeframe,
            "opened": line.opened,
            "searched": line.searched,
            "locked": line.locked,
            "base": line.base,
            "fresh": base64.b64encode(line.fresh.astype("<u8").tobytes()).decode(),
        }
    )
    return _HEAD % crc32(body) + body + b"}\n"


def from_text(text: bytes) -> Line | None:
    """The line of a text without its end; None where the checksum or the form is wrong."""
    import orjson

    body = text[_HEAD_SIZE:-1]
    if text[:_HEAD_SIZE] != _HEAD % crc32(body) or text[-1:] != b"}":
        return None
    try:
        row = orjson.loads(body)
        return Line(
            str(row["key"]),
            int(row["when"]),
            str(row["command"]),
            tuple(str(name) for name in row["names"]),
            int(row["trials"]),
            int(row["seed"]),
            str(row["timeframe"]),
            bool(row["opened"]),
            int(row["base"]),
            _days(row["fresh"]),
            _spans(row["searched"]),
            _spans(row["locked"]),
        )
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, binascii.Error):
        return None


def _spans(rows: list[list[int]]) -> Spans:
    return tuple((int(start), int(stop)) for start, stop in rows)


def _days(text: str) -> Marks:
    return np.frombuffer(base64.b64decode(text), dtype="<u8").astype(np.uint64) if text else _NO_DAYS
