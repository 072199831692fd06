"""Candidates for indentation: lines moved to a depth that is legal, blocks indented by four."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pinewright.pine.fixer.candidate import Candidate, Scene
from pinewright.pine.fixer.rows import Row
from pinewright.pine.lexer import indentation_width

_ABOVE, _BELOW = 3, 1
_LONE = re.compile(r"[\w.]+|\[[\w., ]+\]")
_MARGIN = 0.35
"""One space off is meant to be the nearest depth; two are as far from the one as from the other."""


def layout_candidates(scene: Scene) -> Iterator[Candidate]:
    """Lines of code around the finding at other depths."""
    rows = scene.bench.rows
    here = max((at for at, row in enumerate(rows) if row[0] <= scene.target.span.start), default=0)
    for at in range(max(0, here - _ABOVE), min(len(rows), here + _BELOW + 1)):
        start, end = rows[at][1], scene.source.find("\n", rows[at][1])
        lone = _LONE.fullmatch(scene.source[start : end if end >= 0 else None].strip()) is not None
        # A plot taken out of its block is shown on every bar: whether that was meant is not known.
        yield from _moved(rows, at, 0.25 * abs(here - at), lone, certain=scene.target.code != "PW403")
    yield from _blocks(rows, here)
    yield from _declared_deeper(scene)


def _declared_deeper(scene: Scene) -> Iterator[Candidate]:
    """The declaration of an unknown name taken out of the block that hides it."""
    if scene.target.code not in ("PW101", "PW104", "PW110"):
        return
    name = scene.source[scene.target.span.start : scene.target.span.end]
    tokens = scene.tokens
    for line in scene.bench.lines:
        first = tokens[line.start]
        declares = any(tokens[at].text == name and scene.after(at) == "=" for at in line[:3])
        if first.column > 1 and declares and first.start < scene.target.span.start:
            start = first.start - first.column + 1
            width = indentation_width(scene.source[start : first.start])
            for depth in range(0, width, 4):
                title = f"declare `{name}` outside of the block: indent its line by {depth}"
                price = 1.5 + 0.02 * (width - depth)
                yield Candidate(title, ((start, first.start, " " * depth),), price, certain=True)


def _moved(rows: list[Row], at: int, cost: float, lone: bool, certain: bool) -> Iterator[Candidate]:
    start, end, width = rows[at]
    above = rows[at - 1][2] if at else 0
    below = rows[at + 1][2] if at + 1 < len(rows) else 0
    wanted = {0, *(depth * 4 for depth in range((max(above, below, width) + 4) // 4 + 1)), above, below}
    for depth in wanted:
        if depth == width or depth % 4:
            continue
        slips = abs(depth - width)
        price = 0.7 + 0.15 * min(slips, 8) + 0.4 * (depth > above + 4)
        # Of two depths as near, a line goes on with its block; a lone name at the end of a function is its result.
        price += 0.02 * (depth != above if below or not lone else depth == above)
        title = f"indent the line by {depth}" if depth else "take the indentation of the line away"
        yield Candidate(title, ((start, end, " " * depth),), cost + price, certain=certain, margin=_MARGIN)
    for depth in {above + 1, width + 1, width - 1}:
        if depth > 0 and depth % 4 and depth != width and width % 4 == 0:
            title = f"indent the line by {depth}: it continues the one above"
            yield Candidate(title, ((start, end, " " * depth),), cost + 1.3)


def _blocks(rows: list[Row], here: int) -> Iterator[Candidate]:
    """A whole block indented by its ranks: each further width is four more."""
    for head in range(max(0, here - 2), here + 1):
        base = rows[head][2]
        last = head + 1
        while last < len(rows) and rows[last][2] > base:
            last += 1
        block = rows[head + 1 : last]
        widths = sorted({row[2] for row in block})
        if len(block) < 2 or all(width % 4 == 0 for width in widths):
            continue
        depth_of = {width: base + 4 * (rank + 1) for rank, width in enumerate(widths)}
        changes = tuple((start, end, " " * depth_of[width]) for start, end, width in block if depth_of[width] != width)
        if changes:
            title = "indent the block by four spaces a level"
            yield Candidate(title, changes, 1.2 + 0.2 * (here - head), certain=True)
    for unit in (2, 3, 8):
        changed = tuple(
            (start, end, " " * (width // unit * 4)) for start, end, width in rows if width and width % unit == 0
        )
        if len(changed) > 2 and len(changed) == sum(row[2] > 0 for row in rows):
            yield Candidate("indent all blocks by four spaces a level", changed, 1.1, certain=True)
