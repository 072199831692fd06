"""Candidates for names: a namespace that is missing or wrong, a slip of the keyboard, a name of an older version."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from pinewright.pine import lexer
from pinewright.pine.fixer.candidate import Candidate, Scene, end_of, put
from pinewright.pine.fixer.spelling import allowed, distance, near
from pinewright.pine.fixer.words import KEYWORDS, OBJECT_TYPES, TYPE_WORDS, builtin_names, by_last_part
from pinewright.pine.migrate.old_names import CONSTANTS_3, FUNCTIONS_4, VARIABLES_4

NAME_CODES = frozenset("PW101 PW103 PW104 PW105 PW106 PW107 PW110 PW201 PW202 PW204 PW207 PW301 PW304".split())
_MOST_SPACES = 8
NOTHING = frozenset(["null", "NULL", "None", "nil", "NaN", "nan", "NA"])
"""What other languages write for no value."""
_ODD = 1.3
"""Enough to be no rival."""
_MARGIN = 0.7
"""A word two slips away is no rival of one that is one slip away."""


def name_candidates(scene: Scene) -> Iterator[Candidate]:
    """Other names at the place of the finding, and the declaration renamed where that is what was mistyped."""
    if scene.target.code == "PW105":
        yield from _types(scene)
        return
    first, last = _chain(scene)
    if first < 0:
        return
    parts = [scene.tokens[place].text for place in range(first, last + 1, 2)]
    full = ".".join(parts)
    start, end = scene.tokens[first].start, end_of(scene.tokens[last])
    yield from _builtin(scene, full, start, end)
    for place in range(first, last + 1, 2):
        yield from _own(scene, place, place == first)


def _types(scene: Scene) -> Iterator[Candidate]:
    """The words of a type: its qualifier, its name, what it holds."""
    span = scene.target.span
    for place, token in enumerate(scene.tokens):
        if span.start <= token.start < span.end and token.kind == lexer.NAME:
            yield from _own(scene, place, False)


def _chain(scene: Scene) -> tuple[int, int]:
    """First and last token of the dotted name at the finding."""
    tokens = scene.tokens
    start = scene.target.span.start
    line = scene.bench.lines[scene.line]
    place = next((at for at in line if tokens[at].start >= start and tokens[at].kind == lexer.NAME), -1)
    if place < 0 or tokens[place].start >= max(scene.target.span.end, start + 1):
        return -1, -1
    first = last = place
    while first - 2 >= line.start and tokens[first - 1].kind == "." and tokens[first - 2].kind == lexer.NAME:
        first -= 2
    while last + 2 < line.stop and tokens[last + 1].kind == "." and tokens[last + 2].kind == lexer.NAME:
        last += 2
    return first, last


def _builtin(scene: Scene, full: str, start: int, end: int) -> Iterator[Candidate]:
    """Names of the language for a whole dotted name, or for its first parts."""
    version = scene.bench.version
    if full in NOTHING and scene.is_unknown:
        yield Candidate(f"write `na` for `{full}`", ((start, end, "na"),), 0.5, certain=True)
    old = FUNCTIONS_4.get(full) or VARIABLES_4.get(full) or CONSTANTS_3.get(full)
    if old is not None and old in builtin_names(version):
        yield Candidate(f"write `{old}` for `{full}`", ((start, end, old),), 0.5, certain=scene.is_unknown)
    for place, name in enumerate(by_last_part(version).get(full, ())[:_MOST_SPACES]):
        title = f"write `{name}`: the namespace is missing"
        yield Candidate(title, ((start, end, name),), 0.7 + 0.05 * place, certain=scene.is_unknown)
    head, _, tail = full.rpartition(".")
    if head:
        for place, name in enumerate(by_last_part(version).get(tail, ())[:_MOST_SPACES]):
            if name != full:
                yield Candidate(f"write `{name}`", ((start, end, name),), 1.8 + 0.05 * place)
    known = full in builtin_names(version) or scene.target.code == "PW110"
    for far, name in () if known else near_builtins(full, version):
        title = f"write `{name}` for `{full}`"
        yield Candidate(title, ((start, end, name),), far + 0.1, certain=scene.is_unknown, margin=_MARGIN)
    while head:
        # A method or a field behind a name of the language: `colse.foo`, `chart.pont.new`.
        for far, name in near_builtins(head, version):
            yield Candidate(
                f"write `{name}` for `{head}`", ((start, start + len(head), name),), far + 0.2, certain=scene.is_unknown
            )
        head = head.rpartition(".")[0]


@cache
def _by_dots(version: int) -> dict[int, list[tuple[str, frozenset[str]]]]:
    made: dict[int, list[tuple[str, frozenset[str]]]] = {}
    for name in builtin_names(version):
        made.setdefault(name.count("."), []).append((name, frozenset(name.lower())))
    return made


def near_builtins(name: str, version: int) -> list[tuple[float, str]]:
    """Names of the language with as many dots that are a slip or two away, nearest first."""
    letters = frozenset(name.lower())
    most = allowed(name)
    found = []
    for other, its in _by_dots(version).get(name.count("."), ()):
        if abs(len(other) - len(name)) <= 2 and len(letters ^ its) <= 4:
            far = distance(name, other)
            if 0 < far <= most:
                found.append((far, other))
    return sorted(found)


def _own(scene: Scene, place: int, is_first: bool) -> Iterator[Candidate]:
    """Names of the script near to one part of a dotted name, and that part put into the declaration of such a name."""
    token = scene.tokens[place]
    counts = scene.bench.name_counts
    for far, word in near(token.text, counts.keys() | _language(scene)):
        count = counts.get(word, 0)
        price = far + (0.15 if word in KEYWORDS else 0.0)
        if count == 1:
            price += 0.05 + _odder(scene, word, token.text)
        title = f"write `{word}` for `{token.text}`"
        yield Candidate(title, put(token, word), price, certain=scene.is_unknown, margin=_MARGIN)
        if count and is_first:
            yield from _renamed(scene, word, token.text, far)


def _language(scene: Scene) -> frozenset[str]:
    if scene.target.code == "PW105":
        return TYPE_WORDS | OBJECT_TYPES | KEYWORDS
    if scene.target.code == "PW110":  # the name is declared, further down: it is no slip for a word of the language
        return frozenset()
    return frozenset(["true", "false", "na", "not"])


def _renamed(scene: Scene, word: str, wanted: str, far: float) -> Iterator[Candidate]:
    """The declaration renamed: it is what was mistyped when its name stands nowhere else, or is declared twice."""
    tokens = scene.tokens
    places = [at for at, token in enumerate(tokens) if token.text == word and token.kind == lexer.NAME]
    twice = len(places) > 1
    if twice:
        places = [at for at in places if scene.after(at) == "="]
        if len(places) < 2:
            return
    price = far + 0.02 + 0.2 * twice + _odder(scene, wanted, word)
    title = f"write `{wanted}` for `{word}` where it is declared"
    for at in places:
        yield Candidate(title, put(tokens[at], wanted), price, certain=scene.is_unknown, margin=_MARGIN)


def _odder(scene: Scene, name: str, than: str) -> float:
    """Something when a name has more parts than another that are no words of this script or of the language."""
    return _ODD if scene.bench.oddness(name) > scene.bench.oddness(than) else 0.0
