"""Frames: the line, the place, what to do; long lines are cut around the place."""

from __future__ import annotations

from pinewright.pine.checker import check
from pinewright.pine.diagnostics import LONGEST_LINE, Severity, frame
from pinewright.pine.parser import parse

HEAD = '//@version=6\nindicator("t")\n'


def framed(source: str) -> list[str]:
    (finding,) = [item for item in check(source).diagnostics if item.severity is Severity.ERROR]
    return frame(finding, source, "t.pine").splitlines()


def test_the_caret_stands_below_the_place() -> None:
    head, _, line, pointer, hint = framed(HEAD + "x = 1\n\ty = clse\n".replace("\t", ""))
    assert head == 't.pine:4:5: error[PW101]: Undeclared identifier "clse"'
    assert line == "4 | y = clse"
    assert pointer == "  |     ^^^^"
    assert hint == "  = hint: did you mean `close`?"


def test_a_tab_before_the_place_is_a_tab_before_the_caret() -> None:
    lines = framed(HEAD + "if close > open\n\ty = clse\n")
    assert lines[2] == "4 | \ty = clse"
    assert lines[3] == "  | \t    ^^^^"


def test_a_long_line_is_cut_around_the_place() -> None:
    long = " + ".join(["close"] * 60)
    lines = framed(HEAD + f"x = {long} + clse + {long}\n")
    shown, pointer = lines[2].removeprefix("3 | "), lines[3].removeprefix("  | ")
    assert len(shown) <= LONGEST_LINE + 2
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert shown[pointer.index("^") : pointer.rindex("^") + 1] == "clse"


def test_a_finding_over_lines_is_marked_to_the_end_of_the_first() -> None:
    source = "x = (1 +\n"
    (finding,) = parse(source)[1]
    assert "^" in frame(finding, source, "t.pine")
