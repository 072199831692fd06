"""Events as JSON lines, on a stream or in a file that another program follows.

    {"run":"9f3c01aa42d1","sequence":7,"time":1764140400123,"event":"batch_done","name":"trend","done":256,...}

One object a line, written whole; ``event`` names the kind, the other fields are those of its class. Numbers that JSON
lacks (NaN, inf) are null.
"""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import IO, Final, TextIO

from pinewright.machine.events import BatchDone, Record, Resources, Sink

THIN: Final = 500
"""Least milliseconds between two lines of a file that tell of progress: it stays small however quick the batches."""


def line(record: Record) -> str:
    """The record as one line of JSON, without its end."""
    import orjson

    event = record.event
    head = {"run": record.run, "sequence": record.sequence, "time": record.time, "event": event.kind}
    return orjson.dumps(head | {field.name: getattr(event, field.name) for field in fields(event)}).decode()


class JsonLines:
    """Lines on an open stream, standard error as a rule; it stays open."""

    def __init__(self, stream: TextIO):
        self._stream = stream

    def take(self, record: Record) -> None:
        self._stream.write(line(record) + "\n")
        self._stream.flush()

    def close(self) -> None:
        """The stream is its owner's."""


class JsonFile:
    """Lines in a file that is begun anew, so that it tells of one run."""

    def __init__(self, path: Path):
        self.path = path
        self._file: IO[bytes] | None = None

    def take(self, record: Record) -> None:
        if self._file is None:
            # Unbuffered: a line is one write, so that whoever follows the file sees whole lines.
            self._file = self.path.open("wb", buffering=0)
        self._file.write((line(record) + "\n").encode())

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class Thinned:
    """Before another sink: batches and resources at most once in ``gap`` ms each, everything else at once.

    What was held back is given before any other event and at the end, so that the last word is never lost; a search's
    last batch is not held back.
    """

    def __init__(self, sink: Sink, gap: int = THIN):
        self._sink = sink
        self._gap = gap
        self._last: dict[str, int] = {}
        self._held: dict[str, Record] = {}

    def take(self, record: Record) -> None:
        event = record.event
        if not isinstance(event, BatchDone | Resources):
            self._give_held()
            self._sink.take(record)
            return
        last = self._last.get(event.kind)
        if last is not None and record.time - last < self._gap and not _ends(event):
            self._held[event.kind] = record
            return
        self._held.pop(event.kind, None)
        self._last[event.kind] = record.time
        self._sink.take(record)

    def close(self) -> None:
        self._give_held()
        self._sink.close()

    def _give_held(self) -> None:
        for record in sorted(self._held.values(), key=lambda one: one.sequence):
            self._last[record.event.kind] = record.time
            self._sink.take(record)
        self._held.clear()


def _ends(event: BatchDone | Resources) -> bool:
    return isinstance(event, BatchDone) and event.done >= event.planned
