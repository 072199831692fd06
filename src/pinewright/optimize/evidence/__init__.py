"""Evidence for or against a result: pure functions over arrays, seeded, without engine, files or clock.

| file          | question                                                  | what it cannot tell                     |
|---------------|-----------------------------------------------------------|-----------------------------------------|
| walk_forward  | does a result survive the step into later periods?        | whether the future is like it; one path |
| cpcv          | how does the way of choosing do on many unseen paths?     | that many proofs: paths share periods   |
| deflated      | is the ratio above what so many trials show by luck?      | trials that were not counted            |
| overfitting   | does the best set of one half stay good in the other?     | whether the best set earns at all       |
| spa           | is any set better than the benchmark, and which?          | sets left out of the matrix; why        |
| monte_carlo   | what else could the same trades or bars have shown?       | anything that the past did not hold     |
| baseline      | do random entries of the same kind earn as much?          | skill in holding time, side or hour     |
| concentration | does the profit rest on few trades, hours, days or parts? | whether they were luck                  |
| plateau       | which tried point has good neighbours all around?         | whether the whole plateau is luck       |

None of them sees a leak: a rule that reads the future passes all. NaN is "no answer from these data", never a fail or
a pass; a SearchError is a call that cannot be meant. Shapes: see ``arrays``.
"""

from __future__ import annotations

from pinewright.optimize.evidence.baseline import (
    Baseline,
    Prices,
    RoundTrips,
    random_entries,
    shifted_entries,
    valued_at,
)
from pinewright.optimize.evidence.concentration import (
    Best,
    Concentration,
    Stability,
    best_group,
    best_trades,
    concentration,
    stability,
)
from pinewright.optimize.evidence.cpcv import Design, Paths, cpcv, design, path_results, train_mask
from pinewright.optimize.evidence.deflated import (
    Deflated,
    affordable_trials,
    deflate,
    effective_trials,
    expected_best,
    minimum_track_record,
    track_record,
)
from pinewright.optimize.evidence.monte_carlo import (
    DayDraw,
    EquityBand,
    Since,
    TradeBands,
    block_bars,
    day_blocks,
    drawdowns,
    equity_band,
    rebuild,
    since,
    trade_bands,
)
from pinewright.optimize.evidence.overfitting import Overfitting, probability_of_overfitting, usable_blocks
from pinewright.optimize.evidence.plateau import Plateau, plateau
from pinewright.optimize.evidence.spa import Stepdown, SuperiorAbility, long_run_deviation, stepdown, superior_ability
from pinewright.optimize.evidence.walk_forward import Efficiency, Window, efficiency, lengths, on_bars, walk_forward

__all__ = [
    "Baseline",
    "Best",
    "Concentration",
    "DayDraw",
    "Deflated",
    "Design",
    "Efficiency",
    "EquityBand",
    "Overfitting",
    "Paths",
    "Plateau",
    "Prices",
    "RoundTrips",
    "Since",
    "Stability",
    "Stepdown",
    "SuperiorAbility",
    "TradeBands",
    "Window",
    "affordable_trials",
    "best_group",
    "best_trades",
    "block_bars",
    "concentration",
    "cpcv",
    "day_blocks",
    "deflate",
    "design",
    "drawdowns",
    "effective_trials",
    "efficiency",
    "equity_band",
    "expected_best",
    "lengths",
    "long_run_deviation",
    "minimum_track_record",
    "on_bars",
    "path_results",
    "plateau",
    "probability_of_overfitting",
    "random_entries",
    "rebuild",
    "shifted_entries",
    "since",
    "stability",
    "stepdown",
    "superior_ability",
    "track_record",
    "trade_bands",
    "train_mask",
    "usable_blocks",
    "valued_at",
    "walk_forward",
]
