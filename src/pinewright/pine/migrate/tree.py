"""Small questions to the tree that the steps share: walks, full names, arguments, new names, lines and margins."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from pinewright.pine import syntax as s
from pinewright.pine.draft import Edits
from pinewright.pine.edit import line_end_of, line_start
from pinewright.pine.walking import bare, children, walk

LINE_LENGTH: Final = 120
_COMMENT = re.compile(r"//[^\r\n]*")


def dotted(node: s.Expression) -> str:
    """``ta.sma`` for the member of a name, ``x`` for a name, otherwise nothing."""
    if isinstance(node, s.Name):
        return node.name
    if isinstance(node, s.Member):
        head = dotted(node.value)
        return head and f"{head}.{node.name}"
    return ""


def is_na(node: s.Expression) -> bool:
    """Whether this is the word ``na``."""
    node = bare(node)
    return isinstance(node, s.Name) and node.name == "na"


def leaves(node: s.Expression) -> Iterator[s.Expression]:
    """The values that a value can be: of parentheses, both sides of ``?:``, the last lines of blocks."""
    if isinstance(node, s.Parenthesis):
        yield from leaves(node.value)
    elif isinstance(node, s.Ternary):
        yield from leaves(node.then)
        yield from leaves(node.otherwise)
    elif isinstance(node, (s.If, s.Switch)):
        blocks = [case.body for case in node.cases] if isinstance(node, s.Switch) else [node.then, node.otherwise]
        for block in blocks:
            last = block.statements[-1] if block is not None and block.statements else None
            if isinstance(last, (s.ExpressionStatement, s.Declaration, s.Reassignment)):
                yield from leaves(last.value)
    else:
        yield node


def named(call: s.Call, name: str) -> s.Argument | None:
    """The argument with this name."""
    return next((item for item in call.arguments if item.name == name), None)


def bound(call: s.Call, parameters: tuple[str, ...]) -> dict[str, s.Argument]:
    """Arguments by the names of their parameters; the first where one is given twice."""
    found: dict[str, s.Argument] = {}
    for place, item in enumerate(call.arguments):
        name = item.name if item.name is not None else parameters[place] if place < len(parameters) else ""
        found.setdefault(name, item)
    return found


def text_of(source: str, node: s.Node) -> str:
    """The text of a node."""
    return source[node.span.start : node.span.end]


def comma_between(source: str, left: int, right: int) -> int:
    """Offset of the comma in a stretch of white space and comments; -1 where there is none."""
    text = _COMMENT.sub(lambda match: " " * len(match.group()), source[left:right])
    place = text.find(",")
    return place + left if place >= 0 else -1


def part(span: s.Span, start: int, end: int) -> s.Span:
    """A span of offsets whose line is that of another; edits read nothing but offsets."""
    return s.Span(start, end, span.line, span.column, span.end_line, span.end_column)


def drop_argument(edits: Edits, source: str, call: s.Call, gone: s.Argument) -> Edits:
    """Remove an argument and the comma that goes with it; comments between arguments stay."""
    return drop_arguments(edits, source, call, [gone])


def drop_arguments(edits: Edits, source: str, call: s.Call, gone: list[s.Argument]) -> Edits:
    """Remove several arguments of one call."""
    dropped = {id(item) for item in gone}
    kept_before = False
    for place, item in enumerate(call.arguments):
        if id(item) not in dropped:
            kept_before = True
            continue
        if kept_before:
            left, right = call.arguments[place - 1].span.end, item.span.start
            comma = comma_between(source, left, right)
            if "//" in source[left:right]:
                edits.replace(part(item.span, comma, comma + 1), "").replace(item.span, "")
            else:
                edits.replace(part(item.span, left, item.span.end), "")
        else:
            last = place + 1 >= len(call.arguments)
            end = item.span.end if last else call.arguments[place + 1].span.start
            edits.replace(part(item.span, item.span.start, end), "")
    return edits


def add_arguments(edits: Edits, source: str, call: s.Call, texts: list[str]) -> Edits:
    """Write arguments behind the last one: on lines of their own where that one has a line, else beside it."""
    if not call.arguments:
        opener = source.rfind("(", call.function.span.end, call.span.end)
        return edits.replace(part(call.span, opener, opener + 1), f"({', '.join(texts)}")
    last = call.arguments[-1].span
    start = line_start(source, last.start)
    margin, text = source[start : last.start], f", {', '.join(texts)}"
    if not margin.strip() and start > call.span.start:
        text = "".join(f",{line_end_of(source)}{margin}{text}" for text in texts)
    elif last.end - line_start(source, last.end) + len(text) >= LINE_LENGTH and len(texts) > 1:
        # Five spaces: no multiple of four, which older editors of TradingView took for a block.
        text = f",{line_end_of(source)}     {', '.join(texts)}"
    # A span from the head of the call on: what else is written behind the last value belongs to that value.
    return edits.after(part(last, call.span.start, last.end), text)


def name_argument(edits: Edits, call: s.Call, item: s.Argument, name: str) -> Edits:
    """Write a name before a positional argument, outside of everything else that is written before its value."""
    return edits.before(part(item.span, item.span.start, call.span.end), f"{name} = ")


def margin_of(source: str, offset: int) -> str:
    """White space at the beginning of the line of an offset."""
    start = line_start(source, offset)
    match = re.compile(r"[ \t]*").match(source, start)
    return match.group() if match else ""


def words_of(source: str) -> set[str]:
    """Every word of a script, so that a new name meets none of them."""
    return set(re.findall(r"[A-Za-z_]\w*", source))


def fresh(name: str, taken: set[str]) -> str:
    """The name with the least number that is free; it is taken from now on."""
    number = 1
    while f"{name}{number}" in taken:
        number += 1
    taken.add(f"{name}{number}")
    return f"{name}{number}"


def parents_of(tree: s.Node) -> dict[int, s.Node]:
    """The node above each node, by ``id``."""
    return {id(child): node for node in walk(tree) for child in children(node)}
