"""The pages together: their order, their names, and finding one by what a user types."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pinewright.errors import UsageError
from pinewright.pine.rules import find_rule, rules


def test_rules_stand_in_the_order_of_their_codes_and_names_are_unique() -> None:
    assert list(rules()) == sorted(rules())
    assert len({rule.name for rule in rules().values()}) == len(rules())
    assert all(code == rule.code for code, rule in rules().items())


@pytest.mark.parametrize(
    "words", ["PW201", "pw201", "201", "argument-type", "Argument Type", "argument_type", " PW201 "]
)
def test_a_rule_is_found_however_it_is_spelt(words: str) -> None:
    assert find_rule(words).code == "PW201"


@pytest.mark.parametrize(
    ("words", "near"),
    [("argment-type", "PW201 (argument-type)"), ("PW0002", "PW002 (missing-text)"), ("future", "PW501 (future-leak)")],
)
def test_an_unknown_rule_gets_the_nearest(words: str, near: str) -> None:
    with pytest.raises(UsageError) as caught:
        find_rule(words)
    assert caught.value.hint is not None
    assert near in caught.value.hint
    assert "legal: PW001-" in caught.value.hint


def test_what_is_near_to_nothing_gets_the_legal_ones() -> None:
    with pytest.raises(UsageError) as caught:
        find_rule("qqqq")
    assert caught.value.hint is not None
    assert caught.value.hint.startswith("legal: PW001")


def test_prose_of_the_pages_is_short_and_without_long_lines(root: Path) -> None:
    for rule in rules().values():
        prose = re.sub(r"```.*?```", "", rule.page, flags=re.DOTALL)
        assert max(map(len, prose.splitlines())) <= 120, rule.code
        assert len(prose.split()) < 200, rule.code
        assert len(rule.wrong.splitlines()) <= 12, rule.code
