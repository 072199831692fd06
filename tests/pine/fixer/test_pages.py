"""What the page of a rule says of its fix is what the fixer does with the wrong example."""

from __future__ import annotations

import pytest

from pinewright.pine.diagnostics import Severity
from pinewright.pine.fixer import FixResult, fix
from pinewright.pine.rules import Rule, RuleSeverity, rules

ERRORS = [rule for rule in rules().values() if rule.severity is RuleSeverity.ERROR]


def mended(result: FixResult) -> bool:
    return not any(finding.severity is Severity.ERROR for finding in result.remaining)


@pytest.mark.parametrize("rule", ERRORS, ids=lambda rule: rule.code)
def test_the_fix_is_as_its_page_says(rule: Rule) -> None:
    said = rule.fixed_by.value
    safely, at_all = mended(fix(rule.wrong)), mended(fix(rule.wrong, unsafe=True))
    done = "safe" if safely else "unsafe" if at_all else "by hand"
    assert done == said


@pytest.mark.parametrize("rule", ERRORS, ids=lambda rule: rule.code)
def test_right_examples_are_left_alone(rule: Rule) -> None:
    for unsafe in (False, True):
        assert fix(rule.right, unsafe=unsafe).source == rule.right
