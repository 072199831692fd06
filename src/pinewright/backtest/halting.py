"""A script that works on objects in the heap: what ends its run early, and when memory is collected.

``RunError`` says what happened, in words of the heap's functions.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from pinewright.backtest.state import BarView, Broker
from pinewright.errors import BacktestError
from pinewright.machine.heap import Failure, HeapStore, failure_text, pine_name
from pinewright.machine.heap.collect import collect
from pinewright.machine.kernel import Columns, Floats, kernel
from pinewright.market import Bars

HINTS: Final = {
    Failure.FULL_CELLS: "keep fewer elements, or test a shorter time",
    Failure.FULL_OBJECTS: "keep fewer objects, or test a shorter time",
    Failure.STEP_LIMIT: "a loop that does not end? TradingView stops a loop after half a second",
}


@dataclass(frozen=True)
class RunError:
    """What ended the run of one set of inputs.

    text: in words; line: of the script, 1-based, 0 where it is not known; bar: number of the bar.
    """

    failure: Failure
    text: str
    line: int
    bar: int

    def raised(self, bars: Bars) -> BacktestError:
        """The error of a run over these bars, with line, bar and time."""
        zone = ZoneInfo(bars.symbol.timezone)
        time = datetime.fromtimestamp(int(bars.time[self.bar]) / 1000, UTC).astimezone(zone)
        bar = f"bar {self.bar:,} ({time.isoformat(sep=' ', timespec='minutes')})"
        where = f"line {self.line}, {bar}" if self.line else bar
        return BacktestError(self.text, where=where, hint=HINTS.get(self.failure), code="script-failed")


def run_error(store: HeapStore) -> RunError:
    """What ended the run that has just failed."""
    heap = store.heap[0]
    failure = store.failure
    a, b = float(heap["detail_a"]), float(heap["detail_b"])
    if failure is Failure.RAISED:
        text = store.text(a) if a == a else "NaN"
    else:
        text = failure_text(failure, pine_name(int(heap["call"])), a, b)
    return RunError(failure, text, int(heap["line"]), int(heap["bar"]))


@kernel(inline=True)
def halted(v: BarView, b: Broker, s: Floats, h: Columns, i: int) -> bool:
    """Whether the script has failed on bar i; collects memory where a good part of it is used up."""
    m = b.heap
    if m.error == 0 and (m.top > m.limit or m.living > m.living_limit):
        collect(m, s, h, i + 1)
    if m.error == 0:
        return False
    m.bar = i + v.origin
    return True
