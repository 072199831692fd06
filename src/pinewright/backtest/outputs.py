"""The run of a program without orders: its step writes outputs into buffers, bar by bar."""

from __future__ import annotations

from pinewright.backtest.halting import halted
from pinewright.backtest.loop import begin, clear
from pinewright.backtest.script import step
from pinewright.backtest.state import BarView, Broker
from pinewright.machine.kernel import Columns, Floats, kernel


@kernel
def run_series(v: BarView, p: Floats, c: Columns, s: Floats, slots: int, h: Columns, b: Broker) -> None:
    """Runs the script over all bars, or up to the one on which it fails."""
    begin(b, v)
    clear(s, slots)
    for i in range(v.n):
        step(v, i, p, c, s, h, b)
        if b.heap.room > 0 and halted(v, b, s, h, i):
            return
