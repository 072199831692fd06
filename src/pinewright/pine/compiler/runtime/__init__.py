"""What compiled scripts call: Pine's tolerant comparisons, arithmetic with na, and functions of past values.

Written in the kernel language. na is NaN and spreads through arithmetic; a comparison with na is false. A window keeps
its values in a log, one entry for each execution, so that a call inside a block advances only when it runs; ``s``
points at its state slots, zero at first. ``size`` is the number of bars: a log has one place more. Lengths arrive as
whole numbers; what is no positive length gives na, and so does a window longer than the log. Facts marked PyneCore
were measured on TradingView by the authors of PyneCore 6.11 (Apache-2.0).
"""

from __future__ import annotations

from typing import Final

from pinewright.machine.kernel import Function
from pinewright.pine.compiler.runtime import arithmetic, dates, events, extremes, ordered, ranks, rolling, sums, weights
from pinewright.pine.compiler.runtime.events import window_cross, window_crosses

HELPERS: Final[dict[str, object]] = {
    name: value
    for module in (arithmetic, dates, events, extremes, ordered, ranks, rolling, sums, weights)
    for name, value in vars(module).items()
    if isinstance(value, Function) and name.startswith(("pine_", "window_"))
}
"""Every function by its name."""

__all__ = ["HELPERS", "window_cross", "window_crosses"]
