"""The house format."""

from __future__ import annotations

from pathlib import Path

import pytest

from pinewright.errors import PineError
from pinewright.pine.parser import parse
from pinewright.pine.printer import print_expression, print_script
from pinewright.pine.spelling import LINE_LENGTH
from pinewright.pine.syntax import (
    Argument,
    Binary,
    Block,
    Call,
    Comment,
    Declaration,
    Expression,
    ExpressionStatement,
    If,
    Index,
    Literal,
    LiteralKind,
    Member,
    Name,
    Once,
    Script,
    Ternary,
    Unary,
)

GOLDEN = Path(__file__).parents[1] / "golden" / "pine"
A, B, C = Name("a"), Name("b"), Name("c")


def formatted(source: str) -> str:
    tree, found = parse(source)
    assert not found
    return print_script(tree)


def read(name: str) -> str:
    return (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["trend_cross.pine", "messy.expected.pine"])
def test_a_script_in_the_house_format_stays_as_it_is(name: str) -> None:
    assert formatted(read(name)) == read(name)


def test_any_script_gets_the_house_format() -> None:
    assert formatted(read("messy.pine")) == read("messy.expected.pine")


@pytest.mark.parametrize(
    ("source", "printed"),
    [
        ("a=1,b=2", "a = 1\nb = 2\n"),
        ("f( x=1 )", "f(x = 1)\n"),
        ("float[] a=b", "float[] a = b\n"),
        ("series lib.T [ ] a=b", "series lib.T[] a = b\n"),
        ("map<string,float>a=b", "map<string, float> a = b\n"),
        ("type   T\n\tint a\n\tvarip float b=1 // b", "type T\n    int a\n    varip float b = 1 // b\n"),
        ("export enum E\n\ta\n\n\n\tb='B'", "export enum E\n    a\n\n    b = 'B'\n"),
        ("import  a/B/1  as  c", "import a/B/1 as c\n"),
        ("export method m(T this,int a=1)=>a", "export method m(T this, int a = 1) => a\n"),
        ("export const int a=1", "export const int a = 1\n"),
        ("for[i,x]in a\n\tb", "for [i, x] in a\n    b\n"),
        ("for int i=0 to 9 by 2\n\tb", "for int i = 0 to 9 by 2\n    b\n"),
        ("x=for y in a\n\tb", "x = for y in a\n    b\n"),
        ("x=9 [1]", "x = 9[1]\n"),
        ("once\n\tb", "once\n    b\n"),
        ("once a // c\n\tb", "once a // c\n    b\n"),
        ("switch a\n\tb=>break\n\t=>[c,d]", "switch a\n    b => break\n    => [c, d]\n"),
        ("f()=>a=1,a", "f() => a = 1, a\n"),
        ("(a+b).m().n[1]", "(a + b).m().n[1]\n"),
        ('a="""x\r\n y""" // c', 'a = """x\n y""" // c\n'),
        ("#region a\nb\n#endregion", "#region a\nb\n#endregion\n"),
        ("//@function a\n//@param b\nf(b)=>b", "//@function a\n//@param b\nf(b) => b\n"),
        ("x=array.new<float>( 0 )", "x = array.new<float>(0)\n"),
        ("x=-a*not b", "x = -a * not b\n"),
        ("a\n\n\n\nb", "a\n\nb\n"),
        ("f(x)=>x+1", "f(x) => x + 1\n"),
        ("f(x)=>\n\tx", "f(x) =>\n    x\n"),
        ("x=1.50e3+#ff9800", "x = 1.50e3 + #ff9800\n"),
        ("x='a' + \"b\"", "x = 'a' + \"b\"\n"),
        ("", ""),
        ("// only", "// only\n"),
    ],
)
def test_spelling(source: str, printed: str) -> None:
    assert formatted(source) == printed


def test_long_calls_take_one_line_an_argument() -> None:
    arguments = ", ".join(f"argument_{place} = {place}" for place in range(12))
    printed = formatted(f"if a\n    b = f({arguments}) // note")
    lines = printed.splitlines()
    assert lines[1] == "    b = f("
    assert lines[2] == "         argument_0 = 0,"
    assert lines[-1] == "         argument_11 = 11) // note"
    assert formatted(printed) == printed


@pytest.mark.parametrize("operator", [" and ", " + ", " ? 1 : "])
def test_long_values_break_before_their_operators(operator: str) -> None:
    value = operator.join(f"a_rather_long_name_{place}" for place in range(10))
    printed = formatted(f"x = {value}")
    assert max(map(len, printed.splitlines())) <= LINE_LENGTH
    assert all(line.startswith("     " + operator.split()[0]) for line in printed.splitlines()[1::2][:2])
    assert formatted(printed) == printed
    assert parse(printed)[0] == parse(f"x = {value}")[0]


@pytest.mark.parametrize(
    ("tree", "printed"),
    [
        (Binary("*", Binary("+", A, B), C), "(a + b) * c"),
        (Binary("-", A, Binary("-", B, C)), "a - (b - c)"),
        (Binary("-", Binary("-", A, B), C), "a - b - c"),
        (Unary("not", Binary("and", A, B)), "not (a and b)"),
        (Unary("-", Unary("-", A)), "- -a"),
        (Index(Unary("-", A), B), "(-a)[b]"),
        (Index(Binary("-", A, B), C), "(a - b)[c]"),
        (Ternary(Ternary(A, B, C), B, C), "(a ? b : c) ? b : c"),
        (Ternary(A, B, Ternary(A, B, C)), "a ? b : a ? b : c"),
        (Binary("+", Ternary(A, B, C), C), "(a ? b : c) + c"),
        (Member(Literal(LiteralKind.INT, 1, "1"), "x"), "(1).x"),
        (Index(Literal(LiteralKind.FLOAT, -1.5, "-1.5"), A), "(-1.5)[a]"),
        (Literal(LiteralKind.STRING, 'a "b"', ""), '"a \\"b\\""'),
        (Literal(LiteralKind.BOOL, True, ""), "true"),
    ],
)
def test_trees_made_by_hand(tree: Expression, printed: str) -> None:
    assert print_expression(tree) == printed


def test_what_no_text_can_say_is_an_error() -> None:
    inner = If(A, Block((ExpressionStatement(B),)))
    with pytest.raises(PineError, match="cannot be printed inside a value"):
        print_expression(Binary("+", A, inner))
    assert print_expression(inner) == "if a\n    b"


@pytest.mark.parametrize(
    ("version", "comments", "head"),
    [
        (6, (), "//@version=6\n"),
        (None, (), ""),
        (6, ("// hello", "//@version=5"), "// hello\n//@version=6\n"),
        (5, ("//@version=5", "// hello"), "//@version=5\n// hello\n"),
        (None, ("//@version=5",), ""),
        (5, ("// hello",), "//@version=5\n// hello\n"),
    ],
)
def test_the_version_of_the_tree_is_printed(version: int | None, comments: tuple[str, ...], head: str) -> None:
    statement = ExpressionStatement(Call(A, (Argument(B),)), comments=tuple(map(Comment, comments)))
    printed = print_script(Script((statement,), version))
    assert printed == f"{head}a(b)\n", comments
    assert parse(printed)[0].version == version
    assert print_script(Script((), version)) == (f"//@version={version}\n" if version else "")


def test_a_version_further_down_stays_there() -> None:
    assert formatted("a\n//@version=5\nb\n") == "a\n//@version=5\nb\n"


def test_comments_on_heads_of_blocks_stay_there() -> None:
    source = (
        "// above if\nif a // if\n    b\n    // below b\n\n// above else if\nelse if c // else if\n    d\n"
        "// above else\nelse // else\n    // above e\n    e // e\n"
        "switch // switch\n    // first\n    a => b // arm\n\n    // second\n    => // default\n        c\n"
        "    // foot\nd\n"
    )
    assert formatted(source) == source


def test_comments_around_the_members_of_types_stay_there() -> None:
    source = (
        "// above\ntype T // head\n    // a\n    int a // 1\n\n    // b\n    int b = 2 // 2\n    // foot\n\n"
        'enum E // head\n    // a\n    a\n    b = "B" // B\n    // foot\nfor x in y // for\n    z\n'
    )
    assert formatted(source) == source


def test_what_is_printed_is_legal_under_the_old_rule_of_wrapping() -> None:
    source = "//@version=5\nif a\n    b = f(" + ", ".join(f"argument_{place}" for place in range(20)) + ")\n"
    tree, found = parse(source.replace(", ", ",\n    "))
    assert {finding.code for finding in found} == {"PW018"}
    assert formatted(print_script(tree)) == print_script(tree)


def test_a_once_has_no_value() -> None:
    inner = Once(A, Block((ExpressionStatement(B),)))
    with pytest.raises(PineError, match="has no value"):
        print_script(Script((Declaration("x", inner),), None))


def test_a_comment_inside_a_broken_line_moves_above_it() -> None:
    assert formatted("a = f(b, // first\n     // alone\n     c) // last") == "// alone\n// last\na = f(b, c) // first\n"


def test_a_declaration_prints_all_its_parts() -> None:
    assert formatted("varip series array<float> x = na") == "varip series array<float> x = na\n"
    assert print_script(Script((Declaration("x", A, "var"),), None)) == "var x = a\n"
