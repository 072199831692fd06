"""Lists in one option, separated by commas: names, whole numbers, time frames."""

from __future__ import annotations

from pinewright.app.words import common as texts
from pinewright.errors import UsageError
from pinewright.market import Timeframe


def parts(text: str | None) -> tuple[str, ...]:
    """``a, b`` as words; blanks around them and empty places between commas do not count."""
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())


def timeframes(text: str | None) -> tuple[Timeframe, ...]:
    """``5m,1h`` as time frames; SymbolError for an unknown one."""
    return tuple(Timeframe.parse(part) for part in parts(text))


def whole_numbers(text: str, option: str) -> tuple[int, ...]:
    """``16,32`` as numbers; UsageError naming the option for anything else, and for none."""
    found = parts(text)
    try:
        numbers = tuple(int(part) for part in found)
    except ValueError:
        numbers = ()
    if not numbers:
        raise UsageError(texts.WRONG_LIST.format(text=text), where=option, hint=texts.WRONG_LIST_HINT)
    return numbers
