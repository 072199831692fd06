"""The one table of what Pine v5 and v6 offer: functions, variables and constants, in our own words.

Checker, fixer, compiler, generator and indicators read it. The rows stand in the ``.txt`` files of this folder (form:
``reading``). Facts are those of TradingView's reference and of what scripts are known to do; the wording is ours. The
functions of ``ta`` are defined once, in the folder ``prelude`` of the compiler, by Pine over a few primitives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from pinewright.pine.builtins.reading import rows, signature
from pinewright.pine.builtins.roles import role_of
from pinewright.pine.builtins.table import VERSIONS, Function, Parameter, Role, Signature, Variable


class Functions(Mapping[str, Function]):
    """The functions of one version by their full names, each read when it is first asked for."""

    def __init__(self, version: int):
        self.version = version
        self._made: dict[str, Function | None] = {}

    def __getitem__(self, name: str) -> Function:
        found = self.find(name)
        if found is None:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return (name for name in rows().functions if self.find(name) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def find(self, name: str) -> Function | None:
        """The function of this name, or None."""
        try:
            return self._made[name]
        except KeyError:
            made = self._made[name] = self._make(name) if name in rows().functions else None
            return made

    def _make(self, name: str) -> Function | None:
        overloads = [signature(row) for row in rows().functions[name]]
        kept = tuple(one.of_version(self.version) for one in overloads if self.version in one.versions)
        return Function(name, role_of(name), kept, rows().docs.get(name, "")) if kept else None


@cache
def functions(version: int = 6) -> Functions:
    """Every function of a version by its full name."""
    return Functions(version)


@cache
def variables(version: int = 6) -> dict[str, Variable]:
    """Every built-in variable and constant of a version by its full name."""
    docs = rows().docs
    return {
        name: replace(row, doc=docs.get(name, ""))
        for name, found in rows().variables.items()
        for row in found
        if version in row.versions
    }


@cache
def namespaces() -> frozenset[str]:
    """First parts of all dotted names: ``ta``, ``math``, ``strategy``, ``strategy.commission``, ..."""
    found: set[str] = set()
    for name in (*rows().functions, *rows().variables):
        parts = name.split(".")
        found.update(".".join(parts[:length]) for length in range(1, len(parts)))
    return frozenset(found)


__all__ = ["VERSIONS", "Function", "Parameter", "Role", "Signature", "Variable", "functions", "namespaces", "variables"]
