"""`AutomaticErrorFixer`: what is wrong in a script, mended where it can be told what was meant.

A repair is searched: each finding yields candidates (a bracket closed here, a name spelt otherwise), each candidate is
tried by parser and check, and the one that leaves the fewest errors is kept, of several the most plausible. It is safe
when no other of its like does as well.
"""

from __future__ import annotations

from pinewright.pine.fixer.fixing import SELECTABLE, AutomaticErrorFixer, FixResult, Mended, fix, with_fixes

__all__ = ["SELECTABLE", "AutomaticErrorFixer", "FixResult", "Mended", "fix", "with_fixes"]
