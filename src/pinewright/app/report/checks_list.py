"""``checks.csv``: every check of every strategy, one a row."""

from __future__ import annotations

import math
from typing import Final

import polars as pl

from pinewright.app.report.model import Report

COLUMNS: Final = ("Strategy", "Check", "Title", "Figure", "Bar", "Outcome", "Words")


def checks_csv(report: Report) -> str:
    """The table; a figure that does not exist is empty. Without evidence it is the head alone.

    Made from invented prices, it begins with a comment line ``# Demo on invented prices: ...``.
    """
    rows = [
        (
            item.label,
            one.name,
            one.title,
            one.value if math.isfinite(one.value) else None,
            one.bar,
            one.outcome.value,
            one.words,
        )
        for item in report.shown
        if item.proof is not None
        for one in item.proof.checks
    ]
    kinds = {name: pl.Float64 if name == "Figure" else pl.String for name in COLUMNS}
    head = "" if report.facts.caution is None else f"# {report.facts.caution}\n"
    return head + pl.DataFrame(rows, schema=kinds, orient="row").write_csv()
