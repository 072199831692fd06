"""What a script's own native code gives to the loop; ``code`` compiles it from ``Program.text``."""

from __future__ import annotations

from pinewright.backtest.state import BarView, Broker
from pinewright.machine.kernel import Columns, Floats, declare

step = declare("step", (BarView, int, Floats, Columns, Floats, Columns, Broker), None)
"""The script: ``Program.text`` defines it."""

fill_column = declare("fill_column", (int, BarView, Floats, Columns, Floats, Floats, Columns, int), None)
"""Calls the column function of that number; ``code`` writes it from the table of columns."""

ahead = declare("ahead", (BarView, int, int, Floats, Columns, float, float), int)
"""Number of the first bar from the second argument on on which the script may act or the price leaves the open range of
the last two; the third argument where there is none before it. ``code`` writes it from ``Program.text``'s ``acts``."""
