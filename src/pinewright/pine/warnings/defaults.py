"""Arguments of ``strategy()`` that a version of Pine decides when the script does not."""

from __future__ import annotations

from collections.abc import Iterator

from pinewright.pine.diagnostics import Diagnostic
from pinewright.pine.warnings.facts import Facts, warning

_BY_VERSION = {
    "initial_capital": "1,000,000, in v6 since October 2026 said to be 100,000",
    "default_qty_type": "strategy.fixed, in v6 since October 2026 said to be strategy.percent_of_equity",
    "default_qty_value": "1, in v6 since October 2026 said to be 100",
    "margin_long": "0 in v5, 100 in v6",
    "margin_short": "0 in v5, 100 in v6",
}


def defaults(facts: Facts) -> Iterator[Diagnostic]:
    """PW507: one warning a script, with everything that is left open."""
    for _, call, binding in facts.called("strategy"):
        missing = [name for name in _BY_VERSION if name not in binding.arguments]
        if missing:
            message = f"strategy() leaves to the version of Pine: {', '.join(missing)}"
            told = "; ".join(f"{name}: {_BY_VERSION[name]}" for name in missing)
            yield warning("PW507", message, call.function.span, f"write them out, so that trades stay. {told}")
