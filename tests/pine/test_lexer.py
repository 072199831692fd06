"""Tokens: literals, comments, line ends, and what indentation means."""

from __future__ import annotations

import pytest

from pinewright.pine.lexer import tokenize


def kinds(source: str) -> list[str]:
    return [token.kind for token in tokenize(source).tokens]


def texts(source: str) -> list[str]:
    return [token.text for token in tokenize(source).tokens if token.text.strip()]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1", "int"),
        ("1.", "float"),
        (".5", "float"),
        ("1e5", "float"),
        ("1.5e-3", "float"),
        ("'it'", "string"),
        (r'"a \"b\" \\"', "string"),
        ('"Zürich – 東京 // no comment"', "string"),
        ("#FF9800", "color"),
        ("#ff980080", "color"),
        ("#ff98", "bad color"),
        ("#xyzxyz", "bad color"),
        ('"open', "open string"),
        ("'open\\'", "open string"),
        ("5.", "float"),
        ("1E-5", "float"),
        ('""', "string"),
        ('"a\\\\"', "string"),
        ("§", "bad"),
        ("float", "name"),
        ("_x1", "name"),
        ("switch", "switch"),
        (":=", ":="),
        ("=>", "=>"),
        ("/=", "/="),
    ],
)
def test_single_tokens(text: str, kind: str) -> None:
    assert kinds(text) == [kind, "newline", "end"]
    assert tokenize(text).tokens[0].text == text


def test_a_member_of_a_name_is_no_number() -> None:
    assert texts("a.b5.c 1.5.d x[.5]") == ["a", ".", "b5", ".", "c", "1.5", ".", "d", "x", "[", ".5", "]"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_count_alike(end: str) -> None:
    tokens = tokenize(f"a{end}{end}if b{end}    c{end}").tokens
    places = [(token.text, token.line, token.column) for token in tokens if token.kind == "name"]
    assert places == [("a", 1, 1), ("b", 3, 4), ("c", 4, 5)]
    assert [token.kind for token in tokens] == (
        ["name", "newline", "if", "name", "newline", "indent", "name", "newline", "dedent", "end"]
    )


def test_a_byte_order_mark_is_skipped() -> None:
    assert kinds("\ufeffa = 1") == kinds("a = 1")


def test_tabs_and_four_spaces_are_the_same_depth() -> None:
    assert kinds("if a\n\tb\n    c\n") == kinds("if a\n    b\n\tc\n")
    assert kinds("if a\n\tb\n    c\n").count("indent") == 1


@pytest.mark.parametrize("indentation", [" ", "  ", "   ", "     ", "       ", "\t "])
def test_other_indentation_continues_the_line(indentation: str) -> None:
    assert kinds(f"a = b +\n{indentation}c\nd") == [
        "name",
        "=",
        "name",
        "+",
        "name",
        "newline",
        "name",
        "newline",
        "end",
    ]


def test_inside_brackets_lines_mean_nothing() -> None:
    assert kinds("f(a,\n    b,\nc\n        )\n") == [
        "name",
        "(",
        "name",
        ",",
        "name",
        ",",
        "name",
        ")",
        "newline",
        "end",
    ]


def test_comments_and_blank_lines_do_not_touch_the_depth() -> None:
    plain = kinds("if a\n    b\n    c\nd")
    assert kinds("if a // why\n\n// left\n    b\n                // right\n\n    c\n  // below\nd") == plain


def test_comments_are_kept_where_they_stand() -> None:
    tokens = tokenize(
        "// one\n\n// two\na = f( // beside\n     // inside\n     b)\n\n\nif a\n    c\n    // foot\n// end"
    )
    assert [comment.text for comment in tokens.above[0]] == ["// one", "", "// two"]
    assert [comment.text for comment in tokens.beside[0]] == ["// beside"]
    assert [comment.text for comment in tokens.inside[0]] == ["// inside"]
    heads = {index: tokens.tokens[index].kind for index in (*tokens.above, *tokens.blank_lines)}
    assert sorted(heads.values()) == ["dedent", "end", "if", "name"]
    assert [tokens.blank_lines[index] for index, kind in heads.items() if kind == "if"] == [2]
    assert tokens.above[0][0].span.end_column == 7


def test_a_forgotten_bracket_does_not_join_lines() -> None:
    assert kinds("a = f(b\nc = 1") == [
        "name",
        "=",
        "name",
        "(",
        "name",
        "newline",
        "name",
        "=",
        "int",
        "newline",
        "end",
    ]
    assert kinds("a = f(b[1)\nc").count("newline") == 2


def test_a_statement_inside_brackets_ends_them() -> None:
    source = "a = f(b\nif c\n    d := (1)\ne = g())"
    assert kinds(source).count("newline") == 4
    assert kinds(source).count("indent") == 1


def test_a_string_may_go_over_lines() -> None:
    tokens = tokenize('a = "one\n     two"\nb').tokens
    assert [token.kind for token in tokens] == ["name", "=", "string", "newline", "name", "newline", "end"]
    assert (tokens[2].span.end_line, tokens[2].span.end_column) == (2, 10)
    assert (tokens[4].line, tokens[4].column) == (3, 1)


@pytest.mark.parametrize(
    "text",
    [
        '"one\n     two"',
        '"one\ntwo"',
        '"one\n\n    two"',
        '"Length (14)\nATR = average true range\n\n- all"',
        '"""one\n"two"\n  three"""',
        "'''one\r\n    it's'''",
        '""""quoted""\\""""',
        '""""""',
    ],
)
def test_strings_over_lines_are_one_token(text: str) -> None:
    tokens = tokenize(f"a = {text}\nb").tokens
    assert [token.kind for token in tokens] == ["name", "=", "string", "newline", "name", "newline", "end"]
    assert tokens[2].text == text
    assert tokens[4].column == 1


@pytest.mark.parametrize(
    "source",
    [
        'a = "one\nb = "two"',
        'a = "one\nb = f("two", "three")',
        'a = "one\nif b\n    c = "two',
        'if a\n    b = "one\n    c = "two"',
        'a = """one\nb = "two"',
        "a = 'one\n// it's",
    ],
)
def test_a_string_left_open_ends_with_its_line(source: str) -> None:
    tokens = tokenize(source).tokens
    first = next(token for token in tokens if token.kind in ("string", "open string"))
    assert first.kind == "open string"
    assert "\n" not in first.text


def test_regions_are_comments() -> None:
    tokens = tokenize("#region one\na = #FF9800\n  #endregion\nb")
    assert [comment.text for comment in tokens.comments()] == ["#region one", "#endregion"]
    assert [token.text for token in tokens.tokens if token.text] == ["a", "=", "#FF9800", "b"]


def test_lines_in_brackets_at_a_multiple_of_four_are_known() -> None:
    tokens = tokenize("f(a,\n    b,\n     c,\n\td,\n    // note\n)")
    assert [tokens.tokens[index].text for index in tokens.wide] == ["b", "d", ")"]


def test_a_line_that_cannot_go_on_in_brackets_ends_them() -> None:
    assert kinds("a = f(b\nc(d)\ne = 1").count("newline") == 3
    assert kinds("a = f(\nb,\nc\n)").count("newline") == 1


def test_a_string_left_open_does_not_swallow_the_next_line() -> None:
    assert kinds('a = "one\nb = "two"').count("open string") == 1
    assert kinds('a = "one\n     b = "two"').count("string") == 1
