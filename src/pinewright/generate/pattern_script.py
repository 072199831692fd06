"""`VisualPatternToPineScript`: patterns as Pine v6 functions, as an indicator that marks them, as a strategy.

names -> functions, one input for each parameter, one bool for each pattern -> marks, entries or a filter
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pinewright.errors import UsageError, unknown_name_hint
from pinewright.generate.families import Family, FamilyInput
from pinewright.generate.indicators import IndicatorCodeBuilder
from pinewright.generate.logic import StrategyLogic, StrategyLogicGenerator
from pinewright.generate.pattern_inputs import PatternInputs
from pinewright.generate.script import PineScriptGenerator, ScriptSettings, input_line
from pinewright.generate.spelling import camel, spell_string
from pinewright.generate.visual.pine_pattern import PinePattern, definitions
from pinewright.generate.visual.table import pine_patterns
from pinewright.patterns.detector import patterns
from pinewright.patterns.pattern import Direction, Pattern
from pinewright.pine.parser import parse
from pinewright.pine.printer import print_script
from pinewright.program import InputKind

WITHIN: Final = FamilyInput("patternWithin", "The pattern may be so many bars old", InputKind.INT, 3, 0, 20)
"""How long a pattern that filters stays good."""
MOST_PLOTS: Final = 64
"""Plots that TradingView allows a script; a mark is one, and so is an alert."""
_MARKS: Final = {
    Direction.UP: ("shape.triangleup", "location.belowbar", "color.blue"),
    Direction.DOWN: ("shape.triangledown", "location.abovebar", "color.orange"),
    Direction.NEUTRAL: ("shape.diamond", "location.abovebar", "color.gray"),
}
_ALERTS: Final = {
    Direction.UP: "Patterns said to announce a rise",
    Direction.DOWN: "Patterns said to announce a fall",
    Direction.NEUTRAL: "Patterns that say no direction",
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
        """An indicator that marks each pattern on the chart and offers an alert for it.

        Where an alert for each would be too many plots, there is one for all patterns that announce a rise, one for a
        fall, one for the others. UsageError for no pattern, and for more than even then have room.
        """
        chosen = self._chosen(names)
        inputs = PatternInputs.of([one.pattern for one in chosen])
        seen = _seen(chosen)
        parts = (
            (
                "//@version=6",
                *(f"// {_told(one.pattern)}" for one in chosen),
                "// A bar is marked when it closes, and the mark stays.",
                f"indicator({spell_string(title)}, overlay = true)",
            ),
            tuple(input_line(item, item.default) for item in inputs.rows),
            definitions(one.pine for one in chosen),
            (
                "// The last bar still moves until it closes; until then nothing is known of it.",
                "closed = barstate.isconfirmed",
                *(f"{seen[one.pattern.name]} = {_call(one, inputs)} and closed" for one in chosen),
            ),
            _marks([one.pattern for one in chosen], seen),
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
        UsageError for unknown names, where no pattern is given, and for one that would enter both sides: where both
        fire nothing is traded, so it never would be.
        """
        chosen = self._chosen(dict.fromkeys((*long, *short)))
        both = [one.pattern.name for one in chosen if one.pattern.name in long and one.pattern.name in short]
        if both and filtered is None:
            raise UsageError(
                f"{', '.join(both)} would buy and sell on the same bars, and nothing is traded where both sides fire",
                hint="name it on one side, or let it filter a family on both: --filter FAMILY",
            )
        own = () if filtered is None else (*filtered.signals, WITHIN)
        inputs = PatternInputs.of([one.pattern for one in chosen], own)
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


def _formatted(text: str) -> str:
    """In the house format: titles of inputs may make a line too long."""
    return print_script(parse(text)[0])


def _call(one: VisualPattern, inputs: PatternInputs) -> str:
    return one.pine.call(inputs.arguments[one.pattern.name])


def _marks(chosen: Sequence[Pattern], seen: Mapping[str, str]) -> tuple[str, ...]:
    """Marks of all patterns, and alerts for each or, where these would be too many plots, for each direction."""
    lines = []
    for one in chosen:
        shape, place, color = _MARKS[one.direction]
        lines.append(
            f"plotshape({seen[one.name]}, {spell_string(one.title)}, {shape}, {place}, {color}, size = size.tiny)"
        )
    alerts = {one.title: [one] for one in chosen}
    if 2 * len(chosen) > MOST_PLOTS:
        ways = {way: [one for one in chosen if one.direction is way] for way in Direction}
        alerts = {_ALERTS[way]: found for way, found in ways.items() if found}
    if len(chosen) + len(alerts) > MOST_PLOTS:
        raise UsageError(
            f"{len(chosen)} patterns are more than one indicator can mark",
            hint=f"name at most {MOST_PLOTS - len(alerts)} of them: TradingView allows {MOST_PLOTS} plots, a mark is "
            "one and an alert is one",
        )
    for title, found in alerts.items():
        message = spell_string(f"{title} on {{{{ticker}}}}")
        lines.append(f"alertcondition({_any([seen[one.name] for one in found])}, {spell_string(title)}, {message})")
    return tuple(lines)


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
