"""Each step on small scripts: what is rewritten, what is the script's own, and that the rest of the text stays."""

from __future__ import annotations

import pytest

from pinewright.errors import UsageError
from pinewright.pine.checker import check
from pinewright.pine.migrate import migrate

HEADS = {
    2: '//@version=2\nstudy("T")\n',
    3: '//@version=3\nstudy("T")\n',
    4: '//@version=4\nstudy("T")\n',
    5: '//@version=5\nindicator("T")\n',
    6: '//@version=6\nindicator("T")\n',
}
ACCOUNT = (
    "initial_capital = 1, default_qty_type = strategy.fixed, default_qty_value = 1, margin_long = 0, margin_short = 0"
)
ORDERS = f'//@version=5\nstrategy("T", {ACCOUNT})\n'


def converted(version: int, body: str, to: int = 6) -> str:
    """The lines below the declaration, after the conversion; they have no errors."""
    found = migrate(HEADS[version] + body, to)
    assert check(found.source).ok, found.source
    return found.source.removeprefix(HEADS[to])


OLD = {
    "own function": (4, "sma(x, n) => x + n\nplot(sma(close, 2))", "sma(x, n) => x + n\nplot(sma(close, 2))"),
    "own variable": (4, "tr = high - low\nplot(tr)", "tr = high - low\nplot(tr)"),
    "before its own": (4, "tr = tr + 1\nplot(tr)", "tr = ta.tr + 1\nplot(tr)"),
    "a variable beside a function": (
        4,
        "highest = highest(high, 5)\nplot(highest)",
        "highest = ta.highest(high, 5)\nplot(highest)",
    ),
    "inside a block": (
        4,
        "f(a) =>\n    max = a\n    max + max(a, 2)\nplot(f(close))",
        "f(a) =>\n    max = a\n    max + math.max(a, 2)\nplot(f(close))",
    ),
    "reserved, with an argument of that name": (
        4,
        'f(text) => text + "!"\nlabel.new(bar_index, 0, text=f(text="a"))',
        'f(text1) => text1 + "!"\nlabel.new(bar_index, 0, text=f(text1="a"))',
    ),
    "nested": (
        4,
        "plot(iff(close > open, max(close, iff(high > low, 1, 2)), 3))",
        "plot((close > open ? math.max(close, (high > low ? 1 : 2)) : 3))",
    ),
    "names of old parameters": (4, "plot(abs(x=close))", "plot(math.abs(number=close))"),
    "comments between arguments": (
        4,
        'plot(close, // the price\n     transp=10, // thin\n     title="C")',
        'plot(close // the price\n     , // thin\n     title="C",\n     color = color.new(color.blue, 10))',
    ),
    "a default that is a variable": (
        4,
        "var int start = 5\nn = input(start, minval=1)\nplot(n)",
        "var int start = 5\nn = input.int(start, minval=1)\nplot(n)",
    ),
    "a float step": (4, "n = input(2, step=0.1)\nplot(n)", "n = input.float(2, step=0.1)\nplot(n)"),
    "an input that stays": (4, 'n = input(14, "Length")\nplot(n)', 'n = input(14, "Length")\nplot(n)'),
    "colours with their own transparency": (
        4,
        "c = color.new(color.red, 10)\nbgcolor(c)\nbgcolor(#FF000080)",
        "c = color.new(color.red, 10)\nbgcolor(c)\nbgcolor(#FF000080)",
    ),
    "rsi of two series": (
        4,
        "plot(rsi(rma(close, 2), rma(open, 2)))",
        "plot((100 - 100 / (1 + ta.rma(close, 2) / ta.rma(open, 2))))",
    ),
    "types of inputs": (
        3,
        "n = input(title='N', type=integer, defval=5)\nplot(ema(close, n), style=linebr, color=n > 3 ? lime : #000000)",
        "n = input.int(title='N', defval=5)\n"
        "plot(ta.ema(close, n), style=plot.style_linebr, color=n > 3 ? color.lime : #000000)",
    ),
    "v3 has no types": (
        3,
        "b = na\nc = na\nb := close > 1 ? true : b[1]\nc := b ? red : c[1]\nplot(close, color=c)",
        "bool b = false\ncolor c = na\nb := close > 1 ? true : b[1]\nc := b ? color.red : c[1]\nplot(close, color=c)",
    ),
    "an int that becomes a float": (3, "x = 0\nx := close\nplot(x)", "float x = 0\nx := close\nplot(x)"),
    "a variable above its declaration": (
        2,
        "a = nz(b[1])\nb = a + close\nplot(b)",
        "b = 0.0\na = nz(b[1])\nb := a + close\nplot(b)",
    ),
}


@pytest.mark.parametrize("name", OLD)
def test_old_versions(name: str) -> None:
    version, before, after = OLD[name]
    assert converted(version, before) == after


FIVE = {
    "a bool stays": ("x = close > open ? 1 : 0\nplot(x)", "x = close > open ? 1 : 0\nplot(x)"),
    "every place of a bool": (
        "f(bool b) => b\ny = bar_index\nx = not y or f(y) and (y ? false : 1)\nwhile y\n    y := 0\nplotshape(x)",
        "f(bool b) => b\ny = bar_index\nx = not bool(y) or f(bool(y)) and (bool(y) ? false : true)\n"
        "while bool(y)\n    y := 0\nplotshape(x)",
    ),
    "last lines of blocks": (
        "x = if close > open\n    true\nelse\n    na\nplotshape(x)",
        "x = if close > open\n    true\nelse\n    false\nplotshape(x)",
    ),
    "a bool and a number": (
        "up = close > open\nplot(up == 1 ? 1 : 0)",
        "up = close > open\nplot(up == true ? 1 : 0)",
    ),
    "the branch of a choice": (
        "x = close > open ? close > low and ta.rising(close, 3) : false\nplotshape(x)",
        "x = close > open ? ta.rising(close, 3) and close > low : false\nplotshape(x)",
    ),
    "a function of one line": (
        "f(x) => x > 0 and ta.rising(x, 3)\nplotshape(f(close))",
        "f(x) =>\n    rising1 = ta.rising(x, 3)\n    x > 0 and rising1\nplotshape(f(close))",
    ),
    "a function that remembers": (
        "f(x) =>\n    var n = 0\n    n += 1\n    n > x\ng(x) => x > 1\nplotshape(close > 1 and f(1) and g(2))",
        "f(x) =>\n    var n = 0\n    n += 1\n    n > x\ng(x) => x > 1\nf1 = f(1)\nplotshape(close > 1 and f1 and g(2))",
    ),
    "history of a value": (
        "a = close > open and not(close > low)[1]\nplotshape(a)",
        "value1 = (close > low)[1]\na = close > open and not value1\nplotshape(a)",
    ),
    "no state, no change": (
        "a = close > open and math.max(close, open) > close[1]\nplotshape(a)",
        "a = close > open and math.max(close, open) > close[1]\nplotshape(a)",
    ),
    "a loop whose end stays": (
        "s = 0.0\nn = 5\nfor i = 0 to n\n    s += close[i]\nplot(s)",
        "s = 0.0\nn = 5\nfor i = 0 to n\n    s += close[i]\nplot(s)",
    ),
    "a variable that is the period": (
        "p = timeframe.period\nplot(p == 'W' ? 1 : 0)",
        "p = timeframe.period\nplot(p == '1W' ? 1 : 0)",
    ),
    "even quotients": ("plot(close * (6 / 2))", "plot(close * (6 / 2))"),
    "inputs are no constants": ('n = input.int(5, "N")\nplot(n / 2)', 'n = input.int(5, "N")\nplot(n / 2)'),
    "na of a comparison": (
        "a = ta.sma(close, 9)\nb = close > 1\nplotshape(na(a > close) and not na(b != b[1]) and nz(a > 1, true))",
        "a = ta.sma(close, 9)\nb = close > 1\n"
        "plotshape((na(a) or na(close)) and not (bar_index < 1) and (na(a) ? true : a > 1))",
    ),
    "three values": (
        "bool a = na\na := close > 1 ? true : a[1]\nb = not a and nz(a[1], close > 2)\nplotshape(na(a) or b)",
        "int a = na\na := close > 1 ? 1 : a[1]\nb = not bool(a) and bool(nz(a[1], (close > 2 ? 1 : 0)))\n"
        "plotshape(na(a) or b)",
    ),
    "three values of a field": (
        "type T\n    bool done\nt = T.new()\nt.done := close > 1\nplotshape(na(t.done) or t.done)",
        "type T\n    int done\nt = T.new()\nt.done := (close > 1 ? 1 : 0)\nplotshape(na(t.done) or bool(t.done))",
    ),
}


@pytest.mark.parametrize("name", FIVE)
def test_five_to_six(name: str) -> None:
    before, after = FIVE[name]
    assert converted(5, before) == after


WHEN = {
    "over several lines": (
        'strategy.entry("L", strategy.long,\n     qty = 2, // two\n     when = close >\n      open)',
        'if close > open\n    strategy.entry("L", strategy.long,\n         qty = 2 // two\n         )',
    ),
    "in a block, with a tab": (
        'if close > 1\n\tstrategy.close("L", when = close < open) // out',
        'if close > 1\n\tif close < open\n\t\tstrategy.close("L") // out',
    ),
    "by its place": ('strategy.close("L", close < open)', 'if close < open\n    strategy.close("L")'),
    "a number": ("strategy.close_all(when = bar_index)", "if bool(bar_index)\n    strategy.close_all()"),
    "first of the arguments": (
        'strategy.entry(when = close > open, id = "L", direction = strategy.long)',
        'if close > open\n    strategy.entry(id = "L", direction = strategy.long)',
    ),
    "arguments that remember": (
        'strategy.exit("X", "L", stop = ta.lowest(low, 5), when = close > open)',
        'lowest1 = ta.lowest(low, 5)\nif close > open\n    strategy.exit("X", "L", stop = lowest1)',
    ),
}


@pytest.mark.parametrize("name", WHEN)
def test_when(name: str) -> None:
    before, after = WHEN[name]
    found = migrate(ORDERS + before)
    assert check(found.source).ok, found.source
    assert found.source == ORDERS.replace("=5", "=6") + after


def test_a_function_called_new_is_no_constructor() -> None:
    body = (
        "type Line\n    int x\n    bool up\n    int y\n"
        "new(int x, int y, bool up) => Line.new(x, true, bar_index - y)\n"
        "plot(new(1, 2, bar_index).y)\n"
    )
    assert converted(5, body) == body.replace("2, bar_index)", "2, bool(bar_index))")


def test_an_overload_that_takes_a_bool_is_not_the_one_that_takes_a_number() -> None:
    body = "method put(array<bool> a, bool x) => a.push(x)\nmethod put(array<int> a, int x) => a.push(x)\n"
    body += "a = array.new<int>()\na.put(bar_index)\nplot(a.last())\n"
    assert converted(5, body) == body


def test_line_ends_and_everything_untouched_stay() -> None:
    source = '//@version=4\r\n// by me\r\nstudy("T")  // a study\r\n\r\n\r\nx   =  sma( close,3 )\r\nplot(x , "x")\r\n'
    expected = source.replace("=4", "=6").replace("study(", "indicator(").replace("sma(", "ta.sma(")
    assert migrate(source).source == expected


def test_a_script_of_the_version_asked_for_stays() -> None:
    found = migrate(HEADS[6] + "plot(close)")
    assert (found.source, found.changes, found.not_carried) == (HEADS[6] + "plot(close)", (), ())


def test_places_are_those_of_the_script_as_given() -> None:
    body = "f(x) => x > 0 and rising(x, 3)\na = f(close) and falling(close, 2)\nbool c = na\n"
    body += "plotshape(a or c, offset=bar_index)\n"
    found = migrate(HEADS[4] + body)
    lines = {(item.code, item.span.line) for item in found.changes}
    assert {("PW704", 3), ("PW704", 4), ("PW711", 5), ("PW701", 1)} <= lines
    assert [(item.code, item.span.line) for item in found.not_carried] == [("PW791", 6)]


def test_a_script_without_a_version() -> None:
    assert migrate('study("T")\nplot(sma(close, 2))\n').from_version == 1
    assert migrate('indicator("T")\nplot(close)\n').from_version == 5
    assert migrate('indicator("T")\nplot(close)\n').source == HEADS[6] + "plot(close)\n"


def test_versions_that_are_not_known() -> None:
    with pytest.raises(UsageError, match="version 4"):
        migrate("", 4)
    with pytest.raises(UsageError, match="v7"):
        migrate("//@version=7\n")


BACK = {
    "periods": ('plot(timeframe.period == "1D" ? 1 : 0)', 'plot(timeframe.period == "D" ? 1 : 0)'),
    "or": (
        "plotshape(close > 1 or ta.rising(close, 2))",
        "plotshape((close > 1 ? true : ta.rising(close, 2)))",
    ),
}


@pytest.mark.parametrize("name", BACK)
def test_six_to_five(name: str) -> None:
    before, after = BACK[name]
    assert converted(6, before, 5) == after


def test_what_five_lacks_is_told() -> None:
    loop = "var a = array.from(1)\nfor i = 0 to a.size() - 1\n    if i < 3\n        a.push(i)\n"
    body = loop + "plot(a.size(), linestyle = plot.linestyle_dashed)"
    found = migrate(HEADS[6] + body, 5)
    assert {item.span.line for item in found.not_carried} == {4, 7}
