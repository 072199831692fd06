"""What is wrong with the text of a script: one finding a statement, with code and place, and the rest is read."""

from __future__ import annotations

from pathlib import Path

import pytest

from pinewright.pine.diagnostics import Severity, frame
from pinewright.pine.parser import parse
from pinewright.pine.rules import rules
from pinewright.pine.syntax import Declaration, Name

GOLDEN = Path(__file__).parents[1] / "golden" / "pine"


@pytest.mark.parametrize(
    ("code", "source"),
    [
        ("PW001", "x = * 2"),
        ("PW001", "plot(close,)"),
        ("PW001", "f(if a)"),
        ("PW001", "x = a\n? b : c"),
        ("PW002", "x = 5 5"),
        ("PW002", 'f("a" b)'),
        ("PW002", "if a then\n    b"),
        ("PW002", "if a\n  x := 1"),
        ("PW002", "for i = 0 until 5\n    i"),
        ("PW002", "x = f(a[1)"),
        ("PW003", 'x = "abc'),
        ("PW003", "f('abc)"),
        ("PW004", "x = a && b"),
        ("PW004", "x = 1;"),
        ("PW004", "x = a\u00a0+ b"),
        ("PW005", "x = (a + b"),
        ("PW005", "x = f(a,"),
        ("PW005", "x = a[1"),
        ("PW005", "x = [a, b"),
        ("PW005", "x = a)"),
        ("PW005", "if (a\n    b"),
        ("PW006", "x = 1\n    w = 2"),
        ("PW006", "    x = 1"),
        ("PW006", "if a\n    b\n        c"),
        ("PW007", "if a\nb()"),
        ("PW007", "f() =>"),
        ("PW007", "switch a\n"),
        ("PW008", "if a = b\n    c"),
        ("PW008", "x = (a = b)"),
        ("PW008", "x = a = b"),
        ("PW009", "f(x)\n    x + 1"),
        ("PW009", "f(x) = x + 1"),
        ("PW009", "switch a\n    b\n"),
        ("PW010", "var if = 1"),
        ("PW010", "f(a, while) => a"),
        ("PW011", "x = " + "(" * 500 + ")" * 500),
        ("PW011", "x = " + "-" * 5000 + "1"),
        ("PW011", "x = " + "+".join("a" * 1000)),
        ("PW011", "x = a" + "[1]" * 1000),
        ("PW011", "x = " + "a ? b : " * 1000 + "c"),
        ("PW011", "if a\n    b\n" + "else if a\n    b\n" * 1000),
        ("PW011", "".join(" " * 4 * depth + "if a\n" for depth in range(300)) + " " * 1200 + "b"),
        ("PW011", "a" + "<a" * 3000),
        ("PW012", "x = #FF98"),
        ("PW012", "x = " + "1" * 5000),
        ("PW013", "else\n    a"),
        ("PW014", "x = a +"),
        ("PW014", "x = a +\n    b"),
        ("PW014", "x = a ? b"),
        ("PW015", "float x"),
        ("PW015", "var x"),
        ("PW015", "array<float> x"),
        ("PW016", "f(a) := b"),
        ("PW016", "[a, b] := f()"),
        ("PW002", "for i = 0 to 5 step 2\n    i"),
        ("PW002", "for [i] in a\n    i"),
        ("PW002", "import a/b/1 of c"),
        ("PW002", "x = 9 .y"),
        ("PW002", "float x := 1"),
        ("PW002", "type T\n    int x int z"),
        ("PW002", "enum T\n    1\n    z"),
        ("PW003", 'x = """abc'),
        ("PW004", "x\u200b = 1"),
        ("PW004", "größe = 1"),
        ("PW006", "type T\n    int x\n        int z"),
        ("PW007", "type T"),
        ("PW007", "enum T"),
        ("PW009", "method m(T this)\n    this"),
        ("PW010", "for [i, if] in a\n    i"),
        ("PW010", "type T\n    int if"),
        ("PW011", "x = " + "a<" * 3000),
        ("PW014", "x = a ?\n    b : c"),
        ("PW014", "x =\n    b"),
        ("PW019", "type T\n    x\n    int z"),
        ("PW019", "type T\n    x = 1\n    int z"),
        ("PW020", "import a/b"),
        ("PW020", "import a/b/c"),
        ("PW020", "import a-b/c.d/1"),
        ("PW021", "export plot(a)"),
        ("PW021", "export x := 1"),
    ],
)
def test_one_finding_and_the_rest_is_read(code: str, source: str) -> None:
    tree, found = parse(f"before = a\n{source}\ny = b\n")
    assert [finding.code for finding in found] == [code]
    assert found[0].severity is Severity.ERROR
    names = [statement.name for statement in tree.statements if isinstance(statement, Declaration)]
    assert (names[0], names[-1]) == ("before", "y")
    assert found[0].span.line >= 2


def test_every_code_is_explained_and_no_other_is_used() -> None:
    tested = {mark.args[1][place][0] for mark in _marks() for place in range(len(mark.args[1]))}
    assert tested | {"PW017", "PW018"} == {code for code in rules() if code < "PW1"}


def _marks() -> list[pytest.Mark]:
    marks: list[pytest.Mark] = vars(test_one_finding_and_the_rest_is_read)["pytestmark"]
    return marks


@pytest.mark.parametrize(
    ("source", "message", "column"),
    [
        ("if a = b\n    c", 'Mismatched input "=" expecting "end of line without line continuation"', 6),
        ("x = f(a", 'Mismatched input "end of line without line continuation" expecting ")"', 6),
        ("x = a)", 'Mismatched input ")" expecting "end of line without line continuation"', 6),
        ("x = a +", 'Syntax error at input "end of line without line continuation"', 8),
        ("x = * 2", 'Syntax error at input "*"', 5),
        ("import a/b", 'Mismatched input "end of line without line continuation" in the path of an import', 11),
    ],
)
def test_wording_and_place(source: str, message: str, column: int) -> None:
    (finding,) = parse(source)[1]
    assert (finding.message, finding.span.line, finding.span.column) == (message, 1, column)
    assert finding.hint


def test_a_block_of_eight_spaces_is_read_with_a_warning() -> None:
    tree, found = parse("if a\n        b\n")
    assert [(finding.code, finding.severity) for finding in found] == [("PW017", Severity.WARNING)]
    assert len(tree.statements) == 1


def test_findings_inside_blocks_leave_the_rest_of_the_block() -> None:
    tree, found = parse("f(a) =>\n    b = = 1\n    if b\n        c = (\n        d = a\n    d\nx = f(1)\n")
    assert [(finding.code, finding.span.line) for finding in found] == [("PW001", 2), ("PW005", 4)]
    assert len(tree.statements) == 2


@pytest.mark.parametrize(
    ("source", "places"),
    [
        ("f(a b, c, d e)", [(1, 5), (1, 13)]),
        ("f(g(a b), h(c d))", [(1, 7), (1, 15)]),
        ("if f(a b)\n    g(c d)\nelse\n    h(e f)", [(1, 8), (2, 9), (4, 9)]),
        ("if a b\n    c d\nelse if e f\n    g h\ni j", [(1, 6), (2, 7), (3, 11), (4, 7), (5, 3)]),
        ("for i = 0 until 5\n    a b\nc d", [(1, 11), (2, 7), (3, 3)]),
        ("f(a, 1) =>\n    a b\nc d", [(1, 6), (2, 7), (3, 3)]),
        ("x = switch a b\n    c => d e\n    f g => h\n", [(1, 14), (2, 12), (3, 7)]),
        ("type T\n    x\n    int y z\nx y", [(2, 5), (3, 11), (4, 3)]),
        ("type T x\n    int y\nx y", [(1, 6), (3, 3)]),
        ("while (a b)\n    (c d)\n    x = (e f)\n", [(1, 10), (2, 8), (3, 12)]),
    ],
)
def test_all_findings_are_told_in_one_go(source: str, places: list[tuple[int, int]]) -> None:
    assert [(finding.span.line, finding.span.column) for finding in parse(source)[1]] == places


def test_a_statement_with_a_wrong_argument_is_left_out_and_its_neighbours_are_not() -> None:
    tree, found = parse("a = 1\nif f(x y)\n    b = 2\nc = f(x y), d = 3\n")
    assert len(found) == 2
    assert [getattr(statement, "name", "") for statement in tree.statements] == ["a", "d"]


@pytest.mark.parametrize("version", [4, 5])
def test_lines_in_brackets_at_a_multiple_of_four_before_v6(version: int) -> None:
    source = f"//@version={version}\nf(a,\n    b,\n    c)\ng(\n     d\n)\n"
    tree, found = parse(source)
    assert [(finding.code, finding.severity) for finding in found] == [("PW018", Severity.WARNING)] * 2
    assert [finding.span.line for finding in found] == [3, 7]
    assert len(tree.statements) == 2
    assert not parse(source.replace(f"={version}", "=6"))[1]
    assert not parse(source.partition("\n")[2])[1]


@pytest.mark.parametrize(
    "source",
    [
        "if a\n\tb\n\n  // odd\n    c\n",
        "a = b ? c :\n     d ? e :\n     f\n",
        "a = b\n     ? c // yes\n     // no\n     : d\n",
        "if a and\n  b\n    c\n",
        "f(\n     a,\n     // note\n     g(\n       b), // note\n     c)\n",
        "a = input(1, title='x'),\nb = input(2),\n",
        "f(x) => // note\n    x // note\n",
        "f(x) =>\n\n    // note\n    x\n\n",
        "if a\n    b\n// at the margin\n    c\n",
        "a = b[1] [2]\n",
        "a\f=\vb\n",
        "\n\n   \n\t\n// only\n",
        "x = y\n\t  + z\n",
        "a = array.from(\n1,\n2\n)\n",
        "switch\n    a => // note\n        b\n\n    // default\n    => c\n",
        "type = 1\nenum = type\nmethod(type, enum)\nmap = method\n",
        "float = 1\ncolor(float)\nline.new(series, to = by)\n",
        "a = #FF000080\nplot(a, color = #00ff00)\n",
        "label.new(x, y, 'a\n     b')\n",
    ],
)
def test_what_scripts_in_the_wild_hold_is_read(source: str) -> None:
    assert [finding.message for finding in parse(source)[1]] == []


def test_an_arm_with_a_problem_leaves_the_other_arms() -> None:
    tree, found = parse("x = switch a\n    1 -> 2\n    2 => 3\n    3 =>\n        4 4\n    => 5\ny = x\n")
    assert [finding.span.line for finding in found] == [2, 5]
    assert len(tree.statements) == 2


def test_words_of_other_declarations_are_names_elsewhere() -> None:
    tree, found = parse("type = a\nmethod = b\nx = type + method\nf(type) => type\ny = g(enum = import)\n")
    assert not found
    assert len(tree.statements) == 5
    first = tree.statements[0]
    assert isinstance(first, Declaration)
    assert first.value == Name("a")


def test_a_broken_script_has_the_expected_findings() -> None:
    source = (GOLDEN / "broken.pine").read_text(encoding="utf-8")
    tree, found = parse(source)
    text = "\n".join(frame(finding, source, "broken.pine") for finding in found) + "\n"
    assert text == (GOLDEN / "broken.txt").read_text(encoding="utf-8")
    last = tree.statements[-1]
    assert isinstance(last, Declaration)
    assert last.name == "good"
