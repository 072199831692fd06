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
    "a zone that changes": (
        'z = "UTC"\nif close > open\n    z := "UTC+1"\nx = hour(time, z)\n' + ORDER,
        "a time zone that is put together while the script runs",
        6,
    ),
    "a date": ('x = timestamp("some day")\n' + ORDER, 'the date "some day"', 3),
    "a library": (
        "import user/lib/1 as lib\nx = lib.level(close)\n" + ORDER, r"`lib\.level\(\)` of a library", 4,
    ),
    "all drawings": ("l = line.new(0, 1.0, 2, 3.0)\nx = line.all.size() * 1.0\n" + ORDER, r"`line\.all`", 4),
    "a regular expression": (
        's = str.match(close > 1 ? "a" : "b", "a+")\nx = str.length(s) * 1.0\n' + ORDER, r"`str\.match\(\)`", 3,
    ),
    "what bars do not hold": ('x = request.dividends("X")\n' + ORDER, r"`request\.dividends\(\)`", 3),
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


def test_account_arguments_that_change_trades_are_refused() -> None:
    source = '//@version=6\nstrategy("s", calc_on_every_history_tick = true)\nstrategy.entry("L", strategy.long)\n'
    with pytest.raises(PineUnsupportedError, match="`calc_on_every_history_tick`: recalculation on every tick of past"):
        compile_script(checked_script(source))
    assert compile_script(checked_script(source.replace("true", "false"))).strings == ("L",)


def test_errors_of_the_checker_come_with_their_frames() -> None:
    with pytest.raises(PineError, match=r"2 errors in the script") as caught:
        compile_script(check(HEAD + 'x = ta.smaa(close, 3)\nstrategy.entry("L", strategy.long, qty = y)\n'), "mine")
    assert "mine:3:5: error[PW103]" in caught.value.what
    assert "mine:4:" in caught.value.what


def test_an_indicator_is_no_strategy() -> None:
    with pytest.raises(PineError, match="places no orders"):
        compile_script(checked_script('//@version=6\nindicator("i")\nplot(close)\n'))


def test_series_must_be_of_the_bars_alone() -> None:
    several = checked_script('//@version=6\nindicator("i")\nx = array.from(close)\n')
    with pytest.raises(PineUnsupportedError, match="`x` is no number"):
        compile_series(several, ("x",))
    account = checked_script(HEAD + "x = strategy.equity\n")
    with pytest.raises(PineUnsupportedError, match="`x` reads the account"):
        compile_series(account, ("x",))
