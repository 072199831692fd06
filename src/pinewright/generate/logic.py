"""When to be in the market: entry and exit conditions of each family as Pine expressions."""

from __future__ import annotations

from dataclasses import dataclass

from pinewright.errors import UsageError
from pinewright.generate.families import Family


@dataclass(frozen=True)
class StrategyLogic:
    """Conditions at the close of a bar, over the names that IndicatorCodeBuilder declares.

    Each event is a line of its own in the script, because a function that remembers its last bar must run on every bar
    and ``and`` skips its right side. A signal is None for a side that is not traded. exit_long and exit_short are None
    for families that leave by stop, target and opposite signal alone.
    """

    long_signal: str | None
    short_signal: str | None
    exit_long: str | None = None
    exit_short: str | None = None
    events: tuple[tuple[str, str], ...] = ()

    @property
    def lines(self) -> tuple[str, ...]:
        """The events as lines of the script."""
        return tuple(f"{name} = {text}" for name, text in self.events)


class StrategyLogicGenerator:
    """Chooses the logic of a family."""

    def logic(self, family: Family) -> StrategyLogic:
        if family.name not in _LOGIC:
            raise UsageError(f"no logic for family {family.name!r}", where="generate/logic.py")
        return _LOGIC[family.name]


def _crossing(over: tuple[str, str], under: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    return (
        ("longEvent", f"ta.crossover({over[0]}, {over[1]})"),
        ("shortEvent", f"ta.crossunder({under[0]}, {under[1]})"),
    )


def _middle(value: str, level: str) -> tuple[tuple[str, str], ...]:
    return (
        ("middleUp", f"ta.crossover({value}, {level})"),
        ("middleDown", f"ta.crossunder({value}, {level})"),
    )


def _either(patterns: str, long: str = "", short: str = "", before: tuple[tuple[str, str], ...] = ()) -> StrategyLogic:
    """Any of the patterns (``{}`` stands for Up and Down) and the side's condition; what shows both is neither."""
    events = (
        ("longPattern", patterns.format(*["Up"] * 3)),
        ("shortPattern", patterns.format(*["Down"] * 3)),
        ("longEvent", f"longPattern and not shortPattern{f' and {long}' if long else ''}"),
        ("shortEvent", f"shortPattern and not longPattern{f' and {short}' if short else ''}"),
    )
    return StrategyLogic("longEvent", "shortEvent", events=(*before, *events))


_MIDDLE_UP = "exitAtMiddle and middleUp"
_MIDDLE_DOWN = "exitAtMiddle and middleDown"

_LOGIC = {
    "trend_cross": StrategyLogic("longEvent", "shortEvent", events=_crossing(("fast", "slow"), ("fast", "slow"))),
    "macd": StrategyLogic(
        "longEvent", "shortEvent", events=_crossing(("macdLine", "signalLine"), ("macdLine", "signalLine"))
    ),
    "rsi_reversal": StrategyLogic(
        "longEvent",
        "shortEvent",
        _MIDDLE_UP,
        _MIDDLE_DOWN,
        events=(*_crossing(("rsi", "lowLevel"), ("rsi", "highLevel")), *_middle("rsi", "50")),
    ),
    "bollinger_reversal": StrategyLogic(
        "longEvent",
        "shortEvent",
        _MIDDLE_UP,
        _MIDDLE_DOWN,
        events=(*_crossing(("close", "lowerBand"), ("close", "upperBand")), *_middle("close", "middleBand")),
    ),
    # A long breakout is over when the close falls back *under* the middle: the reverse of a reversal's exit.
    "bollinger_breakout": StrategyLogic(
        "longEvent",
        "shortEvent",
        _MIDDLE_DOWN,
        _MIDDLE_UP,
        events=(*_crossing(("close", "upperBand"), ("close", "lowerBand")), *_middle("close", "middleBand")),
    ),
    "channel_breakout": StrategyLogic(
        "longEvent",
        "shortEvent",
        "close < exitLow",
        "close > exitHigh",
        events=_crossing(("close", "channelHigh"), ("close", "channelLow")),
    ),
    "stochastic_trend": StrategyLogic(
        "longEvent and close > trend",
        "shortEvent and close < trend",
        events=_crossing(("stochastic", "lowLevel"), ("stochastic", "highLevel")),
    ),
    "candle_reversal": _either(
        "engulfing and engulfing{} or pinBars and pin{} or stars and star{}",
        "(withTrend ? close > trend : close < trend)",
        "(withTrend ? close < trend : close > trend)",
    ),
    "pullback_candle": _either(
        "engulfing{} or hammer{} or outside{}",
        "lowAge <= within and close > trend",
        "highAge <= within and close < trend",
        before=(
            ("lowAge", "ta.barssince(stochastic < lowLevel)"),
            ("highAge", "ta.barssince(stochastic > highLevel)"),
        ),
    ),
    "chart_pattern": _either("doubles and double{} or shoulders and head{} or levels and level{}"),
}
