"""The engine as the evidence sees it: trades, other circumstances, and bars whose days were drawn again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pinewright.app.backtests.evaluation import EngineEvaluator
from pinewright.app.backtests.stresses import stresses
from pinewright.app.given.costs import Costs
from pinewright.backtest.execution import Swap
from pinewright.market import Bars, FloatArray, Trades
from pinewright.optimize.proof import Stress
from pinewright.optimize.reorder import reordered
from pinewright.optimize.split import Split


@dataclass(frozen=True)
class EngineWitness:
    """One program behind the ``Witness`` protocol. costs, swap, opposite: as in ``stresses``."""

    evaluator: EngineEvaluator
    costs: Costs
    swap: Swap | None = None
    opposite: Bars | None = None

    @property
    def bars(self) -> Bars:
        return self.evaluator.engine.bars

    @property
    def slippage(self) -> float:
        return self.evaluator.engine.settings.slippage * self.bars.symbol.mintick

    def trades(self, parameters: FloatArray, first: int, last: int) -> Trades:
        row = self.evaluator.dated(parameters[None, :], first, last)[0]
        return self.evaluator.engine.trades(row, first=first, last=last)

    def stresses(self, parameters: FloatArray, parts: Split) -> tuple[Stress, ...]:
        engine = self.evaluator.engine
        return stresses(
            engine.program,
            engine.bars,
            engine.settings,
            self.costs,
            parameters,
            parts,
            swap=self.swap,
            opposite=self.opposite,
            cache_dir=self.evaluator.cache_dir,
            timezone=self.evaluator.timezone,
            dates=self.evaluator.dates,
        )

    def redrawn(self, parameters: FloatArray, parts: Split, draws: int, seed: int) -> FloatArray:
        found = np.empty(draws)
        for draw in range(draws):
            other = reordered(self.bars, seed * 1_000 + draw)
            table = self.evaluator.over(other).evaluate(parameters[None, :], parts.search.first, len(other))
            found[draw] = table.column("profit_marked")[0]
        return found
