"""PW601: which equal calls are shared, and which only look equal."""

from __future__ import annotations

import pytest

from pinewright.pine.optimizer import optimize_source

from .support import after, lines, same_orders, stays

WATCH = 'strategy.order("w", strategy.long, qty = a, limit = b)\n'


def test_a_variable_that_has_the_value_is_read() -> None:
    body = "fast = ta.sma(close, 20)\nplot(ta.sma(close, length = 20))\nplot(fast)\n"
    assert lines(body) == "fast = ta.sma(close, 20)\nplot(fast)\nplot(fast)\n"
    (rewrite,) = after(body).rewrites
    assert (rewrite.code, rewrite.line) == ("PW601", 4)
    assert "`fast`" in rewrite.message


def test_a_name_tells_function_and_arguments_and_meets_no_other() -> None:
    body = "rsi14 = 1\nplot(ta.rsi(close, 14) + ta.rsi(close, 14) + rsi14)\nplot(ta.ema(hlc3, 12) / ta.ema(hlc3, 12))\n"
    assert lines(body) == (
        "rsi14 = 1\nrsi14_2 = ta.rsi(close, 14)\nplot(rsi14_2 + rsi14_2 + rsi14)\n"
        "emaHlc3_12 = ta.ema(hlc3, 12)\nplot(emaHlc3_12 / emaHlc3_12)\n"
    )


def test_a_word_that_pine_keeps_for_itself_is_no_name() -> None:
    body = "plot(ta.range(close * 2, bar_index + 1))\nplot(ta.range(close * 2, bar_index + 1))\n"
    assert lines(body).startswith("range_2 = ta.range(close * 2, bar_index + 1)\n")


def test_outer_calls_come_first_and_inner_ones_are_found_too() -> None:
    body = "plot(ta.sma(ta.rsi(close, 14), 5))\nplot(ta.sma(ta.rsi(close, 14), 5))\nplot(ta.rsi(close, 14))\n"
    assert lines(body) == ("rsi14 = ta.rsi(close, 14)\nsma5 = ta.sma(rsi14, 5)\nplot(sma5)\nplot(sma5)\nplot(rsi14)\n")


def test_comments_and_layout_of_the_rest_stay() -> None:
    body = (
        "//@variable the upper band\n"
        "upper   =   ta.sma(close,20)+1 // over\n\n"
        "// lower\n"
        "lower = ta.sma(close, 20)-1\n"
        "plot(upper), plot(lower)\n"
    )
    assert lines(body) == (
        "sma20 = ta.sma(close,20)\n"
        "//@variable the upper band\n"
        "upper   =   sma20+1 // over\n\n"
        "// lower\n"
        "lower = sma20-1\n"
        "plot(upper), plot(lower)\n"
    )


def test_line_ends_are_those_of_the_script() -> None:
    head = '//@version=6\r\nindicator("t")\r\n'
    done = optimize_source(head + "plot(ta.sma(close, 20))\r\nplot(ta.sma(close, 20))\r\n")
    assert done.source == head + "sma20 = ta.sma(close, 20)\r\nplot(sma20)\r\nplot(sma20)\r\n"


@pytest.mark.parametrize(
    "body",
    [
        "float a = ta.ema(close, 4)\nfloat b = close > open ? ta.ema(close, 4) : 0.0\n",
        "float a = ta.ema(close, 4)\nfloat b = na\nif close > open\n    b := ta.ema(close, 4)\n",
        "float a = ta.ema(close, 4)\nvar float b = ta.ema(close, 4)\n",
        "float a = ta.ema(close, 4)\nfloat b = close > open and ta.ema(close, 4) > close ? 1.0 : 2.0\n",
        "f() => ta.ema(close, 4)\nfloat a = ta.ema(close, 4)\nfloat b = bar_index % 2 == 0 ? f() : 0.0\n",
        "float a = ta.ema(close, 4)\nfloat b = switch\n    close > open => 0.0\n    ta.ema(close, 4) > close => 1.0\n",
        "var float x = close\nfloat a = ta.ema(x, 4)\nx := x * 0.5 + open\nfloat b = ta.ema(x, 4)\n",
        "var float x = close\nfloat a = ta.ema(x, 4)\nif close > open\n    x := high\nfloat b = ta.ema(x, 4)\n",
        "var float a = 0.0\na := ta.ema(a + close, 4)\nfloat b = ta.ema(a + close, 4)\n",
        "var float x = 0.0\nfloat a = ta.change(x[1])\nx += 1.0\nfloat b = ta.change(x[1])\n",
        "var g = 0.0\nf(s) => ta.ema(s + g, 3)\nfloat a = f(close)\ng += close\nfloat b = f(close)\n",
        "x = 0.0\nx := close\na = ta.sma(x, 3)\nx += ta.sma(x, 3)\nb = ta.sma(x, 3)\n",
    ],
)
def test_calls_that_differ_stay_and_orders_too(body: str) -> None:
    out = same_orders(body + WATCH)
    assert out.count("(") == (body + WATCH).count("("), out


@pytest.mark.parametrize(
    "body",
    [
        "float a = ta.ema(close, 4)\na := a + 1.0\nfloat b = ta.ema(close, 4)\n",
        "float a = ta.ema(close, 4)\nfloat b = ta.ema(close, 4)\nb := b + 1.0\n",
        "float a = close > open ? 1.0 : ta.ema(close, 4)\nfloat b = ta.ema(close, 4) + ta.ema(close, 4)[1]\n",
        "float x = close\nx := high\nfloat a = ta.ema(x, 4)\nfloat b = ta.ema(x, 4)\nx := low\nplot(x)\n",
        "[m, a, _] = ta.bb(close, 4, 2.0)\n[b, u, _] = ta.bb(close, 4, 2.0)\nplot(u)\nplot(m)\n",
        "[_, a, _] = ta.bb(close, 4, 2.0)\n[b, _, _] = ta.bb(close, 4, 2.0)\n",
        "f(s) =>\n    var t = 0.0\n    t := 0.5 * t + s\n    t\nfloat a = f(close) + f(close)\nfloat b = f(open)\n",
        "if ta.ema(close, 4) > close\n    strategy.close_all()\nfloat a = ta.ema(close, 4)\nfloat b = a\n",
    ],
)
def test_calls_that_are_equal_are_shared_and_orders_stay(body: str) -> None:
    out = same_orders(body + WATCH)
    assert out != body + WATCH


def test_both_sides_of_and_run_on_every_bar_in_v5_alone() -> None:
    body = "float a = ta.ema(close, 4)\nfloat b = close > open and ta.ema(close, 4) > close ? 1.0 : 2.0\n" + WATCH
    assert same_orders(body, version=5).count("ta.ema") == 1
    assert same_orders(body, version=6).count("ta.ema") == 2


def test_a_written_type_of_another_kind_is_no_holder() -> None:
    body = "float a = ta.barssince(close > open)\nplot(ta.barssince(close > open) / 2)\nplot(a)\n"
    assert lines(body, version=5) == (
        "barssince = ta.barssince(close > open)\nfloat a = barssince\nplot(barssince / 2)\nplot(a)\n"
    )


def test_what_nothing_reads_is_shared_with_nothing() -> None:
    stays("n = bar_index % 5\na = ta.sma(close, 9)\nb = ta.sma(close, 9) + 1\nplot(close[n])\n")


def test_a_plot_that_nothing_reads_shares() -> None:
    body = "a = ta.sma(close, 9)\np = plot(ta.sma(close, 9))\nplot(a)\n"
    assert lines(body) == "a = ta.sma(close, 9)\np = plot(a)\nplot(a)\n"


def test_a_name_between_keeps_a_tuple() -> None:
    stays(
        "[_, up, _] = ta.bb(close, 20, 2)\nf() =>\n    mid = 1.0\n    mid + 1\nplot(f())\n"
        "[mid, _, _] = ta.bb(close, 20, 2)\nplot(up)\nplot(mid)\n"
    )


@pytest.mark.parametrize(
    "body",
    [
        "plot(input.int(5) + input.int(5))\n",
        "plot(math.random(0, 1) + math.random(0, 1))\n",
        "a = array.from(1.0)\nplot(ta.sma(a.get(0), 2))\narray.set(a, 0, 5.0)\nplot(ta.sma(a.get(0), 2))\n",
        "var n = array.new_float(0)\nf(x) =>\n    n.push(x)\n    n.size()\nplot(f(close))\nplot(f(close))\n",
        "plot(request.security(syminfo.tickerid, 'D', ta.sma(close, 5)))\nplot(ta.sma(close, 5))\n",
        "type p\n    float v = 1.0\nq = p.new()\nplot(ta.sma(q.v, 2))\nq.v := close\nplot(ta.sma(q.v, 2))\n",
        "plot(math.max(open, close))\nplot(math.max(open, close))\n",
        "f(x) =>\n    label.new(bar_index, x)\n    ta.sma(x, 2)\nplot(f(close))\nplot(f(close))\n",
        "high = 1.0\nplot(ta.highest(5))\nplot(ta.highest(high, 5))\n",
    ],
)
def test_what_may_differ_or_do_something_stays(body: str) -> None:
    stays(body)
