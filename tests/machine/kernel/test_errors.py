"""What is outside the language is refused with function, line and the text of the line."""

from __future__ import annotations

import re

import pytest

from pinewright.errors import KernelError
from pinewright.machine.kernel import Columns, Floats, Module, Struct, compile_module, declare, kernel, kernel_source


class Box(Struct):
    x: float
    n: int


class Fixed(Struct, frozen=True):
    n: int


NAMES = {"Box": Box, "Fixed": Fixed, "text": "abc", "run": declare("run", (int,), float)}

WRONG = {
    "n = 0.5\n    n = 1\n    m = 1\n    m = 0.5": (5, "local 'm' is int and cannot take float", "0.0"),
    "return 1.5": (2, "result is int and cannot take float", "int\\(x\\)"),
    "if a:\n        return 1\n    return 2": (2, "condition is bool and cannot take int", ""),
    "return a + True": (2, "is bool, a number is wanted", "int\\(x\\)"),
    "return aa": (2, "unknown name 'aa'", "did you mean 'a'"),
    "return b.y": (2, "Box has no field 'y'", "legal: n, x"),
    "return a.x": (2, "`a` is int and has no fields", ""),
    "return a[0]": (2, "`a` is int and has no elements", ""),
    "b.n = 0.5\n    return 1": (2, "`b.n` is int and cannot take float", ""),
    "b.n += 0.5\n    return 1": (2, "`b.n` is int and cannot take float", ""),
    "f.n = 3\n    return 1": (2, "`f.n` cannot be assigned", "frozen"),
    "c[0] = x\n    return 1": (2, "`c\\[0\\]` cannot be assigned", "only read"),
    "x[-1] = 0.0\n    return 1": (2, "does not count from the end", ""),
    "x[0:3] = 0.0\n    return 1": (2, "only `p\\[k:\\]`", ""),
    "x[0.5] = 0.0\n    return 1": (2, "index is int and cannot take float", ""),
    "return len(x)": (2, "the length of `x` is not known", ""),
    "if a > 0:\n        y = 1\n    return y": (4, "'y' may be read before it has a value", "every way"),
    "for i in range(a):\n        y = i\n    return y": (4, "'y' may be read before", ""),
    "while a > 0:\n        a -= 1": (1, "can end without return", ""),
    "for i in x:\n        pass\n    return 1": (2, "range\\(...\\) only", ""),
    "for i in range(0, 5, 0):\n        pass\n    return 1": (2, "step of range is 0", ""),
    "return 1 < a < 3": (2, "chained comparison", "a < b and b < c"),
    "return a ** 2": (2, "operator Pow", ""),
    "return [1][0]": (2, "List", ""),
    "return print(a)": (2, "`print` is no function", ""),
    "return foo(a)": (2, "`foo` is no function", ""),
    "return int(x=a)": (2, "by position only", ""),
    "return min(a)": (2, "min takes 2 arguments", ""),
    "return inner(a)": (2, "does not take 1 arguments", ""),
    "inner(a, b, a)\n    return 1": (2, "does not take 3", ""),
    "inner(0.5, b)\n    return 1": (2, "argument 'k' of inner is int and cannot take float", ""),
    "y = inner(a, b)\n    return 1": (2, "returns nothing", ""),
    "a + 1\n    return 1": (2, "an expression alone", ""),
    "y, z = a\n    return 1": (2, "tuple of the same length", ""),
    "y = z = a\n    return 1": (2, "one target only", ""),
    "y: str = 1\n    return 1": (2, "'str' is no type", "legal"),
    "import math\n    return 1": (2, "statement Import", ""),
    "return text": (2, "is no value of the kernel language", ""),
    "return 99999999999999999999": (2, "does not fit into 64 bits", ""),
    "return b == b": (2, "Box and Box cannot be compared", ""),
    "return a is a": (2, "comparison Is", ""),
    "return ~a": (2, "operator Invert", ""),
    "with a:\n        pass": (2, "statement With", ""),
}

HEAD = "def f(a: int, x: Floats, c: Columns, b: Box, f: Fixed) -> int:\n    "
INNER = "\ndef inner(k: int, b: Box) -> None:\n    b.n = k\n"


@pytest.mark.parametrize("body", WRONG)
def test_error_names_line_and_text(body: str) -> None:
    line, what, hint = WRONG[body]
    module = Module("test")
    text = HEAD + body + INNER
    module.add_source(text, NAMES, file="script.py")
    with pytest.raises(KernelError, match=what) as caught:
        module.ir()
    assert caught.value.where == f"script.py:{line} in f"
    assert f"`{text.splitlines()[line - 1].strip()}`" in caught.value.what
    assert re.search(hint, caught.value.hint or "")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("def f(:\n    pass", "invalid syntax"),
        ("x = 1", "only functions"),
        ("def f() -> None:\n    pass\ndef f() -> None:\n    pass", "defined twice"),
        ("@other\ndef f() -> None:\n    pass", "unknown decorator"),
        ("@kernel(fast=True)\ndef f() -> None:\n    pass", "unknown decorator"),
    ],
)
def test_wrong_sources(text: str, words: str) -> None:
    with pytest.raises(KernelError, match=words):
        kernel_source(text)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        ("def f(a) -> None:", "annotation is missing"),
        ("def f(a: int):", "annotation is missing"),
        ("def f(a: int = 3) -> None:", "without defaults"),
        ("def f(*a: int) -> None:", "plain positional"),
        ("def f(a: None) -> None:", "cannot be None"),
        ("def f(a: dict) -> None:", "'dict' is no type"),
    ],
)
def test_wrong_signatures(head: str, words: str) -> None:
    with pytest.raises(KernelError, match=words):
        Module("test").add(kernel_source(head + "\n    pass")["f"]).ir()


@kernel
def _wrong(x: Floats, c: Columns) -> float:
    total = 0
    total += x[0]  # type: ignore[assignment]
    return total


def test_error_in_a_decorated_function_names_the_file() -> None:
    with pytest.raises(KernelError, match=r"local 'total' is int and cannot take float in `total \+= x\[0\]") as caught:
        Module("test").add(_wrong).ir()
    assert re.fullmatch(r"test_errors\.py:\d+ in _wrong", caught.value.where or "")


def test_modules_refuse_what_does_not_fit() -> None:
    text = "def go(n: int) -> float:\n    return run(n)"
    module = Module("m")
    module.add_source(text, NAMES)
    with pytest.raises(KernelError, match="'run' is called but defined nowhere"):
        compile_module(module, ["go"], cache=False)
    module.add_source("def run(n: float) -> float:\n    return n")
    with pytest.raises(KernelError, match=r"declared as \(int\) -> float but defined as \(float\) -> float"):
        module.ir()
    with pytest.raises(KernelError, match="already"):
        module.add_source("def run(n: float) -> float:\n    return n")
    with pytest.raises(KernelError, match="no function 'gone' was added"):
        module.ir(["gone"])
    with pytest.raises(KernelError, match="no type"):
        declare("f", (str,), None)
    with pytest.raises(KernelError, match="no body in plain Python"):
        declare("f", (int,), None)(1)


def test_unknown_functions_of_sources_and_natives() -> None:
    source = kernel_source("def step() -> None:\n    pass")
    with pytest.raises(KernelError, match="no function 'stop'") as caught:
        source["stop"]
    assert "step" in (caught.value.hint or "")
    native = compile_module(Module("m").add(source["step"]), ["step"], cache=False)
    with pytest.raises(KernelError, match="no function 'stop' is exported"):
        native.function("stop")
