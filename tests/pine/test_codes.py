"""Every code that the sources name has a page, and every page's code is named in the sources."""

from __future__ import annotations

import re
from pathlib import Path

from pinewright.pine.rules import rules

ELSEWHERE = "67"
"""Classes whose rooms, optimizer and migration, may come later than their pages."""


def codes_in_sources(root: Path) -> set[str]:
    text = "".join(path.read_text(encoding="utf-8") for path in (root / "src" / "pinewright").rglob("*.py"))
    return set(re.findall(r"\"(PW\d{3})\"", text))


def test_every_code_in_the_sources_has_a_page(root: Path) -> None:
    assert sorted(codes_in_sources(root) - set(rules())) == []


def test_every_page_is_of_a_code_in_the_sources(root: Path) -> None:
    unused = set(rules()) - codes_in_sources(root)
    assert sorted(code for code in unused if code[2] not in ELSEWHERE) == []
