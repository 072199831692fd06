"""The codes of all findings with their meaning; docs/reference/diagnostics.md is written from this table."""

from __future__ import annotations

from typing import Final

from pinewright.pine.problems import SYNTAX_CODES

CHECK_CODES: Final[dict[str, str]] = {
    "PW101": "a name that nothing declares",
    "PW102": "a name declared twice in one scope",
    "PW103": "a function that does not exist, is used without parentheses, or calls itself",
    "PW104": "an assignment to a name that nothing declares, or to a built-in one",
    "PW201": "an argument of the wrong type",
    "PW202": "a parameter that needs a value and has none",
    "PW203": "an argument with a name that the function does not have",
    "PW204": "more arguments than the function takes",
    "PW205": "a parameter that is given twice",
    "PW206": "a value that is known too late: a series where an earlier one is asked",
    "PW301": "an operand or a history that the type does not allow",
    "PW302": "a condition that is no bool",
    "PW303": "a tuple of another size than the names it is given to",
    "PW304": "a value of another type than the variable",
    "PW305": "a bool that is na, which Pine v6 does not have",
    "PW306": "na given to a variable without a type",
    "PW307": "branches that return values of different types",
    "PW308": "a comparison with na, which is never true (warning)",
    "PW401": "no strategy() or indicator() call, or more than one",
    "PW402": "a missing version (warning), or one that is not read",
    "PW403": "a call at a place where it is not allowed",
    "PW901": "legal Pine that this version does not read",
    "PW902": "legal Pine that reaches an order and that this version does not compile",
}

CODES: Final[dict[str, str]] = {**SYNTAX_CODES, **CHECK_CODES}
"""Code to meaning, of everything that ``pinewright check`` reports."""
