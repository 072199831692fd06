"""Laws of the language's text side: printing and parsing undo each other, and no text breaks the parser."""

from __future__ import annotations

from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pinewright.pine.expressions import quote, unquote
from pinewright.pine.lexer import PRECEDENCE, tokenize
from pinewright.pine.parser import parse
from pinewright.pine.printer import print_expression, print_script
from pinewright.pine.syntax import (
    Argument,
    Binary,
    Block,
    Call,
    Case,
    Comment,
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
    Once,
    Parameter,
    Parenthesis,
    Reassignment,
    Script,
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

GOLDEN = Path(__file__).parents[1] / "golden" / "pine"
UNARY, POSTFIX = 7, 8
QUIET = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])

names = st.sampled_from(
    [
        "a",
        "b1",
        "_",
        "close",
        "ta",
        "float",
        "color",
        "new",
        "series",
        "to",
        "by",
        "in",
        "type",
        "method",
        "once",
        "as",
        "x",
    ]
)


def level(node: Expression) -> int:
    """How tight a value binds, 9 for one that needs no parentheses anywhere."""
    if isinstance(node, Ternary):
        return 0
    if isinstance(node, Binary):
        return PRECEDENCE[node.operator]
    return UNARY if isinstance(node, Unary) else 9


def fit(node: Expression, least: int) -> Expression:
    """The value as a parser would have made it at a place that asks for this tightness."""
    return node if level(node) >= least else Parenthesis(node)


def base(node: Expression) -> Expression:
    """The value as something that a member or history can be taken of."""
    number = isinstance(node, Literal) and node.kind in (LiteralKind.INT, LiteralKind.FLOAT)
    return Parenthesis(node) if number else fit(node, POSTFIX)


def literal_float(text: str) -> Literal:
    return Literal(LiteralKind.FLOAT, float(text), text)


def literal_string(value: str) -> Literal:
    return Literal(LiteralKind.STRING, value, quote(value))


def string_over_lines(lines: list[str], quotes: str) -> Literal:
    text = quotes + "\n".join(lines) + quotes
    return Literal(LiteralKind.STRING, unquote(text), text)


literals = st.one_of(
    st.integers(0, 10**20).map(lambda value: Literal(LiteralKind.INT, value, str(value))),
    st.from_regex(r"(0|[1-9][0-9]{0,5})\.[0-9]{0,4}([eE][+-]?[0-9]{1,2})?", fullmatch=True).map(literal_float),
    st.from_regex(r"\.[0-9]{1,4}(e-?[0-9])?", fullmatch=True).map(literal_float),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r"), max_size=8).map(literal_string),
    st.builds(
        string_over_lines,
        st.lists(st.text("ab .,()=/#é", max_size=5), min_size=1, max_size=3),
        st.sampled_from(['"' * 3, "'" * 3]),
    ),
    st.booleans().map(lambda value: Literal(LiteralKind.BOOL, value, str(value).lower())),
    st.from_regex(r"#([0-9A-Fa-f]{6}|[0-9A-Fa-f]{8})", fullmatch=True).map(
        lambda text: Literal(LiteralKind.COLOR, text, text)
    ),
)
types = st.recursive(
    st.sampled_from(["float", "int", "line", "chart.point", "series", "Type"]).map(TypeName),
    lambda inner: st.one_of(
        st.builds(
            TypeName, st.sampled_from(["array", "map"]), st.none(), st.lists(inner, min_size=1, max_size=2).map(tuple)
        ),
        inner.map(lambda element: TypeName("array", None, (element,), bracketed=True)),
    ),
    max_leaves=3,
)
qualified = st.builds(
    lambda made, qualifier: TypeName(made.name, qualifier, made.arguments, bracketed=made.bracketed),
    types,
    st.sampled_from([None, None, "const", "input", "simple", "series"]),
)
declared = st.none() | qualified


def bigger(inner: st.SearchStrategy[Expression]) -> st.SearchStrategy[Expression]:
    """Values made of values."""
    callee = st.one_of(names.map(Name), st.builds(lambda value, name: Member(base(value), name), inner, names))
    arguments = st.lists(st.builds(Argument, inner, st.none() | names), max_size=3).map(tuple)
    return st.one_of(
        st.builds(
            lambda operator, left, right: Binary(
                operator, fit(left, PRECEDENCE[operator]), fit(right, PRECEDENCE[operator] + 1)
            ),
            st.sampled_from(sorted(PRECEDENCE)),
            inner,
            inner,
        ),
        st.builds(
            lambda operator, value: Unary(operator, fit(value, UNARY)), st.sampled_from(["-", "+", "not"]), inner
        ),
        st.builds(lambda test, then, other: Ternary(fit(test, 1), then, other), inner, inner, inner),
        st.builds(Call, callee, arguments, st.one_of(st.just(()), st.lists(types, min_size=1, max_size=2).map(tuple))),
        st.builds(lambda value, name: Member(base(value), name), inner, names),
        st.builds(lambda value, offset: Index(base(value), offset), inner, inner),
        inner.map(Parenthesis),
        st.lists(inner, min_size=1, max_size=3).map(lambda items: Tuple(tuple(items))),
    )


# Deferred, since Hypothesis would spell a strategy out each time that another one uses it.
expressions: st.SearchStrategy[Expression] = st.deferred(
    lambda: st.recursive(names.map(Name) | literals, bigger, max_leaves=8)
)
targets = names.map(Name) | st.builds(lambda value, name: Member(Name(value), name), names, names)
texts = st.text(st.characters(categories=["L", "N", "P"], exclude_characters="@"), max_size=6)
comments = texts.map(lambda text: Comment(f"// {text}".rstrip()))
above = st.one_of(st.just(()), st.lists(comments, max_size=2).map(tuple))


def blocks(inner: st.SearchStrategy[Statement]) -> st.SearchStrategy[Block]:
    return st.builds(
        Block,
        st.lists(inner, min_size=1, max_size=3).map(tuple),
        inline=st.booleans(),
        comments=above,
        trailing=st.none() | comments,
        footer=above,
    )


notes = {"comments": above, "trailing": st.none() | comments, "blank_lines": st.integers(0, 1)}


def with_values(values: st.SearchStrategy[Expression]) -> st.SearchStrategy[Statement]:
    """Statements around values."""
    modes = st.sampled_from([None, "var", "varip"])
    return st.one_of(
        st.builds(ExpressionStatement, values, **notes),
        st.builds(Declaration, names, values, modes, declared, exported=st.booleans(), **notes),
        st.builds(TupleDeclaration, st.lists(names, min_size=1, max_size=3).map(tuple), values, **notes),
        st.builds(Reassignment, targets, st.sampled_from([":=", "+=", "-=", "*=", "/=", "%="]), values, **notes),
        st.builds(Jump, st.sampled_from(["break", "continue"]), **notes),
    )


def structures(inner: st.SearchStrategy[Statement]) -> st.SearchStrategy[Statement]:
    """Statements that own blocks."""
    block = blocks(inner)
    chosen = st.builds(If, expressions, block, st.none() | block)
    chain = st.builds(
        lambda test, then, following, note: If(
            test, then, Block((ExpressionStatement(following, comments=note),)), elif_=True
        ),
        expressions,
        block,
        chosen,
        above,
    )
    cases = st.lists(st.builds(Case, st.none() | expressions, block), min_size=1, max_size=3).map(tuple)
    values = st.one_of(
        chosen,
        chain,
        st.builds(Switch, st.none() | expressions, cases, above),
        st.builds(
            For,
            names.filter(lambda name: name != "in"),
            expressions,
            expressions,
            st.none() | expressions,
            block,
            type=st.none() | types,
        ),
        st.builds(ForIn, st.lists(names, min_size=1, max_size=2, unique=True).map(tuple), expressions, block),
        st.builds(While, expressions, block),
    )
    once = st.builds(ExpressionStatement, st.builds(Once, st.none() | expressions, block), **notes)
    parameters = st.lists(st.builds(Parameter, names, declared, st.none() | expressions), max_size=3).map(tuple)
    function = st.builds(
        FunctionDeclaration, names, parameters, block, method=st.booleans(), exported=st.booleans(), **notes
    )
    return st.one_of(with_values(values), once, function)


fields = st.builds(Field, names, qualified, st.none() | expressions, st.booleans(), **notes)
members = st.builds(EnumMember, names, st.none() | literals, **notes)
users = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,5}", fullmatch=True)
declarations: st.SearchStrategy[Statement] = st.one_of(
    st.builds(
        TypeDeclaration,
        names,
        st.lists(fields, min_size=1, max_size=3).map(tuple),
        st.booleans(),
        footer=above,
        **notes,
    ),
    st.builds(
        EnumDeclaration,
        names,
        st.lists(members, min_size=1, max_size=3).map(tuple),
        st.booleans(),
        footer=above,
        **notes,
    ),
    st.builds(Import, users, users, st.integers(0, 10**6), st.none() | names, **notes),
)


statements: st.SearchStrategy[Statement] = st.deferred(
    lambda: st.recursive(with_values(expressions), structures, max_leaves=5) | declarations
)
scripts = st.builds(Script, st.lists(statements, max_size=5).map(tuple), st.sampled_from([None, 5, 6]), above)


@QUIET
@given(scripts)
def test_printing_and_parsing_undo_each_other(tree: Script) -> None:
    text = print_script(tree)
    again, found = parse(text)
    assert [finding.message for finding in found] == []
    assert again == tree
    assert print_script(again) == text, "comments, blank lines and spelling are kept too"


@QUIET
@given(expressions)
def test_a_printed_value_parses_back(value: Expression) -> None:
    tree, found = parse(f"v = {print_expression(value)}")
    assert not found
    assert tree.statements == (Declaration("v", value),)


@QUIET
@given(st.text())
def test_a_quoted_string_stands_for_its_characters(value: str) -> None:
    assert unquote(quote(value)) == value


def bare(node: Expression) -> str:
    """A value with the grouping made visible and written parentheses forgotten."""
    if isinstance(node, Parenthesis):
        return bare(node.value)
    if isinstance(node, Binary):
        return f"({bare(node.left)} {node.operator} {bare(node.right)})"
    if isinstance(node, Unary):
        return f"({node.operator} {bare(node.operand)})"
    if isinstance(node, Ternary):
        return f"({bare(node.condition)} ? {bare(node.then)} : {bare(node.otherwise)})"
    if isinstance(node, Index):
        return f"{bare(node.value)}[{bare(node.offset)}]"
    return print_expression(node)


loose = st.recursive(
    names.map(Name),
    lambda inner: st.one_of(
        st.builds(Binary, st.sampled_from(sorted(PRECEDENCE)), inner, inner),
        st.builds(Unary, st.sampled_from(["-", "not"]), inner),
        st.builds(Ternary, inner, inner, inner),
        st.builds(Index, inner, inner),
    ),
    max_leaves=10,
)


@QUIET
@given(loose)
def test_parentheses_are_added_where_a_tree_made_by_hand_needs_them(value: Expression) -> None:
    tree, found = parse(f"v = {print_expression(value)}")
    assert not found
    (statement,) = tree.statements
    assert isinstance(statement, Declaration)
    assert bare(statement.value) == bare(value)


sources = [path.read_text(encoding="utf-8") for path in sorted(GOLDEN.glob("*.pine"))]
LAYOUT = ["\n", "\n    ", "\n        ", "\n  ", "\t", "\r\n", "\ufeff", "//"]
SIGNS = ["(", ")", "[", "]", '"', "'", "=", "==", ":=", "=>", ".", ",", "?", ":", "<", ">", "\\", "é", "#12", "1e"]
SIGNS += ['"' * 3, "'" * 3, "-", "not ", "#region", "\\"]
WORDS = [
    "if ",
    "else",
    "for ",
    "in ",
    "switch ",
    "var ",
    "type T",
    "enum E",
    "export ",
    "import a/b/1",
    "method m(",
    "once ",
]
pieces = st.sampled_from(LAYOUT + SIGNS + WORDS)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_mutation_of_a_script_breaks_the_parser(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(sources))
    for _ in range(data.draw(st.integers(1, 6))):
        start = data.draw(st.integers(0, len(text)))
        end = min(len(text), start + data.draw(st.integers(0, 12)))
        text = text[:start] + data.draw(pieces | st.just("")) + text[end:]
    tree, found = parse(text)
    assert all(0 <= finding.span.start <= finding.span.end <= len(text) for finding in found)
    lines = [statement.span.line for statement in tree.statements]
    assert lines == sorted(lines)
    if not found:
        printed = print_script(tree)
        again, more = parse(printed)
        assert not more
        assert again == tree
        assert print_script(again) == printed
        assert texts_of(printed) == texts_of(text), "no comment is lost"


def texts_of(source: str) -> list[str]:
    """The comments of a script, sorted."""
    return sorted(comment.text for comment in tokenize(source).comments())


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(), st.lists(pieces | names, max_size=40).map("".join)))
def test_no_text_breaks_the_parser(text: str) -> None:
    parse(text)


@settings(max_examples=200, deadline=None)
@given(st.one_of(st.text(), st.lists(pieces | names, max_size=40).map("".join)))
def test_tokens_lie_in_the_text_in_order(text: str) -> None:
    end = 0
    for token in tokenize(text).tokens:
        if token.kind not in ("newline", "indent", "dedent", "end"):
            assert token.start >= end
            assert text[token.start : token.start + len(token.text)] == token.text
            end = token.start + len(token.text)
