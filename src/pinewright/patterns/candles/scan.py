"""The kernel: every asked pattern over all bars, a loop of its own for each rule."""

from __future__ import annotations

from functools import cache
from typing import Final

from pinewright.machine.kernel import Bools, Columns, Floats, Module, Native, compile_module, source_key
from pinewright.patterns.candles import several_bars, single_bar
from pinewright.patterns.candles.catalogue import RULES
from pinewright.pine.compiler.runtime import arithmetic

NAMES: Final = tuple(dict.fromkeys(item.rule for item in RULES.values()))
"""Names of the rules; a rule's number is its place here."""


def loop_text(rule: str) -> str:
    """A function that asks one rule for the bars from ``first`` on: the rule is inlined into its loop."""
    return f"""
def scan_{rule}(first: int, n: int, c: Columns, v: Floats, fired: Bools) -> None:
    for i in range(first, n):
        fired[i] = {rule}(c, i, v)
"""


@cache
def native() -> Native:
    """The compiled loops, ``scan_RULE`` each."""
    text = "".join(loop_text(rule) for rule in NAMES)
    key = source_key(single_bar, several_bars, arithmetic) + text
    return compile_module(lambda: _module(text), [f"scan_{rule}" for rule in NAMES], key=key)


def _module(text: str) -> Module:
    rules = {**vars(single_bar), **vars(several_bars)}
    names = {rule: rules[rule] for rule in NAMES}
    module = Module("candles")
    module.add_source(text, {**names, "Columns": Columns, "Floats": Floats, "Bools": Bools})
    return module
