"""What is found in a script: code, severity, place, message and what to do; printed with a frame of the source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from pinewright.pine.edit import Edit
from pinewright.pine.syntax import Span

LONGEST_LINE = 240
"""Letters of a line that a frame shows; of a longer one the part around the finding."""
_BEFORE = 80
_LINE_END = re.compile(r"\r\n|\r|\n")  # the lexer's lines; str.splitlines knows more kinds of them


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"
    """Worth knowing, and nothing to mend: legal Pine that Pinewright itself does not run."""


@dataclass(frozen=True)
class Fix:
    """A change of the source that mends a finding.

    ``title`` says what it does, as a command ("write `ta.sma`"). ``safe`` means that only one correct program can have
    been meant; every other fix needs ``--unsafe-fixes``.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool = False


@dataclass(frozen=True)
class Diagnostic:
    """One finding. ``code`` is stable (``pinewright rule CODE``); ``span`` is where the frame points."""

    code: str
    message: str
    span: Span
    hint: str | None = None
    severity: Severity = Severity.ERROR
    fix: Fix | None = None

    def as_dict(self, file: str) -> dict[str, str | int | bool | None]:
        """The object that ``check --json`` lists."""
        return {
            "file": file,
            "code": self.code,
            "severity": self.severity.value,
            "line": self.span.line,
            "column": self.span.column,
            "end_line": self.span.end_line,
            "end_column": self.span.end_column,
            "message": self.message,
            "hint": self.hint,
            "fix": self.fix.title if self.fix else None,
            "fix_is_safe": self.fix.safe if self.fix else None,
        }


def frame(diagnostic: Diagnostic, source: str, file: str) -> str:
    """The finding as text: ``file:line:column: severity[code]: message``, the line, carets below, hint and fix."""
    span = diagnostic.span
    lines = _LINE_END.split(source)
    line = lines[min(span.line, len(lines)) - 1]
    last = span.end_column if span.end_line == span.line else len(line) + 1
    width = max(1, last - span.column)
    column = span.column
    if len(line) > LONGEST_LINE:
        cut = max(0, column - 1 - _BEFORE)
        line = ("…" if cut else "") + line[cut : cut + LONGEST_LINE] + "…"
        column -= cut - (1 if cut else 0)
        width = max(1, min(width, len(line) - column))
    margin = " " * len(str(span.line))
    pointer = "".join("\t" if character == "\t" else " " for character in line[: column - 1]) + "^" * width
    text = [
        f"{file}:{span.line}:{span.column}: {diagnostic.severity.value}[{diagnostic.code}]: {diagnostic.message}",
        f"{margin} |",
        f"{span.line} | {line}",
        f"{margin} | {pointer}",
    ]
    if diagnostic.hint:
        text.append(f"{margin} = hint: {diagnostic.hint}")
    if diagnostic.fix:
        how = "check --fix" if diagnostic.fix.safe else "check --fix --unsafe-fixes"
        text.append(f"{margin} = fix: {diagnostic.fix.title} ({how})")
    return "\n".join(text)
