"""``report.html``: one page that works offline, carries all it needs and may load nothing."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from importlib import resources
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pinewright.app.report import figures
from pinewright.app.report.candles import draw_candles
from pinewright.app.report.charts_library import ATTRIBUTION, ChartsLibrary, apache_licence
from pinewright.app.report.drawing import Shape, draw_lines, within
from pinewright.app.report.embedded import embed, page_data
from pinewright.app.report.input_words import input_words
from pinewright.app.report.model import Curve, OptimizeReport, Report
from pinewright.app.report.sections import last_trades, locked_rows, proved, searched
from pinewright.market import Bars

MOST_ROWS: Final = 200
"""Rows of one list of the quality report that the page shows; report.json holds all."""

_SCRIPTS: Final = ("numbers.js", "charts.js", "trades.js", "page.js")

_FILTERS: Final = {
    "number": figures.number,
    "money": figures.money,
    "span": figures.span,
    "percent": figures.percent,
    "pips": figures.pips,
    "figure": figures.figure,
    "quantity": figures.quantity,
    "count": figures.count,
    "last_trades": last_trades,
    "plural": figures.plural,
    "day": figures.day,
    "moment": figures.moment,
    "seconds": figures.seconds,
    "plain": figures.plain,
    "input_words": input_words,
    "in_words": figures.name_in_words,
    "raw": Markup,
    "base64": lambda data: base64.b64encode(data).decode(),
}


def report_page(report: Report, bars: Bars, library: ChartsLibrary | None) -> str:
    """The page; ``bars`` are those of the run (its warm-up is not drawn). Without ``library`` it has no candles and
    draws equity as plain lines, and says so.
    """
    candles = draw_candles(bars)
    evidence = proved(report)
    script = _script()
    scripts = (script,) if library is None else (library.source, script)
    return (
        _environment()
        .get_template("page.html.j2")
        .render(
            report=report,
            facts=report.facts,
            currency=report.facts.data.symbol.quote,
            shown=report.shown,
            headline=report.shown[0] if report.shown else None,
            digits=report.facts.data.symbol.price_digits,
            proved=evidence,
            tally=evidence[0] if evidence else None,
            searched=searched(report),
            handed=[item for item in report.shown if item.hand_off is not None],
            locked_rows=locked_rows(report),
            candles=candles,
            library=library,
            attribution=ATTRIBUTION,
            licence=apache_licence(),
            locked_shape=_locked_shape(report),
            equity_shape=_equity_shape(report),
            data=embed(page_data(report, candles)),
            style=Markup(_asset("page.css") + _asset("evidence.css")),
            script=Markup(script),
            policy=content_policy(scripts),
        )
    )


def content_policy(scripts: tuple[str, ...]) -> str:
    """Content Security Policy that forbids every request and runs only ``scripts``, by their hashes.

    Styles stay open because the chart library sets its own; they can load nothing either.
    """
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in scripts
    )
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src data:; "
        "connect-src 'none'; base-uri 'none'; form-action 'none'"
    )


def _locked_shape(report: Report) -> Shape | None:
    if not report.shown:
        return None
    items = report.shown if isinstance(report, OptimizeReport) else report.shown[:1]
    curves = [within(item.equity, report.facts.periods.locked) for item in items]
    if len(curves[0].time) < 2:
        return None
    # From zero: the level of equity would tell what the parts before, which are in-sample, have earned.
    moved = [Curve(curve.time, curve.value - curve.value[0]) for curve in curves if len(curve.time) > 1]
    return draw_lines(moved, width=480, height=140, base=0.0)


def _equity_shape(report: Report) -> Shape | None:
    periods = report.facts.periods
    return draw_lines(
        [item.equity for item in report.shown],
        borders=(periods.selection.start, periods.locked.start),
        base=report.facts.initial_capital,
    )


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pinewright.app.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(_FILTERS)
    environment.globals["most_rows"] = MOST_ROWS
    return environment


@lru_cache(maxsize=1)
def _script() -> str:
    """The page's own script: its files in one closed scope."""
    return '"use strict";\n(() => {\n' + "".join(_asset(name) for name in _SCRIPTS) + "})();\n"


@lru_cache(maxsize=8)
def _asset(name: str) -> str:
    return resources.files("pinewright.app.report").joinpath("templates", name).read_text(encoding="utf-8")
