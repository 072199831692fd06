"""Repairs one by one: what was written, what comes of it, and whether it counts as safe."""

from __future__ import annotations

import pytest

from pinewright.pine.checker import check
from pinewright.pine.diagnostics import Severity
from pinewright.pine.fixer import AutomaticErrorFixer, FixResult, Mended, fix, with_fixes
from pinewright.pine.fixer.workbench import Workbench

HEAD = '//@version=6\nstrategy("t")\n'

SAFE = {
    "bracket at the end": ("plot(ta.sma(close, 14)\n", "plot(ta.sma(close, 14))\n"),
    "bracket doubled": ("plot(ta.sma(close, 14)))\n", "plot(ta.sma(close, 14))\n"),
    "opening bracket": ("plotta.sma(close, 14))\n", "plot(ta.sma(close, 14))\n"),
    "quote": ('n = input.int(5, "Length)\nplot(n)\n', 'n = input.int(5, "Length")\nplot(n)\n'),
    "quote doubled": ('n = input.int(5, ""Length")\nplot(n)\n', 'n = input.int(5, "Length")\nplot(n)\n'),
    "direction": ("strategy.entry('a', true)\n", "strategy.entry('a', strategy.long)\n"),
    "direction named": ("strategy.entry('a', long = false)\n", "strategy.entry('a', direction = strategy.short)\n"),
    "case": ("plot(Close, color = Color.RED)\n", "plot(close, color = color.red)\n"),
    "comma": ("plot(ta.sma(close 14))\n", "plot(ta.sma(close, 14))\n"),
    "comma doubled": ("plot(ta.sma(close,, 14))\n", "plot(ta.sma(close, 14))\n"),
    "namespace": ("plot(sma(close, 14))\n", "plot(ta.sma(close, 14))\n"),
    "namespace of a constant": ("plot(close, color = red)\n", "plot(close, color = color.red)\n"),
    "function misspelt": ("plot(ta.ssma(close, 14))\n", "plot(ta.sma(close, 14))\n"),
    "namespace misspelt": ("plot(at.sma(close, 14))\n", "plot(ta.sma(close, 14))\n"),
    "constant misspelt": ("plot(close, color = color.rde)\n", "plot(close, color = color.red)\n"),
    "variable misspelt": ("length = 3\nplot(lenght + length)\n", "length = 3\nplot(length + length)\n"),
    "declaration misspelt": ("lenght = 3\nplot(length + length)\n", "length = 3\nplot(length + length)\n"),
    "argument misspelt": ("plot(close, tilte = 'x')\n", "plot(close, title = 'x')\n"),
    "keyword misspelt": (
        "if close > open adn close > 3\n    strategy.close('a')\n",
        "if close > open and close > 3\n    strategy.close('a')\n",
    ),
    "else misspelt": (
        "f(x) =>\n    if x > 1\n        x\n    elsse\n        x + 1\nplot(f(close))\n",
        "f(x) =>\n    if x > 1\n        x\n    else\n        x + 1\nplot(f(close))\n",
    ),
    "argument renamed": (
        "plot(request.security(syminfo.tickerid, resolution = 'D', expression = close))\n",
        "plot(request.security(syminfo.tickerid, timeframe = 'D', expression = close))\n",
    ),
    "type of an input": ("plot(input(5, 'Length', type = input.integer))\n", "plot(input.int(5, 'Length'))\n"),
    "transparency": (
        "plot(close, color = color.red, transp = 20)\n",
        "plot(close, color = color.new(color.red, 20))\n",
    ),
    "when": (
        "strategy.entry('a', strategy.long, when = close > open)\n",
        "if close > open\n    strategy.entry('a', strategy.long)\n",
    ),
    "and of other languages": (
        "plot(close > open && close > 3 ? 1 : 0)\n",
        "plot(close > open and close > 3 ? 1 : 0)\n",
    ),
    "not of other languages": ("plot(!barstate.islast ? 1 : 0)\n", "plot(not barstate.islast ? 1 : 0)\n"),
    "elif": (
        "if close > open\n    strategy.close('a')\nelif close < open\n    strategy.close('b')\n",
        "if close > open\n    strategy.close('a')\nelse if close < open\n    strategy.close('b')\n",
    ),
    "semicolon": ("plot(close);\n", "plot(close)\n"),
    "indentation": (
        "if close > open\n    strategy.close('a')\n     strategy.close('b')\n",
        "if close > open\n    strategy.close('a')\n    strategy.close('b')\n",
    ),
    "blocks of two": (
        "if close > open\n  strategy.close('a')\n  strategy.close('b')\n",
        "if close > open\n    strategy.close('a')\n    strategy.close('b')\n",
    ),
    "arrow": ("f(x)\n    x * 2\nplot(f(close))\n", "f(x) =>\n    x * 2\nplot(f(close))\n"),
    "no value": ("plot(close > open ? close : null)\n", "plot(close > open ? close : na)\n"),
    "copied from a chat": ("plot(close)\n```\n", "plot(close)\n"),
    "no-break space": ("plot(ta.sma(close,\u00a03))\n", "plot(ta.sma(close, 3))\n"),
    "typographic quotes": ("n = input.int(5, \u201cLength\u201d)\nplot(n)\n", 'n = input.int(5, "Length")\nplot(n)\n'),
}

UNSAFE = {
    "= for == in an arm": (
        "a = switch\n    close > open => bar_index = 1\n    => false\nplot(a ? 1 : 0)\n",
        "a = switch\n    close > open => bar_index == 1\n    => false\nplot(a ? 1 : 0)\n",
    ),
    "branches": (
        "a = close > open ? bar_index : close > 3\nplot(a ? 1 : 0)\n",
        "a = close > open ? bool(bar_index) : close > 3\nplot(a ? 1 : 0)\n",
    ),
    "quotes of two kinds": ("n = input.int(5, \"Length')\nplot(n)\n", 'n = input.int(5, "Length")\nplot(n)\n'),
    "= for :=": ("x = 1\nx = 2\nplot(x)\n", "x = 1\nx := 2\nplot(x)\n"),
    ":= for =": ("x := 1\nplot(x)\n", "x = 1\nplot(x)\n"),
    "= for ==": ("plot(close = open ? 1 : 0)\n", "plot(close == open ? 1 : 0)\n"),
    "a field": (
        "type A\n    int b\nvar a = A.new(1)\na.b = 2\nplot(a.b)\n",
        "type A\n    int b\nvar a = A.new(1)\na.b := 2\nplot(a.b)\n",
    ),
    "a stop by another name": (
        "strategy.exit('x', 'a', stoploss = close * 0.98)\n",
        "strategy.exit('x', 'a', stop = close * 0.98)\n",
    ),
    "a target by another name": (
        "strategy.exit('x', 'a', take_profit = close * 1.04)\n",
        "strategy.exit('x', 'a', limit = close * 1.04)\n",
    ),
    "a plot in a block": (
        "if close > open\n    strategy.close('a')\n    plot(close)\n",
        "if close > open\n    strategy.close('a')\nplot(close)\n",
    ),
    "int as bool": ("plot(bar_index ? 1 : 0)\n", "plot(bool(bar_index) ? 1 : 0)\n"),
    "na as bool": ("bool b = na\nplot(b ? 1 : 0)\n", "bool b = false\nplot(b ? 1 : 0)\n"),
    "two readings of a bracket": ("plot(math.max(close, open - low)\nplot((close - open / 2)\n", None),
}


def mended(body: str, unsafe: bool = False) -> FixResult:
    return fix(HEAD + body, unsafe)


@pytest.mark.parametrize("name", SAFE)
def test_safe(name: str) -> None:
    wrong, right = SAFE[name]
    result = mended(wrong)
    assert result.source == HEAD + right, (result.applied, result.offered)
    assert result.errors == 0
    assert result.applied
    assert all(one.safe for one in result.applied)


@pytest.mark.parametrize("name", UNSAFE)
def test_unsafe(name: str) -> None:
    wrong, right = UNSAFE[name]
    careful = mended(wrong)
    assert careful.errors > 0
    assert careful.offered
    assert not any(one.safe for one in careful.offered)
    bold = mended(wrong, unsafe=True)
    assert bold.errors == 0
    assert bold.offered == ()
    if right is not None:
        assert bold.source == HEAD + right


@pytest.mark.parametrize(
    "body",
    [
        "ma = ma[1] + 1\nplot(ma)\n",  # not `na[1]`
        "strategy.exit('x', 'a', stop = 'close', limit = close)\n",  # a stop is not taken away
        "x = close > 3 ? strategy.entry('a', strategy.long, when = close > open) : na\n",  # nor a condition
        "var int[] n = 0\nn += 1\nplot(close)\n",  # a declaration stays one
    ],
)
def test_what_would_trade_otherwise_is_left_to_a_person(body: str) -> None:
    result = mended(body, unsafe=True)
    assert result.source == HEAD + body
    assert result.errors > 0
    assert result.offered == ()


def test_a_fix_that_mends_nothing_is_not_shown() -> None:
    source = HEAD + "for i in range(10)\n    strategy.close(str.tostring(i))\n"  # ta.range() has other arguments
    found = with_fixes(source, list(check(source).diagnostics))
    assert [(one.code, one.fix) for one in found if one.severity is Severity.ERROR] == [("PW103", None)]


def test_what_is_too_long_to_be_read_is_not_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    source = HEAD + f"x = {' + '.join(['close'] * 5000)}\n"
    monkeypatch.setattr(Workbench, "hopeful", lambda *_: pytest.fail("a change was tried"))
    (found,) = with_fixes(source, list(check(source).diagnostics))
    assert (found.code, found.fix) == ("PW011", None)
    assert fix(source).source == source


def test_a_study_is_an_indicator() -> None:
    assert fix('//@version=6\nstudy("x")\nplot(close)\n').source == '//@version=6\nindicator("x")\nplot(close)\n'


def test_what_was_done_is_told() -> None:
    result = AutomaticErrorFixer().fix(HEAD + "x = sma(close, 3)\nplot(x\n")
    assert result.applied == (
        Mended("PW005", "close the bracket at the end of the line: `)`", 4, True),
        Mended("PW103", "write `ta.sma` for `sma`", 3, True),
    )
    assert result.remaining == fix(result.source).remaining


def test_lines_are_those_of_the_script_as_given() -> None:
    body = "strategy.entry('a', strategy.long, when = close > open)\nplot(sma(close, 3))\n"
    assert [one.line for one in mended(body).applied] == [3, 4]


def test_a_missing_version() -> None:
    only_5 = 'indicator("x")\nplot(close, transp = 20)\nplot(bar_index ? 1 : 0)\n'.replace(", transp = 20", "")
    result = fix(only_5)
    assert result.source == "//@version=5\n" + only_5
    assert [one.code for one in result.applied] == ["PW402"]
    old = 'study("x")\nplot(sma(close, 3))\n'  # a script of v1, which TradingView takes
    assert fix(old).source == old
    both = '\ufeffindicator("x")\r\nplot(close)\r\n'
    assert fix(both).source == both
    assert [one.title for one in fix(both).offered] == ["declare //@version=6"]
    assert fix(both, unsafe=True).source == '\ufeff//@version=6\r\nindicator("x")\r\nplot(close)\r\n'


def test_several_faults_of_one_script() -> None:
    wrong = (
        "lenght = input.int(14, 'Length)\n"
        "mean = sma(close, length\n"
        "if close > mean && mean > 0\n"
        "    strategy.entry('L', strategy.lnog)\n"
        "plot(mean, colour = color.red))\n"
    )
    right = (
        "length = input.int(14, 'Length')\n"
        "mean = ta.sma(close, length)\n"
        "if close > mean and mean > 0\n"
        "    strategy.entry('L', strategy.long)\n"
        "plot(mean, color = color.red)\n"
    )
    assert mended(wrong, unsafe=True).source == HEAD + right


def test_hopeless_errors_do_not_keep_others_from_being_mended() -> None:
    result = mended("x = nothing_of_this_name + 1\nplot(sma(close, 14))\n")
    assert "ta.sma" in result.source
    assert result.errors == 1
