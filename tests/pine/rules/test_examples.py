"""Every page proves itself: Wrong gives its finding and no other, Right gives nothing."""

from __future__ import annotations

import pytest

from pinewright.pine.checker import check
from pinewright.pine.compiler import uncompiled
from pinewright.pine.diagnostics import Diagnostic, Severity
from pinewright.pine.parser import parse
from pinewright.pine.printer import print_script
from pinewright.pine.rules import Rule, RuleSeverity, rules
from pinewright.pine.rules.page import FixKind

BY_THE_WAY = "PW507"
"""The defaults of ``strategy()``: writing them out on each page would hide what the page shows."""


def named(rule: Rule) -> str:
    return f"{rule.code}-{rule.name}"


RULES = list(rules().values())
CHECKED = [rule for rule in RULES if rule.code[2] not in "67"]
"""Rewrites are tested with the optimizer, notes between versions with the migration."""


def findings(rule: Rule, source: str) -> list[Diagnostic]:
    """What ``pinewright check`` reports, but for what is no part of the page."""
    checked = check(source)
    found = list(checked.diagnostics)
    if rule.code[2] == "9" and checked.ok:
        found += uncompiled(checked)
    return [item for item in found if item.code != BY_THE_WAY or rule.code == BY_THE_WAY]


@pytest.mark.parametrize("rule", CHECKED, ids=named)
def test_the_wrong_example_gives_this_finding_and_no_other(rule: Rule) -> None:
    found = {(item.code, item.severity.value) for item in findings(rule, rule.wrong)}
    assert found == {(rule.code, rule.severity.value)}


@pytest.mark.parametrize("rule", CHECKED, ids=named)
def test_the_right_example_gives_nothing(rule: Rule) -> None:
    assert [f"{item.code}: {item.message}" for item in findings(rule, rule.right)] == []


@pytest.mark.parametrize("rule", [rule for rule in CHECKED if len(rule.versions) == 1], ids=named)
def test_a_rule_of_one_version_is_silent_in_the_other(rule: Rule) -> None:
    (mine,) = rule.versions
    other = rule.wrong.replace(f"//@version={mine}", f"//@version={11 - mine}")
    assert rule.code not in {item.code for item in findings(rule, other)}


@pytest.mark.parametrize("rule", RULES, ids=named)
def test_examples_are_in_the_house_format(rule: Rule) -> None:
    scripts = [rule.right] if rule.severity is not RuleSeverity.REWRITE else [rule.wrong, rule.right]
    for script in scripts:
        tree, found = parse(script)
        assert not [item for item in found if item.severity is Severity.ERROR]
        assert print_script(tree) == script


@pytest.mark.parametrize("rule", CHECKED, ids=named)
def test_a_page_tells_the_truth_about_its_fix(rule: Rule) -> None:
    for item in findings(rule, rule.wrong):
        if item.fix is not None:
            assert rule.fixed_by is (FixKind.SAFE if item.fix.safe else FixKind.UNSAFE)


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.severity is RuleSeverity.REWRITE], ids=named)
def test_both_examples_of_a_rewrite_are_without_errors(rule: Rule) -> None:
    for script in (rule.wrong, rule.right):
        assert [item for item in check(script).diagnostics if item.severity is Severity.ERROR] == []
