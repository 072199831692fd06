"""A file of Pine functions, an empty line between two: read by name, and what each of them calls."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from pinewright.generate.visual.pine_pattern import PineFunction

_HEAD: Final = re.compile(r"^(\w+)\(.*\) =>$")


@cache
def read_functions(file: str) -> Mapping[str, PineFunction]:
    """The functions of a file of this folder by name, each with the comment above it; the first block is the file's."""
    text = resources.files("pinewright.generate.visual").joinpath(file).read_text(encoding="utf-8")
    found: dict[str, PineFunction] = {}
    for block in text.strip().split("\n\n")[1:]:
        lines = tuple(block.split("\n"))
        name = next(match[1] for match in map(_HEAD.match, lines) if match)
        found[name] = PineFunction(name, lines)
    return found


def needed(name: str, known: Mapping[str, PineFunction]) -> tuple[PineFunction, ...]:
    """A function behind all that it calls, each once."""
    own = known[name]
    words = set(re.findall(r"\w+(?=\()", "\n".join(own.lines)))
    called = [other for other in known if other != name and other in words]
    functions = {function.name: function for other in called for function in needed(other, known)}
    return (*functions.values(), own)
