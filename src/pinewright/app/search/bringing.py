"""From a command line to the experiment on one script: read, wrapped where it is an indicator, compiled, with costs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pinewright.app.given.costs import charged_costs, charges, read_costs, script_costs, warn_of_currency
from pinewright.app.given.loading import BarOptions, other_side
from pinewright.app.given.scripts import write_script
from pinewright.app.search.experiment import TRIALS
from pinewright.app.search.handover import read_exact
from pinewright.app.search.optimizing import ScriptExperiment, Wrapped
from pinewright.app.words import optimize as words
from pinewright.backtest.execution import Swap
from pinewright.errors import UsageError, unknown_name_hint
from pinewright.generate.handed_back import declaration_call
from pinewright.generate.wrap import wrap_indicator
from pinewright.machine.resources import budget_for, detect
from pinewright.optimize.asked import Asked, parse_asked
from pinewright.optimize.checks import Standards
from pinewright.optimize.objective import OBJECTIVES, parse_objective, parse_requirement
from pinewright.optimize.search import SearchSettings
from pinewright.optimize.space_file import write_space
from pinewright.pine.checker import CheckedScript, check
from pinewright.pine.compiler import compile_script
from pinewright.pine.parser import parse
from pinewright.program import Program
from pinewright.settings import ConfigurationManager

ENGINES: Final = ("threads", "ray")


@dataclass(frozen=True)
class Brought:
    """What was asked for one script, as it stands on the command line."""

    script: Path
    vary: tuple[str, ...] = ()
    fix: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    space: Path | None = None
    objectives: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    trials: int | None = None
    method: str = "auto"
    halving: bool = False
    engine: str = "threads"
    long: str | None = None
    short: str | None = None
    exit: str | None = None
    costs: tuple[str, ...] = ()
    command: str = ""

    def asked(self) -> Asked:
        return parse_asked(self.vary, self.fix, self.where, self.space)

    def search(self, trials: int, seed: int) -> SearchSettings:
        """Settings of the search; SearchError for what cannot be understood."""
        goals = tuple(parse_objective(text) for text in self.objectives)
        return SearchSettings(
            trials=trials if self.trials is None else self.trials,
            seed=seed,
            objective=goals[0] if goals else OBJECTIVES["t_statistic"],
            objectives=goals,
            requirements=tuple(parse_requirement(text) for text in self.requirements),
            method=self.method,
            halving=self.halving,
        )


def bring(brought: Brought, options: BarOptions, manager: ConfigurationManager) -> ScriptExperiment:
    """Everything that can be wrong with what was asked is raised here, before bars are searched or files written."""
    settings = manager.settings
    asked, search = brought.asked(), brought.search(TRIALS[settings.budget], settings.seed)
    engine = _engine(brought.engine)
    terms = read_costs(brought.costs)
    checked, source, wrapped = _script(brought)
    program, texts = _compiled(checked, brought, asked)
    own = program.settings
    loaded = options.load()
    symbol = loaded.bars.symbol
    if terms.charges or terms.strategy:
        declared = charges(terms, symbol, "bars")
        program = compile_script(checked, str(brought.script), overrides=texts, declared=declared)
    warn_of_currency(program.settings, symbol)
    costs = (
        charged_costs(symbol, program.settings, terms, "bars")
        if terms.charges
        else script_costs(symbol, program.settings, None, loaded.median_spread, own=False)
    )
    swap = None
    if "swap_long" in terms.costs or "swap_short" in terms.costs:
        swap = Swap(terms.number("swap_long"), terms.number("swap_short"))
    return ScriptExperiment(
        path=brought.script,
        source=source,
        own=own,
        program=program,
        loaded=loaded,
        costs=costs,
        settings=search,
        machine=budget_for(detect(settings.cache_dir), settings.threads),
        asked=asked,
        cache_dir=settings.cache_dir,
        ledger=settings.data_dir / "ledger",
        command=brought.command,
        timezone=options.timezone,
        swap=swap,
        opposite=other_side(loaded, options),
        standards=Standards(settings.trades_in_sample, settings.trades_locked),
        wrapped=wrapped,
        engine=engine,
    )


def write_space_file(brought: Brought, path: Path) -> None:
    """The space of a script written out, to be edited."""
    checked, _, _ = _script(brought)
    asked = brought.asked()
    program, _ = _compiled(checked, brought, asked)
    write_script(path, write_space(asked.space(program.inputs), program.inputs))


def _compiled(checked: CheckedScript, brought: Brought, asked: Asked) -> tuple[Program, dict[str, object]]:
    """The program, and the texts (time frames, sessions) that it knows because they were asked for."""
    program = compile_script(checked, str(brought.script))
    found = asked.compiled_in(program.inputs)
    texts: dict[str, object] = {one.name: one.texts if len(one.texts) > 1 else one.texts[0] for one in found}
    return (compile_script(checked, str(brought.script), overrides=texts) if texts else program), texts


def _script(brought: Brought) -> tuple[CheckedScript, str, Wrapped | None]:
    source = read_exact(brought.script)
    sides = (brought.long, brought.short, brought.exit)
    indicator = declaration_call(parse(source)[0], ("indicator",)) is not None
    if any(side is not None for side in sides):
        text = wrap_indicator(
            source, long=brought.long, short=brought.short, exit=brought.exit, where=str(brought.script)
        )
        return check(text), text, Wrapped(source, text)
    if indicator:
        raise UsageError(words.NO_SIDE, where=str(brought.script), hint=words.NO_SIDE_HINT)
    return check(source), source, None


def _engine(name: str) -> str:
    if name not in ENGINES:
        raise UsageError(words.WRONG_ENGINE.format(name=name), where="--engine", hint=unknown_name_hint(name, ENGINES))
    return name
