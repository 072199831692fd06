"""Source text to tokens: words, literals, operators, and the lines and blocks that Pine makes of indentation.

Layout follows the Pine manual ("Line wrapping", "Script structure"): a line indented by a multiple of four (a tab
counts four) is a statement and its depth opens or closes blocks; any other indentation continues the line above; and
inside brackets line ends and indentation mean nothing. Comments and blank lines never count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from pinewright.pine.longstrings import LongStrings
from pinewright.pine.syntax import Comment, Span

NAME = "name"
INT = "int"
FLOAT = "float"
STRING = "string"
COLOR = "color"
NEWLINE = "newline"
INDENT = "indent"
DEDENT = "dedent"
END = "end"
OPEN_STRING = "open string"
"""A string without its closing quote; the text runs to the end of the line."""
BAD_COLOR = "bad color"
BAD = "bad"
"""A character that no Pine script may hold outside strings and comments."""

_OPENING = frozenset(["if", "else", "for", "while", "switch", "var", "varip", "break", "continue"])
RESERVED = _OPENING | {"and", "or", "not", "true", "false"}
"""Words that are never names; their token's kind is the word itself, as an operator's kind is its text."""

PRECEDENCE: dict[str, int] = {
    "or": 1,
    "and": 2,
    "==": 3,
    "!=": 3,
    "<": 4,
    "<=": 4,
    ">": 4,
    ">=": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "%": 6,
}
"""How tight a binary operator binds; all of them group to the left."""

MAX_TOKENS = 250_000
"""Longer scripts are refused: TradingView itself stops at 100,000."""

_NEVER_IN_BRACKETS = frozenset([":=", "=>", "+=", "-=", "*=", "/=", "%="])
_ENDS_VALUE = frozenset([NAME, INT, FLOAT, STRING, COLOR, "true", "false", ")", "]"])
_OPENER = {")": "(", "]": "["}
_LAYOUT = frozenset([NEWLINE, INDENT, DEDENT, END])
_SEVERAL = _LAYOUT | {STRING, OPEN_STRING}
_new = tuple.__new__  # what Token(...) and Span(...) do, at a third of the time
_KIND_OF_WORD = {word: word for word in RESERVED}

# Ordered by how often they occur. Spaces are taken possessively, lest a long run of them be tried at each length.
_TOKEN = re.compile(
    r"""
    [ \t\f\v\ufeff]*+
    (?: (?P<name>[A-Za-z_][A-Za-z0-9_]*)
      | (?P<operator>=>|[:+\-*/%=!<>]=|(?!//)[-+*/%<>=?:,]|\.(?!\d))
      | (?P<opener>[(\[])
      | (?P<closer>[)\]])
      | (?P<newline>\r\n|\r|\n)
      | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
      | (?P<string>(?!\"{3}|'{3})
          (?:"[^"\\\r\n]*+(?:\\[^\r\n][^"\\\r\n]*+)*+"|'[^'\\\r\n]*+(?:\\[^\r\n][^'\\\r\n]*+)*+'))
      | (?P<comment>//[^\r\n]*|\#(?:end)?region\b[^\r\n]*)
      | (?P<color>\#[0-9a-zA-Z]*)
      | (?P<open>["'])
      | (?P<bad>[^ \t\f\v\ufeff])
      | (?P<end>\Z)
    )
    """,
    re.VERBOSE | re.ASCII,
)
_GROUPS = _TOKEN.groupindex
_NAME, _OPERATOR, _OPENS, _CLOSES = (_GROUPS[name] for name in ("name", "operator", "opener", "closer"))
_NEWLINE, _NUMBER, _STRING = (_GROUPS[name] for name in ("newline", "number", "string"))
_COMMENT, _COLOR, _OPEN, _BAD, _END = (_GROUPS[name] for name in ("comment", "color", "open", "bad", "end"))

_COLOR_TEXT = re.compile(r"#(?:[0-9a-fA-F]{6}|[0-9a-fA-F]{8})")
_LINE_END = re.compile(r"\r\n|\r|\n")


class Token(NamedTuple):
    """A piece of the source. ``start`` is an offset from 0; ``line`` and ``column`` count from 1.

    Layout tokens have no width, except that the text of an INDENT is the indentation itself.
    """

    kind: str
    text: str
    start: int
    line: int
    column: int

    @property
    def span(self) -> Span:
        """Where the token stands; layout tokens are empty ranges."""
        kind, text, start, line, column = self
        if kind in _SEVERAL:
            return self.to(self)
        width = len(text)
        return _new(Span, (start, start + width, line, column, line, column + width))

    def to(self, last: Token) -> Span:
        """From the start of this token to the end of another."""
        kind, text, start, line, column = last
        width = 0 if kind in _LAYOUT else len(text)
        end_column = column + width
        if kind == STRING and ("\n" in text or "\r" in text):
            lines = _LINE_END.split(text)
            line, end_column = line + len(lines) - 1, len(lines[-1]) + 1
        return _new(Span, (self[2], start + width, self[3], self[4], line, end_column))


@dataclass(frozen=True)
class Tokens:
    """The tokens of a script, with what was set apart from them.

    ``tokens`` ends with NEWLINE, DEDENTs and END. ``pairs`` tells for the index of an opening bracket that of its
    closing one; brackets that match nothing are missing there. The other tables are keyed by the index of the token
    that opens a line (or of the DEDENT or END before which the comments stand): ``above`` holds comments on lines of
    their own, an empty comment for blank lines between them; ``beside`` comments that follow code of the line,
    ``inside`` comments on lines of their own between its continuations; ``blank_lines`` counts the blank lines before
    ``above``. ``deep`` are the indices of INDENTs of more than four columns, ``wide`` those of tokens that open a line
    inside brackets at a multiple of four columns.
    """

    tokens: tuple[Token, ...]
    pairs: dict[int, int] = field(default_factory=dict)
    above: dict[int, tuple[Comment, ...]] = field(default_factory=dict)
    beside: dict[int, list[Comment]] = field(default_factory=dict)
    inside: dict[int, list[Comment]] = field(default_factory=dict)
    blank_lines: dict[int, int] = field(default_factory=dict)
    deep: frozenset[int] = frozenset()
    wide: tuple[int, ...] = ()

    def comments(self) -> list[Comment]:
        """All comments of the script, without the empty ones that stand for blank lines, in no certain order."""
        tables = (*self.above.values(), *self.beside.values(), *self.inside.values())
        return [comment for kept in tables for comment in kept if comment.text]


def tokenize(source: str) -> Tokens:
    """The tokens of a script. Never raises: what cannot be read becomes OPEN_STRING, BAD_COLOR or BAD tokens.

    Line ends may be LF, CRLF or CR; a byte order mark is skipped. A bracket without a partner is kept as a token, but
    does not join lines, so that one forgotten bracket spoils one statement.
    """
    scan = _Scan(source, frozenset())
    scan.run()
    if scan.unpaired and len(scan.tokens) <= MAX_TOKENS:
        scan = _Scan(source, frozenset(scan.unpaired))
        scan.run()
    return scan.result()


def indentation_width(text: str) -> int:
    """Columns of leading white space; a tab counts four."""
    return text.count(" ") + 4 * text.count("\t")


class _Scan:
    """One pass over the source. ``loose`` are the offsets of brackets known to have no partner."""

    def __init__(self, source: str, loose: frozenset[int]):
        self.source = source
        self.loose = loose
        self.long_strings = LongStrings(source)
        self.unpaired: set[int] = set()
        self.tokens: list[Token] = []
        self.pairs: dict[int, int] = {}
        self.open: list[int] = []
        self.opened_of = {"(": 0, "[": 0}
        self.levels = [0]
        self.line, self.line_start = 1, 0
        self.line_head = 0
        self.between: list[Comment] = []
        self.above: dict[int, tuple[Comment, ...]] = {}
        self.beside: dict[int, list[Comment]] = {}
        self.inside: dict[int, list[Comment]] = {}
        self.blank_lines: dict[int, int] = {}
        self.deep: set[int] = set()
        self.wide: list[int] = []

    def run(self) -> None:
        """Read everything."""
        place: int | None = 0
        fresh = True
        while place is not None:
            place, fresh = self._run_from(place, fresh)
        self._give_up_brackets()
        self._finish(self.line, len(self.source) - self.line_start + 1)

    def _run_from(self, place: int, fresh: bool) -> tuple[int | None, bool]:
        """Read from ``place`` to the end or behind the next string over lines; where to go on, and if on a new line.

        The one hot loop of the lexer: everything that is rare happens in other methods.
        """
        tokens, opened, line, line_start = self.tokens, self.open, self.line, self.line_start
        append, kind_of_word = tokens.append, _KIND_OF_WORD.get
        empty = fresh  # the line holds nothing so far, not even a comment
        for match in _TOKEN.finditer(self.source, place):
            group = match.lastindex or _BAD
            if group == _NEWLINE:
                if empty:
                    self.between.append(_BLANK)
                line += 1
                line_start = match.end()
                self.line, self.line_start = line, line_start
                fresh = empty = True
                continue
            start = match.start(group)
            text = match[group]
            if group == _COMMENT:
                if text[0] == "/" or empty:
                    empty = False
                    self._comment(text, start, fresh)
                    continue
                group, text = _COLOR, text.split(None, 1)[0]
            empty = False
            if group == _NAME:
                kind = kind_of_word(text, NAME)
            elif group == _NUMBER:
                kind = INT if text.isdigit() else FLOAT
            elif group == _STRING:
                kind = STRING
            elif group <= _CLOSES:
                kind = text
                if opened and text in _NEVER_IN_BRACKETS:
                    self._give_up_brackets()
            elif group == _END:
                break
            elif group == _OPEN:
                kind, text = self._long_string(start)
            else:
                kind = BAD if group == _BAD else COLOR if _COLOR_TEXT.fullmatch(text) else BAD_COLOR
            if fresh:
                fresh = False
                self._open_line(kind, start)
            if group == _OPENS:
                if start not in self.loose:
                    opened.append(len(tokens))
                    self.opened_of[text] += 1
            elif group == _CLOSES:
                self._close_bracket(kind, start)
            append(_new(Token, (kind, text, start, line, start - line_start + 1)))
            if group == _OPEN:
                self._skip_lines(text, start)
                return start + len(text), False
        return None, fresh

    def _skip_lines(self, text: str, start: int) -> None:
        """Count the line ends inside of a string."""
        ends = _LINE_END.findall(text)
        if ends:
            self.line += len(ends)
            self.line_start = start + max(text.rfind("\n"), text.rfind("\r")) + 1

    def _long_string(self, start: int) -> tuple[str, str]:
        """Kind and text of a string that its line does not close."""
        end = self.long_strings.end(start)
        if end > 0:
            return STRING, self.source[start:end]
        line_end = _LINE_END.search(self.source, start)
        return OPEN_STRING, self.source[start : line_end.start() if line_end else len(self.source)]

    def _comment(self, text: str, start: int, fresh: bool) -> None:
        column = start - self.line_start + 1
        kept = text.rstrip()
        width = len(kept)
        comment = Comment(kept, Span(start, start + width, self.line, column, self.line, column + width))
        if fresh:
            self.between.append(comment)
        else:
            self.beside.setdefault(self.line_head, []).append(comment)

    def _open_line(self, kind: str, start: int) -> None:
        """The layout before the first token of a line."""
        indentation = self.source[self.line_start : start]
        width = indentation_width(indentation) if indentation else 0
        if self.open and (kind in _OPENING or (kind == NAME and self._begins_statement(width))):
            self._give_up_brackets()
        if not self.open:
            self._begin_line(indentation, width, start)
            return
        if width % 4 == 0:
            self.wide.append(len(self.tokens))
        if self.between:
            self._keep_inside()

    def _begins_statement(self, width: int) -> bool:
        """Whether a name that opens a line inside brackets cannot belong to them: it follows a value, no comma, and
        stands no deeper than their statement."""
        return width <= self.levels[-1] and width % 4 == 0 and self.tokens[-1].kind in _ENDS_VALUE

    def result(self) -> Tokens:
        """What was read, as a value."""
        tables = (self.pairs, self.above, self.beside, self.inside, self.blank_lines)
        return Tokens(tuple(self.tokens), *tables, frozenset(self.deep), tuple(self.wide))

    def _begin_line(self, indentation: str, width: int, start: int) -> None:
        line, column = self.line, start - self.line_start + 1
        if width % 4:
            if self.tokens:
                self._keep_inside()
                return
            width = 0  # there is no line above to continue
        if self.tokens:
            self._end_line()
        if width < self.levels[-1]:
            self._close_blocks(width, start, line, column)
        if width > self.levels[-1]:
            if width > self.levels[-1] + 4:
                self.deep.add(len(self.tokens))
            self.levels.append(width)
            self.tokens.append(Token(INDENT, indentation, start, line, column))
        self.line_head = len(self.tokens)
        if self.between:
            self._put_above(self.line_head)

    def _end_line(self) -> None:
        end = self.tokens[-1].span
        self.tokens.append(Token(NEWLINE, "", end.end, end.end_line, end.end_column))

    def _close_blocks(self, width: int, start: int, line: int, column: int) -> None:
        # What may be the last comment of a block: no comment below it is indented as deep.
        deepest = 0
        last: list[tuple[int, int]] = []
        for place in range(len(self.between), 0, -1):
            comment = self.between[place - 1]
            if comment.text and (depth := self._indentation(comment)) > deepest:
                deepest = depth
                last.append((depth, place))
        taken = 0
        while width < self.levels[-1]:
            level = self.levels.pop()
            kept = next((place for depth, place in last if depth >= level), 0)
            if kept > taken:
                self.above[len(self.tokens)] = _tidy(self.between[taken:kept])
                taken = kept
            self.tokens.append(Token(DEDENT, "", start, line, column))
        self.between = self.between[taken:]

    def _indentation(self, comment: Comment) -> int:
        start = comment.span.start
        return indentation_width(self.source[start - comment.span.column + 1 : start])

    def _put_above(self, index: int) -> None:
        blanks = 0
        while blanks < len(self.between) and not self.between[blanks].text:
            blanks += 1
        if blanks:
            self.blank_lines[index] = blanks
        comments = self.between[blanks:]
        if comments:
            self.above[index] = _tidy(comments)
        self.between = []

    def _keep_inside(self) -> None:
        comments = [comment for comment in self.between if comment.text]
        if comments:
            self.inside.setdefault(self.line_head, []).extend(comments)
        self.between = []

    def _close_bracket(self, kind: str, start: int) -> None:
        if start in self.loose:
            return
        opener = _OPENER[kind]
        if not self.opened_of[opener]:
            self.unpaired.add(start)
            return
        while True:
            index = self.open.pop()
            found = self.tokens[index]
            self.opened_of[found.kind] -= 1
            if found.kind == opener:
                self.pairs[index] = len(self.tokens)
                return
            self.unpaired.add(found.start)

    def _give_up_brackets(self) -> None:
        self.unpaired.update(self.tokens[index].start for index in self.open)
        self.open.clear()
        self.opened_of = {"(": 0, "[": 0}

    def _finish(self, line: int, column: int) -> None:
        end = len(self.source)
        if self.tokens:
            self._end_line()
        self._close_blocks(0, end, line, column)
        while self.between and not self.between[-1].text:
            self.between.pop()
        if self.between:
            self.above[len(self.tokens)] = _tidy(self.between)
        self.tokens.append(Token(END, "", end, line, column))


_BLANK = Comment("")


def _tidy(comments: list[Comment]) -> tuple[Comment, ...]:
    """Runs of blank lines become one."""
    return tuple(
        comment for place, comment in enumerate(comments) if comment.text or place == 0 or comments[place - 1].text
    )
