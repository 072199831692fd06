"""Candidates by hand for tests of ranking and choosing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from pinewright.optimize.evaluation import Metrics
from pinewright.optimize.results import Candidate, PartResult
from pinewright.optimize.split import Part

NAMES = ("net_profit", "trades", "profit_factor", "max_drawdown", "commission_paid")


def part_result(daily: Sequence[float], *, factor: float = 1.5, drawdown: float = 5.0, paid: float = 2.0) -> PartResult:
    """A part with these daily profits."""
    values = np.array(daily, dtype=np.float64)
    part = Part("selection", 0, len(values), 0, len(values), len(values))
    return PartResult(part, Metrics(NAMES, (float(values.sum()), 50.0, factor, drawdown, paid)), values)


def candidate(name: str, search: Sequence[float], selection: Sequence[float], **given: Any) -> Candidate:
    """A candidate of family ``name``."""
    base = Candidate(name, ("length",), (1.0,), 1.0, 1.0, part_result(search), part_result(selection), True)
    return replace(base, **given)
