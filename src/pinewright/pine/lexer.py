"""Source text to tokens: words, literals, operators, and the lines and blocks that Pine makes of indentation.

Layout follows the Pine manual ("Line wrapping", "Script structure"): a line indented by a multiple of four (a tab
counts four) is a statement and its depth opens or closes blocks; any other indentation continues the line above; and
inside brackets line ends and indentation mean nothing. Comments and blank lines never count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

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

_NEVER_IN_BRACKETS = frozenset([":=", "=>", "+=", "-=", "*=", "/=", "%="])
_CLOSER = {"(": ")", "[": "]"}
_OPENER = {")": "(", "]": "["}
_LAYOUT = frozenset([NEWLINE, INDENT, DEDENT, END])

_TOKEN = re.compile(
    r"""
    (?P<space>[ \t\f\ufeff]+)
  | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
  | (?P<operator>=>|[:+\-*/%=!<>]=|(?!//)[-+*/%<>=?:,()\[\]]|\.(?!\d))
  | (?P<newline>\r\n|\r|\n)
  | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<string>"(?:[^"\\\r\n]|\\[^\r\n])*"|'(?:[^'\\\r\n]|\\[^\r\n])*')
  | (?P<long>"(?:[^"\\\r\n]|\\[^\r\n]|(?:\r\n|\r|\n)[ \t]+(?=\S))*"(?=[^"\r\n]*(?:"[^"\r\n]*"[^"\r\n]*)*(?:[\r\n]|\Z))
            |'(?:[^'\\\r\n]|\\[^\r\n]|(?:\r\n|\r|\n)[ \t]+(?=\S))*'(?=[^'\r\n]*(?:'[^'\r\n]*'[^'\r\n]*)*(?:[\r\n]|\Z)))
  | (?P<comment>//[^\r\n]*)
  | (?P<color>\#[0-9a-zA-Z]*)
  | (?P<open>["'][^\r\n]*)
  | (?P<bad>.)
    """,
    re.VERBOSE | re.DOTALL | re.ASCII,
)
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
        return self.to(self)

    def to(self, last: Token) -> Span:
        """From the start of this token to the end of another."""
        width = 0 if last.kind in _LAYOUT else len(last.text)
        line, column = last.line, last.column + width
        if last.kind == STRING:
            lines = _LINE_END.split(last.text)
            if len(lines) > 1:
                line, column = line + len(lines) - 1, len(lines[-1]) + 1
        return Span(self.start, last.start + width, self.line, self.column, line, column)


@dataclass(frozen=True)
class Tokens:
    """The tokens of a script, with what was set apart from them.

    ``tokens`` ends with NEWLINE, DEDENTs and END. ``pairs`` tells for the index of an opening bracket that of its
    closing one; brackets that match nothing are missing there. The other tables are keyed by the index of the token
    that opens a line (or of the DEDENT or END before which the comments stand): ``above`` holds comments on lines of
    their own, an empty comment for blank lines between them; ``beside`` comments that follow code of the line,
    ``inside`` comments on lines of their own between its continuations; ``blank_lines`` counts the blank lines before
    ``above``. ``deep`` are the indices of INDENTs of more than four columns.
    """

    tokens: tuple[Token, ...]
    pairs: dict[int, int] = field(default_factory=dict)
    above: dict[int, tuple[Comment, ...]] = field(default_factory=dict)
    beside: dict[int, list[Comment]] = field(default_factory=dict)
    inside: dict[int, list[Comment]] = field(default_factory=dict)
    blank_lines: dict[int, int] = field(default_factory=dict)
    deep: frozenset[int] = frozenset()


def tokenize(source: str) -> Tokens:
    """The tokens of a script. Never raises: what cannot be read becomes OPEN_STRING, BAD_COLOR or BAD tokens.

    Line ends may be LF, CRLF or CR; a byte order mark is skipped. A bracket without a partner is kept as a token, but
    does not join lines, so that one forgotten bracket spoils one statement.
    """
    scan = _Scan(source, frozenset())
    scan.run()
    if scan.unpaired:
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
        self.unpaired: set[int] = set()
        self.tokens: list[Token] = []
        self.pairs: dict[int, int] = {}
        self.open: list[int] = []
        self.levels = [0]
        self.line, self.line_start = 1, 0
        self.fresh = True  # no code of this line was read yet
        self.line_head = 0
        self.between: list[Comment] = []
        self.above: dict[int, tuple[Comment, ...]] = {}
        self.beside: dict[int, list[Comment]] = {}
        self.inside: dict[int, list[Comment]] = {}
        self.blank_lines: dict[int, int] = {}
        self.deep: set[int] = set()

    def run(self) -> None:
        """Read everything."""
        empty = True  # the line holds nothing so far, not even a comment
        for match in _TOKEN.finditer(self.source):
            group = match.lastgroup or "bad"
            if group == "space":
                continue
            if group == "newline":
                if empty:
                    self.between.append(_BLANK)
                self.line, self.line_start, self.fresh, empty = self.line + 1, match.end(), True, True
                continue
            empty = False
            start, text = match.start(), match.group()
            if group == "name":
                self._add(text if text in RESERVED else NAME, text, start)
            elif group == "operator":
                self._add(text, text, start)
            elif group == "comment":
                self._comment(text, start)
            else:
                self._add(_literal_kind(group, text), text, start)
                if group == "long":
                    self.line += len(_LINE_END.findall(text))
                    self.line_start = start + max(text.rfind("\n"), text.rfind("\r")) + 1
        self._give_up_brackets()
        self._finish(self.line, len(self.source) - self.line_start + 1)

    def _comment(self, text: str, start: int) -> None:
        column = start - self.line_start + 1
        kept = text.rstrip()
        width = len(kept)
        comment = Comment(kept, Span(start, start + width, self.line, column, self.line, column + width))
        if self.fresh:
            self.between.append(comment)
        else:
            self.beside.setdefault(self.line_head, []).append(comment)

    def _add(self, kind: str, text: str, start: int) -> None:
        """One token of code, and the layout before it."""
        if self.open and (kind in _NEVER_IN_BRACKETS or (self.fresh and kind in _OPENING)):
            self._give_up_brackets()
        if self.fresh:
            self.fresh = False
            if not self.open:
                self._begin_line(start)
            elif self.between:
                self._keep_inside()
        if kind in _CLOSER:
            if start not in self.loose:
                self.open.append(len(self.tokens))
        elif kind in _OPENER:
            self._close_bracket(kind, start)
        self.tokens.append(Token(kind, text, start, self.line, start - self.line_start + 1))

    def result(self) -> Tokens:
        """What was read, as a value."""
        tables = (self.pairs, self.above, self.beside, self.inside, self.blank_lines)
        return Tokens(tuple(self.tokens), *tables, frozenset(self.deep))

    def _begin_line(self, start: int) -> None:
        line, column = self.line, start - self.line_start + 1
        indentation = self.source[self.line_start : start]
        width = indentation_width(indentation) if indentation else 0
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
        while width < self.levels[-1]:
            level = self.levels.pop()
            kept = max(
                (
                    place
                    for place, comment in enumerate(self.between, 1)
                    if comment.text and self._indentation(comment) >= level
                ),
                default=0,
            )
            if kept:
                footer, self.between = self.between[:kept], self.between[kept:]
                self.above[len(self.tokens)] = _tidy(footer)
            self.tokens.append(Token(DEDENT, "", start, line, column))

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
        for place in range(len(self.open) - 1, -1, -1):
            if self.tokens[self.open[place]].kind == opener:
                self.unpaired.update(self.tokens[index].start for index in self.open[place + 1 :])
                self.pairs[self.open[place]] = len(self.tokens)
                del self.open[place:]
                return
        self.unpaired.add(start)

    def _give_up_brackets(self) -> None:
        self.unpaired.update(self.tokens[index].start for index in self.open)
        self.open.clear()

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


def _literal_kind(group: str, text: str) -> str:
    if group == "number":
        return INT if text.isdigit() else FLOAT
    if group == "color":
        return COLOR if _COLOR_TEXT.fullmatch(text) else BAD_COLOR
    if group == "open":
        return OPEN_STRING
    return STRING if group == "long" else group
