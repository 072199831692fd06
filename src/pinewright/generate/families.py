"""The strategy families as data: the idea in plain words, the inputs with their ranges, which must be in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from pinewright.errors import UsageError, unknown_name_hint
from pinewright.program import InputKind


@dataclass(frozen=True)
class FamilyInput:
    """One input: its variable, its title in TradingView's dialog, its default and the grid that a search walks.

    ``varies`` is False for what belongs to the account and not to the idea: a search leaves it at its default.
    """

    name: str
    title: str
    kind: InputKind
    default: float
    minimum: float = 0.0
    maximum: float = 1.0
    step: float = 1.0
    varies: bool = True


@dataclass(frozen=True)
class PatternUse:
    """A pattern that a family looks for: the variable that holds it, its name, and what each of its parameters is.

    arguments: names of inputs, or numbers, in the order of the pattern's parameters. switch: the input that turns it
    on; without one it is always on.
    """

    variable: str
    pattern: str
    arguments: tuple[str | float, ...]
    switch: str = ""


@dataclass(frozen=True)
class Family:
    """One family of strategies. ``ordered`` lists pairs of inputs of which the first must stay below the second.

    ``idea`` is told to the trader at the head of the script; ``overlay`` says whether its lines belong on the price.
    patterns: those that its signals read.
    """

    name: str
    title: str
    idea: tuple[str, ...]
    signals: tuple[FamilyInput, ...]
    ordered: tuple[tuple[str, str], ...] = ()
    overlay: bool = True
    patterns: tuple[PatternUse, ...] = ()

    @property
    def inputs(self) -> tuple[FamilyInput, ...]:
        """The inputs of the signal, then those of stop, target and size that all families share."""
        return (*self.signals, *MONEY_INPUTS)

    @property
    def fixed(self) -> tuple[str, ...]:
        """Names that a search must leave alone, the dates among them."""
        return (*(item.name for item in self.inputs if not item.varies), *TIME_INPUTS)

    def input(self, name: str) -> FamilyInput:
        """The input of that name, else UsageError."""
        for item in self.inputs:
            if item.name == name:
                return item
        names = [item.name for item in self.inputs]
        raise UsageError(f"family {self.name} has no input {name!r}", hint=unknown_name_hint(name, names))


def _int(name: str, title: str, default: int, minimum: int, maximum: int, step: int = 1) -> FamilyInput:
    return FamilyInput(name, title, InputKind.INT, default, minimum, maximum, step)


def _float(name: str, title: str, default: float, minimum: float, maximum: float, step: float) -> FamilyInput:
    return FamilyInput(name, title, InputKind.FLOAT, default, minimum, maximum, step)


def _switch(name: str, title: str, default: bool) -> FamilyInput:
    return FamilyInput(name, title, InputKind.BOOL, float(default))


def _sides(
    name: str, up: str, down: str, arguments: tuple[str | float, ...], switch: str = ""
) -> tuple[PatternUse, PatternUse]:
    return PatternUse(f"{name}Up", up, arguments, switch), PatternUse(f"{name}Down", down, arguments, switch)


TIME_INPUTS: Final = ("fromTime", "toTime")

MONEY_INPUTS: Final = (
    _int("atrLength", "ATR length", 14, 5, 50),
    _float("stopMultiple", "Stop, in ATR", 2.0, 0.75, 6.0, 0.25),
    _float("targetMultiple", "Target, in ATR", 3.0, 0.75, 10.0, 0.25),
    FamilyInput("riskPercent", "Risk per trade, % of equity", InputKind.FLOAT, 0.5, 0.05, 100.0, 0.05, varies=False),
)

_ROWS: Final = (
    Family(
        "trend_cross",
        "Trend cross",
        (
            "A fast average that rises over a slow one says that a trend has begun: buy, and sell when it falls under.",
            "It earns in long moves and pays for them with many small losses while the market goes nowhere.",
        ),
        (
            _int("fastLength", "Fast length", 12, 3, 60),
            _int("slowLength", "Slow length", 48, 10, 240, 2),
            _switch("exponential", "Exponential averages", True),
        ),
        (("fastLength", "slowLength"),),
    ),
    Family(
        "macd",
        "MACD",
        (
            "MACD is the distance between a fast and a slow average; its signal line is an average of that distance.",
            "When MACD rises over the signal line the move gathers speed: buy. When it falls under: sell.",
        ),
        (
            _int("fastLength", "Fast length", 12, 4, 40),
            _int("slowLength", "Slow length", 26, 10, 120, 2),
            _int("signalLength", "Signal length", 9, 3, 30),
        ),
        (("fastLength", "slowLength"),),
        overlay=False,
    ),
    Family(
        "rsi_reversal",
        "RSI reversal",
        (
            "RSI compares the size of recent gains and losses. At an extreme the last move is likely to be overdone.",
            "Buy when RSI comes back up from the low extreme, sell when it comes back down from the high one.",
        ),
        (
            _int("rsiLength", "RSI length", 14, 3, 40),
            _int("extreme", "Low extreme; the high one is 100 less this", 30, 10, 45),
            _switch("exitAtMiddle", "Leave when RSI is back at 50", True),
        ),
        overlay=False,
    ),
    Family(
        "bollinger_reversal",
        "Bollinger reversal",
        (
            "Bollinger bands lie a number of standard deviations around an average; a close outside is stretched.",
            "Buy when the close comes back over the lower band, sell when it comes back under the upper one.",
        ),
        (
            _int("bandLength", "Band length", 20, 8, 120, 2),
            _float("bandWidth", "Band width, in standard deviations", 2.0, 1.0, 3.5, 0.1),
            _switch("exitAtMiddle", "Leave at the middle band", True),
        ),
    ),
    Family(
        "bollinger_breakout",
        "Bollinger breakout",
        (
            "A close outside the Bollinger bands is a move larger than usual; this family bets that it goes on.",
            "Buy when the close rises over the upper band, sell when it falls under the lower one.",
        ),
        (
            _int("bandLength", "Band length", 40, 8, 160, 2),
            _float("bandWidth", "Band width, in standard deviations", 2.0, 0.8, 3.5, 0.1),
            _switch("exitAtMiddle", "Leave when the close is back across the middle band", True),
        ),
    ),
    Family(
        "channel_breakout",
        "Channel breakout",
        (
            "The channel runs along the highest high and the lowest low of the last bars (Donchian).",
            "Buy when the close leaves it upwards, sell when it leaves it downwards;",
            "leave when the close crosses a shorter channel on the other side.",
        ),
        (
            _int("channelLength", "Entry channel length", 40, 10, 200, 2),
            _int("exitLength", "Exit channel length", 20, 3, 100),
        ),
        (("exitLength", "channelLength"),),
    ),
    Family(
        "stochastic_trend",
        "Stochastic with trend filter",
        (
            "The stochastic tells where the close stands between the lowest low and the highest high of the last bars.",
            "A setback inside a trend is a cheap entry: above the trend average buy when the stochastic comes back up",
            "from its low extreme, below it sell when it comes back down from its high extreme.",
        ),
        (
            _int("stochasticLength", "Stochastic length", 14, 5, 60),
            _int("smoothing", "Smoothing", 3, 1, 10),
            _int("extreme", "Low extreme; the high one is 100 less this", 20, 5, 45),
            _int("trendLength", "Trend average length", 100, 20, 400, 5),
        ),
        overlay=False,
    ),
    Family(
        "candle_reversal",
        "Candle reversal",
        (
            "A bar or two in which one side pushed and the other took it all back: engulfing bars, pin bars, stars.",
            "Buy on one that points up, sell on one that points down; either with the trend average or against it.",
        ),
        (
            _switch("engulfing", "Trade engulfing bars", True),
            _switch("pinBars", "Trade pin bars", True),
            _switch("stars", "Trade morning and evening stars", True),
            _int("averageLength", "Bars of the average body and range", 10, 5, 30),
            _int("trendLength", "Trend average length", 100, 20, 400, 5),
            _switch("withTrend", "With the trend; without the tick, against it", True),
        ),
        patterns=(
            *_sides("engulfing", "bullish_engulfing", "bearish_engulfing", ("averageLength", 1.0, 0.1), "engulfing"),
            *_sides("pin", "bullish_pin_bar", "bearish_pin_bar", ("averageLength", 0.6, 1.0), "pinBars"),
            *_sides("star", "morning_star", "evening_star", ("averageLength", 1.0, 0.5, 0.5), "stars"),
        ),
    ),
    Family(
        "pullback_candle",
        "Pullback with a candle",
        (
            "A setback inside a trend is a cheap entry, once a candle shows that it ends.",
            "Above the trend average, when the stochastic was low a few bars ago, buy on a hammer, an engulfing bar",
            "or an outside bar that points up; below it, when the stochastic was high, sell on one that points down.",
        ),
        (
            _int("stochasticLength", "Stochastic length", 14, 5, 60),
            _int("extreme", "Low extreme; the high one is 100 less this", 25, 5, 45),
            _int("within", "The extreme may be so many bars old", 5, 1, 20),
            _int("trendLength", "Trend average length", 100, 20, 400, 5),
            _int("averageLength", "Bars of the average body and range", 10, 5, 30),
        ),
        overlay=False,
        patterns=(
            *_sides("engulfing", "bullish_engulfing", "bearish_engulfing", ("averageLength", 1.0, 0.1)),
            *_sides("hammer", "hammer", "shooting_star", ("averageLength", 0.6, 0.1, 5.0)),
            *_sides("outside", "bullish_outside_bar", "bearish_outside_bar", ("averageLength", 1.0)),
        ),
    ),
    Family(
        "chart_pattern",
        "Chart pattern",
        (
            "Double tops and bottoms, heads with shoulders, and levels at which price has turned before.",
            "Buy when the pattern that points up is completed by a close above its line, sell on its mirror.",
        ),
        (
            _switch("doubles", "Trade double tops and bottoms", True),
            _switch("shoulders", "Trade heads with shoulders", True),
            _switch("levels", "Trade breaks of support and resistance", True),
            _int("swingLength", "Bars on each side of a swing", 5, 2, 20),
            _float("tolerance", "Tolerance in ATR", 0.5, 0.1, 3.0, 0.1),
            _float("height", "Least height in ATR", 2.0, 0.5, 12.0, 0.5),
        ),
        patterns=(
            *_sides("double", "double_bottom", "double_top", ("swingLength", "tolerance", "height"), "doubles"),
            *_sides(
                "head",
                "inverse_head_and_shoulders",
                "head_and_shoulders",
                ("swingLength", "tolerance", "height"),
                "shoulders",
            ),
            *_sides("level", "resistance_break", "support_break", ("swingLength", "tolerance", 3.0), "levels"),
        ),
    ),
)

FAMILIES: Final[dict[str, Family]] = {row.name: row for row in _ROWS}


def family(name: str) -> Family:
    """The family of that name, else UsageError with the legal names."""
    if name not in FAMILIES:
        raise UsageError(f"unknown family {name!r}", hint=unknown_name_hint(name, FAMILIES))
    return FAMILIES[name]
