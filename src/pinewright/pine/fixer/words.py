"""The words that a script may use: those of the language and those of its own."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from pinewright.pine import lexer
from pinewright.pine.builtins import functions, namespaces, variables
from pinewright.pine.lexer import RESERVED, Token

SOFT_KEYWORDS = frozenset("to by in import export type method enum as".split())
TYPE_WORDS = frozenset("int float bool string color series simple input const array matrix map".split())
OBJECT_TYPES = frozenset("line label box table linefill polyline chart.point".split())
KEYWORDS = frozenset(RESERVED) | SOFT_KEYWORDS


_PART = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")


def parts_of(text: str) -> list[str]:
    """The words that a text or a name is made of: ``slowLength`` and ``slow_length`` have two each."""
    return [part.lower() for part in _PART.findall(text) if len(part) > 1]


@dataclass(frozen=True)
class Words:
    """The words of a script and of the language.

    ``functions``: words that a bracket may follow. ``sound``: those of the language, and names of the script that are
    declared or stand twice; ``any``: these and every other name.
    """

    functions: frozenset[str]
    sound: frozenset[str]
    any: frozenset[str]


@cache
def builtin_functions(version: int) -> frozenset[str]:
    """Full names of all functions of a version."""
    return frozenset(functions(version))


@cache
def builtin_names(version: int) -> frozenset[str]:
    """Full names of all functions, variables and constants of a version."""
    return builtin_functions(version) | frozenset(variables(version))


@cache
def _parts(version: int) -> tuple[frozenset[str], frozenset[str]]:
    called = frozenset(name.rpartition(".")[2] for name in builtin_functions(version))
    spaces = frozenset(part for space in namespaces() for part in space.split("."))
    return called, called | spaces | frozenset(part for name in variables(version) for part in name.split("."))


@cache
def language_parts(version: int) -> frozenset[str]:
    """Words that names and parameters of the language are made of."""
    known = functions(version)
    parameters = (one.name for name in known for overload in known[name].overloads for one in overload.parameters)
    return frozenset(part for name in (*builtin_names(version), *parameters) for part in parts_of(name))


def words_of(tokens: list[Token], version: int) -> Words:
    """The words known in a script."""
    counts = Counter(token.text for token in tokens if token.kind == lexer.NAME)
    declared: set[str] = set()
    called: set[str] = set()
    depth = 0
    for token, after in pairwise(tokens):
        depth += (token.kind in ("(", "[")) - (token.kind in (")", "]"))
        if token.kind == lexer.NAME:
            if after.kind in ("=", ":=") and depth <= 0:
                declared.add(token.text)
            elif after.kind == "(" and (token.column == 1 or counts[token.text] > 1):
                called.add(token.text)
    functions_, parts = _parts(version)
    own = {word for word, count in counts.items() if count > 1} | declared
    return Words(functions_ | called, parts | own, parts | RESERVED | counts.keys())


@cache
def by_last_part(version: int) -> dict[str, tuple[str, ...]]:
    """Full names by what remains of them when one part is lost: ``sma`` and ``red``, ``strategy.percent``."""
    made: dict[str, list[str]] = {}
    for name in sorted(builtin_names(version), key=_rank):
        parts = name.split(".")
        for place in range(len(parts) - 1):
            short = ".".join(parts[:place] + parts[place + 1 :])
            made.setdefault(short, []).append(name)
    return {short: tuple(names) for short, names in made.items()}


_SPACES = "ta math str input request strategy color array plot shape location size label line box runtime".split()


def _rank(name: str) -> tuple[int, str]:
    space = name.partition(".")[0]
    return (_SPACES.index(space) if space in _SPACES else len(_SPACES), name)
