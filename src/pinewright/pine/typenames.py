"""Tokens to types: ``series float``, ``array<lib.Type>``, ``int[]``; and whether a type stands at a place at all."""

from __future__ import annotations

from pinewright.pine import lexer
from pinewright.pine.cursor import Cursor
from pinewright.pine.syntax import TypeName

QUALIFIERS = frozenset(["const", "input", "simple", "series"])
_DEEPEST = 8
_LONGEST = 4
"""Types inside each other and beside each other; Pine has two of both. Without a limit every ``<`` of a long line would
be looked through to its end."""


class TypeParser(Cursor):
    """The part of the parser that reads types."""

    def declared_type_end(self, place: int) -> int:
        """Index of the name behind the type that begins at ``place``; -1 when there is no type with a name behind."""
        end = self.type_end(place)
        return end if end > place and self.kinds[end] == lexer.NAME else -1

    def type_end(self, place: int, depth: int = 0) -> int:
        """Index of the token behind the type that begins at ``place``; -1 when there is none."""
        kinds = self.kinds
        if kinds[place] != lexer.NAME:
            return -1
        if self._qualified(place):
            place += 1
        place += 1
        while kinds[place] == "." and kinds[place + 1] == lexer.NAME:
            place += 2
        if kinds[place] == "<":
            place = self.type_list_end(place, depth + 1)
        arrays = 0
        while place > 0 and kinds[place] == "[" and kinds[place + 1] == "]":
            place += 2
            arrays += 1
        return place if arrays <= _DEEPEST else -1

    def type_list_end(self, place: int, depth: int = 0) -> int:
        """Index behind ``<type, type>`` that begins at ``place``; -1 when it is none."""
        if depth > _DEEPEST:
            return -1
        for _ in range(_LONGEST):
            if self.kinds[place + 1] != lexer.NAME:
                return -1
            place = self.type_end(place + 1, depth)
            if place < 0:
                return -1
            kind = self.kinds[place]
            if kind == ">":
                return place + 1
            if kind != ",":
                return -1
        return -1

    def _qualified(self, place: int) -> bool:
        """Whether the name at ``place`` is the qualifier of a type that follows: in ``series x`` it is the type."""
        kinds = self.kinds
        if self.tokens[place].text not in QUALIFIERS or kinds[place + 1] != lexer.NAME:
            return False
        return kinds[place + 2] == lexer.NAME or kinds[place + 2] in (".", "<", "[")

    def type_name(self) -> TypeName:
        """Read the type at the cursor; ``type_end`` has told that there is one."""
        kinds, tokens = self.kinds, self.tokens
        first = tokens[self.at]
        qualifier = None
        if self._qualified(self.at):
            qualifier = first.text
            self.at += 1
        element = tokens[self.at]
        name = self.take(lexer.NAME).text
        while kinds[self.at] == "." and kinds[self.at + 1] == lexer.NAME:
            name += "." + tokens[self.at + 1].text
            self.at += 2
        arguments = self.type_list() if kinds[self.at] == "<" else ()
        if kinds[self.at] != "[" or kinds[self.at + 1] != "]":
            return TypeName(name, qualifier, arguments, span=self.span_from(first))
        made = TypeName(name, None, arguments, span=self.span_from(element))
        while kinds[self.at] == "[" and kinds[self.at + 1] == "]":
            self.at += 2
            last = kinds[self.at] != "[" or kinds[self.at + 1] != "]"
            span = self.span_from(first if last else element)
            made = TypeName("array", qualifier if last else None, (made,), bracketed=True, span=span)
        return made

    def type_list(self) -> tuple[TypeName, ...]:
        """Read ``<type, type>``."""
        self.take("<")
        types = [self.type_name()]
        while self.kinds[self.at] == ",":
            self.at += 1
            types.append(self.type_name())
        self.take(">")
        return tuple(types)
