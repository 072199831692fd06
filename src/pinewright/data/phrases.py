"""Parts of the one line that a quality report is, the same for bars and for ticks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from pinewright.data.grid import OFF_GRID_TOLD
from pinewright.data.scale import ScaleJump
from pinewright.data.weeks import ShiftedWeek
from pinewright.data.zones import iso_text


def counted(number: int, noun: str) -> str:
    """``1 gap``, ``1,204 gaps``."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def outside_text(rows: int, noun: str, hour_shift: int | None) -> str:
    """Rows outside the session, and the hour that would bring them in."""
    text = f"{counted(rows, noun)} outside the session"
    return text if hour_shift is None else f"{text} (times look {beside(hour_shift)}: is the time zone right?)"


def beside(hours: int) -> str:
    """``3 h early`` for stamps to which three hours must be added."""
    return f"{abs(hours)} h {'late' if hours < 0 else 'early'}"


def week_parts(weeks: Sequence[ShiftedWeek], hour_shift: int | None) -> Iterator[str]:
    """Weeks beside the trading week, unless all are, which the hour shift says already."""
    if not weeks or hour_shift is not None:
        return
    hours = Counter(week.hours for week in weeks).most_common(1)[0][0]
    look = "looks" if len(weeks) == 1 else "look"
    text = f"{counted(len(weeks), 'week')} {look} {beside(hours)}, the first from {iso_text(weeks[0].start)[:10]}"
    if all(week.between_changes for week in weeks):
        text += " (between the clock changes of America and Europe)"
    yield text


def scale_parts(jumps: Sequence[ScaleJump], number: int) -> Iterator[str]:
    """Jumps of the price scale, the first with its time."""
    if jumps:
        yield f"{counted(number, 'jump')} of the price scale (x {jumps[0].ratio:.3g} at {iso_text(jumps[0].time)})"


def grid_parts(off_grid_share: float, step: float | None) -> Iterator[str]:
    """Prices between ticks, and the step on which they lie."""
    if off_grid_share > OFF_GRID_TOLD:
        on = "on no decimal step" if step is None else f"in steps of {step:.8f}".rstrip("0")
        yield f"{100 * off_grid_share:.0f} % of prices between ticks ({on})"
