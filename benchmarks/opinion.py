"""What the picture says, and what then happened: python -m benchmarks.opinion --bars FILE [--places 5000] [--seed 1]

Speed of drawing, reading back and judging a chart, in charts for a CPU second; and the correlation of the picture's
word with the move of the next bars, beside what luck alone gives.
"""

from __future__ import annotations

import argparse
import math
import time
from pathlib import Path

import numpy as np

from pinewright.app.given.loading import BarOptions
from pinewright.app.terminal.output import emit
from pinewright.patterns.picture.opinion import ChartOpinion

HORIZONS = (1, 5, 10, 30, 60)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bars", type=Path, required=True)
    parser.add_argument("--timeframe")
    parser.add_argument("--places", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    bars = BarOptions(asked.bars, timeframe=asked.timeframe).load().bars
    opinion = ChartOpinion()
    possible = np.arange(opinion.spec.bars, len(bars) - max(HORIZONS))
    places = np.sort(
        np.random.default_rng(asked.seed).choice(possible, min(asked.places, len(possible)), replace=False)
    )
    opinion.scores(bars, places[:64])
    began = time.process_time()
    scores = opinion.scores(bars, places)
    spent = time.process_time() - began
    emit(f"{bars.description}; {len(places):,} charts, {len(places) / spent:,.0f} for a CPU second")
    emit(f"the picture says nothing in {100 * np.mean(scores == 0):.0f} %")
    emit(f"correlation with the move of the next bars; luck alone: within ±{2 / math.sqrt(len(places)):.3f}")
    for bars_ahead in HORIZONS:
        moves = bars.close[places + bars_ahead] - bars.close[places]
        emit(f"{bars_ahead:>4} bars  {np.corrcoef(scores, moves)[0, 1]:+.3f}")


if __name__ == "__main__":
    main()
