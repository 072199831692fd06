"""Candidates for quotes: one that is lost, one too many."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pinewright.pine import lexer
from pinewright.pine.fixer.candidate import Candidate, Scene, end_of, insert

_OPENS = re.compile(r"(?:[(,=\[?:+]|=>|\bin\b|^)[ \t]*(?=[^ \t,)\]\"'])")
"""What stands before an opening quote."""
_CLOSES = re.compile(r"[ \t]*(?:[,)\]+?:]|[=!]=|=>|//|\b(?:and|or)\b|$)")
"""What stands behind a closing quote."""
_QUOTED = frozenset([lexer.STRING, lexer.OPEN_STRING])
_ASSIGNS = re.compile(r" = |^\w+ ?=\S")
_LONGEST = 400


def quote_candidates(scene: Scene) -> Iterator[Candidate]:
    """Quotes put in and taken away, on the lines of the text that hold strings near the finding."""
    seen: set[tuple[int, str]] = set()
    for line, cost in scene.near_lines():
        for place in line:
            token = scene.tokens[place]
            if token.kind not in _QUOTED:
                continue
            for offset in (token.start, end_of(token)):
                begin = scene.source.rfind("\n", 0, offset) + 1
                if (begin, token.text[0]) not in seen:
                    seen.add((begin, token.text[0]))
                    yield from _on_line(scene, begin, token.text[0], cost)


def _on_line(scene: Scene, begin: int, quote: str, cost: float) -> Iterator[Candidate]:
    end = scene.source.find("\n", begin)
    text = scene.source[begin : end if end >= 0 else len(scene.source)].rstrip()[:_LONGEST]
    for place, letter in enumerate(text):
        if letter == quote:
            doubled = quote in (text[place - 1 : place], text[place + 1 : place + 2])
            title = f"take the {'doubled ' if doubled else ''}quote away"
            at = begin + place
            yield Candidate(title, ((at, at + 1, ""),), cost + (0.9 if doubled else 2.2), certain=doubled)
        elif letter in "\"'" and (_CLOSES.match(text, place + 1) or _OPENS.search(text[:place] + "x")):
            at = begin + place
            price = cost + 0.9 + _oddness(text[:place] + text[place + 1 :], place, quote)
            yield Candidate(
                f"close the string as it was opened, with {quote}", ((at, at + 1, quote),), price, certain=True
            )
    for match in _OPENS.finditer(text):
        place = match.end()
        title = f"open the string with {quote}"
        yield Candidate(title, insert(begin + place, quote), cost + 1.2 + _oddness(text, place, quote), certain=True)
    for place in range(1, len(text) + 1):
        if _CLOSES.match(text, place) and text[place - 1] not in " \t":
            title = f"close the string with {quote}"
            price = cost + 1.0 + _oddness(text, place, quote)
            yield Candidate(title, insert(begin + place, quote), price, certain=True)


def _oddness(text: str, place: int, quote: str) -> float:
    """How unlike text the strings of a line look once a quote stands at this place."""
    made = text[:place] + quote + text[place:]
    cost = 0.0
    for match in re.finditer(rf"{quote}([^{quote}]*){quote}", made):
        inner = match[1]
        cost += 0.8 * (bool(_ASSIGNS.search(inner)) or inner.count("(") != inner.count(")")) + 0.3 * (", " in inner)
        cost += 0.4 * (inner[:1] in (",", ")") or inner[-1:] in (",", "(")) + 0.2 * (inner != inner.strip())
    return cost
