"""`VisualPatternToPineScript`: patterns as Pine v6 functions, as an indicator that marks them, as a strategy.

names -> functions, one input for each parameter, one bool for each pattern -> marks, entries or a filter
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pinewright.errors import UsageError, unknown_name_hint
from pinewright.generate.families import MONEY_INPUTS, TIME_INPUTS, Family, FamilyInput
from pinewright.generate.indicators import IndicatorCodeBuilder
from pinewright.generate.logic import StrategyLogic, StrategyLogicGenerator
from pinewright.generate.script import PineScriptGenerator, ScriptSettings, input_line
from pinewright.generate.spelling import camel, spell_string
from pinewright.generate.visual.pine_pattern import PinePattern, definitions
from pinewright.generate.visual.table import pine_patterns
from pinewright.patterns.detector import patterns
from pinewright.patterns.pattern import Direction, Pattern, PatternParameter
from pinewright.pine.parser import parse
from pinewright.pine.printer import print_script
from pinewright.program import InputKind

WITHIN: Final = FamilyInput("patternWithin", "The pattern may be so many bars old", InputKind.INT, 3, 0, 20)
"""How long a pattern that filters stays good."""
_TAKEN: Final = ("time", "close", "atr", "quantity", *(item.name for item in MONEY_INPUTS), *TIME_INPUTS, WITHIN.name)
_MARKS: Final = {
    Direction.UP: ("shape.triangleup", "location.belowbar", "color.blue"),
    Direction.DOWN: ("shape.triangledown", "location.abovebar", "color.orange"),
    Direction.NEUTRAL: ("shape.diamond", "location.abovebar", "color.gray"),
}


@dataclass(frozen=True)
class VisualPattern:
    """A pattern and its Pine."""

    pattern: Pattern
    pine: PinePattern


class VisualPatternToPineScript:
    """Writes Pine v6 that fires on exactly the bars on which the detectors fire; the same call gives the same bytes.

    mined: patterns that are in no table, such as shapes that were mined.
    """

    def __init__(self, mined: Sequence[VisualPattern] = ()) -> None:
        table = {name: VisualPattern(patterns()[name], pine) for name, pine in pine_patterns().items()}
        self._known = table | {one.pattern.name: one for one in mined}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._known)

    def pattern(self, name: str) -> Pattern:
        """The pattern of that name, mined ones included; UsageError with the nearest names."""
        return self._chosen([name])[0].pattern

    def functions(self, names: Sequence[str]) -> str:
        """The functions of these patterns and all that they call, to be pasted into a script; UsageError for none."""
        return "\n".join(definitions(one.pine for one in self._chosen(names))) + "\n"

    def indicator(self, names: Sequence[str], title: str = "Patterns") -> str:
        """An indicator that marks each pattern on the chart and offers an alert for it."""
        chosen = self._chosen(names)
        inputs = _Inputs.of(chosen, ())
        seen = _seen(chosen)
        marks = []
        for one in chosen:
            shape, place, color = _MARKS[one.pattern.direction]
            name, words = seen[one.pattern.name], spell_string(one.pattern.title)
            marks += [
                f"plotshape({name}, {words}, {shape}, {place}, {color}, size = size.tiny)",
                f"alertcondition({name}, {words}, {spell_string(f'{one.pattern.title} on {{{{ticker}}}}')})",
            ]
        parts = (
            (
                "//@version=6",
                *(f"// {one.pattern.title}: {one.pattern.meaning}" for one in chosen),
                "// Each mark is known at the close of its bar and stays.",
                f"indicator({spell_string(title)}, overlay = true)",
            ),
            tuple(input_line(item, item.default) for item in inputs.rows),
            definitions(one.pine for one in chosen),
            tuple(f"{seen[one.pattern.name]} = {inputs.call(one)}" for one in chosen),
            tuple(marks),
        )
        return _formatted("\n\n".join("\n".join(part) for part in parts if part) + "\n")

    def strategy(
        self,
        settings: ScriptSettings,
        *,
        long: Sequence[str] = (),
        short: Sequence[str] = (),
        filtered: Family | None = None,
        values: Mapping[str, float] | None = None,
        title: str = "",
    ) -> str:
        """A strategy that enters at the close of a bar on which any pattern of a side fires, filled at the next open.

        A side without patterns is not traded. filtered: a family whose own signals are taken instead, where a pattern
        of their side is at most ``patternWithin`` bars old. values: of inputs, by name.
        UsageError for unknown names and where no pattern is given.
        """
        chosen = self._chosen(dict.fromkeys((*long, *short)))
        own = () if filtered is None else (*filtered.signals, WITHIN)
        inputs = _Inputs.of(chosen, own)
        seen = _seen(chosen)
        code = IndicatorCodeBuilder() if filtered is None else IndicatorCodeBuilder().for_family(filtered)
        for one in chosen:
            code.pattern(seen[one.pattern.name], one.pine, inputs.arguments[one.pattern.name])
        sides = {"long": [seen[name] for name in long], "short": [seen[name] for name in short]}
        logic = _entries(sides) if filtered is None else _filter(StrategyLogicGenerator().logic(filtered), sides)
        words = ", ".join(one.pattern.title for one in chosen)
        if filtered is None:
            idea = ("Enters where one of these patterns fires:", *(f"- {_told(one.pattern)}" for one in chosen))
            family = Family("patterns", title or words[:60], idea, inputs.rows)
        else:
            idea = (*filtered.idea, "Only where one of these patterns is there as well:")
            idea += tuple(f"- {_told(one.pattern)}" for one in chosen)
            name = title or f"{filtered.title}, filtered by patterns"
            family = replace(filtered, title=name, idea=idea, signals=(*own, *inputs.rows))
        return _formatted(PineScriptGenerator().compose(family, logic, code, settings, values))

    def _chosen(self, names: Sequence[str] | Mapping[str, object]) -> list[VisualPattern]:
        found = []
        for name in dict.fromkeys(names):
            if name not in self._known:
                raise UsageError(f"unknown pattern {name!r}", hint=unknown_name_hint(name, self._known))
            found.append(self._known[name])
        if not found:
            raise UsageError("no pattern is named", hint="`pinewright patterns` lists them")
        return found


@dataclass(frozen=True)
class _Inputs:
    """Inputs for the parameters of patterns, and what each pattern's function is called with."""

    rows: tuple[FamilyInput, ...]
    arguments: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, chosen: Sequence[VisualPattern], taken: Sequence[FamilyInput]) -> _Inputs:
        """One input where patterns have a parameter that is alike in all but its use; others get their own."""
        names: dict[str, PatternParameter | None] = dict.fromkeys((*_TAKEN, *(item.name for item in taken)))
        rows: list[FamilyInput] = []
        arguments = {}
        for one in chosen:
            given = []
            for parameter in one.pattern.parameters:
                name = parameter.name
                if name in names and names[name] != parameter:
                    name = f"{camel(one.pattern.name)}{name[:1].upper()}{name[1:]}"
                if name not in names:
                    names[name] = parameter
                    rows.append(_input(parameter, name))
                given.append(name)
            arguments[one.pattern.name] = tuple(given)
        return cls(tuple(rows), arguments)

    def call(self, one: VisualPattern) -> str:
        return one.pine.call(self.arguments[one.pattern.name])


def _formatted(text: str) -> str:
    """In the house format: titles of inputs may make a line too long."""
    return print_script(parse(text)[0])


def _input(item: PatternParameter, name: str) -> FamilyInput:
    kind = InputKind.INT if item.whole else InputKind.FLOAT
    return FamilyInput(name, item.title, kind, item.default, item.minimum, item.maximum, item.step)


def _seen(chosen: Sequence[VisualPattern]) -> dict[str, str]:
    return {one.pattern.name: f"{camel(one.pattern.name)}Seen" for one in chosen}


def _told(pattern: Pattern) -> str:
    return f"{pattern.title}: {pattern.meaning}"


def _any(names: Sequence[str]) -> str | None:
    return " or ".join(names) or None


def _entries(sides: Mapping[str, Sequence[str]]) -> StrategyLogic:
    """A side's signal is any of its patterns; where both sides fire on one bar, neither is taken."""
    events = [(f"{side}Pattern", text) for side, names in sides.items() if (text := _any(names)) is not None]
    if len(events) == 2:
        events += [
            ("longEvent", "longPattern and not shortPattern"),
            ("shortEvent", "shortPattern and not longPattern"),
        ]
        return StrategyLogic("longEvent", "shortEvent", events=tuple(events))
    return StrategyLogic(
        "longPattern" if sides["long"] else None, "shortPattern" if sides["short"] else None, events=tuple(events)
    )


def _filter(logic: StrategyLogic, sides: Mapping[str, Sequence[str]]) -> StrategyLogic:
    """The signals of a family where a pattern of their side is fresh enough; a side without patterns is not traded."""
    events = list(logic.events)
    signals = {"long": logic.long_signal, "short": logic.short_signal}
    for side, names in sides.items():
        text = _any(names)
        if text is None or signals[side] is None:
            signals[side] = None
            continue
        events += [
            (f"{side}PatternAge", f"ta.barssince({text})"),
            (f"{side}Confirmed", f"{signals[side]} and {side}PatternAge <= {WITHIN.name}"),
        ]
        signals[side] = f"{side}Confirmed"
    return replace(
        logic,
        long_signal=signals["long"],
        short_signal=signals["short"],
        exit_long=logic.exit_long if signals["long"] else None,
        exit_short=logic.exit_short if signals["short"] else None,
        events=tuple(events),
    )
