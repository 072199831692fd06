"""Text to tree: every construct of the language."""

from __future__ import annotations

import pytest

from pinewright.pine.parser import parse
from pinewright.pine.printer import print_expression
from pinewright.pine.syntax import (
    NOWHERE,
    Argument,
    Binary,
    Block,
    Call,
    Case,
    Declaration,
    EnumDeclaration,
    EnumMember,
    Expression,
    ExpressionStatement,
    Field,
    For,
    ForIn,
    FunctionDeclaration,
    If,
    Import,
    Index,
    Jump,
    Literal,
    LiteralKind,
    Member,
    Name,
    Node,
    Once,
    Parameter,
    Parenthesis,
    Reassignment,
    Span,
    Statement,
    Switch,
    Ternary,
    Tuple,
    TupleDeclaration,
    TypeDeclaration,
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
        ("1e-5", LiteralKind.FLOAT, 1e-5),
        ("5.", LiteralKind.FLOAT, 5.0),
        ("#ff980080", LiteralKind.COLOR, "#ff980080"),
        ("true", LiteralKind.BOOL, True),
        ("#FF9800", LiteralKind.COLOR, "#FF9800"),
        ('"a"', LiteralKind.STRING, "a"),
        (r"'it\'s \"x\" \\ \n'", LiteralKind.STRING, 'it\'s "x" \\ \n'),
        ('"one\n     two"', LiteralKind.STRING, "one two"),
        ('"""one\n  "two"\\t"""', LiteralKind.STRING, 'one\n  "two"\t'),
        ("'''one\r\ntwo'''", LiteralKind.STRING, "one\ntwo"),
        ('""', LiteralKind.STRING, ""),
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
        ("(a + b).m()", Call(Member(Parenthesis(Binary("+", A, B)), "m"), ())),
        ("a.get(0).b", Member(Call(Member(A, "get"), (Argument(one(0)),)), "b")),
        ("f(a).g()", Call(Member(Call(Name("f"), (Argument(A),)), "g"), ())),
        ("a[1].b", Member(Index(A, one(1)), "b")),
        ("a.b[1]", Index(Member(A, "b"), one(1))),
        ("f()[1].g(b)", Call(Member(Index(Call(Name("f"), ()), one(1)), "g"), (Argument(B),))),
        ("a\n  .b()", Call(Member(A, "b"), ())),
        ("not not a", Unary("not", Unary("not", A))),
        ("- -a", Unary("-", Unary("-", A))),
        ("a == b != c", Binary("!=", Binary("==", A, B), C)),
        ("a ?\n  b :\n  c", Ternary(A, B, C)),
        ("a\n  and b // why\n  // or not\n  or c", Binary("or", Binary("and", A, B), C)),
        ("(\na\n    + b\n)", Parenthesis(Binary("+", A, B))),
        ("f(\n// note\n    a, // note\n    x = b\n)", Call(Name("f"), (Argument(A), Argument(B, "x")))),
        ("f(type = a, series = b)", Call(Name("f"), (Argument(A, "type"), Argument(B, "series")))),
        ("map.new<string, lib.T>()", Call(Member(Name("map"), "new"), (), (TypeName("string"), TypeName("lib.T")))),
        ("array.new<float[]>()", Call(Member(Name("array"), "new"), (), (TypeName("array", None, (FLOAT,)),))),
        ("a<b", Binary("<", A, B)),
        ("f(a < b, c > (d))", Call(Name("f"), (Argument(Binary("<", A, B)), Argument(Binary(">", C, Parenthesis(D)))))),
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
        ("x = a,", Declaration("x", A)),
        ("once = a", Declaration("once", A)),
        ("once := a", Reassignment(Name("once"), ":=", A)),
        ("once(a)", ExpressionStatement(Call(Name("once"), (Argument(A),)))),
        ("import := a", Reassignment(Name("import"), ":=", A)),
        ("export.a()", ExpressionStatement(Call(Member(Name("export"), "a"), ()))),
        ("var lib.T x = a", Declaration("x", A, "var", TypeName("lib.T"))),
        ("var line[] x = a", Declaration("x", A, "var", TypeName("array", None, (TypeName("line"),)))),
        ("map<string, float> x = a", Declaration("x", A, None, TypeName("map", None, (TypeName("string"), FLOAT)))),
        ("simple float[] x = a", Declaration("x", A, None, TypeName("array", "simple", (FLOAT,)))),
        ("series x = a", Declaration("x", A, None, TypeName("series"))),
        ("export const int X = a", Declaration("X", A, None, TypeName("int", "const"), exported=True)),
        ("a.get(0).b := c", Reassignment(Member(Call(Member(A, "get"), (Argument(one(0)),)), "b"), ":=", C)),
        ("import u/L/1", Import("u", "L", 1)),
        ("import u/L/12 as l", Import("u", "L", 12, "l")),
        ("import 3-x_4/5Lib-a/1 as l", Import("3-x_4", "5Lib-a", 1, "l")),
        ("import for/if/1", Import("for", "if", 1)),
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


def test_loops_over_collections() -> None:
    assert statement("for x in a\n    b\n") == ExpressionStatement(ForIn(("x",), A, block(B)))
    assert statement("y = for [i, x] in a.b()\n    x\n") == Declaration(
        "y", ForIn(("i", "x"), Call(Member(A, "b"), ()), block(Name("x")))
    )
    assert statement("for int i = 0 to 9\n    b\n") == ExpressionStatement(
        For("i", one(0), one(9), None, block(B), type=INT)
    )
    assert statement("for in in to\n    b\n") == ExpressionStatement(ForIn(("in",), Name("to"), block(B)))


def test_once() -> None:
    assert statement("once\n    a\n") == ExpressionStatement(Once(None, block(A)))
    assert statement("once a < b\n    c\n") == ExpressionStatement(Once(Binary("<", A, B), block(C)))
    assert statement("once (a)\n    b\n") == ExpressionStatement(Once(Parenthesis(A), block(B)))


def test_structures_are_values_of_tuples_too() -> None:
    names, pair = ("x", "z"), block(Tuple((A, B)))
    assert statement("[x, z] = if a\n    [a, b]\nelse\n    [a, b]\n") == TupleDeclaration(names, If(A, pair, pair))
    assert statement("[x, z] = switch\n    => [a, b]\n") == TupleDeclaration(names, Switch(None, (Case(None, pair),)))


def test_types() -> None:
    made = statement(
        "export type T // head\n    // first\n    float a\n    varip int b = 3 // third\n\n    float[] c = na\n"
        "    map<string, lib.T> type\n    // foot\n"
    )
    array = TypeName("array", None, (FLOAT,))
    fields = (
        Field("a", FLOAT),
        Field("b", INT, one(3), varip=True),
        Field("c", array, Name("na")),
        Field("type", TypeName("map", None, (TypeName("string"), TypeName("lib.T")))),
    )
    assert made == TypeDeclaration("T", fields, exported=True)
    assert isinstance(made, TypeDeclaration)
    assert made.fields[2].type.bracketed
    assert [comment.text for comment in made.fields[0].comments] == ["// first"]
    assert made.fields[1].trailing is not None
    assert made.fields[2].blank_lines == 1
    assert [comment.text for comment in made.footer] == ["// foot"]


def test_enums() -> None:
    members = (EnumMember("a"), EnumMember("b", Literal(LiteralKind.STRING, "B", '"B"')))
    assert statement('enum E\n    a\n    b = "B"\n') == EnumDeclaration("E", members)
    assert statement('export enum E\n    a\n    b = "B"\n') == EnumDeclaration("E", members, exported=True)


def test_methods_and_exports() -> None:
    parameters = (Parameter("this", TypeName("T")), Parameter("a", None, one(1)))
    method = FunctionDeclaration("m", parameters, block(A), method=True)
    assert statement("method m(T this, a = 1) => a") == method
    assert statement("export method m(T this, a = 1) =>\n    a\n") == FunctionDeclaration(
        "m", parameters, block(A), method=True, exported=True
    )
    assert statement("export f(simple int a) =>\n    a\n") == FunctionDeclaration(
        "f", (Parameter("a", TypeName("int", "simple")),), block(A), exported=True
    )


def test_bodies_on_the_line_of_their_arrow() -> None:
    made = statement("switch\n    a => break\n    b =>\n        c\n    => x := 1, y := 2\n")
    assert isinstance(made, ExpressionStatement)
    assert isinstance(made.value, Switch)
    assert [case.body.inline for case in made.value.cases] == [True, False, True]
    assert statement("f(a) =>\n  a") == statement("f(a) => a")


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
        ("x = 1\n//@version=6\ny = 2", 6),
        ("x = 1 //@version=5", 5),
        ("x = f( //@version=5\n     1)\n//@version=6", 5),
        ('x = "//@version=5"', None),
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


def test_spans_of_names() -> None:
    source = (
        "export type T\n\tvarip int[] a = 1\nenum E\n    b = 'B'\nmethod m(T this, float c = 1) => this\n"
        "for int i = 0 to 1\n    f(x = 1)\nfor [j, k] in z\n    [p, q] = g()\n"
    )
    places = {source[start:end] for start, end in _name_spans(parse(source)[0])}
    assert places == {"T", "a", "E", "b", "m", "this", "c", "i", "x", "j", "k", "p", "q"}


def _name_spans(node: object) -> list[tuple[int, int]]:
    if isinstance(node, tuple) and not isinstance(node, Span):
        return [place for item in node for place in _name_spans(item)]
    if not isinstance(node, Node):
        return []
    found = []
    for name, value in vars(node).items():
        if name in ("name_span", "variable_span") and value != NOWHERE:
            found.append((value.start, value.end))
        elif name == "name_spans":
            found += [(span.start, span.end) for span in value]
        else:
            found += _name_spans(value)
    return found


def test_a_type_with_brackets_and_its_element_have_spans() -> None:
    source = "simple lib.T[] x = a"
    made = statement(source)
    assert isinstance(made, Declaration)
    assert made.type is not None
    (inner,) = made.type.arguments
    assert source[made.type.span.start : made.type.span.end] == "simple lib.T[]"
    assert source[inner.span.start : inner.span.end] == "lib.T"


def test_long_chains_are_read() -> None:
    total = "+".join(["a"] * 200)
    choice = "".join(f"a == {place} ? b : " for place in range(200)) + "c"
    branches = "if a\n    b\n" + "else if a\n    b\n" * 100
    assert len(statements(f"x = {total}\ny = {choice}\n{branches}")) == 3
