"""What is legal Pine and not compiled is refused by name and line; nothing else goes wrong."""

from __future__ import annotations

import pytest

from pinewright.errors import PineError, PineUnsupportedError
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script, compile_series, uncompiled

from .support import checked_script

HEAD = '//@version=6\nstrategy("s")\n'
ORDER = 'strategy.order("O", strategy.long, qty = x)\n'

REFUSED = {
    "text made while running": (
        'x = "L" + (close > open ? "a" : "b")\nstrategy.entry(x, strategy.long)\n',
        "text that is put together",
        3,
    ),
    "text of a number": ('x = str.tostring(close)\nstrategy.entry(x, strategy.long)\n', r"`str\.tostring\(\)`", 3),
    "the clock of another time": ("x = hour(time - 1)\n" + ORDER, r"`hour\(\)` of a time other than the bar's", 3),
    "a date": ('x = timestamp("some day")\n' + ORDER, 'the date "some day"', 3),
    "a loop": ("float x = 0.0\nfor i = 0 to 3\n    x += close[i]\n" + ORDER, "`for`", 4),
    "an array": ("a = array.new<float>(3, 1.0)\nx = a.get(0)\n" + ORDER, "methods and templates", 3),
    "once": ("x = 1.0\nonce close > open\n    strategy.entry(\"L\", strategy.long)\n", "`once`", 4),
    "varip": ("varip float x = 0.0\n" + ORDER, "`varip`", 3),
    "a type": ("type P\n    float v\np = P.new(1.0)\nx = p.v\n" + ORDER, r"`P\.new\(\)`", 5),
    "a function declared twice": (
        "f(int n) => n * 2\nf(float n) => n * 3\nx = f(1.5)\n" + ORDER,
        r"`f\(\)`, which is declared more than once",
        5,
    ),
    "another time frame": ('x = request.security("X", "D", close)\n' + ORDER, r"`request\.security\(\)`", 3),
    "a risk command": ("x = 1.0\nstrategy.risk.max_intraday_filled_orders(3)\n" + ORDER, "max_intraday_filled", 4),
    "a script that stops itself": ('x = 1.0\nif close > open\n    runtime.error("no")\n' + ORDER, "runtime.error", 5),
    "an order of a method": (
        "method buy(int self) =>\n    strategy.entry(\"L\", strategy.long)\nx = 1\nx.buy()\n",
        r"`x\.buy\(\)`",
        6,
    ),
    "tuples from branches": (
        "[x, y] = if close > open\n    [1.0, 2.0]\nelse\n    [3.0, 4.0]\n" + ORDER,
        "tuples from branches",
        6,
    ),
    "history of a changed global in a function": (
        "var float x = 0.0\nx += 1\nbefore() => x[1]\nz = before()\n" + ORDER.replace("= x", "= z"),
        "the history of the global `x` in a function",
        5,
    ),
    "history of a variable of a block": (
        "float x = 0.0\nif close > open\n    y = close * 2\n    x := y[1]\n" + ORDER,
        "the history of `y`, which is declared in a block",
        5,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_name_and_line(name: str) -> None:
    body, what, line = REFUSED[name]
    checked = checked_script(HEAD + body)
    with pytest.raises(PineUnsupportedError, match=what) as caught:
        compile_script(checked)
    assert f"line {line}" in caught.value.what
    assert "error[PW902]" in caught.value.what
    (finding,) = uncompiled(checked)
    assert (finding.code, finding.span.line) == ("PW902", line)


@pytest.mark.parametrize(
    ("argument", "what"),
    [
        ("calc_on_order_fills = true", "`calc_on_order_fills`: recalculation after each fill"),
        ("calc_on_every_tick = true", "`calc_on_every_tick`"),
        ("use_bar_magnifier = true", "`use_bar_magnifier`: the bar magnifier"),
        ("calc_bars_count = 500", "`calc_bars_count`: a shortened history"),
    ],
)
def test_account_arguments_that_change_trades_are_refused(argument: str, what: str) -> None:
    source = f'//@version=6\nstrategy("s", {argument})\nstrategy.entry("L", strategy.long)\n'
    with pytest.raises(PineUnsupportedError, match=what):
        compile_script(checked_script(source))
    plain = source.replace("true", "false").replace("500", "0")
    assert compile_script(checked_script(plain)).strings == ("L",)


def test_errors_of_the_checker_come_with_their_frames() -> None:
    with pytest.raises(PineError, match=r"2 errors in the script") as caught:
        compile_script(check(HEAD + 'x = ta.smaa(close, 3)\nstrategy.entry("L", strategy.long, qty = y)\n'), "mine")
    assert "mine:3:5: error[PW103]" in caught.value.what
    assert "mine:4:" in caught.value.what


def test_an_indicator_is_no_strategy() -> None:
    with pytest.raises(PineError, match="places no orders"):
        compile_script(checked_script('//@version=6\nindicator("i")\nplot(close)\n'))


def test_series_must_be_of_the_bars_alone() -> None:
    changed = checked_script('//@version=6\nindicator("i")\nvar float x = 0.0\nx += 1\nplot(x)\n')
    with pytest.raises(PineUnsupportedError, match="`x` is assigned to"):
        compile_series(changed, ("x",))
    account = checked_script(HEAD + "x = strategy.equity\n")
    with pytest.raises(PineUnsupportedError, match="`x` reads the account"):
        compile_series(account, ("x",))


def test_when_by_its_place_is_refused_in_v5() -> None:
    source = '//@version=5\nstrategy("s")\nstrategy.entry("L", strategy.long)\nstrategy.close("L", close < open)\n'
    (finding,) = uncompiled(checked_script(source))
    assert (finding.code, finding.span.line) == ("PW902", 4)
    assert "`when` by its place" in finding.message
