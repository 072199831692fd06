"""Pine scripts over bars written by hand: the broker's rules as a script meets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pinewright.backtest.engine import Engine
from pinewright.market import Bars, FloatArray, Symbol, Trade, Trades
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script
from pinewright.program import Program

from .support import TEST, cache_folder

FINE = replace(TEST, mintick=0.01, quantity_step=1e-6)
"""The test symbol with ticks and steps that round nothing away."""
FREE = "margin_long = 0, margin_short = 0"
FIXED = f"initial_capital = 10000, default_qty_type = strategy.fixed, default_qty_value = 1, {FREE}"


def program(body: str, arguments: str = "", version: int = 6, account: str = FIXED) -> Program:
    """A strategy of that body; errors of the script fail the test."""
    head = f'//@version={version}\nstrategy("t", {", ".join(filter(None, (account, arguments)))})\n'
    checked = check(head + body + "\n")
    assert checked.ok, checked.diagnostics
    return compile_script(checked)


def engine(found: Program, over: Bars, others: Sequence[Bars] = ()) -> Engine:
    return Engine(found, over, cache_dir=cache_folder(), others=others)


def trades(
    body: str, over: Bars, arguments: str = "", *, version: int = 6, account: str = FIXED, inputs: Sequence[float] = ()
) -> list[Trade]:
    """The trades that a script makes."""
    return list(all_trades(body, over, arguments, version=version, account=account, inputs=inputs))


def all_trades(
    body: str, over: Bars, arguments: str = "", *, version: int = 6, account: str = FIXED, inputs: Sequence[float] = ()
) -> Trades:
    """The same as columns."""
    return engine(program(body, arguments, version, account), over).trades(list(inputs), first=0)


def values(
    expressions: Sequence[str], body: str, over: Bars, arguments: str = "", *, at: int, version: int = 6
) -> FloatArray:
    """What expressions are worth at the close of bar ``at``: each is the size of an order, 1000 added.

    The order fills on the next bar, so there must be one; na counts as -999. A first order leaves nothing to be closed.
    """
    found = [f"v{k} = {text}" for k, text in enumerate(expressions)]
    orders = [f'    strategy.order("Q{k}", strategy.long, qty = 1000 + nz(v{k}, -999))' for k in range(len(found))]
    first = [f"if bar_index == {at}", '    strategy.order("first", strategy.long, qty = 100000)']
    made = all_trades("\n".join([body, *found, *first, *orders]), over, arguments, version=version)
    sizes = dict(zip(made.entry_signal, made.quantity, strict=True))
    return np.array([sizes.get(f"Q{k}", np.nan) - 1000 for k in range(len(expressions))])


def symbol(name: str, base: str, quote: str) -> Symbol:
    return replace(FINE, name=name, base=base, quote=quote)
