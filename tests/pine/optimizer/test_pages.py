"""The pages of the rewrites: Wrong becomes Right, to the letter."""

from __future__ import annotations

import pytest

from pinewright.pine.optimizer import optimize_source
from pinewright.pine.optimizer.rounds import RULES
from pinewright.pine.rules import rules


@pytest.mark.parametrize("code", ["PW601", "PW602", "PW603", "PW604"])
def test_wrong_becomes_right(code: str) -> None:
    page = rules()[code]
    done = optimize_source(page.wrong)
    assert done.source == page.right
    assert {one.code for one in done.rewrites} == {code}
    assert optimize_source(page.right).rewrites == ()


def test_the_hint_of_a_history_makes_right_of_wrong() -> None:
    page = rules()["PW605"]
    done = optimize_source(page.wrong)
    assert done.source == page.wrong
    (hint,) = done.hints
    written = page.wrong.splitlines(keepends=True)
    written.insert(hint.below, hint.add + "\n")
    assert "".join(written) == page.right
    assert optimize_source(page.right).hints == ()


def test_every_rewrite_has_a_page() -> None:
    assert [code for code, rule in rules().items() if rule.severity.value == "rewrite"] == [
        f"PW60{number}" for number in range(1, len(RULES) + 1)
    ]
