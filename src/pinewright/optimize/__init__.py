"""Search over the inputs of programs, selection in time, and a verdict that counts the trials."""

from __future__ import annotations

from pinewright.optimize.bring import optimize_script
from pinewright.optimize.evaluation import Evaluation, Evaluator, Metrics, Stopped
from pinewright.optimize.objective import OBJECTIVES, Objective, minimum_trades, objective
from pinewright.optimize.results import Candidate, Delivered, FamilySearch, PartResult, RunResult, ScriptResult
from pinewright.optimize.run import Job, search_families
from pinewright.optimize.search import SearchResult, SearchSettings, search
from pinewright.optimize.space import Space
from pinewright.optimize.split import Part, Split, split

__all__ = [
    "OBJECTIVES",
    "Candidate",
    "Delivered",
    "Evaluation",
    "Evaluator",
    "FamilySearch",
    "Job",
    "Metrics",
    "Objective",
    "Part",
    "PartResult",
    "RunResult",
    "ScriptResult",
    "SearchResult",
    "SearchSettings",
    "Space",
    "Split",
    "Stopped",
    "minimum_trades",
    "objective",
    "optimize_script",
    "search",
    "search_families",
    "split",
]
