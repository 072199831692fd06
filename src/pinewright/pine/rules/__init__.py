"""What each code means: one page a code, in ``pages``, for ``pinewright rule``, the documents and the tests.

``rules()["PW201"].why`` is a section of a page, ``find_rule("argument-type")`` the rule of a name or code.
"""

from __future__ import annotations

from pinewright.pine.rules.page import Rule, RuleSeverity, read_page
from pinewright.pine.rules.shelf import find_rule, rules

__all__ = ["Rule", "RuleSeverity", "find_rule", "read_page", "rules"]
