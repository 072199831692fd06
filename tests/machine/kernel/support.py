"""What the tests of the kernel language share: native and plain Python side by side."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st

from pinewright.machine.kernel import Module, Native, Source, compile_module

FLOATS = st.floats(width=64) | st.sampled_from(
    [0.0, -0.0, 1.0, -1.0, 0.5, math.nan, math.inf, -math.inf, 1e308, 5e-324]
)
INTS = st.integers(-(2**63), 2**63 - 1) | st.integers(-9, 9) | st.sampled_from([-(2**63), 2**63 - 1])
TEN = 10
SMALL = st.integers(-9, 9)


def wrap(value: int) -> int:
    """An int as 64 bits hold it."""
    return (value + 2**63) % 2**64 - 2**63


def same(a: Any, b: Any) -> bool:
    """Equal with NaN equal to NaN and the two zeros distinct."""
    if isinstance(a, float) or isinstance(b, float):
        a, b = float(a), float(b)
        return (math.isnan(a) and math.isnan(b)) or (a == b and math.copysign(1.0, a) == math.copysign(1.0, b))
    return bool(a == b)


@functools.cache
def _compiled(text: str) -> tuple[Source, Native]:
    module = Module("test")
    source = module.add_source(text)
    return source, compile_module(module, list(source.functions), cache=False)


def both(text: str, name: str, *args: Any) -> tuple[Any, Any]:
    """Results of a function of a text: native, plain Python."""
    source, native = _compiled(text)
    return native.function(name)(*args), source[name](*args)


def native_of(text: str, names: Mapping[str, object] | None = None, *more: Any) -> tuple[Source, Native]:
    """A text with names, compiled without a cache."""
    module = Module("test")
    source = module.add_source(text, names)
    module.add(*more)
    return source, compile_module(module, list(source.functions), cache=False)
