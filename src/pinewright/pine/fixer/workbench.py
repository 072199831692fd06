"""A script on the bench: its tree, its errors, and what a change of its text would make of them.

A change is tried on a window: the statements at the left margin around it are parsed again and put into the tree that
is there; the rest keeps its nodes. Checking such a tree is what most of the time goes into, and only changes that leave
the fewest errors of syntax get so far.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from pinewright.pine import lexer
from pinewright.pine.builtins import VERSIONS
from pinewright.pine.checker.script import ScriptCheck
from pinewright.pine.diagnostics import Diagnostic, Severity
from pinewright.pine.fixer.rows import Row, rows_of
from pinewright.pine.fixer.words import Words, language_parts, parts_of, words_of
from pinewright.pine.lexer import Token, indentation_width, tokenize
from pinewright.pine.parser import parse
from pinewright.pine.syntax import (
    Block,
    For,
    ForIn,
    FunctionDeclaration,
    If,
    Once,
    Script,
    Statement,
    Switch,
    While,
)

Change = tuple[int, int, str]
"""Replace the characters from the first offset to the second by the text."""

Place = tuple[str, int]
"""Code and offset of an error."""

LAYOUT = frozenset([lexer.NEWLINE, lexer.INDENT, lexer.DEDENT, lexer.END])
_STARTS = re.compile(r"^(?!else\b|//)[A-Za-z_\[]", re.MULTILINE)
"""Lines at the left margin that begin a statement."""
_LARGE, _NEAR = 4000, 2
"""A window of so many characters is large; lines of statements that are read beside a change in it."""
_BEFORE, _BEHIND = 2, 2
"""Statements around the changed one that are read again with it."""


def changed(source: str, changes: Iterable[Change]) -> str:
    """The source with all changes; they do not overlap."""
    for start, end, text in sorted(changes, reverse=True):
        source = source[:start] + text + source[end:]
    return source


@dataclass(frozen=True)
class Trial:
    """A change, tried: the statements of its window, the whole new text, and the errors of syntax then."""

    text: str
    begin: int
    end: int
    statements: tuple[Statement, ...]
    syntax: int
    errors: tuple[Place, ...]
    """The errors of syntax in the window."""
    read: int
    """How many lines of the window can be read that could not be before."""
    warnings: int
    """Warnings of the window: of two repairs the one with fewer is likelier."""


class Workbench:
    """One source with its tree and findings; it never changes."""

    def __init__(self, source: str):
        self.source = source
        self.tree, found = parse(source)
        self.syntax = tuple(one for one in found if one.severity is Severity.ERROR)
        self.checker = ScriptCheck(self.tree, source)
        self.checker.run()
        self.errors = tuple(one for one in self.checker.found if one.severity is Severity.ERROR)
        self.diagnostics = tuple(
            sorted({*found, *self.checker.found}, key=lambda one: (one.span.start, one.code))
            if not self.syntax
            else found
        )
        self._starts = [match.start() for match in _STARTS.finditer(source)]
        self._base: dict[tuple[int, int], tuple[int, int]] = {}

    @property
    def score(self) -> tuple[int, int]:
        """Errors of syntax, and of the check of what could be read: less is better."""
        return len(self.syntax), len(self.errors)

    @property
    def version(self) -> int:
        """The version that the check goes by."""
        return self.tree.version if self.tree.version in VERSIONS else max(VERSIONS)

    @cached_property
    def tokens(self) -> list[Token]:
        """All tokens but layout."""
        return [token for token in self._table.tokens if token.kind not in LAYOUT]

    @cached_property
    def _table(self) -> lexer.Tokens:
        return tokenize(self.source)

    @cached_property
    def lines(self) -> list[range]:
        """The lines of statements, continuations included, as ranges of ``tokens``."""
        made, first, place = [], 0, 0
        for token in self._table.tokens:
            if token.kind == lexer.NEWLINE:
                made.append(range(first, place))
                first = place
            elif token.kind not in LAYOUT:
                place += 1
        return made

    @cached_property
    def rows(self) -> list[Row]:
        """The lines of the text that hold code."""
        return rows_of(self.source)

    @cached_property
    def name_counts(self) -> Counter[str]:
        """How often each name stands in the script."""
        return Counter(token.text for token in self.tokens if token.kind == lexer.NAME)

    def oddness(self, name: str) -> int:
        """How many parts of a name are no words that the language, other names, comments or strings use.

        Of a letter with a number (``e6``): whether no other name has that letter and another number.
        """
        parts = parts_of(name)
        if not parts:
            letters = name.rstrip("0123456789")
            return not any(other != name and other.rstrip("0123456789") == letters for other in self.name_counts)
        return sum(
            self._word_parts[part] <= self.name_counts[name] and part not in language_parts(self.version)
            for part in parts
        )

    @cached_property
    def _word_parts(self) -> Counter[str]:
        return Counter(parts_of(self.source))

    @cached_property
    def known_words(self) -> Words:
        """Words that the script may use."""
        return words_of(self.tokens, self.version)

    def line_at(self, offset: int) -> int:
        """Index in ``lines`` of the line that holds this offset."""
        firsts = [self.tokens[line.start].start for line in self.lines]
        return max(0, bisect_right(firsts, offset) - 1)

    # Trials ----------------------------------------------------------------------------------------------------------

    def window(self, start: int, end: int) -> tuple[int, int]:
        """Offsets around a range, at borders of statements of the left margin."""
        starts = self._starts
        place = bisect_right(starts, start) - 1
        behind = bisect_left(starts, end)
        begin = starts[place - _BEFORE] if place >= _BEFORE else 0
        stop = starts[behind + _BEHIND] if behind + _BEHIND < len(starts) else len(self.source)
        for statement in self.tree.statements:
            if statement.span.start < stop < statement.span.end:
                following = bisect_left(starts, statement.span.end)
                stop = starts[following] if following < len(starts) else len(self.source)
        for statement in reversed(self.tree.statements):
            if statement.span.start < begin < statement.span.end:
                begin = self.source.rfind("\n", 0, statement.span.start) + 1
        return begin, stop

    def hopeful(self, changes: tuple[Change, ...], fewer: bool) -> tuple[bool, int]:
        """Whether a change may leave fewer errors of syntax (or, without ``fewer``, no more), and the characters read.

        Asked of the lines next to the change alone, where its window is large: a long function need not be read for
        each bracket that might be meant.
        """
        start, end = min(one[0] for one in changes), max(one[1] for one in changes)
        begin, stop = self.window(start, end)
        if stop - begin < _LARGE or any(self._moves_line(one) for one in changes):
            return True, 0
        place, last = self.line_at(start), self.line_at(end)
        near = self.lines[max(0, place - _NEAR) : last + _NEAR + 1]
        first, behind = self.tokens[near[0].start], self.tokens[near[-1].stop - 1]
        begin = self.source.rfind("\n", 0, first.start) + 1
        stop = self.source.find("\n", behind.start + len(behind.text))
        stop = stop if stop >= 0 else len(self.source)
        inner = tuple((one[0] - begin, one[1] - begin, one[2]) for one in changes)
        piece = self.source[begin:stop]
        depth = min(indentation_width(self._margin(self.tokens[line.start])) for line in near) // 4
        heads = "".join(f"{' ' * 4 * level}if true\n" for level in range(depth))
        before, after = (len(self._read(heads + text, 0)[1]) for text in (piece, changed(piece, inner)))
        return after < before if fewer else after <= before, 2 * (stop - begin)

    def _moves_line(self, change: Change) -> bool:
        return not self.source[self.source.rfind("\n", 0, change[0]) + 1 : change[0]].strip()

    def _margin(self, token: Token) -> str:
        return self.source[token.start - token.column + 1 : token.start]

    def attempt(self, changes: tuple[Change, ...]) -> Trial:
        """What the changes make of the syntax around them."""
        begin, end = self.window(min(one[0] for one in changes), max(one[1] for one in changes))
        text = changed(self.source, changes)
        statements, found, warnings = self._read(text[begin : len(text) - (len(self.source) - end)], begin)
        errors, read = self._as_it_is(begin, end)
        syntax = len(self.syntax) - errors + len(found)
        return Trial(text, begin, end, statements, syntax, tuple(found), lines_read(statements, text) - read, warnings)

    def _as_it_is(self, begin: int, end: int) -> tuple[int, int]:
        """Errors of syntax and statements of a window without any change."""
        key = begin, end
        if key not in self._base:
            statements, errors, _ = self._read(self.source[begin:end], begin)
            self._base[key] = len(errors), lines_read(statements, self.source)
        return self._base[key]

    def _read(self, piece: str, begin: int) -> tuple[tuple[Statement, ...], list[Place], int]:
        """Statements, errors of syntax and the number of warnings of a piece of the source that begins there."""
        # A comment as long as what stands before gives the nodes their offsets in the whole text.
        padding = "" if begin == 0 else " \n" if begin == 2 else "/" * (begin - 1) + "\n"
        tree, found = parse(padding + piece)
        errors = [(one.code, one.span.start) for one in found if one.severity is Severity.ERROR]
        return tree.statements, errors, len(found) - len(errors)

    def tree_of(self, trial: Trial) -> Script:
        """The whole tree once the trial's change is made."""
        before = [one for one in self.tree.statements if one.span.start < trial.begin]
        after = [one for one in self.tree.statements if one.span.start >= trial.end]
        return Script((*before, *trial.statements, *after), self.tree.version, span=self.tree.span)

    def check(self, trial: Trial) -> list[Diagnostic]:
        """The errors that the check finds once the trial's change is made."""
        checker = ScriptCheck(self.tree_of(trial), trial.text)
        checker.run()
        return [one for one in checker.found if one.severity is Severity.ERROR]


def moved(offset: int, changes: Iterable[Change]) -> int:
    """Where an offset of the source is once the changes are made."""
    return offset + sum(len(text) - (end - start) for start, end, text in changes if end <= offset)


def lines_read(statements: Iterable[Statement], source: str) -> int:
    """How many lines could be read as statements, those of blocks too.

    A line that is read as several statements counts once, and its continuations do not: breaking one up is no gain.
    """
    count = 0
    for statement in statements:
        start = statement.span.start
        margin = source[source.rfind("\n", 0, start) + 1 : start]
        count += not margin.strip() and indentation_width(margin) % 4 == 0
        body = statement.body if isinstance(statement, FunctionDeclaration) else getattr(statement, "value", None)
        count += isinstance(body, If) and body.otherwise is not None  # the line of its `else`
        count += sum(lines_read(block.statements, source) for block in _blocks(body))
    return count


def _blocks(node: object) -> Iterator[Block]:
    match node:
        case Block():
            yield node
        case If():
            yield node.then
            if node.otherwise is not None:
                yield node.otherwise
        case Switch():
            yield from (case.body for case in node.cases)
        case For() | ForIn() | While() | Once():
            yield node.body


def line_of(source: str, offset: int) -> int:
    """Number of the line, from 1, that holds this offset."""
    return len(re.findall(r"\r\n|\r|\n", source[:offset])) + 1
