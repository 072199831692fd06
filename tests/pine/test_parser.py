"""Text to tree: every construct of the subset."""

from __future__ import annotations

import pytest

from pinewright.pine.parser import parse
from pinewright.pine.printer import print_expression
from pinewright.pine.syntax import (
    Argument,
    Binary,
    Block,
    Call,
    Case,
    Declaration,
    Expression,
    ExpressionStatement,
    For,
    FunctionDeclaration,
    If,
    Index,
    Jump,
    Literal,
    LiteralKind,
    Member,
    Name,
    Parameter,
    Parenthesis,
    Reassignment,
    Statement,
    Switch,
    Ternary,
    Tuple,
    TupleDeclaration,
    TypeName,
    Unary,
    While,
)

A, B, C, D = (Name(name) for name in "abcd")
FLOAT, INT = TypeName("float"), TypeName("int")


def one(number: int) -> Literal:
    return Literal(LiteralKind.INT, number, str(number))


def statements(source: str) -> tuple[Statement, ...]:
    tree, found = parse(source)
    assert [finding.message for finding in found] == []
    return tree.statements


def statement(source: str) -> Statement:
    (made,) = statements(source)
    return made


def value(source: str) -> Expression:
    made = statement(f"v = {source}")
    assert isinstance(made, Declaration)
    return made.value


def block(*values: Expression) -> Block:
    return Block(tuple(map(ExpressionStatement, values)))


@pytest.mark.parametrize(
    ("source", "kind", "meaning"),
    [
        ("007", LiteralKind.INT, 7),
        ("1.", LiteralKind.FLOAT, 1.0),
        (".5", LiteralKind.FLOAT, 0.5),
        ("1e5", LiteralKind.FLOAT, 1e5),
        ("1.5E-3", LiteralKind.FLOAT, 1.5e-3),
        ("true", LiteralKind.BOOL, True),
        ("#FF9800", LiteralKind.COLOR, "#FF9800"),
        ('"a"', LiteralKind.STRING, "a"),
        (r"'it\'s \"x\" \\ \n'", LiteralKind.STRING, 'it\'s "x" \\ \n'),
        ('"one\n     two"', LiteralKind.STRING, "one two"),
    ],
)
def test_literals(source: str, kind: LiteralKind, meaning: object) -> None:
    made = value(source)
    assert isinstance(made, Literal)
    assert (made.kind, made.value, made.text) == (kind, meaning, source)


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("a + b * c", Binary("+", A, Binary("*", B, C))),
        ("a - b - c", Binary("-", Binary("-", A, B), C)),
        ("a < b == c > d", Binary("==", Binary("<", A, B), Binary(">", C, D))),
        ("a or b and c", Binary("or", A, Binary("and", B, C))),
        ("not a == b", Binary("==", Unary("not", A), B)),
        ("-a[1] * b", Binary("*", Unary("-", Index(A, one(1))), B)),
        ("not -a", Unary("not", Unary("-", A))),
        ("a ? b : c ? d : a", Ternary(A, B, Ternary(C, D, A))),
        ("a ? b ? c : d : a", Ternary(A, Ternary(B, C, D), A)),
        ("a or b ? c : d", Ternary(Binary("or", A, B), C, D)),
        ("(a + b) * c", Binary("*", Parenthesis(Binary("+", A, B)), C)),
        ("a\n  + b", Binary("+", A, B)),
        ("a\n     ? b\n     : c", Ternary(A, B, C)),
        ("ta.sma(a, 5)[1]", Index(Call(Member(Name("ta"), "sma"), (Argument(A), Argument(one(5)))), one(1))),
        ("a.b.c[1][2]", Index(Index(Member(Member(A, "b"), "c"), one(1)), one(2))),
        ("f(a, x = b)", Call(Name("f"), (Argument(A), Argument(B, "x")))),
        ("f()", Call(Name("f"), ())),
        ("float(a) + int(b)", Binary("+", Call(Name("float"), (Argument(A),)), Call(Name("int"), (Argument(B),)))),
        ("color.red", Member(Name("color"), "red")),
        ("array.new<float>()", Call(Member(Name("array"), "new"), (), (FLOAT,))),
        ("map.new<int, float>()", Call(Member(Name("map"), "new"), (), (INT, FLOAT))),
        ("array.new <float>()", Call(Member(Name("array"), "new"), (), (FLOAT,))),
        ("a < b > (c)", Binary(">", Binary("<", A, B), Parenthesis(C))),
        ("[a, b]", Tuple((A, B))),
        ("line", Name("line")),
        ("to + by + in", Binary("+", Binary("+", Name("to"), Name("by")), Name("in"))),
    ],
)
def test_values(source: str, tree: Expression) -> None:
    assert value(source) == tree


@pytest.mark.parametrize(
    ("source", "tree"),
    [
        ("x = a", Declaration("x", A)),
        ("var x = a", Declaration("x", A, "var")),
        ("varip int x = a", Declaration("x", A, "varip", INT)),
        ("float x = a", Declaration("x", A, None, FLOAT)),
        ("series float x = a", Declaration("x", A, None, TypeName("float", "series"))),
        ("const int x = a", Declaration("x", A, None, TypeName("int", "const"))),
        ("array<float> x = a", Declaration("x", A, None, TypeName("array", None, (FLOAT,)))),
        ("var float[] x = a", Declaration("x", A, "var", TypeName("array", None, (FLOAT,)))),
        ("chart.point x = a", Declaration("x", A, None, TypeName("chart.point"))),
        ("color = a", Declaration("color", A)),
        ("type = a", Declaration("type", A)),
        ("[x, _] = a", TupleDeclaration(("x", "_"), A)),
        ("a := b", Reassignment(A, ":=", B)),
        ("a.b += c", Reassignment(Member(A, "b"), "+=", C)),
        ("a %= c", Reassignment(A, "%=", C)),
        ("f(a)", ExpressionStatement(Call(Name("f"), (Argument(A),)))),
        ("enum(a)", ExpressionStatement(Call(Name("enum"), (Argument(A),)))),
        ("[a, b]", ExpressionStatement(Tuple((A, B)))),
        ("break", Jump("break")),
        ("continue", Jump("continue")),
    ],
)
def test_statements(source: str, tree: Statement) -> None:
    assert statement(source) == tree


def test_several_statements_on_a_line() -> None:
    assert statements("x = a, y = b\nz = c") == (Declaration("x", A), Declaration("y", B), Declaration("z", C))


def test_if_as_statement_and_value() -> None:
    chain = If(A, block(B), block(If(C, block(D), block(A))), elif_=True)
    assert statement("if a\n    b\nelse if c\n    d\nelse\n    a\n") == ExpressionStatement(chain)
    assert statement("x = if a\n    b\nelse\n    c\n") == Declaration("x", If(A, block(B), block(C)))
    nested = If(A, block(B), block(If(C, block(D))))
    assert statement("if a\n    b\nelse\n    if c\n        d\n") == ExpressionStatement(nested)


def test_switch() -> None:
    cases = (
        Case(A, block(B)),
        Case(C, Block((Declaration("x", D), ExpressionStatement(Name("x"))))),
        Case(None, block(A)),
    )
    assert statement("v := switch d\n    a => b\n    c =>\n        x = d\n        x\n    => a\n") == Reassignment(
        Name("v"), ":=", Switch(D, cases)
    )
    assert statement("switch\n    a => x := 1, y := 2\n") == ExpressionStatement(
        Switch(None, (Case(A, Block((Reassignment(Name("x"), ":=", one(1)), Reassignment(Name("y"), ":=", one(2))))),))
    )


def test_loops() -> None:
    assert statement("for i = a to b - 1 by 2\n    c\n") == ExpressionStatement(
        For("i", A, Binary("-", B, one(1)), one(2), block(C))
    )
    assert statement("x = for i = 0 to 9\n    i\n") == Declaration(
        "x", For("i", one(0), one(9), None, block(Name("i")))
    )
    loop = While(A, Block((ExpressionStatement(If(B, Block((Jump("break"),)))),)))
    assert statement("while a\n    if b\n        break\n") == ExpressionStatement(loop)


def test_functions() -> None:
    parameters = (
        Parameter("a"),
        Parameter("b", FLOAT),
        Parameter("c", TypeName("int", "simple"), one(3)),
        Parameter("d", TypeName("array", None, (FLOAT,))),
    )
    inline = statement("f(a, float b, simple int c = 3, array<float> d) => a + b")
    assert inline == FunctionDeclaration("f", parameters, block(Binary("+", A, B)))
    assert isinstance(inline, FunctionDeclaration)
    assert inline.body.inline
    body = Block((Declaration("x", A), ExpressionStatement(Tuple((Name("x"), B)))))
    assert statement("f() =>\n    x = a\n    [x, b]\n") == FunctionDeclaration("f", (), body)
    assert statement("f() => x = a, [x, b]") == FunctionDeclaration("f", (), body)


@pytest.mark.parametrize(
    ("source", "version"),
    [
        ("//@version=6\nx = 1", 6),
        ("// licence\n\n// @version = 5\n\nx = 1", 5),
        ("\ufeff//@version=6\r\nx = 1", 6),
        ("//@version=4", 4),
        ("x = 1\n//@version=6\ny = 2", None),
        ("x = 1", None),
        ("", None),
    ],
)
def test_the_version(source: str, version: int | None) -> None:
    assert parse(source)[0].version == version


def test_comments_and_blank_lines_go_to_their_statements() -> None:
    tree, _ = parse("// one\n\n// two\na // beside\n\n\n// three\nif b // head\n    c\n    // foot\n\n// end\n")
    first, second = tree.statements
    assert [comment.text for comment in first.comments] == ["// one", "", "// two"]
    assert first.trailing is not None
    assert first.trailing.text == "// beside"
    assert (second.blank_lines, [comment.text for comment in second.comments]) == (2, ["// three"])
    assert second.trailing is not None
    assert second.trailing.text == "// head"
    assert isinstance(second, ExpressionStatement)
    assert isinstance(second.value, If)
    assert [comment.text for comment in second.value.then.footer] == ["// foot"]
    assert [comment.text for comment in tree.footer] == ["", "// end"]


@pytest.mark.parametrize(
    "source",
    ["a + b", "f(a, x = b)[1]", "a ? b : c", "not (a and b)", "[a, b]", "ta.sma(close, 5).x", "-1.5e3", "(a)"],
)
def test_the_span_of_a_value_is_its_text(source: str) -> None:
    text = f"if t\r\n\tv = {source} // note"
    tree, _ = parse(text)
    (chosen,) = tree.statements
    assert isinstance(chosen, ExpressionStatement)
    assert isinstance(chosen.value, If)
    (made,) = chosen.value.then.statements
    assert isinstance(made, Declaration)
    span = made.value.span
    assert text[span.start : span.end] == source == print_expression(made.value)
    assert (span.line, span.column, span.end_column) == (2, 6, 6 + len(source))
    assert text[made.span.start : made.span.end] == f"v = {source}"
    assert text[made.name_span.start : made.name_span.end] == "v"
    assert text[chosen.span.start : chosen.span.end] == text[:-8]


def test_long_chains_are_read() -> None:
    total = "+".join(["a"] * 200)
    choice = "".join(f"a == {place} ? b : " for place in range(200)) + "c"
    branches = "if a\n    b\n" + "else if a\n    b\n" * 100
    assert len(statements(f"x = {total}\ny = {choice}\n{branches}")) == 3
