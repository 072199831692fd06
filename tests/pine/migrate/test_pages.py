"""The pages of the codes 7xx prove themselves: Right is what migrate writes of Wrong, and has no errors."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pinewright.pine.checker import check
from pinewright.pine.migrate import migrate
from pinewright.pine.rules import Rule, rules

PAGES = [rule for rule in rules().values() if rule.code.startswith("PW7")]
LEFT = ("PW790", "PW791", "PW792")


def named(rule: Rule) -> str:
    return f"{rule.code}-{rule.name}"


def target(rule: Rule) -> int:
    """Pages from PW780 to PW789 are of the way from v6 to v5."""
    return 5 if rule.code.startswith("PW78") else 6


@pytest.mark.parametrize("rule", [rule for rule in PAGES if rule.code not in LEFT], ids=named)
def test_right_is_what_migrate_writes(rule: Rule) -> None:
    found = migrate(rule.wrong, target(rule))
    assert found.source == rule.right
    assert found.not_carried == ()
    assert rule.code in {item.code for item in found.changes}


@pytest.mark.parametrize("rule", [rule for rule in PAGES if rule.code in LEFT], ids=named)
def test_what_is_left_is_told(rule: Rule) -> None:
    found = migrate(rule.wrong)
    assert rule.code in {item.code for item in found.not_carried}
    assert all(item.hint for item in found.not_carried)


@pytest.mark.parametrize("rule", PAGES, ids=named)
def test_right_has_no_errors(rule: Rule) -> None:
    found = check(rule.right)
    assert found.ok
    assert found.version == target(rule)


def test_every_code_has_a_page(root: Path) -> None:
    folder = root / "src" / "pinewright" / "pine" / "migrate"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    assert sorted(set(re.findall(r'"(PW\d{3})"', text)) - {"PW201", "PW301", "PW304"}) == [rule.code for rule in PAGES]
