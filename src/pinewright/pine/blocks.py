"""Tokens to blocks: statements of one indentation, the comments around them, and recovery at their borders."""

from __future__ import annotations

from abc import ABC, abstractmethod

from pinewright.pine import lexer
from pinewright.pine.cursor import MAX_NESTING
from pinewright.pine.diagnostics import Diagnostic
from pinewright.pine.expressions import ExpressionParser
from pinewright.pine.lexer import Token, indentation_width
from pinewright.pine.problems import LINE_END, StatementError, shown
from pinewright.pine.syntax import Block, Call, Comment, Expression, ExpressionStatement, Name, Span, Statement

_BLOCK_HINT = "indent the block below by four spaces (or one tab) more than its head"
_HEADS = frozenset(["if", "for", "while", "else"])
_UNREAD = Name("")


class BlockParser(ExpressionParser, ABC):
    """The part of the parser that reads blocks, and finds the way behind what it cannot read."""

    @abstractmethod
    def statement(self) -> Statement:
        """One statement; the last part of the parser says how."""

    def head(self) -> Expression:
        """The value in the head of a block. One that cannot be read is noted, so that the block below is read."""
        level = self.nesting
        try:
            value = self.expression()
            if self.kinds[self.at] != lexer.NEWLINE:
                self.mismatch(lexer.NEWLINE)
        except StatementError as problem:
            end = self.line_end()
            if self.kinds[end + 1] != lexer.INDENT:
                raise
            self.note(problem)
            self.at, self.nesting, self.brackets = end, level, 0
            value = _UNREAD
        return value

    def line_end(self) -> int:
        """Index of the token that ends the line of the cursor."""
        place = self.at
        while self.kinds[place] not in (lexer.NEWLINE, lexer.END):
            place += 1
        return place

    def block(self, line_head: int = -1) -> Block:
        """The indented block below a head. ``line_head`` is the token that opens the head's line, where the block,
        not a statement, keeps the comments of that line."""
        end_of_head = self.token
        self.open_block()
        self.enter()
        statements = self.statements(lexer.DEDENT)
        footer = self.close_block()
        self.nesting -= 1
        comments, trailing = self.head_notes(line_head)
        span = statements[0].span.to(statements[-1].span) if statements else end_of_head.span
        return Block(tuple(statements), comments=comments, trailing=trailing, footer=footer, span=span)

    def body(self, line_head: int = -1) -> Block:
        """What follows ``=>``: a block, or statements on the same line, separated by commas."""
        if self.kinds[self.at] == lexer.NEWLINE:
            return self.block(line_head)
        statements = [self.statement()]
        while self.kinds[self.at] == "," and self.kinds[self.at + 1] != lexer.NEWLINE:
            self.at += 1
            statements.append(self.statement())
        self.end_line()
        comments, trailing = self.head_notes(line_head)
        span = statements[0].span.to(statements[-1].span)
        return Block(tuple(statements), inline=True, comments=comments, trailing=trailing, span=span)

    def open_block(self) -> None:
        """Step into the block that must follow."""
        if self.kinds[self.at] != lexer.NEWLINE:
            self.mismatch(lexer.NEWLINE)
        indent = self.tokens[self.at + 1]
        if indent.kind != lexer.INDENT:
            message = f'Mismatched input "{_shown_line(indent)}" expecting an indented block'
            self.fail("PW007", message, self.token.span, _BLOCK_HINT)
        if self.at + 1 in self.table.deep:
            message = f"the block is indented to column {indentation_width(indent.text) + 1}, more than four further in"
            hint = "TradingView's blocks go by four spaces, or a tab"
            self.warn("PW017", message, self.tokens[self.at + 2].span, hint)
        self.at += 2

    def close_block(self) -> tuple[Comment, ...]:
        """Step out of a block; the comments at its foot."""
        footer = self.table.above.get(self.at, ())
        if self.kinds[self.at] == lexer.DEDENT:
            self.at += 1
            return footer
        return ()

    def statements(self, end: str) -> list[Statement]:
        """Statements up to the token of kind ``end``, which stays. A statement with a problem is noted and left out."""
        made: list[Statement] = []
        kinds = self.kinds
        spurious = 0  # blocks that no head opened
        level, spoiled = self.nesting, self.spoiled
        while True:
            kind = kinds[self.at]
            if kind == lexer.END or (kind == end and not spurious):
                self.spoiled = spoiled
                return made
            if kind == lexer.DEDENT:
                spurious -= 1
                self.at += 1
                continue
            start = self.at
            try:
                if kind == lexer.INDENT:
                    self._report_indent(made)
                    spurious += 1
                    self.at += 1
                    continue
                self._line(made)
            except (StatementError, RecursionError) as problem:
                self.recover(problem, start, level)

    def _line(self, made: list[Statement]) -> None:
        """The statements of one line, separated by commas; a comma at its end is allowed."""
        while True:
            spoiled = self.spoiled
            statement = self.statement()
            if self.spoiled == spoiled:
                made.append(statement)
            self.spoiled = spoiled
            if self.kinds[self.at] != ",":
                break
            self.at += 1
            if self.kinds[self.at] == lexer.NEWLINE:
                break
        self.end_line()

    def end_line(self) -> None:
        """Step over the end of a statement's line; a statement that ended with a block has none."""
        kind = self.kinds[self.at]
        if kind == lexer.NEWLINE:
            self.at += 1
        elif kind == "," and self.kinds[self.at + 1] == lexer.NEWLINE:
            self.at += 2
        elif self.kinds[self.at - 1] not in (lexer.DEDENT, lexer.NEWLINE):
            self.mismatch(lexer.NEWLINE)

    # Recovery --------------------------------------------------------------------------------------------------------

    def recover(self, problem: StatementError | RecursionError, start: int, level: int) -> None:
        """Note a problem and go on behind its statement and the blocks that belong to it.

        These blocks are read for their own findings, unless depth itself is the problem. ``start`` is the first token
        of the statement, ``level`` the nesting around it.
        """
        if isinstance(problem, StatementError):
            found = problem.diagnostic
        else:
            hint = "give parts of it names of their own"
            found = Diagnostic("PW011", "Syntax error: nested too deep", self.tokens[start].span, hint)
        self.found.append(found)
        self.nesting, self.brackets = level, 0
        while True:
            kind = self.kinds[self.at]
            if kind in (lexer.END, lexer.DEDENT):
                return
            self.at += 1
            if kind == lexer.INDENT:
                holds_statements = self.kinds[start] in _HEADS or self.kinds[self.at - 3] == "=>"
                self._pass_block(holds_statements and found.code != "PW011")
                kind = lexer.NEWLINE
            if kind == lexer.NEWLINE:
                following = self.kinds[self.at]
                if following == "else":
                    start = self.at
                elif following != lexer.INDENT:
                    return

    def _pass_block(self, read: bool) -> None:
        """Step behind the block at the cursor, and note what is wrong in it when it is to be read."""
        self.nesting += 1
        if read and self.nesting < MAX_NESTING:
            self.statements(lexer.DEDENT)
        else:
            depth = 1
            while self.kinds[self.at] != lexer.END:
                kind = self.kinds[self.at]
                depth += (kind == lexer.INDENT) - (kind == lexer.DEDENT)
                if not depth:
                    break
                self.at += 1
        self.nesting -= 1
        if self.kinds[self.at] == lexer.DEDENT:
            self.at += 1

    def _report_indent(self, before: list[Statement]) -> None:
        """Note a block without a head; when the line above looks like a function's head, say so."""
        last = before[-1] if before else None
        value = last.value if isinstance(last, ExpressionStatement) else None
        if isinstance(value, Call) and all(isinstance(argument.value, Name) for argument in value.arguments):
            message = f'Mismatched input "{LINE_END}" expecting "=>"'
            hint = "a function is declared as: name(parameters) => and its block below"
            self.found.append(Diagnostic("PW009", message, value.span, hint))
            return
        message, span, hint = self.unexpected_indent()
        self.found.append(Diagnostic("PW006", message, span, hint))

    def unexpected_indent(self) -> tuple[str, Span, str]:
        """Message, place and hint for the INDENT at the cursor, which no head calls for."""
        indent, first = self.tokens[self.at], self.tokens[self.at + 1]
        width = indentation_width(indent.text)
        hint = (
            f"this line is indented by {width} and no block is open there; take the indentation away, or, if the line "
            "continues the one above, indent it by a number of spaces that is not a multiple of four"
        )
        message = f'Mismatched input "{shown(first)}" expecting "{LINE_END}"'
        return message, first.span, hint

    # Comments --------------------------------------------------------------------------------------------------------

    def notes(self, line_head: int) -> tuple[tuple[Comment, ...], Comment | None, int]:
        """Comments above, comment at the end, and blank lines above, of the line that this token opens."""
        table = self.table
        comments = table.above.get(line_head, ())
        blank_lines = table.blank_lines.get(line_head, 0)
        beside = table.beside.get(line_head)
        inside = table.inside.get(line_head)
        if not beside and not inside:
            return comments, None, blank_lines
        if not beside:
            return (*comments, *(inside or ())), None, blank_lines
        return (*comments, *(inside or ()), *beside[1:]), beside[0], blank_lines

    def head_notes(self, line_head: int) -> tuple[tuple[Comment, ...], Comment | None]:
        """Comments above and beside the head of an else or of an arm; blank lines above become an empty comment."""
        comments, trailing, blank_lines = self.notes(line_head)
        return (Comment(""), *comments) if blank_lines else comments, trailing


def _shown_line(token: Token) -> str:
    return "end of script" if token.kind in (lexer.END, lexer.DEDENT) else token.text
