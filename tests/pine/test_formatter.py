"""A formatted script means the same and keeps what it is made of."""

from __future__ import annotations

import pytest

from pinewright.errors import PineError
from pinewright.pine import formatter
from pinewright.pine.formatter import format_source


@pytest.mark.parametrize(
    ("source", "formatted"),
    [
        ("a=1", "a = 1\n"),
        ("a=1\r\nb=2\r\n", "a = 1\r\nb = 2\r\n"),
        ("a=1\rb=2", "a = 1\rb = 2\r"),
        ("a=1\r\nb=2\nc=3\n", "a = 1\nb = 2\nc = 3\n"),
        ("\ufeffa=1", "\ufeffa = 1\n"),
        ('a="""x\r\n y"""\r\n', 'a = """x\r\n y"""\r\n'),
        ("", ""),
    ],
)
def test_line_ends_and_marks_stay(source: str, formatted: str) -> None:
    assert format_source(source) == formatted
    assert format_source(formatted) == formatted


def test_all_syntax_errors_are_told_with_their_lines() -> None:
    with pytest.raises(PineError) as caught:
        format_source("a = (1\nb = 2 2\n", "two.pine")
    assert caught.value.where == "two.pine"
    assert "2 syntax errors" in caught.value.what
    assert "two.pine:1:5: error[PW005]" in caught.value.what
    assert "two.pine:2:7: error[PW002]" in caught.value.what


def test_warnings_do_not_stop_it() -> None:
    assert format_source("//@version=5\nf(a,\n    b)\n") == "//@version=5\nf(a, b)\n"


@pytest.mark.parametrize(
    ("printed", "what"),
    [("a = 2\n", "mean something else"), ("a = 1\n", "lose a comment"), ("a = (", "something else")],
)
def test_a_defect_of_the_printer_is_an_error(monkeypatch: pytest.MonkeyPatch, printed: str, what: str) -> None:
    monkeypatch.setattr(formatter, "print_script", lambda tree: printed)
    with pytest.raises(PineError, match=what):
        format_source("a = 1 // note\n")
