"""Scripts of the user's own that take part in a run beside the families."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pinewright.app.costs import Costs, script_costs
from pinewright.app.scripts import read_scripts
from pinewright.data.source import Loaded
from pinewright.errors import UsageError
from pinewright.generate import FAMILIES
from pinewright.optimize.space import Space
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import Program, StrategySettings


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


def brought_scripts(paths: Iterable[Path], loaded: Loaded, given: float | None) -> tuple[BroughtScript, ...]:
    """Scripts read and compiled; PineError, SearchError for one without an input that varies, UsageError for a name
    that is taken. given: pips of ``--costs``.
    """
    found: list[BroughtScript] = []
    for path, source in read_scripts(paths):
        program = compile_script(check(source), str(path))
        costs = script_costs(loaded.bars.symbol, program.settings, given, loaded.median_spread, own=False)
        Space.of(program.inputs)
        if path.stem in FAMILIES or any(one.name == path.stem for one in found):
            raise UsageError(f"two strategies are named {path.stem!r}", where=str(path), hint="rename the file")
        found.append(BroughtScript(path, source, program, costs))
    return tuple(found)
