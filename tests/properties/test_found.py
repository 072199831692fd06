"""Scripts on which the native code and the interpreter once differed, reduced."""

from __future__ import annotations

import pytest

from ..pine.compiler.support import agree, case, compiled, compiled_as_python, random_bars

FOUND = {
    "the title of a member of an enum that a variable keeps": """//@version=6
strategy("s")
enum E
    a = "first"
    b = "second"
kept(float x) =>
    var E last = E.a
    if x > close[1]
        last := E.b
    last
chosen(float x) => x > open ? E.a : E.b
shown(E e) => str.tostring(e) + "!"
var E first = close > open ? E.b : E.a
E now = kept(close)
E last = na
if bar_index % 3 == 1
    last := chosen(high - 1)
strategy.order(str.tostring(first), strategy.long, comment = str.tostring(now))
strategy.order(shown(now[1]), strategy.long, comment = str.tostring(first[2]))
strategy.order(str.tostring(chosen(close)), strategy.long, comment = str.tostring(last))
members = array.from(first, now)
strategy.order(str.tostring(members.get(1)), strategy.long, comment = shown(chosen(low + 1)))
""",
    "an index that is the quotient of two ints is cut, below zero too": """//@version=6
strategy("s")
a = array.from(10.0, 20.0, 30.0)
b = array.from(1.0, 2.0, 3.0)
b.set((bar_index - 9) / 4, 7)
a.insert((bar_index - 9) / 4, 5)
a.fill(0.5, (bar_index % 5) / 4, 2)
strategy.order("a", strategy.long, qty = b.get((bar_index - 7) / 4), limit = a.sum(), stop = b.sum())
c = array.new<float>((bar_index - 3) / 2 + 2, 1.0)
strategy.order("b", strategy.long, qty = c.size(), limit = str.length(str.substring("abcdef", bar_index / 7, 4)))
""",
    "the line of the first failure of a bar": """//@version=6
strategy("s")
var a = array.new<float>(3, 3)
strategy.order("a", strategy.long, qty = a.get(bar_index))
strategy.order("b", strategy.long, qty = a.get(bar_index * 2))
strategy.order("c", strategy.long, qty = a.sum())
""",
}


@pytest.mark.parametrize("name", FOUND)
def test_they_agree(name: str) -> None:
    of = case(FOUND[name], random_bars(1, 40))
    assert len(agree(of, compiled_as_python)) == len(agree(of, compiled)) > 3


def test_the_time_frame_of_no_number_of_seconds_is_na() -> None:
    source = """//@version=6
strategy("s")
a = timeframe.from_seconds(int(na))
b = timeframe.from_seconds(int(na) * timeframe.multiplier)
strategy.order("a", strategy.long, qty = na(a) ? 1 : 0, limit = str.length(b), comment = a)
"""
    of = case(source, random_bars(1, 2))
    rows = compiled(of)
    assert repr(rows[0]) == "(0, 'order', ('a', 1.0, 1.0, nan, nan, None, 0.0, None))"
    assert len(rows) == 2
