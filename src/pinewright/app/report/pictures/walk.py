"""Walk-forward windows: where each was trained and tested, and what was left of its result."""

from __future__ import annotations

import math
from collections.abc import Sequence

from pinewright.app.report.figures import day, number, percent
from pinewright.app.report.input_words import set_in_words
from pinewright.app.report.model import InputValue
from pinewright.app.report.pictures.canvas import WIDTH, Canvas, Scale
from pinewright.app.report.pictures.picture import Picture, Row
from pinewright.optimize.proof import Walk, WalkWindow

_KINDS = {"anchored": "trained on everything before", "rolling": "trained on the latest stretch before"}
_MOST_STRIPS = 14


def draw_walk(walk: Walk, currency: str, inputs: Sequence[InputValue] = ()) -> Picture | None:
    """Above, a day's result in training (hollow) and outside (filled) of each window; below, when it was trained and
    tested. inputs: of the script, in the order of a window's values. None without a window.
    """
    if not walk.windows:
        return None
    return Picture(
        name=f"walk_{walk.kind}",
        title=f"Walk-forward, {walk.kind}",
        words=_words(walk),
        drawing=_drawing(walk, currency).drawing(),
        head=("Trained", "Tested", f"Inside, {currency} a day", f"Outside, {currency} a day", "Kept", "Inputs"),
        rows=tuple(_row(window, inputs) for window in walk.windows),
        signs=(("ring", "inside"), ("up", "outside, earned"), ("down", "outside, lost"), ("tested", "tested")),
    )


def _words(walk: Walk) -> str:
    count = len(walk.windows)
    earned = sum(window.outside > 0 for window in walk.windows)
    kept = "no window earned inside, so there is no share that was kept"
    if math.isfinite(walk.efficiency):
        kept = f"a day outside made {percent(100 * walk.efficiency, 0)} of a day inside (median; half is the usual bar)"
    kind = _KINDS.get(walk.kind, walk.kind)
    return f"Chosen anew {count} times, each time {kind}: {kept}, and {earned} of {count} windows earned."


def _row(window: WalkWindow, inputs: Sequence[InputValue]) -> Row:
    kept = window.outside / window.inside if window.inside > 0 else math.nan
    return (
        f"{day(window.train_start)} to {day(window.train_end)}",
        f"{day(window.test_start)} to {day(window.test_end)}",
        number(window.inside, signed=True),
        number(window.outside, signed=True),
        percent(100 * kept, 0),
        set_in_words(window.parameters, inputs),
    )


def _drawing(walk: Walk, currency: str) -> Canvas:
    windows = walk.windows
    strip = 9 if len(windows) <= _MOST_STRIPS else max(3.0, 9 * _MOST_STRIPS / len(windows))
    floor = 186.0
    canvas = Canvas(floor + 14 + strip * len(windows) + 22, f"Walk-forward, {walk.kind}: {_words(walk)}")
    time = Scale(windows[0].train_start, windows[-1].test_end, 46, WIDTH - 8)
    money = Scale.over([0.0, *(w.inside for w in windows), *(w.outside for w in windows)], floor, 26)
    canvas.up(money, 46, WIDTH - 4, name=f"{currency} a trading day")
    for window in windows:
        middle = time((window.test_start + window.test_end) / 2)
        if math.isfinite(window.inside):
            if math.isfinite(window.outside):
                canvas.line(middle, money(window.inside), middle, money(window.outside), "link")
            canvas.sign(middle, money(window.inside), "circle", "ring", 4)
        if math.isfinite(window.outside):
            won = window.outside > 0
            canvas.sign(middle, money(window.outside), "up" if won else "down", "gain" if won else "loss", 5)
    for place, window in enumerate(windows):
        top = floor + 14 + place * strip
        canvas.box(
            time(window.train_start), top + 1, time(window.train_end) - time(window.train_start), strip - 2, "rest"
        )
        canvas.box(
            time(window.test_start), top + 1, time(window.test_end) - time(window.test_start), strip - 2, "tested"
        )
    bottom = floor + 14 + strip * len(windows) + 14
    canvas.text(46, bottom, day(windows[0].train_start), kind="tick")
    canvas.text(WIDTH - 8, bottom, day(windows[-1].test_end), at="end", kind="tick")
    return canvas
