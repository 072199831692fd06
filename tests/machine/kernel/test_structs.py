"""Structs: one layout for numpy and native code, tables inside structs, references."""

from __future__ import annotations

import numpy as np
import pytest

from pinewright.errors import KernelError
from pinewright.machine.kernel import (
    Bools,
    Columns,
    Floats,
    Ints,
    Struct,
    address,
    addresses,
    bools,
    floats,
    ints,
    kernel,
    table,
)

from .support import native_of


class Order(Struct):
    live: bool
    price: float
    market: bool
    late: bool
    size: int


class Account(Struct):
    flag: bool
    cash: float
    orders: list[Order] = table(Order, 5)
    levels: Floats = floats(3)
    on: Bools = bools(3)
    first: Order
    counts: Ints = ints(2)
    close: Floats
    last: bool
    others: list[Order]
    columns: Columns


NAMES = {"Order": Order, "Account": Account}

TEXT = """
def fill(a: Account, n: int) -> float:
    a.flag = not a.flag
    a.cash += 1.5
    for k in range(len(a.orders)):
        o = a.orders[k]
        o.live = k % 2 == 0
        o.price = 0.5 * k
        o.late = o.live and k > 1
        o.size -= k
        change(a.orders[k])
    a.orders[2].price = a.orders[4].price
    a.levels[1] = 7.0
    a.on[2] = True
    a.on[0] = a.on[2] and not a.on[1]
    a.first.size = 11
    change(a.first)
    a.counts[1] += n
    a.last = True
    best = a.orders[0]
    for k in range(1, 5):
        if a.orders[k].price > best.price:
            best = a.orders[k]
    best.size = 99
    total = 0.0
    for i in range(n):
        total += a.close[i] + a.columns[1][i]
        a.others[i].price = total
    return total

def change(o: Order) -> None:
    o.market = True
    o.size *= 10

def pick(a: Account, k: int) -> Order:
    return a.orders[k]

def use(a: Account, k: int) -> None:
    o = pick(a, k)
    o.price = -1.0
    pick(a, k + 1).price = -2.0

def rebind(a: Account, b: Account) -> None:
    a.close = b.close
    a.others = b.others[1:]

def over(all: list[Account], n: int) -> None:
    for k in range(n):
        all[k].cash = float(k)
        all[k].orders[k].size = k
"""


def test_layout_and_tables_round_trip() -> None:
    source, native = native_of(TEXT, NAMES)
    close, column, others = np.array([1.0, 2.0]), np.array([10.0, 20.0]), np.zeros(2, Order.dtype())
    columns = addresses([close, column])
    records = np.zeros(3, Account.dtype())
    record = records[1]
    record["close"], record["columns"], record["others"] = address(close), address(columns), address(others)
    total = native.function("fill")(address(records) + records.itemsize, 2)

    plain = Account(close=[1.0, 2.0], columns=[[1.0, 2.0], [10.0, 20.0]], others=[Order(), Order()])
    assert source["fill"](plain, 2) == total == 33.0
    result = Account.from_record(record)
    assert [o.price for o in plain.others] == [o["price"] for o in others] == [11.0, 33.0]
    for account in (result, plain):
        account.close = account.columns = account.others = None  # type: ignore[assignment]
    assert repr(result) == repr(plain)
    assert plain.orders[2].size == 99
    assert not records[0].tobytes().strip(b"\0")
    assert not records[2].tobytes().strip(b"\0")


def test_references_are_returned_and_pointers_rebound() -> None:
    source, native = native_of(TEXT, NAMES)
    records = np.zeros(2, Account.dtype())
    native.function("use")(address(records), 2)
    assert records[0]["orders"]["price"].tolist() == [0.0, 0.0, -1.0, -2.0, 0.0]
    plain = Account()
    source["use"](plain, 2)
    assert [order.price for order in plain.orders] == [0.0, 0.0, -1.0, -2.0, 0.0]
    records[1]["close"], records[1]["others"] = 4096, 8192
    native.function("rebind")(address(records), address(records) + records.itemsize)
    assert records[0]["close"] == 4096
    assert records[0]["others"] == 8192 + Order.dtype().itemsize


def test_lists_of_structs_as_parameters() -> None:
    _, native = native_of(TEXT, NAMES)
    records = np.zeros(4, Account.dtype())
    native.function("over")(address(records), 4)
    assert records["cash"].tolist() == [0.0, 1.0, 2.0, 3.0]
    assert [records[k]["orders"]["size"][k] for k in range(4)] == [0, 1, 2, 3]


def test_sizes_are_those_of_c() -> None:
    assert Order.dtype().itemsize == 32
    assert [Order.dtype().fields[name][1] for name in Order.dtype().names or ()] == [0, 8, 16, 17, 24]  # type: ignore[index]


def test_bools_other_than_one_are_true() -> None:
    _, native = native_of("def f(x: Bools) -> bool:\n    return x[0]")
    assert native.function("f")(address(np.array([7], dtype=np.uint8))) is True


def test_bytes_are_ints_of_eight_bits() -> None:
    text = """
def fill(pixels: Bytes, count: int, value: int) -> int:
    total = 0
    for k in range(count):
        pixels[k] = value + k
        pixels[k] += 1
        total += pixels[k]
    row = pixels[count:]
    row[0] = 7
    return total
"""
    source, native = native_of(text)
    pixels, plain = np.zeros(6, dtype=np.uint8), bytearray(6)
    total = native.function("fill")(address(pixels), 5, 200)
    assert total == source["fill"](plain, 5, 200) == 5 * 203
    assert pixels.tolist() == [201, 202, 203, 204, 205, 7]
    assert native.function("fill")(address(pixels), 1, 511) == 0
    assert pixels[0] == 0


def test_structs_of_a_function_and_bases() -> None:
    class Inner(Struct):
        x: float

    class Outer(Order):
        items: list[Inner] = table(Inner, 2)
        inner: Inner

    assert [field.name for field in Outer.__fields__] == ["live", "price", "market", "late", "size", "items", "inner"]
    assert Outer().items[1].x == Outer().inner.x == 0.0


@pytest.mark.parametrize(
    ("note", "default", "words"),
    [(str, None, "no type of a field"), ("Missing", None, "Missing"), (float, 1.5, "start at zero")],
)
def test_wrong_fields(note: object, default: object, words: str) -> None:
    body: dict[str, object] = {"__annotations__": {"x": note}}
    if default is not None:
        body["x"] = default
    with pytest.raises(KernelError, match=words):
        type("Wrong", (Struct,), body)


def test_unknown_field_of_a_plain_object() -> None:
    with pytest.raises(KernelError, match="no field 'prize'"):
        Order(prize=1.0)


class Frozen(Struct, frozen=True):
    n: int
    close: Floats


@kernel
def _sum_into(v: Frozen, out: Floats, c: Columns) -> None:
    for i in range(v.n):
        out[0] += v.close[i] + c[0][i]


def test_loads_of_frozen_structs_and_columns_leave_the_loop() -> None:
    """A store into a float array cannot change a pointer or a count, so nothing but data is loaded in the loop."""
    from pinewright.machine.kernel import Module

    text = Module("t").add(_sum_into).ir()
    assert text.count("!invariant.load !1") == 3
    records, close, out = np.zeros(1, Frozen.dtype()), np.array([1.0, 2.0]), np.zeros(1)
    records["n"], records["close"] = 2, address(close)
    _, native = native_of(
        "def f(v: Frozen, o: Floats, c: Columns) -> None:\n    g(v, o, c)", {"Frozen": Frozen, "g": _sum_into}
    )
    columns = addresses([close])
    native.function("f")(address(records), address(out), address(columns))
    assert out[0] == 6.0
