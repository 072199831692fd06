"""The text of the data files to rows of the table.

    ta.sma(series float source, series int length) => series float
      Mean of the last values.
    @5 strategy.entry(string id, ..., @5 series bool when?) => void
    math.max(int number0, int number1...) => like int
    close: series float
      Close of the bar.
    math.pi: const float = 3.14159
    const plot_style plot.{style_line style_area}
      How a plot is drawn.

A row begins at the left margin; the indented line below it is its documentation, which all overloads of a function
share (a further row of the same name is a further overload). ``@5`` or ``@6`` before a row or a parameter: that version
alone. A type without qualifier is series. ``name?`` may be left out, ``name = value`` too, and then it has that value;
``...`` behind the last name: any number of them. ``like T``: known as early as the latest known argument. T, K and V
are decided by the call. ``# `` begins a comment.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from pinewright.errors import PineError
from pinewright.pine.builtins.table import VERSIONS, Parameter, Signature, Variable
from pinewright.pine.types import Kind, Qualifier, Type, parse_type, split_list

_FUNCTION = re.compile(r"(@[56] )?([\w.]+)\((.*)\) => (.+)")
_VARIABLE = re.compile(r"(@[56] )?([\w.]+): ([^=]+?)(?: = (.+))?")
_CONSTANTS = re.compile(r"(@[56] )?const ([\w ]+?) ([\w.]*)\{([^}]*)\}")
_PARAMETER = re.compile(r"(@[56] )?(.+?) (\w+)(\?)?(\.\.\.)?(?: = (.+))?")


@dataclass
class Rows:
    """Raw rows by name: the texts of a function's overloads, and all variables."""

    functions: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    variables: dict[str, list[Variable]] = field(default_factory=dict)
    docs: dict[str, str] = field(default_factory=dict)


@cache
def rows() -> Rows:
    """All rows of all data files of this folder."""
    found = Rows()
    folder = resources.files("pinewright.pine.builtins")
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".txt"):
            _read(file.read_text(encoding="utf-8"), file.name, found)
    return found


def _read(text: str, file: str, found: Rows) -> None:
    names: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.startswith("#"):
            continue
        if line.startswith(" "):
            for name in names:
                found.docs.setdefault(name, line.strip())
            continue
        names = _row(line.rstrip(), found)
        if not names:
            raise PineError(f"a row that cannot be read: {line!r}", where=f"{file}, line {number}")


def _row(line: str, found: Rows) -> list[str]:
    """Note a row; the names that it declares."""
    if match := _FUNCTION.fullmatch(line):
        found.functions[match[2]].append(line)
        return [match[2]]
    if match := _CONSTANTS.fullmatch(line):
        names = [match[3] + name for name in match[4].split()]
        kind = parse_type(match[2]).at(Qualifier.CONST)
        for name in names:
            found.variables.setdefault(name, []).append(Variable(name, kind, "", name, _versions(match[1])))
        return names
    if match := _VARIABLE.fullmatch(line):
        kind = parse_type(match[3])
        variable = Variable(match[2], kind, "", _value(kind, match[4]), _versions(match[1]))
        found.variables.setdefault(match[2], []).append(variable)
        return [match[2]]
    return []


def _versions(mark: str | None) -> tuple[int, ...]:
    return (int(mark[1]),) if mark else VERSIONS


def _value(kind: Type, text: str | None) -> float | str | bool | None:
    if text is None:
        return None
    if kind.kind in (Kind.INT, Kind.FLOAT):
        return float(text)
    return text == "true" if kind.kind is Kind.BOOL else text.strip('"')


def signature(row: str) -> Signature:
    """The overload that a row describes."""
    match = _FUNCTION.fullmatch(row)
    if match is None:
        raise PineError(f"a row that cannot be read: {row!r}")
    parts = split_list(match[3])
    parameters = tuple(map(_parameter, parts))
    follows = match[4].startswith("like ")
    returns = parse_type(match[4].removeprefix("like "))
    return Signature(parameters, returns, follows, "..." in (parts[-1] if parts else ""), _versions(match[1]))


@cache
def _parameter(text: str) -> Parameter:
    match = _PARAMETER.fullmatch(text)
    if match is None:
        raise PineError(f"a parameter that cannot be read: {text!r}")
    mark, kind, name, optional, _, default = match.groups()
    return Parameter(name, parse_type(kind), not optional and default is None, default, _versions(mark))
