"""Indicator lines of a script: one Pine line a value, no line twice."""

from __future__ import annotations

from collections.abc import Sequence

from pinewright.generate.families import Family, PatternUse
from pinewright.generate.spelling import spell_float, spell_int
from pinewright.generate.visual.pine_pattern import PinePattern, definitions
from pinewright.generate.visual.table import pine_patterns
from pinewright.patterns.detector import pattern


class IndicatorCodeBuilder:
    """Collects declarations of indicator values and plots, in order.

    Each method declares the variable ``name`` and gives the name back. Arguments are Pine expressions. All values are
    known at the close of the bar they stand on.
    """

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._plots: list[str] = []
        self._patterns: dict[str, PinePattern] = {}

    @property
    def lines(self) -> tuple[str, ...]:
        return tuple(self._lines)

    @property
    def plots(self) -> tuple[str, ...]:
        return tuple(self._plots)

    @property
    def functions(self) -> tuple[str, ...]:
        """Definitions of the patterns used, each function once, an empty line between two."""
        return definitions(self._patterns.values())

    def pattern(self, name: str, pattern: PinePattern, arguments: Sequence[str]) -> str:
        """A bool: whether the pattern is there at the close of the bar. arguments: of its parameters, in order."""
        self._patterns.setdefault(pattern.name, pattern)
        return self.value(name, pattern.call(arguments))

    def value(self, name: str, expression: str) -> str:
        line = f"{name} = {expression}"
        if line not in self._lines:
            self._lines.append(line)
        return name

    def plot(self, name: str, title: str, color: str) -> None:
        self._plots.append(f'plot({name}, "{title}", color = color.{color})')

    def sma(self, name: str, source: str, length: str) -> str:
        return self.value(name, f"ta.sma({source}, {length})")

    def ema(self, name: str, source: str, length: str) -> str:
        return self.value(name, f"ta.ema({source}, {length})")

    def rsi(self, name: str, source: str, length: str) -> str:
        return self.value(name, f"ta.rsi({source}, {length})")

    def atr(self, name: str, length: str) -> str:
        return self.value(name, f"ta.atr({length})")

    def macd(self, line: str, signal: str, source: str, fast: str, slow: str, smoothing: str) -> tuple[str, str]:
        self.value(f"[{line}, {signal}, _]", f"ta.macd({source}, {fast}, {slow}, {smoothing})")
        return line, signal

    def bollinger(self, middle: str, upper: str, lower: str, length: str, width: str) -> tuple[str, str, str]:
        self.value(f"[{middle}, {upper}, {lower}]", f"ta.bb(close, {length}, {width})")
        return middle, upper, lower

    def stochastic(self, name: str, length: str, smoothing: str) -> str:
        """%K smoothed by a simple average."""
        return self.value(name, f"ta.sma(ta.stoch(close, high, low, {length}), {smoothing})")

    def channel(self, upper: str, lower: str, length: str) -> tuple[str, str]:
        """Highest high and lowest low of the ``length`` bars *before* this one, so that a close can lie outside."""
        self.value(upper, f"ta.highest(high, {length})[1]")
        self.value(lower, f"ta.lowest(low, {length})[1]")
        return upper, lower

    def for_family(self, family: Family) -> IndicatorCodeBuilder:
        """The lines and plots that a family's logic reads, under fixed names; this builder again."""
        for use in family.patterns:
            given = [
                text if isinstance(text, str) else _spelled(use, place) for place, text in enumerate(use.arguments)
            ]
            self.pattern(use.variable, pine_patterns()[use.pattern], given)
        _BUILDERS[family.name](self)
        return self


def _spelled(use: PatternUse, place: int) -> str:
    """A number as Pine writes the parameter at that place: counts without a point."""
    value = float(use.arguments[place])
    return spell_int(value) if pattern(use.pattern).parameters[place].whole else spell_float(value)


def _trend_cross(code: IndicatorCodeBuilder) -> None:
    # Both kinds are computed on every bar: a call inside a condition would miss bars and drift.
    code.ema("fastEma", "close", "fastLength")
    code.ema("slowEma", "close", "slowLength")
    code.sma("fastSma", "close", "fastLength")
    code.sma("slowSma", "close", "slowLength")
    code.value("fast", "exponential ? fastEma : fastSma")
    code.value("slow", "exponential ? slowEma : slowSma")
    code.plot("fast", "Fast average", "blue")
    code.plot("slow", "Slow average", "orange")


def _macd(code: IndicatorCodeBuilder) -> None:
    code.macd("macdLine", "signalLine", "close", "fastLength", "slowLength", "signalLength")
    code.plot("macdLine", "MACD", "blue")
    code.plot("signalLine", "Signal", "orange")


def _rsi_reversal(code: IndicatorCodeBuilder) -> None:
    code.rsi("rsi", "close", "rsiLength")
    code.value("lowLevel", "extreme")
    code.value("highLevel", "100 - extreme")
    code.plot("rsi", "RSI", "blue")
    code.plot("lowLevel", "Low extreme", "gray")
    code.plot("highLevel", "High extreme", "gray")


def _bollinger(code: IndicatorCodeBuilder) -> None:
    code.bollinger("middleBand", "upperBand", "lowerBand", "bandLength", "bandWidth")
    code.plot("middleBand", "Middle band", "gray")
    code.plot("upperBand", "Upper band", "blue")
    code.plot("lowerBand", "Lower band", "orange")


def _channel(code: IndicatorCodeBuilder) -> None:
    code.channel("channelHigh", "channelLow", "channelLength")
    code.channel("exitHigh", "exitLow", "exitLength")
    code.plot("channelHigh", "Channel high", "blue")
    code.plot("channelLow", "Channel low", "orange")


def _stochastic_levels(code: IndicatorCodeBuilder) -> None:
    code.sma("trend", "close", "trendLength")
    code.value("lowLevel", "extreme")
    code.value("highLevel", "100 - extreme")
    code.plot("stochastic", "Stochastic", "blue")
    code.plot("lowLevel", "Low extreme", "gray")
    code.plot("highLevel", "High extreme", "gray")


def _stochastic_trend(code: IndicatorCodeBuilder) -> None:
    code.stochastic("stochastic", "stochasticLength", "smoothing")
    _stochastic_levels(code)


def _candle_reversal(code: IndicatorCodeBuilder) -> None:
    code.sma("trend", "close", "trendLength")
    code.plot("trend", "Trend average", "blue")


def _pullback_candle(code: IndicatorCodeBuilder) -> None:
    code.value("stochastic", "ta.stoch(close, high, low, stochasticLength)")
    _stochastic_levels(code)


def _chart_pattern(code: IndicatorCodeBuilder) -> None:
    """Its patterns are all that it looks at."""


_BUILDERS = {
    "trend_cross": _trend_cross,
    "macd": _macd,
    "rsi_reversal": _rsi_reversal,
    "bollinger_reversal": _bollinger,
    "bollinger_breakout": _bollinger,
    "channel_breakout": _channel,
    "stochastic_trend": _stochastic_trend,
    "candle_reversal": _candle_reversal,
    "pullback_candle": _pullback_candle,
    "chart_pattern": _chart_pattern,
}
