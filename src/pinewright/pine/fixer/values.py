"""Candidates for values and assignments: numbers as conditions, comparisons with na, ``=`` against ``:=``."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pinewright.pine import lexer
from pinewright.pine import syntax as s
from pinewright.pine.builtins import variables
from pinewright.pine.fixer.arguments import nodes_around
from pinewright.pine.fixer.candidate import Candidate, Scene, end_of
from pinewright.pine.types import Kind

_DECLARES = re.compile(r"(?:(?:varip|var)[ \t]+)?(?:[A-Za-z_][\w.<>\[\], ]*[ \t]+)?")


def value_candidates(scene: Scene) -> Iterator[Candidate]:
    """The finding's own fix, and what else a value or an assignment may have meant."""
    target = scene.target
    if target.fix is not None:
        changes = tuple((one.span.start, one.span.end, one.text) for one in target.fix.edits)
        yield Candidate(target.fix.title, changes, 0.6, certain=target.fix.safe)
    yield from _assignment(scene)
    yield from _compared_argument(scene)
    yield from _unlike_branches(scene)
    yield from _na(scene)


def _assignment(scene: Scene) -> Iterator[Candidate]:
    """``=`` for ``:=`` and back, of the statement that the finding stands in."""
    tokens = scene.tokens
    line = scene.bench.lines[scene.line]
    place = next((at for at in line if tokens[at].kind in (":=", "=", "==")), -1)
    if place <= line.start:
        return
    token = tokens[place]
    if token.kind == ":=":
        yield Candidate("write `=`: nothing of that name is declared", ((token.start, end_of(token), "="),), 1.1)
    elif token.kind == "==":
        yield Candidate("write `=`", ((token.start, end_of(token), "="),), 1.2)
    elif scene.bench.name_counts[tokens[place - 1].text] > 1:
        begin = tokens[place - 1].start
        first = tokens[line.start].start
        typed = _DECLARES.fullmatch(scene.source[first:begin])
        if typed and typed.group() and scene.target.code == "PW304":
            return  # A declaration of its own, with a value of another type.
        changes = ((first if typed else begin, end_of(token), f"{tokens[place - 1].text} :="),)
        price = 1.0 if scene.target.code in ("PW102", "PW306") else 1.5
        yield Candidate("write `:=`: the name is declared already", changes, price)


def _compared_argument(scene: Scene) -> Iterator[Candidate]:
    """``f(a = b)`` for ``f(a == b)``, where a is the name of a value."""
    span = scene.target.span
    known = variables(scene.bench.version)
    for node in nodes_around(scene.bench.tree, span.start, span.end):
        if (
            isinstance(node, s.Argument)
            and node.name
            and (node.name in known or scene.bench.name_counts[node.name] > 1)
        ):
            sign = scene.source.find("=", node.name_span.end, node.value.span.start)
            if sign >= 0:
                yield Candidate("write `==` for `=`", ((sign, sign + 1, "=="),), 1.1)


def _unlike_branches(scene: Scene) -> Iterator[Candidate]:
    """Branches of a number and of a bool: the number compared or made a bool, an arm that assigns made to compare."""
    if scene.target.code != "PW307":
        return
    start = scene.target.span.start
    node = next((one for one in nodes_around(scene.bench.tree, start, start + 1) if one.span.start == start), None)
    if isinstance(node, s.Ternary):
        types = scene.bench.checker.types
        for branch in (node.then, node.otherwise):
            kind = types.get(id(branch))
            if kind is not None and kind.kind in (Kind.INT, Kind.FLOAT):
                span = branch.span
                changes = ((span.start, span.start, "bool("), (span.end, span.end, ")"))
                yield Candidate(f"write `bool({scene.source[span.start : span.end]})`", changes, 1.0)
    inside = [token for token in scene.tokens if node is not None and start <= token.start < node.span.end]
    for arrow, name, sign in zip(inside, inside[1:], inside[2:], strict=False):
        if arrow.kind == "=>" and name.kind == lexer.NAME and sign.kind == "=":
            yield Candidate("write `==` for `=`", ((sign.start, end_of(sign), "=="),), 1.1)


def _na(scene: Scene) -> Iterator[Candidate]:
    """``x == na`` to ``na(x)``; na as a bool to false."""
    span = scene.target.span
    for node in nodes_around(scene.bench.tree, span.start, span.end):
        change = na_test(scene.source, node)
        if change is not None:
            yield Candidate("write na(…)", (change,), 0.7, certain=True)
        if isinstance(node, s.Name) and node.name == "na" and scene.target.code in ("PW305", "PW301"):
            yield Candidate("write `false`", ((node.span.start, node.span.end, "false"),), 0.9)


def na_test(source: str, node: s.Node) -> tuple[int, int, str] | None:
    """The test that a comparison with na was meant to be, as a change; None for any other node."""
    if not isinstance(node, s.Binary) or node.operator not in ("==", "!="):
        return None
    sides = (node.left, node.right)
    for side, other in (sides, sides[::-1]):
        if isinstance(side, s.Name) and side.name == "na":
            text = f"na({source[other.span.start : other.span.end]})"
            return node.span.start, node.span.end, text if node.operator == "==" else f"not {text}"
    return None
