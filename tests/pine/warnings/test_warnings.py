"""Warnings: each comes where money is at stake, and stays away where it is not (the rule pages have one pair each)."""

from __future__ import annotations

import pytest

from pinewright.pine.checker import check
from pinewright.pine.diagnostics import Severity

INDICATOR = '//@version=6\nindicator("t")\n'
STRATEGY = (
    '//@version=6\nstrategy("t", initial_capital = 1000, default_qty_type = strategy.fixed, default_qty_value = 1, '
    "margin_long = 0, margin_short = 0)\n"
)

FOUND = {
    "lookahead of a formula": (
        INDICATOR + 'x = request.security("A", "D", ta.sma(close, 3), lookahead = barmerge.lookahead_on)',
        ["PW501"],
    ),
    "lookahead, one item of a tuple shifted": (
        INDICATOR + '[a, b] = request.security("A", "D", [close[1], open], lookahead = barmerge.lookahead_on)',
        ["PW501"],
    ),
    "the running bar": (INDICATOR + 'x = request.security("A", "D", close)', ["PW502"]),
    "the future": (INDICATOR + "x = close[-1]", ["PW503"]),
    "memory in a branch": (INDICATOR + "x = 0.0\nif close > open\n    x := ta.ema(close, 5)", ["PW504"]),
    "memory behind and": (INDICATOR + "x = close > open and ta.crossover(close, open)", ["PW504"]),
    "memory in a choice": (INDICATOR + "x = close > open ? ta.ema(close, 5) : 0.0", ["PW504"]),
    "memory in a switch": (
        INDICATOR + "x = switch\n    close > open => ta.ema(close, 5)\n    => 0.0",
        ["PW504"],
    ),
    "memory in a function of the script": (
        INDICATOR + "f(int n) => ta.ema(close, n)\nx = close > open ? f(3) : 0.0",
        ["PW504"],
    ),
    "a variable that is hidden": (INDICATOR + "n = 0\nif close > open\n    n = 1\nplot(n)", ["PW510"]),
    "an input nobody reads": (INDICATOR + "n = input.int(3)\nplot(close)", ["PW505"]),
    "an exit without a level": (STRATEGY + 'strategy.entry("L", strategy.long)\nstrategy.exit("X", "L")', ["PW506"]),
    "an exit whose levels are na": (
        STRATEGY + 'strategy.entry("L", strategy.long)\nstrategy.exit("X", "L", stop = na)',
        ["PW506"],
    ),
    "an exit of an entry that is not there": (
        STRATEGY + 'strategy.entry("L", strategy.long)\nstrategy.exit("X", "Long", stop = low)',
        ["PW506"],
    ),
    "a close of an entry that is not there": (
        STRATEGY + 'strategy.entry("L", strategy.long)\nstrategy.close("Long")',
        ["PW506"],
    ),
    "a trailing stop without its distance": (
        STRATEGY + 'strategy.entry("L", strategy.long)\nstrategy.exit("X", "L", trail_points = 10)',
        ["PW506"],
    ),
    "nothing to buy": (STRATEGY + 'strategy.entry("L", strategy.long, qty = 0)', ["PW506"]),
    "never": (STRATEGY + 'if false\n    strategy.entry("L", strategy.long)', ["PW506"]),
    "everything left to the version": ('//@version=6\nstrategy("t")\nplot(close)', ["PW507"]),
    "every tick": (STRATEGY.replace(")\n", ", calc_on_every_tick = true)\n") + "plot(close)", ["PW508"]),
    "a live name above an order": (
        STRATEGY + 'live = barstate.isrealtime\nif live\n    strategy.entry("L", strategy.long)',
        ["PW508"],
    ),
    "varip": (STRATEGY + "varip int n = 0\nplot(n)", ["PW508"]),
}

SILENT = {
    "lookahead of a shifted value": INDICATOR
    + 'x = request.security("A", "D", close[1], lookahead = barmerge.lookahead_on)',
    "lookahead of a variable that is shifted": INDICATOR
    + 'before = close[1]\nx = request.security("A", "D", before, lookahead = barmerge.lookahead_on)',
    "the chart's own time frame": INDICATOR + "x = request.security(syminfo.tickerid, timeframe.period, close)",
    "confirmed bars": INDICATOR + 'x = barstate.isconfirmed ? request.security("A", "D", close) : na',
    "a branch by an input": INDICATOR + "x = input.bool(true) ? ta.ema(close, 5) : ta.sma(close, 5)",
    "a branch by the symbol": INDICATOR + 'x = 0.0\nif syminfo.type == "forex"\n    x := ta.ema(close, 5)',
    "memory on the left of and": INDICATOR + "x = ta.crossover(close, open) and close > open",
    "an input used in a function": INDICATOR + "n = input.int(3)\nf() => n * 2\nplot(f())",
    "an exit for all entries": STRATEGY + 'strategy.entry("L", strategy.long)\nstrategy.exit("X", stop = low)',
    "ids that are put together": STRATEGY
    + 'id = "L" + str.tostring(bar_index)\nstrategy.entry(id, strategy.long)\nstrategy.close("L1")',
    "a live name in a plot": STRATEGY + "plot(barstate.isrealtime ? 1 : 0)",
    "a variable of a block that is another": INDICATOR
    + 'n = "a"\nif close > open\n    n = 1\n    label.new(n, 1)\nprint = n',
    "a variable that changes too": INDICATOR + "n = 0\nif close > open\n    n = 1\nelse\n    n := 2\nplot(n)",
    "a variable of a function": INDICATOR + "n = 0\nf() =>\n    n = 1\n    n\nplot(n + f())",
    "an indicator on every tick": INDICATOR + "varip int n = 0\nplot(n)",
}


def warned(source: str) -> list[str]:
    checked = check(source + "\n")
    assert checked.ok, checked.diagnostics
    return [item.code for item in checked.diagnostics if item.severity is Severity.WARNING]


@pytest.mark.parametrize("name", FOUND)
def test_the_warning_comes(name: str) -> None:
    source, codes = FOUND[name]
    assert warned(source) == codes


@pytest.mark.parametrize("name", SILENT)
def test_no_warning_comes(name: str) -> None:
    assert warned(SILENT[name]) == []


def test_a_script_with_errors_gets_errors_alone() -> None:
    found = check('//@version=6\nstrategy("t")\nx = clse\n').diagnostics
    assert [item.code for item in found] == ["PW101"]


def test_v5_evaluates_both_sides_of_and() -> None:
    source = '//@version=5\nindicator("t")\nx = close > open and ta.crossover(close, open)'
    assert warned(source) == []
