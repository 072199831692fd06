"""Texts that no person writes: read or refused by work that grows with their length, and never a crash."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest

from pinewright.pine import lexer
from pinewright.pine.cursor import MAX_CHAIN
from pinewright.pine.diagnostics import Severity
from pinewright.pine.lexer import tokenize
from pinewright.pine.parser import parse
from pinewright.pine.printer import print_script

HEADS = ("if a", "for a b", "for i = a to b", "if a b", "while a", "switch", "f(a) =>", "once a", "type T", "a =>")
REPEATED = (
    *("(", ")", "([)]", "f(a b,", "a<", "a<b,", "a<b>c\n", "a<b>(", "a b\n", "a b,", "a[", "a[]", "a.", "-", "not "),
    *('"\n', '"\n ', ' \\"\n', '"\\"\n ', '"""\\', "'''\"\"\"", "'\"\n ", 'a = "x\n', "#", "§", "a+\n", "a ? b : "),
    *("//\n", "a//\n", " a\n", "else\n    b\n", "a=", "type T\n    a\n", "switch\n    a b\n", "once a\n", "export "),
    *(
        "import a/",
        "method m(",
        "[a,",
        "f(a,\n",
        "    a\nb\n",
        "        a\n    a\na\n",
        "if a\n    b\nelse ",
        "=>",
        "f(a)=>",
    ),
)


def work(text: str) -> int:
    """How many lines of the program run while the text is parsed: a measure that no busy machine changes."""
    count = 0

    def trace(frame: FrameType, event: str, argument: Any) -> Any:
        nonlocal count
        count += 1
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        parse(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("piece", REPEATED)
@pytest.mark.parametrize("frame", ["{}", "x = f({})"])
def test_the_work_grows_with_the_length(piece: str, frame: str) -> None:
    size = 160 // len(piece)
    once, thrice = (work(frame.format(piece * count)) for count in (size, 3 * size))
    assert thrice < 4 * once + 1_000


@pytest.mark.parametrize("piece", REPEATED)
def test_long_texts_are_read_or_refused(piece: str) -> None:
    text = piece * (8_000 // len(piece))
    tree, found = parse(text)
    assert all(0 <= finding.span.start <= finding.span.end <= len(text) for finding in found)
    if not any(finding.severity is Severity.ERROR for finding in found):
        assert parse(print_script(tree))[0] == tree


@pytest.mark.parametrize("head", HEADS)
def test_deep_blocks_are_refused(head: str) -> None:
    text = "".join(" " * 4 * depth + head + "\n" for depth in range(300))
    assert parse(text)[1]


@pytest.mark.parametrize("opening", ["(", "[", "f(", "a[", "f(a, b = ", "-(", "a ? (", "array<", "a.b(c<d>("])
@pytest.mark.parametrize("closing", ["", ")", "]"])
def test_deep_values_are_refused(opening: str, closing: str) -> None:
    assert parse("x = " + opening * 500 + "a" + closing * 500)[1]


def test_chains_are_as_long_as_the_limit() -> None:
    assert not parse("x = a" + " + a" * MAX_CHAIN)[1]
    assert [finding.code for finding in parse("x = a" + " + a" * (MAX_CHAIN + 1))[1]] == ["PW011"]


def test_a_script_of_too_many_tokens_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lexer, "MAX_TOKENS", 10)
    tree, found = parse("//@version=6\na = 1\nb = 2\nc = (\n")
    assert (tree.statements, tree.version) == ((), 6)
    assert [(finding.code, finding.span.line) for finding in found] == [("PW011", 4)]


def test_a_long_run_of_spaces_is_read_once() -> None:
    assert len(tokenize(" " * 1_000_000).tokens) == 1
    assert [token.kind for token in tokenize("a" + " " * 1_000_000 + "b").tokens] == ["name", "name", "newline", "end"]
