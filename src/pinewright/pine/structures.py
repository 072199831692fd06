"""Tokens to what owns blocks: if, switch, for, while, and the recovery at the borders of statements."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NoReturn

from pinewright.pine import lexer
from pinewright.pine.cursor import MAX_CHAIN
from pinewright.pine.diagnostics import Diagnostic
from pinewright.pine.expressions import ExpressionParser
from pinewright.pine.lexer import Token, indentation_width
from pinewright.pine.problems import LINE_END, StatementError, shown
from pinewright.pine.syntax import (
    Block,
    Call,
    Case,
    Comment,
    Expression,
    ExpressionStatement,
    For,
    If,
    Name,
    Span,
    Statement,
    Switch,
    While,
)

STRUCTURES = frozenset(["if", "switch", "for", "while"])
_BLOCK_HINT = "indent the block below by four spaces (or one tab) more than its head"


class StructureParser(ExpressionParser, ABC):
    """The part of the parser that reads blocks and their heads."""

    @abstractmethod
    def statement(self) -> Statement:
        """One statement; the last part of the parser says how."""

    def value(self) -> Expression:
        """What may stand at the right of ``=``: an expression, or a structure with its blocks."""
        kind = self.tokens[self.at].kind
        return self.structure() if kind in STRUCTURES else self.expression()

    def structure(self) -> Expression:
        """The if, switch, for or while at the cursor."""
        kind = self.tokens[self.at].kind
        self.enter()
        if kind == "if":
            made: Expression = self._if()
        elif kind == "switch":
            made = self._switch()
        elif kind == "for":
            made = self._for()
        else:
            made = self._while()
        self.nesting -= 1
        return made

    # Heads -----------------------------------------------------------------------------------------------------------

    def _if(self) -> If:
        links: list[tuple[Token, int, Expression, Block]] = []
        otherwise: Block | None = None
        line_head = self.at
        while True:
            head = self.take("if")
            condition = self.expression()
            links.append((head, line_head, condition, self.block()))
            if self.token.kind != "else":
                break
            line_head = self.at
            self.at += 1
            if self.token.kind != "if":
                otherwise = self.block(line_head)
                break
            if len(links) > MAX_CHAIN:
                self.too_deep()
        made: If | None = None
        following = line_head
        for head, line_head, condition, then in reversed(links):
            if made is not None:
                otherwise = Block((self._else_if(made, following),), span=made.span)
            last = then if otherwise is None else otherwise
            span = head.span.to(last.span)
            made = If(condition, then, otherwise, elif_=made is not None, span=span)
            following = line_head
        assert made is not None
        return made

    def _else_if(self, inner: If, line_head: int) -> Statement:
        comments, trailing = self._head_notes(line_head)
        return ExpressionStatement(inner, comments=comments, trailing=trailing, span=inner.span)

    def _switch(self) -> Switch:
        head = self.take("switch")
        subject = None if self.token.kind == lexer.NEWLINE else self.expression()
        self._open_block()
        cases: list[Case] = []
        level = self.nesting
        while self.token.kind not in (lexer.DEDENT, lexer.END):
            start = self.at
            try:
                cases.append(self._case())
            except (StatementError, RecursionError) as problem:
                self.recover(problem, start)
                self.nesting = level
        footer = self._close_block()
        return Switch(subject, tuple(cases), footer, span=self.span_from(head))

    def _case(self) -> Case:
        line_head = self.at
        first = self.token
        if first.kind == lexer.INDENT:
            self.fail("PW006", *self._unexpected_indent())
        condition = None if first.kind == "=>" else self.expression()
        if self.token.kind != "=>":
            hint = "an arm of a switch is written: condition => value"
            if self.token.kind == lexer.NEWLINE:
                self.fail("PW009", f'Mismatched input "{first.text}" expecting "=>"', first.span, hint)
            self.mismatch("=>")
        self.at += 1
        body = self.body(line_head)
        return Case(condition, body, span=self.span_from(first))

    def _for(self) -> For:
        head = self.take("for")
        after = self.tokens[self.at + 1]
        if self.token.kind == "[" or (after.kind == lexer.NAME and after.text == "in"):
            self.outside_subset("PW096", "`for...in` loops", head.span.to(self.token.span))
        variable = self.take_name("a name").text
        self.take("=")
        start = self.expression()
        self._take_word("to")
        stop = self.expression()
        step = None
        if self.token.kind == lexer.NAME and self.token.text == "by":
            self.at += 1
            step = self.expression()
        body = self.block()
        return For(variable, start, stop, step, body, span=self.span_from(head))

    def _take_word(self, word: str) -> None:
        if self.token.kind != lexer.NAME or self.token.text != word:
            self.mismatch(word)
        self.at += 1

    def _while(self) -> While:
        head = self.take("while")
        condition = self.expression()
        return While(condition, self.block(), span=self.span_from(head))

    # Blocks ----------------------------------------------------------------------------------------------------------

    def block(self, line_head: int = -1) -> Block:
        """The indented block below a head. ``line_head`` is the token that opens the head's line, where the block,
        not a statement, keeps the comments of that line."""
        self._open_block()
        self.enter()
        statements = self.statements(lexer.DEDENT)
        footer = self._close_block()
        self.nesting -= 1
        comments, trailing = self._head_notes(line_head)
        span = statements[0].span.to(statements[-1].span) if statements else self.token.span
        return Block(tuple(statements), comments=comments, trailing=trailing, footer=footer, span=span)

    def body(self, line_head: int = -1) -> Block:
        """What follows ``=>``: a block, or statements on the same line, separated by commas."""
        if self.token.kind == lexer.NEWLINE:
            return self.block(line_head)
        statements = [self.statement()]
        while self.token.kind == ",":
            self.at += 1
            statements.append(self.statement())
        self.end_line()
        comments, trailing = self._head_notes(line_head)
        span = statements[0].span.to(statements[-1].span)
        return Block(tuple(statements), inline=True, comments=comments, trailing=trailing, span=span)

    def _open_block(self) -> None:
        if self.token.kind != lexer.NEWLINE:
            self.mismatch(lexer.NEWLINE)
        indent = self.tokens[self.at + 1]
        if indent.kind != lexer.INDENT:
            message = f'Mismatched input "{_shown_line(indent)}" expecting an indented block'
            self.fail("PW007", message, self.token.span, _BLOCK_HINT)
        if self.at + 1 in self.table.deep:
            message = f"the block is indented to column {indentation_width(indent.text) + 1}, more than four further in"
            self.warn(
                "PW017", message, self.tokens[self.at + 2].span, "TradingView's blocks go by four spaces, or a tab"
            )
        self.at += 2

    def _close_block(self) -> tuple[Comment, ...]:
        footer = self.table.above.get(self.at, ())
        if self.token.kind == lexer.DEDENT:
            self.at += 1
            return footer
        return ()

    def statements(self, end: str) -> list[Statement]:
        """Statements up to the token of kind ``end``, which stays. A statement with a problem is noted and left out."""
        made: list[Statement] = []
        spurious = 0  # blocks that no head opened
        level = self.nesting
        while True:
            kind = self.tokens[self.at].kind
            if kind == lexer.END or (kind == end and not spurious):
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
                while True:
                    made.append(self.statement())
                    if self.tokens[self.at].kind != ",":
                        break
                    self.at += 1
                self.end_line()
            except (StatementError, RecursionError) as problem:
                self.recover(problem, start)
                self.nesting = level

    def end_line(self) -> None:
        """Step over the end of a statement's line; a statement that ended with a block has none."""
        kind = self.tokens[self.at].kind
        if kind == lexer.NEWLINE:
            self.at += 1
        elif self.tokens[self.at - 1].kind not in (lexer.DEDENT, lexer.NEWLINE):
            self.mismatch(lexer.NEWLINE)

    def recover(self, problem: StatementError | RecursionError, start: int) -> None:
        """Note a problem and go on behind its statement and the blocks that belong to it."""
        if isinstance(problem, StatementError):
            self.found.append(problem.diagnostic)
        else:
            hint = "give parts of it names of their own"
            self.found.append(Diagnostic("PW011", "Syntax error: nested too deep", self.tokens[start].span, hint))
        depth = 0
        while True:
            kind = self.tokens[self.at].kind
            if kind == lexer.END or (kind == lexer.DEDENT and depth == 0):
                return
            self.at += 1
            if kind == lexer.INDENT:
                depth += 1
            elif kind == lexer.DEDENT:
                depth -= 1
            if depth == 0 and kind in (lexer.NEWLINE, lexer.DEDENT):
                following = self.tokens[self.at].kind
                if following not in (lexer.INDENT, "else"):
                    return

    def _report_indent(self, before: list[Statement]) -> None:
        """Note a block without a head; when the line above looks like a function's head, say so."""
        last = before[-1] if before else None
        value = last.value if isinstance(last, ExpressionStatement) else None
        if isinstance(value, Call) and all(isinstance(argument.value, Name) for argument in value.arguments):
            message = f'Mismatched input "{LINE_END}" expecting "=>"'
            hint = "a function is declared as: name(parameters) => and its block below"
            self.found.append(Diagnostic("PW009", message, value.span, hint))
            return
        message, span, hint = self._unexpected_indent()
        self.found.append(Diagnostic("PW006", message, span, hint))

    def _unexpected_indent(self) -> tuple[str, Span, str]:
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
        comments = self.table.above.get(line_head, ())
        blank_lines = self.table.blank_lines.get(line_head, 0)
        beside = self.table.beside.get(line_head, [])
        inside = self.table.inside.get(line_head, [])
        if not beside and not inside:
            return comments, None, blank_lines
        return (*comments, *inside, *beside[1:]), beside[0] if beside else None, blank_lines

    def _head_notes(self, line_head: int) -> tuple[tuple[Comment, ...], Comment | None]:
        """Comments above and beside the head of an else or of an arm; blank lines above become an empty comment."""
        comments, trailing, blank_lines = self.notes(line_head)
        return (Comment(""), *comments) if blank_lines else comments, trailing

    def outside_subset(self, code: str, construct: str, span: Span) -> NoReturn:
        """Fail for a construct that this version does not read."""
        hint = "rewrite the script without it; everything else in the script is read as usual"
        self.fail(code, f"not in the subset that this version reads: {construct}", span, hint)


def _shown_line(token: Token) -> str:
    return "end of script" if token.kind in (lexer.END, lexer.DEDENT) else token.text
