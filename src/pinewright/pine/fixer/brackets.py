"""Candidates for brackets: one that is lost, one too many."""

from __future__ import annotations

from collections.abc import Iterator

from pinewright.pine import lexer
from pinewright.pine.fixer.candidate import BEGINS_VALUE, ENDS_VALUE, Candidate, Scene, end_of, insert, put
from pinewright.pine.lexer import PRECEDENCE

_CLOSER = {"(": ")", "[": "]"}
_OPENER = {")": "(", "]": "["}
_BEFORE_CALL = frozenset([lexer.NAME, "]", ">"])
_WHOLE = frozenset(["=", ":=", "=>", "?", ":", ",", "(", "", "if", "while"])
"""Behind these a bracket around all that follows does nothing."""
_SUM = PRECEDENCE["+"]
_BEFORE_OPERAND = BEGINS_VALUE | {"+"}


def bracket_candidates(scene: Scene) -> Iterator[Candidate]:
    """Brackets dropped, closed and opened, in the lines around the finding."""
    for line, cost in scene.near_lines():
        yield from _dropped(scene, line, cost)
        yield from _closed(scene, line, cost)
        yield from _opened(scene, line, cost)


def _dropped(scene: Scene, line: range, cost: float) -> Iterator[Candidate]:
    for place in line:
        token = scene.tokens[place]
        if token.kind not in "()[]":
            continue
        doubled = token.kind in (scene.after(place), scene.before(place))
        title = f"take the {'doubled ' if doubled else ''}`{token.text}` away"
        yield Candidate(title, put(token, ""), cost + (0.9 if doubled else 2.4), certain=doubled)


def _closed(scene: Scene, line: range, cost: float) -> Iterator[Candidate]:
    """Closing brackets at each place where one is open."""
    stack: list[int] = []
    for place in line:
        token = scene.tokens[place]
        if token.kind in _CLOSER:
            stack.append(place)
        elif token.kind in _OPENER and stack:
            stack.pop()
        if not stack or (token.kind not in ENDS_VALUE and token.kind not in _CLOSER):
            continue
        after = scene.after(place)
        closer = _CLOSER[scene.tokens[stack[-1]].kind]
        if after == closer:
            continue  # the same text as behind that one
        if len(stack) == 1 and after == "," and place + 1 in line:
            continue  # what follows the comma would be a statement of its own
        where = "at the end of the line" if scene.ends_line(place) else f"before `{scene.tokens[place + 1].text}`"
        price = _price(scene, stack[-1], place) + (1.0 if token.kind in _CLOSER else 0.0)
        title = f"close the bracket {where}: `{closer}`"
        yield Candidate(title, insert(end_of(token), closer), cost + price, certain=True)


def _price(scene: Scene, opener: int, place: int) -> float:
    """What it costs to believe that the bracket was closed behind this token."""
    after = "" if scene.ends_line(place) else scene.after(place)
    ends = after in ("", ",", ")", "]", ":")
    if scene.tokens[opener].kind == "(" and scene.before(opener) not in _BEFORE_CALL:
        inner = _loosest(scene, opener, place)
        if PRECEDENCE.get(after, 0) > inner > 0:
            return 0.8  # these brackets are what makes it a sum times something
        if ends and scene.before(opener) in _WHOLE:
            return 1.5  # and these would do nothing
    if after in ("and", "or") and scene.before(opener) in _BEFORE_CALL:
        return 0.97
    if not after:
        return 1.0
    if after == ",":
        # The inner call has as many arguments as it takes.
        return 1.5 - 0.04 * min(5, sum(scene.tokens[at].kind == "," for at in range(opener, place)))
    return 1.5 if ends or after == "?" else 1.6 if PRECEDENCE.get(after, 9) < _SUM else 1.8


def _loosest(scene: Scene, opener: int, place: int) -> int:
    """How loosely what stands between the bracket and here is bound: the least precedence of its operators."""
    depth, least = 0, 9
    for at in range(opener + 1, place + 1):
        kind = scene.tokens[at].kind
        depth += (kind in _CLOSER) - (kind in _OPENER)
        if not depth and kind in PRECEDENCE:
            least = min(least, PRECEDENCE[kind])
    return least if least < 9 else 0


def _opened(scene: Scene, line: range, cost: float) -> Iterator[Candidate]:
    """Opening brackets before each place where one too many is closed."""
    stack: list[str] = []
    unmatched = ""
    for place in line:
        kind = scene.tokens[place].kind
        if kind in _CLOSER:
            stack.append(kind)
        elif kind in _OPENER:
            if stack and stack[-1] == _OPENER[kind]:
                stack.pop()
            else:
                unmatched += kind
    for closer in dict.fromkeys(unmatched):
        opener = _OPENER[closer]
        last = max(place for place in line if scene.tokens[place].kind == closer)
        for place in range(line.start, last):
            yield from _openings(scene, place, opener, cost)


def _openings(scene: Scene, place: int, opener: str, cost: float) -> Iterator[Candidate]:
    token = scene.tokens[place]
    known = scene.bench.known_words
    title = f"open the bracket: `{opener}`"
    if token.kind == lexer.NAME:
        price = 1.2 if token.text in known.functions or opener == "[" else 1.7
        if scene.after(place) not in ("(", "."):
            yield Candidate(title, insert(end_of(token), opener), cost + price, certain=True)
        for cut in range(1, len(token.text)):
            left, right = token.text[:cut], token.text[cut:]
            if left in known.any and (right in known.any or right[0].isdigit()):
                yield Candidate(title, insert(token.start + cut, opener), cost + 1.3, certain=True)
    if token.kind in _BEFORE_OPERAND and scene.before(place) != ".":
        yield Candidate(title, insert(token.start, opener), cost + 1.9, certain=True)
