"""The table of built-ins: every row reads, versions differ where they should, every row is documented."""

from __future__ import annotations

import pytest

from pinewright.pine.builtins import VERSIONS, Role, functions, namespaces, variables
from pinewright.pine.builtins.reading import rows, signature
from pinewright.pine.types import Kind, Qualifier, parse_type

NAMESPACES = (
    "ta math str array matrix map strategy request ticker color line label box table polyline linefill input chart "
    "syminfo barstate session timeframe"
).split()


@pytest.mark.parametrize("version", VERSIONS)
def test_every_row_reads_and_is_sound(version: int) -> None:
    for name, function in functions(version).items():
        assert function.doc, f"{name} has no documentation"
        for overload in function.overloads:
            names = [parameter.name for parameter in overload.parameters]
            assert len(set(names)) == len(names), f"{name} has a parameter twice"
            required = [parameter.required for parameter in overload.parameters]
            if overload.variadic:
                required = required[:-1]
            assert required == sorted(required, reverse=True), f"{name}: required behind optional"


@pytest.mark.parametrize("version", VERSIONS)
def test_defaults_are_literals_or_names_of_the_table(version: int) -> None:
    known = variables(version)
    for name, function in functions(version).items():
        for overload in function.overloads:
            for parameter in overload.parameters:
                default = parameter.default
                if default is None or default[0] in '"-' or default[0].isdigit() or default in ("true", "false", "na"):
                    continue
                assert default in known, f"{name}: {parameter.name} = {default}"


@pytest.mark.parametrize("space", NAMESPACES)
def test_every_namespace_of_the_language_is_there(space: str) -> None:
    assert space in namespaces()
    assert any(name.startswith(f"{space}.") for name in [*functions(), *variables()])


@pytest.mark.parametrize("version", VERSIONS)
def test_every_variable_is_documented(version: int) -> None:
    assert [name for name, variable in variables(version).items() if not variable.doc] == []


def test_what_v6_took_away() -> None:
    for name in ("strategy.entry", "strategy.exit", "strategy.close"):
        assert "when" in [parameter.name for parameter in functions(5)[name].parameters]
        assert "when" not in [parameter.name for parameter in functions(6)[name].parameters]
    assert "transp" in [parameter.name for parameter in functions(5)["plot"].parameters]
    assert "transp" not in [parameter.name for parameter in functions(6)["plot"].parameters]
    assert any(one.returns.kind is Kind.BOOL for one in functions(5)["nz"].overloads)
    assert not any(one.returns.kind is Kind.BOOL for one in functions(6)["nz"].overloads)


def test_a_row_says_everything() -> None:
    found = signature("@6 f(simple int length, float source = close, string|int size?, T rest...) => like array<T>")
    length, source, size, rest = found.parameters
    assert (length.type.qualifier, length.required) == (Qualifier.SIMPLE, True)
    assert (source.default, source.required) == ("close", False)
    assert [item.kind for item in size.type.items] == [Kind.STRING, Kind.INT]
    assert rest.type.kind is Kind.VARIABLE
    assert (found.versions, found.variadic, found.follows) == ((6,), True, True)
    assert found.returns.items[0].name == "T"
    assert found.shown("f") == "f(length, [source], [size], rest, ...)"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("series float", "series float"),
        ("const string", "const string"),
        ("int", "series int"),
        ("array<float>", "array<float>"),
        ("map<string, array<int>>", "map<string, array<int>>"),
        ("[float, simple int]", "[series float, simple int]"),
        ("chart.point", "series chart.point"),
        ("float|bool", "series float/bool"),
        ("void", "void"),
    ],
)
def test_types_read_as_they_are_shown(text: str, shown: str) -> None:
    assert str(parse_type(text)) == shown


def test_every_compiled_function_is_in_the_table() -> None:
    roles = {function.role for function in functions().values()}
    assert roles == set(Role)
    assert len(rows().functions) > 450
