"""PW604: what goes, and what stays although nothing reads it."""

from __future__ import annotations

import pytest

from .support import after, lines, same_orders, stays

PLOT = "plot(close)\n"


@pytest.mark.parametrize(
    "dead",
    [
        "x = ta.ema(close, 50)\n",
        "len = 14\nx = ta.rsi(close, len)\n",
        "var x = 0.0\nx += close\nif close > open\n    x := 0.0\n    label.new(bar_index, close)\n",
        "a = close\nb = a + 1\nc = b > 2 ? a : b\n",
        "[a, b, c] = ta.macd(close, 12, 26, 9)\n",
        "f(x) => x + 1\n",
        "f(x) => x + 1\ng(x) =>\n    y = f(x)\n    y * 2\n",
        "method twice(float x) => x * 2\n",
        "type t\n    float v\n",
        "enum e\n    one\n    two\n",
        "var a = array.new_float(0)\n",
        "color c = color.new(color.red, 20)\n",
        "if false\n    label.new(bar_index, close)\n",
        "while false\n    label.new(bar_index, close)\n",
        "ta.crossover(close, open)\n",
        "x = math.sum(close, 3) + nz(fixnan(open))\n",
        "//@function adds\n//@param x a number\nf(x) => x + 1\n",
    ],
)
def test_what_has_no_effect_goes(dead: str) -> None:
    kept = "if close > open\n    label.new(bar_index, close)\n" if "label" in dead and "var" in dead else ""
    assert lines(dead + PLOT) == kept + PLOT
    assert lines(PLOT + dead) == PLOT + kept


def test_behind_a_jump() -> None:
    body = "t = 0\nfor i = 0 to 5\n    if i > 3\n        break\n        t += 1\n    t += 1\nplot(t)\n"
    assert lines(body) == body.replace("        t += 1\n", "")
    assert [one.line for one in after(body).rewrites] == [7]


def test_comments_that_document_go_and_others_stay() -> None:
    body = (
        "// averages\n//@strategy_alert_message {{strategy.order.comment}}\n//@variable slow one\n"
        "slow = ta.sma(close, 50) // slow\n\n// shown\nplot(close)\n"
    )
    assert lines(body) == (
        "// averages\n//@strategy_alert_message {{strategy.order.comment}}\n\n// shown\nplot(close)\n"
    )


@pytest.mark.parametrize(
    "kept",
    [
        "x = input.int(5)\n",
        "x = input.int(5) * 2\n",
        "x = request.security(syminfo.tickerid, 'D', close)\n",
        "x = label.new(bar_index, close)\n",
        "x = plot(open)\n",
        "a = array.from(1.0)\nx = array.get(a, 3)\n",
        "n = input.int(5)\nx = ta.sma(close, n)\n",
        "x = ta.sma(close, bar_index)\n",
        "x = str.substring('abc', bar_index)\n",
        "x = math.random(0, 1)\n",
        "f() =>\n    label.new(bar_index, close)\n    1\nx = f()\n",
        "var x = array.new_float(0)\narray.push(x, close)\n",
        "type t\n    float v\nx = t.new(1)\nx.v := 2\n",
        "if close > open\n    x = close\n",
        "show = false\nif show\n    label.new(bar_index, close)\n",
        "f() =>\n    x = input.int(3)\n    x\n",
        "import someone/Library/1 as lib\n",
        "x = close[bar_index - 3]\n",
        "var int x = 0\nx := ta.barssince(close > open)\nalert(str.tostring(x))\n",
    ],
)
def test_what_is_seen_or_may_fail_stays(kept: str) -> None:
    done = after(kept + PLOT)
    assert not [one for one in done.rewrites if "`x`" in one.message or one.message.endswith("false")], done.source
    assert "x" not in kept or "x" in done.source


def test_a_history_that_may_make_room_stays() -> None:
    stays("room = close[500]\nn = int(nz(ta.barssince(close > open)))\nplot(close[n])\n")


def test_the_value_of_a_block_stays() -> None:
    stays("f() =>\n    x = close\nplot(f())\n")
    stays("f() =>\n    label.new(bar_index, close)\n    x = close\nplot(f())\n")


def test_a_library_keeps_what_it_exports() -> None:
    body = "export f(float x) => x + 1\nexport type p\n    float v\ng(float x) => x\n"
    assert lines(body, kind="library") == "export f(float x) => x + 1\nexport type p\n    float v\n"


def test_a_local_name_hides_a_global_one() -> None:
    body = "x = close\nf() =>\n    x = open\n    x + 1\nplot(f())\n"
    assert lines(body) == "f() =>\n    x = open\n    x + 1\nplot(f())\n"


def test_orders_stay() -> None:
    body = (
        "float a = close\nfloat unread = ta.ema(close, 3)\nif false\n    strategy.close_all()\n"
        'if close > open\n    float never = high\n    strategy.order("w", strategy.long, qty = a)\n'
    )
    assert same_orders(body) == 'float a = close\nif close > open\n    strategy.order("w", strategy.long, qty = a)\n'
