"""PW602: which requests become one."""

from __future__ import annotations

import pytest

from .support import after, lines, stays

ASK = "request.security(syminfo.tickerid, 'D', {})"


def asks(*pairs: tuple[str, str]) -> str:
    return "".join(f"{name} = {ASK.format(value)}\n" for name, value in pairs)


def test_tuples_types_and_defaults_go_together() -> None:
    body = (
        "float a = request.security(syminfo.tickerid, 'D', close)\n"
        "[b, c] = request.security(syminfo.tickerid, 'D', [high, low], gaps = barmerge.gaps_off)\n"
        "// the open\n"
        "d = request.security(syminfo.tickerid, timeframe = 'D', expression = open)\n"
        "e = request.security(syminfo.tickerid, 'W', open)\n"
        "plot(a + b + c + d + e)\n"
    )
    done = after(body)
    assert lines(body) == (
        "[a, b, c, d] = request.security(syminfo.tickerid, 'D', [close, high, low, open])\n"
        "// the open\n"
        "e = request.security(syminfo.tickerid, 'W', open)\n"
        "plot(a + b + c + d + e)\n"
    )
    assert [(one.code, one.line) for one in done.rewrites] == [("PW602", 4)]


def test_equal_requests_are_shared_and_not_asked_twice() -> None:
    assert lines(asks(("a", "close"), ("b", "close")) + "plot(a + b)\n") == (
        asks(("a", "close")) + "b = a\nplot(a + b)\n"
    )


def test_long_lines_are_broken() -> None:
    names = [f"valueNumber{place}" for place in range(6)]
    out = lines(asks(*((name, f"close[{place}] / open") for place, name in enumerate(names))) + f"plot({names[0]})\n")
    assert max(map(len, out.splitlines())) <= 120
    assert "\n     [close[0] / open, close[1] / open" in out


def test_functions_of_the_script_move_when_they_are_closed_and_above() -> None:
    head = "f(s) => ta.ema(s, 3) * 2\n"
    assert "[a, b]" in lines(head + asks(("a", "close"), ("b", "f(open)")) + "plot(a + b)\n")
    stays(asks(("a", "close")) + head + asks(("b", "f(open)")) + "plot(a + b)\n")


@pytest.mark.parametrize(
    "body",
    [
        asks(("a", "close")) + "n = ta.sma(close, 3)\n" + asks(("b", "n")) + "plot(a + b)\n",
        "var float x = 0.0\n" + asks(("a", "x")) + "x := close\n" + asks(("b", "x + 1")) + "plot(a + b)\n",
        asks(("a", "close")) + "plot(a)\nf() =>\n    b = 2\n    b * 2\nplot(f())\n" + asks(("b", "open")) + "plot(b)\n",
        asks(("a", "close")) + "var b = " + ASK.format("open") + "\nplot(a + b)\n",
        "int a = " + ASK.format("bar_index") + "\nfloat b = " + ASK.format("bar_index * 2") + "\nplot(a + b)\n",
        asks(("a", "close"))
        + "if close > open\n    b = "
        + ASK.format("open")
        + "\n    label.new(bar_index, b)\nplot(a)\n",
        "x = array.from(1.0)\n"
        + asks(("a", "close"))
        + "array.push(x, 2.0)\n"
        + asks(("b", "array.last(x)"))
        + "plot(a + b)\n",
        asks(("a", "close")) + "plot(a)\n" + "plot(" + ASK.format("open") + ")\n",
    ],
)
def test_requests_that_cannot_move_stay(body: str) -> None:
    stays(body)


def test_other_options_are_another_request() -> None:
    stays(
        "a = request.security(syminfo.tickerid, 'D', close, lookahead = barmerge.lookahead_on)\n"
        "b = request.security(syminfo.tickerid, 'D', open)\n"
        "c = request.security(syminfo.tickerid, timeframe.period, open)\n"
        "plot(a + b + c)\n"
    )
