"""Time: the clock of the bars, parts of dates, sessions, time frames, and where the data end.

What depends on the bars' times alone is a ``clock`` node, a column that the engine fills from the calendar. Parts of
any other time, and times of dates, the script computes itself from a table of the zone. What is true of the last bar
only, or counts up to it, is read from the window of the run: the last bar is the last one that the run sees.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from pinewright.data.sessions import Session
from pinewright.data.timeframes import from_seconds, in_seconds
from pinewright.data.zones import find_zone, zone_table
from pinewright.errors import PinewrightError
from pinewright.market import Timeframe
from pinewright.pine import syntax as s
from pinewright.pine.binding import bind
from pinewright.pine.builtins import Function
from pinewright.pine.compiler.graph import Const, Node, Value
from pinewright.pine.compiler.market import each_word, formula_of, is_own, known_word, market_node
from pinewright.pine.compiler.runtime.dates import pine_timestamp
from pinewright.pine.compiler.timestamps import parse_timestamp
from pinewright.pine.compiler.unsupported import NotCompiledError
from pinewright.pine.diagnostics import Diagnostic, frame
from pinewright.pine.types import Kind
from pinewright.program import ClockColumn

if TYPE_CHECKING:
    from pinewright.pine.compiler.expressions import Expressions

DATE_PARTS: Final = ("year", "month", "weekofyear", "dayofmonth", "dayofweek", "hour", "minute", "second")
_SESSIONS: Final = {
    f"session.{name}{suffix}": f"session.{name}" for name in ("isfirstbar", "islastbar") for suffix in ("", "_regular")
}
_LAST: Final = {
    "last_bar_index": "((view.last - 1) * 1.0)",
    "last_bar_time": "view.time[view.last - 1]",
    "timenow": "view.time_close[view.last - 1]",
}
_IS_LAST: Final = ("barstate.islast", "barstate.islastconfirmedhistory")
_CONSTANTS: Final = {
    "barstate.isconfirmed": True,
    "barstate.ishistory": True,
    "barstate.isnew": True,
    "barstate.isrealtime": False,
    "session.ismarket": True,
    "session.ispremarket": False,
    "session.ispostmarket": False,
}
END_VARIABLES: Final = frozenset([*_LAST, *_IS_LAST])
"""Variables that tell where the data end."""
CLOCK_VARIABLES: Final = frozenset(
    [*DATE_PARTS, *_SESSIONS, *_CONSTANTS, *END_VARIABLES, "time_tradingday", "barstate.isfirst"]
)
_EMPTY: Final = Const("", Kind.STRING)
_ZERO: Final = Const(0.0, Kind.INT)
_TIME_ARGUMENTS: Final = ("timeframe", "session", "timezone", "bars_back", "timeframe_bars_back")
_DATE_ARGUMENTS: Final = ("timezone", "year", "month", "day", "hour", "minute", "second")
_MOST_AHEAD: Final = 500
"""Bars that ``time()`` looks ahead at most, as on TradingView."""


def clock_variable(lowering: Expressions, name: str) -> Value | None:
    """The value of a variable of time; None for any other name."""
    if name in DATE_PARTS or name == "time_tradingday":
        return _clock(lowering, name)
    if name in _SESSIONS:
        return _clock(lowering, _SESSIONS[name], kind=Kind.BOOL)
    if name in _CONSTANTS:
        return Const(_CONSTANTS[name], Kind.BOOL)
    if name == "barstate.isfirst":
        return _is_bar(lowering, _ZERO)
    if name in END_VARIABLES:
        what = f"`{name}` tells where the data end: over more bars the script trades differently on the same ones"
        lowering.warn(what)
    if name in _IS_LAST:
        return _is_bar(lowering, _last(lowering, "last_bar_index"))
    return _last(lowering, name) if name in _LAST else None


def clock_call(lowering: Expressions, function: Function, node: s.Call) -> Value:
    """The value of a call of a function of time; NotCompiledError for words that cannot be known before a run."""
    name = function.name
    if name in ("time", "time_close"):
        return _bar_time(lowering, name, node)
    if name == "timestamp":
        return _timestamp(lowering, node)
    given = {key: lowering.expression(value) for key, value in bind(function, node).arguments.items()}
    if name == "timeframe.change":
        return _each_timeframe(
            lowering, given["timeframe"], lambda word: _clock(lowering, name, timeframe=word, kind=Kind.BOOL), node
        )
    if name in DATE_PARTS:
        zone = given.get("timezone", _EMPTY)
        return _each_zone(lowering, zone, lambda word: _part(lowering, name, given["time"], word), node)
    return _of_market(lowering, name, next(iter(given.values()), _EMPTY), node)


def clock_column(node: Node) -> ClockColumn:
    """What the engine is asked for by a ``clock`` node."""
    part, timezone, timeframe, session, bars_back, steps = node.args
    return ClockColumn(
        part=str(formula_of(part)),
        timezone=known_word(timezone),
        timeframe=known_word(timeframe),
        session=known_word(session),
        bars_back=_whole(bars_back),
        steps=_whole(steps),
    )


def _clock(
    lowering: Expressions,
    part: str,
    timezone: Const | Node = _EMPTY,
    timeframe: Const | Node = _EMPTY,
    session: Const | Node = _EMPTY,
    back: tuple[Const, Const] = (_ZERO, _ZERO),
    kind: Kind = Kind.INT,
) -> Node:
    return lowering.graph.node("clock", (Const(part, Kind.STRING), timezone, timeframe, session, *back), kind)


def _is_bar(lowering: Expressions, number: Value) -> Value:
    """Whether the bar has this number."""
    return lowering.truth(lowering.binary("==", lowering.graph.node("bar_index", (), Kind.INT), number))


def _last(lowering: Expressions, name: str) -> Node:
    """A value of the last bar of the run, which no column may hold: columns are shared by runs that end elsewhere."""
    return lowering.graph.node("broker", (Const(_LAST[name], Kind.STRING),), Kind.INT)


def _part(lowering: Expressions, part: str, time: Value, zone: Const | Node) -> Value:
    """A part of the date of a time: of the bar's own from a column, of any other from the zone's table."""
    if isinstance(time, Node) and time.op == "bar" and time.args[0] == Const("time", Kind.STRING):
        return _clock(lowering, part, zone)
    return lowering.operate(f"date.{part}", Kind.INT, lowering.graph.node("zone", (zone,), Kind.FLOAT), time)


def _bar_time(lowering: Expressions, name: str, node: s.Call) -> Value:
    """``time()`` and ``time_close()``; a number in the place of a session or a zone is ``bars_back``."""
    given: dict[str, Value] = {}
    place = 0
    for argument in node.arguments:
        value = lowering.expression(argument.value)
        if argument.name is None:
            if place in (1, 2) and value.kind is not Kind.STRING:
                place = _TIME_ARGUMENTS.index("bars_back")
            given[_TIME_ARGUMENTS[place]] = value
            place += 1
        else:
            given[argument.name] = value
    back = (
        _count(lowering, given.get("bars_back", _ZERO), "bars_back", node),
        _count(lowering, given.get("timeframe_bars_back", _ZERO), "timeframe_bars_back", node),
    )
    if "session" in given and back[1] != _ZERO:
        raise lowering.unsupported(f"`{name}()` with a session and `timeframe_bars_back`", node.span)

    def column(timeframe: Const | Node, session: Const | Node, zone: Const | Node) -> Value:
        if timeframe == session == _EMPTY and back == (_ZERO, _ZERO):
            return lowering.graph.node("bar", (Const(name, Kind.STRING),), Kind.INT)
        return _clock(lowering, name, zone, timeframe, session, back)

    return _each_timeframe(
        lowering,
        given["timeframe"],
        lambda timeframe: _each_session(
            lowering,
            given.get("session", _EMPTY),
            lambda session: _each_zone(
                lowering,
                given.get("timezone", _EMPTY),
                lambda zone: column(timeframe, session, _EMPTY if session == _EMPTY else zone),
                node,
            ),
            node,
        ),
        node,
    )


def _count(lowering: Expressions, value: Value, name: str, node: s.Call) -> Const:
    """A count of bars, which must be known in the source."""
    if not isinstance(value, Const):
        raise lowering.unsupported(f"`{name}` of a number that is no literal", node.span)
    count = float(value.value) if value.kind is Kind.INT else float("nan")
    if not count >= -_MOST_AHEAD:
        raise _refused(lowering, f"`{name}` of {count:g}", f"at most {_MOST_AHEAD} bars ahead", node)
    return Const(count, Kind.INT)


def _timestamp(lowering: Expressions, node: s.Call) -> Value:
    values = [(argument.name, lowering.expression(argument.value)) for argument in node.arguments]
    name, first = values[0]
    if len(values) == 1 and (name == "dateString" or (name is None and first.kind is Kind.STRING)):
        if not isinstance(first, Const):
            raise lowering.unsupported("`timestamp()` of a text that is no literal", node.span)
        return parse_timestamp(str(first.value), lambda what: _refused(lowering, what, _DATE_HINT, node))
    names = _DATE_ARGUMENTS if first.kind is Kind.STRING and name is None else _DATE_ARGUMENTS[1:]
    positional = [value for name, value in values if name is None]
    given = dict(zip(names, positional, strict=False)) | {name: value for name, value in values if name is not None}
    parts = [given.get(name, _ZERO) for name in _DATE_ARGUMENTS[1:]]
    return _each_zone(lowering, given.get("timezone", _EMPTY), lambda zone: _date(lowering, zone, parts), node)


_DATE_HINT: Final = 'as "2024-01-31", "2024-01-31T17:00:00+01:00" or "31 Jan 2024 17:00 +0100"'


def _date(lowering: Expressions, zone: Const | Node, parts: list[Value]) -> Value:
    """The time of a date: a constant where zone and date are, of the chart where they are the same on every bar."""
    known = [float(part.value) for part in parts if isinstance(part, Const)]
    if isinstance(zone, Const) and zone != _EMPTY and len(known) == len(parts):
        return Const(pine_timestamp(zone_table(str(zone.value)), *known), Kind.INT)
    if all(formula_of(part) is not None for part in parts):
        return market_node(lowering.graph, "timestamp", Kind.INT, zone, *parts)
    return lowering.operate("date.timestamp", Kind.INT, lowering.graph.node("zone", (zone,), Kind.FLOAT), *parts)


def _of_market(lowering: Expressions, name: str, value: Value, node: s.Call) -> Value:
    """``timeframe.in_seconds()`` and ``from_seconds()``, ``syminfo.prefix()`` and ``ticker()``."""
    if name == "timeframe.in_seconds":
        return _each_timeframe(lowering, value, lambda word: _seconds(lowering, word), node, seconds=True)
    if name == "timeframe.from_seconds":
        if isinstance(value, Const):
            seconds = float(value.value)
            return Const(from_seconds(seconds) if math.isfinite(seconds) else math.nan, Kind.STRING)
        if formula_of(value) is not None:
            return market_node(lowering.graph, name, Kind.STRING, value)
        if isinstance(value, Node) and value.op == "select":
            test, *choices = value.args
            return lowering.operate(
                "select", Kind.STRING, test, *(_of_market(lowering, name, choice, node) for choice in choices)
            )
        raise lowering.unsupported(f"`{name}()` of a number that is not known before a run", node.span)

    def part(symbol: Const | Node) -> Value:
        if isinstance(symbol, Const):
            prefix, _, ticker = str(symbol.value).rpartition(":")
            return Const(prefix if name == "syminfo.prefix" else ticker, Kind.STRING)
        return market_node(lowering.graph, name, Kind.STRING, symbol)

    return each_word(lowering, value, part, "a symbol", node.span)


def _seconds(lowering: Expressions, timeframe: Const | Node) -> Value:
    if timeframe != _EMPTY and isinstance(timeframe, Const):
        return Const(float(in_seconds(str(timeframe.value))), Kind.INT)
    return market_node(lowering.graph, "timeframe.in_seconds", Kind.INT, timeframe)


def zone_offset(lowering: Expressions, zone: Value | None, time: Value, node: s.Call) -> Value:
    """By how many ms a zone is ahead of UTC at a time; the zone of the chart where none is given."""

    def offset(word: Const | Node) -> Value:
        table = lowering.graph.node("zone", (word,), Kind.FLOAT)
        return lowering.operate("date.offset", Kind.INT, table, time)

    return _each_zone(lowering, _EMPTY if zone is None else zone, offset, node)


def _each_zone(lowering: Expressions, value: Value, make: Callable[[Const | Node], Value], node: s.Call) -> Value:
    def checked(word: Const | Node) -> Value:
        return make(_checked(lowering, word, "syminfo.timezone", lambda text: find_zone(text), node))

    return each_word(lowering, value, checked, "a time zone", node.span)


def _each_session(lowering: Expressions, value: Value, make: Callable[[Const | Node], Value], node: s.Call) -> Value:
    def checked(word: Const | Node) -> Value:
        return make(_checked(lowering, word, "", Session.parse, node))

    return each_word(lowering, value, checked, "a session", node.span)


def _each_timeframe(
    lowering: Expressions,
    value: Value,
    make: Callable[[Const | Node], Value],
    node: s.Call,
    *,
    seconds: bool = False,
) -> Value:
    """``seconds``: time frames below a minute will do."""

    def checked(word: Const | Node) -> Value:
        return make(checked_timeframe(lowering, word, node, seconds=seconds))

    return each_word(lowering, value, checked, "a time frame", node.span)


def checked_timeframe(
    lowering: Expressions, word: Const | Node, node: s.Call, *, seconds: bool = False
) -> Const | Node:
    """The word of a time frame, the empty one for the chart's own; NotCompiledError where a literal is none."""
    check: Callable[[str], object] = in_seconds if seconds else Timeframe.from_pine
    return _checked(lowering, word, "timeframe.period", check, node)


def _checked(
    lowering: Expressions, word: Const | Node, own: str, check: Callable[[str], object], node: s.Call
) -> Const | Node:
    """The word, the empty one where it is the chart's own; NotCompiledError where a literal is none."""
    if is_own(word, own):
        return _EMPTY
    if isinstance(word, Const):
        try:
            check(str(word.value))
        except PinewrightError as error:
            raise _refused(lowering, error.what, error.hint or "", node) from None
    return word


def _refused(lowering: Expressions, what: str, hint: str, node: s.Call) -> NotCompiledError:
    """The error of a call with an argument that TradingView refuses too."""
    finding = Diagnostic("PW902", f"{what}, line {node.span.line}", node.span, hint)
    return NotCompiledError(finding, frame(finding, lowering.source, "script"))


def _whole(value: Value) -> int:
    found = formula_of(value)
    return int(found) if isinstance(found, float) else 0
