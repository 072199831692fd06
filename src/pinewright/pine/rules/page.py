"""The form of a rule's page, and its text to a ``Rule``.

    # PW201 argument-type: an argument of the wrong type

    severity: error
    versions: 6

    ## What
    ## Why
    ## Wrong       one whole script in a ```pine block
    ## Right       the same, mended
    ## Fix         begins with Safe, Unsafe or By hand

``versions`` may be left out: the rule then holds for all. Of a rewrite, Wrong is the script before, Right after.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from pinewright.errors import PineError

ALL_VERSIONS: Final = (5, 6)
SECTIONS: Final = ("What", "Why", "Wrong", "Right", "Fix")

_TITLE = re.compile(r"# (PW\d{3}) ([a-z0-9]+(?:-[a-z0-9]+)*): (\S.*)")
_PAGE = re.compile(
    r"(?P<title># .*)\n+severity: (?P<severity>.*)\n(?:versions: (?P<versions>.*)\n)?\n+(?P<sections>## (?s:.*))"
)
_SCRIPT = re.compile(r"```pine\n((?:(?!```).*\n)+)```")
_FIX = re.compile(r"(Safe|Unsafe|By hand)\b")


class RuleSeverity(Enum):
    """What a rule's finding is; ``rewrite`` finds nothing wrong, and changes the script for the better."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    REWRITE = "rewrite"


class FixKind(Enum):
    """Who mends a finding: ``check --fix``, ``check --fix --unsafe-fixes``, or a person."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    HAND = "by hand"


@dataclass(frozen=True)
class Rule:
    """One page. ``name`` is the code in words, ``title`` what it finds, ``versions`` of Pine in which it is found.

    ``wrong`` and ``right`` are whole scripts; the other sections are Markdown, as is ``page``, the whole of it.
    """

    code: str
    name: str
    title: str
    severity: RuleSeverity
    versions: tuple[int, ...]
    what: str
    why: str
    wrong: str
    right: str
    fix: str
    fixed_by: FixKind
    page: str

    def as_dict(self) -> dict[str, str | list[int]]:
        """The object that ``rule --json`` prints."""
        return {
            "code": self.code,
            "name": self.name,
            "title": self.title,
            "severity": self.severity.value,
            "versions": list(self.versions),
            "what": self.what,
            "why": self.why,
            "wrong": self.wrong,
            "right": self.right,
            "fix": self.fix,
            "fixed_by": self.fixed_by.value,
        }


def read_page(text: str, where: str) -> Rule:
    """The rule that a page describes. Raises PineError, with ``where``, for a page of another form."""
    page = _PAGE.fullmatch(text)
    title = _TITLE.fullmatch(page["title"]) if page else None
    if page is None or title is None:
        raise _fault("it begins with `# PW123 some-name: what it finds` and a line `severity: ...`", where)
    sections = _sections(page["sections"])
    if tuple(sections) != SECTIONS:
        raise _fault(f"its sections are {', '.join(SECTIONS)}, not {', '.join(sections)}", where)
    try:
        severity = RuleSeverity(page["severity"])
        versions = tuple(int(word) for word in page["versions"].split()) if page["versions"] else ALL_VERSIONS
    except ValueError as error:
        raise _fault(str(error), where) from error
    fix = _FIX.match(sections["Fix"])
    if fix is None:
        raise _fault("Fix begins with Safe, Unsafe or By hand", where)
    return Rule(
        code=title[1],
        name=title[2],
        title=title[3],
        severity=severity,
        versions=versions,
        what=sections["What"],
        why=sections["Why"],
        wrong=_script(sections["Wrong"], where),
        right=_script(sections["Right"], where),
        fix=sections["Fix"],
        fixed_by=FixKind(fix[1].lower()),
        page=text,
    )


def _sections(text: str) -> dict[str, str]:
    """Texts of the sections by their headings, in order."""
    parts = re.split(r"^## (.*)\n", text, flags=re.MULTILINE)[1:]
    return {head: body.strip() for head, body in zip(parts[::2], parts[1::2], strict=True)}


def _script(section: str, where: str) -> str:
    match = _SCRIPT.fullmatch(section)
    if match is None:
        raise _fault("Wrong and Right are one ```pine block each", where)
    return match[1]


def _fault(what: str, where: str) -> PineError:
    return PineError(f"a page of a rule that cannot be read: {what}", where=where)
