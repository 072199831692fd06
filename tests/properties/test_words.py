"""Functions of texts that are known in the source mean what they mean while a script runs."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pinewright.machine.heap import Element
from pinewright.pine.compiler.graph import Const
from pinewright.pine.compiler.words import folded
from pinewright.pine.types import Kind

from ..machine.heap.support import PlainMachine, spelled, text

LETTERS = "aZßẞÿŸµéÉ÷×ςσΣΩωияЯЁёџЏſıİŉǆ 7\t\n\x0b\x1f\x85\xa0\u2003\u3000\U0001f600"
TEXTS = st.one_of(
    st.text(st.sampled_from(LETTERS), max_size=8), st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        *((f"str.{name}", 1) for name in ("length", "lower", "upper", "trim")),
        *((f"str.{name}", 2) for name in ("contains", "startswith", "endswith")),
        ("str.replace_all", 3),
    ],
)
@settings(max_examples=60, deadline=None)
@given(given_texts=st.lists(TEXTS, min_size=3, max_size=3), part=st.slices(8))
def test_known_texts(name: str, count: int, given_texts: list[str], part: slice) -> None:
    given_texts[1] = given_texts[0][part] if len(given_texts[2]) % 2 else given_texts[1]
    words = given_texts[:count]
    machine = PlainMachine(cells=2**9, objects=2**5)
    found = machine.call(name.replace(".", "_"), *(text(machine, word) for word in words))
    known = folded(name, [Const(word, Kind.STRING) for word in words])
    assert known is not None
    assert known.value == (spelled(machine, found) if known.kind is Kind.STRING else found)


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(st.integers(-(2**60), 2**60).map(float), st.floats(), st.just(-0.0)),
    st.sampled_from([Kind.INT, Kind.FLOAT]),
)
def test_known_numbers(number: float, kind: Kind) -> None:
    machine = PlainMachine(cells=2**9, objects=2**5)
    found = machine.call("str_tostring", number, float("nan"), int(Element.NUMBER), 0)
    known = folded("str.tostring", [Const(number, kind)])
    assert known is None or known.value == spelled(machine, found)
