"""The form of a page: what is read from it, and what is refused."""

from __future__ import annotations

import pytest

from pinewright.errors import PineError
from pinewright.pine.rules import RuleSeverity, read_page
from pinewright.pine.rules.page import FixKind

PAGE = """# PW999 some-name: what it finds

severity: warning

## What

Something.

## Why

Money.

## Wrong

```pine
//@version=6
indicator("a")
```

## Right

```pine
//@version=6
indicator("b")
```

## Fix

By hand: write b.
"""


def test_a_page_is_read() -> None:
    rule = read_page(PAGE, "PW999.md")
    assert (rule.code, rule.name, rule.title) == ("PW999", "some-name", "what it finds")
    assert (rule.severity, rule.versions, rule.fixed_by) == (RuleSeverity.WARNING, (5, 6), FixKind.HAND)
    assert (rule.what, rule.why, rule.fix) == ("Something.", "Money.", "By hand: write b.")
    assert (rule.wrong, rule.right) == ('//@version=6\nindicator("a")\n', '//@version=6\nindicator("b")\n')
    assert rule.page == PAGE


def test_versions_are_read() -> None:
    page = PAGE.replace("severity: warning\n", "severity: warning\nversions: 5\n")
    assert read_page(page, "PW999.md").versions == (5,)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("# PW999 some-name", "# some-name", "begins with"),
        ("# PW999 some-name", "# PW999 Some Name", "begins with"),
        ("severity: warning\n", "", "begins with"),
        ("severity: warning", "severity: fatal", "fatal"),
        ("severity: warning\n", "severity: warning\nversions: six\n", "six"),
        ("## Why\n\nMoney.\n\n", "", "its sections are"),
        ("## Fix", "## Cure", "Cure"),
        ("By hand: write b.", "Write b.", "Safe, Unsafe or By hand"),
        ("```pine\n", "```\n", "one ```pine block"),
        ('indicator("b")\n```', 'indicator("b")\n```\n\nAnd:\n\n```pine\nx\n```', "one ```pine block"),
    ],
)
def test_another_form_is_refused_with_its_place(old: str, new: str, said: str) -> None:
    with pytest.raises(PineError, match="a page of a rule that cannot be read") as caught:
        read_page(PAGE.replace(old, new), "PW999.md")
    assert said in caught.value.what
    assert caught.value.where == "PW999.md"
