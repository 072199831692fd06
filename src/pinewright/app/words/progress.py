"""What progress says to people."""

from __future__ import annotations

from typing import Final

PROGRESS_HELP: Final = (
    "How progress is told on standard error: auto (a bar or lines), jsonl (events as JSON lines), none. "
    "The folder's progress.jsonl has the events in any case."
)
SEARCHING: Final = "searching"
LINE: Final = "{name}: {done:,} of {planned:,} tried, {said}"
BEST: Final = "best {objective} {best:.4g}"
BEST_OUTSIDE: Final = "best {objective} {best:.4g}, outside {outside:.4g}"
NO_BEST: Final = "no set has a score yet"
PACE: Final = "{rate:,.0f} a second, about {left} left"
SECONDS: Final = "{count} s"
MINUTES: Final = "{count} min"
HOURS: Final = "{count:.1f} h"
STEP: Final = "{name} ..."
DEFAULT_OBJECTIVE: Final = "t-statistic"

STEPS: Final = {
    "compile": "compiling",
    "search": "searching",
    "select": "measuring candidates on the selection part",
    "look at charts": "looking at the charts of entries",
    "open the locked part": "opening the locked part",
    "evidence": "weighing the evidence",
    "walk_forward": "walk-forward",
    "cpcv": "cross-validation over many paths",
    "overfitting": "chance of overfitting",
    "monte_carlo": "Monte Carlo",
    "baseline": "random entries",
    "stresses": "harder circumstances",
    "deliver": "writing and checking scripts",
    "report": "writing the report",
}
"""Names of steps for people; a step without a line here is shown by its own name."""


def step(name: str) -> str:
    """A step's name for people."""
    return STEPS.get(name, name.replace("_", " "))


def span(seconds: float) -> str:
    """A time to wait, in the unit that fits."""
    if seconds < 120:
        return SECONDS.format(count=max(1, round(seconds)))
    return MINUTES.format(count=round(seconds / 60)) if seconds < 7200 else HOURS.format(count=seconds / 3600)
