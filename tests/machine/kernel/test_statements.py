"""Every statement of the kernel language does natively what plain Python does."""

from __future__ import annotations

import enum
import math

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pinewright.machine.kernel import address, kernel

from . import support
from .support import FLOATS, SMALL, both, native_of, same, wrap

SOME = st.lists(FLOATS | st.floats(-10, 10), min_size=1, max_size=20)

LOOPS = """
def collatz(n: int, unused: int, step: int) -> int:
    count = 0
    while n != 1 and count < 200:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        count += 1
    return count

def constant_steps(a: int, b: int, step: int) -> int:
    total = 0
    for i in range(b):
        total += i
    for i in range(a, b):
        total = total * 3 + i
    for i in range(a, b, 3):
        total = total * 3 + i
    for i in range(b, a, -1):
        total = total * 3 + i
    for i in range(b, a, -4):
        total = total * 3 + i
    return total

def variable_step(a: int, b: int, step: int) -> int:
    total = 0
    for i in range(a, b, step):
        total = total * 3 + i
    return total

def changed_counter(a: int, b: int, step: int) -> int:
    total = 0
    for i in range(a, b):
        total = total * 5 + i
        i = i + 100
        b = a
        total += i
    return total

def left_early(a: int, b: int, step: int) -> int:
    total = 0
    for i in range(-20, 20):
        if i == b:
            break
        if i < a:
            continue
        for j in range(3):
            if j == 1:
                continue
            if i + j == step:
                break
            total = total * 3 + j + i
        total += 1
    else_value = 7
    return total + else_value

def found_first(a: int, b: int, step: int) -> int:
    for i in range(-20, 20):
        if i > a and i % step == 0:
            return i
    return -99

def endless(a: int, b: int, step: int) -> int:
    k = a
    while True:
        k += step
        if k > 50:
            found = k
            break
    return found

def last_value_of_counter(a: int, b: int, step: int) -> int:
    i = 77
    for i in range(a, b):
        pass
    return i
"""

BRANCHES = '''
def ladder(a: float, b: float) -> float:
    """Docstrings are allowed."""
    if a < -1:
        r = a
    elif a < b:
        r = b * 2
    elif a != a or b != b:
        r = 1.0
    else:
        r = a - b
    return r

def early(a: float, b: float) -> float:
    if a > b:
        return a
    elif b > 3:
        return b
    if not (a < 0):
        pass
    else:
        return -a
    return 0

def swap(a: float, b: float) -> float:
    x, y = a, b
    x, y = y, x
    x, y = x / 2, y - x
    return x + 3 * y

def augmented(a: float, b: float) -> float:
    x = a
    x += b
    x -= 1
    x *= 2.5
    x /= b
    x //= 3
    x %= 7
    return x

def annotated(a: float, b: float) -> float:
    x: float
    y: float = 1
    x = y
    if b > 0:
        x = 3
    return x + a

def truth(a: float, b: float) -> float:
    up = a > b
    both = up and a > 0
    both = both or b < 0
    return 1.0 if both == up else 2.0

def rebound(a: float, b: float) -> float:
    a = a + b
    b = a
    return a + b
'''


@settings(max_examples=80, deadline=None)
@given(a=SMALL, b=SMALL, step=st.integers(1, 5))
@example(a=-3, b=-3, step=2)
def test_loops(a: int, b: int, step: int) -> None:
    for name in ("constant_steps", "variable_step", "changed_counter", "left_early", "found_first", "endless"):
        native, plain = both(LOOPS, name, a, b, step)
        assert native == wrap(plain), name
    native, plain = both(LOOPS, "last_value_of_counter", a, b, step)
    assert native == plain
    native, plain = both(LOOPS, "collatz", abs(a) + 1, b, step)
    assert native == plain


def test_a_variable_step_that_is_not_positive_runs_no_round() -> None:
    assert both(LOOPS, "variable_step", 0, 5, 1)[0] > 0
    native, _ = native_of(LOOPS)[1].function("variable_step")(0, 5, 0), None
    assert native == 0


@settings(max_examples=80, deadline=None)
@given(a=FLOATS, b=FLOATS)
@example(a=math.nan, b=0.0)
@example(a=0.0, b=0.0)
def test_branches_and_assignments(a: float, b: float) -> None:
    for name in ("ladder", "early", "swap", "augmented", "annotated", "truth", "rebound"):
        native, plain = both(BRANCHES, name, a, b)
        assert same(native, plain), name


ARRAYS = """
def running(x: Floats, out: Floats, n: int, m: int) -> None:
    total = 0.0
    for i in range(n):
        total += x[i]
        out[i] = total
        if i >= m:
            out[i] -= x[i - m]
            total -= x[i - m]
    shift(out[1:], n - 1)

def shift(out: Floats, n: int) -> None:
    tail = out[0:]
    for i in range(n):
        tail[i] = tail[i] * 2
    out[0] /= 3
"""


@settings(max_examples=40, deadline=None)
@given(x=SOME, m=st.integers(1, 5))
def test_arrays_and_moved_pointers(x: list[float], m: int) -> None:
    import numpy as np

    source, native = native_of(ARRAYS)
    array, out = np.array([*x, 0.0]), np.zeros(len(x) + 1)
    plain = [0.0] * (len(x) + 1)
    native.function("running")(address(array), address(out), len(x), m)
    source["running"]([*x, 0.0], plain, len(x), m)
    assert all(same(a, b) for a, b in zip(out, plain, strict=True))


@kernel
def _factorial(n: int) -> float:
    return 1.0 if n <= 1 else n * _factorial(n - 1)


@kernel
def _even(n: int) -> bool:
    return True if n == 0 else _odd(n - 1)


@kernel
def _odd(n: int) -> bool:
    return False if n == 0 else _even(n - 1)


def test_functions_call_themselves_and_each_other() -> None:
    text = """
def count(n: int) -> float:
    return f(n) + (1 if even(n) else 0) + helper(n)
def helper(n: int) -> int:
    return n if n < 2 else helper(n - 1) + helper(n - 2)
"""
    source, native = native_of(text, {"f": _factorial, "even": _even})
    for n in range(8):
        assert native.function("count")(n) == source["count"](n)


def test_statements_after_a_return_are_not_run() -> None:
    native, plain = both("def f(a: int) -> int:\n    return a\n    return a // 0", "f", 4)
    assert native == plain == 4


class _Side(enum.IntEnum):
    LONG = 1
    SHORT = -1


@kernel(inline=False)
def _constants(x: float) -> float:
    return x * _Side.SHORT + support.TEN * math.tau + FACTOR + (math.inf if FLAG else 0)


FACTOR = 4
FLAG = False


def test_constants_of_modules_and_enums() -> None:
    _, native = native_of("def f(x: float) -> float:\n    return g(x)", {"g": _constants})
    assert native.function("f")(2.5) == _constants(2.5) == -2.5 + 10 * math.tau + 4


def test_functions_inside_functions_see_what_is_around_them() -> None:
    around = 2.5

    @kernel
    def inner(x: float) -> float:
        return x * around

    _, native = native_of("def f(x: float) -> float:\n    return g(x)", {"g": inner})
    assert native.function("f")(2.0) == inner(2.0) == 5.0
