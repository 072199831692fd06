"""Time frames as texts and as seconds: the rules of ``timeframe.in_seconds`` and ``timeframe.from_seconds``."""

from __future__ import annotations

import re
from typing import Final

from pinewright.errors import SymbolError

MONTH_SECONDS: Final = 2_628_003
"""Seconds of ``1M``, as the reference manual says."""
_UNITS: Final = {"S": 1, "": 60, "D": 86_400, "W": 604_800, "M": MONTH_SECONDS}
_SECONDS: Final = (1, 5, 10, 15, 30, 45)
"""Counts of seconds that are time frames."""
_MOST: Final = {"": 1440, "D": 365, "W": 52, "M": 12}


def in_seconds(text: str) -> int:
    """Seconds of a time frame: ``30S``, ``60`` (minutes), ``D``, ``2W``, ``3M``; SymbolError for any other text."""
    match = re.fullmatch(r"(\d*)([SDWM]?)", text.strip().upper())
    if match is None or not text.strip() or int(match[1] or "1") == 0:
        raise SymbolError(f"{text!r} is no time frame of Pine", hint='as "30S", "60", "1D", "1W" or "3M"')
    return int(match[1] or "1") * _UNITS[match[2]]


def from_seconds(seconds: float) -> str:
    """The time frame of so many seconds, or else the next longer one.

    Of several of just this length it is the one of the largest unit (``1W`` for seven days); of several that are the
    next longer ones that of the smallest. At most ``12M``.
    """
    lengths = [(size, f"{size}S") for size in _SECONDS if size >= seconds]
    for unit, most in _MOST.items():
        count = max(1, -int(-seconds // _UNITS[unit]))
        if count <= most:
            lengths.append((count * _UNITS[unit], f"{count}{unit}"))
    exact = [text for size, text in lengths if size == seconds]
    return exact[-1] if exact else min(lengths, key=lambda found: found[0], default=(0, "12M"))[1]
