"""The tree of a script to its text, in the house format.

Four spaces a block; one space around operators, and around ``=`` in named arguments; comments and single blank lines
kept; lines over 120 characters broken at the arguments of their call or before their operators, and continued with
five more spaces, which every version of Pine takes for one line.
"""

from __future__ import annotations

from pinewright.errors import PineError
from pinewright.pine.expressions import quote
from pinewright.pine.lexer import PRECEDENCE
from pinewright.pine.parser import VERSION_COMMENT, version_of
from pinewright.pine.syntax import (
    Argument,
    Binary,
    Block,
    Call,
    Comment,
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
    Script,
    Statement,
    Switch,
    Ternary,
    Tuple,
    TupleDeclaration,
    TypeName,
    Unary,
    While,
)

LINE_LENGTH = 120
_BLOCK = "    "
_CONTINUATION = "     "
_UNARY = 7
_POSTFIX = 8
_STRUCTURES = (If, Switch, For, While)


def print_script(script: Script) -> str:
    """The text of a script, with a line end at its end; parsing it gives an equal tree.

    The version comment stands where it stood, or first; parentheses are added where a tree made by hand needs them.
    Raises PineError for a tree that no text has, such as an ``if`` inside a sum.
    """
    lines: list[str] = []
    footer = script.footer
    for place, statement in enumerate(script.statements):
        comments = statement.comments if place else _with_version(statement.comments, script.version)
        if place and statement.blank_lines:
            lines.append("")
        lines += _comment_lines(comments, "")
        lines += _statement(statement, "")
    if not script.statements:
        footer = _with_version(footer, script.version)
    lines += _comment_lines(footer, "")
    return "".join(f"{line}\n" for line in lines)


def print_expression(node: Expression) -> str:
    """The text of a value, without line end; structures such as ``if`` take several lines."""
    return "\n".join(_structure("", node, "")) if isinstance(node, _STRUCTURES) else _text(node, 0)


def print_type(node: TypeName) -> str:
    """The text of a type: ``series array<float>``."""
    qualifier = f"{node.qualifier} " if node.qualifier else ""
    arguments = f"<{', '.join(print_type(argument) for argument in node.arguments)}>" if node.arguments else ""
    return qualifier + node.name + arguments


def _with_version(comments: tuple[Comment, ...], version: int | None) -> tuple[Comment, ...]:
    """The leading comments of a script, declaring this version and no other."""
    if version_of(comments) == version:
        return comments
    if version is None:
        return tuple(comment for comment in comments if not VERSION_COMMENT.match(comment.text))
    right = Comment(f"//@version={version}")
    for place, comment in enumerate(comments):
        if VERSION_COMMENT.match(comment.text):
            return (*comments[:place], right, *comments[place + 1 :])
    return (right, *comments)


# Statements ----------------------------------------------------------------------------------------------------------


def _comment_lines(comments: tuple[Comment, ...], pad: str) -> list[str]:
    return [pad + comment.text if comment.text else "" for comment in comments]


def _block(block: Block, pad: str) -> list[str]:
    lines: list[str] = []
    for place, statement in enumerate(block.statements):
        if place and statement.blank_lines:
            lines.append("")
        lines += _comment_lines(statement.comments, pad)
        lines += _statement(statement, pad)
    return lines + _comment_lines(block.footer, pad)


def _statement(statement: Statement, pad: str) -> list[str]:
    """The lines of a statement and the comment at its end, without the comments above."""
    if isinstance(statement, FunctionDeclaration):
        head = f"{pad}{statement.name}({', '.join(map(_parameter, statement.parameters))}) =>"
        return _arrow(head, statement.body, pad, statement.trailing)
    if isinstance(statement, Jump):
        return _noted([pad + statement.keyword], statement.trailing)
    prefix, value = _parts(statement)
    if isinstance(value, _STRUCTURES):
        lines = _structure(pad + prefix, value, pad)
        return _noted(lines[:1], statement.trailing) + lines[1:]
    return _noted(_wrapped(pad + prefix, value, pad), statement.trailing)


def _parts(statement: Statement) -> tuple[str, Expression]:
    """What stands before the value of a statement, and the value."""
    if isinstance(statement, ExpressionStatement):
        return "", statement.value
    if isinstance(statement, Declaration):
        mode = f"{statement.mode} " if statement.mode else ""
        declared = f"{print_type(statement.type)} " if statement.type else ""
        return f"{mode}{declared}{statement.name} = ", statement.value
    if isinstance(statement, TupleDeclaration):
        return f"[{', '.join(statement.names)}] = ", statement.value
    if isinstance(statement, Reassignment):
        return f"{_text(statement.target, _POSTFIX)} {statement.operator} ", statement.value
    raise PineError(f"a {type(statement).__name__} cannot be printed as a statement")


def _noted(lines: list[str], comment: Comment | None) -> list[str]:
    return lines if comment is None else [*lines[:-1], f"{lines[-1]} {comment.text}"]


def _parameter(parameter: Parameter) -> str:
    declared = f"{print_type(parameter.type)} " if parameter.type else ""
    default = f" = {_text(parameter.default, 0)}" if parameter.default is not None else ""
    return declared + parameter.name + default


def _arrow(head: str, body: Block, pad: str, trailing: Comment | None) -> list[str]:
    """A head that ends in ``=>``, with its body on the same line where it was written there."""
    inline = _inline(body)
    if inline is None:
        return _noted([head], trailing) + _block(body, pad + _BLOCK)
    if len(body.statements) == 1:
        prefix, value = _parts(body.statements[0])
        return _noted(_wrapped(f"{head} {prefix}", value, pad), trailing)
    return _noted([f"{head} {inline}"], trailing)


def _inline(body: Block) -> str | None:
    """The body as one line, or None when it needs lines of its own."""
    if not body.inline or not body.statements or body.footer:
        return None
    texts = []
    for statement in body.statements:
        if statement.comments or statement.trailing or isinstance(statement, (FunctionDeclaration, Jump)):
            return None
        prefix, value = _parts(statement)
        if isinstance(value, _STRUCTURES):
            return None
        texts.append(prefix + _text(value, 0))
    return ", ".join(texts)


def _structure(prefix: str, node: Expression, pad: str) -> list[str]:
    """The lines of a structure; ``prefix`` stands before its first word and holds the indentation."""
    inner = pad + _BLOCK
    if isinstance(node, If):
        return _if(prefix, node, pad)
    if isinstance(node, While):
        return _wrapped(f"{prefix}while ", node.condition, pad) + _block(node.body, inner)
    if isinstance(node, For):
        step = f" by {_text(node.step, 0)}" if node.step is not None else ""
        bounds = f"{_text(node.start, 0)} to {_text(node.stop, 0)}{step}"
        return [f"{prefix}for {node.variable} = {bounds}", *_block(node.body, inner)]
    if not isinstance(node, Switch):
        raise PineError(f"a {type(node).__name__} has no blocks to print")
    head = f"{prefix}switch"
    lines = [head] if node.subject is None else _wrapped(f"{head} ", node.subject, pad)
    for place, case in enumerate(node.cases):
        comments = case.body.comments
        lines += _comment_lines(comments if place or not comments or comments[0].text else comments[1:], inner)
        head = inner + (f"{_text(case.condition, 0)} =>" if case.condition is not None else "=>")
        lines += _arrow(head, case.body, inner, case.body.trailing)
    return lines + _comment_lines(node.footer, inner)


def _if(prefix: str, node: If, pad: str) -> list[str]:
    lines = _wrapped(f"{prefix}if ", node.condition, pad)
    while True:
        lines += _block(node.then, pad + _BLOCK)
        otherwise = node.otherwise
        if otherwise is None:
            return lines
        following = otherwise.statements[0] if node.elif_ and len(otherwise.statements) == 1 else None
        if isinstance(following, ExpressionStatement) and isinstance(following.value, If):
            node = following.value
            lines += _comment_lines(following.comments, pad)
            lines += _noted(_wrapped(f"{pad}else if ", node.condition, pad), following.trailing)
        else:
            lines += _comment_lines(otherwise.comments, pad)
            return lines + _noted([f"{pad}else"], otherwise.trailing) + _block(otherwise, pad + _BLOCK)


# Values --------------------------------------------------------------------------------------------------------------


def _text(node: Expression, least: int) -> str:
    """A value on one line, in parentheses when it binds less tightly than ``least``."""
    if isinstance(node, Name):
        return node.name
    if isinstance(node, Literal):
        return _literal(node, least)
    if isinstance(node, Member):
        return f"{_base(node.value)}.{node.name}"
    if isinstance(node, Call):
        template = f"<{', '.join(map(print_type, node.template))}>" if node.template else ""
        return f"{_base(node.function)}{template}({', '.join(map(_argument, node.arguments))})"
    if isinstance(node, Index):
        return f"{_base(node.value)}[{_text(node.offset, 0)}]"
    if isinstance(node, Binary):
        power = PRECEDENCE[node.operator]
        text = f"{_text(node.left, power)} {node.operator} {_text(node.right, power + 1)}"
        return f"({text})" if power < least else text
    if isinstance(node, Unary):
        space = " " if node.operator == "not" or isinstance(node.operand, Unary) else ""
        text = f"{node.operator}{space}{_text(node.operand, _UNARY)}"
        return f"({text})" if least > _UNARY else text
    if isinstance(node, Ternary):
        text = f"{_text(node.condition, 1)} ? {_text(node.then, 0)} : {_text(node.otherwise, 0)}"
        return f"({text})" if least > 0 else text
    if isinstance(node, Parenthesis):
        return f"({_text(node.value, 0)})"
    if isinstance(node, Tuple):
        return f"[{', '.join(_text(item, 0) for item in node.items)}]"
    hint = "give its result a name of its own first"
    raise PineError(f"a {type(node).__name__.lower()} cannot be printed inside a value", hint=hint)


def _base(node: Expression) -> str:
    """What a call, a member or a history operator applies to."""
    if isinstance(node, Literal) and node.kind in (LiteralKind.INT, LiteralKind.FLOAT):
        return f"({_literal(node, 0)})"
    return _text(node, _POSTFIX)


def _literal(node: Literal, least: int) -> str:
    text = node.text
    if not text:
        is_string = node.kind is LiteralKind.STRING
        text = quote(str(node.value)) if is_string else str(node.value)
        text = text.lower() if node.kind is LiteralKind.BOOL else text
    return f"({text})" if text.startswith("-") and least > _UNARY else text


def _argument(argument: Argument) -> str:
    name = f"{argument.name} = " if argument.name is not None else ""
    return name + _text(argument.value, 0)


def _wrapped(prefix: str, value: Expression, pad: str) -> list[str]:
    """``prefix`` and a value, broken over lines when they are too long for one."""
    text = prefix + _text(value, 0)
    if len(text) <= LINE_LENGTH:
        return [text]
    further = pad + _CONTINUATION
    if isinstance(value, Call) and value.arguments:
        opening = _text(Call(value.function, (), value.template), 0)[:-1]
        *others, last = map(_argument, value.arguments)
        return [prefix + opening, *(f"{further}{other}," for other in others), f"{further}{last})"]
    pieces = _pieces(value)
    return [prefix + pieces[0], *(further + piece for piece in pieces[1:])]


def _pieces(value: Expression) -> list[str]:
    """A long value as the parts between which its line may break."""
    if isinstance(value, Ternary):
        pieces = [_text(value.condition, 1), f"? {_text(value.then, 0)}"]
        rest = _pieces(value.otherwise) if isinstance(value.otherwise, Ternary) else [_text(value.otherwise, 0)]
        return [*pieces, f": {rest[0]}", *rest[1:]]
    if not isinstance(value, Binary):
        return [_text(value, 0)]
    power = PRECEDENCE[value.operator]
    pieces = []
    node: Expression = value
    while isinstance(node, Binary) and PRECEDENCE[node.operator] == power:
        pieces.append(f"{node.operator} {_text(node.right, power + 1)}")
        node = node.left
    return [_text(node, power), *reversed(pieces)]
