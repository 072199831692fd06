"""Strings that do not end on their line: those of three quotes, and those of one quote that are continued below.

A string of three quotes (Pine v6, since April 2026) keeps its line ends and spaces. In one of a single quote
a line end stands for a space; since it looks like a string that somebody forgot to close, no line of it at the margin
may look like code, and the quotes that follow it on its last line must pair up.
"""

from __future__ import annotations

import re

_TRIPLE = {
    quote: re.compile(rf"{quote * 3}[^{quote}\\]*+(?:(?:\\.|{quote}(?!{quote * 2}))[^{quote}\\]*+)*+", re.DOTALL)
    for quote in ('"', "'")
}
# What a line at the margin begins with when it is a statement, and not a further line of the string above.
_CODE = r"(?!//|[A-Za-z_][\w.]*+\(|(?:if|else|for|while|switch|var|varip|export|import|type)\b)"
_CONTINUED = {
    quote: re.compile(
        rf"{quote}[^{quote}\\\r\n]*+"
        rf"(?:(?:\\[^\r\n]|(?:\r\n|\r|\n)(?:[ \t]++|{_CODE}))[^{quote}\\\r\n]*+)*+",
        re.ASCII,
    )
    for quote in ('"', "'")
}
_LINE_END = re.compile(r"[\r\n]|\Z")


class LongStrings:
    """Finds the ends of long strings in one source.

    What was searched in vain is not searched again, so that all questions together read the source a few times only.
    """

    def __init__(self, source: str):
        self.source = source
        self.vain: dict[str, int] = {}

    def end(self, start: int) -> int:
        """Offset behind the string that opens at ``start`` and goes over lines; -1 when there is none."""
        quote = self.source[start]
        triple = self.source.startswith(quote * 3, start)
        closing = quote * 3 if triple else quote
        if start < self.vain.get(closing, 0):
            return -1
        match = (_TRIPLE if triple else _CONTINUED)[quote].match(self.source, start)
        end = match.end() if match else start
        behind = end + len(closing)
        if end > start and self.source.startswith(closing, end) and (triple or self._even(quote, behind)):
            return behind
        self.vain[closing] = max(end, start + 1)
        return -1

    def _even(self, quote: str, place: int) -> bool:
        """Whether the quotes that follow on the line pair up."""
        line_end = _LINE_END.search(self.source, place)
        rest = self.source[place : line_end.start() if line_end else len(self.source)]
        return rest.partition("//")[0].count(quote) % 2 == 0
