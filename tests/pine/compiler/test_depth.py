"""Scripts whose values stand on very many others: compiled without recursion, or refused with a line."""

from __future__ import annotations

import pytest

from pinewright.errors import PineUnsupportedError
from pinewright.pine.checker import check
from pinewright.pine.compiler import compile_script, compile_series
from pinewright.program import Program, ProgramColumn

from .support import checked_script, orders, random_bars

HEAD = '//@version=6\nstrategy("s")\nlength = input.int(3)\n'
ORDER = 'strategy.order("O", strategy.long, qty = x)\n'


def chain(step: str, count: int, first: str = "close") -> str:
    """A script of so many variables, each made of the one before, for which ``step`` has ``{}``."""
    lines = [f"a0 = {first}", *(f"a{k} = {step.format(f'a{k - 1}')}" for k in range(1, count + 1))]
    return "\n".join([*lines, f"x = a{count}", ORDER])


def program(body: str) -> Program:
    return compile_script(checked_script(HEAD + body))


STEPS = {
    "averages": "ta.ema({}, 3)",
    "sums over windows": "ta.sma({}, length) - open",
    "sums": "{} + open",
    "sums with inputs": "{} * 0.5 + length",
    "histories": "{0}[1] * 0.5 + high",
    "both": "ta.sma({0}[1], 3) + {0} * 0.5",
    "choices": "close > {} ? open : {}[length]",
}


@pytest.mark.parametrize("name", STEPS)
def test_three_hundred_statements(name: str) -> None:
    assert len(orders(HEAD + chain(STEPS[name].replace("{}", "{0}"), 300), random_bars(1, 20))) == 20


@pytest.mark.parametrize("step", ["{0} + open", "{0}[1] * 0.5 + high", "{0} > 1 ? open : {0} * 2"])
def test_three_thousand_statements(step: str) -> None:
    made = program(chain(step, 3_000))
    assert len(made.text) < 3_000_000  # a line or a column for each, none twice


def test_three_thousand_averages_are_as_many_columns() -> None:
    made = program(chain("ta.sma({0}, 3)", 3_000))
    assert len(made.columns) == 3_000
    for place, column in enumerate(made.columns):
        assert isinstance(column, ProgramColumn)
        assert max(column.columns, default=-1) < place


def test_three_thousand_of_the_account() -> None:
    assert program(chain("{0} + close", 3_000, "strategy.equity")).columns == ()


@pytest.mark.parametrize("first", ["close > open", "strategy.equity > open"])
@pytest.mark.parametrize("step", ["{0} and close > 1", "({0} or close > 1) and high > 2"])
def test_a_thousand_conditions(first: str, step: str) -> None:
    assert program(chain(step, 1_000, first).replace(ORDER, "if x\n    strategy.close_all()\n")).acts


def test_long_chains_inside_functions_and_requests() -> None:
    inner = chain("ta.ema({0}, 3)", 300, "y").replace(ORDER, "").replace("\n", "\n    ")
    assert (
        len(program(f"f(y) =>\n    if y > 1\n        strategy.close_all()\n    {inner}\nx = f(close)\n{ORDER}").columns)
        == 300
    )
    asked = chain("ta.ema({0}, 3)", 300).replace("x = a300", 'x = request.security("", "D", a300)')
    (column,) = program(asked).columns
    assert len(column.request.program.columns) == 300  # type: ignore[union-attr]


def test_long_texts_of_the_chart_are_put_together_in_the_end() -> None:
    assert len(program(chain('{0} + "a"', 1_000, "syminfo.ticker").replace("qty = x", "qty = str.length(x)")).text) > 0
    doubled = chain("{0} + {0}", 60, "syminfo.pricescale").replace("qty = x", "qty = str.length(str.tostring(x))")
    assert len(program(doubled).text) < 10_000


def test_words_chosen_among_a_thousand() -> None:
    words = 'w0 = "a"\n' + "".join(f'w{k + 1} = close > {k} ? "b{k}" : w{k}\n' for k in range(1_000))
    assert len(program(f"{words}strategy.entry(w1000, strategy.long)\n").strings) == 1_001
    with pytest.raises(PineUnsupportedError, match=r"chosen among more than 64, line 1005"):
        program(f'{words}x = request.security(w1000, "D", close)\n{ORDER}')


def test_series_may_be_long_too() -> None:
    source = '//@version=6\nindicator("i")\n' + chain("ta.ema({0}, 3)", 300).replace(ORDER, "")
    assert len(compile_series(checked_script(source), ("x",)).program.columns) == 300


def arms(count: int, body: str) -> str:
    return "".join(f"{'else if' if k else 'if'} close > {k}.0\n    {body.format(k)}\n" for k in range(count))


@pytest.mark.parametrize("body", ["x := {}.0", 'strategy.entry("L", strategy.long)', "x := ta.ema(close, 1 + {})"])
def test_chains_of_choices_end_at_the_limit_of_the_reader(body: str) -> None:
    assert program(f"float x = 0.0\n{arms(250, body)}{ORDER}").text
    found = check(f"{HEAD}float x = 0.0\n{arms(500, body)}{ORDER}").diagnostics
    assert [finding.code for finding in found] == ["PW011"]


def blocks(head: str, count: int) -> str:
    lines = ["x = 0.0", *(f"{'    ' * k}{head.format(k)}" for k in range(count)), f"{'    ' * count}x := 1.0", ""]
    return "\n".join(lines)


NESTED = {
    "parentheses": lambda n: f"x = {'(' * n}close{')' * n}\n",
    "calls": lambda n: f"x = {'ta.ema(' * n}close{', 3)' * n}\n",
    "choices": lambda n: f"x = {'(close > 1 ? ' * n}close{' : 2.0)' * n}\n",
    "blocks": lambda n: blocks("if close > {}", n),
    "loops": lambda n: blocks("for k{} = 0 to 1", n),
}


@pytest.mark.parametrize("name", NESTED)
def test_what_is_nested_ends_at_the_limit_of_the_reader(name: str) -> None:
    assert program(NESTED[name](30) + ORDER).text
    found = check(HEAD + NESTED[name](300) + ORDER).diagnostics
    assert {finding.code for finding in found} == {"PW011"}


def test_what_is_too_deep_for_python_names_a_line() -> None:
    # Offsets that stand on offsets; and as a last resort what nobody thought of.
    body = chain("int(nz(close[{0}]))", 400, "bar_index")
    with pytest.raises(PineUnsupportedError, match=r"nested this deeply, line \d+"):
        program(body)
