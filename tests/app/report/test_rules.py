"""The call behind each signal of a list of trades, found in the script's text."""

from __future__ import annotations

import pytest

from pinewright.app.report.rules import MOST_NAMES, rules_of

from .evidence_example import SCRIPT

HEAD = '//@version=6\nstrategy("x")\n'


def signals(source: str) -> list[str]:
    return [rule.signal for rule in rules_of(source)]


def test_an_entry_has_its_line_condition_and_names() -> None:
    rule = next(one for one in rules_of(SCRIPT) if one.signal == "Long")
    assert rule.order.line == 13
    assert rule.order.text == 'strategy.entry("Long", strategy.long)'
    assert rule.conditions == ("goLong and barstate.isconfirmed",)
    assert [place.line for place in rule.names] == [5, 6, 8, 9, 10]
    assert rule.names[-1].text == "goLong = ta.crossover(fast, slow)"


def test_else_is_told_by_what_did_not_hold() -> None:
    rule = next(one for one in rules_of(SCRIPT) if one.signal == "Short")
    assert rule.conditions == ("not (goLong and barstate.isconfirmed)", "ta.crossunder(fast, slow)")
    assert "goLong = ta.crossover(fast, slow)" in [place.text for place in rule.names]


def test_an_exit_is_known_by_its_comments_and_its_id() -> None:
    found = {rule.signal: rule for rule in rules_of(SCRIPT)}
    assert {"Take profit", "Stop loss", "Leave"} <= set(found)
    assert found["Stop loss"].conditions == ()
    assert found["Stop loss"].order.line == 16
    assert "reach = stopAtr * ta.atr(14)" in [place.text for place in found["Stop loss"].names]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('strategy.entry("L", strategy.long)', ["L"]),
        ('strategy.entry(id = "L", direction = strategy.long, comment = "in")', ["in"]),
        ('strategy.order("L", strategy.long, 1.0)', ["L"]),
        ('strategy.close("L")', ["Close entry(s) order L"]),
        ('strategy.close("L", comment = "out")', ["out"]),
        ("strategy.close_all()", ["Close position order"]),
        ('strategy.close_all("flat")', ["flat"]),
        ('name = "L"\nstrategy.entry(name, strategy.long)', ["L"]),
        ('strategy.entry(close > open ? "up" : "down", strategy.long)', ["up", "down"]),
        ('strategy.exit("X", "L", stop = 1.0, comment_loss = "stopped")', ["stopped", "X"]),
        ('strategy.exit("X", "L", stop = 1.0, comment = "out")', ["out"]),
        ('f() =>\n    strategy.entry("F", strategy.long)\nf()', ["F"]),
        (
            'switch\n    close > open => strategy.entry("L", strategy.long)\n    => strategy.close_all()',
            ["L", "Close position order"],
        ),
        ("strategy.entry(str.tostring(bar_index), strategy.long)", []),
        ("plot(close)", []),
    ],
)
def test_signals(line: str, expected: list[str]) -> None:
    assert signals(HEAD + line + "\n") == expected


def test_when_of_version_five_is_a_condition() -> None:
    source = '//@version=5\nstrategy("x")\ngo = close > open\nstrategy.entry("L", strategy.long, when = go)\n'
    assert rules_of(source)[0].conditions == ("go",)
    assert rules_of(source)[0].names[0].text == "go = close > open"


def test_two_orders_of_one_name_are_both_told() -> None:
    order = 'strategy.entry("L", strategy.long)\n'
    assert [
        rule.order.line for rule in rules_of(f"{HEAD}if close > open\n    {order}if close > high[1]\n    {order}")
    ] == [4, 6]


def test_names_are_few_and_a_text_on_many_lines_is_one() -> None:
    names = "".join(f"x{k} = close[{k}] + {f'x{k - 1}' if k else '0'}\n" for k in range(40))
    rule = rules_of(f'{HEAD}{names}if x39 > 0 and\n     x38 > 1\n    strategy.entry("L",\n         strategy.long)\n')[0]
    assert len(rule.names) == MOST_NAMES
    assert rule.order.text == 'strategy.entry("L", strategy.long)'
    assert rule.conditions == ("x39 > 0 and x38 > 1",)


def test_a_script_that_does_not_parse_has_no_rules_and_a_deep_one_no_end() -> None:
    assert rules_of("strategy('x'\nif") == ()
    assert rules_of("") == ()
    deep = " + ".join(["close"] * 3_000)
    assert signals(f'{HEAD}x = {deep}\nif x > 0\n    strategy.entry("L", strategy.long)\n') == ["L"]
