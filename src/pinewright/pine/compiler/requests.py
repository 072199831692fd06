"""The ``request.*`` calls of a script: programs over other bars, and the columns that their outputs fill.

A call becomes a node ``request`` for each output, the same wherever the script reads it. Where symbol, time frame or an
option is chosen (an input with options, a condition), each choice is a request of its own and the value chooses among
their columns.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from pinewright.pine import syntax as s
from pinewright.pine.binding import bind
from pinewright.pine.builtins import Function
from pinewright.pine.compiler.clock import checked_timeframe
from pinewright.pine.compiler.context import Context, in_context
from pinewright.pine.compiler.graph import Code, Const, Items, Node, Value, kept_type
from pinewright.pine.compiler.market import each_word, is_own, known_word, word_of
from pinewright.pine.types import Kind, Type
from pinewright.program import RATE, Program, Request, RequestColumn, RequestPart, Seen, Word

if TYPE_CHECKING:
    from pinewright.pine.compiler.lower import Lowering

LOWER: Final = "request.security_lower_tf"
_WORDS: Final = ("symbol", "timeframe", "gaps", "lookahead", "currency")
_NONE: Final = Const("", Kind.STRING)
_DEEPEST: Final = 8
"""Requests inside requests: a function that asks for itself has no end."""


@dataclass(frozen=True)
class Asked:
    """A context and the bars that it is asked of; fields as in ``program.Request``."""

    context: Context
    symbol: Word
    timeframe: Word
    seen: Seen
    gaps: bool
    most: int | None
    currency: Word
    function: str
    line: int


class Requests:
    """The requests of one script and of the contexts inside them, each with a number."""

    def __init__(self) -> None:
        self._contexts: dict[tuple[int, ...], Context] = {}
        self._numbers: dict[tuple[object, ...], int] = {}
        self._all: list[Asked] = []
        self._finished: dict[int, Request] = {}

    def call(self, lowering: Lowering, function: Function, node: s.Call) -> Value:
        """The value of a request."""
        given = bind(function, node).arguments
        if function.name == RATE:
            return self._rate(lowering, given, node)
        context = self._context(lowering, node, given["expression"], function.name)
        words = [lowering.expression(given[name]) if name in given else _NONE for name in _WORDS]
        words[1] = _NONE if words[1].kind is Kind.NA else words[1]
        most = _most(lowering, given.get("calc_bars_count"), node)

        def number(symbol: Const | Node, timeframe: Const | Node, *options: Const | Node) -> int:
            gaps, lookahead, currency = map(known_word, options)
            seen = Seen.OPENED if lookahead == "barmerge.lookahead_on" else Seen.CLOSED
            if seen is Seen.OPENED and context.present and not is_own(timeframe, "timeframe.period"):
                lowering.warn(
                    f"`{function.name}()` with lookahead_on shows at the open of a longer bar what only its close"
                    " tells: trades on past bars know the future"
                )
            timeframe = checked_timeframe(lowering, timeframe, node)
            money = currency.removeprefix("currency.") if isinstance(currency, str) else currency
            return self._number(
                Asked(
                    context=context,
                    symbol=known_word(symbol),
                    timeframe=known_word(timeframe),
                    seen=seen,
                    gaps=gaps == "barmerge.gaps_on",
                    most=most,
                    currency="" if money == "NONE" else money,
                    function=function.name,
                    line=node.span.line,
                )
            )

        outputs = range(len(context.kinds))
        if function.name == LOWER:
            if not all(isinstance(word, Const | Node) and word_of(word) is not None for word in words):
                raise lowering.unsupported(f"`{LOWER}()` of a symbol or time frame that is chosen", node.span)
            asked = number(*(word for word in words if isinstance(word, Const | Node)))
            found = [self._array(lowering, asked, output) for output in outputs]
        else:
            found = [
                _each(lowering, words, lambda *chosen, k=output: self._node(lowering, number(*chosen), k), node)
                for output in outputs
            ]
        return Items(tuple(found)) if context.is_tuple else found[0]

    def column(self, node: Node, build: Callable[[Context], Program]) -> RequestColumn:
        """The column of a ``request`` node; ``build`` finishes the program of a context."""
        number, output, part = (str(arg.value) for arg in node.args if isinstance(arg, Const))
        asked = self._all[int(number)]
        if int(number) not in self._finished:
            self._finished[int(number)] = Request(
                symbol=asked.symbol,
                timeframe=asked.timeframe,
                program=build(asked.context),
                seen=asked.seen,
                gaps=asked.gaps,
                most=asked.most,
                currency=asked.currency,
                function=asked.function,
                line=asked.line,
            )
        return RequestColumn(
            request=self._finished[int(number)],
            part=RequestPart(part),
            output=int(output),
            inputs=tuple(sorted(node.deps)),
            empty=0.0 if node.kind is Kind.BOOL else math.nan,
            text=node.kind is Kind.STRING,
        )

    def _context(self, lowering: Lowering, node: s.Call, expression: s.Expression, called: str) -> Context:
        path = (*lowering.path, node)
        key = (id(lowering), *map(id, path))
        if key not in self._contexts:
            if lowering.depth >= _DEEPEST:
                raise lowering.unsupported(f"`{called}()` {_DEEPEST} deep in other requests", node.span)
            self._contexts[key] = in_context(lowering, path, expression, called)
        return self._contexts[key]

    def _number(self, asked: Asked) -> int:
        key = (id(asked.context), *(value for name, value in vars(asked).items() if name != "context"))
        if key not in self._numbers:
            self._numbers[key] = len(self._all)
            self._all.append(asked)
        return self._numbers[key]

    def _node(self, lowering: Lowering, number: int, output: int, part: RequestPart = RequestPart.VALUE) -> Node:
        context = self._all[number].context
        is_value = part in (RequestPart.VALUE, RequestPart.RAW)
        kind = context.kinds[output] if is_value else Kind.INT
        words = tuple(Const(str(word), Kind.STRING) for word in (number, output, part.value))
        three = is_value and context.three[output]
        return lowering.graph.node("request", words, kind, own=context.inputs[output], stateful=True, three=three)

    def _array(self, lowering: Lowering, number: int, output: int) -> Value:
        """The values within the bar, as a new array."""
        values, begin, end = (
            self._node(lowering, number, output, part) for part in (RequestPart.RAW, RequestPart.BEGIN, RequestPart.END)
        )
        column = lowering.columns.column(values)
        lowering.body.reads.add(column)
        lowering.body.at(lowering.place.line)
        text = f"array_taken(m, c[{column}], {lowering.text(begin)}, {lowering.text(end)})"
        element = kept_type(values) or Type(values.kind)
        return Code(lowering.body.local(text), Kind.ARRAY, Type(Kind.ARRAY, items=(element,)))

    def _rate(self, lowering: Lowering, given: dict[str, s.Expression], node: s.Call) -> Value:
        """A rate: the last daily close of the pair that was there when the bar opened."""
        words = [lowering.expression(given[name]) for name in ("from", "to")]

        def rate(*pair: Const | Node) -> Value:
            source, target = (str(known_word(word)).removeprefix("currency.") for word in pair)
            if not all(isinstance(word, Const) for word in pair):
                raise lowering.unsupported(f"`{RATE}()` of a currency that the chart tells", node.span)
            if source == target:
                return Const(1.0, Kind.FLOAT)
            context = self._context(lowering, node, s.Name("close"), RATE)
            symbol = f"{source}/{target}"
            asked = Asked(context, symbol, "1D", Seen.BEFORE, False, None, "", RATE, node.span.line)
            return self._node(lowering, self._number(asked), 0)

        return _each(lowering, words, rate, node)


def _each(lowering: Lowering, values: Sequence[Value], make: Callable[..., Value], node: s.Call) -> Value:
    """What ``make`` makes of several words; where some are chosen, a choice of what it makes of each."""
    if not values:
        return make()
    what = "a request's symbol, time frame or option"
    return each_word(
        lowering,
        values[0],
        lambda word: _each(lowering, values[1:], lambda *rest: make(word, *rest), node),
        what,
        node.span,
    )


def _most(lowering: Lowering, given: s.Expression | None, node: s.Call) -> int | None:
    """The number of bars that a request is cut to."""
    value = lowering.expression(given) if given is not None else Const(math.nan, Kind.NA)
    if not isinstance(value, Const):
        raise lowering.unsupported("`calc_bars_count` that is no literal", node.span)
    number = float(value.value)
    return None if math.isnan(number) else int(number)
