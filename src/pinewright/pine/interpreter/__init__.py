"""The second opinion on the compiler: a plain, slow interpreter over the tree of a checked script, bar by bar.

    run = Interpreter(check(source), bars, watch=("signal",))
    for outcome in run.bars():
        outcome.commands, outcome.values

It shares the parser, the checker and the table of functions with the compiler, and nothing else: values, indicators
and the order of evaluation are written a second time, straight from Pine's rules.
"""

from __future__ import annotations

from pinewright.pine.interpreter.account import Account, BarOutcome, NoAccount, OrderCommand
from pinewright.pine.interpreter.objects import Failed
from pinewright.pine.interpreter.walker import Interpreter

__all__ = ["Account", "BarOutcome", "Failed", "Interpreter", "NoAccount", "OrderCommand"]
