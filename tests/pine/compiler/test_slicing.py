"""What reaches an order is compiled; the rest is left out, whatever it holds."""

from __future__ import annotations

import pytest

from pinewright.errors import PineUnsupportedError
from pinewright.pine.compiler import compile_script
from pinewright.pine.compiler.slicing import order_statements
from pinewright.pine.syntax import Statement
from pinewright.pine.walking import walk

from .support import checked_script, orders

HEAD = '//@version=6\nstrategy("s")\n'


def kept(body: str, *roots: str) -> list[int]:
    """Lines of the statements that are kept."""
    checked = checked_script(HEAD + body)
    found = order_statements(checked.tree, frozenset(roots), types=checked.types)
    return sorted(
        node.span.line - 2 for node in walk(checked.tree) if isinstance(node, Statement) and id(node) in found
    )


def test_plots_and_what_only_they_read_are_left_out() -> None:
    body = """a = ta.sma(close, 5)
b = ta.ema(close, 9)
plot(a)
plot(b, color = close > b ? color.green : color.red)
if close > a
    strategy.entry("L", strategy.long)
    label.new(bar_index, high, "entry")
"""
    assert kept(body) == [1, 5, 6]
    text = compile_script(checked_script(HEAD + body)).text
    assert text.count("window_sum(") == 1  # the average that the order reads, and not the one that is only drawn


def test_what_is_only_shown_may_be_outside_the_subset() -> None:
    body = """note = "close " + str.tostring(close, "#.##")
shade = color.new(color.red, 80)
bgcolor(shade)
alertcondition(close > open, "up", "now")
var table board = table.new(position.top_right, 1, 1)
strategy.entry("L", strategy.long, alert_message = note)
"""
    rows = orders(HEAD + body)
    assert {row[1] for row in rows} == {"entry"}
    assert len(rows) == 200


def test_a_variable_is_followed_through_all_its_changes() -> None:
    body = """var float stop = na
other = 1.0
if close > open
    stop := low
    other := 2.0
else if close < open
    stop := high
plot(other)
strategy.exit("X", stop = stop)
"""
    assert kept(body) == [1, 3, 4, 6, 7, 9]
    assert len(orders(HEAD + body)) == 200


def test_a_change_inside_a_value_counts() -> None:
    # The branches of a value that nobody reads change a variable that an order reads.
    body = """float level = 1.0
if close > open
    unread = switch
        close > 100.0 =>
            level := 2.0
            0.0
        => 1.0
strategy.order("O", strategy.long, qty = level)
"""
    quantities = {row[2][2] for row in orders(HEAD + body)}
    assert quantities == {1.0, 2.0}


def test_orders_inside_functions_and_values_are_found() -> None:
    body = """buy(float size) =>
    strategy.entry("L", strategy.long, qty = size)
    size
unread = buy(3.0)
other = if close > open
    strategy.close("L")
    1.0
else
    0.0
"""
    rows = orders(HEAD + body)
    assert {row[1] for row in rows} == {"entry", "close"}


def test_the_roots_of_series_are_kept() -> None:
    assert kept("a = close\nb = a + 1\nc = b + 1\n", "b") == [1, 2]


def test_what_reaches_an_order_is_never_skipped_in_silence() -> None:
    body = 'note = str.match(close > 1 ? "a" : "b", "a")\nstrategy.entry(note, strategy.long)\n'
    with pytest.raises(PineUnsupportedError, match=r"PW902.*`str\.match\(\)`") as caught:
        compile_script(checked_script(HEAD + body))
    assert "line 3" in caught.value.what


def test_an_object_is_followed_under_all_its_names() -> None:
    body = """var levels = array.new<float>()
var shown = array.new<float>()
same = levels
note(array<float> into, float x) =>
    array.push(into, x)
    label.new(bar_index, x, "noted")
same.push(close)
shown.push(open)
note(levels, high)
for level in shown
    line.new(bar_index, level, bar_index + 1, level)
if levels.size() > 3
    strategy.entry("L", strategy.long, qty = levels.get(0))
"""
    # The call of `note` and its first line, but not its drawing; nothing of `shown`.
    assert kept(body) == [1, 3, 5, 7, 9, 12, 13]


def test_changes_of_fields_reach_through_collections_and_functions() -> None:
    body = """type Zone
    float top
    line drawn
var zones = array.new<Zone>()
made(float top) => Zone.new(top, line.new(bar_index, top, bar_index, top))
add(Zone zone) => zones.push(zone)
add(made(high))
for zone in zones
    zone.top += 1
    line.set_y1(zone.drawn, zone.top)
unrelated = Zone.new(1.0)
unrelated.top := 2.0
if array.size(zones) > 2
    strategy.entry("L", strategy.long, qty = zones.first().top)
"""
    lines = kept(body)
    assert {4, 5, 6, 7, 8, 9, 13, 14} <= set(lines)
    assert {11, 12}.isdisjoint(lines)


def test_jumps_are_kept_with_their_loops() -> None:
    body = """n = 0
for i = 0 to 9
    label.new(i, high, "i")
    if i > 5
        break
    n += 1
for i = 0 to 9
    if i > 5
        break
    label.new(i, low, "i")
strategy.entry("L", strategy.long, qty = n)
"""
    assert kept(body) == [1, 2, 4, 5, 6, 11]


def test_of_a_function_whose_value_nobody_reads_only_its_deeds_are_kept() -> None:
    body = """act(float x) =>
    if x > 0
        strategy.entry("L", strategy.long)
    text = str.tostring(x)
    label.new(bar_index, x, text)
act(close)
"""
    assert kept(body) == [2, 3, 6]
