"""Every error that Pinewright raises on purpose, as one tree.

    PinewrightError
    ├── UsageError               a call or a command line that cannot be meant
    │   ├── SettingsError        a setting with an unknown name or an illegal value
    │   └── OutputError          a place that cannot be written
    ├── DataError                bars or ticks that cannot be used
    │   ├── DataNotFoundError    no such file, or no rows in the asked window
    │   ├── DataFormatError      columns, types or times that cannot be read
    │   ├── DataQualityError     values no market can have made (order, NaN, OHLC)
    │   └── SymbolError          an unknown symbol or time frame
    ├── PineError                a script with findings of severity error
    │   └── PineUnsupportedError a legal construct that this version does not compile
    ├── KernelError              native code could not be made or stopped itself
    ├── BacktestError            a program and bars that do not go together
    └── SearchError              a search that cannot start or go on

An error tells four things: a stable ``code``, what happened, where, and what to do next. The command line prints
these and ends with exit code 2; a traceback appears only under ``--debug``.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class PinewrightError(Exception):
    """Base of all errors meant for a user.

    Parameters
    ----------
    what: one sentence: what is wrong, with the offending value.
    where: the file, line, setting or option concerned.
    hint: the next step that mends it.
    code: a stable name; by default that of the class.
    """

    code = "error"

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None, code: str | None = None):
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        text = self.what if self.where is None else f"{self.where}: {self.what}"
        return text if self.hint is None else f"{text}\n  hint: {self.hint}"

    def as_dict(self) -> dict[str, str | None]:
        """The four parts under their names, as ``--json`` prints them."""
        return {"code": self.code, "what": self.what, "where": self.where, "hint": self.hint}


class UsageError(PinewrightError):
    """A call or a command line that cannot be meant."""

    code = "usage"


class SettingsError(UsageError):
    """A setting with an unknown name or an illegal value."""

    code = "settings"


class OutputError(UsageError):
    """A place that cannot be written."""

    code = "output"


class DataError(PinewrightError):
    """Bars or ticks that cannot be used."""

    code = "data"


class DataNotFoundError(DataError):
    """No such file, or no rows in the asked window."""

    code = "data-not-found"


class DataFormatError(DataError):
    """Columns, types or times that cannot be read."""

    code = "data-format"


class DataQualityError(DataError):
    """Values that no market can have made."""

    code = "data-quality"


class SymbolError(DataError):
    """An unknown symbol or time frame."""

    code = "symbol"


class PineError(PinewrightError):
    """A script with findings of severity error; ``str()`` carries the code frames."""

    code = "pine"


class PineUnsupportedError(PineError):
    """A legal construct that this version does not compile; named with its line, never skipped."""

    code = "pine-unsupported"


class KernelError(PinewrightError):
    """Native code could not be made, or stopped itself at a limit."""

    code = "kernel"


class BacktestError(PinewrightError):
    """A program and bars, or parameters, that do not go together."""

    code = "backtest"


class SearchError(PinewrightError):
    """A search that cannot start or go on."""

    code = "search"


def nearest(name: str, legal: Iterable[str], most: int = 3) -> list[str]:
    """The legal names that ``name`` was probably meant to be, nearest first; empty when none is near."""
    names = list(legal)
    folded = {candidate.lower(): candidate for candidate in names}
    found = difflib.get_close_matches(name.lower(), list(folded), n=most, cutoff=0.6)
    return [folded[key] for key in found]


def unknown_name_hint(name: str, legal: Iterable[str], most: int = 12) -> str:
    """Hint for an unknown name: the nearest legal one, and what is legal."""
    names = sorted(legal)
    near = nearest(name, names, 1)
    listed = ", ".join(names[:most]) + (f", … ({len(names)} in all)" if len(names) > most else "")
    return f"did you mean {near[0]!r}? legal: {listed}" if near else f"legal: {listed}"
