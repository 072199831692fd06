"""What is found in a script: code, severity, place, message and what to do; printed with a frame of the source."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum

from pinewright.pine.syntax import Span

_LINE_END = re.compile(r"\r\n|\r|\n")  # the lexer's lines; str.splitlines knows more kinds of them


class Severity(Enum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True)
class Diagnostic:
    """One finding. ``code`` is stable (table in docs/reference/diagnostics.md); ``span`` is where the frame points."""

    code: str
    message: str
    span: Span
    hint: str | None = None
    severity: Severity = Severity.ERROR

    def as_dict(self, file: str) -> dict[str, str | int | None]:
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
        }


def frame(diagnostic: Diagnostic, source: str, file: str) -> str:
    """The finding as text: ``file:line:column: severity[code]: message``, the line, carets below, the hint."""
    span = diagnostic.span
    lines = _LINE_END.split(source)
    line = lines[min(span.line, len(lines)) - 1]
    last = span.end_column if span.end_line == span.line else len(line) + 1
    width = max(1, last - span.column)
    margin = " " * len(str(span.line))
    pointer = "".join("\t" if character == "\t" else " " for character in line[: span.column - 1]) + "^" * width
    text = [
        f"{file}:{span.line}:{span.column}: {diagnostic.severity.value}[{diagnostic.code}]: {diagnostic.message}",
        f"{margin} |",
        f"{span.line} | {line}",
        f"{margin} | {pointer}",
    ]
    if diagnostic.hint:
        text.append(f"{margin} = hint: {diagnostic.hint}")
    return "\n".join(text)
