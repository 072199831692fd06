"""What a rule proposes, and the edits that proposals are made of: a line above a statement, a statement taken away."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pinewright.pine import syntax as s
from pinewright.pine.draft import Edits
from pinewright.pine.edit import line_end_of, line_start
from pinewright.pine.optimizer.facts import Facts

_LINE_REST = re.compile(r"[ \t]*(?://[^\r\n]*)?(?:\r\n|\r|\n|\Z)")
_ANNOTATION = re.compile(r"//\s*@(variable|function|param|returns|type|field|enum)\b")
_BLANK = re.compile(r"[ \t]*(?:\r\n|\r|\n)")


@dataclass(frozen=True)
class Proposal:
    """One rewrite: its code (``pinewright rule CODE``), what it does, where, and its edits."""

    code: str
    message: str
    span: s.Span
    edits: Edits


def stands_alone(facts: Facts, statement: s.Statement) -> bool:
    """Whether a statement has its lines for itself."""
    start = line_start(facts.source, statement.span.start)
    before = facts.source[start : statement.span.start]
    return not before.strip() and _LINE_REST.match(facts.source, statement.span.end) is not None


def begins_line(facts: Facts, statement: s.Statement) -> bool:
    """Whether a statement is the first of its line, so that a line can stand above it."""
    start = line_start(facts.source, statement.span.start)
    return not facts.source[start : statement.span.start].strip()


def place_above(facts: Facts, statement: s.Statement) -> int:
    """Where a line above a statement begins: above its annotations (``//@variable``), below its other comments."""
    start = statement.span.start
    for comment in statement.comments:
        if _annotates(comment):
            start = comment.span.start
            break
    return line_start(facts.source, start)


def line_above(facts: Facts, edits: Edits, statement: s.Statement, text: str) -> Edits:
    """Write a line above a statement, indented like it."""
    start = line_start(facts.source, statement.span.start)
    margin = facts.source[start : statement.span.start]
    return edits.line_above(place_above(facts, statement), f"{margin}{text}{line_end_of(facts.source)}")


def remove(facts: Facts, edits: Edits, statement: s.Statement) -> Edits:
    """Take a statement that ``stands_alone`` away: its lines, its annotations, and one of two blank lines around."""
    source = facts.source
    for comment in statement.comments:
        if _annotates(comment):
            start = line_start(source, comment.span.start)
            edits.replace(_stretch(statement.span, start, _line_end(source, comment.span.end)), "")
    start, end = line_start(source, statement.span.start), _line_end(source, statement.span.end)
    blank = _BLANK.match(source, end)
    blank_above = not start or (statement.blank_lines and not statement.comments)
    if blank is not None and blank_above:
        end = blank.end()
    return edits.replace(_stretch(statement.span, start, end), "")


def _stretch(span: s.Span, start: int, end: int) -> s.Span:
    """A span of other offsets; edits read nothing else."""
    return s.Span(start, end, span.line, span.column, span.end_line, span.end_column)


def annotated(statement: s.Statement) -> bool:
    """Whether comments above a statement document what it declares."""
    return any(map(_annotates, statement.comments))


def _line_end(source: str, offset: int) -> int:
    match = _LINE_REST.match(source, offset)
    return match.end() if match is not None else offset


def _annotates(comment: s.Comment) -> bool:
    """Whether a comment documents the declaration below it."""
    return _ANNOTATION.match(comment.text) is not None
