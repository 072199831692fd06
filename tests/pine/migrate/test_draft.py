"""Edits that meet: nested wraps, changes for the same characters, words side by side, and the way back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pinewright.pine.draft import Draft, Edits, Trace, span_at
from pinewright.pine.edit import Edit, replace_text

TEXT = "plot(not(a))\nplot(b)\n"


def test_nested_wraps_stand_inside_each_other() -> None:
    draft = Draft("f(x)")
    outer, inner = span_at("f(x)", 0, 4), span_at("f(x)", 2, 3)
    assert draft.change("PW710", "inner", inner, Edits().wrap(inner, "<", ">"))
    assert draft.change("PW710", "outer", outer, Edits().wrap(outer, "[", "]"))
    assert draft.change("PW710", "outermost", outer, Edits().wrap(outer, "{", "}"))
    assert draft.apply() == "{[f(<x>)]}"


def test_the_second_change_of_the_same_characters_waits() -> None:
    draft = Draft(TEXT)
    assert draft.change("PW701", "first", span_at(TEXT, 0, 4), Edits().replace(span_at(TEXT, 0, 4), "fill"))
    both = Edits().replace(span_at(TEXT, 2, 5), "x").replace(span_at(TEXT, 13, 17), "y")
    assert not draft.change("PW701", "second", span_at(TEXT, 2, 5), both)
    assert draft.postponed
    assert draft.apply() == "fill(not(a))\nplot(b)\n"


def test_words_stay_apart() -> None:
    draft = Draft(TEXT)
    draft.change("PW704", "a word for a bracket", span_at(TEXT, 8, 11), Edits().replace(span_at(TEXT, 8, 11), "value1"))
    assert draft.apply() == "plot(not value1)\nplot(b)\n"


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 4), st.text("xy\n", max_size=4)), max_size=5))
def test_the_way_back(parts: list[tuple[int, int, str]]) -> None:
    """A character that no edit touched is found again where it was."""
    source = "".join(chr(0x100 + place) for place in range(40))
    edits, last = [], 0
    for gap, width, text in parts:
        start = last + 1 + gap % 6
        if start + width >= len(source):
            break
        edits.append(Edit(span_at(source, start, start + width), text))
        last = start + width
    changed = replace_text(source, edits)
    trace = Trace(source).then(edits)
    for place, letter in enumerate(changed):
        if ord(letter) >= 0x100:
            back = trace.back(span_at(changed, place, place + 1))
            assert source[back.start : back.end] == letter
