"""Candidates for commas: one that is lost, one too many."""

from __future__ import annotations

from collections.abc import Iterator

from pinewright.pine import lexer
from pinewright.pine.fixer.candidate import ENDS_VALUE, VALUES, Candidate, Scene, end_of, insert, put

_BEGINS_VALUE = VALUES | {"not"}
_ALSO_AFTER_VALUE = frozenset(["(", "[", "-", "+"])
"""What begins a value, and goes on with one too: ``f(a -1)`` reads without the comma."""


def comma_candidates(scene: Scene) -> Iterator[Candidate]:
    """Commas put in and taken away, in the lines around the finding."""
    for line, cost in scene.near_lines():
        depth = 0
        for place in line:
            kind = scene.tokens[place].kind
            depth += (kind in ("(", "[")) - (kind in (")", "]"))
            yield from _taken(scene, place, cost)
            if place + 1 in line and (depth > 0 or not scene.ends_line(place)):
                yield from _put(scene, place, cost)
            yield from _cut(scene, place, cost)


def _taken(scene: Scene, place: int, cost: float) -> Iterator[Candidate]:
    token = scene.tokens[place]
    if token.kind != ",":
        return
    if "," in (scene.after(place), scene.before(place)):
        yield Candidate("take the doubled comma away", put(token, ""), cost + 0.9, certain=True)
    elif scene.after(place) in (")", "]") or scene.before(place) in ("(", "["):
        yield Candidate("take the comma away: nothing stands beside it", put(token, ""), cost + 0.9, certain=True)


def _put(scene: Scene, place: int, cost: float) -> Iterator[Candidate]:
    token, after = scene.tokens[place], scene.tokens[place + 1]
    if token.kind not in ENDS_VALUE:
        return
    title = f"put a comma between `{token.text}` and `{after.text}`"
    changes = insert(end_of(token), "," if after.start > end_of(token) else ", ")
    if after.kind in _BEGINS_VALUE:
        yield Candidate(title, changes, cost + 1.0, certain=True)
    elif after.kind in _ALSO_AFTER_VALUE:
        yield Candidate(title, changes, cost + (1.3 if after.start > end_of(token) else 1.6))


def _cut(scene: Scene, place: int, cost: float) -> Iterator[Candidate]:
    """Two words that ran together: ``smaclose`` for ``sma, close``."""
    token = scene.tokens[place]
    known = scene.bench.known_words
    if token.kind == lexer.NAME and token.text not in known.sound:
        for cut in range(1, len(token.text)):
            left, right = token.text[:cut], token.text[cut:]
            if left in known.any and (right in known.any or right[0].isdigit()):
                title = f"put a comma between `{left}` and `{right}`"
                yield Candidate(title, insert(token.start + cut, ", "), cost + 1.4)
    elif token.kind == lexer.INT and len(token.text) > 1 and scene.before(place) in ("(", ","):
        for cut in range(1, len(token.text)):
            title = f"put a comma between {token.text[:cut]} and {token.text[cut:]}"
            odd = abs(cut - len(token.text) / 2) / 10 + (token.text[cut] == "0" and cut < len(token.text) - 1)
            yield Candidate(title, insert(token.start + cut, ", "), cost + 2.0 + odd)
