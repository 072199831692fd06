"""The structure patterns: names, directions, meanings and parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pinewright.patterns.pattern import Direction, Pattern, PatternKind, PatternParameter, title_of
from pinewright.patterns.structure import scan


def _length(default: int) -> PatternParameter:
    return PatternParameter("length", "Bars on each side of a swing", default, 2, 20, 1, whole=True)


def _tolerance(default: float) -> PatternParameter:
    return PatternParameter("tolerance", "Tolerance in ATR", default, 0.1, 3.0, 0.1)


def _height(default: float, title: str = "Least height in ATR") -> PatternParameter:
    return PatternParameter("height", title, default, 0.5, 12.0, 0.5)


_PEAKS: Final = (_length(5), _tolerance(0.5), _height(2.0))
_THREE: Final = (_length(5), _tolerance(0.8), _height(1.5))
_HEADS: Final = (_length(5), _tolerance(1.0), _height(3.0))
_CORRIDORS: Final = (_length(5), _tolerance(0.5), _height(3.0))
_FLAGS: Final = (
    _length(3),
    PatternParameter("pole", "Least height of the pole in ATR", 4.0, 1.0, 12.0, 0.5),
    PatternParameter("back", "Largest share of the pole taken back", 0.5, 0.1, 0.9, 0.1),
)
_ZONES: Final = (
    _length(5),
    _tolerance(0.5),
    PatternParameter("touches", "Least number of touches", 3, 2, 5, 1, whole=True),
)
_LINES: Final = (_length(5), _tolerance(0.5), _height(2.0, "Least rise in ATR"))


@dataclass(frozen=True)
class StructureRule:
    """How a pattern is computed: the kernel's kind, and its sign (1 where a fall fires it, -1 in the mirror)."""

    kind: int
    sign: float
    pattern: Pattern

    @property
    def flat(self) -> bool:
        """Whether its line is a price, or nearly one: a neck or a level."""
        return self.kind in (scan.DOUBLE, scan.TRIPLE, scan.SHOULDERS, scan.BREAK, scan.BOUNCE)


def _rule(name: str, kind: int, up: bool, parameters: tuple[PatternParameter, ...], meaning: str) -> StructureRule:
    title = title_of(name)
    direction = Direction.UP if up else Direction.DOWN
    pattern = Pattern(name, title, PatternKind.STRUCTURE, direction, 0, meaning, parameters)
    return StructureRule(kind, -1.0 if up else 1.0, pattern)


_ALL: Final = (
    _rule("double_top", scan.DOUBLE, False, _PEAKS, "Two highs at one price; a close below the low between them."),
    _rule("double_bottom", scan.DOUBLE, True, _PEAKS, "Two lows at one price; a close above the high between them."),
    _rule("triple_top", scan.TRIPLE, False, _THREE, "Three highs at one price; a close below both lows between them."),
    _rule(
        "triple_bottom", scan.TRIPLE, True, _THREE, "Three lows at one price; a close above both highs between them."
    ),
    _rule(
        "head_and_shoulders",
        scan.SHOULDERS,
        False,
        _HEADS,
        "A high between two lower ones; a close below the line through the lows between them.",
    ),
    _rule(
        "inverse_head_and_shoulders",
        scan.SHOULDERS,
        True,
        _HEADS,
        "A low between two higher ones; a close above the line through the highs between them.",
    ),
    _rule(
        "ascending_triangle", scan.TRIANGLE, True, _CORRIDORS, "Flat highs over rising lows; a close above the highs."
    ),
    _rule(
        "descending_triangle",
        scan.TRIANGLE,
        False,
        _CORRIDORS,
        "Flat lows under falling highs; a close below the lows.",
    ),
    _rule(
        "symmetrical_triangle_up",
        scan.SYMMETRICAL,
        True,
        _CORRIDORS,
        "Falling highs over rising lows; a close above the upper line.",
    ),
    _rule(
        "symmetrical_triangle_down",
        scan.SYMMETRICAL,
        False,
        _CORRIDORS,
        "Falling highs over rising lows; a close below the lower line.",
    ),
    _rule(
        "falling_wedge",
        scan.WEDGE,
        True,
        _CORRIDORS,
        "Falling lows under highs that fall faster; a close above the upper line.",
    ),
    _rule(
        "rising_wedge",
        scan.WEDGE,
        False,
        _CORRIDORS,
        "Rising highs over lows that rise faster; a close below the lower line.",
    ),
    _rule("rectangle_up", scan.RECTANGLE, True, _CORRIDORS, "Flat highs over flat lows; a close above the upper line."),
    _rule(
        "rectangle_down", scan.RECTANGLE, False, _CORRIDORS, "Flat highs over flat lows; a close below the lower line."
    ),
    _rule(
        "falling_channel_break",
        scan.CHANNEL,
        True,
        _CORRIDORS,
        "Highs and lows that fall alike; a close above the upper line.",
    ),
    _rule(
        "rising_channel_break",
        scan.CHANNEL,
        False,
        _CORRIDORS,
        "Highs and lows that rise alike; a close below the lower line.",
    ),
    _rule("bull_flag", scan.FLAG, True, _FLAGS, "A steep rise, a short channel against it; a close above the channel."),
    _rule(
        "bear_flag", scan.FLAG, False, _FLAGS, "A steep fall, a short channel against it; a close below the channel."
    ),
    _rule("bull_pennant", scan.PENNANT, True, _FLAGS, "A steep rise, lines that meet after it; a close above them."),
    _rule("bear_pennant", scan.PENNANT, False, _FLAGS, "A steep fall, lines that meet after it; a close below them."),
    _rule("resistance_break", scan.BREAK, True, _ZONES, "A price at which swings gathered; a close above its zone."),
    _rule("support_break", scan.BREAK, False, _ZONES, "A price at which swings gathered; a close below its zone."),
    _rule("support_bounce", scan.BOUNCE, True, _ZONES, "Price comes down to a support and closes above it, rising."),
    _rule(
        "resistance_bounce",
        scan.BOUNCE,
        False,
        _ZONES,
        "Price comes up to a resistance and closes below it, falling.",
    ),
    _rule("falling_line_break", scan.LINE, True, _LINES, "Three highs on one falling line; a close above the line."),
    _rule("rising_line_break", scan.LINE, False, _LINES, "Three lows on one rising line; a close below the line."),
)

RULES: Final[Mapping[str, StructureRule]] = {rule.pattern.name: rule for rule in _ALL}

STRUCTURES: Final[Mapping[str, Pattern]] = {name: rule.pattern for name, rule in RULES.items()}
"""All structure patterns by name; a bullish one stands beside its bearish mirror."""
