"""The entries of a space file (TOML), as they were written; what they mean for a script is ``asked``'s affair.

where = ["fast < slow"]          # conditions; left out: those that follow from the names of the inputs

[vary]                           # these inputs vary and no others; left out: all that can
fast = { low = 5, high = 50, step = 1 }
slow = {}                        # over the range of the script
kind = ["SMA", "EMA"]
useStop = [true, false]

[fix]                            # held at these values; or fix = ["source", "length"] for their defaults
source = "close"
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from pinewright.errors import SearchError, unknown_name_hint
from pinewright.optimize.ranges import Fixed, Range, Values

_TABLES: Final = ("where", "vary", "fix")
_KEYS: Final = ("low", "high", "step")
_FORMS: Final = "{ low = 5, high = 50, step = 1 }, a list of values, or {} for the range of the script"


@dataclass(frozen=True)
class Entries:
    """vary: names that vary, in order, None where the file does not say; where: None where it does not say."""

    vary: tuple[str, ...] | None
    ranges: tuple[Range | Values, ...]
    fixed: tuple[Fixed, ...]
    where: tuple[str, ...] | None


def read_entries(path: Path) -> Entries:
    """The entries of a file; SearchError, with the place, for a file that cannot be read and for unknown keys."""
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise SearchError(f"the file cannot be read: {error.strerror or error}", where=str(path)) from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        hint = "`optimize SCRIPT --space-out FILE` writes one to begin with"
        raise SearchError(f"the file is not TOML: {error}", where=str(path), hint=hint) from None
    for key in document:
        if key not in _TABLES:
            raise SearchError(f"unknown entry {key!r}", where=str(path), hint=unknown_name_hint(key, _TABLES))
    ranges, vary = [], document.get("vary")
    if vary is not None:
        for name, value in _table(vary, path, "vary").items():
            found = _range(name, value, f"{path}, [vary] {name}")
            ranges += [] if found is None else [found]
    return Entries(
        None if vary is None else tuple(vary),
        tuple(ranges),
        tuple(_fixed(document.get("fix", {}), path)),
        _where(document.get("where"), path),
    )


def _table(value: object, path: Path, name: str) -> Mapping[str, object]:
    if not isinstance(value, dict):
        raise SearchError(f"{name} is no table", where=str(path), hint=f"write [{name}] and below it a line an input")
    return value


def _range(name: str, value: object, where: str) -> Range | Values | None:
    if isinstance(value, list) and value:
        return Values(name, tuple(_text(one, where) for one in value), where)
    if not isinstance(value, dict):
        raise SearchError(f"{name} = {value!r} is no range", where=where, hint=_FORMS)
    for key in value:
        if key not in _KEYS:
            raise SearchError(f"unknown entry {key!r}", where=where, hint=unknown_name_hint(key, _KEYS))
    if not value:
        return None
    if "low" not in value or "high" not in value:
        raise SearchError(f"a range of {name} without low or high", where=where, hint=_FORMS)
    low, high = _number(value["low"], where), _number(value["high"], where)
    return Range(name, low, high, _number(value["step"], where) if "step" in value else None, where)


def _fixed(value: object, path: Path) -> list[Fixed]:
    where = f"{path}, [fix]"
    if isinstance(value, list):
        return [Fixed(_name(one, where), None, where) for one in value]
    found = _table(value, path, "fix")
    return [Fixed(name, _text(one, f"{where} {name}"), f"{where} {name}") for name, one in found.items()]


def _where(value: object, path: Path) -> tuple[str, ...] | None:
    if value is None:
        return None
    if not isinstance(value, list):
        raise SearchError("where is no list", where=str(path), hint='write where = ["fast < slow"]')
    return tuple(_name(one, f"{path}, where") for one in value)


def _name(value: object, where: str) -> str:
    if not isinstance(value, str):
        raise SearchError(f"{value!r} is no text", where=where)
    return value


def _number(value: object, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise SearchError(f"{value!r} is not a number", where=where, hint=_FORMS)
    try:
        return float(value)
    except OverflowError:
        raise SearchError("a number is too large", where=where) from None


def _text(value: object, where: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    raise SearchError(f"{value!r} is no value of an input", where=where, hint="a number, true, false, a text or a date")
