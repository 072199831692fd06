"""``ticker.*``: words that name a symbol with its kind of bars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pinewright.pine import syntax as s
from pinewright.pine.binding import bind
from pinewright.pine.builtins import Function
from pinewright.pine.compiler.graph import Const, Node, Value
from pinewright.pine.compiler.market import each_word, joined, market_variable
from pinewright.pine.types import Kind
from pinewright.program import HEIKIN_ASHI

if TYPE_CHECKING:
    from pinewright.pine.compiler.expressions import Expressions

_SAME: Final = {"ticker.standard": "symbol", "ticker.modify": "tickerid", "ticker.inherit": "symbol"}
"""Functions that give the symbol of an argument: sessions and adjustments change nothing for currencies and coins."""


def ticker_call(lowering: Expressions, function: Function, node: s.Call) -> Value:
    """The symbol that a call of ``ticker.*`` names."""
    name = function.name
    given = {key: lowering.expression(value) for key, value in bind(function, node).arguments.items()}
    if name == "ticker.new":
        prefix = _together(lowering, given["prefix"], Const(":", Kind.STRING), node)
        return _together(lowering, prefix, given["ticker"], node)
    symbol = given.get(_SAME.get(name, "symbol"))
    if symbol is None:
        symbol = market_variable(lowering.graph, "syminfo.tickerid", lowering.version)
    assert symbol is not None

    def named(word: Const | Node) -> Value:
        plain = _plain(word)
        return plain if name in _SAME else _together(lowering, Const(HEIKIN_ASHI, Kind.STRING), plain, node)

    return each_word(lowering, symbol, named, f"a symbol of `{name}()`", node.span)


def _together(lowering: Expressions, left: Value, right: Value, node: s.Call) -> Const | Node:
    """Two texts that the engine knows before it runs, as one."""
    found = joined(lowering.graph, left, right)
    if found is None:
        raise lowering.unsupported("a symbol that is put together while the script runs", node.span)
    return found


def _plain(word: Const | Node) -> Const | Node:
    """The symbol of a word with ordinary bars."""
    if isinstance(word, Const):
        return Const(str(word.value).removeprefix(HEIKIN_ASHI), Kind.STRING)
    if word.op == "market" and word.args[:2] == (Const("cat", Kind.STRING), Const(HEIKIN_ASHI, Kind.STRING)):
        symbol = word.args[2]
        assert isinstance(symbol, Const | Node)
        return symbol
    return word
