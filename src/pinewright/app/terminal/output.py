"""What goes where: results on standard output, messages on standard error, JSON alone under ``--json``."""

from __future__ import annotations

import dataclasses
import json
import math
import os
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pinewright.app.words import common as texts
from pinewright.errors import PinewrightError

if TYPE_CHECKING:
    from rich.console import Console

JsonOption = Annotated[bool, typer.Option("--json", help=texts.JSON_HELP)]
"""Annotation of the parameter that every command has: ``json: JsonOption = False``."""


def console(*, stderr: bool = True) -> Console:
    """A rich console, standard error by default; imported here because rich costs a tenth of ``--help``'s time."""
    from rich.console import Console

    return Console(stderr=stderr, highlight=False, soft_wrap=True)


_begun = False


def begin() -> None:
    """A new call of the command line: no JSON was printed yet."""
    global _begun
    _begun = False


def begun() -> bool:
    """Whether this call has begun to print JSON: a second document would spoil the first."""
    return _begun


def emit(text: str) -> None:
    """A line of result on standard output."""
    sys.stdout.write(text + "\n")


def emit_table(head: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: bool = False) -> None:
    """A table of plain text on standard output: columns as wide as they need, the same in a pipe and a terminal.

    numbers: all columns but the first end in line.
    """
    lines = [head, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        cells = zip(line, widths, strict=True)
        aligned = [
            cell.rjust(width) if numbers and place else cell.ljust(width) for place, (cell, width) in enumerate(cells)
        ]
        emit("  ".join(aligned).rstrip())


def utc(milliseconds: int) -> str:
    """ISO 8601 of a time in ms UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()


def size(count: int) -> str:
    """Bytes for people: ``11.6 GiB``, ``512 MiB``, ``7.3 KiB``."""
    for unit, name in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if count >= unit:
            return (
                f"{count / unit:.0f} {name}" if name != "GiB" and count >= 10 * unit else f"{count / unit:.1f} {name}"
            )
    return f"{count} B"


def message(text: str) -> None:
    """A line for the person at the terminal, on standard error."""
    sys.stderr.write(text + "\n")


def emit_json(value: object) -> None:
    """One JSON document on standard output, keys in the order given.

    Numbers that JSON lacks (NaN, inf) become null, dataclasses objects, arrays lists, enums their values.
    """
    global _begun
    text = json_text(value)
    _begun = True
    sys.stdout.write(text)


def json_text(value: object) -> str:
    """The document that ``emit_json`` prints, with the end of its last line."""
    return json.dumps(_finite(value), indent=2, ensure_ascii=False, allow_nan=False, default=_plain) + "\n"


def print_error(error: PinewrightError, *, as_json: bool) -> None:
    """``error[code]: what``, where and hint on standard error, or ``{"error": {...}}`` on standard output."""
    if as_json:
        emit_json({"error": error.as_dict()})
        return
    message(f"error[{error.code}]: {error.what}")
    if error.where is not None:
        message(texts.WHERE.format(where=error.where))
    if error.hint is not None:
        message(texts.HINT.format(hint=error.hint))


def silence_broken_pipe() -> None:
    """After the reader of our output went away: let the interpreter's last flush go nowhere, without a word."""
    sink = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (BrokenPipeError, ValueError):
            os.dup2(sink, stream.fileno())


def _finite(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _finite({field.name: getattr(value, field.name) for field in dataclasses.fields(value)})
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def _plain(value: Any) -> object:
    """Values of numpy, paths, enums and dates as what JSON has."""
    if hasattr(value, "tolist"):
        return _finite(value.tolist())
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else str(value)
