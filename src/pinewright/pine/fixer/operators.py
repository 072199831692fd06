"""Candidates for ``=`` and its relatives: one for the other, an arrow that is missing, a mark at the end of a head."""

from __future__ import annotations

from collections.abc import Iterator

from pinewright.pine import lexer
from pinewright.pine.fixer.candidate import BEGINS_VALUE, ENDS_VALUE, Candidate, Scene, end_of, insert, put

_INSTEAD = {
    "=": (("==", 1.1), (":=", 1.3), ("=>", 1.2)),
    ":=": (("=", 1.0),),
    "==": (("=", 1.2),),
    "=>": ((">=", 1.5),),
}
_AT_END = frozenset([":", "{", ";", "="])


def operator_candidates(scene: Scene) -> Iterator[Candidate]:
    """Operators exchanged and put in, in the lines around the finding."""
    for line, cost in scene.near_lines():
        for place in line:
            if scene.tokens[place].kind in _INSTEAD:
                yield from _exchanged(scene, line, place, cost)
            if place + 1 in line:
                yield from _between(scene, line, place, cost)
        yield from _at_end(scene, line, cost)
        first = scene.tokens[line.start]
        yield Candidate("put `=>` at the beginning of the line", insert(first.start, "=> "), cost + 1.6)


def _exchanged(scene: Scene, line: range, place: int, cost: float) -> Iterator[Candidate]:
    token = scene.tokens[place]
    for text, usual in _INSTEAD[token.kind]:
        price = usual
        if token.kind == "=" and _follows_field(scene, line, place):
            price = 0.9 if text == ":=" else 1.6
        yield Candidate(f"write `{text}` for `{token.text}`", put(token, text), cost + price)


def _follows_field(scene: Scene, line: range, place: int) -> bool:
    """Whether nothing but ``a.b`` stands before this token in its line: a field takes a value."""
    kinds = [scene.tokens[at].kind for at in range(line.start, place)]
    return "." in kinds and all(kind in (lexer.NAME, ".") for kind in kinds)


def _between(scene: Scene, line: range, place: int, cost: float) -> Iterator[Candidate]:
    """``=>`` and ``=`` between two values that stand side by side."""
    token, following = scene.tokens[place], scene.tokens[place + 1]
    if following.kind in BEGINS_VALUE and (token.kind in ENDS_VALUE or place == line.start):
        for text, price in (("=>", 1.4), ("=", 1.7)):
            title = f"put `{text}` before `{following.text}`"
            yield Candidate(title, insert(end_of(token), f" {text}"), cost + price)


def _at_end(scene: Scene, line: range, cost: float) -> Iterator[Candidate]:
    """A missing arrow, or a mark that other languages write, at the end of a line."""
    last = scene.tokens[line.stop - 1]
    if last.kind in _AT_END:
        title = f"take the `{last.text}` at the end of the line away"
        yield Candidate(title, put(last, ""), cost + 1.0, certain=True)
        yield Candidate(f"write `=>` for `{last.text}`", put(last, " =>"), cost + 1.1, certain=True)
    yield Candidate("put `=>` at the end of the head", insert(end_of(last), " =>"), cost + 1.1, certain=True)
