"""Functions of the script: which one a call means, what it may read, and what it gives."""

from __future__ import annotations

import pytest

from pinewright.pine.compiler import prelude
from pinewright.pine.parser import parse
from pinewright.pine.syntax import FunctionDeclaration

from .shown import BARS, shown

CLOSE = BARS.close.tolist()
SIZE = len(BARS)


def test_overloads_by_type_and_number() -> None:
    body = """size(float x) => 1
size(string x) => 2
size(array<float> x) => 3
size(float x, float y) => 4
twice(int x) => x * 2
twice(float x) => x + 0.5
"""
    values = ("size(close)", 'size("a")', "size(array.from(1.0))", "size(1, 2.0)", "twice(3)", "twice(3.0)")
    found = shown(body, *values)
    assert [x[0] for x in found] == [1.0, 2.0, 3.0, 4.0, 6.0, 3.5]


def test_methods_of_built_in_types() -> None:
    body = """method half(int x) => x + 100
method half(float x) => x / 2
method half(string x) => x == "ab" ? 1 : 0
method total(array<float> xs, float more = 0.0) =>
    sum = more
    for x in xs
        sum += x
    sum
values = array.from(1.0, 2.0)
"""
    values = (
        "close.half()",
        "bar_index.half()",
        '"ab".half()',
        "values.total()",
        "values.total(more = 5)",
        "(1.0).half()",
    )
    found = shown(body, *values)
    assert found[0] == [x / 2 for x in CLOSE]
    assert found[1] == [k + 100.0 for k in range(SIZE)]
    assert [x[0] for x in found[2:]] == [1.0, 3.0, 8.0, 0.5]


def test_defaults_names_and_tuples() -> None:
    body = """base = 10.0
f(float a, float b = 2.0, float c = close) => [a + b, c, a > b]
[sum1, c1, more1] = f(1.0)
[sum2, c2, _] = f(b = 5.0, a = base)
g(x) =>
    [p, q, r] = f(x, c = 7.0)
    p * 100 + q
"""
    found = shown(body, "sum1", "c1", "more1 ? 1.0 : 0.0", "sum2", "g(3.0)")
    assert (found[0][0], found[2][0], found[3][0], found[4][0]) == (3.0, 0.0, 15.0, 507.0)
    assert found[1] == CLOSE


def test_what_a_function_reads_of_the_script() -> None:
    body = """var count = 0
count += 1
level = close * 2
level += 1
read() => count * 1000 + nz(level[1], -1)
earlier(int back) => nz(count[back], -1)
shown = read()
count += 1
after = read()
"""
    shown_, after, earlier = shown(body, "shown", "after", "earlier(2)")
    before = [-1.0, *(2 * x + 1 for x in CLOSE[:-1])]
    assert shown_ == [1000.0 * (2 * k + 1) + before[k] for k in range(SIZE)]
    assert after == [1000.0 * (2 * k + 2) + before[k] for k in range(SIZE)]
    assert earlier == [-1.0, -1.0, *(2.0 * (k - 1) for k in range(2, SIZE))]


def test_history_inside_functions() -> None:
    body = """of_parameter(float x) => nz(x[1], -1)
of_local(float x) =>
    y = x * 2
    y += 1
    nz(y[1], -1)
of_tuple(float x) =>
    [a, b] = [x, x * 3]
    b
members(float x) =>
    both = x + 1
    [x, both]
[first, second] = members(close)
of_call = nz(of_local(close)[1], -1)
in_block(float x) =>
    float found = na
    if bar_index % 2 == 0
        z = x * 10
        found := nz(z[1], -1)
    found
"""
    body = body.replace("of_tuple(float x) =>\n    [a, b] = [x, x * 3]\n    b\n", "")
    values = ("of_parameter(close)", "of_local(close)", "nz(second[1], -1)", "of_call", "nz(in_block(close), -2)")
    parameter, local, member, call, block = shown(body, *values)
    assert parameter == [-1.0, *CLOSE[:-1]]
    assert local == [-1.0, *(2 * x + 1 for x in CLOSE[:-1])]
    assert member == [-1.0, *(x + 1 for x in CLOSE[:-1])]
    assert call == [-1.0, -1.0, *(2 * x + 1 for x in CLOSE[:-2])]
    assert block == [-2.0 if k % 2 else (CLOSE[k - 2] * 10 if k else -1.0) for k in range(SIZE)]


def test_history_of_variables_of_blocks() -> None:
    body = """seen = -1.0
kept = -1.0
if bar_index % 3 == 0
    x = close
    x += 1
    seen := nz(x[1], -1)
    var n = 0
    n += 1
    kept := nz(n[1], -1)
"""
    seen, kept = shown(body, "seen", "kept")
    assert seen == [(CLOSE[k - 3] + 1 if k else -1.0) if k % 3 == 0 else -1.0 for k in range(SIZE)]
    assert kept == [(k // 3 * 1.0 if k else -1.0) if k % 3 == 0 else -1.0 for k in range(SIZE)]


def test_functions_change_what_they_are_given() -> None:
    body = """note(array<float> log, float x) =>
    log.push(x)
    log.size()
fill(array<float> log) =>
    for i = 0 to 2
        note(log, i)
var log = array.new<float>()
n = note(log, close)
fill(log)
alias = log
alias.set(0, 99.0)
"""
    n, size, first = shown(body, "n", "log.size()", "log.get(0)")
    assert n == [4.0 * k + 1 for k in range(SIZE)]
    assert size == [4.0 * k + 4 for k in range(SIZE)]
    assert first == [99.0] * SIZE


def test_choices_that_give_tuples() -> None:
    body = """[a, b] = if bar_index % 2 == 0
    [1.0, close]
else
    [2.0, open]
pick(int k) =>
    switch k
        0 => [10, 20]
        1 => [30, 40]
        => [50, 60]
[c, d] = pick(bar_index % 3)
[e, f] = if bar_index > 2
    array.from(1)
    [bar_index, bar_index > 5]
"""
    a, b, c, d, e, f = shown(body, "a", "b", "c", "d", "nz(e, -1)", "f ? 1.0 : 0.0")
    assert a == [1.0 + k % 2 for k in range(SIZE)]
    assert b == [BARS.open[k] if k % 2 else CLOSE[k] for k in range(SIZE)]
    assert c == [[10.0, 30.0, 50.0][k % 3] for k in range(SIZE)]
    assert d == [[20.0, 40.0, 60.0][k % 3] for k in range(SIZE)]
    assert e == [float(k) if k > 2 else -1.0 for k in range(SIZE)]
    assert f == [float(k > 5) for k in range(SIZE)]


@pytest.mark.parametrize("lines", [True, False])
def test_long_chains(lines: bool) -> None:
    arms = [f"    bar_index % 15 == {k} => {f'ta.sma(close, 1) * 0 + {k}' if lines else k}" for k in range(14)]
    body = "\n".join(["x = switch", *arms, "    => 99"]) + "\n"
    ifs = ["y = 0.0"]
    for k in range(12):
        word = "if" if k == 0 else "else if"
        ifs += [f"{word} bar_index % 13 == {k}", f"    y := {k}" if lines else f"    y := {k}.5"]
    ifs += ["else", "    y := -1"]
    ternary = " : ".join(f"bar_index % 11 == {k} ? {k}.0" for k in range(10)) + " : 77.0"
    x, y, z = shown(body + "\n".join(ifs) + "\n", "x", "y", ternary)
    assert x == [99.0 if k % 15 == 14 else float(k % 15) for k in range(SIZE)]
    assert y == [-1.0 if k % 13 == 12 else k % 13 + (0.0 if lines else 0.5) for k in range(SIZE)]
    assert z == [77.0 if k % 11 == 10 else float(k % 11) for k in range(SIZE)]


def test_varip_is_var_on_past_bars() -> None:
    (n,) = shown("varip n = 0\nn += 1\n", "n")
    assert n == [k + 1.0 for k in range(SIZE)]


def test_conditional_calls_keep_their_state() -> None:
    body = """last(float x) =>
    var float kept = na
    before = kept
    kept := x
    nz(before, -1)
f = bar_index % 2 == 0 ? last(close) : 0.0
"""
    (found,) = shown(body, "f")
    assert found == [(CLOSE[k - 2] if k else -1.0) if k % 2 == 0 else 0.0 for k in range(SIZE)]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["false first", "true first"])
def test_a_constant_that_decides_a_branch(order: tuple[int, int]) -> None:
    # What a function gives and needs is found once for each: with one constant an array, with the other none.
    body = """pick(bool on, float x) =>
    var float count = 0.0
    count += 1
    if on
        pair = array.from(x, 2.0)
        pair.sum() + count
    else
        count
"""
    calls = ["pick(false, close)", "pick(true, close)"]
    found = shown(body, *(calls[place] for place in order))
    expected = [[k + 1.0 for k in range(SIZE)], [x + 2.0 + k + 1.0 for k, x in enumerate(CLOSE)]]
    assert found == [expected[place] for place in order]


@pytest.mark.parametrize("order", [(0, 1), (1, 0)], ids=["int first", "float first"])
def test_a_constant_that_decides_the_kind(order: tuple[int, int]) -> None:
    body = """kind(int x) => 1
kind(float x) => 2
part(bool whole) =>
    var int count = 0
    count += 1
    whole ? count : count + 0.5
"""
    calls = ["kind(part(true))", "kind(part(false))"]
    assert [x[0] for x in shown(body, *(calls[place] for place in order))] == [place + 1.0 for place in order]


def test_defaults_of_the_prelude_are_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    tree, _ = parse("//@version=6\ncum(source) => plus(source)\nplus(a, b = hl2) => a + b\n")
    for node in tree.statements:
        assert isinstance(node, FunctionDeclaration)
        monkeypatch.setitem(prelude(), node.name, node)
    (found,) = shown("hl2 = 7.0\n", "ta.cum(close) + hl2 * 0")
    assert found == [x + (high + low) / 2 for x, high, low in zip(CLOSE, BARS.high, BARS.low, strict=True)]
