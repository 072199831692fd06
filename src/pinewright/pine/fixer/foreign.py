"""Candidates for habits of other languages: ``&&``, ``elif``, ``i++``, braces, typographic quotes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pinewright.pine import lexer
from pinewright.pine.fixer.candidate import Candidate, Scene, end_of

_PAIRS = {
    ("&", "&"): "and",
    ("|", "|"): "or",
    ("<", ">"): "!=",
    ("=>", ">"): "=>",
    ("-", ">"): "=>",
    ("==", "="): "==",
    ("!=", "="): "!=",
    ("=", "<"): "<=",
    ("=", "!"): "!=",
    (":", "="): ":=",
    ("=", "="): "==",
    ("!", "="): "!=",
}
_SINGLE = {"&": "and", "|": "or", "!": "not ", ";": "", "{": "", "}": "", "\u00a0": " ", "\u200b": ""}
_UNSEEN = {
    "\u00a0": "write a plain space for the no-break space",
    "\u200b": "take the invisible character U+200B away",
}
_QUOTES = {"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"}
_FENCE = re.compile(r"\ufeff?[ \t]*```[ \t]*\w*[ \t]*(?:\r\n|\r|\n|\Z)")
_WORDS = {
    "elif": "else if",
    "elseif": "else if",
    "elsif": "else if",
    "True": "true",
    "False": "false",
    "TRUE": "true",
    "FALSE": "false",
    "AND": "and",
    "OR": "or",
    "NOT": "not",
    "null": "na",
    "None": "na",
    "NaN": "na",
    "nan": "na",
    "NA": "na",
    "then": "",
    "return": "",
    "function": "",
    "def": "",
    "let": "",
}


def foreign_candidates(scene: Scene) -> Iterator[Candidate]:
    """What Pine writes instead, in the lines around the finding."""
    for line, cost in scene.near_lines():
        for place in line:
            token = scene.tokens[place]
            if scene.touches(place):
                yield from _pair(scene, place, cost)
            if token.kind == lexer.BAD and token.text in _SINGLE:
                yield _single(scene, place, cost)
            if token.text == "`":
                yield from _fence(scene, token, cost)
            if token.text in _QUOTES:
                yield _straight(scene, place, cost)
            if token.kind == lexer.NAME and token.text in _WORDS:
                yield _word(scene, place, cost)


def _pair(scene: Scene, place: int, cost: float) -> Iterator[Candidate]:
    """Two operators side by side that are one in other languages."""
    token, other = scene.tokens[place], scene.tokens[place + 1]
    start, end = token.start, end_of(other)
    made = _PAIRS.get((token.text, other.text))
    if made is not None:
        title = f"write `{made}` for `{token.text}{other.text}`"
        yield Candidate(title, ((start, end, _spaced(scene, start, end, made)),), cost + 0.8, certain=True, plain=True)
    if token.text == other.text and token.text in "+-" and scene.ends_line(place + 1):
        title = f"write `{token.text}= 1` for `{token.text}{token.text}`"
        yield Candidate(title, ((start, end, f" {token.text}= 1"),), cost + 0.9)


def _single(scene: Scene, place: int, cost: float) -> Candidate:
    token = scene.tokens[place]
    made = _SINGLE[token.text]
    word = made.strip()
    title = f"write `{word}` for `{token.text}`" if word else f"take `{token.text}` away"
    title = _UNSEEN.get(token.text, title)
    text = _spaced(scene, token.start, end_of(token), word) if word else made
    return Candidate(title, ((token.start, end_of(token), text),), cost + 1.0, certain=True, plain=True)


def _fence(scene: Scene, token: lexer.Token, cost: float) -> Iterator[Candidate]:
    """The line of three backticks in which a chat or a page wraps a script."""
    begin = max(scene.source.rfind("\n", 0, token.start), scene.source.rfind("\r", 0, token.start)) + 1
    line = _FENCE.match(scene.source, begin)
    if line is not None:
        title = "take the line ``` away: it is of the page that the script was copied from"
        yield Candidate(title, ((begin, line.end(), ""),), cost + 0.5, certain=True, plain=True)


def _word(scene: Scene, place: int, cost: float) -> Candidate:
    token = scene.tokens[place]
    made = _WORDS[token.text]
    end = end_of(token) + (not made and scene.source[end_of(token) : end_of(token) + 1] == " ")
    title = f"write `{made}` for `{token.text}`" if made else f"take `{token.text}` away"
    return Candidate(title, ((token.start, end, made),), cost + 0.8, certain=bool(made), plain=bool(made))


def _straight(scene: Scene, place: int, cost: float) -> Candidate:
    """All typographic quotes of a line at once."""
    begin = scene.source.rfind("\n", 0, scene.tokens[place].start) + 1
    end = scene.source.find("\n", begin)
    text = scene.source[begin : end if end >= 0 else len(scene.source)]
    changes = tuple((begin + at, begin + at + 1, _QUOTES[one]) for at, one in enumerate(text) if one in _QUOTES)
    return Candidate("write straight quotes", changes, cost + 0.8, certain=True, plain=True)


def _spaced(scene: Scene, start: int, end: int, text: str) -> str:
    """A word with spaces where it would grow together with what stands beside it."""
    word = text.strip()
    if not word.isalpha():
        return word
    before, after = scene.source[start - 1 : start], scene.source[end : end + 1]
    return " " * (before.isalnum() or before in (")", "]")) + word + " " * (not after.isspace())
