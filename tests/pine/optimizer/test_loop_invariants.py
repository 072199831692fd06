"""PW603: what moves out of loops."""

from __future__ import annotations

import pytest

from .support import lines, stays


def test_declarations_move_through_all_loops_with_their_comment() -> None:
    body = (
        "total = 0.0\n"
        "for i = 1 to 5\n"
        "    for j = 1 to 5\n"
        "        root = math.sqrt(high - low) // of the range\n"
        "        total += close[i] / root + j\n"
        "plot(total)\n"
    )
    assert lines(body) == (
        "total = 0.0\n"
        "root = math.sqrt(high - low) // of the range\n"
        "for i = 1 to 5\n"
        "    for j = 1 to 5\n"
        "        total += close[i] / root + j\n"
        "plot(total)\n"
    )


def test_values_get_a_name_and_equal_ones_share_it() -> None:
    body = (
        "f(x) =>\n"
        "    float t = 0.0\n"
        "    for i = 1 to 5\n"
        "        t += math.pow(x, 2) * i + math.pow(x, 2)\n"
        "    t\n"
        "plot(f(close))\n"
    )
    assert lines(body) == (
        "f(x) =>\n"
        "    float t = 0.0\n"
        "    powX2 = math.pow(x, 2)\n"
        "    for i = 1 to 5\n"
        "        t += powX2 * i + powX2\n"
        "    t\n"
        "plot(f(close))\n"
    )


def test_the_size_of_an_array_that_keeps_it() -> None:
    body = (
        "var a = array.new_float(5, 1.0)\n"
        "int k = 0\n"
        "while k < array.size(a)\n"
        "    array.set(a, k, close)\n"
        "    k += 1\n"
        "plot(array.sum(a))\n"
    )
    out = lines(body)
    assert "sizeA = array.size(a)\nwhile k < sizeA\n" in out
    stays(body.replace("array.set(a, k, close)", "array.push(a, close)"))
    stays(body.replace("var a = array.new_float(5, 1.0)", "array<float> a = na"))


def test_the_size_at_the_head_of_a_loop_gets_no_name_for_itself() -> None:
    body = (
        "var a = array.new_float(5, 1.0)\nt = 0.0\nfor i = 0 to array.size(a) - 1\n    t += array.get(a, i)\nplot(t)\n"
    )
    stays(body)
    out = lines(body.replace("get(a, i)", "get(a, i % array.size(a))"))
    assert "sizeA = array.size(a)\nfor i = 0 to sizeA - 1\n    t += array.get(a, i % sizeA)\n" in out


def test_the_end_of_a_loop_is_computed_on_each_pass_since_v6() -> None:
    body = "t = 0.0\nfor i = 0 to math.round(math.sqrt(bar_index))\n    t += i\nplot(t)\n"
    assert lines(body) == (
        "t = 0.0\nround = math.round(math.sqrt(bar_index))\nfor i = 0 to round\n    t += i\nplot(t)\n"
    )
    stays(body, version=5)


@pytest.mark.parametrize(
    "inner",
    [
        "t += math.sqrt(i)",
        "t += math.sqrt(t)",
        "t += i > 3 ? math.sqrt(close) : 0",
        "if i > 3\n        t += math.sqrt(close)",
        "t += math.random(1, 2) * i",
        "t += ta.sma(close, 5) * i",
        "t += math.abs(close - open) * i",
        "t += math.sqrt(close[bar_index]) * i",
        "t += array.get(b, 0) + math.sqrt(array.get(b, 0))",
        "t += b.size() + math.sqrt(f(b))",
        "alert(str.substring('abc', 1))",
    ],
)
def test_what_changes_or_may_fail_stays(inner: str) -> None:
    stays(f"f(x) => x.size()\nb = array.from(1.0)\nt = 0.0 + f(b)\nfor i = 0 to 5\n    {inner}\nplot(t)\n")


@pytest.mark.parametrize("inner", ["t += nz(x[1]) + x", "x := x + i\n    t += x"])
def test_a_variable_with_a_past_or_a_change_stays_and_its_value_moves(inner: str) -> None:
    body = f"t = 0.0\nfor i = 0 to 5\n    x = math.sqrt(close)\n    {inner}\nplot(t)\n"
    assert lines(body) == body.replace("for", "sqrt = math.sqrt(close)\nfor").replace(
        "x = math.sqrt(close)", "x = sqrt"
    )


def test_a_declaration_whose_name_is_known_outside_stays() -> None:
    body = "t = 0.0\nfor i = 0 to 5\n    x = math.sqrt(close)\n    t += x\nx = t * 2\nplot(x)\n"
    assert lines(body).startswith("t = 0.0\nsqrt = math.sqrt(close)\nfor i = 0 to 5\n    x = sqrt\n")
