"""The candlestick patterns: names, meanings, parameters, and the rule that each is computed by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pinewright.patterns.pattern import Direction, Pattern, PatternKind, PatternParameter, title_of

AVERAGE: Final = PatternParameter("averageLength", "Bars of the average body and range", 10, 5, 30, 1, whole=True)
"""The first parameter of every pattern."""
_SLACK: Final = PatternParameter("slack", "Slack of comparisons, in average ranges", 0.1, 0.0, 0.3, 0.05)
_DOJI: Final = PatternParameter("dojiBody", "Largest body of a doji, in average ranges", 0.1, 0.05, 0.3, 0.05)
TREND: Final = PatternParameter("trendLength", "Bars of the move before", 5, 2, 20, 1, whole=True)
_TAIL: Final = PatternParameter("tailShare", "Least wick, as a share of the range", 0.6, 0.5, 0.8, 0.05)


def _body(default: float) -> PatternParameter:
    return PatternParameter("leastBody", "Least body, in average bodies", default, 0.0, 3.0, 0.25)


def _small(default: float) -> PatternParameter:
    return PatternParameter("mostBody", "Largest small body, in average bodies", default, 0.25, 1.5, 0.25)


def _wick(default: float) -> PatternParameter:
    return PatternParameter("leastWick", "Least wick, in average ranges", default, 0.1, 1.0, 0.1)


def _wicks(title: str, default: float, minimum: float = 0.5) -> PatternParameter:
    return PatternParameter("wickMultiple", title, default, minimum, 3.0, 0.25)


def _size(default: float, title: str = "Least range, in average ranges") -> PatternParameter:
    return PatternParameter("leastRange", title, default, 0.0, 3.0, 0.25)


_MOTHER: Final = _size(1.0, "Least range of the bar that holds the next, in average ranges")
_DEPTH: Final = PatternParameter("depth", "Share of the first body taken back", 0.5, 0.3, 0.9, 0.1)


@dataclass(frozen=True)
class CandleRule:
    """How a pattern is computed.

    rule: name of a kernel function; mirrored: over prices with their signs changed, high and low swapped; before: bars
    that it reads before its last one, a move before the pattern not counted.
    """

    pattern: Pattern
    rule: str
    mirrored: bool
    before: int

    def first(self, values: Sequence[float]) -> int:
        """Index of the first bar that the rule may be asked about, with these values of its parameters."""
        if TREND in self.pattern.parameters:
            return self.pattern.bars + int(values[self.pattern.parameters.index(TREND)])
        return self.before


_Parameters = tuple[PatternParameter, ...]


def _rule(
    name: str, rule: str, bars: int, direction: Direction, meaning: str, parameters: _Parameters, before: int = 0
) -> CandleRule:
    title = title_of(name)
    pattern = Pattern(name, title, PatternKind.CANDLE, direction, bars, meaning, parameters)
    return CandleRule(pattern, rule, mirrored=direction is Direction.DOWN, before=max(before, bars - 1))


def _pair(
    rule: str, names: tuple[str, str], bars: int, meanings: tuple[str, str], parameters: _Parameters, before: int = 0
) -> Iterator[CandleRule]:
    """The bullish pattern and the bearish one, by one rule."""
    for name, direction, meaning in zip(names, (Direction.UP, Direction.DOWN), meanings, strict=True):
        yield _rule(name, rule, bars, direction, meaning, parameters, before)


def _both(rule: str) -> tuple[str, str]:
    return f"bullish_{rule}", f"bearish_{rule}"


def _one_bar() -> Iterator[CandleRule]:
    neutral = Direction.NEUTRAL
    yield _rule("doji", "doji", 1, neutral, "Open and close are nearly equal.", (AVERAGE, _DOJI))
    yield _rule(
        "long_legged_doji",
        "long_legged_doji",
        1,
        neutral,
        "A doji with long wicks on both sides.",
        (AVERAGE, _DOJI, _wick(0.4)),
    )
    yield from _pair(
        "dragonfly_doji",
        ("dragonfly_doji", "gravestone_doji"),
        1,
        ("A doji at the top of its range.", "A doji at the bottom of its range."),
        (AVERAGE, _DOJI, _wick(0.4)),
    )
    yield _rule(
        "spinning_top",
        "spinning_top",
        1,
        neutral,
        "A small body between wicks that are longer than it.",
        (AVERAGE, _small(1.0), _wicks("Least wick, in bodies", 1.0)),
    )
    yield from _pair(
        "marubozu",
        _both("marubozu"),
        1,
        ("A long rise with next to no wicks.", "A long fall with next to no wicks."),
        (AVERAGE, _body(1.0), _SLACK),
    )
    yield from _pair(
        "belt_hold",
        _both("belt_hold"),
        1,
        ("A very long rise that begins at its low.", "A very long fall that begins at its high."),
        (AVERAGE, _body(1.5), _SLACK),
    )
    tail = (AVERAGE, _TAIL, _SLACK, TREND)
    yield from _pair(
        "hammer",
        ("hammer", "shooting_star"),
        1,
        (
            "After a fall, a bar with a long wick below a body at its top.",
            "After a rise, a bar with a long wick above a body at its bottom; no gap is needed.",
        ),
        tail,
    )
    yield from _pair(
        "inverted_hammer",
        ("inverted_hammer", "hanging_man"),
        1,
        (
            "After a fall, a bar with a long wick above a body at its bottom; no gap is needed.",
            "After a rise, a bar with a long wick below a body at its top.",
        ),
        tail,
    )
    yield from _pair(
        "pin_bar",
        _both("pin_bar"),
        1,
        (
            "A long lower wick of which a third of the bar reaches below the two bars before.",
            "A long upper wick of which a third of the bar reaches above the two bars before.",
        ),
        (AVERAGE, _TAIL, _size(1.0)),
        before=2,
    )


def _two_bars() -> Iterator[CandleRule]:
    yield from _pair(
        "engulfing",
        _both("engulfing"),
        2,
        (
            "A long rise whose body holds that of the fall before.",
            "A long fall whose body holds that of the rise before.",
        ),
        (AVERAGE, _body(1.0), _SLACK),
    )
    yield from _pair(
        "harami",
        _both("harami"),
        2,
        ("A small body inside that of a long fall before.", "A small body inside that of a long rise before."),
        (AVERAGE, _body(1.0), _small(0.5), _SLACK),
    )
    yield from _pair(
        "harami_cross",
        _both("harami_cross"),
        2,
        ("A doji inside the body of a long fall before.", "A doji inside the body of a long rise before."),
        (AVERAGE, _body(1.0), _DOJI, _SLACK),
    )
    yield from _pair(
        "piercing_line",
        ("piercing_line", "dark_cloud_cover"),
        2,
        (
            "A rise that takes back more than half of a long fall, not all of it; no gap is needed.",
            "A fall that takes back more than half of a long rise, not all of it; no gap is needed.",
        ),
        (AVERAGE, _body(1.0), _DEPTH, _SLACK),
    )
    yield from _pair(
        "tweezer_bottom",
        ("tweezer_bottom", "tweezer_top"),
        2,
        ("After a fall, a fall and a rise with one low.", "After a rise, a rise and a fall with one high."),
        (AVERAGE, _SLACK, TREND),
    )
    yield _rule(
        "inside_bar",
        "inside_bar",
        2,
        Direction.NEUTRAL,
        "A bar inside the range of a large one before.",
        (AVERAGE, _MOTHER, _SLACK),
    )
    yield from _pair(
        "outside_bar",
        _both("outside_bar"),
        2,
        (
            "A large bar that goes below the one before and closes above it.",
            "A large bar that goes above the one before and closes below it.",
        ),
        (AVERAGE, _size(1.0)),
    )


def _three_bars() -> Iterator[CandleRule]:
    yield from _pair(
        "morning_star",
        ("morning_star", "evening_star"),
        3,
        (
            "A long fall, a small body, a rise that takes back half of the fall; no gaps are needed.",
            "A long rise, a small body, a fall that takes back half of the rise; no gaps are needed.",
        ),
        (AVERAGE, _body(1.0), _small(0.5), _DEPTH),
    )
    yield from _pair(
        "three_white_soldiers",
        ("three_white_soldiers", "three_black_crows"),
        3,
        ("Three rises in a row that close near their highs.", "Three falls in a row that close near their lows."),
        (
            AVERAGE,
            _body(0.75),
            PatternParameter("wickShare", "Largest wick, as a share of the body", 0.5, 0.0, 1.5, 0.25),
        ),
    )
    yield from _pair(
        "three_inside_up",
        ("three_inside_up", "three_inside_down"),
        3,
        (
            "A bullish harami, then a close above where the fall began.",
            "A bearish harami, then a close below where the rise began.",
        ),
        (AVERAGE, _body(1.0), _small(1.0), _SLACK),
    )
    yield from _pair(
        "three_outside_up",
        ("three_outside_up", "three_outside_down"),
        3,
        ("A bullish engulfing, then a higher close.", "A bearish engulfing, then a lower close."),
        (AVERAGE, _body(1.0), _SLACK),
    )
    yield from _pair(
        "hikkake",
        _both("hikkake"),
        3,
        ("An inside bar that then breaks downwards alone.", "An inside bar that then breaks upwards alone."),
        (AVERAGE, _MOTHER, _SLACK),
    )


RULES: Final[Mapping[str, CandleRule]] = {
    item.pattern.name: item for group in (_one_bar, _two_bars, _three_bars) for item in group()
}
CANDLES: Final[Mapping[str, Pattern]] = {name: item.pattern for name, item in RULES.items()}
"""Every candlestick pattern by name: one bar, two bars, three bars."""
