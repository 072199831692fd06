"""The error of a construct that reaches an order and is not compiled."""

from __future__ import annotations

from pinewright.errors import PineUnsupportedError
from pinewright.pine.diagnostics import Diagnostic


class NotCompiledError(PineUnsupportedError):
    """A construct that reaches an order and is not compiled; ``finding`` points at it."""

    def __init__(self, finding: Diagnostic, shown: str):
        super().__init__(f"{finding.message}\n{shown}")
        self.finding = finding
