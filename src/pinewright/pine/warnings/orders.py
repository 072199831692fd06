"""Orders that can never fill, or never do anything."""

from __future__ import annotations

from collections.abc import Iterator

from pinewright.pine import syntax as s
from pinewright.pine.binding import Binding
from pinewright.pine.diagnostics import Diagnostic
from pinewright.pine.types import Kind
from pinewright.pine.walking import walk
from pinewright.pine.warnings.facts import Facts, text_of, warning

_LEVELS = ("profit", "limit", "loss", "stop", "trail_price", "trail_points")


def orders(facts: Facts) -> Iterator[Diagnostic]:
    """PW506."""
    entries = _entry_ids(facts)
    for name, call, binding in facts.called("strategy.entry", "strategy.order", "strategy.exit", "strategy.close"):
        yield from _quantity(call, binding)
        if name == "strategy.exit":
            yield from _exit(call, binding, facts)
        asked = {"strategy.exit": "from_entry", "strategy.close": "id"}.get(name)
        text = text_of(binding.arguments.get(asked)) if asked else None
        if text and entries is not None and text not in entries:
            message = f'No entry has the id "{text}": this {name}() never does anything'
            hint = f"ids of entries here: {', '.join(repr(one) for one in sorted(entries)) or 'none'}"
            yield warning("PW506", message, call.function.span, hint)
    yield from _never(facts)


def _entry_ids(facts: Facts) -> frozenset[str] | None:
    """Ids of all entries; None where one is not a literal."""
    found = set()
    for _, _, binding in facts.called("strategy.entry", "strategy.order"):
        text = text_of(binding.arguments.get("id"))
        if text is None:
            return None
        found.add(text)
    return frozenset(found)


def _quantity(call: s.Call, binding: Binding) -> Iterator[Diagnostic]:
    given = binding.arguments.get("qty")
    if isinstance(given, s.Literal) and given.value == 0:
        yield warning(
            "PW506", "An order of quantity 0 is never placed", given.span, "give a quantity, or leave qty out"
        )


def _exit(call: s.Call, binding: Binding, facts: Facts) -> Iterator[Diagnostic]:
    given = [binding.arguments[key] for key in _LEVELS if key in binding.arguments]
    kinds = [facts.types.get(id(node)) for node in given]
    if all(kind is not None and kind.kind is Kind.NA for kind in kinds):
        message = "strategy.exit() without a level never leaves: it has no limit, stop, profit, loss or trailing stop"
        yield warning("PW506", message, call.function.span, "give a level; to leave at the market use strategy.close()")
        return
    trails = [key for key in ("trail_price", "trail_points") if key in binding.arguments]
    if trails and "trail_offset" not in binding.arguments:
        message = f"{trails[0]} without trail_offset never makes a trailing stop"
        yield warning("PW506", message, call.function.span, "add trail_offset, in ticks")


def _never(facts: Facts) -> Iterator[Diagnostic]:
    """Orders under a condition that is written false."""
    for node in facts.nodes:
        if not isinstance(node, s.If) or not isinstance(node.condition, s.Literal) or node.condition.value is not False:
            continue
        if any(facts.calls.get(id(inner), "").startswith("strategy.") for inner in walk(node.then)):
            message = "The condition is always false: the orders below are never placed"
            yield warning("PW506", message, node.condition.span, "write the condition that is meant")
