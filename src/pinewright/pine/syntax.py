"""The syntax tree of Pine: what the parser makes, the printer writes and the checker reads.

Nodes are frozen. Two trees are equal when they mean the same text: spans and comments do not count. Side tables are
keyed by ``id(node)``; every node object stands at one place of one tree.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple


class Span(NamedTuple):
    """Half-open range of a source text: offsets from 0; lines and columns from 1, the end column exclusive.

    A tuple, since the parser makes more of them than of all nodes together.
    """

    start: int
    end: int
    line: int
    column: int
    end_line: int
    end_column: int

    def to(self, other: Span) -> Span:
        """From the start of this span to the end of the other."""
        return _new(Span, (self[0], other[1], self[2], self[3], other[4], other[5]))


_new = tuple.__new__


NOWHERE = Span(0, 0, 1, 1, 1, 1)


@dataclass(frozen=True)
class Comment:
    """A comment with its slashes, as written. An empty text stands for a blank line between comments."""

    text: str
    span: Span = field(compare=False, repr=False, default=NOWHERE)


@dataclass(frozen=True, kw_only=True)
class Node:
    span: Span = field(compare=False, repr=False, default=NOWHERE)


# Expressions ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Expression(Node):
    pass


class LiteralKind(Enum):
    INT = "int"
    FLOAT = "float"
    STRING = "string"
    BOOL = "bool"
    COLOR = "color"


@dataclass(frozen=True)
class Literal(Expression):
    """A literal; ``value`` is the Python value (colours: the text), ``text`` the spelling in the source."""

    kind: LiteralKind
    value: int | float | str | bool
    text: str = field(compare=False)


@dataclass(frozen=True)
class Name(Expression):
    """An identifier."""

    name: str


@dataclass(frozen=True)
class Member(Expression):
    """``value.name``; namespaces such as ``ta.sma`` are members of a name."""

    value: Expression
    name: str
    name_span: Span = field(compare=False, repr=False, default=NOWHERE)


@dataclass(frozen=True)
class Index(Expression):
    """History: ``value[offset]``."""

    value: Expression
    offset: Expression


@dataclass(frozen=True)
class Argument(Node):
    """An argument of a call, with a name or without."""

    value: Expression
    name: str | None = None
    name_span: Span = field(compare=False, repr=False, default=NOWHERE)


@dataclass(frozen=True)
class Call(Expression):
    """``function<template>(arguments)``."""

    function: Expression
    arguments: tuple[Argument, ...]
    template: tuple[TypeName, ...] = ()


@dataclass(frozen=True)
class Unary(Expression):
    """``-x``, ``+x``, ``not x``."""

    operator: str
    operand: Expression


@dataclass(frozen=True)
class Binary(Expression):
    """``+ - * / % == != < <= > >= and or``."""

    operator: str
    left: Expression
    right: Expression


@dataclass(frozen=True)
class Ternary(Expression):
    """``condition ? then : otherwise``."""

    condition: Expression
    then: Expression
    otherwise: Expression


@dataclass(frozen=True)
class Tuple(Expression):
    """``[a, b]`` as the last expression of a function or branch."""

    items: tuple[Expression, ...]


@dataclass(frozen=True)
class Parenthesis(Expression):
    """``(value)``; kept, so that printing gives back what was written."""

    value: Expression


@dataclass(frozen=True)
class If(Expression):
    """``if`` as a statement or a value; ``otherwise`` is a block, for ``else if`` a block of one If, or None."""

    condition: Expression
    then: Block
    otherwise: Block | None = None
    elif_: bool = False
    """True when ``otherwise`` was written as ``else if``."""


@dataclass(frozen=True)
class Case(Node):
    """One arm of a switch; ``condition`` is None for the default arm."""

    condition: Expression | None
    body: Block


@dataclass(frozen=True)
class Switch(Expression):
    """``switch subject``; ``footer`` holds the comments below the last arm, indented like it."""

    subject: Expression | None
    cases: tuple[Case, ...]
    footer: tuple[Comment, ...] = field(compare=False, default=())


@dataclass(frozen=True)
class For(Expression):
    """``for variable = start to stop by step``."""

    variable: str
    start: Expression
    stop: Expression
    step: Expression | None
    body: Block
    variable_span: Span = field(compare=False, repr=False, default=NOWHERE)
    type: TypeName | None = None
    """The written type of the variable: ``for int i = 0 to 9``."""


@dataclass(frozen=True)
class ForIn(Expression):
    """``for item in iterable`` and ``for [index, item] in iterable``: one name, or two in brackets."""

    names: tuple[str, ...]
    iterable: Expression
    body: Block
    name_spans: tuple[Span, ...] = field(compare=False, repr=False, default=())


@dataclass(frozen=True)
class While(Expression):
    condition: Expression
    body: Block


@dataclass(frozen=True)
class Once(Expression):
    """``once condition``: its block runs until it has run on a closed bar; without a condition, on the first one.

    Pine v6 since August 2026. It stands as a statement only and has no value.
    """

    condition: Expression | None
    body: Block


# Statements ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Statement(Node):
    """``comments`` stand on lines of their own above, ``trailing`` at the end of its first line."""

    comments: tuple[Comment, ...] = field(compare=False, default=())
    trailing: Comment | None = field(compare=False, default=None)
    blank_lines: int = field(compare=False, default=0)
    """Blank lines between the previous statement (with its trailing comments) and the comments above this one."""


@dataclass(frozen=True)
class Block(Node):
    """Statements of one indentation; its value is that of the last.

    ``comments`` stand above the head of an ``else`` or of an arm of a switch, ``trailing`` at the end of that head (of
    other blocks the statement keeps them); ``footer`` stands below the last statement, indented like it.
    """

    statements: tuple[Statement, ...]
    inline: bool = field(compare=False, default=False)
    """True when it was written on the line of its head: ``f(x) => x + 1``."""
    comments: tuple[Comment, ...] = field(compare=False, default=())
    trailing: Comment | None = field(compare=False, default=None)
    footer: tuple[Comment, ...] = field(compare=False, default=())


@dataclass(frozen=True)
class TypeName(Node):
    """A type as written: ``float``, ``series int``, ``array<float>``, ``chart.point``, ``line``."""

    name: str
    qualifier: str | None = None
    arguments: tuple[TypeName, ...] = ()
    bracketed: bool = field(compare=False, default=False)
    """True for an array that was written ``float[]``."""


@dataclass(frozen=True)
class ExpressionStatement(Statement):
    value: Expression


@dataclass(frozen=True)
class Declaration(Statement):
    """``[export] [var|varip] [type] name = value``."""

    name: str
    value: Expression
    mode: str | None = None
    type: TypeName | None = None
    name_span: Span = field(compare=False, repr=False, default=NOWHERE)
    exported: bool = False


@dataclass(frozen=True)
class TupleDeclaration(Statement):
    """``[a, b, _] = value``."""

    names: tuple[str, ...]
    value: Expression
    name_spans: tuple[Span, ...] = field(compare=False, repr=False, default=())


@dataclass(frozen=True)
class Reassignment(Statement):
    """``name := value`` and ``+= -= *= /= %=``."""

    target: Expression
    operator: str
    value: Expression


@dataclass(frozen=True)
class Parameter(Node):
    """A parameter of a declared function: ``[type] name [= default]``."""

    name: str
    type: TypeName | None = None
    default: Expression | None = None
    name_span: Span = field(compare=False, repr=False, default=NOWHERE)


@dataclass(frozen=True)
class FunctionDeclaration(Statement):
    """``[export] [method] name(parameters) => body``."""

    name: str
    parameters: tuple[Parameter, ...]
    body: Block
    name_span: Span = field(compare=False, repr=False, default=NOWHERE)
    method: bool = False
    exported: bool = False


@dataclass(frozen=True)
class Field(Statement):
    """One field of a type: ``[varip] type name [= default]``, with the comments around its line."""

    name: str
    type: TypeName
    default: Expression | None = None
    varip: bool = False
    name_span: Span = field(compare=False, repr=False, default=NOWHERE)


@dataclass(frozen=True)
class TypeDeclaration(Statement):
    """``[export] type name`` and its fields; ``footer`` holds the comments below the last one."""

    name: str
    fields: tuple[Field, ...]
    exported: bool = False
    name_span: Span = field(compare=False, repr=False, default=NOWHERE)
    footer: tuple[Comment, ...] = field(compare=False, default=())


@dataclass(frozen=True)
class EnumMember(Statement):
    """One member of an enum: ``name [= "title"]``, with the comments around its line."""

    name: str
    title: Expression | None = None
    name_span: Span = field(compare=False, repr=False, default=NOWHERE)


@dataclass(frozen=True)
class EnumDeclaration(Statement):
    """``[export] enum name`` and its members; ``footer`` holds the comments below the last one."""

    name: str
    members: tuple[EnumMember, ...]
    exported: bool = False
    name_span: Span = field(compare=False, repr=False, default=NOWHERE)
    footer: tuple[Comment, ...] = field(compare=False, default=())


@dataclass(frozen=True)
class Import(Statement):
    """``import user/library/version [as alias]``."""

    user: str
    library: str
    version: int
    alias: str | None = None

    @property
    def name(self) -> str:
        """The namespace under which the library is known here."""
        return self.alias or self.library


@dataclass(frozen=True)
class Jump(Statement):
    """``break`` or ``continue``."""

    keyword: str


@dataclass(frozen=True)
class Script(Node):
    """A whole file. ``version`` is that of ``//@version=N``, or None where it is missing.

    ``footer`` holds the comments below the last statement.
    """

    statements: tuple[Statement, ...]
    version: int | None
    footer: tuple[Comment, ...] = field(compare=False, default=())
