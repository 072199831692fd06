"""Values and types of a tree as text: on one line, or broken over lines where they are too long for one."""

from __future__ import annotations

from pinewright.errors import PineError
from pinewright.pine.expressions import quote
from pinewright.pine.lexer import PRECEDENCE
from pinewright.pine.syntax import (
    Argument,
    Binary,
    Call,
    Expression,
    Index,
    Literal,
    LiteralKind,
    Member,
    Name,
    Parenthesis,
    Ternary,
    Tuple,
    TypeName,
    Unary,
)

LINE_LENGTH = 120
CONTINUATION = "     "
"""What a continued line is indented by more than its statement: no multiple of four, as every version of Pine asks."""
POSTFIX = 8
_UNARY = 7


def type_text(node: TypeName) -> str:
    """The text of a type: ``series array<float>``."""
    qualifier = f"{node.qualifier} " if node.qualifier else ""
    if node.bracketed and len(node.arguments) == 1:
        return f"{qualifier}{type_text(node.arguments[0])}[]"
    arguments = f"<{', '.join(type_text(argument) for argument in node.arguments)}>" if node.arguments else ""
    return qualifier + node.name + arguments


def text_of(node: Expression, least: int) -> str:
    """A value on one line, in parentheses when it binds less tightly than ``least``."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Literal):
        return _literal(node, least)
    if isinstance(node, Member):
        return f"{_base(node.value)}.{node.name}"
    if isinstance(node, Call):
        template = f"<{', '.join(map(type_text, node.template))}>" if node.template else ""
        return f"{_base(node.function)}{template}({', '.join(map(_argument, node.arguments))})"
    if isinstance(node, Index):
        return f"{text_of(node.value, POSTFIX)}[{text_of(node.offset, 0)}]"
    if isinstance(node, Binary):
        power = PRECEDENCE[node.operator]
        text = f"{text_of(node.left, power)} {node.operator} {text_of(node.right, power + 1)}"
        return f"({text})" if power < least else text
    if isinstance(node, Unary):
        space = " " if node.operator == "not" or isinstance(node.operand, Unary) else ""
        text = f"{node.operator}{space}{text_of(node.operand, _UNARY)}"
        return f"({text})" if least > _UNARY else text
    if isinstance(node, Ternary):
        text = f"{text_of(node.condition, 1)} ? {text_of(node.then, 0)} : {text_of(node.otherwise, 0)}"
        return f"({text})" if least > 0 else text
    if isinstance(node, Parenthesis):
        return f"({text_of(node.value, 0)})"
    if isinstance(node, Tuple):
        return f"[{', '.join(text_of(item, 0) for item in node.items)}]"
    hint = "give its result a name of its own first"
    raise PineError(f"a {type(node).__name__.lower()} cannot be printed inside a value", hint=hint)


def _base(node: Expression) -> str:
    """What a call or a member applies to."""
    if isinstance(node, Literal) and node.kind in (LiteralKind.INT, LiteralKind.FLOAT):
        return f"({_literal(node, 0)})"
    return text_of(node, POSTFIX)


def _literal(node: Literal, least: int) -> str:
    text = node.text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in node.text else node.text
    if not text:
        is_string = node.kind is LiteralKind.STRING
        text = quote(str(node.value)) if is_string else str(node.value)
        text = text.lower() if node.kind is LiteralKind.BOOL else text
    return f"({text})" if text.startswith("-") and least > _UNARY else text


def _argument(argument: Argument) -> str:
    name = f"{argument.name} = " if argument.name is not None else ""
    return name + text_of(argument.value, 0)


def wrapped(prefix: str, value: Expression, pad: str) -> list[str]:
    """``prefix`` and a value, broken over lines when they are too long for one."""
    text = prefix + text_of(value, 0)
    if _fits(text):
        return [text]
    further = pad + CONTINUATION
    if isinstance(value, Call) and value.arguments:
        opening = text_of(Call(value.function, (), value.template), 0)[:-1]
        *others, last = map(_argument, value.arguments)
        return [prefix + opening, *(f"{further}{other}," for other in others), f"{further}{last})"]
    pieces = _pieces(value)
    return [prefix + pieces[0], *(further + piece for piece in pieces[1:])]


def _fits(text: str) -> bool:
    """Whether no line is too long; a string may hold line ends of its own."""
    return len(text) <= LINE_LENGTH or ("\n" in text and max(map(len, text.split("\n"))) <= LINE_LENGTH)


def _pieces(value: Expression) -> list[str]:
    """A long value as the parts between which its line may break."""
    if isinstance(value, Ternary):
        pieces = [text_of(value.condition, 1), f"? {text_of(value.then, 0)}"]
        rest = _pieces(value.otherwise) if isinstance(value.otherwise, Ternary) else [text_of(value.otherwise, 0)]
        return [*pieces, f": {rest[0]}", *rest[1:]]
    if not isinstance(value, Binary):
        return [text_of(value, 0)]
    power = PRECEDENCE[value.operator]
    pieces = []
    node: Expression = value
    while isinstance(node, Binary) and PRECEDENCE[node.operator] == power:
        pieces.append(f"{node.operator} {text_of(node.right, power + 1)}")
        node = node.left
    return [text_of(node, power), *reversed(pieces)]
