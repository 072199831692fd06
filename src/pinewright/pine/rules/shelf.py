"""All pages by their code, and the way from what a user types to one of them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType

from pinewright.errors import PineError, UsageError, nearest
from pinewright.pine.rules.page import Rule, read_page


@cache
def rules() -> Mapping[str, Rule]:
    """Every rule by its code, in the order of the codes. Raises PineError for a page that breaks the form."""
    found: dict[str, Rule] = {}
    folder = resources.files("pinewright.pine.rules") / "pages"
    for file in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if not file.name.endswith(".md"):
            continue
        rule = read_page(file.read_text(encoding="utf-8"), file.name)
        if file.name != f"{rule.code}.md":
            raise PineError(f"the page of {rule.code} lies in another file", where=file.name)
        found[rule.code] = rule
    return MappingProxyType(found)


def find_rule(words: str) -> Rule:
    """The rule of a code or name, however it is spelt: ``PW201``, ``pw201``, ``201``, ``argument-type``.

    Raises UsageError with the nearest rules where there is none.
    """
    asked = words.strip()
    code = f"PW{asked}" if asked.isdigit() else asked.upper()
    name = asked.lower().replace("_", "-").replace(" ", "-")
    by_name = {rule.name: rule for rule in rules().values()}
    found = rules().get(code) or by_name.get(name)
    if found is not None:
        return found
    near = nearest(code, rules()) if any(letter.isdigit() for letter in asked) else nearest(name, by_name)
    shown = [f"{word} ({rules()[word].name})" if word in rules() else f"{by_name[word].code} ({word})" for word in near]
    hint = (f"near: {', '.join(shown)}; " if shown else "") + f"legal: {_ranges()}; `pinewright rule` lists them all"
    raise UsageError(f"no rule {asked!r}", hint=hint)


def _ranges() -> str:
    """The legal codes in short: ``PW001-PW018, PW101-PW110``."""
    numbers = [int(code[2:]) for code in rules()]
    starts = [number for number in numbers if number - 1 not in numbers]
    ends = [number for number in numbers if number + 1 not in numbers]
    pairs = zip(starts, ends, strict=True)
    return ", ".join(f"PW{start:03}" if start == end else f"PW{start:03}-PW{end:03}" for start, end in pairs)
