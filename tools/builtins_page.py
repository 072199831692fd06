"""The page docs/reference/builtins.md: every function, variable and constant of pine/builtins, by namespace."""

from __future__ import annotations

from collections import defaultdict
from typing import Final

from pinewright.pine.builtins import VERSIONS, Function, Parameter, Signature, Variable, functions, variables
from pinewright.pine.types import Kind

HEAD: Final = """# Built-ins of Pine v5 and v6

Written by `make docs` from `pine/builtins`; a test fails when they differ. It is what `pinewright check` knows: types
without a qualifier are `series`, the latest; `const` is known in the source, `input` in the dialog, `simple` on the
first bar. A parameter in square brackets may be left out. `like T`: known as early as the arguments are. `T`, `K` and
`V` are decided by the call. What runs in a backtest is [a part of it](pine-subset.md).
"""


def builtins_page() -> str:
    """The whole page."""
    spaces: dict[str, list[str]] = defaultdict(list)
    for name in sorted({*functions(5), *functions(6)}):
        spaces[_space(name)] += _function(name)
    values: dict[str, list[str]] = defaultdict(list)
    for name in sorted({*variables(5), *variables(6)}):
        values[_space(name)].append(_variable(name))
    lines = [HEAD]
    for space in sorted({*spaces, *values}):
        lines += [f"## {space or 'Without a namespace'}", ""]
        if spaces[space]:
            lines += ["| function | gives | meaning |", "|---|---|---|", *spaces[space], ""]
        if values[space]:
            lines += ["| variable or constant | type | meaning |", "|---|---|---|", *values[space], ""]
    return "\n".join(lines).rstrip() + "\n"


def _space(name: str) -> str:
    return name.rpartition(".")[0]


def _mark(versions: set[int]) -> str:
    return "" if versions == set(VERSIONS) else f" (v{min(versions)})"


def _function(name: str) -> list[str]:
    """A row an overload; one that both versions have alike stands once."""
    made: dict[str, set[int]] = {}
    known: Function | None = None
    for version in VERSIONS:
        known = functions(version).find(name) or known
        for overload in known.overloads if known is not None and name in functions(version) else ():
            row = f"| `{_shown(name, overload)}`{{}} | {_gives(overload)} | "
            made.setdefault(row, set()).add(version)
    doc = known.doc if known is not None else ""
    rows = []
    for place, (row, versions) in enumerate(made.items()):
        rows.append(row.format(_mark(versions)) + (doc if place == 0 else "") + " |")
    return rows


def _shown(name: str, overload: Signature) -> str:
    parts = [_parameter(parameter) for parameter in overload.parameters]
    return f"{name}({', '.join(parts)}{', ...' if overload.variadic else ''})"


def _parameter(parameter: Parameter) -> str:
    kind = str(parameter.type).removeprefix("series ").replace("|", "/")
    text = f"{kind} {parameter.name}"
    if parameter.default is not None:
        return f"[{text} = {parameter.default}]"
    return text if parameter.required else f"[{text}]"


def _gives(overload: Signature) -> str:
    if overload.returns.kind is Kind.VOID:
        return ""
    kind = str(overload.returns).removeprefix("series ")
    return f"like {kind}" if overload.follows else kind


def _variable(name: str) -> str:
    found: dict[int, Variable] = {
        version: variables(version)[name] for version in VERSIONS if name in variables(version)
    }
    one = found[max(found)]
    value = f" = {one.value:g}" if isinstance(one.value, float) else ""
    return f"| `{name}`{value}{_mark(set(found))} | {str(one.type).removeprefix('series ')} | {one.doc} |"
