"""Edits change their places and nothing else."""

from __future__ import annotations

import pytest

from pinewright.errors import UsageError
from pinewright.pine.edit import Edit, replace_text
from pinewright.pine.parser import parse
from pinewright.pine.syntax import Call, Declaration, Span


def at(start: int, end: int) -> Span:
    return Span(start, end, 1, start + 1, 1, end + 1)


def test_only_the_default_of_an_input_changes() -> None:
    source = "\ufeff//@version=5\r\nlen=input.int( 14 ,'Länge')  // bars\r\n\tx\r\n"
    statement = parse(source)[0].statements[0]
    assert isinstance(statement, Declaration)
    assert isinstance(statement.value, Call)
    changed = replace_text(source, [Edit(statement.value.arguments[0].value.span, "21")])
    assert changed == source.replace("14", "21")


def test_the_order_of_edits_does_not_matter() -> None:
    edits = [Edit(at(4, 5), "E"), Edit(at(0, 1), ""), Edit(at(2, 2), "--"), Edit(at(2, 3), "C")]
    assert replace_text("abcdef", edits) == replace_text("abcdef", edits[::-1]) == "b--CdEf"


def test_no_edit_gives_the_same_text() -> None:
    assert replace_text("a\r\nb", []) == "a\r\nb"


@pytest.mark.parametrize("spans", [[(0, 3), (2, 4)], [(1, 1), (1, 1)], [(0, 4), (1, 2)], [(3, 9)], [(-1, 2)], [(3, 2)]])
def test_edits_that_cannot_be_meant(spans: list[tuple[int, int]]) -> None:
    with pytest.raises(UsageError):
        replace_text("abcdef", [Edit(at(start, end), "x") for start, end in spans])
