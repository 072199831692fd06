"""The engine as the evidence sees it: trades, other circumstances, and bars whose days were drawn again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pinewright.app.evaluation import EngineEvaluator
from pinewright.market import Bars, FloatArray, Trades
from pinewright.optimize.proof import Stress
from pinewright.optimize.reorder import reordered
from pinewright.optimize.split import Split

Stresses = Callable[[FloatArray, Split], tuple[Stress, ...]]


@dataclass(frozen=True)
class EngineWitness:
    """One program behind the ``Witness`` protocol.

    again: an evaluator of the same program and account over other bars; stresses: as ``app.stresses`` makes them.
    """

    evaluator: EngineEvaluator
    again: Callable[[Bars], EngineEvaluator]
    stressed: Stresses | None = None

    @property
    def bars(self) -> Bars:
        return self.evaluator.engine.bars

    def trades(self, parameters: FloatArray, first: int, last: int) -> Trades:
        row = self.evaluator.dated(parameters[None, :], first, last)[0]
        return self.evaluator.engine.trades(row, first=first, last=last)

    def stresses(self, parameters: FloatArray, parts: Split) -> tuple[Stress, ...]:
        return () if self.stressed is None else self.stressed(parameters, parts)

    def redrawn(self, parameters: FloatArray, parts: Split, draws: int, seed: int) -> FloatArray:
        found = np.empty(draws)
        for draw in range(draws):
            other = reordered(self.bars, seed * 1_000 + draw)
            evaluator = self.again(other)
            table = evaluator.evaluate(parameters[None, :], parts.search.first, len(other))
            found[draw] = table.column("profit_marked")[0]
        return found
