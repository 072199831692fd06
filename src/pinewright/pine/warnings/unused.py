"""Inputs that the dialog shows and nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from pinewright.pine import syntax as s
from pinewright.pine.diagnostics import Diagnostic
from pinewright.pine.warnings.facts import Facts, warning

_HINT = "use it, or take it away: a search would turn it and nothing would change"


def unused(facts: Facts) -> Iterator[Diagnostic]:
    """PW505: an input whose variable nothing reads."""
    for node in facts.tree.statements:
        if not isinstance(node, s.Declaration) or node.name in facts.used:
            continue
        name = facts.calls.get(id(node.value), "")
        if name == "input" or name.startswith("input."):
            yield warning("PW505", f'The input "{node.name}" changes nothing: nothing reads it', node.name_span, _HINT)
