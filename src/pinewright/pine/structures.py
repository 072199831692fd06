"""Tokens to what owns blocks and may be a value: if, switch, for, while, once."""

from __future__ import annotations

from abc import ABC

from pinewright.pine import lexer
from pinewright.pine.blocks import BlockParser
from pinewright.pine.cursor import MAX_CHAIN
from pinewright.pine.lexer import Token
from pinewright.pine.problems import StatementError
from pinewright.pine.syntax import (
    Block,
    Case,
    Expression,
    ExpressionStatement,
    For,
    ForIn,
    If,
    Once,
    Statement,
    Switch,
    TypeName,
    While,
)

STRUCTURES = frozenset(["if", "switch", "for", "while"])


class StructureParser(BlockParser, ABC):
    """The part of the parser that reads structures."""

    def value(self) -> Expression:
        """What may stand at the right of ``=``: an expression, or a structure with its blocks."""
        return self.structure() if self.kinds[self.at] in STRUCTURES else self.expression()

    def structure(self) -> Expression:
        """The if, switch, for or while at the cursor."""
        kind = self.kinds[self.at]
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

    def _if(self) -> If:
        links: list[tuple[Token, int, Expression, Block]] = []
        otherwise: Block | None = None
        line_head = self.at
        while True:
            head = self.take("if")
            condition = self.head()
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
        comments, trailing = self.head_notes(line_head)
        return ExpressionStatement(inner, comments=comments, trailing=trailing, span=inner.span)

    def _switch(self) -> Switch:
        head = self.take("switch")
        subject = None if self.token.kind == lexer.NEWLINE else self.head()
        self.open_block()
        cases: list[Case] = []
        level, spoiled = self.nesting, self.spoiled
        while self.token.kind not in (lexer.DEDENT, lexer.END):
            start = self.at
            try:
                cases.append(self._case())
            except (StatementError, RecursionError) as problem:
                self.recover(problem, start, level)
        self.spoiled = spoiled
        footer = self.close_block()
        return Switch(subject, tuple(cases), footer, span=self.span_from(head))

    def _case(self) -> Case:
        line_head = self.at
        first = self.token
        if first.kind == lexer.INDENT:
            self.fail("PW006", *self.unexpected_indent())
        condition = None if first.kind == "=>" else self.expression()
        if self.token.kind != "=>":
            hint = "an arm of a switch is written: condition => value"
            if self.token.kind == lexer.NEWLINE:
                self.fail("PW009", f'Mismatched input "{first.text}" expecting "=>"', first.span, hint)
            self.mismatch("=>")
        self.at += 1
        body = self.body(line_head)
        return Case(condition, body, span=self.span_from(first))

    def _for(self) -> For | ForIn:
        head = self.take("for")
        kinds = self.kinds
        if kinds[self.at] == "[":
            return self._for_pair(head)
        if kinds[self.at] == lexer.NAME and self._is_word(self.at + 1, "in"):
            variable = self.take_name("a name")
            return self._for_in(head, [variable])
        declared: TypeName | None = None
        if self.declared_type_end(self.at) > 0:
            declared = self.type_name()
        variable = self.take_name("a name")
        if kinds[self.at] != "=":
            self.mismatch("=", "a loop is written: for i = 0 to 9, or: for item in array")
        self.at += 1
        start = self.expression()
        self._take_word("to")
        stop = self.expression()
        step = None
        if self._is_word(self.at, "by"):
            self.at += 1
            step = self.expression()
        body = self.block()
        span = self.span_from(head)
        return For(variable.text, start, stop, step, body, variable.span, declared, span=span)

    def _for_pair(self, head: Token) -> ForIn:
        self.take("[")
        index = self.take_name("a name")
        self.take(",")
        item = self.take_name("a name")
        self.take("]")
        return self._for_in(head, [index, item])

    def _for_in(self, head: Token, names: list[Token]) -> ForIn:
        self._take_word("in")
        iterable = self.head()
        body = self.block()
        texts, spans = tuple(name.text for name in names), tuple(name.span for name in names)
        return ForIn(texts, iterable, body, spans, span=self.span_from(head))

    def _is_word(self, place: int, word: str) -> bool:
        return self.kinds[place] == lexer.NAME and self.tokens[place].text == word

    def _take_word(self, word: str) -> None:
        if not self._is_word(self.at, word):
            self.mismatch(word)
        self.at += 1

    def _while(self) -> While:
        head = self.take("while")
        condition = self.head()
        return While(condition, self.block(), span=self.span_from(head))

    def once(self) -> Once:
        """The once at the cursor: a name in older scripts, so that only what follows tells it."""
        self.enter()
        head = self.take(lexer.NAME)
        condition = None if self.token.kind == lexer.NEWLINE else self.head()
        body = self.block()
        self.nesting -= 1
        return Once(condition, body, span=self.span_from(head))
