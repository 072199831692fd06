"""How values are spelled in Pine: numbers without exponents, strings with escapes, times as milliseconds."""

from __future__ import annotations

import datetime

import numpy as np

from pinewright.errors import UsageError


def spell_int(value: float) -> str:
    """A whole number: ``14``; UsageError when the value is not one."""
    if not np.isfinite(value) or value != int(value):
        raise UsageError(f"{value!r} is not a whole number", hint="an input of kind int takes whole numbers only")
    return str(int(value))


def spell_float(value: float) -> str:
    """The shortest text that reads back as the same double and keeps its decimal point: ``2.0``, ``0.00005``."""
    if not np.isfinite(value):
        raise UsageError(f"{value!r} cannot be written as a number in Pine", hint="give a finite number")
    return np.format_float_positional(float(value), trim="0")


def spell_bool(value: float) -> str:
    """``true`` or ``false``."""
    return "true" if value else "false"


def spell_string(text: str) -> str:
    """A double-quoted literal on one line."""
    flat = " ".join(text.split())
    return '"' + flat.replace("\\", "\\\\").replace('"', '\\"') + '"'


def camel(name: str) -> str:
    """``bullish_engulfing`` as Pine names things: ``bullishEngulfing``."""
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def utc_date(milliseconds: int) -> str:
    """``2025-04-01 00:00 UTC``, for comments."""
    moment = datetime.datetime.fromtimestamp(milliseconds / 1000, tz=datetime.UTC)
    return moment.strftime("%Y-%m-%d %H:%M UTC")
