"""Scripts of the user's own that take part in a run beside the families."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pinewright.app.given.costs import Costs, script_costs
from pinewright.app.given.inputs import input_text
from pinewright.app.given.scripts import read_scripts
from pinewright.app.words import optimize as words
from pinewright.data.source import Loaded
from pinewright.errors import SearchError, UsageError
from pinewright.generate import FAMILIES
from pinewright.optimize.space import Space
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import InputKind, Program, StrategySettings


@dataclass(frozen=True)
class BroughtScript:
    """One script: its text, its program, and the costs that it is searched and delivered with."""

    path: Path
    source: str
    program: Program
    costs: Costs

    @property
    def name(self) -> str:
        return self.path.stem

    @property
    def account(self) -> StrategySettings:
        return self.costs.applied(self.program.settings)


def check_defaults(program: Program, path: Path) -> None:
    """SearchError for an input whose default its own range forbids: no search could hand that script back."""
    for item in program.inputs:
        low = -math.inf if item.minimum is None else item.minimum
        high = math.inf if item.maximum is None else item.maximum
        if item.kind in (InputKind.INT, InputKind.FLOAT) and not low <= item.default <= high:
            raise SearchError(
                words.DEFAULT_OUTSIDE.format(name=item.name, value=input_text(item, item.default)),
                where=f"{path}, line {item.line}",
                hint=words.DEFAULT_OUTSIDE_HINT,
            )


def brought_scripts(paths: Iterable[Path], loaded: Loaded, given: float | None) -> tuple[BroughtScript, ...]:
    """Scripts read and compiled; PineError, SearchError for one without an input that varies, UsageError for a name
    that is taken. given: pips of ``--costs``.
    """
    found: list[BroughtScript] = []
    for path, source in read_scripts(paths):
        program = compile_script(check(source), str(path))
        costs = script_costs(loaded.bars.symbol, program.settings, given, loaded.median_spread, own=False)
        Space.of(program.inputs)
        check_defaults(program, path)
        if path.stem in FAMILIES or any(one.name == path.stem for one in found):
            raise UsageError(f"two strategies are named {path.stem!r}", where=str(path), hint="rename the file")
        found.append(BroughtScript(path, source, program, costs))
    return tuple(found)
