"""The tree of a script to its text, in the house format.

Four spaces a block; one space around operators, and around ``=`` in named arguments; comments and single blank lines
kept; lines over 120 characters broken at the arguments of their call or before their operators, and continued with
five more spaces, which every version of Pine takes for one line.
"""

from __future__ import annotations

from collections.abc import Iterator

from pinewright.errors import PineError
from pinewright.pine.parser import VERSION_COMMENT, version_of
from pinewright.pine.spelling import POSTFIX, text_of, type_text, wrapped
from pinewright.pine.syntax import (
    Block,
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
    Jump,
    Once,
    Parameter,
    Reassignment,
    Script,
    Statement,
    Switch,
    TupleDeclaration,
    TypeDeclaration,
    TypeName,
    While,
)

_BLOCK = "    "
_STRUCTURES = (If, Switch, For, ForIn, While, Once)
_INLINE = (ExpressionStatement, Declaration, TupleDeclaration, Reassignment, Jump)


def print_script(script: Script) -> str:
    """The text of a script, with a line end at its end; parsing it gives an equal tree.

    The version comment stands where it stood, or first; parentheses are added where a tree made by hand needs them.
    Raises PineError for a tree that no text has, such as an ``if`` inside a sum.
    """
    lines: list[str] = []
    footer = script.footer
    for place, statement in enumerate(script.statements):
        comments = statement.comments if place else _with_version(statement.comments, script)
        if place and statement.blank_lines:
            lines.append("")
        lines += _comment_lines(comments, "")
        lines += _statement(statement, "")
    if not script.statements:
        footer = _with_version(footer, script)
    lines += _comment_lines(footer, "")
    return "".join(f"{line}\n" for line in lines)


def print_expression(node: Expression) -> str:
    """The text of a value, without line end; structures such as ``if`` take several lines."""
    return "\n".join(_structure("", node, "")) if isinstance(node, _STRUCTURES) else text_of(node, 0)


def print_type(node: TypeName) -> str:
    """The text of a type: ``series array<float>``."""
    return type_text(node)


def _with_version(comments: tuple[Comment, ...], script: Script) -> tuple[Comment, ...]:
    """The leading comments of a script, declaring its version and no other."""
    version = script.version
    if version_of(comments) == version:
        return comments
    if version is None:
        return tuple(comment for comment in comments if not VERSION_COMMENT.match(comment.text))
    right = Comment(f"//@version={version}")
    for place, comment in enumerate(comments):
        if VERSION_COMMENT.match(comment.text):
            return (*comments[:place], right, *comments[place + 1 :])
    # It may also stand further down.
    return comments if version_of(_comments(script)) == version else (right, *comments)


def _comments(node: object) -> Iterator[Comment]:
    """All comments in a part of a tree."""
    if isinstance(node, Comment):
        yield node
    elif isinstance(node, tuple):
        for item in node:
            yield from _comments(item)
    elif isinstance(node, (Script, Statement, Block, Case, *_STRUCTURES)):
        for value in vars(node).values():
            yield from _comments(value)


# Statements ----------------------------------------------------------------------------------------------------------


def _comment_lines(comments: tuple[Comment, ...], pad: str) -> list[str]:
    return [pad + comment.text if comment.text else "" for comment in comments]


def _lines(statements: tuple[Statement, ...], pad: str) -> list[str]:
    """The lines of statements of one indentation, with the comments above them and single blank lines between."""
    lines: list[str] = []
    for place, statement in enumerate(statements):
        if place and statement.blank_lines:
            lines.append("")
        lines += _comment_lines(statement.comments, pad)
        lines += _statement(statement, pad)
    return lines


def _block(block: Block, pad: str) -> list[str]:
    return _lines(block.statements, pad) + _comment_lines(block.footer, pad)


def _statement(statement: Statement, pad: str) -> list[str]:
    """The lines of a statement and the comment at its end, without the comments above."""
    if isinstance(statement, FunctionDeclaration):
        return _function(statement, pad)
    if isinstance(statement, (TypeDeclaration, EnumDeclaration)):
        return _members(statement, pad)
    simple = _simple(statement)
    if simple is not None:
        return _noted([pad + simple], statement.trailing)
    prefix, value = _parts(statement)
    if isinstance(value, _STRUCTURES):
        if isinstance(value, Once) and prefix:
            raise PineError("a once has no value that could be printed behind an =")
        lines = _structure(pad + prefix, value, pad)
        return _noted(lines[:1], statement.trailing) + lines[1:]
    return _noted(wrapped(pad + prefix, value, pad), statement.trailing)


def _simple(statement: Statement) -> str | None:
    """The text of a statement without a value; None for one that has a value."""
    if isinstance(statement, Jump):
        return statement.keyword
    if isinstance(statement, Import):
        alias = f" as {statement.alias}" if statement.alias is not None else ""
        return f"import {statement.user}/{statement.library}/{statement.version}{alias}"
    if isinstance(statement, Field) and statement.default is None:
        return _field(statement)
    if isinstance(statement, EnumMember) and statement.title is None:
        return statement.name
    return None


def _field(field: Field) -> str:
    return f"{'varip ' if field.varip else ''}{type_text(field.type)} {field.name}"


def _parts(statement: Statement) -> tuple[str, Expression]:
    """What stands before the value of a statement, and the value."""
    if isinstance(statement, ExpressionStatement):
        return "", statement.value
    if isinstance(statement, Declaration):
        exported = "export " if statement.exported else ""
        mode = f"{statement.mode} " if statement.mode else ""
        declared = f"{type_text(statement.type)} " if statement.type else ""
        return f"{exported}{mode}{declared}{statement.name} = ", statement.value
    if isinstance(statement, TupleDeclaration):
        return f"[{', '.join(statement.names)}] = ", statement.value
    if isinstance(statement, Reassignment):
        return f"{text_of(statement.target, POSTFIX)} {statement.operator} ", statement.value
    if isinstance(statement, Field) and statement.default is not None:
        return f"{_field(statement)} = ", statement.default
    if isinstance(statement, EnumMember) and statement.title is not None:
        return f"{statement.name} = ", statement.title
    raise PineError(f"a {type(statement).__name__} cannot be printed as a statement")


def _members(statement: TypeDeclaration | EnumDeclaration, pad: str) -> list[str]:
    exported = "export " if statement.exported else ""
    word = "type" if isinstance(statement, TypeDeclaration) else "enum"
    members = statement.fields if isinstance(statement, TypeDeclaration) else statement.members
    inner = pad + _BLOCK
    head = _noted([f"{pad}{exported}{word} {statement.name}"], statement.trailing)
    return head + _lines(members, inner) + _comment_lines(statement.footer, inner)


def _function(function: FunctionDeclaration, pad: str) -> list[str]:
    exported = "export " if function.exported else ""
    method = "method " if function.method else ""
    parameters = ", ".join(map(_parameter, function.parameters))
    head = f"{pad}{exported}{method}{function.name}({parameters}) =>"
    return _arrow(head, function.body, pad, function.trailing)


def _noted(lines: list[str], comment: Comment | None) -> list[str]:
    return lines if comment is None else [*lines[:-1], f"{lines[-1]} {comment.text}"]


def _parameter(parameter: Parameter) -> str:
    declared = f"{type_text(parameter.type)} " if parameter.type else ""
    default = f" = {text_of(parameter.default, 0)}" if parameter.default is not None else ""
    return declared + parameter.name + default


def _arrow(head: str, body: Block, pad: str, trailing: Comment | None) -> list[str]:
    """A head that ends in ``=>``, with its body on the same line where it was written there."""
    inline = _inline(body)
    if inline is None:
        return _noted([head], trailing) + _block(body, pad + _BLOCK)
    if len(body.statements) == 1 and _simple(body.statements[0]) is None:
        prefix, value = _parts(body.statements[0])
        return _noted(wrapped(f"{head} {prefix}", value, pad), trailing)
    return _noted([f"{head} {inline}"], trailing)


def _inline(body: Block) -> str | None:
    """The body as one line, or None when it needs lines of its own."""
    if not body.inline or not body.statements or body.footer:
        return None
    texts = []
    for statement in body.statements:
        if statement.comments or statement.trailing or not isinstance(statement, _INLINE):
            return None
        if isinstance(statement, Jump):
            texts.append(statement.keyword)
            continue
        prefix, value = _parts(statement)
        if isinstance(value, _STRUCTURES):
            return None
        texts.append(prefix + text_of(value, 0))
    return ", ".join(texts)


def _structure(prefix: str, node: Expression, pad: str) -> list[str]:
    """The lines of a structure; ``prefix`` stands before its first word and holds the indentation."""
    inner = pad + _BLOCK
    if isinstance(node, If):
        return _if(prefix, node, pad)
    if isinstance(node, Switch):
        return _switch(prefix, node, pad)
    if isinstance(node, While):
        return wrapped(f"{prefix}while ", node.condition, pad) + _block(node.body, inner)
    if isinstance(node, Once):
        head = [f"{prefix}once"] if node.condition is None else wrapped(f"{prefix}once ", node.condition, pad)
        return head + _block(node.body, inner)
    if isinstance(node, ForIn):
        names = f"[{', '.join(node.names)}]" if len(node.names) > 1 else node.names[0]
        return wrapped(f"{prefix}for {names} in ", node.iterable, pad) + _block(node.body, inner)
    if not isinstance(node, For):
        raise PineError(f"a {type(node).__name__} has no blocks to print")
    declared = f"{type_text(node.type)} " if node.type else ""
    step = f" by {text_of(node.step, 0)}" if node.step is not None else ""
    bounds = f"{text_of(node.start, 0)} to {text_of(node.stop, 0)}{step}"
    return [f"{prefix}for {declared}{node.variable} = {bounds}", *_block(node.body, inner)]


def _switch(prefix: str, node: Switch, pad: str) -> list[str]:
    inner = pad + _BLOCK
    lines = [f"{prefix}switch"] if node.subject is None else wrapped(f"{prefix}switch ", node.subject, pad)
    for place, case in enumerate(node.cases):
        comments = case.body.comments
        lines += _comment_lines(comments if place or not comments or comments[0].text else comments[1:], inner)
        head = inner + (f"{text_of(case.condition, 0)} =>" if case.condition is not None else "=>")
        lines += _arrow(head, case.body, inner, case.body.trailing)
    return lines + _comment_lines(node.footer, inner)


def _if(prefix: str, node: If, pad: str) -> list[str]:
    lines = wrapped(f"{prefix}if ", node.condition, pad)
    while True:
        lines += _block(node.then, pad + _BLOCK)
        otherwise = node.otherwise
        if otherwise is None:
            return lines
        following = otherwise.statements[0] if node.elif_ and len(otherwise.statements) == 1 else None
        if isinstance(following, ExpressionStatement) and isinstance(following.value, If):
            node = following.value
            lines += _comment_lines(following.comments, pad)
            lines += _noted(wrapped(f"{pad}else if ", node.condition, pad), following.trailing)
        else:
            lines += _comment_lines(otherwise.comments, pad)
            return lines + _noted([f"{pad}else"], otherwise.trailing) + _block(otherwise, pad + _BLOCK)
