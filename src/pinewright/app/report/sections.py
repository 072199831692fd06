"""What the parts on evidence, search and locked part show: values sorted, counted and drawn for the templates."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pinewright.app.report.evidence_model import LAST_TRADES
from pinewright.app.report.model import InputValue, Interval, Metrics, OptimizeReport, Report, StrategyResult
from pinewright.app.report.pictures import Picture
from pinewright.app.report.pictures.canvas import Canvas, Scale
from pinewright.app.report.pictures.of_strategy import proof_pictures, search_pictures
from pinewright.market import Trade, Trades
from pinewright.optimize.landscape import Landscape
from pinewright.optimize.proof import Check, Front, Outcome

_ORDER = (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS)


@dataclass(frozen=True)
class Proved:
    """One strategy with its evidence: checks that failed first, pictures in the page's order."""

    item: StrategyResult
    checks: tuple[Check, ...]
    pictures: tuple[Picture, ...]

    @property
    def passed(self) -> int:
        return sum(one.outcome is Outcome.PASS for one in self._held)

    @property
    def failed(self) -> int:
        return sum(one.outcome is Outcome.FAIL for one in self._held)

    @property
    def unknown(self) -> int:
        """Checks that these data cannot answer."""
        return sum(one.outcome is Outcome.UNKNOWN for one in self.checks)

    @property
    def asked(self) -> int:
        """Checks with a bar that have an answer."""
        return self.passed + self.failed

    @property
    def _held(self) -> tuple[Check, ...]:
        return tuple(one for one in self.checks if one.bar)


@dataclass(frozen=True)
class Searched:
    """One search from above."""

    label: str
    pictures: tuple[Picture, ...]
    front: Front | None


@dataclass(frozen=True)
class LockedRow:
    """A row of the first screen's table: its result with its interval drawn; no metrics for a difference."""

    label: str
    net_profit: float
    interval: Interval | None
    metrics: Metrics | None
    drawing: Markup
    kind: str = ""


def proved(report: Report) -> tuple[Proved, ...]:
    """The shown strategies that carry evidence."""
    currency = report.facts.data.symbol.quote
    return tuple(
        Proved(
            item,
            tuple(sorted(item.proof.checks, key=lambda one: _ORDER.index(one.outcome))),
            proof_pictures(item.proof, currency, item.inputs),
        )
        for item in report.shown
        if item.proof is not None
    )


def searched(report: Report) -> tuple[Searched, ...]:
    """The searches that can be looked at: of the script, or of each strategy."""
    if isinstance(report, OptimizeReport):
        best = report.found or report.default
        found = [(report.script, report.landscape, best.inputs)]
    else:
        found = [(item.label, item.landscape, item.inputs) for item in report.strategies]
    made = (_searched(label, landscape, inputs) for label, landscape, inputs in found if landscape is not None)
    return tuple(one for one in made if one.pictures)


def _searched(label: str, landscape: Landscape, inputs: Sequence[InputValue]) -> Searched:
    return Searched(label, search_pictures(landscape, inputs), landscape.front)


def locked_rows(report: Report) -> tuple[LockedRow, ...]:
    """All that is shown of the locked part, on one axis."""
    found: list[tuple[str, float, Interval | None, Metrics | None, str]] = [
        (item.label, item.results.locked.net_profit, item.interval, item.results.locked, "") for item in report.shown
    ]
    if report.portfolio is not None:
        metrics = report.portfolio.results.locked
        found.append(("All together", metrics.net_profit, report.portfolio.interval, metrics, "together"))
    if isinstance(report, OptimizeReport) and report.gain is not None:
        found.append(("Found minus default", report.gain, report.gain_interval, None, "difference"))
    ends = [0.0]
    for _, value, interval, _, _ in found:
        ends += [value] if interval is None else [value, interval.low, interval.high]
    scale = Scale.over(ends, 6, 154, edge=0.02)
    return tuple(
        LockedRow(label, value, interval, metrics, _reach(value, interval, scale), kind)
        for label, value, interval, metrics, kind in found
    )


def _reach(value: float, interval: Interval | None, scale: Scale) -> Markup:
    """A result with its interval and the zero of all rows."""
    canvas = Canvas(18, "", width=160)
    canvas.line(scale(0), 0, scale(0), 18, "base")
    if interval is not None and math.isfinite(interval.low) and math.isfinite(interval.high):
        canvas.line(scale(interval.low), 9, scale(interval.high), 9, "whisker")
    if math.isfinite(value):
        canvas.sign(scale(value), 9, "circle", "gain" if value > 0 else "loss", 4.5)
    return canvas.drawing(hidden=True)


def last_trades(trades: Trades) -> list[Trade]:
    """The last ten trades, the latest first."""
    return [trades.trade(k) for k in range(len(trades) - 1, max(-1, len(trades) - 1 - LAST_TRADES), -1)]
