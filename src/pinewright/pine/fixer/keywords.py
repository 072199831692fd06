"""Candidates for words of the language: mistyped, or grown together with the next word."""

from __future__ import annotations

from collections.abc import Iterator

from pinewright.pine import lexer
from pinewright.pine.fixer.candidate import Candidate, Scene, insert, put
from pinewright.pine.fixer.spelling import near
from pinewright.pine.fixer.words import KEYWORDS, TYPE_WORDS

_FARTHEST = 1.5
_HEADS = ("if", "not", "var", "for", "while", "switch")


def keyword_candidates(scene: Scene) -> Iterator[Candidate]:
    """Keywords and words of types for names near to them, in the lines around the finding."""
    for line, cost in scene.near_lines():
        for place in line:
            if scene.tokens[place].kind == lexer.NAME and scene.before(place) != ".":
                yield from _misspelt(scene, place, cost)
                yield from _run_together(scene, place, cost)


def _misspelt(scene: Scene, place: int, cost: float) -> Iterator[Candidate]:
    token = scene.tokens[place]
    for far, word in near(token.text, KEYWORDS | TYPE_WORDS):
        if far < _FARTHEST:
            price = cost + far + (0.4 if len(token.text) < 3 else 0.0)
            yield Candidate(f"write `{word}` for `{token.text}`", put(token, word), price, certain=True)


def _run_together(scene: Scene, place: int, cost: float) -> Iterator[Candidate]:
    """``ifclose``, ``varx``: a keyword and what follows it without a space."""
    token = scene.tokens[place]
    known = scene.bench.known_words
    if token.text in known.sound:
        return
    for word in _HEADS:
        rest = token.text[len(word) :]
        if token.text.startswith(word) and rest in known.any:
            title = f"put a space behind `{word}`"
            yield Candidate(title, insert(token.start + len(word), " "), cost + 1.2, certain=True)
