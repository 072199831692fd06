"""Every expression of the kernel language gives natively what plain Python gives."""

from __future__ import annotations

import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pinewright.errors import KernelError

from .support import FLOATS, INTS, both, native_of, same, wrap

FLOAT_EXPRESSIONS = {
    "add": "a + b",
    "sub": "a - b",
    "mul": "a * b",
    "div": "a / b",
    "floordiv": "a // b",
    "mod": "a % b",
    "neg": "-a",
    "plus": "+a",
    "choice": "a if a < b else b",
    "choice_of_int": "1 if a < b else b",
    "choice_then_int": "a if a < b else 2",
    "choice_nested": "(a if b > 0.0 else b) if a < b else (1.5 if a > 0 else -2)",
    "min": "min(a, b)",
    "max": "max(a, b)",
    "abs": "abs(a)",
    "fabs": "math.fabs(a)",
    "sqrt": "math.sqrt(a)",
    "ffloor": "ffloor(a)",
    "fceil": "fceil(a)",
    "ftrunc": "ftrunc(a)",
    "fround": "fround(a)",
    "copysign": "math.copysign(a, b)",
    "fmod": "math.fmod(a, b)",
    "nested": "(a + b) * (a - b) / (abs(b) + 1)",
}
INT_EXPRESSIONS = {
    "add": "a + b",
    "sub": "a - b",
    "mul": "a * b",
    "floordiv": "a // b",
    "mod": "a % b",
    "neg": "-a",
    "abs": "abs(a)",
    "min": "min(a, b)",
    "max": "max(a, b)",
    "and": "a & b",
    "or": "a | b",
    "xor": "a ^ b",
    "constant": "a // 7 + b % -3",
    "choice": "a if a > b else b",
}
TESTS = {
    "lt": "a < b",
    "le": "a <= b",
    "gt": "a > b",
    "ge": "a >= b",
    "eq": "a == b",
    "ne": "a != b",
    "self": "a == a",
    "not": "not a < b",
    "and": "a < b and b > 0",
    "or": "a < b or b > 0",
    "mixed": "not (a < 1 or b > 2) and (a == b or not b != 3)",
    "choice": "a > 0 if b < 0 else a < 0",
    "equal_bools": "(a < 0) == (b < 0)",
    "unequal_bools": "(a < 0) != (b < 0)",
    "bits": "(a < 0) & (b < 0) | (a > b)",
}
CONVERSIONS = {
    "int": "int(a)",
    "floor": "math.floor(a)",
    "ceil": "math.ceil(a)",
    "trunc": "math.trunc(a)",
    "round": "round(a)",
    "int_of_bool": "int(a > 0.0)",
    "int_of_int": "int(int(a))",
    "floor_of_int": "math.floor(int(a))",
}
LIBRARY = ["exp", "log", "log10", "log2", "sin", "cos", "tan", "asin", "acos", "atan"]


def _module(expressions: dict[str, str], type_: str, returns: str) -> str:
    return "\n".join(
        f"def f_{name}(a: {type_}, b: {type_}) -> {returns}:\n    return {text}" for name, text in expressions.items()
    )


@settings(max_examples=60, deadline=None)
@given(a=FLOATS, b=FLOATS)
@example(a=-0.0, b=0.0)
@example(a=1.0, b=0.0)
@example(a=math.nan, b=1.0)
@example(a=1.0, b=math.nan)
@example(a=0.49999999999999994, b=-2.5)
@example(a=4503599627370497.5, b=-0.5)
def test_floats(a: float, b: float) -> None:
    text = _module(FLOAT_EXPRESSIONS, "float", "float")
    for name, expression in FLOAT_EXPRESSIONS.items():
        native, plain = both(text, f"f_{name}", a, b)
        assert same(native, plain), f"{expression} of {a!r}, {b!r}: native {native!r}, Python {plain!r}"


@settings(max_examples=60, deadline=None)
@given(a=INTS, b=INTS)
@example(a=-(2**63), b=-1)
@example(a=-(2**63), b=0)
@example(a=7, b=-2)
@example(a=-7, b=2)
def test_ints_wrap_at_64_bits(a: int, b: int) -> None:
    text = _module(INT_EXPRESSIONS, "int", "int")
    for name, expression in INT_EXPRESSIONS.items():
        native, plain = both(text, f"f_{name}", a, b)
        assert native == wrap(plain), f"{expression} of {a}, {b}"


@settings(max_examples=60, deadline=None)
@given(a=INTS, b=INTS)
def test_int_by_int_is_float(a: int, b: int) -> None:
    native, _ = both("def f(a: int, b: int) -> float:\n    return a / b", "f", a, b)
    assert same(native, both("def f(a: float, b: float) -> float:\n    return a / b", "f", float(a), float(b))[1])


@settings(max_examples=60, deadline=None)
@given(a=FLOATS, b=FLOATS, m=INTS, n=INTS)
@example(a=math.nan, b=math.nan, m=0, n=0)
def test_comparisons(a: float, b: float, m: int, n: int) -> None:
    for type_, x, y in (("float", a, b), ("int", m, n)):
        text = _module(TESTS, type_, "bool")
        for name, expression in TESTS.items():
            native, plain = both(text, f"f_{name}", x, y)
            assert native is plain, f"{expression} of {x!r}, {y!r}"


@settings(max_examples=60, deadline=None)
@given(a=FLOATS | st.floats(-1e6, 1e6))
@example(a=math.nan)
@example(a=math.inf)
@example(a=-math.inf)
@example(a=2.5)
@example(a=-0.5)
@example(a=9.3e18)
def test_conversions_saturate(a: float) -> None:
    text = _module(CONVERSIONS, "float", "int")
    for name, expression in CONVERSIONS.items():
        native, plain = both(text, f"f_{name}", a, 0.0)
        assert native == plain, f"{expression} of {a!r}"


@settings(max_examples=60, deadline=None)
@given(a=FLOATS | st.floats(-50, 50), b=FLOATS | st.floats(-5, 5))
@example(a=0.0, b=-1.0)
@example(a=-0.0, b=-3.0)
@example(a=-2.0, b=1e308)
def test_library_functions(a: float, b: float) -> None:
    text = "\n".join(f"def f_{name}(a: float, b: float) -> float:\n    return math.{name}(a)" for name in LIBRARY)
    text += "\ndef f_pow(a: float, b: float) -> float:\n    return math.pow(a, b)"
    text += "\ndef f_atan2(a: float, b: float) -> float:\n    return math.atan2(a, b)"
    for name in [*LIBRARY, "pow", "atan2"]:
        native, plain = both(text, f"f_{name}", a, b)
        assert same(native, plain) or math.isclose(native, plain, rel_tol=1e-15, abs_tol=1e-300), (name, a, b)


@settings(max_examples=40, deadline=None)
@given(a=FLOATS)
def test_classes_of_floats(a: float) -> None:
    for test in ("math.isnan(a)", "math.isinf(a)", "math.isfinite(a)", "bool(a)", "a != a"):
        native, plain = both(f"def f(a: float) -> bool:\n    return {test}", "f", a)
        assert native is plain, test


@pytest.mark.parametrize("value", ["math.nan", "math.inf", "-math.inf", "math.pi", "-0.0", "1e-320", "3", "-3", "True"])
def test_constants(value: str) -> None:
    native, plain = both(f"def f() -> float:\n    return float({value})", "f")
    assert same(native, float(plain))


def test_smallest_int_is_a_constant() -> None:
    native, plain = both("def f() -> int:\n    return -9223372036854775808", "f")
    assert native == plain == -(2**63)


def test_branches_of_a_choice_and_of_and_are_lazy() -> None:
    text = """
def f(x: Ints, k: int, n: int) -> int:
    return x[k] if k < n and x[k] > 0 else -1
"""
    native, _ = both(text, "f", None, 3, 0)
    assert native == -1


STACKED = """
def fill(s: Floats, k: int, x: float) -> None:
    s[k] = x

def remembered(k: int, x: float) -> float:
    s = stack(3)
    fill(s[1:], k, x)
    s[0] = s[0] + s[1] * 10.0 + s[2] * 100.0
    return s[0]
"""


@given(k=st.integers(0, 1), x=FLOATS)
def test_stack_is_zero_and_writable(k: int, x: float) -> None:
    native, plain = both(STACKED, "remembered", k, x)
    assert same(native, plain)


def test_the_length_of_a_stack_may_be_a_constant_of_the_module() -> None:
    source, native = native_of(STACKED.replace("stack(3)", "stack(SIZE)"), {"SIZE": 3})
    assert same(native.function("remembered")(1, 2.5), source["remembered"](1, 2.5))


@pytest.mark.parametrize("length", ["0", "513", "n", "True", "2.0", "math", "math.pi"])
def test_stack_takes_a_known_length(length: str) -> None:
    with pytest.raises(KernelError, match="stack takes a literal or a constant of the module from 1 to 512"):
        both(f"def wrong(n: int) -> float:\n    s = stack({length})\n    return s[0]", "wrong", 1)
