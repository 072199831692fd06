"""The kernel language: a small typed subset of Python, compiled to native code in this process.

    import numpy as np
    from pinewright.machine.kernel import Columns, Floats, Module, Struct, addresses, address, compile_module
    from pinewright.machine.kernel import declare, floats, kernel, table

    class Order(Struct):
        price: float
        live: bool

    class Account(Struct):
        cash: float
        orders: list[Order] = table(Order, 64)      # arrays that lie inside the struct
        levels: Floats = floats(16)

    step = declare("step", (int, Columns, Account), None)   # defined below, from text

    @kernel(inline=True)
    def buy(a: Account, k: int, price: float) -> None:
        order = a.orders[k]                         # a reference, not a copy
        order.price = price
        order.live = True
        a.cash -= price

    @kernel
    def run(n: int, c: Columns, a: Account) -> float:
        for i in range(n):
            step(i, c, a)
        return a.cash

    def build() -> Module:
        module = Module("example").add(run)
        module.add_source('''
    def step(i: int, c: Columns, a: Account) -> None:
        if c[0][i] > 1.5:
            buy(a, 0, c[0][i])
    ''', {"buy": buy, "Account": Account})
        return module

    native = compile_module(build, exports=["run"], key=source_key(this_python_module) + text)
    close = np.array([1.0, 2.0, 3.0])
    columns = addresses([close])                    # keep the arrays alive during the call
    accounts = np.zeros(1, Account.dtype())         # read results as accounts["cash"][0]
    native.function("run")(3, address(columns), address(accounts))

Modules that change at different times are compiled apart: ``engine = compile_object(build_engine, ["run", "buy"],
key=...)`` may leave ``step`` open, the script's module says ``module.use(buy)`` so that calls of ``buy`` go to the
engine, and ``compile_module(build_script, ["step"], key=..., libraries=[engine])`` joins both: a new script then costs
only its own lines. Calls across objects are not inlined.

Types: ``float`` (double), ``int`` (64 bits, wraps), ``bool``, ``None``; pointers ``Floats``, ``Ints``, ``Bools``,
``Bytes`` (ints of 0 to 255), ``Columns`` (pointers to floats; ``c[k][i]``; never written), structs by reference,
``list[Order]`` (structs behind a pointer or in a table). Ints become floats on their own, nothing else is converted.
``p[k:]`` is a pointer moved on.
Statements: assignment (also of tuples, augmented, annotated), if, while, ``for i in range(...)`` (a step that is a
negative constant counts down), break, continue, return, pass, calls. Expressions: arithmetic with Python's floor for
``//`` and ``%``, comparisons, ``and or not`` on bools, ``a if c else b``, ``& | ^`` on ints, calls of kernel functions,
of int, float, bool, abs, min, max, round, len (of arrays inside structs), most of ``math``, and the intrinsics
``ffloor fceil ftrunc fround peek stack``; constants of modules. A local has the type of its first assignment and must
be assigned on every way to where it is read. No index is checked. What IEEE arithmetic and Python answer differently is
told in ``intrinsics``. Called from Python, a kernel function runs as plain Python on plain objects.

What LLVM may assume, and the caller keeps: the fields of structs, the elements of Floats, of Ints, of Bools, of Bytes
and of Columns are memory apart from each other; frozen structs and Columns do not change during a call.
"""

from __future__ import annotations

from pinewright.machine.kernel.functions import (
    External,
    Function,
    Signature,
    Source,
    declare,
    kernel,
    kernel_source,
)
from pinewright.machine.kernel.intrinsics import MOST_ON_STACK, fceil, ffloor, fround, ftrunc, peek, stack
from pinewright.machine.kernel.module import Module
from pinewright.machine.kernel.native import (
    Native,
    address,
    addresses,
    compile_module,
    compile_object,
    is_stored,
    link,
    source_key,
)
from pinewright.machine.kernel.object_cache import Object
from pinewright.machine.kernel.structs import Struct, bools, floats, ints, table
from pinewright.machine.kernel.target import compile_text
from pinewright.machine.kernel.types import Bools, Bytes, Columns, Floats, Ints

__all__ = [
    "MOST_ON_STACK",
    "Bools",
    "Bytes",
    "Columns",
    "External",
    "Floats",
    "Function",
    "Ints",
    "Module",
    "Native",
    "Object",
    "Signature",
    "Source",
    "Struct",
    "address",
    "addresses",
    "bools",
    "compile_module",
    "compile_object",
    "compile_text",
    "declare",
    "fceil",
    "ffloor",
    "floats",
    "fround",
    "ftrunc",
    "ints",
    "is_stored",
    "kernel",
    "kernel_source",
    "link",
    "peek",
    "source_key",
    "stack",
    "table",
]
