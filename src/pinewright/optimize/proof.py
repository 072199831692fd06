"""What speaks for and against a result: named checks with their figures, and the arrays that a report draws.

Frozen values only; ``judge`` makes them, ``verdict`` reads them. Money is in the account currency and net of costs,
times are ms UTC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from pinewright.market import FloatArray, IntArray
from pinewright.optimize.evidence import EquityBand, Overfitting, Plateau, Stability, TradeBands


class Word(Enum):
    """The four verdicts, best first."""

    ROBUST = "robust"
    PROMISING = "promising"
    UNPROVEN = "unproven"
    WORSE = "worse than the default"


class Outcome(Enum):
    """How a check ended; UNKNOWN where these data give no answer, which is neither a pass nor a fail."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Check:
    """One line of evidence.

    name: stable key (``deflated_sharpe``); title: for people; value: its figure, NaN where there is none; bar: the
    value that it is held against, in words ("at least 0.95"), empty where it is only told; words: one sentence that
    says what was found.
    """

    name: str
    title: str
    value: float
    bar: str
    outcome: Outcome
    words: str


@dataclass(frozen=True)
class WalkWindow:
    """One window of a walk: times of its training [start, end) and test [start, end), the inputs chosen on the first,
    and the net profit a trading day inside and outside.
    """

    train_start: int
    train_end: int
    test_start: int
    test_end: int
    parameters: tuple[float, ...]
    inside: float
    outside: float


@dataclass(frozen=True)
class Walk:
    """A walk-forward: ``kind`` is ``anchored`` or ``rolling``; efficiency: median of outside over inside."""

    kind: str
    windows: tuple[WalkWindow, ...]
    efficiency: float
    positive: float


@dataclass(frozen=True)
class Stress:
    """The same inputs under other circumstances, over all parts: net profit in money, trades, beside the plain run.

    name: ``doubled_costs``, ``delayed_entry``, ``mid_prices``, ``bid_ask``, ``after_swap``, ``coarser_bars``,
    ``outside_rollover``. words say what was changed. known is False where the data do not allow it, and words why.
    """

    name: str
    title: str
    net_profit: float
    plain: float
    trades: int
    words: str
    known: bool = True


@dataclass(frozen=True, eq=False)
class Proof:
    """Everything that was asked of one parameter set. paths [F]: net profit of each path of the purged CPCV.
    random_profits [R]: those of random entries, beside random_own, the set's own entries held from open to open.
    """

    checks: tuple[Check, ...] = ()
    walks: tuple[Walk, ...] = ()
    paths: FloatArray = field(default_factory=lambda: np.empty(0))
    overfitting: Overfitting | None = None
    bands: tuple[TradeBands, ...] = ()
    band: EquityBand | None = None
    bars_band: FloatArray = field(default_factory=lambda: np.empty(0))
    plateau: Plateau | None = None
    stability: Stability | None = None
    stresses: tuple[Stress, ...] = ()
    random_profits: FloatArray = field(default_factory=lambda: np.empty(0))
    random_own: float = float("nan")

    def check(self, name: str) -> Check | None:
        """The check of that name, None where it was not made."""
        return next((one for one in self.checks if one.name == name), None)

    def value(self, name: str) -> float:
        """The figure of that check; NaN where it has none or was not made."""
        found = self.check(name)
        return float("nan") if found is None else found.value


@dataclass(frozen=True)
class Judgement:
    """The verdict: its word, three reasons, and what would change it."""

    word: Word
    reasons: tuple[str, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class HeatMap:
    """Scores over two inputs: ``scores`` [Y, X], the mean over tried points of each cell, NaN where none was.

    chosen and default: (x, y) places of the cell, None where it lies in no cell. x_values [X], y_values [Y]: centres.
    """

    x: str
    y: str
    x_values: FloatArray
    y_values: FloatArray
    scores: FloatArray
    tried: IntArray
    chosen: tuple[int, int] | None
    default: tuple[int, int] | None


@dataclass(frozen=True, eq=False)
class Influence:
    """How much one input matters: ``share`` of the variance of scores that it explains alone, 0 to 1, and the mean
    score at each of its tried values: values [V] ascending, scores [V], tried [V] points behind each.
    """

    name: str
    share: float
    values: FloatArray
    scores: FloatArray
    tried: IntArray


@dataclass(frozen=True, eq=False)
class Front:
    """The Pareto front of a search for several objectives: names [J], values [F, J] (as told, larger or smaller is
    better by ``larger`` [J]), parameters [F, K]; chosen: row of the delivered set, -1 where it is not on the front.
    """

    names: tuple[str, ...]
    larger: tuple[bool, ...]
    values: FloatArray
    parameters: FloatArray
    chosen: int
