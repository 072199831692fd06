"""Data of other time frames that a live chart could not have known or shows before it is final; the future."""

from __future__ import annotations

from collections.abc import Iterator

from pinewright.pine import syntax as s
from pinewright.pine.binding import dotted_name
from pinewright.pine.diagnostics import Diagnostic
from pinewright.pine.walking import walk
from pinewright.pine.warnings.facts import Facts, text_of, warning


def requests(facts: Facts) -> Iterator[Diagnostic]:
    """PW501, PW502 and PW503."""
    confirmed = any(dotted_name(node) == "barstate.isconfirmed" for node in facts.nodes if isinstance(node, s.Member))
    for _, call, binding in facts.called("request.security"):
        expression = binding.arguments.get("expression")
        if expression is None or _own_timeframe(binding.arguments.get("timeframe")) or _is_shifted(expression, facts):
            continue
        lookahead = binding.arguments.get("lookahead")
        if lookahead is not None and dotted_name(lookahead) == "barmerge.lookahead_on":
            message = "lookahead_on without [1] shows the close of a bar of the higher time frame when that bar opens"
            hint = "shift the expression by one bar: close[1]; else every trade on past bars knows the future"
            yield warning("PW501", message, call.function.span, hint)
        elif not confirmed:
            message = (
                "the bar of the higher time frame is not final while it runs: live values change, past ones do not"
            )
            hint = "request the last final value: expression[1] with lookahead = barmerge.lookahead_on"
            yield warning("PW502", message, call.function.span, hint)
    for node in facts.nodes:
        if isinstance(node, s.Index) and _is_negative(node.offset):
            message = "a negative offset reads a bar that is not there yet"
            yield warning(
                "PW503", message, node.offset.span, "the past has offsets from 0 upwards: close[1] is the bar before"
            )


def _own_timeframe(node: s.Expression | None) -> bool:
    """Whether the time frame asked for is the chart's own."""
    return node is None or text_of(node) == "" or dotted_name(node) == "timeframe.period"


def _is_shifted(node: s.Expression, facts: Facts) -> bool:
    """Whether the past is read somewhere in the expression, or nobody here can tell."""
    if isinstance(node, s.Tuple):
        return all(_is_shifted(item, facts) for item in node.items)
    for inner in walk(node):
        if isinstance(inner, s.Index) and not _is_zero(inner.offset):
            return True
        if isinstance(inner, s.Call) and id(inner) not in facts.calls:
            return True  # a function of the script: what it reads is not looked into
        if isinstance(inner, s.Name) and inner.name in facts.values:
            value = facts.values[inner.name]
            if isinstance(value, s.Index) and not _is_zero(value.offset):
                return True
    return False


def _is_zero(node: s.Expression) -> bool:
    return isinstance(node, s.Literal) and node.value == 0


def _is_negative(node: s.Expression) -> bool:
    return (
        isinstance(node, s.Unary)
        and node.operator == "-"
        and isinstance(node.operand, s.Literal)
        and not _is_zero(node.operand)
    )
